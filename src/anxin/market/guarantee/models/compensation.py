"""Tables of automatic compensation: the shipping promise of every paid order, pauses, what was paid, and barred shops."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.compensation import CompensationState, ShipPromiseState
from anxin.market.guarantee.domain.compensation_rules import CompensationKind


class ShipPromise(models.Model):
    """Within how many hours an order was promised to ship, frozen at payment, and whether it did. Its id is the order's."""

    order_id = models.UUIDField(primary_key=True, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, default=ShipPromiseState.WAITING)
    version = models.IntegerField(default=0)
    paid_minor = models.BigIntegerField()
    promise_hours = models.PositiveIntegerField()
    source = models.CharField(max_length=10)
    region = models.CharField(max_length=6, default="", blank=True)
    rules = models.CharField(max_length=40)
    paid_at = models.DateTimeField()
    ship_by = models.DateTimeField()
    shipped_at = models.DateTimeField(null=True)
    picked_up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(ShipPromiseState)), name="ship_promise_known"),
        ]
        indexes = [models.Index(fields=["shop", "ship_by"], name="ship_promise_of_shop")]


class ShipTerm(models.Model):
    """A shop's own word on how fast it ships, from a moment on; without one the category's hours hold."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    hours = models.PositiveIntegerField(null=True)
    since = models.DateTimeField()
    set_by = models.UUIDField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shop", "-since"], name="ship_term_of_shop")]


class ForceMajeure(models.Model):
    """A time that does not count in a region (不可抗力): `region` is the beginning of a GB/T 2260 code, "" everywhere."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region = models.CharField(max_length=6, default="", blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200)
    declared_by = models.UUIDField(null=True)
    declared_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-since"], name="force_majeure_newest")]


class Compensation(models.Model):
    """Something a buyer is paid for without asking: each kind and stage once an order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_id = models.UUIDField()
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    stage = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, default=CompensationState.PAYING)
    version = models.IntegerField(default=0)
    paid_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    rules = models.CharField(max_length=40)
    cause = models.CharField(max_length=200, default="", blank=True)
    found_by = models.UUIDField(null=True)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_id", "kind", "stage"], name="compensation_once"),
            models.CheckConstraint(condition=Q(kind__in=list(CompensationKind)), name="compensation_kind_known"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="compensation_positive"),
        ]
        indexes = [
            models.Index(fields=["shop", "-id"], name="compensation_of_shop"),
            models.Index(fields=["person", "-id"], name="compensation_of_person"),
        ]


class ShopBar(models.Model):
    """A shop that shipped too much too late takes no orders until `until`."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    orders = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop"], condition=Q(lifted_at__isnull=True), name="shop_bar_one_open")
        ]
