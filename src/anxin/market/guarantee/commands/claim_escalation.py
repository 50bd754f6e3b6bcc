"""A claim goes before the platform: the buyer calls it after a refusal, or it steps in by itself."""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands.claim_effects import By, carry_out
from anxin.market.guarantee.commands.dispute_opening import DisputedClaim, open_for_claim
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.claim_moves import not_paid
from anxin.market.guarantee.domain.claims import ClaimType
from anxin.market.guarantee.models.claims import Claim as ClaimRow
from anxin.market.guarantee.store import claims as store

__all__ = ["escalate", "seize"]


@transactional
def escalate(claim_id: UUID, *, words: str = "", person_id: UUID, now: Instant) -> UUID:
    """Call the platform (申请平台介入); return the dispute's id. Raises UnknownClaim, IllegalStep."""
    row = store.lock(claim_id, person_id=person_id)
    return _open(row, By(Party.BUYER, person_id, words), now=now)


@transactional
def seize(claim_id: UUID, *, reason: str, actor_id: UUID, now: Instant) -> UUID:
    """Step in by the platform's own will, at any time before money moves. Raises UnknownClaim, IllegalStep."""
    return _open(store.lock(claim_id), By(Party.PLATFORM, actor_id, reason), now=now)


def _open(row: ClaimRow, by: By, *, now: Instant) -> UUID:
    claim = carry_out(row, acts.Escalate(by.party), by, now=now)
    disputed = DisputedClaim(
        claim_id=row.id,
        order_id=row.order_id,
        line_id=row.line_id,
        shop_id=row.shop_id,
        person_id=row.person_id,
        category=row.category,
        claim_type=row.type,
        claim_reason=row.reason,
        asked_minor=not_paid(claim, claim.terms.refund_minor),
        paid_minor=not_paid(claim, claim.terms.worth_minor),
        refundable_minor=not_paid(claim, claim.terms.refund_max_minor),
        shipped=row.type != ClaimType.REFUND_UNSHIPPED,
        fresh=row.terms["closes_without_evidence"],
    )
    return open_for_claim(disputed, by=by.party, actor_id=by.actor_id, now=now)
