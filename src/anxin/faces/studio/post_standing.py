"""What may be changed of a post that passed its review: when it comes out, and which goods are in it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.speaking import own_post
from anxin.faces.studio.post_forms import PostEditor, PostForm, anchors_of, opened, sent_anchors
from anxin.faces.studio.posts import UNPROCESSABLE, post_of, standing
from anxin.faces.studio.showcase import WORDS_LENGTH_MAX, goods_choices, picked_goods
from anxin.faces.studio.speakers import speaker_facts
from anxin.infra.clock import now
from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.market.content.commands import standing as commands
from anxin.market.content.errors.posts import NotStanding, ScheduleWrong


@require_POST
@operation("content.create")
def reschedule(request: HttpRequest, number: str) -> HttpResponse:
    """Let a planned post come out at another moment, or at once. Raises UnknownPost."""
    found, speaker = own_post(request, post_of(number))
    try:
        at = None if "at_once" in request.POST else _moment(request.POST.get("publish_at", ""))
        commands.reschedule_post(found.id, at, creator_id=speaker.id, by=person_of(request), now=now())
        messages.success(request, _("It comes out at the new moment.") if at else _("It is public now."))
    except AnxinError as refused:
        messages.error(request, message_of(refused))
    return redirect("studio_post", number)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("content.create")
def products(request: HttpRequest, number: str) -> HttpResponse:
    """Change which goods are in a public or planned post, and at which moments. Raises UnknownPost."""
    found, speaker = own_post(request, post_of(number))
    editor = PostEditor(found.kind, PostForm(), opened(found.kind, found).anchors)
    if request.method == "POST":
        editor.anchors = sent_anchors(request.POST)
    if request.method == "POST" and "find" not in request.POST:
        try:
            wanted = anchors_of(editor.anchors)
            commands.change_anchors(found.id, wanted, creator_id=speaker.id, by=person_of(request), now=now())
            messages.success(request, _("Saved."))
            return redirect("studio_post", number)
        except NotStanding as moved_on:
            messages.error(request, message_of(moved_on))
            return redirect("studio_post", number)
        except AnxinError as refused:
            editor.faults["products"] = [message_of(refused)]
    words = request.POST.get("goods", "")[:WORDS_LENGTH_MAX]
    facts: dict[str, Any] = {
        **speaker_facts(request, speaker),
        **standing(found),
        "editor": editor,
        "goods_text": words,
        "offered": goods_choices(picked_goods(speaker, words)),
        "only_showcase": True,
    }
    return render(request, "studio/post_products.html", facts, status=UNPROCESSABLE if editor.faults else 200)


def _moment(text: str) -> Instant:
    """Return the moment that was typed, in the reader's time zone. Raises ScheduleWrong."""
    try:
        found = parse_datetime(text)
    except ValueError as nonsense:
        raise ScheduleWrong from nonsense
    if found is None:
        raise ScheduleWrong
    return timezone.make_aware(found) if timezone.is_naive(found) else found


urlpatterns = [
    path("posts/<str:number>/reschedule", reschedule, name="studio_post_reschedule"),
    path("posts/<str:number>/products", products, name="studio_post_products"),
]
