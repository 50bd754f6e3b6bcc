"""Rows and their locks. Lock order of this module: payments of a checkout by id, then splits, then refunds; transfers alone."""

from uuid import UUID

from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.market.payments.domain import (
    Notice,
    OrderPart,
    PaymentState,
    PayRequest,
    Verdict,
)
from anxin.market.payments.models import Callback, Payment, PaymentSplit, Refund, Transfer

SQL = Statements(__name__)


def is_paid(checkout_id: UUID) -> bool:
    """Say whether the provider holds the money of a checkout."""
    return Payment.objects.filter(checkout_id=checkout_id, state=PaymentState.CAPTURED).exists()


def open_or_insert(request: PayRequest, gateway: str, *, now: Instant) -> Payment:
    """Return the payment of a checkout that may still be paid in this way, writing it and its parts if there is none."""
    payment, is_new = Payment.objects.get_or_create(
        checkout_id=request.checkout_id,
        method=request.method,
        state__in=(PaymentState.CREATED, PaymentState.PENDING),
        defaults={
            "person_id": request.person_id,
            "amount_minor": request.amount_minor,
            "currency": request.currency,
            "gateway": gateway,
            "return_url": request.return_url,
            "created_at": now,
            "expires_at": request.expires_at,
        },
    )
    if is_new:
        PaymentSplit.objects.bulk_create(
            PaymentSplit(payment=payment, order_id=part.order_id, shop_id=part.shop_id, amount_minor=part.amount_minor)
            for part in request.parts
        )
    return payment


def locked_payment(payment_id: UUID) -> Payment | None:
    """Lock all payments of this payment's checkout, in the order of ids, and return this one; None if it is not ours."""
    known = Payment.objects.filter(pk=payment_id).values_list("checkout_id", flat=True).first()
    siblings = list(Payment.objects.select_for_update().filter(checkout_id=known).order_by("id")) if known else []
    return next((payment for payment in siblings if payment.pk == payment_id), None)


def parts_of(payment: Payment) -> tuple[OrderPart, ...]:
    """Return the parts of a payment, in the order they were written."""
    return tuple(
        OrderPart(split.order_id, split.shop_id, split.amount_minor) for split in payment.splits.order_by("id")
    )


def locked_refund(refund_id: UUID) -> Refund | None:
    """Lock and return a refund."""
    return Refund.objects.select_for_update(of=("self",)).select_related("payment").filter(pk=refund_id).first()


def locked_transfer(transfer_id: UUID) -> Transfer | None:
    """Lock and return a transfer."""
    return Transfer.objects.select_for_update().filter(pk=transfer_id).first()


def remember_callback(gateway: str, notice: Notice, body: bytes, *, now: Instant) -> Callback | None:
    """Put a message into the inbox; None when it lies there already (a second one waits for the first to commit)."""
    callback = Callback(
        gateway=gateway,
        event_id=notice.event_id,
        kind=notice.kind,
        subject=notice.subject,
        verdict=Verdict.APPLIED,
        body=body,
        received_at=now,
    )
    row = {"id": callback.pk, "gateway": gateway, "event_id": notice.event_id, "kind": notice.kind.value}
    written = SQL.run("remember_callback", **row, subject=notice.subject, body=body, now=now)
    return callback if written else None


def note_verdict(callback: Callback, verdict: Verdict) -> None:
    """Write what became of a message."""
    Callback.objects.filter(pk=callback.pk).update(verdict=verdict)
