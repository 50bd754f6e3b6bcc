"""Lists of what goes with what among posts and among products: learned where items are fitted, in a file of their own.

They are of the items as the fit that they are made with numbered them. Without good ones this source says nothing, a server says
so in its log, and the next fit writes others.
"""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from anxin.engine.compiling import Longs
from anxin.engine.recall.lists import ItemLists
from anxin.engine.recall.verticals import fit_verticals
from anxin.engine.sequences import Sequences
from anxin.market.interest.brain import files
from anxin.market.interest.brain.items import Known
from anxin.market.interest.domain.events import ItemKind
from anxin.market.interest.errors import EngineApart, EngineUnreadable

log = logging.getLogger(__name__)

POSTS, GOODS, NEITHER = 0, 1, -1  # what the feed shows, what shelves of products show, what is shown no more


def fit(some: Sequence[Known], heard: Sequences, number: int) -> str:
    """Learn lists from what people had and return their file; none where nothing goes with anything yet."""
    lists = fit_verticals(heard, _verticals(some))
    if len(lists.items) == 0:
        return ""
    name = f"lists-{number:06d}.bin"
    write(files.folder() / name, lists, number)
    return name


def write(path: Path, lists: ItemLists, number: int) -> None:
    """Write lists with the number of the fit whose items they are of."""
    files.write(path, {"offsets": lists.offsets, "items": lists.items, "weights": lists.weights}, {"fitted": number})


def read(path: Path, number: int, item_count: int) -> ItemLists:
    """Return the lists of a fit. Raises EngineUnreadable, also for lists that lead out of the items there are."""
    arrays, facts = files.read(path)
    if facts.get("fitted") != number or set(arrays) != {"offsets", "items", "weights"}:
        raise EngineApart(path.name)
    found = ItemLists(
        arrays["offsets"].astype(np.int64), arrays["items"].astype(np.int32), arrays["weights"].astype(np.float32)
    )
    offsets, items = found.offsets, found.items
    fits = (
        len(offsets) <= item_count + 1
        and len(items) == len(found.weights)
        and ((items >= 0) & (items < item_count)).all()
    )
    if not fits or len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(items) or (np.diff(offsets) < 0).any():
        raise EngineApart(path.name)
    return found


def read_if_good(name: str, number: int, item_count: int) -> ItemLists | None:
    """Return the lists of a fit; None, and a line in the log, where they cannot be used."""
    if not name:
        return None
    try:
        return read(files.folder() / name, number, item_count)
    except EngineUnreadable as failure:
        log.warning("recommendations do without learned lists: %s", failure)
        return None


def _verticals(some: Sequence[Known]) -> Longs:
    return np.array(
        [GOODS if one.kind is ItemKind.PRODUCT else POSTS if one.shown else NEITHER for one in some], np.int64
    )
