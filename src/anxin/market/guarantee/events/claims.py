"""Facts about claims (售后单). Amounts are minor units; parties are buyer, merchant or platform."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("guarantee.claim_opened", version=1)
class ClaimOpened:
    """A buyer asked for after-sale service for pieces of an order line; `attempt` counts those of the line."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    claim_type: str
    promise: str
    reason: str
    pieces: int
    asked_minor: int
    attempt: int
    opened_at: Instant


@event("guarantee.claim_agreed", version=1)
class ClaimAgreed:
    """The claim was agreed to: by the merchant, by an accepted offer, or by rule (`automatic`)."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    remedy: str
    refund_minor: int
    return_needed: bool
    automatic: bool
    agreed_at: Instant


@event("guarantee.claim_refused", version=1)
class ClaimRefused:
    """The merchant refused, before the goods came back or after looking at them; the buyer may ask the platform."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    refusal: str
    at_inspection: bool
    escalate_by: Instant
    refused_at: Instant


@event("guarantee.claim_returned", version=1)
class ClaimReturned:
    """The buyer sent goods back under this tracking number; `freight_payer` bears the way."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    parcel_id: UUID
    carrier: str
    tracking_no: str
    freight_payer: str
    returned_at: Instant


@event("guarantee.claim_goods_owed", version=1)
class ClaimGoodsOwed:
    """The shop holds `pieces` of a return that it did not accept and has to send them to the buyer by `send_by`, or pay."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    pieces: int
    send_by: Instant
    owed_at: Instant


@event("guarantee.claim_goods_given_back", version=1)
class ClaimGoodsGivenBack:
    """What the shop did not accept of a return is on its way back to the buyer."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    parcel_id: UUID
    carrier: str
    tracking_no: str
    given_back_at: Instant


@event("guarantee.claim_escalated", version=1)
class ClaimEscalated:
    """The platform was called, or stepped in by itself."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    by: str
    escalated_at: Instant


@event("guarantee.claim_done", version=1)
class ClaimDone:
    """The buyer has what was agreed: the money arrived, or the goods did."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    claim_type: str
    remedy: str
    reason: str
    pieces: int
    refund_minor: int
    compensation_minor: int
    done_at: Instant


@event("guarantee.claim_closed", version=1)
class ClaimClosed:
    """The claim came to nothing; `closing` says why. Goods that the shop holds go back (`guarantee.claim_goods_owed`)."""

    claim_id: UUID
    order_id: UUID
    line_id: UUID
    shop_id: UUID
    person_id: UUID
    closing: str
    closed_at: Instant
