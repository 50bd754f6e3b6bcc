"""The merchant's after-sale desk: what runs out first comes first; every answer; words kept ready."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.claim_files import FilesField, keep_files, shown_file
from anxin.faces.claim_words import PREFIX, REFUSALS, ClaimView, claim_view, progress, timeline_steps
from anxin.faces.guarantee_words import CLAIM_REASONS, CLAIM_TYPES, EVIDENCE
from anxin.faces.language import reads_chinese
from anxin.faces.money_field import MoneyField
from anxin.faces.pages import message_of
from anxin.faces.studio.orders import carrier_choices
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.guarantee.commands import claim_answers, claim_templates
from anxin.market.guarantee.commands.claim_answers import Answer
from anxin.market.guarantee.queries import claims as queries
from anxin.market.guarantee.queries.claims import (
    AT_INSPECTION,
    AT_REVIEW,
    ClaimFacts,
    Evidence,
    Narrowed,
    Party,
    Refusal,
)
from anxin.ui.parts import Tab

QUEUES = {
    "to_answer": gettext_lazy("To answer"),
    "to_inspect": gettext_lazy("Returns to look at"),
    "to_ship": gettext_lazy("Goods to send"),
    "with_buyer": gettext_lazy("With the buyer"),
    "with_platform": gettext_lazy("With the platform"),
    "over": gettext_lazy("Over"),
    "all": gettext_lazy("All"),
}
TEXT_MAX = 80
PROOFS = (  # what a merchant shows, and what he may ask a buyer for
    Evidence.GOOD_DELIVERY,
    Evidence.AUTHORISATION,
    Evidence.PURCHASE_INVOICE,
    Evidence.TEST_REPORT,
    Evidence.PHOTO_WHOLE,
    Evidence.PHOTO_DEFECT,
)
ASKABLE = (
    Evidence.PHOTO_WHOLE,
    Evidence.PHOTO_DEFECT,
    Evidence.PHOTO_UNBOXING,
    Evidence.PHOTO_REMAINING,
    Evidence.DIAGNOSIS,
    Evidence.TEST_REPORT,
)
BULK_MAX = 100


class AnswerForm(forms.Form):
    """Words and files that go with an answer."""

    words = forms.CharField(
        label=gettext_lazy("To the buyer"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "list": "templates"}),
    )


class ProofForm(AnswerForm):
    """An answer that may be proven."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What it shows"), choices=[(one.value, EVIDENCE[one]) for one in PROOFS], required=False
    )
    proofs = FilesField(label=gettext_lazy("Pictures or a video"))


class RefusalForm(ProofForm):
    """Why it is refused."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"))
    field_order = ("reason", "words", "kind", "proofs")

    def __init__(self, *args: Any, inspecting: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = AT_INSPECTION if inspecting else AT_REVIEW
        choices = [(one.value, REFUSALS[one]) for one in Refusal if one in given]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]


class OfferForm(AnswerForm):
    """A refund for an end of it."""

    amount = MoneyField(label=gettext_lazy("Refund in yuan"))
    field_order = ("amount", "words")


class AskForm(AnswerForm):
    """What the buyer should show."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("What should be shown?"),
        choices=[(one.value, EVIDENCE[one]) for one in ASKABLE],
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("kinds", "words")


class InspectionForm(AnswerForm):
    """What came back."""

    sound_pieces = forms.IntegerField(
        label=gettext_lazy("Pieces that can be sold again"),
        min_value=0,
        max_value=9_999,
        help_text=gettext_lazy("The others are written off. Sold again they must be labelled as returned goods."),
    )
    field_order = ("sound_pieces", "words")


class PartForm(AnswerForm):
    """A return that is accepted in part."""

    accepted_pieces = forms.IntegerField(label=gettext_lazy("Pieces that you accept"), min_value=1, max_value=9_999)
    sound_pieces = forms.IntegerField(
        label=gettext_lazy("Of these, pieces that can be sold again"), min_value=0, max_value=9_999
    )
    reason = forms.ChoiceField(label=gettext_lazy("Why not the others"))
    field_order = ("accepted_pieces", "sound_pieces", "reason", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.value, REFUSALS[one]) for one in Refusal if one in AT_INSPECTION]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]


class ReshipForm(AnswerForm):
    """How new goods travel."""

    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"))
    tracking_no = forms.CharField(label=gettext_lazy("Tracking number"), max_length=40, strip=True)
    field_order = ("carrier", "tracking_no", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = carrier_choices()  # type: ignore[attr-defined]


@require_GET
@operation("claims.read")
def claims(request: HttpRequest) -> HttpResponse:
    """List one queue of the shop's claims."""
    shop_id = _shop(request)
    queue = request.GET.get("queue", "to_answer")
    queue = queue if queue in QUEUES else "to_answer"
    only = _narrowed(request.GET)
    page = queries.claims_of_shop(shop_id, queue=queue, only=only, cursor=request.GET.get("cursor"))
    counts = queries.counts_of_shop(shop_id, now=now(), only=only)
    facts = {
        "page": page.map(_view),
        "tabs": _tabs(counts, queue, only),
        "queue": queue,
        "only": only,
        "is_narrowed": only != Narrowed(),
        "types": CLAIM_TYPES.items(),
        "reasons": CLAIM_REASONS.items(),
        "due_soon": counts["due_soon"],
        "templates": queries.templates_of(shop_id),
    }
    return render(request, "studio/claims.html", facts)


@require_GET
@operation("claims.read")
def claim(request: HttpRequest, claim: str) -> HttpResponse:
    """Show one claim with every answer that is possible now."""
    return _page(request, _ours(request, claim))


@require_GET
@operation("claims.read")
def evidence(request: HttpRequest, claim: str, evidence: str) -> HttpResponse:
    """Show something that was shown in the claim."""
    return shown_file(request, _ours(request, claim).id, evidence)


@require_POST
@operation("claims.answer")
def agree_many(request: HttpRequest) -> HttpResponse:
    """Agree to all that were ticked."""
    if not request.POST.getlist("claim"):
        messages.error(request, _("Tick at least one request."))
        return redirect("studio_claims")
    try:
        ids = [parse_public_id(PREFIX, number) for number in request.POST.getlist("claim")[:BULK_MAX]]
        agreed = claim_answers.agree_many(ids, _answer(request, request.POST.get("words", "")), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        words = ngettext("%d request agreed to.", "%d requests agreed to.", agreed) % agreed
        messages.success(request, words)
    return redirect("studio_claims")


@require_POST
@operation("claims.answer")
def agree(request: HttpRequest, claim: str) -> HttpResponse:
    """Agree."""

    def act(found: ClaimFacts, form: forms.Form) -> None:
        claim_answers.agree(found.id, _answer(request, form.cleaned_data["words"]), now=now())

    return _act(request, claim, AnswerForm(request.POST), act, _("Agreed. The buyer is told."))


@require_POST
@operation("claims.answer")
def refuse(request: HttpRequest, claim: str) -> HttpResponse:
    """Refuse with a reason and what proves it."""
    inspecting = _ours(request, claim).goods_back

    def act(found: ClaimFacts, form: forms.Form) -> None:
        answer = _answer(request, form.cleaned_data["words"], _proofs(request, form))
        claim_answers.refuse(found.id, Refusal(form.cleaned_data["reason"]), answer, now=now())

    form = RefusalForm(request.POST, request.FILES, inspecting=inspecting)
    return _act(request, claim, form, act, _("Answered. The buyer may call the platform."))


@require_POST
@operation("claims.answer")
def offer(request: HttpRequest, claim: str) -> HttpResponse:
    """Offer a part of the refund."""

    def act(found: ClaimFacts, form: forms.Form) -> None:
        answer = _answer(request, form.cleaned_data["words"])
        claim_answers.offer_partial(found.id, form.cleaned_data["amount"], answer, now=now())

    return _act(
        request, claim, OfferForm(request.POST), act, _("The buyer has a day to answer; your time stands still.")
    )


@require_POST
@operation("claims.answer")
def ask_evidence(request: HttpRequest, claim: str) -> HttpResponse:
    """Ask the buyer to show more."""

    def act(found: ClaimFacts, form: forms.Form) -> None:
        kinds = [Evidence(kind) for kind in form.cleaned_data["kinds"]]
        claim_answers.ask_evidence(found.id, kinds, _answer(request, form.cleaned_data["words"]), now=now())

    return _act(
        request, claim, AskForm(request.POST), act, _("The buyer has a day to show it; your time stands still.")
    )


@require_POST
@operation("claims.answer")
def add_evidence(request: HttpRequest, claim: str) -> HttpResponse:
    """Show something of one's own."""

    def act(found: ClaimFacts, form: forms.Form) -> None:
        answer = _answer(request, form.cleaned_data["words"], _proofs(request, form))
        claim_answers.add_evidence(found.id, answer, now=now())

    return _act(request, claim, ProofForm(request.POST, request.FILES), act, _("The buyer sees it now."))


@require_POST
@operation("claims.answer")
def inspect(request: HttpRequest, claim: str) -> HttpResponse:
    """Accept what came back."""

    def act(found: ClaimFacts, form: forms.Form) -> None:
        answer = _answer(request, form.cleaned_data["words"])
        claim_answers.inspect(found.id, form.cleaned_data["sound_pieces"], answer, now=now())

    return _act(request, claim, InspectionForm(request.POST), act, _("Accepted. What was agreed follows by itself."))


@require_POST
@operation("claims.answer")
def inspect_part(request: HttpRequest, claim: str) -> HttpResponse:
    """Accept a part of what came back."""

    def act(found: ClaimFacts, form: forms.Form) -> None:
        said = form.cleaned_data
        pieces, reason = (said["accepted_pieces"], said["sound_pieces"]), Refusal(said["reason"])
        claim_answers.inspect_part(found.id, *pieces, reason, _answer(request, said["words"]), now=now())

    return _act(request, claim, PartForm(request.POST), act, _("Answered. The buyer takes it or calls the platform."))


@require_POST
@operation("claims.answer")
def give_back(request: HttpRequest, claim: str) -> HttpResponse:
    """Send the buyer what was not accepted."""

    def act(found: ClaimFacts, form: forms.Form) -> None:
        sent = form.cleaned_data
        answer = _answer(request, sent["words"])
        claim_answers.give_back(
            found.id, carrier=sent["carrier"], tracking_no=sent["tracking_no"], answer=answer, now=now()
        )

    return _act(request, claim, ReshipForm(request.POST), act, _("The parcel is on its way."))


@require_POST
@operation("claims.answer")
def reship(request: HttpRequest, claim: str) -> HttpResponse:
    """Send missing, exchanged or repaired goods."""

    def act(found: ClaimFacts, form: forms.Form) -> None:
        sent = form.cleaned_data
        answer = _answer(request, sent["words"])
        claim_answers.reship(
            found.id, carrier=sent["carrier"], tracking_no=sent["tracking_no"], answer=answer, now=now()
        )

    return _act(request, claim, ReshipForm(request.POST), act, _("The parcel is on its way."))


@require_POST
@operation("claims.answer")
def write_template(request: HttpRequest) -> HttpResponse:
    """Keep words ready."""
    try:
        title, words = request.POST.get("title", ""), request.POST.get("words", "")
        claim_templates.write_template(_shop(request), title, words, now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    return redirect("studio_claims")


@require_POST
@operation("claims.answer")
def forget_template(request: HttpRequest, template: str) -> HttpResponse:
    """Take a template away."""
    claim_templates.forget_template(_shop(request), parse_public_id("tpl", template))
    return redirect("studio_claims")


def _act(
    request: HttpRequest,
    number: str,
    form: forms.Form,
    act: Callable[[ClaimFacts, forms.Form], object],
    done: str,
) -> HttpResponse:
    """Do it and go back to the claim; say on the same page what was refused."""
    found = _ours(request, number)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        act(found, form)
    except AnxinError as error:
        form.add_error(None, message_of(error))
        return _page(request, _ours(request, number), form, status=422)
    messages.success(request, done)
    return redirect("studio_claim", number)


def _page(
    request: HttpRequest, found: ClaimFacts, sent: forms.Form | None = None, *, status: int = 200
) -> HttpResponse:
    dispute, doors = queries.open_dispute_of(found.id), _doors(found, sent)
    facts = {
        "claim": _view(found),
        "stations": progress(found),
        "steps": timeline_steps(queries.entries(found.id)),
        "dispute": public_id("dsp", dispute) if dispute else "",
        "templates": queries.templates_of(found.shop_id),
        "doors": doors,
        "faults": _faults(sent, is_shown=any(door["open"] for door in doors)),
    }
    return render(request, "studio/claim.html", facts, status=status)


def _faults(sent: forms.Form | None, *, is_shown: bool) -> list[str]:
    """Return what to say above the page: of an answer that is not possible any more, that it is not."""
    if sent is None:
        return []
    said = [str(error) for error in sent.non_field_errors()]
    return said or ([] if is_shown else [_("This answer is not possible now.")])


def _doors(found: ClaimFacts, sent: forms.Form | None) -> list[dict[str, Any]]:
    """Return the answers that are possible: page, words, form; the one that was sent keeps what was typed."""
    looking = {"sound_pieces": found.returnable_pieces}
    every: list[tuple[str, str, Any, Any, str]] = [
        ("agree", "studio_claim_agree", _agreement(found), AnswerForm(), "check"),
        ("inspect", "studio_claim_inspect", _("Accept the return"), InspectionForm(initial=looking), "clipboard-check"),
        ("inspect_part", "studio_claim_part", _("Accept a part"), PartForm(), "list-checks"),
        ("reship", "studio_claim_reship", _("Send the goods"), ReshipForm(), "truck"),
        ("give_back", "studio_claim_give_back", _("Send the goods back to the buyer"), ReshipForm(), "undo-2"),
        ("offer", "studio_claim_offer", _("Offer a part of it"), OfferForm(), "hand-coins"),
        ("ask_evidence", "studio_claim_ask", _("Ask for evidence"), AskForm(), "camera"),
        ("refuse", "studio_claim_refuse", _("Refuse"), RefusalForm(inspecting=found.goods_back), "ban"),
        ("add_evidence", "studio_claim_evidence", _("Show something of yours"), ProofForm(), "image"),
    ]
    doors: list[dict[str, Any]] = []
    for step, page, words, empty, icon in every:
        if step in found.merchant_steps:
            same = sent is not None and type(sent) is type(empty)
            form: forms.Form = sent if sent is not None and same else empty
            form.auto_id = f"id_{step}_%s"  # all the forms are on one page: a label belongs to its own field
            doors.append({"page": page, "words": words, "form": form, "icon": icon, "open": same, "main": not doors})
    return doors


def _agreement(found: ClaimFacts) -> str:
    if found.state is queries.ClaimState.AWAITING_GIVE_BACK:
        return _("Keep the goods and pay for them")
    if found.state in {queries.ClaimState.RETURN_REFUSED, queries.ClaimState.DISPUTED}:
        return _("Agree after all")
    return _("Agree")


def _view(found: ClaimFacts) -> ClaimView:
    return claim_view(found, reader=Party.MERCHANT, english=not reads_chinese())


def _answer(request: HttpRequest, words: str, files: list[UUID] | None = None) -> Answer:
    return Answer(_shop(request), person_of(request), words, tuple(files or ()))


def _proofs(request: HttpRequest, form: forms.Form) -> list[UUID]:
    kind = Evidence(form.cleaned_data["kind"] or Evidence.PHOTO_WHOLE)
    return keep_files(request, "proofs", kind, by=person_of(request), party=Party.MERCHANT)


def _ours(request: HttpRequest, number: str) -> ClaimFacts:
    return queries.claim(parse_public_id(PREFIX, number), shop_id=_shop(request))


def _shop(request: HttpRequest) -> UUID:
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id


def _narrowed(query: Mapping[str, Any]) -> Narrowed:
    """Read what is looked for; what nobody offered narrows nothing."""
    of_type, reason = query.get("type", ""), query.get("reason", "")
    return Narrowed(
        of_type if of_type in CLAIM_TYPES else "",
        reason if reason in CLAIM_REASONS else "",
        query.get("q", "").replace("\0", "").strip()[:TEXT_MAX],
    )


def _tabs(counts: Mapping[str, int], active: str, only: Narrowed) -> list[Tab]:
    address, kept = reverse("studio_claims"), {"type": only.type, "reason": only.reason, "q": only.text}
    more = urlencode({name: value for name, value in kept.items() if value})
    return [
        Tab(str(label), f"{address}?queue={key}{more and '&'}{more}", counts[key] or None, key == active)
        for key, label in QUEUES.items()
    ]


urlpatterns = [
    path("claims", claims, name="studio_claims"),
    path("claims/agreement", agree_many, name="studio_claims_agree"),
    path("claims/templates", write_template, name="studio_claim_templates"),
    path("claims/templates/<str:template>/removal", forget_template, name="studio_claim_template_remove"),
    path("claims/<str:claim>", claim, name="studio_claim"),
    path("claims/<str:claim>/evidence", add_evidence, name="studio_claim_evidence"),
    path("claims/<str:claim>/evidence/<str:evidence>", evidence, name="studio_claim_file"),
    path("claims/<str:claim>/agreement", agree, name="studio_claim_agree"),
    path("claims/<str:claim>/refusal", refuse, name="studio_claim_refuse"),
    path("claims/<str:claim>/offer", offer, name="studio_claim_offer"),
    path("claims/<str:claim>/question", ask_evidence, name="studio_claim_ask"),
    path("claims/<str:claim>/inspection", inspect, name="studio_claim_inspect"),
    path("claims/<str:claim>/part", inspect_part, name="studio_claim_part"),
    path("claims/<str:claim>/way-back", give_back, name="studio_claim_give_back"),
    path("claims/<str:claim>/shipment", reship, name="studio_claim_reship"),
]
