"""Refunds of settled orders: every party gives its part back, and a negative line says so in the merchant's statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.infra.deadlines import schedule
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.ledger.commands import Leg
from anxin.market.payments import commands as payments
from anxin.market.payments.commands import RefundRequest
from anxin.market.payments.queries import refund_of_ref
from anxin.market.settlement import domain, postings, store
from anxin.market.settlement.commands.release import RELEASE
from anxin.market.settlement.domain import Division, ReleaseState, TradeType
from anxin.market.settlement.errors import NotSettled, RefundBeyondSettlement
from anxin.market.settlement.models import Line, Settlement

_SOON = timedelta(minutes=5)  # longer than any transaction: what is due by then might be passed over meanwhile


@dataclass(frozen=True)
class GivenBack:
    """What each party of a settled order gives back: the merchant an amount, all others their legs."""

    merchant_minor: int
    others: tuple[Leg, ...]


@transactional
def begin_refund(order_id: UUID, amount_minor: int, *, now: Instant) -> GivenBack | None:
    """Hold an order's settlement and its money for a refund, and say what each party gives back; None before settlement.

    Until the transaction ends nothing of the order is released or refunded by others, so what was said stays true.
    Raises RefundBeyondSettlement.
    """
    settlement = store.lock_settlement(order_id)
    if settlement is not None and settlement.state == ReleaseState.WAITING and settlement.due_at <= now + _SOON:
        schedule(RELEASE, order_id, max(settlement.due_at, now + _SOON))  # who sweeps meanwhile passes this one over
    if settlement is None or settlement.state != ReleaseState.RELEASED:
        return None
    back = _back(settlement, amount_minor, now=now)
    return GivenBack(back.merchant_minor, postings.others_give_back(settlement, back))


@transactional
def refund_settled(
    order_id: UUID,
    amount_minor: int,
    *,
    ref: str,
    reason: str,
    now: Instant,
    merchant_legs: Sequence[Leg] | None = None,
) -> UUID:
    """Refund an order after its settlement: every party gives its part back.

    The merchant's part is paid by `merchant_legs` where given (they sum to minus that part), else by its balance, which
    may go below zero. Writes a negative line into the statement of the present month; the same `ref` again changes
    nothing. Raises NotSettled, RefundBeyondSettlement and what request_refund raises.
    """
    settlement = store.lock_settlement(order_id)
    if settlement is None or settlement.state != ReleaseState.RELEASED:
        raise NotSettled(order_id)
    known = refund_of_ref(ref)
    if known is not None:
        return known
    back = _back(settlement, amount_minor, now=now)
    own = tuple(merchant_legs) if merchant_legs is not None else postings.merchant_gives_back(settlement, back)
    legs = (*own, *postings.others_give_back(settlement, back))
    refund_id = payments.request_refund(RefundRequest(order_id, amount_minor, ref, reason, legs=legs), now=now)
    _refund_line(settlement, refund_id, back, postings.borne_by_shop(own), now=now).save(force_insert=True)
    return refund_id


@transactional
def undo_refund_line(refund_id: UUID, *, now: Instant) -> None:
    """Take back the negative line of a refund that the provider could not make."""
    line = Line.objects.filter(ref=str(refund_id), trade_type=TradeType.REFUND_AFTER_SETTLE).first()
    if line is None or Line.objects.filter(ref=f"undo:{refund_id}").exists():
        return
    Line.objects.create(
        shop_id=line.shop_id,
        order_id=line.order_id,
        ref=f"undo:{refund_id}",
        journal_kind="payment.refund_requested.reversed",
        trade_type=TradeType.OTHER,
        month=domain.statement_month(now),
        happened_at=now,
        currency=line.currency,
        paid_minor=-line.paid_minor,
        platform_subsidy_minor=-line.platform_subsidy_minor,
        service_fee_minor=-line.service_fee_minor,
        commission_minor=-line.commission_minor,
        net_minor=-line.net_minor,
    )


def _back(settlement: Settlement, amount_minor: int, *, now: Instant) -> Division:
    """Return what each party gives back: what it had of the order less what it keeps."""
    refunded_minor = payments.hold_order(settlement.order_id, now=now).refunded_minor
    if amount_minor > settlement.paid_minor - refunded_minor:
        raise RefundBeyondSettlement(settlement.order_id)
    terms = store.terms_of(settlement)
    return domain.split(terms, refunded_minor).less(domain.split(terms, refunded_minor + amount_minor))


def _refund_line(settlement: Settlement, refund_id: UUID, back: Division, shop_minor: int, *, now: Instant) -> Line:
    """Return the statement line; what others than the shop paid of the merchant's part stands as a subsidy."""
    return Line(
        shop_id=settlement.shop_id,
        order_id=settlement.order_id,
        ref=str(refund_id),
        journal_kind="payment.refund_requested",
        trade_type=TradeType.REFUND_AFTER_SETTLE,
        month=domain.statement_month(now),
        happened_at=now,
        currency=settlement.currency,
        paid_minor=-back.total_minor,
        platform_subsidy_minor=back.merchant_minor - shop_minor,
        service_fee_minor=-back.service_fee_minor,
        commission_minor=-back.commission_minor,
        net_minor=-shop_minor,
    )
