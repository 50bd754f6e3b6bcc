"""Which accounts a payment or refund moves money between."""

from uuid import UUID

from anxin.market.ledger.commands import (
    BANK_PAYOUTS,
    COMPENSATION_IN_FLIGHT,
    ESCROW,
    GATEWAY_CLEARING,
    REFUNDS_IN_FLIGHT,
    JournalEntry,
    Leg,
)
from anxin.market.payments.domain import OrderPart, TransferParty

CAPTURED = "payment.captured"
REFUND_REQUESTED = "payment.refund_requested"
REFUNDED = "payment.refunded"
TRANSFER_REQUESTED = "payment.transfer_requested"
TRANSFERRED = "payment.transferred"


def captured(payment_id: UUID, parts: tuple[OrderPart, ...]) -> JournalEntry:
    """The provider holds each order's part frozen, and each becomes escrow of its order."""
    frozen = [Leg(GATEWAY_CLEARING, -part.amount_minor, part.order_id) for part in parts]
    held = [Leg(ESCROW, part.amount_minor, part.order_id) for part in parts]
    return JournalEntry(CAPTURED, str(payment_id), (*frozen, *held))


def from_escrow(order_id: UUID, amount_minor: int) -> tuple[Leg, ...]:
    """The usual source of a refund: what the order still holds in escrow."""
    return (Leg(ESCROW, -amount_minor, order_id),)


def refund_requested(refund_id: UUID, sources: tuple[Leg, ...], part: OrderPart) -> JournalEntry:
    """Set the sources' money aside until the provider confirms; a merchant's balance may go below zero by it."""
    legs = (*sources, Leg(REFUNDS_IN_FLIGHT, part.amount_minor, part.order_id))
    return JournalEntry(REFUND_REQUESTED, str(refund_id), legs, shop_id=part.shop_id, may_overdraw=True)


def refunded(refund_id: UUID, part: OrderPart) -> JournalEntry:
    """The provider gave the money back to the buyer."""
    legs = (
        Leg(REFUNDS_IN_FLIGHT, -part.amount_minor, part.order_id),
        Leg(GATEWAY_CLEARING, part.amount_minor, part.order_id),
    )
    return JournalEntry(REFUNDED, str(refund_id), legs, shop_id=part.shop_id)


def transfer_requested(transfer_id: UUID, sources: tuple[Leg, ...], of: TransferParty) -> JournalEntry:
    """Set the sources' money aside until the provider has paid the person."""
    legs = (*sources, Leg(COMPENSATION_IN_FLIGHT, of.amount_minor, of.order_id))
    return JournalEntry(TRANSFER_REQUESTED, str(transfer_id), legs, shop_id=of.shop_id)


def transferred(transfer_id: UUID, of: TransferParty) -> JournalEntry:
    """The provider has paid the person: the money left."""
    legs = (
        Leg(COMPENSATION_IN_FLIGHT, -of.amount_minor, of.order_id),
        Leg(BANK_PAYOUTS, of.amount_minor, of.order_id),
    )
    return JournalEntry(TRANSFERRED, str(transfer_id), legs, shop_id=of.shop_id)
