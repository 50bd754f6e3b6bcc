"""Regions and phone numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anxin.market.people import regions
from anxin.market.people.errors import BadPhone
from anxin.market.people.phones import masked_phone, normal_phone, shown_phone


def test_every_district_can_be_reached_from_a_province() -> None:
    walked = {
        district.code
        for province in regions.children()
        for city in regions.children(province.code)
        for district in regions.children(city.code)
    }
    assert len(regions.children()) == 34
    assert walked == {code for code in regions.names() if not code.endswith("00")}
    assert all(regions.district(code) for code in walked)


@pytest.mark.parametrize("code", ["", "110000", "110100", "999999", "11010", "１１０１０５", "110105\n", "11%105"])
def test_what_is_no_district_has_no_district(code: str) -> None:
    assert regions.district(code) is None


def test_a_city_named_like_its_province_is_said_once() -> None:
    beijing, urumqi = regions.district("110105"), regions.district("650102")
    assert beijing
    assert beijing.text == "北京市 朝阳区"
    assert urumqi
    assert urumqi.text == "新疆维吾尔自治区 乌鲁木齐市 天山区"


@pytest.mark.parametrize(
    ("code", "is_remote"), [("650102", True), ("540102", True), ("810101", True), ("110105", False), ("440305", False)]
)
def test_remote_regions_are_known_by_code(code: str, is_remote: bool) -> None:
    place = regions.district(code)
    assert place
    assert place.is_remote is is_remote


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("0086 13800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+852 5123 4567", "+85251234567"),
        ("+1 650 253 0000", "+16502530000"),
    ],
)
def test_a_phone_has_one_form_however_it_is_typed(typed: str, kept: str) -> None:
    assert normal_phone(typed) == kept


@pytest.mark.parametrize("typed", ["", "12345", "+8612", "phone", "1380013800x", "138001380001", "+" + "9" * 40])
def test_what_cannot_ring_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        normal_phone(typed)


@given(st.text(max_size=60))
def test_any_text_is_a_phone_or_a_typed_error(typed: str) -> None:
    try:
        kept = normal_phone(typed)
    except BadPhone:
        return
    assert kept.startswith("+")
    assert normal_phone(kept) == kept


def test_a_phone_is_shown_as_its_country_writes_it_and_masked_for_others() -> None:
    assert shown_phone("+8613800138000") == "13800138000"
    assert shown_phone("+85251234567") == "+852 5123 4567"
    assert masked_phone("+8613800138000") == "138****8000"
