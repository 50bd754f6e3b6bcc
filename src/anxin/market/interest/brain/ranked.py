"""What a page was chosen from, written down with it: candidates with their chances, the share of exploring at each place, what
the weights of its reader were multiplied by, and who made what stood above it.
"""

from dataclasses import dataclass
from math import exp
from uuid import UUID

import numpy as np

from anxin.engine.arrange import NOBODY
from anxin.engine.compiling import Doubles, Floats, Longs
from anxin.engine.rank.heads import HEADS
from anxin.engine.shelf import Page, Rules, Shelf
from anxin.engine.value import WEIGHTS
from anxin.market.interest.brain.numbers import number_of_id

KEPT = 60  # best candidates of a page that are written down [CHOICE]: 3 KB an answer
FORMAT = 2  # 1 had neither `size`, `signs` nor `last`; `sql/dealt.sql` reads the first four bytes
HEAD = np.dtype([("format", "u1"), ("places", "u1"), ("size_percent", "u1"), ("signs", "u1"), ("last", "<i8")])
OLD_HEAD = 2
ROW = np.dtype(
    [("name", "<i8"), ("worth", "<f4"), ("price_minor", "<i4"), ("trial", "<f4"), ("chances", "<f4", (len(HEADS),))]
)


@dataclass(frozen=True)
class Ranked:
    """Candidates, a row each, and the share of exploring at each place. `worth` is in minor units an impression.

    `factors` multiplied the WEIGHTS of the formula; none: the reader was in no experiment. `last` is the creator of what stood
    at the end of the page before.
    """

    name: Longs
    worth: Doubles
    price_minor: Longs
    trial: Doubles
    chances: Floats
    share: Doubles
    factors: tuple[float, ...] = ()
    last: int = NOBODY

    def row_of(self, item: UUID) -> int | None:
        """Return the row of an item, None where it was no candidate that was kept."""
        at = np.flatnonzero(self.name == number_of_id(item))
        return int(at[0]) if len(at) else None


def packed(shelf: Shelf, page: Page, rules: Rules, last: int) -> bytes | None:
    """Return the best candidates of a page and all that were shown as bytes; None of a page on which nothing stands."""
    considered, share = page.considered, page.share
    if considered is None or len(page.items) == 0:
        return None
    best = np.argsort(-considered.worth, kind="stable")[:KEPT]
    at = np.flatnonzero(np.isin(considered.items, page.items))
    rows = np.union1d(best, at)
    table = np.zeros(len(rows), ROW)
    items = considered.items[rows]
    table["name"], table["worth"], table["price_minor"] = (
        shelf.names[items], considered.worth[rows], shelf.price_minor[items],
    )  # fmt: skip
    table["trial"], table["chances"] = considered.trial[rows], considered.chances[rows]
    size = round(rules.formula.experiment * 100) if rules.signs else 0
    head = np.array([(FORMAT, len(share), size, bits_of(rules.signs), last)], HEAD)
    return head.tobytes() + share.astype("<f4").tobytes() + table.tobytes()


def unpacked(data: bytes) -> Ranked | None:
    """Return what `packed` wrote; None for what is of another version or cut short."""
    if len(data) < OLD_HEAD or data[0] not in {1, FORMAT}:
        return None
    own, last = OLD_HEAD, NOBODY
    factors: tuple[float, ...] = ()
    if data[0] == FORMAT:
        own = HEAD.itemsize
        if len(data) < own:
            return None
        head = np.frombuffer(data, HEAD, 1)[0]
        size, last = int(head["size_percent"]) / 100, int(head["last"])
        factors = tuple(exp(size * sign) for sign in signs_of(int(head["signs"]))) if size else ()
    begin = own + 4 * data[1]
    if len(data) < begin or (len(data) - begin) % ROW.itemsize:
        return None
    table = np.frombuffer(data, ROW, offset=begin)
    share = np.frombuffer(data, "<f4", data[1], own).astype(np.float64)
    return Ranked(
        table["name"].astype(np.int64), table["worth"].astype(np.float64), table["price_minor"].astype(np.int64),
        table["trial"].astype(np.float64), np.array(table["chances"]), share, factors, last,
    )  # fmt: skip


def bits_of(signs: tuple[int, ...]) -> int:
    """Return signs as one byte, the first weight in its lowest bit."""
    return sum(1 << place for place, sign in enumerate(signs) if sign > 0)


def signs_of(bits: int) -> tuple[int, ...]:
    """Return what `bits_of` wrote, a sign for each of the WEIGHTS."""
    return tuple(1 if bits >> place & 1 else -1 for place in range(len(WEIGHTS)))
