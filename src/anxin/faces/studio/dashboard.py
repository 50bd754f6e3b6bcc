"""The merchant's first page: what to do now, what was sold, what runs out."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation
from anxin.infra.clock import now
from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.market.catalog import queries as catalog
from anxin.market.guarantee.queries import claims
from anxin.market.inventory import queries as inventory
from anxin.market.inventory.queries import Availability
from anxin.market.orders import queries as orders
from anxin.market.people.queries import allows
from anxin.market.settlement import queries as settlement
from anxin.ui.parts import Series

CHART_DAYS = 30
ALERTS = 8


@require_GET
@operation("content.create")
def entrance(request: HttpRequest) -> HttpResponse:
    """Lead whoever works for no shop to their videos and notes; show everybody else their shop's first page."""
    return home(request) if actor_of_request(request).shops() else redirect("studio_posts")


@operation("shop.read")
def home(request: HttpRequest) -> HttpResponse:
    """Show today's figures, the sales of thirty days, and the SKUs that run out."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    moment = now()
    sales = orders.daily_sales(shop_id, *_period(moment))
    low = inventory.low_stock(shop_id, limit=ALERTS)
    facts = {
        "counts": orders.counts_of_shop(shop_id),
        "claims": claims.counts_of_shop(shop_id, now=moment),
        "today": sales[-1],
        "balance": settlement.money_of_shop(shop_id)
        if allows(actor_of_request(request), "money.read", shop_id)
        else None,
        "days": [f"{day.day:%m-%d}" for day in sales],
        "paid": [Series(_("Paid"), tuple(day.paid_minor for day in sales))],
        "month_minor": sum(day.paid_minor for day in sales),
        "month_orders": sum(day.orders for day in sales),
        "low": _low(low.emptiest, moment),
        "low_count": low.number,
    }
    return render(request, "studio/home.html", facts)


def _period(moment: Instant) -> tuple[Instant, Instant]:
    """Return the thirty days that end with today, in Asia/Shanghai."""
    tomorrow = shanghai_midnight(shanghai_day(moment) + timedelta(days=1))
    return tomorrow - timedelta(days=CHART_DAYS), tomorrow


def _low(levels: Sequence[Availability], moment: Instant) -> list[tuple[object, Availability]]:
    offers = {offer.sku_id: offer for offer in catalog.offers([level.sku_id for level in levels], now=moment)}
    return [(offers[level.sku_id], level) for level in levels if level.sku_id in offers]


urlpatterns = [path("", entrance, name="studio_home")]
