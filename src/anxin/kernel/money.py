"""Money is an integer number of minor units (fen) and an ISO 4217 currency; rates are basis points. Never a float."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from anxin.kernel.errors import AnxinError, Kind

CNY = "CNY"
BPS = 10_000  # basis points in a whole
_SIGNS = {CNY: "¥", "USD": "$", "EUR": "€"}
MAX_MINOR = 10**13  # one hundred billion yuan: anything above is a mistake


@dataclass(eq=False)
class BadMoney(AnxinError):
    """“{text}” is not an amount of money."""

    text: str
    code = "kernel.bad_money"
    kind = Kind.INVALID


@dataclass(eq=False)
class CurrencyMismatch(AnxinError):
    """Amounts in {left} and {right} cannot be added."""

    left: str
    right: str
    code = "kernel.currency_mismatch"
    kind = Kind.INVALID


@dataclass(frozen=True, order=True)
class Money:
    """An exact amount: `Money(149000)` is ¥1,490.00."""

    minor: int
    currency: str = CNY

    def __add__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return format_money(self.minor, self.currency)

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)


def format_money(minor: int, currency: str = CNY) -> str:
    """Return `¥1,490.00`; a negative amount reads `-¥1,490.00`."""
    sign = "-" if minor < 0 else ""
    yuan, fen = divmod(abs(minor), 100)
    return f"{sign}{_SIGNS.get(currency, currency + ' ')}{yuan:,}.{fen:02d}"


def parse_money(text: str) -> int:
    """Return the minor units of a decimal text such as `1490`, `1,490.5` or `¥1,490.00`, exactly.

    Raises BadMoney for more than two decimals, exponents, signs, infinities and amounts beyond MAX_MINOR.
    """
    cleaned = text.strip().removeprefix("¥").removeprefix("￥").replace(",", "").strip()
    if not cleaned or not cleaned.isascii() or not cleaned.replace(".", "", 1).isdigit():
        raise BadMoney(text[:40])
    try:
        scaled = Decimal(cleaned) * 100
    except InvalidOperation as error:
        raise BadMoney(text[:40]) from error
    minor = int(scaled)
    if minor != scaled or minor > MAX_MINOR:
        raise BadMoney(text[:40])
    return minor


def share(minor: int, rate_bps: int) -> int:
    """Return `rate_bps` basis points of `minor`, rounded half up, symmetric around zero."""
    sign = -1 if minor < 0 else 1
    return sign * ((abs(minor) * rate_bps + BPS // 2) // BPS)


def allocate(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split `total_minor` in proportion to `weights` (>= 0) by largest remainder; the parts always sum to the total.

    Equal weights are used where all weights are zero. Ties go to the earlier part.
    """
    if not weights:
        return []
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        weights, whole = [1] * len(weights), len(weights)
    sign = -1 if total_minor < 0 else 1
    amount = abs(total_minor)
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-remainders[index], index))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


def in_turn(amount_minor: int, purses_minor: Sequence[int | None]) -> tuple[list[int], int]:
    """Take an amount out of purses one after the other; return what each gives and what none could give.

    A purse below zero gives nothing; None stands for one that gives whatever is asked.
    """
    given, rest_minor = [], amount_minor
    for purse_minor in purses_minor:
        part_minor = rest_minor if purse_minor is None else min(rest_minor, max(0, purse_minor))
        given.append(part_minor)
        rest_minor -= part_minor
    return given, rest_minor
