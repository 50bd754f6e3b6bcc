"""Paying for a checkout: what is still to be paid, the provider's page, and back to where the buyer was."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.back import back_from_payment, way_back, with_way_back
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import order_view
from anxin.faces.pages import asks_part, leads_to, message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.orders import commands, queries

STRAIGHT = "straight"  # what a form sends whose buyer goes from the provider straight back to where they were
AGAIN = "again"  # what a note asks with that has been shown


@require_GET
@operation("orders.buy")
def pay(request: HttpRequest, checkout: str) -> HttpResponse:
    """Show what is still to be paid and until when; the page asks now and then whether the provider has told us."""
    facts = _facts(request, checkout)
    if "HX-Request" in request.headers:
        return HttpResponse(status=204, headers={} if facts["waits"] else {"HX-Refresh": "true"})
    return render(request, "storefront/pay.html", facts)


@never_cache
@require_GET
@operation("orders.buy")
def note(request: HttpRequest, checkout: str) -> HttpResponse:
    """Say in a line what became of a payment, on the page that the buyer came back to; nothing new while it waits."""
    facts = _facts(request, checkout)
    if facts["waits"] and AGAIN in request.GET:
        return HttpResponse(status=204)
    return render(request, "storefront/pay_note.html", facts)


@require_POST
@operation("orders.buy")
def go_pay(request: HttpRequest, checkout: str) -> HttpResponse:
    """Open a payment at the provider and send the buyer to its page."""
    return HttpResponseRedirect(_provider(request, checkout, is_straight=STRAIGHT in request.POST))


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


def to_payment(request: HttpRequest, checkout: str) -> HttpResponse:
    """Lead to what is to be paid; a script is told the provider's page at once."""
    if asks_part(request):
        return leads_to(_provider(request, checkout, is_straight=True))
    return HttpResponseRedirect(_page(request, checkout))


def _provider(request: HttpRequest, checkout: str, *, is_straight: bool) -> str:
    """Open a payment and return the provider's page; where none can be opened, the page of the checkout, which says why."""
    back, page = way_back(request), _page(request, checkout)
    then = back_from_payment(back, checkout) if back and is_straight else page
    try:
        started = commands.pay_checkout(
            parse_public_id("chk", checkout),
            person_id=person_of(request),
            method="wallet",
            return_url=request.build_absolute_uri(then),
            now=now(),
        )
    except AnxinError as error:
        messages.error(request, message_of(error))
        return page
    return started.pay_url


def _page(request: HttpRequest, checkout: str) -> str:
    return with_way_back(reverse("pay", args=[checkout]), way_back(request))


def _facts(request: HttpRequest, checkout: str) -> dict[str, Any]:
    found = queries.checkout(parse_public_id("chk", checkout), person_id=person_of(request))
    return {
        "checkout": found,
        "orders": [order_view(order, english=not reads_chinese()) for order in found.orders],
        "waits": found.is_awaiting_payment and found.pay_by > now(),
        "back": way_back(request),
    }


urlpatterns = [
    path("pay/<str:checkout>", pay, name="pay"),
    path("pay/<str:checkout>/note", note, name="pay_note"),
    path("pay/<str:checkout>/go", go_pay, name="pay_go"),
    path("pay/<str:checkout>/cancel", cancel, name="pay_cancel"),
]
