"""Sequence neighbours: what people (or sessions) who shared your latest items had besides. V-SKNN's idea, compiled.

Source: Ludewig and Jannach, "Evaluation of session-based recommendation algorithms" (2018).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Floats, Ints, Longs, compiled
from anxin.engine.sequences import Sequences


class Vote(NamedTuple):
    """How neighbours are found and how they vote."""

    decay: float = 3.0
    sample: int = 1000
    nearest: int = 100
    repeats: bool = False
    slope: float = 0.3  # how fast a vote falls with the distance from the latest shared item
    back: float = 0.5  # what a vote for something before that item counts
    fade: float = (
        0.0  # how often a row's say falls by e over all rows, the newest last; 0 where their order says nothing
    )
    rare: float = 1.0  # the power of an item's rarity in its votes


@dataclass(frozen=True)
class Neighbours:
    """Past sequences with an index from item to the rows that hold it, newest row last."""

    sequences: Sequences
    holders_from: Longs
    holders: Ints
    rarity: Doubles

    def score(self, histories: Sequences, vote: Vote) -> Floats:
        """Return scores, histories × items.

        A history item weighs `exp(-age_rank / decay) · rarity`. Of each history item the newest `sample` rows are looked at;
        the `nearest` most similar ones vote for their items, less for those far from the latest shared one. Items of the
        history itself get votes only with `repeats`.
        """
        scores = np.zeros((len(histories), histories.item_count), np.float32)
        _vote(
            (histories.offsets, histories.items),
            (self.sequences.offsets, self.sequences.items),
            (self.holders_from, self.holders, self.rarity),
            vote,
            scores,
        )
        return scores


def fit_neighbours(sequences: Sequences) -> Neighbours:
    """Index the rows of `sequences`; a later row counts as newer."""
    owner = np.repeat(np.arange(len(sequences), dtype=np.int32), sequences.lengths)
    order = np.argsort(sequences.items, kind="stable")
    holders_from = np.zeros(sequences.item_count + 1, np.int64)
    np.cumsum(sequences.popularity(), out=holders_from[1:])
    rarity = np.log(max(len(sequences), 2) / np.maximum(sequences.popularity(), 1))
    return Neighbours(sequences, holders_from, owner[order], np.maximum(rarity, 0.01))


@compiled
def _vote(
    histories: tuple[Longs, Ints],
    rows: tuple[Longs, Ints],
    index: tuple[Longs, Ints, Doubles],
    vote: Vote,
    scores: Floats,
) -> None:
    starts, history = histories
    offsets, items = rows
    holders_from, holders, rarity = index
    similarity = np.zeros(len(offsets) - 1)
    held = np.zeros(len(rarity), np.bool_)
    weight = np.zeros(len(rarity))
    for row in range(len(starts) - 1):
        begin, end = starts[row], starts[row + 1]
        touched = [np.int64(0) for _ in range(0)]
        for place in range(end - 1, max(begin, end - 50) - 1, -1):
            item = history[place]
            if held[item]:
                continue
            held[item] = True
            weight[item] = np.exp(-(end - 1 - place) / vote.decay)
            low = max(holders_from[item], holders_from[item + 1] - vote.sample)
            for entry in range(low, holders_from[item + 1]):
                other = holders[entry]
                if similarity[other] == 0:
                    touched.append(other)
                similarity[other] += weight[item] * rarity[item]
        _spread(np.array(touched, np.int64), similarity, (offsets, items), (held, rarity), vote, scores[row])
        for other in touched:
            similarity[other] = 0
        for place in range(begin, end):
            held[history[place]] = False


@compiled
def _spread(
    touched: Longs,
    similarity: Doubles,
    rows: tuple[Longs, Ints],
    own: tuple[Bools, Doubles],
    vote: Vote,
    scores: Floats,
) -> None:
    offsets, items = rows
    held, rarity = own
    step = vote.fade / (len(offsets) - 1)
    found = np.array([similarity[other] * np.exp((other + 2 - len(offsets)) * step) for other in touched])
    order = np.argsort(-found, kind="mergesort")[: vote.nearest]
    for place in order:
        other = touched[place]
        latest = -1
        for entry in range(offsets[other], offsets[other + 1]):
            if held[items[entry]]:
                latest = entry
        closeness = found[place] / np.sqrt(offsets[other + 1] - offsets[other])
        for entry in range(offsets[other], offsets[other + 1]):
            item = items[entry]
            if vote.repeats or not held[item]:
                distance = abs(entry - latest)
                side = 1.0 if entry > latest else vote.back
                scores[item] += closeness * rarity[item] ** vote.rare * side / (1.0 + vote.slope * max(distance - 1, 0))
