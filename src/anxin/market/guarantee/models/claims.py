"""Claims, what was shown in them, what happened when, and the words that merchants keep ready."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.claim_life import OWNERS, ClaimState

OPEN = tuple(OWNERS)


class Claim(models.Model):
    """One request about pieces of one order line (售后单). `version` grows with every step; steps are compare-and-set.

    `terms` is the domain's Terms, `wish` what the rules were told (ClaimFacts), both as JSON; `money_ref` is the reference
    of its refund and its compensation.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_id = models.UUIDField()
    line_id = models.UUIDField()
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    sku_id = models.UUIDField()
    category = models.CharField(max_length=60, default="", blank=True)
    type = models.CharField(max_length=20)
    promise = models.CharField(max_length=40, default="", blank=True)
    reason = models.CharField(max_length=40, default="", blank=True)
    words = models.CharField(max_length=500, default="", blank=True)
    terms = models.JSONField()
    wish = models.JSONField(default=dict, blank=True)
    decision_id = models.UUIDField(null=True)
    payers = models.JSONField(default=list, blank=True)
    freight_payer = models.CharField(max_length=12, default="", blank=True)

    state = models.CharField(max_length=20)
    version = models.IntegerField(default=0)
    owner = models.CharField(max_length=10, default="", blank=True)
    remedy = models.CharField(max_length=20)
    attempt = models.SmallIntegerField(default=1)
    clock = models.CharField(max_length=30, default="", blank=True)
    due_at = models.DateTimeField(null=True)
    left_s = models.IntegerField(null=True)
    offer_minor = models.BigIntegerField(default=0)
    offers = models.SmallIntegerField(default=0)
    evidence_asks = models.SmallIntegerField(default=0)
    asked_evidence = models.JSONField(default=list, blank=True)
    extended = models.BooleanField(default=False)
    goods_back = models.BooleanField(default=False)
    return_signed = models.BooleanField(default=False)
    reship_signed = models.BooleanField(default=False, db_default=False)
    accepted_pieces = models.IntegerField(null=True)  # of a return that was accepted in part
    refund_minor = models.BigIntegerField(default=0)
    refund_round = models.SmallIntegerField(default=1)
    refund_arrived = models.BooleanField(default=False)
    compensation_minor = models.BigIntegerField(default=0)
    compensation_round = models.SmallIntegerField(default=1)
    compensation_arrived = models.BooleanField(default=False)
    closing = models.CharField(max_length=20, default="", blank=True)
    refusal = models.CharField(max_length=20, default="", blank=True)

    money_ref = models.CharField(max_length=80)
    return_address = models.JSONField(null=True)
    return_parcel_id = models.UUIDField(null=True)
    return_carrier = models.CharField(max_length=12, default="", blank=True)
    return_tracking_no = models.CharField(max_length=32, default="", blank=True)
    reship_parcel_id = models.UUIDField(null=True)
    reship_carrier = models.CharField(max_length=12, default="", blank=True)
    reship_tracking_no = models.CharField(max_length=32, default="", blank=True)
    sound_pieces = models.IntegerField(null=True)
    automatic = models.BooleanField(default=False)  # granted by a rule at once
    applied_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)  # the merchant's first answer of any kind
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line_id"], condition=Q(state__in=OPEN), name="claim_one_open"),
            models.CheckConstraint(condition=Q(state__in=list(ClaimState)), name="claim_state_known"),
            models.CheckConstraint(
                condition=Q(clock="", due_at__isnull=True) | ~Q(clock="") & Q(due_at__isnull=False),
                name="claim_clock_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, owner__in=list(Party)) | ~Q(state__in=OPEN) & Q(owner=""),
                name="claim_open_has_owner",
            ),
            models.CheckConstraint(
                condition=Q(refund_minor__gte=0) & Q(compensation_minor__gte=0), name="claim_amounts_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="claim_of_person"),
            models.Index(fields=["shop", "-id"], name="claim_of_shop"),
            models.Index(fields=["shop", "due_at", "id"], name="claim_queue", condition=Q(state__in=OPEN)),
            models.Index(fields=["order_id"], name="claim_of_order"),
            models.Index(fields=["line_id"], name="claim_of_line"),
            models.Index(fields=["money_ref"], name="claim_of_money"),
            models.Index(
                fields=["return_parcel_id"], name="claim_of_return", condition=Q(return_parcel_id__isnull=False)
            ),
            models.Index(
                fields=["reship_parcel_id"], name="claim_of_reship", condition=Q(reship_parcel_id__isnull=False)
            ),
        ]


class ClaimEntry(models.Model):
    """Something that happened to a claim, for both sides to read; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="entries")
    shop_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    party = models.CharField(max_length=10)
    minor = models.BigIntegerField(default=0)
    words = models.CharField(max_length=500, default="", blank=True)
    facts = models.JSONField(default=dict, blank=True)
    actor_id = models.UUIDField(null=True)
    happened_at = models.DateTimeField()


class ClaimEvidence(models.Model):
    """A picture or a short video that was encoded anew and lies in the vault; `sha256` is that of the file as it was sent.

    Without a claim it waits for the one that is being written. `poster` is the first frame of a video.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence", null=True)
    shop_id = models.UUIDField(null=True)
    party = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    medium = models.CharField(max_length=8)  # picture, video
    file = models.CharField(max_length=36)
    poster = models.CharField(max_length=36, default="", blank=True)
    sha256 = models.CharField(max_length=64)
    seconds = models.SmallIntegerField(default=0)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)  # its file is gone: who showed it asked to be forgotten


class ReplyTemplate(models.Model):
    """Words that a shop keeps ready for its answers (快捷回复)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=30)
    words = models.CharField(max_length=500)
    written_at = models.DateTimeField()
