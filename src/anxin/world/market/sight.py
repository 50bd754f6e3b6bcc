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
HEARD_DAYS = (
    1.5,
    2.5,
    3.0,
    3.5,
    4.0,
    4.5,
    5.5,
    6.0,
    7.0,
    9.0,
)  # when tenths of its bad orders were heard of, in the past
FADE_A_DAY = 0.93  # of the prices somebody looked at
NEED_BACK_HOURS = 168.0  # after which an order counts e times less [CHOICE]
BANDS = 10
PAIR_FIELDS = (
    "taste", "need", "price gap", "follows", "heard", "person×category", "person×creator", "cohort×theme", "last×theme", "slot",
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
        self.bad = {kind: np.zeros(items) for kind in (REFUND, COMPLAINT, "upheld")}  # of items
        self._orders: list[tuple[int, Longs]] = []  # hour, items
        self.needless = np.zeros((people, CATEGORIES), np.float32)  # 1 when something of the kind was just ordered
        self.spent = np.zeros(people, np.float32)  # of late, in prices of the usual thing
        logs = np.log(listing.price_minor)
        self._in_usual_prices = np.exp(logs - logs.mean()).astype(np.float32)  # of each item
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
        ordered = shown.labels[:, NUMBER["order"]] > 0
        self._ordered(people[ordered], items[ordered], hour)

    def heard(self, outcome: Outcome, hour: int) -> None:
        """Take in what came later."""
        if outcome.kind == ORDER:
            self._ordered(outcome.people, outcome.items, hour)
            return
        np.add.at(self.bad[outcome.kind], outcome.items, 1)
        np.add.at(self.bad["upheld"], outcome.items[outcome.upheld], 1)

    def next_hour(self) -> None:
        """Let an hour pass over what people ordered and looked at."""
        left = np.float32(np.exp(-1 / NEED_BACK_HOURS))
        self.needless *= left
        self.spent *= left
        self.bands *= np.float32(FADE_A_DAY ** (1 / 24))

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

    def pairs(self, people: Longs, items: Ints, likes: Floats, heard: Floats) -> Longs:
        """Return what is of a person and an item together (people × candidates, flat; PAIR_FIELDS); slot 0 is asked about.

        `likes` (people × items, log-odds) and `heard` (people × candidates) are of these people.
        """
        found = np.zeros((items.size, len(PAIR_FIELDS)), np.int64)
        listing = self.listing
        _pairs(
            (people, items, likes, heard),
            (listing.category, listing.theme, listing.creator, self.band, listing.cohort),
            (self.needless, self.bands),
            (self.follows, self.last_theme),
            found,
        )
        return found

    def ripe_orders(self, hour: int) -> Doubles:
        """Return by item its orders, each as much as what will be heard of it has been heard by now."""
        if not self._orders:
            return np.zeros(len(self.shown))
        items = np.concatenate([some for _, some in self._orders])
        hours = np.repeat([at for at, _ in self._orders], [len(some) for _, some in self._orders])
        ripe = ripeness((hour - hours) * HOUR_SECONDS, HEARD_DAYS)
        return np.bincount(items, ripe, len(self.shown)).astype(np.float64)

    def _ordered(self, people: Longs, items: Longs, hour: int) -> None:
        self.needless[people, self.listing.category[items]] = 1
        np.add.at(self.spent, people, self._in_usual_prices[items])
        if len(items):
            self._orders.append((hour, items))


@compiled
def _remember(seen: Ints, counts: Longs, people: Longs, items: Longs) -> None:
    for row in range(len(people)):
        person = people[row]
        seen[person, counts[person] % seen.shape[1]] = items[row]
        counts[person] += 1


@compiled
def _pairs(
    asked: tuple[Longs, Ints, Floats, Floats],
    listing: tuple[Longs, Longs, Longs, Longs, Longs],
    did: tuple[Floats, Floats],
    ties: tuple[Bools, Longs],
    found: Longs,
) -> None:
    people, items, likes, heard = asked
    category, theme, creator, band, cohort = listing
    needless, bands = did
    follows, last_theme = ties
    categories, themes = needless.shape[1], THEMES
    for row in range(len(people)):
        person = people[row]
        usual = bands[person, 0] / bands[person, 1] if bands[person, 1] > 0.5 else -1.0
        for place in range(items.shape[1]):
            item = max(items[row, place], 0)
            to = found[row * items.shape[1] + place]
            to[0] = int(np.floor(4 * min(max(likes[row, item], -4.0), 4.0)))
            to[1] = int(5 * needless[person, category[item]])
            to[2] = int(np.rint(band[item] - usual)) if usual >= 0 else ABSENT
            to[3] = follows[person, creator[item]]
            to[4] = int(heard[row, place] * 5)
            to[5] = person * categories + category[item]
            to[6] = person * follows.shape[1] + creator[item]
            to[7] = cohort[person] * themes + theme[item]
            to[8] = last_theme[person] * themes + theme[item] if last_theme[person] >= 0 else ABSENT
            to[9] = 0
