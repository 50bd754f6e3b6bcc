"""The experience deposit (体验保证金): demanded when the fund advanced too much, and what is forbidden until it is paid.

Money reaches it like the base deposit (`deposits.pay_from_available`, `deposits.ask_transfer`, by their purpose). Claims are
paid from it before the fund advances; whoever takes money out of it, or sees some come in, calls `review_experience`.
"""

from datetime import timedelta
from uuid import UUID

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.outbox import publish
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.market.ledger.commands import shop_account
from anxin.market.ledger.queries import balances
from anxin.market.shops import store
from anxin.market.shops.domain.deposit import base_due_minor, experience_is_due, shortfall_minor
from anxin.market.shops.domain.rules import DepositRule, rulebook_at
from anxin.market.shops.domain.types import RestrictionKind
from anxin.market.shops.events import ExperienceDepositDemanded
from anxin.market.shops.models import Deposit, Shop

GRACE = "shops.experience_grace"
CAUSE = "experience_deposit"


@transactional
def review_experience(shop_id: UUID, *, advanced_minor: int, now: Instant) -> None:
    """Demand the deposit when the advances outstanding exceed what the base secures; restrict the shop until it is paid.

    A shortfall stops payouts at once, listing and sales after the grace hours. Repeating it changes nothing.
    """
    shop, deposit = store.locked_shop(shop_id), _locked_deposit(shop_id)
    base, experience = shop_account(shop_id, "deposit"), shop_account(shop_id, "experience_deposit")
    held = balances([base, experience])
    rule = rulebook_at(shanghai_day(now)).deposit
    if experience_is_due(advanced_minor, held[base], deposit.due_minor):
        deposit.experience_due_minor = max(deposit.experience_due_minor, _due(shop, deposit, rule))
    short_minor = shortfall_minor(deposit.experience_due_minor, held[experience])
    if short_minor:
        _demand(deposit, short_minor, rule, now=now)
    else:
        deposit.experience_short_since = None
        cancel(GRACE, shop_id)
        store.lift(shop_id, CAUSE, now=now)
    deposit.save(update_fields=["experience_due_minor", "experience_short_since"])


@transactional
def stop_trade(shop_id: UUID, *, now: Instant) -> None:
    """Stop listing and sales when the shortfall has lasted for the grace hours; otherwise do nothing."""
    store.locked_shop(shop_id)
    deposit = _locked_deposit(shop_id)
    since = deposit.experience_short_since
    if since is not None and since + _grace(rulebook_at(shanghai_day(now)).deposit) <= now:
        store.restrict(shop_id, [RestrictionKind.LISTING, RestrictionKind.SELLING], CAUSE, now=now)


def _demand(deposit: Deposit, short_minor: int, rule: DepositRule, *, now: Instant) -> None:
    if deposit.experience_short_since is not None:
        return
    deposit.experience_short_since = now
    stops_at = now + _grace(rule)
    schedule(GRACE, deposit.pk, stops_at)
    store.restrict(deposit.pk, [RestrictionKind.WITHDRAWAL], CAUSE, now=now)
    demanded = ExperienceDepositDemanded(deposit.pk, deposit.experience_due_minor, short_minor, stops_at)
    publish(demanded, now=now, shop_id=deposit.pk)


def _due(shop: Shop, deposit: Deposit, rule: DepositRule) -> int:
    """Twice the base deposit; a shop that owes none of that is reckoned by the lowest tier."""
    base_minor = deposit.due_minor or base_due_minor(0, shop.categories, rule)
    return base_minor * rule.experience_factor


def _grace(rule: DepositRule) -> timedelta:
    return timedelta(hours=rule.listing_grace_hours)


def _locked_deposit(shop_id: UUID) -> Deposit:
    Deposit.objects.get_or_create(shop_id=shop_id, defaults={"due_minor": 0})
    return Deposit.objects.select_for_update().get(pk=shop_id)
