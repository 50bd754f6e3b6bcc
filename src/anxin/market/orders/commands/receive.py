"""The goods arrive: the buyer says so, puts it off once, or the time passes."""

from uuid import UUID

from anxin.infra import deadlines
from anxin.infra.outbox import publish
from anxin.infra.rows import change_row, step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.orders import store
from anxin.market.orders.commands.privacy import forget_if_over
from anxin.market.orders.domain.life import EXTENSION, LIFE, LOOK_AGAIN, OrderState
from anxin.market.orders.errors import AlreadyExtended
from anxin.market.orders.events import OrderReceived
from anxin.market.orders.models import Order, Parcel

__all__ = ["assume_receipt", "confirm_receipt", "extend_receipt", "note_parcel"]


@transactional
def confirm_receipt(order_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Let the buyer say that everything arrived; settlement starts from here. Raises UnknownOrder, IllegalStep."""
    _receive(store.find_order(order_id, person_id=person_id), automatic=False, now=now)


@transactional
def extend_receipt(order_id: UUID, *, person_id: UUID, now: Instant) -> Instant:
    """Put automatic receipt off by three days, once; return the new moment. Raises UnknownOrder, IllegalStep, AlreadyExtended."""
    order = store.find_order(order_id, person_id=person_id)
    LIFE.after(OrderState(order.state), "receive")
    if order.extended or order.receipt_due_at is None:
        raise AlreadyExtended
    due_at = order.receipt_due_at + EXTENSION
    change_row(order, LIFE.aggregate, {"extended": True, "receipt_due_at": due_at})
    deadlines.schedule(store.RECEIPT, order.id, due_at, version=order.version)
    store.note(order, "receipt_extended", now=now, until=due_at.isoformat())
    return due_at


@transactional
def assume_receipt(order_id: UUID, version: int, *, now: Instant) -> None:
    """Complete a shipped order whose time has passed; one with an open claim is looked at again a day later.

    An order that moved on since is left alone.
    """
    order = store.find_order(order_id)
    if order.version != version or order.state != OrderState.SHIPPED:
        return
    if order.open_claims:
        deadlines.schedule(store.RECEIPT, order.id, now + LOOK_AGAIN, version=order.version)
    else:
        _receive(order, automatic=True, now=now)


@transactional
def note_parcel(parcel_id: UUID, kind: str, *, happened_at: Instant) -> None:
    """Write what the carrier said of a parcel (`picked_up`, `signed`) into the order's timeline, once."""
    parcel = Parcel.objects.filter(id=parcel_id).select_related("order").first()
    if parcel is None:
        return
    column = f"{kind}_at"
    if Parcel.objects.filter(id=parcel_id, **{f"{column}__isnull": True}).update(**{column: happened_at}):
        store.note(parcel.order, f"parcel_{kind}", now=happened_at, parcel_id=str(parcel_id))
        forget_if_over(parcel.order)


def _receive(order: Order, *, automatic: bool, now: Instant) -> None:
    step_row(order, LIFE, "receive", received_at=now)
    store.note(order, "received", now=now, automatic=automatic)
    received = OrderReceived(order.id, order.shop_id, order.person_id, now, automatic)
    publish(received, shop_id=order.shop_id, now=now)
    deadlines.cancel(store.RECEIPT, order.id)
    forget_if_over(order)
