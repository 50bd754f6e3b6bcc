"""The deposit (保证金): how much is due, when it changes, and what a shortfall forbids."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.market.shops.domain.rules import DepositRule, ZeroDepositRule


def base_due_minor(gmv_minor: int, categories: Iterable[str], rule: DepositRule) -> int:
    """Return the base deposit for last month's GMV; a special category's fixed sum wins when it is higher."""
    by_gmv = next(
        tier.due_minor for tier in rule.tiers if tier.gmv_minor_max is None or gmv_minor <= tier.gmv_minor_max
    )
    sold = tuple(categories)
    special = (amount for code, amount in rule.special_categories.items() if _touches(code, sold))
    return max(by_gmv, *special, 0)


def shortfall_minor(due_minor: int, paid_minor: int) -> int:
    """Return how much is missing, never below zero."""
    return max(0, due_minor - paid_minor)


def experience_is_due(advanced_minor: int, base_paid_minor: int, base_due_minor: int) -> bool:
    """Say whether a shop must add an experience deposit (体验保证金): the fund advanced more than the base secures.

    That is more than the lower of what is paid and what is due of the base deposit [DY:101830].
    """
    return advanced_minor > max(0, min(base_paid_minor, base_due_minor))


def next_notice_at(moment: Instant, rule: DepositRule) -> Instant:
    """Return the next first-of-month midnight in Asia/Shanghai, strictly after a moment."""
    return _next_day_of_month(moment, rule.notice_day)


def effective_at(notice_at: Instant, rule: DepositRule) -> Instant:
    """Return when an amount announced at `notice_at` becomes due."""
    return _next_day_of_month(notice_at, rule.effective_day)


def month_before(day: date) -> date:
    """Return the first day of the month before the one that a day lies in."""
    return date(day.year - 1, 12, 1) if day.month == 1 else date(day.year, day.month - 1, 1)


@dataclass(frozen=True)
class ZeroDepositUse:
    """What a shop without deposit has sold so far."""

    orders: int
    gmv_minor: int

    def exhausted(self, rule: ZeroDepositRule) -> bool:
        """Say whether the shop must pay a deposit before it sells more."""
        return self.orders >= rule.orders_max or self.gmv_minor >= rule.gmv_minor_max


def _touches(code: str, categories: Iterable[str]) -> bool:
    return any(category == code or category.startswith(f"{code}/") for category in categories)


def _next_day_of_month(moment: Instant, day_of_month: int) -> Instant:
    today = shanghai_day(moment)
    candidate = shanghai_midnight(today.replace(day=day_of_month))
    if candidate > moment:
        return candidate
    following = date(today.year + today.month // 12, today.month % 12 + 1, day_of_month)
    return shanghai_midnight(following)
