"""The buyer's orders: by state, one in detail with its timeline, and what can be done."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.acting import act_on, tabs_of
from anxin.faces.claim_words import claim_view
from anxin.faces.guarantee_words import AskView, ask_view
from anxin.faces.language import reads_chinese
from anxin.faces.order_cover import cover_of
from anxin.faces.order_words import TABS, LineView, OrderView, order_view, timeline_steps
from anxin.faces.parcel_words import parcels_of
from anxin.infra.clock import now
from anxin.kernel.ids import parse_public_id
from anxin.market.guarantee.queries.asking import answers_for
from anxin.market.guarantee.queries.claims import Party, claims_of_order
from anxin.market.orders import commands, queries
from anxin.market.orders.queries import OrderFacts
from anxin.market.service.queries import reviews

PREFIX = "ord"
_act = partial(act_on, "order", PREFIX)  # do it, say so, and back to the order


@require_GET
@operation("orders.buy")
def orders(request: HttpRequest) -> HttpResponse:
    """List the orders of one tab, newest first, with the counts of all tabs."""
    person_id = person_of(request)
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in TABS else ""
    page = queries.orders_of(person_id, tab=tab, cursor=request.GET.get("cursor"))
    facts = {
        "page": page.map(lambda found: order_view(found, english=not reads_chinese())),
        "tabs": tabs_of(TABS, queries.counts_of_person(person_id), reverse("orders"), tab),
        "tab": tab,
    }
    return render(request, "storefront/orders.html", facts)


@require_GET
@operation("orders.buy")
def order(request: HttpRequest, order: str) -> HttpResponse:
    """Show one order."""
    found = queries.order(parse_public_id(PREFIX, order), person_id=person_of(request))
    view = order_view(found, english=not reads_chinese())
    said = reviews.voices_of_order(found, now=now()) if found.received_at else {}
    facts = {
        "order": view,
        "steps": timeline_steps(queries.timeline(found.id)),
        "asks": asked_of(found, view),
        "parcels": parcels_of(found),
        "cover": cover_of(found, now=now()),
        "apply_url": reverse("claim_new"),
        "claims": [claim_view(one, reader=Party.BUYER, english=not reads_chinese()) for one in claims_of_order(found)],
        "voices": [(line, said[line.facts.id]) for line in view.lines if said],
    }
    return render(request, "storefront/order.html", facts)


def asked_of(found: OrderFacts, view: OrderView) -> list[tuple[LineView, AskView]]:
    """Return what may be asked for each line now; nothing before the order is paid."""
    if found.paid_at is None:
        return []
    asks = {one.line.line_id: ask_view(one, english=not reads_chinese()) for one in answers_for(found, now=now())}
    return [(line, asks[line.facts.id]) for line in view.lines]


@require_POST
@operation("orders.buy")
def receive(request: HttpRequest, order: str) -> HttpResponse:
    """Confirm receipt."""
    return _act(
        request,
        order,
        lambda identity: commands.confirm_receipt(identity, person_id=person_of(request), now=now()),
        _("Thank you. The merchant will be paid."),
    )


@require_POST
@operation("orders.buy")
def extend(request: HttpRequest, order: str) -> HttpResponse:
    """Put automatic receipt off."""
    return _act(
        request,
        order,
        lambda identity: commands.extend_receipt(identity, person_id=person_of(request), now=now()),
        _("You have three more days."),
    )


urlpatterns = [
    path("orders", orders, name="orders"),
    path("orders/<str:order>", order, name="order"),
    path("orders/<str:order>/receipt", receive, name="order_receive"),
    path("orders/<str:order>/extension", extend, name="order_extend"),
]
