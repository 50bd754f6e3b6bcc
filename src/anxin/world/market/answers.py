"""How people answer a card, from hidden truth: chances, and the intercepts at which even exposure meets the given rates."""

from dataclasses import dataclass, replace

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Longs
from anxin.world.market.terms import CATEGORIES, Rates
from anxin.world.market.truth import Truth

SAMPLE = 20_000
BISECTIONS = 40


@dataclass
class Minds:
    """What moves: taste, need, purse and ties of people."""

    affinity: Doubles
    style: Doubles
    need: Doubles  # people × categories: how far an order there is put off
    purse_minor: Longs
    follows: Bools  # people × creators


@dataclass(frozen=True)
class Chances:
    """Of cards, a row each. Cart and order are of a click, refund and complaint of an order."""

    click: Doubles
    finish: Doubles
    like: Doubles
    follow: Doubles
    cart: Doubles
    order: Doubles
    refund: Doubles
    complaint: Doubles


def minds_of(truth: Truth) -> Minds:
    """Return people as they are at the start."""
    hidden = truth.hidden
    people = len(hidden.thrift)
    return Minds(
        hidden.affinity.copy(),
        hidden.style.copy(),
        np.zeros((people, CATEGORIES)),
        np.rint(hidden.income_minor * truth.terms.income_saved_days).astype(np.int64),
        np.zeros((people, truth.listing.creators), np.bool_),
    )


def interest(truth: Truth, minds: Minds, people: Longs, items: Longs) -> Doubles:
    """Return how much each item truly interests each person, in log-odds."""
    style = np.einsum("rd,rd->r", minds.style[people], truth.hidden.item_style[items])
    return np.asarray(minds.affinity[people, truth.listing.category[items]] + truth.terms.style_gain * style)


def chances(truth: Truth, minds: Minds, shifts: Rates, cards: tuple[Longs, Longs, Longs]) -> Chances:
    """Return the chances of cards (people, items, slots) at these intercepts (`Rates` in log-odds)."""
    people, items, slots = cards
    hidden, terms = truth.hidden, truth.terms
    wish = interest(truth, minds, people, items)
    skill, quality = hidden.skill[items], hidden.quality[items]
    length = np.log(truth.listing.seconds[items] / 60.0)
    attention = 1 / (1 + terms.slot_fatigue * slots)
    price = truth.listing.price_minor[items].astype(np.float64)
    purse = np.maximum(minds.purse_minor[people], 1).astype(np.float64)
    deal = 0.6 * wish + terms.quality_shows * quality + terms.lure_order * hidden.dishonest[items]
    deal = deal - hidden.thrift[people] * hidden.dearness[items] - minds.need[people, truth.listing.category[items]]
    deal += np.minimum(np.log(purse / price), 0.0)
    follows = minds.follows[people, truth.listing.creator[items]]
    return Chances(
        attention * _sigmoid(shifts.click + wish + hidden.appeal[items] + 0.5 * skill),
        _sigmoid(shifts.finish + 0.7 * wish + skill + 0.3 * hidden.appeal[items] - 0.4 * length),
        _sigmoid(shifts.like + 0.8 * wish + skill),
        _sigmoid(shifts.follow + 0.6 * wish + skill + hidden.follow_lean[people]) * ~follows,
        _sigmoid(shifts.cart + deal),
        _sigmoid(shifts.order + deal) * (price <= purse),
        _sigmoid(shifts.refund + hidden.refund_lean[items] - terms.refund_slope * quality),
        _sigmoid(shifts.complaint - terms.complaint_slope * quality),
    )


def solved(truth: Truth, minds: Minds) -> Rates:
    """Return intercepts at which cards drawn evenly from the first items are answered at the market's rates."""
    random = np.random.default_rng((truth.seed, 3))
    people = random.integers(truth.size.people, size=SAMPLE)
    cards = (people, random.integers(truth.size.items, size=SAMPLE), random.integers(10, size=SAMPLE))
    aims, found = truth.terms.rates, Rates(*(0.0,) * 8)
    even = np.ones(SAMPLE)
    for name in ("click", "finish", "like", "follow"):
        found = _settled((truth, minds, found), cards, name, even, aims)
    clicked = chances(truth, minds, found, cards).click
    for name in ("cart", "order"):
        found = _settled((truth, minds, found), cards, name, clicked, aims)
    ordered = clicked * chances(truth, minds, found, cards).order
    for name in ("refund", "complaint"):
        found = _settled((truth, minds, found), cards, name, ordered, aims)
    return found


def _settled(
    so: tuple[Truth, Minds, Rates], cards: tuple[Longs, Longs, Longs], name: str, weights: Doubles, aims: Rates
) -> Rates:
    """Return the intercepts with one of them moved to where its weighted mean chance is the aim."""
    truth, minds, found = so
    low, high = -20.0, 20.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        there = getattr(chances(truth, minds, replace(found, **{name: middle}), cards), name)
        low, high = (middle, high) if np.average(there, weights=weights) < getattr(aims, name) else (low, middle)
    return replace(found, **{name: (low + high) / 2})


def _sigmoid(margins: Doubles) -> Doubles:
    return np.asarray(1 / (1 + np.exp(-np.clip(margins, -30, 30))))
