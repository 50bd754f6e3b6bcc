"""Several recall sources, one score: each row's scores over their greatest, raised to a power, weighted and summed.

Weights and powers are chosen on held-out histories by one fixed rule (`choose`), for every data set the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Doubles, Floats
from anxin.engine.pool import Judged, Pool, Scorer, unit
from anxin.engine.sequences import Sequences

WEIGHTS = (0.0, 0.03, 0.06, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
POWERS = (0.35, 0.5, 0.75, 1.0, 1.5)
ROUNDS = 3

Goal = Callable[[Doubles], float]


@dataclass(frozen=True)
class Fusion:
    """How much each source counts, by name; a source that does not help has weight 0."""

    weights: Mapping[str, float]
    powers: Mapping[str, float]

    def score(self, scorers: Mapping[str, Scorer], histories: Sequences) -> Floats:
        """Return fused scores, histories × items; sources of weight 0 are not asked."""
        total = np.zeros((len(histories), histories.item_count), np.float32)
        for name, weight in self.weights.items():
            if weight > 0:
                total += np.float32(weight) * unit(scorers[name](histories)) ** np.float32(self.powers[name])
        return total

    def total(self, pool: Pool) -> Doubles:
        """Return the fused score of every entry of a pool whose sources are this fusion's, in this order."""
        return _total(pool, np.array([*self.weights.values()]), np.array([*self.powers.values()]))


def choose(names: Sequence[str], held_out: Judged, goal: Goal) -> Fusion:
    """Choose weights by coordinate ascent on the held-out goal, from the best single source.

    The rule: three rounds over the sources in their given order; each tries every weight, then every power, and keeps the
    greatest goal (the earlier on a tie).
    """
    alone = [goal(_places(held_out, _one(len(names), at), np.ones(len(names)))) for at in range(len(names))]
    weights, powers = _one(len(names), int(np.argmax(alone))), np.ones(len(names))
    best = max(alone)
    for _ in range(ROUNDS):
        before = best
        for at in range(len(names)):
            best = _improve(held_out, (weights, powers), (weights, at, WEIGHTS), (best, goal))
            if weights[at] > 0:
                best = _improve(held_out, (weights, powers), (powers, at, POWERS), (best, goal))
        if best == before:
            break
    return Fusion(
        {name: float(weight) for name, weight in zip(names, weights, strict=True)},
        {name: float(power) for name, power in zip(names, powers, strict=True)},
    )


def _improve(
    held_out: Judged,
    state: tuple[Doubles, Doubles],
    change: tuple[Doubles, int, Sequence[float]],
    aim: tuple[float, Goal],
) -> float:
    array, at, values = change
    best, goal = aim
    kept = array[at]
    others = state[0].copy()
    others[at] = 0
    rest = _total(held_out.pool, others, state[1])
    own = held_out.pool.scores[:, at].astype(np.float64)
    for value in values:
        array[at] = value
        if state[0].any():
            reached = goal(held_out.places(rest + state[0][at] * own ** state[1][at]))
            if reached > best:
                best, kept = reached, value
    array[at] = kept
    return best


def _one(count: int, at: int) -> Doubles:
    weights = np.zeros(count)
    weights[at] = 1.0
    return weights


def _total(pool: Pool, weights: Doubles, powers: Doubles) -> Doubles:
    total = np.zeros(len(pool.items))
    for at in np.flatnonzero(weights):
        total += weights[at] * pool.scores[:, at].astype(np.float64) ** powers[at]
    return total


def _places(held_out: Judged, weights: Doubles, powers: Doubles) -> Doubles:
    return held_out.places(_total(held_out.pool, weights, powers))
