"""The life of money that a promise moves, and when it is tried again. Pure."""

from datetime import timedelta
from enum import StrEnum

from anxin.kernel.clock import Instant
from anxin.kernel.states import StateTable


class MoneyKind(StrEnum):
    """The flows of the guarantee's money; they are kept apart (DOMAIN 1.8)."""

    REFUND = "refund"  # back on the way it was paid
    COMPENSATION = "compensation"  # new money, transferred to the person
    CHARGE = "charge"  # from a shop into another account: a premium, a fine


class PayState(StrEnum):
    """Where the money stands."""

    WAITING = "waiting"  # none of the payers has enough
    SENT = "sent"  # it left its payers; the provider has not confirmed
    ARRIVED = "arrived"
    FAILED = "failed"  # the provider could not: all of it is back with its payers, and it is tried again
    ABANDONED = "abandoned"  # not tried again by itself: a person must look


PAYING = StateTable(
    "disbursement",
    PayState.WAITING,
    {
        (PayState.WAITING, "send"): PayState.SENT,
        (PayState.WAITING, "settle"): PayState.ARRIVED,
        (PayState.WAITING, "give_up"): PayState.ABANDONED,
        (PayState.SENT, "arrive"): PayState.ARRIVED,
        (PayState.SENT, "fail"): PayState.FAILED,
        (PayState.FAILED, "send"): PayState.SENT,
        (PayState.FAILED, "run_short"): PayState.WAITING,
        (PayState.FAILED, "give_up"): PayState.ABANDONED,
        (PayState.ABANDONED, "send"): PayState.SENT,
        (PayState.ABANDONED, "run_short"): PayState.WAITING,
    },
)

RETRY_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 360, 720))
SHORT_PAUSE = timedelta(hours=1)  # the fund is filled, or goods money comes in
ATTEMPTS_MAX = len(RETRY_PAUSES) + 1


def next_attempt_at(attempts: int, *, now: Instant) -> Instant | None:
    """Return when to try again after `attempts` that failed; None to leave it to people."""
    return now + RETRY_PAUSES[attempts - 1] if attempts < ATTEMPTS_MAX else None


class FundEntryKind(StrEnum):
    """Why money came into the fund or left it."""

    CONTRIBUTION = "contribution"
    ADVANCE = "advance"  # 先行赔付
    RETURNED = "returned"  # an advance that the provider could not deliver
    RECOVERED = "recovered"  # 追缴
    REPAID = "repaid"  # recovered for an advance that then came back


class FundSource(StrEnum):
    """Where a contribution comes from."""

    BANK = "bank"  # the platform's own money, brought in
    SERVICE_FEE = "service_fee"  # service fees earned


class RecoverySource(StrEnum):
    """What a debt was recovered from."""

    GOODS_MONEY = "goods_money"
    EXPERIENCE_DEPOSIT = "experience_deposit"
    BASE_DEPOSIT = "base_deposit"  # at exit only (DOMAIN 1.8)


def solvency_days(balance_minor: int, spent_minor: int, days: int) -> int | None:
    """Return how many days the fund lasts when it goes on spending as in the last `days`; None when it spent nothing."""
    return max(0, balance_minor) * days // spent_minor if spent_minor > 0 else None
