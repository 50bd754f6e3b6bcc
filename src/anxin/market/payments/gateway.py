"""The port to a payment provider, shaped so that a platform account with held funds (such as 平台收付通) fits behind it.

Every call carries a key that we made, so that it may be repeated after an unknown outcome. `GatewayUnavailable` means
exactly that: the call may or may not have worked; ask with `query` or repeat it with the same key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.payments.domain import Movement, Notice, OrderPart


class ChargeState(StrEnum):
    """What the provider says of a charge."""

    WAITING = "waiting"
    PROCESSING = "processing"
    PAID = "paid"
    REFUSED = "refused"
    CLOSED = "closed"


class OutcomeState(StrEnum):
    """What the provider says of a refund, a transfer or a share."""

    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class ChargeOrder:
    """A charge to create: one payer, several sub-merchants whose parts the provider holds frozen."""

    payment_id: UUID
    amount_minor: int
    currency: str
    parts: tuple[OrderPart, ...]
    method: str
    expires_at: Instant
    return_url: str


@dataclass(frozen=True)
class Charge:
    """A charge as the provider knows it."""

    payment_id: UUID
    gateway_ref: str
    state: ChargeState
    amount_minor: int
    currency: str
    pay_url: str = ""
    paid_at: Instant | None = None
    reason: str = ""


@dataclass(frozen=True)
class RefundOrder:
    """Give back part of what one order paid."""

    refund_id: UUID
    payment_id: UUID
    order_id: UUID
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True)
class GatewayRefund:
    """A refund as the provider knows it."""

    refund_id: UUID
    gateway_ref: str
    state: OutcomeState
    amount_minor: int
    currency: str
    finished_at: Instant | None = None
    reason: str = ""


@dataclass(frozen=True)
class TransferOrder:
    """Pay a person from the platform's own money at the provider (转账到零钱): a compensation, not a refund."""

    transfer_id: UUID
    person_id: UUID
    amount_minor: int
    currency: str
    reason: str


@dataclass(frozen=True)
class GatewayTransfer:
    """A transfer as the provider knows it."""

    transfer_id: UUID
    gateway_ref: str
    state: OutcomeState
    amount_minor: int
    currency: str
    finished_at: Instant | None = None
    reason: str = ""


@dataclass(frozen=True)
class ShareOrder:
    """Take the platform's part out of an order's frozen funds and set the rest free for the merchant (分账, 完结)."""

    share_id: UUID
    payment_id: UUID
    order_id: UUID
    platform_minor: int
    merchant_minor: int


class PaymentGateway(Protocol):
    """A provider that holds the money until it is told to share, refund or set it free."""

    name: str
    is_sandbox: bool

    def create(self, order: ChargeOrder, *, now: Instant) -> Charge:
        """Open a charge; the same payment id again returns the same charge."""

    def query(self, payment_id: UUID, *, now: Instant) -> Charge | None:
        """Return the charge, or None when the provider never heard of it."""

    def close(self, payment_id: UUID, *, now: Instant) -> Charge | None:
        """Take no money any more; a charge that was paid in the meantime comes back as paid."""

    def refund(self, order: RefundOrder, *, now: Instant) -> GatewayRefund:
        """Give money back; the same refund id again returns the same refund. Raises GatewayRefused."""

    def query_refund(self, refund_id: UUID, *, now: Instant) -> GatewayRefund | None:
        """Return the refund, or None when the provider never heard of it."""

    def transfer(self, order: TransferOrder, *, now: Instant) -> GatewayTransfer:
        """Pay a person; the same transfer id again returns the same transfer. Raises GatewayRefused."""

    def query_transfer(self, transfer_id: UUID, *, now: Instant) -> GatewayTransfer | None:
        """Return the transfer, or None when the provider never heard of it."""

    def share(self, order: ShareOrder, *, now: Instant) -> OutcomeState:
        """Split an order's frozen funds and finish it; the same share id again returns the same outcome."""

    def statement(self, day: date, *, now: Instant) -> Iterator[Movement]:
        """Yield what the provider moved on a day of Asia/Shanghai that is over."""

    def verify(self, headers: Mapping[str, str], body: bytes, *, now: Instant) -> Notice:
        """Read a callback. Raises ForgedCallback, ReplayedCallback or UnreadableCallback."""
