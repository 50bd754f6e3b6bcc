"""What the ledger refuses."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class UnbalancedJournal(AnxinError):
    """The journal {journal_kind} {ref} does not balance: {off_minor} too much."""

    journal_kind: str
    ref: str
    off_minor: int
    code = "ledger.unbalanced_journal"
    kind = Kind.INVALID


@dataclass(eq=False)
class UnknownAccount(AnxinError):
    """There is no account “{purpose}” for a {owner_kind}."""

    owner_kind: str
    purpose: str
    code = "ledger.unknown_account"
    kind = Kind.INVALID


@dataclass(eq=False)
class InsufficientBalance(AnxinError):
    """The balance of the account “{purpose}” is not enough."""

    owner_kind: str
    purpose: str
    code = "ledger.insufficient_balance"
    kind = Kind.CONFLICT


class UnknownJournal(AnxinError):
    """There is no such journal."""

    code = "ledger.unknown_journal"
    kind = Kind.NOT_FOUND
