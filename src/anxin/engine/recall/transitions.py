"""Who follows whom: counts of near pairs, forwards and (half of it) backwards, damped by how common both are."""

import numpy as np
from scipy import sparse

from anxin.engine.compiling import Doubles, Ints, Longs, compiled
from anxin.engine.recall.lists import ItemLists, lists_of
from anxin.engine.sequences import Sequences


def fit_transitions(
    sequences: Sequences,
    *,
    reach: float = 5.0,
    backwards: float = 0.5,
    damping: float = 0.5,
    window: int = 10,
    length_max: int = 200,
) -> ItemLists:
    """Learn item lists from pairs at distance d ≤ window, each adding `exp(-(d - 1) / reach)`, over `(n_i n_j) ** damping`.

    `backwards` is the share a pair adds against its direction. Source: BENCHMARKS.md 1, the measured recipe.
    """
    first, second, weight = _pairs(sequences.offsets, sequences.items, reach, window)
    shape = (sequences.item_count, sequences.item_count)
    forward = sparse.coo_matrix((weight, (first, second)), shape).tocsr()
    both = (forward + backwards * forward.T).tocsr()
    common = np.maximum(sequences.popularity(), 1).astype(np.float64) ** -damping
    scaled = sparse.diags(common) @ both @ sparse.diags(common)
    scaled.setdiag(0)
    return lists_of(scaled.tocsr(), length_max)


@compiled
def _pairs(offsets: Longs, items: Ints, reach: float, window: int) -> tuple[Ints, Ints, Doubles]:
    total = 0
    for row in range(len(offsets) - 1):
        length = offsets[row + 1] - offsets[row]
        for distance in range(1, min(window, length - 1) + 1):
            total += length - distance
    first, second = np.empty(total, np.int32), np.empty(total, np.int32)
    weight = np.empty(total, np.float64)
    filled = 0
    for row in range(len(offsets) - 1):
        for place in range(offsets[row], offsets[row + 1]):
            for after in range(place + 1, min(place + window + 1, offsets[row + 1])):
                first[filled], second[filled] = items[place], items[after]
                weight[filled] = np.exp(-(after - place - 1) / reach)
                filled += 1
    return first, second, weight
