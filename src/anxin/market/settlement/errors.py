"""What can be refused around settlement and payouts."""

from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class NotSettled(AnxinError):
    """This order has not been settled, so its refund comes out of escrow."""

    order_id: UUID
    code = "settlement.not_settled"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class RefundBeyondSettlement(AnxinError):
    """A refund may not exceed what is left of the settled order."""

    order_id: UUID
    code = "settlement.refund_beyond_settlement"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BadAccountNumber(AnxinError):
    """This is not a valid account number. Check the digits."""

    code = "settlement.bad_account_number"
    kind = Kind.INVALID


@dataclass(eq=False)
class UnknownBank(AnxinError):
    """We do not know this bank."""

    code = "settlement.unknown_bank"
    kind = Kind.INVALID


@dataclass(eq=False)
class HolderMissing(AnxinError):
    """The name of the account's holder is missing."""

    code = "settlement.holder_missing"
    kind = Kind.INVALID


@dataclass(eq=False)
class NoBankAccount(AnxinError):
    """Add a bank account first."""

    code = "settlement.no_bank_account"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class PayoutTooSmall(AnxinError):
    """A payout is at least ¥1.00."""

    code = "settlement.payout_too_small"
    kind = Kind.INVALID


@dataclass(eq=False)
class PayoutTooLarge(AnxinError):
    """This is more than may be paid out now."""

    limit_minor: int
    code = "settlement.payout_too_large"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class WithdrawalsStopped(AnxinError):
    """Payouts are stopped until the deposit is topped up and nothing is owed to the fund."""

    code = "settlement.withdrawals_stopped"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class PayoutNotFound(AnxinError):
    """There is no such payout."""

    code = "settlement.payout_not_found"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class PayoutKeyUsed(AnxinError):
    """This key was used before for another payout."""

    code = "settlement.payout_key_used"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BankUnavailable(AnxinError):
    """The bank does not answer."""

    code = "settlement.bank_unavailable"
    kind = Kind.UNAVAILABLE
