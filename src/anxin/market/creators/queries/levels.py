"""Where a creator stands on the way to the next level."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.creators.domain.levels import Level, level_rules, month_before, review_of
from anxin.market.creators.domain.profiles import CreatorState
from anxin.market.creators.models import SettledMonth
from anxin.market.creators.queries import creator

__all__ = ["LevelStanding", "MonthFacts", "level_standing", "review_of", "unreviewed_month", "was_told_since"]

MONTHS_SHOWN = 6


@dataclass(frozen=True)
class MonthFacts:
    """What a creator settled in a month; `level` is what it came to, None before its review."""

    month: date
    settled_minor: int
    told_at: Instant
    level: int | None


@dataclass(frozen=True)
class LevelStanding:
    """A creator's level, what this month has brought so far and when it decides, and what the next level takes."""

    level: Level
    coming: Level  # what this month reaches as it stands
    above: Level | None  # the next above that
    this_month: MonthFacts | None
    reviewed_on: date
    past: tuple[MonthFacts, ...]

    @property
    def settled_minor(self) -> int:
        """What this month has brought so far."""
        return self.this_month.settled_minor if self.this_month else 0

    @property
    def missing_minor(self) -> int:
        """How much this month still takes for the level above what it reaches; 0 at the last."""
        return max(0, self.above.settled_minor_from - max(0, self.settled_minor)) if self.above else 0


def level_standing(creator_id: UUID, *, now: Instant) -> LevelStanding:
    """Return where a creator stands. Raises UnknownCreator."""
    today = shanghai_day(now)
    month, rules = today.replace(day=1), level_rules(today)
    rows = SettledMonth.objects.filter(creator_id=creator_id).order_by("-month")[: MONTHS_SHOWN + 1]
    months = [MonthFacts(row.month, row.settled_minor, row.told_at, row.level) for row in rows]
    present = next((one for one in months if one.month == month), None)
    coming = rules.reached(present.settled_minor if present else 0)
    past = tuple(one for one in months if one.month < month)
    level = rules.of(creator(creator_id).level)
    return LevelStanding(level, coming, rules.after(coming.level), present, review_of(month), past[:MONTHS_SHOWN])


def unreviewed_month(*, now: Instant) -> date | None:
    """Return the month before this one while an open creator waits for its review (or it was never told), else None."""
    month = month_before(shanghai_day(now))
    told = SettledMonth.objects.filter(month=month)
    return month if told.filter(level=None, creator__state=CreatorState.OPEN).exists() or not told.exists() else None


def was_told_since(moment: Instant) -> bool:
    """Say whether anything was told of what creators settled since a moment."""
    return SettledMonth.objects.filter(told_at__gte=moment).exists()
