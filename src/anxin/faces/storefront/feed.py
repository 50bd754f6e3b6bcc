"""The feed, which is the first page: videos and notes one after the other, those of whom one follows, and plain lists."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.post_views import post_views
from anxin.faces.teller import give_device, watcher_of
from anxin.faces.why import words_of
from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.kernel.page import Page
from anxin.market.content.queries import posts
from anxin.market.content.queries.posts import PostCard
from anxin.market.creators.queries import followed_ids
from anxin.market.interest.commands import choose_posts

SLIDES = 8  # an answer
LIST_SIZE = 24


@never_cache
@require_GET
@operation("market.browse")
def feed(request: HttpRequest) -> HttpResponse:
    """Show the feed; scripts make it a player and ask `feed_more` for what comes next."""
    return _feed(request, "storefront/feed.html")


@require_GET
@operation("market.browse")
def old_address(_request: HttpRequest) -> HttpResponse:
    """Lead links from before the feed was the first page to where it is."""
    return redirect("feed", permanent=True)


@never_cache
@require_GET
@operation("market.browse")
def more(request: HttpRequest) -> HttpResponse:
    """Answer with the next slides, as HTML."""
    return _feed(request, "storefront/slides.html")


@never_cache
@require_GET
@operation("creators.follow")
def follows(request: HttpRequest) -> HttpResponse:
    """Show what the creators whom one follows have shown last."""
    person_id = person_of(request)
    page = posts.posts_followed(person_id, cursor=request.GET.get("cursor"), limit=SLIDES)
    part = "slides" if "part" in request.GET else "feed"
    facts = {"is_following": bool(followed_ids(person_id, 1)), "page": page, "tab": "follows"}
    return render(request, f"storefront/{part}.html", _slides(request, page.items) | facts)


@require_GET
@operation("market.browse")
def newest(request: HttpRequest) -> HttpResponse:
    """List everything, the newest first."""
    page: Page[PostCard] = posts.newest_posts(cursor=request.GET.get("cursor"), limit=LIST_SIZE)
    return render(request, "storefront/posts.html", {"title": _("All videos and notes"), **_tiles(page)})


@require_GET
@operation("market.browse")
def topic(request: HttpRequest, name: str) -> HttpResponse:
    """List what was said under a topic, the newest first."""
    topic_name = posts.topic_of(name)
    actor = actor_of_request(request)
    page = posts.posts_with_topic(
        topic_name, person_id=actor.person_id, cursor=request.GET.get("cursor"), limit=LIST_SIZE
    )
    return render(request, "storefront/posts.html", {"title": f"#{topic_name}", **_tiles(page)})


def _feed(request: HttpRequest, template: str) -> HttpResponse:
    watcher, signed = watcher_of(request)
    chosen = choose_posts(watcher, limit=SLIDES, now=now(), person_id=actor_of_request(request).person_id)
    views = post_views([one.card for one in chosen.cards], chosen.mine, chosen.request)
    slides = [(one.place, view, words_of(one.why)) for one, view in zip(chosen.cards, views, strict=True)]
    facts = {"slides": slides, "request_id": public_id("req", chosen.request) if chosen.request else "", "tab": "feed"}
    response = render(request, template, facts)
    give_device(request, response, signed)
    return response


def _slides(request: HttpRequest, cards: Sequence[PostCard]) -> dict[str, object]:
    """Return what the template of slides needs for posts that no engine chose."""
    views = post_views(cards, posts.mine(actor_of_request(request).person_id, cards))
    return {"slides": [(None, view, "") for view in views], "request_id": ""}


def _tiles(page: Page[PostCard]) -> dict[str, object]:
    return {"page": page, "posts": post_views(page.items)}


urlpatterns = [
    path("", feed, name="feed"),
    path("feed", old_address),
    path("feed/more", more, name="feed_more"),
    path("feed/following", follows, name="feed_follows"),
    path("feed/all", newest, name="posts"),
    path("topic/<str:name>", topic, name="topic"),
]
