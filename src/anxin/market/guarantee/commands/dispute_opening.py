"""How a dispute begins: the buyer calls the platform after a refusal, or the platform steps in by itself."""

from dataclasses import asdict, dataclass
from uuid import UUID

from anxin.infra.rows import read_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.ids import new_id
from anxin.market.guarantee import book
from anxin.market.guarantee.commands import dispute_claims
from anxin.market.guarantee.commands.dispute_effects import carry_on, carry_out
from anxin.market.guarantee.commands.dispute_evidence import copy_from_claim, shown_in_claim
from anxin.market.guarantee.domain import dispute_acts as acts
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.claim_life import ClaimState, dispute_hears
from anxin.market.guarantee.domain.dispute import OPEN, Dispute, DisputeState
from anxin.market.guarantee.domain.disputes import open_dispute
from anxin.market.guarantee.models.disputes import Dispute as DisputeRow
from anxin.market.guarantee.store import disputes as store

__all__ = ["DisputedClaim", "note_claim_agreed", "note_claim_ended", "open_for_claim", "ring"]


@dataclass(frozen=True)
class DisputedClaim:
    """The claim a dispute is about, as it stands; amounts in minor units.

    `paid_minor` was paid for the pieces in question, `refundable_minor` is the most that can still go back.
    """

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    category: str
    claim_type: str
    claim_reason: str
    asked_minor: int
    paid_minor: int
    refundable_minor: int
    shipped: bool
    fresh: bool = False


@transactional
def open_for_claim(claim: DisputedClaim, *, by: Party, actor_id: UUID | None, now: Instant) -> UUID:
    """Open a dispute over a claim that was escalated in this transaction, or return the one that is open already, with the
    amounts of today.

    One whose verdict is being carried out ends here: nobody would judge the claim anew in it.
    """
    found = DisputeRow.objects.select_for_update().filter(claim_id=claim.claim_id, state__in=OPEN).first()
    if found is not None and found.state != DisputeState.EXECUTING:
        store.note_amounts(found, claim.asked_minor, claim.paid_minor, claim.refundable_minor)
        return found.pk
    if found is not None:
        carry_out(found, acts.ClaimDisputedAgain(), actor_id=actor_id, now=now)
    rules = book.arbitration_at(shanghai_day(now))
    shown = shown_in_claim(claim.claim_id, rules.limits.pieces_max)
    case = Dispute(
        id=new_id(),
        claim_id=claim.claim_id,
        shop_id=claim.shop_id,
        buyer_id=claim.person_id,
        asked_minor=claim.asked_minor,
        rules=rules.name,
        fresh=claim.fresh,
        opened_by=by,
        opened_at=now,
        buyer_pieces=sum(one.party == Party.BUYER for one in shown),
        merchant_pieces=sum(one.party == Party.MERCHANT for one in shown),
    )
    turn = open_dispute(case, rules, now=now)
    fixed = {**asdict(claim), "rules": rules.name, "opened_by": by, "opened_at": now}
    row = store.insert(turn.dispute, fixed)
    copy_from_claim(row, shown, rules)
    carry_on(row, turn, actor_id=actor_id, now=now)
    return row.id


@transactional
def note_claim_agreed(claim_id: UUID, *, now: Instant) -> None:
    """The merchant agreed to the claim by himself; told twice, after the verdict, or when it is disputed anew, it changes
    nothing.
    """
    _tell_dispute(claim_id, acts.ClaimAgreed(), now=now)


@transactional
def note_claim_ended(claim_id: UUID, *, closed: bool, now: Instant) -> None:
    """The claim is over, done or closed; told twice, or late when it is disputed anew, it changes nothing."""
    _tell_dispute(claim_id, acts.ClaimEnded(closed), now=now)


@transactional
def ring(dispute_id: UUID, *, now: Instant) -> None:
    """The clock of a dispute may have run out; early, late or twice it changes nothing."""
    found = DisputeRow.objects.filter(id=dispute_id).first()
    if found is None:
        return
    dispute_claims.lock(found.claim_id)
    row = store.lock(dispute_id)
    if row.clock:
        carry_out(row, acts.Expire(acts.Clock(row.clock)), actor_id=None, now=now)


def _tell_dispute(claim_id: UUID, what: acts.Act, *, now: Instant) -> None:
    state = dispute_claims.lock(claim_id)
    if not dispute_hears(ClaimState(state) if state else None):
        return
    row = read_row(DisputeRow, lock=True, claim_id=claim_id, state=OPEN)
    if row is not None:
        carry_out(row, what, actor_id=None, now=now)
