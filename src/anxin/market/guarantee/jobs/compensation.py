"""Automatic compensation: what happens elsewhere, and times that have come."""

from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import compensation, unshipped
from anxin.market.guarantee.events.compensation import ShippingLate
from anxin.market.guarantee.events.disputes import DisputeExecuted
from anxin.market.guarantee.events.money import MoneyArrived
from anxin.market.orders.events import OrderCancelled, OrderPaid, OrderShipped


@subscribe(OrderPaid)
def promise_shipping(event: OrderPaid, *, now: Instant) -> None:
    """A paid order is promised to ship."""
    compensation.promise_shipping(event.order_id, now=now)


@subscribe(OrderShipped)
def keep_promise(event: OrderShipped, *, now: Instant) -> None:
    """The last parcel of an order left."""
    if event.complete:
        compensation.keep_promise(event.order_id, shipped_at=event.shipped_at, now=now)


@subscribe(OrderCancelled)
def close_promise(event: OrderCancelled, *, now: Instant) -> None:
    """An order that came to nothing is not late."""
    compensation.close_promise(event.order_id, now=now)


@subscribe(ShippingLate)
def judge_shop(event: ShippingLate, *, now: Instant) -> None:
    """One late order more may be one too many."""
    compensation.judge_shop(event.shop_id, now=now)


@subscribe(DisputeExecuted)
def compensate_verdict(event: DisputeExecuted, *, now: Instant) -> None:
    """A verdict was carried out; it may say that the shop refused without cause."""
    compensation.compensate_verdict(event.dispute_id, now=now)


@subscribe(MoneyArrived)
def note_compensation(event: MoneyArrived, *, now: Instant) -> None:
    """A compensation is with the buyer."""
    compensation.note_arrived(event.ref, now=now)


@on_due(compensation.LATE)
def look_at_shipping(subject: UUID, _version: int, *, now: Instant) -> None:
    """An order should have been shipped by now."""
    compensation.look_at_shipping(subject, now=now)


@on_due(compensation.TRACE)
def look_at_trace(subject: UUID, _version: int, *, now: Instant) -> None:
    """A courier should have the parcels of an order by now."""
    compensation.look_at_trace(subject, now=now)


@on_due(compensation.UNSHIPPED)
def close_unshipped(subject: UUID, _version: int, *, now: Instant) -> None:
    """A year has passed and the order was not shipped."""
    unshipped.close_unshipped(subject, now=now)


@on_due(compensation.BAR_ENDS)
def lift_bar(subject: UUID, _version: int, *, now: Instant) -> None:
    """A barred shop has waited its days."""
    compensation.lift_bar(subject, now=now)
