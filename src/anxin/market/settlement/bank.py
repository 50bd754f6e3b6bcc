"""The port to the bank that pays merchants out, and a sandbox that can be told to fail or to send money back."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from anxin.infra.config import config
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.settlement.errors import BankUnavailable
from anxin.market.settlement.models import SandboxTransfer


class TransferState(StrEnum):
    """What the bank says of a transfer."""

    ACCEPTED = "accepted"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"


@dataclass(frozen=True)
class TransferOrder:
    """Pay an amount to an account; the payout's id makes repeating it harmless."""

    payout_id: UUID
    amount_minor: int
    currency: str
    bank: str
    holder: str
    number: str


@dataclass(frozen=True)
class Transfer:
    """A transfer as the bank knows it."""

    payout_id: UUID
    state: TransferState
    at: Instant
    reason: str = ""


class Bank(Protocol):
    """A bank that pays out. `BankUnavailable` means the outcome is unknown: ask, or repeat with the same key."""

    name: str
    is_sandbox: bool

    def transfer(self, order: TransferOrder, *, now: Instant) -> Transfer:
        """Accept a transfer, once per payout."""

    def query(self, payout_id: UUID, *, now: Instant) -> Transfer | None:
        """Return a transfer, or None when the bank never heard of it."""


class Fate(StrEnum):
    """What the sandbox bank does with a transfer; the last digits of the account number choose it."""

    PAY = "pay"
    FAIL = "fail"
    RETURN = "return"
    SILENT = "silent"  # accepted, but the answer is lost


# Numbers that end so are documented on the payout page, as banks' sandboxes do.
FATES = {"0000": Fate.FAIL, "1111": Fate.RETURN, "2222": Fate.SILENT}
PAID_AFTER = timedelta(minutes=2)
RETURNED_AFTER = timedelta(days=2)


class SandboxBank:
    """Pays after two minutes; moves no real money. Its books are its own table."""

    name = "sandbox"
    is_sandbox = True

    def transfer(self, order: TransferOrder, *, now: Instant) -> Transfer:
        """Accept a transfer; with the fate SILENT it is accepted without an answer."""
        fate = FATES.get(order.number[-4:], Fate.PAY)
        row = _accept(order, fate, now=now)
        if fate is Fate.SILENT and row.accepted_at == now:
            raise BankUnavailable
        return _as_transfer(row, now=now)

    def query(self, payout_id: UUID, *, now: Instant) -> Transfer | None:
        """Return a transfer."""
        row = SandboxTransfer.objects.filter(payout_ref=payout_id).first()
        return _as_transfer(row, now=now) if row else None


def bank() -> Bank:
    """Return the bank of this installation. Raises BankUnavailable where none is configured."""
    if not config().is_sandbox:
        raise BankUnavailable
    return SandboxBank()


@transactional
def _accept(order: TransferOrder, fate: Fate, *, now: Instant) -> SandboxTransfer:
    row, _ = SandboxTransfer.objects.get_or_create(
        payout_ref=order.payout_id, defaults={"amount_minor": order.amount_minor, "fate": fate, "accepted_at": now}
    )
    return row


def _as_transfer(row: SandboxTransfer, *, now: Instant) -> Transfer:
    """Tell the transfer's state at `now` from its fate and age."""
    paid_at = row.accepted_at + PAID_AFTER
    if row.fate == Fate.FAIL:
        return Transfer(row.payout_ref, TransferState.FAILED, row.accepted_at, "the account does not exist")
    if row.fate == Fate.RETURN and now >= row.accepted_at + RETURNED_AFTER:
        returned_at = row.accepted_at + RETURNED_AFTER
        return Transfer(row.payout_ref, TransferState.RETURNED, returned_at, "the receiving bank sent it back")
    if now >= paid_at:
        return Transfer(row.payout_ref, TransferState.PAID, paid_at)
    return Transfer(row.payout_ref, TransferState.ACCEPTED, row.accepted_at)
