"""The carrier's hand: a page of the sandbox that moves a parcel one step and makes the carrier misbehave."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anxin.faces.access import operation
from anxin.faces.parcel_words import PARCEL_STATES, tracking_steps
from anxin.infra.clock import now
from anxin.infra.config import config
from anxin.kernel.ids import parse_public_id
from anxin.market.shipping import commands, queries
from anxin.market.shipping.commands import Mishap
from anxin.market.shipping.errors import UnknownParcel

PREFIX = "par"
MISHAPS = {
    Mishap.DELAY.value: gettext_lazy("Reports come one step late"),
    Mishap.DUPLICATE.value: gettext_lazy("Every report comes twice"),
    Mishap.REORDER.value: gettext_lazy("Reports come in the wrong order"),
    Mishap.LOSE.value: gettext_lazy("No report comes; the platform has to ask"),
    Mishap.TROUBLE.value: gettext_lazy("The first delivery fails"),
}


class MishapForm(forms.Form):
    """How the carrier shall misbehave."""

    mishaps = forms.MultipleChoiceField(
        label=gettext_lazy("How the carrier misbehaves"),
        required=False,
        choices=list(MISHAPS.items()),
        widget=forms.CheckboxSelectMultiple,
    )


@never_cache
@require_http_methods(["GET", "POST"])
@operation("sandbox.use")
def parcel(request: HttpRequest, parcel: str) -> HttpResponse:
    """Show a parcel in the carrier's hands; on POST move it, or make the carrier misbehave."""
    parcel_id = parse_public_id(PREFIX, parcel)
    if not config().is_sandbox:
        raise UnknownParcel
    found = queries.parcel(parcel_id)
    if request.method == "POST":
        _act(request, parcel_id)
        return redirect("sandbox_parcel", parcel)
    mishaps = [mishap.value for mishap in queries.sandbox_mishaps(parcel_id)]
    facts = {
        "parcel": found,
        "id": parcel,
        "state": PARCEL_STATES[found.state],
        "steps": tracking_steps(found),
        "form": MishapForm(initial={"mishaps": mishaps}),
    }
    return render(request, "storefront/sandbox_parcel.html", facts)


def _act(request: HttpRequest, parcel_id: UUID) -> None:
    if "move" in request.POST:
        commands.announce(parcel_id, now=now())
        told = commands.move_in_sandbox(parcel_id, now=now())
        messages.info(request, _("The carrier sent {count} reports.").format(count=told))
        return
    form = MishapForm(request.POST)
    if form.is_valid():
        commands.plan_mishaps(parcel_id, [Mishap(code) for code in form.cleaned_data["mishaps"]], now=now())
        messages.success(request, _("The carrier knows what to do wrong."))


urlpatterns = [path("sandbox/parcels/<str:parcel>", parcel, name="sandbox_parcel")]
