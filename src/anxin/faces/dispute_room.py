"""The dispute room of both sides: what it shows and what can be done in it. Storefront and studio put it on their pages."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anxin.faces.dispute_words import (
    KINDS,
    complaint_words,
    dispute_view,
    evidence_choices,
    pieces_by_party,
    timeline_steps,
)
from anxin.faces.money_field import MoneyField
from anxin.faces.order_words import LineView, OrderView
from anxin.faces.pages import message_of
from anxin.faces.review_form import PicturesField
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id
from anxin.market.guarantee.commands import disputes as commands
from anxin.market.guarantee.commands.dispute_evidence import WORDS_MAX, Piece, keep_file
from anxin.market.guarantee.commands.disputes import Side
from anxin.market.guarantee.errors.disputes import EvidenceMissing, OfferUnclear, VerdictRefused
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import Arbitration, DisputeFacts, VerdictKind

PICTURES_MAX = 8
OFFERS = (
    VerdictKind.PARTIAL_REFUND,
    VerdictKind.FULL_REFUND,
    VerdictKind.RETURN_REFUND,
    VerdictKind.EXCHANGE,
    VerdictKind.RESHIP,
    VerdictKind.REPAIR,
)


class EvidenceForm(forms.Form):
    """Something to show: its kind, words, pictures, and whether they are private."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of evidence"))
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        required=False,
        max_length=WORDS_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    pictures = PicturesField(
        label=gettext_lazy("Pictures"),
        help_text=gettext_lazy("Up to 8. They are encoded anew; what the camera wrote into them is not kept."),
    )
    private = forms.BooleanField(
        label=gettext_lazy("Private: the other side sees these pictures in blocks only"), required=False
    )

    def __init__(self, rules: Arbitration, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = evidence_choices(rules)  # type: ignore[attr-defined]
        self.rules = rules


class AppealForm(EvidenceForm):
    """An appeal: why, and new evidence."""

    why = forms.CharField(
        label=gettext_lazy("Why is the decision wrong?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    field_order = ("why", "kind", "words", "pictures", "private")


class OfferForm(forms.Form):
    """A settlement to propose."""

    kind = forms.ChoiceField(label=gettext_lazy("How shall it end?"), choices=[(kind, KINDS[kind]) for kind in OFFERS])
    refund = MoneyField(
        label=gettext_lazy("Refund"),
        required=False,
        help_text=gettext_lazy("For a partial refund; a full one pays back everything."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=500)


def room_facts(facts: DisputeFacts, side: Side) -> dict[str, Any]:
    """Return what the room shows to one side, with the forms of what can be done."""
    rules, party = queries.rules_named(facts.case.rules), side.party
    steps = queries.steps_of(facts.case, party)
    return {
        "dispute": dispute_view(facts, rules, reader=party),
        "party": party,
        "steps": steps,
        "sides": pieces_by_party(queries.evidence(facts.id, reader=party), rules),
        "timeline": timeline_steps(queries.entries(facts.id), rules, reader=party),
        "evidence_form": EvidenceForm(rules, prefix="evidence") if "give_evidence" in steps else None,
        "appeal_form": AppealForm(rules, prefix="appeal") if "appeal" in steps else None,
        "offer_form": OfferForm(prefix="offer") if "offer" in steps else None,
    }


def take_step(request: HttpRequest, facts: DisputeFacts, step: str, side: Side) -> None:
    """Do what a button or form of the room says, and tell the reader how it went."""
    act = STEPS.get(step)
    if act is None:
        messages.error(request, _("There is nothing of that kind to do here."))
        return
    try:
        messages.success(request, act(request, facts, side))
    except VerdictRefused as refused:
        words = {"objections": complaint_words(refused.complaints)}
        messages.error(request, _(VerdictRefused.template()).format_map(words))
    except AnxinError as error:
        messages.error(request, message_of(error))


def line_of(order: OrderView, facts: DisputeFacts) -> LineView:
    """Return the line of the order that the dispute is about."""
    return next((line for line in order.lines if line.facts.id == facts.line_id), order.lines[0])


def picture(request: HttpRequest, dispute_id: UUID, piece: str, reader: queries.Party) -> HttpResponse:
    """Answer with a file of evidence as this reader may see it; `?still` asks for a picture of it."""
    read = queries.evidence_poster if "still" in request.GET else queries.evidence_file
    found = read(dispute_id, parse_public_id("evd", piece), reader=reader)
    answer = HttpResponse(found.data, content_type=found.content_type)
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


def back(page: str, number: str) -> HttpResponseRedirect:
    """Lead back to the room."""
    return redirect(page, number)


def _evidence(request: HttpRequest, facts: DisputeFacts, side: Side) -> str:
    form = EvidenceForm(queries.rules_named(facts.case.rules), request.POST, request.FILES, prefix="evidence")
    given = commands.give_evidence(facts.id, _pieces(form), side=side, now=now())
    return _("Handed in.") if given else _("That was handed in before.")


def _appeal(request: HttpRequest, facts: DisputeFacts, side: Side) -> str:
    form = AppealForm(queries.rules_named(facts.case.rules), request.POST, request.FILES, prefix="appeal")
    pieces = _pieces(form)
    commands.appeal(facts.id, form.cleaned_data["why"], pieces, side=side, now=now())
    return _("Your appeal is in. Somebody else will decide again.")


def _offer(request: HttpRequest, facts: DisputeFacts, side: Side) -> str:
    form = OfferForm(request.POST, prefix="offer")
    if not form.is_valid():
        raise OfferUnclear
    kind = VerdictKind(form.cleaned_data["kind"])
    refund_minor = form.cleaned_data["refund"] or 0
    if kind in (VerdictKind.FULL_REFUND, VerdictKind.RETURN_REFUND):
        refund_minor = facts.refundable_minor
    if kind not in (VerdictKind.FULL_REFUND, VerdictKind.RETURN_REFUND, VerdictKind.PARTIAL_REFUND):
        refund_minor = 0
    note = form.cleaned_data["note"]
    commands.offer_settlement(facts.id, kind, refund_minor, note=note, side=side, now=now())
    return _("Your proposal is with the other side.")


def _accept_offer(request: HttpRequest, facts: DisputeFacts, side: Side) -> str:  # noqa: ARG001
    commands.accept_offer(facts.id, side=side, now=now())
    return _("Agreed. It is carried out now.")


def _decline_offer(request: HttpRequest, facts: DisputeFacts, side: Side) -> str:  # noqa: ARG001
    commands.decline_offer(facts.id, side=side, now=now())
    return _("The proposal was turned down.")


def _stop_talking(request: HttpRequest, facts: DisputeFacts, side: Side) -> str:  # noqa: ARG001
    commands.stop_talking(facts.id, side=side, now=now())
    return _("The platform takes over.")


def _accept(request: HttpRequest, facts: DisputeFacts, side: Side) -> str:  # noqa: ARG001
    commands.accept_verdict(facts.id, side=side, now=now())
    return _("You accepted the decision.")


def _cancel(request: HttpRequest, facts: DisputeFacts, side: Side) -> str:  # noqa: ARG001
    commands.cancel_dispute(facts.id, person_id=side.person_id, now=now())
    return _("You took the complaint back.")


STEPS: dict[str, Callable[[HttpRequest, DisputeFacts, Side], str]] = {
    "evidence": _evidence,
    "appeal": _appeal,
    "offer": _offer,
    "offer-acceptance": _accept_offer,
    "offer-refusal": _decline_offer,
    "end-of-talks": _stop_talking,
    "acceptance": _accept,
    "withdrawal": _cancel,
}


def _pieces(form: EvidenceForm) -> list[Piece]:
    """Read a form of evidence: one piece a picture, the words with the first; pictures are kept before the command."""
    if not form.is_valid():
        raise EvidenceMissing
    facts = form.cleaned_data
    kept = [keep_file(file.read()) for file in facts["pictures"][:PICTURES_MAX]]
    kind, private = facts["kind"], facts["private"]
    if not kept:
        if not facts["words"].strip():
            raise EvidenceMissing
        return [Piece(kind, facts["words"])]
    return [Piece(kind, facts["words"] if index == 0 else "", one, private) for index, one in enumerate(kept)]
