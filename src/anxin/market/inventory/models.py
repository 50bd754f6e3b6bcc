"""Tables of stock."""

from django.db import models
from django.db.models import F, Q

from anxin.kernel.ids import new_id
from anxin.market.inventory.domain import LOW_STOCK_DEFAULT, HoldState


class Stock(models.Model):
    """Pieces of one SKU: `held` of those `on_hand` wait for payment; the rest is free to sell."""

    sku_id = models.UUIDField(primary_key=True)
    shop_id = models.UUIDField()
    on_hand = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)
    sold = models.BigIntegerField(default=0)
    low_stock_at = models.IntegerField(default=LOW_STOCK_DEFAULT)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(held__gte=0) & Q(held__lte=F("on_hand")), name="stock_no_oversell"),
        ]
        indexes = [models.Index(fields=["shop_id", "sku_id"], name="stock_of_shop")]


class Hold(models.Model):
    """Pieces kept for one order."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_id = models.UUIDField()
    sku_id = models.UUIDField()
    quantity = models.IntegerField()
    state = models.CharField(max_length=8, default=HoldState.HELD)
    held_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order_id", "sku_id"], name="hold_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="hold_positive"),
        ]
        indexes = [models.Index(fields=["sku_id"], name="hold_waiting", condition=Q(state=HoldState.HELD))]


class Adjustment(models.Model):
    """A change of stock on hand, with its reason; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sku_id = models.UUIDField()
    shop_id = models.UUIDField()
    delta = models.BigIntegerField()
    on_hand_after = models.BigIntegerField()
    reason = models.CharField(max_length=12)
    note = models.CharField(max_length=200, default="")
    by_person_id = models.UUIDField(null=True)
    adjusted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["sku_id", "-adjusted_at"], name="adjustment_of_sku")]
