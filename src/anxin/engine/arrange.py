"""From valued candidates to cards in order: various, no creator twice in a row, nothing unwanted, all visible."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Floats, Longs, compiled

ROUNDS_MAX = 20
NOBODY = -1


@dataclass(frozen=True)
class Candidates:
    """What could be shown, a row each; `vectors` (rows × dimensions, may have 0 columns) say how alike two of them are."""

    item: Longs
    value: Doubles
    creator: Longs
    category: Longs
    vectors: Floats


@dataclass(frozen=True)
class Wishes:
    """What the person has seen and does not want. "Not interested" and "less of this" are in here before the next request."""

    seen: frozenset[int] = frozenset()
    not_items: frozenset[int] = frozenset()
    not_creators: frozenset[int] = frozenset()
    not_categories: frozenset[int] = frozenset()
    shown_of_creator: dict[int, int] = field(default_factory=dict)
    last_creator: int = NOBODY


@dataclass(frozen=True)
class House:
    """The operator's taste: `variety` 0 … 1 is what likeness costs (MMR, Carbonell and Goldstein 1998); creator and
    category have their shares of it and vectors the rest; caps are cards a page, and of a creator in the person's window.
    """

    variety: float = 0.3
    creator_share: float = 0.3
    category_share: float = 0.4
    page_of_creator: int = 2
    page_of_category: int = 5
    window_of_creator: int = 20


def arrange(
    candidates: Candidates,
    wishes: Wishes,
    house: House,
    count: int,
    visible: Callable[[Longs], Bools],
) -> Longs:
    """Return the rows of at most `count` candidates in the order to show them.

    Fewer come back when the hard rules leave no more: unwanted, seen, capped, two of one creator in a row, invisible.
    `visible` is asked last and of chosen items only (it decides whether, the ranking decides order); what it refuses is replaced.
    """
    allowed = _wanted(candidates, wishes, house)
    scale = _unit(candidates.value, allowed)
    norms = np.linalg.norm(candidates.vectors, axis=1, keepdims=True)
    vectors = np.ascontiguousarray((candidates.vectors / np.maximum(norms, 1e-9)).astype(np.float32).T)
    left = np.full(len(allowed), house.window_of_creator, np.int64)
    if wishes.shown_of_creator:
        left -= np.array([wishes.shown_of_creator.get(creator, 0) for creator in candidates.creator.tolist()], np.int64)
    chosen = np.zeros(0, np.int64)
    for _ in range(ROUNDS_MAX):
        chosen = _choose(
            (scale, vectors, candidates.creator, candidates.category, left),
            (house.variety, house.creator_share, house.category_share),
            (house.page_of_creator, house.page_of_category, count, wishes.last_creator),
            allowed,
        )
        shown = visible(candidates.item[chosen])
        if shown.all():
            return chosen
        allowed[chosen[~shown]] = False
    return _legal(chosen[visible(candidates.item[chosen])], candidates.creator, wishes.last_creator)


def _wanted(candidates: Candidates, wishes: Wishes, house: House) -> Bools:
    """Return which candidates the person may be shown; of doubles the first is kept."""
    full = {creator for creator, shown in wishes.shown_of_creator.items() if shown >= house.window_of_creator}
    flags = np.isfinite(candidates.value)
    for unwanted, column in (
        (wishes.seen | wishes.not_items, candidates.item),
        (wishes.not_creators | full, candidates.creator),
        (wishes.not_categories, candidates.category),
    ):
        if unwanted:
            flags &= ~among(column, unwanted)
    first = np.zeros(len(flags), np.bool_)
    first[np.unique(candidates.item, return_index=True)[1]] = True
    return np.asarray(flags & first)


def among(values: Longs, some: frozenset[int]) -> Bools:
    """Return which values are among some: each is looked up, so that it costs nothing how many those are."""
    return np.fromiter(map(some.__contains__, values.tolist()), np.bool_, len(values))


def _unit(values: Doubles, allowed: Bools) -> Doubles:
    """Return values of the allowed from 0 to 1, by their place between the median and the best."""
    if not allowed.any():
        return np.zeros(len(values))
    kept = values[allowed]
    bottom, top = float(np.median(kept)), float(kept.max())
    return np.where(np.isfinite(values), (values - bottom) / max(top - bottom, 1e-12), 0.0)


def _legal(rows: Longs, creators: Longs, last: int) -> Longs:
    """Return rows less those whose creator would stand twice in a row."""
    kept = list[int]()
    for row in rows.tolist():
        if creators[row] == NOBODY or creators[row] != last:
            kept.append(row)
            last = int(creators[row])
    return np.array(kept, np.int64)


@compiled
def _choose(
    table: tuple[Doubles, Floats, Longs, Longs, Longs],
    shares: tuple[float, float, float],
    limits: tuple[int, int, int, int],
    allowed: Bools,
) -> Longs:
    """Take the greatest `(1 - variety)·value - variety·likeness to the most alike card above` again and again.

    `vectors` are dimensions × rows: so all likenesses to a card are added up side by side.
    """
    value, vectors, creator, category, left = table
    variety, creator_share, category_share = shares
    page_of_creator, page_of_category, count, last = limits
    rows = len(value)
    alike = np.zeros(rows)
    of_creator, of_category = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    dots = np.zeros(rows, np.float32)
    free = allowed.copy()
    chosen = np.empty(count, np.int64)
    filled = 0
    while filled < count:
        best, best_gain = -1, -np.inf
        for row in range(rows):
            may = creator[row] == NOBODY or (creator[row] != last and of_creator[row] < min(page_of_creator, left[row]))
            if free[row] and may and of_category[row] < page_of_category:
                gain = (1 - variety) * value[row] - variety * alike[row]
                if gain > best_gain:
                    best, best_gain = row, gain
        if best < 0:
            break
        chosen[filled] = best
        filled += 1
        free[best] = False
        last = creator[best]
        dots[:] = 0
        for place in range(len(vectors)):
            dots += vectors[place] * vectors[place, best]
        for row in range(rows):
            if not free[row]:
                continue
            same_creator = creator[row] == creator[best] and creator[row] != NOBODY
            same_category = category[row] == category[best]
            of_creator[row] += same_creator
            of_category[row] += same_category
            likeness = (1 - creator_share - category_share) * max(dots[row], 0.0)
            likeness += creator_share * same_creator + category_share * same_category
            alike[row] = max(alike[row], likeness)
    return chosen[:filled].copy()
