"""Reported reviews: an operator hides one that breaks the law and says why, lets it stand, or shows it again."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.service_words import HIDE_LAWS, HIDE_REASONS
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.service.commands import moderation
from anxin.market.service.commands.moderation import HideReason, Hiding
from anxin.market.service.queries import reviews as queries
from anxin.market.shops import queries as shops
from anxin.ui.parts import Tab

PREFIX = "rvw"


class VerdictForm(forms.Form):
    """What is decided about a review, and why."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Law that it breaks"),
        required=False,
        choices=[(code.value, words) for code, words in HIDE_REASONS.items()],
    )
    note = forms.CharField(
        label=gettext_lazy("Why (everybody reads this where the review was)"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@require_GET
@operation("desk.reviews")
def reviews(request: HttpRequest) -> HttpResponse:
    """List the reviews that were reported, or those that are hidden."""
    hidden = request.GET.get("show") == "hidden"
    page = queries.moderation_queue(hidden=hidden, cursor=request.GET.get("cursor"))
    known = shops.shops_by_id([each.shop_id for each in page.items])
    facts = {
        "page": page,
        "rows": [
            (
                each,
                public_id(PREFIX, each.id),
                known[each.shop_id],
                [(HIDE_REASONS[said.reason], said) for said in queries.reports_of(each.id)],
                (HIDE_REASONS[each.hidden_reason], HIDE_LAWS[each.hidden_reason]) if each.hidden_reason else None,
            )
            for each in page.items
        ],
        "hidden": hidden,
        "tabs": [
            Tab(_("Reported"), "?", queries.reports_waiting(), not hidden),
            Tab(_("Hidden"), "?show=hidden", None, hidden),
        ],
        "form": VerdictForm(auto_id=False),
    }
    return render(request, "desk/reviews.html", facts)


@require_POST
@operation("desk.reviews")
def decide(request: HttpRequest, review: str) -> HttpResponse:
    """Hide a review, let it stand, or show it again: the button says which."""
    review_id = parse_public_id(PREFIX, review)
    queries.review(review_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: it is read by everybody and kept in the audit log."))
    else:
        try:
            _verb(request)(review_id, form.cleaned_data, person_of(request))
            messages.success(request, _("Decided."))
        except AnxinError as error:
            messages.error(request, message_of(error))
    return redirect(reverse("desk_reviews") + ("?show=hidden" if request.POST.get("verb") == "restore" else ""))


Verb = Callable[[UUID, dict[str, str], UUID], None]


def _verb(request: HttpRequest) -> Verb:
    return {"hide": _hide, "restore": _restore}.get(request.POST.get("verb", ""), _keep)


def _hide(review_id: UUID, facts: dict[str, str], by: UUID) -> None:
    hiding = Hiding(HideReason(facts["reason"] or HideReason.ILLEGAL), facts["note"])
    moderation.hide_review(review_id, hiding, by=by, now=now())


def _restore(review_id: UUID, facts: dict[str, str], by: UUID) -> None:
    moderation.restore_review(review_id, facts["note"], by=by, now=now())


def _keep(review_id: UUID, facts: dict[str, str], by: UUID) -> None:
    moderation.dismiss_reports(review_id, facts["note"], by=by, now=now())


urlpatterns = [
    path("reviews", reviews, name="desk_reviews"),
    path("reviews/<str:review>", decide, name="desk_review_decide"),
]
