"""Paying out goods money: taken out of what is available, given to the bank, watched until it is there or back."""

from datetime import timedelta
from uuid import UUID

from django.db.models import F

from anxin.infra.deadlines import schedule
from anxin.infra.outbox import publish
from anxin.infra.rows import step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.money import CNY
from anxin.market.ledger.commands import JournalEntry, post
from anxin.market.settlement import postings, sealing
from anxin.market.settlement.bank import Bank, Transfer, TransferOrder, TransferState, bank
from anxin.market.settlement.domain import BANKS, PAYOUT, AccountKind, PayoutState, is_account_number
from anxin.market.settlement.errors import (
    BadAccountNumber,
    BankUnavailable,
    HolderMissing,
    NoBankAccount,
    PayoutKeyUsed,
    PayoutTooLarge,
    PayoutTooSmall,
    UnknownBank,
    WithdrawalsStopped,
)
from anxin.market.settlement.events import PayoutEnded
from anxin.market.settlement.models import BankAccount, Payout
from anxin.market.settlement.queries import payout_allowance

WATCH = "settlement.watch_payout"
PAYOUT_MINOR_MIN = 100
POLLS_MAX = 12
_OPEN = (PayoutState.REQUESTED, PayoutState.SUBMITTED)
_FIRST_PAUSES = (timedelta(minutes=3), timedelta(minutes=30), timedelta(hours=4))
_LATER_PAUSE = timedelta(days=1)  # a receiving bank may send money back for some days


@transactional
def set_bank_account(
    shop_id: UUID, *, kind: AccountKind, bank_code: str, branch: str, holder: str, number: str, now: Instant
) -> UUID:
    """Make this the account of a shop's payouts; those on their way keep the old one.

    Raises UnknownBank, HolderMissing or BadAccountNumber.
    """
    digits = "".join(number.split()).replace("-", "")
    if bank_code not in BANKS:
        raise UnknownBank
    if not holder.strip():
        raise HolderMissing
    if not is_account_number(digits, kind):
        raise BadAccountNumber
    BankAccount.objects.filter(shop_id=shop_id, replaced_at__isnull=True).update(replaced_at=now)
    account = BankAccount.objects.create(
        shop_id=shop_id,
        kind=kind,
        bank=bank_code,
        branch=branch.strip()[:80],
        holder=holder.strip()[:80],
        sealed_number=sealing.sealed(digits),
        last_digits=digits[-4:],
        added_at=now,
    )
    return account.pk


@transactional
def request_payout(shop_id: UUID, amount_minor: int, *, key: str, by: UUID, now: Instant) -> UUID:
    """Take an amount out of what is available and have the bank pay it soon; the same key again is the same payout.

    Raises PayoutTooSmall, NoBankAccount, WithdrawalsStopped, PayoutTooLarge, PayoutKeyUsed, or InsufficientBalance
    when another payout was faster.
    """
    known = Payout.objects.filter(shop_id=shop_id, key=key).first()
    if known is not None:
        return _same(known, amount_minor)
    if amount_minor < PAYOUT_MINOR_MIN:
        raise PayoutTooSmall
    account = BankAccount.objects.select_for_update().filter(shop_id=shop_id, replaced_at__isnull=True).first()
    if account is None:
        raise NoBankAccount
    allowance = payout_allowance(shop_id, now=now)  # read under the lock of the account: payouts of a shop queue here
    if allowance.is_stopped:
        raise WithdrawalsStopped
    known = Payout.objects.filter(shop_id=shop_id, key=key).first()
    if known is not None:
        return _same(known, amount_minor)
    if amount_minor > allowance.limit_minor:
        raise PayoutTooLarge(allowance.limit_minor)
    payout = Payout.objects.create(
        shop_id=shop_id,
        account=account,
        key=key,
        amount_minor=amount_minor,
        currency=CNY,
        requested_by=by,
        requested_at=now,
    )
    post(postings.payout_requested(payout), now=now)
    schedule(WATCH, payout.pk, now)
    return payout.pk


def watch_payout(payout_id: UUID, *, now: Instant, teller: Bank | None = None) -> None:
    """Give a payout to the bank, or ask what became of it; again later while it may still change. Not in a transaction.

    The payout's id is the bank's key, so an unknown outcome can never pay twice.
    """
    at_bank = teller or bank()
    payout = Payout.objects.select_related("account").filter(pk=payout_id).first()
    if payout is None or payout.state in PAYOUT.ends():
        return
    try:
        known = at_bank.query(payout.pk, now=now) if payout.polls else None
        transfer = known or at_bank.transfer(_order(payout), now=now)
    except BankUnavailable:
        transfer = None
    _note(payout_id, transfer, now=now)


@transactional
def _note(payout_id: UUID, transfer: Transfer | None, *, now: Instant) -> None:
    """Bring a payout to where the bank says it is."""
    payout = Payout.objects.select_for_update().get(pk=payout_id)
    if transfer is not None:
        _follow(payout, transfer, now=now)
    if payout.state not in PAYOUT.ends() and payout.polls < POLLS_MAX:
        Payout.objects.filter(pk=payout_id).update(polls=F("polls") + 1)
        pause = _FIRST_PAUSES[payout.polls] if payout.polls < len(_FIRST_PAUSES) else _LATER_PAUSE
        schedule(WATCH, payout_id, now + pause)


def _follow(payout: Payout, transfer: Transfer, *, now: Instant) -> None:
    if transfer.state is TransferState.ACCEPTED and payout.state == PayoutState.REQUESTED:
        step_row(payout, PAYOUT, "submit")
    if transfer.state is TransferState.FAILED and payout.state in _OPEN:
        step_row(payout, PAYOUT, "fail", reason=transfer.reason, ended_at=transfer.at)
        _move(payout, postings.payout_failed(payout), now=now)
    if transfer.state in (TransferState.PAID, TransferState.RETURNED) and payout.state in _OPEN:
        step_row(payout, PAYOUT, "pay", paid_at=transfer.at)
        _move(payout, postings.payout_paid(payout), now=now)
    if transfer.state is TransferState.RETURNED and payout.state == PayoutState.PAID:
        step_row(payout, PAYOUT, "return_money", reason=transfer.reason, ended_at=transfer.at)
        _move(payout, postings.payout_returned(payout), now=now)


def _move(payout: Payout, entry: JournalEntry, *, now: Instant) -> None:
    post(entry, now=now)
    fact = PayoutEnded(payout.pk, payout.shop_id, payout.amount_minor, payout.state)
    publish(fact, now=now, shop_id=payout.shop_id)


def _order(payout: Payout) -> TransferOrder:
    account = payout.account
    number = sealing.opened(account.sealed_number)
    return TransferOrder(payout.pk, payout.amount_minor, payout.currency, account.bank, account.holder, number)


def _same(known: Payout, amount_minor: int) -> UUID:
    if known.amount_minor != amount_minor:
        raise PayoutKeyUsed
    return known.pk
