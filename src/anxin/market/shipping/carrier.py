"""The port to the carriers: announce a parcel, ask where it is, read a signed callback, quote a price, send a courier.

`CarrierUnavailable` means that the outcome is unknown: every call may be repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.shipping.domain import Consignment, PickUpState, Report


@dataclass(frozen=True)
class QuoteRequest:
    """What a price depends on: two GB/T 2260 regions and the weight."""

    carrier: str
    from_region: str
    to_region: str
    weight_grams: int


@dataclass(frozen=True)
class Callback:
    """A request that claims to come from a carrier: its headers and its body, byte for byte."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, order=True)
class Slot:
    """A time in which a courier comes."""

    starts_at: Instant
    ends_at: Instant


@dataclass(frozen=True)
class PickUpPlace:
    """Where a courier goes; `region` is a GB/T 2260 code."""

    name: str
    phone: str
    region: str
    text: str


@dataclass(frozen=True)
class PickUpRequest:
    """A courier wanted (上门取件): `pickup_id` is ours and makes asking again the same booking."""

    pickup_id: UUID
    carrier: str
    slot: Slot
    from_place: PickUpPlace
    to_place: PickUpPlace
    weight_grams: int


@dataclass(frozen=True)
class PickUpBooking:
    """What a carrier answers: the number the parcel will travel under and what it will cost by the declared weight."""

    tracking_no: str
    quote_minor: int


@dataclass(frozen=True)
class PickUpReport:
    """How far a pick-up is; once collected also what was weighed and what it costs."""

    state: PickUpState
    tracking_no: str
    collected_at: Instant | None = None
    weight_grams: int = 0
    freight_minor: int = 0


class Carrier(Protocol):
    """A carrier, or a service that speaks for many."""

    name: str
    is_sandbox: bool

    def announce(self, consignment: Consignment, *, now: Instant) -> None:
        """Tell the carrier to report on a parcel; again is harmless. Raises CarrierRefused, CarrierUnavailable."""

    def track(self, carrier: str, tracking_no: str, *, now: Instant) -> tuple[Report, ...]:
        """Return all that is known of a parcel, empty for one never heard of. Raises CarrierUnavailable."""

    def quote_minor(self, request: QuoteRequest, *, now: Instant) -> int:
        """Return what sending would cost. Raises CarrierRefused, CarrierUnavailable."""

    def read_callback(self, callback: Callback, *, now: Instant) -> tuple[Report, ...]:
        """Return the reports in a callback. Raises ForgedCallback, UnreadableCallback."""

    def pickup_slots(self, carrier: str, region: str, *, now: Instant) -> tuple[Slot, ...]:
        """Return when a courier can come, soonest first, empty where none does. Raises CarrierUnavailable."""

    def book_pickup(self, request: PickUpRequest, *, now: Instant) -> PickUpBooking:
        """Send a courier; again with the same id is the same booking. Raises CarrierRefused, CarrierUnavailable."""

    def cancel_pickup(self, pickup_id: UUID, *, now: Instant) -> None:
        """Send no courier; again, or for one never booked, is harmless. Raises CarrierRefused once he has the parcel."""

    def pickup_status(self, pickup_id: UUID, *, now: Instant) -> PickUpReport | None:
        """Return how far a pick-up is, None for one never heard of. Raises CarrierUnavailable."""
