"""The experience score (体验分) of a shop: a pure function from indicators and rules to a score that explains itself.

Points are integers in hundredths. DOMAIN 2.3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from anxin.market.service.domain.score_rules import (
    PERCENT,
    POINT,
    BonusRule,
    Dimension,
    Gate,
    IndicatorRule,
    ScoreRules,
    Unit,
)

BPS = 10_000
IMPROVEMENTS_MAX = 5


class Stage(StrEnum):
    """What a score rests on."""

    GROWTH = "growth"
    RATED = "rated"


@dataclass(frozen=True)
class Measured:
    """A number of the window and how many things it was measured on."""

    value: int
    sample: int


@dataclass(frozen=True)
class Indicators:
    """All that is known of a shop's window; a measure that is not there was not measured."""

    shop_type: str
    valid_orders: int
    faulty_orders: int = 0
    measured: Mapping[str, Measured] = field(default_factory=dict)
    violations: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class IndicatorScore:
    """One indicator: what was measured and how many points it gets; None where too little is known."""

    code: str
    unit: Unit
    weight: int
    value: int | None
    sample: int
    sample_min: int
    points: int | None


@dataclass(frozen=True)
class DimensionScore:
    """One dimension: its weight in percent, its points, and the indicators they come from."""

    dimension: Dimension
    weight: int
    points: int
    is_known: bool
    indicators: tuple[IndicatorScore, ...]


@dataclass(frozen=True)
class BonusScore:
    """What was added, or would be once the mark is reached."""

    code: str
    unit: Unit
    value: int | None
    at_least: int
    points: int
    is_reached: bool


@dataclass(frozen=True)
class DeductionScore:
    """What was taken off for how many violations of a kind."""

    code: str
    times: int
    points: int


@dataclass(frozen=True)
class Score:
    """A score with its explanation; `rated` is what it would be were it judged by its indicators already."""

    stage: Stage
    total: int
    rated: int
    dimensions: tuple[DimensionScore, ...]
    bonus: tuple[BonusScore, ...]
    deductions: tuple[DeductionScore, ...]
    valid_orders: int
    valid_orders_min: int
    faulty_orders: int
    rules: str

    @property
    def orders_missing(self) -> int:
        """How many valid orders a growing shop lacks to be rated."""
        return max(0, self.valid_orders_min - self.valid_orders)

    def of(self, dimension: Dimension) -> DimensionScore:
        """Return one dimension."""
        return next(each for each in self.dimensions if each.dimension is dimension)


class ImprovementKind(StrEnum):
    """What sort of change would raise a score."""

    INDICATOR = "indicator"
    BONUS = "bonus"
    VIOLATION = "violation"


@dataclass(frozen=True)
class Improvement:
    """A change that would raise the score by `gain`: how far it is, as a part of the indicator's whole range."""

    kind: ImprovementKind
    code: str
    unit: Unit | None
    before: int
    after: int
    gain: int
    effort_bps: int


def reckon(indicators: Indicators, rules: ScoreRules, *, day: date) -> Score | None:
    """Return a shop's score on a day; None for a shop that gets none while it has few orders (DOMAIN 2.3)."""
    growing = indicators.valid_orders < rules.growth.valid_orders_min
    if growing and indicators.shop_type in rules.growth.without_shop_types:
        return None
    dimensions = tuple(_dimension(dimension, indicators, rules) for dimension in Dimension)
    bonus = tuple(_bonus(rule, indicators) for rule in rules.bonus)
    deductions = _deductions(indicators, rules)
    rated = _total(dimensions, bonus, deductions, lowest=rules.total_min_on(day))
    return Score(
        stage=Stage.GROWTH if growing else Stage.RATED,
        total=_growth(indicators, rules) if growing else rated,
        rated=rated,
        dimensions=dimensions,
        bonus=bonus,
        deductions=deductions,
        valid_orders=indicators.valid_orders,
        valid_orders_min=rules.growth.valid_orders_min,
        faulty_orders=indicators.faulty_orders,
        rules=rules.name,
    )


def improvements(indicators: Indicators, rules: ScoreRules, *, day: date) -> tuple[Improvement, ...]:
    """Return what would raise the score, the cheapest first: most points for the shortest way.

    Every candidate is one step (an indicator to the next knot of its curve, a bonus to its mark, a kind of violation to
    none), and its gain is the difference of two whole reckonings, so caps and limits are told as they are.
    """
    now = reckon(indicators, rules, day=day)
    if now is None:
        return ()
    steps = (*_indicator_steps(indicators, rules), *_bonus_steps(indicators, rules), *_violation_steps(indicators))
    found = []
    for step, changed in steps:
        after = reckon(changed, rules, day=day)
        if after is not None and after.rated > now.rated:
            found.append(replace(step, gain=after.rated - now.rated))
    return tuple(sorted(found, key=lambda step: (-step.gain * BPS // (step.effort_bps + 500), step.code)))[
        :IMPROVEMENTS_MAX
    ]


def is_open(gate: Gate, total: int | None, mean_7: int | None, mean_30: int | None) -> bool:
    """Say whether a score opens a gate; scores in hundredths, None where there is none."""
    held = {1: total, 7: mean_7, 30: mean_30}[gate.over]
    return held is not None and held >= gate.points * POINT


def _growth(indicators: Indicators, rules: ScoreRules) -> int:
    growth = rules.growth
    return max(growth.points_min, growth.points - indicators.faulty_orders * growth.fault_points) * POINT


def _dimension(dimension: Dimension, indicators: Indicators, rules: ScoreRules) -> DimensionScore:
    scores = tuple(_indicator(rule, indicators) for rule in rules.indicators if rule.dimension is dimension)
    judged = [(score.weight, score.points) for score in scores if score.points is not None]
    points = _mean(judged) if judged else rules.dimension_unknown * POINT
    bounded = max(rules.dimension_min * POINT, min(points, rules.dimension_max * POINT))
    return DimensionScore(dimension, rules.dimensions[dimension], bounded, bool(judged), scores)


def _indicator(rule: IndicatorRule, indicators: Indicators) -> IndicatorScore:
    found = indicators.measured.get(rule.code)
    enough = found is not None and found.sample >= rule.sample_min
    return IndicatorScore(
        code=rule.code,
        unit=rule.unit,
        weight=rule.weight,
        value=found.value if found else None,
        sample=found.sample if found else 0,
        sample_min=rule.sample_min,
        points=rule.curve.hundredths(found.value) if found and enough else None,
    )


def _bonus(rule: BonusRule, indicators: Indicators) -> BonusScore:
    found = indicators.measured.get(rule.code)
    value = found.value if found and found.sample else None
    reached = value is not None and value >= rule.at_least
    return BonusScore(rule.code, rule.unit, value, rule.at_least, rule.points * POINT, reached)


def _deductions(indicators: Indicators, rules: ScoreRules) -> tuple[DeductionScore, ...]:
    left = {group: cap * POINT for group, cap in rules.deduction_caps.items()}
    found = []
    for rule in rules.deductions:
        times = indicators.violations.get(rule.code, 0)
        points = times * rule.points * POINT
        if rule.group:
            points = min(points, left[rule.group])
            left[rule.group] -= points
        if times:
            found.append(DeductionScore(rule.code, times, points))
    return tuple(found)


def _total(
    dimensions: Sequence[DimensionScore],
    bonus: Sequence[BonusScore],
    deductions: Sequence[DeductionScore],
    *,
    lowest: int,
) -> int:
    base = _mean([(each.weight, each.points) for each in dimensions])
    added = sum(each.points for each in bonus if each.is_reached)
    total = base + added - sum(each.points for each in deductions)
    return max(lowest * POINT, min(total, PERCENT * POINT))


def _mean(weighed: Sequence[tuple[int, int]]) -> int:
    """Return the weighted mean, rounded half up."""
    whole = sum(weight for weight, _ in weighed)
    return (2 * sum(weight * points for weight, points in weighed) + whole) // (2 * whole)


Step = tuple[Improvement, Indicators]


def _indicator_steps(indicators: Indicators, rules: ScoreRules) -> list[Step]:
    steps = []
    for rule in rules.indicators:
        found = indicators.measured.get(rule.code)
        better = rule.curve.better_than(found.value) if found and found.sample >= rule.sample_min else None
        if found is None or better is None:
            continue
        effort = abs(better - found.value) * BPS // rule.curve.width
        step = Improvement(ImprovementKind.INDICATOR, rule.code, rule.unit, found.value, better, 0, effort)
        steps.append((step, _measured(indicators, rule.code, Measured(better, found.sample))))
    return steps


def _bonus_steps(indicators: Indicators, rules: ScoreRules) -> list[Step]:
    steps = []
    for rule in rules.bonus:
        found = indicators.measured.get(rule.code)
        if found is None or not found.sample or found.value >= rule.at_least:
            continue  # what is not measured cannot be asked for
        effort = (rule.at_least - found.value) * BPS // rule.at_least
        step = Improvement(ImprovementKind.BONUS, rule.code, rule.unit, found.value, rule.at_least, 0, effort)
        steps.append((step, _measured(indicators, rule.code, Measured(rule.at_least, found.sample))))
    return steps


def _violation_steps(indicators: Indicators) -> list[Step]:
    steps = []
    for code, times in indicators.violations.items():
        if times:
            step = Improvement(ImprovementKind.VIOLATION, code, None, times, 0, 0, BPS)
            steps.append((step, replace(indicators, violations={**indicators.violations, code: 0})))
    return steps


def _measured(indicators: Indicators, code: str, measured: Measured) -> Indicators:
    return replace(indicators, measured={**indicators.measured, code: measured})
