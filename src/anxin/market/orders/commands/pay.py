"""From awaiting payment to paid or cancelled: the buyer pays, changes his mind, or lets the time pass."""

from uuid import UUID

from anxin.infra import deadlines
from anxin.infra.outbox import publish_many
from anxin.infra.rows import step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.inventory import commands as inventory
from anxin.market.orders import store
from anxin.market.orders.commands.privacy import forget_if_over
from anxin.market.orders.domain.life import LIFE, Closing, OrderState
from anxin.market.orders.errors import AlreadyPaid, UnknownCheckout
from anxin.market.orders.events import OrderCancelled, OrderPaid
from anxin.market.orders.models import Checkout, Order
from anxin.market.payments import commands as payments
from anxin.market.payments.commands import PayRequest, RefundRequest, StartedPayment

__all__ = ["cancel_checkout", "expire_checkout", "mark_paid", "pay_checkout"]

LATE_PAYMENT = "late_payment_returned"


def pay_checkout(checkout_id: UUID, *, person_id: UUID, method: str, return_url: str, now: Instant) -> StartedPayment:
    """Open a payment for a checkout at the gateway and return where to pay. Outside any transaction.

    Raises UnknownCheckout, AlreadyPaid (also when it was cancelled or its time is over), GatewayUnavailable.
    """
    checkout = Checkout.objects.filter(id=checkout_id, person_id=person_id).first()
    if checkout is None:
        raise UnknownCheckout
    orders = list(checkout.orders.order_by("id"))
    if checkout.pay_by <= now or any(order.state != OrderState.AWAITING_PAYMENT for order in orders):
        raise AlreadyPaid
    request = PayRequest(
        checkout_id=checkout.id,
        person_id=person_id,
        amount_minor=checkout.total_minor,
        splits=tuple((order.id, order.shop_id, order.total_minor) for order in orders),
        expires_at=checkout.pay_by,
        method=method,
        return_url=return_url,
    )
    return payments.start_payment(request, now=now)


@transactional
def mark_paid(checkout_id: UUID, *, paid_at: Instant, now: Instant) -> None:
    """Turn held stock into sold and tell the merchants; money that comes too late goes back.

    A second telling changes nothing.
    """
    checkout, orders = store.lock_checkout(checkout_id)
    waiting = [order for order in orders if LIFE.allows(OrderState(order.state), "pay")]
    for order in waiting:
        step_row(order, LIFE, "pay", paid_at=paid_at)
        store.note(order, "paid", now=paid_at, amount_minor=order.total_minor)
    inventory.sell([order.id for order in waiting], now=now)
    publish_many([(_paid(order), order.shop_id) for order in waiting], now=now)
    for order in orders:
        if order.state == OrderState.CANCELLED and order.paid_at is None:
            _return_late_money(order, now=now)
    deadlines.cancel(store.PAYMENT_WINDOW, checkout.id)


@transactional
def cancel_checkout(checkout_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Let the buyer take back an unpaid checkout, with all its orders. Raises UnknownCheckout, AlreadyPaid."""
    checkout, orders = store.lock_checkout(checkout_id)
    if checkout.person_id != person_id:
        raise UnknownCheckout
    if all(order.state != OrderState.AWAITING_PAYMENT for order in orders):
        raise AlreadyPaid
    _close(checkout, orders, "cancel", Closing.BUYER, now=now)


@transactional
def expire_checkout(checkout_id: UUID, *, now: Instant) -> None:
    """Cancel what was not paid in time and give its stock back. Early, late or twice it does nothing."""
    checkout, orders = store.lock_checkout(checkout_id)
    if checkout.pay_by <= now:
        _close(checkout, orders, "expire", Closing.EXPIRED, now=now)


def _close(checkout: Checkout, orders: list[Order], verb: str, closing: Closing, *, now: Instant) -> None:
    waiting = [order for order in orders if LIFE.allows(OrderState(order.state), verb)]
    for order in waiting:
        step_row(order, LIFE, verb, cancelled_at=now, closing=closing)
        store.note(order, "cancelled", now=now, reason=closing)
        forget_if_over(order)
    inventory.release([order.id for order in waiting])
    publish_many([(_cancelled(order, closing, now), order.shop_id) for order in waiting], now=now)
    payments.close_payments(checkout.id, now=now)
    deadlines.cancel(store.PAYMENT_WINDOW, checkout.id)


def _return_late_money(order: Order, *, now: Instant) -> None:
    """Send back what was paid for an order that had been cancelled by then."""
    refund = RefundRequest(
        order.id, order.total_minor, ref=f"late:{order.id}", reason="paid after the order was closed"
    )
    payments.request_refund(refund, now=now)
    if not order.timeline.filter(kind=LATE_PAYMENT).exists():  # the order is locked, so nobody writes it meanwhile
        store.note(order, LATE_PAYMENT, now=now, amount_minor=order.total_minor)


def _paid(order: Order) -> OrderPaid:
    paid_at = order.paid_at
    assert paid_at is not None  # noqa: S101 - set by the step just taken
    return OrderPaid(order.id, order.shop_id, order.person_id, order.total_minor, order.currency, paid_at)


def _cancelled(order: Order, closing: Closing, now: Instant) -> OrderCancelled:
    return OrderCancelled(order.id, order.shop_id, order.person_id, closing, now)
