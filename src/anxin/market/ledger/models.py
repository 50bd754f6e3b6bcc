"""Tables of the ledger. Journals and postings are append-only: migration 0002 holds the triggers that say so."""

from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id


class Account(models.Model):
    """Whose money, what for, in which currency. `balance_minor` is null for an append-only account."""

    id = models.UUIDField(primary_key=True, editable=False)
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    purpose = models.CharField(max_length=30)
    currency = models.CharField(max_length=3)
    balance_minor = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner_kind", "owner_id", "purpose", "currency"], name="ledger_account_key"
            ),
        ]


class Journal(models.Model):
    """One balanced movement of money; `(kind, ref)` makes posting it again a no-op. It has exactly `legs` postings."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=60)
    ref = models.CharField(max_length=120)
    shop_id = models.UUIDField(null=True)
    memo = models.CharField(max_length=200)
    legs = models.SmallIntegerField()
    posted_at = models.DateTimeField()
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "ref"], name="ledger_journal_once")]
        indexes = [models.Index(fields=["posted_at", "id"], name="ledger_journal_by_time")]


class Posting(models.Model):
    """One leg: an amount to an account. Positive when the account's owner gains."""

    id = models.BigAutoField(primary_key=True)
    journal = models.ForeignKey(Journal, on_delete=models.PROTECT, related_name="postings", db_index=False)
    position = models.SmallIntegerField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings", db_index=False)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    order_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["journal", "position"], name="ledger_posting_position"),
            models.CheckConstraint(condition=~Q(amount_minor=0), name="ledger_posting_not_zero"),
        ]
        indexes = [
            models.Index(fields=["account", "id"], name="ledger_posting_account"),
            models.Index(fields=["order_id"], name="ledger_posting_order", condition=Q(order_id__isnull=False)),
        ]


class Link(models.Model):
    """The hash chain over journals: link n hashes link n-1 and the whole content of its journal."""

    position = models.BigIntegerField(primary_key=True)
    journal = models.OneToOneField(Journal, on_delete=models.PROTECT, related_name="link")
    hash = models.CharField(max_length=64)
