"""Facts about stock."""

from uuid import UUID

from anxin.infra.outbox import event


@event("inventory.stock_low", version=1)
class StockLow:
    """A SKU's free pieces fell to its alert level."""

    sku_id: UUID
    shop_id: UUID
    free: int
