"""Check digits of companies and persons."""

from datetime import date

import pytest

from anxin.market.shops.domain.identity import age_years, citizen_birth_date, is_credit_code, masked


@pytest.mark.parametrize(
    "code",
    ["91350100M000100Y43", "92371000MA3MXH0E3W"],  # worked examples published with GB 32100-2015 and registries
)
def test_right_credit_codes(code):
    assert is_credit_code(code)


@pytest.mark.parametrize("place", range(18))
def test_one_wrong_character_is_seen(place):
    code = "91350100M000100Y43"
    other = "7" if code[place] != "7" else "8"
    assert not is_credit_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("text", ["", "9135", "91350100M000100Y4I", "９１350100M000100Y43"])
def test_what_is_no_credit_code(text):
    assert not is_credit_code(text)


def test_birth_date_of_the_example_in_the_standard():
    # GB 11643-1999, annex: 11010519491231002X and 440524188001010014
    assert citizen_birth_date("11010519491231002X") == date(1949, 12, 31)
    assert citizen_birth_date("440524188001010014") == date(1880, 1, 1)


@pytest.mark.parametrize("number", ["110105194912310021", "11010519491331002X", "", "1101051949123100XX", "一" * 18])
def test_wrong_citizen_numbers(number):
    assert citizen_birth_date(number) is None


def test_age_turns_on_the_birthday():
    assert age_years(date(2010, 6, 15), date(2026, 6, 14)) == 15
    assert age_years(date(2010, 6, 15), date(2026, 6, 15)) == 16


def test_a_masked_number_shows_its_ends_only():
    assert masked("11010519491231002X") == "1101**********002X"
    assert masked("1234") == "****"
