"""What a platform sees and remembers: answers, outcomes, and sums of them. It is made of a `Listing`, never of the truth."""

import numpy as np

from anxin.engine.compiling import Bools, Floats, Ints, Longs, compiled
from anxin.engine.rank.features import ABSENT, buckets
from anxin.engine.recall.live import Knobs, Live, learn, live_of
from anxin.engine.recall.popular import Popular
from anxin.world.market.book import COMPLAINT, ORDER, REFUND, Outcome
from anxin.world.market.market import NUMBER, Shown
from anxin.world.market.terms import CATEGORIES, COHORTS, EPOCH, HOUR_SECONDS, THEMES
from anxin.world.market.truth import Listing

SEEN_KEPT = 300  # cards of a person that are not shown again
STRENGTH = {"click": 1.0, "finish": 0.3, "like": 2.0, "follow": 2.0, "cart": 2.0, "order": 3.0}
FADE_A_DAY = 0.93  # of what somebody did
BANDS = 10
PAIR_FIELDS = (
    "likes category", "likes theme", "nearness", "price gap", "follows", "heard",
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
        self.of_shop = {kind: np.zeros(listing.shops) for kind in (ORDER, REFUND, COMPLAINT, "upheld")}
        self.of_category = np.zeros((people, CATEGORIES), np.float32)
        self.of_theme = np.zeros((people, THEMES), np.float32)
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
        strength = sum(
            (weight * (shown.labels[:, NUMBER[name]] > 0) for name, weight in STRENGTH.items()), np.zeros(len(items))
        )
        self._did(people, items, strength.astype(np.float32))
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
        self._ordered(items[shown.labels[:, NUMBER["order"]] > 0])

    def heard(self, outcome: Outcome) -> None:
        """Take in what came later."""
        if outcome.kind == ORDER:
            self._did(outcome.people, outcome.items, np.full(len(outcome.items), STRENGTH["order"], np.float32))
            self._ordered(outcome.items)
            return
        np.add.at(self.of_shop[outcome.kind], self.listing.shop[outcome.items], 1)
        np.add.at(self.of_shop["upheld"], self.listing.shop[outcome.items[outcome.upheld]], 1)

    def fade(self) -> None:
        """Let a day pass over what people did."""
        for table in (self.of_category, self.of_theme, self.taste, self.bands):
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
            (self.follows, self.last_theme),
            found,
        )
        return {name: found[:, at] for at, name in enumerate(PAIR_FIELDS)}

    def _did(self, people: Longs, items: Longs, strength: Floats) -> None:
        np.add.at(self.of_category, (people, self.listing.category[items]), strength)
        np.add.at(self.of_theme, (people, self.listing.theme[items]), strength)
        np.add.at(self.taste, people, strength[:, None] * self.listing.vectors[items])

    def _ordered(self, items: Longs) -> None:
        np.add.at(self.of_shop[ORDER], self.listing.shop[items], 1)


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
def _pairs(
    asked: tuple[Longs, Ints, Floats, Floats],
    listing: tuple[Longs, Longs, Longs, Longs, Longs],
    did: tuple[Floats, Floats, Floats],
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
            to[2] = int(np.floor(near[row, item] * 10)) if whole > 0 else ABSENT
            to[3] = int(np.rint(band[item] - usual)) if usual >= 0 else ABSENT
            to[4] = follows[person, creator[item]]
            to[5] = int(heard[row, place] * 5)
            to[6] = person * categories + category[item]
            to[7] = person * themes + theme[item]
            to[8] = person * follows.shape[1] + creator[item]
            to[9] = cohort[person] * themes + theme[item]
            to[10] = last_theme[person] * themes + theme[item] if last_theme[person] >= 0 else ABSENT
            to[11] = 0
