"""Facts about shipping promises and what was paid by itself. Amounts are minor units."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("guarantee.shipping_late", version=1)
class ShippingLate:
    """An order was not shipped by the promised moment."""

    order_id: UUID
    shop_id: UUID
    person_id: UUID
    ship_by: Instant


@event("guarantee.compensation_made", version=1)
class CompensationMade:
    """A buyer is paid for something the shop did not do; each kind and stage once an order."""

    compensation_id: UUID
    order_id: UUID
    shop_id: UUID
    person_id: UUID
    kind_of_fault: str
    stage: int
    amount_minor: int
    made_at: Instant


@event("guarantee.shop_barred", version=1)
class ShopBarred:
    """A shop that shipped too much too late takes no orders until `until`."""

    shop_id: UUID
    orders: int
    late: int
    until: Instant


@event("guarantee.shop_bar_lifted", version=1)
class ShopBarLifted:
    """The shop takes orders again."""

    shop_id: UUID
    lifted_at: Instant
