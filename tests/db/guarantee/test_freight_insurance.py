"""Freight insurance from payment to payout: every step twice, the insurer failing at each, and never the buyer's loss."""

from datetime import timedelta

import pytest
from tests.builders.claims import REGRET, SIGNED_AT, claim, signed
from tests.builders.money import broken, fill_fund, give, held, owes_base
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person
from tests.support.work import work

from anxin.infra.deadlines import HANDLERS
from anxin.infra.models import OutboxEvent
from anxin.kernel.ids import new_id
from anxin.market.guarantee import insurers
from anxin.market.guarantee.commands import claim_answers, claims, freight, policies
from anxin.market.guarantee.commands.freight import SentBack
from anxin.market.guarantee.commands.insuring import insure_shop
from anxin.market.guarantee.commands.optins import Switch, set_opt_in
from anxin.market.guarantee.domain.insurance import InsuranceClaimState, PolicyState, PremiumState, Refusal, Route
from anxin.market.guarantee.errors.insurance import AppealOver, NotAdmitted, NumberCounted, UnknownFreightClaim
from anxin.market.guarantee.models import Disbursement, FreightClaim, FreightPolicy
from anxin.market.guarantee.queries import insurance as queries
from anxin.market.guarantee.sandbox.insurer import EVERYTHING, InsurerFault
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import INSURER_POOL, SUBSIDIES
from anxin.market.orders import commands as orders

pytestmark = pytest.mark.django_db
SHIPPED = NOW + timedelta(hours=1)
BACK = NOW + timedelta(days=8)
DONE = NOW + timedelta(days=10)
SHANGHAI = {"name": "青禾", "phone": "13900139000", "region": "310101", "text": "南京路 1 号"}
NUMBER = "SF9990000000001"


def a_shop_that_insures(**facts):
    shop_id = a_shop(return_address=SHANGHAI, **facts)
    owes_base(shop_id, 50_000, 50_000, now=NOW - timedelta(hours=1))
    switch = Switch(shop_id, "freight_insurance", is_on=True)
    set_opt_in(switch, by=a_person(), now=NOW - timedelta(hours=1))
    return shop_id


def a_paid(shop_id, *, buyer=None, price_minor=9_900, weight_grams=500):
    buyer = buyer or Buyer()
    sku = a_sku(shop_id, price_minor=price_minor, category="womenswear-dress", weight_grams=weight_grams)
    placed = buyer.order(sku)
    buyer.pay(placed)
    return placed.orders[0].id


def policy_of(order_id):
    return FreightPolicy.objects.filter(order_id=order_id).first()


def a_shipped(shop_id=None, *, rich=True, **facts):
    """An order on its way, insured by its shop."""
    shop_id = shop_id or a_shop_that_insures()
    order_id = a_paid(shop_id, **facts)
    if rich:
        give(shop_id, "available", 100_000, now=NOW)
    orders.ship(a_parcel(order_id), shop_id=shop_id, now=SHIPPED)
    work(SHIPPED)
    return order_id


def sent_back(order_id, *, number=NUMBER, route=Route.SELF_SHIP, claim_id=None, applied_at=None):
    return SentBack(claim_id or new_id(), order_id, route, "sf", number, applied_at or NOW + timedelta(days=6))


def returned(order_id, **facts):
    """Goods sent back and the return done; what the worker does then is left to the test."""
    sent = sent_back(order_id, **facts)
    freight.open_freight(sent, now=BACK)
    freight.submit_freight(sent.claim_id, done_at=DONE, now=DONE)
    return FreightClaim.objects.filter(claim_id=sent.claim_id).first()


def plan(subject, *faults):
    insurers.sandbox().plan(subject, *faults)


def fresh(row):
    row.refresh_from_db()
    return row


def test_a_shop_that_insures_pays_the_premium_when_it_ships():
    shop_id = a_shop_that_insures()
    order_id = a_paid(shop_id)
    policy = policy_of(order_id)
    assert (policy.state, policy.holder, policy.premium_state) == (PolicyState.ACTIVE, "merchant", "to_deduct")
    assert policy.premium_minor == 462  # womenswear, Beijing to Shanghai
    give(shop_id, "available", 1_000, now=NOW)
    orders.ship(a_parcel(order_id), shop_id=shop_id, now=SHIPPED)
    work(SHIPPED)
    assert fresh(policy).premium_state == PremiumState.DEDUCTED
    assert policy.ends_at == SHIPPED + timedelta(days=90)
    assert held(shop_id, "available") == (1_000 - 462,)
    assert ledger.balance(INSURER_POOL) == 462


def test_opening_and_shipping_twice_is_one_policy_and_one_premium():
    order_id = a_shipped()
    policies.open_policy(order_id, now=SHIPPED)
    policies.ship_policy(order_id, shipped_at=SHIPPED + timedelta(hours=3), now=SHIPPED)
    policies.take_premium(policy_of(order_id).pk, now=SHIPPED)
    work(SHIPPED)
    assert FreightPolicy.objects.count() == 1
    assert policy_of(order_id).shipped_at == SHIPPED
    assert ledger.balance(INSURER_POOL) == 462


def test_a_shop_without_insurance_has_no_policy_unless_the_platform_gives_it():
    shop_id = a_shop(return_address=SHANGHAI)
    given = policy_of(a_paid(shop_id))
    assert given.holder == "platform"
    buyer = Buyer()
    for _ in range(3):
        orders.ship(a_parcel(a_paid(shop_id, buyer=buyer)), shop_id=shop_id, now=SHIPPED)
        work(SHIPPED)
    assert policy_of(a_paid(shop_id, buyer=buyer)) is None  # a fourth order is not a new buyer's
    assert policy_of(a_paid(shop_id, price_minor=2_900)) is None


def test_a_gift_is_paid_by_the_platform():
    shop_id = a_shop(return_address=SHANGHAI)
    order_id = a_paid(shop_id)
    orders.ship(a_parcel(order_id), shop_id=shop_id, now=SHIPPED)
    work(SHIPPED)
    assert policy_of(order_id).premium_state == PremiumState.DEDUCTED
    assert ledger.balance(SUBSIDIES) == -462


def test_a_shop_that_cannot_pay_is_advanced_by_the_fund_and_else_asked_again():
    order_id = a_shipped(rich=False)
    policy = policy_of(order_id)
    assert policy.premium_state == PremiumState.TO_DEDUCT
    fill_fund(now=SHIPPED)
    work(SHIPPED + timedelta(days=1))
    assert fresh(policy).premium_state == PremiumState.ADVANCED
    assert broken() == []
    assert held(policy.shop_id, "recourse") == (-462,)


def test_the_word_of_the_day_of_purchase_counts():
    shop_id = a_shop_that_insures()
    order_id = a_paid(shop_id)
    set_opt_in(Switch(shop_id, "freight_insurance", is_on=False), by=a_person(), now=NOW + timedelta(minutes=1))
    assert policy_of(order_id).holder == "merchant"


@pytest.mark.parametrize("fault", [InsurerFault.OUTAGE, InsurerFault.LOST_ANSWER])
def test_an_insurer_without_answer_is_asked_again_and_writes_one_policy(fault):
    plan(EVERYTHING, fault)
    order_id = a_paid(a_shop_that_insures())
    assert policy_of(order_id).state == PolicyState.PENDING
    work(NOW + timedelta(minutes=16))
    assert policy_of(order_id).state == PolicyState.ACTIVE


def test_a_risk_that_the_insurer_does_not_take_costs_no_premium():
    plan(EVERYTHING, InsurerFault.REFUSE)
    order_id = a_shipped()
    policy = policy_of(order_id)
    assert (policy.state, policy.premium_state) == (PolicyState.CANCELLED, PremiumState.CLOSED)
    assert policy.refusal
    assert ledger.balance(INSURER_POOL) == 0


def test_an_order_that_never_left_ends_its_policy_without_a_premium():
    order_id = a_paid(a_shop_that_insures())
    policies.cancel_policy(order_id, now=SHIPPED)
    policies.cancel_policy(order_id, now=SHIPPED)
    work(SHIPPED)
    policy = policy_of(order_id)
    assert (policy.state, policy.premium_state) == (PolicyState.CANCELLED, PremiumState.CLOSED)


def test_an_order_cancelled_while_the_insurer_is_asked_is_called_off_there():
    plan(EVERYTHING, InsurerFault.DOWN)
    order_id = a_paid(a_shop_that_insures())
    policies.cancel_policy(order_id, now=SHIPPED)
    plan(EVERYTHING)
    work(SHIPPED)
    assert insurers.sandbox()._book.get(policy_of(order_id).pk)["cancelled"]


def test_a_policy_lapses_after_90_days_and_not_before():
    policy = policy_of(a_shipped())
    ends_at = SHIPPED + timedelta(days=90)
    policies.lapse(policy.pk, now=ends_at)
    assert fresh(policy).state == PolicyState.ACTIVE
    work(ends_at + timedelta(seconds=1))
    assert fresh(policy).state == PolicyState.LAPSED
    policies.lapse(policy.pk, now=ends_at + timedelta(days=9))


def test_freight_of_a_return_is_paid_by_tariff_once_it_is_done():
    order_id = a_shipped()
    buyer_id = policy_of(order_id).person_id
    claim = returned(order_id)
    work(DONE)
    assert fresh(claim).state == InsuranceClaimState.SUCCESS
    assert (claim.paid_minor, claim.person_id) == (1_200, buyer_id)
    assert claim.arrived_at is not None
    assert claim.insurer_ref
    assert policy_of(order_id).state == PolicyState.PAID
    assert ledger.balance(INSURER_POOL) == 462 - 1_200
    assert broken() == []


def test_a_shop_whose_deposit_is_not_paid_insures_nothing():
    shop_id = a_shop(return_address=SHANGHAI)
    set_opt_in(Switch(shop_id, "freight_insurance", is_on=True), by=a_person(), now=NOW - timedelta(hours=1))
    assert policy_of(a_paid(shop_id)).holder == "platform"


def test_every_step_of_a_claim_for_freight_may_repeat():
    order_id = a_shipped()
    claim = returned(order_id)
    for now in (DONE, DONE, DONE + timedelta(days=4)):
        freight.submit_freight(claim.claim_id, done_at=DONE, now=now)
        freight.ask_insurer(claim.pk, now=now)
        freight.pay_overdue(claim.pk, now=now)
        HANDLERS[freight.PAY_BY](claim.pk, 0, now=now)
        work(now)
    assert Disbursement.objects.filter(ref=f"freight:{claim.pk}").count() == 1
    assert ledger.balance(INSURER_POOL) == 462 - 1_200


def test_an_insurer_that_is_down_costs_the_buyer_nothing_within_72_hours():
    claim = returned(a_shipped())
    plan(EVERYTHING, InsurerFault.DOWN)
    work(DONE + timedelta(hours=71))
    assert fresh(claim).state == InsuranceClaimState.PROCESSING
    work(DONE + timedelta(hours=72))
    assert fresh(claim).state == InsuranceClaimState.SUCCESS
    assert claim.insurer_silent
    plan(EVERYTHING)
    work(DONE + timedelta(hours=74))
    assert fresh(claim).insurer_ref  # it was told in the end
    assert Disbursement.objects.filter(ref=f"freight:{claim.pk}").count() == 1


def test_a_slow_ruling_is_waited_for():
    claim = returned(a_shipped())
    plan(claim.policy_id, InsurerFault.SLOW)
    work(DONE)
    for hour in range(1, 38):
        work(DONE + timedelta(hours=hour))
    assert fresh(claim).state == InsuranceClaimState.SUCCESS
    assert not claim.insurer_silent


def test_the_tariff_is_paid_even_if_the_insurer_says_less():
    claim = returned(a_shipped())
    plan(claim.policy_id, InsurerFault.LESS)
    work(DONE)
    assert fresh(claim).paid_minor == 1_200


def test_a_policy_that_the_insurer_never_confirmed_counts_all_the_same():
    plan(EVERYTHING, InsurerFault.DOWN)
    order_id = a_shipped()
    assert policy_of(order_id).state == PolicyState.PENDING
    claim = returned(order_id)
    work(DONE + timedelta(hours=72))
    assert fresh(claim).paid_minor == 1_200
    assert policy_of(order_id).state == PolicyState.PAID


def test_a_refusal_can_be_appealed_with_another_number_within_72_hours():
    claim = returned(a_shipped())
    plan(claim.policy_id, InsurerFault.REFUSE)
    work(DONE)
    assert (fresh(claim).state, claim.refusal) == (InsuranceClaimState.FAILED, Refusal.INSURER)
    assert claim.appeal_by == DONE + timedelta(hours=72)
    plan(claim.policy_id)
    facts = {"person_id": claim.person_id, "carrier": "sf", "tracking_no": "SF9990000000002"}
    with pytest.raises(UnknownFreightClaim):
        freight.appeal(claim.pk, **{**facts, "person_id": a_person()}, now=DONE)
    with pytest.raises(AppealOver):
        freight.appeal(claim.pk, **facts, now=claim.appeal_by + timedelta(seconds=1))
    freight.appeal(claim.pk, **facts, now=claim.appeal_by)
    work(claim.appeal_by)
    assert (fresh(claim).state, claim.tracking_no) == (InsuranceClaimState.SUCCESS, "SF9990000000002")


def test_appeals_are_counted():
    claim = returned(a_shipped())
    plan(claim.policy_id, InsurerFault.REFUSE)
    work(DONE)
    for number in range(3):
        facts = {"person_id": claim.person_id, "carrier": "sf", "tracking_no": f"SF999000000001{number}"}
        freight.appeal(claim.pk, **facts, now=DONE)
        work(DONE)
    with pytest.raises(AppealOver):
        freight.appeal(claim.pk, **facts, now=DONE)


def test_a_tracking_number_counts_once():
    first = returned(a_shipped())
    work(DONE)
    second = returned(a_shipped())
    work(DONE)
    assert fresh(first).state == InsuranceClaimState.SUCCESS
    assert fresh(second).state == InsuranceClaimState.FAILED
    facts = {"person_id": second.person_id, "carrier": "sf", "tracking_no": NUMBER}
    with pytest.raises(NumberCounted):
        freight.appeal(second.pk, **facts, now=DONE)


def test_the_number_that_brought_the_goods_does_not_take_them_back():
    order_id = a_shipped()
    claim = returned(order_id, number=a_parcel(order_id).tracking_no)
    work(DONE)
    assert fresh(claim).state == InsuranceClaimState.FAILED


def test_an_order_has_one_claim_for_freight():
    order_id = a_shipped()
    returned(order_id)
    work(DONE)
    assert returned(order_id, number="SF9990000000003") is None
    assert ledger.balance(INSURER_POOL) == 462 - 1_200


def test_a_return_that_came_to_nothing_leaves_the_insurance_to_the_next_one():
    order_id = a_shipped()
    first = sent_back(order_id)
    freight.open_freight(first, now=BACK)
    freight.drop_freight(first.claim_id, now=BACK)
    freight.drop_freight(first.claim_id, now=BACK)
    claim = returned(order_id, number="SF9990000000003")
    work(DONE)
    assert fresh(claim).state == InsuranceClaimState.SUCCESS


def test_a_return_that_had_come_to_nothing_and_is_done_after_all_is_paid():
    order_id = a_shipped()
    sent = sent_back(order_id)
    freight.open_freight(sent, now=BACK)
    freight.drop_freight(sent.claim_id, now=BACK)
    freight.submit_freight(sent.claim_id, done_at=DONE, now=DONE)
    freight.drop_freight(sent.claim_id, now=DONE)  # told late
    work(DONE + timedelta(days=3))
    found = FreightClaim.objects.get(claim_id=sent.claim_id)
    assert (found.state, found.refusal) == (InsuranceClaimState.SUCCESS, "")


def test_freight_is_paid_even_if_the_news_of_the_return_comes_after_its_end():
    made = signed(category="womenswear-dress")
    asked = made.ask(REGRET, now=SIGNED_AT)
    claim_answers.agree(asked, made.answer(), now=SIGNED_AT)
    claims.send_back(asked, carrier="sf", tracking_no=NUMBER, person_id=made.buyer.id, now=SIGNED_AT)
    returned_news = OutboxEvent.objects.filter(kind="guarantee.claim_returned")
    assert returned_news.update(next_try_at=SIGNED_AT + timedelta(hours=2)) == 1
    claim_answers.inspect(asked, 1, made.answer(), now=SIGNED_AT)
    work(SIGNED_AT + timedelta(hours=1))
    assert (claim(asked).state, FreightClaim.objects.count()) == ("done", 0)
    work(SIGNED_AT + timedelta(days=3))
    assert FreightClaim.objects.get().state == InsuranceClaimState.SUCCESS


def test_what_was_asked_for_too_late_is_refused_and_what_was_asked_for_in_time_is_paid_after_the_end():
    last = SHIPPED + timedelta(days=90)
    late = returned(a_shipped(), applied_at=last + timedelta(seconds=1))
    assert late.refusal == Refusal.TOO_LATE
    order_id = a_shipped()
    work(last + timedelta(days=1))
    assert policy_of(order_id).state == PolicyState.LAPSED
    in_time = returned(order_id, applied_at=last)
    work(last + timedelta(days=1))
    assert fresh(in_time).state == InsuranceClaimState.SUCCESS


def test_a_policy_with_something_open_does_not_lapse():
    order_id = a_shipped()
    freight.open_freight(sent_back(order_id), now=BACK)
    work(SHIPPED + timedelta(days=91))
    assert policy_of(order_id).state == PolicyState.ACTIVE


def test_a_heavy_parcel_is_insured_by_what_it_weighs():
    order_id = a_shipped(weight_grams=5_000)
    assert policy_of(order_id).product == "upgraded"
    claim = returned(order_id)
    assert claim.asked_minor == 3_200


def test_nothing_is_insured_nothing_is_opened():
    shop_id = a_shop(return_address=SHANGHAI)
    order_id = a_paid(shop_id, price_minor=1_000)
    assert freight.open_freight(sent_back(order_id), now=BACK) is None
    freight.submit_freight(new_id(), done_at=DONE, now=DONE)
    assert not FreightClaim.objects.exists()


def test_the_doctor_sees_a_premium_that_is_not_in_the_pool_and_a_payout_without_money():
    claim = returned(a_shipped())
    work(DONE)
    FreightPolicy.objects.filter(pk=claim.policy_id).update(premium_minor=463)
    FreightClaim.objects.filter(pk=claim.pk).update(paid_minor=1_199)
    assert {line.partition(":")[0] for line in broken()} == {
        "guarantee.policies_have_premiums",
        "guarantee.freight_has_money",
    }


def test_the_pool_report_counts_what_came_in_and_what_went_out():
    order_id = a_shipped()
    returned(order_id)
    work(DONE)
    report = queries.pool_report(NOW - timedelta(days=7), DONE + timedelta(days=1))
    assert (report.premiums_minor, report.payouts_minor, report.balance_minor) == (462, 1_200, 462 - 1_200)
    assert report.loss_ratio_bps == 25_974
    part = report.parts[0]
    assert (part.product, part.holder, part.policies, part.paid_claims) == ("small", "merchant", 1, 1)
    assert len(report.weeks) >= 3


def test_each_side_sees_its_own_policies():
    order_id = a_shipped()
    policy = policy_of(order_id)
    assert [one.order_id for one in queries.policies(person_id=policy.person_id, now=DONE).items] == [order_id]
    assert queries.policies(person_id=a_person(), now=DONE).items == ()
    assert queries.totals_of_shop(policy.shop_id).premiums_minor == 462
    assert queries.policies_of_orders([order_id], now=DONE)[order_id].claim is None


def test_a_shop_insures_only_while_it_is_admitted():
    shop_id = a_shop_that_insures()
    person = a_person()
    insure_shop(shop_id, is_on=False, by=person, now=NOW)
    assert not queries.is_insuring(shop_id, now=NOW)
    insure_shop(shop_id, is_on=True, by=person, now=NOW + timedelta(minutes=1))
    for number in range(2):
        returned(a_shipped(shop_id), number=f"SF999000000002{number}")
        work(DONE)
    later = SHIPPED + timedelta(days=30)
    found = queries.admission(shop_id, now=later)
    assert found.return_rate_bps == 10_000
    assert not found.is_met
    with pytest.raises(NotAdmitted):
        insure_shop(shop_id, is_on=True, by=person, now=later)
