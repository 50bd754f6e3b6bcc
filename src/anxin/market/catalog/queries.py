"""What the catalog answers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count

from anxin.infra.sql import Row
from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, limited, page_of
from anxin.market.catalog import store
from anxin.market.catalog.cursors import cursor_of, read_cursor
from anxin.market.catalog.domain.attributes import ShownAttribute, shown_attributes
from anxin.market.catalog.domain.content import Content, Picture, ProductDraft, SkuDraft
from anxin.market.catalog.domain.life import PRODUCT_LIFE, REVIEW_LIFE, ProductState, ReviewState, SkuState
from anxin.market.catalog.domain.reviewing import FieldPair, RefusalReason, side_by_side
from anxin.market.catalog.domain.saving import StoredProduct, StoredSku, proposed_content, retiring
from anxin.market.catalog.domain.tree import Attribute, AttributeKind, CategoryNode, CategoryTree, Flag, Terms
from anxin.market.catalog.errors import ProductNotFound, ReviewNotFound, VersionNotFound
from anxin.market.catalog.exporting import export_products
from anxin.market.catalog.importing.reads import ImportFacts, import_job, imports_of
from anxin.market.catalog.models import PriceChange, ProductChange, ProductVersion, Review
from anxin.market.catalog.offers import Offer, offers
from anxin.market.catalog.search.asking import Answer, Band, FacetCount, Facets, Question, Sort, Suggestion
from anxin.market.catalog.search.reads import search, search_among, suggest
from anxin.market.catalog.store import SQL
from anxin.market.catalog.tree_cache import category_tree

__all__ = [
    "PRODUCT_LIFE",
    "REVIEW_LIFE",
    "Answer",
    "Attribute",
    "AttributeKind",
    "Band",
    "CategoryNode",
    "CategoryTree",
    "Content",
    "FacetCount",
    "Facets",
    "FieldPair",
    "Flag",
    "ImportFacts",
    "Offer",
    "Picture",
    "ProductDraft",
    "ProductState",
    "Question",
    "RefusalReason",
    "ReviewState",
    "ShownAttribute",
    "SkuDraft",
    "SkuState",
    "Sort",
    "StoredSku",
    "Suggestion",
    "Terms",
    "category_tree",
    "export_products",
    "import_job",
    "imports_of",
    "offers",
    "search",
    "search_among",
    "shown_attributes",
    "suggest",
]

SNAPSHOT_KEPT = timedelta(days=3 * 366)  # Order 117 art. 16: at least three years
CHANGES_MAX = 100


@dataclass(frozen=True)
class ProductPage:
    """A product with everything that its page, or its editor, shows."""

    stored: StoredProduct
    shop_id: UUID
    shop_slug: str
    shop_name: str
    shop_name_en: str
    shop_selling: bool
    category: CategoryNode
    path: tuple[CategoryNode, ...]
    price_min_minor: int
    price_max_minor: int
    sold_count: int
    shown_version: int
    created_at: Instant
    updated_at: Instant
    first_shown_at: Instant | None

    @property
    def id(self) -> UUID:
        """The product's id."""
        return self.stored.id

    @property
    def content(self) -> Content:
        """What is shown; before the first approval, the draft."""
        return self.stored.content

    @property
    def proposed(self) -> Content | None:
        """The content that waits to be submitted or approved."""
        return proposed_content(self.stored.proposed)

    @property
    def written(self) -> Content:
        """What its merchant last wrote: the proposal, else what is shown."""
        return self.proposed or self.content

    @property
    def skus(self) -> tuple[StoredSku, ...]:
        """The SKUs that are shown."""
        return tuple(sku for sku in self.stored.skus if sku.state is SkuState.ACTIVE)

    @property
    def written_skus(self) -> tuple[StoredSku, ...]:
        """The SKUs as its merchant last wrote them."""
        leaving = set(retiring(self.stored.proposed))
        return tuple(sku for sku in self.stored.skus if sku.id not in leaving)

    @property
    def attributes(self) -> tuple[ShownAttribute, ...]:
        """The attributes as a reader sees them."""
        return shown_attributes(self.category.terms.attributes, self.content.attributes)

    @property
    def is_shown(self) -> bool:
        """Whether buyers can see it."""
        return self.stored.state is ProductState.ON_SALE and self.shop_selling


@dataclass(frozen=True)
class ProductRow:
    """A product in a merchant's list."""

    id: UUID
    handle: str
    state: ProductState
    version: int
    category: str
    title: str
    title_en: str
    picture: str
    price_min_minor: int
    price_max_minor: int
    sold_count: int
    updated_at: Instant
    is_changing: bool
    waiting: bool
    sku_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class ProductFilter:
    """Which products of a shop are wanted; the words are looked for in title, handle and SKU code."""

    text: str = ""
    state: ProductState | None = None
    category: str = ""


@dataclass(frozen=True)
class Card:
    """What a product card shows."""

    id: UUID
    handle: str
    title: str
    title_en: str
    category: str
    picture: str
    price_min_minor: int
    price_max_minor: int
    compare_price_minor: int | None
    sold_count: int
    shop_id: UUID
    shop_slug: str
    shop_name: str
    shop_name_en: str


@dataclass(frozen=True)
class Snapshot:
    """What was shown of a product in one version."""

    product_id: UUID
    number: int
    shown_from: Instant
    sha256: str
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class ReviewRow:
    """A submission in the queue."""

    id: UUID
    product_id: UUID
    shop_id: UUID
    is_change: bool
    submitted_at: Instant
    title: str
    category: str
    picture: str
    shop_name: str
    shop_name_en: str


@dataclass(frozen=True)
class ReviewPage:
    """A submission with the product it belongs to, side by side with what is shown now."""

    id: UUID
    state: ReviewState
    is_change: bool
    submitted_at: Instant
    decided_at: Instant | None
    reasons: tuple[str, ...]
    note: str
    proposed: Content
    product: ProductPage
    pairs: tuple[FieldPair, ...]
    new_skus: tuple[StoredSku, ...]
    leaving_skus: tuple[StoredSku, ...]


@dataclass(frozen=True)
class Decision:
    """What a review of a product came to, for its merchant."""

    state: ReviewState
    is_change: bool
    submitted_at: Instant
    decided_at: Instant | None
    reasons: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Change:
    """One line of a product's audit trail."""

    at: Instant
    by: UUID | None
    verb: str
    version: int
    details: Mapping[str, Any]


@dataclass(frozen=True)
class PricePoint:
    """A price in force from a moment on."""

    sku_id: UUID
    price_minor: int
    compare_price_minor: int | None
    changed_at: Instant


def product_page(product_id: UUID, *, now: Instant) -> ProductPage:
    """Return a product whatever its state, in one statement. Raises ProductNotFound.

    A page for buyers shows it only when `is_shown`.
    """
    row = SQL.one("product_page", product_id=product_id)
    if row is None:
        raise ProductNotFound
    tree = category_tree(now=now)
    return ProductPage(
        stored=store.stored_product(row),
        shop_id=row["shop_id"],
        shop_slug=row["shop_slug"],
        shop_name=row["shop_name"],
        shop_name_en=row["shop_name_en"],
        shop_selling=row["selling"],
        category=tree.node(row["category"]),
        path=tree.path(row["category"]),
        price_min_minor=row["price_min_minor"],
        price_max_minor=row["price_max_minor"],
        sold_count=row["sold_count"],
        shown_version=row["shown_version"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        first_shown_at=row["first_shown_at"],
    )


def product_of_shop(shop_id: UUID, product_id: UUID, *, now: Instant) -> ProductPage:
    """Return a product of the shop for its staff. Raises ProductNotFound, for another shop's too."""
    found = product_page(product_id, now=now)
    if found.shop_id != shop_id:
        raise ProductNotFound
    return found


def products_of_shop(
    shop_id: UUID, wanted: ProductFilter | None = None, *, now: Instant, cursor: str | None = None, limit: int = 0
) -> Page[ProductRow]:
    """Return the shop's products, the last changed first; delisted ones only when that state is asked for."""
    wanted = wanted or ProductFilter()
    size = limited(limit)
    before, before_id = read_cursor(cursor)
    text = wanted.text.strip()
    rows = SQL.rows(
        "products_of_shop",
        shop_id=shop_id,
        state=wanted.state.value if wanted.state else None,
        categories=_codes_within(wanted.category, now=now),
        text=text,
        like=_like(text),
        before=before,
        before_id=before_id,
        rows=size + 1,
    )
    return page_of([_product_row(row) for row in rows], size, lambda row: cursor_of(row.updated_at, row.id))


def product_counts(shop_id: UUID) -> dict[ProductState, int]:
    """Return how many products of the shop are in each state."""
    counted = {ProductState(row["state"]): row["products"] for row in SQL.rows("product_counts", shop_id=shop_id)}
    return {state: counted.get(state, 0) for state in ProductState}


def drafts_of(shop_id: UUID, handles: Sequence[str]) -> dict[str, ProductDraft]:
    """Return the shop's products as their merchant last wrote them, by handle; for an update that changes a part."""
    found = SQL.rows("products_by_handle", shop_id=shop_id, handles=list(handles))
    return {row["handle"]: store.stored_product(row).last_draft for row in found}


def cards(product_ids: Sequence[UUID]) -> list[Card]:
    """Return cards of the products that can be seen now, in the order asked for."""
    return [Card(**row) for row in SQL.rows("cards", product_ids=list(product_ids))] if product_ids else []


def brands(product_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the brands of those of the products that have one, in one statement."""
    if not product_ids:
        return {}
    return {row["id"]: row["brand"] for row in SQL.rows("brands", product_ids=list(product_ids))}


def on_sale_after(product_id: UUID, limit: int) -> list[UUID]:
    """Return products on sale in the order of their ids, after one: for whoever walks through all of them."""
    return [row["id"] for row in SQL.rows("on_sale_after", after=product_id, rows=limit)]


def fresh(limit: int) -> list[UUID]:
    """Return the products that came on sale last."""
    return [row["id"] for row in SQL.rows("shelf_fresh", rows=limited(limit))]


def popular(limit: int) -> list[UUID]:
    """Return the products that sold most."""
    return [row["id"] for row in SQL.rows("shelf_popular", rows=limited(limit))]


def best_of_shop(shop_id: UUID, limit: int, *, except_id: UUID) -> list[UUID]:
    """Return the shop's products that sold most, without the one that is looked at."""
    rows = SQL.rows("best_of_shop", shop_id=shop_id, except_id=except_id, rows=limited(limit))
    return [row["id"] for row in rows]


def snapshot(product_id: UUID, number: int) -> Snapshot:
    """Return what was shown of a product in version `number`. Raises VersionNotFound."""
    row = ProductVersion.objects.filter(product_id=product_id, number=number).first()
    if row is None:
        raise VersionNotFound
    return Snapshot(row.product_id, row.number, row.shown_from, row.sha256, row.snapshot)


def review_queue(
    *, is_change: bool | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[ReviewRow]:
    """Return submissions that wait, the oldest first; first ones or changes only, when asked."""
    size = limited(limit)
    after, after_id = read_cursor(cursor)
    rows = SQL.rows("review_queue", after=after, after_id=after_id, is_change=is_change, rows=size + 1)
    return page_of([ReviewRow(**row) for row in rows], size, lambda row: cursor_of(row.submitted_at, row.id))


def waiting_reviews() -> dict[bool, int]:
    """Return how many submissions wait: changes of what is shown (True) and first ones (False)."""
    waiting = Review.objects.filter(state=ReviewState.WAITING).values_list("is_change").annotate(number=Count("id"))
    return {True: 0, False: 0} | dict(waiting)


def review_page(review_id: UUID, *, now: Instant) -> ReviewPage:
    """Return a submission beside what is shown now. Raises ReviewNotFound."""
    row = Review.objects.filter(pk=review_id).first()
    if row is None:
        raise ReviewNotFound
    product = product_page(row.product_id, now=now)
    proposed = proposed_content({"content": row.content}) or product.content
    leaving = set(retiring(product.stored.proposed)) if row.is_change else set()
    fresh_state = SkuState.PROPOSED if row.is_change else SkuState.ACTIVE
    return ReviewPage(
        id=row.pk,
        state=ReviewState(row.state),
        is_change=row.is_change,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        reasons=tuple(row.reasons),
        note=row.note,
        proposed=proposed,
        product=product,
        pairs=side_by_side(product.content if row.is_change else None, proposed),
        new_skus=tuple(sku for sku in product.stored.skus if sku.state is fresh_state),
        leaving_skus=tuple(sku for sku in product.stored.skus if sku.id in leaving),
    )


def last_decision(product_id: UUID) -> Decision | None:
    """Return the newest submission of a product and what became of it."""
    row = Review.objects.filter(product_id=product_id).order_by("-submitted_at", "-id").first()
    if row is None:
        return None
    state = ReviewState(row.state)
    return Decision(state, row.is_change, row.submitted_at, row.decided_at, tuple(row.reasons), row.note)


def changes(product_id: UUID, limit: int = CHANGES_MAX) -> list[Change]:
    """Return who did what to a product, the newest first."""
    rows = ProductChange.objects.filter(product_id=product_id).order_by("-at", "-id")[: min(limit, CHANGES_MAX)]
    return [Change(row.at, row.by_id, row.verb, row.version, row.details) for row in rows]


def prices(sku_ids: Iterable[UUID], limit: int = CHANGES_MAX) -> list[PricePoint]:
    """Return the price history of SKUs, the newest first."""
    rows = PriceChange.objects.filter(sku_id__in=list(sku_ids)).order_by("-changed_at", "-id")[
        : min(limit, CHANGES_MAX)
    ]
    return [PricePoint(row.sku_id, row.price_minor, row.compare_price_minor, row.changed_at) for row in rows]


def _product_row(row: Row) -> ProductRow:
    return ProductRow(**row | {"state": ProductState(row["state"]), "sku_ids": tuple(row["sku_ids"])})


def _codes_within(category: str, *, now: Instant) -> list[str] | None:
    if not category:
        return None
    return [node.code for node in category_tree(now=now).leaves(category)]


def _like(text: str) -> str | None:
    if not text:
        return None
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
