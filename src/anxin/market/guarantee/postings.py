"""Which accounts the guarantee moves money between."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.money import in_turn
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.paying import FundSource, RecoverySource
from anxin.market.guarantee.domain.waterfall import UNLIMITED, Waterfall, together, who_pays
from anxin.market.ledger.commands import (
    BANK_PAYOUTS,
    GUARANTEE_FUND,
    INSURER_POOL,
    RECOURSE,
    SERVICE_FEE,
    SUBSIDIES,
    AccountKey,
    JournalEntry,
    Leg,
    Taken,
    shop_account,
)

CHARGED = "guarantee.charged"
CONTRIBUTED = "guarantee.fund_contributed"
RECOVERED = "guarantee.recovered"
REPAID = "guarantee.recovery_repaid"

_PURPOSES = {
    Payer.GOODS_MONEY: ("available", "frozen"),
    Payer.EXPERIENCE_DEPOSIT: ("experience_deposit",),
}
_PLATFORM_ACCOUNTS = {Payer.FUND: GUARANTEE_FUND, Payer.INSURER: INSURER_POOL, Payer.PLATFORM: SUBSIDIES}
RECOVERED_FROM = {
    RecoverySource.GOODS_MONEY: "available",
    RecoverySource.EXPERIENCE_DEPOSIT: "experience_deposit",
    RecoverySource.BASE_DEPOSIT: "deposit",
}
CONTRIBUTED_FROM = {FundSource.BANK: BANK_PAYOUTS, FundSource.SERVICE_FEE: SERVICE_FEE}


@dataclass(frozen=True)
class Bill:
    """How an amount is paid and the legs that do it, without the one that receives it."""

    waterfall: Waterfall
    legs: tuple[Leg, ...]


def purses(payers: Iterable[Payer], shop_id: UUID) -> tuple[AccountKey, ...]:
    """Return the accounts that the ledger is asked about, in their order: those of payers who only give what they have."""
    return tuple(account for payer in payers if payer not in UNLIMITED for account in accounts_of(payer, shop_id))


def bill(
    amount_minor: int, payers: Sequence[Payer], taken: Iterable[Taken], *, shop_id: UUID, order_id: UUID | None
) -> Bill:
    """Say who pays an amount and by which legs, given what the ledger takes from `purses`."""
    gives = {one.account: one.amount_minor for one in taken}
    has = dict(together((payer, gives.get(account, 0)) for payer in payers for account in purses([payer], shop_id)))
    found = who_pays(amount_minor, payers, has)
    shares = [(accounts_of(payer, shop_id), minor) for payer, minor in found.parts]
    legs = [leg for accounts, minor in shares for leg in out_of(_spread(minor, accounts, gives), order_id)]
    return Bill(found, (*legs, *recourse(shop_id, found.advanced_minor, order_id)))


def _spread(minor: int, accounts: Sequence[AccountKey], gives: Mapping[AccountKey, int]) -> Iterable[Taken]:
    """Spread what a payer gives over its accounts, in their order; the last of them gives the rest."""
    given, rest_minor = in_turn(minor, [gives.get(account, 0) for account in accounts])
    given[-1] += rest_minor  # more than the ledger was asked for comes only from those who answer with all they own
    return (Taken(account, part) for account, part in zip(accounts, given, strict=True))


def accounts_of(payer: Payer, shop_id: UUID) -> tuple[AccountKey, ...]:
    """Return the accounts that a payer pays from, in their order; none for escrow, which only refunds its own order."""
    if payer in _PLATFORM_ACCOUNTS:
        return (_PLATFORM_ACCOUNTS[payer],)
    return tuple(shop_account(shop_id, purpose) for purpose in _PURPOSES.get(payer, ()))


def out_of(taken: Iterable[Taken], order_id: UUID | None) -> tuple[Leg, ...]:
    """Money leaves accounts."""
    return tuple(Leg(one.account, -one.amount_minor, order_id) for one in taken if one.amount_minor)


def recourse(shop_id: UUID, amount_minor: int, order_id: UUID | None) -> tuple[Leg, ...]:
    """The shop owes what the fund advanced; a pair that sums to nothing. A negative amount takes the debt back."""
    if not amount_minor:
        return ()
    return (
        Leg(shop_account(shop_id, "recourse"), -amount_minor, order_id),
        Leg(RECOURSE, amount_minor, order_id),
    )


def charged(identity: UUID, sources: Sequence[Leg], to: Leg, shop_id: UUID) -> JournalEntry:
    """A shop's money becomes somebody else's."""
    return JournalEntry(CHARGED, str(identity), (*sources, to), shop_id=shop_id)


def contributed(identity: UUID, source: FundSource, amount_minor: int) -> JournalEntry:
    """The platform puts money into the fund."""
    legs = (Leg(CONTRIBUTED_FROM[source], -amount_minor), Leg(GUARANTEE_FUND, amount_minor))
    return JournalEntry(CONTRIBUTED, str(identity), legs)


def recovered(identity: UUID, shop_id: UUID, taken: Taken) -> JournalEntry:
    """A shop pays the fund back and owes that much less."""
    back = Leg(GUARANTEE_FUND, taken.amount_minor)
    legs = (*out_of([taken], None), back, *recourse(shop_id, -taken.amount_minor, None))
    return JournalEntry(RECOVERED, str(identity), legs, shop_id=shop_id)


def repaid(debt_id: UUID, shop_id: UUID, amount_minor: int) -> JournalEntry:
    """The advance came back after the shop had paid it: its money goes back to it."""
    legs = (
        Leg(GUARANTEE_FUND, -amount_minor),
        Leg(shop_account(shop_id, "available"), amount_minor),
        *recourse(shop_id, amount_minor, None),
    )
    return JournalEntry(REPAID, str(debt_id), legs, shop_id=shop_id)
