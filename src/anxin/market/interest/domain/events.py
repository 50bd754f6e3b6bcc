"""What people do with what they are shown, as their devices tell it, and how far it is believed.

A device's clock, its ids and its propensities are claims. What the market served itself (`Served`) is the measure: an
event that contradicts it is kept and teaches nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from anxin.kernel.clock import Instant

BATCH_MAX = 100
LATE_MAX = timedelta(days=3)
WATCH_MS_MAX = 6 * 3_600_000
PACE_MAX = 120  # events a minute that a person can mean
FLOOD_MAX = 1_200  # more in a minute are not even kept
NETWORK_MAX = 2_000  # events an hour that the devices of one network teach, however many they are [CHOICE]
SLACK = timedelta(seconds=5)  # between the clock that served and the one that watched


class Kind(StrEnum):
    """What happened. The order is that of `interest_event.kind` in exports and may only grow."""

    IMPRESSION = "impression"
    WATCH = "watch"
    LIKE = "like"
    UNLIKE = "unlike"
    COMMENT = "comment"
    FAVOURITE = "favourite"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    SHARE = "share"
    PRODUCT_CLICK = "product_click"
    CART = "cart"
    NOT_INTERESTED = "not_interested"
    ORDER = "order"
    PAID = "paid"
    RECEIVED = "received"
    REFUNDED = "refunded"
    COMPLAINT = "complaint"


OURS = frozenset(
    {Kind.ORDER, Kind.PAID, Kind.RECEIVED, Kind.REFUNDED, Kind.COMPLAINT}
)  # what only the market itself says
ONCE = frozenset({Kind.LIKE, Kind.FAVOURITE, Kind.FOLLOW, Kind.NOT_INTERESTED})  # the same again says nothing new


class ItemKind(StrEnum):
    """What it happened to."""

    PRODUCT = "product"
    VIDEO = "video"
    NOTE = "note"
    CREATOR = "creator"
    SHOP = "shop"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Item:
    """Something that is shown."""

    kind: ItemKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a device tells it. `id` is the device's own and makes a repetition known; `at` is by its clock.

    `value`: milliseconds for a watch, pieces for a cart, else 0. `finished` and `loops` belong to a watch.
    """

    id: UUID
    kind: Kind
    item: Item
    at: Instant
    request: UUID | None = None
    slot: int | None = None
    value: int = 0
    finished: bool = False
    loops: int = 0


@dataclass(frozen=True, slots=True)
class Served:
    """What the market showed: the items of one answer in their places, each with its chance to be there."""

    id: UUID
    actor: UUID
    at: Instant
    items: tuple[Item, ...]
    propensities: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who tells: `pace` counts what was told in the minute of now; `own` are things that the sender sells or made.

    `devices` became this person's at a login: what was served to them was served to the sender. Who `needs_answer` is believed
    only of what stood in an answer: devices cost nothing, and anybody may have as many as they like.
    """

    actor: UUID
    devices: frozenset[UUID] = frozenset()
    pace: int = 0
    own: frozenset[UUID] = frozenset()
    done: frozenset[tuple[Kind, UUID]] = frozenset()  # of the kinds that say nothing new a second time
    needs_answer: bool = False

    def was_served(self, answer: Served | None) -> bool:
        """Say whether an answer was given to this sender."""
        return answer is not None and (answer.actor == self.actor or answer.actor in self.devices)


class Doubt(StrEnum):
    """Why an event teaches nothing."""

    NONE = ""
    FOREIGN_REQUEST = "foreign_request"  # the answer it names was not given to this sender
    WRONG_SLOT = "wrong_slot"  # something else stood there
    TOO_LONG = "too_long"  # watched for longer than it has been shown
    UNASKED = "unasked"  # a device tells of what stood in no answer to it
    OWN = "own"
    AGAIN = "again"
    PACE = "pace"  # faster than a person acts
    NETWORK = "network"  # more than a network's devices may teach in an hour; said where the events are written


class Unheard(StrEnum):
    """Why an event is not kept."""

    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"  # only the market says that
    FLOOD = "flood"


@dataclass(frozen=True, slots=True)
class Judged:
    """An event as it is kept: at a moment that can be true, with the propensity that the market logged."""

    told: Told
    at: Instant
    propensity: float | None
    doubt: Doubt

    @property
    def teaches(self) -> bool:
        """Whether models learn from it."""
        return self.doubt is Doubt.NONE


@dataclass(frozen=True)
class Verdict:
    """What is kept of a batch and what is not."""

    kept: tuple[Judged, ...]
    refused: tuple[tuple[UUID, Unheard], ...]


def judge(
    batch: Sequence[Told], sender: Sender, served: Mapping[UUID, Served], *, sent_at: Instant | None, now: Instant
) -> Verdict:
    """Say what is kept of a batch, what of it teaches, and what is refused. Pure.

    `sent_at` is the device's clock when it sent the batch: the difference to `now` is how wrong that clock is. Of two
    events with one id the first counts.
    """
    kept: list[Judged] = []
    refused: list[tuple[UUID, Unheard]] = []
    done = set(sender.done)
    for place, told in enumerate(_first_of_each(batch)):
        at = now - min(max((sent_at or now) - told.at, timedelta()), 2 * LATE_MAX)
        refusal = _refusal(told, at, sender.pace + place, now)
        if refusal is not None:
            refused.append((told.id, refusal))
            continue
        answer = served.get(told.request) if told.request is not None else None
        if answer is not None and sender.was_served(answer):
            at = min(max(at, answer.at), now)
        doubt = _doubt(told, at, answer, sender, done, sender.pace + place)
        kept.append(Judged(told, at, _propensity(told, answer, doubt), doubt))
        done.add((told.kind, told.item.id))
    return Verdict(tuple(kept), tuple(refused))


def _first_of_each(batch: Iterable[Told]) -> Iterable[Told]:
    first: dict[UUID, Told] = {}
    for told in batch:
        first.setdefault(told.id, told)
    return first.values()


def _refusal(told: Told, at: Instant, pace: int, now: Instant) -> Unheard | None:
    if told.kind in OURS:
        return Unheard.NOT_YOURS
    if at < now - LATE_MAX:
        return Unheard.TOO_LATE
    return Unheard.FLOOD if pace >= FLOOD_MAX else None


def _place_is_own(told: Told, answer: Served | None, sender: Sender) -> bool:
    """Say whether what stood in the place that led there is the sender's own: what comes of it teaches through its place."""
    if answer is None or told.slot is None or not 0 <= told.slot < len(answer.items):
        return False
    return answer.items[told.slot].id in sender.own and sender.was_served(answer)


def _doubt(
    told: Told, at: Instant, answer: Served | None, sender: Sender, done: set[tuple[Kind, UUID]], pace: int
) -> Doubt:
    if told.item.id in sender.own or _place_is_own(told, answer, sender):
        return Doubt.OWN
    if (contradiction := _contradiction(told, at, answer, sender)) is not Doubt.NONE:
        return contradiction
    if told.kind in ONCE and (told.kind, told.item.id) in done:
        return Doubt.AGAIN
    return Doubt.PACE if pace >= PACE_MAX else Doubt.NONE


def _contradiction(told: Told, at: Instant, answer: Served | None, sender: Sender) -> Doubt:
    """Say how an event contradicts the answer that it names, or wants one."""
    if told.request is not None:
        if answer is None or not sender.was_served(answer):
            return Doubt.FOREIGN_REQUEST
        if told.slot is not None and not _stood_there(told, answer):
            return Doubt.WRONG_SLOT
        if told.kind is Kind.WATCH and timedelta(milliseconds=told.value) > at - answer.at + SLACK:
            return Doubt.TOO_LONG
    return Doubt.UNASKED if sender.needs_answer and (told.request is None or told.slot is None) else Doubt.NONE


def _stood_there(told: Told, answer: Served) -> bool:
    """Say whether the place held the item; a product may be tapped on a video that stood there."""
    if told.slot is None or not 0 <= told.slot < len(answer.items):
        return False
    return answer.items[told.slot] == told.item or told.kind in {Kind.PRODUCT_CLICK, Kind.CART, Kind.FOLLOW}


def _propensity(told: Told, answer: Served | None, doubt: Doubt) -> float | None:
    if answer is None or told.slot is None or doubt in {Doubt.FOREIGN_REQUEST, Doubt.WRONG_SLOT, Doubt.OWN}:
        return None
    return answer.propensities[told.slot]
