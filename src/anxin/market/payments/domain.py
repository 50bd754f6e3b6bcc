"""What a payment, a refund and a provider's message mean; pure decisions, no database."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.money import CNY
from anxin.kernel.states import StateTable

CALLBACK_TOLERANCE = timedelta(minutes=5)  # an older signature is a replay, however genuine
POLL_PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30))
MAX_POLLS = 60


class PaymentState(StrEnum):
    """The life of one attempt to pay a checkout."""

    CREATED = "created"  # recorded here, the provider has not answered yet
    PENDING = "pending"  # the provider waits for the payer
    CAPTURED = "captured"
    REFUSED = "refused"
    CLOSED = "closed"


# A capture is accepted from every state but itself: once the provider holds the money, our record of it must follow,
# even when we had cancelled. What then happens to the money is decided afterwards (it goes back).
PAYMENT = StateTable(
    "payment",
    PaymentState.CREATED,
    {
        (PaymentState.CREATED, "submit"): PaymentState.PENDING,
        (PaymentState.CREATED, "capture"): PaymentState.CAPTURED,
        (PaymentState.PENDING, "capture"): PaymentState.CAPTURED,
        (PaymentState.REFUSED, "capture"): PaymentState.CAPTURED,
        (PaymentState.CLOSED, "capture"): PaymentState.CAPTURED,
        (PaymentState.CREATED, "refuse"): PaymentState.REFUSED,
        (PaymentState.PENDING, "refuse"): PaymentState.REFUSED,
        (PaymentState.CREATED, "close"): PaymentState.CLOSED,
        (PaymentState.PENDING, "close"): PaymentState.CLOSED,
        (PaymentState.REFUSED, "close"): PaymentState.CLOSED,
    },
)


class RefundState(StrEnum):
    """The life of one refund: money set aside here, then asked of the provider, then final."""

    REQUESTED = "requested"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


REFUND = StateTable(
    "refund",
    RefundState.REQUESTED,
    {
        (RefundState.REQUESTED, "submit"): RefundState.SUBMITTED,
        (RefundState.REQUESTED, "succeed"): RefundState.SUCCEEDED,
        (RefundState.SUBMITTED, "succeed"): RefundState.SUCCEEDED,
        (RefundState.REQUESTED, "fail"): RefundState.FAILED,
        (RefundState.SUBMITTED, "fail"): RefundState.FAILED,
    },
)


class TransferState(StrEnum):
    """The life of money paid to a person: set aside here, then asked of the provider, then final."""

    REQUESTED = "requested"
    SUBMITTED = "submitted"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


TRANSFER = StateTable(
    "transfer",
    TransferState.REQUESTED,
    {
        (TransferState.REQUESTED, "submit"): TransferState.SUBMITTED,
        (TransferState.REQUESTED, "succeed"): TransferState.SUCCEEDED,
        (TransferState.SUBMITTED, "succeed"): TransferState.SUCCEEDED,
        (TransferState.REQUESTED, "fail"): TransferState.FAILED,
        (TransferState.SUBMITTED, "fail"): TransferState.FAILED,
    },
)


class NoticeKind(StrEnum):
    """What a provider can tell us."""

    PROCESSING = "payment.processing"
    CAPTURED = "payment.captured"
    REFUSED = "payment.refused"
    CLOSED = "payment.closed"
    REFUND_SUCCEEDED = "refund.succeeded"
    REFUND_FAILED = "refund.failed"
    TRANSFER_SUCCEEDED = "transfer.succeeded"
    TRANSFER_FAILED = "transfer.failed"


class Verdict(StrEnum):
    """What became of a callback; kept in the inbox beside the raw body."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"  # this event was received before
    STALE = "stale"  # true once, but we already know a later state
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    UNKNOWN_SUBJECT = "unknown_subject"


@dataclass(frozen=True)
class OrderPart:
    """The part of a payment that belongs to one order of one shop."""

    order_id: UUID
    shop_id: UUID
    amount_minor: int


@dataclass(frozen=True)
class TransferParty:
    """How much is paid to a person, and which order and shop it has to do with."""

    amount_minor: int
    order_id: UUID | None = None
    shop_id: UUID | None = None


@dataclass(frozen=True)
class PayRequest:
    """A wish to pay one checkout; `splits` are (order id, shop id, amount) and sum to the amount."""

    checkout_id: UUID
    person_id: UUID
    amount_minor: int
    splits: tuple[tuple[UUID, UUID, int], ...]
    expires_at: Instant
    method: str = "wallet"
    return_url: str = "/"
    currency: str = CNY

    @property
    def parts(self) -> tuple[OrderPart, ...]:
        """The splits as named parts."""
        return tuple(OrderPart(*split) for split in self.splits)

    @property
    def is_sound(self) -> bool:
        """Whether every part is positive, no order appears twice and the parts sum to the amount."""
        orders = {part.order_id for part in self.parts}
        return (
            self.amount_minor > 0
            and len(orders) == len(self.splits)
            and all(part.amount_minor > 0 for part in self.parts)
            and sum(part.amount_minor for part in self.parts) == self.amount_minor
        )


@dataclass(frozen=True)
class Notice:
    """One verified message of the provider. `subject` is our payment, refund or transfer id."""

    event_id: str
    kind: NoticeKind
    subject: UUID
    gateway_ref: str
    amount_minor: int
    currency: str
    occurred_at: Instant
    reason: str = ""


VERBS = {
    NoticeKind.PROCESSING: "submit",
    NoticeKind.CAPTURED: "capture",
    NoticeKind.REFUSED: "refuse",
    NoticeKind.CLOSED: "close",
    NoticeKind.REFUND_SUCCEEDED: "succeed",
    NoticeKind.REFUND_FAILED: "fail",
    NoticeKind.TRANSFER_SUCCEEDED: "succeed",
    NoticeKind.TRANSFER_FAILED: "fail",
}

S = TypeVar("S", PaymentState, RefundState, TransferState)


def judge(table: StateTable[S], state: S, expected: tuple[int, str], notice: Notice) -> Verdict:
    """Say what to do with a notice about a payment, refund or transfer of (amount, currency) that is in `state`."""
    amount_minor, currency = expected
    if notice.currency != currency:
        return Verdict.WRONG_CURRENCY
    if notice.amount_minor != amount_minor:
        return Verdict.WRONG_AMOUNT
    return Verdict.APPLIED if table.allows(state, VERBS[notice.kind]) else Verdict.STALE


def next_poll(polls: int, *, now: Instant) -> Instant | None:
    """Return when to ask the provider again after `polls` answers that settled nothing; None to leave it to people."""
    if polls >= MAX_POLLS:
        return None
    return now + POLL_PAUSES[min(polls, len(POLL_PAUSES) - 1)]


class DifferenceKind(StrEnum):
    """How our books and the provider's statement can disagree."""

    MISSING_HERE = "missing_here"  # the provider moved money that our ledger does not know
    MISSING_THERE = "missing_there"  # our ledger moved money that the provider does not list
    AMOUNT = "amount"
    CURRENCY = "currency"


class DifferenceState(StrEnum):
    """A difference waits for a person, or went away by itself in a later run."""

    OPEN = "open"
    EXPLAINED = "explained"
    RESOLVED = "resolved"


class Hint(StrEnum):
    """The cause of a difference that we can see ourselves; a page says it in words."""

    NOT_CAPTURED = "not_captured"  # the provider's message has not arrived: we are asking
    UNKNOWN = "unknown"  # the reference is none of ours
    NOT_LISTED = "not_listed"
    REFUSED_MESSAGE = "refused_message"  # a message with another amount or currency came and was not believed
    DISAGREES = "disagrees"


DIFFERENCE = StateTable(
    "difference",
    DifferenceState.OPEN,
    {
        (DifferenceState.OPEN, "explain"): DifferenceState.EXPLAINED,
        (DifferenceState.OPEN, "resolve"): DifferenceState.RESOLVED,
        (DifferenceState.EXPLAINED, "resolve"): DifferenceState.RESOLVED,
    },
)


@dataclass(frozen=True)
class Movement:
    """One movement of a day, as either side knows it. `subject` is our id, `kind` "payment", "refund" or "transfer"."""

    kind: str
    subject: UUID
    amount_minor: int
    currency: str
    gateway_ref: str = ""


@dataclass(frozen=True)
class Mismatch:
    """One movement on which both sides disagree; the amount of an absent side is None."""

    kind: DifferenceKind
    movement: Movement
    ours_minor: int | None
    theirs_minor: int | None


def compare(ours: dict[tuple[str, UUID], Movement], theirs: dict[tuple[str, UUID], Movement]) -> list[Mismatch]:
    """Compare both sides of a day, both ways, by (kind, subject)."""
    found = []
    for key, there in sorted(theirs.items()):
        here = ours.get(key)
        if here is None:
            found.append(Mismatch(DifferenceKind.MISSING_HERE, there, None, there.amount_minor))
        elif here.currency != there.currency:
            found.append(Mismatch(DifferenceKind.CURRENCY, there, here.amount_minor, there.amount_minor))
        elif here.amount_minor != there.amount_minor:
            found.append(Mismatch(DifferenceKind.AMOUNT, there, here.amount_minor, there.amount_minor))
    found += [
        Mismatch(DifferenceKind.MISSING_THERE, ours[key], ours[key].amount_minor, None)
        for key in sorted(ours.keys() - theirs.keys())
    ]
    return found
