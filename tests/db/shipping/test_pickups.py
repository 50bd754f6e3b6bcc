"""Couriers' visits: booked once whatever the carrier answers, collected once whatever it repeats, never lost."""

from datetime import timedelta

import pytest
from tests.builders.catalog import a_shop
from tests.builders.shops import NOW
from tests.support.work import work

from anxin.infra.models import OutboxEvent
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.shipping import carriers, queries
from anxin.market.shipping.commands import NewPickUp, PickUpPlace, Slot, ask_pickup, cancel_pickup, plan_pickup_mishaps
from anxin.market.shipping.commands.pickups import book_pickup, call_off, poll_pickup
from anxin.market.shipping.domain import PickUpState
from anxin.market.shipping.errors import SlotGone, UnknownCarrier, UnknownPickUp
from anxin.market.shipping.models import PickUp
from anxin.market.shipping.sandbox.pickups import PickUpMishap

pytestmark = pytest.mark.django_db
SLOT = Slot(NOW + timedelta(hours=2), NOW + timedelta(hours=4))
RUNG = SLOT.starts_at + timedelta(minutes=40)


def a_wish(**changes):
    facts = {
        "pickup_id": new_id(),
        "order_id": new_id(),
        "carrier": "sf",
        "slot": SLOT,
        "from_place": PickUpPlace("李雷", "13800138000", "110105", "建国路 88 号"),
        "to_place": PickUpPlace("青禾", "13900139000", "310101", "南京路 1 号"),
        "weight_grams": 900,
        **changes,
    }
    return NewPickUp(shop_id=changes.get("shop_id") or a_shop(now=NOW), **facts)


def asked(*mishaps, **changes):
    wish = a_wish(**changes)
    plan_pickup_mishaps(wish.pickup_id, mishaps, now=NOW)
    ask_pickup(wish, now=NOW)
    return wish.pickup_id


def state(pickup_id):
    return queries.pickup(pickup_id).state


def told(kind):
    return list(OutboxEvent.objects.filter(kind=f"shipping.pickup_{kind}").values_list("payload", flat=True))


def test_a_visit_is_booked_and_collected_by_itself():
    pickup_id = asked()
    work(NOW)
    found = queries.pickup(pickup_id)
    assert found.state is PickUpState.BOOKED
    assert found.tracking_no.startswith("SF")
    work(RUNG)
    found = queries.pickup(pickup_id)
    assert found.state is PickUpState.COLLECTED
    assert found.freight_minor > 0
    assert [fact["tracking_no"] for fact in told("collected")] == [found.tracking_no]


def test_asking_twice_is_one_visit():
    wish = a_wish()
    ask_pickup(wish, now=NOW)
    ask_pickup(wish, now=NOW)
    work(NOW)
    assert PickUp.objects.count() == 1
    assert len(told("booked")) == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"slot": Slot(NOW, NOW + timedelta(hours=2))}, SlotGone), ({"carrier": "pigeon"}, UnknownCarrier)],
)
def test_a_wish_that_cannot_be_is_refused_and_nothing_is_kept(changes, refusal):
    with pytest.raises(refusal):
        ask_pickup(a_wish(**changes), now=NOW)
    assert not PickUp.objects.exists()


@pytest.mark.parametrize("mishap", [PickUpMishap.OUTAGE, PickUpMishap.SILENT_BOOKING])
def test_a_carrier_that_did_not_answer_is_asked_again(mishap):
    pickup_id = asked(mishap)
    work(NOW)
    assert state(pickup_id) is PickUpState.ASKED
    work(NOW + timedelta(minutes=10))
    assert state(pickup_id) is PickUpState.BOOKED
    assert len(told("booked")) == 1


def test_a_carrier_that_refuses_ends_the_visit_with_its_reason():
    pickup_id = asked(PickUpMishap.REFUSE)
    work(NOW)
    found = queries.pickup(pickup_id)
    assert found.state is PickUpState.REFUSED
    assert found.refusal
    assert [fact["reason"] for fact in told("failed")] == ["refused"]
    assert PickUp.objects.get().places is None


def test_without_any_answer_until_the_slot_the_visit_is_given_up_and_called_off():
    pickup_id = asked()
    book_pickup(pickup_id, now=SLOT.starts_at)
    assert state(pickup_id) is PickUpState.REFUSED
    work(SLOT.starts_at)
    assert carriers.sandbox().pickup_status(pickup_id, now=SLOT.starts_at) is None


def test_a_courier_who_comes_although_the_booking_got_no_answer_has_the_parcel():
    pickup_id = asked(PickUpMishap.SILENT_BOOKING)
    book_pickup(pickup_id, now=NOW)  # the carrier wrote it down, its answer was lost
    book_pickup(pickup_id, now=SLOT.starts_at)
    work(RUNG)
    assert state(pickup_id) is PickUpState.COLLECTED


def test_a_late_word_of_a_booking_does_not_book_what_was_called_off():
    pickup_id = asked()
    cancel_pickup(pickup_id, now=NOW)
    work(NOW)
    assert state(pickup_id) is PickUpState.CANCELLED
    work(RUNG)
    assert state(pickup_id) is PickUpState.CANCELLED
    assert told("collected") == []


def test_calling_off_twice_changes_nothing_more():
    pickup_id = asked()
    work(NOW)
    cancel_pickup(pickup_id, now=NOW)
    cancel_pickup(pickup_id, now=NOW)
    work(NOW)
    call_off(pickup_id, now=NOW)
    assert [fact["reason"] for fact in told("failed")] == ["cancelled"]


def test_a_courier_who_was_faster_than_the_cancellation_has_the_parcel():
    pickup_id = asked()
    work(NOW)
    cancel_pickup(pickup_id, now=RUNG)
    work(RUNG)
    assert state(pickup_id) is PickUpState.COLLECTED
    assert len(told("collected")) == 1


def test_a_collected_parcel_cannot_be_called_off():
    pickup_id = asked()
    work(NOW)
    work(RUNG)
    with pytest.raises(IllegalStep):
        cancel_pickup(pickup_id, now=RUNG)


def test_a_carrier_that_names_another_freight_each_time_is_held_to_its_first_word():
    pickup_id = asked(PickUpMishap.LIE)
    work(NOW)
    poll_pickup(pickup_id, now=RUNG)
    first = queries.pickup(pickup_id).freight_minor
    poll_pickup(pickup_id, now=RUNG + timedelta(minutes=7))
    assert queries.pickup(pickup_id).freight_minor == first
    assert len(told("collected")) == 1


def test_a_courier_who_did_not_come_is_reported_once():
    pickup_id = asked(PickUpMishap.MISS)
    work(NOW)
    work(SLOT.ends_at + timedelta(minutes=31))
    assert state(pickup_id) is PickUpState.MISSED
    poll_pickup(pickup_id, now=SLOT.ends_at + timedelta(hours=1))
    assert [fact["reason"] for fact in told("failed")] == ["missed"]


def test_an_outage_while_asking_only_delays_the_news():
    pickup_id = asked()
    work(NOW)
    plan_pickup_mishaps(pickup_id, [PickUpMishap.OUTAGE], now=NOW)
    work(RUNG)
    assert state(pickup_id) is PickUpState.BOOKED
    work(RUNG + timedelta(minutes=30))
    assert state(pickup_id) is PickUpState.COLLECTED


def test_nobody_knows_a_visit_that_is_none():
    with pytest.raises(UnknownPickUp):
        queries.pickup(new_id())
    with pytest.raises(UnknownPickUp):
        cancel_pickup(new_id(), now=NOW)
