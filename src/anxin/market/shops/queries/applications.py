"""Applications and papers, for applicants and for operators."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from anxin.infra import vault
from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.people.queries import names_of
from anxin.market.shops.commands.applications import faults_of
from anxin.market.shops.domain.application import EDITABLE, ApplicationState
from anxin.market.shops.domain.papers import (
    AuthorisationLink,
    Brand,
    Document,
    Reason,
    document_from_json,
    papers_needed,
)
from anxin.market.shops.domain.rules import Rulebook, TypeRule, rulebook_at
from anxin.market.shops.domain.types import PaperKind, PaperState
from anxin.market.shops.errors import UnknownApplication, UnknownPaper
from anxin.market.shops.models import Application, ApplicationStep, Paper, Shop
from anxin.market.shops.store import found_application

__all__ = ["ApplicationState", "AuthorisationLink", "Brand", "Document", "PaperKind", "Reason", "Rulebook", "TypeRule"]

MINE_MAX = 50


@dataclass(frozen=True)
class PaperFact:
    """An uploaded paper; its pages are shown one by one through `paper_page`."""

    id: UUID
    kind: PaperKind
    number: str
    issued_on: date | None
    expires_on: date | None
    page_count: int
    state: PaperState
    uploaded_at: datetime

    @property
    def pages(self) -> range:
        """The numbers of its pages, from 1."""
        return range(1, self.page_count + 1)


@dataclass(frozen=True)
class StepFact:
    """One line of an application's timeline."""

    verb: str
    actor_name: str
    reasons: tuple[str, ...]
    note: str
    at: datetime
    document: Document | None


@dataclass(frozen=True)
class ApplicationFacts:
    """An application: what was written, shown and decided."""

    id: UUID
    applicant_id: UUID
    applicant_name: str
    state: ApplicationState
    version: int
    document: Document
    shop_id: UUID | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    papers: tuple[PaperFact, ...] = ()
    steps: tuple[StepFact, ...] = ()

    @property
    def is_editable(self) -> bool:
        """Whether the applicant may change it now."""
        return self.state in EDITABLE

    @property
    def sent_before(self) -> Document | None:
        """What was sent the time before the last, to be compared with what was sent now."""
        sent = [step.document for step in self.steps if step.verb == "submit" and step.document]
        return sent[-2] if len(sent) > 1 else None

    @property
    def last_answer(self) -> StepFact | None:
        """The operator's latest words."""
        answers = [step for step in self.steps if step.verb in ("ask_more", "refuse", "approve")]
        return answers[-1] if answers else None


@dataclass(frozen=True)
class Renewal:
    """A newer paper of an open shop that waits for an operator."""

    paper: PaperFact
    replaces: PaperFact
    shop_id: UUID
    shop_name: str


def rules(*, now: Instant) -> Rulebook:
    """Return the rulebook that holds now."""
    return rulebook_at(shanghai_day(now))


def needed_papers(document: Document, *, now: Instant) -> tuple[PaperKind, ...]:
    """Return which papers an application with this document must show."""
    return papers_needed(document, rules(now=now))


def applications_of(applicant_id: UUID) -> tuple[ApplicationFacts, ...]:
    """Return a person's applications, newest first, without papers and steps."""
    rows = Application.objects.filter(applicant_id=applicant_id).order_by("-id")[:MINE_MAX]
    return _facts_of(list(rows))


def application_of(applicant_id: UUID, application_id: UUID) -> ApplicationFacts:
    """Return one's own application with everything. Raises UnknownApplication, for another's too."""
    row = Application.objects.filter(pk=application_id, applicant_id=applicant_id).first()
    if row is None:
        raise UnknownApplication
    return _whole(row)


def application(application_id: UUID) -> ApplicationFacts:
    """Return any application with everything, for operators. Raises UnknownApplication."""
    return _whole(found_application(application_id))


def faults(application_id: UUID, *, now: Instant) -> tuple[Reason, ...]:
    """Return what still stands in the way of an application. Raises UnknownApplication."""
    return faults_of(found_application(application_id), now=now)


def review_queue(
    state: ApplicationState = ApplicationState.SUBMITTED, *, cursor: str | None = None, limit: int | None = None
) -> Page[ApplicationFacts]:
    """Return applications in a state, those that wait longest first."""
    size = limited(limit)
    rows = Application.objects.filter(state=state.value).order_by("id")
    if cursor:
        rows = rows.filter(id__gt=id_cursor(cursor))
    return page_of(_facts_of(list(rows[: size + 1])), size, lambda facts: str(facts.id))


def waiting_count() -> int:
    """Return how many applications wait for an operator."""
    return Application.objects.filter(state=ApplicationState.SUBMITTED.value).count()


def renewals() -> tuple[Renewal, ...]:
    """Return papers of open shops that wait for an operator, oldest first (at most 100)."""
    rows = Paper.objects.filter(state=PaperState.PENDING.value, replaces__isnull=False).select_related("replaces")
    waiting = list(rows.order_by("uploaded_at")[:100])
    names = dict(Shop.objects.filter(pk__in=[row.shop_id for row in waiting]).values_list("pk", "name"))
    return tuple(
        Renewal(_paper(row), _paper(row.replaces), row.shop_id, names[row.shop_id])
        for row in waiting
        if row.replaces is not None and row.shop_id is not None
    )


def papers_of_shop(shop_id: UUID) -> tuple[PaperFact, ...]:
    """Return the papers of an open shop that are in force or wait."""
    states = [PaperState.KEPT.value, PaperState.PENDING.value]
    rows = Paper.objects.filter(shop_id=shop_id, state__in=states).order_by("kind", "uploaded_at")
    return tuple(_paper(row) for row in rows)


def paper_page(application_id: UUID, paper_id: UUID, page: int) -> bytes:
    """Return one page of an application's paper as JPEG. Raises UnknownPaper."""
    return _page(Paper.objects.filter(pk=paper_id, application_id=application_id).first(), page)


def paper_page_of_shop(shop_id: UUID, paper_id: UUID, page: int) -> bytes:
    """Return one page of an open shop's paper as JPEG. Raises UnknownPaper."""
    return _page(Paper.objects.filter(pk=paper_id, shop_id=shop_id).first(), page)


def _page(paper: Paper | None, page: int) -> bytes:
    if paper is None or not 1 <= page <= len(paper.pages):
        raise UnknownPaper
    return vault.read(paper.pages[page - 1])


def _facts_of(rows: Sequence[Application]) -> tuple[ApplicationFacts, ...]:
    names = names_of([row.applicant_id for row in rows])
    return tuple(_facts(row, names.get(row.applicant_id, "")) for row in rows)


def _whole(row: Application) -> ApplicationFacts:
    papers = row.papers.filter(state=PaperState.KEPT.value).order_by("uploaded_at")
    steps = list(row.steps.order_by("id"))
    names = names_of([row.applicant_id, *(step.actor_id for step in steps)])
    return _facts(
        row,
        names.get(row.applicant_id, ""),
        papers=tuple(_paper(paper) for paper in papers),
        steps=tuple(_step(step, names) for step in steps),
    )


def _facts(
    row: Application, name: str, *, papers: tuple[PaperFact, ...] = (), steps: tuple[StepFact, ...] = ()
) -> ApplicationFacts:
    return ApplicationFacts(
        id=row.pk,
        applicant_id=row.applicant_id,
        applicant_name=name,
        state=ApplicationState(row.state),
        version=row.version,
        document=document_from_json(row.document),
        shop_id=row.shop_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        submitted_at=row.submitted_at,
        papers=papers,
        steps=steps,
    )


def _paper(row: Paper) -> PaperFact:
    return PaperFact(
        id=row.pk,
        kind=PaperKind(row.kind),
        number=row.number,
        issued_on=row.issued_on,
        expires_on=row.expires_on,
        page_count=len(row.pages),
        state=PaperState(row.state),
        uploaded_at=row.uploaded_at,
    )


def _step(row: ApplicationStep, names: dict[UUID, str]) -> StepFact:
    return StepFact(
        verb=row.verb,
        actor_name=names.get(row.actor_id, ""),
        reasons=tuple(row.reasons),
        note=row.note,
        at=row.at,
        document=document_from_json(row.document) if row.document else None,
    )
