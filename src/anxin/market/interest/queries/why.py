"""Why somebody was served what, and where an item stood: as it was written down when it was served."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.infra.sql import Row
from anxin.kernel.clock import Instant
from anxin.market.interest import store
from anxin.market.interest.domain.events import ItemKind, Kind
from anxin.market.interest.domain.notes import note_of

ANSWERS = 10
SINCE = timedelta(days=30)


@dataclass(frozen=True)
class Place:
    """A card in its place. `chances` by head and `worth` are None where they were not written down."""

    place: int
    item: UUID
    kind: ItemKind
    source: str
    propensity: float
    because: UUID | None
    chances: dict[str, float] | None = None
    worth: float | None = None  # in fen an impression
    rank: int | None = None  # among the candidates, by worth


@dataclass(frozen=True)
class AnswerFacts:
    """One answer of the feed."""

    id: UUID
    at: Instant
    policy: str
    places: tuple[Place, ...]


def answers_to(actor: UUID) -> tuple[AnswerFacts, ...]:
    """Return the newest answers that a person or device was given: one statement."""
    return tuple(map(_facts, store.SQL.rows("answers_to", actor=actor, most=ANSWERS)))


def answers_with(item: UUID, *, now: Instant) -> tuple[AnswerFacts, ...]:
    """Return the newest answers in which somebody saw an item, with its place alone: one statement."""
    rows = store.SQL.rows(
        "answers_with", item=item, impression=store.NUMBER[Kind.IMPRESSION], day=store.day_of(now - SINCE), most=ANSWERS
    )
    found = map(_facts, rows)
    return tuple(
        AnswerFacts(one.id, one.at, one.policy, tuple(each for each in one.places if each.item == item))
        for one in found
    )


def _facts(row: Row) -> AnswerFacts:
    known = _known(row)
    told_of = [*row["sources"], *[""] * (len(row["items"]) - len(row["sources"]))]  # a page of its own has no source
    columns = zip(row["items"], row["item_kinds"], row["propensities"], told_of, strict=True)
    places = []
    for at, (item, kind, propensity, text) in enumerate(columns):
        note = note_of(text)
        source, because = (note.source, note.because) if note else ("", None)
        told = known.get(item, (None, None, None))
        places.append(Place(at, item, store.ITEM_KINDS[kind], source, propensity, because, *told))
    return AnswerFacts(row["id"], row["at"], row["policy"], tuple(places))


def _known(row: Row) -> dict[UUID, tuple[dict[str, float], float, int]]:
    """Return chances, worth and rank of those of the items that were written down."""
    if row["ranked"] is None:
        return {}
    from anxin.engine.rank.heads import HEADS
    from anxin.market.interest.brain.ranked import unpacked

    ranked = unpacked(bytes(row["ranked"]))
    if ranked is None:
        return {}
    rank = {int(at): number + 1 for number, at in enumerate((-ranked.worth).argsort(kind="stable"))}
    found = {}
    for item in row["items"]:
        at = ranked.row_of(item)
        if at is not None:
            chances = {head.name: float(ranked.chances[at, number]) for number, head in enumerate(HEADS)}
            found[item] = chances, float(ranked.worth[at]), rank[at]
    return found
