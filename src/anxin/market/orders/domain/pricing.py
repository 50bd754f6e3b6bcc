"""From offers and wishes to priced orders: one order a shop, freight per shop, everything frozen. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from anxin.kernel.ids import new_id
from anxin.market.orders.domain.life import CHECKOUT_LINES_MAX, CONFIRMATIONS_MAX, MARK_LENGTH_MAX, PIECES_MAX
from anxin.market.orders.domain.origin import Origin
from anxin.market.orders.errors import BadLines, CannotDeliver, NotForSale, PriceChanged


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A SKU and how many of it. `seen_price_minor`, when given, must still be the price.

    `confirmations` name natures of the goods that the buyer confirmed at this very purchase (暂行办法 20).
    """

    sku_id: UUID
    quantity: int
    seen_price_minor: int | None = None
    confirmations: tuple[str, ...] = ()
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Good:
    """What may be bought, as it is now: the catalog's offer in the words of an order."""

    sku_id: UUID
    product_id: UUID
    product_version: int
    shop_id: UUID
    price_minor: int
    fee_rate_bps: int
    settlement_days: int
    weight_grams: int
    freight_template: str | None
    is_virtual: bool
    sellable: bool
    frozen: Mapping[str, Any]  # title, title_en, picture, options, category …, as it will stand on the order line


@dataclass(frozen=True, slots=True)
class PricedLine:
    """An order line with its frozen price and terms. `amount_minor` = price × quantity."""

    id: UUID
    good: Good
    quantity: int
    confirmations: tuple[str, ...] = ()
    origin: Origin | None = None

    @property
    def frozen(self) -> Mapping[str, Any]:
        """What stands on the order line: the goods as they were shown, what the buyer confirmed of them, where they were met."""
        more: dict[str, Any] = {}
        if self.confirmations:
            more["confirmations"] = sorted(self.confirmations)
        if self.origin is not None:
            more["origin"] = self.origin.facts()
        return {**self.good.frozen, **more} if more else self.good.frozen

    @property
    def amount_minor(self) -> int:
        """What the pieces cost together."""
        return self.good.price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class PricedOrder:
    """One shop's part of a checkout."""

    id: UUID
    shop_id: UUID
    lines: tuple[PricedLine, ...]
    freight_minor: int

    @property
    def goods_minor(self) -> int:
        """What the goods cost without freight."""
        return sum(line.amount_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        """What the buyer pays this shop."""
        return self.goods_minor + self.freight_minor


def check_wanted(lines: Sequence[WantedLine]) -> None:
    """Raise BadLines for an empty or overlong list, an impossible quantity or a SKU named twice."""
    if not 1 <= len(lines) <= CHECKOUT_LINES_MAX:
        raise BadLines(f"1..{CHECKOUT_LINES_MAX}")
    if any(not 1 <= line.quantity <= PIECES_MAX for line in lines):
        raise BadLines(f"quantity 1..{PIECES_MAX}")
    if any(len(line.confirmations) > CONFIRMATIONS_MAX for line in lines):
        raise BadLines(f"confirmations 0..{CONFIRMATIONS_MAX}")
    if any(len(mark) > MARK_LENGTH_MAX for line in lines for mark in line.confirmations):
        raise BadLines(f"a confirmation has at most {MARK_LENGTH_MAX} letters")
    if len({line.sku_id for line in lines}) < len(lines):
        raise BadLines("a SKU is named twice")


def check_offered(lines: Sequence[WantedLine], goods: Mapping[UUID, Good]) -> None:
    """Raise NotForSale for what cannot be bought now, PriceChanged where the buyer saw another price."""
    missing = [line.sku_id for line in lines if line.sku_id not in goods or not goods[line.sku_id].sellable]
    if missing:
        raise NotForSale(tuple(missing))
    changed = [
        line.sku_id
        for line in lines
        if line.seen_price_minor is not None and line.seen_price_minor != goods[line.sku_id].price_minor
    ]
    if changed:
        raise PriceChanged(tuple(changed))


def split_by_shop(lines: Sequence[WantedLine], goods: Mapping[UUID, Good]) -> list[PricedOrder]:
    """Return one order a shop, in the order in which the shops first appear, not yet with freight."""
    by_shop: dict[UUID, list[PricedLine]] = defaultdict(list)
    for line in lines:
        good = goods[line.sku_id]
        by_shop[good.shop_id].append(PricedLine(new_id(), good, line.quantity, line.confirmations, line.origin))
    return [PricedOrder(new_id(), shop_id, tuple(of_shop), 0) for shop_id, of_shop in by_shop.items()]


def with_freight(order: PricedOrder, freight_minor: int | None) -> PricedOrder:
    """Return the order with its freight. Raises CannotDeliver where the shop sends nothing (None)."""
    if freight_minor is None:
        raise CannotDeliver(order.shop_id)
    return replace(order, freight_minor=freight_minor)
