"""What a merchant does about a claim: agree, refuse, offer, ask for evidence, look at the return, send other goods."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands import claim_evidence
from anxin.market.guarantee.commands.claim_effects import BY_TIME, By, carry_out
from anxin.market.guarantee.commands.decisions import record_decision
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.canonical import from_plain
from anxin.market.guarantee.domain.claim_acts import Party, Refusal
from anxin.market.guarantee.domain.claims import LIFE, ClaimState, ClaimType
from anxin.market.guarantee.domain.deciding import Outcome, burden_moved
from anxin.market.guarantee.domain.facts import ClaimFacts, Evidence
from anxin.market.guarantee.errors.claims import NoReturnAddress
from anxin.market.guarantee.models.claims import Claim as ClaimRow
from anxin.market.guarantee.store import claims as store
from anxin.market.orders.queries import order
from anxin.market.shops.queries import shop

__all__ = [
    "Answer",
    "add_evidence",
    "agree",
    "agree_by_rule",
    "agree_many",
    "ask_evidence",
    "give_back",
    "inspect",
    "inspect_part",
    "offer_partial",
    "refuse",
    "reship",
]


@dataclass(frozen=True)
class Answer:
    """Who answers for which shop, in words, with files that were kept before."""

    shop_id: UUID
    actor_id: UUID
    words: str = ""
    evidence: tuple[UUID, ...] = ()


@transactional
def agree(claim_id: UUID, answer: Answer, *, now: Instant) -> None:
    """Agree: the goods come back to the address of today, or money and goods go out at once.

    Raises UnknownClaim, IllegalStep, NoReturnAddress.
    """
    _agree(_opened(claim_id, answer), answer, now=now)


@transactional
def agree_many(claim_ids: Sequence[UUID], answer: Answer, *, now: Instant) -> int:
    """Agree to several claims at once, all or none; those answered meanwhile are left alone. Return how many were agreed."""
    rows = [row for row in store.lock_many(claim_ids, shop_id=answer.shop_id) if row.state in _REVIEW]
    for row in rows:
        _agree(row, answer, now=now)
    return len(rows)


@transactional
def refuse(claim_id: UUID, reason: Refusal, answer: Answer, *, now: Instant) -> None:
    """Refuse with a reason and what proves it; the buyer may then ask the platform.

    Where a promise puts the burden on the merchant, a refusal without his paper is an agreement, and one with it asks the
    buyer for his (DOMAIN 1.8 art. 58-60). Raises UnknownClaim, IllegalStep, WrongRefusal, NotRefusable.
    """
    row = _opened(claim_id, answer)
    LIFE.after(ClaimState(row.state), "refuse")
    by = By(Party.MERCHANT, answer.actor_id, answer.words, {"reason": reason.value})
    burden = None if row.goods_back else _burden(row, now=now)
    if burden is Outcome.GRANT:
        agree_by_rule(row, "no_proof", now=now)
    elif burden is Outcome.NEED_EVIDENCE:
        wanted = [Evidence.TEST_REPORT.value]
        carry_out(row, acts.AskEvidence((Evidence.TEST_REPORT,)), by, now=now, asked_evidence=wanted)
    else:
        carry_out(row, acts.Refuse(reason), by, now=now, refusal=reason)


@transactional
def offer_partial(claim_id: UUID, refund_minor: int, answer: Answer, *, now: Instant) -> None:
    """Offer so much for an end of it. Raises UnknownClaim, IllegalStep, BadAmount, OffersSpent."""
    row = _opened(claim_id, answer)
    carry_out(row, acts.OfferPartial(refund_minor), By(Party.MERCHANT, answer.actor_id, answer.words), now=now)


@transactional
def ask_evidence(claim_id: UUID, kinds: Sequence[Evidence], answer: Answer, *, now: Instant) -> None:
    """Ask the buyer to show more within a day. Raises UnknownClaim, IllegalStep, EvidenceAsksSpent."""
    row = _opened(claim_id, answer)
    wanted = [kind.value for kind in kinds]
    by = By(Party.MERCHANT, answer.actor_id, answer.words, {"kinds": wanted})
    carry_out(row, acts.AskEvidence(tuple(kinds)), by, now=now, asked_evidence=wanted)


@transactional
def add_evidence(claim_id: UUID, answer: Answer, *, now: Instant) -> None:
    """Show something of one's own. Raises UnknownClaim, IllegalStep, UnknownEvidence, TooMuchEvidence."""
    row = _opened(claim_id, answer)
    by = By(Party.MERCHANT, answer.actor_id, answer.words, {"files": len(answer.evidence)})
    carry_out(row, acts.AddEvidence(Party.MERCHANT), by, now=now)


@transactional
def inspect(claim_id: UUID, sound_pieces: int, answer: Answer, *, now: Instant) -> None:
    """Accept what came back: sound pieces can be sold again, the others are written off.

    Raises UnknownClaim, IllegalStep, BadPieces.
    """
    row = _opened(claim_id, answer)
    by = By(Party.MERCHANT, answer.actor_id, answer.words, {"sound_pieces": sound_pieces})
    carry_out(row, acts.Inspect(sound_pieces), by, now=now, sound_pieces=sound_pieces)


@transactional
def inspect_part(
    claim_id: UUID, accepted_pieces: int, sound_pieces: int, reason: Refusal, answer: Answer, *, now: Instant
) -> None:
    """Accept some of the returned pieces and refuse the others with a reason; the buyer takes it or asks the platform.

    Raises UnknownClaim, IllegalStep, BadPieces, BadAmount, WrongRefusal.
    """
    row = _opened(claim_id, answer)
    said = {"accepted_pieces": accepted_pieces, "sound_pieces": sound_pieces, "reason": reason.value}
    by = By(Party.MERCHANT, answer.actor_id, answer.words, said)
    step = acts.InspectPart(accepted_pieces, sound_pieces, reason)
    carry_out(row, step, by, now=now, sound_pieces=sound_pieces, refusal=reason)


@transactional
def give_back(claim_id: UUID, *, carrier: str, tracking_no: str, answer: Answer, now: Instant) -> None:
    """Send back to the buyer what was not accepted. Raises UnknownClaim, IllegalStep, UnknownCarrier, BadTrackingNumber."""
    row = _opened(claim_id, answer)
    _send(row, acts.GiveBack(carrier, tracking_no), answer, now=now)


@transactional
def reship(claim_id: UUID, *, carrier: str, tracking_no: str, answer: Answer, now: Instant) -> None:
    """Send what was agreed: missing, exchanged or repaired goods.

    Raises UnknownClaim, IllegalStep, BelowHeld (not enough in stock), UnknownCarrier, BadTrackingNumber.
    """
    row = _opened(claim_id, answer)
    _send(row, acts.Reship(carrier, tracking_no), answer, now=now)


def _send(row: ClaimRow, step: acts.Reship | acts.GiveBack, answer: Answer, *, now: Instant) -> None:
    to_region = str((order(row.order_id).address or {}).get("region", ""))
    said = {"carrier": step.carrier, "tracking_no": step.tracking_no, "to_region": to_region}
    by = By(Party.MERCHANT, answer.actor_id, answer.words, said)
    columns = {
        "reship_parcel_id": new_id(),
        "reship_carrier": step.carrier,
        "reship_tracking_no": step.tracking_no,
    }
    carry_out(row, step, by, now=now, **columns)


def agree_by_rule(row: ClaimRow, why: str, *, now: Instant) -> None:
    """Agree to a locked claim because a rule does. A shop without a return address cannot ask for the goods (总则 17)."""
    address = return_address(row)
    if address is None and row.terms["return_needed"] and row.remedy == ClaimType.RETURN_REFUND:
        row.terms = {**row.terms, "return_needed": False}
    by = replace(BY_TIME, facts={"why": why})
    carry_out(row, acts.Agree(automatic=True), by, now=now, return_address=address)


_REVIEW = (ClaimState.APPLIED, ClaimState.EVIDENCE_NEEDED, ClaimState.OFFERED)


def _opened(claim_id: UUID, answer: Answer) -> ClaimRow:
    """Return the shop's claim, locked, with the files of the answer handed in."""
    row = store.lock(claim_id, shop_id=answer.shop_id)
    if answer.evidence:
        files = claim_evidence.waiting(answer.evidence, by=answer.actor_id)
        claim_evidence.hand_in(row, files, party=Party.MERCHANT)
    return row


def _agree(row: ClaimRow, answer: Answer, *, now: Instant) -> None:
    address = return_address(row)
    if address is None and row.terms["return_needed"] and not row.goods_back:
        raise NoReturnAddress
    carry_out(row, acts.Agree(), By(Party.MERCHANT, answer.actor_id, answer.words), now=now, return_address=address)


def return_address(row: ClaimRow) -> dict[str, str] | None:
    """Return where the shop takes goods back today; it is frozen when goods are asked for."""
    if row.return_address is not None:
        return dict(row.return_address)
    written = shop(row.shop_id).return_address
    return dict(written) if written.get("detail") else None


def _burden(row: ClaimRow, *, now: Instant) -> Outcome | None:
    """Say what the rules make of a refusal, where the promise asks the merchant for a paper; None elsewhere."""
    if not row.wish or not row.promise:
        return None
    wish = replace(
        from_plain(ClaimFacts, row.wish),
        evidence=claim_evidence.kinds_shown(row.id, Party.BUYER),
        merchant_evidence=claim_evidence.kinds_shown(row.id, Party.MERCHANT),
        merchant_refused=True,
    )
    decision = record_decision(row.line_id, wish, claim_id=row.id, now=now).decision
    return burden_moved(decision)
