"""Looking up shops and orders."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation
from anxin.faces.desk.case_opening import cases_of
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import order_view, timeline_steps
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.orders import queries
from anxin.market.people.queries import allows
from anxin.market.shops import queries as shops


@require_GET
@operation("desk.shops.read")
def find_shops(request: HttpRequest) -> HttpResponse:
    """List shops, narrowed by a part of the name."""
    text = request.GET.get("q", "").strip()[:60]
    page = shops.shops_page(text, cursor=request.GET.get("cursor"), limit=30)
    return render(request, "desk/shops.html", {"page": page, "q": text})


@require_GET
@operation("desk.orders.read")
def find_order(request: HttpRequest) -> HttpResponse:
    """Find an order by its number or by the tracking number of one of its parcels."""
    text = request.GET.get("q", "").strip()[:60]
    found = _found(text) if text else None
    if found:
        return redirect("desk_order", found)
    return render(request, "desk/orders.html", {"q": text}, status=404 if text else 200)


@require_GET
@operation("desk.orders.read")
def order(request: HttpRequest, order: str) -> HttpResponse:
    """Show an order of anybody."""
    found = queries.order(parse_public_id("ord", order))
    view = order_view(found, english=not reads_chinese())
    facts = {
        "order": view,
        "steps": timeline_steps(queries.timeline(found.id)),
        "cases": cases_of(found, view) if found.paid_at else (),
        "judges": allows(actor_of_request(request), "desk.disputes.judge"),
    }
    return render(request, "desk/order.html", facts)


def _found(text: str) -> str:
    try:
        return public_id("ord", queries.order(parse_public_id("ord", text)).id)
    except AnxinError:
        by_parcel = queries.order_of_tracking(text)
        return public_id("ord", by_parcel) if by_parcel else ""


urlpatterns = [
    path("shops/all", find_shops, name="desk_shops"),
    path("orders", find_order, name="desk_orders"),
    path("orders/<str:order>", order, name="desk_order"),
]
