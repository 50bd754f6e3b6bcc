"""Rows of shipping promises and compensations ⇄ domain. Lock order: the promise, then its compensations, then the money."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.compensation import (
    DueStage,
    Pause,
    late_shipping,
    moved,
    promised_hours,
    trace_overdue,
)
from anxin.market.guarantee.domain.compensation_rules import CompensationRules
from anxin.market.guarantee.domain.promises import Stage
from anxin.market.guarantee.errors.compensation import UnknownShipPromise
from anxin.market.guarantee.models import ForceMajeure, ShipPromise, ShipTerm
from anxin.market.guarantee.store.certificates import certificates_where
from anxin.market.orders.queries import OrderFacts

SQL = Statements("anxin.market.guarantee.store.compensation", folder="../sql")
LATE_SHIPPING = "late_shipping"
PAUSES_MAX = 1_000
REGION_DIGITS = (0, 2, 4, 6)  # everywhere, a province, a city, a district


def locked_promise(order_id: UUID) -> ShipPromise:
    """Return an order's shipping promise with its row locked. Raises UnknownShipPromise."""
    row = ShipPromise.objects.select_for_update().filter(pk=order_id).first()
    if row is None:
        raise UnknownShipPromise
    return row


def promised(order: OrderFacts, *, paid_at: Instant) -> dict[str, Any]:
    """Return the columns of the promise that an order is given at its payment."""
    rules = book.compensation_rules_at(book.profile(), shanghai_day(order.placed_at))
    own_hours = ship_term(order.shop_id, order.placed_at)
    hours = promised_hours([line.frozen.get("category", "") for line in order.lines], own_hours, rules.promise)
    return {
        "shop_id": order.shop_id,
        "person_id": order.person_id,
        "paid_minor": order.total_minor,
        "promise_hours": hours,
        "source": "category" if own_hours is None else "shop",
        "region": str((order.address or {}).get("region", "")),
        "rules": rules.name,
        "paid_at": paid_at,
        "ship_by": paid_at + timedelta(hours=hours),
    }


def rules_of(promise: ShipPromise) -> CompensationRules:
    """Return the book that an order was promised under."""
    return book.compensation_rules_named(promise.rules)


def pauses(region: str, since: Instant) -> tuple[Pause, ...]:
    """Return the times that do not count in a region, those that ended before `since` left out."""
    lasting = Q(until__isnull=True) | Q(until__gt=since)
    rows = ForceMajeure.objects.filter(lasting, region__in={region[:digits] for digits in REGION_DIGITS})
    return tuple(Pause(row.since, row.until) for row in rows.order_by("since")[:PAUSES_MAX])


def late_stages(promise: ShipPromise) -> list[tuple[DueStage, Instant | None]]:
    """Return the stages of late shipping, each with the moment it falls due once pauses are left out, None while paused."""
    terms = late_terms(promise)
    stages = late_shipping(promise.paid_minor, promise.promise_hours, promise.ship_by, terms)
    return _without_pauses(stages, promise, promise.paid_at)


def late_terms(promise: ShipPromise) -> tuple[Stage, ...]:
    """Return the stages that the certificates of the order froze for late shipping, none where no line carries them."""
    for certificate in certificates_where(order_id=promise.order_id).values():
        entry = certificate.entry(LATE_SHIPPING)
        if entry is not None and entry.given and entry.terms is not None:
            return entry.terms.remedy.stages
    return ()


def trace_stages(promise: ShipPromise) -> list[tuple[DueStage, Instant | None]]:
    """Return the stages of a trace overdue; none before the ship click."""
    if promise.shipped_at is None:
        return []
    stages = trace_overdue(promise.paid_minor, promise.shipped_at, rules_of(promise))
    return _without_pauses(stages, promise, promise.shipped_at)


def ship_term(shop_id: UUID, at: Instant) -> int | None:
    """Return the hours in which the shop itself promised to ship at a moment, None where it did not."""
    rows = ShipTerm.objects.filter(shop_id=shop_id, since__lte=at).order_by("-since", "-id")
    return rows.values_list("hours", flat=True).first()


def counts_of_shop(shop_id: UUID, since: Instant, until: Instant) -> tuple[int, int]:
    """Return how many orders of a shop were to be shipped in [since, until) and how many of them were late."""
    row = SQL.one("late_counts", shop_id=shop_id, since=since, until=until) or {}
    return int(row["orders"]), int(row["late"])


def _without_pauses(
    stages: Iterable[DueStage], promise: ShipPromise, since: Instant
) -> list[tuple[DueStage, Instant | None]]:
    breaks = pauses(promise.region, since)
    return [(stage, moved(stage.due_at, since, breaks)) for stage in stages]
