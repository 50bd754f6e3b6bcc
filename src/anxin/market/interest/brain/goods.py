"""Products by the engine: what is like some, what suits a reader, and in which order a list suits them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import numpy as np

from anxin.engine.arrange import NOBODY, Candidates, House, arrange
from anxin.engine.because import because_of
from anxin.engine.candidates import may_be_shown, recall, taste_of
from anxin.engine.compiling import Doubles, Ints, Longs
from anxin.engine.serving import SOURCES, Reader, values_of
from anxin.engine.shelf import CONTENT, NEIGHBOURS, REGRESSION, TRANSITIONS, Found, everything
from anxin.kernel.clock import Instant
from anxin.market.interest.brain.numbers import number_of_id
from anxin.market.interest.brain.reading import Engine
from anxin.market.interest.domain.events import Kind
from anxin.market.interest.domain.history import History
from anxin.market.interest.domain.notes import Note
from anxin.market.interest.store import Asks

SPEAKING = [
    TRANSITIONS,
    NEIGHBOURS,
    CONTENT,
    REGRESSION,
]  # sources that say that two products have to do with each other
LEAST_LIKE = 0.05  # of what every source likes best
OF_VALUE = 0.2  # how much of the order of similar products is their value for the reader [CHOICE]
OF_SHOP_MAX = 2_000  # products of a shop that are looked at
REACH = 4  # places of a list of search results by which the engine may move one [CHOICE]
HAD_KINDS = frozenset({Kind.ORDER, Kind.PAID, Kind.RECEIVED})


@dataclass(frozen=True)
class Picked:
    """Products from the best down, each with what is written down of it."""

    ids: tuple[UUID, ...] = ()
    notes: tuple[Note, ...] = ()


def reader_of(engine: Engine, known: History, *, now: Instant) -> Reader:
    """Return who asks: what was shown of products may be shown again, what was bought is not shown as something new."""
    reader = engine.reader_of(Asks(known, (), ()), now=now)
    had: frozenset[int] = frozenset()
    if known.is_personal:
        rows = engine.rows_of(sorted({one.item.id for one in known.entries if one.kind in HAD_KINDS}))
        had = frozenset(rows[rows >= 0].tolist())
    return replace(reader, wishes=replace(reader.wishes, seen=had))


def is_known(reader: Reader) -> bool:
    """Say whether anything speaks for what the reader likes."""
    return bool((reader.weights > 0).any())


def like(engine: Engine, about: Sequence[UUID], reader: Reader, count: int, *, now: Instant) -> Picked:
    """Return products that are like some, or follow them, the best for the reader first; nothing of unknown ones."""
    state, rows = engine.goods, engine.rows_of(about)
    known: Ints = rows[rows >= 0].astype(np.int32)
    if len(known) == 0:
        return Picked()
    second = int(now.timestamp())
    wishes = replace(reader.wishes, seen=reader.wishes.seen | frozenset(known.tolist()))
    asks = replace(reader, history=known, weights=np.ones(len(known)), more=frozenset(), wishes=wishes)
    found = recall(state, asks, engine.rules, now=second)
    near = found.scores[:, SPEAKING].sum(axis=1) / sum(engine.rules.weights[at] for at in SPEAKING)
    kept = near > LEAST_LIKE
    scores = np.zeros_like(found.scores)
    scores[:, SPEAKING] = found.scores[:, SPEAKING]
    found = Found(found.items[kept], scores[kept], near[kept].astype(np.float64))
    worth = values_of(state, [reader], [found], engine.rules, now=second)[0]
    order = np.argsort(-(found.affinity + OF_VALUE * _shares(worth) * found.affinity), kind="stable")
    return _picked(engine, asks, _cut(found, _spread(state.shelf.shop[found.items], order, count)))


def suits(engine: Engine, reader: Reader, count: int, *, shop_id: UUID | None = None, now: Instant) -> Picked:
    """Return what a reader may like, various and from the most valuable down; of one shop where it is given."""
    state, second = engine.goods, int(now.timestamp())
    found = recall(state, reader, engine.rules, now=second)
    if shop_id is not None:
        mine = engine.goods_of_shop.get(number_of_id(shop_id), np.zeros(0, np.int64))[:OF_SHOP_MAX]
        found = _among(engine, reader, found, mine[may_be_shown(state.shelf, reader, mine)])
    worth = values_of(state, [reader], [found], engine.rules, now=second)[0]
    shelf, items = state.shelf, found.items
    nobody = np.full(len(items), NOBODY, np.int64)
    house = House(page_of_category=count if shop_id else max(count // 2, 1))
    table = Candidates(items, worth, nobody, shelf.category[items], shelf.vectors[items])
    order = arrange(table, reader.wishes, house, count, everything)
    rows = order if shop_id else _spread(shelf.shop[items], order, count)
    return _picked(engine, reader, _cut(found, rows))


def reordered(engine: Engine, reader: Reader, ids: Sequence[UUID], *, now: Instant) -> list[UUID]:
    """Return the same products, each at most REACH places further up for its value for the reader."""
    rows = engine.rows_of(ids)
    known = np.flatnonzero(rows >= 0)
    second = int(now.timestamp())
    found = recall(engine.goods, reader, engine.rules, now=second)
    found = _among(engine, reader, found, rows[known])
    worth = np.zeros(len(ids))
    worth[known] = _shares(values_of(engine.goods, [reader], [found], engine.rules, now=second)[0])
    places = np.arange(len(ids)) - REACH * worth
    return [ids[at] for at in np.argsort(places, kind="stable").tolist()]


def _among(engine: Engine, reader: Reader, found: Found, rows: Longs) -> Found:
    """Return what is said of given items: what recall said, and how alike they are to what the reader likes."""
    scores = np.zeros((len(rows), len(SOURCES)), np.float32)
    if len(rows) == 0:
        return Found(rows, scores, np.zeros(0))
    alike = np.maximum(engine.state.shelf.vectors[rows] @ taste_of(engine.state.shelf, reader), 0)
    scores[:, CONTENT] = alike / max(float(alike.max()), 1e-9) * engine.rules.weights[CONTENT]
    if len(found.items):
        places = np.minimum(np.searchsorted(found.items, rows), len(found.items) - 1)
        met = found.items[places] == rows
        scores[met] = found.scores[places[met]]
    return Found(rows, scores, np.minimum(scores.sum(axis=1) / engine.rules.greatest, 1.0).astype(np.float64))


def _picked(engine: Engine, reader: Reader, found: Found) -> Picked:
    said = because_of(engine.goods, reader, found.items, found.source).tolist()
    notes = (
        Note(SOURCES[source], step, reader.cohort, engine.id_of(row) if row >= 0 else None)
        for source, step, row in zip(found.source.tolist(), found.steps.tolist(), said, strict=True)
    )
    return Picked(tuple(engine.id_of(row) for row in found.items.tolist()), tuple(notes))


def _cut(found: Found, rows: Longs) -> Found:
    return Found(found.items[rows], found.scores[rows], found.affinity[rows])


def _spread(shops: Longs, order: Longs, count: int) -> Longs:
    """Return the first `count` of an order, no more than half of them of one shop while there are others."""
    taken, later, of_shop = list[int](), list[int](), dict[int, int]()
    for row in order.tolist():
        shop = int(shops[row])
        of_shop[shop] = of_shop.get(shop, 0) + 1
        (taken if of_shop[shop] <= max(count // 2, 1) else later).append(row)
    return np.array((taken + later)[:count], np.int64)


def _shares(values: Doubles) -> Doubles:
    """Return values from 0 for the least to 1 for the greatest; 0 for all where none is greater."""
    if len(values) == 0:
        return values
    return np.asarray((values - values.min()) / max(float(values.max() - values.min()), 1e-12), np.float64)
