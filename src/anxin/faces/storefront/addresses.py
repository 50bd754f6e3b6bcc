"""The address book: list, add, change, remove, make default."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.pages import asks_part, leads_to
from anxin.faces.storefront.address_form import AddressForm, initial_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.people import commands, queries
from anxin.market.people.commands import NewAddress

PREFIX = "adr"


@require_GET
@operation("account.read")
def addresses(request: HttpRequest) -> HttpResponse:
    """Show the address book."""
    return render(request, "account/addresses.html", {"addresses": queries.addresses_of(person_of(request))})


@require_http_methods(["GET", "POST"])
@operation("account.manage")
def new_address(request: HttpRequest) -> HttpResponse:
    """Write a new address; `next` leads back to a checkout, which then delivers there."""
    return _edit(request, {}, lambda wanted: commands.add_address(person_of(request), wanted, now=now()))


@require_http_methods(["GET", "POST"])
@operation("account.manage")
def edit_address(request: HttpRequest, address: str) -> HttpResponse:
    """Rewrite an address."""
    known = queries.address_of(person_of(request), parse_public_id(PREFIX, address))
    return _edit(
        request,
        initial_of(known),
        lambda wanted: _change(request, known.id, wanted),
    )


@require_POST
@operation("account.manage")
def remove_address(request: HttpRequest, address: str) -> HttpResponse:
    """Remove an address."""
    commands.remove_address(person_of(request), parse_public_id(PREFIX, address), now=now())
    messages.success(request, _("The address is removed."))
    return redirect("account_addresses")


@require_POST
@operation("account.manage")
def default_address(request: HttpRequest, address: str) -> HttpResponse:
    """Use an address for new orders."""
    commands.make_default_address(person_of(request), parse_public_id(PREFIX, address), now=now())
    return redirect("account_addresses")


@require_GET
@operation("market.browse")
def region_fields(request: HttpRequest) -> HttpResponse:
    """Answer the three selects filled for the province and city chosen so far; asked for by scripts."""
    return render(request, "account/region_fields.html", {"form": AddressForm(initial=request.GET.dict())})


def _change(request: HttpRequest, address_id: UUID, wanted: NewAddress) -> UUID:
    commands.change_address(person_of(request), address_id, wanted, now=now())
    return address_id


def _edit(request: HttpRequest, initial: dict[str, Any], save: Callable[[NewAddress], UUID]) -> HttpResponse:
    form = AddressForm(request.POST or None, initial=initial)
    page = f"account/{'address_form' if asks_part(request) else 'address'}.html"
    facts = {"form": form, "is_new": not initial, "next": request.GET.get("next", "")}
    if request.method != "POST":
        return render(request, page, facts)
    if "fill" in request.POST:  # without scripts a button fills the next select
        form = AddressForm(initial=request.POST.dict())
        return render(request, page, {**facts, "form": form})
    if form.is_valid():
        try:
            back = _back(request, save(form.wanted()))
        except AnxinError as error:
            form.refuse(error)
        else:
            if asks_part(request):
                return leads_to(back)
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(back)
    return render(request, page, facts, status=422)


def _back(request: HttpRequest, saved: UUID) -> str:
    """Return where the form was opened from; a checkout is told to deliver there."""
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return reverse("account_addresses")
    if urlsplit(back).path != reverse("checkout"):
        return back
    return f"{back}{'&' if '?' in back else '?'}address={public_id(PREFIX, saved)}"


urlpatterns = [
    path("account/addresses", addresses, name="account_addresses"),
    path("account/addresses/new", new_address, name="account_address_new"),
    path("account/addresses/regions", region_fields, name="account_regions"),
    path("account/addresses/<str:address>", edit_address, name="account_address"),
    path("account/addresses/<str:address>/remove", remove_address, name="account_address_remove"),
    path("account/addresses/<str:address>/default", default_address, name="account_address_default"),
]
