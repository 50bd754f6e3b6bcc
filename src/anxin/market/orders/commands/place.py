"""Placing orders: the hot path. Four statements whatever the number of lines, stock last so that its locks are held shortest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from anxin.infra.config import config
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.catalog import queries as catalog
from anxin.market.inventory import commands as inventory
from anxin.market.orders import store
from anxin.market.orders.domain import pricing
from anxin.market.orders.domain.life import NOTE_LENGTH_MAX
from anxin.market.orders.domain.pricing import PricedOrder, WantedLine
from anxin.market.orders.errors import AddressNeeded
from anxin.market.orders.goods import Goods, goods_of
from anxin.market.people import queries as people

__all__ = ["NewCheckout", "PlacedCheckout", "PlacedOrder", "WantedLine", "place_checkout"]


@dataclass(frozen=True)
class NewCheckout:
    """What a buyer confirms: items, where to, and a note for each shop. The same `id` is placed once."""

    person_id: UUID
    lines: tuple[WantedLine, ...]
    address_id: UUID | None = None
    notes: Mapping[UUID, str] = field(default_factory=dict)
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True)
class PlacedOrder:
    """One shop's order, as placed."""

    id: UUID
    shop_id: UUID
    goods_minor: int
    freight_minor: int
    total_minor: int


@dataclass(frozen=True)
class PlacedCheckout:
    """What was placed and until when it can be paid."""

    id: UUID
    orders: tuple[PlacedOrder, ...]
    total_minor: int
    pay_by: Instant


def payment_window() -> timedelta:
    """Return how long an unpaid order keeps its stock (30 minutes unless set otherwise)."""
    return timedelta(minutes=config().payment_window_minutes)


@transactional
def place_checkout(wish: NewCheckout, *, now: Instant) -> PlacedCheckout:
    """Freeze prices, write one order a shop, announce them and hold their stock: all of it or nothing.

    Raises BadLines, NotForSale, PriceChanged, AddressNeeded, CannotDeliver, AlreadyPlaced, OutOfStock.
    """
    pricing.check_wanted(wish.lines)
    goods = goods_of(catalog.offers([line.sku_id for line in wish.lines], now=now))
    pricing.check_offered(wish.lines, goods.by_sku)
    address = _address(wish, goods)
    orders = priced(wish.lines, goods, region=str(address["region"]) if address else "")
    row = store.CheckoutRow(wish.id, wish.person_id, orders, address, _notes(wish), now + payment_window())
    store.insert_checkout(row, now=now)
    inventory.hold(_wanted(orders), now=now)
    placed = tuple(PlacedOrder(o.id, o.shop_id, o.goods_minor, o.freight_minor, o.total_minor) for o in orders)
    return PlacedCheckout(row.id, placed, row.total_minor, row.pay_by)


def priced(lines: tuple[WantedLine, ...], goods: Goods, *, region: str) -> list[PricedOrder]:
    """Return one priced order a shop, with freight to `region` (GB/T 2260); virtual goods travel free."""
    orders = pricing.split_by_shop(lines, goods.by_sku)
    return [pricing.with_freight(order, goods.freight_minor(order, region)) for order in orders]


def _address(wish: NewCheckout, goods: Goods) -> dict[str, Any] | None:
    """Return the address as it will stand on the orders; None when nothing has to travel."""
    if all(goods.by_sku[line.sku_id].is_virtual for line in wish.lines):
        return None
    if wish.address_id is None:
        raise AddressNeeded
    address = people.address_of(wish.person_id, wish.address_id)
    return {
        "name": address.name,
        "phone": address.phone,
        "region": address.region.code,
        "text": address.text,
    }


def _notes(wish: NewCheckout) -> dict[UUID, str]:
    return {shop_id: text.strip()[:NOTE_LENGTH_MAX] for shop_id, text in wish.notes.items()}


def _wanted(orders: list[PricedOrder]) -> list[inventory.Wanted]:
    return [inventory.Wanted(order.id, line.good.sku_id, line.quantity) for order in orders for line in order.lines]
