"""What interests hear from the market, and their nightly housekeeping."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from anxin.infra import clock
from anxin.infra.config import config
from anxin.infra.jobs import SLOW
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.guarantee.events.claims import ClaimDone
from anxin.market.interest import commands, store
from anxin.market.interest.commands import Fact
from anxin.market.interest.domain.events import Item, ItemKind, Kind
from anxin.market.orders.events import OrderPaid, OrderPlaced, OrderReceived
from anxin.market.orders.queries import LineFacts, OrderFacts, order
from anxin.market.people.events import PersonErased
from anxin.market.service.events.complaints import ComplaintFiled

DAYS_AHEAD = timedelta(days=7)


@subscribe(OrderPlaced)
def note_order(event: OrderPlaced, *, now: Instant) -> None:
    """What was ordered."""
    _note_order(event.person_id, event.order_id, Kind.ORDER, at=event.placed_at, now=now)


@subscribe(OrderPaid)
def note_payment(event: OrderPaid, *, now: Instant) -> None:
    """What was paid for."""
    _note_order(event.person_id, event.order_id, Kind.PAID, at=event.paid_at, now=now)


@subscribe(OrderReceived)
def note_receipt(event: OrderReceived, *, now: Instant) -> None:
    """What arrived."""
    _note_order(event.person_id, event.order_id, Kind.RECEIVED, at=event.received_at, now=now)


@subscribe(ClaimDone)
def note_refund(event: ClaimDone, *, now: Instant) -> None:
    """What went wrong so far that money went back."""
    if event.refund_minor:
        bought = order(event.order_id)
        (line,) = (one for one in bought.lines if one.id == event.line_id)
        fact = _fact(bought, line, Kind.REFUNDED, at=event.done_at)
        fact = replace(fact, key=f"refunded:{event.claim_id}", amount_minor=event.refund_minor)
        commands.note(event.person_id, [fact], now=now)


@subscribe(ComplaintFiled)
def note_complaint(event: ComplaintFiled, *, now: Instant) -> None:
    """What was complained about: the goods of an order, else the shop."""
    if event.order_id is not None:
        _note_order(event.person_id, event.order_id, Kind.COMPLAINT, at=now, now=now, key=event.complaint_id)
    else:
        fact = Fact(f"complaint:{event.complaint_id}", Kind.COMPLAINT, Item(ItemKind.SHOP, event.shop_id), 0, now)
        commands.note(event.person_id, [fact], now=now)


@subscribe(PersonErased)
def forget(event: PersonErased, *, now: Instant) -> None:
    """A person asked to be forgotten."""
    commands.forget_person(event.person_id, now=now)


@app.periodic(cron="17 * * * *")  # every hour, so that a night in which nothing ran is made up for
@app.task(name="interest.days")
def keep_days(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when it was due
    """Make the partitions of the days to come, drop those that have been kept for long enough."""
    today = store.day_of(clock.now())
    commands.make_days(today, today + DAYS_AHEAD)
    commands.forget_days(today - timedelta(days=config().interest_days), today=today)


@app.periodic(cron="*/5 * * * *")  # for a worker that was killed while it was at it
@app.task(name="interest.forget_on", queue=SLOW)
def forget_on(timestamp: int) -> None:  # noqa: ARG001 - procrastinate tells when it was due
    """Go on making nobody's what those did who begin anew or were erased."""
    commands.forget_all(now=clock.now())


def _note_order(
    person_id: UUID, order_id: UUID, kind: Kind, *, at: Instant, now: Instant, key: UUID | None = None
) -> None:
    bought = order(order_id)
    facts = [_fact(bought, line, kind, at=at, key=key) for line in bought.lines]
    commands.note(person_id, facts, now=now)


def _fact(bought: OrderFacts, line: LineFacts, kind: Kind, *, at: Instant, key: UUID | None = None) -> Fact:
    """Say something of a line of an order: whatever happens to it later, the same answer led there."""
    return Fact(
        f"{kind}:{key or ''}:{line.id}",
        kind,
        Item(ItemKind.PRODUCT, line.product_id),
        line.amount_minor,
        at,
        line.origin.request if line.origin else None,
        line.origin.content if line.origin else None,
        bought.placed_at,
    )
