"""Products beside what somebody looks at: similar, bought together, and what suits them; written down as served."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.catalog.queries import Card
from anxin.market.interest import store
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.domain import notes
from anxin.market.interest.domain.events import Item, ItemKind, Served
from anxin.market.interest.domain.history import History
from anxin.market.interest.domain.notes import Note
from anxin.market.interest.feed import PLAIN, POPULAR

if TYPE_CHECKING:
    from anxin.engine.shelf import Reader
    from anxin.market.interest.brain.reading import Engine

log = logging.getLogger(__name__)

SPARE = 2  # times as many as are wanted are chosen, because some cannot be bought now
BROKEN = (ArithmeticError, IndexError, ValueError)  # what a file that changes under us may lead to
TOGETHER = "neighbours"  # people who bought the one bought the other: what the engine calls neighbours


@dataclass(frozen=True)
class Place:
    """Where products are shown: the surface as it is written down, and what it is about."""

    surface: str
    product_ids: tuple[UUID, ...] = ()  # the product of a page, or those in a cart
    category: str = ""
    shop_id: UUID | None = None
    falls_back: bool = True  # to what is popular, where nothing is known or the engine is away

    @property
    def wants_similar(self) -> bool:
        """Whether what is like the products is shown."""
        return self.surface == "product"

    @property
    def wants_suiting(self) -> bool:
        """Whether what suits the reader is shown."""
        return self.surface in {"home", "shop", "search"}


@dataclass(frozen=True)
class Reason:
    """Why a product is shown: the shelf, a source of the engine, how many bought both, what the reader had to do with."""

    shelf: str
    source: str
    buyers: int = 0
    because: Card | None = None


@dataclass(frozen=True)
class Goods:
    """A product in its place (None where the answer was not written down)."""

    card: Card
    slot: int | None
    why: Reason


@dataclass(frozen=True)
class Recommended:
    """An answer: its id (None where it was not written down), by which rules, and its shelves."""

    request: UUID | None = None
    policy: str = POPULAR
    is_personal: bool = False
    shelves: Mapping[str, tuple[Goods, ...]] = field(default_factory=dict)

    def shelf(self, name: str) -> tuple[Goods, ...]:
        """Return a shelf, empty where there is nothing to show."""
        return self.shelves.get(name, ())


@dataclass(frozen=True)
class _Wanted:
    """Products of one shelf, each with what is written down of it and how many bought both."""

    shelf: str
    ids: tuple[UUID, ...]
    notes: tuple[Note, ...]
    buyers: Mapping[UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Answer:
    """What was chosen so far: by which policy, whether personally, and the shelves' products with what is written down."""

    policy: str
    is_personal: bool
    wanted: tuple[_Wanted, ...] = ()
    shelves: Mapping[str, tuple[tuple[Goods, Note], ...]] = field(default_factory=dict)


@transactional
def recommend(place: Place, actor: UUID | None, *, limit: int, now: Instant) -> Recommended:
    """Choose products for a place and write down what was served: four statements at most.

    Nobody's (None) are chosen without a history and are not written down. Without the engine similar products are the popular
    ones of the category. A shelf that nothing speaks for is empty.
    """
    is_asked = actor is not None or bool(place.product_ids)
    asks = (
        store.asks_goods(actor or new_id(), place.product_ids) if is_asked else store.AsksGoods(History(new_id()), ())
    )
    answer = _by_engine(place, asks, limit, now=now)
    if asks.pairs and place.product_ids:
        answer = replace(answer, wanted=(*answer.wanted, _together(asks.pairs, limit)))
    ids = [one for wanted in answer.wanted for one in wanted.ids]
    named = {note.because for wanted in answer.wanted for note in wanted.notes if note.because}
    goods = store.goods_shown(ids, sorted(named) if answer.is_personal else ()) if ids else store.ShownGoods()
    shelves = {wanted.shelf: _shelf(wanted, goods, limit) for wanted in answer.wanted}
    main = "similar" if place.wants_similar else "for_you"
    if place.falls_back and not shelves.get(main) and (place.wants_similar or place.wants_suiting):
        shelves = {
            main: _popular(place, asks.history, main, limit),
            **{name: shelves[name] for name in shelves if name != main},
        }
        answer = replace(answer, policy=POPULAR, is_personal=False)
    return _written_down(place, actor, replace(answer, shelves=shelves), now=now)


def rerank(actor: UUID | None, product_ids: Sequence[UUID], *, now: Instant) -> list[UUID]:
    """Return the same products in the order that suits somebody, each moved by a few places at most: one statement.

    Nobody, whoever refuses what is personal or did nothing yet, and everybody without the engine get them as they are.
    """
    ids = list(product_ids)
    engine = DOOR.look() if actor is not None and len(ids) > 1 else None
    if engine is None or actor is None:
        return ids
    asks = store.asks_goods(actor, ())
    known, engine = asks.history, engine.with_formula(asks.formula)
    if not known.is_personal or not known.entries:
        return ids
    from anxin.market.interest.brain import goods as brain

    try:
        reader = brain.reader_of(engine, known, now=now)
        engine = engine.dealt_to(reader, now=now)
        return brain.reordered(engine, reader, ids, now=now) if brain.is_known(reader) else ids
    except BROKEN:  # a file that changed under us; people find things all the same
        log.exception("these results stay as they are")
        return ids


def _by_engine(place: Place, asks: store.AsksGoods, limit: int, *, now: Instant) -> _Answer:
    """Return what the engine chooses; nothing without it."""
    engine = DOOR.look()
    if engine is None:
        return _Answer(POPULAR, is_personal=False)
    from anxin.market.interest.brain import goods as brain

    engine = engine.with_formula(asks.formula)
    policy = engine.rules.version if asks.history.is_personal else PLAIN
    try:
        reader = brain.reader_of(engine, asks.history, now=now)
        engine = engine.dealt_to(reader, now=now)
        return _Answer(policy, brain.is_known(reader), _chosen(place, engine, reader, limit * SPARE, now=now))
    except BROKEN:  # a file that changed under us; people are shown something all the same
        log.exception("this page goes by popularity")
        return _Answer(POPULAR, is_personal=False)


def _chosen(place: Place, engine: "Engine", reader: "Reader", count: int, *, now: Instant) -> tuple[_Wanted, ...]:
    from anxin.market.interest.brain import goods as brain

    if place.wants_similar:
        like = brain.like(engine, place.product_ids, reader, count, now=now)
        return (_Wanted("similar", like.ids, like.notes),)
    if place.wants_suiting and brain.is_known(reader):
        mine = brain.suits(engine, reader, count, shop_id=place.shop_id, now=now)
        return (_Wanted("for_you", mine.ids, mine.notes),)
    return ()


def _together(pairs: Sequence[tuple[UUID, int]], limit: int) -> _Wanted:
    some = pairs[: limit * SPARE]
    ids = tuple(one for one, _ in some)
    return _Wanted("together", ids, tuple(Note(TOGETHER) for _ in ids), dict(some))


def _shelf(wanted: _Wanted, shown: store.ShownGoods, limit: int) -> tuple[tuple[Goods, Note], ...]:
    found = list[tuple[Goods, Note]]()
    for one, note in zip(wanted.ids, wanted.notes, strict=True):
        if one in shown.cards and len(found) < limit:
            because = shown.named.get(note.because) if note.because and wanted.shelf == "for_you" else None
            why = Reason(wanted.shelf, note.source, wanted.buyers.get(one, 0), because)
            found.append((Goods(shown.cards[one], None, why), note))
    return tuple(found)


def _popular(place: Place, known: History, shelf: str, limit: int) -> tuple[tuple[Goods, Note], ...]:
    without = [*place.product_ids, *sorted(known.hidden)]
    cards = store.goods_popular(place.category, place.shop_id, without, limit)
    return tuple((Goods(card, None, Reason(shelf, notes.POPULAR)), Note(notes.POPULAR)) for card in cards)


def _written_down(place: Place, actor: UUID | None, answer: _Answer, *, now: Instant) -> Recommended:
    """Write down what is shown, shelf after shelf, each product with its slot; all of it is certain to stand there."""
    flat = [one for shelf in answer.shelves.values() for one in shelf]
    shelves = {name: tuple(goods for goods, _ in shelf) for name, shelf in answer.shelves.items()}
    if actor is None or not flat:
        return Recommended(None, answer.policy, answer.is_personal, shelves)
    request, slots = new_id(), iter(range(len(flat)))
    items = tuple(Item(ItemKind.PRODUCT, goods.card.id) for goods, _ in flat)
    served = Served(request, actor, now, items, (1.0,) * len(flat))
    store.keep_served(served, place.surface, answer.policy, [note.text() for _, note in flat])
    placed = {name: tuple(replace(goods, slot=next(slots)) for goods in shelf) for name, shelf in shelves.items()}
    return Recommended(request, answer.policy, answer.is_personal, placed)
