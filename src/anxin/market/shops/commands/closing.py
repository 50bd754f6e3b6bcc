"""Leaving the market: the shop closes, and what is left of its deposits becomes its own money again."""

from uuid import UUID

from django.db.models import F

from anxin.infra.deadlines import cancel
from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.ledger.commands import JournalEntry, Leg, draw, post, shop_account
from anxin.market.shops import store
from anxin.market.shops.commands.deposits import EFFECTIVE, NOTICE, review_deposit
from anxin.market.shops.domain.types import RestrictionKind, ShopState
from anxin.market.shops.errors import ShopIsOpen
from anxin.market.shops.events import ShopClosed
from anxin.market.shops.models import Deposit, Shop

CAUSE = "closed"
RETURNED = "shops.deposit_returned"
DEPOSITS = ("deposit", "experience_deposit")
_WHOLE_MINOR = 10**15


@transactional
def close_shop(shop_id: UUID, *, now: Instant) -> None:
    """End a shop: it lists and sells no more; orders under way are finished. Repeating it changes nothing."""
    shop = store.locked_shop(shop_id)
    if shop.state == ShopState.CLOSED:
        return
    Shop.objects.filter(pk=shop_id).update(state=ShopState.CLOSED.value, version=F("version") + 1)
    store.restrict(shop_id, [RestrictionKind.LISTING, RestrictionKind.SELLING], CAUSE, now=now)
    for kind in (NOTICE, EFFECTIVE):
        cancel(kind, shop_id)
    publish(ShopClosed(shop_id), now=now, shop_id=shop_id)


@transactional
def return_deposits(shop_id: UUID, *, now: Instant) -> int:
    """Move what a closed shop has in deposits into its balance; return how much. Nothing is due from then on.

    To be called by whoever knows that nobody has a claim on them any more. Raises ShopIsOpen.
    """
    shop = store.locked_shop(shop_id)
    if shop.state != ShopState.CLOSED:
        raise ShopIsOpen
    known = Deposit.objects.filter(pk=shop_id).update(
        due_minor=0, next_due_minor=None, next_due_at=None, experience_due_minor=0, version=F("version") + 1
    )
    if known:
        review_deposit(shop_id, now=now)
    own = shop_account(shop_id, "available")
    taken = draw([shop_account(shop_id, purpose) for purpose in DEPOSITS], _WHOLE_MINOR, also=(own,), now=now)
    returned_minor = sum(one.amount_minor for one in taken)
    if returned_minor:
        legs = [Leg(one.account, -one.amount_minor) for one in taken]
        ref = f"{shop_id}:{now.isoformat()}"
        post(JournalEntry(RETURNED, ref, (*legs, Leg(own, returned_minor)), shop_id=shop_id), now=now)
    return returned_minor
