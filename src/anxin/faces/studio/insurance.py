"""The shop's freight insurance and shipping promise: opt in, premiums, claims for freight, compensations."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.insurance_words import (
    ADMISSION,
    COMPENSATION_STATES,
    COMPENSATIONS,
    policy_view,
)
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.market.guarantee.commands.insuring import insure_shop
from anxin.market.guarantee.commands.ship_terms import set_ship_term
from anxin.market.guarantee.queries import compensation, insurance

ROWS = 20


class ShipTermForm(forms.Form):
    """Within how many hours the shop ships; empty leaves it to the categories."""

    hours = forms.IntegerField(label=gettext_lazy("Hours from payment to shipping"), required=False, min_value=1)


@never_cache
@require_GET
@operation("insurance.read")
def shop_insurance(request: HttpRequest) -> HttpResponse:
    """Show whether the shop insures its orders, what that costs, and its policies."""
    shop_id, moment = request.shop_id, now()  # type: ignore[attr-defined]
    page = insurance.policies(shop_id=shop_id, cursor=request.GET.get("cursor"), limit=ROWS, now=moment)
    admission = insurance.admission(shop_id, now=moment)
    facts = {
        "is_on": insurance.is_insuring(shop_id, now=moment),
        "admission": admission,
        "conditions": [(ADMISSION[name], met) for name, met in admission.conditions.items()],
        "totals": insurance.totals_of_shop(shop_id),
        "page": page,
        "policies": [policy_view(one) for one in page.items],
        "limits": insurance.limits(now=moment),
    }
    return render(request, "studio/insurance.html", facts)


@require_POST
@operation("insurance.manage")
def switch(request: HttpRequest) -> HttpResponse:
    """Insure the orders of the shop from now on, or no more."""
    is_on = request.POST.get("on") == "1"
    try:
        insure_shop(request.shop_id, is_on=is_on, by=person_of(request), now=now())  # type: ignore[attr-defined]
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        said = _("New orders are insured from now on.") if is_on else _("New orders are not insured any more.")
        messages.success(request, said)
    return redirect("studio_insurance")


@never_cache
@require_GET
@operation("insurance.read")
def compensations(request: HttpRequest) -> HttpResponse:
    """Show how the shop keeps its shipping promise and what it paid for breaking it."""
    return _compensations(request, None)


@never_cache
@require_POST
@operation("insurance.manage")
def ship_term(request: HttpRequest) -> HttpResponse:
    """Promise another shipping time for orders from now on."""
    form = ShipTermForm(request.POST)
    if form.is_valid():
        try:
            set_ship_term(
                request.shop_id,  # type: ignore[attr-defined]
                form.cleaned_data["hours"],
                set_by=person_of(request),
                now=now(),
            )
        except AnxinError as error:
            form.add_error("hours", message_of(error))
        else:
            messages.success(request, _("Orders from now on carry this promise; earlier ones keep theirs."))
            return redirect("studio_compensations")
    return _compensations(request, form)


def _compensations(request: HttpRequest, form: ShipTermForm | None) -> HttpResponse:
    shop_id, moment = request.shop_id, now()  # type: ignore[attr-defined]
    hours = compensation.ship_term(shop_id, now=moment)
    page = compensation.compensations(shop_id=shop_id, cursor=request.GET.get("cursor"), limit=ROWS)
    rate = compensation.late_rate(shop_id, now=moment)
    facts = {
        "hours": hours,
        "rule": compensation.ship_promise_rule(now=moment),
        "rate": rate,
        "is_near": rate.is_near,
        "form": form or ShipTermForm(initial={"hours": hours}),
        "page": page,
        "rows": [(one, COMPENSATIONS[one.kind], COMPENSATION_STATES[one.state]) for one in page.items],
    }
    return render(request, "studio/compensations.html", facts, status=422 if form and form.errors else 200)


urlpatterns = [
    path("insurance", shop_insurance, name="studio_insurance"),
    path("insurance/switch", switch, name="studio_insurance_switch"),
    path("compensations", compensations, name="studio_compensations"),
    path("compensations/promise", ship_term, name="studio_ship_term"),
]
