"""What people say below a video or note: threads, replies, likes, the pinned one, reports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.content_words import report_choices
from anxin.faces.origin import CONTENT_PREFIXES
from anxin.faces.pages import message_of
from anxin.faces.post_views import outside_id
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.content.commands import comments as commands
from anxin.market.content.commands import reactions
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.commands.reactions import ReportReason
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.queries import comments as queries
from anxin.market.content.queries import posts
from anxin.market.content.queries.comments import CommentFacts
from anxin.market.creators.queries import creators_of

PREFIX = "cmt"
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


def thread_facts(request: HttpRequest, post_id: UUID, person_id: UUID | None) -> dict[str, Any]:
    """Return what the template of comments needs. Raises UnknownPost."""
    page = queries.comments_of(post_id, person_id=person_id, cursor=request.GET.get("comments"), limit=THREADS)
    first = queries.first_replies(page.items)
    every = [*page.items, *(reply for replies in first.values() for reply in replies)]
    liked = queries.liked_comments(person_id, [each.id for each in every])
    found = posts.post(post_id)
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
        "comment_key": str(new_id()),
        "comment_max": queries.COMMENT_LENGTH_MAX,
        "may_pin": found.creator_id in speaks,
        "reasons": report_choices(),
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
    """Answer with every reply of a thread, as HTML. Raises UnknownPost."""
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
    return render(request, "storefront/comment_replies.html", {"replies": shown, "reasons": report_choices()})


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
        commands.comment(post_id, wanted, person_id=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
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
@operation("content.react")
def report(request: HttpRequest, comment: str) -> HttpResponse:
    """Say that a comment breaks the rules."""
    person_id = person_of(request)
    found = queries.comment(parse_public_id(PREFIX, comment), person_id=person_id)
    given = request.POST.get("reason", "")
    reason = ReportReason(given) if given in list(ReportReason) else ReportReason.OTHER

    def act(one: UUID) -> None:
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
    if request.headers.get("Accept") == "text/html-part":
        facts = thread_facts(request, _post(number), actor_of_request(request).person_id)
        return render(request, "storefront/comments.html", facts | {"said_to_script": True})
    return HttpResponseRedirect(f"{reverse('post', args=[number])}#comments")


def _post(number: str) -> UUID:
    prefix = number.partition("_")[0]
    return parse_public_id(prefix if prefix in CONTENT_PREFIXES else CONTENT_PREFIXES[0], number)


urlpatterns = [
    path("v/<str:number>/comments", threads, name="post_comments"),
    path("v/<str:number>/comments/new", say, name="comment_new"),
    path("comments/<str:comment>/replies", replies, name="comment_replies"),
    path("comments/<str:comment>/like", like, name="comment_like"),
    path("comments/<str:comment>/remove", remove, name="comment_remove"),
    path("comments/<str:comment>/pin", pin, name="comment_pin"),
    path("comments/<str:comment>/report", report, name="comment_report"),
]
