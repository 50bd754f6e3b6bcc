"""The simulated market's people on the real platform, through its public commands and by a clock of their own.

Whom they meet is decided by the platform's own feed; what they do about it by the same hidden truth as in `anxin world compare`;
what becomes of an order by the platform's rules. The clock begins some days ago and ends now: nothing lies in the future.
"""

import heapq
import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np

from anxin.infra.doctor import examine
from anxin.infra.worker import drain
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id
from anxin.market.content.commands.reactions import like_post
from anxin.market.creators.commands import follow
from anxin.market.interest.commands import Chosen, Teller, choose_posts, make_days, tell
from anxin.market.interest.commands.learning import learning_by
from anxin.market.interest.queries import Item, ItemKind, Kind, Told
from anxin.market.orders.commands import CartOwner, Origin, put_in_cart
from anxin.world.live.errands import BUYING, HOUR, MINUTE, Bought, Errand, Fate
from anxin.world.live.stage import Stage, Thing
from anxin.world.market.book import NEVER, Rows
from anxin.world.market.figures import gini
from anxin.world.market.market import NUMBER, Market, Shown
from anxin.world.market.terms import PAGE
from anxin.world.market.truth import Truth

WORK_EVERY_HOURS = 6  # events, deadlines and background tasks
ENTERED_AFTER = MINUTE  # from a visit until its orders
BEFORE_NOW = ENTERED_AFTER + BUYING  # the last visit's order, too, is paid and delivered before now
Tick = Callable[[], None]


@dataclass
class Play:
    """A stage, its truth, and what has happened; `began_at` is the market's hour 0."""

    stage: Stage
    market: Market
    began_at: Instant
    hours: int
    books: Bought = field(default_factory=Bought)
    policies: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    serving_seconds: float = 0.0
    _errands: list[tuple[Instant, int, Iterator[Instant]]] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=itertools.count)
    _met: dict[int, Origin] = field(default_factory=dict)  # of an impression
    _entered: int = 0  # blocks of the market's book that were taken up

    def hour(self, hour: int) -> None:
        """Let everybody who comes in this hour have a page."""
        begin = self.began_at + hour * HOUR
        self._go_on(begin)
        self.market.begin_hour(hour)
        self._take_up_orders(begin)
        visits = [person for people in self.market.visitors(hour) for person in people.tolist()]
        for number, person in enumerate(visits):
            at = begin + HOUR * (number / max(len(visits), 1))
            self._go_on(at)
            self._visit(person, hour, at)
        if hour % WORK_EVERY_HOURS == 0:
            drain(begin)

    def end(self) -> None:
        """Do what is due until the end; what comes after it is not heard of."""
        end = self.began_at + self.hours * HOUR
        self._go_on(end)
        drain(end)

    def _visit(self, person: int, hour: int, at: Instant) -> None:
        visitor, begin = self.stage.visitors[person], time.perf_counter()
        chosen = choose_posts(visitor.id, limit=PAGE, now=at, person_id=visitor.id)
        self.serving_seconds += time.perf_counter() - begin
        self.requests += 1
        self.policies[chosen.policy] += 1
        known = self.stage.numbers
        items = np.full((1, PAGE), -1, np.int32)
        for place, post in enumerate(chosen.posts[:PAGE]):
            items[0, place] = known.get(post, -1)
        shown = self.market.respond(np.array([person]), items, hour)
        self._say(visitor.id, chosen, shown, at)
        self._take_up_orders(at + ENTERED_AFTER)

    def _say(self, person: UUID, chosen: Chosen, shown: Shown, at: Instant) -> None:
        """Let a device tell what happened, and do what a tap does."""
        batch: list[Told] = []
        for row, slot in enumerate(shown.slots.tolist()):
            thing = self.stage.things[int(shown.items[row])]
            did = {name for name, head in NUMBER.items() if shown.labels[row, head] > 0}
            self._met[int(shown.impressions[row])] = Origin(chosen.request, thing.item.id, creator=thing.creator)
            moment = at + timedelta(seconds=2 * slot)
            batch += _told(thing, did, (chosen.request, chosen.cards[slot].place), moment)
            self._tap(person, thing, did, moment)
        tell(batch, Teller(person, is_person=True), now=at + timedelta(seconds=40))

    def _tap(self, person: UUID, thing: Thing, did: set[str], at: Instant) -> None:
        for name, tap in (
            ("like", lambda: like_post(thing.item.id, person_id=person, now=at)),
            ("follow", lambda: follow(thing.creator, person_id=person, now=at)),
            ("cart", lambda: put_in_cart(CartOwner(person), thing.sku, 1, now=at)),
        ):
            if name in did:
                try:
                    tap()
                except AnxinError as refused:
                    self.books.refused[type(refused).__name__] += 1

    def _take_up_orders(self, at: Instant) -> None:
        """Begin an errand for each order that the market has entered since the last time."""
        for rows in self.market.book.rows[self._entered :]:
            for row in rows:
                self._begin(row, at)
        self._entered = len(self.market.book.rows)

    def _begin(self, row: Rows, at: Instant) -> None:
        thing, visitor = self.stage.things[int(row["item"])], self.stage.visitors[int(row["person"])]
        errand = Errand(visitor, thing, self._met[int(row["impression"])], self.stage.staff[thing.shop])
        fate = Fate(*(self._moment(int(row[name])) for name in ("refund_hour", "complaint_hour")))
        self._push(errand.run(fate, self.books, now=at))

    def _moment(self, hour: int) -> Instant | None:
        return None if hour == NEVER else self.began_at + hour * HOUR

    def _go_on(self, until: Instant) -> None:
        while self._errands and self._errands[0][0] <= until:
            self._push(heapq.heappop(self._errands)[2])

    def _push(self, errand: Iterator[Instant]) -> None:
        try:
            following = next(errand, None)
        except AnxinError as refused:
            self.books.refused[type(refused).__name__] += 1
            return
        if following is not None:
            heapq.heappush(self._errands, (following, next(self._turn), errand))


def play(stage: Stage, truth: Truth, tick: Tick, *, now: Instant) -> dict[str, Any]:
    """Play the truth's days so that they end now, calling `tick` after each hour; return figures, with what the doctor finds."""
    hours = truth.size.hours
    began_at = now - BEFORE_NOW - hours * HOUR
    make_days(began_at.date(), now.date())
    begun = Play(stage, Market(truth), began_at, hours)
    clock = [0.0]
    with learning_by(lambda: clock[0]) as learning:
        for hour in range(hours):
            clock[0] = hour * 3_600.0
            if learning is not None:
                learning.follow(began_at + hour * HOUR)
            begun.hour(hour)
            tick()
        begun.end()
        if learning is not None:
            learning.finish(now)
    return _figures(begun, learns=learning is not None)


def _told(thing: Thing, did: set[str], place: tuple[UUID | None, int | None], at: Instant) -> Iterator[Told]:
    yield Told(new_id(), Kind.IMPRESSION, thing.item, at, *place)
    if thing.item.kind is ItemKind.VIDEO:
        ended, after = "finish" in did, timedelta(seconds=2)
        watched = thing.seconds * 1_000 if ended else thing.seconds * 300
        yield Told(new_id(), Kind.WATCH, thing.item, at + after, *place, min(watched, 2_000), finished=ended)
    if "like" in did:
        yield Told(new_id(), Kind.LIKE, thing.item, at, *place)
    product = Item(ItemKind.PRODUCT, thing.product)
    if "click" in did:
        yield Told(new_id(), Kind.PRODUCT_CLICK, product, at, *place)
    if "cart" in did:
        yield Told(new_id(), Kind.CART, product, at, *place, 1)


def _figures(begun: Play, *, learns: bool) -> dict[str, Any]:
    books, market = begun.books, begun.market
    shown = market.shown[: len(begun.stage.things)]
    gmv, refunded, costs = market.expected[:3].tolist()
    return {
        "people": len(begun.stage.visitors),
        "items": len(begun.stage.things),
        "hours": begun.hours,
        "requests": begun.requests,
        "requests_per_s": round(begun.requests / begun.serving_seconds, 1) if begun.serving_seconds else None,
        "policies": dict(begun.policies),
        "learned_here": learns,
        "orders": books.orders,
        "gmv": books.gmv_minor,
        "quality_gmv": books.gmv_minor - books.refunded_minor - market.truth.terms.complaint_minor * books.complaints,
        "refunds": books.refunds,
        "refund_rate": books.refunds / books.orders if books.orders else None,
        "complaints": books.complaints,
        "complaint_rate": books.complaints / books.orders if books.orders else None,
        "expected_gmv": round(gmv),
        "expected_quality_gmv": round(gmv - refunded - costs),
        "exposure_gini": gini(shown.astype(np.float64)),
        "refused": dict(books.refused),
        "doctor": {result.name: result.detail for result in examine() if not result.ok},
    }
