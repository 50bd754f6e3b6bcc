"""Commands about prices: a reviewed product may change them at once, the rule of compare prices holds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.sql import Row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.catalog import store
from anxin.market.catalog.domain.content import SkuDraft
from anxin.market.catalog.domain.prices import Pricing, check_compare
from anxin.market.catalog.errors import BatchTooLarge, SkuNotFound
from anxin.market.catalog.store import SQL, Writing

PRICES_MAX = 1_000


@dataclass(frozen=True)
class NewPrice:
    """What one SKU shall cost from now on."""

    sku_id: UUID
    price_minor: int
    compare_price_minor: int | None = None


@transactional
def change_prices(shop_id: UUID, prices: Sequence[NewPrice], *, by: UUID, now: Instant) -> int:
    """Change prices of SKUs of the shop, all of them or none; return how many differ from before.

    Raises BatchTooLarge, SkuNotFound, BadPrice, CompareNotAbove, CompareAboveLowest.
    """
    if len(prices) > PRICES_MAX:
        raise BatchTooLarge(PRICES_MAX)
    wanted = {price.sku_id: price for price in prices}
    SQL.rows("lock_products_of_skus", shop_id=shop_id, sku_ids=list(wanted))
    stored = {row["id"]: row for row in SQL.rows("skus_of_shop", shop_id=shop_id, sku_ids=list(wanted))}
    missing = next((sku for sku in wanted if sku not in stored), None)
    if missing is not None:
        raise SkuNotFound(str(missing))
    changed = [price for price in wanted.values() if _pricing(price) != _stored_pricing(stored[price.sku_id])]
    if changed:
        _check(changed, stored, now=now)
        _write(changed, stored, Writing(shop_id, by, now))
    return len(changed)


def _check(changed: Sequence[NewPrice], stored: dict[UUID, Row], *, now: Instant) -> None:
    histories = store.price_histories([price.sku_id for price in changed], now=now)
    for price in changed:
        row = stored[price.sku_id]
        label = row["code"] or " / ".join(row["options"])
        check_compare(label, _stored_pricing(row), _pricing(price), histories.get(price.sku_id, []), now=now)


def _write(changed: Sequence[NewPrice], stored: dict[UUID, Row], writing: Writing) -> None:
    rows = [vars(price) | {"sku_id": str(price.sku_id)} for price in changed]
    SQL.run("change_prices", prices=json.dumps(rows), shop_id=writing.shop_id)
    drafts = [(price.sku_id, SkuDraft((), price.price_minor, price.compare_price_minor)) for price in changed]
    store.record_prices(drafts, writing)
    details: dict[UUID, dict[str, list[int]]] = {}
    for price in changed:
        row = stored[price.sku_id]
        details.setdefault(row["product_id"], {})[str(price.sku_id)] = [row["price_minor"], price.price_minor]
    touched = SQL.rows("touch_products", product_ids=list(details), now=writing.now)
    notes = [(row["id"], row["version"], {"prices": details[row["id"]]}) for row in touched]
    store.record_changes(notes, writing, verb="price")
    store.show(list(details), writing)


def _pricing(price: NewPrice) -> Pricing:
    return Pricing(price.price_minor, price.compare_price_minor)


def _stored_pricing(row: Row) -> Pricing:
    return Pricing(row["price_minor"], row["compare_price_minor"])
