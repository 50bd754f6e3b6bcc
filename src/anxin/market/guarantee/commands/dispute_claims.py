"""The one place where disputes touch claims: lock one, send it the way of a verdict, close it."""

from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import claim_platform
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.domain.verdicts import Verdict, ruling_of
from anxin.market.guarantee.models.claims import Claim
from anxin.market.guarantee.models.disputes import Dispute


def lock(claim_id: UUID) -> str | None:
    """Lock a claim, before its dispute, and return where it stands; None for one that is not there."""
    return Claim.objects.select_for_update().filter(id=claim_id).values_list("state", flat=True).first()


def rule(row: Dispute, verdict: Verdict, *, now: Instant) -> None:
    """Let the claim go the way of a verdict: refund, goods and compensation follow."""
    claim_platform.rule(row.claim_id, ruling_of(verdict, ClaimType(row.claim_type)), now=now)


def close(row: Dispute, *, now: Instant) -> None:
    """End the claim without a verdict."""
    claim_platform.close(row.claim_id, now=now)
