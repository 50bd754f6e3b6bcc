"""Working days in Asia/Shanghai: weekends and public holidays are not counted, days worked instead are."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from anxin.kernel.clock import SHANGHAI, Instant

RULES_FOLDER = Path(__file__).resolve().parent.parent / "rules"
SATURDAY = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Days that differ from the week's rhythm."""

    holidays: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_worked(self, day: date) -> bool:
        """Say whether offices are open on a day."""
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.holidays)


@cache
def calendar() -> Calendar:
    """Return the calendar of all years that are known."""
    years = [tomllib.loads(path.read_text()) for path in sorted(RULES_FOLDER.glob("working-days-*.toml"))]
    return Calendar(
        frozenset(day for year in years for day in year["holidays"]),
        frozenset(day for year in years for day in year["worked"]),
    )


def after_working_days(start: Instant, count: int, known: Calendar) -> Instant:
    """Return the same time of day `count` working days after `start`; days off in between do not count."""
    local = start.astimezone(SHANGHAI)
    left = count
    while left:
        local += DAY  # Shanghai has no summer time, so a day is always 24 hours
        left -= known.is_worked(local.date())
    return local.astimezone(start.tzinfo)
