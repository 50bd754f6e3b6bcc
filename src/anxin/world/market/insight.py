"""What a platform makes of what it sees: taste, dearness, what was just ordered, and from these the last word on chances."""

import copy

import numpy as np

from anxin.engine.compiling import Doubles, Floats, Ints, Longs
from anxin.engine.rank.dense import Dense
from anxin.engine.rank.model import chances
from anxin.engine.taste import Known, Prior, Tastes
from anxin.world.market.book import ORDER, Outcome
from anxin.world.market.market import NUMBER, Shown
from anxin.world.market.sight import Sight
from anxin.world.market.terms import CATEGORIES
from anxin.world.market.truth import Listing

TASTED = ("click", "finish", "like")
USUAL = (0.04, 0.25, 0.02)  # where the rates of these begin; they are learned from the first cards on [CHOICE]
DEALS = ("cart", "order")  # of a click
DEALT_USUALLY = (0.06, 0.02)  # the same of these
CLICK_START = (1.0, 1.0, 0.0, 0.0, 0.0)  # taste, the item's clicks, ends and likes, what the rank model says
# taste, the item's clicks and ends, dearness, price, its square, what was just ordered and spent, spent × price, what the person
# and the item's deals were like, the model
DEAL_START = (0.5, *(0.0,) * 8, 0.5, 0.5, 0.0, 0.0)
OF_DEALS = Prior(person=0.2, kind=0.05, content=0.3, item=0.1, owner=0.1)
NEED, SPENT, STRAIN, PURSE, DEALT = 6, 7, 8, 9, 10  # their places in a row of a deal
HASHED_MAX = 12.0


class Insight:
    """Tastes, and the two regressions on top."""

    def __init__(self, listing: Listing) -> None:
        self.tastes = Tastes(
            (listing.vectors, listing.category, listing.theme, listing.creator), listing.cohort, np.array(USUAL)
        )
        self.click = Dense(np.array(CLICK_START), 1)
        self.deal = Dense(np.array(DEAL_START), len(DEALS), room=50_000)
        self.category = listing.category
        price = np.log(listing.price_minor)
        count = np.maximum(np.bincount(listing.category, minlength=CATEGORIES), 1)
        usual = np.bincount(listing.category, price, CATEGORIES) / count
        self.dear = price - usual[listing.category]
        self.price = price - price.mean()
        self._price = self.price.astype(np.float32)
        alike = np.zeros(len(price), np.int64)
        prices = self.price[:, None].astype(np.float32)  # who buys at all, and at what price
        self.purses = Tastes((prices, alike, alike, listing.shop), listing.cohort, np.array(DEALT_USUALLY), OF_DEALS)
        self._clicked = np.full(0, -1, np.int64)  # of an impression its row in `deal`, -1 without a click
        self._said_of_items: tuple[Floats, Floats] | None = None  # until something is learned

    def fork(self) -> "Insight":
        """Return an equal one that goes its own way."""
        other = copy.copy(self)
        other.tastes, other.purses = self.tastes.fork(), self.purses.fork()
        for name in ("click", "deal", "_clicked"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        return other

    def saw(self, shown: Shown, sight: Sight, said: Floats) -> None:
        """Learn from answers; `said` is what the rank model said of the cards."""
        people, items = shown.people, shown.items
        known = self.tastes.known(people, items)
        clicked = shown.labels[:, NUMBER["click"]] > 0
        self.click.add(self._click_rows(known, said), clicked[:, None])
        rows = self._deal_rows(known, (people, items), sight, said)
        labels = shown.labels[:, [NUMBER[name] for name in DEALS]] > 0
        numbers = np.full(len(people), -1, np.int64)
        numbers[clicked] = self.deal.add(rows[clicked], labels[clicked])
        self._clicked = np.concatenate([self._clicked, numbers])
        self.purses.learn(people[clicked], items[clicked], shown.slots[clicked], labels[clicked].astype(np.int8))
        self.tastes.learn(people, items, shown.slots, shown.labels[:, [NUMBER[name] for name in TASTED]])
        self._said_of_items = None

    def heard(self, outcome: Outcome) -> None:
        """Learn of orders that came later."""
        if outcome.kind == ORDER:
            numbers = self._clicked[outcome.impressions]
            self.deal.outcome(numbers[numbers >= 0], DEALS.index(ORDER))

    def fit(self) -> None:
        """Fit the regressions."""
        self.click.fit()
        self.deal.fit()
        self._said_of_items = None

    def next_day(self) -> None:
        """Let a day pass."""
        self.tastes.next_day()
        self.purses.next_day()
        self._said_of_items = None

    def before(self, people: Longs, sight: Sight, likes: Floats) -> Floats:
        """Return people × items: log-odds of a click and of a deal after it, added, before the rank model was asked."""
        click, deal = self._of_items()
        taste = np.float32(self.click.slopes[0] + self.deal.slopes[0])
        leans = np.float32(self.deal.slopes[PURSE]) * self.purses.likes(people)
        needless, spent = sight.needless[people][:, self.category], np.log1p(sight.spent[people])[:, None]
        return np.asarray(taste * likes + (click + deal) + self._of_purse(needless, spent, self._price) + leans)

    def say(self, asked: tuple[Longs, Ints], sight: Sight, likes: Floats, said: Floats) -> Floats:
        """Return chances of an impression (people × candidates × heads) from the rank model's log-odds, which are overwritten."""
        people, items = asked[0], np.maximum(asked[1], 0)
        taste = np.take_along_axis(likes, items.astype(np.int64), axis=1)
        of_click, of_deal = self._of_items()
        needless, spent = sight.needless[people[:, None], self.category[items]], np.log1p(sight.spent[people])[:, None]
        slopes = self.click.slopes.astype(np.float32)
        click = slopes[0] * taste + of_click[items] + slopes[-1] * _hashed(said, "click")
        click += np.float32(self.click.intercepts[0])
        slopes = self.deal.slopes.astype(np.float32)
        deal = slopes[0] * taste + of_deal[items] + self._of_purse(needless, spent, self._price[items])
        leans = np.einsum("pd,pcd->pc", self.purses.weights[people], self.purses.x[items]).astype(np.float32)
        deal += slopes[PURSE] * leans
        deal += slopes[-2] * _hashed(said, DEALS[0]) + slopes[-1] * _hashed(said, DEALS[1])
        said[:, :, NUMBER["click"]] = click
        for at, name in enumerate(DEALS):
            said[:, :, NUMBER[name]] = deal + np.float32(self.deal.intercepts[at])
        found = chances(said)
        for name in DEALS:
            found[:, :, NUMBER[name]] *= found[:, :, NUMBER["click"]]
        return found

    def _of_items(self) -> tuple[Floats, Floats]:
        """Return what of the two regressions is of each item alone; reckoned once for all who ask at the same time."""
        if self._said_of_items is None:
            self._said_of_items = self._reckoned()
        return self._said_of_items

    def _reckoned(self) -> tuple[Floats, Floats]:
        of_item = self.tastes.of_items()
        click, deal = self.click.slopes, self.deal.slopes
        price = deal[3] * self.dear + deal[4] * self.price + deal[5] * self.price**2
        dealt = deal[DEALT] * self.purses.of_items().mean(axis=1)
        found = of_item @ click[1:4], of_item[:, :2] @ deal[1:3] + price + dealt
        return found[0].astype(np.float32), found[1].astype(np.float32)

    def _click_rows(self, known: Known, said: Floats) -> Doubles:
        return np.column_stack([known.taste, known.of_item, _hashed(said, "click")])

    def _of_purse(self, needless: Floats, spent: Floats, price: Floats) -> Floats:
        """Return what was just ordered, and paid for, takes from a deal."""
        slopes = self.deal.slopes.astype(np.float32)
        return np.asarray(slopes[NEED] * needless + slopes[SPENT] * spent + slopes[STRAIN] * spent * price)

    def _deal_rows(self, known: Known, cards: tuple[Longs, Longs], sight: Sight, said: Floats) -> Doubles:
        people, items = cards
        price, hashed = self.price[items], [_hashed(said, name) for name in DEALS]
        needless, spent = sight.needless[people, self.category[items]], np.log1p(sight.spent[people])
        leans = self.purses.known(people, items)
        purse = [needless, spent, spent * price, leans.taste, leans.of_item.mean(axis=1)]
        return np.column_stack([known.taste, known.of_item[:, :2], self.dear[items], price, price**2, *purse, *hashed])


def _hashed(said: Floats, name: str) -> Floats:
    return np.clip(said[..., NUMBER[name]], -HASHED_MAX, HASHED_MAX)
