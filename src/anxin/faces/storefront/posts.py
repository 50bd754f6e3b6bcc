"""One video or note on its own page, what people do with it, and short links to it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.back import back_of
from anxin.faces.content_words import report_choices, report_reason
from anxin.faces.origin import CONTENT_PREFIXES
from anxin.faces.pages import message_of
from anxin.faces.post_views import outside_id, post_views, sold_out_goods
from anxin.faces.storefront.comments import thread_facts
from anxin.faces.teller import give_device, watcher_of
from anxin.faces.telling import Place, place_of, tell_of_creator, tell_of_post
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.content.commands import reactions
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.queries import posts
from anxin.market.creators import commands as creators
from anxin.market.interest import commands as interest
from anxin.market.interest.queries import Item, ItemKind, Kind

MORE = 6
SURFACE = "own-page"


@never_cache
@require_GET
@operation("market.browse")
def post(request: HttpRequest, number: str) -> HttpResponse:
    """Show a video or note with what was said about it; what is done there names this answer. Raises UnknownPost."""
    person_id = actor_of_request(request).person_id
    card = posts.card(post_of(number), person_id=person_id)
    watcher, signed = watcher_of(request)
    shown = Item(ItemKind(card.post.kind.value), card.post.id)
    served = interest.serve(watcher, {shown: 1.0}, surface=SURFACE, policy=SURFACE, now=now())
    more = posts.public_posts_of(card.creator.id, person_id=person_id, limit=MORE + 1)
    facts = {
        "post": post_views([card], posts.mine(person_id, [card]), served)[0],
        "request_id": public_id("req", served),
        "sold_out": sold_out_goods([card]),
        "more": [view for view in post_views(more.items) if view.facts.id != card.post.id][:MORE],
        "reasons": report_choices(),
        **thread_facts(request, card.post.id, person_id, Place(served, 0)),
    }
    response = render(request, "storefront/post.html", facts)
    give_device(request, response, signed)
    return response


@require_POST
@operation("content.react")
def like(request: HttpRequest, number: str) -> HttpResponse:
    """Like a post, or take the like back."""
    return _do(request, number, (reactions.like_post, Kind.LIKE), (reactions.unlike_post, Kind.UNLIKE))


@require_POST
@operation("content.react")
def keep(request: HttpRequest, number: str) -> HttpResponse:
    """Keep a post among one's favourites, or no longer."""
    return _do(request, number, (reactions.keep_post, Kind.FAVOURITE), (reactions.let_post_go, None))


@require_POST
@operation("content.react")
def share(request: HttpRequest, number: str) -> HttpResponse:
    """Make a short link and show it."""
    post_id = post_of(number)
    code = reactions.share_post(post_id, person_id=person_of(request), now=now())
    tell_of_post(request, Kind.SHARE, post_id, place_of(request), key=code)
    address = request.build_absolute_uri(reverse("share", args=[code]))
    messages.success(request, _("Your link: %(address)s") % {"address": address})
    return redirect("post", number)


@require_POST
@operation("content.react")
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Say that a post breaks the rules."""
    note, person_id = request.POST.get("note", ""), person_of(request)

    def act(post_id: UUID) -> None:
        reason = report_reason(request.POST.get("reason", ""))
        reactions.report(post_id, reason, note, person_id=person_id, now=now())

    return _said(request, number, act, _("Thank you. An operator will look at it."))


@require_POST
@operation("creators.follow")
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """Follow a creator, or no longer."""
    from anxin.market.creators.queries import creator_by_handle

    facts, person_id = creator_by_handle(handle), person_of(request)
    try:
        if "back" in request.POST:
            kind, is_new = Kind.UNFOLLOW, creators.unfollow(facts.id, person_id=person_id)
        else:
            kind, is_new = Kind.FOLLOW, creators.follow(facts.id, person_id=person_id, now=now())
        if is_new:
            tell_of_creator(request, kind, facts.id, place_of(request))
    except AnxinError as error:
        messages.error(request, message_of(error))
    return HttpResponseRedirect(back_of(request, reverse("creator", args=[facts.handle])))


@require_GET
@operation("market.browse")
def open_share(request: HttpRequest, code: str) -> HttpResponse:  # noqa: ARG001
    """Follow a short link. Raises UnknownShare, UnknownPost."""
    post_id = reactions.open_share(code)
    return redirect("post", outside_id(posts.post(post_id).kind, post_id))


def post_of(number: str) -> UUID:
    """Return the post of an outside id. Raises UnknownPost."""
    prefix = number.partition("_")[0]
    try:
        return parse_public_id(prefix if prefix in CONTENT_PREFIXES else CONTENT_PREFIXES[0], number)
    except AnxinError as error:
        raise UnknownPost from error


Act = tuple[Callable[..., bool], Kind | None]  # a command that says whether it changed something, and what that tells


def _do(request: HttpRequest, number: str, do: Act, undo: Act) -> HttpResponse:
    person_id, is_back = person_of(request), "back" in request.POST
    act, kind = undo if is_back else do
    moment = {} if is_back else {"now": now()}

    def change(post_id: UUID) -> None:
        if act(post_id, person_id=person_id, **moment) and kind is not None:
            tell_of_post(request, kind, post_id, place_of(request))

    return _said(request, number, change, "")


def _said(request: HttpRequest, number: str, act: Callable[[UUID], object], done: str) -> HttpResponse:
    try:
        act(post_of(number))
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        if done:
            messages.success(request, done)
    return HttpResponseRedirect(back_of(request, reverse("post", args=[number])))


urlpatterns = [
    path("v/<str:number>", post, name="post"),
    path("v/<str:number>/like", like, name="post_like"),
    path("v/<str:number>/favourite", keep, name="post_keep"),
    path("v/<str:number>/share", share, name="post_share"),
    path("v/<str:number>/report", report, name="post_report"),
    path("@<str:handle>/follow", follow, name="creator_follow"),
    path("s/<str:code>", open_share, name="share"),
]
