"""Reconciliation for finance: compare a day with the provider's statement, explain what differs."""

from datetime import date, timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.clock import shanghai_day
from anxin.kernel.errors import AnxinError
from anxin.market.payments import commands, queries
from anxin.ui.parts import Tab

ROWS = 50
KINDS = {
    "missing_here": gettext_lazy("Only the provider has it"),
    "missing_there": gettext_lazy("Only our ledger has it"),
    "amount": gettext_lazy("The amounts differ"),
    "currency": gettext_lazy("The currencies differ"),
}
HINTS = {
    "not_captured": gettext_lazy("Our payment is still open: the provider's message has not arrived. We are asking."),
    "unknown": gettext_lazy("The reference is none of ours."),
    "not_listed": gettext_lazy("The provider does not list it on this day."),
    "refused_message": gettext_lazy("A message with another amount or currency came and was not believed."),
    "disagrees": gettext_lazy("Both sides have it, with different values."),
}
STATES = {
    "open": gettext_lazy("To explain"),
    "explained": gettext_lazy("Explained"),
    "resolved": gettext_lazy("Resolved"),
}


class DayForm(forms.Form):
    """The day to compare."""

    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class ExplanationForm(forms.Form):
    """Why both sides differ."""

    explanation = forms.CharField(max_length=500)


@require_GET
@operation("desk.reconcile")
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Show compared days and the differences in a state."""
    state = request.GET.get("state", "open")
    state = state if state in STATES else "open"
    yesterday = shanghai_day(now()) - timedelta(days=1)
    before = request.GET.get("cursor", "")
    facts = {
        "form": DayForm(initial={"day": yesterday}),
        "days": queries.days_compared(before=_day(before), limit=14),
        "differences": [
            (difference, KINDS[difference.kind], HINTS.get(difference.hint, ""))
            for difference in queries.differences(state=state, limit=ROWS).items
        ],
        "state": state,
        "tabs": [Tab(str(name), f"?state={key}", active=key == state) for key, name in STATES.items()],
    }
    return render(request, "desk/reconciliation.html", facts)


@require_POST
@operation("desk.reconcile")
def run(request: HttpRequest) -> HttpResponse:
    """Compare a day now."""
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a day that is over."))
        return redirect("desk_reconciliation")
    try:
        commands.reconcile(form.cleaned_data["day"], now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
        return redirect("desk_reconciliation")
    found = len(queries.differences(state="open", day=form.cleaned_data["day"]).items)
    if found:
        text = ngettext("%(count)d difference is open.", "%(count)d differences are open.", found) % {"count": found}
        messages.warning(request, text)
    else:
        messages.success(request, _("Both sides agree on this day."))
    return redirect("desk_reconciliation")


@require_POST
@operation("desk.reconcile")
def explain(request: HttpRequest, difference_id: UUID) -> HttpResponse:
    """Note why both sides differ."""
    form = ExplanationForm(request.POST)
    text = form.cleaned_data["explanation"] if form.is_valid() else ""
    try:
        commands.explain_difference(difference_id, text, by=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("Noted."))
    return redirect("desk_reconciliation")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


urlpatterns = [
    path("reconciliation", reconciliation, name="desk_reconciliation"),
    path("reconciliation/run", run, name="desk_reconciliation_run"),
    path("reconciliation/differences/<uuid:difference_id>", explain, name="desk_difference"),
]
