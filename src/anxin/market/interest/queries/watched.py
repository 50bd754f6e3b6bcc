"""What somebody watched lately, as their history remembers it."""

from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.page import BadCursor, Page, limited
from anxin.market.interest import store
from anxin.market.interest.domain.events import Item, ItemKind, Kind
from anxin.market.interest.domain.history import ENTRIES_MAX

__all__ = ["ENTRIES_MAX", "LOOKED_MS_MIN", "Watched", "watched", "watched_count"]

LOOKED_MS_MIN = 2_000  # looked at for less is passed by [CHOICE]
CURSOR_DIGITS_MAX = 4
POSTS = frozenset({ItemKind.VIDEO, ItemKind.NOTE})


@dataclass(frozen=True)
class Watched:
    """A video or note and when it was watched last."""

    item: Item
    at: Instant


def watched(actor: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[Watched]:
    """Return which videos and notes were watched of the last ENTRIES_MAX things done, each once, the last first."""
    size, start = limited(limit), _start(cursor)
    found = _watched(actor)
    more = str(start + size) if len(found) > start + size else None
    return Page(tuple(found[start : start + size]), more)


def watched_count(actor: UUID) -> int:
    """Return how many things `watched` lists."""
    return len(_watched(actor))


def _watched(actor: UUID) -> list[Watched]:
    found: dict[UUID, Watched] = {}
    for entry in reversed(store.history(actor).entries):
        if entry.kind is Kind.WATCH and entry.item.kind in POSTS and entry.value >= LOOKED_MS_MIN:
            found.setdefault(entry.item.id, Watched(entry.item, entry.at))
    return list(found.values())


def _start(cursor: str | None) -> int:
    if not cursor:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > CURSOR_DIGITS_MAX:
        raise BadCursor
    return int(cursor)
