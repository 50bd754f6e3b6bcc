"""Complaints (投诉) to the platform: their life and its time limits. Pure.

Order 117 art 20 asks for complaint channels with time limits and leaves the numbers to the platform.
"""

from datetime import timedelta
from enum import StrEnum

from anxin.kernel.clock import Instant
from anxin.kernel.states import StateTable
from anxin.market.service.domain.working_days import after_working_days, calendar

ACKNOWLEDGE_WINDOW = timedelta(hours=24)  # [CHOICE]
MERCHANT_WINDOW = timedelta(hours=48)  # [CHOICE]
ANSWER_WORKING_DAYS = 5  # [CHOICE]
REMIND_AFTER = timedelta(hours=24)  # an overdue answer is said to be so every day until it is given
TEXT_LENGTH_MIN, TEXT_LENGTH_MAX = 10, 1_000
ANSWER_LENGTH_MAX = 1_000
PICTURES_MAX = 9
OPEN_COMPLAINTS_MAX = 20


class ComplaintKind(StrEnum):
    """What a complaint is about."""

    FAKE_GOODS = "fake_goods"  # 假冒伪劣
    FALSE_ADVERTISING = "false_advertising"  # 虚假宣传
    NOT_SHIPPING = "not_shipping"  # 拖延发货
    FRAUD_SHIPMENT = "fraud_shipment"  # 欺诈发货
    AFTER_SALE_REFUSED = "after_sale_refused"  # 无理拒绝售后
    INVOICE_REFUSED = "invoice_refused"  # 拒开发票
    BAD_ATTITUDE = "bad_attitude"  # 服务态度
    PRIVACY_LEAK = "privacy_leak"  # 泄露隐私
    REVIEW_PRESSURE = "review_pressure"  # 骚扰或利诱评价
    OTHER = "other"


class ComplaintState(StrEnum):
    """Where a complaint stands."""

    FILED = "filed"  # waits for an operator to say that it arrived
    ACKNOWLEDGED = "acknowledged"  # 已受理
    DECIDED = "decided"  # 已答复
    WITHDRAWN = "withdrawn"  # 已撤回


class Outcome(StrEnum):
    """What the platform found."""

    UPHELD = "upheld"  # 投诉成立
    PARTLY_UPHELD = "partly_upheld"
    DISMISSED = "dismissed"  # 投诉不成立
    SETTLED = "settled"  # both sides agreed


LIFE: StateTable[ComplaintState] = StateTable(
    aggregate="complaint",
    initial=ComplaintState.FILED,
    steps={
        (ComplaintState.FILED, "acknowledge"): ComplaintState.ACKNOWLEDGED,
        (ComplaintState.FILED, "decide"): ComplaintState.DECIDED,
        (ComplaintState.FILED, "withdraw"): ComplaintState.WITHDRAWN,
        (ComplaintState.ACKNOWLEDGED, "decide"): ComplaintState.DECIDED,
        (ComplaintState.ACKNOWLEDGED, "withdraw"): ComplaintState.WITHDRAWN,
    },
)
OPEN = (ComplaintState.FILED, ComplaintState.ACKNOWLEDGED)


def acknowledge_by(filed_at: Instant) -> Instant:
    """Return until when an operator says that a complaint arrived."""
    return filed_at + ACKNOWLEDGE_WINDOW


def merchant_by(filed_at: Instant) -> Instant:
    """Return until when the merchant may say their side before the platform decides without it."""
    return filed_at + MERCHANT_WINDOW


def answer_by(filed_at: Instant) -> Instant:
    """Return until when the platform answers: five working days."""
    return after_working_days(filed_at, ANSWER_WORKING_DAYS, calendar())
