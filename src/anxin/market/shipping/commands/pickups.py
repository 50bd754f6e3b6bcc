"""Couriers' visits (上门取件): asked for here, booked, called off and asked about at the carrier, outside transactions."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import UUID

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.outbox import publish
from anxin.infra.rows import step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.shipping import carriers
from anxin.market.shipping.carrier import Carrier, PickUpBooking, PickUpPlace, PickUpReport, PickUpRequest, Slot
from anxin.market.shipping.domain import CARRIERS, PICKUP_CARRIERS, PICKUP_LIFE, PickUpState
from anxin.market.shipping.errors import (
    CarrierRefused,
    CarrierUnavailable,
    SlotGone,
    UnknownCarrier,
    UnknownPickUp,
)
from anxin.market.shipping.events import PickUpBooked, PickUpCollected, PickUpFailed
from anxin.market.shipping.models import PickUp
from anxin.market.shipping.sandbox.pickups import PickUpMishap

BOOK = "shipping.pickup_book"
POLL_PICKUP = "shipping.pickup_poll"
CALL_OFF = "shipping.pickup_call_off"
AGAIN = timedelta(minutes=10)  # after a call without answer
POLL_AGAIN = timedelta(minutes=30)
POLL_AFTER_END = timedelta(days=2)  # a courier's report may come late; then nobody came
FREIGHT_MINOR_MAX = 1_000_000  # a courier who asks more than ¥10,000 is asked again


@dataclass(frozen=True)
class NewPickUp:
    """A courier wanted for a parcel of an order; asking again with the same id changes nothing."""

    pickup_id: UUID
    order_id: UUID
    shop_id: UUID
    carrier: str
    slot: Slot
    from_place: PickUpPlace
    to_place: PickUpPlace
    weight_grams: int


def pickup_slots(
    region: str, *, carrier: str = PICKUP_CARRIERS[0], service: Carrier | None = None, now: Instant
) -> tuple[Slot, ...]:
    """Ask the carrier when a courier can come to a region. Raises UnknownCarrier, CarrierUnavailable."""
    if carrier not in CARRIERS:
        raise UnknownCarrier(carrier[:20])
    return (service or carriers.carrier_service()).pickup_slots(carrier, region, now=now)


@transactional
def ask_pickup(wish: NewPickUp, *, now: Instant) -> None:
    """Write down that a courier is wanted; the carrier is asked right after. Raises UnknownCarrier, SlotGone."""
    if wish.carrier not in PICKUP_CARRIERS:
        raise UnknownCarrier(wish.carrier[:20])
    if not now < wish.slot.starts_at < wish.slot.ends_at:
        raise SlotGone
    facts = {
        "order_id": wish.order_id,
        "shop_id": wish.shop_id,
        "carrier": wish.carrier,
        "starts_at": wish.slot.starts_at,
        "ends_at": wish.slot.ends_at,
        "places": {"from": asdict(wish.from_place), "to": asdict(wish.to_place)},
        "declared_grams": wish.weight_grams,
        "asked_at": now,
    }
    _, is_new = PickUp.objects.get_or_create(pk=wish.pickup_id, defaults=facts)
    if is_new:
        schedule(BOOK, wish.pickup_id, now)


def book_pickup(pickup_id: UUID, *, service: Carrier | None = None, now: Instant) -> None:
    """Book a visit at the carrier and note its answer; without one it is asked again until the slot begins."""
    row = PickUp.objects.filter(pk=pickup_id, state=PickUpState.ASKED.value).first()
    if row is None or row.places is None:
        return
    if now >= row.starts_at:  # it may be booked without our knowing, so it is called off too
        _refuse(pickup_id, "no answer", now=now)
        return
    try:
        booking = (service or carriers.carrier_service()).book_pickup(_request(row), now=now)
    except CarrierRefused as refused:
        _refuse(pickup_id, refused.reason[:200], now=now)
    except CarrierUnavailable:
        _again(BOOK, pickup_id, now + AGAIN)
    else:
        _note_booking(pickup_id, booking, now=now)


def poll_pickup(pickup_id: UUID, *, service: Carrier | None = None, now: Instant) -> None:
    """Ask the carrier how far a visit is and note its answer; ask again while it has not ended."""
    row = PickUp.objects.filter(pk=pickup_id).first()
    if row is None or not PICKUP_LIFE.allows(PickUpState(row.state), "collect"):
        return
    try:
        report = (service or carriers.carrier_service()).pickup_status(pickup_id, now=now)
    except CarrierUnavailable:
        report = None
    _note_report(pickup_id, report, now=now)


@transactional
def cancel_pickup(pickup_id: UUID, *, now: Instant) -> None:
    """Want no courier any more; again changes nothing. Raises UnknownPickUp, IllegalStep once it is over."""
    row = _locked(pickup_id)
    if row.state == PickUpState.CANCELLED:
        return
    step_row(row, PICKUP_LIFE, "cancel", ended_at=now, places=None)
    cancel(BOOK, pickup_id)
    schedule(CALL_OFF, pickup_id, now)
    publish(PickUpFailed(row.pk, row.order_id, row.shop_id, "cancelled", now), shop_id=row.shop_id, now=now)


def call_off(pickup_id: UUID, *, service: Carrier | None = None, now: Instant) -> None:
    """Tell the carrier that no courier is wanted; one who has the parcel already is asked about instead."""
    try:
        (service or carriers.carrier_service()).cancel_pickup(pickup_id, now=now)
    except CarrierRefused:
        poll_pickup(pickup_id, service=service, now=now)
    except CarrierUnavailable:
        _again(CALL_OFF, pickup_id, now + AGAIN)


@transactional
def plan_pickup_mishaps(pickup_id: UUID, mishaps: Iterable[PickUpMishap], *, now: Instant) -> None:  # noqa: ARG001
    """Tell the sandbox how to misbehave with a visit."""
    carriers.sandbox().plan_pickup(pickup_id, *mishaps)


@transactional
def _note_booking(pickup_id: UUID, booking: PickUpBooking, *, now: Instant) -> None:
    row = _locked(pickup_id)
    if row.state != PickUpState.ASKED:  # called off while the carrier was asked
        if row.state == PickUpState.CANCELLED:
            schedule(CALL_OFF, pickup_id, now)
        return
    step_row(row, PICKUP_LIFE, "book", tracking_no=booking.tracking_no, quote_minor=booking.quote_minor, booked_at=now)
    schedule(POLL_PICKUP, pickup_id, row.starts_at + POLL_AGAIN)
    fact = PickUpBooked(
        row.pk,
        row.order_id,
        row.shop_id,
        row.carrier,
        booking.tracking_no,
        row.starts_at,
        row.ends_at,
        booking.quote_minor,
    )
    publish(fact, shop_id=row.shop_id, now=now)


@transactional
def _note_report(pickup_id: UUID, report: PickUpReport | None, *, now: Instant) -> None:
    """Write down what the carrier says: the first word of a collected parcel counts, whatever it says later."""
    row = _locked(pickup_id)
    state = report.state if report else PickUpState.BOOKED
    if report and state is PickUpState.COLLECTED and 0 <= report.freight_minor <= FREIGHT_MINOR_MAX:
        if PICKUP_LIFE.allows(PickUpState(row.state), "collect"):
            _collect(row, report, now=now)
        return
    if row.state != PickUpState.BOOKED:
        return
    given_up = now >= row.ends_at + POLL_AFTER_END
    if state in {PickUpState.MISSED, PickUpState.CANCELLED} or given_up:
        step_row(row, PICKUP_LIFE, "miss", ended_at=now, places=None)
        publish(PickUpFailed(row.pk, row.order_id, row.shop_id, "missed", now), shop_id=row.shop_id, now=now)
    else:
        schedule(POLL_PICKUP, pickup_id, now + POLL_AGAIN)


def _collect(row: PickUp, report: PickUpReport, *, now: Instant) -> None:
    collected_at = min(report.collected_at or now, now)
    number = row.tracking_no or report.tracking_no
    step_row(
        row,
        PICKUP_LIFE,
        "collect",
        ended_at=collected_at,
        tracking_no=number,
        weight_grams=report.weight_grams,
        freight_minor=report.freight_minor,
        places=None,
    )
    fact = PickUpCollected(
        row.pk, row.order_id, row.shop_id, row.carrier, number, report.weight_grams, report.freight_minor, collected_at
    )
    publish(fact, shop_id=row.shop_id, now=now)


@transactional
def _refuse(pickup_id: UUID, reason: str, *, now: Instant) -> None:
    row = _locked(pickup_id)
    if row.state != PickUpState.ASKED:
        return
    step_row(row, PICKUP_LIFE, "refuse", refusal=reason, ended_at=now, places=None)
    schedule(CALL_OFF, pickup_id, now)
    publish(PickUpFailed(row.pk, row.order_id, row.shop_id, "refused", now), shop_id=row.shop_id, now=now)


@transactional
def _again(kind: str, pickup_id: UUID, due_at: Instant) -> None:
    schedule(kind, pickup_id, due_at)


def _locked(pickup_id: UUID) -> PickUp:
    row = PickUp.objects.select_for_update().filter(pk=pickup_id).first()
    if row is None:
        raise UnknownPickUp
    return row


def _request(row: PickUp) -> PickUpRequest:
    places = {side: PickUpPlace(**place) for side, place in (row.places or {}).items()}
    slot = Slot(row.starts_at, row.ends_at)
    return PickUpRequest(row.pk, row.carrier, slot, places["from"], places["to"], row.declared_grams)
