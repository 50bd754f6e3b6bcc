"""Facts about freight insurance. Amounts are minor units."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("guarantee.policy_active", version=1)
class PolicyActive:
    """The way back of an order is insured."""

    policy_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    premium_minor: int
    cover_minor: int
    active_at: Instant


@event("guarantee.freight_paid", version=1)
class FreightPaid:
    """The freight of a return is paid by insurance: to the buyer who sent it, or for the courier who fetched it."""

    policy_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    claim_id: UUID
    route: str
    paid_minor: int
    paid_at: Instant


@event("guarantee.freight_refused", version=1)
class FreightRefused:
    """No freight is paid for a return; another tracking number may be handed in until `appeal_by`."""

    policy_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    claim_id: UUID
    reason: str
    appeal_by: Instant


@event("guarantee.return_collected", version=1)
class ReturnCollected:
    """A courier has the goods of a claim; who bears how much of the freight is settled."""

    pickup_id: UUID
    claim_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    insured_minor: int
    merchant_minor: int
    buyer_minor: int
    collected_at: Instant
