"""EASE (Steck, WWW 2019): the closed-form item-item regression, one for each vertical of at most 30,000 items.

Source of the formula: `B = I - P / diag(P)`, `P = (XᵀX + ridge·mean(diag)·I)⁻¹`. It costs the cube of the items and is refitted
in the background; what serves are its lists. `regression.py` is its linear-cost relative.
"""

import numpy as np
from scipy import linalg, sparse

from anxin.engine.compiling import Floats, Longs
from anxin.engine.errors import TooManyItems
from anxin.engine.recall.lists import ItemLists, lists_of
from anxin.engine.sequences import Sequences

VERTICAL_MAX = 30_000
STRIP = 1024


def fit_ease(
    sequences: Sequences,
    verticals: Longs | None = None,
    *,
    ridge: float = 1.0,
    decay: float = 4.0,
    length_max: int = 200,
) -> ItemLists:
    """Return lists of what goes with what inside each vertical (`verticals[i]` is item i's); items nobody had have none.

    A row's items weigh `exp(-age_rank / decay)`, so that what somebody had last says most.
    """
    of = np.zeros(sequences.item_count, np.int64) if verticals is None else verticals
    ages = np.repeat(sequences.offsets[1:], sequences.lengths) - 1 - np.arange(len(sequences.items))
    rows = sparse.csr_matrix(
        (np.exp(-ages / decay).astype(np.float32), sequences.items, sequences.offsets),
        (len(sequences), sequences.item_count),
    )
    rows.sum_duplicates()
    had = sequences.popularity() > 0
    parts = []
    for vertical in np.unique(of[had]):
        items = np.flatnonzero((of == vertical) & had)
        if len(items) > VERTICAL_MAX:
            raise TooManyItems(int(vertical), len(items), VERTICAL_MAX)
        parts.append(_of_vertical(rows, items, ridge, length_max))
    matrix = sum(parts, sparse.csr_matrix((sequences.item_count, sequences.item_count), dtype=np.float32))
    return lists_of(sparse.csr_matrix(matrix), length_max)


def _of_vertical(rows: sparse.csr_matrix, items: Longs, ridge: float, length_max: int) -> sparse.csr_matrix:
    item_count = rows.shape[1]
    rows = rows[:, items]
    gram: Floats = (rows.T @ rows).toarray().astype(np.float32)
    gram[np.diag_indices(len(items))] += np.float32(ridge * max(float(gram.trace()) / len(items), 1e-6))
    inverse = linalg.inv(gram, overwrite_a=True, check_finite=False)
    scale = -1 / np.diag(inverse)
    sources, targets, weights = [], [], []
    for begin in range(0, len(items), STRIP):
        strip = inverse[begin : begin + STRIP] * scale[None, :]
        strip[np.arange(len(strip)), np.arange(begin, begin + len(strip))] = 0
        kept = min(length_max, strip.shape[1])
        best = np.argpartition(-strip, kept - 1, axis=1)[:, :kept]
        sources.append(np.repeat(np.arange(begin, begin + len(strip)), kept))
        targets.append(best.ravel())
        weights.append(np.take_along_axis(strip, best, axis=1).ravel())
    numbers = (items[np.concatenate(sources)], items[np.concatenate(targets)])
    found = sparse.csr_matrix((np.maximum(np.concatenate(weights), 0), numbers), (item_count, item_count))
    found.eliminate_zeros()
    return found
