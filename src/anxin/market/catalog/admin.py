"""The catalog in the back-office: to look things up; changes go through the studio and the desk."""

from django.contrib import admin

from anxin.infra.back_office import ReadOnly
from anxin.market.catalog.models import Category, CategoryTerms, PriceChange, Product, ProductChange, Review, Sku


@admin.register(Category)
class CategoryAdmin(ReadOnly):
    """The category tree, which is written in files."""

    list_display = ("code", "name", "name_en", "parent", "is_leaf", "is_retired")
    list_filter = ("is_leaf", "is_retired")
    search_fields = ("code", "name", "name_en")


@admin.register(CategoryTerms)
class CategoryTermsAdmin(ReadOnly):
    """What held for goods of a category, and since when."""

    list_display = ("category", "effective_from", "service_fee_bps", "after_sale_days", "settlement_days", "flags")
    search_fields = ("category__code",)


@admin.register(Product)
class ProductAdmin(ReadOnly):
    """Products, the last changed first."""

    list_display = ("title", "shop", "category", "state", "version", "updated_at")
    list_filter = ("state",)
    list_select_related = ("shop", "category")
    search_fields = ("title", "handle")
    ordering = ("-updated_at",)
    show_full_result_count = False


@admin.register(Sku)
class SkuAdmin(ReadOnly):
    """SKUs by code."""

    list_display = ("code", "product", "options", "price_minor", "compare_price_minor", "state")
    list_select_related = ("product",)
    search_fields = ("code", "barcode")
    show_full_result_count = False


@admin.register(PriceChange)
class PriceChangeAdmin(ReadOnly):
    """The price history, newest first."""

    list_display = ("sku", "price_minor", "compare_price_minor", "changed_at", "changed_by")
    list_select_related = ("sku", "changed_by")
    ordering = ("-changed_at",)
    show_full_result_count = False


@admin.register(Review)
class ReviewAdmin(ReadOnly):
    """Submissions and decisions, newest first."""

    list_display = ("product", "state", "is_change", "submitted_at", "decided_at", "decided_by")
    list_filter = ("state", "is_change")
    list_select_related = ("product", "decided_by")
    ordering = ("-submitted_at",)


@admin.register(ProductChange)
class ProductChangeAdmin(ReadOnly):
    """Who did what to products, newest first."""

    list_display = ("product", "verb", "version", "at", "by")
    list_filter = ("verb",)
    list_select_related = ("product", "by")
    ordering = ("-at",)
    show_full_result_count = False
