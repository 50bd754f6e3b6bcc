"""A claim goes before the platform: the buyer calls it after a refusal, or it steps in by itself (平台介入).

The platform may act at any time after an order (总则 63), so it needs nobody's claim: where the line has none, it opens one.
"""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.claim_effects import By, carry_on, carry_out
from anxin.market.guarantee.commands.decisions import case_of
from anxin.market.guarantee.commands.dispute_opening import DisputedClaim, open_for_claim
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.claim_moves import not_paid
from anxin.market.guarantee.domain.claims import act, draft
from anxin.market.guarantee.domain.deciding import terms_of_case
from anxin.market.guarantee.domain.facts import FreightPayer
from anxin.market.guarantee.errors.claims import BadWords
from anxin.market.guarantee.models.claims import Claim as ClaimRow
from anxin.market.guarantee.store import claims as store
from anxin.market.orders.queries import orders_of_lines
from anxin.market.people.commands.audit import record_act

__all__ = ["NewCase", "escalate", "look_into", "open_case", "seize"]

OF_PLATFORM = "platform_case"  # what a claim says has happened that nobody but the platform asked for
WHY_MAX = 500


@dataclass(frozen=True)
class NewCase:
    """Pieces of an order line that the platform looks into though nobody claimed, and why.

    They are those that were shipped, or with `unsent` those that were not; where only one kind is there, that one.
    """

    line_id: UUID
    pieces: int
    why: str
    unsent: bool = False


@transactional
def escalate(claim_id: UUID, *, words: str = "", person_id: UUID, now: Instant) -> UUID:
    """Call the platform (申请平台介入); return the dispute's id. Raises UnknownClaim, IllegalStep."""
    row = store.lock(claim_id, person_id=person_id)
    return _open(row, By(Party.BUYER, person_id, words), now=now)


@transactional
def look_into(case: NewCase, *, actor_id: UUID, now: Instant) -> UUID:
    """Step in about a line: over all of its open claim where it has one, else over the pieces of `case`.

    Returns the dispute's id. Raises BadWords and what `seize` and `open_case` raise.
    """
    if not case.why.strip():
        raise BadWords
    running = store.open_on([case.line_id]).get(case.line_id)
    if running is None:
        return open_case(case, actor_id=actor_id, now=now)
    return seize(running, reason=case.why, actor_id=actor_id, now=now)


@transactional
def seize(claim_id: UUID, *, reason: str, actor_id: UUID, now: Instant) -> UUID:
    """Step in by the platform's own will, at any time before money moves; return the dispute's id.

    Raises UnknownClaim, IllegalStep.
    """
    return _step_in(store.lock(claim_id), reason, actor_id=actor_id, now=now)


@transactional
def open_case(case: NewCase, *, actor_id: UUID, now: Instant) -> UUID:
    """Step in where nobody has claimed anything; return the dispute's id. It is none of the buyer's attempts.

    Raises BadWords, UnknownLine, UnknownCertificate (never paid), ClaimOpen (then `seize` it), BadPieces, BadAmount.
    """
    if not case.why.strip():
        raise BadWords
    line = case_of(case.line_id, now=now).line
    order = orders_of_lines([case.line_id])[case.line_id]
    terms = terms_of_case(line, case.pieces, unsent=case.unsent)
    turn = act(draft(terms), acts.Apply(terms, max(1, line.attempts)), now=now)
    claim_id = new_id()
    bought = next(one for one in order.lines if one.id == case.line_id)
    row = ClaimRow(
        id=claim_id,
        order_id=order.id,
        line_id=case.line_id,
        shop_id=order.shop_id,
        person_id=order.person_id,
        sku_id=bought.sku_id,
        category=str(bought.frozen.get("category", "")),
        reason=OF_PLATFORM,
        freight_payer=FreightPayer.MERCHANT,
        money_ref=f"claim:{claim_id}",
        applied_at=now,
    )
    store.insert(row, turn.claim)
    carry_on(row, turn, By(Party.PLATFORM, actor_id, facts={"reason": OF_PLATFORM}), now=now)
    return _step_in(row, case.why, actor_id=actor_id, now=now)


def _step_in(row: ClaimRow, why: str, *, actor_id: UUID, now: Instant) -> UUID:
    dispute_id = _open(row, By(Party.PLATFORM, actor_id, why.strip()[:WHY_MAX]), now=now)
    record_act("disputes.open", f"dispute:{dispute_id}", {"why": why.strip()[:WHY_MAX]}, actor_id=actor_id, now=now)
    return dispute_id


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
        shipped=claim.unsent_of(claim.terms.pieces) < claim.terms.pieces,
        fresh=row.terms["closes_without_evidence"],
    )
    return open_for_claim(disputed, by=by.party, actor_id=by.actor_id, now=now)
