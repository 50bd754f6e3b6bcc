"""Item lists: for each item the few others that follow from it. Every recall source that scales is reduced to this form."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anxin.engine.compiling import Doubles, Floats, Ints, Longs, compiled
from anxin.engine.recall.live import Sheet, add
from anxin.engine.sequences import Sequences

HISTORY_MAX = 50  # older items have no weight at any decay we use


@dataclass(frozen=True)
class ItemLists:
    """`items[offsets[i]:offsets[i + 1]]` follow from item i with `weights`; score of a history = sum of its rows, decayed."""

    offsets: Longs
    items: Ints
    weights: Floats

    def score(self, histories: Sequences, decay: float) -> Floats:
        """Return scores, histories × items: rows weighted `exp(-age_rank / decay)`."""
        scores = np.zeros((len(histories), histories.item_count), np.float32)
        _score((histories.offsets, histories.items), (self.offsets, self.items, self.weights), decay, scores)
        return scores

    @property
    def arrays(self) -> tuple[Longs, Ints, Floats]:
        """Return what a compiled loop asks for."""
        return self.offsets, self.items, self.weights

    @property
    def size_bytes(self) -> int:
        """Return the memory the lists take."""
        return self.offsets.nbytes + self.items.nbytes + self.weights.nbytes


def lists_of(matrix: sparse.csr_matrix, length_max: int) -> ItemLists:
    """Keep the `length_max` greatest positive entries of each row of items × items."""
    offsets, items, weights = _truncate(
        matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float64), length_max
    )
    return ItemLists(offsets, items, weights.astype(np.float32))


def no_lists(item_count: int) -> ItemLists:
    """Return lists in which there is nothing."""
    return ItemLists(np.zeros(item_count + 1, np.int64), np.zeros(0, np.int32), np.zeros(0, np.float32))


@compiled
def ask(lists: tuple[Longs, Ints, Floats], history: Ints, decay: float, sheet: Sheet) -> None:
    """Add what lists say of a history (oldest first), weighted `exp(-age_rank / decay)`; of newer items they know nothing."""
    offsets, items, weights = lists
    for age in range(min(len(history), HISTORY_MAX)):
        item = history[len(history) - 1 - age]
        if item < len(offsets) - 1:
            share = np.exp(-age / decay)
            for entry in range(offsets[item], offsets[item + 1]):
                add(sheet, items[entry], share * weights[entry])


@compiled
def _score(histories: tuple[Longs, Ints], lists: tuple[Longs, Ints, Floats], decay: float, scores: Floats) -> None:
    starts, history = histories
    offsets, items, weights = lists
    for row in range(len(starts) - 1):
        end = starts[row + 1]
        for place in range(max(starts[row], end - HISTORY_MAX), end):
            share = np.exp(-(end - 1 - place) / decay)
            item = history[place]
            for entry in range(offsets[item], offsets[item + 1]):
                scores[row, items[entry]] += share * weights[entry]


@compiled
def _truncate(indptr: Longs, indices: Ints, data: Doubles, length_max: int) -> tuple[Longs, Ints, Doubles]:
    rows = len(indptr) - 1
    offsets = np.zeros(rows + 1, np.int64)
    items = np.empty(min(len(indices), rows * length_max), np.int32)
    weights = np.empty(len(items), np.float64)
    filled = 0
    for row in range(rows):
        begin, end = indptr[row], indptr[row + 1]
        order = np.argsort(-data[begin:end], kind="mergesort")
        for place in order[:length_max]:
            if data[begin + place] <= 0:
                break
            items[filled] = indices[begin + place]
            weights[filled] = data[begin + place]
            filled += 1
        offsets[row + 1] = filled
    return offsets, items[:filled].copy(), weights[:filled].copy()
