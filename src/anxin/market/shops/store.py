"""Rows of shops ⇄ domain. The order of locks: an entity's advisory lock, the application, the shop, its deposit, the ledger."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.text import slugify

from anxin.infra.outbox import publish
from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.kernel.states import LostRace
from anxin.market.shops.domain.application import LIFE, ApplicationState
from anxin.market.shops.domain.papers import PaperFacts, Surroundings
from anxin.market.shops.domain.types import PaperKind, PaperState, RestrictionKind, ShopState
from anxin.market.shops.errors import UnknownApplication, UnknownPaper, UnknownShop
from anxin.market.shops.events import ShopRestricted, ShopRestrictionLifted
from anxin.market.shops.models import Application, ApplicationStep, Paper, Restriction, Shop

SQL = Statements(__name__)
SLUG_MAX = 48


def found_shop(shop_id: UUID) -> Shop:
    """Return the shop. Raises UnknownShop."""
    shop = Shop.objects.filter(pk=shop_id).first()
    if shop is None:
        raise UnknownShop
    return shop


def locked_shop(shop_id: UUID) -> Shop:
    """Return the shop with its row locked. Raises UnknownShop."""
    shop = Shop.objects.select_for_update().filter(pk=shop_id).first()
    if shop is None:
        raise UnknownShop
    return shop


def own_application(application_id: UUID, applicant_id: UUID) -> Application:
    """Return the applicant's application with its row locked. Raises UnknownApplication, for another's too."""
    rows = Application.objects.select_for_update().filter(pk=application_id, applicant_id=applicant_id)
    application = rows.first()
    if application is None:
        raise UnknownApplication
    return application


def found_application(application_id: UUID) -> Application:
    """Return the application. Raises UnknownApplication."""
    application = Application.objects.filter(pk=application_id).first()
    if application is None:
        raise UnknownApplication
    return application


def step(application: Application, verb: str, version: int, **changes: Any) -> None:
    """Move the application by compare-and-set on (id, state, version). Raises IllegalStep, LostRace."""
    before = ApplicationState(application.state)
    after = LIFE.after(before, verb)
    rows = Application.objects.filter(pk=application.pk, state=before.value, version=version)
    if not rows.update(state=after.value, version=F("version") + 1, **changes):
        raise LostRace(LIFE.aggregate)


def note_step(application_id: UUID, verb: str, actor_id: UUID, *, now: Instant, **facts: Any) -> None:
    """Write a line into the application's timeline."""
    ApplicationStep.objects.create(application_id=application_id, verb=verb, actor_id=actor_id, at=now, **facts)


def paper_facts(application_id: UUID) -> tuple[PaperFacts, ...]:
    """Return what the checks need of the application's papers."""
    rows = Paper.objects.filter(application_id=application_id, state=PaperState.KEPT.value)
    return tuple(PaperFacts(PaperKind(row.kind), row.expires_on) for row in rows)


def paper_of_shop(shop_id: UUID, paper_id: UUID) -> Paper:
    """Return one paper of a shop. Raises UnknownPaper, for another shop's too."""
    paper = Paper.objects.filter(pk=paper_id, shop_id=shop_id).first()
    if paper is None:
        raise UnknownPaper
    return paper


def surroundings(name: str, entity_key: str) -> Surroundings:
    """Return how many shops the entity has open and whether another shop has the name."""
    open_shops = Shop.objects.filter(entity_code=entity_key, state=ShopState.OPEN.value)
    return Surroundings(
        shops_of_entity=open_shops.count() if entity_key else 0,
        name_taken=Shop.objects.filter(name=name).exists(),
    )


def lock_entity(entity_key: str) -> None:
    """Let one transaction at a time open shops for an entity."""
    SQL.rows("entity_lock", entity=entity_key)


def free_slug(name_en: str, shop_id: UUID) -> str:
    """Return an address for a shop: its English name, or a part of its id where that is empty or taken."""
    wanted = slugify(name_en)[:SLUG_MAX].strip("-")
    if wanted and not Shop.objects.filter(slug=wanted).exists():
        return wanted
    return "-".join(filter(None, (wanted, shop_id.hex[-8:])))


def restrict(shop_id: UUID, kinds: Iterable[RestrictionKind], cause: str, *, now: Instant) -> None:
    """Forbid the shop some things because of `cause`; what this cause forbids already is left alone."""
    for kind in kinds:
        _, is_new = Restriction.objects.get_or_create(
            shop_id=shop_id, kind=kind.value, cause=cause, defaults={"since": now}
        )
        if is_new:
            publish(ShopRestricted(shop_id, kind.value, cause), now=now, shop_id=shop_id)
    refresh_selling(shop_id)


def lift(shop_id: UUID, cause: str, *, now: Instant) -> None:
    """Take back everything that `cause` forbids the shop."""
    rows = Restriction.objects.filter(shop_id=shop_id, cause=cause)
    lifted = list(rows.values_list("kind", flat=True))
    if not lifted:
        return
    rows.delete()
    for kind in lifted:
        publish(ShopRestrictionLifted(shop_id, kind, cause), now=now, shop_id=shop_id)
    refresh_selling(shop_id)


def refresh_selling(shop_id: UUID) -> None:
    """Keep `can_sell` in the shop's row true to its restrictions: order placement reads it without another join."""
    barred = Restriction.objects.filter(shop_id=shop_id, kind=RestrictionKind.SELLING.value).exists()
    Shop.objects.filter(pk=shop_id).exclude(can_sell=not barred).update(can_sell=not barred)
