"""Which accounts a settlement, a refund after it, or a payout moves money between."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from anxin.market.ledger.commands import (
    BANK_PAYOUTS,
    ESCROW,
    SERVICE_FEE,
    AccountKey,
    JournalEntry,
    Leg,
    shop_account,
)
from anxin.market.settlement.domain import Division

RELEASED = "settlement.released"
PAYOUT_REQUESTED = "payout.requested"
PAYOUT_PAID = "payout.paid"
PAYOUT_FAILED = "payout.failed"
PAYOUT_RETURNED = "payout.returned"


class Settled(Protocol):
    """An order's settlement as far as its journals go: whose it is. Creator and agency are None where there are none."""

    order_id: UUID
    shop_id: UUID
    creator_id: UUID | None
    agency_id: UUID | None


class PaidOut(Protocol):
    """A payout as far as its journals go."""

    pk: UUID
    shop_id: UUID
    amount_minor: int


def released(settlement: Settled, division: Division) -> JournalEntry:
    """Escrow becomes the merchant's, the platform's and, where there are any, the creator's and the agency's."""
    out = Leg(ESCROW, -division.total_minor, settlement.order_id)
    legs = (out, *shares(settlement, division))
    return JournalEntry(RELEASED, str(settlement.order_id), legs, shop_id=settlement.shop_id)


def shares(settlement: Settled, division: Division, sign: int = 1) -> tuple[Leg, ...]:
    """Return each party's leg of a division; with `sign` -1 what each gives back."""
    platform_minor = division.service_fee_minor + division.creator_fee_minor
    parts = [
        (shop_account(settlement.shop_id, "available"), division.merchant_minor),
        (SERVICE_FEE, platform_minor),
    ]
    if settlement.creator_id:
        parts.append((AccountKey("creator", settlement.creator_id, "available"), division.creator_minor))
    if settlement.agency_id:
        parts.append((AccountKey("agency", settlement.agency_id, "available"), division.agency_minor))
    return tuple(Leg(account, sign * minor, settlement.order_id) for account, minor in parts if minor)


def merchant_gives_back(settlement: Settled, back: Division) -> tuple[Leg, ...]:
    """The merchant's part of a refund, out of what may be withdrawn."""
    own = shop_account(settlement.shop_id, "available")
    return (Leg(own, -back.merchant_minor, settlement.order_id),) if back.merchant_minor else ()


def others_give_back(settlement: Settled, back: Division) -> tuple[Leg, ...]:
    """What platform, creator and agency give back."""
    own = shop_account(settlement.shop_id, "available")
    return tuple(leg for leg in shares(settlement, back, sign=-1) if leg.account != own)


def borne_by_shop(legs: Sequence[Leg]) -> int:
    """Return what of a refund the shop bears: out of its balances and deposits, or as a debt."""
    return -sum(leg.amount_minor for leg in legs if leg.account.owner_kind == "shop")


def payout_requested(payout: PaidOut) -> JournalEntry:
    """Goods money leaves what is available."""
    return _payout(PAYOUT_REQUESTED, payout, _own(payout, "available"), _own(payout, "paying_out"))


def payout_paid(payout: PaidOut) -> JournalEntry:
    """The bank has paid."""
    return _payout(PAYOUT_PAID, payout, _own(payout, "paying_out"), BANK_PAYOUTS)


def payout_failed(payout: PaidOut) -> JournalEntry:
    """The bank refused: the money is available again."""
    return _payout(PAYOUT_FAILED, payout, _own(payout, "paying_out"), _own(payout, "available"))


def payout_returned(payout: PaidOut) -> JournalEntry:
    """The receiving bank sent the money back: it is available again."""
    return _payout(PAYOUT_RETURNED, payout, BANK_PAYOUTS, _own(payout, "available"))


def _own(payout: PaidOut, purpose: str) -> AccountKey:
    return shop_account(payout.shop_id, purpose)


def _payout(kind: str, payout: PaidOut, source: AccountKey, target: AccountKey) -> JournalEntry:
    legs = (Leg(source, -payout.amount_minor), Leg(target, payout.amount_minor))
    return JournalEntry(kind, str(payout.pk), legs, shop_id=payout.shop_id)


def release_ref(order_id: UUID) -> str:
    """Return the reference that the release's journal and statement line share."""
    return str(order_id)
