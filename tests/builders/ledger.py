"""Journals with honest defaults."""

from uuid import UUID

from anxin.kernel.ids import new_id
from anxin.market.ledger.domain import ESCROW, GATEWAY_CLEARING, SERVICE_FEE, JournalEntry, Leg, shop_account


def a_capture(*, order_id: UUID | None = None, amount_minor: int = 10_000, ref: str | None = None) -> JournalEntry:
    """A buyer's payment arriving in escrow."""
    order_id = order_id or new_id()
    legs = (Leg(GATEWAY_CLEARING, -amount_minor), Leg(ESCROW, amount_minor, order_id))
    return JournalEntry("payment.captured", ref or str(new_id()), legs)


def a_release(
    shop_id: UUID, *, order_id: UUID | None = None, paid_minor: int = 10_000, fee_minor: int = 500
) -> JournalEntry:
    """Escrow released to a shop, less the service fee."""
    order_id = order_id or new_id()
    legs = (
        Leg(ESCROW, -paid_minor, order_id),
        Leg(shop_account(shop_id, "available"), paid_minor - fee_minor),
        Leg(SERVICE_FEE, fee_minor),
    )
    return JournalEntry("settlement.released", str(order_id), legs, shop_id=shop_id)
