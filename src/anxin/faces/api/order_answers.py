"""How orders look to programs, on the buyer's and the merchant's side."""

from datetime import datetime
from typing import Any

from anxin.faces.api.fields import (
    Answer,
    CheckoutId,
    LineId,
    OrderId,
    ParcelId,
    PersonId,
    ProductId,
    ShopId,
    SkuId,
)


class LineOut(Answer):
    """An order line, frozen at purchase: `frozen` holds title, picture, options, category and terms as they were."""

    id: LineId
    sku_id: SkuId
    product_id: ProductId
    product_version: int
    quantity: int
    shipped_quantity: int
    unsent_quantity: int
    refunded_quantity: int
    refunded_minor: int
    claimed: bool
    price_minor: int
    amount_minor: int
    fee_rate_bps: int
    settlement_days: int
    frozen: dict[str, Any]


class ParcelOut(Answer):
    """A parcel and how far it is; `contents` are pairs of line and pieces."""

    id: ParcelId
    carrier: str
    tracking_no: str
    contents: list[tuple[LineId, int]]
    shipped_at: datetime
    picked_up_at: datetime | None
    signed_at: datetime | None


class OrderOut(Answer):
    """An order; `code` is the platform's number of its state, `steps` what may be done now."""

    id: OrderId
    checkout_id: CheckoutId
    person_id: PersonId
    shop_id: ShopId
    state: str
    code: int
    goods_minor: int
    freight_minor: int
    total_minor: int
    refunded_minor: int
    currency: str
    address: dict[str, Any] | None
    note: str
    closing: str
    placed_at: datetime
    pay_by: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    received_at: datetime | None
    cancelled_at: datetime | None
    receipt_due_at: datetime | None
    open_claims: int
    lines: list[LineOut]
    parcels: list[ParcelOut]
    steps: list[str]


class CheckoutOut(Answer):
    """What is paid at once."""

    id: CheckoutId
    total_minor: int
    currency: str
    placed_at: datetime
    pay_by: datetime
    orders: list[OrderOut]


class TimelineOut(Answer):
    """Something that happened to an order."""

    kind: str
    happened_at: datetime
    facts: dict[str, Any]
