"""What came of a creator's posts: over time, of each, and of one with the curve of how far people watched."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.post_figures import DEFAULT_DAYS, Span, curve_of, figures_of, figures_of_creator, span_of
from anxin.faces.speaking import own_post
from anxin.faces.studio.posts import post_of, row_of
from anxin.faces.studio.speakers import speaker_facts, speaking
from anxin.infra.clock import now
from anxin.market.creators.queries import CreatorFacts
from anxin.market.interest.queries import DayFigures, Figures, PostFigures, WatchCurve
from anxin.ui.parts import Series, Tab

SPANS = (7, 28, 90)
LISTED = 50


@require_GET
@operation("content.create")
@speaking
def figures(request: HttpRequest, speaker: CreatorFacts) -> HttpResponse:
    """Show what came of all posts, by day and by post."""
    span = _span(request)
    found, counted = figures_of_creator(speaker.id, span)
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        **_charts(found),
        "spans": _spans(span.days),
        "total": found.total,
        "rows": [(row_of(post), each) for post, each in counted[:LISTED]],
        "is_empty": not counted,
    }
    return render(request, "studio/figures.html", facts)


@require_GET
@operation("content.create")
def post_figures(request: HttpRequest, number: str) -> HttpResponse:
    """Show what came of one post. Raises UnknownPost."""
    found, speaker = own_post(request, post_of(number))
    span = _span(request)
    counted = figures_of([found], speaker.id, span)
    curve = curve_of(found, span)
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        **_charts(counted),
        "spans": _spans(span.days),
        "total": counted.total,
        "post": found,
        "row": row_of(found),
        "curve_labels": [_moment(at) for at in curve.at_ms] if curve else [],
        "curve": _curve(curve),
        "mean_seconds": f"{counted.total.mean_ms // 1_000}.{counted.total.mean_ms // 100 % 10}",
    }
    return render(request, "studio/post_figures.html", facts)


def _span(request: HttpRequest) -> Span:
    """Return the days asked for."""
    text = request.GET.get("days", "")
    return span_of(int(text) if text in map(str, SPANS) else DEFAULT_DAYS, now=now())


def _charts(found: PostFigures) -> dict[str, Any]:
    return {
        "is_quiet": found.total == Figures(),
        "days": [f"{each.day:%m-%d}" for each in found.days],
        "seen": [_series(_("Impressions"), found.days, "impressions"), _series(_("Plays"), found.days, "plays")],
        "liked": [
            _series(_("Likes"), found.days, "likes"),
            _series(_("Comments"), found.days, "comments"),
            _series(_("New followers"), found.days, "follows"),
        ],
        "tapped": [
            _series(_("Taps on products"), found.days, "product_clicks"),
            _series(_("Orders"), found.days, "orders"),
        ],
        "paid": [_series(_("Paid"), found.days, "paid_minor"), _series(_("Refunded"), found.days, "refunded_minor")],
    }


def _series(name: str, days: tuple[DayFigures, ...], column: str) -> Series:
    return Series(name, tuple(getattr(each.figures, column) for each in days))


def _curve(curve: WatchCurve | None) -> list[Series]:
    if curve is None or not curve.reached[0]:
        return []
    return [Series(_("Still watching"), tuple(round(each * 100 / curve.reached[0], 1) for each in curve.reached))]


def _moment(milliseconds: int) -> str:
    """Write a moment of a video; one between two seconds (its end) with tenths."""
    tenths = f".{milliseconds // 100 % 10}" if milliseconds % 1_000 else ""
    return f"{milliseconds // 60_000}:{milliseconds // 1_000 % 60:02d}{tenths}"


def _spans(active: int) -> list[Tab]:
    return [
        Tab(ngettext("%(days)d day", "%(days)d days", span) % {"days": span}, f"?days={span}", None, span == active)
        for span in SPANS
    ]


urlpatterns = [
    path("figures", figures, name="studio_figures"),
    path("posts/<str:number>/figures", post_figures, name="studio_post_figures"),
]
