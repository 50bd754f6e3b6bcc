"""The insurer's pool for finance: premiums in, payouts out, the loss ratio by week, product and payer."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.insurance_words import HOLDERS, PRODUCTS, policy_view
from anxin.infra.clock import now
from anxin.market.guarantee.queries import insurance
from anxin.market.shops.queries import shops_by_id
from anxin.ui.parts import Series

ROWS = 20
DAYS = (30, 84, 365)


@never_cache
@require_GET
@operation("desk.insurance")
def pool(request: HttpRequest) -> HttpResponse:
    """Show the pool over the last days, twelve weeks unless asked otherwise."""
    moment = now()
    days = next((one for one in DAYS if str(one) == request.GET.get("days")), DAYS[1])
    report = insurance.pool_report(moment - timedelta(days=days), moment)
    page = insurance.policies(cursor=request.GET.get("cursor"), limit=ROWS, now=moment)
    shops = shops_by_id([one.shop_id for one in page.items])
    facts = {
        "report": report,
        "days": days,
        "choices": DAYS,
        "weeks": [f"{one.week:%m-%d}" for one in report.weeks],
        "flows": [
            Series(_("Premiums"), tuple(one.premiums_minor for one in report.weeks)),
            Series(_("Freight paid out"), tuple(one.payouts_minor for one in report.weeks)),
        ],
        "has_flows": any(one.premiums_minor or one.payouts_minor for one in report.weeks),
        "parts": [(one, PRODUCTS[one.product], HOLDERS[one.holder]) for one in report.parts],
        "page": page,
        "policies": [(policy_view(one), shops.get(one.shop_id)) for one in page.items],
    }
    return render(request, "desk/insurance.html", facts)


urlpatterns = [path("insurance", pool, name="desk_insurance")]
