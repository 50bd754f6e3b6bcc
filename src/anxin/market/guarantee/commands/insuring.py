"""A shop insures its orders, or stops: for orders placed from now on."""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands.optins import Switch, set_opt_in
from anxin.market.guarantee.errors.insurance import NotAdmitted
from anxin.market.guarantee.queries.insurance import admission
from anxin.market.guarantee.store.insurance import PROMISE

__all__ = ["insure_shop"]


@transactional
def insure_shop(shop_id: UUID, *, is_on: bool, by: UUID, now: Instant) -> None:
    """Insure the way back of a shop's orders, or of none any more. Raises NotAdmitted when it may not (DOMAIN 1.3)."""
    if is_on and not admission(shop_id, now=now).is_met:
        raise NotAdmitted
    set_opt_in(Switch(shop_id, PROMISE, is_on=is_on), by=by, now=now)
