"""What creators settled in a month is told here day by day; on the review day it decides their level, once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from anxin.infra.outbox import publish
from anxin.infra.sql import document
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_midnight
from anxin.market.creators.domain.levels import LevelRules, level_rules, review_of
from anxin.market.creators.domain.profiles import CreatorState
from anxin.market.creators.events import LevelChanged
from anxin.market.creators.models import Creator, SettledMonth
from anxin.market.creators.store import SQL
from anxin.market.people.commands.audit import record_act

__all__ = ["Settled", "review_levels", "tell_settled"]

BATCH = 200


@dataclass(frozen=True)
class Settled:
    """What was settled of a product to which a creator led, less refunds."""

    creator_id: UUID
    product_id: UUID
    settled_minor: int


@transactional
def tell_settled(month: date, settled: Iterable[Settled], *, now: Instant) -> None:
    """Note what creators settled in a month so far; only goods that they picked count, and a reviewed month stays as it was."""
    rows = document([vars(one) for one in settled])
    until = shanghai_midnight((month + timedelta(days=32)).replace(day=1))
    SQL.run("tell_settled", month=month, settled=rows, until=until, now=now)


def review_levels(month: date, *, now: Instant) -> int:
    """Give creators the level that a month's settled amount reaches; return how many were reviewed.

    Each month decides once: who was reviewed is passed over. A batch is a transaction, so a review that was killed goes on.
    """
    day = review_of(month)
    if now < shanghai_midnight(day):
        return 0
    reviewed, rules = 0, level_rules(day)
    while done := _review_some(month, rules, now=now):
        reviewed += done
    return reviewed


@transactional
def _review_some(month: date, rules: LevelRules, *, now: Instant) -> int:
    told = SettledMonth.objects.filter(creator_id=OuterRef("pk"), month=month, level=None)
    waiting = Creator.objects.filter(Exists(told), state=CreatorState.OPEN).defer("words").order_by("id")
    rows = list(waiting.select_for_update()[:BATCH])
    amounts = {
        one.creator_id: one for one in SettledMonth.objects.filter(creator_id__in=[row.pk for row in rows], month=month)
    }
    for row in rows:
        settled = amounts[row.pk]
        settled.level, settled.reviewed_at = rules.reached(settled.settled_minor).level, now
        if settled.level != row.level:
            _give(row, settled, now=now)
    SettledMonth.objects.bulk_update(amounts.values(), ["level", "reviewed_at"])
    return len(rows)


def _give(row: Creator, settled: SettledMonth, *, now: Instant) -> None:
    before, reached = row.level, settled.level or 0
    facts = {"from": before, "to": reached, "month": f"{settled.month:%Y-%m}", "settled_minor": settled.settled_minor}
    record_act("creators.set_level", f"creator:{row.pk}", facts, actor_id=None, now=now)
    row.level, row.level_since = reached, now
    row.version += 1
    row.save(update_fields=["level", "level_since", "version"])
    publish(LevelChanged(row.pk, before, reached, settled.settled_minor), shop_id=row.shop_id, now=now)
