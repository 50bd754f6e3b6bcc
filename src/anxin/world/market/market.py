"""The market that runs: who comes in an hour, how they answer what they are shown, what arrives, drifts and leaves.

Nothing here knows a policy. A policy gets `Listing`, which items are open, what was answered, and later outcomes.
"""

import copy
from dataclasses import dataclass

import numpy as np
from scipy import special

from anxin.engine.compiling import Bools, Doubles, Ints, Longs, Signs
from anxin.engine.rank.heads import HEADS
from anxin.world.market import luck as of
from anxin.world.market.answers import Chances, chances, minds_of, solved
from anxin.world.market.book import NEVER, ORDER, Book, Outcome, Rows, orders_of, outcome_of
from anxin.world.market.luck import luck
from anxin.world.market.terms import CATEGORIES, HOUR_WEIGHTS, HOURS, PAGE
from anxin.world.market.truth import Truth

NUMBER = {head.name: at for at, head in enumerate(HEADS)}
SEEN_ENOUGH = 100  # impressions that a new item waits for


@dataclass(frozen=True)
class Shown:
    """Cards that were shown, a row each; `labels` (rows × HEADS) say what is known at once, -1 where it is not yet."""

    impressions: Longs
    people: Longs
    items: Longs
    slots: Longs
    labels: Signs


class Market:
    """One market in one state; `fork` makes another that goes its own way from here with the same luck."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.minds = minds_of(truth)
        self.shifts = solved(truth, self.minds)
        self.book = Book()
        items, creators = len(truth.listing.arrives), truth.listing.creators
        self.closed = np.zeros(items, np.bool_)  # taken down
        self.left = np.zeros(creators, np.bool_)
        self.left_before = self.left.copy()  # counting began
        self.violations = np.zeros(items, np.int64)
        self.pages_seen = np.zeros(truth.size.people, np.int64)
        self.shown = np.zeros(items, np.int64)
        self.enough_at = np.full(items, NEVER, np.int64)  # hour of the hundredth impression
        self.open_hours = np.zeros(items, np.int64)
        self.of_days = np.zeros((truth.terms.patience_days, creators), np.int64)
        self.impressions = 0
        self.expected = np.zeros(
            6
        )  # of what was shown: GMV, refunded GMV, cost of complaints; orders, refunds, complaints
        self._hourly = np.array(HOUR_WEIGHTS) / np.sum(HOUR_WEIGHTS)

    def fork(self) -> "Market":
        """Return an equal market that shares the truth and nothing that moves."""
        other = copy.copy(self)
        for name in ("minds", "book", "closed", "left", "violations", "pages_seen", "shown", "enough_at", "open_hours"):
            setattr(other, name, copy.deepcopy(getattr(self, name)))
        other.of_days, other.expected = self.of_days.copy(), self.expected.copy()
        return other

    def start_counting(self) -> None:
        """Forget exposures and expectations so far: what is counted begins now."""
        self.shown[:], self.open_hours[:], self.expected[:] = 0, 0, 0
        self.left_before = self.left.copy()

    def open_items(self, hour: int) -> Bools:
        """Return which items can be shown."""
        listing = self.truth.listing
        return (listing.arrives <= hour) & ~self.closed & ~self.left[listing.creator]

    def begin_hour(self, hour: int) -> list[Outcome]:
        """Let time pass to `hour` and return what comes to light in it."""
        if hour % HOURS == 0 and hour:
            self._day(hour // HOURS)
        self.open_hours += self.open_items(hour)
        told = [*self._late_orders(hour), *self.book.heard(hour)]
        for outcome in told:
            np.add.at(self.violations, outcome.items[outcome.upheld], 1)
        self.closed |= self.violations >= self.truth.terms.upheld_until_closed
        return told

    def visitors(self, hour: int) -> list[Longs]:
        """Return who asks for a page in this hour: those with one page, then those of them with a second, and so on."""
        terms, hidden = self.truth.terms, self.truth.hidden
        everybody = np.arange(self.truth.size.people)
        when = np.full(len(everybody), hour)
        sessions = hidden.pages_a_day / (1 + terms.pages_a_session) * 2
        comes = luck(self.truth.seed, everybody, when, of.COMES) < sessions * self._hourly[hour % HOURS]
        pages = 1 + (luck(self.truth.seed, everybody, when, of.STAYS) * terms.pages_a_session).astype(np.int64)
        return [everybody[comes & (pages > number)] for number in range(terms.pages_a_session)]

    def respond(self, people: Longs, items: Ints, hour: int) -> Shown:
        """Show pages (people × PAGE, -1 where one ends early) and return how they were answered."""
        occasion = self.pages_seen[people][:, None] * PAGE + np.arange(PAGE)
        self.pages_seen[people] += 1
        kept = items >= 0
        rows = np.repeat(people, PAGE).reshape(items.shape)[kept]
        cards = (rows, items[kept].astype(np.int64), np.broadcast_to(np.arange(PAGE), items.shape)[kept])
        occasion = occasion[kept]
        likely = chances(self.truth, self.minds, self.shifts, cards)
        numbers = self.impressions + np.arange(len(rows))
        self.impressions += len(rows)
        self._count(cards[1], likely, hour)
        labels, later = self._labels(cards, likely, occasion)
        self._orders(cards, numbers, occasion, labels, (later, hour))
        return Shown(numbers, *cards, labels)

    def _labels(self, cards: tuple[Longs, Longs, Longs], likely: Chances, occasion: Longs) -> tuple[Signs, Bools]:
        people, items, _ = cards
        seed = self.truth.seed
        labels = np.zeros((len(people), len(HEADS)), np.int8)
        labels[:, [NUMBER["refund"], NUMBER["complaint"]]] = -1

        def happens(question: int, chance: Doubles) -> Bools:
            return np.asarray(luck(seed, people, occasion, question) < chance)

        click = happens(of.CLICK, likely.click)
        order = click & happens(of.ORDER, likely.order)
        later = order & happens(of.LATER, np.full(len(people), self.truth.terms.order_later))
        follow = happens(of.FOLLOW, likely.follow)
        for name, flags in (
            ("click", click),
            ("finish", happens(of.FINISH, likely.finish)),
            ("like", happens(of.LIKE, likely.like)),
            ("follow", follow),
            ("cart", click & happens(of.CART, likely.cart) | later),
            ("order", order & ~later),
        ):
            labels[:, NUMBER[name]] = flags
        self.minds.follows[people[follow], self.truth.listing.creator[items[follow]]] = True
        return labels, later

    def _orders(
        self, cards: tuple[Longs, Longs, Longs], numbers: Longs, occasion: Longs, labels: Signs, late: tuple[Bools, int]
    ) -> None:
        later, hour = late
        people, items, _ = cards
        order = (labels[:, NUMBER["order"]] > 0) | later
        rows = orders_of(int(order.sum()))
        rows["person"], rows["item"], rows["impression"] = people[order], items[order], numbers[order]
        rows["price_minor"] = self.truth.listing.price_minor[items[order]]
        wait = 1 + (luck(self.truth.seed, people[order], occasion[order], of.LATER_HOURS) * HOURS).astype(np.int64)
        rows["hour"] = hour + np.where(later[order], wait, 0)
        self._fates(rows, occasion[order])
        unpaid = self._pay(rows[~later[order]])
        labels[np.isin(numbers, unpaid["impression"]), NUMBER["order"]] = 0
        for due in np.unique(rows["hour"][later[order]]).tolist():
            self.book.pending[due].append(rows[(rows["hour"] == due) & later[order]])

    def _fates(self, rows: Rows, occasion: Longs) -> None:
        """Decide what will become of orders, and when."""
        terms, people, items = self.truth.terms, rows["person"], rows["item"]
        likely = chances(self.truth, self.minds, self.shifts, (people, items, np.zeros(len(rows), np.int64)))

        def drawn(question: int) -> Doubles:
            return luck(self.truth.seed, people, occasion, question)

        for column, chance, questions, (least, shape, scale) in (
            ("refund_hour", likely.refund, (of.REFUND, of.REFUND_DAYS), terms.refund_days),
            ("complaint_hour", likely.complaint, (of.COMPLAINT, of.COMPLAINT_DAYS), terms.complaint_days),
        ):
            days = least + scale * special.gammaincinv(shape, drawn(questions[1]))
            when = rows["hour"] + np.maximum(np.rint(days * HOURS), 1).astype(np.int64)
            rows[column] = np.where(drawn(questions[0]) < chance, when, NEVER)
        share = np.where(self.truth.hidden.dishonest[items], terms.upheld[1], terms.upheld[0])
        rows["upheld"] = (rows["complaint_hour"] != NEVER) & (drawn(of.UPHELD) < share)

    def _pay(self, rows: Rows) -> Rows:
        """Enter orders whose buyers can pay, one after another; return the rest."""
        minds = self.minds
        paid = np.zeros(len(rows), np.bool_)
        for at, (person, item, price) in enumerate(zip(rows["person"], rows["item"], rows["price_minor"], strict=True)):
            if minds.purse_minor[person] >= price:
                minds.purse_minor[person] -= price
                minds.need[person, self.truth.listing.category[item]] = self.truth.terms.need_drop
                paid[at] = True
        self.book.place(rows[paid])
        return rows[~paid]

    def _late_orders(self, hour: int) -> list[Outcome]:
        told = []
        for rows in self.book.pending.pop(hour, []):
            still = rows[self.open_items(hour)[rows["item"]]]
            unpaid = self._pay(still)
            placed = still[~np.isin(still["impression"], unpaid["impression"])]
            if len(placed):
                told.append(outcome_of(ORDER, placed))
        return told

    def _count(self, items: Longs, likely: Chances, hour: int) -> None:
        np.add.at(self.shown, items, 1)
        np.add.at(self.of_days[0], self.truth.listing.creator[items], 1)
        reached = (self.enough_at == NEVER) & (self.shown >= SEEN_ENOUGH)
        self.enough_at[reached] = hour
        terms, bad = self.truth.terms, self.truth.hidden.dishonest[items]
        orders = likely.click * likely.order
        refunds, complaints = orders * likely.refund, orders * likely.complaint
        prices = self.truth.listing.price_minor[items]
        cost = terms.complaint_minor + terms.violation_minor * np.where(bad, terms.upheld[1], terms.upheld[0])
        money = [orders @ prices, refunds @ prices, complaints @ cost]
        self.expected += [*money, orders.sum(), refunds.sum(), complaints.sum()]

    def _day(self, day: int) -> None:
        """Let people drift and save, and creators who are not seen leave."""
        truth, terms, minds = self.truth, self.truth.terms, self.minds
        random = np.random.default_rng((truth.seed, 2, day))
        people = truth.size.people
        minds.style += terms.style_walk * random.standard_normal(minds.style.shape)
        turns = np.flatnonzero(random.random(people) < terms.drift_a_day)
        fresh = np.log(truth.hidden.category_weights[truth.listing.cohort[turns]])
        fresh = (fresh + random.gumbel(size=(len(turns), CATEGORIES))).argmax(axis=1)
        minds.affinity[turns, minds.affinity[turns].argmax(axis=1)] = random.normal(0, 0.3, len(turns))
        minds.affinity[turns, fresh] = random.uniform(*terms.interest_gain, len(turns))
        minds.need *= np.exp(-1 / terms.need_back_days)
        minds.purse_minor += truth.hidden.income_minor
        self._leave(day)

    def _leave(self, day: int) -> None:
        terms, arrives = self.truth.terms, self.truth.hidden.creator_arrives
        here = ~self.left & (arrives <= (day - terms.patience_days) * HOURS)
        seen = self.of_days.mean(axis=0)
        fair = self.of_days.mean(axis=0)[~self.left & (arrives < day * HOURS)].mean()
        chance = terms.leaving_a_day * np.exp(-seen / max(terms.content_with * float(fair), 1e-9))
        creators = np.arange(len(here))
        self.left |= here & (luck(self.truth.seed, creators, np.full(len(here), day), of.LEAVES) < chance)
        self.of_days = np.roll(self.of_days, 1, axis=0)
        self.of_days[0] = 0
