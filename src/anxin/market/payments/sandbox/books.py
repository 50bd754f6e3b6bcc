"""What happens inside the sandbox provider: charges are opened, paid, refused, closed, refunded and shared."""

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import F

from anxin.infra.deadlines import schedule
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.payments.domain import NoticeKind
from anxin.market.payments.errors import GatewayRefused, PaymentNotFound
from anxin.market.payments.gateway import (
    Charge,
    ChargeOrder,
    ChargeState,
    GatewayRefund,
    GatewayTransfer,
    OutcomeState,
    RefundOrder,
    ShareOrder,
    TransferOrder,
)
from anxin.market.payments.sandbox.models import SandboxCharge, SandboxPart, SandboxRefund, SandboxTransfer
from anxin.market.payments.sandbox.notices import Draft, announce

LATE = "payments.sandbox_late"  # the kind of deadline at which a slow bank says yes after all
LATE_BY = timedelta(minutes=1)


class Choice(StrEnum):
    """What a person can do on the payment page."""

    PAY = "pay"
    REFUSE = "refuse"  # the bank says no
    LATE = "late"  # the bank says yes, a minute after the time to pay has run out
    CLOSE = "close"  # the payer walks away


@transactional
def open_charge(order: ChargeOrder, *, now: Instant) -> Charge:
    """Open a charge, or return the one this payment already has."""
    charge, is_new = SandboxCharge.objects.get_or_create(
        merchant_ref=order.payment_id,
        defaults={
            "amount_minor": order.amount_minor,
            "currency": order.currency,
            "method": order.method,
            "return_url": order.return_url,
            "created_at": now,
            "expires_at": order.expires_at,
        },
    )
    if is_new:
        SandboxPart.objects.bulk_create(
            SandboxPart(charge=charge, sub_ref=part.order_id, amount_minor=part.amount_minor) for part in order.parts
        )
    return as_charge(charge)


def find_charge(payment_id: UUID) -> Charge | None:
    """Return the charge of a payment."""
    charge = SandboxCharge.objects.filter(merchant_ref=payment_id).first()
    return as_charge(charge) if charge else None


@transactional
def close_charge(payment_id: UUID, *, now: Instant) -> Charge | None:
    """Close a charge that nobody began to pay; otherwise return it as it is."""
    charge = SandboxCharge.objects.select_for_update().filter(merchant_ref=payment_id).first()
    if charge is None:
        return None
    if charge.state == ChargeState.WAITING:
        _close(charge, now=now)
    return as_charge(charge)


@transactional
def choose(token: UUID, choice: Choice, *, now: Instant) -> Charge:
    """Do what the payer chose on the payment page; a choice on a charge that is no longer open changes nothing."""
    charge = SandboxCharge.objects.select_for_update().filter(pk=token).first()
    if charge is None:
        raise PaymentNotFound
    if charge.state != ChargeState.WAITING:
        return as_charge(charge)
    if choice is Choice.CLOSE or (choice is not Choice.LATE and now >= charge.expires_at):
        _close(charge, now=now)
    elif choice is Choice.PAY:
        _pay(charge, now=now)
    elif choice is Choice.REFUSE:
        _refuse(charge, now=now)
    else:
        _save(charge, ChargeState.PROCESSING)
        schedule(LATE, charge.pk, charge.expires_at + LATE_BY)
    return as_charge(charge)


@transactional
def confirm_late(token: UUID, *, now: Instant) -> None:
    """Let the slow bank say yes."""
    charge = SandboxCharge.objects.select_for_update().filter(pk=token, state=ChargeState.PROCESSING).first()
    if charge is not None:
        _pay(charge, now=now)


@transactional
def give_back(order: RefundOrder, *, fails: bool, now: Instant) -> GatewayRefund:
    """Refund from what one sub-order still holds; the answer is "processing", the outcome follows as a message."""
    known = SandboxRefund.objects.filter(merchant_ref=order.refund_id).select_related("charge").first()
    if known is not None:
        return as_refund(known)
    charge = SandboxCharge.objects.filter(merchant_ref=order.payment_id, state=ChargeState.PAID).first()
    if charge is None:
        raise GatewayRefused("no paid charge")
    if not fails and not _take_back(charge, order):
        raise GatewayRefused("more than the order holds")
    refund = SandboxRefund.objects.create(
        merchant_ref=order.refund_id,
        charge=charge,
        sub_ref=order.order_id,
        amount_minor=order.amount_minor,
        state=OutcomeState.FAILED if fails else OutcomeState.SUCCEEDED,
        reason="the payer's account is closed" if fails else "",
        finished_at=now,
    )
    kind = NoticeKind.REFUND_FAILED if fails else NoticeKind.REFUND_SUCCEEDED
    announce(
        Draft(kind, refund.merchant_ref, f"sbr_{refund.pk.hex}", refund.amount_minor, charge.currency, refund.reason),
        now=now,
    )
    return replace(as_refund(refund), state=OutcomeState.PROCESSING, finished_at=None)


def find_refund(refund_id: UUID) -> GatewayRefund | None:
    """Return a refund."""
    refund = SandboxRefund.objects.filter(merchant_ref=refund_id).select_related("charge").first()
    return as_refund(refund) if refund else None


@transactional
def pay_person(order: TransferOrder, *, fails: bool, now: Instant) -> GatewayTransfer:
    """Pay a person, once per transfer; the answer is "processing", the outcome follows as a message."""
    transfer, is_new = SandboxTransfer.objects.get_or_create(
        merchant_ref=order.transfer_id,
        defaults={
            "payee": order.person_id,
            "amount_minor": order.amount_minor,
            "currency": order.currency,
            "state": OutcomeState.FAILED if fails else OutcomeState.SUCCEEDED,
            "reason": "the payee's account cannot receive money" if fails else "",
            "finished_at": now,
        },
    )
    known = as_transfer(transfer)
    if not is_new:
        return known
    kind = NoticeKind.TRANSFER_FAILED if fails else NoticeKind.TRANSFER_SUCCEEDED
    announce(
        Draft(kind, known.transfer_id, known.gateway_ref, known.amount_minor, known.currency, known.reason), now=now
    )
    return replace(known, state=OutcomeState.PROCESSING, finished_at=None)


def find_transfer(transfer_id: UUID) -> GatewayTransfer | None:
    """Return a transfer."""
    transfer = SandboxTransfer.objects.filter(merchant_ref=transfer_id).first()
    return as_transfer(transfer) if transfer else None


@transactional
def share_out(order: ShareOrder) -> OutcomeState:
    """Move the platform's part out of the frozen funds of a sub-order and set the rest free for its merchant."""
    part = (
        SandboxPart.objects.select_for_update()
        .filter(charge__merchant_ref=order.payment_id, sub_ref=order.order_id, charge__state=ChargeState.PAID)
        .first()
    )
    if part is None or order.platform_minor + order.merchant_minor > part.amount_minor - part.refunded_minor:
        return OutcomeState.FAILED
    SandboxPart.objects.filter(pk=part.pk).update(shared_minor=order.platform_minor, is_finished=True)
    return OutcomeState.SUCCEEDED


def as_charge(charge: SandboxCharge) -> Charge:
    """Return a row of the books as the port's record."""
    return Charge(
        payment_id=charge.merchant_ref,
        gateway_ref=f"sbc_{charge.pk.hex}",
        state=ChargeState(charge.state),
        amount_minor=charge.amount_minor,
        currency=charge.currency,
        pay_url=f"/sandbox/pay/{charge.pk}/",
        paid_at=charge.paid_at,
        reason=charge.reason,
    )


def as_refund(refund: SandboxRefund) -> GatewayRefund:
    """Return a row of the books as the port's record."""
    return GatewayRefund(
        refund_id=refund.merchant_ref,
        gateway_ref=f"sbr_{refund.pk.hex}",
        state=OutcomeState(refund.state),
        amount_minor=refund.amount_minor,
        currency=refund.charge.currency,
        finished_at=refund.finished_at,
        reason=refund.reason,
    )


def as_transfer(transfer: SandboxTransfer) -> GatewayTransfer:
    """Return a row of the books as the port's record."""
    return GatewayTransfer(
        transfer_id=transfer.merchant_ref,
        gateway_ref=f"sbt_{transfer.pk.hex}",
        state=OutcomeState(transfer.state),
        amount_minor=transfer.amount_minor,
        currency=transfer.currency,
        finished_at=transfer.finished_at,
        reason=transfer.reason,
    )


def _take_back(charge: SandboxCharge, order: RefundOrder) -> bool:
    part = SandboxPart.objects.filter(
        charge=charge, sub_ref=order.order_id, amount_minor__gte=F("refunded_minor") + order.amount_minor
    )
    return bool(part.update(refunded_minor=F("refunded_minor") + order.amount_minor))


def _pay(charge: SandboxCharge, *, now: Instant) -> None:
    charge.paid_at = now
    _save(charge, ChargeState.PAID)
    announce(_draft(charge, NoticeKind.CAPTURED), now=now)


def _refuse(charge: SandboxCharge, *, now: Instant) -> None:
    charge.reason = "the bank refused"
    _save(charge, ChargeState.REFUSED)
    announce(_draft(charge, NoticeKind.REFUSED), now=now)


def _close(charge: SandboxCharge, *, now: Instant) -> None:
    _save(charge, ChargeState.CLOSED)
    announce(_draft(charge, NoticeKind.CLOSED), now=now)


def _save(charge: SandboxCharge, state: ChargeState) -> None:
    charge.state = state
    charge.save(update_fields=["state", "paid_at", "reason"])


def _draft(charge: SandboxCharge, kind: NoticeKind) -> Draft:
    gateway_ref = f"sbc_{charge.pk.hex}"
    return Draft(kind, charge.merchant_ref, gateway_ref, charge.amount_minor, charge.currency, charge.reason)
