"""What is so: drawn once a seed, the same whoever ranks. `Listing` is what a platform may see of it; the rest is hidden."""

from dataclasses import dataclass

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Floats, Longs, Table
from anxin.world.market.marginals import Marginals, drawn
from anxin.world.market.terms import CATEGORIES, COHORTS, HOURS, STYLE, THEMES, THEMES_OF_CATEGORY, Terms

MISLABELLED = 0.15  # of items say a wrong theme of their category
NOISE = 0.6  # of what words and pictures show of an item's style


@dataclass(frozen=True)
class Size:
    """How large a market is and how long it is watched; `warm_days` are before the policies take over."""

    people: int = 600
    items: int = 1_200
    days: int = 14
    warm_days: int = 7

    @property
    def hours(self) -> int:
        """Return the hours from the beginning to the end."""
        return (self.days + self.warm_days) * HOURS


@dataclass(frozen=True)
class Listing:
    """Items as a platform knows them, in order of arrival; `vectors` have length 1. And each person's cohort."""

    category: Longs
    theme: Longs
    creator: Longs
    shop: Longs
    price_minor: Longs
    seconds: Longs
    arrives: Longs  # hour
    vectors: Floats
    cohort: Longs  # of people

    @property
    def creators(self) -> int:
        """Return how many creators there will ever be."""
        return int(self.creator.max()) + 1

    @property
    def shops(self) -> int:
        """Return how many shops there are."""
        return int(self.shop.max()) + 1


@dataclass(frozen=True)
class Hidden:
    """What no platform sees. People's taste at the start; the market lets it drift."""

    affinity: Doubles  # people × categories
    style: Doubles  # people × STYLE
    thrift: Doubles
    income_minor: Longs  # a day
    pages_a_day: Doubles
    follow_lean: Doubles
    category_weights: Doubles  # cohorts × categories: what newly interests somebody
    item_style: Doubles
    appeal: Doubles
    skill: Doubles  # of the item's creator
    quality: Doubles
    dishonest: Bools
    dearness: Doubles  # log of price over the category's median
    refund_lean: Doubles  # of the item's category
    creator_arrives: Longs


@dataclass(frozen=True)
class Truth:
    """Both."""

    size: Size
    terms: Terms
    listing: Listing
    hidden: Hidden
    seed: int


def truth_of(size: Size, terms: Terms, marginals: Marginals, seed: int) -> Truth:
    """Draw a market."""
    random = np.random.default_rng((seed, 1))
    people = _people(size, terms, marginals, random)
    creators, arrives, item_creator = _arrivals(size, terms, random)
    items, facts = _items(terms, marginals, (arrives, item_creator), len(creators), random)
    listing = Listing(cohort=people["cohort"].astype(np.int64), arrives=arrives, creator=item_creator, **items)
    del people["cohort"]
    skill = _skills(terms, marginals, len(creators), random)[item_creator]
    return Truth(size, terms, listing, Hidden(**people, **facts, skill=skill, creator_arrives=creators), seed)


def _people(size: Size, terms: Terms, marginals: Marginals, random: np.random.Generator) -> dict[str, Table]:
    count = size.people
    cohort = random.integers(COHORTS, size=count)
    focus = np.log(marginals.category_shares) + random.normal(0, terms.cohort_focus, (COHORTS, CATEGORIES))
    weights = np.exp(focus) / np.exp(focus).sum(axis=1, keepdims=True)
    affinity = random.normal(0, 0.3, (count, CATEGORIES))
    order = np.argsort(np.log(weights[cohort]) + random.gumbel(size=(count, CATEGORIES)), axis=1)[:, -terms.interests :]
    affinity[np.arange(count)[:, None], order] += random.uniform(*terms.interest_gain, order.shape)
    follows = drawn(marginals.follows, count, random)
    lean = np.log1p(follows)
    median, spread = terms.daily_income_minor
    return {
        "cohort": cohort,
        "category_weights": weights,
        "affinity": affinity,
        "style": random.normal(0, 1, (count, STYLE)),
        "thrift": np.maximum(random.normal(*terms.thrift, count), 0),
        "income_minor": np.rint(random.lognormal(np.log(median), spread, count)).astype(np.int64),
        "pages_a_day": drawn(marginals.pages_a_day, count, random),
        "follow_lean": 0.5 * (lean - lean.mean()) / max(float(lean.std()), 1e-9),
    }


def _arrivals(size: Size, terms: Terms, random: np.random.Generator) -> tuple[Longs, Longs, Longs]:
    """Return the hour each creator arrives; of each item its hour and its creator. Those of the start arrive at hour 0."""
    first = max(int(size.items / terms.items_a_creator), 2)
    creators = [np.zeros(first, np.int64)]
    hours, owners = [np.zeros(size.items, np.int64)], [random.integers(first, size=size.items)]
    known = first
    for day in range(1, size.days + size.warm_days):
        fresh = max(round(terms.new_creators_a_day * first), 1)
        born = day * HOURS + random.integers(HOURS, size=fresh)
        older = max(round(terms.new_items_a_day * size.items) - fresh, 0)
        creators.append(born)
        hours += [born, day * HOURS + random.integers(HOURS, size=older)]
        owners += [known + np.arange(fresh), random.integers(known, size=older)]
        known += fresh
    every, owner = np.concatenate(hours), np.concatenate(owners)
    order = np.argsort(every, kind="stable")
    return np.concatenate(creators), every[order].astype(np.int64), owner[order].astype(np.int64)


def _items(
    terms: Terms, marginals: Marginals, arrivals: tuple[Longs, Longs], creators: int, random: np.random.Generator
) -> tuple[dict[str, Table], dict[str, Table]]:
    arrives, creator = arrivals
    count = len(arrives)
    home = random.choice(CATEGORIES, creators, p=marginals.category_shares)
    elsewhere = random.choice(CATEGORIES, count, p=marginals.category_shares)
    category = np.where(random.random(count) < 0.75, home[creator], elsewhere)
    theme = category * THEMES_OF_CATEGORY + random.integers(THEMES_OF_CATEGORY, size=count)
    other = category * THEMES_OF_CATEGORY + random.integers(THEMES_OF_CATEGORY, size=count)
    centres = random.normal(0, 1, (THEMES, STYLE)) / STYLE**0.5
    style = centres[theme] + random.normal(0, 0.5, (count, STYLE)) / STYLE**0.5
    shops = max(count // terms.items_a_shop, 4)
    shop = random.integers(shops, size=count)
    dishonest = np.arange(shops) < max(round(terms.dishonest * shops), 1)
    of_shop = np.where(
        dishonest, random.normal(*terms.dishonest_quality, shops), random.normal(*terms.honest_quality, shops)
    )
    lured = dishonest[shop]
    low, high = terms.median_price_minor
    median = np.exp(random.uniform(np.log(low), np.log(high), CATEGORIES))
    dearness = random.normal(0, terms.price_spread, count) + np.log(terms.lure_price) * lured
    signs = random.normal(0, 1, (CATEGORIES, STYLE)) / STYLE**0.5  # what all of a category look like
    seen = signs[category] + style + random.normal(0, NOISE, (count, STYLE)) / STYLE**0.5
    listing: dict[str, Table] = {
        "category": category.astype(np.int64),
        "theme": np.where(random.random(count) < MISLABELLED, other, theme).astype(np.int64),
        "shop": shop.astype(np.int64),
        "price_minor": np.maximum(np.rint(median[category] * np.exp(dearness) / 10) * 10, 100).astype(np.int64),
        "seconds": np.rint(drawn(marginals.seconds, count, random)).astype(np.int64),
        "vectors": (seen / np.linalg.norm(seen, axis=1, keepdims=True)).astype(np.float32),
    }
    facts: dict[str, Table] = {
        "item_style": style,
        "appeal": random.normal(0, terms.appeal_spread, count) + terms.lure_click * lured,
        "quality": of_shop[shop] + random.normal(0, terms.item_quality_spread, count),
        "dishonest": lured,
        "dearness": dearness,
        "refund_lean": random.normal(0, terms.category_refund_spread, CATEGORIES)[category],
    }
    return listing, facts


def _skills(terms: Terms, marginals: Marginals, creators: int, random: np.random.Generator) -> Doubles:
    """Return how well each creator tells a story: who has more fans does it better, with luck."""
    fans = np.log1p(drawn(marginals.fans, creators, random))
    fame = (fans - fans.mean()) / max(float(fans.std()), 1e-9)
    return np.asarray(terms.skill_spread * (0.7 * fame + 0.7 * random.normal(0, 1, creators)))
