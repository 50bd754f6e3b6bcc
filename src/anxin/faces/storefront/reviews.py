"""Reviews: all of a product, and the forms in which buyers write them."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import LineView, order_view
from anxin.faces.pages import message_of
from anxin.faces.review_form import ReportForm, ReviewForm, WordsForm, initial_of
from anxin.faces.service_words import FILTERS, HIDE_LAWS, HIDE_REASONS
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.errors import ProductNotFound
from anxin.market.orders import queries as orders
from anxin.market.service.commands import reviews as commands
from anxin.market.service.errors.reviews import NothingToReview
from anxin.market.service.queries import reviews as queries
from anxin.market.service.queries.reviews import Filter, LineVoice, RatingFacts, ReviewFacts
from anxin.ui.parts import Tab

PREFIX = "rvw"
PAGE_SIZE = 10


@require_GET
@operation("market.browse")
def reviews(request: HttpRequest, product_id: str) -> HttpResponse:
    """Show what buyers say of a product, narrowed by a tab or a count of stars."""
    found = catalog.product_page(parse_public_id("prd", product_id), now=now())
    if not found.is_shown:
        raise ProductNotFound
    wanted, stars = _wanted(request)
    page = queries.reviews_of_product(found.id, wanted, stars=stars, cursor=request.GET.get("cursor"), limit=PAGE_SIZE)
    rating = queries.rating_of(found.id)
    person_id = actor_of_request(request).person_id
    facts = {
        "product": found,
        "content": found.content,
        "public_id": product_id,
        "rating": rating,
        "bars": rating.stars,
        "tabs": _tabs(rating, wanted, stars),
        "stars": stars,
        "page": page,
        "rows": [_row(each) for each in page.items],
        "voted": queries.voted(person_id, [each.id for each in page.items]) if person_id else frozenset(),
        "me": person_id,
        "report": ReportForm(auto_id=False),
    }
    return render(request, "storefront/reviews.html", facts)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("reviews.write")
def write(request: HttpRequest, order: str, line: str) -> HttpResponse:
    """Show the form for one order line; on POST publish the review, or change it within a day."""
    shown, voice = _line(request, order, line)
    if not (voice.may_write or voice.may_edit):
        messages.error(request, _("This item cannot be reviewed now."))
        return redirect("order", order)
    known = voice.review
    form = ReviewForm(request.POST or None, request.FILES or None, initial=initial_of(known) if known else None)
    if request.method == "POST" and form.is_valid() and _saved(form, lambda: _write(request, form, shown, known)):
        messages.success(request, _("Thank you for your review."))
        return redirect("order", order)
    return _form_page(request, "storefront/review_write.html", form, shown, order, known)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("reviews.write")
def add(request: HttpRequest, order: str, line: str) -> HttpResponse:
    """Show the form for a follow-up; on POST publish it."""
    shown, voice = _line(request, order, line)
    if voice.review is None or not voice.may_add:
        messages.error(request, _("Nothing can be added to this review now."))
        return redirect("order", order)
    known = voice.review
    form = WordsForm(request.POST or None, request.FILES or None)

    def save() -> None:
        commands.add_to_review(known.id, form.words(), person_id=person_of(request), now=now())

    if request.method == "POST" and form.is_valid() and _saved(form, save):
        messages.success(request, _("Added to your review."))
        return redirect("order", order)
    return _form_page(request, "storefront/review_add.html", form, shown, order, known)


@require_POST
@operation("reviews.write")
def vote(request: HttpRequest, review: str) -> HttpResponse:
    """Say that a review helped, or take that back."""
    found = queries.public_review(parse_public_id(PREFIX, review))
    try:
        if "back" in request.POST:
            commands.take_vote_back(found.id, person_id=person_of(request))
        else:
            commands.vote_helpful(found.id, person_id=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect(_back_to(found))


@require_POST
@operation("reviews.write")
def report(request: HttpRequest, review: str) -> HttpResponse:
    """Ask the operators to look at a review."""
    found = queries.public_review(parse_public_id(PREFIX, review))
    form = ReportForm(request.POST)
    try:
        if not form.is_valid():
            messages.error(request, _("Choose what is unlawful about the review."))
        else:
            note, person_id = form.cleaned_data["note"], person_of(request)
            commands.report_review(found.id, form.because(), note, person_id=person_id, now=now())
            messages.success(request, _("Thank you. An operator will look at it."))
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect(_back_to(found))


def _wanted(request: HttpRequest) -> tuple[Filter, int | None]:
    named, stars = request.GET.get("show", ""), request.GET.get("stars", "")
    wanted = Filter(named) if named in list(Filter) else Filter.ALL
    return wanted, int(stars) if stars in {"1", "2", "3", "4", "5"} else None


def _tabs(rating: RatingFacts, wanted: Filter, stars: int | None) -> list[Tab]:
    return [
        Tab(str(words), f"?show={each}" if each else "?", rating.count_of(each), each is wanted and stars is None)
        for each, words in FILTERS.items()
    ]


def _row(review: ReviewFacts) -> tuple[ReviewFacts, str, str, str]:
    """Return a review with its public id and, where it is hidden, why and by which law."""
    reason = review.hidden_reason
    why = (str(HIDE_REASONS[reason]), str(HIDE_LAWS[reason])) if reason else ("", "")
    return (review, public_id(PREFIX, review.id), *why)


def _line(request: HttpRequest, order: str, line: str) -> tuple[LineView, LineVoice]:
    """Return an own order line and what may be said of it. Raises UnknownOrder, NothingToReview."""
    found = orders.order(parse_public_id("ord", order), person_id=person_of(request))
    line_id = parse_public_id("lin", line)
    view = next(
        (each for each in order_view(found, english=not reads_chinese()).lines if each.facts.id == line_id), None
    )
    if view is None:
        raise NothingToReview
    return view, queries.voices_of_order(found, now=now())[line_id]


def _write(request: HttpRequest, form: ReviewForm, shown: LineView, known: ReviewFacts | None) -> None:
    person_id = person_of(request)
    if known is None:
        commands.write_review(shown.facts.order_id, shown.facts.id, form.review(), person_id=person_id, now=now())
        return
    kept = [key for key in known.pictures if key not in request.POST.getlist("drop")]
    commands.edit_review(known.id, form.review(kept), person_id=person_id, now=now())


def _saved(form: WordsForm, save: Callable[[], None]) -> bool:
    try:
        save()
    except AnxinError as error:
        form.add_error("pictures" if error.code.startswith("uploads.") else None, message_of(error))
        return False
    return True


def _form_page(
    request: HttpRequest, template: str, form: WordsForm, shown: LineView, order: str, known: ReviewFacts | None
) -> HttpResponse:
    facts = {"form": form, "line": shown, "order": order, "known": known}
    return render(request, template, facts, status=422 if form.errors else 200)


def _back_to(found: ReviewFacts) -> str:
    return f"{reverse('reviews', args=[public_id('prd', found.product_id)])}#{public_id(PREFIX, found.id)}"


urlpatterns = [
    path("product/<str:product_id>/reviews", reviews, name="reviews"),
    path("orders/<str:order>/lines/<str:line>/review", write, name="review_write"),
    path("orders/<str:order>/lines/<str:line>/review/more", add, name="review_add"),
    path("reviews/<str:review>/vote", vote, name="review_vote"),
    path("reviews/<str:review>/report", report, name="review_report"),
]
