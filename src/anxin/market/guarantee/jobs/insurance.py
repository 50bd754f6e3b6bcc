"""Freight insurance: what happens elsewhere, and times that have come. The insurer is asked outside any transaction."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.infra.jobs import task
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import freight, insured_returns, policies, return_pickups
from anxin.market.guarantee.commands.freight import SentBack
from anxin.market.guarantee.domain.insurance import Route
from anxin.market.guarantee.events.claims import ClaimClosed, ClaimDone, ClaimReturned
from anxin.market.guarantee.events.money import MoneyArrived
from anxin.market.orders.events import OrderCancelled, OrderPaid, OrderShipped
from anxin.market.shipping.events import PickUpCollected, PickUpFailed

CALLS: dict[str, Callable[..., object]] = {
    policies.INSURE: policies.insure,
    policies.UNINSURE: policies.call_off_policy,
    freight.ASK: freight.ask_insurer,
}


@task("guarantee.ask_insurer")
def ask_insurer(call: str, subject: str, asked_at: str) -> None:
    """Call the insurer about a policy or a loss, as of the moment that was decided."""
    CALLS[call](UUID(subject), now=datetime.fromisoformat(asked_at))


@subscribe(OrderPaid)
def open_policy(event: OrderPaid, *, now: Instant) -> None:
    """The way back of a paid order is insured, if its shop does so or the platform gives it."""
    policies.open_policy(event.order_id, now=now)


@subscribe(OrderShipped)
def ship_policy(event: OrderShipped, *, now: Instant) -> None:
    """The insured time begins with the ship click."""
    if event.complete:
        policies.ship_policy(event.order_id, shipped_at=event.shipped_at, now=now)


@subscribe(OrderCancelled)
def cancel_policy(event: OrderCancelled, *, now: Instant) -> None:
    """Nothing will come back of an order that never left."""
    policies.cancel_policy(event.order_id, now=now)


@subscribe(MoneyArrived)
def note_freight(event: MoneyArrived, *, now: Instant) -> None:
    """Freight is with the buyer."""
    freight.note_freight_arrived(event.ref, now=now)


@subscribe(ClaimReturned)
def open_freight(event: ClaimReturned, *, now: Instant) -> None:
    """Goods travel back: their freight may be insured. Told after the return ended, its end is told again."""
    applied_at = insured_returns.applied_at(event.claim_id)
    route = Route.SELF_SHIP
    sent = SentBack(event.claim_id, event.order_id, route, event.carrier, event.tracking_no, applied_at)
    freight.open_freight(sent, now=now)
    is_done, ended_at = insured_returns.ended(event.claim_id)
    if is_done:
        freight.submit_freight(event.claim_id, done_at=ended_at or now, now=now)
    elif is_done is False:
        freight.drop_freight(event.claim_id, now=now)


@subscribe(ClaimDone)
def submit_freight(event: ClaimDone, *, now: Instant) -> None:
    """A return is done: its freight is paid within 72 hours."""
    freight.submit_freight(event.claim_id, done_at=event.done_at, now=now)


@subscribe(ClaimClosed)
def drop_freight(event: ClaimClosed, *, now: Instant) -> None:
    """A return came to nothing, if that is still so: told late, it may go on or be done."""
    if insured_returns.ended(event.claim_id)[0] is False:
        freight.drop_freight(event.claim_id, now=now)
    return_pickups.drop_pickup(event.claim_id, now=now)


@subscribe(PickUpCollected)
def settle_pickup(event: PickUpCollected, *, now: Instant) -> None:
    """A courier has the goods of a return."""
    return_pickups.settle_pickup(event, now=now)


@subscribe(PickUpFailed)
def end_pickup(event: PickUpFailed, *, now: Instant) -> None:
    """No courier comes for a return."""
    return_pickups.end_pickup(event.pickup_id, now=now)


@on_due(return_pickups.CHARGE)
def take_freight(subject: UUID, _version: int, *, now: Instant) -> None:
    """A shop at fault pays what the insurance does not bear."""
    return_pickups.take_freight(subject, now=now)


@on_due(policies.INSURE)
def insure(subject: UUID, _version: int, *, now: Instant) -> None:
    """A policy is to be written by the insurer."""
    ask_insurer.defer(call=policies.INSURE, subject=str(subject), asked_at=now.isoformat())


@on_due(policies.UNINSURE)
def call_off_policy(subject: UUID, _version: int, *, now: Instant) -> None:
    """The insurer is to forget a policy."""
    ask_insurer.defer(call=policies.UNINSURE, subject=str(subject), asked_at=now.isoformat())


@on_due(freight.ASK)
def ask_about_loss(subject: UUID, _version: int, *, now: Instant) -> None:
    """The insurer is told of a loss, or asked how it stands."""
    ask_insurer.defer(call=freight.ASK, subject=str(subject), asked_at=now.isoformat())


@on_due(policies.PREMIUM)
def take_premium(subject: UUID, _version: int, *, now: Instant) -> None:
    """A premium is due."""
    policies.take_premium(subject, now=now)


@on_due(policies.LAPSE)
def lapse(subject: UUID, _version: int, *, now: Instant) -> None:
    """The insured time is over."""
    policies.lapse(subject, now=now)


@on_due(freight.PAY_BY)
def pay_overdue(subject: UUID, _version: int, *, now: Instant) -> None:
    """The insurer has had its time."""
    freight.pay_overdue(subject, now=now)
