"""The number that buyers see of an experience score (DOMAIN 2.3)."""

import pytest

from anxin.market.shops.domain.score import display_tenths


@pytest.mark.parametrize(
    ("points", "shown"),
    [
        ("100", 50), ("97", 50), ("96", 49), ("93", 49), ("92", 48), ("89", 48), ("88", 47), ("84", 46), ("80", 45),
        ("76", 44), ("72", 43), ("70", 43), ("68", 42), ("65", 42), ("64", 41), ("61", 41), ("60", 40), ("59", 39),
        ("55", 35), ("50", 30), ("49", 29), ("40", 20), ("30", 10), ("12", 10), ("0", 10),
    ],
)  # fmt: skip
def test_points_are_shown_on_a_scale_of_five(points, shown):
    assert display_tenths(int(points) * 100) == shown


@pytest.mark.parametrize(("hundredths", "shown"), [(9_699, 49), (9_700, 50), (6_099, 40), (6_100, 41), (5_999, 39)])
def test_only_whole_points_count(hundredths, shown):
    assert display_tenths(hundredths) == shown
