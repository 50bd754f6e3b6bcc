"""Disputes, what both sides showed in them, and what happened when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.dispute import OPEN, DisputeState


class Dispute(models.Model):
    """One case before the platform (平台介入). `version` grows with every step; steps are compare-and-set on it.

    What a verdict is bound by (what was paid, what is left of it, shipped or fresh) is fixed when the case is opened.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim_id = models.UUIDField()
    order_id = models.UUIDField()
    line_id = models.UUIDField()
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=20, default=DisputeState.NEGOTIATION)
    version = models.IntegerField(default=0)
    rules = models.CharField(max_length=40)
    category = models.CharField(max_length=120, default="", blank=True)
    claim_type = models.CharField(max_length=20)
    claim_reason = models.CharField(max_length=60, default="", blank=True)
    asked_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField()
    refundable_minor = models.BigIntegerField()
    shipped = models.BooleanField()
    fresh = models.BooleanField(default=False)
    opened_by = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    clock = models.CharField(max_length=12, default="", blank=True)
    due_at = models.DateTimeField(null=True)
    arbitrator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    taken_at = models.DateTimeField(null=True)
    overdue = models.IntegerField(default=0)
    wanted = models.JSONField(default=list, blank=True)
    buyer_pieces = models.IntegerField(default=0)
    merchant_pieces = models.IntegerField(default=0)
    offered_by = models.CharField(max_length=10, default="", blank=True)
    offer = models.JSONField(null=True)
    verdict = models.JSONField(null=True)
    verdict_kind = models.CharField(max_length=20, default="", blank=True)
    verdict_reason = models.CharField(max_length=40, default="", blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    accepted = models.JSONField(default=list, blank=True)
    appealed_by = models.CharField(max_length=10, default="", blank=True)
    appealed_at = models.DateTimeField(null=True)
    first_verdict = models.JSONField(null=True)
    first_judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    first_decided_at = models.DateTimeField(null=True)
    considered_at = models.DateTimeField(null=True)  # since when an arbitrator could decide
    first_response_s = models.IntegerField(null=True)  # from then to the first verdict
    overturned = models.BooleanField(default=False)
    judges = models.JSONField(default=list, blank=True)
    forced = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim_id"], condition=Q(state__in=list(OPEN)), name="dispute_one_open"),
            models.CheckConstraint(condition=Q(state__in=list(DisputeState)), name="dispute_state_known"),
            models.CheckConstraint(
                condition=Q(clock="", due_at__isnull=True) | ~Q(clock="") & Q(due_at__isnull=False),
                name="dispute_clock_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(asked_minor__gte=0, paid_minor__gte=0, refundable_minor__gte=0), name="dispute_amounts"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="dispute_of_person"),
            models.Index(fields=["shop", "-id"], name="dispute_of_shop"),
            models.Index(fields=["order_id"], name="dispute_of_order"),
            models.Index(fields=["claim_id"], name="dispute_of_claim"),
            models.Index(fields=["due_at", "id"], name="dispute_queue", condition=Q(state__in=list(OPEN))),
            models.Index(fields=["verdict_reason", "category", "-ended_at"], name="dispute_precedents"),
            models.Index(fields=["ended_at"], name="dispute_ended", condition=Q(ended_at__isnull=False)),
            models.Index(fields=["first_judge", "first_decided_at"], name="dispute_of_judge"),
            models.Index(
                fields=["shop", "decided_at"],
                name="dispute_counterfeit",
                condition=Q(verdict_reason="counterfeit", ended_at__isnull=False),
            ),
        ]


class DisputeEntry(models.Model):
    """Something that happened in a dispute, for both sides to read; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="entries")
    shop_id = models.UUIDField()
    kind = models.CharField(max_length=30)
    party = models.CharField(max_length=10)
    facts = models.JSONField(default=dict, blank=True)
    actor_id = models.UUIDField(null=True)
    happened_at = models.DateTimeField()


class DisputeEvidence(models.Model):
    """One piece of evidence: words, or a picture or short video in the vault. Never changed, never taken back, but blanked
    when a buyer is forgotten.

    What was shown in the claim is here too, from the moment the platform is called. A `private` piece is shown masked to
    the other side. `poster` is the first frame of a video.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="evidence")
    shop_id = models.UUIDField()
    party = models.CharField(max_length=10)
    kind = models.CharField(max_length=20)
    words = models.CharField(max_length=1000, default="", blank=True)
    file = models.CharField(max_length=36, default="", blank=True)
    medium = models.CharField(max_length=8, default="", blank=True)  # picture, video; empty for words alone
    poster = models.CharField(max_length=36, default="", blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    private = models.BooleanField(default=False)
    in_appeal = models.BooleanField(default=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)  # words and file are gone: who showed it asked to be forgotten

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(words="") | ~Q(file="") | Q(erased_at__isnull=False),
                name="dispute_evidence_says_something",
            ),
            models.UniqueConstraint(
                fields=["dispute", "party", "sha256"], condition=~Q(sha256=""), name="dispute_evidence_once"
            ),
        ]
