"""Complaints to the platform: file one, follow it, take it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.complaint_form import ComplaintForm, private_jpeg
from anxin.faces.pages import message_of
from anxin.faces.service_words import COMPLAINT_KINDS, complaint_page, complaint_state
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.orders import queries as orders
from anxin.market.service.commands import complaints as commands
from anxin.market.service.commands.complaints import Subject
from anxin.market.service.errors.complaints import NothingToComplainAbout
from anxin.market.service.queries import complaints as queries
from anxin.market.service.queries import reviews
from anxin.market.shops import queries as shops
from anxin.market.shops.queries import ShopFacts

PREFIX = "cpl"


@require_GET
@operation("complaints.file")
def complaints(request: HttpRequest) -> HttpResponse:
    """List one's complaints, newest first."""
    page = queries.complaints_of(person_of(request), cursor=request.GET.get("cursor"))
    rows = [
        (each, public_id(PREFIX, each.id), COMPLAINT_KINDS[each.kind], complaint_state(each)) for each in page.items
    ]
    return render(request, "storefront/complaints.html", {"page": page, "rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@operation("complaints.file")
def new(request: HttpRequest) -> HttpResponse:
    """Show the form for what the address names (an order, a shop or a review); on POST file the complaint."""
    subject, shop = _subject(request)
    form = ComplaintForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            filed = commands.file_complaint(form.complaint(subject), person_id=person_of(request), now=now())
        except AnxinError as error:
            form.add_error("pictures" if error.code.startswith("uploads.") else None, message_of(error))
        else:
            messages.success(request, _("We have your complaint and answer within five working days."))
            return redirect("complaint", public_id(PREFIX, filed))
    facts = {"form": form, "shop": shop, "subject": subject}
    return render(request, "storefront/complaint_new.html", facts, status=422 if form.errors else 200)


@require_GET
@operation("complaints.file")
def complaint(request: HttpRequest, complaint: str) -> HttpResponse:
    """Show one complaint of one's own with what happened to it."""
    found = queries.complaint(parse_public_id(PREFIX, complaint), person_id=person_of(request))
    facts = {
        **complaint_page(found, complaint, queries.steps_of(found.id)),
        "picture_page": "complaint_picture",
    }
    return render(request, "storefront/complaint.html", facts)


@require_POST
@operation("complaints.file")
def withdraw(request: HttpRequest, complaint: str) -> HttpResponse:
    """Take a complaint back."""
    try:
        commands.withdraw(parse_public_id(PREFIX, complaint), person_id=person_of(request), now=now())
        messages.success(request, _("The complaint was withdrawn."))
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect("complaint", complaint)


@require_GET
@operation("complaints.file")
def picture(request: HttpRequest, complaint: str, number: int) -> HttpResponse:
    """Show a picture of one's own complaint."""
    complaint_id = parse_public_id(PREFIX, complaint)
    return private_jpeg(queries.picture(complaint_id, number, person_id=person_of(request)))


def _subject(request: HttpRequest) -> tuple[Subject, ShopFacts]:
    """Return what the address names, and its shop. Raises NothingToComplainAbout and UnknownOrder for another's."""
    given = request.GET
    if given.get("order"):
        order = orders.order(parse_public_id("ord", given["order"]), person_id=person_of(request))
        return Subject(order_id=order.id), shops.shop(order.shop_id)
    if given.get("review"):
        review = reviews.public_review(parse_public_id("rvw", given["review"]))
        return Subject(review_id=review.id), shops.shop(review.shop_id)
    if given.get("shop"):
        shop = shops.shop_by_slug(given["shop"])
        return Subject(shop_id=shop.id), shop
    raise NothingToComplainAbout


urlpatterns = [
    path("complaints", complaints, name="complaints"),
    path("complaints/new", new, name="complaint_new"),
    path("complaints/<str:complaint>", complaint, name="complaint"),
    path("complaints/<str:complaint>/withdrawal", withdraw, name="complaint_withdraw"),
    path("complaints/<str:complaint>/pictures/<int:number>", picture, name="complaint_picture"),
]
