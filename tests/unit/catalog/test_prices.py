from datetime import timedelta

import pytest

from anxin.kernel.clock import instant
from anxin.market.catalog.domain.prices import PastPrice, Pricing, check_compare, lowest_price
from anxin.market.catalog.errors import BadPrice, CompareAboveLowest, CompareNotAbove

NOW = instant(2026, 6, 15)


def past(*prices: tuple[int, int]) -> list[PastPrice]:
    """Prices as (minor units, days ago)."""
    return [PastPrice(price, NOW - timedelta(days=days)) for price, days in prices]


def test_the_price_in_force_when_the_window_opens_counts():
    assert lowest_price(past((9_000, 30), (8_000, 20), (9_500, 3)), now=NOW) == 8_000


def test_a_price_that_ended_before_the_window_does_not_count():
    assert lowest_price(past((5_000, 30), (9_000, 8)), now=NOW) == 9_000


def test_a_compare_price_may_be_the_lowest_of_seven_days():
    check_compare("A", Pricing(10_000), Pricing(8_000, 10_000), past((10_000, 30)), now=NOW)


def test_a_compare_price_above_the_lowest_of_seven_days_is_refused():
    with pytest.raises(CompareAboveLowest) as refused:
        check_compare("A", Pricing(8_000), Pricing(7_000, 9_000), past((10_000, 30), (8_000, 2)), now=NOW)
    assert refused.value.lowest_minor == 8_000


def test_a_compare_price_that_stays_is_not_asked_again():
    check_compare("A", Pricing(8_000, 10_000), Pricing(7_000, 10_000), past((8_000, 2)), now=NOW)


def test_raising_a_compare_price_is_asked_again():
    with pytest.raises(CompareAboveLowest):
        check_compare("A", Pricing(8_000, 9_000), Pricing(8_000, 9_001), past((8_000, 20)), now=NOW)


def test_a_new_sku_may_name_its_reference_price():
    check_compare("A", None, Pricing(8_000, 10_000), [], now=NOW)


@pytest.mark.parametrize("compare", [8_000, 7_999])
def test_a_compare_price_stands_above_the_price(compare):
    with pytest.raises(CompareNotAbove):
        check_compare("A", None, Pricing(8_000, compare), [], now=NOW)


@pytest.mark.parametrize("price", [-1, 10**13 + 1])
def test_an_impossible_price_is_refused(price):
    with pytest.raises(BadPrice):
        check_compare("A", None, Pricing(price), [], now=NOW)
