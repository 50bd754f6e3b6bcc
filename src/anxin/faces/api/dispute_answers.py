"""How disputes look to programs, on both sides and at the desk."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from anxin.faces.api.fields import Answer, DisputeId, EvidenceId, LineId, OrderId
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import DisputeFacts, Verdict


class VerdictOut(Answer):
    """What was decided or proposed; `article` is the rule it rests on."""

    kind: str
    reason: str
    article: str
    refund_minor: int
    compensation_minor: int
    freight: str
    note: str


class DisputeEvidenceOut(Answer):
    """A piece of evidence as this side may see it; `masked` when its picture is shown in blocks only."""

    id: EvidenceId
    party: str
    kind: str
    words: str
    picture: bool
    video: bool
    private: bool
    masked: bool
    in_appeal: bool
    given_at: datetime


class DisputeEntryOut(Answer):
    """Something that happened."""

    kind: str
    party: str
    facts: dict[str, Any]
    happened_at: datetime


class DisputeOut(Answer):
    """A dispute; `code` is the platform's number of its state, `turn` who has to act, `steps` what this side may do now."""

    id: DisputeId
    order_id: OrderId
    line_id: LineId
    state: str
    code: int
    claim_type: str
    asked_minor: int
    paid_minor: int
    turn: list[str]
    steps: list[str]
    due_at: datetime | None
    opened_by: str
    opened_at: datetime
    offer: VerdictOut | None
    offered_by: str | None
    verdict: VerdictOut | None
    final: bool
    outcome: str | None
    forced: bool
    ended_at: datetime | None


class DisputeFileOut(DisputeOut):
    """A dispute with its evidence and what happened."""

    evidence: list[DisputeEvidenceOut]
    timeline: list[DisputeEntryOut]


def dispute_answer(facts: DisputeFacts, *, steps: Iterable[str], verdict: Verdict | None) -> dict[str, Any]:
    """Return a dispute with the verdict that the reader may know and what the reader may do now."""
    case = facts.case
    return {
        "id": facts.id,
        "order_id": facts.order_id,
        "line_id": facts.line_id,
        "state": case.state,
        "code": facts.code,
        "claim_type": facts.claim_type,
        "asked_minor": case.asked_minor,
        "paid_minor": facts.paid_minor,
        "turn": sorted(facts.turn),
        "steps": list(steps),
        "due_at": case.due_at,
        "opened_by": case.opened_by,
        "opened_at": case.opened_at,
        "offer": _verdict(case.offer, facts),
        "offered_by": case.offered_by,
        "verdict": _verdict(verdict, facts),
        "final": case.final,
        "outcome": case.outcome if not facts.is_open else None,
        "forced": case.forced,
        "ended_at": case.ended_at,
    }


def _verdict(verdict: Verdict | None, facts: DisputeFacts) -> dict[str, Any] | None:
    if verdict is None:
        return None
    rules = queries.rules_named(facts.case.rules)
    return {
        "kind": verdict.kind,
        "reason": verdict.reason,
        "article": rules.reasons[verdict.reason].article,
        "refund_minor": verdict.refund_minor,
        "compensation_minor": verdict.compensation_minor,
        "freight": verdict.freight,
        "note": verdict.note,
    }
