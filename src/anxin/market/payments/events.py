"""Facts about money that came in or went back."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant
from anxin.market.payments.domain import OrderPart


@event("payments.captured", version=1)
class PaymentCaptured:
    """The provider holds the buyer's money for a checkout."""

    payment_id: UUID
    checkout_id: UUID
    amount_minor: int
    currency: str
    splits: tuple[OrderPart, ...]
    captured_at: Instant


@event("payments.refused", version=1)
class PaymentRefused:
    """The provider or the payer's bank said no; the checkout may be paid in another way."""

    payment_id: UUID
    checkout_id: UUID
    reason: str


@event("payments.closed", version=1)
class PaymentClosed:
    """The provider takes no money for this payment any more."""

    payment_id: UUID
    checkout_id: UUID


@event("payments.refund_succeeded", version=1)
class RefundSucceeded:
    """The money is back with the buyer."""

    refund_id: UUID
    order_id: UUID
    shop_id: UUID
    amount_minor: int
    ref: str


@event("payments.transfer_succeeded", version=1)
class TransferSucceeded:
    """The money of a transfer is with the person."""

    transfer_id: UUID
    person_id: UUID
    order_id: UUID | None
    shop_id: UUID | None
    amount_minor: int
    ref: str


@event("payments.transfer_failed", version=1)
class TransferFailed:
    """The provider could not pay the person; the money is where it was before the transfer was asked for."""

    transfer_id: UUID
    person_id: UUID
    order_id: UUID | None
    shop_id: UUID | None
    amount_minor: int
    ref: str
    reason: str


@event("payments.refund_failed", version=1)
class RefundFailed:
    """The provider could not give the money back; it is where it was before the refund was asked for."""

    refund_id: UUID
    order_id: UUID
    shop_id: UUID
    amount_minor: int
    ref: str
    reason: str
