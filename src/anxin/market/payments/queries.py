"""What is known of payments, refunds, the inbox and reconciliation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.page import MAX_LIMIT, Page, limited, page_of
from anxin.market.payments.domain import (
    PAYMENT,
    REFUND,
    TRANSFER,
    DifferenceState,
    Notice,
    NoticeKind,
    OrderPart,
    RefundState,
    TransferParty,
    TransferState,
    Verdict,
    judge,
)
from anxin.market.payments.errors import NoSandboxHere, NothingToRefund, PaymentNotFound
from anxin.market.payments.models import (
    Callback,
    Difference,
    Payment,
    PaymentSplit,
    Reconciliation,
    Refund,
    Transfer,
)
from anxin.market.payments.postings import (
    captured,
    from_escrow,
    refund_requested,
    refunded,
    transfer_requested,
    transferred,
)
from anxin.market.payments.sandbox.models import SandboxCharge
from anxin.market.payments.store import SQL

__all__ = [
    "PAYMENT",
    "REFUND",
    "TRANSFER",
    "Notice",
    "NoticeKind",
    "OrderPart",
    "RefundState",
    "TransferParty",
    "TransferState",
    "Verdict",
    "captured",
    "from_escrow",
    "judge",
    "refund_requested",
    "refunded",
    "transfer_requested",
    "transferred",
]


@dataclass(frozen=True)
class PaymentView:
    """A payment as its payer may see it."""

    payment_id: UUID
    checkout_id: UUID
    person_id: UUID
    state: str
    method: str
    amount_minor: int
    currency: str
    pay_url: str
    created_at: Instant
    expires_at: Instant
    captured_at: Instant | None
    reason: str
    is_surplus: bool
    gateway: str
    parts: tuple[OrderPart, ...]


@dataclass(frozen=True)
class RefundView:
    """A refund of an order."""

    refund_id: UUID
    order_id: UUID
    shop_id: UUID
    amount_minor: int
    currency: str
    state: str
    reason: str
    failure: str
    created_at: Instant
    finished_at: Instant | None


@dataclass(frozen=True)
class TransferView:
    """Money paid to a person that is no refund."""

    transfer_id: UUID
    person_id: UUID
    order_id: UUID | None
    shop_id: UUID | None
    amount_minor: int
    currency: str
    state: str
    reason: str
    failure: str
    created_at: Instant
    finished_at: Instant | None


@dataclass(frozen=True)
class OrderMoney:
    """What one order brought in and what of it is back or on its way back, in minor units."""

    order_id: UUID
    payment_id: UUID
    currency: str
    captured_minor: int
    refunded_minor: int
    escrow_refunded_minor: int
    has_open_refund: bool


@dataclass(frozen=True)
class SandboxPage:
    """What the sandbox's payment page shows."""

    token: UUID
    state: str
    amount_minor: int
    currency: str
    method: str
    return_url: str
    expires_at: Instant
    reason: str


@dataclass(frozen=True)
class DayCompared:
    """One reconciled day."""

    reconciliation_id: UUID
    gateway: str
    day: date
    ran_at: Instant
    ours_count: int
    ours_minor: int
    theirs_count: int
    theirs_minor: int
    open_differences: int


@dataclass(frozen=True)
class DifferenceView:
    """One thing on which our ledger and the provider disagree."""

    difference_id: UUID
    day: date
    kind: str
    movement: str
    subject: UUID
    ours_minor: int | None
    theirs_minor: int | None
    hint: str
    state: str
    explanation: str
    found_at: Instant


@dataclass(frozen=True)
class CallbackView:
    """One message of the provider."""

    event_id: str
    kind: str
    subject: UUID
    verdict: str
    received_at: Instant


def payment(payment_id: UUID) -> PaymentView:
    """Return one payment. Raises PaymentNotFound."""
    row = Payment.objects.filter(pk=payment_id).prefetch_related("splits").first()
    if row is None:
        raise PaymentNotFound(payment_id)
    return _view(row)


def payments_of_checkout(checkout_id: UUID) -> tuple[PaymentView, ...]:
    """Return the attempts to pay a checkout, newest first."""
    rows = Payment.objects.filter(checkout_id=checkout_id).prefetch_related("splits").order_by("-id")[:MAX_LIMIT]
    return tuple(_view(row) for row in rows)


def payments_of_order(order_id: UUID) -> tuple[PaymentView, ...]:
    """Return the attempts to pay an order, newest first."""
    ids = PaymentSplit.objects.filter(order_id=order_id).values("payment_id")
    rows = Payment.objects.filter(pk__in=ids).prefetch_related("splits").order_by("-id")[:MAX_LIMIT]
    return tuple(_view(row) for row in rows)


def refunds_of_order(order_id: UUID) -> tuple[RefundView, ...]:
    """Return the refunds of an order, newest first."""
    rows = Refund.objects.filter(order_id=order_id).order_by("-id")[:MAX_LIMIT]
    return tuple(_refund_view(row) for row in rows)


def shop_of_payment(order_id: UUID) -> UUID:
    """Return the shop that an order's money was paid to. Raises NothingToRefund where nothing was paid."""
    paid = PaymentSplit.objects.filter(order_id=order_id, captured_minor__gt=0)
    shop_id = paid.values_list("shop_id", flat=True).first()
    if shop_id is None:
        raise NothingToRefund(order_id)
    return shop_id


def refund_of_ref(ref: str) -> UUID | None:
    """Return the id of the refund that was asked for under a reference."""
    return Refund.objects.filter(ref=ref).values_list("id", flat=True).first()


def transfers_of_person(person_id: UUID, *, limit: int | None = None) -> tuple[TransferView, ...]:
    """Return what was paid to a person besides refunds, newest first."""
    rows = Transfer.objects.filter(person_id=person_id).order_by("-id")[: limited(limit)]
    return tuple(_transfer_view(row) for row in rows)


def held_for_shop(shop_id: UUID) -> int:
    """Return what all orders of a shop ever put into escrow, less what refunds took out of it, in minor units."""
    row = SQL.rows("held_for_shop", shop_id=shop_id)[0]
    return int(row["held_minor"])


def money_of_orders(order_ids: Sequence[UUID]) -> dict[UUID, OrderMoney]:
    """Return the money of the orders that were paid, with one statement."""
    rows = SQL.rows("order_money", orders=list(order_ids))
    return {row["order_id"]: OrderMoney(**row) for row in rows}


def sandbox_page(token: UUID) -> SandboxPage:
    """Return what the sandbox's payment page shows. Raises NoSandboxHere for a token it does not know."""
    charge = SandboxCharge.objects.filter(pk=token).first()
    if charge is None:
        raise NoSandboxHere
    return SandboxPage(
        charge.pk,
        charge.state,
        charge.amount_minor,
        charge.currency,
        charge.method,
        charge.return_url,
        charge.expires_at,
        charge.reason,
    )


def days_compared(*, limit: int | None = None, before: date | None = None) -> Page[DayCompared]:
    """Return reconciled days, newest first."""
    from django.db.models import Count, Q

    size = limited(limit)
    rows = Reconciliation.objects.order_by("-day")
    if before is not None:
        rows = rows.filter(day__lt=before)
    counted = rows.annotate(waiting=Count("differences", filter=Q(differences__state=DifferenceState.OPEN)))
    found = [
        DayCompared(
            row.pk,
            row.gateway,
            row.day,
            row.ran_at,
            row.ours_count,
            row.ours_minor,
            row.theirs_count,
            row.theirs_minor,
            row.waiting,
        )
        for row in counted[: size + 1]
    ]
    return page_of(found, size, lambda day: day.day.isoformat())


def differences(*, state: str | None = None, day: date | None = None, limit: int | None = None) -> Page[DifferenceView]:
    """Return differences, newest day first."""
    size = limited(limit)
    rows = Difference.objects.select_related("reconciliation").order_by("-reconciliation__day", "-id")
    if state:
        rows = rows.filter(state=state)
    if day:
        rows = rows.filter(reconciliation__day=day)
    found = [
        DifferenceView(
            row.pk,
            row.reconciliation.day,
            row.kind,
            row.movement,
            row.subject,
            row.ours_minor,
            row.theirs_minor,
            row.hint,
            row.state,
            row.explanation,
            row.found_at,
        )
        for row in rows[: size + 1]
    ]
    return page_of(found, size, lambda difference: str(difference.difference_id))


def callbacks_about(subjects: Sequence[UUID]) -> tuple[CallbackView, ...]:
    """Return the provider's messages about payments and refunds, oldest first."""
    rows = Callback.objects.filter(subject__in=list(subjects)).order_by("received_at", "id")[:MAX_LIMIT]
    return tuple(CallbackView(row.event_id, row.kind, row.subject, row.verdict, row.received_at) for row in rows)


def _view(row: Payment) -> PaymentView:
    return PaymentView(
        payment_id=row.pk,
        checkout_id=row.checkout_id,
        person_id=row.person_id,
        state=row.state,
        method=row.method,
        amount_minor=row.amount_minor,
        currency=row.currency,
        pay_url=row.pay_url,
        created_at=row.created_at,
        expires_at=row.expires_at,
        captured_at=row.captured_at,
        reason=row.reason,
        is_surplus=row.is_surplus,
        gateway=row.gateway,
        parts=tuple(OrderPart(split.order_id, split.shop_id, split.amount_minor) for split in row.splits.all()),
    )


def _refund_view(row: Refund) -> RefundView:
    return RefundView(
        row.pk,
        row.order_id,
        row.shop_id,
        row.amount_minor,
        row.currency,
        row.state,
        row.reason,
        row.failure,
        row.created_at,
        row.finished_at,
    )


def _transfer_view(row: Transfer) -> TransferView:
    return TransferView(
        row.pk,
        row.person_id,
        row.order_id,
        row.shop_id,
        row.amount_minor,
        row.currency,
        row.state,
        row.reason,
        row.failure,
        row.created_at,
        row.finished_at,
    )
