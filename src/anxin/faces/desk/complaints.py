"""The queue of complaints: take on, read both sides, answer in time."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.complaint_form import AnswerForm, private_jpeg
from anxin.faces.pages import message_of
from anxin.faces.service_words import COMPLAINT_KINDS, OUTCOMES, complaint_page, complaint_state
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.service.commands import complaints as commands
from anxin.market.service.commands.complaints import Decision, Outcome
from anxin.market.service.queries import complaints as queries
from anxin.market.service.queries.complaints import ComplaintState
from anxin.ui.parts import Tab

PREFIX = "cpl"
CLOSED = {"decided": ComplaintState.DECIDED, "withdrawn": ComplaintState.WITHDRAWN}


class DecisionForm(AnswerForm):
    """What was found, and the answer."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[(outcome.value, words) for outcome, (words, _tone) in OUTCOMES.items()],
        widget=forms.RadioSelect,
    )
    field_order = ("outcome", "answer")

    def decision(self) -> Decision:
        """Return the decision."""
        return Decision(Outcome(self.cleaned_data["outcome"]), self.cleaned_data["answer"])


@require_GET
@operation("desk.complaints")
def complaints(request: HttpRequest) -> HttpResponse:
    """List the open complaints, the oldest first, or closed ones."""
    show = request.GET.get("show", "")
    page = queries.complaint_queue(CLOSED.get(show), cursor=request.GET.get("cursor"))
    moment, counts = now(), queries.counts()
    waiting = counts.get(ComplaintState.FILED, 0) + counts.get(ComplaintState.ACKNOWLEDGED, 0)
    facts = {
        "page": page,
        "rows": [
            (
                each,
                public_id(PREFIX, each.id),
                COMPLAINT_KINDS[each.kind],
                complaint_state(each),
                each.is_overdue(moment),
            )
            for each in page.items
        ],
        "overdue": queries.overdue(now=moment),
        "tabs": [
            Tab(_("In hand"), "?", waiting, show not in CLOSED),
            Tab(_("Answered"), "?show=decided", counts.get(ComplaintState.DECIDED, 0), show == "decided"),
            Tab(_("Withdrawn"), "?show=withdrawn", counts.get(ComplaintState.WITHDRAWN, 0), show == "withdrawn"),
        ],
    }
    return render(request, "desk/complaints.html", facts)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("desk.complaints")
def complaint(request: HttpRequest, complaint: str) -> HttpResponse:
    """Show one complaint with both sides; on POST answer it."""
    found = queries.complaint(parse_public_id(PREFIX, complaint))
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            commands.decide(found.id, form.decision(), by=person_of(request), now=now())
        except AnxinError as error:
            form.add_error(None, message_of(error))
        else:
            messages.success(request, _("Answered. Both sides read it now."))
            return redirect("desk_complaints")
    facts = {
        **complaint_page(found, complaint, queries.steps_of(found.id)),
        "picture_page": "desk_complaint_picture",
        "form": form if found.is_open else None,
    }
    return render(request, "desk/complaint.html", facts, status=422 if form.errors else 200)


@require_POST
@operation("desk.complaints")
def acknowledge(request: HttpRequest, complaint: str) -> HttpResponse:
    """Take a complaint on."""
    complaint_id = parse_public_id(PREFIX, complaint)
    queries.complaint(complaint_id)
    try:
        commands.acknowledge(complaint_id, by=person_of(request), now=now())
        messages.success(request, _("Taken on. The buyer has heard."))
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect("desk_complaint", complaint)


@require_GET
@operation("desk.complaints")
def picture(request: HttpRequest, complaint: str, number: int) -> HttpResponse:  # noqa: ARG001
    """Show a picture of a complaint."""
    return private_jpeg(queries.picture(parse_public_id(PREFIX, complaint), number))


urlpatterns = [
    path("complaints", complaints, name="desk_complaints"),
    path("complaints/<str:complaint>", complaint, name="desk_complaint"),
    path("complaints/<str:complaint>/acknowledgement", acknowledge, name="desk_complaint_acknowledge"),
    path("complaints/<str:complaint>/pictures/<int:number>", picture, name="desk_complaint_picture"),
]
