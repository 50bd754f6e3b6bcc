"""Candidates: for each history what every source put among its first hundred, with what each source says of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Floats, Ints, Longs, compiled
from anxin.engine.sequences import Prefixes, Sequences

CANDIDATES = 100  # of each source
BATCH_BYTES = 64 << 20

Scorer = Callable[[Sequences], Floats]


@dataclass(frozen=True)
class Pool:
    """Row r has entries `offsets[r]:offsets[r + 1]`: items, with each source's score over that source's greatest in the row.

    `greatest` (rows × sources) is that greatest score itself, which says how much a source had to go by. A target that no
    source found is in no pool: it counts as missed.
    """

    offsets: Longs
    items: Ints
    scores: Floats
    greatest: Floats

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def rows(self, chosen: Longs) -> "Pool":
        """Return the chosen rows in the order given."""
        lengths = np.diff(self.offsets)[chosen]
        offsets = np.zeros(len(chosen) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        places = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - self.offsets[chosen], lengths)
        return Pool(offsets, self.items[places], self.scores[places], self.greatest[chosen])


def unit(scores: Floats) -> Floats:
    """Return scores with each row over its greatest; negative ones become 0."""
    np.maximum(scores, 0, out=scores)
    scores /= np.maximum(scores.max(axis=1, keepdims=True), np.float32(1e-9))
    return scores


def batches(rows: int, item_count: int) -> list[Longs]:
    """Split row numbers so that one dense float32 score block stays within 64 MiB."""
    size = max(1, BATCH_BYTES // (4 * max(item_count, 1)))
    return [np.arange(begin, min(begin + size, rows)) for begin in range(0, rows, size)]


def pool_of(scorers: Mapping[str, Scorer], histories: Sequences, *, exclude_history: bool) -> Pool:
    """Return the candidates of every history; its own items are none with `exclude_history`."""
    parts = []
    for rows in batches(len(histories), histories.item_count):
        asked = histories.rows(rows)
        owner = np.repeat(np.arange(len(rows)), asked.lengths)
        blocks = np.empty((len(scorers), len(rows), histories.item_count), np.float32)
        for at, scorer in enumerate(scorers.values()):
            blocks[at] = np.maximum(scorer(asked), 0)
            if exclude_history:
                blocks[at][owner, asked.items] = 0
        parts.append(_gather(blocks))
    return joined(parts, len(scorers))


def _gather(blocks: Floats) -> Pool:
    sources, rows, _ = blocks.shape
    greatest = blocks.max(axis=2).T
    found = np.empty((rows, sources * CANDIDATES), np.int32)
    counts = _first(blocks, found)
    offsets = np.zeros(rows + 1, np.int64)
    np.cumsum(counts, out=offsets[1:])
    items = found[np.arange(found.shape[1])[None, :] < counts[:, None]]
    owner = np.repeat(np.arange(rows), counts)
    scores = np.ascontiguousarray(blocks[:, owner, items].T) / np.maximum(greatest[owner], np.float32(1e-30))
    return Pool(offsets, items, scores.astype(np.float32), greatest.astype(np.float32))


def joined(parts: list[Pool], sources: int) -> Pool:
    """Put pools one after another."""
    if not parts:
        return Pool(np.zeros(1, np.int64), *_empty(sources))
    lengths = np.concatenate([np.diff(part.offsets) for part in parts])
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return Pool(
        offsets,
        np.concatenate([part.items for part in parts]),
        np.concatenate([part.scores for part in parts]),
        np.concatenate([part.greatest for part in parts]),
    )


def _empty(sources: int) -> tuple[Ints, Floats, Floats]:
    return np.empty(0, np.int32), np.empty((0, sources), np.float32), np.empty((0, sources), np.float32)


@compiled
def _first(blocks: Floats, found: Ints) -> Longs:
    """Write the distinct items that any source has among its first hundred, in order of number; return how many a row."""
    sources, rows, count = blocks.shape
    counts = np.zeros(rows, np.int64)
    taken = np.zeros(count, np.bool_)
    for row in range(rows):
        taken[:] = False
        for source in range(sources):
            _take_first(blocks[source, row], taken)
        filled = 0
        for item in range(count):
            if taken[item]:
                found[row, filled] = item
                filled += 1
        counts[row] = filled
    return counts


@compiled
def _take_first(scores: Floats, taken: Bools) -> None:
    positive = np.flatnonzero(scores > 0)
    if len(positive) > CANDIDATES:
        values = scores[positive]
        border = np.partition(values, len(values) - CANDIDATES)[len(values) - CANDIDATES]
        room = CANDIDATES - np.sum(values > border)
        for place in range(len(positive)):
            if values[place] > border:
                taken[positive[place]] = True
            elif values[place] == border and room > 0:
                taken[positive[place]] = True
                room -= 1
    else:
        for item in positive:
            taken[item] = True


def target_entries(pool: Pool, targets: Ints) -> Longs:
    """Return for each row the entry that is its target, or -1."""
    return _target_entries(pool.offsets, pool.items, targets)


@compiled
def _target_entries(offsets: Longs, items: Ints, targets: Ints) -> Longs:
    entries = np.full(len(targets), -1, np.int64)
    for row in range(len(targets)):
        for entry in range(offsets[row], offsets[row + 1]):
            if items[entry] == targets[row]:
                entries[row] = entry
    return entries


def places_in(pool: Pool, total: Doubles, targets: Longs) -> Doubles:
    """Return the place of each row's target entry by `total`; ties count half, a target that is no entry is nowhere."""
    return _places_in(pool.offsets, total, targets)


@compiled
def _places_in(offsets: Longs, total: Doubles, targets: Longs) -> Doubles:
    places = np.full(len(targets), np.inf)
    for row in range(len(targets)):
        if targets[row] >= 0:
            own = total[targets[row]]
            above, level = 0, 0
            for entry in range(offsets[row], offsets[row + 1]):
                above += total[entry] > own
                level += total[entry] == own
            places[row] = 1 + above + 0.5 * (level - 1)
    return places


@dataclass(frozen=True)
class Judged:
    """A pool with the entry of each row's target."""

    pool: Pool
    targets: Longs

    def rows(self, chosen: Longs) -> "Judged":
        """Return the chosen rows."""
        pool = self.pool.rows(chosen)
        inside = self.targets[chosen] - self.pool.offsets[chosen]
        return Judged(pool, np.where(self.targets[chosen] < 0, -1, inside + pool.offsets[:-1]))

    def places(self, total: Doubles) -> Doubles:
        """Return the place of each target by `total`, one number an entry."""
        return places_in(self.pool, total, self.targets)


def judged_of(scorers: Mapping[str, Scorer], prefixes: Prefixes, *, exclude_history: bool) -> Judged:
    """Return the candidates of prefixes whose next item is known."""
    pool = pool_of(scorers, prefixes.histories, exclude_history=exclude_history)
    return Judged(pool, target_entries(pool, prefixes.targets))
