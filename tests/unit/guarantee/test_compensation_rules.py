"""Automatic compensation, line by line of DOMAIN 1.10, with pauses."""

from datetime import date, timedelta

import pytest
from tests.support.rule_books import refused

from anxin.kernel.clock import Instant, instant
from anxin.market.guarantee.book import compensation_rules_at, compensation_rules_named
from anxin.market.guarantee.domain.compensation import (
    Pause,
    amount_minor,
    found_minor,
    is_barred,
    late_shipping,
    moved,
    promised_hours,
    trace_overdue,
)
from anxin.market.guarantee.domain.compensation_rules import (
    CompensationKind,
    Share,
    read_compensation_rules,
)
from anxin.market.guarantee.domain.promises import Stage

RULES = compensation_rules_at("current-2026", date(2026, 6, 1))
BASE = instant(2026, 3, 1, 4)
STAGES = (  # DOMAIN 1.10, as promises/late_shipping.toml has them
    Stage(0, 100, 200, 5_000, 48),
    Stage(0, 100, 200, 5_000, 240),
    Stage(48, 300, 300, 5_000, 240),
    Stage(0, 100, 300, 5_000),
    Stage(48, 500, 500, 5_000),
)


def hours(number: int) -> Instant:
    return BASE + timedelta(hours=number)


@pytest.mark.parametrize(
    ("promise_hours", "paid_minor", "amounts"),
    [
        (48, 10_000, [200]),  # 1 % of 100 yuan is 1, at least 2
        (48, 20_000, [200]),
        (48, 149_000, [1_490]),
        (48, 900_000, [5_000]),  # at most 50
        (24, 149_000, [1_490]),
        (49, 10_000, [200, 300]),
        (240, 149_000, [1_490, 4_470]),
        (240, 900_000, [5_000, 5_000]),
        (241, 10_000, [300, 500]),
        (241, 149_000, [1_490, 5_000]),  # 5 % would be 74.50
        (720, 50_000, [500, 2_500]),
    ],
)
def test_late_shipping_pays_its_stages(promise_hours: int, paid_minor: int, amounts: list[int]) -> None:
    due = late_shipping(paid_minor, promise_hours, BASE, STAGES)
    assert [stage.amount_minor for stage in due] == amounts
    assert due[0].due_at == BASE
    assert [stage.stage for stage in due] == list(range(1, len(amounts) + 1))


def test_a_trace_is_overdue_after_a_day_and_again_after_three() -> None:
    due = trace_overdue(149_000, BASE, RULES)  # 1 % of 3 to 30, then 5 % of 5 to 50
    assert [(stage.due_at, stage.amount_minor) for stage in due] == [(hours(24), 1_490), (hours(72), 5_000)]
    assert [stage.amount_minor for stage in trace_overdue(900_000, BASE, RULES)] == [3_000, 5_000]
    assert [stage.amount_minor for stage in trace_overdue(1_000, BASE, RULES)] == [300, 500]


@pytest.mark.parametrize(
    ("kind", "paid_minor", "amount"),
    [
        (CompensationKind.FRAUD_SHIPMENT, 1_000, 1_000),  # 30 %, 10 to 500
        (CompensationKind.FRAUD_SHIPMENT, 149_000, 44_700),
        (CompensationKind.FRAUD_SHIPMENT, 300_000, 50_000),
        (CompensationKind.REFUSED_AFTER_SALE, 1_000, 500),  # 10 %, 5 to 50
        (CompensationKind.REFUSED_AFTER_SALE, 30_000, 3_000),
        (CompensationKind.REFUSED_AFTER_SALE, 149_000, 5_000),
        (CompensationKind.INVOICE_LATE, 10_000, 1_300),  # 13 %, at most 300
        (CompensationKind.INVOICE_LATE, 900_000, 30_000),
        (CompensationKind.INVOICE_FAKE, 10_000, 3_000),  # 30 %, at most 500
        (CompensationKind.INVOICE_FAKE, 900_000, 50_000),
    ],
)
def test_what_is_found_pays_its_share(kind: CompensationKind, paid_minor: int, amount: int) -> None:
    assert found_minor(kind, paid_minor, RULES) == amount


def test_the_book_of_2021_pays_for_less() -> None:
    book = compensation_rules_named("article-2021")
    assert found_minor(CompensationKind.INVOICE_LATE, 10_000, book) is None
    assert trace_overdue(10_000, BASE, book) == ()


def test_a_share_is_rounded_half_up_inside_its_bounds() -> None:
    assert amount_minor(25_050, Share(100, 0, 5_000)) == 251
    assert amount_minor(25_049, Share(100, 0, 5_000)) == 250


@pytest.mark.parametrize(
    ("categories", "shop_hours", "promised"),
    [
        (["womenswear-dress"], None, 48),
        (["fresh-fruit"], None, 24),
        (["fresh-fruit", "jewellery-gold"], None, 120),  # the slowest of the parcel
        (["freshwater-pearls"], None, 48),
        ([], None, 48),
        (["fresh-fruit"], 72, 72),
        ([], 0, 1),
        ([], 99_999, 1_080),
    ],
)
def test_the_promise_is_the_shop_s_word_or_the_category_s(
    categories: list[str], shop_hours: int | None, promised: int
) -> None:
    assert promised_hours(categories, shop_hours, RULES.promise) == promised


@pytest.mark.parametrize(
    ("pauses", "moment"),
    [
        ([], 48),
        ([(10, 20)], 58),
        ([(-5, 5)], 53),  # only what lies after the start counts
        ([(47, 49)], 50),  # what begins before the moment moves it by its whole length
        ([(48, 60)], 48),  # what begins at the moment is too late
        ([(10, 20), (15, 30)], 68),  # overlapping pauses count once
        ([(10, 20), (55, 60)], 63),  # the second begins before the moved moment
        ([(10, 30), (12, 14)], 68),
        ([(20, 10)], 48),
    ],
)
def test_pauses_move_a_moment(pauses: list[tuple[int, int]], moment: int) -> None:
    lengths = [Pause(hours(since), hours(until)) for since, until in pauses]
    assert moved(hours(48), hours(0), lengths) == hours(moment)


def test_a_pause_without_end_leaves_no_moment() -> None:
    assert moved(hours(48), hours(0), [Pause(hours(10), None)]) is None
    assert moved(hours(48), hours(0), [Pause(hours(50), None)]) == hours(48)


@pytest.mark.parametrize(
    ("orders", "late", "barred"),
    [(200, 60, True), (200, 59, False), (199, 199, False), (1_000, 300, True), (1_000, 299, False)],
)
def test_a_shop_is_barred_from_200_orders_and_30_percent(orders: int, late: int, barred: bool) -> None:
    assert is_barred(orders, late, RULES.control) is barred


FILE = "rules/compensation-current-2026.toml"


@pytest.mark.parametrize(
    ("old", "new", "at", "why"),
    [
        ("close_days", "colour", "colour", "unknown field “colour”"),
        ("close_days = 365", 'close_days = "a year"', "close_days", "a whole number is expected"),
        ("[control]", "[kontrol]", "[kontrol]", "unknown field “kontrol”"),
        ("after_hours = 24", "after_hours = 96", "trace_overdue", "stages must follow"),
        ("rate_bps = 100, ", "rate_bps = 100, percent = 3, ", "    { after_hours = 24", "unknown field “percent”"),
        ("min_minor = 1000", "min_minor = 60_000", "min_minor = 60_000", "the least is more than the most"),
        ("orders_min = 200", "orders_min = -1", "orders_min", "-1 is negative"),
        ("[found.fraud_shipment]", "[found.bad_luck]", "[found.bad_luck]", "“bad_luck” is not one of"),
    ],
)
def test_a_wrong_book_is_refused_with_its_line_and_reason(old: str, new: str, at: str, why: str) -> None:
    line, reason = refused(read_compensation_rules, FILE, old, new)
    assert why in reason
    assert line.startswith(at)
