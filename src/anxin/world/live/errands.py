"""What becomes of an order, told as a story: paid, sent, received, and where the market says so sent back or complained about."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from anxin.infra.worker import drain
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import claim_answers, claim_evidence, claims
from anxin.market.guarantee.commands.claim_answers import Answer
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.queries.claims import ClaimState, ClaimType, Evidence, claim
from anxin.market.orders import commands as orders
from anxin.market.orders.commands import NewCheckout, Origin, Shipment, WantedLine
from anxin.market.orders.queries import order as order_facts
from anxin.market.payments.commands.sandbox import Choice, choose
from anxin.market.service.commands.complaints import ComplaintKind, NewComplaint, Subject, file_complaint
from anxin.world.cast import snapshots
from anxin.world.live.stage import Thing, Visitor

Ending = Callable[[Instant], Iterator[Instant]]
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
BUYING = 2 * MINUTE  # from the checkout until its payment is told to everybody
PACKING, TRAVEL, RETURN, LOOKING = 5 * HOUR, 19 * HOUR, 20 * HOUR, 24 * HOUR
GRUDGE = "收到的东西和页面上说的不一样，做工也有问题。"


@dataclass
class Bought:
    """What the real market has accepted: amounts are minor units."""

    orders: int = 0
    gmv_minor: int = 0
    refunds: int = 0
    refunded_minor: int = 0
    complaints: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # errands that the rules did not allow, by the error's name


@dataclass(frozen=True)
class Fate:
    """When an order will be sent back or complained about, if at all."""

    refund_at: Instant | None = None
    complaint_at: Instant | None = None


@dataclass(frozen=True)
class Errand:
    """One purchase: who buys what, where it was met, and who sends it."""

    visitor: Visitor
    thing: Thing
    origin: Origin
    staff: UUID

    def run(self, fate: Fate, books: Bought, *, now: Instant) -> Iterator[Instant]:
        """Live through it; yields the moment of each next step."""
        order_id = self._buy(now)
        line = order_facts(order_id).lines[0]
        books.orders, books.gmv_minor = books.orders + 1, books.gmv_minor + line.amount_minor
        yield now + PACKING
        orders.ship(Shipment(order_id, "sf", _tracking(order_id)), shop_id=self.thing.shop, now=now + PACKING)
        last = now + PACKING + TRAVEL
        yield last
        orders.confirm_receipt(order_id, person_id=self.visitor.id, now=last)
        for moment, does in self._bad_ends(order_id, line.id, fate, books):
            last = max(moment, last + MINUTE)  # a buyer does one thing after the other
            yield last
            for step in does(last):
                yield (last := step)

    def _bad_ends(self, order_id: UUID, line_id: UUID, fate: Fate, books: Bought) -> list[tuple[Instant, Ending]]:
        def complain(at: Instant) -> Iterator[Instant]:
            wish = NewComplaint(Subject(order_id=order_id), ComplaintKind.FALSE_ADVERTISING, GRUDGE)
            file_complaint(wish, person_id=self.visitor.id, now=at)
            books.complaints += 1
            yield from ()

        def send_back(at: Instant) -> Iterator[Instant]:
            yield from self._send_back(line_id, order_id, at)
            books.refunds, books.refunded_minor = books.refunds + 1, books.refunded_minor + self.thing.price_minor

        ends = ((fate.complaint_at, complain), (fate.refund_at, send_back))
        return sorted(((at, does) for at, does in ends if at is not None), key=lambda one: one[0])

    def _buy(self, now: Instant) -> UUID:
        wanted = WantedLine(self.thing.sku, 1, origin=self.origin)
        placed = orders.place_checkout(NewCheckout(self.visitor.id, (wanted,), self.visitor.address), now=now)
        started = orders.pay_checkout(
            placed.id, person_id=self.visitor.id, method="wallet", return_url="/", now=now + MINUTE
        )
        choose(UUID(started.pay_url.strip("/").rpartition("/")[2]), Choice.PAY, now=now + MINUTE)
        drain(now + BUYING)
        return placed.orders[0].id

    def _send_back(self, line_id: UUID, order_id: UUID, at: Instant) -> Iterator[Instant]:
        picture = claim_evidence.show(snapshots()[0], Evidence.PHOTO_DEFECT, by=self.visitor.id, now=at)
        wish = Application(line_id, Wish(ClaimType.RETURN_REFUND, "quality"), GRUDGE, (picture,))
        claim_id = claims.apply(wish, person_id=self.visitor.id, now=at)
        answer = Answer(self.thing.shop, self.staff, "收到")
        if claim(claim_id).state is ClaimState.APPLIED:  # else the promise granted it at once
            claim_answers.agree(claim_id, answer, now=at + MINUTE)
        yield at + RETURN
        number = _tracking(order_id, way=1)
        claims.send_back(claim_id, carrier="sf", tracking_no=number, person_id=self.visitor.id, now=at + RETURN)
        yield at + RETURN + LOOKING
        claim_answers.inspect(claim_id, 1, answer, now=at + RETURN + LOOKING)


def _tracking(order_id: UUID, *, way: int = 0) -> str:
    """Return a number that no other parcel has; `way` 1 is back."""
    return f"SF{(int(order_id.hex[-12:], 16) + way) % 10**13:013d}"
