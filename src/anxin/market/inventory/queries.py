"""What is on the shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.kernel.page import limited
from anxin.market.catalog.queries import Card
from anxin.market.inventory.domain import Availability
from anxin.market.inventory.errors import UnknownStock
from anxin.market.inventory.models import Adjustment, Stock

SQL = Statements(__name__)

__all__ = [
    "AdjustmentFacts",
    "Availability",
    "LowStock",
    "adjustments_of",
    "availability",
    "cards_with_stock",
    "low_stock",
    "of_shop",
    "sold_out",
]


@dataclass(frozen=True)
class AdjustmentFacts:
    """A change of stock on hand and why."""

    delta: int
    on_hand_after: int
    reason: str
    note: str
    adjusted_at: Instant
    by_person_id: UUID | None


@dataclass(frozen=True)
class LowStock:
    """How many SKUs run out, and the emptiest of them."""

    number: int
    emptiest: tuple[Availability, ...]


def availability(sku_ids: Sequence[UUID]) -> dict[UUID, Availability]:
    """Return the pieces of each SKU; a SKU without a record has none."""
    found = {row.sku_id: _facts(row) for row in Stock.objects.filter(sku_id__in=list(sku_ids))}
    return {sku_id: found.get(sku_id) or Availability(sku_id, 0, 0, 0, 0) for sku_id in sku_ids}


def of_shop(shop_id: UUID, sku_id: UUID) -> Availability:
    """Return the pieces of one of the shop's SKUs. Raises UnknownStock, for another shop's SKU too."""
    row = Stock.objects.filter(shop_id=shop_id, sku_id=sku_id).first()
    if row is None:
        raise UnknownStock
    return _facts(row)


def on_hand(sku_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return the pieces on hand of each SKU, as an export writes them."""
    return {sku_id: facts.on_hand for sku_id, facts in availability(sku_ids).items()}


def low_stock(shop_id: UUID, *, limit: int | None = None) -> LowStock:
    """Return the SKUs of a shop's products on sale that are at or below their alert level."""
    rows = SQL.rows("low_stock", shop_id=shop_id, most=limited(limit))
    numbers = [row.pop("number") for row in rows]
    return LowStock(max(numbers, default=0), tuple(Availability(**row) for row in rows))


def sold_out(product_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of the products of which nothing can be bought, in one statement."""
    wanted = list(dict.fromkeys(product_ids))
    return frozenset(row["id"] for row in SQL.rows("sold_out", product_ids=wanted)) if wanted else frozenset()


def cards_with_stock(product_ids: Sequence[UUID]) -> list[tuple[Card, bool]]:
    """Return cards as the catalog's `cards` does, each with whether nothing of it can be bought now; in one statement."""
    if not product_ids:
        return []
    rows = SQL.rows("cards_with_stock", product_ids=list(product_ids))
    gone = [row.pop("is_sold_out") for row in rows]
    return [(Card(**row), is_sold_out) for row, is_sold_out in zip(rows, gone, strict=True)]


def adjustments_of(sku_id: UUID, *, limit: int | None = None) -> list[AdjustmentFacts]:
    """Return the newest changes of a SKU's stock on hand."""
    names = ("delta", "on_hand_after", "reason", "note", "adjusted_at", "by_person_id")
    rows = Adjustment.objects.filter(sku_id=sku_id).order_by("-adjusted_at", "-id").values(*names)
    return [AdjustmentFacts(**row) for row in rows[: limited(limit)]]


def _facts(row: Stock) -> Availability:
    return Availability(row.sku_id, row.on_hand, row.held, row.sold, row.low_stock_at)
