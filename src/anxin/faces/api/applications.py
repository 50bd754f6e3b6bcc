"""Opening a shop through the API: write the application, attach papers, send it, follow it."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import Answer, ApplicationId, Body, PersonId, QualificationId, ShopId
from anxin.faces.shop_words import reason_text
from anxin.infra import vault
from anxin.infra.clock import now
from anxin.infra.uploads import clean_document
from anxin.market.shops.commands import applications as commands
from anxin.market.shops.commands.applications import NewPaper
from anxin.market.shops.queries import ShopType
from anxin.market.shops.queries import applications as queries
from anxin.market.shops.queries.applications import (
    ApplicationFacts,
    ApplicationState,
    AuthorisationLink,
    Brand,
    Document,
    PaperKind,
)

router = Router()

Text = Annotated[str, Field(max_length=120)]
Code = Annotated[str, Field(max_length=18)]
Version = Annotated[int, Field(ge=0, le=1_000_000, description="The version that was read; another one is a conflict.")]


class LinkIn(Body):
    """One step of the brand's authorisation."""

    grantor: Text
    grantee: Text
    exclusive: bool = False
    expires_on: Annotated[date | None, Field(strict=False)] = None


class BrandIn(Body):
    """The trade mark and the chain from its owner to the applicant."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    mark_number: Annotated[str, Field(max_length=30)] = ""
    registered: bool = True
    owner: Text = ""
    applied_on: Annotated[date | None, Field(strict=False)] = None
    links: list[LinkIn] = Field(default=[], max_length=5)


class DocumentIn(Body):
    """What the applicant writes; a draft may lack anything."""

    version: Version
    shop_type: Annotated[ShopType | None, Field(strict=False)] = None
    entity_name: Text = ""
    entity_code: Code = ""
    person_name: Annotated[str, Field(max_length=40)] = ""
    person_number: Code = ""
    shop_name: Annotated[str, Field(max_length=30)] = ""
    shop_name_en: Annotated[str, Field(max_length=60)] = ""
    categories: list[Annotated[str, Field(max_length=40)]] = Field(default=[], max_length=40)
    contact_phone: Annotated[str, Field(max_length=20)] = ""
    contact_email: Text = ""
    account_name: Text = ""
    account_number: Annotated[str, Field(max_length=40)] = ""
    bank_name: Text = ""
    zero_deposit: bool = False
    brand: BrandIn | None = None

    def document(self) -> Document:
        """Return what the command takes."""
        facts = self.model_dump(exclude={"version", "brand", "categories"})
        brand = None
        if self.brand is not None:
            links = tuple(AuthorisationLink(**link.model_dump()) for link in self.brand.links)
            brand = Brand(**self.brand.model_dump(exclude={"links"}), links=links)
        return Document(**facts, categories=tuple(self.categories), brand=brand)


class VersionIn(Body):
    """The version that is meant."""

    version: Version


class LinkOut(Answer):
    """One step of the brand's authorisation."""

    grantor: str
    grantee: str
    exclusive: bool
    expires_on: date | None


class BrandOut(Answer):
    """The trade mark and its chain."""

    name: str
    mark_number: str
    registered: bool
    owner: str
    applied_on: date | None
    links: list[LinkOut]


class DocumentOut(Answer):
    """What the applicant wrote."""

    shop_type: ShopType | None
    entity_name: str
    entity_code: str
    person_name: str
    person_number: str
    shop_name: str
    shop_name_en: str
    categories: list[str]
    contact_phone: str
    contact_email: str
    account_name: str
    account_number: str
    bank_name: str
    zero_deposit: bool
    brand: BrandOut | None


class PaperOut(Answer):
    """An uploaded paper."""

    id: QualificationId
    kind: PaperKind
    number: str
    expires_on: date | None
    page_count: int
    uploaded_at: datetime


class StepOut(Answer):
    """One line of the timeline."""

    verb: str
    note: str
    reasons: list[str]
    at: datetime


class ReasonOut(Answer):
    """Something that still stands in the way."""

    code: str
    field: str
    text: str


class ApplicationOut(Answer):
    """An application; `faults` says what is missing or wrong while it can be changed."""

    id: ApplicationId
    applicant_id: PersonId
    state: ApplicationState
    version: int
    document: DocumentOut
    shop_id: ShopId | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    papers: list[PaperOut]
    steps: list[StepOut]
    faults: list[ReasonOut] = []


class ApplicationRow(Answer):
    """An application in a list."""

    id: ApplicationId
    state: ApplicationState
    version: int
    updated_at: datetime
    submitted_at: datetime | None
    shop_id: ShopId | None


class ApplicationsOut(Answer):
    """The caller's applications, newest first (at most 50)."""

    items: list[ApplicationRow]


class PaperFields(Answer):
    """What is written beside the file of a paper."""

    kind: PaperKind
    number: str = Field("", max_length=60)
    expires_on: date | None = None


@router.get("/applications", response=ApplicationsOut)
@operation("shop.apply")
def list_applications(request: HttpRequest) -> Any:
    """List the caller's applications."""
    return {"items": queries.applications_of(person_of(request))}


@router.post("/applications", response={201: ApplicationOut})
@operation("shop.apply")
def start(request: HttpRequest) -> Any:
    """Begin an application."""
    return Status(201, _shown(request, commands.start(person_of(request), now=now())))


@router.get("/applications/{application}", response=ApplicationOut)
@operation("shop.apply")
def read(request: HttpRequest, application: ApplicationId) -> Any:
    """Read one's own application."""
    return _shown(request, application)


@router.put("/applications/{application}", response=ApplicationOut)
@operation("shop.apply")
def write(request: HttpRequest, application: ApplicationId, written: DocumentIn) -> Any:
    """Write the application's document, complete or not."""
    person = person_of(request)
    commands.save_draft(application, written.document(), applicant_id=person, version=written.version, now=now())
    return _shown(request, application)


@router.post("/applications/{application}/papers", response={201: ApplicationOut})
@operation("shop.apply")
def add_paper(
    request: HttpRequest, application: ApplicationId, paper: Form[PaperFields], file: File[UploadedFile]
) -> Any:
    """Attach a paper: JPEG, PNG, WebP or PDF; only its pixels are kept."""
    queries.application_of(person_of(request), application)
    pages = tuple(vault.keep(page) for page in clean_document(file.read()))
    new = NewPaper(paper.kind, pages, number=paper.number, expires_on=paper.expires_on)
    commands.add_paper(application, new, applicant_id=person_of(request), now=now())
    return Status(201, _shown(request, application))


@router.delete("/applications/{application}/papers/{paper}", response=ApplicationOut)
@operation("shop.apply")
def remove_paper(request: HttpRequest, application: ApplicationId, paper: QualificationId) -> Any:
    """Take a paper out again."""
    commands.remove_paper(application, paper, applicant_id=person_of(request), now=now())
    return _shown(request, application)


@router.post("/applications/{application}/submission", response=ApplicationOut)
@operation("shop.apply")
def submit(request: HttpRequest, application: ApplicationId, wanted: VersionIn) -> Any:
    """Send the application to the reviewers; what is missing or wrong is told all at once."""
    commands.submit(application, applicant_id=person_of(request), version=wanted.version, now=now())
    return _shown(request, application)


@router.post("/applications/{application}/withdrawal", response=ApplicationOut)
@operation("shop.apply")
def withdraw(request: HttpRequest, application: ApplicationId, wanted: VersionIn) -> Any:
    """Give the application up."""
    commands.withdraw(application, applicant_id=person_of(request), version=wanted.version, now=now())
    return _shown(request, application)


def _shown(request: HttpRequest, application_id: UUID) -> ApplicationOut:
    found: ApplicationFacts = queries.application_of(person_of(request), application_id)
    shown = ApplicationOut.model_validate({**vars(found), "faults": []}, from_attributes=True)
    if found.is_editable:
        reasons = queries.faults(application_id, now=now())
        shown.faults = [ReasonOut(code=one.code, field=one.field, text=reason_text(one)) for one in reasons]
    return shown
