"""What can be refused around the money of the guarantee."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class MoneyRefUsed(AnxinError):
    """The reference “{ref}” was used before for another amount."""

    ref: str
    code = "guarantee.money_ref_used"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class NotCovered(AnxinError):
    """The balances that may be charged do not have this amount: {short_minor} fen are missing."""

    short_minor: int
    code = "guarantee.not_covered"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class AmountNotPositive(AnxinError):
    """An amount of money is more than nothing."""

    amount_minor: int
    code = "guarantee.amount_not_positive"
    kind = Kind.INVALID


@dataclass(eq=False)
class ContributionTooLarge(AnxinError):
    """The service fees earned are not enough for this contribution."""

    amount_minor: int
    code = "guarantee.contribution_too_large"
    kind = Kind.CONFLICT


class UnknownDisbursement(AnxinError):
    """There is no such payment of the guarantee."""

    code = "guarantee.unknown_disbursement"
    kind = Kind.NOT_FOUND
