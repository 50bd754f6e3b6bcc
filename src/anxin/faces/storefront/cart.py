"""The cart page and what fills it. A guest's cart hangs on a random text in a signed cookie and merges at login."""

import secrets
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import actor_of_request, operation
from anxin.faces.back import BACK, is_ours
from anxin.faces.origin import PARAMETER, origin_of
from anxin.faces.pages import asks_part, message_of
from anxin.faces.storefront.goods import recommended, recommended_cards
from anxin.faces.teller import teller_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.catalog.queries import Offer
from anxin.market.interest import commands as interest
from anxin.market.interest import queries as interests
from anxin.market.interest.commands import Place
from anxin.market.interest.errors import BadDevice, NoActor
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import CartOwner, Origin
from anxin.market.orders.queries import PIECES_MAX, Cart
from anxin.market.people import queries as people
from anxin.ui.parts import ProductCard
from anxin.ui.viewer import CART_COUNT

SHELF = 10
GUEST_KEY = "guest_cart"  # in the session


def owner_of(request: HttpRequest, *, make: bool = False) -> CartOwner:
    """Return whose cart this request is about; `make` gives a guest a cart who has none."""
    person_id = actor_of_request(request).person_id
    if person_id is not None:
        return CartOwner(person_id)
    guest = request.session.get(GUEST_KEY, "")
    if make and not guest:
        guest = request.session[GUEST_KEY] = secrets.token_urlsafe(24)
    return CartOwner(guest=guest)


def count_cart(request: HttpRequest) -> None:
    """Keep the number of items in the session, where every page finds it without asking the database."""
    count = queries.cart_count(owner_of(request))
    if request.session.get(CART_COUNT, 0) != count:
        request.session[CART_COUNT] = count


@receiver(user_logged_in)
def take_guest_cart_along(request: HttpRequest, user: Any, **_: Any) -> None:
    """Merge the guest's cart into the person's at login."""
    if request is None:
        return
    guest = request.session.pop(GUEST_KEY, "")
    if guest:
        commands.merge_guest_cart(guest, user.id)
    request.session[CART_COUNT] = queries.cart_count(CartOwner(user.id))


@require_GET
@operation("cart.use")
def show_cart(request: HttpRequest) -> HttpResponse:
    """Show the cart by shop, with what changed since things were put in."""
    count_cart(request)
    found = _cart(request)
    return render(request, "storefront/cart.html", {"cart": found, "together": _goes_with(request, found)})


@require_POST
@operation("cart.use")
def add(request: HttpRequest) -> HttpResponse:
    """Put a SKU into the cart (`sku` or `sku_id`, `quantity`); `then=buy` goes on to the checkout of just that.

    A script gets the number of items (`Cart-Count`), or the reason of a refusal as plain text.
    """
    back = _back(request)
    try:
        sku_id = parse_public_id("sku", request.POST.get("sku") or request.POST.get("sku_id") or "")
        quantity = quantity_of(request)
        if request.POST.get("then") == "buy":
            return HttpResponseRedirect(f"{reverse('checkout')}?{_just_that(request, sku_id, quantity)}")
        owner = owner_of(request, make=True)
        origin = origin_of(request)
        offer = commands.put_in_cart(owner, sku_id, quantity, origin=origin, now=now())
        _note(request, offer, quantity, origin)
    except AnxinError as error:
        if asks_part(request):
            raise
        messages.error(request, message_of(error))
        return HttpResponseRedirect(back)
    count_cart(request)
    if asks_part(request):
        return HttpResponse(status=204, headers={"Cart-Count": request.session[CART_COUNT]})
    messages.success(request, _("It is in your cart."))
    return HttpResponseRedirect(back)


@require_POST
@operation("cart.use")
def change(request: HttpRequest) -> HttpResponse:
    """Change quantity or selection of the cart, or take things out of it."""
    owner = owner_of(request)
    try:
        if "remove" in request.POST:
            commands.empty_of(owner, [parse_public_id("sku", request.POST["remove"])])
        else:
            _apply(owner, request)
    except AnxinError as error:
        messages.error(request, message_of(error))
    count_cart(request)
    return redirect("checkout" if "checkout" in request.POST else "cart")


def quantity_of(request: HttpRequest) -> int:
    """Return the quantity that a form asks for; anything that is not a number is one."""
    text = (request.POST.get("quantity") or request.GET.get("quantity") or "1").strip()
    return min(int(text), PIECES_MAX + 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1  # noqa: PLR2004


def _goes_with(request: HttpRequest, found: Cart) -> list[ProductCard]:
    """Return what people bought together with what is in the cart."""
    about = tuple(dict.fromkeys(item.offer.product_id for item in found.items))
    if not about:
        return []
    return recommended_cards(recommended(request, Place("cart", about), limit=SHELF), "together")


def _note(request: HttpRequest, offer: Offer, quantity: int, origin: Origin | None) -> None:
    """Let interests know what went into a cart and which answer led there; one's own goods say nothing."""
    try:
        teller = teller_of(request)
    except (NoActor, BadDevice):
        return
    if offer.shop.shop_id not in teller.shops:
        item = interests.Item(interests.ItemKind.PRODUCT, offer.product_id)
        led_by = origin.request if origin else None
        fact = interest.Fact(f"cart:{new_id()}", interests.Kind.CART, item, quantity, now(), led_by)
        interest.note(teller.id, [fact], is_person=teller.is_person, now=now())


def _just_that(request: HttpRequest, sku_id: UUID, quantity: int) -> str:
    met, back = request.POST.get(PARAMETER, ""), request.POST.get("next", "")
    more = {PARAMETER: met, BACK: back if is_ours(request, back) else ""}
    given = {name: value for name, value in more.items() if value}
    return urlencode({"sku": public_id("sku", sku_id), "quantity": quantity, **given})


def _apply(owner: CartOwner, request: HttpRequest) -> None:
    """Take over the quantities and ticks of the whole form."""
    shown = [parse_public_id("sku", text) for text in request.POST.getlist("shown")]
    for sku_id in shown:
        wanted = request.POST.get(f"quantity-{public_id('sku', sku_id)}", "")
        if wanted.isascii() and wanted.isdigit() and len(wanted) < 7:  # noqa: PLR2004
            commands.change_quantity(owner, sku_id, int(wanted))
    chosen: list[UUID] = [parse_public_id("sku", text) for text in request.POST.getlist("chosen")]
    commands.select_lines(owner, chosen)


def _cart(request: HttpRequest) -> Cart:
    owner = owner_of(request)
    address = people.default_address(owner.person_id) if owner.person_id else None
    return queries.cart(owner, now=now(), region=address.region.code if address else "")


def _back(request: HttpRequest) -> str:
    back = request.POST.get("next") or request.headers.get("Referer", "")
    return back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else reverse("cart")


urlpatterns = [
    path("cart", show_cart, name="cart"),
    path("cart/add", add, name="cart_add"),
    path("cart/change", change, name="cart_change"),
]
