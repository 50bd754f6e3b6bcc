"""What others may ask about shops: facts of a shop, its terms of trade, what it may not do, its freight."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.shops.domain.freight import (
    AREAS_MAX,
    OVERSEAS_PREFIXES,
    REMOTE_PREFIXES,
    Area,
    FreightLine,
    Tariff,
    Template,
    Unit,
    freight,
    freight_by_template,
    template_from_json,
)
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import EntityKind, RestrictionKind, ShopState, ShopType
from anxin.market.shops.errors import UnknownShop, UnknownTemplate
from anxin.market.shops.models import FreightTemplate, Restriction, Shop
from anxin.market.shops.queries.scores import ShopScore, score_of, scores_of
from anxin.market.shops.store import SQL

__all__ = [
    "AREAS_MAX",
    "OVERSEAS_PREFIXES",
    "REMOTE_PREFIXES",
    "Area",
    "EntityKind",
    "FreightLine",
    "RestrictionKind",
    "ShopScore",
    "ShopState",
    "ShopType",
    "Tariff",
    "Template",
    "Unit",
    "freight",
    "score_of",
    "scores_of",
]

WHOLE_BPS = 10_000


@dataclass(frozen=True)
class ShopFacts:
    """A shop as the public, its staff and operators see it."""

    id: UUID
    slug: str
    name: str
    name_en: str
    shop_type: ShopType
    state: ShopState
    can_sell: bool
    entity_name: str
    brand: str
    categories: tuple[str, ...]
    intro: str
    intro_en: str
    logo: str
    banner: str
    contact_phone: str
    contact_email: str
    return_address: Mapping[str, str]
    zero_deposit: bool
    opened_at: datetime
    version: int


@dataclass(frozen=True)
class Terms:
    """What an order needs of a shop; `freight_templates` as in the view `shops_public_terms`."""

    shop_id: UUID
    slug: str
    name: str
    name_en: str
    state: str
    selling: bool
    zero_deposit: bool
    return_address: Mapping[str, str]
    freight_templates: Mapping[str, Any]
    default_freight_template: str | None


@dataclass(frozen=True)
class RestrictionFacts:
    """One thing a shop may not do, why and since when."""

    kind: RestrictionKind
    cause: str
    since: datetime


@dataclass(frozen=True)
class Restrictions:
    """All that limits a shop now; `settlement_days` and `withdraw_share_bps` come from entry without deposit."""

    shop_id: UUID
    rows: tuple[RestrictionFacts, ...]
    settlement_days_min: int = 0
    withdraw_share_bps: int = WHOLE_BPS

    def forbids(self, kind: RestrictionKind) -> bool:
        """Say whether any cause forbids this."""
        return any(row.kind is kind for row in self.rows)

    @property
    def withdrawal(self) -> bool:
        """Whether payouts are stopped."""
        return self.forbids(RestrictionKind.WITHDRAWAL)

    @property
    def listing(self) -> bool:
        """Whether products may not be put on sale."""
        return self.forbids(RestrictionKind.LISTING)

    @property
    def selling(self) -> bool:
        """Whether no order may be placed."""
        return self.forbids(RestrictionKind.SELLING)


@dataclass(frozen=True)
class TemplateFacts:
    """A freight template of a shop."""

    id: UUID
    name: str
    template: Template
    is_default: bool
    version: int
    updated_at: datetime


def shop(shop_id: UUID) -> ShopFacts:
    """Return one shop. Raises UnknownShop."""
    return _one(Q(pk=shop_id))


def shop_by_slug(slug: str) -> ShopFacts:
    """Return the shop at an address. Raises UnknownShop."""
    return _one(Q(slug=slug))


def shops_by_id(shop_ids: Sequence[UUID]) -> dict[UUID, ShopFacts]:
    """Return shops by id; unknown ids are left out."""
    return {row.pk: _facts(row) for row in Shop.objects.filter(pk__in=list(shop_ids))}


def shops_page(text: str = "", *, cursor: str | None = None, limit: int | None = None) -> Page[ShopFacts]:
    """Return shops whose name, brand or company contains `text`, newest first."""
    size = limited(limit)
    rows = Shop.objects.order_by("-id")
    if text.strip():
        wanted = text.strip()
        rows = rows.filter(
            Q(name__icontains=wanted)
            | Q(name_en__icontains=wanted)
            | Q(brand__icontains=wanted)
            | Q(entity_name__icontains=wanted)
            | Q(slug=wanted)
        )
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    return page_of([_facts(row) for row in rows[: size + 1]], size, lambda facts: str(facts.id))


def terms(shop_ids: Sequence[UUID]) -> dict[UUID, Terms]:
    """Return the terms of some shops in one statement; unknown ids are left out."""
    return {row["shop_id"]: Terms(**row) for row in SQL.rows("terms", shops=list(shop_ids))}


def freight_minor(of: Terms, lines: Sequence[tuple[UUID | str | None, FreightLine]], region: str) -> int | None:
    """Return the freight for lines of one shop to a region, each with its template (None means the default).

    `region` is a GB/T 2260 code. None when the shop does not deliver there.
    """
    templates = {key: template_from_json(rules) for key, rules in of.freight_templates.items()}
    default = of.default_freight_template or ""
    chosen = [(str(key) if key is not None else default, line) for key, line in lines]
    return freight_by_template(templates, chosen, region)


def restrictions(shop_id: UUID, *, now: datetime) -> Restrictions:
    """Return everything that limits a shop. Raises UnknownShop."""
    row = Shop.objects.filter(pk=shop_id).first()
    if row is None:
        raise UnknownShop
    found = Restriction.objects.filter(shop_id=shop_id).order_by("since")
    rows = tuple(RestrictionFacts(RestrictionKind(one.kind), one.cause, one.since) for one in found)
    if not row.zero_deposit:
        return Restrictions(shop_id, rows)
    rule = rulebook_at(now.date()).zero_deposit
    return Restrictions(shop_id, rows, rule.settlement_days, rule.withdraw_share_bps)


def freight_templates(shop_id: UUID) -> tuple[TemplateFacts, ...]:
    """Return a shop's freight templates, the default first (at most TEMPLATES_MAX)."""
    rows = FreightTemplate.objects.filter(shop_id=shop_id).order_by("-is_default", "id")
    return tuple(_template_facts(row) for row in rows)


def freight_template(shop_id: UUID, template_id: UUID) -> TemplateFacts:
    """Return one freight template of a shop. Raises UnknownTemplate, for another shop's too."""
    row = FreightTemplate.objects.filter(pk=template_id, shop_id=shop_id).first()
    if row is None:
        raise UnknownTemplate
    return _template_facts(row)


def _one(wanted: Q) -> ShopFacts:
    row = Shop.objects.filter(wanted).first()
    if row is None:
        raise UnknownShop
    return _facts(row)


def _facts(row: Shop) -> ShopFacts:
    return ShopFacts(
        id=row.pk,
        slug=row.slug,
        name=row.name,
        name_en=row.name_en,
        shop_type=ShopType(row.shop_type),
        state=ShopState(row.state),
        can_sell=row.can_sell,
        entity_name=row.entity_name,
        brand=row.brand,
        categories=tuple(row.categories),
        intro=row.intro,
        intro_en=row.intro_en,
        logo=row.logo,
        banner=row.banner,
        contact_phone=row.contact_phone,
        contact_email=row.contact_email,
        return_address=row.return_address,
        zero_deposit=row.zero_deposit,
        opened_at=row.opened_at,
        version=row.version,
    )


def _template_facts(row: FreightTemplate) -> TemplateFacts:
    return TemplateFacts(row.pk, row.name, template_from_json(row.rules), row.is_default, row.version, row.updated_at)
