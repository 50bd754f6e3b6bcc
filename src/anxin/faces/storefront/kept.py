"""What one kept, liked, follows and watched: lists of one's own, personal recommendations or not; what is gone is said to be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.back import back_of
from anxin.faces.post_views import PostView, creator_view, outside_id, post_views
from anxin.faces.storefront.posts import post_of
from anxin.infra.config import config
from anxin.kernel.clock import Instant
from anxin.kernel.page import Page
from anxin.market.content.queries import kept as queries
from anxin.market.content.queries import posts
from anxin.market.content.queries.posts import PostCard, PostKind
from anxin.market.creators import queries as creators
from anxin.market.interest.commands.watched import forget_watched
from anxin.market.interest.queries.watched import ENTRIES_MAX, watched, watched_count
from anxin.ui.parts import Tab

SIZE = 24
Row = tuple[UUID, PostKind, Instant, PostCard | None]  # a post of a list, and when it came there


@dataclass(frozen=True)
class KeptView:
    """A post of a list of one's own; `post` is None of one that is gone. `off_url` takes it off the list."""

    number: str
    is_video: bool
    at: Instant
    post: PostView | None
    off_url: str


@dataclass(frozen=True)
class Counts:
    """How much is on each of one's lists."""

    kept: int
    liked: int
    following: int
    watched: int


def counts_of(person_id: UUID) -> Counts:
    """Return how much is on each of a person's lists: four statements."""
    kept, liked = queries.counts_kept(person_id)
    return Counts(kept, liked, creators.following_count(person_id), watched_count(person_id))


@never_cache
@require_GET
@operation("content.react")
def show_kept(request: HttpRequest) -> HttpResponse:
    """Show what one keeps, the last kept first."""
    page = queries.kept_by(person_of(request), cursor=request.GET.get("cursor"), limit=SIZE)
    return _said(request, "kept", page, "post_keep")


@never_cache
@require_GET
@operation("content.react")
def show_liked(request: HttpRequest) -> HttpResponse:
    """Show what one likes, the last liked first."""
    page = queries.liked_by(person_of(request), cursor=request.GET.get("cursor"), limit=SIZE)
    return _said(request, "liked", page, "post_like")


@never_cache
@require_GET
@operation("creators.follow")
def show_following(request: HttpRequest) -> HttpResponse:
    """Show whom one follows, the last followed first."""
    page = creators.following(person_of(request), cursor=request.GET.get("cursor"), limit=SIZE)
    reach = creators.reach_of([each.id for each in page.items])
    people = [(creator_view(each), reach[each.id].followers) for each in page.items]
    return _page(request, "following", {"page": page, "people": people})


@never_cache
@require_GET
@operation("account.read")
def show_watched(request: HttpRequest) -> HttpResponse:
    """Show what one watched lately, as the history remembers it."""
    me = person_of(request)
    page = watched(me, cursor=request.GET.get("cursor"), limit=SIZE)
    known = {card.post.id: card for card in posts.cards([each.item.id for each in page.items], person_id=me)}
    rows = ((each.item.id, PostKind(each.item.kind.value), each.at, known.get(each.item.id)) for each in page.items)
    shown = _views(rows, lambda _number: reverse("me_watched_forget"))
    facts = {"page": page, "items": shown, "entries_max": ENTRIES_MAX, "days": config().interest_days}
    return _page(request, "watched", facts)


@require_POST
@operation("account.manage")
def forget(request: HttpRequest) -> HttpResponse:
    """Take one thing (`item`), or all that was watched, out of one's history. Raises UnknownPost."""
    number = request.POST.get("item", "")
    forget_watched(person_of(request), post_of(number) if number else None)
    if not number:
        messages.success(request, _("What you watched is forgotten."))
    return HttpResponseRedirect(back_of(request, reverse("me_watched")))


def _said(request: HttpRequest, name: str, page: Page[queries.Said], act: str) -> HttpResponse:
    rows = ((each.post_id, each.kind, each.at, each.card) for each in page.items)
    return _page(request, name, {"page": page, "items": _views(rows, lambda number: reverse(act, args=[number]))})


def _views(rows: Iterable[Row], off_url: Callable[[str], str]) -> list[KeptView]:
    listed = list(rows)
    shown = {view.facts.id: view for view in post_views([card for *_, card in listed if card])}
    numbers = [outside_id(kind, post_id) for post_id, kind, _, _ in listed]
    return [
        KeptView(number, kind is PostKind.VIDEO, at, shown.get(post_id), off_url(number))
        for number, (post_id, kind, at, _) in zip(numbers, listed, strict=True)
    ]


def _page(request: HttpRequest, name: str, facts: dict[str, object]) -> HttpResponse:
    counts = counts_of(person_of(request))
    labels = {
        "kept": _("Favourites"),
        "liked": pgettext("list of one's own", "Liked"),
        "following": pgettext("list of one's own", "Following"),
        "watched": _("Watched"),
    }
    tabs = [
        Tab(label, reverse(f"me_{each}"), getattr(counts, each), active=each == name) for each, label in labels.items()
    ]
    return render(request, "account/kept.html", {"list": name, "title": labels[name], "tabs": tabs, **facts})


urlpatterns = [
    path("me/kept", show_kept, name="me_kept"),
    path("me/liked", show_liked, name="me_liked"),
    path("me/following", show_following, name="me_following"),
    path("me/watched", show_watched, name="me_watched"),
    path("me/watched/forget", forget, name="me_watched_forget"),
]
