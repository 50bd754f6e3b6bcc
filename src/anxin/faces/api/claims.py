"""After-sale requests, for buyers' programs: ask, show, send back, call the platform."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.claim_answers import ClaimEntryOut, ClaimOut, for_buyer
from anxin.faces.api.fields import (
    AmountMinor,
    Answer,
    Body,
    ClaimId,
    DisputeId,
    EvidenceId,
    LineId,
    PageAnswer,
    PageQuery,
    Quantity,
    page_answer,
)
from anxin.faces.api.idempotency import idempotent
from anxin.infra.clock import now
from anxin.market.guarantee.commands import claim_escalation, claim_evidence, claims
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.queries import claims as queries
from anxin.market.guarantee.queries.claims import ClaimType

router = Router()

Code = Annotated[str, Field(max_length=40, pattern="^[a-z_]*$")]
Share = Annotated[int, Field(ge=0, le=10_000, description="Basis points: 10000 is all of it.")]
Words = Annotated[str, Field(max_length=500)]
Kind = Annotated[ClaimType, Field(strict=False)]
EvidenceIds = Annotated[list[EvidenceId], Field(max_length=9)]
Carrier = Annotated[str, Field(min_length=2, max_length=20)]
TrackingNumber = Annotated[str, Field(min_length=5, max_length=40)]


class ClaimsQuery(PageQuery):
    """Which claims are wanted."""

    tab: Annotated[str, Field(pattern="^(waiting|running|done|closed)?$")] = ""


class WishIn(Body):
    """What is asked for and why; without `promise` the one that serves the buyer best is taken.

    Without `asked_minor` all that the rules give is asked for. Of fresh goods say the bad part: `bad_pieces` of
    `total_pieces`, or `bad_ratio_bps`.
    """

    type: Kind
    reason: Code
    pieces: Quantity = 1
    promise: Code = ""
    asked_minor: AmountMinor | None = None
    bad_pieces: Quantity | None = None
    total_pieces: Quantity | None = None
    bad_ratio_bps: Share | None = None
    remaining_bps: Share | None = None
    medical_minor: AmountMinor = 0


class ClaimIn(Body):
    """A claim for pieces of one order line, with evidence that was sent before."""

    line: LineId
    wish: WishIn
    words: Words = ""
    evidence: EvidenceIds = []


class ClaimsIn(Body):
    """Claims for several lines at once, all or none."""

    claims: list[ClaimIn] = Field(min_length=1, max_length=50)


class ModifiedIn(Body):
    """What is asked for instead."""

    wish: WishIn
    words: Words = ""
    evidence: EvidenceIds = []


class ShownIn(Body):
    """More evidence."""

    evidence: EvidenceIds = Field(min_length=1)
    words: Words = ""


class SentBackIn(Body):
    """How the goods travel back."""

    carrier: Carrier
    tracking_no: TrackingNumber


class EscalationIn(Body):
    """What the platform should know."""

    words: Words = ""


class KeptOut(Answer):
    """Evidence that waits for a claim; it is forgotten after a day."""

    id: EvidenceId


class EscalatedOut(Answer):
    """The dispute that was opened."""

    dispute_id: DisputeId


@router.post("/claims/evidence", response={201: KeptOut})
@operation("claims.use")
def send_evidence(request: HttpRequest, kind: Form[str], file: File[UploadedFile]) -> Any:
    """Send a picture, or one short video, to hand in with a claim; it is encoded anew and kept privately."""
    kept = claim_evidence.keep_file(file.read(claim_evidence.BYTES_MAX + 1))
    shown = claim_evidence.note_kept(
        kept, claim_evidence.kind_of(kind), by=person_of(request), party=queries.Party.BUYER, now=now()
    )
    return Status(201, KeptOut(id=shown))


@router.get("/claims", response=PageAnswer[ClaimOut])
@operation("claims.use")
def list_claims(request: HttpRequest, wanted: Query[ClaimsQuery]) -> Any:
    """List the caller's claims, newest first."""
    page = queries.claims_of(person_of(request), tab=wanted.tab, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(for_buyer))


@router.post("/claims", response={201: list[ClaimOut]})
@operation("claims.use")
@idempotent
def apply(request: HttpRequest, wanted: ClaimsIn) -> Any:
    """Ask for after-sale service for one or several lines; what the rules grant at once is agreed at once."""
    person_id = person_of(request)
    applications = [Application(one.line, _wish(one.wish), one.words, tuple(one.evidence)) for one in wanted.claims]
    made = claims.apply_many(applications, person_id=person_id, now=now())
    return Status(201, [_claim(request, one) for one in made])


@router.get("/claims/{claim}", response=ClaimOut)
@operation("claims.use")
def read_claim(request: HttpRequest, claim: ClaimId) -> Any:
    """Read one of the caller's claims."""
    return _claim(request, claim)


@router.get("/claims/{claim}/timeline", response=list[ClaimEntryOut])
@operation("claims.use")
def read_timeline(request: HttpRequest, claim: ClaimId) -> Any:
    """Read what happened to a claim, oldest first."""
    queries.claim(claim, person_id=person_of(request))
    return [ClaimEntryOut.model_validate(entry) for entry in queries.entries(claim)]


@router.put("/claims/{claim}", response=ClaimOut)
@operation("claims.use")
@idempotent
def modify(request: HttpRequest, claim: ClaimId, wanted: ModifiedIn) -> Any:
    """Ask for something else, or again after a refusal; it counts as an attempt."""
    claims.modify(
        claim,
        _wish(wanted.wish),
        words=wanted.words,
        evidence=tuple(wanted.evidence),
        person_id=person_of(request),
        now=now(),
    )
    return _claim(request, claim)


@router.post("/claims/{claim}/withdrawal", response=ClaimOut)
@operation("claims.use")
@idempotent
def withdraw(request: HttpRequest, claim: ClaimId) -> Any:
    """Let it be; the order goes its way again."""
    claims.withdraw(claim, person_id=person_of(request), now=now())
    return _claim(request, claim)


@router.post("/claims/{claim}/evidence", response=ClaimOut)
@operation("claims.use")
@idempotent
def add_evidence(request: HttpRequest, claim: ClaimId, shown: ShownIn) -> Any:
    """Show more, or what the merchant asked for."""
    claims.add_evidence(claim, tuple(shown.evidence), words=shown.words, person_id=person_of(request), now=now())
    return _claim(request, claim)


@router.post("/claims/{claim}/offer/acceptance", response=ClaimOut)
@operation("claims.use")
@idempotent
def accept_offer(request: HttpRequest, claim: ClaimId) -> Any:
    """Take what the merchant offered: it is paid, and that is the end of it."""
    claims.accept_offer(claim, person_id=person_of(request), now=now())
    return _claim(request, claim)


@router.post("/claims/{claim}/offer/refusal", response=ClaimOut)
@operation("claims.use")
@idempotent
def decline_offer(request: HttpRequest, claim: ClaimId) -> Any:
    """Do not take it; the merchant answers the request itself."""
    claims.decline_offer(claim, person_id=person_of(request), now=now())
    return _claim(request, claim)


@router.post("/claims/{claim}/return", response=ClaimOut)
@operation("claims.use")
@idempotent
def send_back(request: HttpRequest, claim: ClaimId, sent: SentBackIn) -> Any:
    """Say under which number the goods travel back."""
    claims.send_back(claim, carrier=sent.carrier, tracking_no=sent.tracking_no, person_id=person_of(request), now=now())
    return _claim(request, claim)


@router.post("/claims/{claim}/extension", response=ClaimOut)
@operation("claims.use")
@idempotent
def extend(request: HttpRequest, claim: ClaimId) -> Any:
    """Take three more days for sending the goods back, once."""
    claims.extend(claim, person_id=person_of(request), now=now())
    return _claim(request, claim)


@router.post("/claims/{claim}/receipt", response=ClaimOut)
@operation("claims.use")
@idempotent
def confirm_reship(request: HttpRequest, claim: ClaimId) -> Any:
    """Say that what was sent instead has arrived."""
    claims.confirm_reship(claim, person_id=person_of(request), now=now())
    return _claim(request, claim)


@router.post("/claims/{claim}/escalation", response={201: EscalatedOut})
@operation("claims.use")
@idempotent
def escalate(request: HttpRequest, claim: ClaimId, said: EscalationIn) -> Any:
    """Call the platform after a refusal."""
    opened = claim_escalation.escalate(claim, words=said.words, person_id=person_of(request), now=now())
    return Status(201, EscalatedOut(dispute_id=opened))


def _wish(wish: WishIn) -> Wish:
    return Wish(**wish.model_dump())


def _claim(request: HttpRequest, claim: UUID) -> ClaimOut:
    return for_buyer(queries.claim(claim, person_id=person_of(request)))
