"""What must hold of freight for every template and every parcel."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from anxin.market.shops.domain.freight import (
    FREE_SHIPPING,
    OVERSEAS_PREFIXES,
    REMOTE_PREFIXES,
    Area,
    FreightLine,
    Tariff,
    Template,
    Unit,
    freight,
    freight_by_template,
    template_faults,
    template_from_json,
    template_to_json,
)

HOME, REMOTE, OVERSEAS = "310101", "650102", "710000"
minor = st.integers(0, 100_000)
steps = st.integers(1, 5_000)
tariffs = st.builds(
    Tariff,
    first_step=steps,
    first_minor=minor,
    next_step=steps,
    next_minor=minor,
    free_over_minor=st.none() | st.integers(1, 1_000_000),
)
areas = st.builds(
    Area,
    prefixes=st.lists(st.from_regex(r"\A[1-6][0-9]{1,5}\Z"), min_size=1, max_size=3).map(tuple),
    tariff=tariffs,
)
templates = st.builds(
    Template,
    unit=st.sampled_from(Unit),
    base=tariffs,
    areas=st.lists(areas, max_size=3).map(tuple),
    remote_surcharge_minor=minor,
)
lines = st.lists(
    st.builds(
        FreightLine,
        quantity=st.integers(1, 50),
        unit_price_minor=st.integers(1, 100_000),
        weight_grams=st.integers(0, 20_000),
    ),
    min_size=1,
    max_size=5,
)
regions = st.from_regex(r"\A[1-6][0-9]{5}\Z")


@given(templates)
def test_generated_templates_are_usable(template):
    assert template_faults(template) == ()


@given(templates, lines, regions)
def test_freight_is_a_whole_number_not_below_zero(template, parcel, region):
    cost = freight(template, parcel, region)
    assert isinstance(cost, int)
    assert cost >= 0


@given(templates, lines, regions)
def test_the_order_of_lines_does_not_matter(template, parcel, region):
    assert freight(template, parcel, region) == freight(template, parcel[::-1], region)


@given(templates, lines, regions)
def test_splitting_a_line_changes_nothing(template, parcel, region):
    head = parcel[0]
    split = [replace(head, quantity=1)] * head.quantity + parcel[1:]
    assert freight(template, split, region) == freight(template, parcel, region)


@given(templates, lines, regions)
def test_one_more_piece_is_never_cheaper_unless_it_reaches_free_shipping(template, parcel, region):
    more = [replace(parcel[0], quantity=parcel[0].quantity + 1), *parcel[1:]]
    before, after = freight(template, parcel, region), freight(template, more, region)
    surcharge = template.remote_surcharge_minor if region.startswith(REMOTE_PREFIXES) else 0
    assert after >= before or after == surcharge


@given(templates, lines)
def test_the_remote_surcharge_is_added_once(template, parcel):
    everywhere = replace(template, areas=())
    difference = freight(everywhere, parcel, REMOTE) - freight(everywhere, parcel, HOME)
    assert difference == template.remote_surcharge_minor


@given(templates, lines)
def test_goods_at_the_threshold_travel_free_at_home(template, parcel):
    goods = sum(line.quantity * line.unit_price_minor for line in parcel)
    free = replace(template, areas=(), base=replace(template.base, free_over_minor=goods))
    assert freight(free, parcel, HOME) == 0


@given(templates, lines)
def test_nothing_is_sent_overseas(template, parcel):
    assert OVERSEAS_PREFIXES[0] + "0000" == OVERSEAS
    assert freight(template, parcel, OVERSEAS) is None
    assert freight_by_template({"a": template}, [("a", line) for line in parcel], OVERSEAS) is None


@given(templates, lines, regions)
def test_one_template_for_all_lines_is_the_plain_sum(template, parcel, region):
    together = freight_by_template({"a": template}, [("a", line) for line in parcel], region)
    assert together == freight(template, parcel, region)


@given(templates, templates, lines, regions)
def test_two_templates_cost_no_more_than_two_parcels(one, other, parcel, region):
    mixed = [("a" if index % 2 else "b", line) for index, line in enumerate(parcel)]
    parts = [[line for key, line in mixed if key == wanted] for wanted in ("a", "b")]
    apart = sum(freight(template, part, region) for template, part in zip((one, other), parts, strict=True) if part)
    assert freight_by_template({"a": one, "b": other}, mixed, region) <= apart


@given(lines, regions)
def test_a_withdrawn_template_costs_nothing(parcel, region):
    assert freight_by_template({}, [("gone", line) for line in parcel], region) == 0
    assert freight(FREE_SHIPPING, parcel, region) == 0


@given(templates)
def test_a_template_survives_json(template):
    assert template_from_json(template_to_json(template)) == template
