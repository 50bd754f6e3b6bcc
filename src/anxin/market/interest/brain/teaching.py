"""From events in their order to lessons: who had what, what was shown where, and what came of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from uuid import UUID

import numpy as np

from anxin.engine.compiling import Keys, Signs
from anxin.engine.rank.heads import HEADS
from anxin.engine.rank.log import NO, Log
from anxin.engine.serving import FEATURES, SOURCES, TRIED, Shelf, columns_of
from anxin.infra.sql import Row
from anxin.market.interest.brain.items import Items
from anxin.market.interest.brain.learned import Learned
from anxin.market.interest.brain.numbers import number_of_id
from anxin.market.interest.domain import notes
from anxin.market.interest.domain.events import Kind
from anxin.market.interest.domain.notes import Note, note_of
from anxin.market.interest.store import KINDS

WATCHED_MS = 5_000  # so long looked at is something had
SOURCE_NUMBER = {name: number for number, name in enumerate(SOURCES)} | {notes.TRIED: TRIED}
HAD = frozenset(
    {Kind.WATCH, Kind.LIKE, Kind.COMMENT, Kind.FAVOURITE, Kind.SHARE, Kind.PRODUCT_CLICK, Kind.CART, Kind.ORDER}
)
OUTCOMES: Mapping[Kind, tuple[str, bool]] = {
    Kind.PRODUCT_CLICK: ("click", True),
    Kind.WATCH: ("finish", True),
    Kind.LIKE: ("like", True),
    Kind.UNLIKE: ("like", False),
    Kind.FOLLOW: ("follow", True),
    Kind.UNFOLLOW: ("follow", False),
    Kind.CART: ("cart", True),
    Kind.ORDER: ("order", True),
    Kind.REFUNDED: ("refund", True),
    Kind.COMPLAINT: ("complaint", True),
}
GOOD = frozenset({"click", "finish", "like", "follow", "cart"})  # what makes an exposure a good one
HEAD_NUMBER = {head.name: number for number, head in enumerate(HEADS)}


@dataclass
class Impressions:
    """Places in answers that were seen, a row each."""

    places: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    at: list[int] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def keys(self, shelf: Shelf) -> Keys:
        """Return the rank model's keys, as they were when the answer was given."""
        source = np.array([SOURCE_NUMBER.get(note.source, TRIED) for note in self.notes], np.int64)
        steps = np.array([note.step for note in self.notes], np.int64)
        columns = columns_of(shelf, np.array(self.rows, np.int64), source, steps, now=np.array(self.at, np.int64))
        columns |= {
            "slot": np.array(self.slots, np.int64),
            "person": np.array(self.people, np.int64),
            "cohort": np.array([note.cohort for note in self.notes], np.int64),
        }
        return FEATURES.keys(columns)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Something that came of an impression."""

    place: int
    row: int
    head: str
    happened: bool
    at: int


def place_of(request: UUID, slot: int) -> int:
    """Return the number of a place in an answer."""
    return (number_of_id(request) * 1_000_003 + slot) & 0x7FFF_FFFF_FFFF_FFFF


def teach(rows: Sequence[Row], learned: Learned, log: Log, items: Items, shelf: Shelf) -> int:
    """Learn a batch of events: links, exposures, and records of the rank log. Return how many taught something.

    What is in doubt (a bot's pace, a forged answer, one's own shop) teaches nothing.
    """
    believed = [row for row in rows if not row["doubt"]]
    seen, outcomes = _sorted_out(believed, learned, items)
    _had(believed, learned, items)
    if seen.places:
        numbers = log.show(seen.keys(shelf), np.array(seen.at, np.int64), _nothing_yet(len(seen.places)))
        learned.shown.update((place, int(number) * 2) for place, number in zip(seen.places, numbers, strict=True))
        tried = np.array([note.source == notes.TRIED for note in seen.notes], np.bool_)
        learned.exposed(np.array(seen.rows, np.int64), tried)
    _record(outcomes, learned, log)
    log.ripen(max((row["at"] for row in believed), default=0))
    learned.log_end = log.end
    return len(believed)


def _had(rows: Iterable[Row], learned: Learned, items: Items) -> None:
    people, numbers, moments = list[int](), list[int](), list[int]()
    for row in rows:
        kind, number = KINDS[row["kind"]], items.rows.get(row["item"])
        looked = kind is not Kind.WATCH or row["finished"] or row["amount"] >= WATCHED_MS
        if number is not None and kind in HAD and looked:
            people.append(row["name"])
            numbers.append(number)
            moments.append(row["at"])
    learned.had(items, people, numbers, moments)


def _sorted_out(rows: Iterable[Row], learned: Learned, items: Items) -> tuple[Impressions, list[Outcome]]:
    """Return the impressions that are new and what came of any; what came of something says that it was seen."""
    seen, outcomes, met = Impressions(), list[Outcome](), set[int]()
    for row in rows:
        note, number = note_of(row["served_note"]), items.rows.get(row["served_item"])
        if row["request"] is None or row["slot"] is None or note is None or number is None:
            continue
        kind, place = KINDS[row["kind"]], place_of(row["request"], row["slot"])
        if kind is not Kind.IMPRESSION and kind not in OUTCOMES:
            continue
        if place not in learned.shown and place not in met:
            met.add(place)
            seen.places.append(place)
            seen.rows.append(number)
            seen.people.append(row["name"])
            seen.slots.append(row["slot"])
            seen.at.append(row["served_at"])
            seen.notes.append(note)
        if kind in OUTCOMES and (kind is not Kind.WATCH or row["finished"]):
            outcomes.append(Outcome(place, number, *OUTCOMES[kind], row["at"]))
    return seen, outcomes


def _record(outcomes: Sequence[Outcome], learned: Learned, log: Log) -> None:
    """Append outcomes to the log, causes before what rests on them; the first good one praises the item."""
    in_order = sorted(outcomes, key=lambda one: HEAD_NUMBER[one.head])
    for (head, happened), some in groupby(in_order, key=lambda one: (one.head, one.happened)):
        kept = [one for one in some if one.place in learned.shown]
        subjects = np.array([learned.shown[one.place] // 2 for one in kept], np.int64)
        log.outcome(subjects, head, np.array([one.at for one in kept], np.int64), happened=happened)
        if head in GOOD and happened:
            for one in kept:
                _praise(one, learned)


def _praise(one: Outcome, learned: Learned) -> None:
    number = learned.shown[one.place]
    if number % 2 == 0:
        learned.shown[one.place] = number + 1
        learned.pools.praise(np.array([one.row], np.int64))


def _nothing_yet(count: int) -> Signs:
    return np.full((count, len(HEADS)), NO, np.int8)
