"""How much deposit is due and when (DOMAIN 2.3)."""

from datetime import date

import pytest

from anxin.kernel.clock import instant, shanghai_midnight
from anxin.market.shops.domain.deposit import (
    ZeroDepositUse,
    base_due_minor,
    effective_at,
    month_before,
    next_notice_at,
    shortfall_minor,
)
from anxin.market.shops.domain.rules import rulebook_at

BOOK = rulebook_at(date(2026, 6, 15))
RULE = BOOK.deposit


@pytest.mark.parametrize(
    ("gmv_minor", "due_minor"),
    [(0, 50_000), (5_000_000, 50_000), (5_000_001, 200_000), (10_000_000, 200_000), (10_000_001, 500_000)],
)
def test_base_deposit_by_last_month_s_gmv(gmv_minor, due_minor):
    assert base_due_minor(gmv_minor, ["womenswear"], RULE) == due_minor


@pytest.mark.parametrize(
    ("category", "due_minor"),
    [("virtual-topup", 20_000_000), ("used-luxury", 5_000_000), ("fresh-crab", 10_000_000)],
)
def test_special_categories_are_fixed(category, due_minor):
    assert base_due_minor(0, ["womenswear", category], RULE) == due_minor
    assert base_due_minor(99_999_999, [category], RULE) == due_minor


def test_shortfall_is_never_negative():
    assert shortfall_minor(50_000, 20_000) == 30_000
    assert shortfall_minor(50_000, 60_000) == 0


@pytest.mark.parametrize(
    ("moment", "notice_day"),
    [
        (instant(2026, 6, 15), date(2026, 7, 1)),
        (instant(2026, 6, 30, 15, 59, 59), date(2026, 7, 1)),
        (instant(2026, 6, 30, 16), date(2026, 8, 1)),  # exactly the 1st in Shanghai: the next one is meant
        (instant(2026, 12, 5), date(2027, 1, 1)),
    ],
)
def test_notice_is_on_the_first_in_shanghai(moment, notice_day):
    notice = next_notice_at(moment, RULE)
    assert notice == shanghai_midnight(notice_day)
    assert effective_at(notice, RULE) == shanghai_midnight(notice_day.replace(day=8))


def test_month_before_january_is_december():
    assert month_before(date(2027, 1, 1)) == date(2026, 12, 1)
    assert month_before(date(2026, 3, 31)) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("orders", "gmv_minor", "exhausted"),
    [(199, 999_999, False), (200, 0, True), (0, 1_000_000, True)],
)
def test_limits_of_entry_without_deposit(orders, gmv_minor, exhausted):
    assert ZeroDepositUse(orders, gmv_minor).exhausted(BOOK.zero_deposit) is exhausted
