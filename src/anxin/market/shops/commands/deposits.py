"""The deposit: announced on the 1st, due on the 8th, paid through the ledger; a shortfall restricts the shop.

Money reaches a deposit in two ways, both of them ledger journals: from the shop's own goods money at once, or by a bank
transfer that carries our code. A transfer is credited when finance has seen it on the bank's statement and typed its
reference; a reference is credited once. In the sandbox the same command is reached from a page that plays the bank.
"""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeGuard
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.outbox import publish
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.ledger.commands import BANK_PAYOUTS, JournalEntry, Leg, post, shop_account
from anxin.market.ledger.queries import balances
from anxin.market.people.commands.audit import record_act
from anxin.market.shops import store
from anxin.market.shops.domain.deposit import (
    ZeroDepositUse,
    base_due_minor,
    effective_at,
    month_before,
    next_notice_at,
    shortfall_minor,
)
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import RestrictionKind, TopUpPurpose, TopUpSource, TopUpState
from anxin.market.shops.errors import (
    TooManyOpenTransfers,
    TopUpOutOfRange,
    TransferAlreadyUsed,
    UnknownShop,
    UnknownTopUp,
)
from anxin.market.shops.events import DepositAnnounced, DepositPaid
from anxin.market.shops.models import Deposit, DepositTopUp, MonthSales, Shop

NOTICE = "shops.deposit_notice"
EFFECTIVE = "shops.deposit_effective"
LISTING = "shops.deposit_listing"
CAUSE = "deposit"
ZERO_DEPOSIT_CAUSE = "zero_deposit_limit"
JOURNAL = "shops.deposit_top_up"

TOP_UP_MINOR_MIN = 100
TOP_UP_MINOR_MAX = 100_000_000
OPEN_TRANSFERS_MAX = 5
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8


ACCOUNTS = {TopUpPurpose.BASE: "deposit", TopUpPurpose.EXPERIENCE: "experience_deposit"}


@dataclass(frozen=True)
class Transfer:
    """A bank transfer as the bank's statement shows it."""

    top_up_id: UUID
    bank_reference: str


@dataclass(frozen=True)
class SalesOfMonth:
    """Paid orders of a shop in a month: their number and their sum."""

    shop_id: UUID
    orders: int
    gmv_minor: int


@transactional
def open_deposit(shop_id: UUID, *, now: Instant) -> None:
    """Begin the deposit of a shop that just opened: the lowest tier is due, or nothing for 0元入驻."""
    shop = store.found_shop(shop_id)
    rule = rulebook_at(shanghai_day(now)).deposit
    due_minor = 0 if shop.zero_deposit else base_due_minor(0, shop.categories, rule)
    Deposit.objects.create(shop=shop, due_minor=due_minor)
    schedule(NOTICE, shop_id, next_notice_at(now, rule))
    review_deposit(shop_id, now=now)


@transactional
def pay_from_available(
    shop_id: UUID,
    amount_minor: int,
    *,
    asked_by: UUID | None,
    key: UUID | None = None,
    purpose: TopUpPurpose = TopUpPurpose.BASE,
    now: Instant,
) -> UUID:
    """Move goods money of the shop into a deposit of its; return the payment's id, `key` where one was given.

    The same key again is the same payment. Raises TopUpOutOfRange, InsufficientBalance.
    """
    _check_amount(amount_minor)
    store.locked_shop(shop_id)
    if _is_known(key, shop_id):
        return key
    top_up = DepositTopUp.objects.create(
        id=key or new_id(),
        shop_id=shop_id,
        source=TopUpSource.AVAILABLE.value,
        purpose=purpose.value,
        state=TopUpState.RECEIVED.value,
        amount_minor=amount_minor,
        asked_by_id=asked_by,
        asked_at=now,
        settled_at=now,
    )
    _post(top_up, now=now)
    review_deposit(shop_id, now=now)
    return top_up.pk


@transactional
def ask_transfer(
    shop_id: UUID,
    amount_minor: int,
    *,
    asked_by: UUID,
    key: UUID | None = None,
    purpose: TopUpPurpose = TopUpPurpose.BASE,
    now: Instant,
) -> UUID:
    """Announce a bank transfer and make the code it must carry; return the payment's id. Nothing is credited yet.

    The same key again is the same payment. Raises TopUpOutOfRange, TooManyOpenTransfers.
    """
    _check_amount(amount_minor)
    store.locked_shop(shop_id)
    if _is_known(key, shop_id):
        return key
    waiting = DepositTopUp.objects.filter(shop_id=shop_id, state=TopUpState.AWAITING_TRANSFER.value)
    if waiting.count() >= OPEN_TRANSFERS_MAX:
        raise TooManyOpenTransfers(OPEN_TRANSFERS_MAX)
    top_up = DepositTopUp.objects.create(
        id=key or new_id(),
        shop_id=shop_id,
        source=TopUpSource.BANK_TRANSFER.value,
        purpose=purpose.value,
        state=TopUpState.AWAITING_TRANSFER.value,
        amount_minor=amount_minor,
        transfer_code="".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH)),
        asked_by_id=asked_by,
        asked_at=now,
    )
    return top_up.pk


@transactional
def cancel_transfer(shop_id: UUID, top_up_id: UUID, *, now: Instant) -> None:
    """Give up a transfer that was announced. Raises UnknownTopUp, IllegalStep when it was credited already."""
    if not DepositTopUp.objects.filter(pk=top_up_id, shop_id=shop_id).exists():
        raise UnknownTopUp
    _settle(top_up_id, TopUpState.CANCELLED, now=now)


@transactional
def confirm_transfer(transfer: Transfer, *, confirmed_by: UUID | None, now: Instant) -> None:
    """Credit a transfer that the bank's statement shows; the same transfer confirmed again changes nothing.

    Raises UnknownTopUp, IllegalStep, TransferAlreadyUsed.
    """
    top_up = DepositTopUp.objects.select_for_update().filter(pk=transfer.top_up_id).first()
    if top_up is None:
        raise UnknownTopUp
    if top_up.state == TopUpState.RECEIVED and top_up.bank_reference == transfer.bank_reference:
        return
    try:
        with savepoint():
            _settle(top_up.pk, TopUpState.RECEIVED, bank_reference=transfer.bank_reference, now=now)
    except IntegrityError as used:
        raise TransferAlreadyUsed from used
    top_up.refresh_from_db()
    _post(top_up, now=now)
    detail = {"amount_minor": top_up.amount_minor, "bank_reference": transfer.bank_reference}
    record_act("shops.confirm_transfer", f"shop:{top_up.shop_id}", detail, actor_id=confirmed_by, now=now)
    review_deposit(top_up.shop_id, now=now)


@transactional
def review_deposit(shop_id: UUID, *, now: Instant) -> None:
    """Compare what is due with what is paid: a shortfall stops withdrawals now and listing after the grace hours.

    To be called by whoever takes money out of a deposit; repeating it changes nothing.
    """
    deposit = _locked_deposit(shop_id)
    paid_minor = balances([shop_account(shop_id, "deposit")])[shop_account(shop_id, "deposit")]
    short = shortfall_minor(deposit.due_minor, paid_minor) > 0
    if not short:
        Deposit.objects.filter(pk=shop_id).update(short_since=None)
        cancel(LISTING, shop_id)
        store.lift(shop_id, CAUSE, now=now)
        review_zero_deposit(shop_id, now=now)
        return
    if deposit.short_since is None:
        grace = timedelta(hours=rulebook_at(shanghai_day(now)).deposit.listing_grace_hours)
        Deposit.objects.filter(pk=shop_id).update(short_since=now)
        schedule(LISTING, shop_id, now + grace)
        store.restrict(shop_id, [RestrictionKind.WITHDRAWAL], CAUSE, now=now)


@transactional
def restrict_listing(shop_id: UUID, *, now: Instant) -> None:
    """Stop listing when the shortfall has lasted for the grace hours; otherwise do nothing."""
    deposit = _locked_deposit(shop_id)
    grace = timedelta(hours=rulebook_at(shanghai_day(now)).deposit.listing_grace_hours)
    if deposit.short_since is not None and deposit.short_since + grace <= now:
        store.restrict(shop_id, [RestrictionKind.LISTING], CAUSE, now=now)


@transactional
def announce_due(shop_id: UUID, *, now: Instant) -> None:
    """On the 1st: tell the shop what last month's GMV makes due on the 8th."""
    shop = store.found_shop(shop_id)
    rule = rulebook_at(shanghai_day(now)).deposit
    schedule(NOTICE, shop_id, next_notice_at(now, rule))
    if shop.zero_deposit:
        return
    month = month_before(shanghai_day(now))
    gmv_minor = _gmv_of(shop_id, month)
    due_minor, due_at = base_due_minor(gmv_minor, shop.categories, rule), effective_at(now, rule)
    _locked_deposit(shop_id)
    Deposit.objects.filter(pk=shop_id).update(next_due_minor=due_minor, next_due_at=due_at, version=F("version") + 1)
    schedule(EFFECTIVE, shop_id, due_at)
    announced = DepositAnnounced(shop_id, month.isoformat(), gmv_minor, due_minor, due_at)
    publish(announced, now=now, shop_id=shop_id)


@transactional
def make_due(shop_id: UUID, *, now: Instant) -> None:
    """On the 8th: what was announced is due; a shortfall is first filled from the shop's goods money (DOMAIN 2.3)."""
    deposit = _locked_deposit(shop_id)
    if deposit.next_due_minor is None or deposit.next_due_at is None or deposit.next_due_at > now:
        return
    Deposit.objects.filter(pk=shop_id).update(
        due_minor=deposit.next_due_minor, next_due_minor=None, next_due_at=None, version=F("version") + 1
    )
    paid, available = shop_account(shop_id, "deposit"), shop_account(shop_id, "available")
    held = balances([paid, available])
    fill_minor = min(shortfall_minor(deposit.next_due_minor, held[paid]), held[available], TOP_UP_MINOR_MAX)
    if fill_minor >= TOP_UP_MINOR_MIN:
        pay_from_available(shop_id, fill_minor, asked_by=None, now=now)
    review_deposit(shop_id, now=now)


@transactional
def leave_zero_deposit(shop_id: UUID, *, now: Instant) -> None:
    """End 0元入驻: the ordinary deposit is due from now on and the limits are gone once it is paid."""
    shop = store.locked_shop(shop_id)
    if not shop.zero_deposit:
        return
    rule = rulebook_at(shanghai_day(now)).deposit
    due_minor = base_due_minor(_gmv_of(shop_id, month_before(shanghai_day(now))), shop.categories, rule)
    Shop.objects.filter(pk=shop_id).update(zero_deposit=False, version=F("version") + 1)
    Deposit.objects.filter(pk=shop_id).update(due_minor=due_minor, version=F("version") + 1)
    review_deposit(shop_id, now=now)


@transactional
def record_month_sales(month_day: Instant, sales: list[SalesOfMonth], *, now: Instant) -> None:
    """Note what shops sold in the month of `month_day`, as absolute figures told by the modules that know orders.

    A shop without deposit that reaches its limits stops selling. Repeating it changes nothing.
    """
    if not sales:
        return
    store.SQL.run(
        "month_sales_record",
        month=shanghai_day(month_day).replace(day=1),
        ids=[new_id() for _ in sales],
        shops=[row.shop_id for row in sales],
        orders=[row.orders for row in sales],
        gmvs=[row.gmv_minor for row in sales],
    )
    without_deposit = Shop.objects.filter(pk__in=[row.shop_id for row in sales], zero_deposit=True)
    for shop_id in without_deposit.values_list("pk", flat=True):
        review_zero_deposit(shop_id, now=now)


def review_zero_deposit(shop_id: UUID, *, now: Instant) -> None:
    """Stop the sales of a shop without deposit that used up its limits; let a shop that paid sell again."""
    shop = store.found_shop(shop_id)
    rule = rulebook_at(shanghai_day(now)).zero_deposit
    if shop.zero_deposit and zero_deposit_use(shop_id).exhausted(rule):
        store.restrict(shop_id, [RestrictionKind.SELLING], ZERO_DEPOSIT_CAUSE, now=now)
    elif not shop.zero_deposit:
        store.lift(shop_id, ZERO_DEPOSIT_CAUSE, now=now)


def zero_deposit_use(shop_id: UUID) -> ZeroDepositUse:
    """Return what the shop has sold in all months together."""
    rows = MonthSales.objects.filter(shop_id=shop_id).values_list("orders", "gmv_minor")
    return ZeroDepositUse(sum(orders for orders, _ in rows), sum(gmv for _, gmv in rows))


def _gmv_of(shop_id: UUID, month: date) -> int:
    row = MonthSales.objects.filter(shop_id=shop_id, month=month).first()
    return row.gmv_minor if row else 0


def _check_amount(amount_minor: int) -> None:
    if not TOP_UP_MINOR_MIN <= amount_minor <= TOP_UP_MINOR_MAX:
        raise TopUpOutOfRange(amount_minor)


def _is_known(key: UUID | None, shop_id: UUID) -> TypeGuard[UUID]:
    return key is not None and DepositTopUp.objects.filter(pk=key, shop_id=shop_id).exists()


def _locked_deposit(shop_id: UUID) -> Deposit:
    deposit = Deposit.objects.select_for_update().filter(pk=shop_id).first()
    if deposit is None:
        raise UnknownShop
    return deposit


def _settle(top_up_id: UUID, state: TopUpState, *, now: Instant, bank_reference: str = "") -> None:
    waiting = DepositTopUp.objects.filter(pk=top_up_id, state=TopUpState.AWAITING_TRANSFER.value)
    if not waiting.update(state=state.value, settled_at=now, bank_reference=bank_reference):
        raise IllegalStep("deposit payment", state.value, DepositTopUp.objects.get(pk=top_up_id).state)


def _post(top_up: DepositTopUp, *, now: Instant) -> None:
    by_bank = top_up.source == TopUpSource.BANK_TRANSFER
    source = BANK_PAYOUTS if by_bank else shop_account(top_up.shop_id, "available")
    legs = (
        Leg(source, -top_up.amount_minor),
        Leg(shop_account(top_up.shop_id, ACCOUNTS[TopUpPurpose(top_up.purpose)]), top_up.amount_minor),
    )
    post(JournalEntry(JOURNAL, str(top_up.pk), legs, shop_id=top_up.shop_id), now=now)
    publish(
        DepositPaid(top_up.shop_id, top_up.pk, top_up.amount_minor, top_up.purpose), now=now, shop_id=top_up.shop_id
    )
