"""One attempt to pay: payers are asked under the ledger's locks, and what they give leaves them in the same transaction.

What the provider answers comes back as events; a failure puts everything back, the debt included, and is tried again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.deadlines import schedule
from anxin.infra.outbox import publish
from anxin.infra.rows import step_row
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee import postings
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.paying import (
    PAYING,
    SHORT_PAUSE,
    FundEntryKind,
    MoneyKind,
    PayState,
    next_attempt_at,
)
from anxin.market.guarantee.domain.waterfall import together
from anxin.market.guarantee.errors.money import NotCovered, UnknownDisbursement
from anxin.market.guarantee.events.money import DebtChanged, MoneyArrived, MoneyFailed, ShopPaid
from anxin.market.guarantee.models.money import Debt, Disbursement
from anxin.market.guarantee.postings import Bill
from anxin.market.guarantee.store import money as store
from anxin.market.ledger.commands import AccountKey, Leg, draw, post, shop_account
from anxin.market.payments import commands as payments
from anxin.market.payments.commands import RefundRequest, TransferRequest
from anxin.market.payments.errors import NothingToRefund, RefundTooLarge
from anxin.market.settlement import commands as settlement
from anxin.market.settlement.errors import RefundBeyondSettlement

RETRY = "guarantee.pay_again"
Parts = tuple[tuple[Payer, int], ...]
_TOO_LATE = (RefundTooLarge, NothingToRefund, RefundBeyondSettlement)


@dataclass(frozen=True)
class Sent:
    """An attempt under way: its id at payments and who gave what."""

    sent_id: UUID
    parts: Parts


def bill(row: Disbursement, amount_minor: int, *, also: Sequence[AccountKey] = (), now: Instant) -> Bill:
    """Say who pays an amount and by which legs; what was said holds until the transaction ends."""
    payers = tuple(map(Payer, row.payers))
    purses = postings.purses(payers, row.shop_id)
    owing = (shop_account(row.shop_id, "recourse"),) if Payer.FUND in payers else ()
    taken = draw(purses, amount_minor, also=(*also, *owing), now=now)
    return postings.bill(amount_minor, payers, taken, shop_id=row.shop_id, order_id=row.order_id)


def send(row: Disbursement, *, now: Instant) -> Parts:
    """Try to pay; return who gives what, or nothing while none of the payers has enough (then it waits and is tried again)."""
    senders = {MoneyKind.REFUND: _refund, MoneyKind.COMPENSATION: _compensate}
    sent = senders[MoneyKind(row.kind)](row, now=now)
    if sent is None:
        if row.state != PayState.WAITING:
            step_row(row, PAYING, "run_short")
        schedule(RETRY, row.pk, now + SHORT_PAUSE)
        return ()
    step_row(row, PAYING, "send", attempts=row.attempts + 1, sent_id=sent.sent_id, failure="")
    book(row, sent.parts, now=now)
    return sent.parts


def settle_charge(row: Disbursement, to: AccountKey, *, now: Instant) -> Parts:
    """Take a charge at once. Raises NotCovered."""
    also = (to,) if to.rule.cached else ()
    found = bill(row, row.amount_minor, also=also, now=now)
    if not found.waterfall.is_covered:
        raise NotCovered(found.waterfall.short_minor)
    post(postings.charged(row.pk, found.legs, Leg(to, row.amount_minor, row.order_id), row.shop_id), now=now)
    step_row(row, PAYING, "settle", attempts=1, ended_at=now)
    book(row, found.waterfall.parts, now=now)
    return found.waterfall.parts


def book(row: Disbursement, parts: Parts, *, now: Instant) -> None:
    """Write who paid, what the shop owes for it and what the fund advanced; tell those who watch the shop's money."""
    store.note_parts(row, parts)
    gave = dict(parts)
    advanced_minor = gave.get(Payer.FUND, 0)
    if advanced_minor:
        facts = {"shop_id": row.shop_id, "order_id": row.order_id}
        Debt.objects.create(disbursement=row, attempt=row.attempts, amount_minor=advanced_minor, opened_at=now, **facts)
        store.enter(FundEntryKind.ADVANCE, f"{row.pk}:{row.attempts}", -advanced_minor, at=now, **facts)
    if advanced_minor or Payer.EXPERIENCE_DEPOSIT in gave:
        experience_minor = gave.get(Payer.EXPERIENCE_DEPOSIT, 0)
        paid = ShopPaid(row.shop_id, row.ref, gave.get(Payer.GOODS_MONEY, 0), experience_minor, advanced_minor)
        publish(paid, now=now, shop_id=row.shop_id)


@transactional
def note_arrived(disbursement_id: UUID, attempt: int, *, now: Instant) -> None:
    """The provider delivered the money of an attempt. A second telling changes nothing."""
    row = store.locked(disbursement_id)
    if row is None or (row.state, row.attempts) != (PayState.SENT, attempt):
        return
    step_row(row, PAYING, "arrive", ended_at=now)
    arrived = MoneyArrived(row.kind, row.ref, row.order_id, row.shop_id, row.amount_minor)
    publish(arrived, now=now, shop_id=row.shop_id)


@transactional
def note_failed(disbursement_id: UUID, attempt: int, reason: str, *, now: Instant) -> None:
    """The provider could not deliver: the books were put back, the debt is void, and it is tried again. Once an attempt."""
    row = store.locked(disbursement_id)
    if row is None or (row.state, row.attempts) != (PayState.SENT, attempt):
        return
    step_row(row, PAYING, "fail", failure=reason[:200], sent_id=None)
    _void_debt(row, now=now)
    again_at = next_attempt_at(row.attempts, now=now)
    if again_at is None:
        step_row(row, PAYING, "give_up", ended_at=now)
    else:
        schedule(RETRY, row.pk, again_at)
    _tell_failure(row, reason, will_retry=again_at is not None, now=now)


@transactional
def try_again(disbursement_id: UUID, *, now: Instant) -> None:
    """Pay what waits, failed or was given up; what is on its way or there is left alone."""
    row = store.locked(disbursement_id)
    if row is None or row.state in (PayState.SENT, PayState.ARRIVED):
        return
    try:
        with savepoint():
            send(row, now=now)
    except _TOO_LATE as refused:  # meanwhile the order gave back all it had, so nothing is owed any more
        row.refresh_from_db()
        if row.state != PayState.ABANDONED:
            step_row(row, PAYING, "give_up", ended_at=now, failure=refused.code)
            _tell_failure(row, refused.code, will_retry=False, now=now)


@transactional
def pay_again(disbursement_id: UUID, *, now: Instant) -> None:
    """Let an operator try at once what is stuck. Raises UnknownDisbursement."""
    if store.locked(disbursement_id) is None:
        raise UnknownDisbursement
    try_again(disbursement_id, now=now)


def _refund(row: Disbursement, *, now: Instant) -> Sent | None:
    """Before settlement the order's escrow pays, after it every party its part, the merchant's by the waterfall."""
    ref, order_id = store.provider_ref(row, row.attempts + 1), _order(row)
    given = settlement.begin_refund(order_id, row.amount_minor, now=now)
    if given is None:
        wish = RefundRequest(order_id, row.amount_minor, ref, row.reason)
        return Sent(payments.request_refund(wish, now=now), ((Payer.ESCROW, row.amount_minor),))
    also = [leg.account for leg in given.others if leg.account.rule.cached]
    found = bill(row, given.merchant_minor, also=also, now=now)
    if not found.waterfall.is_covered:
        return None
    sent_id = settlement.refund_settled(
        order_id, row.amount_minor, ref=ref, reason=row.reason, merchant_legs=found.legs, now=now
    )
    fee_minor = -sum(leg.amount_minor for leg in given.others if leg.account.owner_kind == "platform")
    return Sent(sent_id, together((*found.waterfall.parts, (Payer.PLATFORM, fee_minor))))


def _compensate(row: Disbursement, *, now: Instant) -> Sent | None:
    found = bill(row, row.amount_minor, now=now)
    if row.person_id is None or not found.waterfall.is_covered:
        return None
    wish = TransferRequest(
        row.person_id,
        row.amount_minor,
        store.provider_ref(row, row.attempts + 1),
        found.legs,
        row.reason,
        row.order_id,
        row.shop_id,
    )
    return Sent(payments.request_transfer(wish, now=now), found.waterfall.parts)


def _void_debt(row: Disbursement, *, now: Instant) -> None:
    """The advance of a failed attempt came back: nothing is owed, and what the shop paid already is its own again."""
    debt = Debt.objects.select_for_update().filter(disbursement=row, attempt=row.attempts).first()
    if debt is None:
        return
    facts = {"shop_id": row.shop_id, "order_id": row.order_id, "at": now}
    store.enter(FundEntryKind.RETURNED, f"{row.pk}:{row.attempts}", debt.amount_minor, **facts)
    if debt.recovered_minor:
        post(postings.repaid(debt.pk, row.shop_id, debt.recovered_minor), now=now)
        store.enter(FundEntryKind.REPAID, str(debt.pk), -debt.recovered_minor, **facts)
    debt.is_void, debt.closed_at = True, now
    debt.save(update_fields=["is_void", "closed_at"])
    owed_minor = store.owed_minor(store.open_debts(row.shop_id))
    publish(DebtChanged(row.shop_id, 0, owed_minor), now=now, shop_id=row.shop_id)


def _tell_failure(row: Disbursement, reason: str, *, will_retry: bool, now: Instant) -> None:
    failed = MoneyFailed(row.kind, row.ref, row.order_id, row.shop_id, row.amount_minor, reason[:200], will_retry)
    publish(failed, now=now, shop_id=row.shop_id)


def _order(row: Disbursement) -> UUID:
    if row.order_id is None:
        raise NothingToRefund(row.pk)
    return row.order_id
