"""What people say below a creator's posts: the newest first, to answer, pin, take off or report."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.content_words import report_choices, report_reason
from anxin.faces.pages import message_of
from anxin.faces.speaking import own_post
from anxin.faces.studio.posts import post_of, row_of
from anxin.faces.studio.speakers import chosen_speaker, speaker_facts, speaking
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.content.commands import comments as commands
from anxin.market.content.commands import reactions
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.errors.talk import UnknownComment
from anxin.market.content.queries import comments as queries
from anxin.market.content.queries.own_comments import OwnComment, own_comments
from anxin.market.content.queries.posts import PostFacts, shown_posts
from anxin.market.creators.queries import CreatorFacts
from anxin.ui.parts import Tab

PREFIX = "cmt"
PAGE_SIZE = 30
POSTS_OFFERED = 50
UNANSWERED = "unanswered"
UNPROCESSABLE = 422


@never_cache
@require_GET
@operation("content.create")
@speaking
def comments(request: HttpRequest, speaker: CreatorFacts) -> HttpResponse:
    """List what others said on one's posts; `?post=` on one of them, `?show=unanswered` what has no reply of one's own."""
    return _list(request, speaker)


@require_POST
@operation("content.react")
def reply(request: HttpRequest, comment: str) -> HttpResponse:
    """Answer a comment on one's own post; what could not be said stays in its field."""
    found, post = _own(request, comment)
    text = request.POST.get("text", "")
    try:
        wanted = NewComment(text, request.POST.get("key", ""), found)
        commands.comment(post.id, wanted, person_id=person_of(request), now=now())
    except AnxinError as refused:
        messages.error(request, message_of(refused))
        speaker = chosen_speaker(request)
        return _list(request, speaker, {comment: text}, status=UNPROCESSABLE) if speaker else _back(request)
    messages.success(request, _("Your reply stands below the comment."))
    return _back(request)


@require_POST
@operation("content.create")
def act(request: HttpRequest, comment: str) -> HttpResponse:
    """Put a comment on top of its post, take it down again (`back`), or take it off the post (`hide`)."""
    found, post = _own(request, comment)
    acts: dict[str, tuple[Callable[[], None], str]] = {
        "pin": (lambda: commands.pin_comment(found, creator_id=post.creator_id), _("It stands on top now.")),
        "back": (lambda: commands.unpin_comment(post.id, creator_id=post.creator_id), _("It stands on top no longer.")),
        "hide": (lambda: commands.hide_comment(found, creator_id=post.creator_id), _("It is off your post.")),
    }
    wanted = next((name for name in acts if name in request.POST), "")
    try:
        if wanted:
            acts[wanted][0]()
            messages.success(request, acts[wanted][1])
    except AnxinError as refused:
        messages.error(request, message_of(refused))
    return _back(request)


@require_POST
@operation("content.react")
def report(request: HttpRequest, comment: str) -> HttpResponse:
    """Say that a comment on one's own post breaks the rules."""
    found, post = _own(request, comment)
    try:
        reason = report_reason(request.POST.get("reason", ""))
        reactions.report(post.id, reason, comment_id=found, person_id=person_of(request), now=now())
        messages.success(request, _("Thank you. An operator will look at it."))
    except AnxinError as refused:
        messages.error(request, message_of(refused))
    return _back(request)


def _list(
    request: HttpRequest, speaker: CreatorFacts, kept: dict[str, str] | None = None, *, status: int = 200
) -> HttpResponse:
    """Show the list; `kept` is by comment what was typed and not said."""
    only = own_post(request, post_of(request.GET["post"]))[0] if request.GET.get("post") else None
    show = UNANSWERED if request.GET.get("show") == UNANSWERED else ""
    found = own_comments(
        speaker,
        post_id=only.id if only else None,
        unanswered=show == UNANSWERED,
        cursor=request.GET.get("cursor"),
        limit=PAGE_SIZE,
    )
    chosen = row_of(only)["number"] if only else ""
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        "page": found.page,
        "rows": [_row(each, kept or {}) for each in found.page.items],
        "tabs": [
            Tab(_("All"), _address(chosen, ""), None, show == ""),
            Tab(_("Without a reply of yours"), _address(chosen, UNANSWERED), found.waiting, bool(show)),
        ],
        "posts": [(row["number"], row["title"]) for row in map(row_of, _offered(speaker, only))],
        "only": chosen,
        "show": show,
        "reasons": report_choices(),
        "comment_max": queries.COMMENT_LENGTH_MAX,
    }
    return render(request, "studio/comments.html", facts, status=status)


def _row(each: OwnComment, kept: dict[str, str]) -> dict[str, Any]:
    number = public_id(PREFIX, each.facts.id)
    avatar = each.facts.creator.avatar if each.facts.creator else ""
    return {
        "number": number,
        "each": each,
        "avatar": picture_url(avatar, Size.THUMB),
        "post": row_of(each.post),
        "key": str(new_id()),
        "text": kept.get(number, ""),
        "may_pin": each.facts.thread_id is None,
    }


def _offered(speaker: CreatorFacts, only: PostFacts | None) -> list[PostFacts]:
    found = shown_posts(speaker.id, POSTS_OFFERED)
    return found if only is None or only.id in {each.id for each in found} else [only, *found]


def _own(request: HttpRequest, comment: str) -> tuple[UUID, PostFacts]:
    """Return a comment and the post it stands on. Raises UnknownComment, UnknownPost where that is not one's own."""
    identity = parse_public_id(PREFIX, comment)
    found = queries.comments_by_id([identity]).get(identity)
    if found is None:
        raise UnknownComment
    return identity, own_post(request, found.post_id)[0]


def _address(post: str, show: str) -> str:
    return f"?{urlencode({name: value for name, value in (('post', post), ('show', show)) if value})}"


def _back(request: HttpRequest) -> HttpResponse:
    kept = {name: request.GET[name] for name in ("post", "show", "cursor") if request.GET.get(name)}
    return redirect(f"{reverse('studio_comments')}?{urlencode(kept)}" if kept else reverse("studio_comments"))


urlpatterns = [
    path("comments", comments, name="studio_comments"),
    path("comments/<str:comment>/reply", reply, name="studio_comment_reply"),
    path("comments/<str:comment>/act", act, name="studio_comment_act"),
    path("comments/<str:comment>/report", report, name="studio_comment_report"),
]
