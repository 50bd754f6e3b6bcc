"""What buyer and merchant do in a dispute: talk, show, settle, accept, appeal. Each is one transaction, repeatable.

The claim is locked before its dispute wherever an act may reach the claim.
"""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import dispute_claims
from anxin.market.guarantee.commands.dispute_effects import carry_out
from anxin.market.guarantee.commands.dispute_evidence import Piece, file_pieces
from anxin.market.guarantee.domain import dispute_acts as acts
from anxin.market.guarantee.domain.arbitration import VerdictKind
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.verdicts import Verdict
from anxin.market.guarantee.models.disputes import Dispute as DisputeRow
from anxin.market.guarantee.store import disputes as store

__all__ = [
    "Piece",
    "Side",
    "accept_offer",
    "accept_verdict",
    "appeal",
    "cancel_dispute",
    "decline_offer",
    "give_evidence",
    "offer_settlement",
    "stop_talking",
]


@dataclass(frozen=True)
class Side:
    """Who acts: the buyer (`person_id` alone), or somebody of the shop `shop_id`."""

    person_id: UUID
    shop_id: UUID | None = None

    @property
    def party(self) -> Party:
        """The party this person speaks for."""
        return Party.BUYER if self.shop_id is None else Party.MERCHANT


@transactional
def give_evidence(dispute_id: UUID, pieces: list[Piece], *, side: Side, now: Instant) -> int:
    """Hand in evidence; a piece handed in before is not counted again. Return how many were new.

    Raises UnknownDispute, IllegalStep, TooMuchEvidence.
    """
    row = _locked(dispute_id, side)
    given = file_pieces(row, pieces, party=side.party, by=side.person_id, now=now)
    if given:
        carry_out(row, acts.GiveEvidence(side.party, given), actor_id=side.person_id, now=now)
    return given


@transactional
def offer_settlement(
    dispute_id: UUID, kind: VerdictKind, refund_minor: int, *, side: Side, now: Instant, note: str = ""
) -> None:
    """Propose how to end it; a later offer takes the place of an earlier one. Raises VerdictRefused, IllegalStep."""
    row = _locked(dispute_id, side)
    settlement = Verdict(kind, "settled", refund_minor, note=note.strip()[:500])
    offer = acts.Offer(side.party, settlement, store.facts_of(row))
    carry_out(row, offer, actor_id=side.person_id, now=now)


@transactional
def accept_offer(dispute_id: UUID, *, side: Side, now: Instant) -> None:
    """Take the other side's offer: it is carried out at once. Raises NoOffer."""
    carry_out(_locked(dispute_id, side), acts.AcceptOffer(side.party), actor_id=side.person_id, now=now, decided_at=now)


@transactional
def decline_offer(dispute_id: UUID, *, side: Side, now: Instant) -> None:
    """Turn the other side's offer down. Raises NoOffer."""
    carry_out(_locked(dispute_id, side), acts.DeclineOffer(side.party), actor_id=side.person_id, now=now)


@transactional
def stop_talking(dispute_id: UUID, *, side: Side, now: Instant) -> None:
    """End the talks: the platform shall decide. Raises IllegalStep once they are over."""
    carry_out(_locked(dispute_id, side), acts.StopTalking(side.party), actor_id=side.person_id, now=now)


@transactional
def accept_verdict(dispute_id: UUID, *, side: Side, now: Instant) -> None:
    """Accept what was decided and give up the appeal; executed at once where nobody has more to ask for."""
    carry_out(_locked(dispute_id, side), acts.AcceptVerdict(side.party), actor_id=side.person_id, now=now)


@transactional
def appeal(dispute_id: UUID, why: str, pieces: list[Piece], *, side: Side, now: Instant) -> None:
    """Appeal with new evidence; somebody else decides again. Raises NewEvidenceNeeded, AppealUsed, NotYourTurn."""
    row = _locked(dispute_id, side)
    given = file_pieces(row, pieces, party=side.party, by=side.person_id, now=now, in_appeal=True)
    carry_out(row, acts.Appeal(side.party, given, why.strip()[:500]), actor_id=side.person_id, now=now, taken_at=None)


@transactional
def cancel_dispute(dispute_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Let the buyer take the complaint back; the claim closes with it."""
    carry_out(_locked(dispute_id, Side(person_id)), acts.Cancel(), actor_id=person_id, now=now)


def _locked(dispute_id: UUID, side: Side) -> DisputeRow:
    """Return the dispute for one of its sides, its claim locked before it. Raises UnknownDispute for anybody else."""
    owner = {"person_id": side.person_id} if side.shop_id is None else {"shop_id": side.shop_id}
    dispute_claims.lock(store.find(dispute_id, **owner).claim_id)
    return store.lock(dispute_id)
