"""Predicted against happened, a head at a time."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.desk.interest import console_tabs
from anxin.faces.interest_words import HEADS, percent
from anxin.infra.clock import now
from anxin.market.interest.queries.calibration import HeadReport, calibration
from anxin.ui.parts import Series

SPANS = (7, 28)
OFF = 1.25  # as far off as drift calls


@never_cache
@require_GET
@operation("desk.interest.read")
def page(request: HttpRequest) -> HttpResponse:
    """Show for each head what was said and what came true, with intervals and alarms: six statements."""
    days = 28 if request.GET.get("of") == "28d" else 7
    reports = calibration(timedelta(days=days), now=now())
    facts = {
        "days": days,
        "spans": [(each, ngettext("%(days)d day", "%(days)d days", each) % {"days": each}) for each in SPANS],
        "tabs": console_tabs(request),
        "heads": [_head(one) for one in reports],
        "seen": max((one.count for one in reports), default=0),
        "drifts": [(HEADS[one.head], drift, f"{drift.ratio:.2f}") for one in reports for drift in one.drifts],
    }
    return render(request, "desk/interest_calibration.html", facts)


def _head(one: HeadReport) -> dict[str, object]:
    ratio = one.ratio
    return {
        "name": str(HEADS[one.head]),
        "waits": one.waits.days,
        "report": one,
        "said": percent(one.said),
        "came": percent(one.came),
        "ece": percent(one.ece),
        "ratio": "–" if ratio is None else f"{ratio:.2f}",
        "is_off": bool(one.happened and ratio and not 1 / OFF <= ratio <= OFF),
        "labels": [percent(bar.said) for bar in one.bars],
        "series": [
            Series(_("Said"), tuple(round(bar.said * 100, 2) for bar in one.bars)),
            Series(_("Came true"), tuple(round(bar.came * 100, 2) for bar in one.bars)),
            Series(_("Interval from"), tuple(round(bar.low * 100, 2) for bar in one.bars), faint=True),
            Series(_("Interval to"), tuple(round(bar.high * 100, 2) for bar in one.bars), faint=True),
        ],
    }


urlpatterns = [path("interest/calibration", page, name="desk_interest_calibration")]
