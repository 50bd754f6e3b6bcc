"""The review queue of shops: what was sent beside what was sent before, the papers, then a decision with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.pages import message_of
from anxin.faces.shop_words import (
    FIELDS,
    PAPERS,
    REVIEW_REASONS,
    SHOP_TYPES,
    STATES,
    STEPS,
    field_name,
    reason_text,
)
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.catalog.queries import category_tree
from anxin.market.shops.commands import expiry, reviews
from anxin.market.shops.errors import ApplicationIncomplete
from anxin.market.shops.queries import applications as queries
from anxin.market.shops.queries.applications import ApplicationFacts, ApplicationState, Brand, Document
from anxin.ui.parts import Step, Tab

PREFIX = "app"
PAPER_PREFIX = "qua"
PAGE_SIZE = 30
SHOWN_STATES = (
    ApplicationState.SUBMITTED,
    ApplicationState.MORE_ASKED,
    ApplicationState.REFUSED,
    ApplicationState.APPROVED,
)
VERBS = {"ask_more": reviews.ask_for_more, "refuse": reviews.refuse, "approve": reviews.approve}


class DecisionForm(forms.Form):
    """Reasons, a note for the applicant, and the version that was looked at."""

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Reasons"),
        required=False,
        choices=list(REVIEW_REASONS.items()),
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=gettext_lazy("Note to the applicant"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class ShownField:
    """One field as it was sent before and as it is now."""

    label: str
    before: str
    now: str
    differs: bool


@never_cache
@require_GET
@operation("desk.shops.review")
def queue(request: HttpRequest) -> HttpResponse:
    """List applications in a state, those that wait longest first, and renewed papers."""
    wanted = request.GET.get("state", "")
    state = next((one for one in SHOWN_STATES if one.value == wanted), ApplicationState.SUBMITTED)
    page = queries.review_queue(state, cursor=request.GET.get("cursor"), limit=PAGE_SIZE)
    waiting = queries.waiting_count()
    facts = {
        "page": page,
        "rows": [(one, _type_of(one), _address(one)) for one in page.items],
        "tabs": [
            Tab(
                str(STATES[one][0]),
                f"?state={one.value}",
                waiting if one is ApplicationState.SUBMITTED else None,
                one is state,
            )
            for one in SHOWN_STATES
        ],
        "renewals": [(one, PAPERS[one.paper.kind]) for one in queries.renewals()],
    }
    return render(request, "desk/shop_reviews.html", facts)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("desk.shops.review")
def review(request: HttpRequest, application: str) -> HttpResponse:
    """Show one application with its papers, and decide it."""
    found = queries.application(parse_public_id(PREFIX, application))
    form = DecisionForm(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid() and _decided(request, found, form):
        messages.success(request, _("Decided."))
        return redirect("desk_shop_reviews")
    reasons = queries.faults(found.id, now=now()) if found.state is ApplicationState.SUBMITTED else ()
    facts = {
        "application": found,
        "id": application,
        "state": STATES[found.state],
        "fields": compared(found.sent_before, found.document),
        "is_second": found.sent_before is not None,
        "papers": [(paper, PAPERS[paper.kind]) for paper in found.papers],
        "faults": [(field_name(one.field), reason_text(one)) for one in reasons],
        "steps": _timeline(found),
        "form": form if found.state is ApplicationState.SUBMITTED else None,
    }
    return render(request, "desk/shop_review.html", facts, status=422 if form.errors else 200)


@require_GET
@operation("desk.shops.review")
def paper_page(request: HttpRequest, application: str, paper: str, page: int) -> HttpResponse:  # noqa: ARG001
    """Show a page of an applicant's paper."""
    application_id, paper_id = parse_public_id(PREFIX, application), parse_public_id(PAPER_PREFIX, paper)
    return _picture(queries.paper_page(application_id, paper_id, page))


@require_GET
@operation("desk.shops.review")
def renewal_page(request: HttpRequest, shop: str, paper: str, page: int) -> HttpResponse:  # noqa: ARG001
    """Show a page of a paper of an open shop."""
    shop_id, paper_id = parse_public_id("shop", shop), parse_public_id(PAPER_PREFIX, paper)
    return _picture(queries.paper_page_of_shop(shop_id, paper_id, page))


@require_POST
@operation("desk.shops.review")
def decide_renewal(request: HttpRequest, paper: str) -> HttpResponse:
    """Put a renewed paper in force, or refuse it."""
    paper_id, accepted = parse_public_id(PAPER_PREFIX, paper), "accept" in request.POST
    try:
        expiry.decide_renewal(paper_id, accepted=accepted, reviewer_id=person_of(request), now=now())
    except AnxinError as error:
        messages.error(request, message_of(error))
    else:
        messages.success(request, _("Decided."))
    return redirect("desk_shop_reviews")


def compared(before: Document | None, after: Document) -> list[ShownField]:
    """Return every field of the document, with what was sent the time before."""
    shown = []
    for name in FIELDS:
        old = _text(name, before) if before is not None else ""
        new = _text(name, after)
        shown.append(ShownField(str(FIELDS[name]), old, new, before is not None and old != new))
    return shown


def _text(name: str, document: Document) -> str:
    value = getattr(document, name)
    if name == "shop_type":
        return str(SHOP_TYPES[value]) if value else ""
    if name == "categories":
        tree = category_tree(now=now())
        known = {node.code: node.name for node in (*tree.tops, *tree.leaves())}
        return "、".join(known.get(code, code) for code in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Brand):
        return _brand(value)
    return str(value or "")


def _brand(brand: Brand) -> str:
    lines = [f"{brand.name} · {brand.mark_number} · {'R' if brand.registered else 'TM'}"]
    if brand.applied_on:
        lines.append(brand.applied_on.isoformat())
    lines.append(brand.owner)
    lines.extend(
        f"→ {link.grantee}{' · ' + _('Exclusive') if link.exclusive else ''} · {link.expires_on or '∞'}"
        for link in brand.links
    )
    return "\n".join(lines)


def _decided(request: HttpRequest, found: ApplicationFacts, form: DecisionForm) -> bool:
    facts: Mapping[str, Any] = form.cleaned_data
    verb = next((one for one in VERBS if one in request.POST), "")
    if not verb:
        return False
    look = reviews.Review(found.id, facts["version"], person_of(request), tuple(facts["reasons"]), _note(facts))
    try:
        VERBS[verb](look, now=now())
    except ApplicationIncomplete as incomplete:
        for reason in incomplete.reasons:
            form.add_error(None, f"{field_name(reason.field)}: {reason_text(reason)}")
        return False
    except AnxinError as error:
        form.add_error(None, message_of(error))
        return False
    return True


def _note(facts: Mapping[str, Any]) -> str:
    """Return what the applicant will read: the chosen reasons as sentences, then the operator's own words."""
    lines = [str(REVIEW_REASONS[code]) for code in facts["reasons"]]
    return "\n".join([*lines, facts["note"].strip()]).strip()


def _timeline(found: ApplicationFacts) -> list[Step]:
    bad = ("refuse", "ask_more")
    return [
        Step(
            f"{STEPS[step.verb]} · {step.actor_name}",
            "failed" if step.verb in bad else "done",
            step.at,
            step.note,
        )
        for step in reversed(found.steps)
    ]


def _type_of(found: ApplicationFacts) -> Any:
    return SHOP_TYPES[found.document.shop_type] if found.document.shop_type else "–"


def _address(found: ApplicationFacts) -> str:
    return reverse("desk_shop_review", args=[public_id(PREFIX, found.id)])


def _picture(jpeg: bytes) -> HttpResponse:
    answer = HttpResponse(jpeg, content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    return answer


urlpatterns = [
    path("shop-reviews", queue, name="desk_shop_reviews"),
    path("shop-reviews/renewals/<str:paper>", decide_renewal, name="desk_renewal_decide"),
    path("shop-reviews/renewals/<str:shop>/<str:paper>/<int:page>", renewal_page, name="desk_renewal_paper"),
    path("shop-reviews/<str:application>", review, name="desk_shop_review"),
    path("shop-reviews/<str:application>/papers/<str:paper>/<int:page>", paper_page, name="desk_shop_paper"),
]
