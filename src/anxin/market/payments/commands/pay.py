"""Opening a payment at the provider, asking what became of it, and closing it.

Every call to the provider lies between two transactions: the first records our key, the second what was answered. When
the answer never comes, a deadline asks again.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from anxin.infra.deadlines import schedule
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.payments import gateways, store
from anxin.market.payments.commands.apply import apply_notice
from anxin.market.payments.domain import POLL_PAUSES, Notice, NoticeKind, PaymentState, PayRequest, next_poll
from anxin.market.payments.errors import (
    AlreadyPaid,
    GatewayRefused,
    GatewayUnavailable,
    PaymentNotFound,
    TooLateToPay,
    UnsoundRequest,
)
from anxin.market.payments.gateway import Charge, ChargeOrder, ChargeState, PaymentGateway
from anxin.market.payments.models import Payment

POLL, EXPIRE = "payments.poll", "payments.expire"
_OPEN = (PaymentState.CREATED, PaymentState.PENDING)
_NOTICES = {
    ChargeState.PROCESSING: NoticeKind.PROCESSING,
    ChargeState.WAITING: NoticeKind.PROCESSING,
    ChargeState.PAID: NoticeKind.CAPTURED,
    ChargeState.REFUSED: NoticeKind.REFUSED,
    ChargeState.CLOSED: NoticeKind.CLOSED,
}


@dataclass(frozen=True)
class StartedPayment:
    """Where to send the payer."""

    payment_id: UUID
    pay_url: str


def start_payment(request: PayRequest, *, now: Instant, gateway: PaymentGateway | None = None) -> StartedPayment:
    """Open a payment for a checkout, or return the open one; call it outside a transaction.

    Raises UnsoundRequest, TooLateToPay, AlreadyPaid, GatewayRefused, or GatewayUnavailable (call again: the same charge
    is found, nobody pays twice).
    """
    provider = gateway or gateways.provider()
    order = _record(request, provider.name, now=now)
    try:
        charge = provider.create(order, now=now)
    except GatewayRefused as refusal:
        _note_end(order.payment_id, NoticeKind.REFUSED, refusal.reason, now=now)
        raise
    note_charge(charge, now=now)
    return StartedPayment(order.payment_id, charge.pay_url)


def query_payment(payment_id: UUID, *, now: Instant, gateway: PaymentGateway | None = None) -> None:
    """Ask the provider what became of a payment; ask again later while it is open. Never inside a transaction."""
    provider = gateway or gateways.provider()
    if not _is_open(payment_id):
        return
    try:
        charge = provider.query(payment_id, now=now)
    except GatewayUnavailable:
        charge = None
    if charge is not None:
        note_charge(charge, now=now)
    _ask_again(payment_id, now=now)


def close_at_gateway(payment_id: UUID, *, now: Instant, gateway: PaymentGateway | None = None) -> None:
    """Tell the provider to take no money any more; one that was paid meanwhile is captured. Never in a transaction."""
    provider = gateway or gateways.provider()
    if not _is_open(payment_id):
        return
    try:
        charge = provider.close(payment_id, now=now)
    except GatewayUnavailable:
        _ask_again(payment_id, now=now, kind=EXPIRE)
        return
    if charge is None:  # the provider never heard of it, so nobody can pay it
        _note_end(payment_id, NoticeKind.CLOSED, "", now=now)
    else:
        note_charge(charge, now=now)
        _ask_again(payment_id, now=now, kind=EXPIRE)


@transactional
def close_payments(checkout_id: UUID, *, now: Instant) -> None:
    """Close what is open for a checkout, soon: the provider is told by the worker."""
    for payment_id in Payment.objects.filter(checkout_id=checkout_id, state__in=_OPEN).values_list("id", flat=True):
        schedule(EXPIRE, payment_id, now)


@transactional
def note_charge(charge: Charge, *, now: Instant) -> None:
    """Bring a payment to the state in which the provider has it."""
    notice = Notice(
        event_id="",
        kind=_NOTICES[charge.state],
        subject=charge.payment_id,
        gateway_ref=charge.gateway_ref,
        amount_minor=charge.amount_minor,
        currency=charge.currency,
        occurred_at=charge.paid_at or now,
        reason=charge.reason,
    )
    apply_notice(notice, now=now)
    if charge.pay_url:
        Payment.objects.filter(pk=charge.payment_id).update(pay_url=charge.pay_url, gateway_ref=charge.gateway_ref)


@transactional
def _record(request: PayRequest, gateway: str, *, now: Instant) -> ChargeOrder:
    if not request.is_sound:
        raise UnsoundRequest(request.amount_minor)
    if now >= request.expires_at:
        raise TooLateToPay
    if store.is_paid(request.checkout_id):
        raise AlreadyPaid(request.checkout_id)
    payment = store.open_or_insert(request, gateway, now=now)
    if payment.amount_minor != request.amount_minor or payment.currency != request.currency:
        raise UnsoundRequest(request.amount_minor)
    schedule(POLL, payment.pk, now + POLL_PAUSES[0], version=payment.version)
    schedule(EXPIRE, payment.pk, payment.expires_at, version=payment.version)
    return ChargeOrder(
        payment_id=payment.pk,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        parts=store.parts_of(payment),
        method=payment.method,
        expires_at=payment.expires_at,
        return_url=payment.return_url,
    )


def _is_open(payment_id: UUID) -> bool:
    state = Payment.objects.filter(pk=payment_id).values_list("state", flat=True).first()
    if state is None:
        raise PaymentNotFound(payment_id)
    return state in _OPEN


@transactional
def _ask_again(payment_id: UUID, *, now: Instant, kind: str = POLL) -> None:
    payment = store.locked_payment(payment_id)
    due_at = next_poll(payment.polls, now=now) if payment else None
    if payment is not None and payment.state in _OPEN and due_at is not None:
        Payment.objects.filter(pk=payment_id).update(polls=F("polls") + 1)
        schedule(kind, payment_id, due_at, version=payment.version)


@transactional
def _note_end(payment_id: UUID, kind: NoticeKind, reason: str, *, now: Instant) -> None:
    """Write that a payment ended without the provider having opened a charge."""
    payment = store.locked_payment(payment_id)
    if payment is not None:
        apply_notice(Notice("", kind, payment_id, "", payment.amount_minor, payment.currency, now, reason), now=now)
