"""Which thing of a history speaks for a card: the one that counted most in the very source that brought it."""

import numpy as np

from anxin.engine.arrange import NOBODY
from anxin.engine.candidates import FOLLOWING, LISTED, NEAR, liked_of
from anxin.engine.compiling import Doubles, Floats, Ints, Longs, compiled
from anxin.engine.recall.lists import no_lists
from anxin.engine.recall.live import NEIGHBOURS_ASKED, Live
from anxin.engine.shelf import CONTENT, NEIGHBOURS, REGRESSION, TRANSITIONS, Reader, State

LEAST = 1e-6  # likeness: less is unlike, but for rounding


def because_of(state: State, reader: Reader, items: Longs, source: Longs) -> Longs:
    """Return for each item (found by its `source`) the thing of the history that spoke most for it there.

    NOBODY where none did, as of what is shown because it is popular, new, of a creator who is followed, or tried.
    """
    liked, weights = liked_of(reader, len(state.shelf))
    if len(liked) == 0 or len(items) == 0:
        return np.full(len(items), NOBODY, np.int64)
    said = np.zeros((len(items), len(liked)))
    lists = (state.lists or no_lists(0)).arrays
    _told((state.live, lists), reader.person, (items.astype(np.int32), source), liked, said)
    if (source == CONTENT).any():
        said[source == CONTENT] = _alike(state.shelf.vectors, items[source == CONTENT], liked, weights)
    best = said.argmax(axis=1)
    spoke = said[np.arange(len(items)), best] > 0
    return np.where(spoke, liked[best], NOBODY).astype(np.int64)


def _alike(vectors: Floats, items: Longs, liked: Ints, weights: Doubles) -> Doubles:
    likeness = vectors[items] @ vectors[liked].T * weights
    likeness[(items[:, None] == liked) | (likeness <= LEAST)] = 0  # nothing speaks for itself
    return np.asarray(likeness, np.float64)


@compiled
def _told(
    learned: tuple[Live, tuple[Longs, Ints, Floats]],
    person: int,
    asked: tuple[Ints, Longs],
    liked: Ints,
    said: Doubles,
) -> None:
    """Write what each source that looks at pairs of items gave each item for each thing that was liked (`recall`)."""
    live, lists = learned
    items, source = asked
    for place in range(len(liked)):
        age, thing = len(liked) - 1 - place, liked[place]
        for row in range(len(items)):
            if source[row] == TRANSITIONS and thing < len(live.total):
                said[row, place] = np.exp(-age / FOLLOWING[0]) * _followed(live, thing, items[row])
            elif source[row] == NEIGHBOURS and thing < len(live.total) and age < NEIGHBOURS_ASKED:
                said[row, place] = np.exp(-age / NEAR[0]) * _had_too(live, person, thing, items[row])
            elif source[row] == REGRESSION and thing < len(lists[0]) - 1:
                said[row, place] = np.exp(-age / LISTED) * _listed(lists, thing, items[row])


@compiled
def _followed(live: Live, thing: int, item: int) -> float:
    for slot in range(live.links.shape[1]):
        if live.links[thing, slot] == item:
            return float(live.weights[thing, slot] / max(live.total[thing], 1.0) ** FOLLOWING[1])
    return 0.0


@compiled
def _had_too(live: Live, person: int, thing: int, item: int) -> float:
    """Return how many of the latest people who had the thing had the item too, the thing's popularity taken out."""
    both, remembered = 0, live.had.shape[1]
    for entry in range(min(live.holder_count[thing], live.holders.shape[1])):
        other = live.holders[thing, entry]
        had_thing, had_item = False, False
        for place in range(min(live.had_count[other], remembered)):
            had_thing |= live.had[other, place] == thing
            had_item |= live.had[other, place] == item
        both += other != person and had_thing and had_item
    return float(both / np.sqrt(1.0 + live.total[thing]))


@compiled
def _listed(lists: tuple[Longs, Ints, Floats], thing: int, item: int) -> float:
    offsets, items, weights = lists
    for entry in range(offsets[thing], offsets[thing + 1]):
        if items[entry] == item:
            return float(weights[entry])
    return 0.0
