"""The operator's side: ask for more, refuse, approve; and the papers of shops that are open already."""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.people.commands.audit import record_act
from anxin.market.people.commands.roles import grant_role
from anxin.market.people.queries import Grant, OrgKind, Role
from anxin.market.shops import store
from anxin.market.shops.commands.applications import faults_of
from anxin.market.shops.commands.deposits import open_deposit
from anxin.market.shops.commands.expiry import watch_papers
from anxin.market.shops.commands.freight import give_first_template
from anxin.market.shops.domain.application import LIFE, ApplicationState
from anxin.market.shops.domain.papers import document_from_json, entity_key, entity_kind
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import PaperState
from anxin.market.shops.errors import ApplicationIncomplete, ReasonsMissing, ReviewerIsApplicant
from anxin.market.shops.events import ApplicationDecided, ShopOpened
from anxin.market.shops.models import Application, Paper, Shop

REASONS_MAX = 20


@dataclass(frozen=True)
class Review:
    """An operator's look at one version of an application: reasons are stable codes, the note is for the applicant."""

    application_id: UUID
    version: int
    reviewer_id: UUID
    reasons: tuple[str, ...] = ()
    note: str = ""


@transactional
def ask_for_more(review: Review, *, now: Instant) -> None:
    """Send the application back to be completed. Raises ReasonsMissing and as `approve`."""
    _decide(review, "ask_more", now=now)


@transactional
def refuse(review: Review, *, now: Instant) -> None:
    """Refuse the application with reasons; the applicant may change it and apply again. Raises as `ask_for_more`."""
    _decide(review, "refuse", now=now)


@transactional
def approve(review: Review, *, now: Instant) -> UUID:
    """Open the shop: owner, deposit, first freight template, watched papers. Return the shop's id.

    What the check said at submission is checked again: time has passed, a name or the entity's limit may be used up.
    Raises UnknownApplication, ReviewerIsApplicant, IllegalStep, LostRace, ApplicationIncomplete.
    """
    application = _reviewed(review)
    LIFE.after(ApplicationState(application.state), "approve")
    store.lock_entity(_entity_of(application, now=now))
    reasons = faults_of(application, now=now)
    if reasons:
        raise ApplicationIncomplete(reasons)
    shop = _shop_of(application, now=now)
    shop.save(force_insert=True)
    store.step(application, "approve", review.version, shop=shop, updated_at=now)
    Paper.objects.filter(application=application, state=PaperState.KEPT.value).update(shop=shop)
    owner = Grant(OrgKind.SHOP, shop.pk, Role.OWNER)
    grant_role(application.applicant_id, owner, granted_by=review.reviewer_id, now=now)
    give_first_template(shop.pk, now=now)
    open_deposit(shop.pk, now=now)
    watch_papers(shop.pk, now=now)
    _announce(review, application, "approve", shop_id=shop.pk, now=now)
    opened = ShopOpened(shop.pk, shop.slug, shop.name, shop.shop_type, application.applicant_id, tuple(shop.categories))
    publish(opened, now=now, shop_id=shop.pk)
    return shop.pk


def _decide(review: Review, verb: str, *, now: Instant) -> None:
    if not review.reasons and not review.note.strip():
        raise ReasonsMissing
    application = _reviewed(review)
    store.step(application, verb, review.version, updated_at=now)
    _announce(review, application, verb, shop_id=None, now=now)


def _reviewed(review: Review) -> Application:
    application = store.found_application(review.application_id)
    if application.applicant_id == review.reviewer_id:
        raise ReviewerIsApplicant
    return application


def _announce(review: Review, application: Application, verb: str, *, shop_id: UUID | None, now: Instant) -> None:
    reasons, note = list(review.reasons[:REASONS_MAX]), review.note.strip()
    store.note_step(application.pk, verb, review.reviewer_id, reasons=reasons, note=note, now=now)
    detail = {"reasons": reasons, "note": note, "shop_id": str(shop_id) if shop_id else None}
    record_act(f"shops.{verb}", f"application:{application.pk}", detail, actor_id=review.reviewer_id, now=now)
    publish(ApplicationDecided(application.pk, application.applicant_id, verb, shop_id), now=now)


def _entity_of(application: Application, *, now: Instant) -> str:
    return entity_key(document_from_json(application.document), rulebook_at(shanghai_day(now)))


def _shop_of(application: Application, *, now: Instant) -> Shop:
    book = rulebook_at(shanghai_day(now))
    document = document_from_json(application.document)
    shop = Shop(
        name=document.shop_name,
        name_en=document.shop_name_en,
        shop_type=document.shop_type or "",
        entity_kind=entity_kind(document, book).value,
        entity_name=document.entity_name or document.person_name,
        entity_code=entity_key(document, book),
        brand=document.brand.name if document.brand else "",
        categories=list(document.categories),
        contact_phone=document.contact_phone,
        contact_email=document.contact_email,
        zero_deposit=document.zero_deposit,
        opened_at=now,
    )
    shop.slug = store.free_slug(document.shop_name_en, shop.pk)
    return shop
