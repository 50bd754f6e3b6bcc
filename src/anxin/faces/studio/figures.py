"""What came of a creator's posts: over time, of each, and of one with the curve of how far people watched."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from anxin.faces.access import operation
from anxin.faces.speaking import own_post
from anxin.faces.studio.posts import post_of, row_of
from anxin.faces.studio.speakers import speaker_facts, speaking
from anxin.infra.clock import now
from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.market.content.queries.posts import PostFacts, shown_posts
from anxin.market.creators.queries import CreatorFacts
from anxin.market.interest.queries import DayFigures, PostFigures, figures_of_posts, watch_curve
from anxin.ui.parts import Series, Tab

SPANS = (7, 28, 90)
DEFAULT_SPAN = 28
POSTS_MAX = 500
LISTED = 50


@require_GET
@operation("content.create")
@speaking
def figures(request: HttpRequest, speaker: CreatorFacts) -> HttpResponse:
    """Show what came of all posts, by day and by post."""
    since, until, span = _span(request)
    shown = shown_posts(speaker.id, POSTS_MAX)
    found = _figures(shown, speaker, since, until)
    known = {each.id: each for each in shown}
    best = sorted(found.by_post.items(), key=lambda each: (-each[1].impressions, -each[1].plays))[:LISTED]
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        **_charts(found),
        "spans": _spans(span),
        "total": found.total,
        "rows": [(row_of(known[post_id]), counted) for post_id, counted in best],
        "is_empty": not shown,
    }
    return render(request, "studio/figures.html", facts)


@require_GET
@operation("content.create")
def post_figures(request: HttpRequest, number: str) -> HttpResponse:
    """Show what came of one post. Raises UnknownPost."""
    found, speaker = own_post(request, post_of(number))
    since, until, span = _span(request)
    counted = _figures([found], speaker, since, until)
    media = found.media
    reached = watch_curve(found.id, media.duration_ms, since=since, until=until) if media else ()
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        **_charts(counted),
        "spans": _spans(span),
        "total": counted.total,
        "post": found,
        "row": row_of(found),
        "curve_labels": [_moment(media.duration_ms * tenth // 10) for tenth in range(11)] if media else [],
        "curve": _curve(reached),
        "mean_seconds": f"{counted.total.mean_ms // 1_000}.{counted.total.mean_ms // 100 % 10}",
    }
    return render(request, "studio/post_figures.html", facts)


def _span(request: HttpRequest) -> tuple[Instant, Instant, int]:
    """Return the days asked for, today the last of them, in Asia/Shanghai."""
    text = request.GET.get("days", "")
    span = int(text) if text in map(str, SPANS) else DEFAULT_SPAN
    until = shanghai_midnight(shanghai_day(now()) + timedelta(days=1))
    return until - timedelta(days=span), until, span


def _figures(shown: list[PostFacts], speaker: CreatorFacts, since: Instant, until: Instant) -> PostFigures:
    products = {anchor.product_id for each in shown for anchor in each.anchors}
    ids = [each.id for each in shown]
    return figures_of_posts(ids, creator_id=speaker.id, product_ids=products, since=since, until=until)


def _charts(found: PostFigures) -> dict[str, Any]:
    return {
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


def _curve(reached: tuple[int, ...]) -> list[Series]:
    if not reached or not reached[0]:
        return []
    return [Series(_("Still watching"), tuple(round(each * 100 / reached[0], 1) for each in reached))]


def _moment(milliseconds: int) -> str:
    """Write a moment of a video; of a short one with tenths."""
    return f"{milliseconds // 60_000}:{milliseconds // 1_000 % 60:02d}.{milliseconds // 100 % 10}"


def _spans(active: int) -> list[Tab]:
    return [
        Tab(ngettext("%(days)d day", "%(days)d days", span) % {"days": span}, f"?days={span}", None, span == active)
        for span in SPANS
    ]


urlpatterns = [
    path("figures", figures, name="studio_figures"),
    path("posts/<str:number>/figures", post_figures, name="studio_post_figures"),
]
