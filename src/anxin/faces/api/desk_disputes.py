"""Arbitration for the programs of the platform's own people: the queue, a case with all its papers, and every step.

A token needs the scope `desk`, or that of the operation. Reading the queue takes two statements with the caller's,
a case one more for every module that knows something of it.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status
from pydantic import ConfigDict, Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.desk_dispute_answers import ArbitratorsOut, DeskCaseOut, DeskDisputeOut, case_answer, queue_answer
from anxin.faces.api.fields import (
    AmountMinor,
    Body,
    DisputeId,
    EvidenceId,
    LineId,
    MessageId,
    PageAnswer,
    PageQuery,
    Quantity,
    page_answer,
)
from anxin.faces.api.idempotency import idempotent
from anxin.faces.case_papers import talk_picture
from anxin.infra.clock import now
from anxin.market.guarantee.commands import arbitration as commands
from anxin.market.guarantee.commands import claim_escalation
from anxin.market.guarantee.commands.claim_escalation import WHY_MAX, NewCase
from anxin.market.guarantee.queries import arbitration as numbers
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import Party, Verdict, VerdictKind

router = Router()

Side = Literal["buyer", "merchant"]
ReasonCode = Annotated[str, Field(pattern="^[a-z_]{1,40}$", description="One of the case's `reasons`.")]
PictureNumber = Annotated[int, Path(ge=0, le=99)]


class DisputeQueueQuery(PageQuery):
    """Which tab of the queue is wanted."""

    tab: queries.Tab = "waiting"


class CaseIn(Body):
    """An order line to look into, how many pieces of it, and why; both sides will read why.

    Where a claim is open the case is over all of that claim. Of a line shipped in part the pieces are those that were
    shipped, or with `unsent` those that were not.
    """

    line: LineId
    pieces: Quantity
    why: str = Field(min_length=1, max_length=WHY_MAX)
    unsent: bool = False


class QuestionIn(Body):
    """Who shall show something, and what."""

    of: list[Side] = Field(min_length=1, max_length=2)
    question: str = Field("", max_length=500)


class DecisionIn(Body):
    """A verdict; what it may say depends on the case's `reasons`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "partial_refund", "reason": "minor_defect", "refund_minor": 3000, "note": "瑕疵轻微"}]
        }
    )

    kind: Annotated[VerdictKind, Field(strict=False)]
    reason: ReasonCode
    refund_minor: AmountMinor = 0
    compensation_minor: AmountMinor = 0
    freight: Side = "merchant"
    note: str = Field("", max_length=500, description="What both sides will read.")


class WhyIn(Body):
    """Why a verdict is not signed, or which court or police has the case."""

    why: str = Field("", max_length=500)


@router.get("/desk/disputes", response=PageAnswer[DeskDisputeOut])
@operation("desk.disputes.read")
def list_queue(request: HttpRequest, wanted: Query[DisputeQueueQuery]) -> Any:
    """List one tab of the queue, the oldest deadline first; what has ended, newest first."""
    me = person_of(request)
    page = queries.queue(wanted.tab, arbitrator=me, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(lambda facts: DeskDisputeOut(**queue_answer(facts, me))))


@router.post("/desk/disputes", response={201: DeskCaseOut})
@operation("desk.disputes.judge")
@idempotent
def open_case(request: HttpRequest, wanted: CaseIn) -> Any:
    """Step in about an order line, over its open claim or where nobody claimed; both sides are asked for evidence."""
    case = NewCase(wanted.line, wanted.pieces, wanted.why, wanted.unsent)
    opened = claim_escalation.look_into(case, actor_id=person_of(request), now=now())
    return Status(201, _case(request, opened))


@router.get("/desk/arbitrators", response=ArbitratorsOut)
@operation("desk.disputes.read")
def list_arbitrators(request: HttpRequest) -> Any:  # noqa: ARG001
    """Read how fast and how evenly each arbitrator decided in the last 90 days."""
    return {"arbitrators": numbers.arbitrators(now=now())}


@router.get("/desk/disputes/{dispute}", response=DeskCaseOut)
@operation("desk.disputes.read")
def read_case(request: HttpRequest, dispute: DisputeId) -> Any:
    """Read a case: both sides, what was promised and said, what the page showed that day, and how the like was decided."""
    return _case(request, dispute)


@router.get("/desk/disputes/{dispute}/evidence/{piece}", response={200: None})
@operation("desk.disputes.read")
def read_evidence(request: HttpRequest, dispute: DisputeId, piece: EvidenceId) -> HttpResponse:  # noqa: ARG001
    """Read a picture or video of evidence, unmasked."""
    found = queries.evidence_file(dispute, piece, reader=Party.PLATFORM)
    return HttpResponse(found.data, content_type=found.content_type)


@router.get("/desk/disputes/{dispute}/messages/{message}/{number}", response={200: None})
@operation("desk.disputes.read")
def read_talk_picture(
    request: HttpRequest,  # noqa: ARG001
    dispute: DisputeId,
    message: MessageId,
    number: PictureNumber,
) -> HttpResponse:
    """Read a picture of the conversation, counted from 0 in its message."""
    return HttpResponse(talk_picture(dispute, message, number), content_type="image/jpeg")


@router.post("/desk/disputes/{dispute}/taking", response=DeskCaseOut)
@operation("desk.disputes.judge")
def take(request: HttpRequest, dispute: DisputeId) -> Any:
    """Take a case out of the queue; taking one's own again changes nothing."""
    commands.take(dispute, by=person_of(request), now=now())
    return _case(request, dispute)


@router.post("/desk/disputes/{dispute}/return", response=DeskCaseOut)
@operation("desk.disputes.judge")
@idempotent
def hand_back(request: HttpRequest, dispute: DisputeId) -> Any:
    """Put a case back into the queue."""
    commands.hand_back(dispute, by=person_of(request), now=now())
    return _case(request, dispute)


@router.post("/desk/disputes/{dispute}/question", response=DeskCaseOut)
@operation("desk.disputes.judge")
@idempotent
def ask_evidence(request: HttpRequest, dispute: DisputeId, asked: QuestionIn) -> Any:
    """Ask one side or both to show something within the evidence hours."""
    parties = frozenset(map(Party, asked.of))
    commands.ask_evidence(dispute, parties, asked.question, by=person_of(request), now=now())
    return _case(request, dispute)


@router.post("/desk/disputes/{dispute}/decision", response=DeskCaseOut)
@operation("desk.disputes.judge")
@idempotent
def decide(request: HttpRequest, dispute: DisputeId, decision: DecisionIn) -> Any:
    """Decide a case, or its appeal; a large sum waits for a second signature.

    A verdict against the rules is refused with `disputes.verdict_refused`; `facts.complaints` lists why.
    """
    verdict = Verdict(
        kind=decision.kind,
        reason=decision.reason,
        refund_minor=decision.refund_minor,
        compensation_minor=decision.compensation_minor,
        freight=Party(decision.freight),
        note=decision.note,
    )
    commands.decide(dispute, verdict, by=person_of(request), now=now())
    return _case(request, dispute)


@router.post("/desk/disputes/{dispute}/signature", response=DeskCaseOut)
@operation("desk.disputes.judge")
@idempotent
def sign(request: HttpRequest, dispute: DisputeId) -> Any:
    """Sign a verdict over a large sum as the second person."""
    commands.sign(dispute, by=person_of(request), now=now())
    return _case(request, dispute)


@router.post("/desk/disputes/{dispute}/refusal", response=DeskCaseOut)
@operation("desk.disputes.judge")
@idempotent
def send_back(request: HttpRequest, dispute: DisputeId, refused: WhyIn) -> Any:
    """Do not sign: the case goes back to its arbitrator."""
    commands.send_back(dispute, refused.why, by=person_of(request), now=now())
    return _case(request, dispute)


@router.post("/desk/disputes/{dispute}/litigation", response=DeskCaseOut)
@operation("desk.disputes.judge")
@idempotent
def end_for_law(request: HttpRequest, dispute: DisputeId, ended: WhyIn) -> Any:
    """End a case because a court or the police has it."""
    commands.end_for_law(dispute, ended.why, by=person_of(request), now=now())
    return _case(request, dispute)


def _case(request: HttpRequest, dispute: UUID) -> dict[str, Any]:
    return case_answer(queries.dispute(dispute), person_of(request))
