"""What was asked to be paid, who paid it, what shops owe for it, and what went through the fund. No behaviour here."""

from django.db import models
from django.db.models import F, Q

from anxin.kernel.ids import new_id
from anxin.kernel.money import CNY
from anxin.market.guarantee.domain.paying import PayState


class Disbursement(models.Model):
    """Money that a promise moves (赔付): a refund, a compensation or a charge, once per caller's reference.

    `sent_id` is the refund or transfer of the present attempt at the provider; each attempt has a new one.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    ref = models.CharField(max_length=120)
    order_id = models.UUIDField(null=True)
    shop_id = models.UUIDField()
    person_id = models.UUIDField(null=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3, default=CNY)
    reason = models.CharField(max_length=200, default="")
    payers = models.JSONField()
    state = models.CharField(max_length=10, default=PayState.WAITING)
    version = models.IntegerField(default=0)
    attempts = models.SmallIntegerField(default=0)
    sent_id = models.UUIDField(null=True)
    failure = models.CharField(max_length=200, default="")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref"], name="disbursement_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="disbursement_positive"),
        ]
        indexes = [
            models.Index(fields=["order_id"], name="disbursement_order", condition=Q(order_id__isnull=False)),
            models.Index(fields=["shop_id", "-id"], name="disbursement_shop"),
            models.Index(
                fields=["id"], name="disbursement_stuck", condition=Q(state__in=["waiting", "failed", "abandoned"])
            ),
        ]


class DisbursementPart(models.Model):
    """What one payer gave in one attempt; an attempt that failed gave all of it back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="parts")
    attempt = models.SmallIntegerField()
    payer = models.CharField(max_length=20)
    amount_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disbursement", "attempt", "payer"], name="disbursement_part_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="disbursement_part_positive"),
        ]


class Debt(models.Model):
    """What a shop owes the fund for one advance (追缴); closed when all of it is recovered or the advance came back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    disbursement = models.ForeignKey(Disbursement, on_delete=models.PROTECT, related_name="debts")
    attempt = models.SmallIntegerField()
    shop_id = models.UUIDField()
    order_id = models.UUIDField(null=True)
    amount_minor = models.BigIntegerField()
    recovered_minor = models.BigIntegerField(default=0)
    is_void = models.BooleanField(default=False)  # the advance came back: nothing is owed
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["disbursement", "attempt"], name="debt_once"),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, recovered_minor__gte=0, recovered_minor__lte=F("amount_minor")),
                name="debt_recovered_within",
            ),
        ]
        indexes = [
            models.Index(fields=["shop_id", "id"], name="debt_open", condition=Q(closed_at__isnull=True)),
            models.Index(fields=["shop_id", "-id"], name="debt_of_shop"),
        ]


class Recovery(models.Model):
    """Money that a shop paid the fund back; its id is the reference of its journal."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop_id = models.UUIDField()
    source = models.CharField(max_length=20)
    amount_minor = models.BigIntegerField()
    recovered_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="recovery_positive")]
        indexes = [models.Index(fields=["shop_id", "-id"], name="recovery_of_shop")]


class FundEntry(models.Model):
    """One movement of the fund, positive when it gains; `ref` is that of its journal."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    ref = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    shop_id = models.UUIDField(null=True)
    order_id = models.UUIDField(null=True)
    source = models.CharField(max_length=12, default="")  # of a contribution
    note = models.CharField(max_length=200, default="")
    by = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref"], name="fund_entry_once"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="fund_entry_not_zero"),
        ]
        indexes = [models.Index(fields=["at"], name="fund_entry_by_time")]
