"""What protects an order beside its promises: when it ships, whether its way back is insured, what was paid by itself."""

from dataclasses import dataclass
from typing import Any

from anxin.faces.insurance_words import COMPENSATION_STATES, COMPENSATIONS, POLICY_STATES
from anxin.kernel.clock import Instant
from anxin.market.guarantee.queries import compensation, insurance
from anxin.market.guarantee.queries.compensation import ShipPromiseFacts, ShipPromiseState
from anxin.market.guarantee.queries.insurance import PolicyFacts
from anxin.market.orders.queries import OrderFacts


@dataclass(frozen=True)
class Cover:
    """The facts of the box on the order page."""

    ship_by: Instant | None  # while the order waits to be shipped
    is_late: bool
    policy: PolicyFacts | None
    policy_state: tuple[Any, str] | None
    paid: tuple[tuple[Any, Any, int], ...]  # what for, how far, how much


def cover_of(order: OrderFacts, *, now: Instant) -> Cover | None:
    """Return what protects a paid order; None before it is paid."""
    if order.paid_at is None:
        return None
    promise = compensation.ship_promises([order.id]).get(order.id)
    policy = insurance.policies_of_orders([order.id], now=now).get(order.id)
    made = compensation.compensations_of_orders([order.id]).get(order.id, ())
    return Cover(
        ship_by=_ship_by(promise),
        is_late=promise is not None and promise.state is ShipPromiseState.LATE,
        policy=policy,
        policy_state=POLICY_STATES[policy.state] if policy else None,
        paid=tuple((COMPENSATIONS[one.kind], COMPENSATION_STATES[one.state][0], one.amount_minor) for one in made),
    )


def _ship_by(promise: ShipPromiseFacts | None) -> Instant | None:
    waiting = promise is not None and promise.state in {ShipPromiseState.WAITING, ShipPromiseState.LATE}
    return promise.ship_by if promise and waiting else None
