"""The sandbox carrier: it moves parcels only on paper, says so loudly, and can be told to misbehave."""

import json
from dataclasses import replace
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.shipping.carrier import (
    Callback,
    PickUpBooking,
    PickUpReport,
    PickUpRequest,
    QuoteRequest,
    Slot,
)
from anxin.market.shipping.domain import PICKUP_CARRIERS, Consignment, Report
from anxin.market.shipping.errors import CarrierRefused, CarrierUnavailable, UnreadableCallback
from anxin.market.shipping.sandbox.journey import Journey, Mishap, Told, moved, report_from_json, report_to_json
from anxin.market.shipping.sandbox.journeys import Journeys
from anxin.market.shipping.sandbox.pickups import (
    PickUpMishap,
    Visit,
    Visits,
    VisitsInMemory,
    booked,
    is_collected,
    report_of,
    slots_after,
)
from anxin.market.shipping.sandbox.signing import check_headers, signed_headers
from anxin.market.shipping.sandbox.tariff import UNSERVED, price_minor

REPORTS_MAX = 100


class SandboxCarrier:
    """Plays all carriers at once. `key` signs its callbacks; `visits` is where it writes couriers' visits down."""

    name = "sandbox"
    is_sandbox = True

    def __init__(self, journeys: Journeys, key: bytes, visits: Visits | None = None) -> None:
        self._journeys = journeys
        self._key = key
        self._visits = visits or VisitsInMemory()

    def plan(self, carrier: str, tracking_no: str, *mishaps: Mishap) -> None:
        """Tell the sandbox how to misbehave with a parcel, before or after it is announced."""
        journey = self._journeys.get(carrier, tracking_no) or Journey(carrier, tracking_no)
        self._journeys.put(replace(journey, mishaps=mishaps))

    def journey(self, carrier: str, tracking_no: str) -> Journey | None:
        """Return what the sandbox knows of a parcel, the planned mishaps too."""
        return self._journeys.get(carrier, tracking_no)

    def announce(self, consignment: Consignment, *, now: Instant) -> None:
        """Take the parcel. Raises CarrierRefused, CarrierUnavailable when told so."""
        journey = self._answering(consignment.carrier, consignment.tracking_no)
        journey = journey or Journey(consignment.carrier, consignment.tracking_no)
        if Mishap.REFUSE in journey.mishaps:
            raise CarrierRefused("the address is outside our network")
        if journey.announced_at is None:
            self._journeys.put(replace(journey, announced_at=now))

    def track(self, carrier: str, tracking_no: str, *, now: Instant) -> tuple[Report, ...]:  # noqa: ARG002
        """Return what happened so far, whether it was told or not. Raises CarrierUnavailable when told so."""
        journey = self._answering(carrier, tracking_no)
        return journey.happened if journey else ()

    def quote_minor(self, request: QuoteRequest, *, now: Instant) -> int:  # noqa: ARG002
        """Return a price from the sandbox's own tariff. Raises CarrierRefused."""
        price = price_minor(request.carrier, request.from_region, request.to_region, request.weight_grams)
        if price is None:
            raise CarrierRefused("not served")
        return price

    def read_callback(self, callback: Callback, *, now: Instant) -> tuple[Report, ...]:
        """Return the reports in a callback. Raises ForgedCallback, UnreadableCallback."""
        check_headers(callback.headers, callback.body, self._key, now=now)
        try:
            said = json.loads(callback.body)["reports"]
            if not isinstance(said, list) or not 0 < len(said) <= REPORTS_MAX:
                raise UnreadableCallback
            return tuple(report_from_json(line) for line in said)
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            raise UnreadableCallback from broken

    def move(self, carrier: str, tracking_no: str, *, now: Instant) -> tuple[Callback, ...]:
        """Let one step happen to a parcel; return the callbacks that the carrier sends because of it."""
        journey = self._journeys.get(carrier, tracking_no)
        if journey is None:
            return ()
        after, told = moved(journey, now=now)
        self._journeys.put(after)
        return tuple(self._signed(reports, now=now) for reports in told)

    def plan_pickup(self, pickup_id: UUID, *mishaps: PickUpMishap) -> None:
        """Tell the sandbox how to misbehave with a visit, before or after it is booked."""
        self._visits.put(pickup_id, replace(self._visits.get(pickup_id), mishaps=mishaps))

    def pickup_slots(self, carrier: str, region: str, *, now: Instant) -> tuple[Slot, ...]:
        """Return the slots of the next three days, by day from 8:00 to 20:00 in Shanghai."""
        return slots_after(now) if carrier in PICKUP_CARRIERS and not region.startswith(UNSERVED) else ()

    def book_pickup(self, request: PickUpRequest, *, now: Instant) -> PickUpBooking:
        """Promise a courier. Raises CarrierRefused, CarrierUnavailable when told so."""
        visit = self._visited(request.pickup_id)
        if visit.booking is None:
            if PickUpMishap.REFUSE in visit.mishaps or not self.pickup_slots(
                request.carrier, request.from_place.region, now=now
            ):
                raise CarrierRefused("no courier goes there")
            visit = booked(visit, request)
            self._visits.put(request.pickup_id, visit)
            if PickUpMishap.SILENT_BOOKING in visit.mishaps:
                self.plan_pickup(request.pickup_id)
                raise CarrierUnavailable
        assert visit.booking is not None  # noqa: S101 - written just now
        return visit.booking

    def cancel_pickup(self, pickup_id: UUID, *, now: Instant) -> None:
        """Send no courier. Raises CarrierRefused once he has the parcel, CarrierUnavailable when told so."""
        visit = self._visited(pickup_id)
        if is_collected(visit, now=now):
            raise CarrierRefused("the courier has the parcel")
        self._visits.put(pickup_id, replace(visit, cancelled=True))

    def pickup_status(self, pickup_id: UUID, *, now: Instant) -> PickUpReport | None:
        """Return how far a visit is. Raises CarrierUnavailable when told so."""
        return report_of(self._visited(pickup_id), now=now)

    def _visited(self, pickup_id: UUID) -> Visit:
        """Return the visit, unless the sandbox was told not to answer once. Raises CarrierUnavailable."""
        visit = self._visits.get(pickup_id)
        if PickUpMishap.OUTAGE in visit.mishaps:
            self.plan_pickup(pickup_id, *(one for one in visit.mishaps if one is not PickUpMishap.OUTAGE))
            raise CarrierUnavailable
        return visit

    def _signed(self, reports: Told, *, now: Instant) -> Callback:
        body = json.dumps({"reports": [report_to_json(report) for report in reports]}, ensure_ascii=False).encode()
        return Callback(signed_headers(body, self._key, now=now), body)

    def _answering(self, carrier: str, tracking_no: str) -> Journey | None:
        """Return the journey, unless the sandbox was told not to answer once. Raises CarrierUnavailable."""
        journey = self._journeys.get(carrier, tracking_no)
        if journey is not None and Mishap.OUTAGE in journey.mishaps:
            rest = tuple(mishap for mishap in journey.mishaps if mishap is not Mishap.OUTAGE)
            self._journeys.put(replace(journey, mishaps=rest))
            raise CarrierUnavailable
        return journey
