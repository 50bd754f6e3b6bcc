"""A market of products in two categories, and people who buy them together."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.catalog.models import Product, Sku
from anxin.market.interest import commands
from anxin.market.interest.commands import Fact, Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from tests.builders.orders import NOW, a_shop, a_sku
from tests.builders.people import a_person

CATEGORIES = ("sports-camping", "food-biscuits")


def product_of(sku: UUID) -> UUID:
    """The product of a SKU."""
    return Sku.objects.get(pk=sku).product_id


def a_product(shop: UUID, title: str, category: str, **facts: object) -> UUID:
    """A product on sale with one SKU in stock."""
    return product_of(a_sku(shop, title=title, category=category, **facts))  # type: ignore[arg-type]


def two_tastes(each: int = 8) -> tuple[list[UUID], list[UUID]]:
    """Tents and cakes of three shops."""
    shops = [a_shop(), a_shop(), a_shop()]
    tents = [a_product(shops[at % 3], f"露营帐篷 {at}", CATEGORIES[0]) for at in range(each)]
    cakes = [a_product(shops[at % 3], f"蛋糕模具 {at}", CATEGORIES[1]) for at in range(each)]
    return tents, cakes


def looked_at(who: UUID, *products: UUID, now: Instant = NOW, kind: Kind = Kind.PRODUCT_CLICK) -> None:
    """Somebody opens products."""
    told = [Told(new_id(), kind, Item(ItemKind.PRODUCT, one), now) for one in products]
    commands.tell(told, Teller(who, is_person=True), now=now)  # a device would not be believed without an answer


def paid_for(products: Sequence[UUID], *, buyers: int = 1, now: Instant = NOW) -> None:
    """So many people pay for these products, one order after the other."""
    for _ in range(buyers):
        person = a_person()
        for step, one in enumerate(products):
            pay(person, one, now=now + timedelta(seconds=step))


def pay(person: UUID, *products: UUID, now: Instant = NOW) -> int:
    """One person pays for products in one order."""
    facts = [Fact(f"paid:{new_id()}", Kind.PAID, Item(ItemKind.PRODUCT, one), 9_900, now) for one in products]
    return commands.note(person, facts, now=now)


def off_sale(product: UUID) -> None:
    """It is not sold any more."""
    Product.objects.filter(pk=product).update(state="off_sale")
