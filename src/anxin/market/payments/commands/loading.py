"""Past payments at once, for the demo market: our books, the ledger's and the sandbox provider's, all saying the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Model, OuterRef, Subquery

from anxin.infra import deadlines
from anxin.infra.bulk import write_rows
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, unix_ms
from anxin.kernel.ids import id_at
from anxin.kernel.money import CNY
from anxin.market.ledger.commands import JournalEntry, post_many
from anxin.market.payments import gateways, postings
from anxin.market.payments.commands.settle import SHARE
from anxin.market.payments.domain import OrderPart, PaymentState, RefundState
from anxin.market.payments.gateway import ChargeState, OutcomeState
from anxin.market.payments.models import (
    Payment,
    PaymentSplit,
    Refund,
    SandboxCharge,
    SandboxPart,
    SandboxRefund,
    Share,
)

BATCH = 1_000
METHOD = "wallet"

__all__ = ["LoadedPayment", "LoadedRefund", "OrderPart", "finish_shares", "load_payments"]


@dataclass(frozen=True)
class LoadedRefund:
    """Money of one order that went back from escrow."""

    order_id: UUID
    ref: str
    reason: str
    at: Instant


@dataclass(frozen=True)
class LoadedPayment:
    """A captured payment of the past; a refund gives back the whole part of its order."""

    checkout_id: UUID
    person_id: UUID
    parts: tuple[OrderPart, ...]
    created_at: Instant
    expires_at: Instant
    captured_at: Instant
    refunds: tuple[LoadedRefund, ...] = ()


@dataclass
class _Books:
    """Rows to write, by table."""

    payments: list[Payment]
    splits: list[PaymentSplit]
    refunds: list[Refund]
    charges: list[SandboxCharge]
    parts: list[SandboxPart]
    gateway_refunds: list[SandboxRefund]
    journals: list[JournalEntry]


@transactional
def load_payments(loaded: Sequence[LoadedPayment], *, now: Instant) -> None:
    """Write past payments and refunds, with the provider's side of them, in a few statements; nothing is announced."""
    books = _Books([], [], [], [], [], [], [])
    for one in loaded:
        _write(one, books)
    tables: tuple[Sequence[Model], ...] = (
        books.charges,
        books.parts,
        books.gateway_refunds,
        books.payments,
        books.splits,
        books.refunds,
    )
    for rows in tables:
        write_rows(rows)
    for start in range(0, len(books.journals), BATCH):
        post_many(books.journals[start : start + BATCH], now=now)


@transactional
def finish_shares() -> None:
    """Let the sandbox provider have split every order that was released so far: the past needs no asking."""
    waiting = Share.objects.filter(is_done=False)
    orders = list(waiting.values_list("order_id", flat=True))
    shared = waiting.filter(order_id=OuterRef("sub_ref")).values("platform_minor")
    SandboxPart.objects.filter(sub_ref__in=orders).update(is_finished=True, shared_minor=Subquery(shared))
    waiting.update(is_done=True, polls=F("polls") + 1)
    deadlines.cancel_many(SHARE, orders)


def _write(one: LoadedPayment, books: _Books) -> None:
    amount_minor = sum(part.amount_minor for part in one.parts)
    charge = SandboxCharge(
        merchant_ref=id_at(unix_ms(one.created_at)),
        state=ChargeState.PAID,
        amount_minor=amount_minor,
        currency=CNY,
        method=METHOD,
        return_url="/",
        created_at=one.created_at,
        expires_at=one.expires_at,
        paid_at=one.captured_at,
    )
    payment = Payment(
        id=charge.merchant_ref,
        checkout_id=one.checkout_id,
        person_id=one.person_id,
        state=PaymentState.CAPTURED,
        version=2,
        method=METHOD,
        amount_minor=amount_minor,
        gateway=gateways.provider().name,
        gateway_ref=str(charge.pk),
        created_at=one.created_at,
        expires_at=one.expires_at,
        captured_at=one.captured_at,
    )
    books.charges.append(charge)
    books.payments.append(payment)
    entry = postings.captured(payment.pk, one.parts)
    books.journals.append(JournalEntry(entry.kind, entry.ref, entry.legs, at=one.captured_at))
    back = {refund.order_id: refund for refund in one.refunds}
    for part in one.parts:
        _write_part(payment, charge, part, back.get(part.order_id), books)


def _write_part(
    payment: Payment, charge: SandboxCharge, part: OrderPart, refund: LoadedRefund | None, books: _Books
) -> None:
    refunded_minor = part.amount_minor if refund else 0
    split = PaymentSplit(
        payment=payment,
        order_id=part.order_id,
        shop_id=part.shop_id,
        amount_minor=part.amount_minor,
        captured_minor=part.amount_minor,
        refunded_minor=refunded_minor,
    )
    books.splits.append(split)
    books.parts.append(
        SandboxPart(charge=charge, sub_ref=part.order_id, amount_minor=part.amount_minor, refunded_minor=refunded_minor)
    )
    if refund:
        _write_refund(payment, charge, split, refund, books)


def _write_refund(
    payment: Payment, charge: SandboxCharge, split: PaymentSplit, refund: LoadedRefund, books: _Books
) -> None:
    part = OrderPart(split.order_id, split.shop_id, split.amount_minor)
    row = Refund(
        id=id_at(unix_ms(refund.at)),
        payment=payment,
        split=split,
        order_id=part.order_id,
        shop_id=part.shop_id,
        amount_minor=part.amount_minor,
        escrow_minor=part.amount_minor,
        ref=refund.ref,
        reason=refund.reason,
        state=RefundState.SUCCEEDED,
        version=2,
        created_at=refund.at,
        finished_at=refund.at,
    )
    theirs = SandboxRefund(
        merchant_ref=row.pk,
        charge=charge,
        sub_ref=part.order_id,
        state=OutcomeState.SUCCEEDED,
        amount_minor=part.amount_minor,
        reason=refund.reason,
        finished_at=refund.at,
    )
    row.gateway_ref = str(theirs.pk)
    books.refunds.append(row)
    books.gateway_refunds.append(theirs)
    sources = postings.from_escrow(part.order_id, part.amount_minor)
    for entry in (postings.refund_requested(row.pk, sources, part), postings.refunded(row.pk, part)):
        books.journals.append(
            JournalEntry(entry.kind, entry.ref, entry.legs, shop_id=entry.shop_id, may_overdraw=True, at=refund.at)
        )
