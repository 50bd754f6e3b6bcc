"""What may be known of shipping promises and automatic compensations: frozen facts for pages, API and other nouns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.money import BPS
from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.compensation import CompensationState, ShipPromiseState, moved
from anxin.market.guarantee.domain.compensation_rules import (
    CompensationKind,
    ControlRule,
    ShipPromiseRule,
)
from anxin.market.guarantee.models import Compensation, ForceMajeure, ShipPromise, ShopBar
from anxin.market.guarantee.store import compensation as store

__all__ = ["CompensationKind", "CompensationState", "ControlRule", "ShipPromiseState"]

FORCE_MAJEURES_MAX = 50


@dataclass(frozen=True)
class ShipPromiseFacts:
    """The shipping promise of an order; `ship_by` leaves out times that do not count, None while they last."""

    order_id: UUID
    state: ShipPromiseState
    promise_hours: int
    source: str
    paid_at: Instant
    ship_by: Instant | None
    shipped_at: Instant | None


@dataclass(frozen=True)
class CompensationFacts:
    """Something a buyer was paid for without asking."""

    id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    kind: CompensationKind
    stage: int
    state: CompensationState
    paid_minor: int
    amount_minor: int
    rules: str
    cause: str
    found: bool  # by a person, whose words `cause` are
    due_at: Instant
    made_at: Instant
    arrived_at: Instant | None


@dataclass(frozen=True)
class KindTotal:
    """How often and how much was paid for one kind of fault."""

    kind: CompensationKind
    number: int
    amount_minor: int


@dataclass(frozen=True)
class LateRate:
    """How a shop ships by the rule that bars it: orders of the window, late ones, and the rule itself."""

    orders: int
    late: int
    rule: ControlRule
    barred_until: Instant | None

    @property
    def rate_bps(self) -> int:
        """The share of late orders."""
        return self.late * BPS // self.orders if self.orders else 0

    @property
    def is_near(self) -> bool:
        """Whether two thirds of the limit are reached, on enough orders to matter."""
        enough = self.orders * 3 >= self.rule.orders_min * 2
        return enough and self.rate_bps * 3 >= self.rule.late_rate_bps_min * 2


@dataclass(frozen=True)
class ForceMajeureFacts:
    """A time that does not count in a region."""

    id: UUID
    region: str
    since: Instant
    until: Instant | None
    reason: str


def ship_promises(order_ids: Sequence[UUID]) -> dict[UUID, ShipPromiseFacts]:
    """Return the shipping promises of paid orders, by order."""
    rows = ShipPromise.objects.filter(pk__in=list(order_ids))
    return {row.order_id: _promise(row) for row in rows}


def compensations(
    *,
    shop_id: UUID | None = None,
    person_id: UUID | None = None,
    kind: CompensationKind | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[CompensationFacts]:
    """Return compensations of a shop, a person or all, newest first."""
    rows = Compensation.objects.order_by("-id")
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if kind is not None:
        rows = rows.filter(kind=kind)
    size = limited(limit)
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    return page_of([_facts(row) for row in rows[: size + 1]], size, lambda facts: str(facts.id))


def compensations_of_orders(order_ids: Sequence[UUID]) -> dict[UUID, tuple[CompensationFacts, ...]]:
    """Return what was paid for each of some orders, oldest first, in one statement."""
    found: dict[UUID, tuple[CompensationFacts, ...]] = {}
    for row in Compensation.objects.filter(order_id__in=list(order_ids)).order_by("id"):
        found[row.order_id] = (*found.get(row.order_id, ()), _facts(row))
    return found


def totals_by_kind(since: Instant, until: Instant, *, shop_id: UUID | None = None) -> tuple[KindTotal, ...]:
    """Return how much was paid for each kind of fault in [since, until), kinds without any included."""
    rows: QuerySet[Compensation] = Compensation.objects.filter(made_at__gte=since, made_at__lt=until)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    sums = {
        kind: (number, amount_minor)
        for kind, number, amount_minor in rows.values_list("kind").annotate(Count("id"), Sum("amount_minor")).order_by()
    }
    return tuple(KindTotal(kind, *sums.get(kind.value, (0, 0))) for kind in CompensationKind)


def late_rate(shop_id: UUID, *, now: Instant) -> LateRate:
    """Return how a shop ships by the rule that may bar it."""
    rule = book.compensation_rules_at(book.profile(), shanghai_day(now)).control
    orders, late = store.counts_of_shop(shop_id, now - timedelta(days=rule.window_days), now)
    bar = ShopBar.objects.filter(shop_id=shop_id, lifted_at__isnull=True).first()
    return LateRate(orders, late, rule, bar.until if bar else None)


def ship_term(shop_id: UUID, *, now: Instant) -> int | None:
    """Return the hours in which a shop itself promises to ship, None where the category's hold."""
    return store.ship_term(shop_id, now)


def ship_promise_rule(*, now: Instant) -> ShipPromiseRule:
    """Return within how many hours goods ship where their shop says nothing."""
    return book.compensation_rules_at(book.profile(), shanghai_day(now)).promise


def force_majeures(*, limit: int = FORCE_MAJEURES_MAX) -> tuple[ForceMajeureFacts, ...]:
    """Return declared times that do not count, newest first."""
    rows = ForceMajeure.objects.order_by("-since", "-id")[: min(limit, FORCE_MAJEURES_MAX)]
    return tuple(ForceMajeureFacts(row.pk, row.region, row.since, row.until, row.reason) for row in rows)


def _promise(row: ShipPromise) -> ShipPromiseFacts:
    ship_by = moved(row.ship_by, row.paid_at, store.pauses(row.region, row.paid_at))
    state = ShipPromiseState(row.state)
    return ShipPromiseFacts(row.order_id, state, row.promise_hours, row.source, row.paid_at, ship_by, row.shipped_at)


_PLAIN = tuple(name for name in CompensationFacts.__dataclass_fields__ if name not in {"kind", "state", "found"})


def _facts(row: Compensation) -> CompensationFacts:
    plain = {name: getattr(row, name) for name in _PLAIN}
    kind, state = CompensationKind(row.kind), CompensationState(row.state)
    return CompensationFacts(**plain, kind=kind, state=state, found=row.found_by is not None)
