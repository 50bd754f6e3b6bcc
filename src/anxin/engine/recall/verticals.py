"""Lists of what goes with what, learned anew now and then from what people had of late: a regression for each vertical.

`live.py` hears of an event at once and counts pairs. This one comes minutes late, but explains what came next by all that went
before it together. It is the regression of `evaluate/next_item.py` with the first of its settings; the closed form of EASE, for
which it stands in, was worse there and costs the cube of a vertical.
"""

from typing import NamedTuple

import numpy as np

from anxin.engine.compiling import Ints, Longs, compiled
from anxin.engine.recall.lists import ItemLists
from anxin.engine.recall.live import Live
from anxin.engine.recall.regression import fit_regression, moments_of
from anxin.engine.sequences import Sequences

PAIRS_MAX = 10_000_000  # of items in one history, over the people who came last: they bound the memory of a fit
VERTICAL_MAX = 30_000  # items of a vertical that have lists: those that were had most
LENGTH_MAX = 100  # of a list: 24 MB a full vertical


class Settings(NamedTuple):
    """How far past and future reach, what a whole history counts as one sample, and the ridge in mean diagonals."""

    span: float = 3.0
    whole: float = 1.0
    ridge: float = 3.0


def histories_of(live: Live, item_count: int, pairs_max: int = PAIRS_MAX) -> Sequences:
    """Copy what the people who came last had, each item once, where it was had last; who had fewer than two teaches nothing."""
    remembered = live.had.shape[1]
    some = np.flatnonzero(live.had_count > 1)
    latest = live.had_at[some, (live.had_count[some] - 1) % remembered].astype(np.int64)
    some = some[np.argsort(-latest, kind="stable")]
    pairs = np.cumsum(np.minimum(live.had_count[some], remembered) ** 2)
    some = np.sort(some[pairs <= pairs_max])
    offsets, items = _copied(np.asarray(live.had[some]), np.asarray(live.had_count[some]), item_count)
    return Sequences(offsets, items, item_count)


def fit_verticals(histories: Sequences, verticals: Longs, settings: Settings = Settings()) -> ItemLists:  # noqa: B008 - a tuple
    """Return lists inside each vertical (`verticals[i]` is item i's, below 0 for none); items nobody had have none."""
    count = histories.item_count
    had = histories.popularity()
    sources, targets, weights = [np.zeros(0, np.int64)], [np.zeros(0, np.int32)], [np.zeros(0, np.float32)]
    for vertical in np.unique(verticals[verticals >= 0]).tolist():
        items = np.flatnonzero((verticals == vertical) & (had > 0))
        if len(items) > VERTICAL_MAX:
            items = np.sort(items[np.argsort(-had[items], kind="stable")[:VERTICAL_MAX]])
        if len(items) == 0:
            continue
        own = _among(histories, items)
        moments = moments_of(own, past=settings.span, future=settings.span, whole=settings.whole)
        found = fit_regression(moments, ridge=settings.ridge, length_max=LENGTH_MAX)
        sources.append(np.repeat(items, np.diff(found.offsets)))
        targets.append(items[found.items].astype(np.int32))
        weights.append(found.weights)
    source = np.concatenate(sources)
    order = np.argsort(source, kind="stable")
    offsets = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(source, minlength=count), out=offsets[1:])
    return ItemLists(offsets, np.concatenate(targets)[order], np.concatenate(weights)[order])


def _among(histories: Sequences, items: Longs) -> Sequences:
    """Return histories of these items alone, numbered as they stand in `items`."""
    number = np.full(histories.item_count, -1, np.int32)
    number[items] = np.arange(len(items), dtype=np.int32)
    numbers = number[histories.items]
    before = np.concatenate([[0], np.cumsum(numbers >= 0)])
    return Sequences(before[histories.offsets], numbers[numbers >= 0], len(items))


@compiled
def _copied(had: Ints, counts: Longs, item_count: int) -> tuple[Longs, Ints]:
    rows, remembered = had.shape
    offsets, items = np.zeros(rows + 1, np.int64), np.empty(rows * remembered, np.int32)
    filled = 0
    for row in range(rows):
        first = max(0, counts[row] - remembered)
        for place in range(first, counts[row]):
            item = had[row, place % remembered]
            again = item < 0 or item >= item_count
            for later in range(place + 1, counts[row]):
                again = again or had[row, later % remembered] == item
            if not again:
                items[filled] = item
                filled += 1
        offsets[row + 1] = filled
    return offsets, items[:filled].copy()
