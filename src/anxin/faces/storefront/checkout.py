"""The checkout: where to, what it costs, confirm; then the payment page of the provider."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.back import way_back, with_way_back
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import order_view
from anxin.faces.origin import PARAMETER, origin_of
from anxin.faces.pages import message_of
from anxin.faces.storefront.cart import count_cart, quantity_of
from anxin.faces.storefront.promises import NONE, ProductPromises, promises_of_offers
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import CartOwner, NewCheckout, WantedLine
from anxin.market.orders.errors import AlreadyPlaced
from anxin.market.orders.queries import CONFIRMATIONS_MAX, Cart, CartItem, CartShop
from anxin.market.people import queries as people
from anxin.market.people.queries import AddressFacts


@require_http_methods(["GET", "POST"])
@operation("checkout.place")
def checkout(request: HttpRequest) -> HttpResponse:
    """Show what will be ordered, or order it: the chosen items of the cart, or one item (`sku`, `quantity`)."""
    person_id = person_of(request)
    address = _address(request, person_id)
    single = request.POST.get("sku") or request.GET.get("sku") or ""
    cart = _wanted(request, person_id, single, address)
    if request.method == "POST":
        try:
            return _place(request, cart, address, from_cart=not single)
        except AlreadyPlaced:  # sent twice: a double click, or a page reloaded
            return _to_payment(request, request.POST["checkout"])
        except AnxinError as error:
            messages.error(request, message_of(error))
            cart = _wanted(request, person_id, single, address)
    facts = {
        "cart": cart,
        "shops": _shops(cart),
        "address": address,
        "addresses": people.addresses_of(person_id),
        "single": single,
        "met": request.POST.get(PARAMETER) or request.GET.get(PARAMETER) or "",
        "quantity": quantity_of(request),
        "blocked": _blocked(cart, address),
        "here": request.get_full_path(),
        "back": way_back(request),
        "checkout": public_id("chk", new_id()),  # sent along, so that the same page orders once
    }
    return render(request, "storefront/checkout.html", facts)


@require_GET
@operation("orders.buy")
def pay(request: HttpRequest, checkout: str) -> HttpResponse:
    """Show what is still to be paid and until when; the page asks now and then whether the provider has told us."""
    person_id = person_of(request)
    found = queries.checkout(parse_public_id("chk", checkout), person_id=person_id)
    waits = found.is_awaiting_payment and found.pay_by > now()
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={} if waits else {"HX-Refresh": "true"})
    orders = [order_view(order, english=not reads_chinese()) for order in found.orders]
    facts = {"checkout": found, "orders": orders, "waits": waits, "back": way_back(request)}
    return render(request, "storefront/pay.html", facts)


@require_POST
@operation("orders.buy")
def go_pay(request: HttpRequest, checkout: str) -> HttpResponse:
    """Open a payment at the provider and send the buyer to its page."""
    checkout_id = parse_public_id("chk", checkout)
    here = with_way_back(reverse("pay", args=[checkout]), way_back(request))
    try:
        started = commands.pay_checkout(
            checkout_id,
            person_id=person_of(request),
            method="wallet",
            return_url=request.build_absolute_uri(here),
            now=now(),
        )
    except AnxinError as error:
        messages.error(request, message_of(error))
        return HttpResponseRedirect(here)
    return HttpResponseRedirect(started.pay_url)


@require_POST
@operation("orders.buy")
def cancel(request: HttpRequest, checkout: str) -> HttpResponse:
    """Take back an unpaid checkout."""
    try:
        commands.cancel_checkout(parse_public_id("chk", checkout), person_id=person_of(request), now=now())
        messages.success(request, _("The order is cancelled."))
    except AnxinError as error:
        messages.error(request, message_of(error))
    return HttpResponseRedirect(way_back(request) or reverse("orders"))


def _wanted(request: HttpRequest, person_id: UUID, single: str, address: AddressFacts | None) -> Cart:
    region = address.region.code if address else ""
    if single:
        line = WantedLine(parse_public_id("sku", single), quantity_of(request), origin=origin_of(request))
        return queries.preview([line], now=now(), region=region)
    return queries.cart(CartOwner(person_id), now=now(), region=region)


def _address(request: HttpRequest, person_id: UUID) -> AddressFacts | None:
    chosen = request.POST.get("address") or request.GET.get("address")
    if chosen:
        return people.address_of(person_id, parse_public_id("adr", chosen))
    return people.default_address(person_id)


def _place(request: HttpRequest, cart: Cart, address: AddressFacts | None, *, from_cart: bool) -> HttpResponse:
    person_id = person_of(request)
    lines = tuple(
        WantedLine(
            item.offer.sku_id,
            item.quantity,
            _seen(request, item.offer.sku_id),
            tuple(request.POST.getlist(f"confirm-{public_id('sku', item.offer.sku_id)}")[:CONFIRMATIONS_MAX]),
            item.origin,
        )
        for item in cart.chosen
    )
    notes = {
        shop.terms.shop_id: request.POST.get(f"note-{public_id('shop', shop.terms.shop_id)}", "") for shop in cart.shops
    }
    sent = request.POST.get("checkout", "")
    identity = parse_public_id("chk", sent) if sent else new_id()
    wish = NewCheckout(person_id, lines, address.id if address else None, notes, identity)
    placed = commands.place_checkout(wish, now=now())
    if from_cart:
        commands.empty_of(CartOwner(person_id), [line.sku_id for line in lines])
        count_cart(request)
    return _to_payment(request, public_id("chk", placed.id))


def _to_payment(request: HttpRequest, checkout: str) -> HttpResponse:
    return HttpResponseRedirect(with_way_back(reverse("pay", args=[checkout]), way_back(request)))


def _shops(cart: Cart) -> list[tuple[CartShop, list[tuple[CartItem, ProductPromises]]]]:
    """Return the shops that are ordered from, each item with what it promises and what its buyer may confirm."""
    promises = promises_of_offers([item.offer for item in cart.chosen], moment=now())
    return [
        (
            shop,
            [
                (item, promises.get(item.offer.product_id, NONE))
                for item in shop.items
                if item.selected and item.is_buyable
            ],
        )
        for shop in cart.shops
        if shop.selected_minor
    ]


def _seen(request: HttpRequest, sku_id: UUID) -> int | None:
    """Return the price that the page showed, so that a change in between is not slipped in."""
    text = request.POST.get(f"seen-{public_id('sku', sku_id)}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else None  # noqa: PLR2004


def _blocked(cart: Cart, address: AddressFacts | None) -> str:
    """Say why this cannot be ordered yet; empty when it can."""
    if not cart.chosen:
        return _("Nothing here can be ordered at the moment.")
    if any(shop.freight_minor is None for shop in cart.shops if shop.selected_minor):
        return _("One of the shops does not deliver to this address.") if address else _("Choose an address first.")
    return ""


urlpatterns = [
    path("checkout", checkout, name="checkout"),
    path("pay/<str:checkout>", pay, name="pay"),
    path("pay/<str:checkout>/go", go_pay, name="pay_go"),
    path("pay/<str:checkout>/cancel", cancel, name="pay_cancel"),
]
