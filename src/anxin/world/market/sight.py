"""What a platform sees and remembers: answers, outcomes, and sums of them. It is made of a `Listing`, never of the truth."""

import numpy as np

from anxin.engine.compiling import Bools, Doubles, Floats, Ints, Longs, compiled
from anxin.engine.rank.features import ABSENT, buckets
from anxin.engine.recall.live import Knobs, Live, learn, live_of
from anxin.engine.recall.popular import Popular
from anxin.engine.reputation import ripeness
from anxin.world.market.book import COMPLAINT, ORDER, REFUND, Outcome
from anxin.world.market.market import NUMBER, Shown
from anxin.world.market.terms import CATEGORIES, COHORTS, EPOCH, HOUR_SECONDS, THEMES
from anxin.world.market.truth import Listing

SEEN_KEPT = 300  # cards of a person that are not shown again
STRENGTH = {"click": 1.0, "like": 2.0, "follow": 2.0, "cart": 2.0, "order": 3.0}
HEARD_AFTER_S = 4 * 86_400.0  # how long a platform waits to hear of a bad order, in the mean: it knows from its past
FADE_A_DAY = 0.93  # of what somebody did
BANDS = 10
PAIR_FIELDS = (
    "likes category", "likes theme", "category clicks", "theme clicks", "category ends", "theme ends",
    "nearness", "price gap", "follows", "heard",
    "person×category", "person×theme", "person×creator", "cohort×theme", "last×theme", "slot",
)  # fmt: skip
FOLLOWS_A_LIKE = ("click", "like", "cart", "order")


def moment(hour: int) -> int:
    """Return the second of an hour."""
    return EPOCH + hour * HOUR_SECONDS


class Sight:
    """Sums of everything answered so far."""

    def __init__(self, listing: Listing) -> None:
        items, people = len(listing.category), len(listing.cohort)
        self.listing = listing
        self.live: Live = live_of(items, people)
        self.popular = Popular(items, COHORTS)
        self.band = np.searchsorted(
            np.quantile(listing.price_minor, np.arange(1, BANDS) / BANDS), listing.price_minor
        ).astype(np.int64)
        self.shown, self.clicks = np.zeros(items), np.zeros(items)
        self.all_ended = np.array([0.25, 1.0])  # cards watched to the end, and all
        self.bad = {kind: np.zeros(items) for kind in (REFUND, COMPLAINT, "upheld")}  # of items
        self._orders: list[tuple[int, Longs]] = []  # hour, items
        self.of_category = np.zeros((people, CATEGORIES), np.float32)
        self.of_theme = np.zeros((people, THEMES), np.float32)
        self.shown_category = np.zeros((people, CATEGORIES), np.float32)
        self.shown_theme = np.zeros((people, THEMES), np.float32)
        self.clicked_category = np.zeros((people, CATEGORIES), np.float32)
        self.clicked_theme = np.zeros((people, THEMES), np.float32)
        self.ended_category = np.zeros((people, CATEGORIES), np.float32)
        self.ended_theme = np.zeros((people, THEMES), np.float32)
        self.taste = np.zeros((people, listing.vectors.shape[1]), np.float32)
        self.bands = np.zeros((people, 2), np.float32)  # sum and count
        self.follows = np.zeros((people, listing.creators), np.bool_)
        self.last_theme = np.full(people, ABSENT)
        self.seen = np.full((people, SEEN_KEPT), -1, np.int32)
        self.seen_count = np.zeros(people, np.int64)

    def saw(self, shown: Shown, hour: int) -> None:
        """Take in cards and their answers."""
        listing, people, items = self.listing, shown.people, shown.items
        _remember(self.seen, self.seen_count, people, items)
        np.add.at(self.shown, items, 1)
        np.add.at(self.clicks, items, shown.labels[:, NUMBER["click"]])
        category, theme = listing.category[items], listing.theme[items]
        click = (shown.labels[:, NUMBER["click"]] > 0).astype(np.float32)
        ended = (shown.labels[:, NUMBER["finish"]] > 0).astype(np.float32)
        self.all_ended += (float(ended.sum()), float(len(ended)))
        for table, column, weight in (
            (self.shown_category, category, np.float32(1)),
            (self.shown_theme, theme, np.float32(1)),
            (self.clicked_category, category, click),
            (self.clicked_theme, theme, click),
            (self.ended_category, category, ended),
            (self.ended_theme, theme, ended),
        ):
            np.add.at(table, (people, column), weight)
        strength = sum(
            (weight * (shown.labels[:, NUMBER[name]] > 0) for name, weight in STRENGTH.items()), np.zeros(len(items))
        )
        self._did(people, items, strength.astype(np.float32))
        usual = np.float32(self.all_ended[0] / self.all_ended[1])
        np.add.at(self.taste, people, (np.float32(0.5) * (ended - usual))[:, None] * listing.vectors[items])
        chosen = (shown.labels[:, [NUMBER[name] for name in FOLLOWS_A_LIKE]] > 0).any(axis=1)
        who, what = people[chosen].astype(np.int32), items[chosen].astype(np.int32)
        when = np.full(len(who), moment(hour))
        learn(self.live, Knobs(fade_s=14 * 86_400.0), who, what, when)
        self.popular.learn(listing.cohort[who].astype(np.int32), what, when)
        told = np.stack([self.band[items[chosen]], np.ones(len(who))], axis=1)
        np.add.at(self.bands, people[chosen], told.astype(np.float32))
        self.last_theme[people[chosen]] = listing.theme[items[chosen]]
        follow = shown.labels[:, NUMBER["follow"]] > 0
        self.follows[people[follow], listing.creator[items[follow]]] = True
        self._ordered(items[shown.labels[:, NUMBER["order"]] > 0], hour)

    def heard(self, outcome: Outcome, hour: int) -> None:
        """Take in what came later."""
        if outcome.kind == ORDER:
            self._did(outcome.people, outcome.items, np.full(len(outcome.items), STRENGTH["order"], np.float32))
            self._ordered(outcome.items, hour)
            return
        np.add.at(self.bad[outcome.kind], outcome.items, 1)
        np.add.at(self.bad["upheld"], outcome.items[outcome.upheld], 1)

    def fade(self) -> None:
        """Let a day pass over what people did."""
        for table in (*self._rates(), self.of_category, self.of_theme, self.taste, self.bands):
            np.multiply(table, np.float32(FADE_A_DAY), out=table)

    def nearness(self, people: Longs) -> Floats:
        """Return people × items: how near each item is to what somebody did, -1 to 1."""
        taste = self.taste[people]
        unit = taste / np.maximum(np.linalg.norm(taste, axis=1, keepdims=True), 1e-6)
        return np.asarray(unit @ self.listing.vectors.T, np.float32)

    def person_columns(self, people: Longs, hour: int) -> dict[str, Longs]:
        """Return what is of a person alone."""
        return {
            "person": people,
            "cohort": self.listing.cohort[people],
            "hour": np.full(len(people), hour % 24 // 3, np.int64),
        }

    def item_columns(self, hour: int) -> dict[str, Longs]:
        """Return what is of each item alone."""
        listing = self.listing
        rate = (self.clicks + 1.0) / (self.shown + 25.0)
        return {
            "item": np.arange(len(listing.category)),
            "category": listing.category,
            "theme": listing.theme,
            "creator": listing.creator,
            "shop": listing.shop,
            "band": self.band,
            "length": buckets(listing.seconds // 8),
            "age": buckets(np.maximum(hour - listing.arrives, 0) // 6),
            "heat": buckets(self.shown.astype(np.int64) // 10),
            "rate": np.clip(np.rint(4 * np.log2(rate / 0.04)), -8, 8).astype(np.int64),
        }

    def pair_columns(self, people: Longs, items: Ints, near: Floats, heard: Floats) -> dict[str, Longs]:
        """Return what is of a person and an item together (rows: people × candidates, flat); slot 0 is asked about."""
        found = np.zeros((items.size, len(PAIR_FIELDS)), np.int64)
        listing = self.listing
        _pairs(
            (people, items, near, heard),
            (listing.category, listing.theme, listing.creator, self.band, listing.cohort),
            (self.of_category, self.of_theme, self.bands),
            self._rates(),
            (self.follows, self.last_theme),
            found,
        )
        return {name: found[:, at] for at, name in enumerate(PAIR_FIELDS)}

    def _rates(self) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
        shown, clicked = (self.shown_category, self.shown_theme), (self.clicked_category, self.clicked_theme)
        return (*shown, *clicked, self.ended_category, self.ended_theme)

    def _did(self, people: Longs, items: Longs, strength: Floats) -> None:
        np.add.at(self.of_category, (people, self.listing.category[items]), strength)
        np.add.at(self.of_theme, (people, self.listing.theme[items]), strength)
        np.add.at(self.taste, people, strength[:, None] * self.listing.vectors[items])

    def ripe_orders(self, hour: int) -> Doubles:
        """Return by item its orders, each as much as what will be heard of it has been heard by now."""
        if not self._orders:
            return np.zeros(len(self.shown))
        items = np.concatenate([some for _, some in self._orders])
        hours = np.repeat([at for at, _ in self._orders], [len(some) for _, some in self._orders])
        ripe = ripeness((hour - hours) * HOUR_SECONDS, HEARD_AFTER_S)
        return np.bincount(items, ripe, len(self.shown)).astype(np.float64)

    def _ordered(self, items: Longs, hour: int) -> None:
        if len(items):
            self._orders.append((hour, items))


@compiled
def _remember(seen: Ints, counts: Longs, people: Longs, items: Longs) -> None:
    for row in range(len(people)):
        person = people[row]
        seen[person, counts[person] % seen.shape[1]] = items[row]
        counts[person] += 1


@compiled
def _share(part: float, whole: float) -> int:
    """Return a share as a step: 0 of nothing known, 1 to 8 by doublings."""
    if whole < 1:
        return 0
    share = (part + 0.05) / (whole + 1.0)
    return 1 + min(7, max(0, int(np.floor(np.log2(share) + 7))))


@compiled
def _rate(done: float, shown: float, usual: float) -> int:
    """Return how often a person does something as a step, half a doubling each, 0 where nothing is known."""
    return int(np.rint(2 * np.log2((done + 10 * usual) / (shown + 10.0) / usual)))


@compiled
def _pairs(
    asked: tuple[Longs, Ints, Floats, Floats],
    listing: tuple[Longs, Longs, Longs, Longs, Longs],
    did: tuple[Floats, Floats, Floats],
    rates: tuple[Floats, Floats, Floats, Floats, Floats, Floats],
    ties: tuple[Bools, Longs],
    found: Longs,
) -> None:
    people, items, near, heard = asked
    category, theme, creator, band, cohort = listing
    of_category, of_theme, bands = did
    follows, last_theme = ties
    categories, themes = of_category.shape[1], of_theme.shape[1]
    for row in range(len(people)):
        person = people[row]
        whole = of_category[person].sum()
        usual = bands[person, 0] / bands[person, 1] if bands[person, 1] > 0.5 else -1.0
        for place in range(items.shape[1]):
            item = max(items[row, place], 0)
            to = found[row * items.shape[1] + place]
            to[0] = _share(of_category[person, category[item]], whole)
            to[1] = _share(of_theme[person, theme[item]], whole)
            to[2] = _rate(rates[2][person, category[item]], rates[0][person, category[item]], 0.05)
            to[3] = _rate(rates[3][person, theme[item]], rates[1][person, theme[item]], 0.05)
            to[4] = _rate(rates[4][person, category[item]], rates[0][person, category[item]], 0.25)
            to[5] = _rate(rates[5][person, theme[item]], rates[1][person, theme[item]], 0.25)
            to[6] = int(np.floor(near[row, item] * 10)) if whole > 0 else ABSENT
            to[7] = int(np.rint(band[item] - usual)) if usual >= 0 else ABSENT
            to[8] = follows[person, creator[item]]
            to[9] = int(heard[row, place] * 5)
            to[10] = person * categories + category[item]
            to[11] = person * themes + theme[item]
            to[12] = person * follows.shape[1] + creator[item]
            to[13] = cohort[person] * themes + theme[item]
            to[14] = last_theme[person] * themes + theme[item] if last_theme[person] >= 0 else ABSENT
            to[15] = 0
