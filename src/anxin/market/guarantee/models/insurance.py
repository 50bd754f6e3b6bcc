"""Tables of freight insurance: policies, claims for freight, couriers sent for returns, and the sandbox insurer's book."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.insurance import (
    InsuranceClaimState,
    Policyholder,
    PolicyState,
    PremiumState,
    Route,
)
from anxin.market.guarantee.domain.insurance_rules import InsuranceProduct


class FreightPolicy(models.Model):
    """The insurance of one order's way back (运费险): what was quoted under which book, and who pays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_id = models.UUIDField(unique=True)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, default=PolicyState.INIT)
    version = models.IntegerField(default=0)
    holder = models.CharField(max_length=10)
    product = models.CharField(max_length=10)
    premium_minor = models.BigIntegerField()
    premium_state = models.CharField(max_length=10, default=PremiumState.TO_DEDUCT)
    cover_minor = models.BigIntegerField()
    from_region = models.CharField(max_length=6)
    to_region = models.CharField(max_length=6)
    weight_grams = models.PositiveIntegerField()
    distance_km = models.PositiveIntegerField()
    rules = models.CharField(max_length=40)
    insurer = models.CharField(max_length=20, default="", blank=True)
    insurer_ref = models.CharField(max_length=64, default="", blank=True)
    refusal = models.CharField(max_length=200, default="", blank=True)
    opened_at = models.DateTimeField()
    active_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(PolicyState)), name="policy_state_known"),
            models.CheckConstraint(condition=Q(premium_state__in=list(PremiumState)), name="policy_premium_known"),
            models.CheckConstraint(condition=Q(holder__in=list(Policyholder)), name="policy_holder_known"),
            models.CheckConstraint(condition=Q(product__in=list(InsuranceProduct)), name="policy_product_known"),
            models.CheckConstraint(condition=Q(premium_minor__gt=0), name="policy_premium_positive"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="policy_of_person"),
            models.Index(fields=["shop", "-id"], name="policy_of_shop"),
        ]


class FreightClaim(models.Model):
    """What a return is paid out of a policy: one claim an order, and a tracking number counts once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    policy = models.OneToOneField(FreightPolicy, on_delete=models.PROTECT, related_name="claim")
    claim_id = models.UUIDField(unique=True)
    shop_id = models.UUIDField()
    person_id = models.UUIDField()
    state = models.CharField(max_length=10, default=InsuranceClaimState.OPEN)
    version = models.IntegerField(default=0)
    route = models.CharField(max_length=10)
    carrier = models.CharField(max_length=12, default="", blank=True)
    tracking_no = models.CharField(max_length=40, default="", blank=True)
    asked_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    refusal = models.CharField(max_length=20, default="", blank=True)
    appeals = models.PositiveSmallIntegerField(default=0)
    insurer_ref = models.CharField(max_length=64, default="", blank=True)
    insurer_silent = models.BooleanField(default=False)
    applied_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    pay_by = models.DateTimeField()
    appeal_by = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tracking_no"],
                condition=~Q(tracking_no="") & ~Q(state=InsuranceClaimState.FAILED),
                name="freight_number_once",
            ),
            models.CheckConstraint(condition=Q(state__in=list(InsuranceClaimState)), name="freight_state_known"),
            models.CheckConstraint(condition=Q(route__in=list(Route)), name="freight_route_known"),
            models.CheckConstraint(
                condition=Q(paid_minor__gte=0) & Q(paid_minor__lte=F("asked_minor")), name="freight_paid_bound"
            ),
        ]
        indexes = [
            models.Index(fields=["shop_id", "-id"], name="freight_of_shop"),
            models.Index(fields=["person_id", "-id"], name="freight_of_person"),
        ]


class ReturnPickUp(models.Model):
    """A courier sent for a return; its id is the visit's at the carrier. Once collected, who bears how much of the freight."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    claim_id = models.UUIDField()
    order_id = models.UUIDField()
    shop_id = models.UUIDField()
    person_id = models.UUIDField()
    merchant_at_fault = models.BooleanField()
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    collected = models.BooleanField(default=False)
    handed_over = models.BooleanField(default=False)
    insured_minor = models.BigIntegerField(default=0)
    merchant_minor = models.BigIntegerField(default=0)
    buyer_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["claim_id"], condition=Q(ended_at__isnull=True), name="pickup_one_open")
        ]
        indexes = [models.Index(fields=["claim_id", "-id"], name="pickup_of_claim")]


class SandboxInsurance(models.Model):
    """A policy or a claim inside the sandbox insurer: `facts` is its own book."""

    id = models.UUIDField(primary_key=True, editable=False)
    facts = models.JSONField()
