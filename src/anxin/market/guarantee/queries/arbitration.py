"""How the platform decides, in public; and how each arbitrator does, for the desk."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.kernel.money import BPS
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.arbitration import Arbitration
from anxin.market.guarantee.domain.dispute import OPEN
from anxin.market.guarantee.models.disputes import Dispute
from anxin.market.people.queries import names_of

SQL = Statements(__name__, "../sql")
PERIOD = timedelta(days=90)


@dataclass(frozen=True)
class Week:
    """How the disputes that ended in one week came out."""

    week: date
    for_buyer: int
    partial: int
    for_merchant: int
    settled: int


@dataclass(frozen=True)
class ReasonCount:
    """How often a reason carried a verdict."""

    reason: str
    cases: int


@dataclass(frozen=True)
class Statistics:
    """The disputes that ended in a period; amounts in minor units, `median_seconds` from opening to end."""

    since: Instant
    until: Instant
    open_now: int
    cases: int
    for_buyer: int
    partial: int
    for_merchant: int
    settled: int
    other: int
    appealed: int
    overturned: int
    forced: int
    refund_minor: int
    compensation_minor: int
    median_seconds: int
    weeks: tuple[Week, ...]
    reasons: tuple[ReasonCount, ...]

    @property
    def median_hours(self) -> int:
        """The median time from opening to end, in whole hours, rounded up."""
        return -(-self.median_seconds // 3600)

    @property
    def overturned_bps(self) -> int:
        """Which share of the appeals changed the verdict."""
        return self.overturned * BPS // self.appealed if self.appealed else 0


@dataclass(frozen=True)
class ArbitratorNumbers:
    """What one arbitrator decided first in a period. `median_seconds` is from the moment it could be decided."""

    person_id: UUID
    name: str
    decided: int
    for_buyer: int
    partial: int
    for_merchant: int
    appealed: int
    overturned: int
    overdue: int
    median_seconds: int

    @property
    def median_hours(self) -> int:
        """The median time to the first verdict, in whole hours, rounded up."""
        return -(-self.median_seconds // 3600)

    @property
    def overturned_bps(self) -> int:
        """Which share of the verdicts an appeal changed."""
        return self.overturned * BPS // self.decided if self.decided else 0

    @property
    def buyer_bps(self) -> int:
        """Which share went the buyer's way in full."""
        return self.for_buyer * BPS // self.decided if self.decided else 0


def statistics(*, now: Instant, period: timedelta = PERIOD) -> Statistics:
    """Return how the platform decided in the last `period`."""
    since = now - period
    span = {"since": since, "until": now}
    row = SQL.one("dispute_statistics", **span) or {}
    return Statistics(
        since=since,
        until=now,
        open_now=Dispute.objects.filter(state__in=OPEN).count(),
        weeks=tuple(Week(**week) for week in SQL.rows("dispute_weeks", **span)),
        reasons=tuple(ReasonCount(**reason) for reason in SQL.rows("dispute_reasons", limit=8, **span)),
        **{name: int(value) for name, value in row.items()},
    )


def arbitrators(*, now: Instant, period: timedelta = PERIOD, limit: int = 50) -> tuple[ArbitratorNumbers, ...]:
    """Return the numbers of every arbitrator who decided something in the last `period`, the busiest first."""
    rows = SQL.rows("arbitrator_numbers", since=now - period, until=now, limit=limit)
    names = names_of([row["person_id"] for row in rows])
    return tuple(
        ArbitratorNumbers(
            name=names.get(row["person_id"], ""),
            for_buyer=row["decided"] - row["partial"] - row["for_merchant"],
            **row,
        )
        for row in rows
    )


def current_rules() -> Arbitration:
    """Return the newest rules, as they are published."""
    return list(book.arbitrations().values())[-1]
