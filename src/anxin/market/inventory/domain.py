"""Words of stock. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

LOW_STOCK_DEFAULT = 5
QUANTITY_MAX = 1_000_000_000


class HoldState(StrEnum):
    """A hold keeps pieces for an order until they are sold or let go."""

    HELD = "held"
    SOLD = "sold"
    RELEASED = "released"


class Reason(StrEnum):
    """Why stock on hand was changed by hand or by goods coming back."""

    RECEIVED = "received"  # 入库
    COUNTED = "counted"  # 盘点
    DAMAGED = "damaged"  # 报损
    RETURNED = "returned"  # 退货入库
    RESENT = "resent"  # 换货、补寄出库
    CORRECTED = "corrected"  # 更正
    IMPORTED = "imported"  # 导入


@dataclass(frozen=True)
class Wanted:
    """Pieces of a SKU that an order asks for."""

    order_id: UUID
    sku_id: UUID
    quantity: int


@dataclass(frozen=True)
class Level:
    """What is on hand after a delivery or a count."""

    sku_id: UUID
    shop_id: UUID
    on_hand: int


@dataclass(frozen=True)
class Availability:
    """A SKU's pieces: `free` may be sold now, `held` wait for payment, `sold` left since the beginning."""

    sku_id: UUID
    on_hand: int
    held: int
    sold: int
    low_stock_at: int

    @property
    def free(self) -> int:
        """Pieces that may be sold now."""
        return self.on_hand - self.held

    @property
    def is_low(self) -> bool:
        """Whether the merchant should order more."""
        return self.free <= self.low_stock_at
