"""What an after-sale request does to its order: it waits meanwhile, and loses what was refunded."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from anxin.infra import deadlines
from anxin.infra.outbox import publish
from anxin.infra.rows import read_rows, step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.orders import store
from anxin.market.orders.commands.privacy import forget_if_over
from anxin.market.orders.commands.ship import receipt_window
from anxin.market.orders.domain.life import LIFE, Closing, OrderState, step_after_refund
from anxin.market.orders.errors import RefundBeyondOrder, TooManyPieces, UnknownOrder
from anxin.market.orders.events import OrderCancelled, OrderRefunded, OrderShipped
from anxin.market.orders.models import Order, OrderLine

__all__ = ["RefundedLine", "free_completion", "hold_completion", "note_money_back", "note_refunded"]


@dataclass(frozen=True)
class RefundedLine:
    """What a line loses: money, pieces, and how many of these will never be shipped (`unsent`)."""

    order_id: UUID
    line_id: UUID
    refund_minor: int
    pieces: int
    unsent: int = 0


@transactional
def hold_completion(order_id: UUID, line_id: UUID, *, now: Instant) -> None:
    """Let an order wait for a claim: no receipt by time, no settlement, nothing shipped on the line.

    Of a merchant who ships and a buyer who asks at the same moment one loses the race. Raises UnknownOrder, LostRace.
    """
    order = store.find_order(order_id)
    _claim(order_id, line_id, claimed=True)
    store.change(order, {"open_claims": order.open_claims + 1}, now=now)


@transactional
def free_completion(order_id: UUID, line_id: UUID, *, now: Instant) -> None:
    """Let an order go its way when a claim is over; a receipt that was due meanwhile follows at once."""
    order = store.find_order(order_id)
    _claim(order_id, line_id, claimed=False)
    store.change(order, {"open_claims": order.open_claims - 1}, now=now)
    forget_if_over(order)


@transactional
def note_refunded(refunded: RefundedLine, *, now: Instant) -> None:
    """Take what will be refunded off a line and its order, at the moment the money is asked for; once a claim.

    With its last piece gone unshipped the order is cancelled; with nothing left to send it counts as shipped; shipped
    and paid back to the last fen it is cancelled too. Raises UnknownOrder, RefundBeyondOrder, TooManyPieces, LostRace.
    """
    order = store.find_order(refunded.order_id)
    left_minor = order.total_minor - order.refunded_minor
    if not 0 <= refunded.refund_minor <= left_minor:
        raise RefundBeyondOrder(left_minor)
    _take_off(refunded)
    store.change(order, {"refunded_minor": order.refunded_minor + refunded.refund_minor}, now=now)
    if refunded.refund_minor:
        store.note(order, "refund_agreed", now=now, line_id=str(refunded.line_id), amount_minor=refunded.refund_minor)
    _follow(order, now=now)


@transactional
def note_money_back(order_id: UUID, refund_minor: int, *, now: Instant) -> None:
    """Write down that a refund is back with the buyer, and tell."""
    order = store.find_order(order_id)
    store.note(order, "refund_done", now=now, amount_minor=refund_minor)
    returned = OrderRefunded(order.id, order.shop_id, order.person_id, refund_minor, now)
    publish(returned, shop_id=order.shop_id, now=now)


def _claim(order_id: UUID, line_id: UUID, *, claimed: bool) -> None:
    if not OrderLine.objects.filter(id=line_id, order_id=order_id).update(claimed=claimed):
        raise UnknownOrder


def _take_off(refunded: RefundedLine) -> None:
    fits = OrderLine.objects.filter(
        id=refunded.line_id,
        order_id=refunded.order_id,
        refunded_quantity__lte=F("quantity") - refunded.pieces,
        shipped_quantity__lte=F("quantity") - F("unsent_quantity") - refunded.unsent,
    )
    taken = fits.update(
        refunded_minor=F("refunded_minor") + refunded.refund_minor,
        refunded_quantity=F("refunded_quantity") + refunded.pieces,
        unsent_quantity=F("unsent_quantity") + refunded.unsent,
    )
    if not taken:
        raise TooManyPieces(refunded.line_id)


def _follow(order: Order, *, now: Instant) -> None:
    """Take the step of the order's life that the refund makes necessary, if any."""
    lines = read_rows(OrderLine, order_id=order.id)
    unsent = all(line.unsent_quantity == line.quantity for line in lines)
    all_back = order.refunded_minor == order.total_minor > 0
    waiting = any(line.quantity > line.shipped_quantity + line.unsent_quantity for line in lines)
    verb = step_after_refund(OrderState(order.state), unsent=unsent, all_back=all_back, waiting=waiting)
    if verb == "refund":
        _cancel(order, now=now)
    elif verb == "ship_rest":
        _count_as_shipped(order, now=now)


def _cancel(order: Order, *, now: Instant) -> None:
    step_row(order, LIFE, "refund", cancelled_at=now, closing=Closing.REFUNDED)
    deadlines.cancel(store.RECEIPT, order.id)
    cancelled = OrderCancelled(order.id, order.shop_id, order.person_id, Closing.REFUNDED, now)
    publish(cancelled, shop_id=order.shop_id, now=now)
    forget_if_over(order)


def _count_as_shipped(order: Order, *, now: Instant) -> None:
    """Nothing is left to send: the receipt clock starts from the last parcel."""
    last = order.parcels.order_by("-shipped_at").first()
    shipped_at = last.shipped_at if last else now
    due_at = max(now, shipped_at + receipt_window())
    step_row(order, LIFE, "ship_rest", shipped_at=shipped_at, receipt_due_at=due_at)
    deadlines.schedule(store.RECEIPT, order.id, due_at, version=order.version)
    if last is not None:
        told = OrderShipped(order.id, order.shop_id, last.id, complete=True, shipped_at=shipped_at)
        publish(told, shop_id=order.shop_id, now=now)
