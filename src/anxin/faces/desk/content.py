"""The review queue of videos and notes, what was reported, what was hidden; and reported comments."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.content_words import KINDS, REJECT_REASONS, REPORT_REASONS, STATES, reject_words
from anxin.faces.language import reads_chinese
from anxin.faces.pages import message_of
from anxin.faces.post_views import caption_parts, creator_view, mentioned, outside_id
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url
from anxin.infra.operations import slow_tasks_waiting
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.kernel.states import IllegalStep
from anxin.market.catalog.queries import cards
from anxin.market.content.commands import reviews
from anxin.market.content.commands.reviews import RejectReason, Verdict
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.queries import comments, posts
from anxin.market.content.queries.comments import ReportReason
from anxin.market.content.queries.posts import PostFacts, PostState
from anxin.market.creators.queries import CreatorFacts, creators_by_id
from anxin.ui.parts import Tab

PAGE_SIZE = 30
TABS: dict[str, PostState] = {"": PostState.IN_REVIEW, "rejected": PostState.REJECTED, "hidden": PostState.HIDDEN}
ANY_PREFIX = ("vid", "nte")


class Decision(forms.Form):
    """Why a post is not shown, and a note for its creator."""

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Reasons"),
        required=False,
        choices=[(reason.value, words) for reason, words in REJECT_REASONS.items() if reason is not RejectReason.MEDIA],
        widget=forms.CheckboxSelectMultiple(attrs={"data-key": "r"}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the creator"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def verdict(self) -> Verdict:
        """Return what was decided."""
        return Verdict([RejectReason(each) for each in self.cleaned_data["reasons"]], self.cleaned_data["note"])


@require_GET
@operation("desk.content")
def queue(request: HttpRequest) -> HttpResponse:
    """List posts that wait for a review (oldest first), were reported, refused or hidden; or reported comments."""
    show, cursor = request.GET.get("show", ""), request.GET.get("cursor")
    waiting, reported = posts.waiting_counts()
    tabs = [
        Tab(_("Waiting"), "?", waiting, show == ""),
        Tab(_("Reported"), "?show=reported", reported, show == "reported"),
        Tab(_("Reported comments"), "?show=comments", None, show == "comments"),
        Tab(_("Rejected"), "?show=rejected", None, show == "rejected"),
        Tab(_("Hidden"), "?show=hidden", None, show == "hidden"),
    ]
    facts: dict[str, Any] = {"tabs": tabs, "preparing": slow_tasks_waiting()}
    if show == "comments":
        said = comments.reported_comments(cursor=cursor, limit=PAGE_SIZE)
        why = comments.reasons_of([each.id for each in said.items])
        rows = [(each, public_id("cmt", each.id), _report_words(why.get(each.id, ()))) for each in said.items]
        return render(request, "desk/content_comments.html", {**facts, "page": said, "rows": rows})
    if show == "reported":
        page = posts.reported_posts(cursor=cursor, limit=PAGE_SIZE)
    else:
        page = posts.review_queue(TABS.get(show, PostState.IN_REVIEW), cursor=cursor, limit=PAGE_SIZE)
    speakers = creators_by_id([each.creator_id for each in page.items])
    rows_of = [_row(each, speakers.get(each.creator_id)) for each in page.items]
    return render(request, "desk/content.html", {**facts, "page": page, "rows": rows_of, "is_queue": show == ""})


@require_http_methods(["GET", "POST"])
@operation("desk.content")
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Show one post with everything in it, and decide it. Raises UnknownPost."""
    found = posts.post(_post_id(number))
    form = Decision(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _decide(request, found, form)
        except IllegalStep:
            form.add_error(None, _("Somebody decided about it meanwhile: this is how it stands now."))
        except AnxinError as error:
            form.add_error(None, message_of(error))
        else:
            messages.success(request, _("Decided."))
            return _onward(found, by=person_of(request))
    speaker = creators_by_id([found.creator_id]).get(found.creator_id)
    handles = mentioned([found])
    goods = {card.id: card for card in cards([each.product_id for each in found.anchors])}
    facts = {
        "row": _row(found, speaker),
        "post": found,
        "onward": _next(found, by=person_of(request)),
        "before": _next(found, by=person_of(request), back=True),
        "waiting": posts.waiting_counts()[0] if found.state is PostState.IN_REVIEW else 0,
        "creator": creator_view(speaker) if speaker else None,
        "captions": [caption_parts(text, handles) for text in (found.caption, found.caption_en) if text],
        "pictures": [picture_url(key) for key in found.pictures],
        "video_url": reverse("clip", args=[found.media.key]) if found.media and found.media.is_ready else "",
        "poster": picture_url(found.cover),
        "goods": [
            (each.at_ms // 1000, goods[each.product_id], public_id("prd", each.product_id))
            for each in found.anchors
            if each.product_id in goods
        ],
        "reports": [(_report_words([each.reason]), each.note, each.reported_at) for each in posts.reports_of(found.id)],
        "reasons": [reject_words(reason) for reason in found.reasons],
        "form": form,
    }
    return render(request, "desk/content_review.html", facts, status=422 if form.errors else 200)


@require_POST
@operation("desk.content")
def comment(request: HttpRequest, number: str) -> HttpResponse:
    """Hide a reported comment, or let it stand."""
    hide = "hide" in request.POST
    try:
        reviews.decide_comment(parse_public_id("cmt", number), hide=hide, by=person_of(request), now=now())
        messages.success(request, _("Decided."))
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect(f"{reverse('desk_content')}?show=comments")


def _decide(request: HttpRequest, found: PostFacts, form: Decision) -> None:
    by = person_of(request)
    acts: dict[str, Callable[[], object]] = {
        "approve": lambda: reviews.approve_post(found.id, by=by, now=now()),
        "reject": lambda: reviews.reject_post(found.id, form.verdict(), by=by, now=now()),
        "hide": lambda: reviews.hide_post(found.id, form.verdict(), by=by, now=now()),
        "restore": lambda: reviews.restore_post(found.id, by=by, now=now()),
        "keep": lambda: reviews.dismiss_reports(found.id, by=by, now=now()),
    }
    wanted = next((name for name in acts if name in request.POST), "")
    if wanted:
        acts[wanted]()


def _next(found: PostFacts, *, by: UUID, back: bool = False) -> str:
    """Return the address of what is decided after this post, or `back` before it; empty where nothing is left."""
    if found.state is PostState.IN_REVIEW:
        onward = posts.next_to_decide(found, by=by, back=back)
    elif found.reported_at is not None:
        onward = posts.next_reported(found, by=by, back=back)
    else:
        return ""
    return reverse("desk_content_review", args=[outside_id(onward.kind, onward.id)]) if onward else ""


def _onward(found: PostFacts, *, by: UUID) -> HttpResponse:
    """Go to the next post of the list that this one was in (`found` is as it was before), else back to that list."""
    was_reported = found.state is not PostState.IN_REVIEW and found.reported_at is not None
    return redirect(_next(found, by=by) or reverse("desk_content") + ("?show=reported" if was_reported else ""))


def _row(found: PostFacts, speaker: CreatorFacts | None) -> dict[str, Any]:
    chinese = reads_chinese()
    title = found.title if chinese else found.title_en or found.title
    caption = found.caption if chinese else found.caption_en or found.caption
    state, tone = STATES[found.state]
    return {
        "number": outside_id(found.kind, found.id),
        "facts": found,
        "title": title or caption[:40],
        "kind": KINDS[found.kind],
        "state": state,
        "tone": tone,
        "cover": picture_url(found.cover, Size.THUMB),
        "creator": (speaker.name if chinese else speaker.name_en or speaker.name) if speaker else "–",
    }


def _report_words(reasons: Any) -> str:
    known = [str(REPORT_REASONS[ReportReason(each)]) for each in reasons if each in list(ReportReason)]
    return " · ".join(dict.fromkeys(known))


def _post_id(number: str) -> UUID:
    prefix = number.partition("_")[0]
    try:
        return parse_public_id(prefix if prefix in ANY_PREFIX else ANY_PREFIX[0], number)
    except AnxinError as error:
        raise UnknownPost from error


urlpatterns = [
    path("content", queue, name="desk_content"),
    path("content/<str:number>", review, name="desk_content_review"),
    path("content/comments/<str:number>", comment, name="desk_comment"),
]
