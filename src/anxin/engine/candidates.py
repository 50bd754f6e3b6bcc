"""Recall for one reader: what each source brings, wishes obeyed, with what each says of it."""

import threading

import numpy as np

from anxin.engine.arrange import among
from anxin.engine.compiling import Bools, Doubles, Floats, Ints, Longs
from anxin.engine.recall.ann import Index
from anxin.engine.recall.lists import ask
from anxin.engine.recall.live import Sheet, follow, neighbours, sheet_of, wipe
from anxin.engine.shelf import CONTENT, OF_SOURCE, SOURCES, Found, Reader, Rules, Shelf, State

OF_CREATOR = 20  # newest items of each creator who is followed
ASKED = 32  # latest things of a history that are asked about
FOLLOWING = (4.0, 0.3)  # decay of the history and damping of what follows from it (`live.follow`) [CHOICE]
NEAR = (3.0, 0.3)  # decay and slope of what alike people had (`live.neighbours`) [CHOICE]
LISTED = 3.0  # decay of what learned lists are asked about (`lists.ask`) [CHOICE]
LOOKED_AT = 512  # items at once, when the first are taken that were not seen
SPARE = 2  # times as many as are wanted are found by 8 bits a number, then compared exactly
FRESH_SECONDS = 259_200.0  # after which what is new counts e times less [CHOICE]


def recall(state: State, reader: Reader, rules: Rules, *, now: int) -> Found:
    """Return what the sources bring for one reader, wishes obeyed, the best `rules.candidates` of it."""
    shelf = state.shelf
    parts = [
        *_from_live(state, reader),
        _alike(state, reader),
        _followed(shelf, reader, now),
        _popular(shelf, reader),
        _fresh(shelf, reader, now),
        _from_lists(state, reader),
    ]
    items = np.unique(np.concatenate([part[0] for part in parts]))
    items = items[may_be_shown(shelf, reader, items)]
    scores = np.zeros((len(items), len(SOURCES)), np.float32)
    for at, (some, given) in enumerate(parts):
        if len(some):
            places = np.minimum(np.searchsorted(items, some), max(len(items) - 1, 0))
            kept = items[places] == some if len(items) else np.zeros(len(some), np.bool_)
            scores[places[kept], at] = given[kept] / max(float(given.max()), 1e-30)
    weighed = scores ** np.array(rules.powers, np.float32) * np.array(rules.weights, np.float32)
    if reader.more_topics:
        wanted = np.isin(shelf.topics[items], list(reader.more_topics)).any(axis=1)
        weighed[wanted, CONTENT] += np.float32(rules.weights[CONTENT] / 2)
    if reader.more:
        weighed[among(shelf.category[items], reader.more), CONTENT] += np.float32(rules.weights[CONTENT] / 2)
    total = weighed.sum(axis=1) / rules.greatest
    if len(items) > rules.candidates:
        chosen = np.sort(np.argpartition(-total, rules.candidates)[: rules.candidates])
        items, weighed, total = items[chosen], weighed[chosen], total[chosen]
    return Found(items, weighed, np.minimum(total.astype(np.float64), 1.0))


def may_be_shown(shelf: Shelf, reader: Reader, items: Longs) -> Bools:
    wishes = reader.wishes
    may = shelf.showable[items].copy()
    for unwanted, column in (
        (wishes.seen | wishes.not_items, items),
        (wishes.not_creators, shelf.creator[items]),
        (wishes.not_categories, shelf.category[items]),
        (reader.not_shops, shelf.shop[items]),
    ):
        if unwanted:
            may &= ~among(column, unwanted)
    if reader.not_topics:
        may &= ~among(shelf.topics[items].ravel(), reader.not_topics).reshape(len(items), -1).any(axis=1)
    return np.asarray(may)


class _Sheets(threading.local):
    """Two sheets of scores that a thread keeps: they are wiped in no time, made anew only for another number of items."""

    pair: tuple[Sheet, Sheet] | None = None


_sheets = _Sheets()


def _from_live(state: State, reader: Reader) -> list[tuple[Longs, Floats]]:
    """Return what follows from the things liked of late, and what the latest people with the same things had."""
    count = len(state.shelf)
    liked, _ = liked_of(reader, len(state.live.total))
    if len(liked) == 0:
        return [_nothing(), _nothing()]
    after, near = _sheets_for(state)
    follow(state.live, liked, FOLLOWING, after)
    neighbours(state.live, reader.person, liked, NEAR, near)
    return [_taken(after, count), _taken(near, count)]


def _from_lists(state: State, reader: Reader) -> tuple[Longs, Floats]:
    """Return what learned lists say goes with the things liked of late, and was not seen."""
    if state.lists is None:
        return _nothing()
    shelf, sheet = state.shelf, _sheets_for(state)[0]
    ask(state.lists.arrays, liked_of(reader, len(shelf))[0], LISTED, sheet)
    items, scores = _all_taken(sheet, len(shelf))
    kept, seen = shelf.showable[items], reader.wishes.seen
    items, scores = _first(items[kept], scores[kept], OF_SOURCE + len(seen))  # no more of them can have been seen
    unseen = ~among(items, seen)
    return _first(items[unseen], scores[unseen])


def liked_of(reader: Reader, below: int) -> tuple[Ints, Doubles]:
    """Return what was liked of late among the first `below` items, oldest first, and how much."""
    liked = reader.weights > 0
    rows, weights = reader.history[liked][-ASKED:], reader.weights[liked][-ASKED:]
    known = rows < below
    return np.asarray(rows[known], np.int32), weights[known]


def _sheets_for(state: State) -> tuple[Sheet, Sheet]:
    room = max(len(state.live.total), 0 if state.lists is None else len(state.lists.offsets) - 1)
    if _sheets.pair is None or len(_sheets.pair[0].scores) != room:
        _sheets.pair = (sheet_of(room), sheet_of(room))
    return _sheets.pair


def _taken(sheet: Sheet, count: int) -> tuple[Longs, Floats]:
    return _first(*_all_taken(sheet, count))


def _all_taken(sheet: Sheet, count: int) -> tuple[Longs, Floats]:
    items: Longs = sheet.touched[: sheet.filled[0]].astype(np.int64)
    items = items[items < count]
    scores = sheet.scores[items].copy()
    wipe(sheet)
    return items, scores


def _first(items: Longs, scores: Floats, most: int | None = None) -> tuple[Longs, Floats]:
    count = most or OF_SOURCE
    if len(items) > count:
        some = np.argpartition(-scores, count)[:count]
        items, scores = items[some], scores[some]
    return items, scores


def _nothing() -> tuple[Longs, Floats]:
    return np.zeros(0, np.int64), np.zeros(0, np.float32)


def taste_of(shelf: Shelf, reader: Reader) -> Floats:
    """Return the direction that a history points in: its things' vectors by what was done with them."""
    rows, weights = reader.history[-ASKED:], reader.weights[-ASKED:].astype(np.float32)
    known = rows < len(shelf)
    return np.asarray(weights[known] @ shelf.vectors[rows[known]], np.float32)


def _alike(state: State, reader: Reader) -> tuple[Longs, Floats]:
    if len(reader.history) == 0:
        return _nothing()
    taste = taste_of(state.shelf, reader)
    if state.index is not None:
        items = _nearest_unseen(state.index, state.shelf, reader, taste)
        scores = state.shelf.vectors[items] @ taste  # 8 bits do not tell the hundredth from the next
    else:
        items = _all_unseen(state.shelf, reader)
        scores = (state.shelf.vectors @ taste)[items]
    above = scores > 1e-6  # noqa: PLR2004 - unlike, but for rounding
    return _first(items[above], scores[above])


def _nearest_unseen(index: Index, shelf: Shelf, reader: Reader, taste: Floats) -> Longs:
    """Return what is near and was not seen; where the nearest lists were seen to the end, more of them are looked into."""
    seen, probes = reader.wishes.seen, index.probes
    while True:
        items: Longs = index.search(taste, SPARE * OF_SOURCE + len(seen), probes)[0].astype(np.int64)
        items = items[shelf.showable[items] & ~among(items, seen)]
        if len(items) >= OF_SOURCE or probes >= len(index.lists.centres):
            return items
        probes *= 4


def _followed(shelf: Shelf, reader: Reader, now: int) -> tuple[Longs, Floats]:
    rows = [
        shelf.by_creator[creator][:OF_CREATOR] for creator in reader.follows.tolist() if creator in shelf.by_creator
    ]
    if not rows:
        return _nothing()
    items = _unseen(np.concatenate(rows), reader, OF_CREATOR * len(rows))
    return _first(items, _newness(shelf, items, now))


def _popular(shelf: Shelf, reader: Reader) -> tuple[Longs, Floats]:
    cohort = reader.cohort if 0 <= reader.cohort < len(shelf.popular) - 1 else len(shelf.popular) - 1
    items = _unseen(shelf.best[cohort], reader, OF_SOURCE)
    return items, shelf.popular[cohort][items]


def _fresh(shelf: Shelf, reader: Reader, now: int) -> tuple[Longs, Floats]:
    items = _unseen(shelf.newest, reader, OF_SOURCE)
    return items, _newness(shelf, items, now)


def _unseen(items: Longs, reader: Reader, count: int) -> Longs:
    """Return the first `count` that were not seen, or a long evening would find nothing new; it looks no further than that."""
    seen, found = reader.wishes.seen, list[int]()
    for begin in range(0, len(items), LOOKED_AT):
        found += [item for item in items[begin : begin + LOOKED_AT].tolist() if item not in seen]
        if len(found) >= count:
            break
    return np.array(found[:count], np.int64)


def _all_unseen(shelf: Shelf, reader: Reader) -> Longs:
    kept = shelf.showable.copy()
    seen = np.fromiter(reader.wishes.seen, np.int64, len(reader.wishes.seen))
    kept[seen[(seen >= 0) & (seen < len(shelf))]] = False
    return np.flatnonzero(kept)


def _newness(shelf: Shelf, items: Longs, now: int) -> Floats:
    age = np.maximum(now - shelf.born_at[items], 0)
    return np.asarray(np.exp(-age / FRESH_SECONDS) + 1e-6, np.float32)
