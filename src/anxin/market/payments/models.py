"""Payments, their parts by order, refunds, the callback inbox and reconciliation. No behaviour here."""

from django.db import models
from django.db.models import F, Q

from anxin.kernel.ids import new_id
from anxin.kernel.money import CNY
from anxin.market.payments.domain import DifferenceState, PaymentState, RefundState, TransferState
from anxin.market.payments.sandbox.models import (
    SandboxCharge,
    SandboxInstruction,
    SandboxNotice,
    SandboxPart,
    SandboxRefund,
    SandboxTransfer,
)

__all__ = [
    "Callback",
    "Difference",
    "Payment",
    "PaymentSplit",
    "Reconciliation",
    "Refund",
    "SandboxCharge",
    "SandboxInstruction",
    "SandboxNotice",
    "SandboxPart",
    "SandboxRefund",
    "SandboxTransfer",
    "Share",
    "Transfer",
]


class Payment(models.Model):
    """One attempt to pay one checkout; it may cover orders of several shops, whose parts are its splits."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checkout_id = models.UUIDField()
    person_id = models.UUIDField()
    state = models.CharField(max_length=12, default=PaymentState.CREATED)
    version = models.IntegerField(default=0)
    method = models.CharField(max_length=20)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    gateway = models.CharField(max_length=40)
    gateway_ref = models.CharField(max_length=80, default="")
    pay_url = models.TextField(default="")
    return_url = models.TextField(default="/")
    reason = models.CharField(max_length=200, default="")
    is_surplus = models.BooleanField(default=False)  # the checkout had been paid before: this money goes back
    polls = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(
                condition=Q(state=PaymentState.CAPTURED, captured_at__isnull=False)
                | ~Q(state=PaymentState.CAPTURED) & Q(captured_at__isnull=True),
                name="payment_captured_has_moment",
            ),
            models.UniqueConstraint(
                fields=["checkout_id"],
                condition=Q(state=PaymentState.CAPTURED, is_surplus=False),
                name="payment_captured_once_per_checkout",
            ),
            models.UniqueConstraint(
                fields=["checkout_id", "method"],
                condition=Q(state__in=[PaymentState.CREATED, PaymentState.PENDING]),
                name="payment_open_once_per_method",
            ),
        ]
        indexes = [
            models.Index(fields=["checkout_id"], name="payment_checkout"),
            models.Index(fields=["person_id", "-created_at"], name="payment_person"),
            models.Index(fields=["captured_at"], name="payment_captured", condition=Q(captured_at__isnull=False)),
        ]


class PaymentSplit(models.Model):
    """What a payment brought for one order, and how much of it went back or is on its way back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="splits")
    order_id = models.UUIDField()
    shop_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    captured_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment", "order_id"], name="payment_split_once_per_order"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_split_positive"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("captured_minor")),
                name="payment_split_refund_within_captured",
            ),
            models.CheckConstraint(
                condition=Q(captured_minor=0) | Q(captured_minor=F("amount_minor")), name="payment_split_whole_capture"
            ),
        ]
        indexes = [
            models.Index(fields=["order_id"], name="payment_split_order"),
            models.Index(fields=["shop_id"], name="payment_split_shop"),
        ]


class Refund(models.Model):
    """Money on its way back for one order. `escrow_minor` of it came out of escrow, the rest from the given legs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    split = models.ForeignKey(PaymentSplit, on_delete=models.PROTECT, related_name="refunds")
    order_id = models.UUIDField()
    shop_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    escrow_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    ref = models.CharField(max_length=120, unique=True)
    reason = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=12, default=RefundState.REQUESTED)
    version = models.IntegerField(default=0)
    gateway_ref = models.CharField(max_length=80, default="")
    failure = models.CharField(max_length=200, default="")
    polls = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_refund_positive"),
            models.CheckConstraint(
                condition=Q(escrow_minor__gte=0, escrow_minor__lte=F("amount_minor")), name="payment_refund_escrow_part"
            ),
        ]
        indexes = [
            models.Index(fields=["order_id"], name="payment_refund_order"),
            models.Index(fields=["shop_id"], name="payment_refund_shop"),
            models.Index(fields=["finished_at"], name="payment_refund_done", condition=Q(finished_at__isnull=False)),
        ]


class Transfer(models.Model):
    """Money on its way to a person that is no refund; where it came from is its journal. Its id is the provider's key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person_id = models.UUIDField()
    order_id = models.UUIDField(null=True)
    shop_id = models.UUIDField(null=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    ref = models.CharField(max_length=120, unique=True)
    reason = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=12, default=TransferState.REQUESTED)
    version = models.IntegerField(default=0)
    gateway = models.CharField(max_length=40)
    gateway_ref = models.CharField(max_length=80, default="")
    failure = models.CharField(max_length=200, default="")
    polls = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_transfer_positive")]
        indexes = [
            models.Index(fields=["order_id"], name="payment_transfer_order", condition=Q(order_id__isnull=False)),
            models.Index(fields=["person_id", "-id"], name="payment_transfer_person"),
            models.Index(fields=["finished_at"], name="payment_transfer_done", condition=Q(finished_at__isnull=False)),
        ]


class Share(models.Model):
    """The order to the provider to split an order's frozen funds after settlement and set the rest free."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payment_id = models.UUIDField()
    order_id = models.UUIDField(unique=True)
    shop_id = models.UUIDField()
    platform_minor = models.BigIntegerField()
    merchant_minor = models.BigIntegerField()
    is_done = models.BooleanField(default=False)
    polls = models.IntegerField(default=0)
    created_at = models.DateTimeField()


class Callback(models.Model):
    """The inbox: every verified message of a provider once, with its raw body and what became of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gateway = models.CharField(max_length=40)
    event_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    subject = models.UUIDField()
    verdict = models.CharField(max_length=20)
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "event_id"], name="payment_callback_once")]
        indexes = [models.Index(fields=["subject"], name="payment_callback_subject")]


class Reconciliation(models.Model):
    """One comparison of a day: how much each side moved."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    gateway = models.CharField(max_length=40)
    day = models.DateField()
    ran_at = models.DateTimeField()
    ours_count = models.IntegerField()
    ours_minor = models.BigIntegerField()  # captured less refunded
    theirs_count = models.IntegerField()
    theirs_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["gateway", "day"], name="payment_reconciliation_day")]


class Difference(models.Model):
    """One movement on which ledger and statement disagree, until it is explained or has gone away."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reconciliation = models.ForeignKey(Reconciliation, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=20)
    movement = models.CharField(max_length=10)  # payment, refund or transfer
    subject = models.UUIDField()
    ours_minor = models.BigIntegerField(null=True)
    theirs_minor = models.BigIntegerField(null=True)
    hint = models.CharField(max_length=40, default="")  # the cause we can see ourselves; a code, translated by the page
    state = models.CharField(max_length=10, default=DifferenceState.OPEN)
    version = models.IntegerField(default=0)
    explanation = models.CharField(max_length=500, default="")
    explained_by = models.UUIDField(null=True)
    found_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reconciliation", "movement", "subject"], name="payment_difference_once")
        ]
        indexes = [models.Index(fields=["state"], name="payment_difference_state")]
