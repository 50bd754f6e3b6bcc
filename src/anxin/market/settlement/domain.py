"""How a paid order is divided, when it may be released, and what may be paid out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.money import BPS, allocate, share
from anxin.kernel.states import StateTable

POSTPONE = timedelta(days=1)  # an open refund is looked at again a day later
CREATOR_FEE_BPS = 1_000  # the platform's part of a commission (DOMAIN 4)


@dataclass(frozen=True)
class LineTerms:
    """What was frozen at purchase for one line: the fee's base (paid, freight and platform subsidies) and the rates."""

    base_minor: int
    fee_rate_bps: int
    commission_rate_bps: int = 0


@dataclass(frozen=True)
class OrderTerms:
    """What was frozen for one order. `paid_minor` is the buyer's money, `subsidy_minor` the platform's on top."""

    paid_minor: int
    lines: tuple[LineTerms, ...]
    subsidy_minor: int = 0
    creator_fee_bps: int = CREATOR_FEE_BPS
    agency_share_bps: int = 0


@dataclass(frozen=True)
class Division:
    """Who gets what of an order; the five parts sum to what was paid, less refunds, plus subsidies."""

    merchant_minor: int
    service_fee_minor: int
    creator_minor: int
    creator_fee_minor: int
    agency_minor: int

    @property
    def commission_minor(self) -> int:
        """The whole commission, before the platform and the agency take their parts."""
        return self.creator_minor + self.creator_fee_minor + self.agency_minor

    @property
    def total_minor(self) -> int:
        """What was divided."""
        return self.merchant_minor + self.service_fee_minor + self.commission_minor

    def less(self, other: "Division") -> "Division":
        """Return what `other` leaves of this, part by part."""
        return Division(
            self.merchant_minor - other.merchant_minor,
            self.service_fee_minor - other.service_fee_minor,
            self.creator_minor - other.creator_minor,
            self.creator_fee_minor - other.creator_fee_minor,
            self.agency_minor - other.agency_minor,
        )


def split(terms: OrderTerms, refunded_minor: int = 0) -> Division:
    """Divide what remains of an order after refunds, to the fen.

    Fee and commission are computed once over all lines and rounded once (half up), on bases reduced in proportion to
    what was refunded: so the division after a refund, and its difference to the one before, are always exact.
    """
    kept_minor = terms.paid_minor - refunded_minor
    if not 0 <= kept_minor <= terms.paid_minor:
        raise ValueError("refunds lie between nothing and what was paid")
    subsidy_minor = _in_proportion(terms.subsidy_minor, kept_minor, terms.paid_minor)
    bases = _kept_bases(terms, kept_minor)
    fee_minor = _rated(bases, [line.fee_rate_bps for line in terms.lines])
    commission_minor = _rated(bases, [line.commission_rate_bps for line in terms.lines])
    creator_fee_minor = share(commission_minor, terms.creator_fee_bps)
    agency_minor = share(commission_minor - creator_fee_minor, terms.agency_share_bps)
    return Division(
        merchant_minor=kept_minor + subsidy_minor - fee_minor - commission_minor,
        service_fee_minor=fee_minor,
        creator_minor=commission_minor - creator_fee_minor - agency_minor,
        creator_fee_minor=creator_fee_minor,
        agency_minor=agency_minor,
    )


def bases(line_amounts_minor: Sequence[int], freight_minor: int) -> list[int]:
    """Return the fee's base of each line: its amount and its part of the freight, by largest remainder."""
    freight = allocate(freight_minor, line_amounts_minor)
    return [amount + part for amount, part in zip(line_amounts_minor, freight, strict=True)]


def _kept_bases(terms: OrderTerms, kept_minor: int) -> list[int]:
    whole = [line.base_minor for line in terms.lines]
    if kept_minor == terms.paid_minor:
        return whole
    return allocate(_in_proportion(sum(whole), kept_minor, terms.paid_minor), whole)


def _in_proportion(minor: int, part_minor: int, whole_minor: int) -> int:
    """Return `minor` × part / whole, rounded half up; nothing of nothing."""
    return (2 * minor * part_minor + whole_minor) // (2 * whole_minor) if whole_minor else 0


def _rated(bases_minor: Sequence[int], rates_bps: Sequence[int]) -> int:
    """Return the sum of base × rate, rounded half up once."""
    exact = sum(base * rate for base, rate in zip(bases_minor, rates_bps, strict=True))
    return (exact + BPS // 2) // BPS


class ReleaseState(StrEnum):
    """The life of an order's settlement."""

    WAITING = "waiting"
    RELEASED = "released"
    VOID = "void"  # everything was refunded before


RELEASE = StateTable(
    "settlement",
    ReleaseState.WAITING,
    {
        (ReleaseState.WAITING, "release"): ReleaseState.RELEASED,
        (ReleaseState.WAITING, "void"): ReleaseState.VOID,
    },
)


class Ruling(StrEnum):
    """What to do with a settlement that is due."""

    RELEASE = "release"
    POSTPONE = "postpone"
    VOID = "void"


def rule(captured_minor: int, refunded_minor: int, *, is_waited_for: bool) -> Ruling:
    """Decide about a settlement that is due: an open refund or after-sale request keeps it waiting (DOMAIN 1.7)."""
    if is_waited_for:
        return Ruling.POSTPONE
    return Ruling.RELEASE if refunded_minor < captured_minor else Ruling.VOID


class TradeType(IntEnum):
    """The statement's column `trade_type`, with the field's numbers."""

    SETTLED = 0
    REFUND_AFTER_SETTLE = 1
    DEPOSIT_REFUND = 2
    OTHER = 3


def statement_month(moment: Instant) -> date:
    """Return the first day of the month, in Shanghai, whose statement a movement belongs to."""
    return shanghai_day(moment).replace(day=1)


class PayoutState(StrEnum):
    """The life of a payout (提现)."""

    REQUESTED = "requested"
    SUBMITTED = "submitted"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"  # paid, and sent back by the receiving bank days later (退汇)


PAYOUT = StateTable(
    "payout",
    PayoutState.REQUESTED,
    {
        (PayoutState.REQUESTED, "submit"): PayoutState.SUBMITTED,
        (PayoutState.REQUESTED, "pay"): PayoutState.PAID,
        (PayoutState.SUBMITTED, "pay"): PayoutState.PAID,
        (PayoutState.REQUESTED, "fail"): PayoutState.FAILED,
        (PayoutState.SUBMITTED, "fail"): PayoutState.FAILED,
        (PayoutState.PAID, "return_money"): PayoutState.RETURNED,
    },
)


def payout_limit(available_minor: int, drawn_minor: int, share_bps: int) -> int:
    """Return how much may be paid out now.

    A shop that entered without deposit may draw `share_bps` of all it ever had, not of what is left, so that asking
    twice does not get around it. `drawn_minor` is what was paid out or is on its way.
    """
    ceiling_minor = (available_minor + drawn_minor) * share_bps // BPS - drawn_minor
    return max(0, min(available_minor, ceiling_minor))


class AccountKind(StrEnum):
    """Whose bank account it is."""

    CORPORATE = "corporate"  # 对公
    PERSONAL = "personal"  # 对私


# Codes as the banks' clearing names have them; the page that offers them says their names.
BANKS = frozenset(
    {
        "ICBC",
        "ABC",
        "BOC",
        "CCB",
        "BOCOM",
        "PSBC",
        "CMB",
        "SPDB",
        "CITIC",
        "CIB",
        "CMBC",
        "CEB",
        "PAB",
        "HXB",
    }
)
_CARD_DIGITS = range(16, 20)  # ISO/IEC 7812 as UnionPay issues it
_CORPORATE_DIGITS = range(9, 31)
_LUHN_MODULUS = 10


def is_account_number(digits: str, kind: AccountKind) -> bool:
    """Say whether a number can be an account: a personal card carries a check digit, a corporate account does not."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    if kind is AccountKind.CORPORATE:
        return len(digits) in _CORPORATE_DIGITS
    return len(digits) in _CARD_DIGITS and _luhn(digits)


def _luhn(digits: str) -> bool:
    """Check the last digit (ISO/IEC 7812-1, annex B)."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + index % 2)
        total += doubled // _LUHN_MODULUS + doubled % _LUHN_MODULUS
    return total % _LUHN_MODULUS == 0
