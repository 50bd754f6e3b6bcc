"""What may be done about carts and orders, one file a part of the order's life."""

from anxin.market.orders.commands.after_sale import (
    RefundedLine,
    free_completion,
    hold_completion,
    note_money_back,
    note_refunded,
)
from anxin.market.orders.commands.cart import (
    CartOwner,
    change_quantity,
    empty_of,
    merge_guest_cart,
    put_in_cart,
    select_lines,
)
from anxin.market.orders.commands.pay import cancel_checkout, pay_checkout
from anxin.market.orders.commands.place import (
    NewCheckout,
    PlacedCheckout,
    PlacedOrder,
    WantedLine,
    place_checkout,
)
from anxin.market.orders.commands.receive import confirm_receipt, extend_receipt
from anxin.market.orders.commands.ship import Packed, Shipment, change_tracking, prepare, ship
from anxin.market.orders.domain.origin import SECOND_MAX, Origin

__all__ = [
    "SECOND_MAX",
    "CartOwner",
    "NewCheckout",
    "Origin",
    "Packed",
    "PlacedCheckout",
    "PlacedOrder",
    "RefundedLine",
    "Shipment",
    "WantedLine",
    "cancel_checkout",
    "change_quantity",
    "change_tracking",
    "confirm_receipt",
    "empty_of",
    "extend_receipt",
    "free_completion",
    "hold_completion",
    "merge_guest_cart",
    "note_money_back",
    "note_refunded",
    "pay_checkout",
    "place_checkout",
    "prepare",
    "put_in_cart",
    "select_lines",
    "ship",
]
