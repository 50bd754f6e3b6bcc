"""Tables of carts, orders and parcels."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from anxin.kernel.ids import new_id
from anxin.market.orders.domain.life import OrderState


class CartLine(models.Model):
    """Something a person (or a guest's device) means to buy, and the price seen when it was put in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    guest = models.CharField(max_length=43, default="", blank=True)
    sku_id = models.UUIDField()
    quantity = models.IntegerField()
    seen_price_minor = models.BigIntegerField()
    selected = models.BooleanField(default=True)
    origin = models.JSONField(null=True)  # where the goods were met, see domain/origin.py
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "sku_id"], condition=~Q(person=None), name="cart_once"),
            models.UniqueConstraint(fields=["guest", "sku_id"], condition=~Q(guest=""), name="cart_guest_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="cart_quantity_positive"),
            models.CheckConstraint(condition=Q(person=None) ^ Q(guest=""), name="cart_has_one_owner"),
        ]


class Checkout(models.Model):
    """What a buyer confirms and pays at once: one order a shop."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    total_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    placed_at = models.DateTimeField()
    pay_by = models.DateTimeField()


class Order(models.Model):
    """One buyer's purchase from one shop. `version` grows with every step; steps are compare-and-set on it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checkout = models.ForeignKey(Checkout, on_delete=models.PROTECT, related_name="orders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=20, default=OrderState.AWAITING_PAYMENT)
    version = models.IntegerField(default=0)
    goods_minor = models.BigIntegerField()
    freight_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    address = models.JSONField(null=True)
    note = models.CharField(max_length=200, default="", blank=True)
    closing = models.CharField(max_length=10, default="", blank=True)
    extended = models.BooleanField(default=False)
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    receipt_due_at = models.DateTimeField(null=True)
    open_claims = models.IntegerField(default=0, db_default=0)
    to_forget = models.BooleanField(default=False, db_default=False)  # once nobody needs the address any more

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(total_minor=F("goods_minor") + F("freight_minor")), name="order_total_is_sum"
            ),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0) & Q(refunded_minor__lte=F("total_minor")), name="order_refund_bound"
            ),
            models.CheckConstraint(condition=Q(state__in=list(OrderState)), name="order_state_known"),
            models.CheckConstraint(condition=Q(open_claims__gte=0), name="order_claims_counted"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="order_of_person"),
            models.Index(fields=["shop", "state", "-id"], name="order_of_shop"),
            models.Index(fields=["shop", "-paid_at"], name="order_paid", condition=Q(paid_at__isnull=False)),
        ]


class OrderLine(models.Model):
    """What was bought, frozen as it was shown: price, terms and picture never change with the catalog.

    `unsent_quantity` are refunded pieces that will never be shipped; nothing is shipped on a line that is `claimed`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    shop_id = models.UUIDField()
    sku_id = models.UUIDField()
    product_id = models.UUIDField()
    product_version = models.IntegerField()
    quantity = models.IntegerField()
    shipped_quantity = models.IntegerField(default=0)
    unsent_quantity = models.IntegerField(default=0, db_default=0)
    refunded_quantity = models.IntegerField(default=0, db_default=0)
    refunded_minor = models.BigIntegerField(default=0, db_default=0)
    claimed = models.BooleanField(default=False, db_default=False)
    price_minor = models.BigIntegerField()
    amount_minor = models.BigIntegerField()
    fee_rate_bps = models.IntegerField()
    settlement_days = models.IntegerField()
    frozen = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="line_quantity_positive"),
            models.CheckConstraint(
                condition=Q(amount_minor=F("price_minor") * F("quantity")), name="line_amount_is_product"
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__gte=0) & Q(shipped_quantity__lte=F("quantity") - F("unsent_quantity")),
                name="line_ships_at_most",
            ),
            models.CheckConstraint(
                condition=Q(unsent_quantity__gte=0)
                & Q(refunded_quantity__gte=F("unsent_quantity"))
                & Q(refunded_quantity__lte=F("quantity")),
                name="line_refunds_at_most",
            ),
            models.CheckConstraint(condition=Q(refunded_minor__gte=0), name="line_refunded_positive"),
        ]
        indexes = [models.Index(fields=["product_id"], name="line_of_product")]


class Parcel(models.Model):
    """What left the merchant with one tracking number."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="parcels")
    shop_id = models.UUIDField()
    carrier = models.CharField(max_length=20)
    tracking_no = models.CharField(max_length=40)
    contents = models.JSONField()  # [{"line_id", "quantity"}]
    shipped_at = models.DateTimeField()
    picked_up_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)


class TimelineEntry(models.Model):
    """Something that happened to an order, for both sides to read; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="timeline")
    kind = models.CharField(max_length=30)
    facts = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
