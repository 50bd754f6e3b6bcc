"""Forms of tracking numbers by carrier."""

import pytest

from anxin.market.shipping.commands import check_tracking_number
from anxin.market.shipping.domain import CARRIERS, guess_carriers, is_tracking_number, s10_check
from anxin.market.shipping.errors import BadTrackingNumber, UnknownCarrier


@pytest.mark.parametrize("carrier", list(CARRIERS.values()), ids=lambda carrier: carrier.code)
def test_the_example_of_every_carrier_is_one_of_its_numbers(carrier):
    assert is_tracking_number(carrier, carrier.example)
    assert carrier.code in guess_carriers(carrier.example)


@pytest.mark.parametrize("carrier", list(CARRIERS), ids=str)
@pytest.mark.parametrize(
    "number", ["", "1", "SF12345", "ABC", "SF1234567890123X", "' OR 1=1", "１２３４５６７８９０１２"]
)
def test_what_is_no_number_of_any_carrier(carrier, number):
    with pytest.raises(BadTrackingNumber) as refused:
        check_tracking_number(carrier, number)
    assert refused.value.example == CARRIERS[carrier].example


def test_numbers_are_kept_as_carriers_print_them():
    assert check_tracking_number("sf", " sf 1234 5678 90123 ") == "SF1234567890123"


def test_an_unknown_carrier_is_refused():
    with pytest.raises(UnknownCarrier):
        check_tracking_number("pigeon", "SF1234567890123")


def test_s10_numbers_are_checked_to_the_digit():
    # UPU S10 annex: RB123456785GB has the check digit 5 for the serial 12345678.
    assert s10_check("12345678") == 5
    assert check_tracking_number("ems", "EE123456785CN") == "EE123456785CN"
    for wrong in "012346789":
        with pytest.raises(BadTrackingNumber):
            check_tracking_number("ems", f"EE12345678{wrong}CN")


def test_a_number_with_a_prefix_names_its_carrier():
    assert guess_carriers("SF1234567890123") == ("sf",)
    assert guess_carriers("YT1234567890123") == ("yto",)
