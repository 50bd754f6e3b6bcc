"""A creator's own videos and notes: the list by state, and the steps of a post's life."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.content_words import KINDS, STATES, VISIBILITIES, reject_words
from anxin.faces.language import reads_chinese
from anxin.faces.origin import CONTENT_PREFIXES
from anxin.faces.pages import message_of
from anxin.faces.post_views import caption_parts, mentioned, outside_id
from anxin.faces.speaking import own_post
from anxin.faces.studio.post_forms import opened
from anxin.faces.studio.speakers import speaker_facts, speaking
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.content.commands import posts as commands
from anxin.market.content.commands.posts import Visibility
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.queries import posts as queries
from anxin.market.content.queries.posts import PostFacts, PostKind, PostState
from anxin.market.content.queries.uploads import (
    MediaState,
    UploadFacts,
    unused_uploads,
)
from anxin.market.creators.queries import CreatorFacts
from anxin.ui.parts import Tab

PAGE_SIZE = 24
UNPROCESSABLE = 422
HANDING_IN = "handing-in"  # of the editor's address: show what is missing at its field
PROGRESS_WHOLE = 10_000
HINTS = 8


@require_GET
@operation("content.create")
@speaking
def posts(request: HttpRequest, speaker: CreatorFacts) -> HttpResponse:
    """List the creator's posts by state, the last begun first."""
    state = PostState(request.GET["state"]) if request.GET.get("state") in list(STATES) else None
    page = queries.posts_of(speaker.id, state, cursor=request.GET.get("cursor"), limit=PAGE_SIZE)
    counts = queries.counts_by_id([each.id for each in page.items])
    waiting = [each for each in unused_uploads(person_of(request), creator_id=speaker.id) if not each.is_ready]
    facts = {
        **speaker_facts(request, speaker),
        "page": page,
        "rows": [{**row_of(each), "counts": counts[each.id]} for each in page.items],
        "tabs": _tabs(queries.states_of(speaker.id), state),
        "uploads": waiting,
        "decided": [row_of(each) for each in queries.decisions_unread(speaker.id)],
        "is_filtered": state is not None,
    }
    return render(request, "studio/posts.html", facts)


@require_POST
@operation("content.create")
@speaking
def decisions_read(request: HttpRequest, speaker: CreatorFacts) -> HttpResponse:
    """Note that the creator has seen the decisions which the list showed, and no later ones."""
    commands.note_decisions_read(speaker.id, [post_of(number) for number in request.POST.getlist("post")])
    return redirect("studio_posts")


@require_POST
@operation("content.create")
def step(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    """Hand a post in, take it back, remove it, or choose who sees it."""
    found, _speaker = own_post(request, post_of(number))
    try:
        done = _steps(request)[verb](found)
    except AnxinError as refused:
        at_fields = verb == "submit" and bool(refused.at_field)
        messages.error(request, _("Not handed in yet: see what is marked.") if at_fields else message_of(refused))
        return redirect(reverse("studio_post", args=[number]) + (f"?{HANDING_IN}=1" if at_fields else ""))
    messages.success(request, done)
    return redirect("studio_posts") if verb in ("submit", "remove") else redirect("studio_post", number)


def post_of(number: str) -> UUID:
    """Return the post of an outside id. Raises UnknownPost."""
    prefix = number.partition("_")[0]
    try:
        return parse_public_id(prefix if prefix in CONTENT_PREFIXES else CONTENT_PREFIXES[0], number)
    except AnxinError as error:
        raise UnknownPost from error


def media_note(found: UploadFacts) -> str:
    """Say how an upload stands."""
    percent = found.progress_bps // 100
    words = {
        MediaState.RECEIVING: _("Not whole yet"),
        MediaState.WAITING: _("Waits to be prepared"),
        MediaState.PROCESSING: _("Being prepared: {percent}%").format(percent=percent),
        MediaState.READY: _("Ready. This video has no sound.") if found.silent else _("Ready"),
        MediaState.EXPIRED: _("The upload was given up"),
    }
    return message_of(found.refused) if found.refused else words.get(found.state, "")


def standing(found: PostFacts) -> dict[str, Any]:
    """Return what a page shows of a post that is kept."""
    media, handles = found.media, mentioned([found])
    return {
        "post": found,
        "row": row_of(found),
        "media": media,
        "media_number": public_id("med", media.id) if media else "",
        "media_note": media_note(media) if media else "",
        "video_url": reverse("clip", args=[media.key]) if media and media.is_ready else "",
        "duration_ms": media.duration_ms if media else 0,
        "shown_pictures": [picture_url(key) for key in found.pictures],
        "captions": [caption_parts(text, handles) for text in (found.caption, found.caption_en) if text],
        "goods": opened(found.kind, found).anchors,
        "visibilities": [(each.value, words, each is found.visibility) for each, words in VISIBILITIES.items()],
        "can": dict.fromkeys(found.own_verbs, True),
    }


def row_of(found: PostFacts) -> dict[str, Any]:
    """Return a post as lists and heads of pages show it."""
    chinese = reads_chinese()
    title = found.title if chinese else found.title_en or found.title
    caption = found.caption if chinese else found.caption_en or found.caption
    state, tone = STATES[found.state]
    number = outside_id(found.kind, found.id)
    return {
        "facts": found,
        "number": number,
        "title": title or caption[:40] or _("Without a title"),
        "kind": KINDS[found.kind],
        "is_video": found.kind is PostKind.VIDEO,
        "state": state,
        "tone": tone,
        "cover": picture_url(found.cover, Size.CARD),
        "reasons": [reject_words(reason) for reason in found.reasons],
        "refusal": media_note(found.media) if found.media and found.media.refused else "",
        "visibility": VISIBILITIES[found.visibility],
        "is_closed": found.visibility is not Visibility.PUBLIC,
        "is_public": found.state is PostState.PUBLIC,
        "public_url": reverse("post", args=[number]) if found.state is PostState.PUBLIC else "",
    }


def _tabs(counts: dict[PostState, int], active: PostState | None) -> list[Tab]:
    tabs = [Tab(_("All"), "?", sum(counts.values()), active is None)]
    shown = {state: words for state, (words, _tone) in STATES.items() if counts[state] or state is active}
    return tabs + [Tab(str(words), f"?state={state}", counts[state], state is active) for state, words in shown.items()]


def _steps(request: HttpRequest) -> dict[str, Callable[[PostFacts], str]]:
    def submit(found: PostFacts) -> str:
        commands.submit_post(found.id, creator_id=found.creator_id, now=now())
        return _("Handed in. An operator looks at it; you read here what came of it.")

    def withdraw(found: PostFacts) -> str:
        commands.withdraw_post(found.id, creator_id=found.creator_id, now=now())
        return _("It is a draft again.")

    def remove(found: PostFacts) -> str:
        commands.remove_post(found.id, creator_id=found.creator_id, now=now())
        return _("Removed.")

    def visibility(found: PostFacts) -> str:
        wanted = request.POST.get("visibility", "")
        chosen = Visibility(wanted) if wanted in list(Visibility) else found.visibility
        commands.set_visibility(found.id, chosen, creator_id=found.creator_id, now=now())
        return _("Saved.")

    return {"submit": submit, "withdraw": withdraw, "remove": remove, "visibility": visibility}


urlpatterns = [
    path("posts", posts, name="studio_posts"),
    path("posts/decided", decisions_read, name="studio_decisions_read"),
    *(
        path(f"posts/<str:number>/{verb}", step, {"verb": verb}, name=f"studio_post_{verb}")
        for verb in ("submit", "withdraw", "remove", "visibility")
    ),
]
