"""How paid orders are divided, to the fen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.kernel.clock import instant
from anxin.market.settlement.domain import (
    AccountKind,
    Division,
    LineTerms,
    OrderTerms,
    Ruling,
    bases,
    is_account_number,
    payout_limit,
    rule,
    split,
    statement_month,
)

APPAREL, BEAUTY = 500, 400


def test_the_worked_example_of_the_field_comes_out_to_the_fen():
    """DOMAIN 4: ¥100, apparel 5 %, commission 20 %, the platform takes 10 % of it, the agency 30 % of the rest."""
    terms = OrderTerms(10_000, (LineTerms(10_000, APPAREL, 2_000),), creator_fee_bps=1_000, agency_share_bps=3_000)
    assert split(terms) == Division(
        merchant_minor=7_500, service_fee_minor=500, creator_minor=1_260, creator_fee_minor=200, agency_minor=540
    )


def test_without_a_creator_only_the_fee_is_taken():
    assert split(OrderTerms(10_000, (LineTerms(10_000, BEAUTY),))) == Division(9_600, 400, 0, 0, 0)


def test_the_fee_of_several_lines_is_rounded_once():
    """Three lines of ¥0.33 at 5 % owe 1.65 + 1.65 + 1.65 = 4.95 fen, so 5 and not 6."""
    terms = OrderTerms(99, tuple(LineTerms(33, APPAREL) for _ in range(3)))
    assert split(terms).service_fee_minor == 5


def test_freight_belongs_to_the_base_of_each_line_by_its_weight():
    assert bases([10_000, 5_000], 1_000) == [10_667, 5_333]


def test_a_refund_gives_the_fee_back_in_proportion():
    terms = OrderTerms(10_000, (LineTerms(10_000, APPAREL),))
    assert split(terms).less(split(terms, 3_000)) == Division(2_850, 150, 0, 0, 0)


def test_a_full_refund_leaves_nothing_to_anybody():
    terms = OrderTerms(149_000, (LineTerms(149_000, BEAUTY, 2_000),), agency_share_bps=3_000)
    assert split(terms, 149_000) == Division(0, 0, 0, 0, 0)


@pytest.mark.parametrize("refunded", [-1, 10_001])
def test_a_refund_beyond_what_was_paid_is_a_mistake(refunded):
    with pytest.raises(ValueError, match="refunds lie between"):
        split(OrderTerms(10_000, (LineTerms(10_000, APPAREL),)), refunded)


amounts = st.integers(1, 10**8)
lines = st.lists(st.builds(LineTerms, amounts, st.integers(30, 1_000), st.integers(0, 5_000)), min_size=1, max_size=6)
rates = st.integers(0, 4_000)


@given(lines, rates, rates, st.data())
def test_the_parts_always_sum_to_what_is_left_and_nobody_pays_for_another(of, creator_fee, agency, data):
    paid = sum(line.base_minor for line in of)
    terms = OrderTerms(paid, tuple(of), creator_fee_bps=creator_fee, agency_share_bps=agency)
    refunded = data.draw(st.integers(0, paid))
    division = split(terms, refunded)
    assert division.total_minor == paid - refunded
    parts = (division.service_fee_minor, division.creator_minor, division.creator_fee_minor, division.agency_minor)
    assert min(parts) >= 0
    assert division.merchant_minor >= -1  # rounding may leave the merchant of one fen a fen short, never more


@given(lines, st.data())
def test_refunding_in_steps_is_refunding_at_once(of, data):
    paid = sum(line.base_minor for line in of)
    terms = OrderTerms(paid, tuple(of), agency_share_bps=3_000)
    first = data.draw(st.integers(0, paid))
    second = data.draw(st.integers(first, paid))
    stepwise = [split(terms).less(split(terms, first)), split(terms, first).less(split(terms, second))]
    at_once = split(terms).less(split(terms, second))
    assert sum(step.merchant_minor for step in stepwise) == at_once.merchant_minor
    assert sum(step.service_fee_minor for step in stepwise) == at_once.service_fee_minor
    assert sum(step.total_minor for step in stepwise) == second


def test_an_open_refund_keeps_the_money_in_escrow():
    assert rule(10_000, 5_000, is_waited_for=True) is Ruling.POSTPONE
    assert rule(10_000, 5_000, is_waited_for=False) is Ruling.RELEASE
    assert rule(10_000, 10_000, is_waited_for=False) is Ruling.VOID


def test_a_statement_is_of_the_month_in_shanghai():
    assert statement_month(instant(2026, 2, 28, 15, 59)).isoformat() == "2026-02-01"
    assert statement_month(instant(2026, 2, 28, 16)).isoformat() == "2026-03-01"


def test_entry_without_deposit_cannot_draw_more_than_half_by_asking_twice():
    assert payout_limit(10_000, 0, 5_000) == 5_000
    assert payout_limit(5_000, 5_000, 5_000) == 0
    assert payout_limit(10_000, 0, 10_000) == 10_000


@pytest.mark.parametrize(
    ("digits", "kind", "good"),
    [
        ("4111111111111111", AccountKind.PERSONAL, True),
        ("4111111111111112", AccountKind.PERSONAL, False),
        ("411111111111111", AccountKind.PERSONAL, False),
        ("110060149018000000001", AccountKind.CORPORATE, True),
        ("12345678", AccountKind.CORPORATE, False),
        ("11006014901800000000x", AccountKind.CORPORATE, False),
        ("４１１１１１１１１１１１１１１１", AccountKind.PERSONAL, False),
    ],
)
def test_an_account_number_is_checked(digits, kind, good):
    assert is_account_number(digits, kind) is good
