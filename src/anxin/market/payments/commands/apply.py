"""What a provider's word changes here, whether it came as a callback, as an answer or by asking."""

from uuid import UUID

from django.db.models import F

from anxin.infra.deadlines import cancel, schedule
from anxin.infra.outbox import publish
from anxin.infra.rows import step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.ledger.commands import post, reverse
from anxin.market.payments import events, postings, store
from anxin.market.payments.commands.refund import RefundRequest, request_refund
from anxin.market.payments.domain import (
    PAYMENT,
    REFUND,
    TRANSFER,
    VERBS,
    Notice,
    NoticeKind,
    OrderPart,
    PaymentState,
    RefundState,
    TransferParty,
    TransferState,
    Verdict,
    judge,
)
from anxin.market.payments.models import Payment, PaymentSplit, Refund, Transfer

_ABOUT_REFUNDS = frozenset({NoticeKind.REFUND_SUCCEEDED, NoticeKind.REFUND_FAILED})
_ABOUT_TRANSFERS = frozenset({NoticeKind.TRANSFER_SUCCEEDED, NoticeKind.TRANSFER_FAILED})


@transactional
def apply_notice(notice: Notice, *, now: Instant) -> Verdict:
    """Bring a payment, refund or transfer to where the provider says it is, with its journal and its event, or say why not."""
    if notice.kind in _ABOUT_REFUNDS:
        return _apply_to_refund(notice, now=now)
    if notice.kind in _ABOUT_TRANSFERS:
        return _apply_to_transfer(notice, now=now)
    return _apply_to_payment(notice, now=now)


def _apply_to_payment(notice: Notice, *, now: Instant) -> Verdict:
    payment = store.locked_payment(notice.subject)
    if payment is None:
        return Verdict.UNKNOWN_SUBJECT
    verdict = judge(PAYMENT, PaymentState(payment.state), (payment.amount_minor, payment.currency), notice)
    if verdict is not Verdict.APPLIED:
        return verdict
    if notice.kind is NoticeKind.CAPTURED:
        _capture(payment, notice, now=now)
    elif notice.kind is NoticeKind.REFUSED:
        step_row(payment, PAYMENT, "refuse", reason=notice.reason, closed_at=now)
        publish(events.PaymentRefused(payment.pk, payment.checkout_id, notice.reason), now=now)
    elif notice.kind is NoticeKind.CLOSED:
        step_row(payment, PAYMENT, "close", closed_at=now)
        publish(events.PaymentClosed(payment.pk, payment.checkout_id), now=now)
    else:
        step_row(payment, PAYMENT, VERBS[notice.kind], gateway_ref=notice.gateway_ref)
    return verdict


def _capture(payment: Payment, notice: Notice, *, now: Instant) -> None:
    """Take the money into the books: escrow of each order. Money for a checkout that was paid before goes back."""
    is_surplus = store.is_paid(payment.checkout_id)  # its payments are locked, so two captures see each other
    step_row(
        payment,
        PAYMENT,
        "capture",
        captured_at=notice.occurred_at,
        gateway_ref=notice.gateway_ref,
        is_surplus=is_surplus,
    )
    PaymentSplit.objects.filter(payment=payment).update(captured_minor=F("amount_minor"))
    parts = store.parts_of(payment)
    post(postings.captured(payment.pk, parts), now=now)
    for kind in ("payments.poll", "payments.expire"):
        cancel(kind, payment.pk)
    if is_surplus:
        _return_surplus(payment.pk, parts, now=now)
        return
    captured = events.PaymentCaptured(
        payment.pk, payment.checkout_id, payment.amount_minor, payment.currency, parts, notice.occurred_at
    )
    publish(captured, now=now)


def _return_surplus(payment_id: UUID, parts: tuple[OrderPart, ...], *, now: Instant) -> None:
    for part in parts:
        ref = f"surplus:{payment_id}:{part.order_id}"
        wish = RefundRequest(part.order_id, part.amount_minor, ref, "paid twice", payment_id=payment_id)
        request_refund(wish, now=now)


def _apply_to_refund(notice: Notice, *, now: Instant) -> Verdict:
    refund = store.locked_refund(notice.subject)
    if refund is None:
        return Verdict.UNKNOWN_SUBJECT
    verdict = judge(REFUND, RefundState(refund.state), (refund.amount_minor, refund.currency), notice)
    if verdict is not Verdict.APPLIED:
        return verdict
    cancel("payments.settle_refund", refund.pk)
    if notice.kind is NoticeKind.REFUND_SUCCEEDED:
        _succeed(refund, notice, now=now)
    else:
        _fail(refund, notice, now=now)
    return verdict


def _succeed(refund: Refund, notice: Notice, *, now: Instant) -> None:
    step_row(refund, REFUND, "succeed", finished_at=notice.occurred_at, gateway_ref=notice.gateway_ref)
    part = OrderPart(refund.order_id, refund.shop_id, refund.amount_minor)
    post(postings.refunded(refund.pk, part), now=now)
    if refund.payment.is_surplus:
        return  # no order ever knew of this money
    fact = events.RefundSucceeded(refund.pk, refund.order_id, refund.shop_id, refund.amount_minor, refund.ref)
    publish(fact, now=now, shop_id=refund.shop_id)


def _fail(refund: Refund, notice: Notice, *, now: Instant) -> None:
    """Put the money back to where it came from; a surplus, which nobody else may keep, is asked for again."""
    step_row(refund, REFUND, "fail", finished_at=notice.occurred_at, failure=notice.reason)
    PaymentSplit.objects.filter(pk=refund.split_id).update(refunded_minor=F("refunded_minor") - refund.amount_minor)
    reverse(postings.REFUND_REQUESTED, str(refund.pk), new_ref=str(refund.pk), now=now)
    if refund.payment.is_surplus:
        schedule("payments.return_surplus", refund.pk, now)
        return
    fact = events.RefundFailed(
        refund.pk, refund.order_id, refund.shop_id, refund.amount_minor, refund.ref, notice.reason
    )
    publish(fact, now=now, shop_id=refund.shop_id)


def _apply_to_transfer(notice: Notice, *, now: Instant) -> Verdict:
    transfer = store.locked_transfer(notice.subject)
    if transfer is None:
        return Verdict.UNKNOWN_SUBJECT
    verdict = judge(TRANSFER, TransferState(transfer.state), (transfer.amount_minor, transfer.currency), notice)
    if verdict is not Verdict.APPLIED:
        return verdict
    cancel("payments.settle_transfer", transfer.pk)
    if notice.kind is NoticeKind.TRANSFER_SUCCEEDED:
        step_row(transfer, TRANSFER, "succeed", finished_at=notice.occurred_at, gateway_ref=notice.gateway_ref)
        party = TransferParty(transfer.amount_minor, transfer.order_id, transfer.shop_id)
        post(postings.transferred(transfer.pk, party), now=now)
        publish(events.TransferSucceeded(*_about(transfer)), now=now, shop_id=transfer.shop_id)
    else:
        step_row(transfer, TRANSFER, "fail", finished_at=notice.occurred_at, failure=notice.reason)
        reverse(postings.TRANSFER_REQUESTED, str(transfer.pk), new_ref=str(transfer.pk), now=now)
        publish(events.TransferFailed(*_about(transfer), notice.reason), now=now, shop_id=transfer.shop_id)
    return verdict


def _about(transfer: Transfer) -> tuple[UUID, UUID, UUID | None, UUID | None, int, str]:
    return (
        transfer.pk,
        transfer.person_id,
        transfer.order_id,
        transfer.shop_id,
        transfer.amount_minor,
        transfer.ref,
    )
