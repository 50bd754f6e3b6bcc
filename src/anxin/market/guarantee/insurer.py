"""The port to the insurer: cover an order's way back, call it off, and rule on a loss.

Every call carries our own id and may be repeated; again is the same answer. `InsurerUnavailable` means that the outcome
is unknown.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain.insurance import Route
from anxin.market.guarantee.domain.insurance_rules import InsuranceProduct


@dataclass(frozen=True)
class Application:
    """A policy to be written. Regions are GB/T 2260 codes, amounts minor units."""

    policy_id: UUID
    product: InsuranceProduct
    premium_minor: int
    cover_minor: int
    from_region: str
    to_region: str


@dataclass(frozen=True)
class Loss:
    """Freight that a return cost. `round` grows with every appeal: each is a question of its own."""

    claim_id: UUID
    round: int
    policy_id: UUID
    route: Route
    tracking_no: str
    asked_minor: int


class Outcome(StrEnum):
    """What the insurer says to a loss."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True)
class Ruling:
    """The insurer's word on a loss under its own reference."""

    outcome: Outcome
    reference: str = ""
    paid_minor: int = 0
    reason: str = ""


class Insurer(Protocol):
    """An insurer of freight."""

    name: str
    is_sandbox: bool

    def insure(self, application: Application, *, now: Instant) -> str:
        """Write a policy and return its reference. Raises InsurerRefused, InsurerUnavailable."""

    def cancel(self, policy_id: UUID, *, now: Instant) -> None:
        """Call a policy off; one never written is no policy either. Raises InsurerUnavailable."""

    def claim(self, loss: Loss, *, now: Instant) -> Ruling:
        """Report a loss, or ask how it stands. Raises InsurerUnavailable."""
