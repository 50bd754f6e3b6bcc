"""How claims look to programs, on the buyer's and the merchant's side."""

from datetime import datetime
from typing import Any

from anxin.faces.api.fields import Answer, ClaimId, EvidenceId, LineId, OrderId, PersonId, ShopId
from anxin.market.guarantee.queries.claims import ClaimFacts


class EvidenceOut(Answer):
    """A picture or video that a side has shown; `sha256` is that of the file as it was sent; `erased`: it is gone."""

    id: EvidenceId
    party: str
    kind: str
    medium: str
    seconds: int
    sha256: str
    given_at: datetime
    erased: bool


class ClaimOut(Answer):
    """A claim; `type_code` and `status_code` are the platform's numbers, `steps` what the caller's side may do now."""

    id: ClaimId
    order_id: OrderId
    line_id: LineId
    shop_id: ShopId
    person_id: PersonId
    type: str
    type_code: int
    remedy: str
    promise: str
    reason: str
    words: str
    pieces: int
    asked_minor: int
    state: str
    status_code: int
    owner: str | None
    due_at: datetime | None
    attempt: int
    offer_minor: int
    asked_evidence: list[str]
    accepted_pieces: int | None
    refund_minor: int
    refund_arrived: bool
    compensation_minor: int
    compensation_arrived: bool
    freight_payer: str
    automatic: bool
    closing: str
    refusal: str
    return_address: dict[str, Any] | None
    return_carrier: str
    return_tracking_no: str
    reship_carrier: str
    reship_tracking_no: str
    applied_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    evidence: list[EvidenceOut]
    steps: list[str]


class ClaimEntryOut(Answer):
    """Something that happened to a claim."""

    kind: str
    party: str
    minor: int
    words: str
    facts: dict[str, Any]
    happened_at: datetime


def for_buyer(facts: ClaimFacts) -> ClaimOut:
    """Return a claim with what the buyer may do."""
    return _claim(facts, sorted(facts.buyer_steps))


def for_merchant(facts: ClaimFacts) -> ClaimOut:
    """Return a claim with what the merchant may do."""
    return _claim(facts, sorted(facts.merchant_steps))


def _claim(facts: ClaimFacts, steps: list[str]) -> ClaimOut:
    plain = {name: getattr(facts, name) for name in ClaimOut.model_fields if name not in {"steps", "evidence"}}
    evidence = [EvidenceOut.model_validate(one) for one in facts.evidence]
    return ClaimOut(**plain, evidence=evidence, steps=steps)
