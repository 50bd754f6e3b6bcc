"""A shop's after-sale requests, for merchants' programs: the queue and every answer."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.claim_answers import ClaimEntryOut, ClaimOut, for_merchant
from anxin.faces.api.claims import Carrier, EvidenceIds, KeptOut, TrackingNumber, Words
from anxin.faces.api.fields import (
    AmountMinor,
    Answer,
    Body,
    ClaimId,
    PageAnswer,
    PageQuery,
    TemplateId,
    page_answer,
)
from anxin.faces.api.idempotency import idempotent
from anxin.infra.clock import now
from anxin.market.guarantee.commands import claim_answers, claim_evidence, claim_templates
from anxin.market.guarantee.commands.claim_answers import Answer as Said
from anxin.market.guarantee.queries import claims as queries
from anxin.market.guarantee.queries.claims import ClaimType, Evidence, Refusal

router = Router()


class QueueQuery(PageQuery):
    """Which claims are wanted: those whose clock runs out first come first."""

    queue: Annotated[str, Field(pattern="^(to_answer|to_inspect|to_ship|with_buyer|with_platform|over|all)$")] = (
        "to_answer"
    )
    type: Annotated[ClaimType | None, Field(strict=False)] = None
    reason: Annotated[str, Field(max_length=40)] = ""
    q: Annotated[str, Field(max_length=80)] = ""


class AnswerIn(Body):
    """Words and evidence that go with an answer."""

    words: Words = ""
    evidence: EvidenceIds = []


class ManyIn(Body):
    """Claims to agree to at once, all or none; those answered meanwhile are left alone."""

    claims: list[ClaimId] = Field(min_length=1, max_length=100)
    words: Words = ""


class AgreedOut(Answer):
    """How many claims were agreed to."""

    agreed: int


class RefusalIn(AnswerIn):
    """Why it is refused, and what proves it."""

    reason: Annotated[Refusal, Field(strict=False)]


class OfferIn(AnswerIn):
    """A refund for an end of it."""

    refund_minor: AmountMinor


class EvidenceAskIn(AnswerIn):
    """What the buyer should show."""

    kinds: list[Annotated[Evidence, Field(strict=False)]] = Field(min_length=1, max_length=8)


class InspectionIn(AnswerIn):
    """What came back: so many pieces can be sold again, the others are written off."""

    sound_pieces: int = Field(ge=0, le=9_999)


class PartIn(AnswerIn):
    """How many of the returned pieces are accepted, how many of those can be sold again, and why not the others."""

    accepted_pieces: int = Field(ge=1, le=9_999)
    sound_pieces: int = Field(ge=0, le=9_999)
    reason: Annotated[Refusal, Field(strict=False)]


class ReshipIn(AnswerIn):
    """How missing, exchanged or repaired goods travel."""

    carrier: Carrier
    tracking_no: TrackingNumber


class ReplyTemplateIn(Body):
    """Words to keep ready; the same title is written anew."""

    title: str = Field(min_length=1, max_length=30)
    words: str = Field(min_length=1, max_length=500)


class ReplyTemplateOut(Answer):
    """Words that the shop keeps ready."""

    id: TemplateId
    title: str
    words: str


@router.get("/shop/claims", response=PageAnswer[ClaimOut])
@operation("claims.read")
def list_claims(request: HttpRequest, wanted: Query[QueueQuery]) -> Any:
    """List one queue of the shop's claims, the most urgent first."""
    only = queries.Narrowed(wanted.type or "", wanted.reason, wanted.q.replace("\0", "").strip())
    page = queries.claims_of_shop(
        _shop(request), queue=wanted.queue, only=only, cursor=wanted.cursor, limit=wanted.limit
    )
    return page_answer(page.map(for_merchant))


@router.post("/shop/claims/agreement", response=AgreedOut)
@operation("claims.answer")
@idempotent
def agree_many(request: HttpRequest, wanted: ManyIn) -> Any:
    """Agree to several claims at once."""
    answer = Said(_shop(request), person_of(request), wanted.words)
    return AgreedOut(agreed=claim_answers.agree_many(wanted.claims, answer, now=now()))


@router.post("/shop/claims/evidence", response={201: KeptOut})
@operation("claims.answer")
def send_evidence(request: HttpRequest, kind: Form[str], file: File[UploadedFile]) -> Any:
    """Send a picture, or one short video, to hand in with an answer."""
    kept = claim_evidence.keep_file(file.read(claim_evidence.BYTES_MAX + 1))
    shown = claim_evidence.note_kept(
        kept, claim_evidence.kind_of(kind), by=person_of(request), party=queries.Party.MERCHANT, now=now()
    )
    return Status(201, KeptOut(id=shown))


@router.get("/shop/claims/templates", response=list[ReplyTemplateOut])
@operation("claims.read")
def list_templates(request: HttpRequest) -> Any:
    """List the words that the shop keeps ready."""
    return [ReplyTemplateOut.model_validate(one) for one in queries.templates_of(_shop(request))]


@router.put("/shop/claims/templates", response=ReplyTemplateOut)
@operation("claims.answer")
def write_template(request: HttpRequest, template: ReplyTemplateIn) -> Any:
    """Keep words ready under a title."""
    written = claim_templates.write_template(_shop(request), template.title, template.words, now=now())
    return ReplyTemplateOut(id=written, title=template.title, words=template.words)


@router.delete("/shop/claims/templates/{template}", response={204: None})
@operation("claims.answer")
def forget_template(request: HttpRequest, template: TemplateId) -> Any:
    """Take a template away."""
    claim_templates.forget_template(_shop(request), template)
    return Status(204, None)


@router.get("/shop/claims/{claim}", response=ClaimOut)
@operation("claims.read")
def read_claim(request: HttpRequest, claim: ClaimId) -> Any:
    """Read one of the shop's claims."""
    return _claim(request, claim)


@router.get("/shop/claims/{claim}/timeline", response=list[ClaimEntryOut])
@operation("claims.read")
def read_timeline(request: HttpRequest, claim: ClaimId) -> Any:
    """Read what happened to a claim, oldest first."""
    queries.claim(claim, shop_id=_shop(request))
    return [ClaimEntryOut.model_validate(entry) for entry in queries.entries(claim)]


@router.post("/shop/claims/{claim}/agreement", response=ClaimOut)
@operation("claims.answer")
@idempotent
def agree(request: HttpRequest, claim: ClaimId, said: AnswerIn) -> Any:
    """Agree: the goods come back to today's return address, or money and goods go out at once."""
    claim_answers.agree(claim, _said(request, said), now=now())
    return _claim(request, claim)


@router.post("/shop/claims/{claim}/refusal", response=ClaimOut)
@operation("claims.answer")
@idempotent
def refuse(request: HttpRequest, claim: ClaimId, said: RefusalIn) -> Any:
    """Refuse with a reason, before the goods come back or after looking at them."""
    claim_answers.refuse(claim, said.reason, _said(request, said), now=now())
    return _claim(request, claim)


@router.post("/shop/claims/{claim}/offer", response=ClaimOut)
@operation("claims.answer")
@idempotent
def offer_partial(request: HttpRequest, claim: ClaimId, said: OfferIn) -> Any:
    """Offer a part of the refund for an end of it."""
    claim_answers.offer_partial(claim, said.refund_minor, _said(request, said), now=now())
    return _claim(request, claim)


@router.post("/shop/claims/{claim}/evidence-request", response=ClaimOut)
@operation("claims.answer")
@idempotent
def ask_evidence(request: HttpRequest, claim: ClaimId, said: EvidenceAskIn) -> Any:
    """Ask the buyer to show more within a day."""
    claim_answers.ask_evidence(claim, said.kinds, _said(request, said), now=now())
    return _claim(request, claim)


@router.post("/shop/claims/{claim}/evidence", response=ClaimOut)
@operation("claims.answer")
@idempotent
def add_evidence(request: HttpRequest, claim: ClaimId, said: AnswerIn) -> Any:
    """Show something of one's own."""
    claim_answers.add_evidence(claim, _said(request, said), now=now())
    return _claim(request, claim)


@router.post("/shop/claims/{claim}/inspection", response=ClaimOut)
@operation("claims.answer")
@idempotent
def inspect(request: HttpRequest, claim: ClaimId, said: InspectionIn) -> Any:
    """Accept what came back; money or other goods follow."""
    claim_answers.inspect(claim, said.sound_pieces, _said(request, said), now=now())
    return _claim(request, claim)


@router.post("/shop/claims/{claim}/inspection/part", response=ClaimOut)
@operation("claims.answer")
@idempotent
def inspect_part(request: HttpRequest, claim: ClaimId, said: PartIn) -> Any:
    """Accept some of the pieces and refuse the others: the buyer takes it, and the others go back, or asks the platform."""
    answer = _said(request, said)
    claim_answers.inspect_part(claim, said.accepted_pieces, said.sound_pieces, said.reason, answer, now=now())
    return _claim(request, claim)


@router.post("/shop/claims/{claim}/give-back", response=ClaimOut)
@operation("claims.answer")
@idempotent
def give_back(request: HttpRequest, claim: ClaimId, said: ReshipIn) -> Any:
    """Send back to the buyer what was not accepted of a return."""
    claim_answers.give_back(
        claim, carrier=said.carrier, tracking_no=said.tracking_no, answer=_said(request, said), now=now()
    )
    return _claim(request, claim)


@router.post("/shop/claims/{claim}/shipment", response=ClaimOut)
@operation("claims.answer")
@idempotent
def reship(request: HttpRequest, claim: ClaimId, said: ReshipIn) -> Any:
    """Send missing, exchanged or repaired goods."""
    claim_answers.reship(
        claim, carrier=said.carrier, tracking_no=said.tracking_no, answer=_said(request, said), now=now()
    )
    return _claim(request, claim)


def _said(request: HttpRequest, said: AnswerIn) -> Said:
    return Said(_shop(request), person_of(request), said.words, tuple(said.evidence))


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


def _claim(request: HttpRequest, claim: UUID) -> ClaimOut:
    return for_merchant(queries.claim(claim, shop_id=_shop(request)))
