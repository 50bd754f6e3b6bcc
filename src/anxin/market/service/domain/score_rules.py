"""The rules of the experience score (体验分) as versioned data: `rules/score-*.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

RULES_FOLDER = Path(__file__).resolve().parent.parent / "rules"
POINT = 100  # hundredths in a point
PERCENT = 100
OVER_DAYS = (1, 7, 30)


class BadScoreRules(ValueError):
    """A file of score rules cannot be used; the message names the file and the place."""


class Dimension(StrEnum):
    """The three sides of a shop that are judged."""

    PRODUCT = "product"
    LOGISTICS = "logistics"
    SERVICE = "service"


class Unit(StrEnum):
    """What an indicator's number counts."""

    STAR_HUNDREDTHS = "star_hundredths"
    BPS = "bps"
    MINUTES = "minutes"
    SECONDS = "seconds"


@dataclass(frozen=True)
class Curve:
    """Points by value: knots (value, points) with straight lines between; level beyond both ends."""

    knots: tuple[tuple[int, int], ...]

    def hundredths(self, value: int) -> int:
        """Return the points of a value in hundredths, rounded half up."""
        if value <= self.knots[0][0]:
            return self.knots[0][1] * POINT
        for (left, low), (right, high) in pairwise(self.knots):
            if value <= right:
                return low * POINT + _half_up((value - left) * (high - low) * POINT, right - left)
        return self.knots[-1][1] * POINT

    @property
    def rises(self) -> bool:
        """Whether more is better."""
        return self.knots[-1][1] > self.knots[0][1]

    @property
    def width(self) -> int:
        """The distance between its ends."""
        return self.knots[-1][0] - self.knots[0][0]

    def better_than(self, value: int) -> int | None:
        """Return the next knot that gives more points than `value`, None at the best."""
        now = self.hundredths(value)
        ahead = [knot for knot in (self.knots if self.rises else self.knots[::-1]) if knot[1] * POINT > now]
        return next((knot for knot, _ in ahead if (knot > value) == self.rises), None)


@dataclass(frozen=True)
class IndicatorRule:
    """How one indicator is judged."""

    code: str
    dimension: Dimension
    weight: int
    unit: Unit
    sample_min: int
    curve: Curve


@dataclass(frozen=True)
class BonusRule:
    """What is added where a measure reaches a mark."""

    code: str
    points: int
    unit: Unit
    at_least: int


@dataclass(frozen=True)
class DeductionRule:
    """What is taken off each time; those of a group together no more than its cap."""

    code: str
    points: int
    group: str = ""


@dataclass(frozen=True)
class GrowthRule:
    """The set score of shops with few orders (成长阶段)."""

    valid_orders_min: int
    points: int
    points_min: int
    fault_points: int
    without_shop_types: frozenset[str]


@dataclass(frozen=True)
class Gate:
    """What a score of so many points opens: today's (`over` 1) or the mean of 7 or 30 days."""

    code: str
    points: int
    over: int


@dataclass(frozen=True)
class ScoreRules:
    """All rules of the score as they hold from one day on."""

    name: str
    effective_from: date
    window_days: int
    total_min: tuple[tuple[date, int], ...]
    low_price_minor: int
    on_time_hours: int
    growth: GrowthRule
    dimensions: Mapping[Dimension, int]
    dimension_min: int
    dimension_max: int
    dimension_unknown: int
    indicators: tuple[IndicatorRule, ...]
    bonus: tuple[BonusRule, ...]
    deductions: tuple[DeductionRule, ...]
    deduction_caps: Mapping[str, int]
    violations_of_complaints: Mapping[str, str]
    violations_of_compensations: Mapping[str, str]
    quality_promises: tuple[str, ...]
    damage_promises: tuple[str, ...]
    unanswered_hours: int
    gates: tuple[Gate, ...]

    def total_min_on(self, day: date) -> int:
        """Return the lowest total that holds on a day."""
        return next((points for start, points in reversed(self.total_min) if start <= day), 0)


def rules_at(day: date) -> ScoreRules:
    """Return the rules that hold on a day; a day before the first file is judged by the first."""
    every = _every()
    held = [rules for rules in every if rules.effective_from <= day]
    return held[-1] if held else every[0]


def rules_named(name: str) -> ScoreRules:
    """Return the rules of this name. Raises KeyError."""
    return {rules.name: rules for rules in _every()}[name]


@cache
def _every() -> tuple[ScoreRules, ...]:
    read = (read_rules(path.read_text(), path.name) for path in RULES_FOLDER.glob("score-*.toml"))
    return tuple(sorted(read, key=lambda rules: rules.effective_from))


def read_rules(text: str, file: str) -> ScoreRules:
    """Read rules from TOML. Raises BadScoreRules with the file and what is wrong in it."""
    try:
        rules = _rules(tomllib.loads(text))
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise BadScoreRules(f"{file}: {wrong!r}") from wrong
    faults = _faults(rules)
    if faults:
        raise BadScoreRules(f"{file}: {'; '.join(faults)}")
    return rules


def _rules(data: dict[str, Any]) -> ScoreRules:
    orders, points = data.pop("orders"), data.pop("dimension_points")
    growth, claims = data.pop("growth"), data.pop("claims")
    rules = ScoreRules(
        name=data.pop("name"),
        effective_from=data.pop("effective_from"),
        window_days=data.pop("window_days"),
        total_min=tuple(sorted((row["from"], row["points"]) for row in data.pop("total_min"))),
        low_price_minor=orders.pop("low_price_minor"),
        on_time_hours=orders.pop("on_time_hours"),
        growth=GrowthRule(**{**growth, "without_shop_types": frozenset(growth["without_shop_types"])}),
        dimensions={Dimension(code): weight for code, weight in data.pop("dimensions").items()},
        dimension_min=points.pop("min"),
        dimension_max=points.pop("max"),
        dimension_unknown=points.pop("unknown"),
        indicators=tuple(_indicator(code, row) for code, row in data.pop("indicators").items()),
        bonus=tuple(_bonus(code, row) for code, row in data.pop("bonus").items()),
        deductions=tuple(DeductionRule(code, **row) for code, row in data.pop("deductions").items()),
        deduction_caps=data.pop("deduction_caps"),
        violations_of_complaints=data.pop("violations_of_complaints"),
        violations_of_compensations=data.pop("violations_of_compensations"),
        quality_promises=tuple(claims.pop("quality_promises")),
        damage_promises=tuple(claims.pop("damage_promises")),
        unanswered_hours=claims.pop("unanswered_hours"),
        gates=tuple(Gate(code, **row) for code, row in data.pop("gates").items()),
    )
    unknown = [*data, *orders, *points, *claims]
    if unknown:
        raise ValueError(f"unknown: {', '.join(unknown)}")
    return rules


def _indicator(code: str, row: dict[str, Any]) -> IndicatorRule:
    row = dict(row)
    curve = Curve(tuple((value, points) for value, points in row.pop("curve")))
    return IndicatorRule(code, Dimension(row.pop("dimension")), unit=Unit(row.pop("unit")), curve=curve, **row)


def _bonus(code: str, row: dict[str, Any]) -> BonusRule:
    return BonusRule(code, row["points"], Unit(row["unit"]), row["at_least"])


def _faults(rules: ScoreRules) -> list[str]:
    """Return everything that would make scores nonsense."""
    faults = []
    if set(rules.dimensions) != set(Dimension) or sum(rules.dimensions.values()) != PERCENT:
        faults.append("the weights of the three dimensions must sum to 100")
    faults += [
        f"no indicator of {dimension}"
        for dimension in Dimension
        if not any(rule.dimension is dimension for rule in rules.indicators)
    ]
    faults += [fault for rule in rules.indicators for fault in _curve_faults(rule)]
    faults += [f"{rule.code}: unknown group {rule.group}" for rule in rules.deductions if not _has_cap(rule, rules)]
    known = {rule.code for rule in rules.deductions}
    named = (*rules.violations_of_complaints.values(), *rules.violations_of_compensations.values())
    faults += [f"unknown violation {code}" for code in named if code not in known]
    faults += [f"{gate.code}: over must be one of {OVER_DAYS}" for gate in rules.gates if gate.over not in OVER_DAYS]
    if rules.growth.points_min > rules.growth.points or rules.window_days <= 0:
        faults.append("the growth stage or the window is upside down")
    return faults


def _has_cap(rule: DeductionRule, rules: ScoreRules) -> bool:
    return not rule.group or rule.group in rules.deduction_caps


def _curve_faults(rule: IndicatorRule) -> list[str]:
    values = [value for value, _ in rule.curve.knots]
    points = [point for _, point in rule.curve.knots]
    straight = points in (sorted(points), sorted(points, reverse=True))
    if len(values) < 2 or values != sorted(set(values)) or not straight or rule.weight <= 0:  # noqa: PLR2004 - a line has two ends
        return [f"{rule.code}: values must rise, points go one way, the weight be positive"]
    return []


def _half_up(whole: int, parts: int) -> int:
    """Return whole ÷ parts rounded half up; `parts` is positive."""
    return (2 * whole + parts) // (2 * parts)
