"""Carts, checkouts and orders, for buyers' programs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import (
    AddressId,
    AmountMinor,
    Answer,
    Body,
    CheckoutId,
    ContentRef,
    CreatorId,
    OrderId,
    PageAnswer,
    PageQuery,
    Quantity,
    RequestId,
    ShopId,
    SkuId,
    page_answer,
    reply,
)
from anxin.faces.api.idempotency import idempotent
from anxin.faces.api.order_answers import CheckoutOut, OrderOut, TimelineOut
from anxin.infra.clock import now
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import CartOwner, NewCheckout, Origin, WantedLine
from anxin.market.people import queries as people

router = Router()


class OriginIn(Body):
    """Where the buyer met the goods: the answer that showed them, the video or note, the second of it, the creator."""

    request: RequestId | None = None
    content: ContentRef | None = None
    second: Annotated[int, Field(ge=0, le=commands.SECOND_MAX)] | None = None
    creator: CreatorId | None = None


class LineIn(Body):
    """An item and how many; with `seen_price_minor` the order is refused if the price has changed since.

    `confirmations` are marks of `to_confirm` that the buyer ticked at this very purchase; leave them out by default.
    """

    sku: SkuId
    quantity: Quantity
    seen_price_minor: AmountMinor | None = None
    confirmations: list[Annotated[str, Field(pattern=r"^[a-z_]{1,20}$")]] = Field(default_factory=list, max_length=10)
    origin: OriginIn | None = None


class NoteIn(Body):
    """A word to one of the shops."""

    shop: ShopId
    text: str = Field(max_length=200)


class CheckoutIn(Body):
    """What to order; items of several shops become one order a shop under one payment."""

    lines: list[LineIn] = Field(min_length=1, max_length=100)
    address: AddressId | None = Field(None, description="Where to deliver; not needed for virtual goods.")
    notes: list[NoteIn] = Field(default=[], max_length=100)


class PlacedOrderOut(Answer):
    """One shop's order of a checkout."""

    id: OrderId
    shop_id: ShopId
    goods_minor: int
    freight_minor: int
    total_minor: int


class PlacedOut(Answer):
    """What was placed and until when it can be paid."""

    id: CheckoutId
    orders: list[PlacedOrderOut]
    total_minor: int
    pay_by: datetime


class QuoteShopOut(Answer):
    """One shop's part of a quote; freight is null where it does not deliver or no address was given."""

    shop_id: ShopId
    goods_minor: int
    freight_minor: int | None


class QuoteOut(Answer):
    """What a checkout of these items would cost now."""

    shops: list[QuoteShopOut]
    goods_minor: int
    freight_minor: int
    total_minor: int
    unavailable: list[SkuId]


class CartLineOut(Answer):
    """An item in the cart as it stands now."""

    sku_id: SkuId
    title: str
    quantity: int
    selected: bool
    price_minor: int
    price_change_minor: int
    free: int
    buyable: bool


class CartOut(Answer):
    """The cart of the token's person."""

    items: list[CartLineOut]
    goods_minor: int


class CartLineIn(Body):
    """How many of an item the cart should hold."""

    quantity: Quantity
    origin: OriginIn | None = None


class OrdersQuery(PageQuery):
    """Which orders are wanted."""

    tab: Annotated[str, Field(pattern="^(to_pay|to_ship|to_receive|completed|cancelled)?$")] = ""


@router.get("/cart", response=CartOut)
@operation("orders.buy")
def read_cart(request: HttpRequest) -> Any:
    """Read the cart with today's prices and stock."""
    return _cart(person_of(request))


@router.put("/cart/{sku}", response=CartOut)
@operation("orders.buy")
def put_cart_line(request: HttpRequest, sku: SkuId, line: CartLineIn) -> Any:
    """Set how many of an item the cart holds; an item that is not there yet is put in."""
    owner = CartOwner(person_of(request))
    if not owner.lines.filter(sku_id=sku).exists():
        commands.put_in_cart(owner, sku, line.quantity, origin=_origin(line.origin), now=now())
    commands.change_quantity(owner, sku, line.quantity)
    return _cart(person_of(request))


@router.delete("/cart/{sku}", response=CartOut)
@operation("orders.buy")
def delete_cart_line(request: HttpRequest, sku: SkuId) -> Any:
    """Take an item out of the cart."""
    commands.empty_of(CartOwner(person_of(request)), [sku])
    return _cart(person_of(request))


@router.post("/quotes", response=QuoteOut)
@operation("orders.buy")
def quote(request: HttpRequest, wanted: CheckoutIn) -> Any:
    """Say what these items would cost, delivered, without ordering them."""
    region = ""
    if wanted.address:
        region = people.address_of(person_of(request), wanted.address).region.code
    cart = queries.preview(_lines(wanted), now=now(), region=region)
    chosen = {item.offer.sku_id for item in cart.chosen}
    shops = [
        QuoteShopOut(shop_id=shop.terms.shop_id, goods_minor=shop.selected_minor, freight_minor=shop.freight_minor)
        for shop in cart.shops
    ]
    return QuoteOut(
        shops=shops,
        goods_minor=cart.goods_minor,
        freight_minor=cart.freight_minor,
        total_minor=cart.total_minor,
        unavailable=[line.sku for line in wanted.lines if line.sku not in chosen],
    )


@router.post("/checkouts", response={201: PlacedOut})
@operation("checkout.place")
@idempotent
def place_checkout(request: HttpRequest, wanted: CheckoutIn) -> HttpResponse:
    """Order items: prices are frozen and stock is held until `pay_by`."""
    notes = {note.shop: note.text for note in wanted.notes}
    wish = NewCheckout(person_of(request), _lines(wanted), wanted.address, notes)
    placed = commands.place_checkout(wish, now=now())
    return reply(PlacedOut.model_validate(placed), status=201)


@router.get("/checkouts/{checkout}", response=CheckoutOut)
@operation("orders.buy")
def read_checkout(request: HttpRequest, checkout: CheckoutId) -> Any:
    """Read a checkout with its orders."""
    return _checkout(request, checkout)


@router.post("/checkouts/{checkout}/cancellation", response=CheckoutOut)
@operation("orders.buy")
@idempotent
def cancel_checkout(request: HttpRequest, checkout: CheckoutId) -> Any:
    """Take back a checkout that was not paid; its stock is free again."""
    commands.cancel_checkout(checkout, person_id=person_of(request), now=now())
    return _checkout(request, checkout)


@router.get("/orders", response=PageAnswer[OrderOut])
@operation("orders.buy")
def list_orders(request: HttpRequest, wanted: Query[OrdersQuery]) -> Any:
    """List the buyer's orders, newest first."""
    page = queries.orders_of(person_of(request), tab=wanted.tab, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(OrderOut.model_validate))


@router.get("/orders/{order}", response=OrderOut)
@operation("orders.buy")
def read_order(request: HttpRequest, order: OrderId) -> Any:
    """Read one of the buyer's orders."""
    return _order(request, order)


@router.get("/orders/{order}/timeline", response=list[TimelineOut])
@operation("orders.buy")
def read_timeline(request: HttpRequest, order: OrderId) -> Any:
    """Read what happened to an order, oldest first."""
    queries.order(order, person_id=person_of(request))
    return [TimelineOut.model_validate(entry) for entry in queries.timeline(order)]


@router.post("/orders/{order}/receipt", response=OrderOut)
@operation("orders.buy")
@idempotent
def confirm_receipt(request: HttpRequest, order: OrderId) -> Any:
    """Say that everything arrived; the merchant's settlement starts from here."""
    commands.confirm_receipt(order, person_id=person_of(request), now=now())
    return _order(request, order)


@router.post("/orders/{order}/extension", response=OrderOut)
@operation("orders.buy")
@idempotent
def extend_receipt(request: HttpRequest, order: OrderId) -> Any:
    """Put automatic receipt off by three days, once."""
    commands.extend_receipt(order, person_id=person_of(request), now=now())
    return _order(request, order)


def _checkout(request: HttpRequest, checkout: UUID) -> CheckoutOut:
    return CheckoutOut.model_validate(queries.checkout(checkout, person_id=person_of(request)))


def _order(request: HttpRequest, order: UUID) -> OrderOut:
    return OrderOut.model_validate(queries.order(order, person_id=person_of(request)))


def _lines(wanted: CheckoutIn) -> tuple[WantedLine, ...]:
    return tuple(
        WantedLine(line.sku, line.quantity, line.seen_price_minor, tuple(line.confirmations), _origin(line.origin))
        for line in wanted.lines
    )


def _origin(met: OriginIn | None) -> Origin | None:
    return Origin(met.request, met.content, met.second, met.creator) if met else None


def _cart(person_id: UUID) -> CartOut:
    cart = queries.cart(CartOwner(person_id), now=now())
    items = [
        CartLineOut(
            sku_id=item.offer.sku_id,
            title=item.offer.title,
            quantity=item.quantity,
            selected=item.selected,
            price_minor=item.offer.price_minor,
            price_change_minor=item.price_change_minor,
            free=item.free,
            buyable=item.is_buyable,
        )
        for item in cart.items
    ]
    return CartOut(items=items, goods_minor=cart.goods_minor)
