"""Giving money back: set aside here, asked of the provider by the worker, settled by callback or by asking."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from anxin.infra.deadlines import schedule
from anxin.infra.sql import Row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.ledger.commands import ESCROW, Leg, post
from anxin.market.payments import postings, store
from anxin.market.payments.domain import OrderPart, RefundState
from anxin.market.payments.errors import NothingToRefund, RefundRefUsed, RefundTooLarge
from anxin.market.payments.models import PaymentSplit, Refund

SETTLE = "payments.settle_refund"


@dataclass(frozen=True)
class RefundRequest:
    """A wish to give back part of what an order paid; the same `ref` again is the same refund.

    `legs` are the (negative) sources of the money; by default the order's escrow. `payment_id` names the payment when
    it is not the order's own but one too many.
    """

    order_id: UUID
    amount_minor: int
    ref: str
    reason: str = ""
    legs: tuple[Leg, ...] | None = None
    payment_id: UUID | None = None


@dataclass(frozen=True)
class HeldOrder:
    """What an order brought in and what of it is back or on its way back, in minor units."""

    order_id: UUID
    shop_id: UUID
    captured_minor: int
    refunded_minor: int

    @property
    def left_minor(self) -> int:
        """How much may still be refunded."""
        return self.captured_minor - self.refunded_minor


@transactional
def hold_order(order_id: UUID, *, now: Instant) -> HeldOrder:  # noqa: ARG001 - every command is given the time
    """Let nobody else refund this order until the transaction ends, and say what there is. Raises NothingToRefund."""
    row = store.SQL.one("hold_order", order_id=order_id)
    if row is None:
        raise NothingToRefund(order_id)
    return HeldOrder(**row)


@transactional
def request_refund(request: RefundRequest, *, now: Instant) -> UUID:
    """Set the money of a refund aside and have the provider asked soon; return the refund's id.

    Raises NothingToRefund, RefundTooLarge or RefundRefUsed.
    """
    known = _same_ref(request)
    if known is not None:
        return known
    split = _claim(request)
    if split is None:
        return _claim_refused(request)
    sources = request.legs or postings.from_escrow(request.order_id, request.amount_minor)
    refund_id = _insert(request, split, sources, now=now)
    if refund_id is None:
        return _unclaim(request, split)
    part = OrderPart(request.order_id, split["shop_id"], request.amount_minor)
    post(postings.refund_requested(refund_id, sources, part), now=now)
    schedule(SETTLE, refund_id, now)
    return refund_id


@transactional
def refund_surplus_again(refund_id: UUID, *, now: Instant) -> None:
    """Ask once more for the return of a surplus that the provider failed to give back."""
    failed = Refund.objects.filter(pk=refund_id, state=RefundState.FAILED).first()
    if failed is not None:
        ref = f"{failed.ref.partition('#')[0]}#{failed.pk.hex[-12:]}"
        wish = RefundRequest(failed.order_id, failed.amount_minor, ref, failed.reason, payment_id=failed.payment_id)
        request_refund(wish, now=now)


def _claim(request: RefundRequest) -> Row | None:
    """Take the amount out of what may be refunded, with one self-clamping statement."""
    if request.amount_minor <= 0:
        raise RefundTooLarge(request.order_id, request.amount_minor)
    return store.SQL.one(
        "claim_refund", order_id=request.order_id, amount_minor=request.amount_minor, payment_id=request.payment_id
    )


def _claim_refused(request: RefundRequest) -> UUID:
    known = _same_ref(request)  # a twin of this request may have committed while the claim waited for it
    if known is not None:
        return known
    if not PaymentSplit.objects.filter(order_id=request.order_id, captured_minor__gt=0).exists():
        raise NothingToRefund(request.order_id)
    raise RefundTooLarge(request.order_id, request.amount_minor)


def _insert(request: RefundRequest, split: Row, sources: tuple[Leg, ...], *, now: Instant) -> UUID | None:
    refund_id = new_id()
    written = store.SQL.run(
        "insert_refund",
        id=refund_id,
        payment_id=split["payment_id"],
        split_id=split["id"],
        order_id=request.order_id,
        shop_id=split["shop_id"],
        amount_minor=request.amount_minor,
        escrow_minor=-sum(leg.amount_minor for leg in sources if leg.account == ESCROW),
        currency=split["currency"],
        ref=request.ref,
        reason=request.reason[:200],
        now=now,
    )
    return refund_id if written else None


def _unclaim(request: RefundRequest, split: Row) -> UUID:
    """Undo the claim of a request whose twin committed first."""
    PaymentSplit.objects.filter(pk=split["id"]).update(refunded_minor=F("refunded_minor") - request.amount_minor)
    return Refund.objects.values_list("id", flat=True).get(ref=request.ref)


def _same_ref(request: RefundRequest) -> UUID | None:
    known = Refund.objects.filter(ref=request.ref).first()
    if known is None:
        return None
    if (known.order_id, known.amount_minor) != (request.order_id, request.amount_minor):
        raise RefundRefUsed(request.ref)
    return known.pk
