"""How the platform decides, for everybody to read: the numbers of the last 90 days, and the rules."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.dispute_words import KINDS, PARTIES, language
from anxin.infra.clock import now
from anxin.market.guarantee.queries import arbitration as queries
from anxin.market.guarantee.queries.arbitration import Statistics
from anxin.market.guarantee.queries.disputes import Arbitration
from anxin.ui.parts import Series


@require_GET
@operation("market.browse")
def arbitration(request: HttpRequest) -> HttpResponse:
    """Show outcomes, times and reasons of the last 90 days, and what arbitrators are bound by."""
    numbers, rules = queries.statistics(now=now()), queries.current_rules()
    facts = {
        "numbers": numbers,
        "outcomes": _outcomes(numbers),
        "weeks": _weeks(numbers),
        "reasons": [(_reason(one.reason, rules), one.cases) for one in numbers.reasons],
        "rules": rules,
        "rows": _rows(rules),
    }
    return render(request, "storefront/arbitration.html", facts)


def _outcomes(numbers: Statistics) -> dict[str, Any]:
    labels = [_("For the buyer"), _("In part"), _("For the merchant"), _("Settled by agreement")]
    values = (numbers.for_buyer, numbers.partial, numbers.for_merchant, numbers.settled)
    return {"labels": labels, "series": [Series(_("Cases"), values)]}


def _weeks(numbers: Statistics) -> dict[str, Any]:
    weeks = numbers.weeks
    return {
        "labels": [f"{one.week:%m-%d}" for one in weeks],
        "series": [
            Series(_("For the buyer"), tuple(one.for_buyer for one in weeks)),
            Series(_("In part"), tuple(one.partial for one in weeks)),
            Series(_("For the merchant"), tuple(one.for_merchant for one in weeks)),
            Series(_("Settled by agreement"), tuple(one.settled for one in weeks)),
        ],
    }


def _rows(rules: Arbitration) -> list[dict[str, Any]]:
    return [
        {
            "words": reason.words.in_language(language()),
            "article": rules.articles[reason.article].in_language(language()),
            "kinds": [KINDS[kind] for kind in reason.kinds],
            "cap_bps": reason.refund_cap_bps if reason.refund_cap_bps < 10_000 else None,  # noqa: PLR2004
            "shows": [rules.evidence[kind].words.in_language(language()) for kind in reason.shows],
            "silent": PARTIES[reason.silent] if reason.silent else "",
        }
        for reason in rules.reasons.values()
    ]


def _reason(code: str, rules: Arbitration) -> str:
    found = rules.reasons.get(code)
    return found.words.in_language(language()) if found else code


urlpatterns = [path("arbitration", arbitration, name="arbitration")]
