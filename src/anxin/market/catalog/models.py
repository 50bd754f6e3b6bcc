"""Tables of the catalog: categories, products and their SKUs, what was shown when, and who changed what."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from anxin.kernel.ids import new_id
from anxin.market.catalog.domain.life import ProductState, ReviewState, SkuState
from anxin.market.catalog.importing.models import ImportJob
from anxin.market.catalog.search.models import SearchEntry, SearchWord

__all__ = [
    "Category",
    "CategoryTerms",
    "ImportJob",
    "PriceChange",
    "Product",
    "ProductChange",
    "ProductVersion",
    "Review",
    "SearchEntry",
    "SearchWord",
    "Sku",
]


class Category(models.Model):
    """A node of the category tree (类目); what holds for goods in it are dated rows of `CategoryTerms`."""

    code = models.CharField(max_length=40, primary_key=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    icon = models.CharField(max_length=40, default="", blank=True)
    position = models.PositiveIntegerField()
    is_leaf = models.BooleanField()
    is_retired = models.BooleanField(default=False)


class CategoryTerms(models.Model):
    """What holds for goods of a category from `effective_from` until the next row: fee, windows, attributes, flags."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    effective_from = models.DateTimeField()
    service_fee_bps = models.PositiveIntegerField()
    after_sale_days = models.PositiveIntegerField()
    settlement_days = models.PositiveIntegerField()
    flags = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    attributes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["category", "effective_from"], name="category_terms_once"),
            models.CheckConstraint(condition=Q(service_fee_bps__lte=10_000), name="category_fee_below_whole"),
        ]


class Product(models.Model):
    """A product (SPU). Its columns hold what is shown (or, before the first approval, the draft).

    `proposed` holds changed content of a reviewed product that waits for a review; the shown content stays until then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    handle = models.CharField(max_length=255)
    state = models.CharField(max_length=12, default=ProductState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=255)
    title_en = models.CharField(max_length=255, default="", blank=True)
    description_html = models.TextField(default="", blank=True)
    brand = models.CharField(max_length=120, default="", blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    option_names = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    pictures = models.JSONField(default=list, blank=True)  # [{"key", "alt"}], the first one is the cover
    product_type = models.CharField(max_length=255, default="", blank=True)
    tags = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    freight_template_id = models.UUIDField(null=True)
    extras = models.JSONField(default=dict, blank=True)  # columns of an imported file that only its export needs
    proposed = models.JSONField(null=True)
    price_min_minor = models.BigIntegerField(default=0)
    price_max_minor = models.BigIntegerField(default=0)
    sold_count = models.BigIntegerField(default=0)
    shown_version = models.PositiveIntegerField(default=0)  # number of the newest ProductVersion, 0: never shown
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    first_shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "handle"], name="product_handle_once"),
            models.CheckConstraint(condition=Q(state__in=list(ProductState)), name="product_state_known"),
            models.CheckConstraint(condition=Q(option_names__len__lte=3), name="product_options_at_most_three"),
        ]
        indexes = [
            models.Index(fields=["shop", "-updated_at", "-id"], name="product_of_shop"),
            models.Index(fields=["category", "-first_shown_at"], condition=Q(state="on_sale"), name="product_newest"),
            models.Index(fields=["-first_shown_at", "-id"], condition=Q(state="on_sale"), name="product_fresh"),
            models.Index(fields=["-sold_count", "-id"], condition=Q(state="on_sale"), name="product_popular"),
        ]


class Sku(models.Model):
    """One variant that can be bought: a value for each of the product's options, and a price."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="skus")
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default=SkuState.ACTIVE)
    position = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=80, default="", blank=True)
    options = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    price_minor = models.BigIntegerField()
    compare_price_minor = models.BigIntegerField(null=True)
    barcode = models.CharField(max_length=64, default="", blank=True)
    weight_grams = models.PositiveIntegerField(default=0)
    picture = models.CharField(max_length=80, default="", blank=True)
    extras = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "code"], condition=~Q(code="") & Q(state="active"), name="sku_code_once"
            ),
            models.UniqueConstraint(
                fields=["product", "options"], condition=~Q(state="retired"), name="sku_options_once"
            ),
            # zero: not priced yet, so not for sale
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="sku_price_not_negative"),
            models.CheckConstraint(
                condition=Q(compare_price_minor__isnull=True) | Q(compare_price_minor__gt=F("price_minor")),
                name="sku_compare_above_price",
            ),
            models.CheckConstraint(condition=Q(state__in=list(SkuState)), name="sku_state_known"),
        ]
        indexes = [models.Index(fields=["product", "position"], name="sku_of_product")]


class ProductVersion(models.Model):
    """What was shown of a product from `shown_from` on: immutable, kept three years (Order 117 art. 16)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    shop_id = models.UUIDField()
    number = models.PositiveIntegerField()
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    shown_from = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "number"], name="product_version_once")]


class PriceChange(models.Model):
    """A price in force from `changed_at` until the SKU's next row; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sku = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="+")
    shop_id = models.UUIDField()
    price_minor = models.BigIntegerField()
    compare_price_minor = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["sku", "-changed_at"], name="price_of_sku")]


class Review(models.Model):
    """A submission of content for review: the first of a product, or a change of what is shown."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, default=ReviewState.WAITING)
    is_change = models.BooleanField()
    content = models.JSONField()
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    reasons = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    note = models.CharField(max_length=1000, default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product"], condition=Q(state="waiting"), name="review_one_waiting")
        ]
        indexes = [
            models.Index(fields=["submitted_at", "id"], condition=Q(state="waiting"), name="review_queue"),
            models.Index(fields=["product", "-submitted_at"], name="review_of_product"),
        ]


class ProductChange(models.Model):
    """Who did what to a product, and the values before and after; append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    shop_id = models.UUIDField()
    verb = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["product", "-at", "-id"], name="change_of_product")]
