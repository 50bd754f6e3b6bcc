"""Ragged sequences of item numbers as two arrays, and the text tables they are read from."""

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from anxin.engine.compiling import Ints, Longs
from anxin.engine.errors import MalformedTable, TooFewData


@dataclass(frozen=True)
class Sequences:
    """`items[offsets[r]:offsets[r + 1]]` is row r, oldest first; items are 0 .. item_count - 1."""

    offsets: Longs
    items: Ints
    item_count: int

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def lengths(self) -> Longs:
        """Return how many items each row has."""
        return np.diff(self.offsets)

    def row(self, number: int) -> Ints:
        """Return one row."""
        return self.items[self.offsets[number] : self.offsets[number + 1]]

    def rows(self, chosen: Longs) -> "Sequences":
        """Return the chosen rows in the order given."""
        return self._gather(self.offsets[chosen], self.lengths[chosen])

    def without_last(self, count: int) -> "Sequences":
        """Return every row less its last `count` items; a row may become empty."""
        return self._gather(self.offsets[:-1], np.maximum(self.lengths - count, 0))

    def last(self, back: int) -> Ints:
        """Return the item `back` from the end (1 is the last) of every row; rows must be that long."""
        return self.items[self.offsets[1:] - back]

    def popularity(self) -> Longs:
        """Return how often each item occurs."""
        return np.bincount(self.items, minlength=self.item_count)

    def _gather(self, starts: Longs, lengths: Longs) -> "Sequences":
        offsets = np.zeros(len(starts) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        places = np.arange(offsets[-1]) - np.repeat(offsets[:-1] - starts, lengths)
        return Sequences(offsets, self.items[places], self.item_count)


def sequences_of(rows: Iterable[Iterable[int]], item_count: int) -> Sequences:
    """Pack Python rows of item numbers."""
    packed = [np.fromiter(row, np.int32) for row in rows]
    offsets = np.zeros(len(packed) + 1, np.int64)
    np.cumsum([len(row) for row in packed], out=offsets[1:])
    return Sequences(offsets, np.concatenate([np.empty(0, np.int32), *packed]), item_count)


@dataclass(frozen=True)
class Prefixes:
    """Histories, and the item that followed each."""

    histories: Sequences
    targets: Ints


def prefixes_of(sequences: Sequences) -> Prefixes:
    """Return every proper prefix of every row with the item after it."""
    lengths = np.maximum(sequences.lengths - 1, 0)
    owner = np.repeat(np.arange(len(sequences)), lengths)
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    sizes = np.arange(len(owner)) - first + 1
    starts = sequences.offsets[owner]
    return Prefixes(sequences._gather(starts, sizes), sequences.items[starts + sizes])  # noqa: SLF001


@dataclass(frozen=True)
class Vocabulary:
    """The names of items in a file, and their numbers by order of first appearance."""

    number_of: dict[str, int]

    def add(self, name: str) -> int:
        """Return the number of `name`, giving it the next one if it is new."""
        return self.number_of.setdefault(name, len(self.number_of))


def read_people(path: Path) -> Sequences:
    """Read lines `person item item …`, oldest first."""
    return read_people_named(path)[0]


def read_people_named(path: Path) -> tuple[Sequences, dict[str, int]]:
    """Read the same, and return the numbers of the items' names besides."""
    names = Vocabulary({})
    rows = []
    for number, line in _lines(path):
        _, *items = line.split()
        if not items:
            raise MalformedTable(str(path), number, "a person without items")
        rows.append([names.add(item) for item in items])
    if not rows:
        raise TooFewData(path.name, 0, 1)
    return sequences_of(rows, len(names.number_of)), names.number_of


def read_sessions(train: Path, test: Path) -> tuple[Sequences, Prefixes]:
    """Read lines `item item …` to learn from, and lines `item item …<TAB>target` to be judged by."""
    names = Vocabulary({})
    rows = [[names.add(item) for item in line.split()] for _, line in _lines(train)]
    if not rows:
        raise TooFewData(train.name, 0, 1)
    histories, targets = [], []
    for number, line in _lines(test):
        prefix, tab, target = line.partition("\t")
        if not tab or not prefix.split() or len(target.split()) != 1:
            raise MalformedTable(str(test), number, "expected `item item …<TAB>target`")
        histories.append([names.add(item) for item in prefix.split()])
        targets.append(names.add(target.strip()))
    count = len(names.number_of)
    return sequences_of(rows, count), Prefixes(sequences_of(histories, count), np.array(targets, np.int32))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        try:
            for number, line in enumerate(lines, 1):
                if stripped := line.rstrip("\n").strip(" "):
                    yield number, stripped
        except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, OSError) as failure:
            raise MalformedTable(str(path), 0, f"not readable as text ({type(failure).__name__})") from failure
