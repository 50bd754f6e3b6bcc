"""Past orders at once, for the demo market and benchmarks: rows, stock and deadlines as the steps would have left them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import UUID

from anxin.infra.bulk import write_rows
from anxin.infra.deadlines import Due, schedule_many
from anxin.infra.sql import document
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.money import CNY, allocate
from anxin.market.inventory import commands as inventory
from anxin.market.inventory.commands import PastHold
from anxin.market.orders import store
from anxin.market.orders.domain.life import OrderState
from anxin.market.orders.domain.origin import Origin
from anxin.market.orders.domain.pricing import PricedLine, PricedOrder
from anxin.market.orders.models import Checkout, Order, OrderLine, Parcel, TimelineEntry

BATCH = 1_000

__all__ = ["LoadedCheckout", "LoadedOrder", "LoadedParcel", "LoadedPlace", "PricedOrder", "load_orders", "load_origins"]


@dataclass(frozen=True)
class LoadedParcel:
    """A parcel with these pieces of lines."""

    id: UUID
    carrier: str
    tracking_no: str
    pieces: Mapping[UUID, int]
    shipped_at: Instant
    picked_up_at: Instant | None = None
    signed_at: Instant | None = None


@dataclass(frozen=True)
class LoadedOrder:
    """An order in the state it reached; `happened` are (kind, moment, facts) of its timeline after placing."""

    priced: PricedOrder
    state: OrderState
    version: int
    closing: str = ""
    paid_at: Instant | None = None
    shipped_at: Instant | None = None
    received_at: Instant | None = None
    cancelled_at: Instant | None = None
    receipt_due_at: Instant | None = None
    parcels: tuple[LoadedParcel, ...] = ()
    refunded: bool = False  # all of it, before shipping
    happened: tuple[tuple[str, Instant, dict[str, Any]], ...] = ()


@dataclass(frozen=True)
class LoadedCheckout:
    """A checkout of the past."""

    id: UUID
    person_id: UUID
    orders: tuple[LoadedOrder, ...]
    address: Mapping[str, Any] | None
    placed_at: Instant
    pay_by: Instant
    notes: Mapping[UUID, str] = field(default_factory=dict)


@transactional
def load_orders(checkouts: Sequence[LoadedCheckout]) -> None:
    """Write past checkouts with all that belongs to them in a few statements; no event tells of them."""
    orders = [(checkout, order) for checkout in checkouts for order in checkout.orders]
    write_rows(_checkout(one) for one in checkouts)
    write_rows(_order(checkout, one) for checkout, one in orders)
    write_rows(chain.from_iterable(_lines(one) for _, one in orders))
    write_rows(chain.from_iterable(_parcels(one) for _, one in orders))
    write_rows(chain.from_iterable(_happened(one) for _, one in orders))
    inventory.load_holds(list(chain.from_iterable(_holds(checkout, one) for checkout, one in orders)))
    schedule_many(_deadlines(checkouts))


@dataclass(frozen=True)
class LoadedPlace:
    """Where a product was shown, and the time in which purchases of it are said to come from there."""

    product_id: UUID
    origin: Origin
    since: Instant
    until: Instant


@transactional
def load_origins(places: Sequence[LoadedPlace]) -> None:
    """Let past lines that say nothing of where their goods were met name the last of these places before they were bought."""
    rows = [
        {"product_id": one.product_id, "origin": one.origin.facts(), "since": one.since, "until": one.until}
        for one in places
    ]
    store.SQL.run("load_origins", places=document(rows))


def _checkout(one: LoadedCheckout) -> Checkout:
    return Checkout(
        id=one.id,
        person_id=one.person_id,
        total_minor=sum(order.priced.total_minor for order in one.orders),
        currency=CNY,
        placed_at=one.placed_at,
        pay_by=one.pay_by,
    )


def _order(checkout: LoadedCheckout, one: LoadedOrder) -> Order:
    priced = one.priced
    return Order(
        id=priced.id,
        checkout_id=checkout.id,
        person_id=checkout.person_id,
        shop_id=priced.shop_id,
        state=one.state,
        version=one.version,
        goods_minor=priced.goods_minor,
        freight_minor=priced.freight_minor,
        total_minor=priced.total_minor,
        refunded_minor=priced.total_minor if one.refunded else 0,
        currency=CNY,
        address=dict(checkout.address) if checkout.address else None,
        note=checkout.notes.get(priced.shop_id, ""),
        closing=one.closing,
        placed_at=checkout.placed_at,
        paid_at=one.paid_at,
        shipped_at=one.shipped_at,
        received_at=one.received_at,
        cancelled_at=one.cancelled_at,
        receipt_due_at=one.receipt_due_at,
    )


def _lines(one: LoadedOrder) -> list[OrderLine]:
    back_minor = one.priced.total_minor if one.refunded else 0
    parts = allocate(back_minor, [line.amount_minor for line in one.priced.lines])
    return [_line(one, line, part) for line, part in zip(one.priced.lines, parts, strict=True)]


def _line(one: LoadedOrder, line: PricedLine, refunded_minor: int) -> OrderLine:
    unsent = line.quantity if one.refunded else 0
    return OrderLine(
        id=line.id,
        order_id=one.priced.id,
        shop_id=one.priced.shop_id,
        sku_id=line.good.sku_id,
        product_id=line.good.product_id,
        product_version=line.good.product_version,
        quantity=line.quantity,
        shipped_quantity=sum(parcel.pieces.get(line.id, 0) for parcel in one.parcels),
        unsent_quantity=unsent,
        refunded_quantity=unsent,
        refunded_minor=refunded_minor,
        price_minor=line.good.price_minor,
        amount_minor=line.amount_minor,
        fee_rate_bps=line.good.fee_rate_bps,
        settlement_days=line.good.settlement_days,
        frozen=dict(line.good.frozen),
    )


def _parcels(one: LoadedOrder) -> list[Parcel]:
    return [
        Parcel(
            id=parcel.id,
            order_id=one.priced.id,
            shop_id=one.priced.shop_id,
            carrier=parcel.carrier,
            tracking_no=parcel.tracking_no,
            contents=[{"line_id": str(line), "quantity": pieces} for line, pieces in parcel.pieces.items()],
            shipped_at=parcel.shipped_at,
            picked_up_at=parcel.picked_up_at,
            signed_at=parcel.signed_at,
        )
        for parcel in one.parcels
    ]


def _happened(one: LoadedOrder) -> list[TimelineEntry]:
    return [
        TimelineEntry(order_id=one.priced.id, kind=kind, facts=facts, happened_at=moment)
        for kind, moment, facts in one.happened
    ]


def _holds(checkout: LoadedCheckout, one: LoadedOrder) -> list[PastHold]:
    state = "sold" if one.paid_at else "held" if one.state == OrderState.AWAITING_PAYMENT else "released"
    return [
        PastHold(one.priced.id, line.good.sku_id, line.quantity, state, checkout.placed_at) for line in one.priced.lines
    ]


def _deadlines(checkouts: Sequence[LoadedCheckout]) -> list[Due]:
    due = []
    for checkout in checkouts:
        if any(one.state == OrderState.AWAITING_PAYMENT for one in checkout.orders):
            due.append(Due(store.PAYMENT_WINDOW, checkout.id, checkout.pay_by))
        due += [
            Due(store.RECEIPT, one.priced.id, one.receipt_due_at, one.version)
            for one in checkout.orders
            if one.state == OrderState.SHIPPED and one.receipt_due_at
        ]
    return due
