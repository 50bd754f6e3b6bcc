"""Rows ⇄ domain. Lock order: products by id; their SKUs are only changed under the product's lock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anxin.infra.outbox import publish_many
from anxin.infra.sql import Row, Statements, document
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.catalog.domain.content import Content, Picture, SkuDraft, content_to_json
from anxin.market.catalog.domain.life import ProductState, SkuState
from anxin.market.catalog.domain.prices import LOOK_BACK, PastPrice
from anxin.market.catalog.domain.saving import Plan, PlannedSku, StoredProduct, StoredSku
from anxin.market.catalog.events import ProductsChanged
from anxin.market.catalog.search.index import index_products

SQL = Statements(__name__)


@dataclass(frozen=True)
class Writing:
    """What every write of one command has in common."""

    shop_id: UUID
    by: UUID | None
    now: Instant


def lock_products(shop_id: UUID, *, ids: Sequence[UUID] = (), handles: Sequence[str] = ()) -> list[StoredProduct]:
    """Lock products of the shop, whichever are found, in the order of their ids."""
    rows = SQL.rows("lock_products", shop_id=shop_id, product_ids=list(ids), handles=list(handles))
    return [stored_product(row) for row in rows]


def taken_codes(shop_id: UUID, codes: Sequence[str], except_products: Sequence[UUID]) -> set[str]:
    """Return which of the codes other products of the shop use."""
    if not codes:
        return set()
    rows = SQL.rows("taken_codes", shop_id=shop_id, codes=list(codes), product_ids=list(except_products))
    return {row["code"] for row in rows}


def price_histories(sku_ids: Sequence[UUID], *, now: Instant) -> dict[UUID, list[PastPrice]]:
    """Return the prices in force in the look-back window, by SKU."""
    found: dict[UUID, list[PastPrice]] = {}
    if sku_ids:
        for row in SQL.rows("price_history", sku_ids=list(sku_ids), since=now - LOOK_BACK):
            found.setdefault(row["sku_id"], []).append(PastPrice(row["price_minor"], row["changed_at"]))
    return found


def write(plans: Sequence[Plan], writing: Writing, *, verb: str) -> None:
    """Write planned products: a handful of statements whatever their number."""
    fresh = [plan for plan in plans if plan.is_new]
    changed = [plan for plan in plans if plan.is_changed and not plan.is_new]
    if not fresh and not changed:
        return
    common = {"shop_id": writing.shop_id, "now": writing.now}
    if fresh:
        SQL.run("insert_products", products=document(list(map(_product_row, fresh))), **common)
    if changed:
        SQL.run("update_products", products=document(list(map(_product_row, changed))), **common)
    _write_skus([*fresh, *changed], writing)
    notes = [(plan.id, plan.version, plan.changes) for plan in (*fresh, *changed)]
    record_changes(notes, writing, verb=verb)
    show([plan.id for plan in (*fresh, *changed)], writing)


def record_changes(notes: Iterable[tuple[UUID, int, Any]], writing: Writing, *, verb: str) -> None:
    """Write the audit trail: (product, version, details)."""
    changes = [
        {"id": new_id(), "product_id": product_id, "version": version, "details": details}
        for product_id, version, details in notes
    ]
    SQL.run(
        "record_changes",
        changes=document(changes),
        shop_id=writing.shop_id,
        now=writing.now,
        by=writing.by,
        verb=verb,
    )


def record_prices(prices: Iterable[tuple[UUID, SkuDraft]], writing: Writing) -> None:
    """Write the price history of SKUs whose price is another one from now on."""
    rows = [
        {
            "id": new_id(),
            "sku_id": sku_id,
            "price_minor": draft.price_minor,
            "compare_price_minor": draft.compare_price_minor,
        }
        for sku_id, draft in prices
    ]
    if rows:
        SQL.run("record_prices", prices=document(rows), shop_id=writing.shop_id, now=writing.now, by=writing.by)


def show(product_ids: Sequence[UUID], writing: Writing) -> None:
    """After a change: refresh price ranges, keep what is shown now, let it be found, and tell the other modules."""
    ids = list(product_ids)
    SQL.run("refresh_prices", product_ids=ids)
    SQL.run("snapshot_products", product_ids=ids, now=writing.now)
    index_products(ids, now=writing.now)
    publish_many([(ProductsChanged(writing.shop_id, tuple(ids)), writing.shop_id)], now=writing.now)


def stored_product(row: Row) -> StoredProduct:
    """Read a row of `lock_products`."""
    return StoredProduct(
        id=row["id"],
        handle=row["handle"],
        state=ProductState(row["state"]),
        version=row["version"],
        content=content_of_row(row),
        skus=tuple(_stored_sku(sku) for sku in row["skus"]),
        proposed=row["proposed"],
        waiting=row["waiting"],
        freight_template_id=str(row["freight_template_id"]) if row["freight_template_id"] else None,
        extras=row["extras"],
    )


def content_of_row(row: Row) -> Content:
    """Read the content columns of a product."""
    return Content(
        category=row["category"],
        title=row["title"],
        title_en=row["title_en"],
        description_html=row["description_html"],
        brand=row["brand"],
        attributes=row["attributes"],
        option_names=tuple(row["option_names"]),
        pictures=tuple(Picture(picture["key"], picture["alt"]) for picture in row["pictures"]),
        product_type=row["product_type"],
        tags=tuple(row["tags"]),
    )


def _stored_sku(data: dict[str, Any]) -> StoredSku:
    draft = SkuDraft(
        options=tuple(data["options"]),
        price_minor=data["price_minor"],
        compare_price_minor=data["compare_price_minor"],
        code=data["code"],
        barcode=data["barcode"],
        weight_grams=data["weight_grams"],
        picture=data["picture"],
        extras=data["extras"],
    )
    return StoredSku(UUID(data["id"]), SkuState(data["state"]), draft, data["position"])


def _write_skus(plans: Sequence[Plan], writing: Writing) -> None:
    retired = [sku for plan in plans for sku in plan.retired]
    written = [(plan.id, sku) for plan in plans for sku in plan.skus if sku.is_changed]
    renamed = [sku.id for _, sku in written if sku.before and _names(sku.before.draft) != _names(sku.draft)]
    if retired:
        SQL.run("retire_skus", sku_ids=retired)
    if renamed:
        SQL.run("park_skus", sku_ids=renamed)
    if written:
        SQL.run("write_skus", skus=document([_sku_row(*one) for one in written]), shop_id=writing.shop_id)
    record_prices(((sku.id, sku.draft) for _, sku in written if sku.is_repriced), writing)


def _names(draft: SkuDraft) -> tuple[str, tuple[str, ...]]:
    return draft.code, draft.options


def _product_row(plan: Plan) -> dict[str, Any]:
    return content_to_json(plan.content) | {
        "id": plan.id,
        "handle": plan.draft.handle,
        "state": plan.state,
        "version": plan.version,
        "freight_template_id": plan.draft.freight_template_id,
        "extras": dict(plan.draft.extras),
        "proposed": plan.proposed,
    }


def _sku_row(product_id: UUID, sku: PlannedSku) -> dict[str, Any]:
    return vars(sku.draft) | {
        "id": sku.id,
        "product_id": product_id,
        "state": sku.state,
        "position": sku.position,
        "extras": dict(sku.draft.extras),
    }
