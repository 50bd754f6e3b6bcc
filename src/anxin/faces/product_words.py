"""What studio and desk call states, verbs, reasons and fields of products."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from anxin.market.catalog.queries import ProductState, RefusalReason, ReviewState

Word = str | Promise

STATES: dict[ProductState, tuple[Word, str]] = {
    ProductState.DRAFT: (_("Draft"), "info"),
    ProductState.IN_REVIEW: (_("In review"), "wait"),
    ProductState.ON_SALE: (_("On sale"), "good"),
    ProductState.OFF_SALE: (_("Off sale"), "info"),
    ProductState.DELISTED: (_("Delisted"), "bad"),
}

REVIEW_STATES: dict[ReviewState, tuple[Word, str]] = {
    ReviewState.WAITING: (_("Waiting for review"), "wait"),
    ReviewState.APPROVED: (_("Approved"), "good"),
    ReviewState.REFUSED: (_("Refused"), "bad"),
    ReviewState.WITHDRAWN: (_("Withdrawn"), "info"),
}

REASONS: dict[str, Word] = {
    RefusalReason.WRONG_CATEGORY: _("Wrong category"),
    RefusalReason.MISLEADING_TITLE: _("Misleading title"),
    RefusalReason.BAD_PICTURES: _("Pictures are unclear or not of this product"),
    RefusalReason.FALSE_CLAIMS: _("Claims that cannot be proven"),
    RefusalReason.FORBIDDEN_GOODS: _("Goods that may not be sold"),
    RefusalReason.PAPERS_MISSING: _("Papers are missing"),
    RefusalReason.BRAND_NOT_AUTHORISED: _("Brand without authorisation"),
    RefusalReason.WRONG_ATTRIBUTES: _("Attributes do not match the product"),
    RefusalReason.PRICE_UNREASONABLE: _("Unreasonable price"),
    RefusalReason.OTHER: _("Another reason"),
}

FIELDS: dict[str, Word] = {
    "category": _("Category"),
    "title": _("Title"),
    "title_en": _("English title"),
    "description_html": _("Description"),
    "brand": _("Brand"),
    "attributes": _("Attributes"),
    "option_names": _("Options"),
    "pictures": _("Pictures"),
    "product_type": _("Type"),
    "tags": _("Tags"),
    "handle": _("Handle"),
    "state": _("State"),
    "freight_template_id": _("Freight template"),
    "proposed": _("Change for review"),
    "skus_added": _("SKUs added"),
    "skus_changed": _("SKUs changed"),
    "skus_removed": _("SKUs removed"),
    "prices": _("Prices"),
    "extras": _("Columns kept from a file"),
    "review": _("Review"),
    "reasons": _("Reasons"),
}

VERBS: dict[str, Word] = {
    "save": _("Saved"),
    "load": _("Imported"),
    "submit": _("Submitted for review"),
    "withdraw": _("Withdrawn"),
    "approve": _("Approved"),
    "refuse": _("Refused"),
    "put_on_sale": _("Put on sale"),
    "take_off": _("Taken off sale"),
    "delist": _("Delisted"),
    "price": _("Prices changed"),
}
