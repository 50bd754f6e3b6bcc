"""Complaints about the shop, and its side of them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from anxin.faces.access import operation
from anxin.faces.complaint_form import AnswerForm, private_jpeg
from anxin.faces.pages import message_of
from anxin.faces.service_words import COMPLAINT_KINDS, complaint_page, complaint_state
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.service.commands import complaints as commands
from anxin.market.service.queries import complaints as queries
from anxin.ui.parts import Tab

PREFIX = "cpl"


@require_GET
@operation("complaints.answer")
def complaints(request: HttpRequest) -> HttpResponse:
    """List the complaints about the shop, newest first, or those it may still answer."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    waiting = request.GET.get("show") == "waiting"
    page = queries.complaints_of_shop(shop_id, to_answer=waiting, cursor=request.GET.get("cursor"))
    facts = {
        "page": page,
        "rows": [
            (each, public_id(PREFIX, each.id), COMPLAINT_KINDS[each.kind], complaint_state(each)) for each in page.items
        ],
        "tabs": [
            Tab(_("All"), "?", None, not waiting),
            Tab(_("Your side is asked for"), "?show=waiting", queries.to_answer(shop_id), waiting),
        ],
    }
    return render(request, "studio/complaints.html", facts)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("complaints.answer")
def complaint(request: HttpRequest, complaint: str) -> HttpResponse:
    """Show one complaint about the shop; on POST say the shop's side."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    found = queries.complaint(parse_public_id(PREFIX, complaint), shop_id=shop_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.answer_as_merchant(found.id, form.cleaned_data["answer"], shop_id=shop_id, now=now())
        except AnxinError as error:
            form.add_error(None, message_of(error))
        else:
            messages.success(request, _("The platform and the buyer read your side now."))
            return redirect("studio_complaint", complaint)
    facts = {
        **complaint_page(found, complaint, queries.steps_of(found.id)),
        "picture_page": "studio_complaint_picture",
        "form": form if found.merchant_may_answer else None,
    }
    return render(request, "studio/complaint.html", facts, status=422 if form.errors else 200)


@require_GET
@operation("complaints.answer")
def picture(request: HttpRequest, complaint: str, number: int) -> HttpResponse:
    """Show a picture of a complaint about the shop."""
    complaint_id = parse_public_id(PREFIX, complaint)
    return private_jpeg(queries.picture(complaint_id, number, shop_id=request.shop_id))  # type: ignore[attr-defined]


urlpatterns = [
    path("complaints", complaints, name="studio_complaints"),
    path("complaints/<str:complaint>", complaint, name="studio_complaint"),
    path("complaints/<str:complaint>/pictures/<int:number>", picture, name="studio_complaint_picture"),
]
