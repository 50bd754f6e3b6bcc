"""The checkout: where to, what it costs, confirm. A page, and the same form as a step of the feed's half sheet."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from anxin.faces.access import operation, person_of
from anxin.faces.back import BACK, way_back
from anxin.faces.origin import PARAMETER, origin_of
from anxin.faces.pages import asks_part, message_of
from anxin.faces.status import status_of
from anxin.faces.storefront.cart import count_cart, quantity_of
from anxin.faces.storefront.paying import to_payment
from anxin.faces.storefront.promises import NONE, ProductPromises, promises_of_offers
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import CartOwner, NewCheckout, WantedLine
from anxin.market.orders.queries import CONFIRMATIONS_MAX, Cart, CartItem, CartShop
from anxin.market.people import queries as people
from anxin.market.people.queries import AddressFacts

PREFIX = "chk"


@dataclass(frozen=True)
class ShownLine:
    """What is ordered of one SKU: what it promises, what its buyer may confirm and what they ticked."""

    item: CartItem
    promises: ProductPromises
    ticked: tuple[str, ...]


@dataclass(frozen=True)
class ShownShop:
    """What is ordered from one shop, and what the buyer wrote to it."""

    shop: CartShop
    lines: tuple[ShownLine, ...]
    note: str


@vary_on_headers("Accept")
@require_http_methods(["GET", "POST"])
@operation("checkout.place")
def checkout(request: HttpRequest) -> HttpResponse:
    """Show what will be ordered, or order it: the chosen items of the cart, or one item (`sku`, `quantity`).

    A script gets the form alone, and where the payment is (`Leads-To`) once the order stands. What is refused is said in
    the form, which keeps what was filled in.
    """
    person_id = person_of(request)
    book = people.addresses_of(person_id)
    address = _address(request, person_id, book)
    single = request.POST.get("sku") or request.GET.get("sku") or ""
    cart = _wanted(request, person_id, single, address)
    refusal: AnxinError | None = None
    if request.method == "POST":
        try:
            return _place(request, cart, address, from_cart=not single)
        except AnxinError as error:
            if _stands(request, person_id):  # sent twice: a double tap, or a page reloaded
                return to_payment(request, request.POST["checkout"])
            refusal, cart = error, _wanted(request, person_id, single, address)
    facts = {
        "cart": cart,
        "shops": _shops(request, cart, single=bool(single)),
        "address": address,
        "others": [(one, _here(request, single, address=public_id("adr", one.id))) for one in book if one != address],
        "single": single,
        "met": request.POST.get(PARAMETER) or request.GET.get(PARAMETER) or "",
        "quantity": quantity_of(request),
        "blocked": _blocked(cart, address),
        "refused": message_of(refusal) if refusal else "",
        "here": _here(request, single),
        "back": way_back(request),
        "checkout": _identity(request),  # sent along, so that the same form orders once
        "is_part": asks_part(request),
    }
    template = f"storefront/{'checkout_form' if asks_part(request) else 'checkout'}.html"
    return render(request, template, facts, status=status_of(refusal) if refusal else 200)


def _wanted(request: HttpRequest, person_id: UUID, single: str, address: AddressFacts | None) -> Cart:
    region = address.region.code if address else ""
    if single:
        line = WantedLine(parse_public_id("sku", single), quantity_of(request), origin=origin_of(request))
        return queries.preview([line], now=now(), region=region)
    return queries.cart(CartOwner(person_id), now=now(), region=region)


def _address(request: HttpRequest, person_id: UUID, book: tuple[AddressFacts, ...]) -> AddressFacts | None:
    chosen = request.POST.get("address") or request.GET.get("address")
    if not chosen:
        return book[0] if book else None
    wanted = parse_public_id("adr", chosen)
    return next((one for one in book if one.id == wanted), None) or people.address_of(person_id, wanted)


def _here(request: HttpRequest, single: str, *, address: str = "") -> str:
    """Return the address of this checkout, delivered to another place where one is named."""
    met = request.POST.get(PARAMETER) or request.GET.get(PARAMETER) or ""
    one = {"sku": single, "quantity": quantity_of(request), PARAMETER: met} if single else {}
    given = {**one, BACK: way_back(request), "address": address}
    return f"{reverse('checkout')}?{urlencode({name: value for name, value in given.items() if value})}".rstrip("?")


def _place(request: HttpRequest, cart: Cart, address: AddressFacts | None, *, from_cart: bool) -> HttpResponse:
    person_id = person_of(request)
    lines = tuple(
        WantedLine(
            item.offer.sku_id,
            item.quantity,
            _seen(request, item.offer.sku_id),
            _ticked(request, item.offer.sku_id),
            item.origin,
        )
        for item in cart.chosen
    )
    notes = {shop.terms.shop_id: _note(request, shop) for shop in cart.shops}
    sent = request.POST.get("checkout", "")
    identity = parse_public_id(PREFIX, sent) if sent else new_id()
    wish = NewCheckout(person_id, lines, address.id if address else None, notes, identity)
    placed = commands.place_checkout(wish, now=now())
    if from_cart:
        commands.empty_of(CartOwner(person_id), [line.sku_id for line in lines])
        count_cart(request)
    return to_payment(request, public_id(PREFIX, placed.id))


def _stands(request: HttpRequest, person_id: UUID) -> bool:
    """Say whether this very form has ordered already, whatever stands in the way of ordering again."""
    try:
        queries.checkout(parse_public_id(PREFIX, request.POST.get("checkout", "")), person_id=person_id)
    except AnxinError:
        return False
    return True


def _identity(request: HttpRequest) -> str:
    """Return the identity of the checkout: a form that was refused keeps its own."""
    sent = request.POST.get("checkout", "")
    try:
        return public_id(PREFIX, parse_public_id(PREFIX, sent) if sent else new_id())
    except AnxinError:
        return public_id(PREFIX, new_id())


def _shops(request: HttpRequest, cart: Cart, *, single: bool) -> list[ShownShop]:
    """Return the shops that are ordered from, each item with what it promises and what its buyer may confirm.

    One item alone is shown even if it cannot be had any more.
    """
    shown = cart.items if single else cart.chosen
    promises = promises_of_offers([item.offer for item in shown], moment=now())
    lines = [
        ShownLine(item, promises.get(item.offer.product_id, NONE), _ticked(request, item.offer.sku_id))
        for item in shown
    ]
    by_shop = [(shop, tuple(line for line in lines if line.item in shop.items)) for shop in cart.shops]
    return [ShownShop(shop, of_shop, _note(request, shop)) for shop, of_shop in by_shop if of_shop]


def _seen(request: HttpRequest, sku_id: UUID) -> int | None:
    """Return the price that the page showed, so that a change in between is not slipped in."""
    text = request.POST.get(f"seen-{public_id('sku', sku_id)}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None  # noqa: PLR2004


def _ticked(request: HttpRequest, sku_id: UUID) -> tuple[str, ...]:
    """Return what the buyer confirmed of an item at this very purchase."""
    return tuple(request.POST.getlist(f"confirm-{public_id('sku', sku_id)}")[:CONFIRMATIONS_MAX])


def _note(request: HttpRequest, shop: CartShop) -> str:
    return request.POST.get(f"note-{public_id('shop', shop.terms.shop_id)}", "")


def _blocked(cart: Cart, address: AddressFacts | None) -> str:
    """Say why this cannot be ordered yet; empty when it can."""
    if not cart.chosen:
        return _missing(cart.items)
    if any(shop.freight_minor is None for shop in cart.shops if shop.selected_minor):
        return _("One of the shops does not deliver to this address.") if address else _("Choose an address first.")
    return ""


def _missing(items: tuple[CartItem, ...]) -> str:
    """Say why nothing can be ordered; of one item alone, what is wrong with it."""
    if len(items) != 1:
        return _("Nothing here can be ordered at the moment.")
    if not items[0].offer.sellable:
        return _("Not for sale any more")
    return _("Only %(left)s left") % {"left": items[0].free} if items[0].free > 0 else _("Sold out")


urlpatterns = [path("checkout", checkout, name="checkout")]
