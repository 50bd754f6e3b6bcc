"""Opening a shop: an application written step by step, saved after each, sent at the end, followed until it is decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anxin.faces.access import operation, person_of
from anxin.faces.language import reads_chinese
from anxin.faces.pages import message_of
from anxin.faces.shop_words import PAPERS, SHOP_TYPES, STATES, STEPS, field_name, reason_text
from anxin.faces.studio.onboarding_forms import ENTITY_FORMS, BrandForm, PaperForm, ShopForm, StepForm, TypeForm
from anxin.infra import vault
from anxin.infra.clock import now
from anxin.infra.uploads import clean_document
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.catalog.queries import category_tree
from anxin.market.shops import queries as shops
from anxin.market.shops.commands import applications
from anxin.market.shops.commands.applications import NewPaper
from anxin.market.shops.errors import ApplicationIncomplete
from anxin.market.shops.queries import applications as queries
from anxin.market.shops.queries.applications import ApplicationFacts, ApplicationState, Document, PaperKind, Reason
from anxin.ui.parts import Step

PREFIX = "app"
PAPER_PREFIX = "qua"

TITLES = {
    "type": gettext_lazy("Type"),
    "entity": gettext_lazy("Who you are"),
    "shop": gettext_lazy("Shop"),
    "brand": gettext_lazy("Brand"),
    "papers": gettext_lazy("Papers"),
    "send": gettext_lazy("Check and send"),
}
STEP_OF_FIELD = {
    "shop_type": "type",
    "shop_name": "shop",
    "shop_name_en": "shop",
    "categories": "shop",
    "contact_phone": "shop",
    "brand": "brand",
}


@dataclass(frozen=True)
class ShownReason:
    """A reason with the step on which it is mended."""

    field: str
    text: str
    url: str


@require_GET
@operation("shop.apply")
def join(request: HttpRequest) -> HttpResponse:
    """Show the reader's applications, and how to begin one."""
    mine = queries.applications_of(person_of(request))
    rows = [(one, STATES[one.state], _url(one.id)) for one in mine]
    return render(request, "studio/join.html", {"rows": rows, "types": SHOP_TYPES})


@require_POST
@operation("shop.apply")
def start(request: HttpRequest) -> HttpResponse:
    """Begin an application."""
    return redirect(_url(applications.start(person_of(request), now=now()), "type"))


@never_cache
@require_GET
@operation("shop.apply")
def application(request: HttpRequest, application: str) -> HttpResponse:
    """Show where an application stands: its timeline, and what the platform answered."""
    found = _own(request, application)
    if found.state is ApplicationState.DRAFT:
        return redirect(_url(found.id, "type"))
    facts = {
        "application": found,
        "state": STATES[found.state],
        "steps": timeline_of(found),
        "answer": found.last_answer,
        "edit_url": _url(found.id, "type"),
        "shop": shops.shop(found.shop_id) if found.shop_id else None,
        "id": public_id(PREFIX, found.id),
    }
    return render(request, "studio/join_status.html", facts)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("shop.apply")
def write(request: HttpRequest, application: str, step: str) -> HttpResponse:
    """Show one step of the form; on POST save it, complete or not, and go on."""
    found = _own(request, application)
    if not found.is_editable:
        return redirect(_url(found.id))
    form = _form(step, found.document, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            document = form.written(found.document)
            try:
                applications.save_draft(
                    found.id, document, applicant_id=found.applicant_id, version=_version(request), now=now()
                )
            except AnxinError as error:
                messages.error(request, message_of(error))
                return redirect(_url(found.id, step))
            return redirect(_url(found.id, _following(step, document)))
        status = 422
    facts = {"form": form, "step": step, **_frame(found, step)}
    return render(request, f"studio/join_{step}.html", facts, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@operation("shop.apply")
def papers(request: HttpRequest, application: str) -> HttpResponse:
    """Show which papers are needed and there; on POST take one more."""
    found = _own(request, application)
    if not found.is_editable:
        return redirect(_url(found.id))
    needed = queries.needed_papers(found.document, now=now())
    status = 200
    form = PaperForm(kinds=needed, initial={"kind": _first_missing(found, needed)})
    if request.method == "POST":
        form = PaperForm(request.POST, request.FILES, kinds=needed)
        if form.is_valid() and _take(form, found):
            messages.success(request, _("The paper is kept."))
            return redirect(_url(found.id, "papers"))
        status = 422
    rows = [(kind, PAPERS[kind], [paper for paper in found.papers if paper.kind is kind]) for kind in needed]
    facts = {"form": form, "step": "papers", "rows": rows, "next_url": _url(found.id, "send")}
    return render(request, "studio/join_papers.html", {**facts, **_frame(found, "papers")}, status=status)


@require_POST
@operation("shop.apply")
def remove_paper(request: HttpRequest, application: str, paper: str) -> HttpResponse:
    """Take a paper out again."""
    application_id = parse_public_id(PREFIX, application)
    applications.remove_paper(
        application_id, parse_public_id(PAPER_PREFIX, paper), applicant_id=person_of(request), now=now()
    )
    return redirect(_url(application_id, "papers"))


@require_GET
@operation("shop.apply")
def paper_page(request: HttpRequest, application: str, paper: str, page: int) -> HttpResponse:
    """Show the applicant a page of an own paper."""
    found = _own(request, application)
    return private_picture(queries.paper_page(found.id, parse_public_id(PAPER_PREFIX, paper), page))


@never_cache
@require_http_methods(["GET", "POST"])
@operation("shop.apply")
def send(request: HttpRequest, application: str) -> HttpResponse:
    """Show everything that was written and what is still wrong; on POST send it."""
    found = _own(request, application)
    if not found.is_editable:
        return redirect(_url(found.id))
    reasons: Sequence[Reason] = queries.faults(found.id, now=now())
    status = 200
    if request.method == "POST":
        try:
            applications.submit(found.id, applicant_id=found.applicant_id, version=_version(request), now=now())
        except ApplicationIncomplete as incomplete:
            reasons, status = incomplete.reasons, 422
        except AnxinError as error:
            messages.error(request, message_of(error))
            return redirect(_url(found.id, "send"))
        else:
            messages.success(request, _("Sent. We answer within two working days."))
            return redirect(_url(found.id))
    shown = [ShownReason(field_name(one.field), reason_text(one), _url(found.id, _step_of(one))) for one in reasons]
    facts = {"reasons": shown, "document": found.document, "categories": _category_names(found.document)}
    facts |= {"shop_type": SHOP_TYPES.get(found.document.shop_type) if found.document.shop_type else "", "step": "send"}
    return render(request, "studio/join_send.html", {**facts, **_frame(found, "send")}, status=status)


@require_POST
@operation("shop.apply")
def withdraw(request: HttpRequest, application: str) -> HttpResponse:
    """Give an application up."""
    found = _own(request, application)
    applications.withdraw(found.id, applicant_id=found.applicant_id, version=_version(request), now=now())
    messages.success(request, _("The application is withdrawn."))
    return redirect("studio_join")


def private_picture(jpeg: bytes) -> HttpResponse:
    """Answer with a private picture that no cache keeps."""
    answer = HttpResponse(jpeg, content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Disposition"] = "inline"
    return answer


def timeline_of(found: ApplicationFacts) -> list[Step]:
    """Return an application's timeline, newest first."""
    bad = ("refuse", "ask_more")
    return [
        Step(str(STEPS[step.verb]), "failed" if step.verb in bad else "done", step.at, step.note)
        for step in reversed(found.steps)
    ]


def _own(request: HttpRequest, application: str) -> ApplicationFacts:
    return queries.application_of(person_of(request), parse_public_id(PREFIX, application))


def _url(application_id: UUID, step: str | None = None) -> str:
    name = public_id(PREFIX, application_id)
    return reverse(f"studio_join_{step or 'application'}", args=[name])


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else 0  # noqa: PLR2004


def _steps_for(document: Document) -> list[str]:
    """Return the steps of an application; only branded types ask for a brand."""
    steps = list(TITLES)
    kind = document.shop_type
    if kind is None or queries.rules(now=now()).types[kind].brand_depth_max is None:
        steps.remove("brand")
    return steps


def _following(step: str, document: Document) -> str:
    steps = _steps_for(document)
    return steps[steps.index(step) + 1]


def _frame(found: ApplicationFacts, current: str) -> dict[str, Any]:
    """Return what every step of the form shows around itself."""
    steps = _steps_for(found.document)
    here = steps.index(current) if current in steps else 0
    states = ["done" if index < here else "now" if index == here else "waiting" for index in range(len(steps))]
    return {
        "application": found,
        "id": public_id(PREFIX, found.id),
        "walk": [
            (Step(str(TITLES[step]), state), _url(found.id, step)) for step, state in zip(steps, states, strict=True)
        ],
        "answer": found.last_answer,
        "back_url": _url(found.id, steps[here - 1]) if here else reverse("studio_join"),
    }


def _form(step: str, document: Document, data: Any) -> StepForm:
    initial_step = ENTITY_FORMS[_entity(document)] if step == "entity" else None
    kinds: dict[str, type[StepForm]] = {"type": TypeForm, "shop": ShopForm, "brand": BrandForm}
    kind = initial_step or kinds[step]
    extra: dict[str, Any] = {"categories": _categories()} if kind is ShopForm else {}
    return kind(data, initial=kind.initial_of(document), **extra)


def _entity(document: Document) -> str:
    if document.shop_type is None:
        return "company"
    return queries.rules(now=now()).types[document.shop_type].entity.value


def _categories() -> list[tuple[str, str]]:
    """Return the categories that can be asked for: the top ones, and leaves with a rule of their own."""
    tree, book = category_tree(now=now()), queries.rules(now=now())
    special = {*book.category_licences, *book.deposit.special_categories}
    nodes = [*tree.tops, *(leaf for leaf in tree.leaves() if leaf.code in special)]
    return [(node.code, f"{node.icon} {_local(node)}") for node in nodes]


def _category_names(document: Document) -> list[str]:
    names = dict(_categories())
    return [names.get(code, code) for code in document.categories]


def _local(node: Any) -> str:
    return str(node.name if reads_chinese() else node.name_en)


def _first_missing(found: ApplicationFacts, needed: Sequence[PaperKind]) -> str:
    there = {paper.kind for paper in found.papers}
    return next((kind.value for kind in needed if kind not in there), "")


def _take(form: PaperForm, found: ApplicationFacts) -> bool:
    """Clean and keep the uploaded paper; a refusal is shown at the file."""
    facts = form.cleaned_data
    try:
        pages = tuple(vault.keep(page) for page in clean_document(facts["file"].read()))
        paper = NewPaper(PaperKind(facts["kind"]), pages, number=facts["number"], expires_on=facts["expires_on"])
        applications.add_paper(found.id, paper, applicant_id=found.applicant_id, now=now())
    except AnxinError as error:
        form.add_error("file", message_of(error))
        return False
    return True


def _step_of(reason: Reason) -> str:
    if reason.field.startswith("paper."):
        return "papers"
    return STEP_OF_FIELD.get(reason.field, "entity")


urlpatterns = [
    path("join", join, name="studio_join"),
    path("join/start", start, name="studio_join_start"),
    path("join/<str:application>", application, name="studio_join_application"),
    path("join/<str:application>/papers", papers, name="studio_join_papers"),
    path("join/<str:application>/papers/<str:paper>/remove", remove_paper, name="studio_join_paper_remove"),
    path("join/<str:application>/papers/<str:paper>/<int:page>", paper_page, name="studio_join_paper"),
    path("join/<str:application>/send", send, name="studio_join_send"),
    path("join/<str:application>/withdraw", withdraw, name="studio_join_withdraw"),
    *(
        path(f"join/<str:application>/{step}", write, {"step": step}, name=f"studio_join_{step}")
        for step in ("type", "entity", "shop", "brand")
    ),
]
