"""Moving the money of the guarantee: refunds, compensations and charges, each paid by payers in a stated order.

Refund (退款) and compensation (赔付) are separate flows (DOMAIN 1.8): a refund gives back what was paid, on the way it was
paid; a compensation is new money, transferred to the person. `ref` is the caller's and makes every call repeatable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import paying
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.paying import MoneyKind
from anxin.market.guarantee.domain.waterfall import COMPENSATION_PAYERS, REFUND_PAYERS
from anxin.market.guarantee.models.money import Disbursement
from anxin.market.guarantee.store import money as store
from anxin.market.ledger.commands import AccountKey
from anxin.market.payments.queries import shop_of_payment

__all__ = [
    "COMPENSATION_PAYERS",
    "REFUND_PAYERS",
    "Compensation",
    "Moved",
    "Payer",
    "RefundOrder",
    "charge",
    "compensate",
    "refund",
]


@dataclass(frozen=True)
class RefundOrder:
    """Give back part of what an order paid; the same `ref` again is the same refund.

    Before its settlement all of it comes out of the order's escrow. After it every party gives back its part, and the
    merchant's is paid by `payers` in their order.
    """

    order_id: UUID
    amount_minor: int
    ref: str
    reason: str = ""
    payers: tuple[Payer, ...] = REFUND_PAYERS


@dataclass(frozen=True)
class Compensation:
    """Pay a person on top of what an order cost, at the expense of `payers` in their order; `ref` as in RefundOrder."""

    order_id: UUID
    person_id: UUID
    shop_id: UUID
    amount_minor: int
    ref: str
    reason: str = ""
    payers: tuple[Payer, ...] = COMPENSATION_PAYERS


@dataclass(frozen=True)
class Moved:
    """What was set in motion, and who pays how much, in minor units; `money_id` is the same for the same `ref`.

    `parts` is empty while none of the payers has enough: the money then follows by itself as soon as one has. Whether it
    arrived is told by the events `MoneyArrived` and `MoneyFailed`, which carry the caller's `ref`.
    """

    money_id: UUID
    parts: tuple[tuple[Payer, int], ...]


@transactional
def refund(order: RefundOrder, *, now: Instant) -> Moved:
    """Set a refund in motion: the money leaves its payers now and reaches the buyer on the way it was paid.

    Raises NothingToRefund, RefundTooLarge and RefundBeyondSettlement (the refunds of an order never exceed what it paid),
    AmountNotPositive, and MoneyRefUsed for a reference that stands for another refund.
    """
    row, is_new = store.claim(
        Disbursement(
            kind=MoneyKind.REFUND,
            ref=order.ref,
            order_id=order.order_id,
            shop_id=shop_of_payment(order.order_id),
            amount_minor=order.amount_minor,
            reason=order.reason[:200],
            payers=list(order.payers),
            asked_at=now,
        )
    )
    return Moved(row.pk, paying.send(row, now=now) if is_new else store.parts_of(row))


@transactional
def compensate(compensation: Compensation, *, now: Instant) -> Moved:
    """Set a compensation in motion: the money leaves its payers now and is transferred to the person.

    Raises AmountNotPositive and MoneyRefUsed.
    """
    row, is_new = store.claim(
        Disbursement(
            kind=MoneyKind.COMPENSATION,
            ref=compensation.ref,
            order_id=compensation.order_id,
            shop_id=compensation.shop_id,
            person_id=compensation.person_id,
            amount_minor=compensation.amount_minor,
            reason=compensation.reason[:200],
            payers=list(compensation.payers),
            asked_at=now,
        )
    )
    return Moved(row.pk, paying.send(row, now=now) if is_new else store.parts_of(row))


@transactional
def charge(
    shop_id: UUID, amount_minor: int, *, to: AccountKey, ref: str, payers: Sequence[Payer], now: Instant
) -> Moved:
    """Take an amount from a shop's payers into another account at once: a premium, a fine. The same `ref` is a no-op.

    Raises NotCovered when the payers together do not have it (then nothing was taken), AmountNotPositive, MoneyRefUsed.
    """
    row, is_new = store.claim(
        Disbursement(
            kind=MoneyKind.CHARGE,
            ref=ref,
            shop_id=shop_id,
            amount_minor=amount_minor,
            payers=list(payers),
            asked_at=now,
        )
    )
    return Moved(row.pk, paying.settle_charge(row, to, now=now) if is_new else store.parts_of(row))
