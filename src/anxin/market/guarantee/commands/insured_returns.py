"""The one place where freight insurance touches claims: see one, and hand a courier's tracking number over."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import claims
from anxin.market.guarantee.domain.claim_acts import Closing
from anxin.market.guarantee.domain.claim_life import ClaimState, return_ended
from anxin.market.guarantee.domain.facts import FreightPayer
from anxin.market.guarantee.errors.claims import UnknownClaim
from anxin.market.guarantee.models import Claim
from anxin.market.guarantee.store import claims as claims_store


@dataclass(frozen=True)
class ReturnFacts:
    """What insurance and couriers need of a claim."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    state: ClaimState
    pieces: int
    merchant_at_fault: bool
    applied_at: Instant
    return_by: Instant | None
    return_address: dict[str, Any] | None
    carrier: str
    tracking_no: str

    @property
    def awaits_return(self) -> bool:
        """Whether the buyer has to send the goods now."""
        return self.state is ClaimState.AWAITING_RETURN


def locked_return(claim_id: UUID, *, person_id: UUID | None = None) -> ReturnFacts:
    """Return a claim as far as goods travel back for it, with its row locked. Raises UnknownClaim, for another's too."""
    return _facts(claims_store.lock(claim_id, person_id=person_id))


def return_of(claim_id: UUID, *, person_id: UUID) -> ReturnFacts:
    """Return a person's claim as far as goods travel back for it. Raises UnknownClaim, for another's too."""
    row = Claim.objects.filter(pk=claim_id, person_id=person_id).first()
    if row is None:
        raise UnknownClaim
    return _facts(row)


def applied_at(claim_id: UUID) -> Instant:
    """Return since when a return has been asked for."""
    found: Instant = Claim.objects.values_list("applied_at", flat=True).get(pk=claim_id)
    return found


def ended(claim_id: UUID) -> tuple[bool | None, Instant | None]:
    """Say how a return ended and when: True for done, False for nothing, None while it goes on."""
    row = Claim.objects.only("state", "closing", "ended_at").get(pk=claim_id)
    return return_ended(ClaimState(row.state), Closing(row.closing) if row.closing else None), row.ended_at


def send_back(claim: ReturnFacts, carrier: str, tracking_no: str, *, now: Instant) -> None:
    """Tell a claim under which number its goods travel, as its buyer would. Raises IllegalStep, TrackingNumberUsed."""
    claims.send_back(claim.claim_id, carrier=carrier, tracking_no=tracking_no, person_id=claim.person_id, now=now)


def _facts(row: Claim) -> ReturnFacts:
    return ReturnFacts(
        claim_id=row.pk,
        order_id=row.order_id,
        line_id=row.line_id,
        shop_id=row.shop_id,
        person_id=row.person_id,
        state=ClaimState(row.state),
        pieces=int(row.terms["pieces"]),
        merchant_at_fault=row.freight_payer == FreightPayer.MERCHANT,
        applied_at=row.applied_at,
        return_by=row.due_at,
        return_address=row.return_address,
        carrier=row.return_carrier,
        tracking_no=row.return_tracking_no,
    )
