"""A platform in the market: it sees, remembers, learns and serves. It knows a `Listing`; how it chooses is its `Policy`."""

import copy
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from anxin.engine.arrange import NOBODY, House
from anxin.engine.batch import Asked, Exploring, Pages, Shelf, nothing_to_try, pages
from anxin.engine.compiling import Bools, Doubles, Floats, Ints, Longs
from anxin.engine.explore.pools import NOBODY as NO_BRAND
from anxin.engine.explore.pools import Newcomers, Plan, Pools
from anxin.engine.explore.slots import ShareMeter
from anxin.engine.recall.lists import ItemLists, no_lists
from anxin.engine.recall.together import Mix, candidates
from anxin.engine.recall.verticals import fit_verticals, histories_of
from anxin.engine.reputation import Sellers
from anxin.engine.value import GMV, QUALITY, Formula, Offers, Record, value
from anxin.world.market.book import COMPLAINT, REFUND, Outcome
from anxin.world.market.insight import Insight
from anxin.world.market.learner import Learner, recipe_of
from anxin.world.market.market import NUMBER, Shown
from anxin.world.market.sight import Sight
from anxin.world.market.terms import COHORTS, PAGE
from anxin.world.market.truth import Listing

RANKED = 500  # candidates a request
ROWS_AT_ONCE = 16  # requests a piece of work: what it looks at stays near its core
FRESH_HOURS = 72.0
FITTED_EVERY_HOURS = 6
LIKES_MAX = 3.0  # log-odds
TRIED = Plan(tiers=(100, 300), draws=100)


@dataclass(frozen=True)
class Policy:
    """How a platform chooses. `formula` None: no engine, but what is `popular` or else anything alike."""

    name: str
    formula: Formula | None = None
    popular: float = 0.0  # share of pages that show what is popular, where there is no engine
    explores: float = 0.07
    lean: float = 1.0  # how much likelier a new item is tried on somebody who should like it, an e-fold of the odds
    house: House = field(default_factory=lambda: House(variety=0.1))


POLICIES = {
    policy.name: policy
    for policy in (
        Policy("random"),
        Policy("popular", popular=1.0),
        Policy("gmv", formula=GMV),
        Policy("quality", formula=QUALITY),
    )
}
WARM = Policy("warm", popular=0.5)  # what the platform did before a policy took over


class Knows(NamedTuple):
    """What holds for a whole hour: open items, popularity by cohort, items' margins, what may be tried, sellers' records."""

    hour: int
    open: Bools
    popular: Doubles
    margins: Floats
    tried: tuple[Longs, Doubles]
    record: Record  # of each item's shop


class Platform:
    """One platform with one policy; `fork` gives what it knows to another policy."""

    def __init__(self, listing: Listing, policy: Policy, folder: Path, seed: int) -> None:
        self.listing, self.policy = listing, policy
        self.sight = Sight(listing)
        self.learner = Learner(folder, recipe_of(len(listing.cohort)))
        self.insight = Insight(listing)
        self.lists = no_lists(len(listing.arrives))
        self.pools = Pools(TRIED)
        self.meter = ShareMeter(policy.explores)
        self.shelf = Shelf(listing.creator, listing.category, listing.vectors)
        self.random = np.random.default_rng((seed, 4))
        self.asked = 0
        self._known = np.zeros(len(listing.arrives), np.bool_)
        self._last = np.full(len(listing.cohort), NOBODY, np.int64)

    def fork(self, policy: Policy, folder: Path) -> "Platform":
        """Return a platform that knows the same, in a folder of its own, with another policy."""
        other = copy.copy(self)
        other.learner, other.insight = self.learner.fork(folder), self.insight.fork()
        for name in ("sight", "pools", "random", "_known", "_last"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        other.policy, other.meter = policy, ShareMeter(policy.explores)
        return other

    @property
    def learns(self) -> bool:
        """Return whether the rank model is needed."""
        return self.policy.formula is not None or self.policy is WARM

    def begin_hour(self, hour: int, open_items: Bools, outcomes: list[Outcome]) -> Knows:
        """Take in what came to light, let new items in, learn, and return what holds for this hour."""
        for outcome in outcomes:
            self.sight.heard(outcome, hour)
            if self.learns:
                self.learner.outcome(outcome, hour)
                self.insight.heard(outcome)
        self.sight.next_hour()
        if hour % 24 == 0:
            self.pools.next_window()
        fresh = np.flatnonzero(open_items & ~self._known)
        self._known[fresh] = True
        if hour:
            self._let_in(fresh)
        if self.learns:
            self.learner.learn(hour)
            if hour % 24 == 0:
                self.insight.next_day()
            if hour % FITTED_EVERY_HOURS == 0:
                self.insight.fit()
                self.lists = self._learned_lists()
        popular = np.stack([self.sight.popular.shares(cohort) for cohort in range(COHORTS)])
        nothing = (np.zeros(0, np.int64), np.zeros(0))
        if self.policy.formula is None:
            return Knows(hour, open_items, popular, np.zeros((0, 0), np.float32), nothing, self._record(hour))
        self.pools.review()
        tried = self.pools.shares(self.random, open_items[self.pools.items()]) if len(self.pools) else nothing
        return Knows(hour, open_items, popular, self.learner.margins(self.sight, hour), tried, self._record(hour))

    def serve(self, people: Longs, knows: Knows, threads: ThreadPoolExecutor | None = None) -> Pages:
        """Return a page for each of these people."""
        draws = self.random.random((len(people), PAGE, 2))
        any_way = self.random.random((len(people), 2))
        share = self.meter.chance() if self.policy.formula else 0.0
        cuts = [slice(at, at + ROWS_AT_ONCE) for at in range(0, len(people), ROWS_AT_ONCE)]
        work: Callable[[slice], Pages] = lambda cut: self._pages(people[cut], knows, (draws[cut], any_way[cut], share))  # noqa: E731
        parts = list(threads.map(work, cuts) if threads else map(work, cuts))
        found = Pages(
            np.concatenate([part.items for part in parts]),
            np.concatenate([part.explored for part in parts]),
            np.concatenate([part.propensity for part in parts]),
        )
        self.asked += len(people)
        for explored in found.explored[found.items >= 0]:
            self.meter.count(explored=bool(explored))
        if self.policy.formula:
            self.pools.drawn(found.items[found.explored].tolist())
        ended = (found.items >= 0).sum(axis=1)
        last = found.items[np.arange(len(people)), np.maximum(ended - 1, 0)]
        self._last[people] = np.where(ended > 0, self.listing.creator[np.maximum(last, 0)], NOBODY)
        return found

    def saw(self, shown: Shown, knows: Knows) -> None:
        """Learn from answers: first as the cards looked when they were shown, then what they change."""
        if self.learns:
            likes = self.insight.tastes.likes(shown.people)
            heard = self._behaviour(shown.people, shown.items)
            said = self.learner.show(self.sight, shown, knows.hour, likes, heard)
            self.insight.saw(shown, self.sight, said)
        self.pools.record(shown.items, (shown.labels[:, NUMBER["click"]] > 0).astype(np.float64))
        self.sight.saw(shown, knows.hour)

    def guess(self, people: Longs, items: Longs, knows: Knows) -> Doubles:
        """Return how much each person is thought to like each item (people × items), in any unit."""
        if self.policy.formula is None:
            shares = knows.popular[self.listing.cohort[people]][:, items]
            return shares if self.policy.popular else self.random.random(shares.shape)
        every = np.repeat(items[None, :], len(people), axis=0).astype(np.int32)
        likes = self.insight.tastes.likes(people)
        heard = np.zeros(every.shape, np.float32)
        found = self._said(people, every, knows, likes, heard)
        return np.asarray(found[:, :, NUMBER["click"]], np.float64)

    def _pages(self, people: Longs, knows: Knows, dice: tuple[Doubles, Doubles, float]) -> Pages:
        draws, any_way, share = dice
        if self.policy.formula is None:
            return self._plain(people, self._allowed(people, knows), draws, any_way)
        likes = self.insight.tastes.likes(people)
        extra = self._extra(people, knows, likes)
        items, heard = candidates(self.sight.live, people.astype(np.int32), extra, Mix(), RANKED, self.lists)
        said = self._said(people, items, knows, likes, heard)
        worth = self._worth(said, items, knows).reshape(items.shape)
        asked = Asked(items, np.where(items >= 0, worth, -np.inf), self._last[people])
        return pages(self.shelf, asked, self.policy.house, self._exploring(knows, likes, extra, share), draws)

    def _said(self, people: Longs, items: Ints, knows: Knows, likes: Floats, heard: Floats) -> Floats:
        """Return chances of an impression, people × candidates × heads."""
        said = (knows.margins, likes, heard)
        margins = self.learner.asked(self.sight, (people, items, knows.hour), said)
        return self.insight.say((people, items), self.sight, likes, margins)

    def _allowed(self, people: Longs, knows: Knows) -> Floats:
        """Return people × items: 0, or -inf for what may not be shown."""
        found = np.zeros((len(people), len(self.listing.arrives)), np.float32)
        found[:, ~knows.open] = -np.inf
        rows, places = np.nonzero(self.sight.seen[people] >= 0)
        found[rows, self.sight.seen[people][rows, places]] = -np.inf
        return found

    def _extra(self, people: Longs, knows: Knows, likes: Floats) -> Floats:
        """Return what recall adds to behaviour: worth at a first look, popularity, follows, newness; -inf is barred."""
        popular = knows.popular / np.maximum(knows.popular.max(axis=1, keepdims=True), 1e-30)
        found = self.insight.before(people, self.sight, likes) + self.insight.price.astype(np.float32)
        found += 0.5 * popular[self.listing.cohort[people]].astype(np.float32)
        found += 0.8 * self.sight.follows[people][:, self.listing.creator]
        found += 0.3 * np.exp(-np.maximum(knows.hour - self.listing.arrives, 0) / FRESH_HOURS).astype(np.float32)
        return np.asarray(found + self._allowed(people, knows), np.float32)

    def _plain(self, people: Longs, extra: Floats, draws: Doubles, any_way: Doubles) -> Pages:
        """Fill pages with what is popular among those like you, or with anything."""
        shares = np.stack([self.sight.popular.shares(cohort) for cohort in range(COHORTS)])[self.listing.cohort[people]]
        dice = np.random.default_rng((any_way[:, 1] * (1 << 53)).astype(np.uint64)).random(extra.shape)
        popular = any_way[:, 0] < self.policy.popular
        worth = np.where(popular[:, None], shares, dice)
        worth[~np.isfinite(extra)] = -np.inf
        count = min(RANKED, worth.shape[1])
        items = np.argpartition(-worth, count - 1, axis=1)[:, :count].astype(np.int32)
        chosen = np.take_along_axis(worth, items.astype(np.int64), axis=1)
        house = House(variety=0.0)
        return pages(self.shelf, Asked(items, chosen, self._last[people]), house, nothing_to_try(len(people)), draws)

    def _worth(self, said: Floats, items: Ints, knows: Knows) -> Doubles:
        formula = self.policy.formula or QUALITY
        flat = np.maximum(items.ravel(), 0)
        chances = said.reshape(-1, said.shape[2])
        return value(Offers(chances, self.listing.price_minor[flat], knows.record.at(flat)), formula)

    def _exploring(self, knows: Knows, likes: Floats, extra: Floats, share: float) -> Exploring:
        items, chances = knows.tried
        if len(items) == 0:
            return nothing_to_try(len(likes))
        weights = chances * np.exp(self.policy.lean * np.clip(likes[:, items], -LIKES_MAX, LIKES_MAX))
        return Exploring(items, np.where(np.isfinite(extra[:, items]), weights, 0.0), share)

    def _record(self, hour: int) -> Record:
        """Return of each item what its shop is known for."""
        shop, count, bad = self.listing.shop, self.listing.shops, self.sight.bad

        def of_shops(table: Doubles) -> Doubles:
            return np.bincount(shop, table, count).astype(np.float64)

        known = (
            of_shops(self.sight.ripe_orders(hour)),
            of_shops(bad[REFUND]),
            of_shops(bad[COMPLAINT]),
            of_shops(bad["upheld"]),
        )
        return Sellers(np.arange(count), *known).standing(self.policy.formula or QUALITY).at(shop)

    def _behaviour(self, people: Longs, items: Longs) -> Floats:
        """Return what behaviour says of cards, as recall said it when they were chosen."""
        who, rows = np.unique(people, return_inverse=True)
        alone = np.full((len(who), len(self.listing.arrives)), -np.inf, np.float32)
        alone[rows, items] = 0
        found, heard = candidates(self.sight.live, who.astype(np.int32), alone, Mix(), PAGE, self.lists)
        table = np.zeros(alone.shape, np.float32)
        at = np.nonzero(found >= 0)
        table[at[0], found[at]] = heard[at]
        return table[rows, items]

    def _learned_lists(self) -> ItemLists:
        """Return what goes with what, as the product learns it: all cards are of one vertical."""
        count = len(self.listing.arrives)
        return fit_verticals(histories_of(self.sight.live, count), np.zeros(count, np.int64))

    def _let_in(self, fresh: Longs) -> None:
        listing = self.listing
        self.pools.add(
            Newcomers(
                fresh,
                listing.category[fresh],
                listing.creator[fresh],
                listing.shop[fresh],
                np.full(len(fresh), NO_BRAND),
            )
        )


def workers() -> ThreadPoolExecutor:
    """Return as many threads as there are cores."""
    return ThreadPoolExecutor(os.cpu_count() or 1)
