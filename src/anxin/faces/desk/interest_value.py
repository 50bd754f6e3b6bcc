"""The value formula: what is in force, another tried on logged traffic, compared in the shadow, published, taken back."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

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
from anxin.faces.interest_words import HEADS, WEIGHT_WORDS, item_titles, money_a_thousand, reason_words
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.market.interest.commands import tuning
from anxin.market.interest.queries import formulas
from anxin.market.interest.queries.formulas import ENGAGEMENT, FormulaFacts, Weights
from anxin.market.people.queries import allows, names_of

if TYPE_CHECKING:
    from anxin.engine.dry_run import DryRun

SPANS = (7, 28)  # days of traffic that a formula is tried on
FEN_MAX = 10_000_000
REASON_MAX = 200
EXPERIMENT_MAX = 50
ACTS = frozenset({"try", "shadow", "publish"})  # the buttons of the form


class FormulaForm(forms.Form):
    """The weights, in fen; the reason is asked for where something changes."""

    complaint = forms.IntegerField(label=gettext_lazy("What a complaint costs, in fen"), min_value=0, max_value=FEN_MAX)
    violation = forms.IntegerField(
        label=gettext_lazy("What a broken rule costs, in fen"), min_value=0, max_value=FEN_MAX
    )
    confidence = forms.IntegerField(
        label=gettext_lazy("Caution with young sellers, in percent"), min_value=50, max_value=99
    )
    prior_orders = forms.IntegerField(
        label=gettext_lazy("Orders until a seller speaks for itself"), min_value=1, max_value=100_000
    )
    experiment = forms.IntegerField(
        label=gettext_lazy("Experiment: how far everybody's weights are off, in percent"),
        min_value=0,
        max_value=EXPERIMENT_MAX,
        help_text=gettext_lazy("It tells what each weight does; 0 switches it off."),
    )
    refund_counts = forms.BooleanField(label=gettext_lazy("Refunds take away what an order is worth"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=REASON_MAX,
        required=False,
        help_text=gettext_lazy("For the audit log, where something is published or compared."),
    )

    days = forms.TypedChoiceField(
        label=gettext_lazy("Traffic of a dry run"),
        choices=[(days, gettext_lazy("%(days)s days") % {"days": days}) for days in SPANS],
        coerce=int,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ENGAGEMENT:
            self.fields[name] = forms.IntegerField(label=str(HEADS[name]), min_value=0, max_value=FEN_MAX)

    @property
    def worths(self) -> list[forms.BoundField]:
        """The fields of what engagement is worth."""
        return [self[name] for name in ENGAGEMENT]

    def weights(self) -> Weights:
        """Return what was filled in."""
        given = self.cleaned_data
        return Weights(
            given["complaint"],
            given["violation"],
            {name: given[name] for name in ENGAGEMENT if given[name]},
            given["refund_counts"],
            given["confidence"],
            given["prior_orders"],
            given["experiment"],
        )


@never_cache
@require_GET
@operation("desk.interest.read")
def page(request: HttpRequest) -> HttpResponse:
    """Show the formula in force, what each weight does, the shadow's comparison and the history: six statements."""
    return _page(request, FormulaForm(initial=_initial(formulas.in_force().weights)))


@never_cache
@require_POST
@operation("desk.interest.change")
def change(request: HttpRequest) -> HttpResponse:
    """Try the weights on logged traffic, compare them in the shadow, or publish them."""
    form = FormulaForm(request.POST)
    form.full_clean()
    if not ACTS.intersection(request.POST):
        form.add_error(None, _("Choose what to do: a dry run, a comparison, or to publish."))
    if "try" not in request.POST and not request.POST.get("reason", "").strip():
        form.add_error("reason", _("Say why: the audit log keeps it."))
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        if "try" in request.POST:
            return _page(
                request, form, {"was_tried": True, **_tried(form.weights(), form.cleaned_data["days"] or SPANS[0])}
            )
        act = tuning.publish if "publish" in request.POST else tuning.begin_shadow
        number = act(form.weights(), form.cleaned_data["reason"].strip(), by=person_of(request), now=now())
    except AnxinError as error:
        form.add_error(None, message_of(error))
        return _page(request, form, status=422)
    said = _("Formula %(number)s is in force: the very next page goes by it.")
    compared = _("Formula %(number)s is compared from now on; nobody is shown its order.")
    messages.success(request, (said if "publish" in request.POST else compared) % {"number": number})
    return redirect("desk_interest_value")


@require_POST
@operation("desk.interest.change")
def back(request: HttpRequest, number: int) -> HttpResponse:
    """Put an earlier formula in force again."""
    reason = request.POST.get("reason", "").strip()[:REASON_MAX]
    if not reason:
        messages.error(request, _("Say why: the audit log keeps it."))
        return redirect("desk_interest_value")
    try:
        made = tuning.back_to(number, reason, by=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(
            request, _("Formula %(number)s is in force: the very next page goes by it.") % {"number": made}
        )
    return redirect("desk_interest_value")


@require_POST
@operation("desk.interest.change")
def end_shadow(request: HttpRequest) -> HttpResponse:
    """Compare no formula any more."""
    tuning.end_shadow(by=person_of(request), now=now())
    messages.success(request, _("Nothing is compared any more."))
    return redirect("desk_interest_value")


def _page(
    request: HttpRequest, form: FormulaForm, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    live, shadow, past = formulas.in_force(), formulas.shadow(), formulas.history()
    names = names_of([one.made_by for one in past if one.made_by])
    facts = {
        "tabs": console_tabs(request),
        "live": live,
        "form": form,
        "may_change": allows(actor_of_request(request), "desk.interest.change"),
        "history": [
            (one, names.get(one.made_by, "") if one.made_by else "", _words(one.weights), one.number != live.number)
            for one in past
        ],
        "shadow": shadow,
        **(_compared(shadow) if shadow else {}),
        "effects": _effects(live),
        **(more or {}),
    }
    return render(request, "desk/interest_value.html", facts, status=status)


def _tried(weights: Weights, days: int) -> dict[str, Any]:
    """Say what a formula would have earned, on how many answers that stands, and how many are wanting."""
    trial = formulas.tried(weights, timedelta(days=days), now=now())
    return {"run": _run(trial.run) if trial.run else None, "trial": trial, "days": days, "waits": trial.waits.days}


def _run(run: "DryRun") -> dict[str, Any]:
    named = (
        (_("As it was served"), run.served),
        (_("New, by inverse propensity (IPS)"), run.ips),
        (_("New, self-normalised (SNIPS)"), run.snips),
        (_("New, doubly robust (DR)"), run.doubly_robust),
        (_("Difference (DR − served)"), run.difference),
    )
    verdicts = {
        "better": (_("Better"), "success"),
        "worse": (_("Worse"), "error"),
        "cannot tell": (_("The data cannot tell"), "warning"),
    }
    return {
        "rows": [(name, *(money_a_thousand(each) for each in (one.mean, one.low, one.high))) for name, one in named],
        "verdict": verdicts[run.verdict],
        "is_open": run.verdict == "cannot tell",
        "reasons": [reason_words(one) for one in run.reasons],
        "units": round(run.effective_units),
        "uncovered_bps": round(run.uncovered * 10_000),
    }


def _compared(shadow: FormulaFacts) -> dict[str, Any]:
    try:
        found = formulas.compared(shadow, now=now())
    except AnxinError as error:
        return {"comparison_problem": message_of(error)}
    ids = [each for one in found.examples for each in (*one.live, *one.other)]
    titles = item_titles(ids)
    return {
        "comparison": found,
        "shadow_words": _words(shadow.weights),
        "differing_bps": round(found.differing * 10_000 / found.answers) if found.answers else 0,
        "moved_bps": round(found.moved * 10_000 / found.places) if found.places else 0,
        "examples": [
            (
                one.at,
                [
                    (titles.get(own, "–"), titles.get(other, "–"), own != other)
                    for own, other in zip(one.live, one.other, strict=False)
                ],
            )
            for one in found.examples
        ],
    }


def _effects(live: FormulaFacts) -> dict[str, Any]:
    """Say what raising each weight by the experiment's size would bring."""
    if not live.weights.experiment_percent:
        return {"size": 0}
    found = formulas.effects(live, now=now())
    verdicts = {
        "up": (_("Earns more"), "good"),
        "down": (_("Earns less"), "bad"),
        "cannot tell": (_("Too little to tell"), "wait"),
    }
    rows = [
        (WEIGHT_WORDS[one.weight], *(money_a_thousand(each) for each in (one.effect, one.low, one.high)),
         *verdicts[one.verdict])
        for one in found.effects
    ]  # fmt: skip
    return {
        "size": live.weights.experiment_percent,
        "rows": rows,
        "people": found.people,
        "wanted": found.people_wanted,
        "answers": found.answers,
        "waits": found.waits.days,
        "days": formulas.EFFECTS.days,
    }


def _words(weights: Weights) -> str:
    worths = ", ".join(f"{HEADS[name]} {worth}" for name, worth in weights.worth_minor.items())
    said = _(
        "complaint −%(complaint)s, broken rule −%(violation)s, %(worths)s; refunds %(refunds)s; "
        "caution %(caution)s %%; experiment ±%(experiment)s %%"
    )
    return said % {
        "complaint": weights.complaint_minor,
        "violation": weights.violation_minor,
        "worths": worths,
        "refunds": _("count") if weights.refund_counts else _("do not count"),
        "caution": weights.confidence_percent,
        "experiment": weights.experiment_percent,
    }


def _initial(weights: Weights) -> dict[str, Any]:
    return {
        "complaint": weights.complaint_minor,
        "violation": weights.violation_minor,
        "confidence": weights.confidence_percent,
        "prior_orders": weights.prior_orders,
        "experiment": weights.experiment_percent,
        "refund_counts": weights.refund_counts,
        **{name: weights.worth_minor.get(name, 0) for name in ENGAGEMENT},
    }


urlpatterns = [
    path("interest/value", page, name="desk_interest_value"),
    path("interest/value/change", change, name="desk_interest_value_change"),
    path("interest/value/back/<int:number>", back, name="desk_interest_value_back"),
    path("interest/value/shadow/end", end_shadow, name="desk_interest_shadow_end"),
]
