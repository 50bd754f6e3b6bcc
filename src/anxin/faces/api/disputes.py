"""Disputes for the programs of both sides, and how the platform decides, for everybody's.

Buyer and shop do the same things under `/disputes` and `/shop/disputes`; each sees the other's private pictures masked.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, ConfigDict, Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.dispute_answers import DisputeFileOut, DisputeOut, dispute_answer
from anxin.faces.api.fields import (
    AmountMinor,
    Answer,
    Body,
    DisputeId,
    EvidenceId,
    PageAnswer,
    PageQuery,
    page_answer,
)
from anxin.faces.api.frame import untied
from anxin.faces.api.idempotency import idempotent
from anxin.infra.clock import now
from anxin.market.guarantee.commands import disputes as commands
from anxin.market.guarantee.commands.dispute_evidence import keep_file
from anxin.market.guarantee.commands.disputes import Piece, Side
from anxin.market.guarantee.queries import arbitration as numbers
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import DisputeFacts, VerdictKind

router = Router()

EvidenceKind = Annotated[
    str, Field(pattern="^(photo|video|chat|report|diagnosis|logistics|licence|statement)$", examples=["photo"])
]
Words = Annotated[str, Field(min_length=1, max_length=1000)]
OfferKind = Annotated[
    str,
    Field(pattern="^(full_refund|partial_refund|return_refund|reship|exchange|repair)$", examples=["partial_refund"]),
]


class WordsIn(Body):
    """Evidence in words."""

    kind: EvidenceKind = "statement"
    words: Words


class DisputeOfferIn(Body):
    """A settlement to propose; the refund counts for a partial one, the others pay back everything or nothing."""

    kind: OfferKind
    refund_minor: AmountMinor = 0
    note: str = Field("", max_length=500)


class DisputeAnswerIn(Body):
    """An answer to the other side's proposal."""

    accept: bool


class DisputeAppealIn(Body):
    """Why a decision is wrong, and new evidence in words; pictures are handed in with `pictures` once it is open."""

    why: str = Field(min_length=1, max_length=500)
    kind: EvidenceKind = "statement"
    words: Words


class PictureIn(BaseModel):
    """What a picture shows, and whether the other side sees it in blocks only."""

    model_config = ConfigDict(extra="forbid")

    kind: EvidenceKind = "photo"
    private: bool = False


class StatisticsOut(Answer):
    """How the disputes that ended in the last 90 days came out."""

    since: datetime
    until: datetime
    open_now: int
    cases: int
    for_buyer: int
    partial: int
    for_merchant: int
    settled: int
    other: int
    appealed: int
    overturned: int
    forced: int
    refund_minor: int
    compensation_minor: int
    median_hours: int


SideOf = Callable[[HttpRequest], Side]


def buyer(request: HttpRequest) -> Side:
    """Return the buyer who asks."""
    return Side(person_of(request))


def shop(request: HttpRequest) -> Side:
    """Return the shop for which somebody asks."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return Side(person_of(request), shop_id)


@router.get("/arbitration", response=StatisticsOut)
@operation("market.browse")
def arbitration(request: HttpRequest) -> Any:  # noqa: ARG001
    """Read how the platform decided in the last 90 days."""
    return numbers.statistics(now=now())


def _at(name: str, verb: str) -> dict[str, Any]:
    """Return the name that programs know an endpoint by."""
    return {"operation_id": f"{name}_{verb}"}


def _mount_reading(base: str, name: str, side_of: SideOf, reads: str) -> None:
    """Give one side what it can read."""

    @router.get(base, response=PageAnswer[DisputeOut], **_at(name, "list"))
    @operation(reads)
    def list_disputes(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
        """List the disputes of this side, newest first."""
        side = side_of(request)
        if side.shop_id is None:
            page = queries.disputes_of(side.person_id, cursor=wanted.cursor, limit=wanted.limit)
        else:
            page = queries.disputes_of_shop(side.shop_id, cursor=wanted.cursor, limit=wanted.limit)
        return page_answer(page.map(lambda facts: DisputeOut(**_out(facts, side))))

    @router.get(base + "/{dispute}", response=DisputeFileOut, **_at(name, "read"))
    @operation(reads)
    def read_dispute(request: HttpRequest, dispute: DisputeId) -> Any:
        """Read a dispute with its evidence and what happened."""
        return _file(dispute, side_of(request))

    @router.get(base + "/{dispute}/evidence/{piece}", response={200: None}, **_at(name, "picture"))
    @operation(reads)
    def read_picture(request: HttpRequest, dispute: DisputeId, piece: EvidenceId) -> HttpResponse:
        """Read a picture or video as this side may see it."""
        side = side_of(request)
        _facts(dispute, side)
        found = queries.evidence_file(dispute, piece, reader=side.party)
        return HttpResponse(found.data, content_type=found.content_type)


def _mount_evidence(base: str, name: str, side_of: SideOf, writes: str) -> None:
    """Give one side what it can show."""

    @router.post(base + "/{dispute}/evidence", response=DisputeFileOut, **_at(name, "give_evidence"))
    @operation(writes)
    def give_evidence(request: HttpRequest, dispute: DisputeId, given: WordsIn) -> Any:
        """Hand in evidence in words; the same words twice count once."""
        side = side_of(request)
        commands.give_evidence(dispute, [Piece(given.kind, given.words)], side=side, now=now())
        return _file(dispute, side)

    @router.post(base + "/{dispute}/pictures", response=DisputeFileOut, **_at(name, "give_picture"))
    @operation(writes)
    @untied
    def give_picture(
        request: HttpRequest, dispute: DisputeId, about: Form[PictureIn], picture: File[UploadedFile]
    ) -> Any:
        """Hand in a picture: encoded anew, without what the camera wrote into it; the same picture twice counts once."""
        side = side_of(request)
        _facts(dispute, side)
        piece = Piece(about.kind, file=keep_file(picture.read()), private=about.private)
        commands.give_evidence(dispute, [piece], side=side, now=now())
        return _file(dispute, side)


def _mount_talks(base: str, name: str, side_of: SideOf, writes: str) -> None:
    """Give one side the ways to settle."""

    @router.post(base + "/{dispute}/offer", response=DisputeFileOut, **_at(name, "offer"))
    @operation(writes)
    def offer(request: HttpRequest, dispute: DisputeId, offered: DisputeOfferIn) -> Any:
        """Propose a settlement; it takes the place of an earlier one."""
        side = side_of(request)
        refund_minor = _refund(VerdictKind(offered.kind), offered.refund_minor, _facts(dispute, side))
        kind = VerdictKind(offered.kind)
        commands.offer_settlement(dispute, kind, refund_minor, note=offered.note, side=side, now=now())
        return _file(dispute, side)

    @router.post(base + "/{dispute}/offer/answer", response=DisputeFileOut, **_at(name, "answer_offer"))
    @operation(writes)
    @idempotent
    def answer_offer(request: HttpRequest, dispute: DisputeId, answer: DisputeAnswerIn) -> Any:
        """Accept the other side's proposal, which carries it out at once, or turn it down."""
        side = side_of(request)
        act = commands.accept_offer if answer.accept else commands.decline_offer
        act(dispute, side=side, now=now())
        return _file(dispute, side)

    @router.post(base + "/{dispute}/talks/end", response=DisputeFileOut, **_at(name, "end_talks"))
    @operation(writes)
    def end_talks(request: HttpRequest, dispute: DisputeId) -> Any:
        """End the talks: the platform shall decide."""
        side = side_of(request)
        commands.stop_talking(dispute, side=side, now=now())
        return _file(dispute, side)


def _mount_verdict(base: str, name: str, side_of: SideOf, writes: str) -> None:
    """Give one side what it can do about a decision."""

    @router.post(base + "/{dispute}/acceptance", response=DisputeFileOut, **_at(name, "accept"))
    @operation(writes)
    @idempotent
    def accept(request: HttpRequest, dispute: DisputeId) -> Any:
        """Accept the decision and give up the appeal."""
        side = side_of(request)
        commands.accept_verdict(dispute, side=side, now=now())
        return _file(dispute, side)

    @router.post(base + "/{dispute}/appeal", response=DisputeFileOut, **_at(name, "appeal"))
    @operation(writes)
    def appeal(request: HttpRequest, dispute: DisputeId, appealed: DisputeAppealIn) -> Any:
        """Appeal against the decision with new evidence, once."""
        side = side_of(request)
        commands.appeal(dispute, appealed.why, [Piece(appealed.kind, appealed.words)], side=side, now=now())
        return _file(dispute, side)


for _base, _name, _side, _reads, _writes in (
    ("/disputes", "dispute", buyer, "disputes.use", "disputes.use"),
    ("/shop/disputes", "shop_dispute", shop, "disputes.read", "disputes.answer"),
):
    _mount_reading(_base, _name, _side, _reads)
    _mount_evidence(_base, _name, _side, _writes)
    _mount_talks(_base, _name, _side, _writes)
    _mount_verdict(_base, _name, _side, _writes)


@router.post("/disputes/{dispute}/cancellation", response=DisputeFileOut)
@operation("disputes.use")
def cancel_dispute(request: HttpRequest, dispute: DisputeId) -> Any:
    """Take the complaint back; the after-sale request closes with it."""
    side = buyer(request)
    commands.cancel_dispute(dispute, person_id=side.person_id, now=now())
    return _file(dispute, side)


def _facts(dispute: UUID, side: Side) -> DisputeFacts:
    owner = {"person_id": side.person_id} if side.shop_id is None else {"shop_id": side.shop_id}
    return queries.dispute(dispute, **owner)


def _refund(kind: VerdictKind, asked_minor: int, facts: DisputeFacts) -> int:
    if kind in (VerdictKind.FULL_REFUND, VerdictKind.RETURN_REFUND):
        return facts.refundable_minor
    return asked_minor if kind is VerdictKind.PARTIAL_REFUND else 0


def _file(dispute: UUID, side: Side) -> dict[str, Any]:
    facts = _facts(dispute, side)
    return {
        **_out(facts, side),
        "evidence": queries.evidence(dispute, reader=side.party),
        "timeline": [entry for entry in queries.entries(dispute) if entry.kind not in queries.INTERNAL],
    }


def _out(facts: DisputeFacts, side: Side) -> dict[str, Any]:
    steps = queries.steps_of(facts.case, side.party)
    return dispute_answer(facts, steps=steps, verdict=queries.told_verdict(facts.case))
