"""The cart (购物车) of a person or of a guest's device; a guest's cart becomes the person's at login."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from anxin.infra.sql import Statements, document
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.catalog import queries as catalog
from anxin.market.orders.domain.life import CHECKOUT_LINES_MAX, PIECES_MAX
from anxin.market.orders.domain.origin import Origin
from anxin.market.orders.errors import BadLines, CartFull, NotForSale
from anxin.market.orders.models import CartLine

SQL = Statements("anxin.market.orders.store")

__all__ = ["CartOwner", "change_quantity", "empty_of", "merge_guest_cart", "put_in_cart", "select_lines"]


@dataclass(frozen=True)
class CartOwner:
    """Whose cart: a person's, or that of a guest's device (a random text in a cookie)."""

    person_id: UUID | None = None
    guest: str = ""

    @property
    def lines(self) -> QuerySet[CartLine]:
        """The rows of this cart; none for nobody."""
        if self.person_id is not None:
            return CartLine.objects.filter(person_id=self.person_id)
        return CartLine.objects.filter(person=None, guest=self.guest).exclude(guest="")


@transactional
def put_in_cart(
    owner: CartOwner, sku_id: UUID, quantity: int, *, origin: Origin | None = None, now: Instant
) -> catalog.Offer:
    """Add pieces of a SKU to the cart and return what it is; the last place where it was met counts.

    Raises NotForSale, BadLines, CartFull.
    """
    offer = next(iter(catalog.offers([sku_id], now=now)), None)
    if offer is None or not offer.sellable:
        raise NotForSale((sku_id,))
    if not 1 <= quantity <= PIECES_MAX:
        raise BadLines(f"quantity 1..{PIECES_MAX}")
    if owner.lines.exclude(sku_id=sku_id).count() >= CHECKOUT_LINES_MAX:
        raise CartFull(CHECKOUT_LINES_MAX)
    SQL.run(
        "put_in_cart_of_person" if owner.person_id else "put_in_cart_of_guest",
        id=new_id(),
        person=owner.person_id,
        guest=owner.guest,
        sku_id=sku_id,
        quantity=quantity,
        quantity_max=PIECES_MAX,
        price=offer.price_minor,
        origin=document(origin.facts()) if origin else None,
        now=now,
    )
    return offer


@transactional
def change_quantity(owner: CartOwner, sku_id: UUID, quantity: int) -> None:
    """Set how many of a SKU are in the cart; zero takes it out. Raises BadLines."""
    if not 0 <= quantity <= PIECES_MAX:
        raise BadLines(f"quantity 0..{PIECES_MAX}")
    line = owner.lines.filter(sku_id=sku_id)
    if quantity == 0:
        line.delete()
    else:
        line.update(quantity=quantity)


@transactional
def select_lines(owner: CartOwner, sku_ids: Sequence[UUID]) -> None:
    """Select exactly these SKUs for the next checkout."""
    owner.lines.filter(sku_id__in=list(sku_ids)).update(selected=True)
    owner.lines.exclude(sku_id__in=list(sku_ids)).update(selected=False)


@transactional
def empty_of(owner: CartOwner, sku_ids: Sequence[UUID]) -> None:
    """Take SKUs out of the cart, because they were ordered or are not wanted any more."""
    owner.lines.filter(sku_id__in=list(sku_ids)).delete()


@transactional
def merge_guest_cart(guest: str, person_id: UUID) -> None:
    """Move a guest's cart into the person's at login; of a SKU that both hold the larger number stays."""
    if guest:
        SQL.run("merge_cart", guest=guest, person=person_id)
