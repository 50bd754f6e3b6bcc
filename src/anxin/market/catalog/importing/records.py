"""CSV text in, records with their physical line out, never holding more than one bounded record.

Python's csv module reads a record of any size and numbers nothing. Here physical lines are joined while a quote is
open, only the joined record is handed to csv, and a record beyond the limit is skipped to its end and reported.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from anxin.market.catalog.importing.faults import Fault

MAX_RECORD_CHARS = 2_000_000
_READ_CHARS = 1 << 16

csv.field_size_limit(MAX_RECORD_CHARS)


@dataclass(frozen=True)
class Record:
    """The cells of one record and the physical line where it begins; or the fault that made it unreadable."""

    line: int
    cells: tuple[str, ...]
    fault: Fault | None = None


@dataclass
class _Joiner:
    """Physical lines on their way to one record."""

    line: int = 1
    first_line: int = 1
    quoted: bool = False
    size: int = 0
    parts: list[str] = field(default_factory=list)

    def add(self, piece: str) -> None:
        """Take the next piece of text; what lies beyond the limit is counted and dropped."""
        if not self.size:
            self.first_line = self.line
        self.size += len(piece)
        if self.size <= MAX_RECORD_CHARS:
            self.parts.append(piece)
        else:
            self.parts.clear()
        self.quoted = quote_open_after(piece, quoted=self.quoted)

    def finish(self) -> Record | None:
        """Return the joined record, None for an empty line, and begin anew."""
        text, too_large, quoted = "".join(self.parts), self.size > MAX_RECORD_CHARS, self.quoted
        self.parts.clear()
        self.size = 0
        self.quoted = False
        if too_large:
            return Record(self.first_line, (), Fault.ROW_TOO_LARGE)
        if quoted:
            return Record(self.first_line, (), Fault.ROW_UNCLOSED)
        return parse_record(text, self.first_line)


def quote_open_after(piece: str, *, quoted: bool) -> bool:
    """Say whether a quoted cell is still open after `piece`, given whether one was open before it.

    A quote opens a cell only at its beginning, as in csv: a stray quote inside an unquoted cell opens nothing.
    """
    if '"' not in piece:
        return quoted
    position = 0
    if not quoted:
        if piece.startswith('"'):
            quoted, position = True, 1
        else:
            position = _next_opening(piece, 0)
            quoted = position > 0
    while quoted:
        closing = piece.find('"', position)
        if closing < 0:
            return True
        if piece.startswith('"', closing + 1):
            position = closing + 2
            continue
        position = _next_opening(piece, closing + 1)
        quoted = position > 0
    return False


def _next_opening(piece: str, start: int) -> int:
    """Return the position after the next quote that opens a cell, 0 where there is none."""
    comma = piece.find(',"', start)
    return comma + 2 if comma >= 0 else 0


def parse_record(text: str, line: int) -> Record | None:
    """Split one record into cells; None for a record without any text."""
    try:
        rows = list(csv.reader([text], strict=True))
    except csv.Error:
        return Record(line, (), Fault.ROW_MALFORMED)
    cells = tuple(rows[0]) if rows else ()
    if not any(cells):
        return None
    return Record(line, cells)


def read_records(stream: TextIO) -> Iterator[Record]:
    """Yield the records of a CSV text opened with `newline=""`."""
    joiner = _Joiner()
    while piece := stream.readline(_READ_CHARS):
        joiner.add(piece)
        if not _ends_line(piece):
            continue
        joiner.line += 1
        if not joiner.quoted:
            record = joiner.finish()
            if record:
                yield record
    if joiner.size:
        record = joiner.finish()
        if record:
            yield record


def _ends_line(piece: str) -> bool:
    # A piece as long as the read size may end between the two characters of one line end: the next piece decides.
    return piece.endswith("\n") or (piece.endswith("\r") and len(piece) < _READ_CHARS)
