"""Weighted past → weighted future: a ridge regression for each item over the few items that precede it.

The idea is SLIST's (Choi et al., WWW 2021): each place of a sequence is a sample whose input is the past and whose output is
the future, both decayed. SLIST inverts items × items; here each output item is solved over its `features` strongest inputs
only (as in fsSLIM, Ning and Karypis 2011), so that the cost is linear in the number of items.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from anxin.engine.compiling import Doubles, Ints, Longs, compiled
from anxin.engine.recall.lists import ItemLists, lists_of
from anxin.engine.sequences import Sequences

WINDOW = 30


@dataclass(frozen=True)
class Moments:
    """Sums over samples: `inputs` = XᵀX and `outputs` = XᵀY, both items × items, sparse."""

    inputs: sparse.csr_matrix
    outputs: sparse.csr_matrix


def moments_of(sequences: Sequences, *, past: float, future: float, whole: float = 0.0) -> Moments:
    """Accumulate the moments of every split; past and future weigh `exp(-distance / …)` from the split.

    `whole` > 0 adds each whole sequence as one sample that must explain itself (the SLIS half of SLIST).
    """
    rows, items, weights = _side(sequences.offsets, sequences.items, past, 0)
    count = int(rows[-1]) + 1 if len(rows) else 1
    inputs = sparse.csr_matrix((weights, (rows, items)), (count, sequences.item_count))
    rows, items, weights = _side(sequences.offsets, sequences.items, future, 1)
    outputs = sparse.csr_matrix((weights, (rows, items)), (count, sequences.item_count))
    gram, cross = inputs.T @ inputs, inputs.T @ outputs
    if whole > 0:
        owner = np.repeat(np.arange(len(sequences)), sequences.lengths)
        bag = sparse.csr_matrix((np.ones(len(owner)), (owner, sequences.items)), (len(sequences), sequences.item_count))
        bag.data[:] = whole**0.5
        gram, cross = gram + bag.T @ bag, cross + bag.T @ bag
    return Moments(gram.tocsr(), cross.tocsr())


def fit_regression(moments: Moments, *, ridge: float, features: int = 150, length_max: int = 200) -> ItemLists:
    """Solve `(XᵀX + ridge·mean(diag)·I) b = XᵀY` for each output item over its `features` strongest inputs, itself left out."""
    outputs = moments.outputs.tocsc()
    scale = ridge * max(moments.inputs.diagonal().mean(), 1e-12)
    inputs = moments.inputs
    sources, targets, weights = _solve_all(
        (inputs.indptr.astype(np.int64), inputs.indices, inputs.data),
        (outputs.indptr.astype(np.int64), outputs.indices, outputs.data),
        scale,
        features,
    )
    matrix = sparse.csr_matrix((weights, (sources, targets)), outputs.shape)
    return lists_of(matrix, length_max)


@compiled
def _side(offsets: Longs, items: Ints, decay: float, future: int) -> tuple[Longs, Ints, Doubles]:
    """List (sample, item, weight) of one side of every split."""
    room = 0
    for row in range(len(offsets) - 1):
        length = offsets[row + 1] - offsets[row]
        room += max(length - 1, 0) * min(length, WINDOW)
    rows, found = np.empty(room, np.int64), np.empty(room, np.int32)
    weights = np.empty(room, np.float64)
    filled, sample = 0, 0
    for row in range(len(offsets) - 1):
        begin, end = offsets[row], offsets[row + 1]
        for split in range(begin + 1, end):
            low = split if future else max(begin, split - WINDOW)
            high = min(end, split + WINDOW) if future else split
            for place in range(low, high):
                distance = place - split if future else split - 1 - place
                rows[filled], found[filled] = sample, items[place]
                weights[filled] = np.exp(-distance / decay)
                filled += 1
            sample += 1
    return rows[:filled], found[:filled], weights[:filled]


@compiled
def _solve_all(
    inputs: tuple[Longs, Ints, Doubles], outputs: tuple[Longs, Ints, Doubles], ridge: float, features: int
) -> tuple[Ints, Ints, Doubles]:
    indptr, indices, data = inputs
    starts, sources, strength = outputs
    count = len(starts) - 1
    kept = 0
    for item in range(count):
        kept += min(features, starts[item + 1] - starts[item])
    out_source, out_target = np.empty(kept, np.int32), np.empty(kept, np.int32)
    out_weight = np.empty(kept, np.float64)
    slot = np.full(len(indptr) - 1, -1, np.int32)
    filled = 0
    for target in range(count):
        candidates = sources[starts[target] : starts[target + 1]]
        values = strength[starts[target] : starts[target + 1]]
        order = np.argsort(-values, kind="mergesort")
        chosen = np.array([candidates[place] for place in order if candidates[place] != target][:features], np.int32)
        size = len(chosen)
        if size == 0:
            continue
        right = np.array([values[place] for place in order if candidates[place] != target][:features], np.float64)
        for place in range(size):
            slot[chosen[place]] = place
        gram = np.zeros((size, size))
        for place in range(size):
            item = chosen[place]
            for entry in range(indptr[item], indptr[item + 1]):
                other = slot[indices[entry]]
                if other >= 0:
                    gram[place, other] = data[entry]
            gram[place, place] += ridge
        for place in range(size):
            slot[chosen[place]] = -1
        solved = np.linalg.solve(gram, right)
        for place in range(size):
            out_source[filled], out_target[filled], out_weight[filled] = chosen[place], target, solved[place]
            filled += 1
    return out_source[:filled], out_target[:filled], out_weight[:filled]
