"""The chart of accounts and what a journal is. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from anxin.kernel.clock import Instant
from anxin.kernel.money import CNY
from anxin.market.ledger.errors import UnbalancedJournal, UnknownAccount

_NAMESPACE = UUID("6e78696e-0000-4000-8000-6c6564676572")
PLATFORM_ID = UUID(int=1)
GATEWAY_ID = UUID(int=2)
BANK_ID = UUID(int=3)
INSURER_ID = UUID(int=4)


@dataclass(frozen=True)
class AccountRule:
    """How the balance of a kind of account is kept.

    `cached`: a running balance in the row, changed by one guarded statement and never below zero unless the entry says
    so; otherwise the account is hot, append-only, and its balance is the sum of its postings. `owes`: it stands below
    zero by its nature, as a debt does.
    """

    cached: bool
    meaning: str
    owes: bool = False


# Positive = the owner gains. Gateway and bank mirror what others hold for us, so they run below zero.
CHART: dict[tuple[str, str], AccountRule] = {
    ("gateway", "clearing"): AccountRule(cached=False, meaning="Buyers' money held frozen at the payment provider"),
    ("bank", "payouts"): AccountRule(cached=False, meaning="Money that left to merchants' bank accounts, or came in"),
    ("platform", "escrow"): AccountRule(cached=False, meaning="Paid orders not yet released, by order (担保资金)"),
    ("platform", "refunds_in_flight"): AccountRule(cached=False, meaning="Refunds the provider has not confirmed"),
    ("platform", "service_fee"): AccountRule(cached=False, meaning="Technical service fee earned (技术服务费)"),
    ("platform", "adjustments"): AccountRule(cached=False, meaning="Differences explained in reconciliation"),
    ("platform", "guarantee_fund"): AccountRule(cached=False, meaning="Consumer-protection fund (先行赔付)"),
    ("platform", "subsidies"): AccountRule(
        cached=False, meaning="Below zero: what the platform gave of its own (平台补贴)"
    ),
    ("platform", "recourse"): AccountRule(cached=False, meaning="What shops owe the fund (追缴)"),
    ("platform", "compensation_in_flight"): AccountRule(cached=False, meaning="Compensations on their way to people"),
    ("platform", "return_freight"): AccountRule(cached=False, meaning="Couriers' freight for returns (上门取件)"),
    ("insurer", "pool"): AccountRule(cached=False, meaning="Premiums taken in, less what the insurer paid (运费险)"),
    ("shop", "available"): AccountRule(cached=True, meaning="Goods money a merchant may withdraw (货款)"),
    ("shop", "frozen"): AccountRule(cached=True, meaning="Goods money held back by a rule"),
    ("shop", "paying_out"): AccountRule(cached=True, meaning="Goods money on its way to the bank"),
    ("shop", "deposit"): AccountRule(cached=True, meaning="Base deposit (基础保证金)"),
    ("shop", "experience_deposit"): AccountRule(cached=True, meaning="Experience deposit (体验保证金)"),
    ("shop", "recourse"): AccountRule(cached=True, meaning="Below zero: what the shop owes the fund", owes=True),
    ("creator", "available"): AccountRule(cached=True, meaning="Commission a creator may withdraw"),
    ("agency", "available"): AccountRule(cached=True, meaning="An agency's share of commission"),
}


@dataclass(frozen=True, order=True)
class AccountKey:
    """An account is known by who owns it, what for, and its currency."""

    owner_kind: str
    owner_id: UUID
    purpose: str
    currency: str = CNY

    @property
    def id(self) -> UUID:
        """The id follows from the key, so no look-up is needed to post."""
        return uuid5(_NAMESPACE, f"{self.owner_kind}/{self.owner_id}/{self.purpose}/{self.currency}")

    @property
    def rule(self) -> AccountRule:
        """How this account's balance is kept. Raises UnknownAccount for one that is not in the chart."""
        rule = CHART.get((self.owner_kind, self.purpose))
        if rule is None:
            raise UnknownAccount(self.owner_kind, self.purpose)
        return rule


GATEWAY_CLEARING = AccountKey("gateway", GATEWAY_ID, "clearing")
BANK_PAYOUTS = AccountKey("bank", BANK_ID, "payouts")
ESCROW = AccountKey("platform", PLATFORM_ID, "escrow")
REFUNDS_IN_FLIGHT = AccountKey("platform", PLATFORM_ID, "refunds_in_flight")
SERVICE_FEE = AccountKey("platform", PLATFORM_ID, "service_fee")
GUARANTEE_FUND = AccountKey("platform", PLATFORM_ID, "guarantee_fund")
SUBSIDIES = AccountKey("platform", PLATFORM_ID, "subsidies")
RECOURSE = AccountKey("platform", PLATFORM_ID, "recourse")
RETURN_FREIGHT = AccountKey("platform", PLATFORM_ID, "return_freight")
COMPENSATION_IN_FLIGHT = AccountKey("platform", PLATFORM_ID, "compensation_in_flight")
INSURER_POOL = AccountKey("insurer", INSURER_ID, "pool")


def shop_account(shop_id: UUID, purpose: str) -> AccountKey:
    """Return a shop's account: `available`, `frozen`, `paying_out`, `deposit`, `experience_deposit` or `recourse`."""
    return AccountKey("shop", shop_id, purpose)


@dataclass(frozen=True)
class Leg:
    """One posting of a journal: positive when the account's owner gains. `order_id` ties escrow money to its order."""

    account: AccountKey
    amount_minor: int
    order_id: UUID | None = None


@dataclass(frozen=True)
class JournalEntry:
    """A movement of money to post: its legs sum to zero in each currency.

    `(kind, ref)` is its identity: posting it again does nothing. `may_overdraw` lets a cached balance go below zero
    (a refund after the merchant was paid out). `at` is its own moment when past facts are loaded, else the command's.
    """

    kind: str
    ref: str
    legs: tuple[Leg, ...]
    shop_id: UUID | None = None
    memo: str = ""
    may_overdraw: bool = False
    at: Instant | None = None
    reverses: UUID | None = None


def check_balanced(entry: JournalEntry) -> None:
    """Raise UnbalancedJournal unless the legs sum to zero per currency, none is zero and there are at least two."""
    sums: dict[str, int] = defaultdict(int)
    for leg in entry.legs:
        sums[leg.account.currency] += leg.amount_minor
    off = next((minor for minor in sums.values() if minor), 0)
    if off or len(entry.legs) < 2 or any(leg.amount_minor == 0 for leg in entry.legs):  # noqa: PLR2004
        raise UnbalancedJournal(entry.kind, entry.ref, off)


def accounts_of(entries: Sequence[JournalEntry]) -> list[AccountKey]:
    """Return every account the entries touch, each once, in a stable order."""
    return sorted({leg.account for entry in entries for leg in entry.legs})


@dataclass(frozen=True)
class Taken:
    """What one account gives of an amount that several pay in turn."""

    account: AccountKey
    amount_minor: int


def mirrored(legs: Sequence[Leg]) -> tuple[Leg, ...]:
    """Return the legs of the reversal: the same accounts and orders with the opposite sign."""
    return tuple(Leg(leg.account, -leg.amount_minor, leg.order_id) for leg in legs)
