"""Where the sandbox carrier keeps its journeys: in the database, or in memory for tests and simulations."""

from typing import Protocol

from anxin.market.shipping.models import SandboxJourney
from anxin.market.shipping.sandbox.journey import Journey, journey_from_json, journey_to_json


class Journeys(Protocol):
    """The carrier's own book."""

    def get(self, carrier: str, tracking_no: str) -> Journey | None:
        """Return a journey, None for a number never heard of."""

    def put(self, journey: Journey) -> None:
        """Keep a journey in place of what was kept of it."""


class JourneysInMemory:
    """A book that is gone with the process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], Journey] = {}

    def get(self, carrier: str, tracking_no: str) -> Journey | None:
        """Return a journey, None for a number never heard of."""
        return self._kept.get((carrier, tracking_no))

    def put(self, journey: Journey) -> None:
        """Keep a journey."""
        self._kept[(journey.carrier, journey.tracking_no)] = journey


class JourneysInDatabase:
    """A book that web and worker share."""

    def get(self, carrier: str, tracking_no: str) -> Journey | None:
        """Return a journey, None for a number never heard of."""
        row = SandboxJourney.objects.filter(carrier=carrier, tracking_no=tracking_no).first()
        return journey_from_json(row.facts) if row else None

    def put(self, journey: Journey) -> None:
        """Keep a journey."""
        SandboxJourney.objects.update_or_create(
            carrier=journey.carrier,
            tracking_no=journey.tracking_no,
            defaults={"facts": journey_to_json(journey)},
        )
