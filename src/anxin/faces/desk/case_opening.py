"""The platform steps in: over a claim that is open, or where nobody has claimed anything (总则 63)."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.claim_words import STATES
from anxin.faces.order_words import LineView, OrderView
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.guarantee.commands import claim_escalation
from anxin.market.guarantee.commands.claim_escalation import WHY_MAX, NewCase
from anxin.market.guarantee.errors.claims import BadWords
from anxin.market.guarantee.errors.promises import UnknownLine
from anxin.market.guarantee.queries import claims
from anxin.market.orders import queries as orders
from anxin.market.orders.queries import PIECES_MAX, OrderFacts


@dataclass(frozen=True)
class CaseOfLine:
    """A line, what is claimed about it, and the case that the platform has of it or may open.

    Of a line that was shipped in part there are two: over what left, and over what is `unsent`.
    """

    line: LineView
    claim: tuple[str, str] | None  # the state of the open claim in words, and its tone
    dispute: str
    may_open: bool
    pieces_max: int
    in_parts: bool = False
    unsent: bool = False


class OpeningForm(forms.Form):
    """Which line, how many pieces of it, and why the platform steps in."""

    line = forms.CharField()
    pieces = forms.IntegerField(min_value=1, max_value=PIECES_MAX)
    why = forms.CharField(max_length=WHY_MAX)
    unsent = forms.BooleanField(required=False)


def cases_of(order: OrderFacts, view: OrderView) -> tuple[CaseOfLine, ...]:
    """Return every line of an order with its case."""
    running = {one.line_id: one for one in claims.claims_of_order(order) if one.is_open}
    disputes = claims.open_disputes_of([one.id for one in running.values()])
    return tuple(case for one in view.lines for case in _cases(one, running.get(one.facts.id), disputes))


def _cases(line: LineView, claim: claims.ClaimFacts | None, disputes: Mapping[UUID, UUID]) -> tuple[CaseOfLine, ...]:
    if claim is not None:
        return (_case(line, claim, disputes.get(claim.id)),)
    sent, unsent = line.facts.open_sent, line.facts.open_unsent
    if not sent or not unsent:
        return (CaseOfLine(line, None, "", sent + unsent > 0, sent + unsent),)
    return (
        CaseOfLine(line, None, "", True, sent, in_parts=True),
        CaseOfLine(line, None, "", True, unsent, in_parts=True, unsent=True),
    )


def _case(line: LineView, claim: claims.ClaimFacts, dispute: UUID | None) -> CaseOfLine:
    words, tone = STATES[claim.state]
    number = public_id("dsp", dispute) if dispute else ""
    return CaseOfLine(line, (str(words), tone), number, claim.may_be_seized, claim.pieces)


@require_POST
@operation("desk.disputes.judge")
def open_case(request: HttpRequest, order: str) -> HttpResponse:
    """Step in about one line of an order; the case asks both sides for evidence at once."""
    form, found = OpeningForm(request.POST), orders.order(parse_public_id("ord", order))
    try:
        opened = _opened(form, found, person_of(request))
    except AnxinError as error:
        messages.error(request, message_of(error))
        return redirect("desk_order", order)
    messages.success(request, _("The case is open. Both sides are asked for evidence."))
    return redirect("desk_dispute", public_id("dsp", opened))


def _opened(form: OpeningForm, order: OrderFacts, by: UUID) -> UUID:
    if not form.is_valid():
        raise BadWords
    given = form.cleaned_data
    line_id = parse_public_id("lin", given["line"])
    if line_id not in {one.id for one in order.lines}:
        raise UnknownLine
    case = NewCase(line_id, given["pieces"], given["why"], unsent=given["unsent"])
    return claim_escalation.look_into(case, actor_id=by, now=now())


urlpatterns = [path("orders/<str:order>/cases", open_case, name="desk_order_case")]
