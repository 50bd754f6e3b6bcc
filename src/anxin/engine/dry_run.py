"""A policy judged on traffic that another policy served: what it would have earned, how sure that is, and when nobody can tell.

Sources: Horvitz and Thompson 1952 (IPS), Swaminathan and Joachims 2015 (SNIPS), Dudík, Langford and Li 2011 (doubly robust).
"""

from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Doubles, Longs
from anxin.engine.errors import WrongPropensities, WrongShape

BOOTSTRAPS = 500
UNITS_MIN = 200  # fewer effective units and an interval means nothing
UNCOVERED_MAX = 0.02  # more of the new policy's choices than this were never shown
HEAVIEST_MAX = 0.05  # one unit may not carry more of the weight than this
SIGMAS_MAX = 5.0
SAME = 1e-3  # weights so near to 1: both policies do the same
TIMES_MAX = 10_000.0  # so small a difference is none that matters


@dataclass(frozen=True)
class Logged:
    """Served slots, a row each.

    `unit` is who was served: rows of one unit are resampled together. `propensity` is the logged chance of what was shown,
    `target` the new policy's chance of the same, `reward` what came of it. `predicted` is a model's guess of that reward,
    `expected` its guess of what the new policy would get (Σ over candidates of new chance times guess), `was_expected` of what
    the served one would: 0 without one. `uncovered` is the new policy's chance of candidates that could not have been shown.
    """

    unit: Longs
    propensity: Doubles
    target: Doubles
    reward: Doubles
    predicted: Doubles
    expected: Doubles
    was_expected: Doubles
    uncovered: Doubles


@dataclass(frozen=True)
class Interval:
    """An estimate of the mean reward a slot with its 95 % interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class DryRun:
    """The served policy, three estimates of the new one, the difference (both doubly robust), and a verdict."""

    served: Interval
    ips: Interval
    snips: Interval
    doubly_robust: Interval
    difference: Interval
    effective_units: float
    uncovered: float
    verdict: str  # "better", "worse" or "cannot tell"
    reasons: tuple[str, ...]
    times: float | None = 1.0  # so many times as many rows like these it takes to tell; None: more of them never tell


def dry_run(logged: Logged, *, seed: int = 0) -> DryRun:
    """Estimate the new policy. Impossible propensities are refused; doubtful ones make it "cannot tell", with reasons."""
    _check(logged)
    weight = logged.target / logged.propensity
    units, owner = np.unique(logged.unit, return_inverse=True)
    columns = (
        np.ones(len(weight)),
        logged.reward,
        weight,
        weight * logged.reward,
        logged.expected + weight * (logged.reward - logged.predicted),
        logged.was_expected + logged.reward - logged.predicted,  # the served policy by the same estimate
    )
    sums = np.stack([_summed(owner, column, len(units)) for column in columns], axis=1)
    point, drawn = _figures(sums.sum(axis=0)), _figures(_resampled(sums, seed))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    served, ips, snips, robust, difference = (
        Interval(float(point[at]), float(low[at]), float(high[at])) for at in range(len(point))
    )
    mass = sums[:, 2]
    effective = float(mass.sum() ** 2 / max((mass**2).sum(), 1e-12))
    uncovered = float(logged.uncovered.mean())
    reasons = _doubts(mass, sums[:, 0], effective, uncovered)
    if difference.low <= 0 <= difference.high:
        reasons = (*reasons, "the interval of the difference holds 0")
    verdict = "cannot tell" if reasons else "better" if difference.low > 0 else "worse"
    can_tell = uncovered <= UNCOVERED_MAX and _are_true(mass, sums[:, 0], uncovered) and np.abs(weight - 1).max() > SAME
    times = _times(mass, effective, difference) if can_tell else None
    return DryRun(served, ips, snips, robust, difference, effective, uncovered, verdict, reasons, times)


def softmax_policy(offsets: Longs, values: Doubles, temperature: float) -> Doubles:
    """Return each candidate's chance within its slot (`offsets` cut candidates into slots) under `exp(value / temperature)`."""
    owner = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    if len(owner) == 0:
        return np.zeros(0)
    top = np.full(len(offsets) - 1, -np.inf)
    np.maximum.at(top, owner, values)
    heat = np.exp((values - top[owner]) / temperature)
    return np.asarray(heat / np.bincount(owner, heat, len(offsets) - 1)[owner])


@dataclass(frozen=True)
class Slots:
    """Logged slots with all their candidates: `offsets` cut them, `propensity` is a chance for each, `shown` the place of the one
    that was shown (in the whole array), `reward` what came of it, `unit` who was served.
    """

    offsets: Longs
    propensity: Doubles
    shown: Longs
    reward: Doubles
    unit: Longs


def against(slots: Slots, target: Doubles, guess: Doubles | None = None) -> Logged:
    """Return the log as seen by the new policy `target` (a chance a candidate); `guess` predicts each candidate's reward."""
    if target.shape != slots.propensity.shape:
        raise WrongShape("the new policy", str(slots.propensity.shape), str(target.shape))
    count = len(slots.offsets) - 1
    owner = np.repeat(np.arange(count), np.diff(slots.offsets))
    guess = np.zeros(len(target)) if guess is None else guess
    return Logged(
        unit=slots.unit,
        propensity=slots.propensity[slots.shown],
        target=target[slots.shown],
        reward=slots.reward,
        predicted=guess[slots.shown],
        expected=_summed(owner, target * guess, count),
        was_expected=_summed(owner, slots.propensity * guess, count),
        uncovered=_summed(owner, target * (slots.propensity <= 0), count),
    )


def _summed(owner: Longs, column: Doubles, count: int) -> Doubles:
    return np.asarray(np.bincount(owner, column, count), np.float64)


def _check(logged: Logged) -> None:
    if len(logged.propensity) == 0:
        raise WrongShape("a log", "one slot or more", "empty")
    if not ((logged.propensity > 0) & (logged.propensity <= 1)).all():
        raise WrongPropensities("what was shown has a chance above 0 and of 1 at most")
    if not ((logged.target >= 0) & (logged.target <= 1)).all():
        raise WrongPropensities("the new policy's chances are from 0 to 1")


def _figures(sums: Doubles) -> Doubles:
    """Return served, IPS, SNIPS, doubly robust and difference of summed columns (the last axis)."""
    count, reward, weight, weighted, robust, was_robust = np.moveaxis(np.atleast_2d(sums), -1, 0)
    count = np.maximum(count, 1)
    rows = np.stack(
        [
            reward / count,
            weighted / count,
            weighted / np.maximum(weight, 1e-12),
            robust / count,
            (robust - was_robust) / count,
        ],
        axis=-1,
    )
    return np.asarray(rows[0] if sums.ndim == 1 else rows)


def _resampled(sums: Doubles, seed: int) -> Doubles:
    """Return the column sums of BOOTSTRAPS Poisson resamples of the units."""
    random = np.random.default_rng(seed)
    return np.stack([random.poisson(1.0, len(sums)) @ sums for _ in range(BOOTSTRAPS)])


def _doubts(mass: Doubles, rows: Doubles, effective: float, uncovered: float) -> tuple[str, ...]:
    found = []
    if effective < UNITS_MIN:
        found.append(f"{effective:.0f} effective units, {UNITS_MIN} are needed")
    if uncovered > UNCOVERED_MAX:
        found.append(f"{uncovered:.1%} of the new policy's choices were never shown")
    if mass.sum() > 0 and mass.max() > HEAVIEST_MAX * mass.sum():
        found.append(f"one unit carries {mass.max() / mass.sum():.0%} of the weight")
    if not _are_true(mass, rows, uncovered):
        found.append(
            f"weights average {mass.sum() / rows.sum():.2f} instead of {1 - uncovered:.2f}: propensities are not true"
        )
    return tuple(found)


def _are_true(mass: Doubles, rows: Doubles, uncovered: float) -> bool:
    """Say whether the weights average to what true propensities would give."""
    excess = mass - (1 - uncovered) * rows
    spread = np.sqrt((excess**2).sum())
    return bool(abs(excess.sum()) <= SIGMAS_MAX * max(spread, 1e-9))


def _times(mass: Doubles, effective: float, difference: Interval) -> float | None:
    """Return how many times as many rows it takes: intervals narrow with the root of their number, units add up."""
    reach = max(difference.mean - difference.low, difference.high - difference.mean)
    if difference.mean == 0:
        return None  # the same, as far as anybody can see
    heaviest = mass.max() / max(mass.sum(), 1e-12)
    times = max(1.0, UNITS_MIN / max(effective, 1e-12), heaviest / HEAVIEST_MAX, (reach / difference.mean) ** 2)
    return times if times <= TIMES_MAX else None
