"""Commands that write products: one, or thousands at once, by the same path."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from anxin.infra.media import has_picture
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.market.catalog import store
from anxin.market.catalog.domain.attributes import check_attributes
from anxin.market.catalog.domain.content import (
    Content,
    Picture,
    ProductDraft,
    SkuDraft,
    check_draft,
    without_duplicate_pictures,
)
from anxin.market.catalog.domain.prices import PastPrice, check_compare
from anxin.market.catalog.domain.saving import Plan, Save, StoredProduct, plan
from anxin.market.catalog.domain.tree import CategoryTree
from anxin.market.catalog.errors import (
    BatchTooLarge,
    HandleTaken,
    PictureUnknown,
    ProductNotFound,
    SkuCodeTaken,
)
from anxin.market.catalog.html import clean_html, clean_line
from anxin.market.catalog.store import Writing
from anxin.market.catalog.tree_cache import category_tree

__all__ = [
    "LOAD_MAX",
    "Loaded",
    "RefusedProduct",
    "Save",
    "SavedProduct",
    "create_product",
    "edit_product",
    "load_products",
    "prepared",
]

LOAD_MAX = 2_000


@dataclass(frozen=True)
class SavedProduct:
    """One product after it was written; `sku_ids` stand in the order of the draft."""

    handle: str
    product_id: UUID
    sku_ids: tuple[UUID, ...]
    version: int
    is_new: bool
    is_changed: bool


@dataclass(frozen=True)
class RefusedProduct:
    """One product of a batch that was not written, and why."""

    handle: str
    error: AnxinError


@dataclass(frozen=True)
class Loaded:
    """What a batch did."""

    saved: tuple[SavedProduct, ...]
    refused: tuple[RefusedProduct, ...]


@dataclass
class _Batch:
    """A batch on its way: what is stored, what is planned, what was refused."""

    saves: list[Save]
    vouched: bool
    stored_by_id: Mapping[UUID, StoredProduct] = field(default_factory=dict)
    stored_by_handle: Mapping[str, StoredProduct] = field(default_factory=dict)
    plans: list[Plan] = field(default_factory=list)
    refused: list[RefusedProduct] = field(default_factory=list)


@transactional
def create_product(shop_id: UUID, draft: ProductDraft, *, by: UUID, now: Instant) -> SavedProduct:
    """Write a new draft. Raises HandleTaken and what is wrong with the draft."""
    if store.lock_products(shop_id, handles=[draft.handle]):
        raise HandleTaken(draft.handle)
    return _save_one(shop_id, Save(draft), by=by, now=now)


@transactional
def edit_product(
    shop_id: UUID, product_id: UUID, draft: ProductDraft, *, version: int | None = None, by: UUID, now: Instant
) -> SavedProduct:
    """Write a changed product: in place, or as a proposal where a review is needed.

    Raises ProductNotFound, LostRace, WaitsForReview, CompareAboveLowest and what is wrong with the draft.
    """
    return _save_one(shop_id, Save(draft, product_id=product_id, version=version), by=by, now=now)


@transactional
def load_products(shop_id: UUID, saves: Sequence[Save], *, vouched: bool, by: UUID | None, now: Instant) -> Loaded:
    """Write up to LOAD_MAX products of a shop with a handful of statements; good ones in, bad ones reported.

    A handle that exists is updated. With `vouched` (an operator's import, the demo market) nothing waits for a review:
    `on_sale` puts a product on sale at once. Raises BatchTooLarge.
    """
    if len(saves) > LOAD_MAX:
        raise BatchTooLarge(LOAD_MAX)
    batch = _Batch(list(saves), vouched)
    _prepare(batch, category_tree(now=now))
    _read_stored(batch, shop_id)
    _plan(batch, now=now)
    _refuse_taken_codes(batch, shop_id)
    store.write(batch.plans, Writing(shop_id, by, now), verb="load" if len(saves) > 1 else "save")
    return Loaded(tuple(map(_saved, batch.plans)), tuple(batch.refused))


def prepared(draft: ProductDraft, tree: CategoryTree, *, vouched: bool) -> ProductDraft:
    """Return the draft with clean texts, canonical attributes and each picture once. Raises what is wrong with it."""
    content = draft.content
    schema = tree.leaf(content.category).terms.attributes
    attributes = {code: clean_line(value) for code, value in content.attributes.items()}
    cleaned = replace(
        content,
        title=clean_line(content.title),
        title_en=clean_line(content.title_en),
        description_html=clean_html(content.description_html),
        brand=clean_line(content.brand),
        attributes=check_attributes(schema, attributes, complete=False),
        option_names=tuple(map(clean_line, content.option_names)),
        pictures=tuple(Picture(picture.key, clean_line(picture.alt)[:255]) for picture in content.pictures),
        product_type=clean_line(content.product_type),
        tags=tuple(dict.fromkeys(filter(None, map(clean_line, content.tags)))),
    )
    whole = replace(draft, content=without_duplicate_pictures(cleaned), skus=tuple(map(_clean_sku, draft.skus)))
    check_draft(whole)
    if not vouched:
        _check_pictures(whole.content)
    return whole


def _save_one(shop_id: UUID, save: Save, *, by: UUID, now: Instant) -> SavedProduct:
    loaded = load_products(shop_id, [save], vouched=False, by=by, now=now)
    if loaded.refused:
        raise loaded.refused[0].error
    return loaded.saved[0]


def _prepare(batch: _Batch, tree: CategoryTree) -> None:
    ready: dict[str, Save] = {}
    for save in batch.saves:
        try:
            draft = prepared(save.draft, tree, vouched=batch.vouched)
            if draft.handle in ready:
                raise HandleTaken(draft.handle)
            ready[draft.handle] = replace(save, draft=draft)
        except AnxinError as error:
            batch.refused.append(RefusedProduct(save.draft.handle, error))
    batch.saves = list(ready.values())


def _read_stored(batch: _Batch, shop_id: UUID) -> None:
    ids = [save.product_id for save in batch.saves if save.product_id]
    stored = store.lock_products(shop_id, ids=ids, handles=[save.draft.handle for save in batch.saves])
    batch.stored_by_id = {product.id: product for product in stored}
    batch.stored_by_handle = {product.handle: product for product in stored}


def _plan(batch: _Batch, *, now: Instant) -> None:
    for save in batch.saves:
        try:
            batch.plans.append(plan(save, _stored(batch, save), vouched=batch.vouched))
        except AnxinError as error:
            batch.refused.append(RefusedProduct(save.draft.handle, error))
    raised = [sku.id for one in batch.plans for sku in one.skus if sku.before and sku.is_repriced]
    histories = store.price_histories(raised, now=now)
    _keep(batch, lambda one: _check_prices(one, histories, now=now))


def _stored(batch: _Batch, save: Save) -> StoredProduct | None:
    by_handle = batch.stored_by_handle.get(save.draft.handle)
    if save.product_id is None:
        return by_handle
    stored = batch.stored_by_id.get(save.product_id)
    if stored is None:
        raise ProductNotFound
    if by_handle is not None and by_handle.id != stored.id:
        raise HandleTaken(save.draft.handle)
    return stored


def _check_prices(one: Plan, histories: Mapping[UUID, list[PastPrice]], *, now: Instant) -> None:
    for sku in one.skus:
        if sku.before and sku.is_repriced:
            check_compare(sku.draft.label, sku.pricing_before, sku.draft.pricing, histories.get(sku.id, []), now=now)


def _refuse_taken_codes(batch: _Batch, shop_id: UUID) -> None:
    ids = [one.id for one in batch.plans if not one.is_new]
    taken = store.taken_codes(shop_id, [sku.draft.code for one in batch.plans for sku in one.skus], ids)

    def check(one: Plan) -> None:
        codes = [sku.draft.code for sku in one.skus if sku.draft.code]
        clash = next((code for code in codes if code in taken), None)
        if clash:
            raise SkuCodeTaken(clash)
        taken.update(codes)

    _keep(batch, check)


def _keep(batch: _Batch, check: Callable[[Plan], None]) -> None:
    """Move the plans that `check` refuses to the refused ones."""
    kept = []
    for one in batch.plans:
        try:
            check(one)
        except AnxinError as error:
            batch.refused.append(RefusedProduct(one.draft.handle, error))
        else:
            kept.append(one)
    batch.plans = kept


def _clean_sku(sku: SkuDraft) -> SkuDraft:
    return replace(
        sku,
        options=tuple(map(clean_line, sku.options)),
        code=clean_line(sku.code),
        barcode=clean_line(sku.barcode),
    )


def _check_pictures(content: Content) -> None:
    for picture in content.pictures:
        if not has_picture(picture.key):
            raise PictureUnknown(picture.key[:60])


def _saved(one: Plan) -> SavedProduct:
    skus = tuple(sku.id for sku in one.skus)
    return SavedProduct(one.draft.handle, one.id, skus, one.version, one.is_new, one.is_changed)
