"""When promises may be asked for, to the second, in Asia/Shanghai (DOMAIN 1.1, 1.2, 1.4, 1.5, 1.7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.guarantee import ARTICLE, CURRENT, a_line, a_wish, answered, at, decided

from anxin.market.guarantee.domain.clock import next_midnight

SECOND = timedelta(seconds=1)

# (DOMAIN line, promise, profile, category, signed, last moment at which it may be asked for)
ENDS = [
    (
        "1.1 row 2: 0:00 of the day after signing + 168 h",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2026-08-03 10:00:00",
        "2026-08-11 00:00:00",
    ),
    (
        "1.2 clock: signed in the first second of a day",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2026-08-03 00:00:00",
        "2026-08-11 00:00:00",
    ),
    (
        "1.2 clock: signed in the last second of a day",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2026-08-03 23:59:59",
        "2026-08-11 00:00:00",
    ),
    (
        "1.2 clock: one second later is another day",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2026-08-04 00:00:00",
        "2026-08-12 00:00:00",
    ),
    (
        "1.2 clock: over a month's end",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2026-08-28 09:00:00",
        "2026-09-05 00:00:00",
    ),
    (
        "1.2 clock: over a leap day",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2028-02-24 12:00:00",
        "2028-03-03 00:00:00",
    ),
    (
        "1.2 clock: signed on a leap day",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2028-02-29 12:00:00",
        "2028-03-08 00:00:00",
    ),
    (
        "1.2 clock: no leap day in another year",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2027-02-24 12:00:00",
        "2027-03-04 00:00:00",
    ),
    (
        "1.2 clock: over New Year",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        "2026-12-30 12:00:00",
        "2027-01-07 00:00:00",
    ),
    (
        "1.2 clock: the same law in 2021",
        "no_reason_return",
        ARTICLE,
        "womenswear-dress",
        "2026-08-03 10:00:00",
        "2026-08-11 00:00:00",
    ),
    (
        "1.1 row 6: 2021 contact within 24 h of signing",
        "fresh",
        ARTICLE,
        "fresh-fruit",
        "2026-08-03 10:00:00",
        "2026-08-04 10:00:00",
    ),
    (
        "1.5: report within 60 days of signing",
        "allergy",
        CURRENT,
        "beauty-skincare",
        "2026-08-03 10:00:00",
        "2026-10-02 10:00:00",
    ),
    ("1.5: 60 days in 2021 too", "allergy", ARTICLE, "beauty-skincare", "2026-08-03 10:00:00", "2026-10-02 10:00:00"),
    (
        "1.5: 60 days over a leap day",
        "allergy",
        CURRENT,
        "beauty-skincare",
        "2028-02-01 08:30:00",
        "2028-04-01 08:30:00",
    ),
    (
        "1.1 row 8: 48 h from signing",
        "damaged",
        CURRENT,
        "home-tableware",
        "2026-08-03 10:00:00",
        "2026-08-05 10:00:00",
    ),
    (
        "1.1 row 8: 48 h in 2021 for what is fragile",
        "damaged",
        ARTICLE,
        "home-tableware",
        "2026-08-03 10:00:00",
        "2026-08-05 10:00:00",
    ),
    (
        "1.2 消保法 24: 7 days",
        "quality_return",
        ARTICLE,
        "womenswear-dress",
        "2026-08-03 10:00:00",
        "2026-08-11 00:00:00",
    ),
    (
        "1.1 row 1: after-sale validity, 15 days",
        "quality_return",
        CURRENT,
        "womenswear-dress",
        "2026-08-03 10:00:00",
        "2026-08-19 00:00:00",
    ),
    ("消保法 55: three years", "fraud", CURRENT, "womenswear-dress", "2026-08-03 10:00:00", "2029-08-02 10:00:00"),
]


@pytest.mark.parametrize(
    ("line_of_domain", "promise", "profile", "category", "signed", "last"), ENDS, ids=[row[0] for row in ENDS]
)
def test_a_window_ends_to_the_second(line_of_domain, promise, profile, category, signed, last):
    placed = at("2026-08-01 12:00:00")
    line = a_line(category, placed_at=placed, signed_at=at(signed))
    assert answered(promise, line, now=at(last), profile=profile).until == at(last)
    assert answered(promise, line, now=at(last), profile=profile).available
    late = answered(promise, line, now=at(last) + SECOND, profile=profile)
    assert not late.available
    assert [one.code for one in late.reasons] == ["too_late"]
    assert answered(promise, line, now=at(signed), profile=profile).available
    assert not answered(promise, line, now=at(signed) - SECOND, profile=profile).available


# DOMAIN 1.4, dispute layer: a window for each defect (category, reason, hours from signing)
DEFECTS = [
    ("fresh-meat", "thawed", 24),
    ("fresh-seafood", "dead", 24),
    ("fresh-fruit", "missing_piece", 24),
    ("fresh-fruit", "rotten", 48),
    ("fresh-fruit", "rotten_inside", 120),
    ("fresh-fruit", "mismatch", 48),
    ("fresh-seafood", "mismatch", 24),
    ("fresh-fruit", "origin_mismatch", 48),
    ("fresh-eggs-dairy", "expired", 48),
]


@pytest.mark.parametrize(("category", "reason", "hours"), DEFECTS)
def test_each_defect_of_fresh_goods_has_its_window(category, reason, hours):
    signed = at("2026-08-03 22:15:30")
    line = a_line(category, signed_at=signed)
    last = signed + timedelta(hours=hours)
    wish = a_wish("fresh", reason, bad_ratio_bps=2_000)
    assert decided(wish, line, now=last).amount_minor > 0
    late = decided(wish, line, now=last + SECOND)
    assert (late.outcome, [one.code for one in late.reasons]) == ("deny", ["too_late"])
    assert late.until == last


@pytest.mark.parametrize(("reason", "hours"), [("rotten_ripening", 48), ("unripe", 168)])
def test_what_needs_ripening_counts_from_ripeness(reason, hours):
    signed, ripe = at("2026-08-03 10:00:00"), at("2026-08-08 10:00:00")
    line = a_line("fresh-fruit", signed_at=signed, ripens_at=ripe)
    wish = a_wish("fresh", reason, bad_ratio_bps=2_000)
    assert decided(wish, line, now=ripe + timedelta(hours=hours)).outcome == "review"
    assert decided(wish, line, now=ripe + timedelta(hours=hours) + SECOND).outcome == "deny"
    assert decided(wish, line, now=signed).outcome == "review"


def test_the_answer_for_fresh_goods_lasts_as_long_as_the_longest_of_its_reasons():
    signed = at("2026-08-03 10:00:00")
    line = a_line("fresh-fruit", signed_at=signed)
    answer = answered("fresh", line, now=signed + timedelta(hours=25))
    assert answer.available
    assert answer.until == signed + timedelta(hours=168)
    open_reasons = {one.code for one in answer.claim_reasons}
    assert "rotten" in open_reasons
    assert "thawed" not in open_reasons


def test_the_service_layer_of_fresh_goods_gave_48_hours_until_july_2026():
    placed, signed = at("2026-05-01 12:00:00"), at("2026-05-03 10:00:00")
    line = a_line("fresh-fruit", placed_at=placed, signed_at=signed)
    wish = a_wish("fresh", "thawed", bad_ratio_bps=2_000)
    assert decided(wish, line, now=signed + timedelta(hours=48)).version == 1
    assert decided(wish, line, now=signed + timedelta(hours=48)).outcome == "review"
    assert decided(wish, line, now=signed + timedelta(hours=48) + SECOND).outcome == "deny"


@pytest.mark.parametrize(
    ("placed", "version"),
    [("2026-06-30 23:59:59", 1), ("2026-07-01 00:00:00", 2)],
)
@pytest.mark.parametrize("promise", ["fresh", "instant_refund"])
def test_the_version_is_that_of_the_moment_of_the_order(promise, placed, version):
    line = a_line("fresh-fruit", placed_at=at(placed))
    assert answered(promise, line, now=at(placed) + timedelta(hours=1)).version == version


def test_freight_insurance_lasts_90_days_from_the_click_on_ship():
    """DOMAIN 1.1 row 4: after-sale applied within 90 days after ship click."""
    shipped = at("2026-08-02 08:00:00")
    line = a_line(shipped_at=shipped)
    joined = {"optins": frozenset({"freight_insurance"})}
    last = shipped + timedelta(days=90)
    assert answered("freight_insurance", line, now=last, **joined).until == last
    assert answered("freight_insurance", line, now=last, **joined).available
    assert not answered("freight_insurance", line, now=last + SECOND, **joined).available
    assert [one.code for one in answered("freight_insurance", a_line(), now=shipped, **joined).reasons] == [
        "before_shipped"
    ]


def test_an_instant_refund_ends_with_shipping():
    """DOMAIN 1.1 row 3: before shipment, no tracking number uploaded."""
    moment = at("2026-08-01 18:00:00")
    assert answered("instant_refund", a_line(), now=moment).available
    for shipped in (a_line(shipped_at=moment), replace(a_line(), tracking_uploaded=True)):
        answer = answered("instant_refund", shipped, now=moment)
        assert [one.code for one in answer.reasons] == ["shipped_already"]


def test_goods_that_were_never_signed_for_count_from_the_buyers_receipt():
    received = at("2026-08-12 15:00:00")
    line = a_line(received_at=received, order_state="completed")
    assert answered("no_reason_return", line, now=received).until == at("2026-08-20 00:00:00")


def test_the_carriers_word_beats_a_later_receipt():
    signed = at("2026-08-03 10:00:00")
    line = a_line(signed_at=signed, received_at=at("2026-08-13 10:00:00"), order_state="completed")
    assert answered("no_reason_return", line, now=signed).until == at("2026-08-11 00:00:00")


def test_the_category_decides_how_long_after_sale_lasts_but_never_less_than_the_law():
    signed = at("2026-08-03 10:00:00")
    until = [
        answered("quality_return", a_line(signed_at=signed, after_sale_days=days), now=signed).until
        for days in (2, 7, 60)
    ]
    assert until == [at("2026-08-11 00:00:00"), at("2026-08-11 00:00:00"), at("2026-10-03 00:00:00")]


@pytest.mark.parametrize(
    ("moment", "midnight"),
    [
        ("2026-08-03 00:00:00", "2026-08-04 00:00:00"),
        ("2026-08-03 23:59:59", "2026-08-04 00:00:00"),
        ("2026-12-31 12:00:00", "2027-01-01 00:00:00"),
        ("2028-02-28 12:00:00", "2028-02-29 00:00:00"),
        ("2028-02-29 23:59:59", "2028-03-01 00:00:00"),
        ("2100-02-28 12:00:00", "2100-03-01 00:00:00"),
    ],
)
def test_the_next_midnight_is_that_of_shanghai(moment, midnight):
    assert next_midnight(at(moment)) == at(midnight)


def test_a_moment_of_utc_is_laid_into_the_day_of_shanghai():
    from anxin.kernel.clock import instant

    assert next_midnight(instant(2026, 8, 3, 15, 59, 59)) == at("2026-08-04 00:00:00")
    assert next_midnight(instant(2026, 8, 3, 16)) == at("2026-08-05 00:00:00")
