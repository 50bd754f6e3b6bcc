"""Scores reckoned from what really happened in the market."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders import claims
from tests.builders.conversations import a_question, an_answer
from tests.builders.disputes import an_arbitrator
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person
from tests.builders.service import LATER, a_complaint, a_received_order, a_review, stars
from tests.builders.shops import an_open_shop
from tests.support.work import work

from anxin.infra.doctor import CHECKS, Broken
from anxin.kernel.clock import SHANGHAI, shanghai_day, shanghai_midnight
from anxin.market.guarantee.commands.claim_answers import agree
from anxin.market.guarantee.commands.claim_escalation import NewCase, open_case
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.orders import commands as orders
from anxin.market.orders.commands.receive import note_parcel
from anxin.market.orders.models import Order, Parcel
from anxin.market.service.commands import complaints as complaining
from anxin.market.service.commands import scores
from anxin.market.service.commands.complaints import ComplaintKind, Decision, Outcome
from anxin.market.service.domain.night import minutes_taken
from anxin.market.service.domain.score import Measured
from anxin.market.service.domain.score_rules import rules_at
from anxin.market.service.models import ScoreSheet
from anxin.market.service.queries.scores import explanation_of
from anxin.market.service.store.scores import indicators_of
from anxin.market.shops import queries as shops
from anxin.market.shops.models import Shop, ShopScore

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TODAY = shanghai_day(LATER + DAY)


@pytest.fixture
def shop():
    return a_shop(return_address={"name": "仓库"})


def measured(shop, day=TODAY):
    return indicators_of([shops.shop(shop)], day, rules_at(day))[shop]


def test_reviews_orders_and_parcels_are_measured(shop):
    order = a_received_order(shop)
    parcel = Parcel.objects.get(order_id=order.id)
    note_parcel(parcel.id, "picked_up", happened_at=NOW + 10 * HOUR)
    note_parcel(parcel.id, "signed", happened_at=NOW + 30 * HOUR)
    a_review(order, stars=stars(4, 5, 2))
    found = measured(shop)
    values = {code: number.value for code, number in found.measured.items() if number.value}
    paid = order.paid_at
    assert found.valid_orders == 1
    assert values == {
        "rating": 400,
        "dissatisfaction": 10_000,
        "pickup": round((NOW + 10 * HOUR - paid).total_seconds() / 60),
        "on_time": 10_000,
        "next_day": 10_000,
        "freight_insurance": 10_000,
    }


def test_a_parcel_that_is_overdue_counts_as_not_in_time(shop):
    a_received_order(shop)
    assert "on_time" not in measured(shop).measured
    week_later = shanghai_day(NOW + 7 * DAY)
    assert measured(shop, week_later).measured["on_time"].value == 0


def test_instantly_refunded_cheap_and_old_orders_do_not_count(shop):
    refunded, cheap, old = (a_received_order(shop) for _ in range(3))
    Order.objects.filter(id=refunded.id).update(state="cancelled", shipped_at=None)
    Order.objects.filter(id=cheap.id).update(goods_minor=99, total_minor=99, freight_minor=0)
    Order.objects.filter(id=old.id).update(paid_at=NOW - 40 * DAY)
    assert measured(shop).valid_orders == 0


def test_the_window_is_thirty_whole_days_in_shanghai(shop):
    order = a_received_order(shop)
    begins, ends = shanghai_midnight(TODAY - 30 * DAY), shanghai_midnight(TODAY)
    for moment, counted in (
        (begins, 1),
        (begins - timedelta(seconds=1), 0),
        (ends, 0),
        (ends - timedelta(seconds=1), 1),
    ):
        Order.objects.filter(id=order.id).update(paid_at=moment)
        assert measured(shop).valid_orders == counted


def test_upheld_complaints_and_a_missing_return_address_are_violations(shop):
    upheld, dismissed = a_complaint(a_person(), shop_id=shop), a_complaint(a_person(), shop_id=shop)
    complaining.decide(upheld, Decision(Outcome.UPHELD, "属实"), by=a_person(), now=LATER)
    complaining.decide(dismissed, Decision(Outcome.DISMISSED, "不属实"), by=a_person(), now=LATER)
    other = a_complaint(a_person(), shop_id=shop, kind=ComplaintKind.BAD_ATTITUDE)
    complaining.decide(other, Decision(Outcome.UPHELD, "属实"), by=a_person(), now=LATER)
    Shop.objects.filter(pk=shop).update(return_address={})
    assert measured(shop).violations == {"false_advertising": 1, "bad_return_address": 1}


def test_an_order_that_went_wrong_twice_is_one_faulty_order(shop):
    order = a_received_order(shop)
    a_review(order, product=1)
    complaint = a_complaint(order.person_id, order_id=order.id)
    complaining.decide(complaint, Decision(Outcome.UPHELD, "属实"), by=a_person(), now=LATER)
    assert measured(shop).faulty_orders == 1


def test_the_night_reckons_every_open_shop_once(shop):
    closed = a_shop(state="closed")
    Shop.objects.filter(pk=closed).update(state="closed")
    night = shanghai_midnight(TODAY) + 3 * HOUR
    assert scores.reckon_due(now=night - timedelta(seconds=1)) == 0
    looked_at = scores.reckon_due(now=night)
    assert looked_at >= 1
    assert scores.reckon_due(now=night + HOUR) == 0
    assert shops.score_of(shop).score_hundredths == 7_000
    assert shops.score_of(closed) is None


def test_reckoning_a_day_again_tells_the_same(shop):
    a_review(a_received_order(shop), product=1)
    for _ in range(2):
        scores.reckon_shops([shop], TODAY, now=LATER + DAY)
    assert (ScoreSheet.objects.filter(shop_id=shop).count(), ShopScore.objects.filter(shop_id=shop).count()) == (1, 1)
    assert shops.score_of(shop).score_hundredths == 6_900
    CHECKS["service.scores_match_sheets"]()


def test_many_shops_take_the_same_statements():
    few, many = [a_shop() for _ in range(2)], [a_shop() for _ in range(12)]
    with CaptureQueriesContext(connection) as for_few:
        scores.reckon_shops(few, TODAY, now=LATER)
    with CaptureQueriesContext(connection) as for_many:
        scores.reckon_shops(many, TODAY, now=LATER)
    assert len(for_many) == len(for_few)


def test_the_explanation_reckons_the_sheet_again(shop):
    a_review(a_received_order(shop), product=1)
    scores.reckon_shops([shop], TODAY, now=LATER + DAY)
    found = explanation_of(shop)
    assert (found.day, found.score.total, found.kept.display) == (TODAY, 6_900, "4.3")
    assert {gate.code: gate.is_open for gate in found.gates}["mall_feed"] is True


def test_a_personal_shop_has_a_sheet_and_no_score():
    shop = a_shop(shop_type="personal")
    scores.reckon_shops([shop], TODAY, now=LATER)
    assert explanation_of(shop).score is None
    assert shops.score_of(shop) is None


def test_a_new_shop_begins_in_the_growth_stage():
    shop = an_open_shop()
    work(LATER + 200 * DAY)
    assert shops.score_of(shop).stage == "growth"


def test_the_doctor_sees_a_score_that_was_tampered_with(shop):
    scores.reckon_shops([shop], TODAY, now=LATER)
    ShopScore.objects.filter(shop_id=shop).update(score_hundredths=9_999)
    with pytest.raises(Broken):
        CHECKS["service.scores_match_sheets"]()


def test_an_order_that_is_not_received_counts_as_soon_as_it_is_paid(shop):
    buyer = Buyer()
    placed = buyer.order(a_sku(shop))
    buyer.pay(placed)
    orders.ship(a_parcel(placed.orders[0].id), shop_id=shop, now=NOW + HOUR)
    assert measured(shop).valid_orders == 1


def test_how_fast_a_shop_answers_is_measured(shop):
    morning = shanghai_midnight(TODAY - DAY) + 10 * HOUR
    asked = a_question(shop, a_person(), now=morning)
    an_answer(asked, a_person(), now=morning + timedelta(seconds=90))
    a_question(shop, a_person(), now=morning)  # nobody answers: ten minutes
    assert measured(shop).measured["reply_time"] == Measured((90 + 600) // 2, 2)


def test_after_sale_requests_count_for_quality_and_for_the_time_of_the_answer():
    made = claims.received()
    asked_at = claims.SIGNED_AT + HOUR
    claim = made.ask(claims.BROKEN, now=asked_at, show=(Evidence.PHOTO_DEFECT,))
    agree(claim, made.answer(), now=asked_at + 90 * MINUTE)
    found = measured(made.shop, shanghai_day(asked_at + 2 * DAY))
    assert found.measured["quality_return"] == Measured(10_000, 1)
    assert found.measured["damage_return"] == Measured(0, 1)
    assert found.measured["audit_time"] == Measured(90, 1)
    assert found.measured["platform_help"].value == 0
    assert found.faulty_orders == 1


@pytest.mark.parametrize("asked", ["22:59:59", "23:00:00", "03:00:00", "07:59:59", "08:00:00"])
def test_the_statement_knows_the_same_night_as_the_rule(asked):
    made = claims.received()
    day = shanghai_day(claims.SIGNED_AT) + DAY
    asked_at = datetime.combine(day, time.fromisoformat(asked), tzinfo=SHANGHAI)
    answered_at = asked_at + 11 * HOUR
    claim = made.ask(claims.BROKEN, now=asked_at, show=(Evidence.PHOTO_DEFECT,))
    agree(claim, made.answer(), now=answered_at)
    found = measured(made.shop, day + 3 * DAY).measured["audit_time"]
    assert found.value == minutes_taken(asked_at, answered_at)


def test_a_case_that_the_platform_opened_asked_the_merchant_nothing() -> None:
    made = claims.signed()
    case = NewCase(made.line, 1, "抽查")
    open_case(case, actor_id=an_arbitrator(), now=claims.SIGNED_AT + HOUR)
    found = measured(made.shop, shanghai_day(claims.SIGNED_AT) + 3 * DAY)
    assert "audit_time" not in found.measured


def test_a_request_that_nobody_answers_counts_as_48_hours():
    made = claims.received()
    made.ask(claims.BROKEN, now=claims.SIGNED_AT, show=(Evidence.PHOTO_DEFECT,))
    found = measured(made.shop, shanghai_day(claims.SIGNED_AT + 5 * DAY)).measured["audit_time"]
    assert found.value == minutes_taken(claims.SIGNED_AT, claims.SIGNED_AT + 48 * HOUR)
