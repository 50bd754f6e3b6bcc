"""Asking for after-sale service in three taps: which goods, what happened, how to make it good."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from anxin.faces.access import operation, person_of
from anxin.faces.claim_files import HINT, keep_files
from anxin.faces.claim_words import PREFIX, reason_words
from anxin.faces.guarantee_words import CLAIM_TYPES, EVIDENCE, FREIGHT, promise_name
from anxin.faces.language import reads_chinese
from anxin.faces.order_words import LineView, line_view
from anxin.faces.pages import message_of
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.kernel.money import parse_money
from anxin.market.guarantee.commands import claims
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.errors.claims import EvidenceMissing
from anxin.market.guarantee.errors.promises import UnknownLine
from anxin.market.guarantee.queries.claim_options import Option, Remedy, options_for
from anxin.market.guarantee.queries.claims import ClaimType, Evidence, Party
from anxin.market.orders import queries as orders
from anxin.market.orders.queries import LineFacts, OrderFacts

LINES_MAX = 50
FRESH, ALLERGY = "fresh", "allergy"


@dataclass(frozen=True)
class Picked:
    """A line of the order and how many of its pieces are in question."""

    facts: LineFacts
    view: LineView
    number: str
    pieces: int
    pieces_max: int

    @property
    def is_open(self) -> bool:
        """Whether something of it can still be asked for."""
        return self.pieces_max > 0 and not self.facts.claimed


@dataclass(frozen=True)
class RemedyView:
    """One way to make it good, in words."""

    facts: Remedy
    name: str
    promise: str
    freight: str
    proofs: tuple[str, ...]


@require_http_methods(["GET", "POST"])
@operation("claims.use")
def claim_new(request: HttpRequest) -> HttpResponse:
    """Show the next of the three steps; the last one sends the request."""
    order, chosen = _asked_about(request)
    changed = _changed(request)
    every = _lines(order, request.GET)
    picked = [one for one in every if one.number in chosen and (one.is_open or changed)]
    facts: dict[str, object] = {"number": public_id("ord", order.id), "lines": every, "picked": picked}
    if not picked or _needs_pieces(picked, request.GET):
        return _first(request, every, facts)
    lines = [(one.facts.id, one.pieces) for one in picked]
    options = options_for(lines, person_id=person_of(request), apart_from=changed, now=now())
    option = next((one for one in options if one.reason == request.GET.get("reason")), None)
    if option is None:
        choices = [(one, reason_words(one.reason), _ask(picked, one.reason, changed)) for one in options]
        return render(request, "storefront/claim_reason.html", {**facts, "choices": choices})
    if request.method == "POST":
        return _send(request, picked, option, facts)
    return _last(request, picked, option, facts)


def _first(request: HttpRequest, every: list[Picked], facts: dict[str, object]) -> HttpResponse:
    """The first step: which goods. A single piece of a single line needs no question."""
    can = [one for one in every if one.is_open]
    if len(can) == 1 and can[0].pieces_max == 1 and "line" not in request.GET:
        return redirect(_ask(can))
    return render(request, "storefront/claim_lines.html", {**facts, "any": bool(can)})


def _last(
    request: HttpRequest,
    picked: list[Picked],
    option: Option,
    facts: dict[str, object],
    *,
    fault: str = "",
    kept: tuple[tuple[str, str], ...] = (),
) -> HttpResponse:
    """The last step: evidence and remedy."""
    remedies = [_remedy(one) for one in option.remedies]
    kinds = list(dict.fromkeys(kind for one in option.remedies for kind in one.evidence))
    wanted = request.POST.get("type") or remedies[0].facts.type
    shown = {
        **facts,
        "reason": reason_words(option.reason),
        "remedies": remedies,
        "wanted": wanted,
        "proofs": [(kind, str(EVIDENCE[kind])) for kind in kinds],
        "fresh": any(one.facts.promise == FRESH for one in remedies),
        "allergy": any(one.facts.promise == ALLERGY for one in remedies),
        "may_ask_less": any(one.facts.type is ClaimType.REFUND_SHIPPED for one in remedies),
        "hint": HINT,
        "fault": fault,
        "kept": kept,
        "sent": request.POST,
        "back": _ask(picked, claim_id=_changed(request)),
    }
    return render(request, "storefront/claim_remedy.html", shown, status=422 if fault else 200)


def _send(request: HttpRequest, picked: list[Picked], option: Option, facts: dict[str, object]) -> HttpResponse:
    """Keep the files, then ask for all lines or for none."""
    person_id = person_of(request)
    kept = _kept_before(request)
    try:
        kept += _kept_now(request, picked, option, person_id)
        applications = [_application(request, one, option.reason, kept) for one in picked]
        made = _made(request, applications, person_id)
    except EvidenceMissing as missing:
        kinds = ", ".join(str(EVIDENCE.get(kind, kind)) for kind in missing.kinds)
        return _last(request, picked, option, facts, fault=_("Please show: %s") % kinds, kept=tuple(kept))
    except AnxinError as error:
        return _last(request, picked, option, facts, fault=message_of(error), kept=tuple(kept))
    messages.success(request, _("Sent. You see here who has to act, and until when."))
    return redirect("claim", public_id(PREFIX, made[0])) if len(made) == 1 else redirect("claims")


def _made(request: HttpRequest, applications: list[Application], person_id: UUID) -> tuple[UUID, ...]:
    """Ask for it, or change the request that the address names."""
    changed = _changed(request)
    if changed is None:
        return claims.apply_many(applications, person_id=person_id, now=now())
    sent = applications[0]
    claims.modify(changed, sent.wish, words=sent.words, evidence=sent.evidence, person_id=person_id, now=now())
    return (changed,)


def _changed(request: HttpRequest) -> UUID | None:
    """Return the claim that is to be changed, None for a new one."""
    number = request.GET.get("claim")
    return parse_public_id(PREFIX, number) if number else None


def _application(request: HttpRequest, one: Picked, reason: str, kept: list[tuple[str, str]]) -> Application:
    sent = request.POST
    kind = ClaimType(sent["type"]) if sent.get("type") in set(ClaimType) else ClaimType.RETURN_REFUND
    amount = sent.get("amount", "").strip()
    wish = Wish(
        type=kind,
        reason=reason,
        pieces=one.pieces,
        asked_minor=parse_money(amount) if amount and kind is ClaimType.REFUND_SHIPPED else None,
        bad_pieces=_number(sent, "bad_pieces", 9_999),
        total_pieces=_number(sent, "total_pieces", 9_999),
        bad_ratio_bps=_percent(sent, "bad_percent"),
        remaining_bps=_percent(sent, "remaining_percent"),
        medical_minor=parse_money(sent["medical"]) if sent.get("medical", "").strip() else 0,
    )
    files = tuple(parse_public_id("evd", file) for line, file in kept if line == one.number)
    return Application(one.facts.id, wish, sent.get("words", ""), files)


def _kept_now(request: HttpRequest, picked: list[Picked], option: Option, person_id: UUID) -> list[tuple[str, str]]:
    """Keep the files of this form for each line; return them as (line, file), public ids both."""
    kinds = {kind for one in option.remedies for kind in one.evidence} | {Evidence.PHOTO_WHOLE}
    found = []
    for one in picked:
        for kind in sorted(kinds):
            for file in request.FILES.getlist(f"file-{kind}"):
                file.seek(0)
            kept = keep_files(request, f"file-{kind}", kind, by=person_id, party=Party.BUYER)
            found += [(one.number, public_id("evd", file)) for file in kept]
    return found


def _kept_before(request: HttpRequest) -> list[tuple[str, str]]:
    pairs = [text.partition(":") for text in request.POST.getlist("kept")[: LINES_MAX * 9]]
    return [(line, file) for line, _, file in pairs]


def _asked_about(request: HttpRequest) -> tuple[OrderFacts, set[str]]:
    """Return the order that the address speaks of, and the lines. Raises UnknownOrder, UnknownLine, BadIdentifier."""
    chosen = request.GET.getlist("line")[:LINES_MAX]
    if "order" in request.GET:
        found = orders.order(parse_public_id("ord", request.GET["order"]), person_id=person_of(request))
        return found, set(chosen)
    if not chosen:
        raise UnknownLine
    line_id = parse_public_id("lin", chosen[0])
    of_line = orders.orders_of_lines([line_id]).get(line_id)
    if of_line is None or of_line.person_id != person_of(request):
        raise UnknownLine
    return of_line, set(chosen)


def _lines(order: OrderFacts, query: QueryDict) -> list[Picked]:
    return [_picked(line, query) for line in order.lines]


def _picked(line: LineFacts, query: QueryDict) -> Picked:
    number, most = public_id("lin", line.id), max(line.open_sent, line.open_unsent)  # one request is about either
    pieces = _number(query, f"pieces-{number}", 9_999)
    view = line_view(line, english=not reads_chinese())
    return Picked(line, view, number, max(1, min(most, pieces or most)), most)


def _needs_pieces(picked: list[Picked], query: QueryDict) -> bool:
    """Whether it was not said yet how many pieces of a line are in question."""
    return any(one.pieces_max > 1 and f"pieces-{one.number}" not in query for one in picked)


def _remedy(one: Remedy) -> RemedyView:
    return RemedyView(
        facts=one,
        name=str(CLAIM_TYPES[one.type]),
        promise=promise_name(one.promise, english=not reads_chinese()),
        freight=str(FREIGHT[one.freight_payer]) if one.return_needed else "",
        proofs=tuple(str(EVIDENCE[kind]) for kind in one.evidence),
    )


def _ask(picked: list[Picked], reason: str = "", claim_id: UUID | None = None) -> str:
    """Return the address of the next step for these lines."""
    pairs = [("line", one.number) for one in picked]
    pairs += [(f"pieces-{one.number}", str(one.pieces)) for one in picked]
    if reason:
        pairs.append(("reason", reason))
    if claim_id is not None:
        pairs.append(("claim", public_id(PREFIX, claim_id)))
    return f"{reverse('claim_new')}?{urlencode(pairs)}"


def _number(sent: QueryDict, name: str, most: int) -> int | None:
    text = sent.get(name, "").strip()
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) <= 6 and int(text) else None  # noqa: PLR2004


def _percent(sent: QueryDict, name: str) -> int | None:
    found = _number(sent, name, 100)
    return found * 100 if found is not None else None


urlpatterns = [path("claims/new", claim_new, name="claim_new")]
