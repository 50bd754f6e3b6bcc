"""What orders refuse."""

from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.errors import AnxinError, Kind


class UnknownOrder(AnxinError):
    """There is no such order."""

    code = "orders.unknown_order"
    kind = Kind.NOT_FOUND


class UnknownCheckout(AnxinError):
    """There is no such checkout."""

    code = "orders.unknown_checkout"
    kind = Kind.NOT_FOUND


class UnknownParcel(AnxinError):
    """There is no such parcel."""

    code = "orders.unknown_parcel"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class BadLines(AnxinError):
    """These items cannot be ordered together: {why}."""

    why: str
    code = "orders.bad_lines"
    kind = Kind.INVALID


@dataclass(eq=False)
class NotForSale(AnxinError):
    """One of the items is not for sale any more."""

    sku_ids: tuple[UUID, ...]
    code = "orders.not_for_sale"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class PriceChanged(AnxinError):
    """The price of one of the items has changed. Look at the new price and confirm again."""

    sku_ids: tuple[UUID, ...]
    code = "orders.price_changed"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class CannotDeliver(AnxinError):
    """One of the shops does not deliver to this address."""

    shop_id: UUID
    code = "orders.cannot_deliver"
    kind = Kind.CONFLICT


class AddressNeeded(AnxinError):
    """Choose an address to deliver to."""

    code = "orders.address_needed"
    kind = Kind.INVALID


class ShopOrderLimit(AnxinError):
    """The shop cannot take more orders at the moment."""

    code = "orders.shop_order_limit"
    kind = Kind.CONFLICT


class AlreadyPlaced(AnxinError):
    """This checkout has been placed already."""

    code = "orders.already_placed"
    kind = Kind.CONFLICT


class AlreadyPaid(AnxinError):
    """This checkout is not waiting for payment."""

    code = "orders.not_awaiting_payment"
    kind = Kind.CONFLICT


class AlreadyExtended(AnxinError):
    """Receipt can be put off only once."""

    code = "orders.already_extended"
    kind = Kind.CONFLICT


class EditWindowOver(AnxinError):
    """The tracking number can be changed only within an hour of shipping."""

    code = "orders.edit_window_over"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class LineClaimed(AnxinError):
    """The buyer has asked for after-sale service for one of these items; answer it first."""

    line_id: UUID
    code = "orders.line_claimed"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class RefundBeyondOrder(AnxinError):
    """No more can be refunded than is left of this order ({left_minor} fen)."""

    left_minor: int
    code = "orders.refund_beyond_order"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class TooManyPieces(AnxinError):
    """A parcel cannot hold more pieces than the order still has to send."""

    line_id: UUID
    code = "orders.too_many_pieces"
    kind = Kind.INVALID


@dataclass(eq=False)
class CartFull(AnxinError):
    """The cart holds at most {limit} different items."""

    limit: int
    code = "orders.cart_full"
    kind = Kind.CONFLICT
