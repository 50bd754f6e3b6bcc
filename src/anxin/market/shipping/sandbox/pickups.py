"""A courier's visit inside the sandbox carrier: booked, then made at its time, unless told to go wrong. Pure but for the book."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from anxin.kernel.clock import SHANGHAI, Instant, shanghai_day, shanghai_midnight
from anxin.market.shipping.carrier import PickUpBooking, PickUpReport, PickUpRequest, Slot
from anxin.market.shipping.domain import PickUpState
from anxin.market.shipping.models import SandboxPickUp
from anxin.market.shipping.sandbox.tariff import price_minor

DAYS = 3
HOURS = range(8, 20, 2)
NOTICE = timedelta(hours=1)
RINGS_AFTER = timedelta(minutes=10)
_DIGITS = {"sf": ("SF", 13), "jd": ("JD", 13), "deppon": ("DPK", 12)}


class PickUpMishap(StrEnum):
    """How a real courier service has been seen to misbehave."""

    REFUSE = "refuse"  # sends nobody
    OUTAGE = "outage"  # the next call gets no answer
    SILENT_BOOKING = "silent_booking"  # books, and the answer is lost
    MISS = "miss"  # nobody comes
    HEAVY = "heavy"  # weighs three times what was declared
    LIE = "lie"  # says another freight each time it is asked


@dataclass(frozen=True)
class Visit:
    """What the carrier knows of one visit."""

    mishaps: tuple[PickUpMishap, ...] = ()
    booking: PickUpBooking | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    carrier: str = ""
    from_region: str = ""
    to_region: str = ""
    weight_grams: int = 0
    cancelled: bool = False


def slots_after(now: Instant) -> tuple[Slot, ...]:
    """Return two-hour slots by day for the next three days, leaving the courier an hour's notice."""
    midnights = [shanghai_midnight(shanghai_day(now) + timedelta(days=day)) for day in range(DAYS)]
    starts = [midnight.astimezone(SHANGHAI) + timedelta(hours=hour) for midnight in midnights for hour in HOURS]
    return tuple(
        Slot(start.astimezone(now.tzinfo), (start + timedelta(hours=2)).astimezone(now.tzinfo))
        for start in starts
        if start >= now + NOTICE
    )


def booked(visit: Visit, request: PickUpRequest) -> Visit:
    """Return the visit with its booking: a number that follows from the id, a price by the declared weight."""
    prefix, digits = _DIGITS[request.carrier]
    number = f"{prefix}{request.pickup_id.int % 10**digits:0{digits}d}"
    price = price_minor(request.carrier, request.from_place.region, request.to_place.region, request.weight_grams)
    return replace(
        visit,
        booking=PickUpBooking(number, price or 0),
        starts_at=request.slot.starts_at,
        ends_at=request.slot.ends_at,
        carrier=request.carrier,
        from_region=request.from_place.region,
        to_region=request.to_place.region,
        weight_grams=request.weight_grams,
    )


def is_collected(visit: Visit, *, now: Instant) -> bool:
    """Say whether the courier has the parcel."""
    if visit.starts_at is None or visit.cancelled or PickUpMishap.MISS in visit.mishaps:
        return False
    return now >= visit.starts_at + RINGS_AFTER


def report_of(visit: Visit, *, now: Instant) -> PickUpReport | None:
    """Return what the carrier says of a visit."""
    if visit.booking is None or visit.starts_at is None or visit.ends_at is None:
        return None
    number = visit.booking.tracking_no
    if visit.cancelled:
        return PickUpReport(PickUpState.CANCELLED, number)
    if not is_collected(visit, now=now):
        return PickUpReport(PickUpState.MISSED if now > visit.ends_at else PickUpState.BOOKED, number)
    weight = visit.weight_grams * (3 if PickUpMishap.HEAVY in visit.mishaps else 1)
    price = price_minor(visit.carrier, visit.from_region, visit.to_region, weight) or 0
    lie = now.minute * 100 if PickUpMishap.LIE in visit.mishaps else 0
    return PickUpReport(PickUpState.COLLECTED, number, visit.starts_at + RINGS_AFTER, weight, price + lie)


class Visits(Protocol):
    """The carrier's own book of visits."""

    def get(self, pickup_id: UUID) -> Visit:
        """Return a visit, an empty one where none is known."""

    def put(self, pickup_id: UUID, visit: Visit) -> None:
        """Keep a visit in place of what was kept of it."""


class VisitsInMemory:
    """A book that is gone with the process."""

    def __init__(self) -> None:
        self._kept: dict[UUID, Visit] = {}

    def get(self, pickup_id: UUID) -> Visit:
        """Return a visit, an empty one where none is known."""
        return self._kept.get(pickup_id, Visit())

    def put(self, pickup_id: UUID, visit: Visit) -> None:
        """Keep a visit."""
        self._kept[pickup_id] = visit


class VisitsInDatabase:
    """A book that web and worker share."""

    def get(self, pickup_id: UUID) -> Visit:
        """Return a visit, an empty one where none is known."""
        row = SandboxPickUp.objects.filter(pk=pickup_id).first()
        return visit_from_json(row.facts) if row else Visit()

    def put(self, pickup_id: UUID, visit: Visit) -> None:
        """Keep a visit."""
        SandboxPickUp.objects.update_or_create(pk=pickup_id, defaults={"facts": visit_to_json(visit)})


def visit_to_json(visit: Visit) -> dict[str, Any]:
    """Write a visit as plain JSON."""
    return {
        "mishaps": [mishap.value for mishap in visit.mishaps],
        "booking": [visit.booking.tracking_no, visit.booking.quote_minor] if visit.booking else None,
        "starts_at": visit.starts_at.isoformat() if visit.starts_at else None,
        "ends_at": visit.ends_at.isoformat() if visit.ends_at else None,
        "carrier": visit.carrier,
        "from_region": visit.from_region,
        "to_region": visit.to_region,
        "weight_grams": visit.weight_grams,
        "cancelled": visit.cancelled,
    }


def visit_from_json(data: Mapping[str, Any]) -> Visit:
    """Read a visit as `visit_to_json` wrote it."""
    return Visit(
        mishaps=tuple(map(PickUpMishap, data["mishaps"])),
        booking=PickUpBooking(*data["booking"]) if data["booking"] else None,
        starts_at=datetime.fromisoformat(data["starts_at"]) if data["starts_at"] else None,
        ends_at=datetime.fromisoformat(data["ends_at"]) if data["ends_at"] else None,
        carrier=data["carrier"],
        from_region=data["from_region"],
        to_region=data["to_region"],
        weight_grams=data["weight_grams"],
        cancelled=data["cancelled"],
    )
