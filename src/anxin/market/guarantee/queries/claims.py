"""What may be known of claims: for the buyer's pages, the merchant's queue, and programs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from anxin.infra import vault
from anxin.kernel.clock import Instant, from_unix_ms, unix_ms
from anxin.kernel.ids import BadIdentifier, parse_public_id
from anxin.kernel.page import BadCursor, Page, id_cursor, limited, page_of
from anxin.market.guarantee.domain.claim_acts import AT_INSPECTION, AT_REVIEW, Party, Refusal
from anxin.market.guarantee.domain.claim_life import LIFE, ClaimState, status_code
from anxin.market.guarantee.domain.facts import CLAIM_TYPE_CODES, ClaimType, Evidence
from anxin.market.guarantee.errors.claims import UnknownClaim, UnknownEvidence
from anxin.market.guarantee.models.claims import OPEN, ClaimEntry, ClaimEvidence, ReplyTemplate
from anxin.market.guarantee.models.claims import Claim as ClaimRow
from anxin.market.guarantee.models.disputes import Dispute
from anxin.market.orders.queries import LineFacts, OrderFacts, lines_by_id
from anxin.market.orders.queries.orders import skus_sold_as

__all__ = [
    "AT_INSPECTION",
    "AT_REVIEW",
    "QUEUES",
    "TABS",
    "ClaimFacts",
    "ClaimState",
    "ClaimType",
    "EntryFacts",
    "Evidence",
    "EvidenceFacts",
    "Narrowed",
    "Party",
    "Refusal",
    "Template",
    "claim",
    "claims_of",
    "claims_of_order",
    "claims_of_shop",
    "counts_of_person",
    "counts_of_shop",
    "entries",
    "evidence_file",
    "open_dispute_of",
    "open_disputes_of",
    "templates_of",
]

S = ClaimState
TABS: dict[str, tuple[ClaimState, ...]] = {  # of the buyer's list
    "waiting": (
        S.EVIDENCE_NEEDED,
        S.OFFERED,
        S.RETURN_OFFERED,
        S.AWAITING_RETURN,
        S.REFUSED,
        S.RETURN_REFUSED,
        S.RESHIPPED,
        S.GIVEN_BACK,
    ),
    "running": (S.APPLIED, S.RETURN_SENT, S.AWAITING_RESHIP, S.AWAITING_GIVE_BACK, S.REFUNDING, S.DISPUTED),
    "done": (S.DONE,),
    "closed": (S.CLOSED,),
}
QUEUES: dict[str, tuple[ClaimState, ...]] = {  # of the merchant's desk, most urgent kind first
    "to_answer": (S.APPLIED,),
    "to_inspect": (S.RETURN_SENT,),
    "to_ship": (S.AWAITING_RESHIP, S.AWAITING_GIVE_BACK),
    "with_buyer": TABS["waiting"],
    "with_platform": (S.DISPUTED, S.REFUNDING),
    "over": (S.DONE, S.CLOSED),
    "all": tuple(S),
}
NEWEST_FIRST = frozenset({"over", "all"})  # of the queues; in the others what runs out first comes first
NUMBERS = (("ord", "order_id"), ("clm", "id"))  # that a claim is looked for by
DUE_SOON = timedelta(hours=6)  # of a clock that is the merchant's: the studio warns before it runs out


@dataclass(frozen=True)
class EvidenceFacts:
    """A picture or video that a side has shown."""

    id: UUID
    party: Party
    kind: str
    medium: str
    seconds: int
    sha256: str
    given_at: Instant
    erased: bool = False  # the file is gone: who showed it asked to be forgotten


@dataclass(frozen=True)
class EntryFacts:
    """Something that happened to a claim."""

    kind: str
    party: Party
    minor: int
    words: str
    facts: Mapping[str, Any]
    happened_at: Instant


@dataclass(frozen=True)
class ClaimFacts:
    """A claim as both sides may see it. Amounts are minor units; `line` is what was bought, frozen."""

    id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    type: ClaimType
    remedy: ClaimType
    promise: str
    reason: str
    words: str
    pieces: int
    returnable_pieces: int  # those that left
    asked_minor: int
    refund_max_minor: int
    refusable: bool
    state: ClaimState
    owner: Party | None
    attempt: int
    attempts_max: int
    due_at: Instant | None
    offer_minor: int
    asked_evidence: tuple[str, ...]
    extended: bool
    goods_back: bool
    return_signed: bool
    accepted_pieces: int | None
    refund_minor: int
    refund_arrived: bool
    compensation_minor: int
    compensation_arrived: bool
    freight_payer: str
    automatic: bool
    closing: str
    refusal: str
    return_address: Mapping[str, str] | None
    return_carrier: str
    return_tracking_no: str
    return_parcel_id: UUID | None
    reship_carrier: str
    reship_tracking_no: str
    sound_pieces: int | None
    applied_at: Instant
    answered_at: Instant | None
    ended_at: Instant | None
    line: LineFacts
    evidence: tuple[EvidenceFacts, ...]

    @property
    def may_be_seized(self) -> bool:
        """Whether the platform may step in by itself now."""
        return LIFE.allows(self.state, "seize")

    @property
    def type_code(self) -> int:
        """The platform's number of the kind (DOMAIN 1.6)."""
        return CLAIM_TYPE_CODES[self.type]

    @property
    def status_code(self) -> int:
        """The platform's number of the status (DOMAIN 1.6)."""
        return status_code(self.state, self.remedy, goods_back=self.goods_back)

    @property
    def is_open(self) -> bool:
        """Whether it still goes on."""
        return self.state in OPEN

    @property
    def buyer_steps(self) -> frozenset[str]:
        """What the buyer may do now, for buttons."""
        part = {"accept_offer"} if self.state is S.RETURN_REFUSED and self.accepted_pieces else set()
        return (_BUYER[self.state] | part) - ({"extend"} if self.extended else set())

    @property
    def merchant_steps(self) -> frozenset[str]:
        """What the merchant may do now, for buttons."""
        barred = {"refuse"} if self.state is S.APPLIED and not self.refusable else set()
        if self.returnable_pieces <= 1 or self.remedy is not ClaimType.RETURN_REFUND or self.compensation_minor:
            barred.add("inspect_part")
        return _MERCHANT[self.state] - barred


@dataclass(frozen=True)
class Narrowed:
    """What a shop looks for among its claims; what is empty narrows nothing.

    `text` is the number of an order or of a claim, the tracking number of a return, words of a product's title, or its code.
    """

    type: str = ""
    reason: str = ""
    text: str = ""


@dataclass(frozen=True)
class Template:
    """Words that a shop keeps ready."""

    id: UUID
    title: str
    words: str


EVERY_CLAIM = Narrowed()
_NOTHING: frozenset[str] = frozenset()
_BUYER = {
    **dict.fromkeys(S, _NOTHING),
    S.APPLIED: frozenset({"modify", "withdraw", "add_evidence"}),
    S.EVIDENCE_NEEDED: frozenset({"add_evidence", "modify", "withdraw"}),
    S.OFFERED: frozenset({"accept_offer", "decline_offer", "withdraw"}),
    S.RETURN_OFFERED: frozenset({"accept_offer", "decline_offer"}),
    S.AWAITING_RETURN: frozenset({"send_back", "extend", "withdraw"}),
    S.RETURN_SENT: frozenset({"add_evidence"}),
    S.RESHIPPED: frozenset({"confirm_reship", "escalate"}),
    S.GIVEN_BACK: frozenset({"confirm_reship", "escalate"}),
    S.REFUSED: frozenset({"escalate", "modify", "withdraw"}),
    S.RETURN_REFUSED: frozenset({"escalate", "withdraw"}),
    S.DISPUTED: frozenset({"withdraw"}),
}
_MERCHANT = {
    **dict.fromkeys(S, _NOTHING),
    S.APPLIED: frozenset({"agree", "refuse", "offer", "ask_evidence", "add_evidence"}),
    S.EVIDENCE_NEEDED: frozenset({"agree", "add_evidence"}),
    S.OFFERED: frozenset({"agree", "add_evidence"}),
    S.RETURN_SENT: frozenset({"inspect", "inspect_part", "refuse", "offer", "add_evidence"}),
    S.AWAITING_RESHIP: frozenset({"reship"}),
    S.AWAITING_GIVE_BACK: frozenset({"give_back", "agree"}),
    S.REFUSED: frozenset({"agree", "add_evidence"}),
    S.RETURN_REFUSED: frozenset({"agree", "add_evidence"}),
    S.DISPUTED: frozenset({"agree"}),
}


def claim(claim_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> ClaimFacts:
    """Return a claim as its buyer or its shop may see it. Raises UnknownClaim for anybody else's."""
    rows = ClaimRow.objects.filter(id=claim_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    found = rows.first()
    if found is None:
        raise UnknownClaim
    return _facts([found])[0]


def claims_of(
    person_id: UUID, *, tab: str = "", cursor: str | None = None, limit: int | None = None
) -> Page[ClaimFacts]:
    """Return a buyer's claims, newest first; `tab` is one of TABS or empty for all."""
    rows = ClaimRow.objects.filter(person_id=person_id)
    if tab in TABS:
        rows = rows.filter(state__in=TABS[tab])
    size = limited(limit)
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    found = list(rows.order_by("-id")[: size + 1])
    return page_of(_facts(found), size, lambda one: one.id.hex)


def claims_of_shop(
    shop_id: UUID,
    *,
    queue: str = "to_answer",
    only: Narrowed = EVERY_CLAIM,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[ClaimFacts]:
    """Return a shop's claims of one queue: the ones whose clock runs out first come first; over or all newest first."""
    rows = _of_shop(shop_id, only).filter(state__in=QUEUES.get(queue, QUEUES["to_answer"]))
    size = limited(limit)
    if queue in NEWEST_FIRST:
        rows = rows.filter(id__lt=id_cursor(cursor)) if cursor else rows
        return page_of(_facts(list(rows.order_by("-id")[: size + 1])), size, lambda one: one.id.hex)
    if cursor:
        rows = rows.filter(_after(cursor))
    found = list(rows.order_by("due_at", "id")[: size + 1])
    return page_of(_facts(found), size, _due_cursor)


def claims_of_order(order: OrderFacts, *, limit: int = 100) -> tuple[ClaimFacts, ...]:
    """Return an order's claims, newest first, with two statements."""
    rows = list(ClaimRow.objects.filter(order_id=order.id).order_by("-id")[:limit])
    lines = {line.id: line for line in order.lines}
    shown = _evidence([row.id for row in rows]) if rows else {}
    return tuple(_one(row, lines[row.line_id], tuple(shown.get(row.id, ()))) for row in rows)


def counts_of_person(person_id: UUID) -> dict[str, int]:
    """Return how many claims of a buyer are in each tab."""
    return _counts(ClaimRow.objects.filter(person_id=person_id), TABS)


def counts_of_shop(shop_id: UUID, *, now: Instant, only: Narrowed = EVERY_CLAIM) -> dict[str, int]:
    """Return how many claims of a shop are in each queue, and `due_soon`: the merchant's that run out within hours."""
    soon = Q(owner=Party.MERCHANT, due_at__lt=now + DUE_SOON)
    rows = _of_shop(shop_id, only).values_list("state")
    found = list(rows.annotate(number=Count("id"), soon=Count("id", filter=soon)).order_by())
    by_state = {state: number for state, number, _ in found}
    sums = {queue: sum(by_state.get(state, 0) for state in states) for queue, states in QUEUES.items()}
    return {**sums, "due_soon": sum(soon for *_, soon in found)}


def entries(claim_id: UUID, *, limit: int = 200) -> tuple[EntryFacts, ...]:
    """Return what happened to a claim, oldest first."""
    rows = ClaimEntry.objects.filter(claim_id=claim_id).order_by("happened_at", "id")[:limit]
    return tuple(map(entry_facts, rows))


def entry_facts(row: ClaimEntry) -> EntryFacts:
    """Return what a row of a claim's timeline says."""
    return EntryFacts(row.kind, Party(row.party), row.minor, row.words, row.facts, row.happened_at)


def evidence_file(claim_id: UUID, evidence_id: UUID, *, poster: bool = False) -> tuple[bytes, str]:
    """Return the bytes and the content type of something that was shown in a claim. Raises UnknownEvidence, NotInVault."""
    row = ClaimEvidence.objects.filter(id=evidence_id, claim_id=claim_id, erased_at=None).first()
    if row is None:
        raise UnknownEvidence
    if row.medium == "video" and not poster:
        return vault.read(row.file), "video/mp4"
    return vault.read(row.poster if poster and row.poster else row.file), "image/jpeg"


def open_dispute_of(claim_id: UUID) -> UUID | None:
    """Return the newest dispute over a claim."""
    return open_disputes_of([claim_id]).get(claim_id)


def open_disputes_of(claim_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Return the newest dispute over each of some claims, with one statement; claims without one are left out."""
    return dict(Dispute.objects.filter(claim_id__in=list(claim_ids)).order_by("id").values_list("claim_id", "id"))


def templates_of(shop_id: UUID, *, limit: int = 50) -> tuple[Template, ...]:
    """Return a shop's reply templates by title."""
    rows = ReplyTemplate.objects.filter(shop_id=shop_id).order_by("title", "id")[:limit]
    return tuple(Template(row.id, row.title, row.words) for row in rows)


def _of_shop(shop_id: UUID, only: Narrowed) -> QuerySet[ClaimRow]:
    rows = ClaimRow.objects.filter(shop_id=shop_id)
    if only.type:
        rows = rows.filter(type=only.type)
    if only.reason:
        rows = rows.filter(reason=only.reason)
    return rows.filter(_named(shop_id, only.text)) if only.text else rows


def _named(shop_id: UUID, text: str) -> Q:
    for prefix, column in NUMBERS:
        try:
            return Q(**{column: parse_public_id(prefix, text)})
        except BadIdentifier:
            continue
    return Q(sku_id__in=skus_sold_as(shop_id, text)) | Q(return_tracking_no__iexact=text)


def _counts(rows: QuerySet[ClaimRow], tabs: Mapping[str, Sequence[ClaimState]]) -> dict[str, int]:
    by_state = dict(rows.values_list("state").annotate(number=Count("id")).order_by())
    return {tab: sum(by_state.get(state, 0) for state in states) for tab, states in tabs.items()}


def _due_cursor(one: ClaimFacts) -> str:
    return f"{unix_ms(one.due_at) if one.due_at else 0}_{one.id.hex}"


def _after(cursor: str) -> Q:
    """Read a cursor of the queue: the rows behind it. Those without a moment (disputes) come last."""
    moment, _, identity = cursor.partition("_")
    if not moment.isdigit():
        raise BadCursor
    last = id_cursor(identity)
    if moment == "0":
        return Q(due_at=None, id__gt=last)
    at = from_unix_ms(int(moment))
    return Q(due_at__gte=at + timedelta(milliseconds=1)) | Q(due_at__gte=at, id__gt=last) | Q(due_at=None)


def _facts(rows: list[ClaimRow]) -> list[ClaimFacts]:
    lines = lines_by_id([row.line_id for row in rows])
    shown = _evidence([row.id for row in rows])
    return [_one(row, lines[row.line_id], tuple(shown.get(row.id, ()))) for row in rows]


def _evidence(claim_ids: Iterable[UUID]) -> dict[UUID, list[EvidenceFacts]]:
    shown: dict[UUID, list[EvidenceFacts]] = {}
    for row in ClaimEvidence.objects.filter(claim_id__in=list(claim_ids)).order_by("id"):
        piece = EvidenceFacts(
            row.id,
            Party(row.party),
            row.kind,
            row.medium,
            row.seconds,
            row.sha256,
            row.given_at,
            row.erased_at is not None,
        )
        shown.setdefault(row.claim_id or row.id, []).append(piece)
    return shown


_PLAIN = tuple(
    name
    for name in ClaimFacts.__dataclass_fields__
    if name
    not in {
        "type",
        "remedy",
        "pieces",
        "returnable_pieces",
        "asked_minor",
        "refund_max_minor",
        "refusable",
        "attempts_max",
        "state",
        "owner",
        "asked_evidence",
        "line",
        "evidence",
    }
)


def _one(row: ClaimRow, line: LineFacts, evidence: tuple[EvidenceFacts, ...]) -> ClaimFacts:
    terms = row.terms
    return ClaimFacts(
        **{name: getattr(row, name) for name in _PLAIN},
        type=ClaimType(row.type),
        remedy=ClaimType(row.remedy),
        pieces=terms["pieces"],
        returnable_pieces=terms["pieces"] - terms.get("waiting_pieces", 0),
        asked_minor=terms["refund_minor"],
        refund_max_minor=terms["refund_max_minor"],
        refusable=terms["refusable"],
        attempts_max=terms["timers"]["attempts_max"],
        state=ClaimState(row.state),
        owner=Party(row.owner) if row.owner else None,
        asked_evidence=tuple(row.asked_evidence),
        line=line,
        evidence=evidence,
    )
