"""What shops promise about shipping, and times that do not count."""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.distance import provinces
from anxin.market.guarantee.errors.compensation import BadForceMajeure, BadShipTerm, UnknownForceMajeure
from anxin.market.guarantee.models import ForceMajeure, ShipTerm
from anxin.market.guarantee.store import compensation as store
from anxin.market.people.commands.audit import record_act

REASON_MAX = 200

__all__ = ["declare_force_majeure", "end_force_majeure", "set_ship_term"]


@transactional
def set_ship_term(shop_id: UUID, hours: int | None, *, set_by: UUID | None, now: Instant) -> None:
    """Let a shop promise to ship within `hours` of payment from now on; None goes back to the category's hours.

    Orders placed before keep their promise. The same again changes nothing. Raises BadShipTerm.
    """
    hours_max = book.compensation_rules_at(book.profile(), shanghai_day(now)).promise.hours_max
    if hours is not None and not 1 <= hours <= hours_max:
        raise BadShipTerm(hours_max)
    if store.ship_term(shop_id, now) != hours:
        ShipTerm.objects.create(shop_id=shop_id, hours=hours, since=now, set_by=set_by)


@transactional
def declare_force_majeure(
    region: str, reason: str, *, since: Instant, until: Instant | None, declared_by: UUID, now: Instant
) -> UUID:
    """Let time stand still for promises in a region (the beginning of a GB/T 2260 code, "" everywhere); return its id.

    Raises BadForceMajeure.
    """
    known = (
        len(region) in store.REGION_DIGITS and (not region or region[:2] in provinces()) and region == region.strip()
    )
    if not known or not reason.strip() or (until is not None and until <= since):
        raise BadForceMajeure
    row = ForceMajeure.objects.create(
        region=region,
        since=since,
        until=until,
        reason=reason.strip()[:REASON_MAX],
        declared_by=declared_by,
        declared_at=now,
    )
    detail = {"region": region, "reason": row.reason}
    record_act("guarantee.force_majeure", f"force_majeure:{row.pk}", detail, actor_id=declared_by, now=now)
    return row.pk


@transactional
def end_force_majeure(force_majeure_id: UUID, *, ended_by: UUID, now: Instant) -> None:
    """Let time count again. Raises UnknownForceMajeure for one that has ended."""
    rows = ForceMajeure.objects.filter(pk=force_majeure_id, since__lt=now)
    if not rows.exclude(until__lte=now).update(until=now):
        raise UnknownForceMajeure
    target = f"force_majeure:{force_majeure_id}"
    record_act("guarantee.force_majeure_ended", target, {}, actor_id=ended_by, now=now)
