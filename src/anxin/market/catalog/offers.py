"""Offers: what may be bought now and on which terms. Read by cart, checkout and placement with one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.sql import Row
from anxin.kernel.clock import Instant
from anxin.market.catalog.domain.tree import CategoryNode, Flag
from anxin.market.catalog.store import SQL
from anxin.market.catalog.tree_cache import category_tree
from anxin.market.shops import queries as shops


@dataclass(frozen=True, slots=True)
class Offer:
    """One SKU as it can be bought at this moment. Amounts are minor units, weight is grams."""

    sku_id: UUID
    product_id: UUID
    product_version: int
    shop: shops.Terms
    handle: str
    title: str
    title_en: str
    brand: str
    attributes: Mapping[str, str]
    code: str
    picture: str
    option_names: tuple[str, ...]
    options: tuple[str, ...]
    category: CategoryNode
    price_minor: int
    compare_price_minor: int | None
    weight_grams: int
    freight_template_id: UUID | None
    sellable: bool

    @property
    def is_virtual(self) -> bool:
        """Whether nothing has to travel."""
        return Flag.VIRTUAL in self.category.terms.flags


def offers(sku_ids: Sequence[UUID], *, now: Instant) -> list[Offer]:
    """Return the offers of some SKUs in no particular order; unknown SKUs are left out. One statement."""
    rows = SQL.rows("offers", sku_ids=list(sku_ids))
    tree = category_tree(now=now)
    return [_offer(row, tree.node(row["category"])) for row in rows]


def _offer(row: Row, category: CategoryNode) -> Offer:
    terms = shops.Terms(
        shop_id=row["shop_id"],
        slug=row["slug"],
        name=row["shop_name"],
        name_en=row["shop_name_en"],
        state=row["shop_state"],
        selling=row["selling"],
        zero_deposit=row["zero_deposit"],
        return_address=row["return_address"],
        freight_templates=row["freight_templates"],
        default_freight_template=row["default_freight_template"],
    )
    return Offer(
        sku_id=row["sku_id"],
        product_id=row["product_id"],
        product_version=row["product_version"],
        shop=terms,
        handle=row["handle"],
        title=row["title"],
        title_en=row["title_en"],
        brand=row["brand"],
        attributes=row["attributes"],
        code=row["code"],
        picture=row["picture"],
        option_names=tuple(row["option_names"]),
        options=tuple(row["options"]),
        category=category,
        price_minor=row["price_minor"],
        compare_price_minor=row["compare_price_minor"],
        weight_grams=row["weight_grams"],
        freight_template_id=row["freight_template_id"],
        sellable=row["sellable"],
    )
