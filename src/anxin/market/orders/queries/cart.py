"""What is in a cart, as it stands today: prices, stock and freight of this moment, and what changed since it was put in."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Offer
from anxin.market.inventory import queries as inventory
from anxin.market.orders.commands.cart import CartOwner
from anxin.market.orders.commands.place import priced
from anxin.market.orders.domain.origin import Origin, origin_of
from anxin.market.orders.domain.pricing import WantedLine
from anxin.market.orders.errors import CannotDeliver
from anxin.market.orders.goods import goods_of
from anxin.market.orders.models import CartLine
from anxin.market.shops.queries import Terms


@dataclass(frozen=True)
class CartItem:
    """One SKU in a cart and how it stands now."""

    offer: Offer
    quantity: int
    selected: bool
    seen_price_minor: int
    free: int
    origin: Origin | None = None

    @property
    def amount_minor(self) -> int:
        """What the pieces cost today."""
        return self.offer.price_minor * self.quantity

    @property
    def price_change_minor(self) -> int:
        """How much dearer (or, below zero, cheaper) a piece became since it was put in."""
        return self.offer.price_minor - self.seen_price_minor

    @property
    def is_buyable(self) -> bool:
        """Whether these pieces can be ordered now."""
        return self.offer.sellable and self.free >= self.quantity


@dataclass(frozen=True)
class CartShop:
    """The items of one shop; freight is None while no address is known or the shop does not deliver there."""

    terms: Terms
    items: tuple[CartItem, ...]
    freight_minor: int | None

    @property
    def selected_minor(self) -> int:
        """What the selected, buyable items cost without freight."""
        return sum(item.amount_minor for item in self.items if item.selected and item.is_buyable)


@dataclass(frozen=True)
class Cart:
    """A cart by shop, the newest shop first."""

    shops: tuple[CartShop, ...]

    @property
    def items(self) -> tuple[CartItem, ...]:
        """All items."""
        return tuple(item for shop in self.shops for item in shop.items)

    @property
    def chosen(self) -> tuple[CartItem, ...]:
        """The items that would be ordered now."""
        return tuple(item for item in self.items if item.selected and item.is_buyable)

    @property
    def goods_minor(self) -> int:
        """What the chosen items cost without freight."""
        return sum(item.amount_minor for item in self.chosen)

    @property
    def freight_minor(self) -> int:
        """The freight known so far."""
        return sum(shop.freight_minor or 0 for shop in self.shops)

    @property
    def total_minor(self) -> int:
        """What the buyer would pay."""
        return self.goods_minor + self.freight_minor


def cart(owner: CartOwner, *, now: Instant, region: str = "") -> Cart:
    """Return a cart with today's prices and stock, and freight to `region` (GB/T 2260) when it is known."""
    rows = list(owner.lines.order_by("-added_at", "-id"))
    return _cart(rows, now=now, region=region)


def preview(lines: Sequence[WantedLine], *, now: Instant, region: str = "") -> Cart:
    """Return lines as if they were all of a cart: the checkout page of `buy now`, and the API's quote."""
    rows = [
        CartLine(
            sku_id=line.sku_id,
            quantity=line.quantity,
            seen_price_minor=line.seen_price_minor or 0,
            origin=line.origin.facts() if line.origin else None,
            added_at=now,
        )
        for line in lines
    ]
    return _cart(rows, now=now, region=region)


def cart_count(owner: CartOwner) -> int:
    """Return how many different items a cart holds, for the badge."""
    return owner.lines.count()


def held_in_cart(person_id: UUID) -> list[Any]:
    """Return what a person put in the cart, for the export of personal data."""
    rows = CartLine.objects.filter(person_id=person_id).order_by("added_at", "id")
    return list(rows.values("sku_id", "quantity", "seen_price_minor", "selected", "origin", "added_at"))


def _cart(rows: Sequence[CartLine], *, now: Instant, region: str) -> Cart:
    sku_ids = [row.sku_id for row in rows]
    offers = {offer.sku_id: offer for offer in catalog.offers(sku_ids, now=now)}
    stock = inventory.availability(sku_ids)
    by_shop: dict[UUID, list[CartItem]] = defaultdict(list)
    for row in rows:
        offer = offers.get(row.sku_id)
        if offer is not None:
            item = CartItem(
                offer,
                row.quantity,
                row.selected,
                row.seen_price_minor or offer.price_minor,
                stock[row.sku_id].free,
                origin_of(row.origin),
            )
            by_shop[offer.shop.shop_id].append(item)
    return Cart(
        tuple(CartShop(items[0].offer.shop, tuple(items), _freight(items, region)) for items in by_shop.values())
    )


def _freight(items: Sequence[CartItem], region: str) -> int | None:
    chosen = [item for item in items if item.selected and item.is_buyable]
    if not chosen:
        return 0
    if not region and not all(item.offer.is_virtual for item in chosen):
        return None
    goods = goods_of([item.offer for item in chosen])
    try:
        orders = priced(tuple(WantedLine(item.offer.sku_id, item.quantity) for item in chosen), goods, region=region)
    except CannotDeliver:
        return None
    return sum(order.freight_minor for order in orders)
