"""The editor of a video or note: it is saved by hand and by itself, looked at as others will see it, and handed in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.post_views import creator_view, outside_id
from anxin.faces.speaking import own_post, speaker_of
from anxin.faces.status import status_of
from anxin.faces.studio import post_forms as editors
from anxin.faces.studio.post_forms import PostEditor
from anxin.faces.studio.posts import HANDING_IN, UNPROCESSABLE, media_note, post_of, standing, step
from anxin.faces.studio.showcase import WORDS_LENGTH_MAX, goods_choices, offered_goods
from anxin.faces.studio.speakers import speaker_facts, speaking
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.market.content.commands import posts as commands
from anxin.market.content.commands import uploads
from anxin.market.content.commands.uploads import NewUpload
from anxin.market.content.errors.posts import DraftChanged, UnknownPost
from anxin.market.content.errors.uploads import UnknownUpload
from anxin.market.content.queries import posts as queries
from anxin.market.content.queries.lacking import lacking
from anxin.market.content.queries.posts import PICTURES_MAX, PostFacts, PostKind, SegmentKind, segments, topics_like
from anxin.market.content.queries.uploads import BYTES_MAX, CHUNK_BYTES_MAX, unused_uploads, upload
from anxin.market.creators.errors import UnknownCreator
from anxin.market.creators.queries import CreatorFacts, creators_by_handle, search_creators

PROGRESS_WHOLE = 10_000
HINTS = 8
NEW_LIFE_SECONDS = 7 * 86_400  # of a page with a new post on it
SALT = "studio.new_post"


@never_cache
@require_http_methods(["GET", "POST"])
@operation("content.create")
@speaking
def new_post(request: HttpRequest, speaker: CreatorFacts, kind: str) -> HttpResponse:
    """Write a new video or note; what was begun from this very page already is gone on with."""
    return _edit(request, speaker, PostKind(kind), _begun(request, speaker))


@never_cache
@require_http_methods(["GET", "POST"])
@operation("content.create")
def post(request: HttpRequest, number: str) -> HttpResponse:
    """Change a draft or a post that was refused; show any other as it stands. Raises UnknownPost."""
    found, speaker = own_post(request, post_of(number))
    if "edit" in found.own_verbs:
        return _edit(request, speaker, found.kind, found)
    if "autosave" in request.POST:
        return JsonResponse({"words": _("It was handed in meanwhile."), "conflict": True}, status=409)
    return render(request, "studio/post_stands.html", {**speaker_facts(request, speaker), **standing(found)})


@never_cache
@require_GET
@operation("content.create")
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """Show a post as others will see it, and what they will not see. Raises UnknownPost."""
    found, speaker = own_post(request, post_of(number))
    named = {
        each.value: each.text
        for text in (found.caption, found.caption_en)
        for each in segments(text)
        if each.kind is SegmentKind.MENTION
    }
    known = creators_by_handle(list(named))
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        **standing(found),
        "nobody": [text for handle, text in named.items() if handle not in known],
        "full_cover": picture_url(found.cover),
    }
    return render(request, "studio/post_preview.html", facts)


@never_cache
@require_GET
@operation("content.create")
def progress(request: HttpRequest, number: str) -> JsonResponse:
    """Say how far an upload of the creator is prepared, whoever sent it. Raises UnknownUpload."""
    found = upload(parse_public_id("med", number))
    try:
        speaker_of(request, found.creator_id)
    except UnknownCreator as stranger:
        raise UnknownUpload from stranger
    done = PROGRESS_WHOLE if found.is_over else found.progress_bps
    facts = {"done": done, "total": PROGRESS_WHOLE, "note": media_note(found), "finished": found.is_over, "url": ""}
    return JsonResponse(facts)


@require_GET
@operation("content.create")
def hints(request: HttpRequest) -> JsonResponse:
    """Answer with topics behind `#…` or creators behind `@…` that go on as was typed."""
    text = request.GET.get("q", "")[:WORDS_LENGTH_MAX]
    if text.startswith("@"):
        found = search_creators(text[1:], limit=HINTS)
        return JsonResponse({"hints": [[f"@{each.handle}", creator_view(each).name] for each in found]})
    named = topics_like(text.removeprefix("#"), limit=HINTS)
    return JsonResponse({"hints": [[f"#{topic}", str(number)] for topic, number in named]})


def _edit(request: HttpRequest, speaker: CreatorFacts, kind: PostKind, found: PostFacts | None) -> HttpResponse:
    if request.method != "POST":
        return _show(request, speaker, _opened(request, kind, found), found)
    editor = editors.posted(kind, request, found.media.id if found and found.media else None)
    if "find" in request.POST:
        return _show(request, speaker, editor, found)
    if editor.form.errors or editor.faults:
        return _show(request, speaker, editor, found, status=UNPROCESSABLE)
    try:
        saved = _save(request, speaker, editor, found)
    except AnxinError as refused:
        editors.refuse(editor, refused, message_of(refused))
        is_conflict = isinstance(refused, DraftChanged)
        return _show(request, speaker, editor, found, status=status_of(refused).value if is_conflict else UNPROCESSABLE)
    return _after(request, kind, saved)


def _opened(request: HttpRequest, kind: PostKind, found: PostFacts | None) -> PostEditor:
    """Return the editor, with what is missing at its fields where somebody has just tried to hand the post in."""
    editor = editors.opened(kind, found)
    for lack in lacking(found.id) if found and HANDING_IN in request.GET else ():
        editors.refuse(editor, lack, message_of(lack))
    return editor


def _after(request: HttpRequest, kind: PostKind, saved: UUID) -> HttpResponse:
    """Go on as the button says: hand it in, look at it, or write on."""
    number = outside_id(kind, saved)
    if "autosave" in request.POST:
        words = _("Saved at {time}").format(time=f"{timezone.localtime(now()):%H:%M:%S}")
        version = queries.post(saved).version
        return JsonResponse({"words": words, "version": version, "url": reverse("studio_post", args=[number])})
    if "submit" in request.POST:
        return step(request, number, "submit")
    if "preview" in request.POST:
        return redirect("studio_post_preview", number)
    messages.success(request, _("Saved."))
    return redirect("studio_post", number)


def _save(request: HttpRequest, speaker: CreatorFacts, editor: PostEditor, found: PostFacts | None) -> UUID:
    """Write the draft; a file that a plain form sent is taken whole first, and stays when the draft is refused."""
    file = request.FILES.get("video") if editor.is_video else None
    if file is not None:
        sent = NewUpload(speaker.id, file.name or "", file.size or 0)
        parts = file.chunks(CHUNK_BYTES_MAX)
        editor.media_id = uploads.receive_file(sent, parts, person_id=person_of(request), now=now())
    if found is None:
        wanted = _wanted_id(request)
        return commands.create_post(speaker, editor.draft(), by=person_of(request), now=now(), post_id=wanted)
    version = editors.sent_version(request.POST)
    commands.edit_post(found.id, editor.draft(), creator_id=speaker.id, now=now(), version=version)
    return found.id


def _show(
    request: HttpRequest, speaker: CreatorFacts, editor: PostEditor, found: PostFacts | None, *, status: int = 200
) -> HttpResponse:
    if "autosave" in request.POST:
        return _not_saved(editor, found, status)
    wanted = request.POST.get("goods", "")[:WORDS_LENGTH_MAX]
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        **editors.form_facts(editor),
        "editor": editor,
        "pictures": [(place, key, picture_url(key, Size.CARD)) for place, key in enumerate(editor.pictures, start=1)],
        "pictures_max": PICTURES_MAX,
        "goods_text": wanted,
        "offered": goods_choices(offered_goods(speaker, wanted)),
        "bytes_max": BYTES_MAX,
        "creator_number": public_id("crt", speaker.id),
        "new_mark": "" if found else request.POST.get("new") or signing.dumps(str(new_id()), salt=SALT),
        "version": found.version if found else "",
        **(standing(found) if found else {}),
    }
    if editor.is_video:
        mine = unused_uploads(person_of(request), creator_id=speaker.id)
        facts["unused"] = [(public_id("med", each.id), each, media_note(each)) for each in mine]
        facts["kept_upload"] = next((public_id("med", each.id) for each in mine if each.id == editor.media_id), "")
        facts["covers"] = _covers(editor, found)
    return render(request, "studio/post.html", facts, status=status)


def _not_saved(editor: PostEditor, found: PostFacts | None, status: int) -> JsonResponse:
    """Say why a draft did not save itself."""
    faults = [str(fault) for faults in editor.form.errors.values() for fault in faults]
    faults += [fault for words in editor.faults.values() for fault in words]
    url = reverse("studio_post", args=[outside_id(found.kind, found.id)]) if found else ""
    facts = {"words": " ".join(faults), "conflict": status == status_of(DraftChanged()).value, "url": url}
    return JsonResponse(facts, status=status if faults else 200)


def _covers(editor: PostEditor, found: PostFacts | None) -> list[tuple[str, str, bool]]:
    """Return the pictures that a cover is chosen among: value, address, whether it is chosen; the sharpest frame first."""
    media = found.media if found and found.media and found.media.id == editor.media_id else None
    frames = [each for each in media.covers if each != media.poster] if media else []
    first = [("", picture_url(media.poster, Size.CARD), not editor.cover)] if media and media.poster else []
    own = [editor.cover] if editor.cover and editor.cover not in frames else []
    return first + [(key, picture_url(key, Size.CARD), key == editor.cover) for key in (*frames, *own)]


def _wanted_id(request: HttpRequest) -> UUID | None:
    """Return the id that the page gave a new post, None for a form without one; it cannot be made up."""
    try:
        return UUID(signing.loads(request.POST.get("new", ""), salt=SALT, max_age=NEW_LIFE_SECONDS))
    except signing.BadSignature:
        return None


def _begun(request: HttpRequest, speaker: CreatorFacts) -> PostFacts | None:
    """Return the draft that this page has begun, if it was saved already."""
    wanted = _wanted_id(request) if request.method == "POST" else None
    try:
        found = queries.post(wanted, creator_id=speaker.id) if wanted else None
    except UnknownPost:
        return None
    return found if found and "edit" in found.own_verbs else None


urlpatterns = [
    path("posts/hints", hints, name="studio_hints"),
    path("posts/new/video", new_post, {"kind": "video"}, name="studio_video_new"),
    path("posts/new/note", new_post, {"kind": "note"}, name="studio_note_new"),
    path("posts/uploads/<str:number>", progress, name="studio_upload"),
    path("posts/<str:number>", post, name="studio_post"),
    path("posts/<str:number>/preview", preview, name="studio_post_preview"),
]
