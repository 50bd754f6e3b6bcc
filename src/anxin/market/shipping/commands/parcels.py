"""Parcels: register with the carrier, hear from it, ask it; each report counts once and nothing goes back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from anxin.infra.bulk import write_rows
from anxin.infra.deadlines import Due, cancel, schedule, schedule_many
from anxin.infra.outbox import publish_many
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.market.shipping import carriers, domain
from anxin.market.shipping.carrier import Callback, Carrier, QuoteRequest
from anxin.market.shipping.domain import CARRIERS, Consignment, ParcelState, Progress, Report, ReportKind
from anxin.market.shipping.errors import (
    BadTrackingNumber,
    CarrierRefused,
    TrackingNumberUsed,
    UnknownCarrier,
    UnknownParcel,
)
from anxin.market.shipping.events import ParcelInTransit, ParcelPickedUp, ParcelSigned, ParcelTroubled
from anxin.market.shipping.models import Parcel, TrackingEvent
from anxin.market.shipping.sandbox.journey import Mishap

ANNOUNCE = "shipping.announce"
POLL = "shipping.poll"
SANDBOX_MOVE = "shipping.sandbox_move"
POLL_EVERY = timedelta(hours=6)  # callbacks come within minutes; asking is the net under them
POLL_DAYS_MAX = 30
LOAD_BATCH = 1_000


@dataclass(frozen=True)
class NewParcel:
    """A parcel that an order sends; `to_region` is a GB/T 2260 code."""

    parcel_id: UUID
    order_id: UUID
    shop_id: UUID
    carrier: str
    tracking_no: str
    to_region: str = ""


def check_tracking_number(carrier: str, number: str) -> str:
    """Return the number as carriers print it. Raises UnknownCarrier, BadTrackingNumber."""
    facts = CARRIERS.get(carrier)
    if facts is None:
        raise UnknownCarrier(carrier[:20])
    normal = domain.normal_number(number)
    if not domain.is_tracking_number(facts, normal):
        raise BadTrackingNumber(carrier, number[:40], facts.example)
    return normal


@transactional
def register_parcel(parcel: NewParcel, *, now: Instant) -> None:
    """Follow a parcel from now on; again with another number it is followed under that one instead.

    Raises UnknownCarrier, BadTrackingNumber, TrackingNumberUsed.
    """
    number = check_tracking_number(parcel.carrier, parcel.tracking_no)
    known = Parcel.objects.select_for_update().filter(pk=parcel.parcel_id).first()
    if known is not None and (known.carrier, known.tracking_no) == (parcel.carrier, number):
        return
    facts = {
        "order_id": parcel.order_id,
        "shop_id": parcel.shop_id,
        "carrier": parcel.carrier,
        "tracking_no": number,
        "to_region": parcel.to_region,
        "registered_at": now,
        **_NOTHING_HEARD,
    }
    try:
        with savepoint():
            Parcel.objects.update_or_create(pk=parcel.parcel_id, defaults=facts)
    except IntegrityError as used:
        raise TrackingNumberUsed(number) from used
    if known is not None:
        TrackingEvent.objects.filter(parcel_id=parcel.parcel_id).delete()
    schedule(ANNOUNCE, parcel.parcel_id, now)
    schedule(POLL, parcel.parcel_id, now + POLL_EVERY)


_NOTHING_HEARD: dict[str, Any] = {
    "state": ParcelState.REGISTERED.value,
    "announced_at": None,
    "refusal": "",
    "picked_up_at": None,
    "in_transit_at": None,
    "out_for_delivery_at": None,
    "signed_at": None,
    "troubled_at": None,
}


@transactional
def receive_reports(reports: Sequence[Report], *, now: Instant) -> int:
    """Write down what a carrier reports; return how many lines were new.

    Repeated lines count once, late ones find their place, a state never goes back. Parcels that are not ours are
    ignored: carriers report on numbers that were corrected since.
    """
    by_parcel: dict[tuple[str, str], list[Report]] = {}
    for report in reports:
        by_parcel.setdefault((report.carrier, report.tracking_no), []).append(report)
    return sum(_hear(key, lines, now=now) for key, lines in sorted(by_parcel.items()))


def receive_callback(callback: Callback, *, now: Instant) -> int:
    """Read a carrier's callback and write down what it reports. Raises ForgedCallback, UnreadableCallback."""
    return receive_reports(carriers.carrier_service().read_callback(callback, now=now), now=now)


def announce(parcel_id: UUID, *, service: Carrier | None = None, now: Instant) -> None:
    """Tell the carrier of a parcel and note its answer. Raises CarrierUnavailable, to be tried again."""
    parcel = Parcel.objects.filter(pk=parcel_id, announced_at__isnull=True, refusal="").first()
    if parcel is None:
        return
    told = service or carriers.carrier_service()
    try:
        told.announce(Consignment(parcel.pk, parcel.carrier, parcel.tracking_no, parcel.to_region), now=now)
    except CarrierRefused as refused:
        _note_answer(parcel, refusal=refused.reason[:200])
        return
    _note_answer(parcel, announced_at=now)
    if told.is_sandbox:
        _schedule_sandbox(parcel.pk, parcel.carrier, parcel.tracking_no)


def poll(parcel_id: UUID, *, service: Carrier | None = None, now: Instant) -> int:
    """Ask the carrier where a parcel is; return how many lines were new. Raises CarrierUnavailable."""
    parcel = Parcel.objects.filter(pk=parcel_id, signed_at__isnull=True).first()
    if parcel is None:
        return 0
    asked = service or carriers.carrier_service()
    return receive_reports(asked.track(parcel.carrier, parcel.tracking_no, now=now), now=now)


@transactional
def schedule_next_poll(parcel_id: UUID, *, now: Instant) -> bool:
    """Say whether the parcel is still to be asked for, and if so set the next time."""
    since = now - timedelta(days=POLL_DAYS_MAX)
    if not Parcel.objects.filter(pk=parcel_id, signed_at__isnull=True, registered_at__gt=since).exists():
        return False
    schedule(POLL, parcel_id, now + POLL_EVERY)
    return True


def quote_minor(request: QuoteRequest, *, now: Instant) -> int:
    """Ask the carrier for a price in minor units. Raises UnknownCarrier, CarrierRefused, CarrierUnavailable."""
    if request.carrier not in CARRIERS:
        raise UnknownCarrier(request.carrier[:20])
    return carriers.carrier_service().quote_minor(request, now=now)


@transactional
def plan_mishaps(parcel_id: UUID, mishaps: Iterable[Mishap], *, now: Instant) -> None:  # noqa: ARG001
    """Tell the sandbox how to misbehave with a parcel. Raises UnknownParcel."""
    parcel = _found(parcel_id)
    carriers.sandbox().plan(parcel.carrier, parcel.tracking_no, *mishaps)
    _schedule_sandbox(parcel.pk, parcel.carrier, parcel.tracking_no)


@transactional
def move_in_sandbox(parcel_id: UUID, *, now: Instant) -> int:
    """Be the carrier's hand: move a parcel one step and knock at our own door with what the carrier then says.

    Returns how many callbacks were sent. Raises UnknownParcel.
    """
    parcel = Parcel.objects.select_for_update().filter(pk=parcel_id).first()
    if parcel is None:
        raise UnknownParcel
    callbacks = carriers.sandbox().move(parcel.carrier, parcel.tracking_no, now=now)
    for callback in callbacks:
        try:
            receive_callback(callback, now=now)
        except AnxinError:  # as a carrier would: a door that does not open is not forced, asking finds the report
            continue
    _schedule_sandbox(parcel.pk, parcel.carrier, parcel.tracking_no)
    return len(callbacks)


def _schedule_sandbox(parcel_id: UUID, carrier: str, tracking_no: str) -> None:
    journey = carriers.sandbox().journey(carrier, tracking_no)
    if journey is None or journey.next_move_at is None:
        cancel(SANDBOX_MOVE, parcel_id)
    else:
        schedule(SANDBOX_MOVE, parcel_id, journey.next_move_at)


@transactional
def _note_answer(parcel: Parcel, **facts: Any) -> None:
    Parcel.objects.filter(pk=parcel.pk, tracking_no=parcel.tracking_no).update(version=F("version") + 1, **facts)


def _hear(key: tuple[str, str], lines: Sequence[Report], *, now: Instant) -> int:
    parcel = Parcel.objects.select_for_update().filter(carrier=key[0], tracking_no=key[1]).first()
    if parcel is None:
        return 0
    heard = list(parcel.events.all())
    known = {row.event_id for row in heard}
    new = {line.event_id: line for line in lines if line.event_id not in known}
    if not new:
        return 0
    rows = [_row(parcel.pk, line, now=now) for line in new.values()]
    TrackingEvent.objects.bulk_create(rows)
    _advance(parcel, [*(_report(parcel, row) for row in heard), *new.values()], now=now)
    return len(new)


def _advance(parcel: Parcel, reports: Sequence[Report], *, now: Instant) -> None:
    before, after = ParcelState(parcel.state), domain.progress(reports, now=now)
    Parcel.objects.filter(pk=parcel.pk).update(
        state=after.state.value,
        troubled_at=after.troubled_at,
        version=F("version") + 1,
        **{f"{state.value}_at": moment for state, moment in after.reached.items()},
    )
    publish_many([(fact, parcel.shop_id) for fact in _facts(parcel, before, after, reports)], now=now)
    if after.state is ParcelState.SIGNED:
        cancel(POLL, parcel.pk)


def _facts(parcel: Parcel, before: ParcelState, after: Progress, reports: Sequence[Report]) -> list[Any]:
    whose = (parcel.pk, parcel.order_id, parcel.shop_id)
    made = {
        ParcelState.PICKED_UP: ParcelPickedUp,
        ParcelState.IN_TRANSIT: ParcelInTransit,
        ParcelState.SIGNED: ParcelSigned,
    }
    facts: list[Any] = [
        made[state](*whose, after.reached[state])
        for state in domain.states_between(before, after.state)
        if state in made
    ]
    if after.troubled_at is not None and parcel.troubled_at is None:
        texts = [line.text for line in reports if line.kind is ReportKind.EXCEPTION]
        facts.append(ParcelTroubled(*whose, after.troubled_at, texts[-1]))
    return facts


def _row(parcel_id: UUID, line: Report, *, now: Instant) -> TrackingEvent:
    return TrackingEvent(
        parcel_id=parcel_id,
        event_id=line.event_id,
        kind=line.kind.value,
        place=line.place,
        text=line.text,
        happened_at=line.happened_at,
        received_at=now,
    )


def _report(parcel: Parcel, row: TrackingEvent) -> Report:
    kind = ReportKind(row.kind)
    return Report(parcel.carrier, parcel.tracking_no, row.event_id, kind, row.happened_at, row.place, row.text)


def _found(parcel_id: UUID) -> Parcel:
    parcel = Parcel.objects.filter(pk=parcel_id).first()
    if parcel is None:
        raise UnknownParcel
    return parcel


@dataclass(frozen=True)
class LoadedParcel:
    """A past parcel with its reports, for the demo market and for benchmarks."""

    parcel: NewParcel
    registered_at: Instant
    reports: tuple[Report, ...] = ()


@transactional
def load_parcels(parcels: Sequence[LoadedParcel], *, now: Instant) -> None:
    """Write many past parcels in a few statements; nothing is announced and no event is told of them.

    Parcels not signed yet are asked for like any other.
    """
    write_rows(_loaded(one, now=now) for one in parcels)
    lines = [_row(one.parcel.parcel_id, report, now=report.happened_at) for one in parcels for report in one.reports]
    write_rows(lines)
    under_way = [one for one in parcels if domain.progress(one.reports, now=now).state is not ParcelState.SIGNED]
    schedule_many([Due(POLL, one.parcel.parcel_id, now + POLL_EVERY) for one in under_way])


def _loaded(one: LoadedParcel, *, now: Instant) -> Parcel:
    after = domain.progress(one.reports, now=now)
    return Parcel(
        id=one.parcel.parcel_id,
        order_id=one.parcel.order_id,
        shop_id=one.parcel.shop_id,
        carrier=one.parcel.carrier,
        tracking_no=check_tracking_number(one.parcel.carrier, one.parcel.tracking_no),
        to_region=one.parcel.to_region,
        state=after.state.value,
        registered_at=one.registered_at,
        announced_at=one.registered_at,
        troubled_at=after.troubled_at,
        **{f"{state.value}_at": moment for state, moment in after.reached.items()},
    )
