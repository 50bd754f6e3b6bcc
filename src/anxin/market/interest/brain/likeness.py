"""Fitting what items are like, and for a large market lists of what is alike, so that nobody compares with everything.

The lists are a file of their own, made together with the vectors that they are of. Without one, or with one of other vectors, a
server compares with all: slower, and as right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from anxin.engine.candidates import SPARE
from anxin.engine.compiling import Bools, Floats, Longs, Table
from anxin.engine.recall.ann import Fresh, Index, Lists, build_lists
from anxin.engine.recall.content import Describer
from anxin.engine.sequences import Sequences
from anxin.engine.shelf import OF_SOURCE
from anxin.market.interest.brain import files, items, regression
from anxin.market.interest.brain.items import Known
from anxin.market.interest.brain.pictures import NO_PICTURES, Pictures
from anxin.market.interest.domain.events import ItemKind
from anxin.market.interest.errors import EngineApart

INDEX_FROM = 100_000  # items from which on comparing with all takes longer than a page may
RECALL_AIM = 0.98  # of what comparing with all would find
PROBES = (8, 16, 32, 64, 128)
QUESTIONS = 100
EQUAL = 1e-5  # between two inner products that say the same
LIKED = 3  # things that a question for tuning is made of
SURFACES = ("posts", "goods")  # what the feed shows, what shelves of products show
ARRAYS = ("centres", "starts", "items", "codes", "low", "step")


@dataclass(frozen=True)
class Fitted:
    """What one fit made of the first items; `index` and `lists` are files of what is alike and of what goes with what, if any."""

    describer: Describer
    vectors: Floats
    number: int
    index: str = ""
    lists: str = ""


@dataclass(frozen=True)
class Likeness:
    """Lists of what each surface shows, with how many of them a question looks into."""

    lists: dict[str, tuple[Lists, int]]

    def index(self, surface: str, vectors: Floats, showable: Bools) -> Index | None:
        """Return what a surface asks; what may be shown and is in no list is compared exactly."""
        if surface not in self.lists:
            return None
        lists, probes = self.lists[surface]
        missing = showable.copy()
        missing[lists.items[lists.items < len(missing)]] = False
        rows = np.flatnonzero(missing)
        found = Index(lists, probes)
        found.fresh = Fresh.of(rows.astype(np.int32), vectors[rows])
        return found


def fit(
    some: Sequence[Known], heard: Sequences, number: int, index_from: int, pictures: Pictures = NO_PICTURES
) -> Fitted:
    """Learn the vocabulary anew, make vectors, and write lists of what goes with what in what people had (`heard`) and, of many
    items, of what is alike: the slow part, in the background.
    """
    describer, vectors = items.fit(some, pictures)
    fitted = Fitted(describer, vectors, number, lists=regression.fit(some, heard, number))
    return fitted if len(some) < index_from else replace(fitted, index=_indexed(some, vectors, number))


def _indexed(some: Sequence[Known], vectors: Floats, number: int) -> str:
    goods = np.array([one.kind is ItemKind.PRODUCT for one in some], np.bool_)
    shown = np.array([one.shown for one in some], np.bool_)
    found = {
        name: _listed(vectors, np.flatnonzero(rows), seed=number)
        for name, rows in zip(SURFACES, (~goods & shown, goods), strict=True)
        if rows.any()
    }
    name = f"index-{number:06d}.bin"
    write(files.folder() / name, Likeness(found), number)
    return name


def write(path: Path, likeness: Likeness, number: int) -> None:
    """Write lists with the number of the fit whose vectors they are of."""
    arrays: dict[str, Table] = {
        f"{surface}_{name}": getattr(lists, name) for surface, (lists, _) in likeness.lists.items() for name in ARRAYS
    }
    files.write(path, arrays, {"fitted": number, "probes": {name: own[1] for name, own in likeness.lists.items()}})


def read(path: Path, number: int) -> Likeness:
    """Return the lists of a fit. Raises EngineUnreadable."""
    arrays, facts = files.read(path)
    if facts["fitted"] != number:
        raise EngineApart(path.name)
    return Likeness(
        {
            surface: (Lists(*(arrays[f"{surface}_{name}"] for name in ARRAYS)), probes)
            for surface, probes in facts["probes"].items()
        }
    )


def _listed(vectors: Floats, rows: Longs, *, seed: int) -> tuple[Lists, int]:
    """Return lists of some rows, and the fewest probes that find what comparing with all of them would."""
    own = vectors[rows]
    lists = build_lists(own, seed=seed)
    random = np.random.default_rng(seed)
    liked = random.integers(0, len(vectors), (QUESTIONS, LIKED))  # what is liked is of every kind
    probes = _probes(lists, own, [vectors[some].sum(axis=0) for some in liked])
    return replace(lists, items=rows[lists.items].astype(np.int32)), probes


def _probes(lists: Lists, own: Floats, questions: Sequence[Floats]) -> int:
    """Return the fewest probes that find what is as near as the nearest; of things equally near one is as good as another."""
    count = min(OF_SOURCE, len(own))
    scores = [own @ one for one in questions]
    borders = [np.partition(some, len(own) - count)[len(own) - count] - EQUAL for some in scores]
    for probes in PROBES:
        found = 0
        for at, one in enumerate(questions):
            rows, _ = lists.search(one, SPARE * count, probes)
            found += min(int((scores[at][rows] >= borders[at]).sum()), count)
        if found >= RECALL_AIM * count * len(questions):
            break
    return probes
