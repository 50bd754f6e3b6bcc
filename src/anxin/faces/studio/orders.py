"""The merchant's orders: find, prepare, ship one or many by a file, correct a tracking number."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import actor_of_request, operation
from anxin.faces.acting import act_on, tabs_of
from anxin.faces.claim_words import claim_view
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import TABS, order_view, timeline_steps
from anxin.faces.pages import message_of
from anxin.faces.parcel_words import parcels_of
from anxin.faces.spreadsheet import csv_download
from anxin.faces.studio.batch_ship import BatchResult, ship_batch, template_rows
from anxin.faces.studio.order_export import rows_of
from anxin.infra.clock import now
from anxin.kernel.clock import shanghai_midnight
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.guarantee.queries.claims import Party, claims_of_order
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import Packed, Shipment
from anxin.market.orders.queries import ShopFilter
from anxin.market.people.queries import allows
from anxin.market.shipping import queries as shipping

PREFIX = "ord"
_act = partial(act_on, "studio_order", PREFIX)  # do it, say so, and back to the order
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)
EXPORT_MAX = 20_000
FILE_BYTES_MAX = 2 * 1024 * 1024


def _day(label: Any) -> forms.DateField:
    within = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}), validators=within
    )


class FilterForm(forms.Form):
    """How the list is narrowed."""

    text = forms.CharField(
        label=gettext_lazy("Title, receiver or tracking number"), max_length=60, required=False, strip=True
    )
    placed_from = _day(gettext_lazy("Placed from"))
    placed_to = _day(gettext_lazy("to"))
    under_claim = forms.BooleanField(label=gettext_lazy("After-sale open"), required=False)
    tab = forms.CharField(required=False, widget=forms.HiddenInput)


def carrier_choices() -> list[tuple[str, str]]:
    """Return the carriers for a select, in the reader's language."""
    return [(one.code, one.name if reads_chinese() else one.name_en) for one in shipping.carriers()]


class ShipForm(forms.Form):
    """A carrier and its tracking number."""

    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"))
    tracking_no = forms.CharField(label=gettext_lazy("Tracking number"), max_length=40, strip=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = carrier_choices()  # type: ignore[attr-defined]


@require_GET
@operation("orders.read")
def orders(request: HttpRequest) -> HttpResponse:
    """List the shop's orders, narrowed by tab and filter."""
    form = FilterForm(request.GET)
    wanted, shop_id = _filter(form), _shop(request)
    page = queries.orders_of_shop(shop_id, wanted, cursor=request.GET.get("cursor"))
    facts = {
        "form": form,
        "page": page.map(lambda found: order_view(found, english=not reads_chinese())),
        "may_ship": allows(actor_of_request(request), "orders.ship", shop_id),
        "tabs": tabs_of(TABS, queries.counts_of_shop(shop_id), reverse("studio_orders"), wanted.tab, zeros=True),
    }
    return render(request, "studio/orders.html", facts)


@require_GET
@operation("orders.read")
def export(request: HttpRequest) -> HttpResponseBase:
    """Send the orders that the filter lets through as a spreadsheet; go back to a filter with faults or with too many."""
    form = FilterForm(request.GET)
    back = redirect(f"{reverse('studio_orders')}?{request.GET.urlencode()}")
    if not form.is_valid():
        return back
    found = queries.ids_of_shop(_shop(request), _filter(form), limit=EXPORT_MAX + 1)
    if len(found) > EXPORT_MAX:
        too_many = _("An export holds at most %(number)s orders: narrow the days.")
        messages.warning(request, too_many % {"number": EXPORT_MAX})
        return back
    rows = rows_of(queries.orders_in_turn(found), english=not reads_chinese())
    return csv_download("anxin-orders.csv", rows)


@require_GET
@operation("orders.read")
def order(request: HttpRequest, order: str) -> HttpResponse:
    """Show one order with what can be done."""
    return _page(request, parse_public_id(PREFIX, order), ShipForm())


@require_POST
@operation("orders.ship")
def ship(request: HttpRequest, order: str) -> HttpResponse:
    """Send a parcel with the pieces that the form names; none named means all that are left."""
    order_id = parse_public_id(PREFIX, order)
    form = ShipForm(request.POST)
    if form.is_valid():
        shipment = Shipment(order_id, form.cleaned_data["carrier"], form.cleaned_data["tracking_no"], _pieces(request))
        try:
            commands.ship(shipment, shop_id=_shop(request), now=now())
        except AnxinError as error:
            form.add_error("tracking_no", message_of(error))
        else:
            messages.success(request, _("The parcel is on its way."))
            return redirect("studio_order", order)
    return _page(request, order_id, form, status=422)


@require_POST
@operation("orders.ship")
def prepare(request: HttpRequest, order: str) -> HttpResponse:
    """Say that the goods are being made ready."""
    act = lambda identity: commands.prepare(identity, shop_id=_shop(request), now=now())  # noqa: E731
    return _act(request, order, act, _("The buyer sees that you are getting the goods ready."))


@require_POST
@operation("orders.ship")
def change_tracking(request: HttpRequest, order: str, parcel: str) -> HttpResponse:
    """Correct a tracking number within an hour."""
    act = lambda _identity: commands.change_tracking(  # noqa: E731
        parse_public_id("par", parcel),
        carrier=request.POST.get("carrier", ""),
        tracking_no=request.POST.get("tracking_no", ""),
        shop_id=_shop(request),
        now=now(),
    )
    return _act(request, order, act, _("The tracking number is corrected."))


@require_http_methods(["GET", "POST"])
@operation("orders.ship")
def batch(request: HttpRequest) -> HttpResponse:
    """Ship many orders by a CSV file with order, carrier and tracking number; every row is answered for."""
    result: BatchResult | None = None
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > FILE_BYTES_MAX:
            messages.error(request, _("Choose a CSV file of at most 2 MiB."))
        else:
            result = ship_batch(file.read(), shop_id=_shop(request), now=now())
            shipped = len(result.shipped)
            done = ngettext("%(number)s order shipped.", "%(number)s orders shipped.", shipped) % {"number": shipped}
            messages.success(request, done)
    return render(
        request, "studio/batch_ship.html", {"result": result}, status=422 if result and result.refused else 200
    )


@require_GET
@operation("orders.ship")
def batch_template(request: HttpRequest) -> HttpResponseBase:
    """Download the orders that wait for shipping as the CSV file to fill in."""
    page = queries.orders_of_shop(_shop(request), ShopFilter(tab="to_ship"), limit=100)
    return csv_download("to-ship.csv", template_rows(page.items))


def _page(request: HttpRequest, order_id: UUID, form: ShipForm, *, status: int = 200) -> HttpResponse:
    found = queries.order(order_id, shop_id=_shop(request))
    facts = {
        "order": order_view(found, english=not reads_chinese()),
        "steps": timeline_steps(queries.timeline(order_id)),
        "parcels": parcels_of(found),
        "form": form,
        "may_ship": allows(actor_of_request(request), "orders.ship", found.shop_id),
        "editable_after": now() - timedelta(hours=1),
        "carriers": carrier_choices(),
        "claims": [
            claim_view(one, reader=Party.MERCHANT, english=not reads_chinese()) for one in claims_of_order(found)
        ],
    }
    return render(request, "studio/order.html", facts, status=status)


def _pieces(request: HttpRequest) -> tuple[Packed, ...]:
    """Return the pieces named by `pieces-lin_…` fields; zero and nonsense name none."""
    named = []
    for name, given in request.POST.items():
        text = str(given)
        if name.startswith("pieces-") and text.isascii() and text.isdigit() and len(text) < 5 and int(text):  # noqa: PLR2004
            named.append(Packed(parse_public_id("lin", name.removeprefix("pieces-")), int(text)))
    return tuple(named)


def _filter(form: FilterForm) -> ShopFilter:
    if not form.is_valid():
        return ShopFilter()
    told = form.cleaned_data
    return ShopFilter(
        tab=told["tab"] if told["tab"] in TABS else "",
        text=told["text"],
        placed_from=_midnight(told["placed_from"]),
        placed_to=_midnight(told["placed_to"] + timedelta(days=1)) if told["placed_to"] else None,
        under_claim=told["under_claim"],
    )


def _midnight(day: Any) -> datetime | None:
    return shanghai_midnight(day) if day else None


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


urlpatterns = [
    path("orders", orders, name="studio_orders"),
    path("orders/export.csv", export, name="studio_orders_export"),
    path("orders/batch", batch, name="studio_batch_ship"),
    path("orders/batch/template.csv", batch_template, name="studio_batch_template"),
    path("orders/<str:order>", order, name="studio_order"),
    path("orders/<str:order>/prepare", prepare, name="studio_order_prepare"),
    path("orders/<str:order>/ship", ship, name="studio_order_ship"),
    path("orders/<str:order>/parcels/<str:parcel>", change_tracking, name="studio_parcel"),
]
