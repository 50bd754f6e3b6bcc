"""Pages of a feed from recall to arrangement, as the product serves them and `evaluate/speed.py` times them.

Recall (what follows from the history, what alike people had, what is alike, who is followed, what is popular in the cohort,
what is new, what learned lists say) → rank → value → exploring slots with their chances → arrangement. Pure: no clock, no
files, no database. The simulated market shares live state, lists, rank model, value, pools and house rules, not this function:
it serves batches (`batch.py`), recalls by tastes and has them and a last regression speak on chances, which the product does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from anxin.engine.arrange import NOBODY, Candidates, House, among, arrange
from anxin.engine.because import because_of
from anxin.engine.candidates import may_be_shown, recall
from anxin.engine.compiling import Bools, Doubles, Longs
from anxin.engine.rank.features import ABSENT, Features, buckets
from anxin.engine.rank.heads import HEADS, Recipe
from anxin.engine.shelf import (
    FRESH,
    SOURCES,
    TRIED,
    Ask,
    Considered,
    Found,
    Page,
    Reader,
    Rules,
    Shelf,
    State,
    everything,
)
from anxin.engine.value import Offers, value

__all__ = [
    "FEATURES",
    "RECIPE",
    "SOURCES",
    "TRIED",
    "Ask",
    "Page",
    "Reader",
    "Rules",
    "Shelf",
    "State",
    "paged",
    "serve_page",
    "serve_pages",
]

FEATURES = Features(
    ("item", "creator", "category", "price", "kind", "age", "hour", "source", "affinity", "slot", "person", "cohort"),
    (("person", "category"), ("person", "creator"), ("affinity", "category"), ("cohort", "item")),
)
RECIPE = Recipe(width=FEATURES.width, slots=1 << 18, admit_at=2)

# What is expected of an impression of which nothing is known yet [CHOICE]; the model takes over as it learns.
BASE_RATES: Mapping[str, float] = MappingProxyType(
    {"click": 0.04, "finish": 0.15, "like": 0.03, "follow": 0.004, "cart": 0.01, "order": 0.003, "refund": 0.06,
     "complaint": 0.01}
)  # fmt: skip
AFFINITY_GAIN = 3.0  # log-odds between the least and the greatest affinity, before a model knows better
PRICE_SLOPE = 0.8  # by which an order grows rarer with the logarithm of the price
NEVER = -20.0  # log-odds of what cannot be: nothing is ordered where nothing is sold
ENGAGED = tuple(head.name not in {"refund", "complaint"} for head in HEADS)
PRICED = tuple(head.name in {"cart", "order"} for head in HEADS)


def serve_page(state: State, reader: Reader, rules: Rules, ask: Ask, *, now: int) -> Page:
    """Return one page for one reader at unix second `now`. Fewer cards come back when the hard rules leave no more."""
    found = recall(state, reader, rules, now=now)
    offers = offers_of_found(state, [reader], [found], rules, now=now)
    worth = value(offers, rules.formula, rules.factors)
    page = paged(state, reader, rules, (found, worth), ask)
    kept = ~_is_full(state.shelf, reader, rules.house, found.items)
    items = found.items[kept]
    return replace(page, considered=Considered(items, offers.chances[kept], worth[kept], _trial_of(state, items)))


def serve_pages(state: State, readers: Sequence[Reader], rules: Rules, ask: Ask, *, now: int) -> list[Page]:
    """Return a page for each of many readers of the same moment; the candidates of all are ranked in one go."""
    found = [recall(state, reader, rules, now=now) for reader in readers]
    worth = values_of(state, readers, found, rules, now=now)
    return [
        paged(state, reader, rules, valued, ask)
        for reader, valued in zip(readers, zip(found, worth, strict=True), strict=True)
    ]


def columns_of(shelf: Shelf, items: Longs, source: Longs, steps: Longs, *, now: int | Longs) -> dict[str, Longs]:
    """Return the rank model's columns that belong to items as they were found at a moment, one for all or one each."""
    age = np.maximum(now - shelf.born_at[items], 0) // 3_600
    return {
        "item": shelf.names[items],
        "creator": shelf.creator[items],
        "category": shelf.category[items],
        "price": buckets(shelf.price_minor[items] // 100),
        "kind": shelf.kind[items],
        "age": buckets(age),
        "hour": np.array(np.broadcast_to(np.asarray(now) // 3_600 % 24, len(items)), np.int64),
        "source": source,
        "affinity": steps,
    }


def values_of(
    state: State, readers: Sequence[Reader], found: Sequence[Found], rules: Rules, *, now: int
) -> list[Doubles]:
    """Return what showing each candidate is worth to its reader, by the rules' formula; ranked in one batch."""
    if not found:
        return []
    worth = value(offers_of_found(state, readers, found, rules, now=now), rules.formula, rules.factors)
    return np.split(worth, np.cumsum([len(one.items) for one in found])[:-1])


def offers_of_found(
    state: State, readers: Sequence[Reader], found: Sequence[Found], rules: Rules, *, now: int
) -> Offers:
    """Return the candidates of all readers with their chances, one after the other."""
    sizes = [len(one.items) for one in found]
    items = np.concatenate([one.items for one in found]) if found else np.zeros(0, np.int64)
    shelf = state.shelf
    price = shelf.price_minor[items]
    affinity = np.concatenate([one.affinity for one in found]) if found else np.zeros(0)
    margins = _expected(affinity, price, shelf.usual_price)
    if state.model is not None and state.learned and len(items):
        source, steps = np.concatenate([one.source for one in found]), np.concatenate([one.steps for one in found])
        columns = columns_of(shelf, items, source, steps, now=now)
        columns["slot"] = np.full(len(items), ABSENT)  # where it will stand is not known yet
        columns["person"] = np.repeat(np.array([reader.name for reader in readers], np.int64), sizes)
        columns["cohort"] = np.repeat(np.array([reader.cohort for reader in readers], np.int64), sizes)
        said = np.clip(state.model.predict(FEATURES.keys(columns)), 1e-6, 1 - 1e-6)
        trust = state.learned / (state.learned + rules.trust_at)
        margins = (1 - trust) * margins + trust * np.log(said / (1 - said))
    chances = (1 / (1 + np.exp(-margins))).astype(np.float32)
    return Offers(chances, price, shelf.record(items, rules.formula))


def _expected(affinity: Doubles, price: Longs, usual: float) -> Doubles:
    """Return log-odds (rows × heads) for want of a model: base rates, more with affinity, orders fewer with the price."""
    rates = np.array([BASE_RATES[head.name] for head in HEADS])
    margins = np.tile(np.log(rates / (1 - rates)), (len(affinity), 1))
    margins += AFFINITY_GAIN * affinity[:, None] * np.array(ENGAGED)
    dear = np.where(price > 0, np.log(np.maximum(price, 1) / usual), 0.0)
    margins -= PRICE_SLOPE * dear[:, None] * np.array(PRICED)
    margins[np.ix_(price <= 0, np.array(PRICED))] = NEVER
    return np.asarray(margins)


def paged(state: State, reader: Reader, rules: Rules, valued: tuple[Found, Doubles], ask: Ask) -> Page:
    """Fill slots from the arranged candidates and from what is to be tried; what may not be seen is replaced."""
    banned: frozenset[int] = frozenset()
    while True:
        queue = _queue(state.shelf, reader, rules, valued, (ask.count, banned))
        page = _filled(state, reader, rules.house, queue, ask, banned)
        told = _told(state, reader, valued[0], page)
        shown = ask.visible(told.items, told.because) if len(told.items) else np.ones(0, np.bool_)
        if shown.all():
            return told
        banned |= set(told.items[~shown].tolist())


def _queue(
    shelf: Shelf, reader: Reader, rules: Rules, valued: tuple[Found, Doubles], wanted: tuple[int, frozenset[int]]
) -> list[int]:
    (found, worth), (count, banned) = valued, wanted
    items = found.items
    table = Candidates(items, worth, shelf.creator[items], shelf.category[items], shelf.vectors[items])
    wishes = replace(reader.wishes, not_items=reader.wishes.not_items | banned)
    rows = arrange(table, wishes, rules.house, count + count // 2, everything)
    return [int(item) for item in items[rows]]


def _filled(
    state: State, reader: Reader, house: House, queue: list[int], ask: Ask, banned: frozenset[int]
) -> tuple[Longs, Doubles, Bools, Doubles]:
    """Return items, the chance of each to stand where it stands given those above, which explore, and the share of exploring.

    The chance is `p·π(item) + (1 - p)·[item is the next of the queue]`, π over what may be tried at that place.
    """
    creator = state.shelf.creator
    tries, open_weights = _tryable(state, reader, house, banned)
    makers, maker_of = creator[tries], dict(zip(queue, creator[queue].tolist(), strict=True))
    last, of_creator = reader.wishes.last_creator, dict[int, int]()
    shown, chance, explored, spent = list[int](), list[float](), list[bool](), list[float]()
    while len(shown) < ask.count:
        fits = next(
            (one for one in queue if one not in shown and _fits(maker_of[one], last, of_creator, house)), NOBODY
        )
        shares = np.where((makers != last) | (makers == NOBODY), open_weights, 0.0)
        left = float(shares.sum())
        share = 0.0 if left <= 0 else state.meter.chance() if fits != NOBODY else 1.0
        if share == 0 and fits == NOBODY:
            break
        tried = bool(ask.random.random() < share)
        item = int(tries[ask.random.choice(len(tries), p=shares / left)]) if tried else fits
        of_pool = float(shares[tries == item].sum()) / left if left > 0 else 0.0
        shown.append(item)
        explored.append(tried)
        spent.append(share)
        chance.append(share * of_pool + (1 - share) * float(fits == item))
        last = int(creator[item])
        of_creator[last] = of_creator.get(last, 0) + 1
        open_weights[tries == item] = 0
        if not _fits(last, NOBODY, of_creator, house):
            open_weights[makers == last] = 0
        state.meter.count(explored=tried)
    return np.array(shown, np.int64), np.array(chance), np.array(explored, np.bool_), np.array(spent)


def _is_full(shelf: Shelf, reader: Reader, house: House, items: Longs) -> Bools:
    """Say of which items the creator was shown to the reader as often lately as the house allows."""
    shown = reader.wishes.shown_of_creator.items()
    full = frozenset(creator for creator, count in shown if count >= house.window_of_creator)
    return among(shelf.creator[items], full) if full else np.zeros(len(items), np.bool_)


def _tryable(state: State, reader: Reader, house: House, banned: frozenset[int]) -> tuple[Longs, Doubles]:
    items, weights = state.trial
    may = may_be_shown(state.shelf, reader, items) & ~_is_full(state.shelf, reader, house, items)
    if banned:
        may &= ~among(items, banned)
    return items[may], weights[may]


def _trial_of(state: State, items: Longs) -> Doubles:
    """Return the chance of each of `items` (in their order) to be drawn where something is tried."""
    numbers, weights = state.trial
    found = np.zeros(len(items))
    if len(items) and len(numbers):
        places = np.minimum(np.searchsorted(items, numbers), len(items) - 1)
        known = items[places] == numbers
        found[places[known]] = weights[known] / max(float(weights.sum()), 1e-12)
    return found


def _fits(creator: int, last: int, of_creator: dict[int, int], house: House) -> bool:
    return creator == NOBODY or (creator != last and of_creator.get(creator, 0) < house.page_of_creator)


def _told(state: State, reader: Reader, found: Found, page: tuple[Longs, Doubles, Bools, Doubles]) -> Page:
    """Say of each card which source brought it and what of the history speaks for it."""
    items, chance, explored, share = page
    if len(items) == 0:
        nobody = np.zeros(0, np.int64)
        return Page(items, chance, nobody, nobody, nobody, share)
    places = np.minimum(np.searchsorted(found.items, items), max(len(found.items) - 1, 0))
    known = found.items[places] == items if len(found.items) else np.zeros(len(items), np.bool_)
    source, steps = np.full(len(items), FRESH, np.int64), np.zeros(len(items), np.int64)
    source[known], steps[known] = found.source[places[known]], found.steps[places[known]]
    source[explored] = TRIED
    return Page(items, chance, source, because_of(state, reader, items, source), steps, share)
