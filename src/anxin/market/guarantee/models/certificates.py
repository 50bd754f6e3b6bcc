"""Tables of promises: their terms as they were used, certificates, decisions, and what shops switched on."""

from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.deciding import Outcome


class PromiseTerms(models.Model):
    """A version of a promise as some certificate froze it, kept once under its fingerprint; append-only."""

    hash = models.CharField(max_length=64, primary_key=True)
    promise = models.CharField(max_length=40)
    profile = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    body = models.JSONField()
    kept_at = models.DateTimeField()


class Certificate(models.Model):
    """What was promised for an order line (保障凭证); its id is the line's. Append-only."""

    line_id = models.UUIDField(primary_key=True, editable=False)
    order_id = models.UUIDField(db_index=True)
    shop_id = models.UUIDField()
    body = models.JSONField()
    hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()


class Decision(models.Model):
    """What the rules said to a wish, with everything they were told, so that it can be said again. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop_id = models.UUIDField()
    order_id = models.UUIDField()
    line_id = models.UUIDField()
    claim_id = models.UUIDField(null=True)
    promise = models.CharField(max_length=40)
    profile = models.CharField(max_length=20)
    outcome = models.CharField(max_length=14)
    amount_minor = models.BigIntegerField()
    compensation_minor = models.BigIntegerField()
    inputs = models.JSONField()  # {"certificate": hash, "line", "claim", "now"}
    result = models.JSONField()
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=list(Outcome)), name="decision_outcome_known"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0) & Q(compensation_minor__gte=0), name="decision_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["line_id", "id"], name="decision_of_line"),
            models.Index(fields=["promise", "-decided_at"], name="decision_of_promise"),
        ]


class OptIn(models.Model):
    """A shop's word about a promise, for all its goods or for one product, from a moment on; the latest holds.

    With a `mark` it declares the nature of a product (拆封后不支持 …), which the buyer has to confirm at each purchase.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop_id = models.UUIDField()
    product_id = models.UUIDField(null=True)
    promise = models.CharField(max_length=40)
    mark = models.CharField(max_length=20, default="", blank=True)
    is_on = models.BooleanField()
    since = models.DateTimeField()
    set_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shop_id", "-since"], name="optin_of_shop")]
