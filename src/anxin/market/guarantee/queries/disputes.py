"""What may be read of disputes: one, lists of both sides, the desk's queue, evidence as each side may see it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, get_args
from uuid import UUID

from django.db.models import Q, QuerySet

from anxin.infra import vault
from anxin.kernel.clock import Instant
from anxin.kernel.contacts import mask_contacts
from anxin.kernel.page import BadCursor, Page, id_cursor, limited, page_of
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.arbitration import Arbitration, VerdictKind
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute import (
    JUDGED,
    OPEN,
    Dispute,
    DisputeState,
    Outcome,
    arbitration_code,
    whose_turn,
)
from anxin.market.guarantee.domain.dispute_steps import INTERNAL, desk_steps, steps_of, told_verdict
from anxin.market.guarantee.domain.verdicts import Bounds, Complaint, Verdict
from anxin.market.guarantee.errors.disputes import UnknownDispute
from anxin.market.guarantee.masking import masked
from anxin.market.guarantee.models.disputes import Dispute as DisputeRow
from anxin.market.guarantee.models.disputes import DisputeEntry, DisputeEvidence
from anxin.market.guarantee.store import disputes as store

__all__ = [
    "INTERNAL",
    "Arbitration",
    "Bounds",
    "Complaint",
    "Dispute",
    "DisputeState",
    "Outcome",
    "Party",
    "Verdict",
    "VerdictKind",
    "desk_steps",
    "steps_of",
    "told_verdict",
]

ENTRIES_MAX = 200
EVIDENCE_MAX = 60
CURSOR_TIME = "%Y%m%dT%H%M%S%f"
Tab = Literal["waiting", "mine", "appeals", "signature", "parties", "ended"]
TABS: tuple[Tab, ...] = get_args(Tab)


@dataclass(frozen=True)
class DisputeFacts:
    """A dispute with what stands around it; amounts in minor units, `code` is the platform code of DOMAIN 1.6."""

    case: Dispute
    order_id: UUID
    line_id: UUID
    category: str
    claim_type: str
    claim_reason: str
    paid_minor: int
    refundable_minor: int
    shipped: bool
    fresh: bool
    version: int
    taken_at: Instant | None
    code: int
    turn: frozenset[Party]

    @property
    def id(self) -> UUID:
        """The dispute's id."""
        return self.case.id

    @property
    def is_open(self) -> bool:
        """Whether anything can still happen."""
        return self.case.state in OPEN


@dataclass(frozen=True)
class EntryFacts:
    """Something that happened in a dispute."""

    kind: str
    party: Party
    facts: dict[str, Any]
    happened_at: Instant


@dataclass(frozen=True)
class EvidenceFacts:
    """A piece of evidence as the reader may see it; `masked` when its picture is shown to them in blocks only."""

    id: UUID
    party: Party
    kind: str
    words: str
    picture: bool
    video: bool
    private: bool
    masked: bool
    in_appeal: bool
    given_at: Instant
    erased: bool = False  # words and file are gone: who showed it asked to be forgotten


@dataclass(frozen=True)
class EvidenceFile:
    """The bytes of a picture or video, and what they are."""

    content_type: str
    data: bytes


def dispute(dispute_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> DisputeFacts:
    """Return a dispute as its buyer, its shop or (with neither) the desk sees it. Raises UnknownDispute."""
    return _facts(store.find(dispute_id, person_id=person_id, shop_id=shop_id))


def dispute_of_claim(claim_id: UUID) -> DisputeFacts | None:
    """Return the newest dispute over a claim."""
    row = DisputeRow.objects.filter(claim_id=claim_id).order_by("-id").first()
    return _facts(row) if row else None


def disputes_of(person_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[DisputeFacts]:
    """Return a buyer's disputes, newest first."""
    return _newest(DisputeRow.objects.filter(person_id=person_id), cursor, limit)


def disputes_of_shop(
    shop_id: UUID, *, is_open: bool | None = None, cursor: str | None = None, limit: int | None = None
) -> Page[DisputeFacts]:
    """Return a shop's disputes, newest first; only open or only closed ones where asked."""
    rows = DisputeRow.objects.filter(shop_id=shop_id)
    if is_open is not None:
        rows = rows.filter(state__in=OPEN) if is_open else rows.exclude(state__in=OPEN)
    return _newest(rows, cursor, limit)


def waiting_for_shop(shop_id: UUID) -> int:
    """Return in how many disputes the shop has to move."""
    cases = DisputeRow.objects.filter(shop_id=shop_id, state__in=OPEN)[:200]
    return sum(Party.MERCHANT in whose_turn(store.case_of(row)) for row in cases)


def queue(tab: Tab, *, arbitrator: UUID, cursor: str | None = None, limit: int | None = None) -> Page[DisputeFacts]:
    """Return one tab of the desk's queue, the oldest deadline first; what has ended, newest first."""
    size, rows = limited(limit), _in_tab(tab, arbitrator)
    if tab == "ended":
        return _newest(rows, cursor, limit)
    if cursor:
        due_at, identity = _queue_cursor(cursor)
        rows = rows.filter(Q(due_at__gt=due_at) | Q(due_at=due_at, id__gt=identity))
    found = rows.filter(due_at__isnull=False).order_by("due_at", "id")[: size + 1]
    return page_of([_facts(row) for row in found], size, _cursor_of)


def queue_counts(arbitrator: UUID) -> dict[str, int]:
    """Return how many cases are in each tab of the queue."""
    return {tab: _in_tab(tab, arbitrator).count() for tab in TABS if tab != "ended"}


def entries(dispute_id: UUID) -> tuple[EntryFacts, ...]:
    """Return what happened, oldest first."""
    rows = DisputeEntry.objects.filter(dispute_id=dispute_id).order_by("id")[:ENTRIES_MAX]
    return tuple(map(entry_facts, rows))


def entry_facts(row: DisputeEntry) -> EntryFacts:
    """Return what a row of a dispute's timeline says."""
    return EntryFacts(row.kind, Party(row.party), row.facts, row.happened_at)


def evidence(dispute_id: UUID, *, reader: Party) -> tuple[EvidenceFacts, ...]:
    """Return all evidence as one side or the platform may see it, oldest first."""
    rows = DisputeEvidence.objects.filter(dispute_id=dispute_id).order_by("id")[:EVIDENCE_MAX]
    return tuple(evidence_facts(row, reader) for row in rows)


def evidence_facts(row: DisputeEvidence, reader: Party) -> EvidenceFacts:
    """Return a piece of evidence as one side or the platform may see it."""
    theirs = reader not in (Party.PLATFORM, row.party)
    return EvidenceFacts(
        id=row.id,
        party=Party(row.party),
        kind=row.kind,
        words=mask_contacts(row.words) if theirs else row.words,
        picture=bool(row.file),
        video=row.medium == "video",
        private=row.private,
        masked=_is_masked(row, reader),
        in_appeal=row.in_appeal,
        given_at=row.given_at,
        erased=row.erased_at is not None,
    )


def evidence_file(dispute_id: UUID, evidence_id: UUID, *, reader: Party) -> EvidenceFile:
    """Return a file as the reader may see it: the other side's private one in blocks. Raises UnknownDispute, NotInVault."""
    row = DisputeEvidence.objects.filter(id=evidence_id, dispute_id=dispute_id).exclude(file="").first()
    if row is None:
        raise UnknownDispute
    if _is_masked(row, reader):
        return EvidenceFile("image/jpeg", masked(vault.read(row.poster or row.file)))
    return EvidenceFile("video/mp4" if row.medium == "video" else "image/jpeg", vault.read(row.file))


def evidence_poster(dispute_id: UUID, evidence_id: UUID, *, reader: Party) -> EvidenceFile:
    """Return the picture that stands for a piece on a page: itself, or the first frame of a video. Raises as above."""
    row = DisputeEvidence.objects.filter(id=evidence_id, dispute_id=dispute_id).exclude(file="").first()
    if row is None:
        raise UnknownDispute
    still = vault.read(row.poster or row.file)
    return EvidenceFile("image/jpeg", masked(still) if _is_masked(row, reader) else still)


def rules_named(name: str) -> Arbitration:
    """Return rules by their name, without asking the database."""
    return book.arbitration_named(name)


def rules(dispute_id: UUID) -> Arbitration:
    """Return the rules a dispute is judged by."""
    return store.rules_of(store.find(dispute_id))


def _in_tab(tab: Tab, arbitrator: UUID) -> QuerySet[DisputeRow]:
    rows = DisputeRow.objects.all()
    judged = rows.filter(state__in=JUDGED)
    match tab:
        case "mine":
            return rows.filter(arbitrator_id=arbitrator, state__in=[*JUDGED, DisputeState.EVIDENCE_WANTED])
        case "signature":
            return rows.filter(state=DisputeState.SECOND_SIGNATURE).exclude(decided_by_id=arbitrator)
        case "appeals":
            return rows.filter(state=DisputeState.APPEALED, arbitrator=None)
        case "parties":
            waiting = [DisputeState.NEGOTIATION, DisputeState.EVIDENCE_WANTED, DisputeState.DECIDED]
            return rows.filter(state__in=waiting)
        case "ended":
            return rows.exclude(state__in=OPEN)
        case "waiting":
            return judged.filter(arbitrator=None)


def _newest(rows: QuerySet[DisputeRow], cursor: str | None, limit: int | None) -> Page[DisputeFacts]:
    size = limited(limit)
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    found = [_facts(row) for row in rows.order_by("-id")[: size + 1]]
    return page_of(found, size, lambda facts: facts.id.hex)


def _cursor_of(facts: DisputeFacts) -> str:
    due_at = facts.case.due_at
    return f"{due_at.astimezone(UTC).strftime(CURSOR_TIME) if due_at else ''}_{facts.id.hex}"


def _queue_cursor(text: str) -> tuple[Instant, UUID]:
    moment, _, identity = text.partition("_")
    try:
        return datetime.strptime(moment, CURSOR_TIME).replace(tzinfo=UTC), UUID(identity)
    except ValueError as error:
        raise BadCursor from error


def _facts(row: DisputeRow) -> DisputeFacts:
    case = store.case_of(row)
    return DisputeFacts(
        case=case,
        order_id=row.order_id,
        line_id=row.line_id,
        category=row.category,
        claim_type=row.claim_type,
        claim_reason=row.claim_reason,
        paid_minor=row.paid_minor,
        refundable_minor=row.refundable_minor,
        shipped=row.shipped,
        fresh=row.fresh,
        version=row.version,
        taken_at=row.taken_at,
        code=arbitration_code(case),
        turn=whose_turn(case),
    )


def _is_masked(row: DisputeEvidence, reader: Party) -> bool:
    return row.private and reader not in (Party.PLATFORM, row.party)
