"""What a buyer does about a claim: ask, ask for something else, let it be, answer an offer, send goods back."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands import claim_evidence
from anxin.market.guarantee.commands.claim_deciding import Wish, choose_promise, decided, wish_of
from anxin.market.guarantee.commands.claim_effects import By, carry_on, carry_out
from anxin.market.guarantee.commands.decisions import case_in
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.canonical import to_plain
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.claims import act, draft
from anxin.market.guarantee.domain.deciding import Outcome
from anxin.market.guarantee.errors.promises import UnknownLine
from anxin.market.guarantee.models.claims import Claim as ClaimRow
from anxin.market.guarantee.store import claims as store
from anxin.market.orders.queries import OrderFacts, orders_of_lines

__all__ = [
    "Application",
    "Wish",
    "accept_offer",
    "add_evidence",
    "apply",
    "apply_many",
    "confirm_reship",
    "decline_offer",
    "extend",
    "modify",
    "send_back",
    "withdraw",
]

WORDS_MAX = 500


@dataclass(frozen=True)
class Application:
    """What a buyer sends: a wish about pieces of one order line, in words, with files that were kept before."""

    line_id: UUID
    wish: Wish
    words: str = ""
    evidence: tuple[UUID, ...] = ()


@transactional
def apply(application: Application, *, person_id: UUID, now: Instant) -> UUID:
    """Ask for after-sale service; what the rules grant at once is agreed at once. Return the claim's id.

    Raises UnknownLine, ClaimOpen, ClaimDenied, EvidenceMissing, UnknownEvidence, TooMuchEvidence, BadPieces, BadAmount,
    AttemptsSpent, and LostRace when the merchant ships at the same moment.
    """
    order = _order(application.line_id, person_id)
    line = next(one for one in order.lines if one.id == application.line_id)
    files = claim_evidence.waiting(application.evidence, by=person_id)
    wish = wish_of(application.wish, line, person_id=person_id, shown=[row.kind for row in files], now=now)
    case = case_in(order, line.id, now=now)
    wish = choose_promise(wish, case, now=now)
    claim_id = new_id()
    what = decided(case, wish, claim_id=claim_id, now=now)
    turn = act(draft(what.terms), acts.Apply(what.terms, case.line.attempts + 1), now=now)
    row = ClaimRow(
        id=claim_id,
        order_id=order.id,
        line_id=line.id,
        shop_id=order.shop_id,
        person_id=person_id,
        sku_id=line.sku_id,
        category=str(line.frozen.get("category", "")),
        promise=wish.promise,
        reason=wish.reason,
        words=application.words.strip()[:WORDS_MAX],
        wish=to_plain(wish),
        decision_id=what.decision_id,
        payers=list(what.decision.payers),
        freight_payer=what.decision.freight_payer,
        automatic=what.decision.outcome is Outcome.GRANT,
        money_ref=f"claim:{claim_id}",
        applied_at=now,
    )
    store.insert(row, turn.claim)
    claim_evidence.hand_in(row, files, party=Party.BUYER)
    carry_on(row, turn, By(Party.BUYER, person_id, row.words, {"reason": wish.reason}), now=now)
    if row.automatic:
        carry_out(row, acts.Agree(automatic=True), By(Party.PLATFORM, facts={"promise": wish.promise}), now=now)
    return claim_id


@transactional
def apply_many(applications: Sequence[Application], *, person_id: UUID, now: Instant) -> tuple[UUID, ...]:
    """Ask for several lines at once, all or none; return the claims' ids. Raises as `apply`."""
    in_order = sorted(applications, key=lambda one: one.line_id)
    return tuple(apply(one, person_id=person_id, now=now) for one in in_order)


@transactional
def modify(
    claim_id: UUID, wish: Wish, *, words: str = "", evidence: Sequence[UUID] = (), person_id: UUID, now: Instant
) -> None:
    """Ask for something else, or again after a refusal; it counts as an attempt. Raises as `apply`, and IllegalStep."""
    row = store.lock(claim_id, person_id=person_id)
    order = _order(row.line_id, person_id)
    line = next(one for one in order.lines if one.id == row.line_id)
    claim_evidence.hand_in(row, claim_evidence.waiting(evidence, by=person_id), party=Party.BUYER)
    shown = claim_evidence.kinds_shown(row.id, Party.BUYER)
    facts = wish_of(wish, line, person_id=person_id, shown=sorted(shown), now=now)
    case = case_in(order, line.id, apart_from=row.id, now=now)
    facts = choose_promise(facts, case, now=now)
    what = decided(case, facts, claim_id=row.id, now=now)
    by = By(Party.BUYER, person_id, words, {"reason": facts.reason})
    columns = {
        "promise": facts.promise,
        "reason": facts.reason,
        "words": words.strip()[:WORDS_MAX] or row.words,
        "wish": to_plain(facts),
        "decision_id": what.decision_id,
        "payers": list(what.decision.payers),
        "freight_payer": what.decision.freight_payer,
        "automatic": what.decision.outcome is Outcome.GRANT,
        "refusal": "",
    }
    carry_out(row, acts.Modify(what.terms), by, now=now, **columns)
    if row.automatic:
        carry_out(row, acts.Agree(automatic=True), By(Party.PLATFORM, facts={"promise": facts.promise}), now=now)


@transactional
def withdraw(claim_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Let it be; the order goes its way. Raises UnknownClaim, IllegalStep."""
    carry_out(store.lock(claim_id, person_id=person_id), acts.Withdraw(), By(Party.BUYER, person_id), now=now)


@transactional
def accept_offer(claim_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Take what the merchant offered. Raises UnknownClaim, IllegalStep."""
    carry_out(store.lock(claim_id, person_id=person_id), acts.AcceptOffer(), By(Party.BUYER, person_id), now=now)


@transactional
def decline_offer(claim_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Do not take it; the merchant answers the request itself. Raises UnknownClaim, IllegalStep."""
    carry_out(store.lock(claim_id, person_id=person_id), acts.DeclineOffer(), By(Party.BUYER, person_id), now=now)


@transactional
def add_evidence(claim_id: UUID, evidence: Sequence[UUID], *, words: str = "", person_id: UUID, now: Instant) -> None:
    """Show more, or what the merchant asked for. Raises UnknownClaim, UnknownEvidence, TooMuchEvidence, IllegalStep."""
    row = store.lock(claim_id, person_id=person_id)
    claim_evidence.hand_in(row, claim_evidence.waiting(evidence, by=person_id), party=Party.BUYER)
    by = By(Party.BUYER, person_id, words, {"files": len(evidence)})
    carry_out(row, acts.AddEvidence(Party.BUYER), by, now=now)


@transactional
def send_back(claim_id: UUID, *, carrier: str, tracking_no: str, person_id: UUID, now: Instant) -> None:
    """Say under which number the goods travel back. Raises UnknownClaim, IllegalStep, UnknownCarrier, BadTrackingNumber,
    TrackingNumberUsed.
    """
    row = store.lock(claim_id, person_id=person_id)
    note_sent_back(row, carrier, tracking_no, By(Party.BUYER, person_id), now=now)


def note_sent_back(row: ClaimRow, carrier: str, tracking_no: str, by: By, *, now: Instant) -> None:
    """Let a locked claim's goods be on their way back; a courier's booking fills this in by itself."""
    said = By(by.party, by.actor_id, by.words, {"carrier": carrier, "tracking_no": tracking_no})
    columns = {"return_parcel_id": new_id(), "return_carrier": carrier, "return_tracking_no": tracking_no}
    carry_out(row, acts.SendBack(carrier, tracking_no), said, now=now, **columns)


@transactional
def extend(claim_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Take three more days for sending back, once. Raises UnknownClaim, IllegalStep, ExtendedAlready."""
    carry_out(store.lock(claim_id, person_id=person_id), acts.Extend(), By(Party.BUYER, person_id), now=now)


@transactional
def confirm_reship(claim_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Say that what was sent instead has arrived. Raises UnknownClaim, IllegalStep."""
    carry_out(store.lock(claim_id, person_id=person_id), acts.ConfirmReship(), By(Party.BUYER, person_id), now=now)


def _order(line_id: UUID, person_id: UUID) -> OrderFacts:
    order = orders_of_lines([line_id]).get(line_id)
    if order is None or order.person_id != person_id:
        raise UnknownLine
    return order
