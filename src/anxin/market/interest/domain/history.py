"""The history of one person or device: the last things done, newest last, and what was already shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.interest.domain.events import Item, Kind

ENTRIES_MAX = 100
SEEN_MAX = 2_000
HALF_LIFE = timedelta(days=14)  # of an interest that is not shown again

# How much doing something says about liking it; what undoes a thing says the opposite.
WEIGHTS: Mapping[Kind, float] = {
    Kind.WATCH: 1.0,
    Kind.LIKE: 2.0,
    Kind.UNLIKE: -2.0,
    Kind.COMMENT: 2.0,
    Kind.FAVOURITE: 3.0,
    Kind.SHARE: 3.0,
    Kind.FOLLOW: 3.0,
    Kind.UNFOLLOW: -3.0,
    Kind.PRODUCT_CLICK: 2.0,
    Kind.CART: 4.0,
    Kind.NOT_INTERESTED: -6.0,
    Kind.ORDER: 6.0,
    Kind.REFUNDED: -4.0,
    Kind.COMPLAINT: -6.0,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing done."""

    kind: Kind
    item: Item
    at: Instant
    value: int = 0


@dataclass(frozen=True, slots=True)
class History:
    """What the engine knows of somebody before it ranks. `seen` are short numbers of items (`seen_number`).

    `name` is what the learner knows them by, None of somebody who did nothing yet.
    """

    actor: UUID
    entries: tuple[Entry, ...] = ()
    seen: frozenset[int] = frozenset()
    is_personal: bool = True
    hidden: frozenset[UUID] = frozenset()
    fewer: frozenset[str] = frozenset()  # categories, and creators and shops by id, of which less is wanted
    more: frozenset[str] = frozenset()  # interests that the person added
    name: int | None = None

    def was_shown(self, item: UUID) -> bool:
        """Say whether an item was shown lately; of a billion items three hundred thousand share a number, so rarely too often."""
        return seen_number(item) in self.seen

    def has_liked(self, item: UUID) -> bool:
        """Say whether an item was liked, kept or shared lately, and a like not taken back; to have looked at it is less."""
        told = [entry.kind for entry in self.entries if entry.item.id == item]
        likes = [kind for kind in told if kind in {Kind.LIKE, Kind.UNLIKE}]
        return likes[-1:] == [Kind.LIKE] or not {Kind.FAVOURITE, Kind.SHARE}.isdisjoint(told)

    def weights(self, *, now: Instant) -> Counter[UUID]:
        """Return how much each item says about the person: by what was done, halved every HALF_LIFE."""
        found: Counter[UUID] = Counter()
        for entry in self.entries:
            age = max(now - entry.at, timedelta()) / HALF_LIFE
            found[entry.item.id] += WEIGHTS.get(entry.kind, 0.0) * 0.5**age
        return found


def seen_number(item: UUID) -> int:
    """Return the signed 32-bit number of an item: the random end of its id."""
    return (item.int & 0xFFFF_FFFF) - 0x8000_0000
