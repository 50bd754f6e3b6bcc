"""Handles and levels: pure rules."""

import re
from datetime import date

import pytest

from anxin.market.creators.domain.levels import RULES_FOLDER, level_rules, read_rules
from anxin.market.creators.domain.profiles import read_handle

TEXT = (RULES_FOLDER / "levels-current-2026.toml").read_text()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("@Xiao.Lu", "xiao.lu"),
        (" ＬＵ_01 ", "lu_01"),
        ("ab", None),
        ("a" * 31, None),
        ("-lu", None),
        ("lu-", None),
        ("小鹿", None),
        ("l u", None),
        ("admin", None),
    ],
)
def test_a_handle_is_kept_in_one_form_or_not_at_all(written, kept):
    assert read_handle(written) == kept


@pytest.mark.parametrize(
    ("settled_minor", "level"), [(-1, 0), (0, 0), (1, 1), (2_999_999, 1), (3_000_000, 2), (10**12, 6)]
)
def test_a_months_settled_amount_reaches_the_level_whose_band_it_lies_in(settled_minor, level):
    assert level_rules(date(2026, 3, 2)).reached(settled_minor).level == level


def test_before_the_first_rules_the_oldest_hold():
    assert level_rules(date(2020, 1, 1)).effective == date(2026, 1, 1)


@pytest.mark.parametrize(("was", "becomes"), [("level = 3", "level = 4"), ("= 30_000_000", "= 100_000_000")])
def test_levels_that_do_not_rise_are_refused(was, becomes):
    with pytest.raises(ValueError):
        read_rules(re.sub(was, becomes, TEXT, count=1))
