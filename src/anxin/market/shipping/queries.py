"""What others may ask about parcels and carriers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.shipping import carriers as services
from anxin.market.shipping.domain import (
    CARRIERS,
    PICKUP_CARRIERS,
    CarrierFacts,
    ParcelState,
    PickUpState,
    ReportKind,
    guess_carriers,
    normal_number,
)
from anxin.market.shipping.errors import UnknownParcel, UnknownPickUp
from anxin.market.shipping.models import Parcel, PickUp, TrackingEvent
from anxin.market.shipping.sandbox.journey import Mishap

__all__ = ["PICKUP_CARRIERS", "CarrierFacts", "Mishap", "ParcelState", "PickUpState", "ReportKind"]

EVENTS_MAX = 200


@dataclass(frozen=True)
class TrackingLine:
    """One line of a parcel's tracking."""

    kind: ReportKind
    place: str
    text: str
    happened_at: datetime


@dataclass(frozen=True)
class ParcelFacts:
    """A parcel and its tracking, newest line first."""

    id: UUID
    order_id: UUID
    shop_id: UUID
    carrier: CarrierFacts
    tracking_no: str
    state: ParcelState
    registered_at: datetime
    picked_up_at: datetime | None
    signed_at: datetime | None
    troubled_at: datetime | None
    refusal: str
    lines: tuple[TrackingLine, ...] = ()


@dataclass(frozen=True)
class PickUpFacts:
    """A courier's visit. Amounts are minor units: quoted by the declared weight, then charged by the scales."""

    id: UUID
    order_id: UUID
    shop_id: UUID
    carrier: CarrierFacts
    state: PickUpState
    starts_at: datetime
    ends_at: datetime
    tracking_no: str
    quote_minor: int
    weight_grams: int
    freight_minor: int
    refusal: str
    ended_at: datetime | None


def pickup(pickup_id: UUID) -> PickUpFacts:
    """Return one visit. Raises UnknownPickUp."""
    row = PickUp.objects.filter(pk=pickup_id).first()
    if row is None:
        raise UnknownPickUp
    return _visit(row)


def pickups_by_id(pickup_ids: Sequence[UUID]) -> dict[UUID, PickUpFacts]:
    """Return visits by their ids, in one statement."""
    return {row.pk: _visit(row) for row in PickUp.objects.filter(pk__in=list(pickup_ids))}


def carriers() -> tuple[CarrierFacts, ...]:
    """Return the carriers that parcels can be sent with."""
    return tuple(CARRIERS.values())


def carriers_for(number: str) -> tuple[CarrierFacts, ...]:
    """Return the carriers that print such a tracking number, the likeliest first."""
    return tuple(CARRIERS[code] for code in guess_carriers(normal_number(number)))


def parcel(parcel_id: UUID) -> ParcelFacts:
    """Return one parcel with its tracking. Raises UnknownParcel."""
    row = Parcel.objects.filter(pk=parcel_id).first()
    if row is None:
        raise UnknownParcel
    return _facts(row, _lines([row.pk]).get(row.pk, ()))


def parcel_of_shop(shop_id: UUID, parcel_id: UUID) -> ParcelFacts:
    """Return one parcel that a shop sent. Raises UnknownParcel, for another shop's too."""
    found = parcel(parcel_id)
    if found.shop_id != shop_id:
        raise UnknownParcel
    return found


def parcels_of_orders(order_ids: Sequence[UUID]) -> dict[UUID, tuple[ParcelFacts, ...]]:
    """Return the parcels of some orders with their tracking, in two statements whatever the number of orders."""
    rows = list(Parcel.objects.filter(order_id__in=list(order_ids)).order_by("id"))
    lines = _lines([row.pk for row in rows])
    found: dict[UUID, tuple[ParcelFacts, ...]] = {}
    for row in rows:
        found[row.order_id] = (*found.get(row.order_id, ()), _facts(row, lines.get(row.pk, ())))
    return found


def parcels_page(
    shop_id: UUID | None = None, *, cursor: str | None = None, limit: int | None = None
) -> Page[ParcelFacts]:
    """Return parcels of one shop, or of all, newest first, without their lines."""
    size = limited(limit)
    rows = Parcel.objects.order_by("-id")
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    return page_of([_facts(row, ()) for row in rows[: size + 1]], size, lambda facts: str(facts.id))


def sandbox_mishaps(parcel_id: UUID) -> tuple[Mishap, ...]:
    """Return how the sandbox was told to misbehave with a parcel. Raises UnknownParcel."""
    row = Parcel.objects.filter(pk=parcel_id).first()
    if row is None:
        raise UnknownParcel
    journey = services.sandbox().journey(row.carrier, row.tracking_no)
    return journey.mishaps if journey else ()


def _lines(parcel_ids: Sequence[UUID]) -> dict[UUID, tuple[TrackingLine, ...]]:
    found: dict[UUID, tuple[TrackingLine, ...]] = {}
    rows = TrackingEvent.objects.filter(parcel_id__in=parcel_ids).order_by("-happened_at", "-event_id")
    for row in rows[: EVENTS_MAX * max(1, len(parcel_ids))]:
        line = TrackingLine(ReportKind(row.kind), row.place, row.text, row.happened_at)
        found[row.parcel_id] = (*found.get(row.parcel_id, ()), line)
    return found


def _facts(row: Parcel, lines: tuple[TrackingLine, ...]) -> ParcelFacts:
    return ParcelFacts(
        id=row.pk,
        order_id=row.order_id,
        shop_id=row.shop_id,
        carrier=CARRIERS[row.carrier],
        tracking_no=row.tracking_no,
        state=ParcelState(row.state),
        registered_at=row.registered_at,
        picked_up_at=row.picked_up_at,
        signed_at=row.signed_at,
        troubled_at=row.troubled_at,
        refusal=row.refusal,
        lines=lines,
    )


def _visit(row: PickUp) -> PickUpFacts:
    plain = {name: getattr(row, name) for name in PickUpFacts.__dataclass_fields__ if name not in {"carrier", "state"}}
    return PickUpFacts(carrier=CARRIERS[row.carrier], state=PickUpState(row.state), **plain)
