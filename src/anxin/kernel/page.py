"""A page of a list that is read by cursor, so that new rows never shift or repeat old ones."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from anxin.kernel.errors import AnxinError, Kind

T = TypeVar("T")
U = TypeVar("U")

MAX_LIMIT = 100
DEFAULT_LIMIT = 20
_ROW_NUMBER = re.compile("[1-9][0-9]{0,17}")  # rows are counted from 1
_RANKED = re.compile("([0-9]{1,18})_(.+)")


class BadCursor(AnxinError):
    """This cursor is not one that we gave."""

    code = "kernel.bad_cursor"
    kind = Kind.INVALID


@dataclass(frozen=True)
class Page(Generic[T]):
    """Items of one page and the cursor of the next, None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None = None

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """Return the page with every item changed."""
        return Page(tuple(change(item) for item in self.items), self.next_cursor)


def limited(limit: int | None) -> int:
    """Return a limit between 1 and MAX_LIMIT."""
    return max(1, min(limit or DEFAULT_LIMIT, MAX_LIMIT))


def page_of(rows: Sequence[T], limit: int, cursor_of: Callable[[T], str]) -> Page[T]:
    """Make a page of `limit` from `rows`, which were read with one row more to see whether there is a next page."""
    items = tuple(rows[:limit])
    return Page(items, cursor_of(items[-1]) if len(rows) > limit and items else None)


def id_cursor(text: str) -> UUID:
    """Read a cursor that is the id of a page's last item. Raises BadCursor."""
    try:
        return UUID(text)
    except ValueError as error:
        raise BadCursor from error


def row_cursor(text: str) -> int:
    """Read a cursor that is the row number of a page's last item. Raises BadCursor."""
    if not _ROW_NUMBER.fullmatch(text):
        raise BadCursor
    return int(text)


def ranked_cursor(text: str) -> tuple[int, UUID]:
    """Read a cursor that is the score and the id of a page's last item, an underscore between. Raises BadCursor."""
    read = _RANKED.fullmatch(text)
    if read is None:
        raise BadCursor
    return int(read[1]), id_cursor(read[2])
