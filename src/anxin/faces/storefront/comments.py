"""What people say below a video or note: threads, replies, likes, the pinned one, reports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.content_words import report_choices, report_reason
from anxin.faces.origin import CONTENT_PREFIXES
from anxin.faces.pages import asks_part, message_of
from anxin.faces.post_views import outside_id
from anxin.faces.telling import Place, place_of, tell_of_post
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.content.commands import comments as commands
from anxin.market.content.commands import reactions
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.queries import comments as queries
from anxin.market.content.queries import posts
from anxin.market.content.queries.comments import CommentFacts, Sort
from anxin.market.creators.queries import acting_as, creators_of
from anxin.market.interest.queries import Kind

PREFIX = "cmt"
UNSAID = "comment_unsaid"  # session key: what was refused stands in its field once more
THREADS = 20


@dataclass(frozen=True)
class CommentView:
    """A comment with the first replies to it."""

    facts: CommentFacts
    id: str
    avatar: str
    is_mine: bool
    is_liked: bool
    replies: tuple["CommentView", ...] = ()


def thread_facts(
    request: HttpRequest, post_id: UUID, person_id: UUID | None, place: Place | None = None
) -> dict[str, Any]:
    """Return what the template of comments needs; `place` is where the post stood, else what the address says of it.

    Raises UnknownPost.
    """
    sort = Sort.LIKED if request.GET.get("sort") == Sort.LIKED else Sort.NEWEST
    cursor = request.GET.get("comments")
    page = queries.comments_of(post_id, person_id=person_id, sort=sort, cursor=cursor, limit=THREADS)
    first = queries.first_replies(page.items)
    every = [*page.items, *(reply for replies in first.values() for reply in replies)]
    liked = queries.liked_comments(person_id, [each.id for each in every])
    found, stood = posts.post(post_id), place or place_of(request)
    speaks = {each.id for each in creators_of(actor_of_request(request))} if person_id else set()

    def view(each: CommentFacts) -> CommentView:
        avatar = picture_url(each.creator.avatar, Size.THUMB) if each.creator else ""
        replies = tuple(view(reply) for reply in first.get(each.id, ()))
        return CommentView(
            each, public_id(PREFIX, each.id), avatar, each.person_id == person_id, each.id in liked, replies
        )

    return {
        "comments": [view(each) for each in page.items],
        "comments_page": page,
        "post_number": outside_id(found.kind, post_id),
        "place": _query(stood, sort),
        "earlier": _query(stood, sort, page.next_cursor) if page.next_cursor else "",
        "sorts": [(words, _query(stood, each), each is sort) for each, words in _sorts().items()],
        "comments_open": found.comments_open,
        "comment_key": str(new_id()),
        "comment_max": queries.COMMENT_LENGTH_MAX,
        "may_pin": found.creator_id in speaks,
        "reasons": report_choices(),
        "unsaid": request.session.pop(UNSAID) if UNSAID in request.session else None,
    }


@never_cache
@require_GET
@operation("market.browse")
def threads(request: HttpRequest, number: str) -> HttpResponse:
    """Answer with the comments of a post, as HTML. Raises UnknownPost."""
    facts = thread_facts(request, _post(number), actor_of_request(request).person_id)
    return render(request, "storefront/comments.html", facts)


@never_cache
@require_GET
@operation("market.browse")
def replies(request: HttpRequest, comment: str) -> HttpResponse:
    """Show the replies of a thread, to a script as they are, else on a page. Raises UnknownPost."""
    person_id = actor_of_request(request).person_id
    thread = parse_public_id(PREFIX, comment)
    page = queries.replies_to(thread, person_id=person_id, cursor=request.GET.get("cursor"))
    liked = queries.liked_comments(person_id, [each.id for each in page.items])
    shown = [
        CommentView(
            each,
            public_id(PREFIX, each.id),
            picture_url(each.creator.avatar, Size.THUMB) if each.creator else "",
            each.person_id == person_id,
            each.id in liked,
        )
        for each in page.items
    ]
    facts = {
        "replies": shown,
        "page": page,
        "reasons": report_choices(),
        "thread": comment,
        "place": _query(place_of(request), Sort.NEWEST),
    }
    if asks_part(request):
        return render(request, "storefront/comment_replies.html", facts)
    begun = queries.comment(thread, person_id=person_id)
    facts["post_url"] = reverse("post", args=[outside_id(posts.post(begun.post_id).kind, begun.post_id)])
    return render(request, "storefront/comment_thread.html", facts)


@require_POST
@operation("content.react")
def say(request: HttpRequest, number: str) -> HttpResponse:
    """Comment on a post, or reply to a comment."""
    post_id = _post(number)
    answered = request.POST.get("reply_to", "")
    try:
        wanted = NewComment(
            request.POST.get("text", ""),
            request.POST.get("key", ""),
            parse_public_id(PREFIX, answered) if answered else None,
        )
        written = commands.comment(post_id, wanted, person_id=person_of(request), now=now())
        tell_of_post(request, Kind.COMMENT, post_id, place_of(request), key=str(written))
    except AnxinError as error:
        messages.error(request, message_of(error))
        text = request.POST.get("text", "").replace("\0", "")[: queries.COMMENT_LENGTH_MAX]
        request.session[UNSAID] = {"below": answered or number, "text": text}
    return _back(request, number)


@require_POST
@operation("content.react")
def like(request: HttpRequest, comment: str) -> HttpResponse:
    """Like a comment, or take the like back."""
    person_id = person_of(request)
    if "back" in request.POST:
        return _do(request, comment, lambda one: reactions.unlike_comment(one, person_id=person_id))
    return _do(request, comment, lambda one: reactions.like_comment(one, person_id=person_id, now=now()))


@require_POST
@operation("content.react")
def remove(request: HttpRequest, comment: str) -> HttpResponse:
    """Take one's own comment away."""
    return _do(request, comment, lambda one: commands.remove_comment(one, person_id=person_of(request)))


@require_POST
@operation("content.create")
def pin(request: HttpRequest, comment: str) -> HttpResponse:
    """Let a post's creator put a comment on top, or take it down again; `hide` takes it off the post."""
    found = queries.comment(parse_public_id(PREFIX, comment), person_id=person_of(request))
    owner = posts.post(found.post_id).creator_id
    if owner not in {each.id for each in creators_of(actor_of_request(request))}:
        raise UnknownPost

    def act(one: UUID) -> None:
        if "hide" in request.POST:
            commands.hide_comment(one, creator_id=owner)
        elif "back" in request.POST:
            commands.unpin_comment(found.post_id, creator_id=owner)
        else:
            commands.pin_comment(one, creator_id=owner)

    return _do(request, comment, act)


@require_POST
@operation("content.create")
def switch(request: HttpRequest, number: str) -> HttpResponse:
    """Let people comment on a post of one's own, or no longer. Raises UnknownPost, UnknownCreator."""
    post_id = _post(number)
    owner = acting_as(actor_of_request(request), posts.post(post_id).creator_id)
    commands.open_comments(post_id, wanted="close" not in request.POST, creator_id=owner.id)
    return _back(request, number)


@require_POST
@operation("content.react")
def report(request: HttpRequest, comment: str) -> HttpResponse:
    """Say that a comment breaks the rules."""
    person_id = person_of(request)
    found = queries.comment(parse_public_id(PREFIX, comment), person_id=person_id)

    def act(one: UUID) -> None:
        reason = report_reason(request.POST.get("reason", ""))
        reactions.report(found.post_id, reason, comment_id=one, person_id=person_id, now=now())
        messages.success(request, _("Thank you. An operator will look at it."))

    return _do(request, comment, act)


def _do(request: HttpRequest, comment: str, act: Callable[[UUID], object]) -> HttpResponse:
    identity = parse_public_id(PREFIX, comment)
    found = queries.comment(identity, person_id=person_of(request))
    try:
        act(identity)
    except AnxinError as error:
        messages.error(request, message_of(error))
    return _back(request, outside_id(posts.post(found.post_id).kind, found.post_id))


def _back(request: HttpRequest, number: str) -> HttpResponse:
    """Answer a script with the comments as they are now, a form with the page."""
    if asks_part(request):
        facts = thread_facts(request, _post(number), actor_of_request(request).person_id)
        return render(request, "storefront/comments.html", facts | {"said_to_script": True})
    return HttpResponseRedirect(f"{reverse('post', args=[number])}#comments")


def _query(place: Place, sort: Sort, cursor: str = "") -> str:
    """Return the query that keeps the place, the order and the part of the comments that are looked at."""
    facts = {"sort": sort.value if sort is not Sort.NEWEST else "", "comments": cursor}
    more = urlencode({name: value for name, value in facts.items() if value})
    known = place.query
    return f"{known}&{more}" if known and more else known or (f"?{more}" if more else "")


def _sorts() -> dict[Sort, str]:
    return {Sort.NEWEST: _("Newest"), Sort.LIKED: _("Most liked")}


def _post(number: str) -> UUID:
    prefix = number.partition("_")[0]
    return parse_public_id(prefix if prefix in CONTENT_PREFIXES else CONTENT_PREFIXES[0], number)


urlpatterns = [
    path("v/<str:number>/comments", threads, name="post_comments"),
    path("v/<str:number>/comments/new", say, name="comment_new"),
    path("v/<str:number>/comments/switch", switch, name="comments_switch"),
    path("comments/<str:comment>/replies", replies, name="comment_replies"),
    path("comments/<str:comment>/like", like, name="comment_like"),
    path("comments/<str:comment>/remove", remove, name="comment_remove"),
    path("comments/<str:comment>/pin", pin, name="comment_pin"),
    path("comments/<str:comment>/report", report, name="comment_report"),
]
