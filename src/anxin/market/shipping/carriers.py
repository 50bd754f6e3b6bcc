"""Which carrier service this installation uses: the one place that knows."""

import logging
from uuid import UUID

from anxin.infra.config import config
from anxin.infra.secrets import secret
from anxin.kernel.clock import Instant
from anxin.market.shipping.carrier import (
    Callback,
    Carrier,
    PickUpBooking,
    PickUpReport,
    PickUpRequest,
    QuoteRequest,
    Slot,
)
from anxin.market.shipping.domain import Consignment, Report
from anxin.market.shipping.errors import CarrierRefused, ForgedCallback
from anxin.market.shipping.sandbox.carrier import SandboxCarrier
from anxin.market.shipping.sandbox.journeys import JourneysInDatabase
from anxin.market.shipping.sandbox.pickups import VisitsInDatabase

log = logging.getLogger(__name__)


class NoCarrier:
    """No tracking service is connected: parcels can be sent, nothing is heard of them, receipt follows by its deadline."""

    name = "none"
    is_sandbox = False

    def announce(self, consignment: Consignment, *, now: Instant) -> None:  # noqa: ARG002
        """Tell nobody, and say so in the log."""
        log.warning("no tracking service is connected: nothing will be heard of parcel %s", consignment.parcel_id)

    def track(self, carrier: str, tracking_no: str, *, now: Instant) -> tuple[Report, ...]:  # noqa: ARG002
        """Know nothing."""
        return ()

    def quote_minor(self, request: QuoteRequest, *, now: Instant) -> int:  # noqa: ARG002
        """Know no price."""
        raise CarrierRefused("no carrier service is connected")

    def read_callback(self, callback: Callback, *, now: Instant) -> tuple[Report, ...]:  # noqa: ARG002
        """Trust nobody."""
        raise ForgedCallback

    def pickup_slots(self, carrier: str, region: str, *, now: Instant) -> tuple[Slot, ...]:  # noqa: ARG002
        """Have no courier."""
        return ()

    def book_pickup(self, request: PickUpRequest, *, now: Instant) -> PickUpBooking:  # noqa: ARG002
        """Send nobody."""
        raise CarrierRefused("no carrier service is connected")

    def cancel_pickup(self, pickup_id: UUID, *, now: Instant) -> None:
        """Have sent nobody."""

    def pickup_status(self, pickup_id: UUID, *, now: Instant) -> PickUpReport | None:  # noqa: ARG002
        """Know nothing."""
        return None


def sandbox() -> SandboxCarrier:
    """Return the sandbox carrier of this installation."""
    key = secret(config().home_path, "sandbox_carrier").encode()
    return SandboxCarrier(JourneysInDatabase(), key, VisitsInDatabase())


def carrier_service() -> Carrier:
    """Return the carrier service in use."""
    return sandbox() if config().is_sandbox else NoCarrier()
