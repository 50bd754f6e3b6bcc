"""Facts about money that became the merchant's."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("settlement.order_settled", version=1)
class OrderSettled:
    """An order's escrow was released; `net_minor` is the merchant's part."""

    order_id: UUID
    shop_id: UUID
    net_minor: int
    settled_at: Instant


@event("settlement.payout_ended", version=1)
class PayoutEnded:
    """A payout was paid, failed or came back; `state` says which."""

    payout_id: UUID
    shop_id: UUID
    amount_minor: int
    state: str
