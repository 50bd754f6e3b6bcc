"""A small open market with honest defaults: shops, goods on sale with stock, a buyer with an address, orders in any state."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant, instant
from anxin.kernel.ids import new_id
from anxin.market.catalog.commands.categories import sync_categories
from anxin.market.catalog.commands.saving import Save, load_products
from anxin.market.catalog.models import Category
from anxin.market.catalog.queries import Content, ProductDraft, SkuDraft
from anxin.market.inventory import commands as inventory
from anxin.market.inventory.commands import Level, Reason
from anxin.market.orders import commands
from anxin.market.orders.commands import NewCheckout, Origin, PlacedCheckout, Shipment, WantedLine
from anxin.market.payments.commands.sandbox import Choice, choose
from anxin.market.people import commands as people
from anxin.market.shops.domain.freight import Tariff, Template, Unit, template_to_json
from anxin.market.shops.models import FreightTemplate, Shop
from tests.builders.payments import token_of
from tests.builders.people import a_person, an_address
from tests.support.work import work as drain

NOW = instant(2026, 3, 2, 4)


def a_shop(*, freight_minor: int = 0, **facts: Any) -> UUID:
    """An open shop whose default freight is flat."""
    identity = new_id()
    defaults = {
        "slug": f"shop-{identity.hex[-10:]}",
        "name": f"店铺{identity.hex[-6:]}",
        "state": "open",
        "shop_type": "enterprise",
        "can_sell": True,
    }
    Shop.objects.create(id=identity, **{**_required(Shop), **defaults, **facts})
    rules = template_to_json(Template(Unit.FLAT, Tariff(first_minor=freight_minor)))
    FreightTemplate.objects.create(
        id=new_id(),
        shop_id=identity,
        **{**_required(FreightTemplate), "name": "默认", "rules": rules, "is_default": True},
    )
    return identity


def a_sku(
    shop_id: UUID,
    *,
    price_minor: int = 9_900,
    stock: int = 100,
    category: str = "",
    title: str = "纯棉短袖",
    attributes: dict[str, str] | None = None,
    **facts: Any,
) -> UUID:
    """A SKU on sale, alone in its product, with stock, price history and snapshot; `facts` are those of SkuDraft."""
    if not Category.objects.exists():
        sync_categories()
    leaf = category or Category.objects.filter(is_leaf=True).order_by("position").first().code
    content = Content(category=leaf, title=title, title_en="Cotton tee", attributes=attributes or {})
    draft = ProductDraft(f"p-{new_id().hex[-12:]}", content, (SkuDraft((), price_minor, **facts),))
    loaded = load_products(shop_id, [Save(draft, on_sale=True)], vouched=True, by=None, now=NOW)
    sku_id = loaded.saved[0].sku_ids[0]
    inventory.set_levels([Level(sku_id, shop_id, stock)], reason=Reason.RECEIVED, now=NOW)
    return sku_id


@dataclass
class Buyer:
    """A person with one address."""

    id: UUID = field(default_factory=lambda: a_person(now=NOW))
    address_id: UUID | None = None

    def __post_init__(self) -> None:
        self.address_id = people.add_address(self.id, an_address(), now=NOW)

    def order(self, *skus: UUID, quantity: int = 1, origin: Origin | None = None, now: Instant = NOW) -> PlacedCheckout:
        """Place a checkout of these SKUs."""
        lines = tuple(WantedLine(sku, quantity, origin=origin) for sku in skus)
        return commands.place_checkout(NewCheckout(self.id, lines, self.address_id), now=now)

    def pay(self, placed: PlacedCheckout, *, now: Instant = NOW) -> None:
        """Pay on the sandbox page; the callback and its events are delivered."""

        started = commands.pay_checkout(placed.id, person_id=self.id, method="wallet", return_url="/", now=now)
        choose(token_of(started), Choice.PAY, now=now)
        drain(now + timedelta(seconds=5))


def a_parcel(order_id: UUID) -> Shipment:
    """All pieces of an order, by SF."""
    return Shipment(order_id, "sf", f"SF{int(order_id.hex[-12:], 16) % 10**13:013d}")


def _required(model: Any) -> dict[str, Any]:
    """Fill the columns that a fixture does not care about."""
    from django.db import models

    filled: dict[str, Any] = {}
    for column in model._meta.concrete_fields:
        if (
            column.primary_key
            or column.null
            or column.has_default()
            or column.is_relation
            or column.empty_strings_allowed
        ):
            continue
        if isinstance(column, models.DateTimeField):
            filled[column.name] = NOW
        elif isinstance(column, models.JSONField):
            filled[column.name] = {}
        elif isinstance(column, models.IntegerField):
            filled[column.name] = 1
    return filled
