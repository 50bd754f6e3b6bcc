"""Freight templates of a shop; exactly one of them is the default."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError

from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant
from anxin.kernel.states import LostRace
from anxin.market.shops import store
from anxin.market.shops.domain.freight import Area, Tariff, Template, Unit, template_faults, template_to_json
from anxin.market.shops.errors import (
    BadTemplate,
    DefaultTemplateNeeded,
    TemplateNameTaken,
    TooManyTemplates,
    UnknownTemplate,
)
from anxin.market.shops.models import FreightTemplate

TEMPLATES_MAX = 20
NAME_MAX = 60
FIRST_NAME = "包邮"

__all__ = ["Area", "Tariff", "Template", "TemplateDraft", "Unit", "create_template", "delete_template", "save_template"]


@dataclass(frozen=True)
class TemplateDraft:
    """A freight template as the shop wrote it."""

    name: str
    template: Template
    is_default: bool = False


@transactional
def create_template(shop_id: UUID, draft: TemplateDraft, *, now: Instant) -> UUID:
    """Add a freight template and return its id. Raises BadTemplate, TemplateNameTaken, TooManyTemplates."""
    _check(draft)
    store.locked_shop(shop_id)
    mine = FreightTemplate.objects.filter(shop_id=shop_id)
    if mine.count() >= TEMPLATES_MAX:
        raise TooManyTemplates(TEMPLATES_MAX)
    is_default = draft.is_default or not mine.exists()
    if is_default:
        mine.update(is_default=False)
    row = FreightTemplate(
        shop_id=shop_id,
        name=draft.name.strip(),
        rules=template_to_json(draft.template),
        is_default=is_default,
        updated_at=now,
    )
    _write(row)
    return row.pk


@transactional
def save_template(shop_id: UUID, template_id: UUID, draft: TemplateDraft, *, version: int, now: Instant) -> None:
    """Change a freight template; orders placed before keep their freight. Raises as `create_template`, LostRace."""
    _check(draft)
    store.locked_shop(shop_id)
    row = _own(shop_id, template_id)
    if row.version != version:
        raise LostRace("freight template")
    if draft.is_default and not row.is_default:
        FreightTemplate.objects.filter(shop_id=shop_id).update(is_default=False)
        row.is_default = True
    row.name, row.rules = draft.name.strip(), template_to_json(draft.template)
    row.version, row.updated_at = version + 1, now
    _write(row)


@transactional
def delete_template(shop_id: UUID, template_id: UUID, *, now: Instant) -> None:  # noqa: ARG001
    """Delete a freight template that is not the default. Raises UnknownTemplate, DefaultTemplateNeeded."""
    store.locked_shop(shop_id)
    row = _own(shop_id, template_id)
    if row.is_default:
        raise DefaultTemplateNeeded
    row.delete()


def give_first_template(shop_id: UUID, *, now: Instant) -> UUID:
    """Give a new shop free shipping everywhere, so that it can sell before it thinks about freight."""
    free = Template(unit=Unit.FLAT, base=Tariff())
    return create_template(shop_id, TemplateDraft(FIRST_NAME, free, is_default=True), now=now)


def _check(draft: TemplateDraft) -> None:
    faults = list(template_faults(draft.template))
    if not 0 < len(draft.name.strip()) <= NAME_MAX:
        faults.append("name_length")
    if faults:
        raise BadTemplate(tuple(faults))


def _own(shop_id: UUID, template_id: UUID) -> FreightTemplate:
    row = FreightTemplate.objects.filter(pk=template_id, shop_id=shop_id).first()
    if row is None:
        raise UnknownTemplate
    return row


def _write(row: FreightTemplate) -> None:
    try:
        with savepoint():
            row.save()
    except IntegrityError as taken:
        raise TemplateNameTaken from taken
