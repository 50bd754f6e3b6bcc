"""The arbitrator's desk: the queue by deadline, and one case with everything that a decision needs on one page."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anxin.faces import dispute_room as room
from anxin.faces.access import operation, person_of
from anxin.faces.desk.case_file import case_file
from anxin.faces.dispute_words import KINDS, PARTIES, PREFIX, complaint_words, dispute_view
from anxin.faces.money_field import MoneyField
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.catalog import queries as catalog
from anxin.market.guarantee.commands import arbitration as commands
from anxin.market.guarantee.errors.disputes import OfferUnclear, VerdictRefused
from anxin.market.guarantee.queries import arbitration as numbers
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import Arbitration, Party, Verdict, VerdictKind
from anxin.ui.parts import Tab

TABS: dict[queries.Tab, Any] = {
    "waiting": gettext_lazy("Waiting"),
    "mine": gettext_lazy("My cases"),
    "appeals": gettext_lazy("Appeals"),
    "signature": gettext_lazy("To sign"),
    "parties": gettext_lazy("With the parties"),
    "ended": gettext_lazy("Closed cases"),
}


class VerdictForm(forms.Form):
    """A decision; what it may say is checked against the rules, not here."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason and article"))
    kind = forms.ChoiceField(
        label=gettext_lazy("What is decided"), choices=[(kind, words) for kind, words in KINDS.items()]
    )
    refund = MoneyField(label=gettext_lazy("Refund"), required=False)
    compensation = MoneyField(label=gettext_lazy("Compensation for the experience"), required=False)
    freight = forms.ChoiceField(
        label=gettext_lazy("Freight of the return is paid by"),
        choices=[(party, PARTIES[party]) for party in (Party.MERCHANT, Party.BUYER)],
    )
    note = forms.CharField(
        label=gettext_lazy("What both sides will read"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, rules: Arbitration, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [(code, code) for code in rules.reasons]  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """A wish for evidence."""

    of = forms.MultipleChoiceField(
        label=gettext_lazy("From whom?"),
        choices=[(party, PARTIES[party]) for party in (Party.BUYER, Party.MERCHANT)],
        widget=forms.CheckboxSelectMultiple,
    )
    question = forms.CharField(label=gettext_lazy("What is to be shown?"), max_length=500, required=False)


@require_GET
@operation("desk.disputes.read")
def queue(request: HttpRequest) -> HttpResponse:
    """List one tab of the queue, the oldest deadline first."""
    me = person_of(request)
    tab: queries.Tab = next((one for one in queries.TABS if one == request.GET.get("tab")), "waiting")
    page = queries.queue(tab, arbitrator=me, cursor=request.GET.get("cursor"))
    counts = queries.queue_counts(me)
    tree = catalog.category_tree(now=now())
    facts = {
        "page": page,
        "rows": [
            (
                dispute_view(one, queries.rules_named(one.case.rules), reader=Party.PLATFORM),
                tree.node(one.category) if one.category else None,
            )
            for one in page.items
        ],
        "tabs": [Tab(str(words), f"?tab={key}", counts.get(key), key == tab) for key, words in TABS.items()],
        "tab": tab,
    }
    return render(request, "desk/disputes.html", facts)


@require_GET
@operation("desk.disputes.read")
def case(request: HttpRequest, dispute: str) -> HttpResponse:
    """Show one case: both sides, what was promised, what was said, what the page showed that day, and the decision."""
    return _case(request, parse_public_id(PREFIX, dispute))


@require_POST
@operation("desk.disputes.judge")
def step(request: HttpRequest, dispute: str, step: str) -> HttpResponse:
    """Take a case, ask, decide, sign, end it. A decision against the rules shows the case again, with what is wrong."""
    identity = parse_public_id(PREFIX, dispute)
    try:
        done = STEPS.get(step, _unknown)(request, identity, person_of(request))
    except VerdictRefused as refused:
        words = _(VerdictRefused.template()).format_map({"objections": complaint_words(refused.complaints)})
        return _case(request, identity, refused=words)
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, done)
    return redirect("desk_dispute", dispute)


@require_GET
@operation("desk.disputes.read")
def picture(request: HttpRequest, dispute: str, piece: str) -> HttpResponse:
    """Show a picture of evidence, unmasked."""
    return room.picture(request, parse_public_id(PREFIX, dispute), piece, Party.PLATFORM)


@require_GET
@operation("desk.disputes.read")
def arbitrators(request: HttpRequest) -> HttpResponse:
    """Show how fast and how evenly each arbitrator decides."""
    facts = {"rows": numbers.arbitrators(now=now()), "statistics": numbers.statistics(now=now())}
    return render(request, "desk/arbitrators.html", facts)


def _case(request: HttpRequest, identity: UUID, *, refused: str = "") -> HttpResponse:
    facts = queries.dispute(identity)
    rules = queries.rules_named(facts.case.rules)
    steps = queries.desk_steps(facts.case, person_of(request))
    deciding = "decide" in steps
    shown = {
        **case_file(facts, rules),
        "steps": steps,
        "verdict_form": VerdictForm(rules, request.POST if refused else None, initial=_begin(facts))
        if deciding
        else None,
        "refused": refused,
        "ask_form": AskForm() if deciding else None,
        "mine": facts.case.arbitrator == person_of(request),
    }
    return render(request, "desk/dispute.html", shown, status=422 if refused else 200)


def _begin(facts: queries.DisputeFacts) -> dict[str, Any]:
    return {"kind": VerdictKind.RETURN_REFUND, "refund": min(facts.case.asked_minor, facts.refundable_minor)}


def _take(request: HttpRequest, identity: UUID, by: UUID) -> str:  # noqa: ARG001
    commands.take(identity, by=by, now=now())
    return _("The case is yours.")


def _hand_back(request: HttpRequest, identity: UUID, by: UUID) -> str:  # noqa: ARG001
    commands.hand_back(identity, by=by, now=now())
    return _("The case is back in the queue.")


def _ask(request: HttpRequest, identity: UUID, by: UUID) -> str:
    form = AskForm(request.POST)
    if not form.is_valid():
        raise OfferUnclear
    parties = frozenset(Party(one) for one in form.cleaned_data["of"])
    commands.ask_evidence(identity, parties, form.cleaned_data["question"], by=by, now=now())
    return _("They have been asked.")


def _decide(request: HttpRequest, identity: UUID, by: UUID) -> str:
    facts = queries.dispute(identity)
    form = VerdictForm(queries.rules_named(facts.case.rules), request.POST)
    if not form.is_valid():
        raise OfferUnclear
    given = form.cleaned_data
    verdict = Verdict(
        kind=VerdictKind(given["kind"]),
        reason=given["reason"],
        refund_minor=given["refund"] or 0,
        compensation_minor=given["compensation"] or 0,
        freight=Party(given["freight"]),
        note=given["note"],
    )
    commands.decide(identity, verdict, by=by, now=now())
    return _("Decided. Both sides can read it now, unless a second signature is needed.")


def _sign(request: HttpRequest, identity: UUID, by: UUID) -> str:  # noqa: ARG001
    commands.sign(identity, by=by, now=now())
    return _("Signed. Both sides can read the decision now.")


def _send_back(request: HttpRequest, identity: UUID, by: UUID) -> str:
    commands.send_back(identity, request.POST.get("why", ""), by=by, now=now())
    return _("The case is back with its arbitrator.")


def _end_for_law(request: HttpRequest, identity: UUID, by: UUID) -> str:
    commands.end_for_law(identity, request.POST.get("why", ""), by=by, now=now())
    return _("Ended: a court or the police has it now.")


def _unknown(request: HttpRequest, identity: UUID, by: UUID) -> str:  # noqa: ARG001
    raise OfferUnclear


STEPS: dict[str, Callable[[HttpRequest, UUID, UUID], str]] = {
    "taking": _take,
    "return": _hand_back,
    "question": _ask,
    "decision": _decide,
    "signature": _sign,
    "refusal": _send_back,
    "litigation": _end_for_law,
}

urlpatterns = [
    path("disputes", queue, name="desk_disputes"),
    path("disputes/arbitrators", arbitrators, name="desk_arbitrators"),
    path("disputes/<str:dispute>", case, name="desk_dispute"),
    path("disputes/<str:dispute>/evidence/<str:piece>", picture, name="desk_dispute_picture"),
    path("disputes/<str:dispute>/<slug:step>", step, name="desk_dispute_step"),
]
