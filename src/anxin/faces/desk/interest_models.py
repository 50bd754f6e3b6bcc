"""Versions of the rank model, and the way back to one."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.desk.interest import console_tabs
from anxin.faces.interest_words import SOUND, size_words
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.market.interest.commands import tuning
from anxin.market.interest.queries import versions
from anxin.market.interest.queries.versions import Soundness
from anxin.market.people.queries import allows, names_of

REASON_MAX = 200


class RollbackForm(forms.Form):
    """Why the model goes back."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=REASON_MAX)


@never_cache
@require_GET
@operation("desk.interest.read")
def models(request: HttpRequest) -> HttpResponse:
    """List the versions of the rank model and what was taken back: two statements."""
    return _page(request)


@require_POST
@operation("desk.interest.change")
def roll_back(request: HttpRequest, position: int) -> HttpResponse:
    """Have the learner take the model back to a version."""
    form = RollbackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say why: the audit log keeps it."))
        return _page(request, status=422)
    try:
        tuning.roll_back(position, form.cleaned_data["reason"], by=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(
            request, _("The learner takes the model back within seconds; servers follow without a restart.")
        )
    return redirect("desk_interest_models")


def _page(request: HttpRequest, status: int = 200) -> HttpResponse:
    found, wishes = versions.models(), versions.rollbacks()
    names = names_of([one.asked_by for one in wishes if one.asked_by])
    may_change = allows(actor_of_request(request), "desk.interest.change")
    facts = {
        "tabs": console_tabs(request),
        "models": found,
        "problem": message_of(found.problem) if found.problem else "",
        "serving_size": size_words(found.serving.size_bytes) if found.serving else "",
        "versions": [
            (one, size_words(one.size_bytes), SOUND[one.soundness], may_change and one.soundness is Soundness.WHOLE)
            for one in found.versions
        ],
        "rollbacks": [(one, names.get(one.asked_by, "") if one.asked_by else "") for one in wishes],
        "form": RollbackForm(),
        "may_change": may_change,
    }
    return render(request, "desk/interest_models.html", facts, status=status)


urlpatterns = [
    path("interest/models", models, name="desk_interest_models"),
    path("interest/models/<int:position>/rollback", roll_back, name="desk_interest_rollback"),
]
