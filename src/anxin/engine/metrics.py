"""Where the target stands among all items, what that is worth, and how sure we are."""

from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Ints, Longs, compiled
from anxin.engine.sequences import Sequences

BOOTSTRAPS = 1000
CONFIDENCE_PERCENT = 95


def positions(scores: Floats, histories: Sequences, targets: Ints, *, exclude_history: bool = True) -> Doubles:
    """Return each target's place among all items: 1 + those above it + half of those level with it.

    Items of the history are left out of the ranking; the target itself never is.
    """
    return _positions(scores, histories.offsets, histories.items, targets, exclude_history)


@compiled
def _positions(scores: Floats, offsets: Longs, items: Ints, targets: Ints, exclude_history: bool) -> Doubles:
    places = np.empty(len(targets), np.float64)
    for row in range(len(targets)):
        own = scores[row, targets[row]]
        if exclude_history:
            for place in range(offsets[row], offsets[row + 1]):
                if items[place] != targets[row]:
                    scores[row, items[place]] = -np.inf
        above, level = 0, 0
        for score in scores[row]:
            above += score > own
            level += score == own
        places[row] = 1 + above + 0.5 * (level - 1)
    return places


def hits(places: Doubles, k: int) -> Doubles:
    """Return 1 where the target is among the first k."""
    return (places <= k).astype(np.float64)


def ndcg(places: Doubles, k: int) -> Doubles:
    """Return `1 / log2(1 + place)` within the first k, else 0."""
    return np.where(places <= k, 1 / np.log2(1 + places), 0.0)


def reciprocal(places: Doubles, k: int) -> Doubles:
    """Return `1 / place` within the first k, else 0."""
    return np.where(places <= k, 1 / places, 0.0)


@dataclass(frozen=True)
class Estimate:
    """A mean with the interval of its bootstrap distribution."""

    mean: float
    low: float
    high: float

    def scaled(self, factor: float, digits: int) -> tuple[float, list[float]]:
        """Return mean and interval for a table."""
        return round(self.mean * factor, digits), [round(self.low * factor, digits), round(self.high * factor, digits)]


def estimate(values: Doubles, seed: int = 0) -> Estimate:
    """Return the mean with its 95 % percentile bootstrap interval (1,000 resamples, Poisson weights: one pass, no copies)."""
    if len(values) == 0:
        return Estimate(float("nan"), float("nan"), float("nan"))
    random = np.random.default_rng(seed)
    means = np.empty(BOOTSTRAPS)
    for number in range(BOOTSTRAPS):
        weights = random.poisson(1.0, len(values))
        means[number] = (weights @ values) / max(int(weights.sum()), 1)
    tail = (100 - CONFIDENCE_PERCENT) / 2
    low, high = np.percentile(means, [tail, 100 - tail])
    return Estimate(float(values.mean()), float(low), float(high))
