"""Asking the provider for refunds and shares until they are final. Every call lies between two transactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from anxin.infra.bulk import write_rows
from anxin.infra.deadlines import Due, schedule, schedule_many
from anxin.infra.rows import step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.payments import gateways, store
from anxin.market.payments.commands.apply import apply_notice
from anxin.market.payments.commands.refund import SETTLE
from anxin.market.payments.domain import REFUND, Notice, NoticeKind, RefundState, next_poll
from anxin.market.payments.errors import GatewayRefused, GatewayUnavailable
from anxin.market.payments.gateway import (
    GatewayRefund,
    OutcomeState,
    PaymentGateway,
    RefundOrder,
    ShareOrder,
)
from anxin.market.payments.models import PaymentSplit, Refund, Share

SHARE = "payments.share"
_OPEN = (RefundState.REQUESTED, RefundState.SUBMITTED)


@dataclass(frozen=True)
class ShareRequest:
    """How the rest of an order's frozen funds is to be split after settlement."""

    order_id: UUID
    shop_id: UUID
    platform_minor: int
    merchant_minor: int


def settle_refund(refund_id: UUID, *, now: Instant, gateway: PaymentGateway | None = None) -> None:
    """Ask the provider for a refund, or what became of it; again later until it is final. Never in a transaction.

    The same key is sent every time, so an unknown outcome can never pay twice.
    """
    provider = gateway or gateways.provider()
    refund = Refund.objects.filter(pk=refund_id, state__in=_OPEN).first()
    if refund is None:
        return
    order = RefundOrder(
        refund.pk, refund.payment_id, refund.order_id, refund.amount_minor, refund.currency, refund.reason
    )
    try:
        known = provider.query_refund(refund.pk, now=now) if refund.polls else None
        _note_refund(known or provider.refund(order, now=now), now=now)
    except GatewayRefused as refusal:
        _note_refusal(order, refusal.reason, now=now)
    except GatewayUnavailable:
        pass  # perhaps it did happen: the next question, with the same key, will tell
    _ask_again(refund_id, now=now)


@transactional
def share_funds(requests: Sequence[ShareRequest], *, now: Instant) -> None:
    """Have the provider split the orders' frozen funds soon and set the rest free; once per order."""
    payments = dict(
        PaymentSplit.objects.filter(
            order_id__in=[request.order_id for request in requests], captured_minor__gt=0, payment__is_surplus=False
        ).values_list("order_id", "payment_id")
    )
    shares = [
        Share(
            payment_id=payments[request.order_id],
            order_id=request.order_id,
            shop_id=request.shop_id,
            platform_minor=request.platform_minor,
            merchant_minor=request.merchant_minor,
            created_at=now,
        )
        for request in requests
    ]
    write_rows(shares, ignore_conflicts=True)
    schedule_many([Due(SHARE, share.order_id, now) for share in shares])


def settle_share(order_id: UUID, *, now: Instant, gateway: PaymentGateway | None = None) -> None:
    """Tell the provider to split and finish an order's funds; again later until it has. Never in a transaction."""
    provider = gateway or gateways.provider()
    share = Share.objects.filter(order_id=order_id, is_done=False).first()
    if share is None:
        return
    order = ShareOrder(share.pk, share.payment_id, share.order_id, share.platform_minor, share.merchant_minor)
    try:
        outcome = provider.share(order, now=now)
    except GatewayUnavailable:
        outcome = OutcomeState.PROCESSING
    _note_share(share.pk, outcome, now=now)


@transactional
def _note_refund(known: GatewayRefund, *, now: Instant) -> None:
    if known.state is OutcomeState.PROCESSING:
        refund = store.locked_refund(known.refund_id)
        if refund is not None and refund.state == RefundState.REQUESTED:
            step_row(refund, REFUND, "submit", gateway_ref=known.gateway_ref)
        return
    kind = NoticeKind.REFUND_SUCCEEDED if known.state is OutcomeState.SUCCEEDED else NoticeKind.REFUND_FAILED
    moment = known.finished_at or now
    said = Notice(
        "", kind, known.refund_id, known.gateway_ref, known.amount_minor, known.currency, moment, known.reason
    )
    apply_notice(said, now=now)


@transactional
def _note_refusal(order: RefundOrder, reason: str, *, now: Instant) -> None:
    said = Notice("", NoticeKind.REFUND_FAILED, order.refund_id, "", order.amount_minor, order.currency, now, reason)
    apply_notice(said, now=now)


@transactional
def _ask_again(refund_id: UUID, *, now: Instant) -> None:
    refund = store.locked_refund(refund_id)
    due_at = next_poll(refund.polls, now=now) if refund else None
    if refund is not None and refund.state in _OPEN and due_at is not None:
        Refund.objects.filter(pk=refund_id).update(polls=F("polls") + 1)
        schedule(SETTLE, refund_id, due_at)


@transactional
def _note_share(share_id: UUID, outcome: OutcomeState, *, now: Instant) -> None:
    share = Share.objects.select_for_update().get(pk=share_id)
    due_at = next_poll(share.polls, now=now)
    share.is_done = outcome is OutcomeState.SUCCEEDED
    share.polls += 1
    share.save(update_fields=["is_done", "polls"])
    if not share.is_done and due_at is not None:
        schedule(SHARE, share.order_id, due_at)
