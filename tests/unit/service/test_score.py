"""The experience score to the point (DOMAIN 2.3)."""

from datetime import date
from pathlib import Path

import pytest

from anxin.market.service.domain import score_rules
from anxin.market.service.domain.score import (
    ImprovementKind,
    Indicators,
    Measured,
    Stage,
    improvements,
    is_open,
    reckon,
)
from anxin.market.service.domain.score_rules import BadScoreRules, Curve, Dimension, read_rules, rules_at

DAY = date(2026, 11, 20)
RULES = rules_at(DAY)
FILE = Path(score_rules.RULES_FOLDER) / "score-current-2026.toml"

BEST = {
    "rating": 500, "quality_return": 0, "pickup": 600, "on_time": 10_000, "damage_return": 0,
    "audit_time": 10, "reply_time": 20, "dissatisfaction": 0, "platform_help": 0,
}  # fmt: skip
WORST = {
    "rating": 100, "quality_return": 9_000, "pickup": 9_999, "on_time": 0, "damage_return": 9_000,
    "audit_time": 9_999, "reply_time": 600, "dissatisfaction": 9_000, "platform_help": 9_000,
}  # fmt: skip


def a_shop(measured=BEST, *, orders=100, sample=100, shop_type="enterprise", **facts):
    numbers = {code: Measured(value, sample) for code, value in measured.items()}
    return Indicators(shop_type, orders, measured=numbers, **facts)


def total(indicators, day=DAY):
    found = reckon(indicators, RULES, day=day)
    return found.total if found else None


@pytest.mark.parametrize(
    ("value", "points"),
    [(250, 5_000), (300, 5_000), (350, 6_000), (400, 7_000), (425, 7_750), (450, 8_500), (465, 9_100),
     (480, 9_700), (485, 9_850), (490, 10_000), (500, 10_000)],
)  # fmt: skip
def test_points_lie_on_straight_lines_between_the_knots(value, points):
    assert Curve(((300, 50), (400, 70), (450, 85), (480, 97), (490, 100))).hundredths(value) == points


def test_points_are_rounded_half_up():
    assert Curve(((0, 0), (3, 1))).hundredths(1) == 33
    assert Curve(((0, 0), (3, 1))).hundredths(2) == 67
    assert Curve(((0, 100), (8, 99))).hundredths(1) == 9_988  # 99.875


@pytest.mark.parametrize(
    ("shop", "points"),
    [
        (a_shop(), 10_000),
        (a_shop(WORST), 5_000),
        (a_shop({}), 8_000),  # nothing is known: every dimension stands at 80
        (a_shop({"rating": 450}), (8_500 * 50 + 8_000 * 50) // 100),
        (a_shop({**BEST, "rating": 450}), (50 * 8_950 + 50 * 10_000) // 100),  # 85·70 % + 100·30 %
        (a_shop({**BEST, "pickup": 2_880}), (15 * 8_750 + 85 * 10_000 + 50) // 100),
        (a_shop({**BEST, "reply_time": 180}), (35 * 9_550 + 65 * 10_000 + 50) // 100),
        (a_shop({**BEST, "audit_time": 2_880, "platform_help": 300}), (35 * 7_500 + 65 * 10_000) // 100),
    ],
)
def test_the_total_is_the_weighed_mean_of_the_dimensions(shop, points):
    assert total(shop) == points


def test_a_dimension_never_falls_below_50_whatever_its_indicators():
    assert reckon(a_shop({"rating": 0, "quality_return": 10_000}), RULES, day=DAY).of(Dimension.PRODUCT).points == 5_000


def test_an_indicator_with_too_small_a_sample_is_not_judged():
    few = a_shop({"rating": 100}, sample=4)
    product = reckon(few, RULES, day=DAY).of(Dimension.PRODUCT)
    assert (product.points, product.is_known, product.indicators[0].points) == (8_000, False, None)
    assert reckon(a_shop({"rating": 100}, sample=5), RULES, day=DAY).of(Dimension.PRODUCT).points == 5_000


@pytest.mark.parametrize(("next_day", "added"), [(1_999, 0), (2_000, 500), (9_000, 500)])
def test_a_bonus_is_added_at_its_mark(next_day, added):
    assert total(a_shop({**WORST, "next_day": next_day})) == 5_000 + added


def test_bonuses_add_up_but_not_beyond_100():
    every = {"next_day": 2_000, "freight_insurance": 5_000, "large_item_insurance": 5_000, "door_install": 5_000}
    assert total(a_shop({**WORST, **every})) == 5_000 + 1_100
    assert total(a_shop({**BEST, **every})) == 10_000


@pytest.mark.parametrize(
    ("violations", "taken"),
    [
        ({"bad_return_address": 1}, 200),
        ({"bad_return_address": 1, "refused_invoice": 1}, 400),
        ({"bad_return_address": 4, "refused_invoice": 4}, 1_000),  # together no more than 10
        ({"brushing": 1}, 1_000),
        ({"brushing": 2, "false_advertising": 1}, 3_000),
        ({"fraud_shipment": 1, "refused_invoice": 6}, 2_000),
        ({"brand_confusion": 1}, 1_000),
        ({"no_such_thing": 5}, 0),
    ],
)
def test_violations_are_taken_off(violations, taken):
    assert total(a_shop(violations=violations)) == 10_000 - taken


def test_the_lowest_total_was_50_before_8_september_2026():
    bad = a_shop(WORST, violations={"brushing": 6})
    assert total(bad, date(2026, 9, 7)) == 5_000
    assert total(bad, date(2026, 9, 8)) == 0


@pytest.mark.parametrize(
    ("orders", "faults", "points", "stage"),
    [(0, 0, 7_000, "growth"), (29, 0, 7_000, "growth"), (29, 1, 6_900, "growth"), (29, 10, 6_000, "growth"),
     (29, 25, 6_000, "growth"), (30, 25, 10_000, "rated")],
)  # fmt: skip
def test_under_30_orders_the_score_is_70_and_falls_to_60(orders, faults, points, stage):
    found = reckon(a_shop(orders=orders, faulty_orders=faults), RULES, day=DAY)
    assert (found.total, found.stage) == (points, Stage(stage))


def test_a_growing_shop_is_told_what_it_would_be():
    assert reckon(a_shop(WORST, orders=29), RULES, day=DAY).rated == 5_000


def test_a_personal_shop_has_no_growth_score_but_is_rated_from_30_orders_on():
    assert total(a_shop(orders=29, shop_type="personal")) is None
    assert total(a_shop(orders=30, shop_type="personal")) == 10_000


def test_what_would_raise_it_is_a_second_reckoning():
    shop = a_shop({**BEST, "rating": 450, "reply_time": 180}, violations={"brushing": 1})
    now = total(shop)
    for step in improvements(shop, RULES, day=DAY):
        if step.kind is ImprovementKind.INDICATOR:
            changed = a_shop(
                {**BEST, "rating": 450, "reply_time": 180, step.code: step.after}, violations={"brushing": 1}
            )
            assert total(changed) - now == step.gain
        else:
            assert step.gain == 1_000


def test_the_cheapest_step_comes_first():
    shop = a_shop({**WORST, "rating": 479, "next_day": 1_990})
    codes = [step.code for step in improvements(shop, RULES, day=DAY)]
    assert codes[0] == "next_day"
    assert len(codes) == 5


def test_the_best_shop_has_nothing_to_raise():
    assert improvements(a_shop(), RULES, day=DAY) == ()


def test_what_was_never_measured_is_not_asked_for():
    assert {step.code for step in improvements(a_shop({"rating": 400}), RULES, day=DAY)} == {"rating"}


@pytest.mark.parametrize(
    ("code", "scores", "opened"),
    [
        ("alliance", (7_000, None, None), True), ("alliance", (6_999, 9_000, 9_000), False),
        ("campaign", (5_000, 7_000, None), True), ("campaign", (9_000, 6_999, None), False),
        ("lucky_bag", (8_000, None, None), True), ("mall_feed", (6_000, None, None), True),
        ("authenticity_badge", (9_000, 9_000, 7_999), False), ("alliance", (None, None, None), False),
    ],
)  # fmt: skip
def test_gates_open_at_their_mark(code, scores, opened):
    gate = next(gate for gate in RULES.gates if gate.code == code)
    assert is_open(gate, *scores) is opened


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("window_days = 30", "window_days = 30\nsurprise = 1", "surprise"),
        ("product = 50", "product = 51", "sum to 100"),
        ('unit = "minutes"', 'unit = "moons"', "moons"),
        ("curve = [[30, 100], [60, 95]", "curve = [[60, 100], [30, 95]", "values must rise"),
        ('false_advertising = "false_advertising"', 'false_advertising = "nonsense"', "nonsense"),
        ('group = "duty"', 'group = "other"', "other"),
        ("low_price_minor = 100", "", "low_price_minor"),
        ("over = 7", "over = 8", "over"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(before, after, said):
    text = FILE.read_text()
    assert before in text
    with pytest.raises(BadScoreRules, match=said) as refused:
        read_rules(text.replace(before, after, 1), "score-x.toml")
    assert str(refused.value).startswith("score-x.toml: ")
