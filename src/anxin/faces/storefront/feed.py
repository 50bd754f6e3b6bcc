"""The feed, which is the first page: videos and notes one after the other, those of whom one follows, and plain lists."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.content_words import report_choices
from anxin.faces.post_views import PostView, post_views, sold_out_goods
from anxin.faces.storefront.posts import post_of
from anxin.faces.teller import give_device, watcher_of
from anxin.faces.why import words_of
from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.kernel.page import Page
from anxin.market.catalog.queries import category_tree
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.queries import posts
from anxin.market.content.queries.posts import PostCard
from anxin.market.creators.queries import followed_ids
from anxin.market.interest.commands import choose_posts

Slide = tuple[int | None, PostView, str]  # its place in the answer, the post, why it is shown
SLIDES = 8  # an answer
SPEEDS = ("0.75", "1", "1.25", "1.5", "2")
LIST_SIZE = 24


@never_cache
@require_GET
@operation("market.browse")
def feed(request: HttpRequest) -> HttpResponse:
    """Show the feed; scripts make it a player and ask `feed_more` for what comes next."""
    return _feed(request, "storefront/feed.html")


@require_GET
@operation("market.browse")
def old_address(request: HttpRequest) -> HttpResponse:
    """Lead links from before the feed was the first page to where it is."""
    return redirect(f"{reverse('feed')}?{request.GET.urlencode()}".rstrip("?"), permanent=True)


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
    again = _again(request)
    cards = [*again, *(card for card in page.items if card.post.id not in {one.post.id for one in again})]
    facts = {"is_following": bool(followed_ids(person_id, 1)), "page": page, "tab": "follows"}
    slides = [(None, view, "") for view in post_views(cards, posts.mine(person_id, cards))]
    return render(request, f"storefront/{part}.html", _shown(slides, cards) | facts)


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
    again = _again(request)
    fresh = [one for one in chosen.cards if one.card.post.id not in {each.post.id for each in again}]
    cards = [*again, *(one.card for one in fresh)]
    views = [
        *post_views(again, posts.mine(actor_of_request(request).person_id, again)),
        *post_views([one.card for one in fresh], chosen.mine, chosen.request),
    ]
    places: list[tuple[int | None, str]] = [
        *((None, "") for _ in again),
        *((one.place, words_of(one.why)) for one in fresh),
    ]
    slides = [(place, view, why) for (place, why), view in zip(places, views, strict=True)]
    request_id = public_id("req", chosen.request) if chosen.request else ""
    response = render(request, template, _shown(slides, cards) | {"request_id": request_id, "tab": "feed"})
    give_device(request, response, signed)
    return response


def _again(request: HttpRequest) -> list[PostCard]:
    """Return the post that the address names, which somebody comes back to; none where it may not be seen any more."""
    number = request.GET.get("at", "")
    if not number:
        return []
    try:
        return [posts.card(post_of(number), person_id=actor_of_request(request).person_id)]
    except UnknownPost:
        return []


def _shown(slides: Sequence[Slide], cards: Sequence[PostCard]) -> dict[str, object]:
    """Return what the template of slides needs: each with the category of its first product, and which goods are sold out."""
    tree = category_tree(now=now()).nodes
    categories = [tree.get(card.goods[0][1].category) if card.goods else None for card in cards]
    return {
        "slides": [(*slide, category) for slide, category in zip(slides, categories, strict=True)],
        "sold_out": sold_out_goods(cards),
        "reasons": report_choices(),
        "speeds": SPEEDS,
    }


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
