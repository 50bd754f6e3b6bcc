"""The applicant's side of opening a shop: write, attach papers, send, withdraw."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.states import LostRace
from anxin.market.shops import store
from anxin.market.shops.domain.application import EDITABLE, LIFE, ApplicationState
from anxin.market.shops.domain.papers import Document, Reason, document_from_json, document_to_json, entity_key, faults
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import PaperKind, PaperState
from anxin.market.shops.errors import (
    ApplicationIncomplete,
    NotEditable,
    TooManyApplications,
    TooManyPapers,
    UnknownPaper,
)
from anxin.market.shops.events import ApplicationSubmitted
from anxin.market.shops.models import Application, Paper

OPEN_APPLICATIONS_MAX = 5
PAPERS_MAX = 30

__all__ = [
    "Document",
    "NewPaper",
    "PaperKind",
    "add_paper",
    "remove_paper",
    "save_draft",
    "start",
    "submit",
    "withdraw",
]


@dataclass(frozen=True)
class NewPaper:
    """An uploaded paper whose pages (names of private files) were re-encoded already."""

    kind: PaperKind
    pages: tuple[str, ...]
    number: str = ""
    issued_on: date | None = None
    expires_on: date | None = None


@transactional
def start(applicant_id: UUID, *, now: Instant) -> UUID:
    """Begin an application and return its id. Raises TooManyApplications."""
    under_way = Application.objects.filter(applicant_id=applicant_id).exclude(
        state__in=[state.value for state in LIFE.ends()]
    )
    if under_way.count() >= OPEN_APPLICATIONS_MAX:
        raise TooManyApplications(OPEN_APPLICATIONS_MAX)
    application = Application.objects.create(
        applicant_id=applicant_id, document=document_to_json(Document()), created_at=now, updated_at=now
    )
    store.note_step(application.pk, "start", applicant_id, now=now)
    return application.pk


@transactional
def save_draft(application_id: UUID, document: Document, *, applicant_id: UUID, version: int, now: Instant) -> None:
    """Keep what the applicant wrote, complete or not. Raises UnknownApplication, NotEditable, LostRace."""
    application = _editable(application_id, applicant_id)
    if application.version != version:
        raise LostRace(LIFE.aggregate)
    application.document = document_to_json(document)
    application.updated_at = now
    application.version += 1
    application.save(update_fields=["document", "updated_at", "version"])


@transactional
def add_paper(application_id: UUID, paper: NewPaper, *, applicant_id: UUID, now: Instant) -> UUID:
    """Attach a paper to the application and return its id. Raises UnknownApplication, NotEditable, TooManyPapers."""
    application = _editable(application_id, applicant_id)
    if application.papers.count() >= PAPERS_MAX:
        raise TooManyPapers(PAPERS_MAX)
    row = Paper.objects.create(
        application=application,
        kind=paper.kind.value,
        number=paper.number,
        issued_on=paper.issued_on,
        expires_on=paper.expires_on,
        pages=list(paper.pages),
        uploaded_at=now,
    )
    return row.pk


@transactional
def remove_paper(application_id: UUID, paper_id: UUID, *, applicant_id: UUID, now: Instant) -> None:  # noqa: ARG001
    """Take a paper out of the application; its pages are kept for the timeline. Raises as `add_paper`, UnknownPaper."""
    application = _editable(application_id, applicant_id)
    rows = application.papers.filter(pk=paper_id, state=PaperState.KEPT.value)
    if not rows.update(state=PaperState.REPLACED.value):
        raise UnknownPaper


@transactional
def submit(application_id: UUID, *, applicant_id: UUID, version: int, now: Instant) -> None:
    """Send the application to the operators, if nothing is missing or wrong.

    Raises ApplicationIncomplete with every reason at once; UnknownApplication, IllegalStep, LostRace.
    """
    application = store.own_application(application_id, applicant_id)
    LIFE.after(ApplicationState(application.state), "submit")
    reasons = faults_of(application, now=now)
    if reasons:
        raise ApplicationIncomplete(reasons)
    store.step(application, "submit", version, submitted_at=now, updated_at=now)
    store.note_step(application_id, "submit", applicant_id, document=application.document, now=now)
    publish(ApplicationSubmitted(application_id, applicant_id), now=now)


@transactional
def withdraw(application_id: UUID, *, applicant_id: UUID, version: int, now: Instant) -> None:
    """Give the application up. Raises UnknownApplication, IllegalStep, LostRace."""
    application = store.own_application(application_id, applicant_id)
    store.step(application, "withdraw", version, updated_at=now)
    store.note_step(application_id, "withdraw", applicant_id, now=now)


def faults_of(application: Application, *, now: Instant) -> tuple[Reason, ...]:
    """Return every reason why the application as it stands cannot be sent or approved."""
    today = shanghai_day(now)
    book = rulebook_at(today)
    document = document_from_json(application.document)
    around = store.surroundings(document.shop_name, entity_key(document, book))
    return faults(document, store.paper_facts(application.pk), around, book, today)


def _editable(application_id: UUID, applicant_id: UUID) -> Application:
    application = store.own_application(application_id, applicant_id)
    if ApplicationState(application.state) not in EDITABLE:
        raise NotEditable
    return application
