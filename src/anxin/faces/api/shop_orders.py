"""A shop's orders and stock, for merchants' programs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import (
    Answer,
    Body,
    LineId,
    Moment,
    OrderId,
    PageAnswer,
    PageQuery,
    ParcelId,
    Quantity,
    SkuId,
    page_answer,
)
from anxin.faces.api.idempotency import idempotent
from anxin.faces.api.order_answers import OrderOut
from anxin.infra.clock import now
from anxin.market.inventory import commands as inventory
from anxin.market.inventory import queries as stock
from anxin.market.inventory.commands import Level, Reason
from anxin.market.inventory.errors import BelowHeld
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import Packed, Shipment
from anxin.market.orders.queries import ShopFilter

router = Router()

Carrier = Annotated[str, Field(min_length=2, max_length=20)]
TrackingNumber = Annotated[str, Field(min_length=5, max_length=40)]


class ShopOrdersQuery(PageQuery):
    """Which orders are wanted; `text` is a title, a receiver or a tracking number."""

    tab: Annotated[str, Field(pattern="^(to_pay|to_ship|to_receive|completed|cancelled)?$")] = ""
    text: Annotated[str, Field(max_length=60)] = ""
    placed_from: Moment | None = None
    placed_to: Moment | None = None
    under_claim: bool = False


class PackedIn(Body):
    """Pieces of one order line."""

    line: LineId
    quantity: Quantity


class ParcelIn(Body):
    """A parcel; without `pieces` it holds all that the order still has to send."""

    carrier: Carrier
    tracking_no: TrackingNumber
    pieces: list[PackedIn] = Field(default=[], max_length=100)


class TrackingIn(Body):
    """A corrected tracking number."""

    carrier: Carrier
    tracking_no: TrackingNumber


class StockOut(Answer):
    """A SKU's pieces: `free` may be sold now, `held` wait for payment."""

    sku_id: SkuId
    on_hand: int
    held: int
    sold: int
    free: int
    low_stock_at: int


class StockIn(Body):
    """What is on hand after a count or a delivery."""

    on_hand: int = Field(ge=0, le=1_000_000_000)
    note: str = Field("", max_length=200)


class StockChangeOut(Answer):
    """A change of stock on hand."""

    delta: int
    on_hand_after: int
    reason: str
    note: str
    adjusted_at: datetime


@router.get("/shop/orders", response=PageAnswer[OrderOut])
@operation("orders.read")
def list_orders(request: HttpRequest, wanted: Query[ShopOrdersQuery]) -> Any:
    """List the shop's orders, newest first."""
    narrowed = ShopFilter(wanted.tab, wanted.text, wanted.placed_from, wanted.placed_to, wanted.under_claim)
    page = queries.orders_of_shop(_shop(request), narrowed, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(OrderOut.model_validate))


@router.get("/shop/orders/{order}", response=OrderOut)
@operation("orders.read")
def read_order(request: HttpRequest, order: OrderId) -> Any:
    """Read one of the shop's orders."""
    return _order(request, order)


@router.post("/shop/orders/{order}/preparation", response=OrderOut)
@operation("orders.ship")
@idempotent
def prepare(request: HttpRequest, order: OrderId) -> Any:
    """Say that the goods are being made ready."""
    commands.prepare(order, shop_id=_shop(request), now=now())
    return _order(request, order)


@router.post("/shop/orders/{order}/parcels", response={201: OrderOut})
@operation("orders.ship")
@idempotent
def ship(request: HttpRequest, order: OrderId, parcel: ParcelIn) -> Any:
    """Send a parcel with all or some of the pieces."""
    pieces = tuple(Packed(piece.line, piece.quantity) for piece in parcel.pieces)
    shipment = Shipment(order, parcel.carrier, parcel.tracking_no, pieces)
    commands.ship(shipment, shop_id=_shop(request), now=now())
    return Status(201, _order(request, order))


@router.put("/shop/parcels/{parcel}", response={204: None})
@operation("orders.ship")
def change_tracking(request: HttpRequest, parcel: ParcelId, tracking: TrackingIn) -> Any:
    """Correct a tracking number within an hour of shipping."""
    commands.change_tracking(
        parcel, carrier=tracking.carrier, tracking_no=tracking.tracking_no, shop_id=_shop(request), now=now()
    )
    return Status(204, None)


@router.get("/shop/stock/{sku}", response=StockOut)
@operation("orders.read")
def read_stock(request: HttpRequest, sku: SkuId) -> Any:
    """Read the pieces of a SKU of the shop."""
    return _stock(request, sku)


@router.put("/shop/stock/{sku}", response=StockOut)
@operation("stock.adjust")
def count_stock(request: HttpRequest, sku: SkuId, counted: StockIn) -> Any:
    """Set what is on hand; it cannot fall below what orders hold."""
    shop_id = _shop(request)
    before = stock.of_shop(shop_id, sku)
    level = Level(sku, shop_id, counted.on_hand)
    refused = inventory.set_levels([level], reason=Reason.COUNTED, note=counted.note, by=person_of(request), now=now())
    if refused:
        raise BelowHeld(sku, before.held)
    return _stock(request, sku)


@router.get("/shop/stock/{sku}/changes", response=list[StockChangeOut])
@operation("orders.read")
def list_stock_changes(request: HttpRequest, sku: SkuId) -> Any:
    """List the newest changes of a SKU's stock on hand."""
    stock.of_shop(_shop(request), sku)
    return [StockChangeOut.model_validate(change) for change in stock.adjustments_of(sku, limit=100)]


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


def _order(request: HttpRequest, order: UUID) -> OrderOut:
    return OrderOut.model_validate(queries.order(order, shop_id=_shop(request)))


def _stock(request: HttpRequest, sku: UUID) -> StockOut:
    return StockOut.model_validate(stock.of_shop(_shop(request), sku))
