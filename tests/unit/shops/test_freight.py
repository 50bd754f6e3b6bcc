"""Worked examples of freight."""

import pytest

from anxin.market.shops.domain.freight import Area, FreightLine, Tariff, Template, Unit, freight, template_faults

BY_PIECE = Template(
    unit=Unit.PIECE,
    base=Tariff(first_step=1, first_minor=800, next_step=2, next_minor=300, free_over_minor=9_900),
    areas=(Area(("44", "4403"), Tariff(1, 500, 1, 100)), Area(("440304",), Tariff(1, 0, 1, 0))),
    remote_surcharge_minor=1_500,
)
BY_WEIGHT = Template(unit=Unit.WEIGHT, base=Tariff(1_000, 1_000, 500, 400))


@pytest.mark.parametrize(
    ("pieces", "region", "expected"),
    [
        (1, "310101", 800),
        (2, "310101", 1_100),
        (3, "310101", 1_100),
        (4, "310101", 1_400),
        (9, "310101", 2_000),
        (10, "310101", 0),
        (1, "650102", 2_300),
        (10, "650102", 1_500),
        (3, "440106", 700),
        (3, "440304", 0),
        (1, "810000", None),
    ],
)
def test_freight_by_piece(pieces, region, expected):
    assert freight(BY_PIECE, [FreightLine(pieces, 1_000)], region) == expected


@pytest.mark.parametrize(("grams", "expected"), [(1, 1_000), (1_000, 1_000), (1_001, 1_400), (1_501, 1_800)])
def test_freight_by_weight(grams, expected):
    assert freight(BY_WEIGHT, [FreightLine(1, 1_000, grams)], "310101") == expected


def test_weights_of_lines_are_added_before_rounding_up():
    parcel = [FreightLine(1, 1_000, 600), FreightLine(1, 1_000, 600)]
    assert freight(BY_WEIGHT, parcel, "310101") == 1_400


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        (Template(Unit.PIECE, Tariff(first_step=0)), "step_out_of_range"),
        (Template(Unit.PIECE, Tariff(next_step=0)), "step_out_of_range"),
        (Template(Unit.PIECE, Tariff(first_minor=-1)), "amount_out_of_range"),
        (Template(Unit.PIECE, Tariff(), remote_surcharge_minor=10_000_001), "amount_out_of_range"),
        (Template(Unit.PIECE, Tariff(), areas=(Area((), Tariff()),)), "area_without_region"),
        (Template(Unit.PIECE, Tariff(), areas=(Area(("x",), Tariff()),)), "unknown_region"),
        (Template(Unit.PIECE, Tariff(), areas=(Area(("31",), Tariff()),) * 41), "too_many_areas"),
    ],
)
def test_faults_of_templates(template, fault):
    assert template_faults(template) == (fault,)
