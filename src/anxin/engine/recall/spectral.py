"""Embeddings from the leading singular vectors of the damped transition matrix: what counts cannot say of rare items."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from anxin.engine.compiling import Floats
from anxin.engine.recall.lists import HISTORY_MAX, ItemLists
from anxin.engine.sequences import Sequences

ITEMS_MIN = 3  # fewer have no leading vectors to speak of


@dataclass(frozen=True)
class Embeddings:
    """`sources[i] · targets[j]` says how well j follows i; both items × dimensions."""

    sources: Floats
    targets: Floats

    def person(self, histories: Sequences, decay: float) -> Floats:
        """Return one vector a history, its items weighted `exp(-age_rank / decay)`."""
        ages = np.repeat(histories.offsets[1:], histories.lengths) - 1 - np.arange(len(histories.items))
        shares = np.where(ages < HISTORY_MAX, np.exp(-ages / decay), 0.0).astype(np.float32)
        shape = (len(histories), histories.item_count)
        weights = sparse.csr_matrix((shares, histories.items, histories.offsets), shape)
        return np.asarray(weights @ self.sources, np.float32)

    def score(self, histories: Sequences, decay: float) -> Floats:
        """Return scores, histories × items."""
        return np.asarray(self.person(histories, decay) @ self.targets.T, np.float32)


def fit_embeddings(lists: ItemLists, *, dimensions: int = 64, seed: int = 0) -> Embeddings:
    """Factorise item lists; singular values are shared by both sides."""
    count = len(lists.offsets) - 1
    matrix = sparse.csr_matrix((lists.weights, lists.items, lists.offsets), (count, count))
    if count < ITEMS_MIN or len(lists.items) == 0:
        nothing = np.zeros((count, 1), np.float32)
        return Embeddings(nothing, nothing)
    start = np.random.default_rng(seed).standard_normal(count).astype(np.float32)
    left, values, right = svds(matrix, k=min(dimensions, count - 1), v0=start)
    root = np.sqrt(values)
    return Embeddings((left * root).astype(np.float32), (right.T * root).astype(np.float32))
