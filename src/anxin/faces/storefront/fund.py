"""The consumer-protection fund in public: where its money comes from, who was helped, how long it lasts."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.fund_words import KINDS
from anxin.infra.clock import now
from anxin.market.guarantee.queries import fund as queries
from anxin.market.guarantee.queries.fund import FundFacts
from anxin.ui.parts import Series

HELPED = 10


@require_GET
@operation("market.browse")
def fund(request: HttpRequest) -> HttpResponse:
    """Show the fund to anybody."""
    moment = now()
    found, months = queries.fund(now=moment), queries.fund_months(now=moment)
    facts = {
        "fund": found,
        "months": [f"{one.month:%Y-%m}" for one in months],
        "flows": [
            Series(_("Paid to buyers"), tuple(one.advanced_minor for one in months)),
            Series(_("Paid back by shops"), tuple(one.recovered_minor for one in months)),
        ],
        "has_flows": any(one.advanced_minor or one.recovered_minor for one in months),
        "sources": _sources(found),
        "helped": [(KINDS[one.kind], one) for one in queries.recent_help(limit=HELPED)],
        "recovered_percent": found.recovered_minor * 100 // found.advanced_minor if found.advanced_minor else None,
    }
    return render(request, "storefront/fund.html", facts)


def _sources(found: FundFacts) -> tuple[tuple[str, int], ...]:
    own_minor = found.contributed_minor - found.from_fees_minor
    parts = (
        (_("The platform's own money"), own_minor),
        (_("Service fees earned"), found.from_fees_minor),
        (_("Paid back by shops"), found.recovered_minor),
    )
    return tuple((name, minor) for name, minor in parts if minor)


urlpatterns = [path("guarantee/fund", fund, name="fund")]
