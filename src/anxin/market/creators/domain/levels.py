"""Levels of creators (达人等级) as versioned data: `rules/levels-*.toml`, each with the day from which it holds. Pure."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

RULES_FOLDER = Path(__file__).resolve().parent.parent / "rules"


@dataclass(frozen=True)
class Level:
    """One level: the net settled amount of a month from which it is reached, and what it allows."""

    level: int
    settled_minor_from: int
    showcase_max: int
    live_goods_max: int


@dataclass(frozen=True)
class LevelRules:
    """Every level, lowest first."""

    effective: date
    review_day: int  # of the month, for the month before
    levels: tuple[Level, ...]

    def of(self, level: int) -> Level:
        """Return a level by its number; beyond the last, the last."""
        return self.levels[max(0, min(level, len(self.levels) - 1))]

    def after(self, level: int) -> Level | None:
        """Return the level above one, None above the last."""
        return self.levels[level + 1] if level + 1 < len(self.levels) else None

    def reached(self, settled_minor: int) -> Level:
        """Return the level that a month's net settled amount reaches."""
        return max(
            (each for each in self.levels if settled_minor >= each.settled_minor_from),
            key=lambda each: each.level,
            default=self.levels[0],
        )


def read_rules(text: str) -> LevelRules:
    """Read a file of levels. Raises ValueError where they do not rise one by one."""
    facts: dict[str, Any] = tomllib.loads(text)
    levels = tuple(Level(**each) for each in facts["levels"])
    rising = [each.settled_minor_from for each in levels]
    if [each.level for each in levels] != list(range(len(levels))) or rising != sorted(set(rising)):
        raise ValueError("levels must be numbered from 0 and their amounts must rise")
    return LevelRules(facts["effective"], facts["review_day"], levels)


def level_rules(day: date) -> LevelRules:
    """Return the levels that hold on `day`: the newest file whose day has come, else the oldest."""
    known = _known()
    return next((each for each in reversed(known) if each.effective <= day), known[0])


def month_before(day: date) -> date:
    """Return the first day of the month before that of `day`."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def review_of(month: date) -> date:
    """Return the day on which a month decides levels."""
    following = (month + timedelta(days=32)).replace(day=1)
    return following.replace(day=level_rules(following).review_day)


@cache
def _known() -> tuple[LevelRules, ...]:
    found = [read_rules(path.read_text()) for path in RULES_FOLDER.glob("levels-*.toml")]
    return tuple(sorted(found, key=lambda each: each.effective))
