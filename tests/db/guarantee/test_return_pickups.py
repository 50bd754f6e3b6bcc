"""Insured returns through real claims: a courier or the buyer, both sides at fault, and everything that goes wrong."""

from datetime import timedelta

import pytest
from tests.builders.claims import BROKEN, DAY, HOUR, REGRET, SIGNED_AT, bought, claim, received, signed
from tests.builders.money import broken, give, held
from tests.builders.people import a_person
from tests.support.work import work

from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee import insurers
from anxin.market.guarantee.commands import claim_answers, claims, return_pickups
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.return_pickups import (
    book_return_pickup,
    cancel_return_pickup,
    return_slots,
    settle_pickup,
)
from anxin.market.guarantee.commands.unshipped import close_unshipped
from anxin.market.guarantee.domain.claim_life import ClaimState
from anxin.market.guarantee.domain.facts import ClaimType, Evidence
from anxin.market.guarantee.errors.claims import UnknownClaim
from anxin.market.guarantee.errors.insurance import NoPickUp, PickUpBooked, UnknownReturnPickUp
from anxin.market.guarantee.models import FreightClaim, FreightPolicy, ReturnPickUp
from anxin.market.guarantee.queries import insurance as queries
from anxin.market.guarantee.sandbox.insurer import EVERYTHING, InsurerFault
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import INSURER_POOL, RETURN_FREIGHT
from anxin.market.orders import queries as orders
from anxin.market.orders.queries import OrderState
from anxin.market.shipping import commands as shipping
from anxin.market.shipping.commands import Slot
from anxin.market.shipping.events import PickUpCollected
from anxin.market.shipping.sandbox.pickups import PickUpMishap

pytestmark = pytest.mark.django_db
LATER = SIGNED_AT + DAY
FREIGHT = 1_620  # the sandbox carrier's price from Beijing to Zhejiang by SF


def agreed(wish=REGRET, *, show=(), **facts):
    """An insured order (the platform's gift to a new buyer) whose return is agreed; and the claim."""
    made = signed(**facts)
    work(LATER)
    asked = made.ask(wish, now=LATER, show=show)
    claim_answers.agree(asked, made.answer(), now=LATER)
    work(LATER)
    return made, asked


def booked(made, asked, *mishaps, at=LATER):
    """A courier booked for the first slot; and when he will have rung."""
    slot = return_slots(asked, person_id=made.buyer.id, now=at)[0]
    pickup_id = book_return_pickup(asked, slot, person_id=made.buyer.id, now=at)
    shipping.plan_pickup_mishaps(pickup_id, mishaps, now=at)
    work(at)
    return pickup_id, slot.starts_at + timedelta(minutes=40)


def visit(pickup_id):
    return ReturnPickUp.objects.get(pk=pickup_id)


def test_an_insured_return_with_a_courier_costs_nobody_anything_and_fills_in_its_number():
    made, asked = agreed()
    pool = ledger.balance(INSURER_POOL)
    pickup_id, rung = booked(made, asked)
    assert queries.visit_of_claim(asked).visit.tracking_no.startswith("SF")
    work(rung)
    row = claim(asked)
    assert row.state == ClaimState.RETURN_SENT
    assert row.return_tracking_no == queries.visit_of_claim(asked).visit.tracking_no
    assert (visit(pickup_id).insured_minor, visit(pickup_id).buyer_minor, visit(pickup_id).merchant_minor) == (
        FREIGHT,
        0,
        0,
    )
    assert ledger.balance(INSURER_POOL) == pool - FREIGHT
    assert ledger.balance(RETURN_FREIGHT) == FREIGHT
    assert FreightPolicy.objects.get(order_id=made.order).state == "paid"
    assert FreightClaim.objects.get().insurer_ref  # told afterwards
    assert broken() == []


def test_the_way_ends_with_the_refund_and_no_second_freight():
    made, asked = agreed()
    _, rung = booked(made, asked)
    work(rung)
    claim_answers.inspect(asked, 1, made.answer(), now=rung + DAY)
    work(rung + DAY)
    work(rung + 5 * DAY)
    assert claim(asked).state == ClaimState.DONE
    assert FreightClaim.objects.count() == 1
    assert ledger.balance(RETURN_FREIGHT) == FREIGHT
    assert broken() == []


def test_told_twice_a_courier_s_parcel_counts_once():
    made, asked = agreed()
    pickup_id, rung = booked(made, asked)
    work(rung)
    number = claim(asked).return_tracking_no
    event = PickUpCollected(pickup_id, made.order, made.shop, "sf", number, 900, 9_999, rung)
    settle_pickup(event, now=rung + HOUR)
    assert ledger.balance(RETURN_FREIGHT) == FREIGHT


def test_what_exceeds_the_cover_is_the_buyer_s_where_nobody_is_at_fault():
    made, asked = agreed()
    pickup_id, rung = booked(made, asked, PickUpMishap.HEAVY)  # 3 kg instead of one: 1 620 + 2 × 720
    work(rung)
    found = visit(pickup_id)
    assert (found.insured_minor, found.buyer_minor, found.merchant_minor) == (2_400, 660, 0)
    assert broken() == []


def test_what_exceeds_the_cover_is_the_shop_s_where_it_is_at_fault():
    made, asked = agreed(BROKEN, show=(Evidence.PHOTO_DEFECT,))
    give(made.shop, "available", 10_000, now=LATER)
    pickup_id, rung = booked(made, asked, PickUpMishap.HEAVY)
    work(rung)
    found = visit(pickup_id)
    assert (found.insured_minor, found.buyer_minor, found.merchant_minor) == (2_400, 0, 660)
    assert held(made.shop, "available") == (10_000 - 660 - 300,)  # 300 for the parcel no courier had on the first day
    return_pickups.take_freight(pickup_id, now=rung + DAY)
    assert ledger.balance(RETURN_FREIGHT) == 2_400 + 660
    assert broken() == []


def test_without_insurance_the_side_at_fault_pays_all():
    made, asked = agreed(price_minor=2_000)
    assert not FreightPolicy.objects.exists()
    pickup_id, rung = booked(made, asked)
    work(rung)
    assert (visit(pickup_id).insured_minor, visit(pickup_id).buyer_minor) == (0, FREIGHT)
    assert claim(asked).state == ClaimState.RETURN_SENT


def test_an_insurer_that_is_down_does_not_stop_a_courier():
    made, asked = agreed()
    insurers.sandbox().plan(EVERYTHING, InsurerFault.DOWN)
    _, rung = booked(made, asked)
    work(rung)
    assert claim(asked).state == ClaimState.RETURN_SENT
    assert FreightClaim.objects.get().state == "success"
    insurers.sandbox().plan(EVERYTHING)
    work(rung + 2 * HOUR)
    assert FreightClaim.objects.get().insurer_ref


def test_a_courier_who_does_not_come_can_be_booked_again():
    made, asked = agreed()
    _, rung = booked(made, asked, PickUpMishap.MISS)
    work(rung)
    work(rung + 2 * HOUR)
    assert not queries.visit_of_claim(asked).is_open
    _, again = booked(made, asked, at=rung + 3 * HOUR)
    work(again)
    assert claim(asked).state == ClaimState.RETURN_SENT


def test_one_courier_at_a_time_and_he_can_be_called_off():
    made, asked = agreed()
    booked(made, asked)
    with pytest.raises(PickUpBooked):
        booked(made, asked)
    cancel_return_pickup(asked, person_id=made.buyer.id, now=LATER)
    with pytest.raises(UnknownReturnPickUp):
        cancel_return_pickup(asked, person_id=made.buyer.id, now=LATER)
    work(LATER)
    _, rung = booked(made, asked)
    work(rung)
    assert claim(asked).state == ClaimState.RETURN_SENT


def test_a_courier_who_was_faster_than_the_cancellation_counts():
    made, asked = agreed()
    pickup_id, rung = booked(made, asked)
    cancel_return_pickup(asked, person_id=made.buyer.id, now=rung)
    work(rung)
    assert visit(pickup_id).collected
    assert claim(asked).state == ClaimState.RETURN_SENT


def test_a_buyer_who_sent_the_goods_himself_meanwhile_is_not_undone():
    made, asked = agreed()
    pickup_id, rung = booked(made, asked)
    claims.send_back(asked, carrier="sf", tracking_no="SF9990000000007", person_id=made.buyer.id, now=LATER)
    work(rung)
    assert claim(asked).return_tracking_no == "SF9990000000007"
    assert visit(pickup_id).collected
    assert not visit(pickup_id).handed_over


def test_a_claim_that_came_to_nothing_calls_its_courier_off():
    made, asked = agreed()
    pickup_id, rung = booked(made, asked)
    claims.withdraw(asked, person_id=made.buyer.id, now=LATER)
    work(LATER)
    work(rung)
    assert not visit(pickup_id).collected
    assert queries.visit_of_claim(asked).visit.state == "cancelled"


def test_only_the_buyer_of_an_agreed_return_books_and_only_real_times():
    made, asked = agreed()
    slot = return_slots(asked, person_id=made.buyer.id, now=LATER)[0]
    with pytest.raises(UnknownClaim):
        book_return_pickup(asked, slot, person_id=a_person(), now=LATER)
    long = Slot(slot.starts_at, slot.starts_at + timedelta(hours=9))
    with pytest.raises(NoPickUp):
        book_return_pickup(asked, long, person_id=made.buyer.id, now=LATER)
    with pytest.raises(NoPickUp):
        book_return_pickup(asked, slot, person_id=made.buyer.id, now=LATER + 8 * DAY)
    with pytest.raises(UnknownClaim):
        return_slots(new_id(), person_id=made.buyer.id, now=LATER)
    unanswered = received(price_minor=5_000)
    waiting = unanswered.ask(REGRET, now=LATER)
    with pytest.raises(NoPickUp):
        return_slots(waiting, person_id=unanswered.buyer.id, now=LATER)


def test_slots_end_where_the_time_to_send_back_ends():
    made, asked = agreed()
    slots = return_slots(asked, person_id=made.buyer.id, now=LATER + 6 * DAY)
    assert slots
    assert all(slot.starts_at <= claim(asked).due_at for slot in slots)


def test_a_self_shipped_return_is_paid_after_its_refund():
    made, asked = agreed()
    claims.send_back(asked, carrier="sf", tracking_no="SF9990000000008", person_id=made.buyer.id, now=LATER)
    work(LATER)
    assert FreightClaim.objects.get().state == "open"
    claim_answers.inspect(asked, 1, made.answer(), now=LATER + DAY)
    work(LATER + DAY)
    found = FreightClaim.objects.get()
    assert (found.state, found.paid_minor) == ("success", 1_200)  # by the tariff from Beijing to Zhejiang
    assert broken() == []


def test_a_year_unshipped_the_order_is_closed_and_the_money_is_back():
    made = bought(price_minor=10_000)
    year = orders.order(made.order).paid_at + timedelta(days=365)
    work(year - HOUR)
    assert orders.order(made.order).state is OrderState.PAID
    work(year)
    work(year + HOUR)
    found = orders.order(made.order)
    assert found.state is OrderState.CANCELLED
    assert found.refunded_minor == found.total_minor
    close_unshipped(made.order, now=year + DAY)


def test_an_open_claim_goes_its_own_way_when_the_year_is_over():
    made = bought(price_minor=10_000)
    year = orders.order(made.order).paid_at + timedelta(days=365)
    made.ask(Wish(ClaimType.REFUND_UNSHIPPED, "slow_shipping"), now=year - HOUR)
    close_unshipped(made.order, now=year)
    work(year + 3 * DAY)
    assert orders.order(made.order).state is OrderState.CANCELLED


def test_a_courier_with_the_parcel_cannot_be_called_off():
    made, asked = agreed()
    _, rung = booked(made, asked)
    work(rung)
    with pytest.raises((IllegalStep, UnknownReturnPickUp)):
        cancel_return_pickup(asked, person_id=made.buyer.id, now=rung)
