"""Facts about disputes. Amounts are minor units; parties are buyer, merchant or platform."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("guarantee.dispute_opened", version=1)
class DisputeOpened:
    """The platform was asked to decide between buyer and merchant, or stepped in by itself."""

    dispute_id: UUID
    claim_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    opened_by: str
    opened_at: Instant


@event("guarantee.dispute_decided", version=1)
class DisputeDecided:
    """A verdict was given; it is executed at `execute_by` at the latest, unless it is appealed against."""

    dispute_id: UUID
    claim_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    verdict: str
    reason: str
    refund_minor: int
    compensation_minor: int
    final: bool
    decided_at: Instant
    execute_by: Instant


@event("guarantee.dispute_appealed", version=1)
class DisputeAppealed:
    """One side appealed with new evidence; the execution waits."""

    dispute_id: UUID
    claim_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    appealed_by: str
    appealed_at: Instant


@event("guarantee.dispute_executed", version=1)
class DisputeExecuted:
    """What was decided or settled has happened: the money is with the buyer, the goods are, or nothing was due."""

    dispute_id: UUID
    claim_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    outcome: str
    forced: bool
    overturned: bool
    refund_minor: int
    compensation_minor: int
    executed_at: Instant


@event("guarantee.dispute_ended", version=1)
class DisputeEnded:
    """The dispute came to an end without a verdict: taken back, or gone to court."""

    dispute_id: UUID
    claim_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    outcome: str
    ended_at: Instant
