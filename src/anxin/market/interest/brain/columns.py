"""What is known of items, a row each, in arrays that grow: nothing is built anew because one item came or changed."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from anxin.engine.arrange import NOBODY
from anxin.engine.compiling import Floats, Table
from anxin.market.interest.brain.numbers import number_of, number_of_id
from anxin.market.interest.store import ITEM_NUMBER

if TYPE_CHECKING:
    from anxin.market.interest.brain.items import Known

TOPICS_MAX = 6
ROOM = 256
FIELDS: Mapping[str, tuple[str, tuple[int, ...]]] = {
    "ids": ("u1", (16,)),
    "kind": ("i8", ()),
    "creator": ("i8", ()),
    "shop": ("i8", ()),
    "code": ("i8", ()),
    "topics": ("i8", (TOPICS_MAX,)),
    "price_minor": ("i8", ()),
    "born_at": ("i8", ()),
    "showable": ("?", ()),
}


class Columns:
    """Items in arrays; `codes` are the categories that `code` stands for, in the order in which they were met."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self._tables = {name: np.zeros((ROOM, *rest), kind) for name, (kind, rest) in FIELDS.items()}
        self._reactions = np.zeros(ROOM)
        self._vectors: Floats = np.zeros((0, 1), np.float32)
        self._described = 0

    @classmethod
    def of(cls, tables: Mapping[str, Table], codes: Sequence[str]) -> "Columns":
        """Return columns as they were written down."""
        found = cls()
        found.codes = {code: number for number, code in enumerate(codes)}
        count = len(tables["ids"])
        found._make_room(count)
        for name in FIELDS:
            found._tables[name][:count] = tables[name]
        return found

    def put(self, row: int, one: "Known") -> None:
        """Write what is known of an item in its row."""
        self._make_room(row + 1)
        topics = [number_of(topic) for topic in one.topics[:TOPICS_MAX]]
        values = {
            "ids": np.frombuffer(one.id.bytes, np.uint8),
            "kind": ITEM_NUMBER[one.kind],
            "creator": number_of_id(one.creator) if one.creator else NOBODY,
            "shop": number_of_id(one.shop) if one.shop else NOBODY,
            "code": self.codes.setdefault(one.category, len(self.codes)),
            "topics": topics + [NOBODY] * (TOPICS_MAX - len(topics)),
            "price_minor": one.price_minor,
            "born_at": one.born_at,
            "showable": one.shown,
        }
        for name, value in values.items():
            self._tables[name][row] = value
        self._reactions[row] = one.reactions

    def hide(self, row: int) -> None:
        """Show an item no more."""
        self._tables["showable"][row] = False

    def reactions(self, count: int) -> Table:
        """Return what people said of the first items."""
        return self._reactions[:count]

    def column(self, name: str, count: int) -> Table:
        """Return one column of the first items."""
        return self._tables[name][:count]

    def arrays(self, count: int) -> dict[str, Table]:
        """Return the columns of the first items, as they lie here."""
        return {name: table[:count] for name, table in self._tables.items()}

    @property
    def vectors(self) -> Floats:
        """The vectors of those items that have one."""
        return self._vectors[: self._described]

    def describe(self, vectors: Floats) -> None:
        """Take vectors of all items in the place of those before."""
        self._vectors, self._described = vectors, len(vectors)

    def describe_more(self, vectors: Floats) -> None:
        """Take the vectors of the items that came next."""
        end = self._described + len(vectors)
        if end > len(self._vectors):
            longer = np.zeros((max(2 * end, ROOM), vectors.shape[1]), np.float32)
            longer[: self._described] = self.vectors
            self._vectors = longer
        self._vectors[self._described : end] = vectors
        self._described = end

    def describe_again(self, rows: Sequence[int], vectors: Floats) -> None:
        """Take other vectors of some items that have one."""
        self._vectors[rows] = vectors

    def _make_room(self, count: int) -> None:
        room = len(self._reactions)
        if count > room:
            wanted = max(2 * room, count)
            self._tables = {name: _longer(table, wanted) for name, table in self._tables.items()}
            self._reactions = _longer(self._reactions, wanted)


def _longer(table: Table, room: int) -> Table:
    found = np.zeros((room, *table.shape[1:]), table.dtype)
    found[: len(table)] = table
    return found
