"""Who pays how much (DOMAIN 1.8): payers in a stated order, each as far as it goes; what the fund advances is owed to it.

货款 → 体验保证金 → 平台垫付 → 追缴 from later 货款. Pure: what the payers have is told by the ledger, under its locks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from anxin.kernel.money import in_turn
from anxin.market.guarantee.domain.facts import Payer

REFUND_PAYERS = (Payer.ESCROW, Payer.GOODS_MONEY, Payer.EXPERIENCE_DEPOSIT, Payer.FUND)
COMPENSATION_PAYERS = (Payer.GOODS_MONEY, Payer.EXPERIENCE_DEPOSIT, Payer.FUND)
UNLIMITED = frozenset({Payer.INSURER, Payer.PLATFORM})  # they answer with all they own, not with a purse kept for it


@dataclass(frozen=True)
class Waterfall:
    """How an amount is paid: `parts` sum to it together with `short_minor`, which nobody of the stated payers has."""

    parts: tuple[tuple[Payer, int], ...]
    short_minor: int = 0

    @property
    def paid_minor(self) -> int:
        """What is paid."""
        return sum(minor for _, minor in self.parts)

    @property
    def advanced_minor(self) -> int:
        """What the fund advances, which the shop owes from now on (recourse)."""
        return sum(minor for payer, minor in self.parts if payer is Payer.FUND)

    @property
    def is_covered(self) -> bool:
        """Whether nothing is missing."""
        return self.short_minor == 0


def who_pays(amount_minor: int, payers: Sequence[Payer], has_minor: Mapping[Payer, int]) -> Waterfall:
    """Say what each payer gives of `amount_minor`, in their order; a payer that is not named in `has_minor` has nothing.

    Insurer and platform give whatever the ones before them left open.
    """
    ordered = tuple(dict.fromkeys(payers))
    purses = [None if payer in UNLIMITED else has_minor.get(payer, 0) for payer in ordered]
    given, short_minor = in_turn(amount_minor, purses)
    return Waterfall(tuple((payer, minor) for payer, minor in zip(ordered, given, strict=True) if minor), short_minor)


def together(parts: Iterable[tuple[Payer, int]]) -> tuple[tuple[Payer, int], ...]:
    """Add up what each payer gives, in the order in which they first appear."""
    sums: dict[Payer, int] = {}
    for payer, minor in parts:
        sums[payer] = sums.get(payer, 0) + minor
    return tuple((payer, minor) for payer, minor in sums.items() if minor)
