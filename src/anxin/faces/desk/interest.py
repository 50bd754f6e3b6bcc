"""The interest console: who fills the feed, what is tried, how new items fare, how far the learner is."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.interest_words import policy_words, source_words, span
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.market.interest.queries import overview
from anxin.market.interest.queries.overview import Newcomers, Shares
from anxin.ui.parts import Series, Tab

HOUR = 3_600
EDGES = (HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR)
TIMES = {"24h": timedelta(hours=24), "7d": timedelta(days=7)}
LATE_S = 60  # events that wait for so long are worth a word
SAVED_LATE = timedelta(minutes=5)


def console_tabs(request: HttpRequest) -> list[Tab]:
    """Return the pages of the console."""
    pages = {
        "desk_interest": _("Overview"),
        "desk_interest_calibration": _("Calibration"),
        "desk_interest_value": _("Value formula"),
        "desk_interest_models": _("Models"),
        "desk_interest_why": _("Why it was served"),
    }
    return [Tab(label, reverse(name), active=request.path == reverse(name)) for name, label in pages.items()]


@never_cache
@require_GET
@operation("desk.interest.read")
def console(request: HttpRequest) -> HttpResponse:
    """Show the last 24 hours or seven days of the feed: five statements."""
    moment, wanted = now(), "7d" if request.GET.get("of") == "7d" else "24h"
    shares = overview.shares(moment - TIMES[wanted], by_hour=wanted == "24h")
    new, minutes = overview.newcomers(now=moment), overview.minutes(now=moment)
    state = overview.learner_state(now=moment)
    facts = {
        "tabs": console_tabs(request),
        "wanted": wanted,
        "times": [("24h", _("24 hours")), ("7d", _("7 days"))],
        "shares": shares,
        "budget_bps": overview.EXPLORING_BPS,
        "new": new,
        "new_median": span(new.median_s),
        "state": state,
        "problem": message_of(state.problem) if state.problem else "",
        "waits": span(state.waiting_s),
        "is_late": state.waiting_s > LATE_S or bool(state.saved_at and moment - state.saved_at > SAVED_LATE),
        "told": sum(one.told for one in minutes),
        "doubted": sum(one.told - one.taught for one in minutes),
        "minute_labels": [f"{timezone.localtime(one.at):%H:%M}" for one in minutes],
        "minute_series": [
            Series(_("Teach"), tuple(one.taught for one in minutes)),
            Series(_("In doubt"), tuple(one.told - one.taught for one in minutes)),
        ],
        **_charts(shares, new, wanted),
    }
    return render(request, "desk/interest.html", facts)


def _charts(shares: Shares, new: Newcomers, wanted: str) -> dict[str, Any]:
    labels = [f"{timezone.localtime(one.at):{'%H:00' if wanted == '24h' else '%m-%d'}}" for one in shares.over_time]
    policies = [policy for policy, _count in shares.by_policy]
    return {
        "source_labels": [source_words(source) for source, _count in shares.by_source],
        "source_series": [Series(_("Share of places"), tuple(_percent(n, shares.places) for _s, n in shares.by_source))],
        "sources": [(source_words(name), n, round(n * 10_000 / shares.places)) for name, n in shares.by_source],
        "time_labels": labels,
        "time_series": [
            Series(policy_words(policy), tuple(one.by_policy.get(policy, 0) for one in shares.over_time))
            for policy in policies
        ],
        "tried_series": [
            Series(_("Explored"), tuple(_percent(one.tried, one.places) for one in shares.over_time)),
            Series(_("Budget"), tuple(overview.EXPLORING_BPS / 100 for _one in shares.over_time), faint=True),
        ],
        "new_labels": [
            _("within 1 h"), _("within 6 h"), _("within a day"), _("within 3 days"), _("longer"), _("not yet"),
        ],
        "new_series": [Series(_("New items"), new.spread(EDGES))],
    }  # fmt: skip


def _percent(part: int, whole: int) -> float:
    return round(part * 100 / whole, 1) if whole else 0.0


urlpatterns = [path("interest", console, name="desk_interest")]
