"""What buyers say of the shop's goods, and the shop's replies."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.review_form import ReportForm
from anxin.faces.service_words import HIDE_REASONS
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.service.commands import reviews as commands
from anxin.market.service.queries import reviews as queries
from anxin.ui.parts import Tab

PREFIX = "rvw"
SHOWN: dict[str, dict[str, bool]] = {
    "": {},
    "low": {"poor": True, "unanswered": True},
    "unanswered": {"unanswered": True},
}


@require_GET
@operation("reviews.reply")
def reviews(request: HttpRequest) -> HttpResponse:
    """List the shop's reviews, newest first: all, poor ones without a reply, all without a reply."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    show = request.GET.get("show", "") if request.GET.get("show", "") in SHOWN else ""
    page = queries.reviews_of_shop(shop_id, **SHOWN[show], cursor=request.GET.get("cursor"))
    low, unanswered = queries.low_waiting(shop_id), queries.unanswered(shop_id)
    facts = {
        "page": page,
        "rows": [(each, public_id(PREFIX, each.id), HIDE_REASONS.get(each.hidden_reason)) for each in page.items],  # type: ignore[arg-type]
        "rating": queries.rating_of_shop(shop_id),
        "low": low,
        "unanswered": unanswered,
        "tabs": [
            Tab(_("All"), "?", None, show == ""),
            Tab(_("One or two stars, no reply"), "?show=low", low, show == "low"),
            Tab(_("No reply yet"), "?show=unanswered", unanswered, show == "unanswered"),
        ],
        "show": show,
        "reply_max": queries.REPLY_LENGTH_MAX,
        "report": ReportForm(auto_id=False),
    }
    return render(request, "studio/reviews.html", facts)


@require_POST
@operation("reviews.reply")
def reply(request: HttpRequest, review: str) -> HttpResponse:
    """Reply to a review, or change the reply within the hour."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    review_id = parse_public_id(PREFIX, review)
    queries.review(review_id, shop_id=shop_id)
    try:
        commands.reply(review_id, request.POST.get("text", ""), shop_id=shop_id, by=person_of(request), now=now())
        messages.success(request, _("Your reply is shown under the review."))
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect(_back(request))


@require_POST
@operation("reviews.reply")
def report(request: HttpRequest, review: str) -> HttpResponse:
    """Ask the platform to look at a review of the shop's goods."""
    found = queries.review(parse_public_id(PREFIX, review), shop_id=request.shop_id)  # type: ignore[attr-defined]
    form = ReportForm(request.POST)
    try:
        if form.is_valid():
            note, person_id = form.cleaned_data["note"], person_of(request)
            commands.report_review(found.id, form.because(), note, person_id=person_id, now=now())
            messages.success(request, _("Thank you. An operator will look at it."))
        else:
            messages.error(request, _("Choose what is unlawful about the review."))
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    show = request.POST.get("show", "")
    return f"{reverse('studio_reviews')}?show={show}" if show in SHOWN and show else reverse("studio_reviews")


urlpatterns = [
    path("reviews", reviews, name="studio_reviews"),
    path("reviews/<str:review>/reply", reply, name="studio_review_reply"),
    path("reviews/<str:review>/report", report, name="studio_review_report"),
]
