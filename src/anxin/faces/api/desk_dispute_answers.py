"""How a case looks to the programs of the platform's arbitrators: all of it, unmasked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from anxin.faces.api.claim_answers import ClaimEntryOut
from anxin.faces.api.conversations import MessageOut
from anxin.faces.api.dispute_answers import DisputeEntryOut, DisputeEvidenceOut, DisputeOut, dispute_answer
from anxin.faces.api.fields import Answer, DisputeId, PersonId, ShopId
from anxin.faces.api.order_answers import LineOut, TimelineOut
from anxin.faces.api.promises import CertificateOut, TextOut, certificate_answer
from anxin.faces.case_papers import line_of_case, snapshot_of
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.case_papers import case_papers
from anxin.market.guarantee.queries.disputes import Bounds, DisputeFacts, VerdictKind
from anxin.market.orders import queries as orders
from anxin.market.service.queries import conversations


class DeskDisputeOut(DisputeOut):
    """A case in the queue; `verdict` is told before it is signed, `steps` is what this arbitrator may do now."""

    shop_id: ShopId
    buyer_id: PersonId
    category: str
    claim_reason: str
    refundable_minor: int
    shipped: bool
    fresh: bool
    arbitrator: PersonId | None
    decided_by: PersonId | None
    signed_by: PersonId | None
    mine: bool


class DeskPageOut(Answer):
    """What the product page said when the order was placed; `sha256` is over all of that version."""

    title: str
    description_html: str
    attributes: list[tuple[str, str]]
    pictures: list[str]
    price_minor: int
    shown_from: datetime
    number: int
    sha256: str


class DeskTalkOut(Answer):
    """What buyer and shop said about the order; `is_whole` false: the oldest were left out.

    A message of the kind `pictures` has as many as `facts.pictures` is long; they are read one by one.
    """

    messages: list[MessageOut]
    is_whole: bool


class DeskPrecedentOut(Answer):
    """A case of the same wish that was decided; the refund as basis points of what was paid."""

    id: DisputeId
    category: str
    claim_reason: str
    kind: str
    reason: str
    refund_bps: int
    compensation_minor: int
    outcome: str
    overturned: bool
    ended_at: datetime


class DeskReasonOut(Answer):
    """A reason that a verdict may rest on, and what it allows in this case; `obstacles` speak against it."""

    code: str = Field(examples=["minor_defect"])
    text: TextOut
    article: str
    kinds: list[VerdictKind]
    refund_max_minor: int
    compensation_max_minor: int
    obstacles: list[str]


class DeskCaseOut(DeskDisputeOut):
    """Everything that an arbitrator reads before deciding; `certificate` null: nothing was promised for the line."""

    line: LineOut
    evidence: list[DisputeEvidenceOut]
    timeline: list[DisputeEntryOut]
    claim_timeline: list[ClaimEntryOut]
    order_timeline: list[TimelineOut]
    certificate: CertificateOut | None
    page: DeskPageOut
    conversation: DeskTalkOut | None
    precedents: list[DeskPrecedentOut]
    reasons: list[DeskReasonOut]


class ArbitratorOut(Answer):
    """How fast and how evenly an arbitrator decided."""

    person_id: PersonId
    name: str
    decided: int
    for_buyer: int
    partial: int
    for_merchant: int
    appealed: int
    overturned: int
    overdue: int
    median_seconds: int


class ArbitratorsOut(Answer):
    """Who decided something in the last 90 days, the busiest first, 50 at most."""

    arbitrators: list[ArbitratorOut]


def queue_answer(facts: DisputeFacts, reader: UUID) -> dict[str, Any]:
    """Return a case as the queue lists it."""
    case = facts.case
    return {
        **dispute_answer(facts, steps=queries.desk_steps(case, reader), verdict=case.verdict),
        "shop_id": case.shop_id,
        "buyer_id": case.buyer_id,
        "category": facts.category,
        "claim_reason": facts.claim_reason,
        "refundable_minor": facts.refundable_minor,
        "shipped": facts.shipped,
        "fresh": facts.fresh,
        "arbitrator": case.arbitrator,
        "decided_by": case.decided_by,
        "signed_by": case.signed_by,
        "mine": case.arbitrator == reader,
    }


def case_answer(facts: DisputeFacts, reader: UUID) -> dict[str, Any]:
    """Return the whole file of a case, with one statement a module."""
    order, order_entries = orders.order_and_timeline(facts.order_id)
    line, papers = line_of_case(order, facts), case_papers(facts)
    return {
        **queue_answer(facts, reader),
        "line": line,
        "evidence": papers.evidence,
        "timeline": papers.entries,
        "claim_timeline": papers.claim_entries,
        "order_timeline": order_entries,
        "certificate": certificate_answer(papers.certificate) if papers.certificate else None,
        "page": snapshot_of(line),
        "conversation": conversations.conversation_about(order),
        "precedents": papers.precedents,
        "reasons": list(map(_reason, papers.bounds)),
    }


def _reason(found: Bounds) -> dict[str, Any]:
    return {
        "code": found.reason.code,
        "text": found.reason.words,
        "article": found.reason.article,
        "kinds": found.reason.kinds,
        "refund_max_minor": found.refund_max_minor,
        "compensation_max_minor": found.compensation_max_minor,
        "obstacles": found.obstacles,
    }
