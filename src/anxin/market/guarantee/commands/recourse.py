"""What shops owe the fund (追缴): recovered from their goods money before anything else, and what it forbids meanwhile."""

from uuid import UUID

from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee import postings
from anxin.market.guarantee.domain.paying import FundEntryKind, RecoverySource
from anxin.market.guarantee.events.money import DebtChanged
from anxin.market.guarantee.models.money import Recovery
from anxin.market.guarantee.store import money as store
from anxin.market.ledger.commands import draw, post, shop_account
from anxin.market.ledger.queries import balance
from anxin.market.shops.commands.experience import review_experience
from anxin.market.shops.commands.restrictions import RestrictionKind, lift, restrict

CAUSE = "recourse"
USUAL = (RecoverySource.GOODS_MONEY, RecoverySource.EXPERIENCE_DEPOSIT)
AT_EXIT = (*USUAL, RecoverySource.BASE_DEPOSIT)


@transactional
def recover(shop_id: UUID, *, sources: tuple[RecoverySource, ...] = USUAL, now: Instant) -> int:
    """Take what a shop owes the fund out of what it has, as far as that goes; return how much. Repeating is harmless."""
    debts = store.open_debts(shop_id)
    owed_minor = store.owed_minor(debts)
    if not owed_minor:
        return 0
    accounts = {shop_account(shop_id, postings.RECOVERED_FROM[source]): source for source in sources}
    taken = draw(tuple(accounts), owed_minor, also=(shop_account(shop_id, "recourse"),), now=now)
    for one in taken:
        recovery = Recovery.objects.create(
            shop_id=shop_id, source=accounts[one.account], amount_minor=one.amount_minor, recovered_at=now
        )
        post(postings.recovered(recovery.pk, shop_id, one), now=now)
        store.enter(FundEntryKind.RECOVERED, str(recovery.pk), one.amount_minor, shop_id=shop_id, at=now)
    recovered_minor = sum(one.amount_minor for one in taken)
    if recovered_minor:
        store.pay_down(debts, recovered_minor, now=now)
        left_minor = owed_minor - recovered_minor
        publish(DebtChanged(shop_id, recovered_minor, left_minor), now=now, shop_id=shop_id)
    return recovered_minor


@transactional
def review_shop(shop_id: UUID, *, now: Instant) -> None:
    """Bring what a shop may do in line with what it owes: no payout with a debt, an experience deposit when it grows.

    When the fund's advances exceed the lower of the base deposit and what is due of it, the shop must add an experience
    deposit of twice the base (DOMAIN 1.8).
    """
    owed_minor = max(0, -balance(shop_account(shop_id, "recourse")))
    if owed_minor:
        restrict(shop_id, [RestrictionKind.WITHDRAWAL], CAUSE, now=now)
    else:
        lift(shop_id, CAUSE, now=now)
    review_experience(shop_id, advanced_minor=owed_minor, now=now)
