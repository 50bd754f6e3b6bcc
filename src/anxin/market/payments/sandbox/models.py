"""The sandbox provider's own books. Nothing of Anxin reads or writes them except through the gateway port."""

from django.db import models
from django.db.models import F, Q

from anxin.kernel.ids import new_id


class SandboxCharge(models.Model):
    """A charge that a merchant platform opened; its id is the token in the address of the payment page."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant_ref = models.UUIDField(unique=True)
    state = models.CharField(max_length=12, default="waiting")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=20)
    return_url = models.TextField()
    reason = models.CharField(max_length=200, default="")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_sandbox_charge"
        indexes = [models.Index(fields=["paid_at"], name="sandbox_charge_paid")]


class SandboxPart(models.Model):
    """The frozen funds of one sub-order of a charge."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    charge = models.ForeignKey(SandboxCharge, on_delete=models.CASCADE, related_name="parts")
    sub_ref = models.UUIDField()
    amount_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    shared_minor = models.BigIntegerField(default=0)  # went to the platform when the order was finished
    is_finished = models.BooleanField(default=False)

    class Meta:
        db_table = "payments_sandbox_part"
        constraints = [
            models.UniqueConstraint(fields=["charge", "sub_ref"], name="sandbox_part_once"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")), name="sandbox_part_refund"
            ),
        ]


class SandboxRefund(models.Model):
    """Money that went back, or did not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant_ref = models.UUIDField(unique=True)
    charge = models.ForeignKey(SandboxCharge, on_delete=models.CASCADE, related_name="refunds")
    sub_ref = models.UUIDField()
    state = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=200, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_sandbox_refund"
        indexes = [models.Index(fields=["finished_at"], name="sandbox_refund_done")]


class SandboxTransfer(models.Model):
    """Money paid to a person, or not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    merchant_ref = models.UUIDField(unique=True)
    payee = models.UUIDField()
    state = models.CharField(max_length=12)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=200, default="")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_sandbox_transfer"
        indexes = [models.Index(fields=["finished_at"], name="sandbox_transfer_done")]


class SandboxNotice(models.Model):
    """A message on its way to the platform; sent again with growing pauses until it is accepted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event_id = models.CharField(max_length=80)
    body = models.TextField()
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=40, default="")

    class Meta:
        db_table = "payments_sandbox_notice"
        indexes = [models.Index(fields=["event_id"], name="sandbox_notice_event")]


class SandboxInstruction(models.Model):
    """A fault that the sandbox was told to play on the next calls of one operation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    operation = models.CharField(max_length=12)
    fault = models.CharField(max_length=24)
    remaining = models.IntegerField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "payments_sandbox_instruction"
        indexes = [models.Index(fields=["operation", "created_at"], name="sandbox_instruction_next")]
