"""What arbitrators do (仲裁): take a case, ask, decide, sign, end it. Every act is written to the audit log."""

from typing import Any
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import dispute_claims
from anxin.market.guarantee.commands.dispute_effects import carry_out
from anxin.market.guarantee.domain import dispute_acts as acts
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute import Dispute
from anxin.market.guarantee.domain.verdicts import Verdict
from anxin.market.guarantee.errors.disputes import NotImpartial
from anxin.market.guarantee.models.disputes import Dispute as DisputeRow
from anxin.market.guarantee.store import disputes as store
from anxin.market.people.commands.audit import record_act
from anxin.market.people.queries import OrgKind, actor_of

__all__ = ["ask_evidence", "decide", "end_for_law", "hand_back", "send_back", "sign", "take"]


@transactional
def take(dispute_id: UUID, *, by: UUID, now: Instant) -> None:
    """Take a case out of the queue. Raises TakenByAnother, NotImpartial (a party to it, or its judge before)."""
    row = _locked(dispute_id)
    _check_impartial(row, by)
    before = row.arbitrator_id
    carry_out(row, acts.Take(by), actor_id=by, now=now, taken_at=now if before != by else row.taken_at)
    if before != by:
        _record(row, "take", {}, by=by, now=now)


@transactional
def hand_back(dispute_id: UUID, *, by: UUID, now: Instant) -> None:
    """Put a case back into the queue. Raises NotTaken, TakenByAnother."""
    row = _locked(dispute_id)
    carry_out(row, acts.HandBack(by), actor_id=by, now=now, taken_at=None)
    _record(row, "hand_back", {}, by=by, now=now)


@transactional
def ask_evidence(dispute_id: UUID, parties: frozenset[Party], question: str, *, by: UUID, now: Instant) -> None:
    """Ask one side or both to show something within the evidence hours. Raises NotTaken, IllegalStep."""
    row = _locked(dispute_id)
    carry_out(row, acts.AskEvidence(by, parties, question.strip()[:500]), actor_id=by, now=now)
    _record(row, "ask_evidence", {"of": sorted(parties)}, by=by, now=now)


@transactional
def decide(dispute_id: UUID, verdict: Verdict, *, by: UUID, now: Instant) -> None:
    """Decide a case, or its appeal. A large sum waits for a second signature.

    Raises VerdictRefused (with what speaks against it), NotTaken, TakenByAnother, IllegalStep.
    """
    row = _locked(dispute_id)
    _check_impartial(row, by)
    facts = store.facts_of(row, store.claim_evidence(row.claim_id))
    case = carry_out(row, acts.Decide(by, verdict, facts), actor_id=by, now=now, **_first(row, by, now))
    _record(row, "decide", _words(case, verdict), by=by, now=now)


@transactional
def sign(dispute_id: UUID, *, by: UUID, now: Instant) -> None:
    """Sign a verdict over a large sum as the second person. Raises NotImpartial, IllegalStep."""
    row = _locked(dispute_id)
    _check_impartial(row, by)
    carry_out(row, acts.Sign(by), actor_id=by, now=now)
    _record(row, "sign", {}, by=by, now=now)


@transactional
def send_back(dispute_id: UUID, why: str, *, by: UUID, now: Instant) -> None:
    """Do not sign, and say why: the case goes back to its arbitrator. Raises NotImpartial, IllegalStep."""
    row = _locked(dispute_id)
    _check_impartial(row, by)
    carry_out(row, acts.SendBack(by, why.strip()[:500]), actor_id=by, now=now, **_not_first(row))
    _record(row, "send_back", {"why": why.strip()[:500]}, by=by, now=now)


@transactional
def end_for_law(dispute_id: UUID, why: str, *, by: UUID, now: Instant) -> None:
    """End it because a court or the police has it (article 63). Raises IllegalStep while money is on its way."""
    row = _locked(dispute_id)
    carry_out(row, acts.EndForLaw(why.strip()[:500]), actor_id=by, now=now)
    _record(row, "end_for_law", {"why": why.strip()[:500]}, by=by, now=now)


def _locked(dispute_id: UUID) -> DisputeRow:
    dispute_claims.lock(store.find(dispute_id).claim_id)
    return store.lock(dispute_id)


def _check_impartial(row: DisputeRow, by: UUID) -> None:
    """Nobody judges the own purchase or the own shop."""
    if by == row.person_id or actor_of(by).roles_in(OrgKind.SHOP, row.shop_id):
        raise NotImpartial


def _first(row: DisputeRow, by: UUID, now: Instant) -> dict[str, Any]:
    """The first verdict of a case is remembered with its judge, for the numbers of each arbitrator."""
    if row.appealed_by:
        return {}
    waited = now - (row.considered_at or now)
    return {"first_judge_id": by, "first_decided_at": now, "first_response_s": int(waited.total_seconds())}


def _not_first(row: DisputeRow) -> dict[str, Any]:
    return {} if row.appealed_by else {"first_judge_id": None, "first_decided_at": None}


def _words(case: Dispute, verdict: Verdict) -> dict[str, Any]:
    return {
        "state": case.state,
        "kind": verdict.kind,
        "reason": verdict.reason,
        "refund_minor": verdict.refund_minor,
        "compensation_minor": verdict.compensation_minor,
    }


def _record(row: DisputeRow, act: str, detail: dict[str, Any], *, by: UUID, now: Instant) -> None:
    record_act(f"disputes.{act}", f"dispute:{row.id}", detail, actor_id=by, now=now)
