"""What inventory refuses."""

from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class OutOfStock(AnxinError):
    """Not enough is left of one of the items."""

    sku_ids: tuple[UUID, ...]
    code = "inventory.out_of_stock"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BelowHeld(AnxinError):
    """Stock cannot fall below the {held} pieces that orders already hold."""

    sku_id: UUID
    held: int
    code = "inventory.below_held"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BadQuantity(AnxinError):
    """The quantity {quantity} is not possible."""

    quantity: int
    code = "inventory.bad_quantity"
    kind = Kind.INVALID


class UnknownStock(AnxinError):
    """There is no stock record for this SKU."""

    code = "inventory.unknown_stock"
    kind = Kind.NOT_FOUND
