"""One promise list for every courier service: what any adapter must do about visits, run on each of them."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest

from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.market.shipping.carrier import PickUpPlace, PickUpRequest, Slot
from anxin.market.shipping.domain import PickUpState
from anxin.market.shipping.errors import CarrierRefused, CarrierUnavailable
from anxin.market.shipping.sandbox.carrier import SandboxCarrier
from anxin.market.shipping.sandbox.journeys import JourneysInMemory
from anxin.market.shipping.sandbox.pickups import PickUpMishap, VisitsInDatabase, VisitsInMemory

pytestmark = pytest.mark.django_db
NOW = instant(2026, 6, 1, 1)  # 9:00 in Shanghai
HERE = PickUpPlace("李雷", "13800138000", "110105", "建国路 88 号")
THERE = PickUpPlace("青禾", "13900139000", "310101", "南京路 1 号")


@pytest.fixture(params=[VisitsInMemory, VisitsInDatabase], ids=["memory", "database"])
def carrier(request):
    return SandboxCarrier(JourneysInMemory(), b"a key of the tests", request.param())


def a_request(carrier):
    slot = carrier.pickup_slots("sf", HERE.region, now=NOW)[0]
    return PickUpRequest(new_id(), "sf", slot, HERE, THERE, 900)


def after(request, minutes=15):
    return request.slot.starts_at + timedelta(minutes=minutes)


def test_slots_lie_ahead_in_order_and_do_not_overlap(carrier):
    slots = carrier.pickup_slots("sf", HERE.region, now=NOW)
    assert slots
    assert all(slot.starts_at > NOW for slot in slots)
    assert all(before.ends_at <= following.starts_at for before, following in itertools.pairwise(slots))


def test_where_no_courier_goes_there_are_no_slots_and_booking_is_refused(carrier):
    assert carrier.pickup_slots("sf", "710100", now=NOW) == ()
    far = replace(HERE, region="710100")
    request = PickUpRequest(new_id(), "sf", Slot(NOW + timedelta(hours=2), NOW + timedelta(hours=4)), far, THERE, 900)
    with pytest.raises(CarrierRefused):
        carrier.book_pickup(request, now=NOW)


def test_booking_twice_is_one_booking(carrier):
    request = a_request(carrier)
    assert carrier.book_pickup(request, now=NOW) == carrier.book_pickup(request, now=NOW)


def test_an_answer_that_was_lost_comes_when_asked_again(carrier):
    request = a_request(carrier)
    carrier.plan_pickup(request.pickup_id, PickUpMishap.SILENT_BOOKING)
    with pytest.raises(CarrierUnavailable):
        carrier.book_pickup(request, now=NOW)
    assert carrier.book_pickup(request, now=NOW).tracking_no


def test_a_visit_never_booked_is_not_known(carrier):
    assert carrier.pickup_status(new_id(), now=NOW) is None


def test_a_visit_is_booked_then_collected_under_the_booked_number(carrier):
    request = a_request(carrier)
    booking = carrier.book_pickup(request, now=NOW)
    assert carrier.pickup_status(request.pickup_id, now=NOW).state is PickUpState.BOOKED
    report = carrier.pickup_status(request.pickup_id, now=after(request))
    assert report.state is PickUpState.COLLECTED
    assert (report.tracking_no, report.weight_grams) == (booking.tracking_no, 900)
    assert report.freight_minor == booking.quote_minor
    assert NOW < report.collected_at <= after(request)


def test_a_heavier_parcel_costs_more_than_was_quoted(carrier):
    request = a_request(carrier)
    carrier.plan_pickup(request.pickup_id, PickUpMishap.HEAVY)
    booking = carrier.book_pickup(request, now=NOW)
    report = carrier.pickup_status(request.pickup_id, now=after(request))
    assert report.weight_grams > 900
    assert report.freight_minor > booking.quote_minor


def test_a_cancelled_visit_is_not_made_and_cancelling_again_is_harmless(carrier):
    request = a_request(carrier)
    carrier.book_pickup(request, now=NOW)
    carrier.cancel_pickup(request.pickup_id, now=NOW)
    carrier.cancel_pickup(request.pickup_id, now=NOW)
    assert carrier.pickup_status(request.pickup_id, now=after(request)).state is PickUpState.CANCELLED


def test_a_collected_parcel_cannot_be_called_off(carrier):
    request = a_request(carrier)
    carrier.book_pickup(request, now=NOW)
    with pytest.raises(CarrierRefused):
        carrier.cancel_pickup(request.pickup_id, now=after(request))


def test_where_nobody_came_the_visit_is_missed(carrier):
    request = a_request(carrier)
    carrier.plan_pickup(request.pickup_id, PickUpMishap.MISS)
    carrier.book_pickup(request, now=NOW)
    later = request.slot.ends_at + timedelta(minutes=1)
    assert carrier.pickup_status(request.pickup_id, now=later).state is PickUpState.MISSED


@pytest.mark.parametrize("call", ["book", "cancel", "ask"])
def test_after_an_outage_every_call_can_be_repeated(carrier, call):
    request = a_request(carrier)
    calls = {
        "book": lambda: carrier.book_pickup(request, now=NOW),
        "cancel": lambda: carrier.cancel_pickup(request.pickup_id, now=NOW),
        "ask": lambda: carrier.pickup_status(request.pickup_id, now=NOW),
    }
    carrier.plan_pickup(request.pickup_id, PickUpMishap.OUTAGE)
    with pytest.raises(CarrierUnavailable):
        calls[call]()
    calls[call]()
