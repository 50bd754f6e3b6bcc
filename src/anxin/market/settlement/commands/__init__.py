"""What may be done about settlement: schedule, release, refund afterwards, pay out."""

from anxin.market.settlement.commands.giving_back import (
    GivenBack,
    begin_refund,
    refund_settled,
    undo_refund_line,
)
from anxin.market.settlement.commands.payout import request_payout, set_bank_account, watch_payout
from anxin.market.settlement.commands.release import release_due, schedule_release
from anxin.market.settlement.domain import AccountKind

__all__ = [
    "AccountKind",
    "GivenBack",
    "begin_refund",
    "refund_settled",
    "release_due",
    "request_payout",
    "schedule_release",
    "set_bank_account",
    "undo_refund_line",
    "watch_payout",
]
