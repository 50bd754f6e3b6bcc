"""Paying a person who is owed something else than a refund: set aside here, asked of the provider until it is final."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError
from django.db.models import F

from anxin.infra.deadlines import schedule
from anxin.infra.rows import step_row
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant
from anxin.market.ledger.commands import Leg, post
from anxin.market.payments import gateways, postings, store
from anxin.market.payments.commands.apply import apply_notice
from anxin.market.payments.domain import TRANSFER, Notice, NoticeKind, TransferParty, TransferState, next_poll
from anxin.market.payments.errors import GatewayRefused, GatewayUnavailable, TransferRefUsed, UnsoundRequest
from anxin.market.payments.gateway import GatewayTransfer, OutcomeState, PaymentGateway, TransferOrder
from anxin.market.payments.models import Transfer

SETTLE = "payments.settle_transfer"
_OPEN = (TransferState.REQUESTED, TransferState.SUBMITTED)


@dataclass(frozen=True)
class TransferRequest:
    """A wish to pay a person; the same `ref` again is the same transfer.

    `legs` are the sources of the money and whatever else its journal says (a recourse pair): they sum to minus the amount.
    """

    person_id: UUID
    amount_minor: int
    ref: str
    legs: tuple[Leg, ...]
    reason: str = ""
    order_id: UUID | None = None
    shop_id: UUID | None = None


@transactional
def request_transfer(request: TransferRequest, *, now: Instant) -> UUID:
    """Set the money of a transfer aside and have the provider asked soon; return the transfer's id.

    Raises UnsoundRequest, TransferRefUsed, and InsufficientBalance where a source has not enough.
    """
    if request.amount_minor <= 0 or sum(leg.amount_minor for leg in request.legs) != -request.amount_minor:
        raise UnsoundRequest(request.amount_minor)
    known = _same_ref(request)
    if known is not None:
        return known
    transfer = Transfer(
        person_id=request.person_id,
        order_id=request.order_id,
        shop_id=request.shop_id,
        amount_minor=request.amount_minor,
        ref=request.ref,
        reason=request.reason[:200],
        gateway=gateways.provider().name,
        created_at=now,
    )
    try:
        with savepoint():
            transfer.save(force_insert=True)
    except IntegrityError:
        twin = _same_ref(request)  # it committed while the insert waited for it
        if twin is None:
            raise
        return twin
    party = TransferParty(request.amount_minor, request.order_id, request.shop_id)
    post(postings.transfer_requested(transfer.pk, request.legs, party), now=now)
    schedule(SETTLE, transfer.pk, now)
    return transfer.pk


def settle_transfer(transfer_id: UUID, *, now: Instant, gateway: PaymentGateway | None = None) -> None:
    """Ask the provider for a transfer, or what became of it; again later until it is final. Never in a transaction.

    The same key is sent every time, so an unknown outcome can never pay twice.
    """
    provider = gateway or gateways.provider()
    transfer = Transfer.objects.filter(pk=transfer_id, state__in=_OPEN).first()
    if transfer is None:
        return
    order = TransferOrder(transfer.pk, transfer.person_id, transfer.amount_minor, transfer.currency, transfer.reason)
    try:
        known = provider.query_transfer(transfer.pk, now=now) if transfer.polls else None
        _note(known or provider.transfer(order, now=now), now=now)
    except GatewayRefused as refusal:
        _note_refusal(order, refusal.reason, now=now)
    except GatewayUnavailable:
        pass  # perhaps it did happen: the next question, with the same key, will tell
    _ask_again(transfer_id, now=now)


@transactional
def _note(known: GatewayTransfer, *, now: Instant) -> None:
    if known.state is OutcomeState.PROCESSING:
        transfer = store.locked_transfer(known.transfer_id)
        if transfer is not None and transfer.state == TransferState.REQUESTED:
            step_row(transfer, TRANSFER, "submit", gateway_ref=known.gateway_ref)
        return
    kind = NoticeKind.TRANSFER_SUCCEEDED if known.state is OutcomeState.SUCCEEDED else NoticeKind.TRANSFER_FAILED
    moment = known.finished_at or now
    said = Notice(
        "", kind, known.transfer_id, known.gateway_ref, known.amount_minor, known.currency, moment, known.reason
    )
    apply_notice(said, now=now)


@transactional
def _note_refusal(order: TransferOrder, reason: str, *, now: Instant) -> None:
    kind = NoticeKind.TRANSFER_FAILED
    apply_notice(Notice("", kind, order.transfer_id, "", order.amount_minor, order.currency, now, reason), now=now)


@transactional
def _ask_again(transfer_id: UUID, *, now: Instant) -> None:
    transfer = store.locked_transfer(transfer_id)
    due_at = next_poll(transfer.polls, now=now) if transfer else None
    if transfer is not None and transfer.state in _OPEN and due_at is not None:
        Transfer.objects.filter(pk=transfer_id).update(polls=F("polls") + 1)
        schedule(SETTLE, transfer_id, due_at)


def _same_ref(request: TransferRequest) -> UUID | None:
    known = Transfer.objects.filter(ref=request.ref).first()
    if known is None:
        return None
    if (known.person_id, known.amount_minor) != (request.person_id, request.amount_minor):
        raise TransferRefUsed(request.ref)
    return known.pk
