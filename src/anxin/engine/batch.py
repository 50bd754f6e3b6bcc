"""From valued candidates to whole pages, many requests at once: order, variety, hard rules and exploring slots in one pass.

`arrange.arrange` orders one page and asks a visibility filter; `explore.slots.fill` mixes one page with a pool. This is both
together for a batch, compiled: the same House, the same order where nothing explores, and a logged chance for every slot.
"""

from dataclasses import dataclass

import numpy as np

from anxin.engine.arrange import House
from anxin.engine.compiling import Bools, Doubles, Floats, Ints, Longs, compiled
from anxin.engine.errors import WrongShape


@dataclass(frozen=True)
class Shelf:
    """Facts of every item, by its number; `vectors` (items × dimensions, of length 1 or 0) say how alike two are."""

    creator: Longs
    category: Longs
    vectors: Floats


@dataclass(frozen=True)
class Asked:
    """Requests, a row each: candidates (-1 for none), values (not finite: not allowed), creator of the card above the first."""

    items: Ints
    value: Doubles
    last_creator: Longs


@dataclass(frozen=True)
class Exploring:
    """What may be tried: items, and for each request the weight of each (requests × items, 0 where this person may not see it).

    `share` of the slots explore; a slot then shows an allowed item with a chance in proportion to its weight.
    """

    items: Longs
    weights: Doubles
    share: float


@dataclass(frozen=True)
class Pages:
    """Requests × slots: items (-1 where a page ends early), whether a slot explored, and the chance of what it shows."""

    items: Ints
    explored: Bools
    propensity: Doubles


def nothing_to_try(requests: int) -> Exploring:
    """Return an empty pool."""
    return Exploring(np.zeros(0, np.int64), np.zeros((requests, 0)), 0.0)


def pages(shelf: Shelf, asked: Asked, house: House, exploring: Exploring, draws: Doubles) -> Pages:
    """Fill pages; `draws` (requests × slots × 2, uniform in [0, 1)) is all the chance there is, so equal input gives equal pages.

    The chance of a slot, given those above it, is `p·π(item) + (1 - p)·[item is the next of the ranking]`.
    """
    requests, slots = draws.shape[:2]
    if asked.items.shape != asked.value.shape or len(asked.items) != requests or len(asked.last_creator) != requests:
        raise WrongShape("candidates and values", f"{requests} rows alike", f"{asked.items.shape}, {asked.value.shape}")
    if exploring.weights.shape != (requests, len(exploring.items)):
        raise WrongShape(
            "weights to explore with", f"({requests}, {len(exploring.items)})", str(exploring.weights.shape)
        )
    found = Pages(
        np.full((requests, slots), -1, np.int32), np.zeros((requests, slots), np.bool_), np.zeros((requests, slots))
    )
    _fill(
        (shelf.creator, shelf.category, shelf.vectors),
        (asked.items, asked.value, asked.last_creator),
        (house.variety, house.creator_share, house.category_share, exploring.share),
        (house.page_of_creator, house.page_of_category),
        (exploring.items, exploring.weights, draws),
        (found.items, found.explored, found.propensity),
    )
    return found


Facts = tuple[Longs, Longs, Floats]


@compiled
def _fill(
    facts: Facts,
    asked: tuple[Ints, Doubles, Longs],
    shares: tuple[float, float, float, float],
    caps: tuple[int, int],
    trying: tuple[Longs, Doubles, Doubles],
    found: tuple[Ints, Bools, Doubles],
) -> None:
    for row in range(len(asked[0])):
        _fill_one(
            facts,
            (asked[0][row], asked[1][row], asked[2][row]),
            shares,
            caps,
            (trying[0], trying[1][row].copy(), trying[2][row]),
            (found[0][row], found[1][row], found[2][row]),
        )


@compiled
def _fill_one(
    facts: Facts,
    asked: tuple[Ints, Doubles, int],
    shares: tuple[float, float, float, float],
    caps: tuple[int, int],
    trying: tuple[Longs, Doubles, Doubles],
    found: tuple[Ints, Bools, Doubles],
) -> None:
    creator = facts[0]
    items, values, last = asked
    pool, weights, draws = trying
    free = np.isfinite(values) & (items >= 0)
    gain = _scaled(values, free)
    alike, of_creator, of_category = (
        np.zeros(len(items)),
        np.zeros(len(items), np.int64),
        np.zeros(len(items), np.int64),
    )
    for slot in range(len(draws)):
        best = _best((gain, alike, free, items), creator, last, shares[0])
        mass = 0.0
        for at in range(len(pool)):
            mass += weights[at] * _differs(creator[pool[at]], last)
        if best < 0 and mass <= 0:
            return
        share = 0.0 if mass <= 0 else 1.0 if best < 0 else shares[3]
        explores = draws[slot, 0] < share
        shown = _drawn(pool, weights, creator, last, draws[slot, 1] * mass) if explores else int(items[best])
        found[0][slot], found[1][slot] = shown, explores
        found[2][slot] = (1 - share) * (best >= 0 and items[best] == shown)
        for at in range(len(pool)):
            if pool[at] == shown:
                found[2][slot] += share * weights[at] * _differs(creator[shown], last) / mass if mass > 0 else 0.0
        _mark(facts, (items, free, alike), (of_creator, of_category), (shares[1], shares[2]), caps, shown)
        _mark_pool(facts, found[0][: slot + 1], caps, pool, weights)
        last = creator[shown]


@compiled
def _differs(creator: int, last: int) -> float:
    return 1.0 if creator < 0 or creator != last else 0.0


@compiled
def _scaled(values: Doubles, free: Bools) -> Doubles:
    """Return values from 0 to 1 by their place between the median and the best of what is allowed."""
    kept = values[free]
    if len(kept) == 0:
        return np.zeros(len(values))
    bottom, top = np.median(kept), kept.max()
    scaled = np.zeros(len(values))
    for at in range(len(values)):
        if free[at]:
            scaled[at] = (values[at] - bottom) / max(top - bottom, 1e-12)
    return scaled


@compiled
def _best(table: tuple[Doubles, Doubles, Bools, Ints], creator: Longs, last: int, variety: float) -> int:
    gain, alike, free, items = table
    best, best_gain = -1, -np.inf
    for at in range(len(gain)):
        if free[at]:
            here = (1 - variety) * gain[at] - variety * alike[at]
            if here > best_gain and _differs(creator[items[at]], last) > 0:
                best, best_gain = at, here
    return best


@compiled
def _drawn(pool: Longs, weights: Doubles, creator: Longs, last: int, target: float) -> int:
    """Return the item at which the running sum of weights passes `target`."""
    chosen, total = -1, 0.0
    for at in range(len(pool)):
        weight = weights[at] * _differs(creator[pool[at]], last)
        if weight > 0:
            chosen = pool[at]
            total += weight
            if total > target:
                break
    return chosen


@compiled
def _mark(
    facts: Facts,
    table: tuple[Ints, Bools, Doubles],
    counts: tuple[Longs, Longs],
    shares: tuple[float, float],
    caps: tuple[int, int],
    shown: int,
) -> None:
    """Note a card: it is gone, its creator and category fill up, and what is like it counts less."""
    creator, category, vectors = facts
    items, free, alike = table
    of_creator, of_category = counts
    for at in range(len(items)):
        if not free[at]:
            continue
        item = items[at]
        same_creator = creator[item] == creator[shown] and creator[item] >= 0
        same_category = category[item] == category[shown]
        of_creator[at] += same_creator
        of_category[at] += same_category
        free[at] = item != shown and of_creator[at] < caps[0] and of_category[at] < caps[1]
        dot = np.float32(0)
        for place in range(vectors.shape[1]):
            dot += vectors[item, place] * vectors[shown, place]
        likeness = (1 - shares[0] - shares[1]) * max(dot, np.float32(0))
        likeness += shares[0] * same_creator + shares[1] * same_category
        alike[at] = max(alike[at], likeness)


@compiled
def _mark_pool(facts: Facts, page: Ints, caps: tuple[int, int], pool: Longs, weights: Doubles) -> None:
    """Take what the page's caps now refuse, and the card itself, out of the pool."""
    creator, category, _ = facts
    shown = page[-1]
    of_creator, of_category = 0, 0
    for card in page:
        of_creator += creator[card] == creator[shown] and creator[shown] >= 0
        of_category += category[card] == category[shown]
    for at in range(len(pool)):
        item = pool[at]
        full = (creator[item] == creator[shown] and of_creator >= caps[0]) or (
            category[item] == category[shown] and of_category >= caps[1]
        )
        if item == shown or full:
            weights[at] = 0.0
