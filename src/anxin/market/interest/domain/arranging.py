"""An order for a feed that knows nothing of the reader's interests: popular and new first, everybody gets a turn. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import log1p
from uuid import UUID

from anxin.kernel.clock import Instant

FADES_IN = timedelta(days=5)  # after which a post needs e times the reactions to stand where it stood [CHOICE]
CREATOR_MAX = 2  # of one creator in one answer
FRESH_EVERY = 4  # every fourth place belongs to the newest, however few saw it yet
NOTE_EVERY = 3  # every third place to pictures, the others to videos, while there are both


@dataclass(frozen=True, slots=True)
class Ranked:
    """What may be shown: how well it did, and how new it is."""

    id: UUID
    creator_id: UUID
    is_video: bool
    published_at: Instant
    reactions: int

    def score(self, now: Instant) -> float:
        """Return how far in front it belongs."""
        return log1p(self.reactions) - max(now - self.published_at, timedelta()) / FADES_IN


def arrange(
    items: Iterable[Ranked],
    *,
    limit: int,
    was_shown: Callable[[UUID], bool],
    after: UUID | None = None,
    now: Instant,
) -> list[UUID]:
    """Return up to `limit` ids: what was not shown before what was, none of a creator twice in a row, few of each.

    `after` made what stood last on the page before. Where too few creators are left, their caps give way before a place
    stays empty.
    """
    best = sorted(items, key=lambda one: (was_shown(one.id), -one.score(now), one.id))
    newest = sorted(best, key=lambda one: (was_shown(one.id), now - one.published_at, one.id))
    chosen: list[Ranked] = []
    while len(chosen) < min(limit, len(best)):
        place = len(chosen) + 1
        line = newest if place % FRESH_EVERY == 0 else best
        chosen.append(_next(line, (chosen, after), was_shown, wants_video=place % NOTE_EVERY != 0))
    return [one.id for one in chosen]


def _next(
    line: Sequence[Ranked],
    above: tuple[Sequence[Ranked], UUID | None],
    was_shown: Callable[[UUID], bool],
    *,
    wants_video: bool,
) -> Ranked:
    """Return the first of the line that breaks the fewest rules; one that was shown already breaks the gravest."""
    chosen, after = above
    taken = {one.id for one in chosen}
    used = Counter(one.creator_id for one in chosen)
    last = chosen[-1].creator_id if chosen else after

    def breaks(one: Ranked) -> tuple[bool, bool, bool, bool]:
        return (
            was_shown(one.id),
            one.creator_id == last,
            used[one.creator_id] >= CREATOR_MAX,
            one.is_video != wants_video,
        )

    return min((one for one in line if one.id not in taken), key=breaks)
