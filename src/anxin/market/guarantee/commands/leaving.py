"""A merchant leaves: what the shop owes the fund comes out of its deposits, the base deposit included (DOMAIN 1.8)."""

from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands.recourse import AT_EXIT, recover, review_shop
from anxin.market.guarantee.queries.leaving import leaving_of
from anxin.market.people.commands.audit import record_act
from anxin.market.shops.commands.closing import close_shop, return_deposits

__all__ = ["ExitBill", "leave_market"]


@dataclass(frozen=True)
class ExitBill:
    """What leaving came to, in minor units. The deposits wait while orders or claims are under way or something is owed."""

    recovered_minor: int
    owed_minor: int
    escrow_minor: int
    open_claims: int
    returned_minor: int


@transactional
def leave_market(shop_id: UUID, *, by: UUID | None, now: Instant) -> ExitBill:
    """Close a shop, settle its debts from all it has, and give the rest of its deposits back once nobody may claim it.

    To be called again when the last orders are settled and the last claims have ended; repeating it changes nothing else.
    Raises UnknownShop.
    """
    close_shop(shop_id, now=now)
    recovered_minor = recover(shop_id, sources=AT_EXIT, now=now)
    left = leaving_of(shop_id)
    returned_minor = return_deposits(shop_id, now=now) if left.is_free and not left.owed_minor else 0
    review_shop(shop_id, now=now)
    bill = ExitBill(recovered_minor, left.owed_minor, left.escrow_minor, left.open_claims, returned_minor)
    record_act("guarantee.leave_market", f"shop:{shop_id}", vars(bill), actor_id=by, now=now)
    return bill
