"""How stock changes. The lock order of this module is: stock rows by ascending SKU id, in every statement under sql/."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.outbox import publish_many
from anxin.infra.sql import Statements, document
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.inventory.domain import LOW_STOCK_DEFAULT, QUANTITY_MAX, HoldState, Level, Reason, Wanted
from anxin.market.inventory.errors import BadQuantity, BelowHeld, OutOfStock, UnknownStock
from anxin.market.inventory.events import StockLow
from anxin.market.inventory.models import Stock

SQL = Statements(__name__)

__all__ = [
    "Level",
    "PastHold",
    "Reason",
    "Wanted",
    "adjust",
    "hold",
    "load_holds",
    "release",
    "restock",
    "sell",
    "set_levels",
    "set_low_stock_at",
    "stock_setter",
]


@transactional
def hold(wanted: Sequence[Wanted], *, now: Instant) -> None:
    """Keep pieces for orders, all or none, in one statement. Raises OutOfStock with the SKUs that are short."""
    rows = [
        {"id": new_id(), "order_id": item.order_id, "sku_id": item.sku_id, "quantity": item.quantity} for item in wanted
    ]
    short = SQL.rows("hold", wanted=document(rows), now=now)
    if short:
        raise OutOfStock(tuple(row["sku_id"] for row in short))


@transactional
def release(order_ids: Sequence[UUID]) -> None:
    """Let go what orders hold; orders that hold nothing are left alone."""
    SQL.rows("end_holds", order_ids=list(order_ids), state=HoldState.RELEASED)


@transactional
def sell(order_ids: Sequence[UUID], *, now: Instant) -> None:
    """Turn what orders hold into sold pieces, and say which SKUs are running low."""
    moved = SQL.rows("end_holds", order_ids=list(order_ids), state=HoldState.SOLD)
    low = [row for row in moved if row["free"] <= row["low_stock_at"] < row["free_before"]]
    publish_many([(StockLow(row["sku_id"], row["shop_id"], row["free"]), row["shop_id"]) for row in low], now=now)


@transactional
def set_levels(
    levels: Sequence[Level], *, reason: Reason, now: Instant, by: UUID | None = None, note: str = ""
) -> tuple[UUID, ...]:
    """Set what is on hand for many SKUs in one statement; return those refused because orders hold more than that."""
    bad = next((level for level in levels if not 0 <= level.on_hand <= QUANTITY_MAX), None)
    if bad:
        raise BadQuantity(bad.on_hand)
    refused = SQL.rows(
        "set_levels",
        ids=[new_id() for _ in levels],
        sku_ids=[level.sku_id for level in levels],
        shop_ids=[level.shop_id for level in levels],
        on_hands=[level.on_hand for level in levels],
        low_stock_at=LOW_STOCK_DEFAULT,
        reason=reason,
        note=note,
        by=by,
        now=now,
    )
    return tuple(row["sku_id"] for row in refused)


def stock_setter(
    shop_id: UUID, by: UUID | None, *, now: Instant
) -> Callable[[Sequence[tuple[UUID, int]]], Sequence[UUID]]:
    """Return how an import sets stock: the catalog lies below this module and is handed it.

    What is returned takes (SKU, pieces on hand) and answers with the SKUs of which orders hold more than that.
    """

    def set_stock(pieces: Sequence[tuple[UUID, int]]) -> Sequence[UUID]:
        levels = [Level(sku_id, shop_id, on_hand) for sku_id, on_hand in pieces]
        return set_levels(levels, reason=Reason.IMPORTED, by=by, now=now) if levels else ()

    return set_stock


@transactional
def adjust(
    sku_id: UUID,
    delta: int,
    *,
    shop_id: UUID,
    reason: Reason,
    now: Instant,
    by: UUID | None = None,
    note: str = "",
) -> int:
    """Add `delta` pieces (or take them away) and note why; return what is on hand then.

    Raises BadQuantity, UnknownStock, BelowHeld.
    """
    if delta == 0 or abs(delta) > QUANTITY_MAX:
        raise BadQuantity(delta)
    row = SQL.one(
        "adjust",
        id=new_id(),
        sku_id=sku_id,
        shop_id=shop_id,
        delta=delta,
        reason=reason,
        note=note,
        by=by,
        now=now,
    )
    if row is None:
        stock = Stock.objects.filter(sku_id=sku_id, shop_id=shop_id).first()
        if stock is None:
            raise UnknownStock
        raise BelowHeld(sku_id, stock.held)
    return int(row["on_hand_after"])


@transactional
def restock(sku_id: UUID, quantity: int, *, shop_id: UUID, now: Instant, note: str = "") -> int:
    """Put returned pieces back on the shelf; return what is on hand then."""
    return adjust(sku_id, quantity, shop_id=shop_id, reason=Reason.RETURNED, now=now, note=note)


@dataclass(frozen=True)
class PastHold:
    """What an order of the past holds, sold or let go; for `load_holds`."""

    order_id: UUID
    sku_id: UUID
    quantity: int
    state: str
    held_at: Instant


@transactional
def load_holds(holds: Sequence[PastHold]) -> None:
    """Write the holds of past orders at once: sold pieces are counted, held ones taken from what is free."""
    SQL.run(
        "load_holds",
        ids=[new_id() for _ in holds],
        order_ids=[hold.order_id for hold in holds],
        sku_ids=[hold.sku_id for hold in holds],
        quantities=[hold.quantity for hold in holds],
        states=[hold.state for hold in holds],
        moments=[hold.held_at for hold in holds],
    )


@transactional
def set_low_stock_at(sku_id: UUID, pieces: int, *, shop_id: UUID) -> None:
    """Set the level at which the merchant is told to order more. Raises BadQuantity, UnknownStock."""
    if not 0 <= pieces <= QUANTITY_MAX:
        raise BadQuantity(pieces)
    if not Stock.objects.filter(sku_id=sku_id, shop_id=shop_id).update(low_stock_at=pieces):
        raise UnknownStock
