"""What the buyer is covered by: insured ways back, appeals, and what was paid without asking."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from anxin.faces.access import operation, person_of
from anxin.faces.insurance_words import COMPENSATION_STATES, COMPENSATIONS, policy_view
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import LineView, line_view
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.guarantee.commands import freight
from anxin.market.guarantee.errors.insurance import UnknownPolicy
from anxin.market.guarantee.queries import compensation, insurance
from anxin.market.orders import queries as orders
from anxin.market.shipping import queries as shipping

PREFIX = "pol"
ROWS = 20


class AppealForm(forms.Form):
    """Another tracking number for a return whose freight was refused."""

    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"))
    tracking_no = forms.CharField(label=gettext_lazy("Tracking number"), max_length=40)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        field = self.fields["carrier"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(one.code, one.name) for one in shipping.carriers()]


@never_cache
@require_GET
@operation("orders.buy")
def policies(request: HttpRequest) -> HttpResponse:
    """List the insured ways back of one's orders and what was paid without asking."""
    person_id, moment = person_of(request), now()
    page = insurance.policies(person_id=person_id, cursor=request.GET.get("cursor"), limit=ROWS, now=moment)
    bought, english = orders.orders_by_id([one.order_id for one in page.items]), not reads_chinese()

    def lines_of(order_id: UUID) -> list[LineView]:
        return [line_view(line, english=english) for line in bought[order_id].lines]

    paid = compensation.compensations(person_id=person_id, limit=ROWS)
    facts = {
        "page": page,
        "policies": [(policy_view(one), lines_of(one.order_id)) for one in page.items],
        "paid": [(one, COMPENSATIONS[one.kind], COMPENSATION_STATES[one.state]) for one in paid.items],
        "limits": insurance.limits(now=moment),
    }
    return render(request, "storefront/insurance.html", facts)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("orders.buy")
def policy(request: HttpRequest, policy: str) -> HttpResponse:
    """Show one policy; on POST hand in another tracking number."""
    found = insurance.policy(parse_public_id(PREFIX, policy), now=now())
    if found.person_id != person_of(request):
        raise UnknownPolicy
    form = AppealForm(request.POST or None)
    if request.method == "POST" and found.claim and form.is_valid() and _appealed(request, found.claim.id, form):
        return redirect("insurance_policy", policy)
    facts = {
        "policy": policy_view(found),
        "order": orders.order(found.order_id),
        "form": form,
        "limits": insurance.limits(now=now()),
    }
    return render(request, "storefront/insurance_policy.html", facts, status=422 if form.errors else 200)


def _appealed(request: HttpRequest, freight_claim_id: object, form: AppealForm) -> bool:
    try:
        freight.appeal(freight_claim_id, person_id=person_of(request), **form.cleaned_data, now=now())  # type: ignore[arg-type]
    except AnxinError as error:
        form.add_error("tracking_no", message_of(error))
        return False
    messages.success(request, _("Thank you. The new number is looked at within 72 hours."))
    return True


urlpatterns = [
    path("insurance", policies, name="insurance"),
    path("insurance/<str:policy>", policy, name="insurance_policy"),
]
