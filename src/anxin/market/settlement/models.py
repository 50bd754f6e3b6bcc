"""Settlements, statement lines, bank accounts and payouts. No behaviour here."""

from django.db import models
from django.db.models import F, Q

from anxin.kernel.ids import new_id
from anxin.market.settlement.domain import CREATOR_FEE_BPS, PayoutState, ReleaseState, TradeType


class Settlement(models.Model):
    """When an order's escrow is due for release, and by which frozen terms it will be divided."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_id = models.UUIDField(unique=True)
    shop_id = models.UUIDField()
    state = models.CharField(max_length=10, default=ReleaseState.WAITING)
    version = models.IntegerField(default=0)
    received_at = models.DateTimeField()
    due_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3)
    order_total_minor = models.BigIntegerField()
    freight_minor = models.BigIntegerField()
    shop_coupon_minor = models.BigIntegerField(default=0)
    paid_minor = models.BigIntegerField()
    lines = models.JSONField()  # [[base_minor, fee_rate_bps, commission_rate_bps], …]
    creator_fee_bps = models.IntegerField(default=CREATOR_FEE_BPS)
    agency_share_bps = models.IntegerField(default=0)
    creator_id = models.UUIDField(null=True)
    agency_id = models.UUIDField(null=True)
    escrow_minor = models.BigIntegerField(default=0)  # what the release took out of escrow

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReleaseState.RELEASED, released_at__isnull=False, escrow_minor__gt=0)
                | ~Q(state=ReleaseState.RELEASED) & Q(escrow_minor=0),
                name="settlement_released_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="settlement_due", condition=Q(state=ReleaseState.WAITING)),
            models.Index(fields=["shop_id", "state", "due_at"], name="settlement_of_shop"),
        ]


class Line(models.Model):
    """One line of a merchant's statement, with the field's columns. Written once, never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop_id = models.UUIDField()
    order_id = models.UUIDField()
    ref = models.CharField(max_length=120, unique=True)  # of the journal that moved the money
    journal_kind = models.CharField(max_length=60)
    trade_type = models.SmallIntegerField(default=TradeType.SETTLED)
    month = models.DateField()
    happened_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    order_total_minor = models.BigIntegerField(default=0)
    freight_minor = models.BigIntegerField(default=0)
    shop_coupon_minor = models.BigIntegerField(default=0)
    pre_refund_minor = models.BigIntegerField(default=0)
    platform_subsidy_minor = models.BigIntegerField(default=0)
    author_subsidy_minor = models.BigIntegerField(default=0)
    payment_subsidy_minor = models.BigIntegerField(default=0)
    paid_minor = models.BigIntegerField(default=0)
    service_fee_minor = models.BigIntegerField(default=0)
    commission_minor = models.BigIntegerField(default=0)
    leader_fee_minor = models.BigIntegerField(default=0)
    channel_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    net_minor=F("paid_minor")
                    - F("pre_refund_minor")
                    + F("platform_subsidy_minor")
                    + F("author_subsidy_minor")
                    + F("payment_subsidy_minor")
                    - F("service_fee_minor")
                    - F("commission_minor")
                    - F("leader_fee_minor")
                    - F("channel_minor")
                ),
                name="settlement_line_adds_up",
            ),
            models.CheckConstraint(condition=Q(trade_type__in=list(TradeType)), name="settlement_line_trade_type"),
        ]
        indexes = [
            models.Index(fields=["shop_id", "month", "id"], name="settlement_line_statement"),
            models.Index(fields=["order_id"], name="settlement_line_order"),
        ]


class BankAccount(models.Model):
    """Where a shop's payouts go. The number is kept encrypted; an old account stays for the payouts that used it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    bank = models.CharField(max_length=10)
    branch = models.CharField(max_length=80, default="")
    holder = models.CharField(max_length=80)
    sealed_number = models.TextField()
    last_digits = models.CharField(max_length=4)
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop_id"], condition=Q(replaced_at__isnull=True), name="settlement_one_bank_account"
            )
        ]


class Payout(models.Model):
    """Goods money on its way to the merchant's bank. `key` is the caller's; our id is the bank's idempotency key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop_id = models.UUIDField()
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, related_name="payouts")
    key = models.CharField(max_length=200)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, default=PayoutState.REQUESTED)
    version = models.IntegerField(default=0)
    reason = models.CharField(max_length=200, default="")
    polls = models.IntegerField(default=0)
    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop_id", "key"], name="settlement_payout_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="settlement_payout_positive"),
        ]
        indexes = [models.Index(fields=["shop_id", "-id"], name="settlement_payout_of_shop")]


class SandboxTransfer(models.Model):
    """The sandbox bank's own books: one transfer per payout, with the fate it was given."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    payout_ref = models.UUIDField(unique=True)
    amount_minor = models.BigIntegerField()
    fate = models.CharField(max_length=10)
    accepted_at = models.DateTimeField()

    class Meta:
        db_table = "settlement_sandbox_transfer"
