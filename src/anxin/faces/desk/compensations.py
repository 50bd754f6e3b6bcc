"""Automatic compensations at the desk: what was paid and why, findings of people, and times that do not count."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.insurance_words import COMPENSATION_STATES, COMPENSATIONS, FOUND
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import BadIdentifier, parse_public_id
from anxin.market.guarantee.commands.compensation import compensate_found
from anxin.market.guarantee.commands.ship_terms import declare_force_majeure, end_force_majeure
from anxin.market.guarantee.queries import compensation
from anxin.market.guarantee.queries.compensation import CompensationKind
from anxin.market.people import queries as people
from anxin.market.shops.queries import shops_by_id

ROWS = 20
DAYS = timedelta(days=30)
EVERYWHERE = ""


class FindingForm(forms.Form):
    """What a person found about an order."""

    order = forms.CharField(label=gettext_lazy("Number of the order"), max_length=40)
    kind = forms.ChoiceField(
        label=gettext_lazy("What was found"), choices=[(kind.value, COMPENSATIONS[kind]) for kind in FOUND]
    )
    cause = forms.CharField(label=gettext_lazy("In words; the shop will read it"), max_length=200)

    def clean_order(self) -> UUID:
        """Read the number."""
        try:
            return parse_public_id("ord", self.cleaned_data["order"].strip())
        except BadIdentifier as bad:
            raise forms.ValidationError(message_of(bad)) from bad


class StormForm(forms.Form):
    """Where time does not count, and until when."""

    region = forms.ChoiceField(label=gettext_lazy("Where"), required=False)
    hours = forms.IntegerField(
        label=gettext_lazy("For how many hours; empty until it is ended"), required=False, min_value=1, max_value=8_760
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        field = self.fields["region"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        provinces = [(one.code[:2], one.name) for one in people.provinces()]
        field.choices = [(EVERYWHERE, _("Everywhere")), *provinces]


@never_cache
@require_http_methods(["GET", "POST"])
@operation("desk.compensations")
def compensations(request: HttpRequest) -> HttpResponse:
    """Show what was paid without asking; on POST pay for what was found."""
    form = FindingForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _found(request, form):
        return redirect("desk_compensations")
    return _page(request, form, StormForm())


@require_POST
@operation("desk.compensations")
def storm(request: HttpRequest) -> HttpResponse:
    """Let time stand still in a region."""
    form = StormForm(request.POST)
    if form.is_valid():
        moment, hours = now(), form.cleaned_data["hours"]
        try:
            declare_force_majeure(
                form.cleaned_data["region"],
                form.cleaned_data["reason"],
                since=moment,
                until=moment + timedelta(hours=hours) if hours else None,
                declared_by=person_of(request),
                now=moment,
            )
        except AnxinError as error:
            form.add_error(None, message_of(error))
        else:
            messages.success(request, _("Time does not count there until it ends."))
            return redirect("desk_compensations")
    return _page(request, FindingForm(), form)


@require_POST
@operation("desk.compensations")
def storm_over(request: HttpRequest, storm: UUID) -> HttpResponse:
    """Let time count again."""
    try:
        end_force_majeure(storm, ended_by=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("Time counts again."))
    return redirect("desk_compensations")


def _page(request: HttpRequest, form: FindingForm, storm_form: StormForm) -> HttpResponse:
    moment = now()
    page = compensation.compensations(cursor=request.GET.get("cursor"), limit=ROWS)
    totals = compensation.totals_by_kind(moment - DAYS, moment)
    shops = shops_by_id([one.shop_id for one in page.items])
    names = {one.code[:2]: one.name for one in people.provinces()}
    storms = [(one, names.get(one.region[:2], _("Everywhere"))) for one in compensation.force_majeures(limit=ROWS)]
    facts = {
        "form": form,
        "storm_form": storm_form,
        "storms": [(one, where, one.until is None or one.until > moment) for one, where in storms],
        "totals": [(one, COMPENSATIONS[one.kind]) for one in totals],
        "page": page,
        "rows": [
            (one, COMPENSATIONS[one.kind], COMPENSATION_STATES[one.state], shops.get(one.shop_id)) for one in page.items
        ],
    }
    failed = form.errors or storm_form.errors
    return render(request, "desk/compensations.html", facts, status=422 if failed else 200)


def _found(request: HttpRequest, form: FindingForm) -> bool:
    facts = form.cleaned_data
    kind = CompensationKind(facts["kind"])
    try:
        compensate_found(facts["order"], kind, facts["cause"], found_by=person_of(request), now=now())
    except AnxinError as error:
        form.add_error("order", message_of(error))
        return False
    messages.success(request, _("The buyer is paid."))
    return True


urlpatterns = [
    path("compensations", compensations, name="desk_compensations"),
    path("compensations/storms", storm, name="desk_storm"),
    path("compensations/storms/<uuid:storm>/end", storm_over, name="desk_storm_over"),
]
