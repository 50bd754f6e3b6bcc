"""What a page was chosen from, written down with it: candidates with their chances, and the share of exploring at each place."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Longs
from anxin.engine.rank.heads import HEADS
from anxin.engine.shelf import Page
from anxin.market.interest.brain.numbers import number_of_id

KEPT = 60  # best candidates of a page that are written down [CHOICE]: 3 KB an answer
FORMAT = 1
ROW = np.dtype(
    [("name", "<i8"), ("worth", "<f4"), ("price_minor", "<i4"), ("trial", "<f4"), ("chances", "<f4", (len(HEADS),))]
)


@dataclass(frozen=True)
class Ranked:
    """Candidates, a row each, and the share of exploring at each place. `worth` is in minor units an impression."""

    name: Longs
    worth: Doubles
    price_minor: Longs
    trial: Doubles
    chances: Floats
    share: Doubles

    def row_of(self, item: UUID) -> int | None:
        """Return the row of an item, None where it was no candidate that was kept."""
        at = np.flatnonzero(self.name == number_of_id(item))
        return int(at[0]) if len(at) else None


def packed(names: Longs, price_minor: Longs, page: Page) -> bytes | None:
    """Return the best candidates of a page and all that were shown as bytes."""
    considered, share = page.considered, page.share
    if considered is None:
        return None
    best = np.argsort(-considered.worth, kind="stable")[:KEPT]
    at = np.flatnonzero(np.isin(considered.items, page.items))
    rows = np.union1d(best, at)
    table = np.zeros(len(rows), ROW)
    items = considered.items[rows]
    table["name"], table["worth"], table["price_minor"] = names[items], considered.worth[rows], price_minor[items]
    table["trial"], table["chances"] = considered.trial[rows], considered.chances[rows]
    return bytes([FORMAT, len(share)]) + share.astype("<f4").tobytes() + table.tobytes()


def unpacked(data: bytes) -> Ranked | None:
    """Return what `packed` wrote; None for what is of another version or cut short."""
    if len(data) < 2 or data[0] != FORMAT:  # noqa: PLR2004 - two bytes of head
        return None
    begin = 2 + 4 * data[1]
    if len(data) < begin or (len(data) - begin) % ROW.itemsize:
        return None
    table = np.frombuffer(data, ROW, offset=begin)
    share = np.frombuffer(data, "<f4", data[1], 2).astype(np.float64)
    return Ranked(
        table["name"].astype(np.int64), table["worth"].astype(np.float64), table["price_minor"].astype(np.int64),
        table["trial"].astype(np.float64), np.array(table["chances"]), share,
    )  # fmt: skip
