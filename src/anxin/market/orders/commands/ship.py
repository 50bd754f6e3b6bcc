"""The merchant's part: prepare, ship in one or several parcels, correct a tracking number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import F

from anxin.infra import deadlines
from anxin.infra.config import config
from anxin.infra.outbox import publish
from anxin.infra.rows import step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.kernel.states import LostRace
from anxin.market.orders import store
from anxin.market.orders.domain.life import CHECKOUT_LINES_MAX, EDIT_WINDOW, LIFE
from anxin.market.orders.errors import BadLines, EditWindowOver, LineClaimed, TooManyPieces, UnknownParcel
from anxin.market.orders.events import OrderShipped
from anxin.market.orders.models import Order, OrderLine, Parcel
from anxin.market.shipping import commands as shipping

__all__ = ["Packed", "Shipment", "change_tracking", "prepare", "ship"]


@dataclass(frozen=True)
class Packed:
    """Pieces of one order line in a parcel."""

    line_id: UUID
    quantity: int


@dataclass(frozen=True)
class Shipment:
    """A parcel to send; without `pieces` it holds all that the order still has to send."""

    order_id: UUID
    carrier: str
    tracking_no: str
    pieces: tuple[Packed, ...] = ()


def receipt_window() -> timedelta:
    """Return how long after shipping receipt is assumed (10 days unless set otherwise, DOMAIN 1.7)."""
    return timedelta(days=config().receipt_days)


@transactional
def prepare(order_id: UUID, *, shop_id: UUID, now: Instant) -> None:
    """Say that the merchant is getting the goods ready (备货中). Raises UnknownOrder, IllegalStep, LostRace."""
    order = store.find_order(order_id, shop_id=shop_id)
    step_row(order, LIFE, "prepare")
    store.note(order, "preparing", now=now)


@transactional
def ship(shipment: Shipment, *, shop_id: UUID, now: Instant) -> UUID:
    """Send a parcel with all or some of the pieces; the last one starts the receipt clock. Return the parcel's id.

    Raises UnknownOrder, IllegalStep, LineClaimed, BadTrackingNumber, TooManyPieces.
    """
    order = store.find_order(shipment.order_id, shop_id=shop_id)
    tracking_no = shipping.check_tracking_number(shipment.carrier, shipment.tracking_no)
    lines = list(order.lines.order_by("id"))
    pieces = shipment.pieces or _rest(lines)
    complete = _check_pieces(lines, pieces)
    due_at = now + receipt_window()
    if complete:
        step_row(order, LIFE, "ship_rest", shipped_at=now, receipt_due_at=due_at)
        deadlines.schedule(store.RECEIPT, order.id, due_at, version=order.version)
    else:
        step_row(order, LIFE, "ship_part")
    _count_shipped(pieces)
    parcel = Parcel.objects.create(
        id=new_id(),
        order_id=order.id,
        shop_id=shop_id,
        carrier=shipment.carrier,
        tracking_no=tracking_no,
        contents=[{"line_id": str(piece.line_id), "quantity": piece.quantity} for piece in pieces],
        shipped_at=now,
    )
    _hand_over(order, parcel, now=now)
    store.note(order, "shipped", now=now, parcel_id=str(parcel.id), complete=complete)
    publish(OrderShipped(order.id, shop_id, parcel.id, complete, now), shop_id=shop_id, now=now)
    return parcel.id


@transactional
def change_tracking(parcel_id: UUID, *, carrier: str, tracking_no: str, shop_id: UUID, now: Instant) -> None:
    """Correct a parcel's tracking number within an hour. Raises UnknownParcel, EditWindowOver, BadTrackingNumber."""
    parcel = Parcel.objects.select_for_update().filter(id=parcel_id, shop_id=shop_id).first()
    if parcel is None:
        raise UnknownParcel
    if now > parcel.shipped_at + EDIT_WINDOW or parcel.picked_up_at:
        raise EditWindowOver
    before = f"{parcel.carrier} {parcel.tracking_no}"
    parcel.carrier, parcel.tracking_no = carrier, shipping.check_tracking_number(carrier, tracking_no)
    parcel.save(update_fields=["carrier", "tracking_no"])
    order = parcel.order
    _hand_over(order, parcel, now=now)
    store.note(order, "tracking_changed", now=now, before=before, after=f"{carrier} {parcel.tracking_no}")


def _hand_over(order: Order, parcel: Parcel, *, now: Instant) -> None:
    region = str((order.address or {}).get("region", ""))
    handed = shipping.NewParcel(
        parcel_id=parcel.id,
        order_id=order.id,
        shop_id=parcel.shop_id,
        carrier=parcel.carrier,
        tracking_no=parcel.tracking_no,
        to_region=region,
    )
    shipping.register_parcel(handed, now=now)


def _rest(lines: Sequence[OrderLine]) -> tuple[Packed, ...]:
    return tuple(Packed(line.id, _unshipped(line)) for line in lines if _unshipped(line) and not line.claimed)


def _unshipped(line: OrderLine) -> int:
    return line.quantity - line.shipped_quantity - line.unsent_quantity


def _check_pieces(lines: Sequence[OrderLine], pieces: Sequence[Packed]) -> bool:
    """Return whether nothing remains to be sent after these pieces. Raises BadLines, LineClaimed, TooManyPieces."""
    by_line = {line.id: line for line in lines}
    held = next((line for line in lines if line.claimed), None)
    if held is not None and not pieces:
        raise LineClaimed(held.id)
    if not pieces or len({piece.line_id for piece in pieces}) < len(pieces) or len(pieces) > CHECKOUT_LINES_MAX:
        raise BadLines("a parcel needs pieces, each line once")
    for piece in pieces:
        line = by_line.get(piece.line_id)
        if line is None or not 1 <= piece.quantity <= _unshipped(line):
            raise TooManyPieces(piece.line_id)
        if line.claimed:
            raise LineClaimed(line.id)
    return sum(piece.quantity for piece in pieces) == sum(_unshipped(line) for line in lines)


def _count_shipped(pieces: Sequence[Packed]) -> None:
    for piece in pieces:
        unshipped = F("quantity") - F("unsent_quantity") - piece.quantity
        rows = OrderLine.objects.filter(id=piece.line_id, shipped_quantity__lte=unshipped, claimed=False)
        if not rows.update(shipped_quantity=F("shipped_quantity") + piece.quantity):
            raise LostRace("order")
