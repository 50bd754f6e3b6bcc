"""Nearest items among a million: inverted lists of 8-bit vectors, and a small exact index of what is not in them yet.

Vectors are compared by inner product. Items are put in lists by k-means; a question looks only into the `probes` nearest lists.
Each vector is kept as 8-bit numbers with one scale per dimension, as in faiss' IVF-SQ8 (Douze et al. 2024). A new item is in the
`Fresh` index the moment it is added, and is found exactly; `merged` moves what is fresh into the lists.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anxin.engine.compiling import Floats, Ints, Longs, compiled

Codes = NDArray[np.uint8]
Shorts = NDArray[np.int16]

TRAINED_ON_A_LIST = 40  # vectors a list that k-means sees
ROUNDS = 6
ROOM = 16  # answers kept while lists are scanned, times as many as are asked for
BLOCK = 8192
WEIGHT_MAX = (
    8191  # a question in whole numbers, so that the sum of products is exact and fits 32 bits up to 1,000 dimensions
)


@dataclass(frozen=True)
class Lists:
    """`items[starts[l]:starts[l + 1]]` are the items of list l, in the order of the rows of `codes`."""

    centres: Floats  # lists × dimensions
    starts: Longs
    items: Ints
    codes: Codes  # items × dimensions
    low: Floats  # of each dimension
    step: Floats

    def search(self, question: Floats, k: int, probes: int) -> tuple[Ints, Floats]:
        """Return the k items of the greatest inner product with `question` in its `probes` nearest lists, best first."""
        near = self.centres @ question
        probes = min(probes, len(near))
        chosen = np.argpartition(-near, probes - 1)[:probes]
        items, totals = np.empty(ROOM * k, np.int32), np.empty(ROOM * k, np.int32)
        weights = question * self.step
        unit = max(float(np.abs(weights).max(initial=0)) / WEIGHT_MAX, 1e-30)
        whole = np.rint(weights / unit).astype(np.int16)
        filled = _scan(chosen, (self.starts, self.items, self.codes), whole, k, (items, totals))
        scores = totals[:filled].astype(np.float32) * np.float32(unit) + np.float32(question @ self.low)
        return _best(items[:filled], scores, k)

    @property
    def size_bytes(self) -> int:
        """Return the memory of the index."""
        return self.centres.nbytes + self.starts.nbytes + self.items.nbytes + self.codes.nbytes


class Fresh:
    """The newest items, compared exactly."""

    def __init__(self, dimensions: int, room: int = 4096) -> None:
        self._vectors = np.zeros((room, dimensions), np.float32)
        self._items = np.zeros(room, np.int32)
        self._filled = 0

    @classmethod
    def of(cls, items: Ints, vectors: Floats) -> "Fresh":
        """Return an index of items that are there from the beginning."""
        found = cls(vectors.shape[1], max(len(items), 1))
        found._items[: len(items)], found._vectors[: len(items)] = items, vectors
        found._filled = len(items)
        return found

    def __len__(self) -> int:
        return self._filled

    def add(self, item: int, vector: Floats) -> None:
        """Make an item findable."""
        if self._filled == len(self._items):
            self._vectors = np.concatenate([self._vectors, np.zeros_like(self._vectors)])
            self._items = np.concatenate([self._items, np.zeros_like(self._items)])
        self._items[self._filled] = item
        self._vectors[self._filled] = vector
        self._filled += 1

    def search(self, question: Floats, k: int) -> tuple[Ints, Floats]:
        """Return the k best of them, best first."""
        scores = self._vectors[: self._filled] @ question
        return _best(self._items[: self._filled], scores, k)

    def all(self) -> tuple[Ints, Floats]:
        """Return items and vectors."""
        return self._items[: self._filled].copy(), self._vectors[: self._filled].copy()


class Index:
    """Lists and what is fresh, asked together."""

    def __init__(self, lists: Lists, probes: int = 32) -> None:
        self.lists = lists
        self.fresh = Fresh(lists.centres.shape[1])
        self.probes = probes

    def add(self, item: int, vector: Floats) -> None:
        """Make a new item findable at once."""
        self.fresh.add(item, vector)

    def search(self, question: Floats, k: int, probes: int | None = None) -> tuple[Ints, Floats]:
        """Return items and inner products, best first; `probes` lists are looked into, as many as are usual where not given."""
        items, scores = self.lists.search(question, k, probes or self.probes)
        if len(self.fresh) == 0:
            return items, scores
        new, new_scores = self.fresh.search(question, k)
        return _best(np.concatenate([new, items]), np.concatenate([new_scores, scores]), k)


def build_lists(vectors: Floats, *, lists: int | None = None, seed: int = 0) -> Lists:
    """Put items 0 … n - 1 into about 4·√n lists (fewer for few items)."""
    count = len(vectors)
    number = min(lists or int(4 * count**0.5) + 1, max(1, count // 8))
    random = np.random.default_rng(seed)
    sample = vectors[np.sort(random.choice(count, min(count, number * TRAINED_ON_A_LIST), replace=False))]
    centres = _centres(sample, number, random)
    owner = _nearest(vectors, centres)
    order = np.argsort(owner, kind="stable").astype(np.int32)
    starts = np.zeros(number + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=number), out=starts[1:])
    low, high = (sample.min(axis=0), sample.max(axis=0)) if count else (np.zeros(1), np.zeros(1))
    step = np.maximum((high - low) / 255, 1e-12).astype(np.float32)
    codes = np.empty(vectors.shape, np.uint8)
    for begin in range(0, count, BLOCK):
        part = vectors[order[begin : begin + BLOCK]]
        codes[begin : begin + BLOCK] = np.clip(np.rint((part - low) / step), 0, 255)
    return Lists(centres, starts, order, codes, low.astype(np.float32), step)


def _centres(sample: Floats, number: int, random: np.random.Generator) -> Floats:
    centres = sample[random.choice(len(sample), number, replace=False)].copy()
    for _ in range(ROUNDS):
        owner = _nearest(sample, centres)
        counts = np.bincount(owner, minlength=number)
        order = np.argsort(owner, kind="stable")
        firsts = np.cumsum(counts) - counts
        full = counts > 0
        sums = np.add.reduceat(sample[order], firsts[full], axis=0)
        centres[full] = sums / counts[full][:, None]
        centres[~full] = sample[random.choice(len(sample), int((~full).sum()))]
    return np.ascontiguousarray(centres)


def _nearest(vectors: Floats, centres: Floats) -> Longs:
    """Return the centre of the least distance for each vector."""
    half = (centres**2).sum(axis=1) / 2
    owner = np.empty(len(vectors), np.int64)
    for begin in range(0, len(vectors), BLOCK):
        owner[begin : begin + BLOCK] = np.argmax(vectors[begin : begin + BLOCK] @ centres.T - half, axis=1)
    return owner


def _best(items: Ints, scores: Floats, k: int) -> tuple[Ints, Floats]:
    if len(items) > k:
        some = np.argpartition(-scores, k - 1)[:k]
        items, scores = items[some], scores[some]
    order = np.argsort(-scores, kind="stable")
    return items[order], scores[order]


@compiled
def _scan(chosen: Longs, lists: tuple[Longs, Ints, Codes], weights: Shorts, k: int, answers: tuple[Ints, Ints]) -> int:
    """Write at least the k best of the chosen lists (all, where there are fewer) and return how many were written.

    What cannot be among the k best of those seen so far is passed over; when the answers are full, the k best stay.
    """
    starts, items, codes = lists
    found, totals = answers
    width, filled, bar = codes.shape[1], 0, -(1 << 40)
    for number in chosen:
        for entry in range(starts[number], starts[number + 1]):
            total = np.int32(0)
            for at in range(width):
                total = np.int32(
                    total + np.int32(np.int32(codes[entry, at]) * np.int32(weights[at]))
                )  # not widened to 64 bits
            if total > bar:
                found[filled], totals[filled] = items[entry], total
                filled += 1
                if filled == len(found):
                    bar = int(np.partition(totals, filled - k)[filled - k])
                    filled = _kept(found, totals, bar, k)
    return filled


@compiled
def _kept(found: Ints, totals: Ints, bar: int, k: int) -> int:
    """Move those above the bar to the front, then of those at the bar as many as make k."""
    filled = 0
    room = k
    for at in range(len(totals)):
        room -= totals[at] > bar
    for at in range(len(totals)):
        level = totals[at] == bar and room > 0
        if totals[at] > bar or level:
            room -= level
            found[filled], totals[filled] = found[at], totals[at]
            filled += 1
    return filled
