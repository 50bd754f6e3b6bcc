"""Automatic compensation (DOMAIN 1.10): the shipping promise of an order, what falls due when it is broken, and pauses. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from anxin.kernel.clock import Instant
from anxin.kernel.money import BPS
from anxin.kernel.states import StateTable
from anxin.market.guarantee.domain.arithmetic import clamped_share, stages_for
from anxin.market.guarantee.domain.compensation_rules import (
    CompensationKind,
    CompensationRules,
    ControlRule,
    Share,
    ShipPromiseRule,
)
from anxin.market.guarantee.domain.promises import Stage


class ShipPromiseState(StrEnum):
    """Whether an order was shipped as promised."""

    WAITING = "waiting"
    KEPT = "kept"
    LATE = "late"  # the promise is broken, the goods are still here
    SHIPPED_LATE = "shipped_late"
    CLOSED = "closed"  # the order came to nothing


SHIP_PROMISE_LIFE: StateTable[ShipPromiseState] = StateTable(
    aggregate="shipping promise",
    initial=ShipPromiseState.WAITING,
    steps={
        (ShipPromiseState.WAITING, "ship"): ShipPromiseState.KEPT,
        (ShipPromiseState.WAITING, "break"): ShipPromiseState.LATE,
        (ShipPromiseState.LATE, "ship"): ShipPromiseState.SHIPPED_LATE,
        (ShipPromiseState.WAITING, "close"): ShipPromiseState.CLOSED,
        (ShipPromiseState.LATE, "close"): ShipPromiseState.CLOSED,
    },
)


class CompensationState(StrEnum):
    """Where a compensation's money is."""

    PAYING = "paying"
    PAID = "paid"


COMPENSATION_LIFE: StateTable[CompensationState] = StateTable(
    aggregate="compensation",
    initial=CompensationState.PAYING,
    steps={(CompensationState.PAYING, "arrive"): CompensationState.PAID},
)


@dataclass(frozen=True)
class Pause:
    """A time that does not count, such as force majeure in a region. `until` None has not ended."""

    since: Instant
    until: Instant | None


@dataclass(frozen=True)
class DueStage:
    """A compensation to be paid at a moment; stages count from 1."""

    kind: CompensationKind
    stage: int
    due_at: Instant
    amount_minor: int


def promised_hours(categories: Iterable[str], shop_hours: int | None, rule: ShipPromiseRule) -> int:
    """Return within how many hours an order ships: the shop's word, else the slowest of its goods' categories."""
    if shop_hours is not None:
        return max(1, min(shop_hours, rule.hours_max))
    return max((_category_hours(category, rule) for category in categories), default=rule.hours_default)


def moved(moment: Instant, since: Instant, pauses: Sequence[Pause]) -> Instant | None:
    """Return when `moment` comes if pauses after `since` do not count; None while one of them has no end.

    Pauses may overlap; what lies in several counts once.
    """
    at, counted = moment, since
    for pause in sorted(pauses, key=lambda pause: pause.since):
        begins = max(pause.since, counted)
        if begins >= at:
            continue
        if pause.until is None:
            return None
        if pause.until > begins:
            at += pause.until - begins
            counted = pause.until
    return at


def amount_minor(paid_minor: int, part: Share | Stage) -> int:
    """Return the part of what was paid, rounded half up, between its bounds."""
    return clamped_share(paid_minor, part.rate_bps, min_minor=part.min_minor, max_minor=part.max_minor)


def late_shipping(
    paid_minor: int, promise_hours: int, ship_by: Instant, stages: tuple[Stage, ...]
) -> tuple[DueStage, ...]:
    """Return what falls due, and when, while an order is not shipped after `ship_by`, by the stages it was promised."""
    return _due(CompensationKind.LATE_SHIPPING, stages_for(stages, promise_hours), paid_minor, ship_by)


def trace_overdue(paid_minor: int, shipped_at: Instant, rules: CompensationRules) -> tuple[DueStage, ...]:
    """Return what falls due, and when, while no courier has a parcel that was said to be shipped."""
    return _due(CompensationKind.TRACE_OVERDUE, rules.trace_overdue, paid_minor, shipped_at)


def found_minor(kind: CompensationKind, paid_minor: int, rules: CompensationRules) -> int | None:
    """Return what is paid for something a person or a verdict found; None where the book does not pay for it."""
    part = rules.found.get(kind)
    return None if part is None else amount_minor(paid_minor, part)


def is_barred(orders: int, late: int, rule: ControlRule) -> bool:
    """Say whether a shop with so many orders, so many of them late, takes no orders for a while (DOMAIN 1.10)."""
    return orders >= rule.orders_min and late * BPS >= orders * rule.late_rate_bps_min


def _due(kind: CompensationKind, stages: Sequence[Stage], paid_minor: int, since: Instant) -> tuple[DueStage, ...]:
    return tuple(
        DueStage(kind, number, since + timedelta(hours=stage.after_hours), amount_minor(paid_minor, stage))
        for number, stage in enumerate(stages, start=1)
    )


def _category_hours(category: str, rule: ShipPromiseRule) -> int:
    named = [code for code in rule.category_hours if category == code or category.startswith(f"{code}-")]
    return rule.category_hours[max(named, key=len)] if named else rule.hours_default
