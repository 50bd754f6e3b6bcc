"""The catalog's offers in the words of an order: what is frozen on a line, and what freight each shop asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anxin.market.catalog.queries import Offer
from anxin.market.orders.domain.pricing import Good, PricedOrder
from anxin.market.shops import queries as shops
from anxin.market.shops.queries import FreightLine, Terms


@dataclass(frozen=True)
class Goods:
    """What may be bought by SKU, and the terms of the shops that sell it."""

    by_sku: Mapping[UUID, Good]
    terms: Mapping[UUID, Terms]

    def freight_minor(self, order: PricedOrder, region: str) -> int | None:
        """Return what the shop asks to send this order to `region` (GB/T 2260); None where it does not deliver."""
        lines = [
            (line.good.freight_template, FreightLine(line.quantity, line.good.price_minor, line.good.weight_grams))
            for line in order.lines
            if not line.good.is_virtual
        ]
        if not lines:
            return 0
        return shops.freight_minor(self.terms[order.shop_id], lines, region)


def goods_of(offers: Sequence[Offer]) -> Goods:
    """Return offers as goods, with the terms of their shops."""
    return Goods(
        by_sku={offer.sku_id: _good(offer) for offer in offers},
        terms={offer.shop.shop_id: offer.shop for offer in offers},
    )


def _good(offer: Offer) -> Good:
    template = offer.freight_template_id
    return Good(
        sku_id=offer.sku_id,
        product_id=offer.product_id,
        product_version=offer.product_version,
        shop_id=offer.shop.shop_id,
        price_minor=offer.price_minor,
        fee_rate_bps=offer.category.terms.service_fee_bps,
        settlement_days=offer.category.terms.settlement_days,
        weight_grams=offer.weight_grams,
        freight_template=str(template) if template else None,
        is_virtual=offer.is_virtual,
        sellable=offer.sellable,
        frozen=_frozen(offer),
    )


def _frozen(offer: Offer) -> dict[str, Any]:
    """Return what the order line keeps of how the goods were shown and promised on the day of purchase."""
    return {
        "title": offer.title,
        "title_en": offer.title_en,
        "picture": offer.picture,
        "options": dict(zip(offer.option_names, offer.options, strict=False)),
        "code": offer.code,
        "weight_grams": offer.weight_grams,
        "brand": offer.brand,
        "attributes": dict(offer.attributes),
        "category": offer.category.code,
        "category_name": offer.category.name,
        "category_name_en": offer.category.name_en,
        "flags": sorted(offer.category.terms.flags),
        "after_sale_days": offer.category.terms.after_sale_days,
        "handle": offer.handle,
        "shop_name": offer.shop.name,
        "shop_name_en": offer.shop.name_en,
        "shop_slug": offer.shop.slug,
    }
