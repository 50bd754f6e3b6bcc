"""Facts about orders. Amounts are minor units."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("orders.placed", version=1)
class OrderPlaced:
    """A buyer ordered; stock is held and payment awaited."""

    order_id: UUID
    checkout_id: UUID
    shop_id: UUID
    person_id: UUID
    total_minor: int
    currency: str
    placed_at: Instant


@event("orders.paid", version=1)
class OrderPaid:
    """The buyer's money is in escrow."""

    order_id: UUID
    shop_id: UUID
    person_id: UUID
    paid_minor: int
    currency: str
    paid_at: Instant


@event("orders.shipped", version=1)
class OrderShipped:
    """A parcel left the merchant; `complete` when nothing remains to be sent."""

    order_id: UUID
    shop_id: UUID
    parcel_id: UUID
    complete: bool
    shipped_at: Instant


@event("orders.received", version=1)
class OrderReceived:
    """The buyer has the goods (said so, or the time passed): the settlement clock starts."""

    order_id: UUID
    shop_id: UUID
    person_id: UUID
    received_at: Instant
    automatic: bool


@event("orders.cancelled", version=1)
class OrderCancelled:
    """The order came to nothing; `reason` is buyer, expired or refunded."""

    order_id: UUID
    shop_id: UUID
    person_id: UUID
    reason: str
    cancelled_at: Instant


@event("orders.refunded", version=1)
class OrderRefunded:
    """A refund of the order reached the buyer."""

    order_id: UUID
    shop_id: UUID
    person_id: UUID
    amount_minor: int
    refunded_at: Instant
