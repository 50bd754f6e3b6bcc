"""The sandbox provider's payment page: pays, refuses, is late or gets lost, as the person in front of it likes."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anxin.faces.access import operation
from anxin.infra.clock import now
from anxin.market.payments import queries
from anxin.market.payments.commands import sandbox
from anxin.market.payments.commands.sandbox import Choice, Fault

DELIVERIES = {
    "": _("Tell the shop at once"),
    Fault.DELAY.value: _("Tell it ten minutes late"),
    Fault.DUPLICATE.value: _("Tell it twice"),
    Fault.REORDER.value: _("Tell it in the wrong order"),
    Fault.LOSE.value: _("Never tell it; it has to ask"),
}


class ChoiceForm(forms.Form):
    """What the payer does, and how the message about it travels."""

    choice = forms.ChoiceField(choices=[(choice.value, choice.value) for choice in Choice])
    delivery = forms.ChoiceField(choices=list(DELIVERIES.items()), required=False, label=_("The message to the shop"))


@never_cache
@require_http_methods(["GET", "POST"])
@operation("sandbox.use")
def pay(request: HttpRequest, token: UUID) -> HttpResponse:
    """Show one charge; on POST do what was chosen and lead back to the shop."""
    page = queries.sandbox_page(token)
    form = ChoiceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        delivery = form.cleaned_data["delivery"]
        fault = Fault(delivery) if delivery else None
        sandbox.choose(token, Choice(form.cleaned_data["choice"]), delivery=fault, now=now())
        return HttpResponseRedirect(_back(request, page.return_url))
    status = 422 if request.method == "POST" else 200
    facts = {"page": page, "form": form, "back": _back(request, page.return_url), "now": now()}
    return render(request, "storefront/sandbox_pay.html", facts, status=status)


def _back(request: HttpRequest, url: str) -> str:
    """Return the shop's address that the payment named, the start page for one that leads elsewhere."""
    return url if url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}) else "/"


urlpatterns = [path("sandbox/pay/<uuid:token>/", pay, name="sandbox_pay")]
