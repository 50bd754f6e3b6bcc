"""The order of the best candidates, learned: a small network reads what every source says of an item and how sure it can be.

A weighted sum treats every history alike. The network also sees how long the history is, how much each source had to go by and
how common an item is, so that it can trust one source for a long history and another for a short one. It learns on held-out
histories with a softmax over each one's candidates; what it is worth is measured on folds that did not teach it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Floats, Ints, Longs, compiled
from anxin.engine.fusion import Fusion
from anxin.engine.pool import Judged, Pool

SHORTLIST = 100  # first candidates by fusion, that the network puts in order
HIDDEN = 32
FOLDS = 5
ROUNDS = 12
ROWS_A_STEP = 128
RATE = 0.005
SHRINK = 1e-4
ROWS_MIN = 500  # fewer held-out histories with their target on the shortlist teach nothing

Goal = Callable[[Doubles], float]


@dataclass(frozen=True)
class Shortlist:
    """rows × SHORTLIST items (-1 where there are fewer), the sources' unit scores of each, and what is known of the row."""

    items: Ints
    scores: Floats
    greatest: Floats
    lengths: Longs

    def rows(self, chosen: Longs) -> "Shortlist":
        """Return the chosen rows."""
        return Shortlist(self.items[chosen], self.scores[chosen], self.greatest[chosen], self.lengths[chosen])


def shortlist_of(pool: Pool, total: Doubles, lengths: Longs) -> Shortlist:
    """Keep the first SHORTLIST entries of each row by `total`; `lengths` are those of the histories."""
    entries = _first_entries(pool.offsets, total, SHORTLIST)
    items = np.where(entries >= 0, pool.items[entries], -1).astype(np.int32)
    scores = np.where((entries >= 0)[:, :, None], pool.scores[entries], np.float32(0))
    return Shortlist(items, scores, pool.greatest, lengths)


@compiled
def _first_entries(offsets: Longs, total: Doubles, length: int) -> Longs:
    entries = np.full((len(offsets) - 1, length), -1, np.int64)
    for row in range(len(entries)):
        order = np.argsort(-total[offsets[row] : offsets[row + 1]], kind="mergesort")[:length]
        for place in range(len(order)):
            entries[row, place] = offsets[row] + order[place]
    return entries


@dataclass(frozen=True)
class Network:
    """One hidden layer beside a straight line: `relu(x·inner + bias)·outer + x·line`."""

    inner: Floats
    bias: Floats
    outer: Floats
    line: Floats

    def score(self, features: Floats) -> Floats:
        """Return one number an item of rows × items × features."""
        rows, items, width = features.shape
        flat = features.reshape(-1, width)
        scores = np.maximum(flat @ self.inner + self.bias, 0) @ self.outer + flat @ self.line
        return np.asarray(scores.reshape(rows, items), np.float32)


@dataclass(frozen=True)
class Blend:
    """Several networks, each taught on other folds, whose mean decides; and how features are made."""

    networks: tuple[Network, ...]
    popularity: Floats
    centre: Floats
    spread: Floats

    def score(self, shortlist: Shortlist) -> Floats:
        """Return rows × SHORTLIST, greater is better; -inf where there is no item."""
        scores = np.full(shortlist.items.shape, -np.inf, np.float32)
        for begin in range(0, len(scores), 1024):
            part = shortlist.rows(np.arange(begin, min(begin + 1024, len(scores))))
            features = _features(part, self.popularity, (self.centre, self.spread))
            scores[begin : begin + 1024] = np.mean([network.score(features) for network in self.networks], axis=0)
        return np.where(shortlist.items >= 0, scores, np.float32(-np.inf))


def fit_blend(
    held_out: Judged, fusion: Fusion, known: tuple[Longs, Floats], goal: Goal
) -> tuple[Blend | None, float, float]:
    """Return the blend, and the goal it and the fusion reach on rows that did not teach; None where the fusion is as good.

    `known` is the length of each history and the popularity of each item.
    """
    lengths, popularity = known
    shortlist = shortlist_of(held_out.pool, fusion.total(held_out.pool), lengths)
    targets = _target_places(shortlist, held_out)
    usable = np.flatnonzero(targets >= 0)
    first = np.where(targets >= 0, targets + 1.0, np.inf)
    plain = goal(first)
    if len(usable) < ROWS_MIN:
        return None, plain, plain
    context = _context(shortlist)
    norm = (context.mean(axis=0), context.std(axis=0) + np.float32(1e-6))
    fold = np.random.default_rng(0).integers(FOLDS, size=len(first))
    features = _features(shortlist, popularity, norm)
    networks, places = [], first.copy()
    for number in range(FOLDS):
        taught = usable[fold[usable] != number]
        network = _train((features, shortlist.items >= 0), targets, taught, number)
        networks.append(network)
        left = np.flatnonzero(fold == number)
        scores = np.where(shortlist.items[left] >= 0, network.score(features[left]), np.float32(-np.inf))
        places[left] = places_of(scores, targets[left])
    reached = goal(places)
    return (Blend(tuple(networks), popularity, *norm) if reached > plain else None), reached, plain


def judge_blend(blend: Blend, fusion: Fusion, judged: Judged, lengths: Longs) -> Doubles:
    """Return the place of every target in the order of the blend; a target off the shortlist is nowhere."""
    shortlist = shortlist_of(judged.pool, fusion.total(judged.pool), lengths)
    return places_of(blend.score(shortlist), _target_places(shortlist, judged))


def places_of(scores: Floats, targets: Longs) -> Doubles:
    """Return the place of each row's target column; -1 is nowhere, ties count half."""
    own = scores[np.arange(len(scores)), np.maximum(targets, 0)][:, None]
    places = 1 + (scores > own).sum(axis=1) + 0.5 * ((scores == own).sum(axis=1) - 1)
    return np.where(targets >= 0, places, np.inf)


def _target_places(shortlist: Shortlist, judged: Judged) -> Longs:
    wanted = np.where(judged.targets >= 0, judged.pool.items[judged.targets], -2)
    same: Bools = shortlist.items == wanted[:, None]
    return np.where(same.any(axis=1), same.argmax(axis=1), -1)


def _context(shortlist: Shortlist) -> Floats:
    told = [np.log(shortlist.greatest + np.float32(1e-6)), np.log1p(shortlist.lengths.astype(np.float32))[:, None]]
    return np.concatenate(told, axis=1).astype(np.float32)


def _features(shortlist: Shortlist, popularity: Floats, norm: tuple[Floats, Floats]) -> Floats:
    scores = shortlist.scores
    rows, count, sources = scores.shape
    above = np.argsort(np.argsort(-scores, axis=1, kind="stable"), axis=1, kind="stable")
    places = np.where(scores > 0, 1 / (1 + above), 0)
    context = (_context(shortlist) - norm[0]) / norm[1] * np.float32(0.5)
    return np.concatenate(
        [
            scores,
            np.log(scores + np.float32(0.003)) / 6 + 1,
            places,
            np.log1p(popularity)[np.maximum(shortlist.items, 0)][:, :, None] / 8,
            np.broadcast_to((1 / (1 + np.arange(count)))[None, :, None], (rows, count, 1)),
            np.broadcast_to(context[:, None, :], (rows, count, sources + 1)),
        ],
        axis=2,
    ).astype(np.float32)


def _train(table: tuple[Floats, Bools], targets: Longs, taught: Longs, seed: int) -> Network:
    """Teach one network by Adam (Kingma and Ba 2015) with a rate that falls to 0; the same rows give the same network."""
    features, present = table
    random = np.random.default_rng(seed)
    width = features.shape[2]
    values: list[Floats] = [
        np.asarray(random.standard_normal((width, HIDDEN)) / width**0.5, np.float32),
        np.zeros(HIDDEN, np.float32),
        np.asarray(random.standard_normal(HIDDEN) / HIDDEN**0.5, np.float32),
        np.asarray(random.standard_normal(width) * 0.01, np.float32),
    ]
    means = [np.zeros_like(value) for value in values]
    squares = [np.zeros_like(value) for value in values]
    steps, step = ROUNDS * (len(taught) // ROWS_A_STEP + 1), 0
    for _ in range(ROUNDS):
        order = random.permutation(taught)
        for begin in range(0, len(order), ROWS_A_STEP):
            rows = order[begin : begin + ROWS_A_STEP]
            slopes = _slopes(Network(*values), features[rows], present[rows], targets[rows])
            step += 1
            rate = RATE * (1 - step / (steps + 1))
            for at, slope in enumerate(slopes):
                means[at] = 0.9 * means[at] + 0.1 * slope
                squares[at] = 0.999 * squares[at] + 0.001 * slope**2
                move = means[at] / (1 - 0.9**step) / (np.sqrt(squares[at] / (1 - 0.999**step)) + 1e-8)
                values[at] = (values[at] - rate * (move + SHRINK * values[at])).astype(np.float32)
    return Network(*values)


def _slopes(
    network: Network, features: Floats, present: Bools, targets: Longs
) -> tuple[Floats, Floats, Floats, Floats]:
    rows, count, width = features.shape
    flat = features.reshape(-1, width)
    hidden = flat @ network.inner + network.bias
    active = np.maximum(hidden, 0)
    scores = np.where(present, (active @ network.outer + flat @ network.line).reshape(rows, count), -np.inf)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    shares[np.arange(rows), targets] -= 1
    wrong = (shares / rows).ravel().astype(np.float32)
    back = np.outer(wrong, network.outer) * (hidden > 0)
    return flat.T @ back, back.sum(axis=0), active.T @ wrong, flat.T @ wrong
