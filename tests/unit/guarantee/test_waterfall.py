"""Who pays how much: the order of payers, the fund's advance, and what nobody has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.kernel.money import in_turn
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.waterfall import COMPENSATION_PAYERS, UNLIMITED, together, who_pays

GOODS, EXPERIENCE, FUND, INSURER = Payer.GOODS_MONEY, Payer.EXPERIENCE_DEPOSIT, Payer.FUND, Payer.INSURER
amounts = st.integers(0, 10**9)
purses = st.dictionaries(st.sampled_from(Payer), st.integers(-(10**6), 10**9))
orders = st.lists(st.sampled_from(Payer), max_size=8)


@pytest.mark.parametrize(
    ("has", "parts", "short"),
    [
        ({GOODS: 500, EXPERIENCE: 900}, ((GOODS, 300),), 0),
        ({GOODS: 100, EXPERIENCE: 900, FUND: 900}, ((GOODS, 100), (EXPERIENCE, 200)), 0),
        ({GOODS: 100, EXPERIENCE: 50, FUND: 900}, ((GOODS, 100), (EXPERIENCE, 50), (FUND, 150)), 0),
        (
            {GOODS: -400, FUND: 900},
            ((FUND, 300),),
            0,
        ),  # a balance below zero is nothing to give, and no one else's debt
        ({GOODS: 100, FUND: 50}, ((GOODS, 100), (FUND, 50)), 150),
        ({}, (), 300),
    ],
)
def test_payers_give_in_their_order_as_far_as_they_go(has, parts, short):
    found = who_pays(300, COMPENSATION_PAYERS, has)
    assert (found.parts, found.short_minor) == (parts, short)


def test_what_the_fund_gives_is_an_advance_the_shop_owes():
    assert who_pays(300, COMPENSATION_PAYERS, {GOODS: 120, FUND: 1_000}).advanced_minor == 180
    assert who_pays(300, COMPENSATION_PAYERS, {GOODS: 400, FUND: 1_000}).advanced_minor == 0


def test_the_insurer_gives_whatever_the_ones_before_left_open():
    assert who_pays(300, (GOODS, INSURER, FUND), {GOODS: 1}).parts == ((GOODS, 1), (INSURER, 299))


def test_a_payer_named_twice_gives_once():
    found = who_pays(300, (GOODS, GOODS), {GOODS: 200})
    assert (found.parts, found.short_minor) == (((GOODS, 200),), 100)


@given(amounts, orders, purses)
def test_parts_and_what_is_short_always_sum_to_the_amount(amount, payers, has):
    found = who_pays(amount, payers, has)
    assert found.paid_minor + found.short_minor == amount
    assert found.short_minor >= 0
    assert all(minor > 0 for _, minor in found.parts)


@given(amounts, orders, purses)
def test_nobody_gives_more_than_it_has_and_nobody_gives_before_its_turn(amount, payers, has):
    found = dict(who_pays(amount, payers, has).parts)
    order = list(dict.fromkeys(payers))
    for index, payer in enumerate(order):
        if payer not in UNLIMITED:
            assert found.get(payer, 0) <= max(0, has.get(payer, 0))
        if any(later in found for later in order[index + 1 :]) and payer not in UNLIMITED:
            assert found.get(payer, 0) == max(0, has.get(payer, 0))


@given(amounts, st.lists(st.one_of(st.none(), st.integers(-(10**6), 10**9)), max_size=6))
def test_purses_in_turn_lose_nothing(amount, given_purses):
    given_minor, rest = in_turn(amount, given_purses)
    assert sum(given_minor) + rest == amount
    assert len(given_minor) == len(given_purses)
    if None in given_purses:
        assert rest == 0


def test_parts_of_one_payer_are_added_up():
    assert together([(GOODS, 5), (FUND, 1), (GOODS, 2), (EXPERIENCE, 0)]) == ((GOODS, 7), (FUND, 1))
