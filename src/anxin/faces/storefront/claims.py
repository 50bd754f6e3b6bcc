"""The buyer's after-sale requests: the list, one in detail, and everything that can be done about it."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.acting import act_on, tabs_of
from anxin.faces.claim_files import FilesField, keep_files, shown_file
from anxin.faces.claim_words import PREFIX, claim_view, progress, timeline_steps
from anxin.faces.language import reads_chinese
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.guarantee.commands import claim_escalation, claims
from anxin.market.guarantee.queries import claims as queries
from anxin.market.guarantee.queries.claims import ClaimFacts, Evidence, Party
from anxin.market.shipping import queries as shipping

_act = partial(act_on, "claim", PREFIX)  # do it, say so, and back to the claim

TABS = {
    "": gettext_lazy("All"),
    "waiting": gettext_lazy("Your turn"),
    "running": gettext_lazy("In progress"),
    "done": gettext_lazy("Completed"),
    "closed": gettext_lazy("Closed"),
}


@require_GET
@operation("claims.use")
def claims_page(request: HttpRequest) -> HttpResponse:
    """List the buyer's claims, newest first, with the counts of all tabs."""
    person_id = person_of(request)
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in TABS else ""
    page = queries.claims_of(person_id, tab=tab, cursor=request.GET.get("cursor"))
    english = not reads_chinese()
    facts = {
        "page": page.map(lambda found: claim_view(found, reader=Party.BUYER, english=english)),
        "tabs": tabs_of(TABS, queries.counts_of_person(person_id), reverse("claims"), tab),
    }
    return render(request, "storefront/claims.html", facts)


@require_GET
@operation("claims.use")
def claim(request: HttpRequest, claim: str) -> HttpResponse:
    """Show one claim: where it stands, who has to act until when, and what happened."""
    found = _mine(request, claim)
    dispute = queries.open_dispute_of(found.id)
    facts = {
        "claim": claim_view(found, reader=Party.BUYER, english=not reads_chinese()),
        "stations": progress(found),
        "steps": timeline_steps(queries.entries(found.id)),
        "dispute": public_id("dsp", dispute) if dispute else "",
        "carriers": [(one.code, one.name if reads_chinese() else one.name_en) for one in shipping.carriers()],
        "pickup_url": reverse("claim_pickup", args=[claim]),
        "files_hint": FilesField(label="").help_text,
    }
    return render(request, "storefront/claim.html", facts)


@require_GET
@operation("claims.use")
def evidence(request: HttpRequest, claim: str, evidence: str) -> HttpResponse:
    """Show something that was shown in the claim."""
    return shown_file(request, _mine(request, claim).id, evidence)


@require_POST
@operation("claims.use")
def withdraw(request: HttpRequest, claim: str) -> HttpResponse:
    """Let it be."""
    return _act(request, claim, _plain(claims.withdraw, request), _("The request is taken back."))


@require_POST
@operation("claims.use")
def accept_offer(request: HttpRequest, claim: str) -> HttpResponse:
    """Take the offer."""
    return _act(request, claim, _plain(claims.accept_offer, request), _("Agreed. The money is on its way."))


@require_POST
@operation("claims.use")
def decline_offer(request: HttpRequest, claim: str) -> HttpResponse:
    """Do not take the offer."""
    return _act(request, claim, _plain(claims.decline_offer, request), _("The shop answers your request itself now."))


@require_POST
@operation("claims.use")
def extend(request: HttpRequest, claim: str) -> HttpResponse:
    """Take three more days."""
    return _act(request, claim, _plain(claims.extend, request), _("You have three more days."))


@require_POST
@operation("claims.use")
def confirm_reship(request: HttpRequest, claim: str) -> HttpResponse:
    """Say that the new goods arrived."""
    return _act(request, claim, _plain(claims.confirm_reship, request), _("Thank you. The request is completed."))


@require_POST
@operation("claims.use")
def send_back(request: HttpRequest, claim: str) -> HttpResponse:
    """Say how the goods travel back."""
    carrier, tracking_no = request.POST.get("carrier", ""), request.POST.get("tracking_no", "")

    def act(claim_id: UUID) -> None:
        claims.send_back(claim_id, carrier=carrier, tracking_no=tracking_no, person_id=person_of(request), now=now())

    return _act(request, claim, act, _("The shop sees that the goods are on their way."))


@require_POST
@operation("claims.use")
def add_evidence(request: HttpRequest, claim: str) -> HttpResponse:
    """Show more; files are kept under the kind that was asked for."""
    found, person_id = _mine(request, claim), person_of(request)

    def act(claim_id: UUID) -> None:
        kept = []
        for kind in dict.fromkeys((*found.asked_evidence, Evidence.PHOTO_WHOLE.value)):
            kept += keep_files(request, f"file-{kind}", Evidence(kind), by=person_id, party=Party.BUYER)
        claims.add_evidence(claim_id, kept, words=request.POST.get("words", ""), person_id=person_id, now=now())

    return _act(request, claim, act, _("The shop sees it now."))


@require_POST
@operation("claims.use")
def escalate(request: HttpRequest, claim: str) -> HttpResponse:
    """Call the platform, and go to the room where both sides are heard."""
    try:
        opened = claim_escalation.escalate(
            parse_public_id(PREFIX, claim),
            words=request.POST.get("words", ""),
            person_id=person_of(request),
            now=now(),
        )
    except AnxinError as error:
        messages.error(request, message_of(error))
        return redirect("claim", claim)
    messages.success(request, _("The platform is called. Show here what supports you."))
    return redirect("dispute", public_id("dsp", opened))


@require_GET
@operation("claims.use")
def modify(request: HttpRequest, claim: str) -> HttpResponse:
    """Go through what happened and how to make it good once more."""
    found = _mine(request, claim)
    line = public_id("lin", found.line_id)
    query = urlencode({"line": line, f"pieces-{line}": found.pieces, "claim": claim})
    return redirect(f"{reverse('claim_new')}?{query}")


def _mine(request: HttpRequest, number: str) -> ClaimFacts:
    return queries.claim(parse_public_id(PREFIX, number), person_id=person_of(request))


def _plain(command: Callable[..., object], request: HttpRequest) -> Callable[[UUID], object]:
    return lambda claim_id: command(claim_id, person_id=person_of(request), now=now())


urlpatterns = [
    path("claims", claims_page, name="claims"),
    path("claims/<str:claim>", claim, name="claim"),
    path("claims/<str:claim>/evidence", add_evidence, name="claim_evidence"),
    path("claims/<str:claim>/evidence/<str:evidence>", evidence, name="claim_file"),
    path("claims/<str:claim>/withdrawal", withdraw, name="claim_withdraw"),
    path("claims/<str:claim>/offer/acceptance", accept_offer, name="claim_accept"),
    path("claims/<str:claim>/offer/refusal", decline_offer, name="claim_decline"),
    path("claims/<str:claim>/return", send_back, name="claim_return"),
    path("claims/<str:claim>/extension", extend, name="claim_extend"),
    path("claims/<str:claim>/receipt", confirm_reship, name="claim_receive"),
    path("claims/<str:claim>/change", modify, name="claim_modify"),
    path("claims/<str:claim>/escalation", escalate, name="claim_escalate"),
]
