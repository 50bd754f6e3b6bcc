"""Several recall sources, one score: each row's scores over their greatest, raised to a power, weighted and summed.

Weights and powers are chosen on held-out histories by one fixed rule (`choose`), for every data set the same.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Ints, Longs, compiled
from anxin.engine.sequences import Prefixes, Sequences

CANDIDATES = 100  # of each source, in the search for weights; the final figure ranks all items
BATCH_BYTES = 64 << 20
WEIGHTS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0)
POWERS = (0.5, 0.75, 1.0, 1.5)
ROUNDS = 3

Scorer = Callable[[Sequences], Floats]
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


def unit(scores: Floats) -> Floats:
    """Return scores with each row over its greatest; negative ones become 0."""
    np.maximum(scores, 0, out=scores)
    scores /= np.maximum(scores.max(axis=1, keepdims=True), np.float32(1e-9))
    return scores


def batches(rows: int, item_count: int) -> list[Longs]:
    """Split row numbers so that one dense float32 score block stays within 64 MiB."""
    size = max(1, BATCH_BYTES // (4 * max(item_count, 1)))
    return [np.arange(begin, min(begin + size, rows)) for begin in range(0, rows, size)]


def choose(scorers: Mapping[str, Scorer], held_out: Prefixes, goal: Goal, *, exclude_history: bool) -> Fusion:
    """Choose weights by coordinate ascent on the held-out goal, from the best single source.

    The rule: three rounds over the sources in their given order; each tries every weight, then every power, and keeps the
    greatest goal (the earlier on a tie). Candidates are the first 100 of every source; a target outside them counts as missed.
    """
    names = list(scorers)
    pool = _pool(scorers, held_out, exclude_history)
    alone = [goal(_places(pool, _one(len(names), at), np.ones(len(names)))) for at in range(len(names))]
    weights, powers = _one(len(names), int(np.argmax(alone))), np.ones(len(names))
    best = max(alone)
    for _ in range(ROUNDS):
        before = best
        for at in range(len(names)):
            best = _improve(pool, (weights, powers), (weights, at, WEIGHTS), (best, goal))
            if weights[at] > 0:
                best = _improve(pool, (weights, powers), (powers, at, POWERS), (best, goal))
        if best == before:
            break
    return Fusion(
        {name: float(weight) for name, weight in zip(names, weights, strict=True)},
        {name: float(power) for name, power in zip(names, powers, strict=True)},
    )


@dataclass(frozen=True)
class Pool:
    """Candidates of every held-out row (target first) with each source's unit score: entries × sources."""

    offsets: Longs
    scores: Floats


def _improve(
    pool: Pool,
    state: tuple[Doubles, Doubles],
    change: tuple[Doubles, int, Sequence[float]],
    aim: tuple[float, Goal],
) -> float:
    array, at, values = change
    best, goal = aim
    kept = array[at]
    for value in values:
        array[at] = value
        if (reached := goal(_places(pool, *state)) if state[0].any() else -1.0) > best:
            best, kept = reached, value
    array[at] = kept
    return best


def _one(count: int, at: int) -> Doubles:
    weights = np.zeros(count)
    weights[at] = 1.0
    return weights


def _pool(scorers: Mapping[str, Scorer], held_out: Prefixes, exclude_history: bool) -> Pool:
    sizes, blocks = [], []
    for rows in batches(len(held_out.targets), held_out.histories.item_count):
        histories = held_out.histories.rows(rows)
        targets = held_out.targets[rows]
        scores = [unit(scorer(histories)) for scorer in scorers.values()]
        if exclude_history:
            owner = np.repeat(np.arange(len(rows)), histories.lengths)
            keep = histories.items != targets[owner]
            for block in scores:
                block[owner[keep], histories.items[keep]] = 0
        for at, target in enumerate(targets):
            found = [target]
            for block in scores:
                row = block[at]
                some = min(CANDIDATES, len(row) - 1)
                top = np.argpartition(-row, some)[:some]
                found.extend(top[row[top] > 0])
            others = np.unique(np.array(found[1:], np.int64))
            entries = np.concatenate([[target], others[others != target]])
            sizes.append(len(entries))
            blocks.append(np.stack([block[at, entries] for block in scores], axis=1))
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return Pool(offsets, np.concatenate(blocks) if blocks else np.zeros((0, len(scorers)), np.float32))


def _places(pool: Pool, weights: Doubles, powers: Doubles) -> Doubles:
    total = np.zeros(len(pool.scores))
    for at in np.flatnonzero(weights):
        total += weights[at] * pool.scores[:, at].astype(np.float64) ** powers[at]
    return _place_first(pool.offsets, total)


@compiled
def _place_first(offsets: Longs, total: Doubles) -> Doubles:
    places = np.empty(len(offsets) - 1, np.float64)
    for row in range(len(places)):
        own = total[offsets[row]]
        above, level = 0, 0
        for entry in range(offsets[row] + 1, offsets[row + 1]):
            above += total[entry] > own
            level += total[entry] == own
        places[row] = 1 + above + 0.5 * level if own > 0 else np.inf
    return places


def place_all(score: Scorer, judged: Prefixes, place: Callable[[Floats, Sequences, Ints], Doubles]) -> Doubles:
    """Return the place of every target among all items, a block of rows at a time."""
    places = [np.empty(0)]
    for rows in batches(len(judged.targets), judged.histories.item_count):
        histories = judged.histories.rows(rows)
        places.append(place(score(histories), histories, judged.targets[rows]))
    return np.concatenate(places)
