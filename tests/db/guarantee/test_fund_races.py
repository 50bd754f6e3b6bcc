"""The guarantee's money under concurrency, over real connections: nobody pays twice, nobody gives what it has not."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from tests.builders.money import broken, empty, fill_fund, give, held
from tests.builders.orders import NOW, a_shop
from tests.builders.people import a_person
from tests.builders.settlement import a_received, a_settled, due_at
from tests.support.together import together

from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.money import Compensation, Moved, Payer, RefundOrder, charge, compensate, refund
from anxin.market.guarantee.commands.recourse import recover
from anxin.market.guarantee.errors.money import NotCovered
from anxin.market.guarantee.models.money import Debt, Disbursement
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import GUARANTEE_FUND, INSURER_POOL
from anxin.market.payments.commands import RefundRequest, request_refund
from anxin.market.payments.errors import RefundTooLarge
from anxin.market.payments.models import PaymentSplit
from anxin.market.settlement.commands import release_due
from anxin.market.settlement.errors import RefundBeyondSettlement

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=60)


def refunded(order) -> int:
    return PaymentSplit.objects.get(order_id=order).refunded_minor


def a_wish(shop, person, amount_minor: int, ref: str) -> Compensation:
    return Compensation(new_id(), person, shop, amount_minor, ref)


def test_twenty_refunds_at_once_before_settlement_never_exceed_what_was_paid():
    order = a_received(a_shop(), price_minor=10_000)
    outcomes = together(*[partial(refund, RefundOrder(order, 900, f"r{n}"), now=NOW) for n in range(20)])
    assert sum(isinstance(outcome, RefundTooLarge) for outcome in outcomes) == 9
    assert (refunded(order), Disbursement.objects.count()) == (9_900, 11)
    assert broken() == []


def test_twenty_refunds_at_once_after_settlement_never_exceed_what_was_paid_nor_the_fund():
    shop = a_shop()
    order = a_settled(shop, price_minor=10_000)
    empty(shop, now=LATER)
    give(shop, "available", 3_000, now=LATER)
    fill_fund(100_000, now=LATER)
    outcomes = together(*[partial(refund, RefundOrder(order, 900, f"r{n}"), now=LATER) for n in range(20)])
    assert sum(isinstance(outcome, RefundBeyondSettlement) for outcome in outcomes) == 9
    assert all(isinstance(outcome, Moved | RefundBeyondSettlement) for outcome in outcomes)
    assert refunded(order) == 9_900
    assert held(shop, "available") == (0,)
    assert ledger.balance(GUARANTEE_FUND) == 100_000 + held(shop, "recourse")[0]
    assert broken() == []


def test_twenty_calls_under_one_reference_are_one_refund():
    order = a_received(a_shop(), price_minor=10_000)
    outcomes = together(*[partial(refund, RefundOrder(order, 900, "same"), now=NOW)] * 20)
    assert len(set(outcomes)) == 1
    assert refunded(order) == 900


def test_two_connections_racing_for_one_balance_share_it_and_the_fund_advances_the_rest_once():
    shop, person = a_shop(), a_person()
    give(shop, "available", 700, now=NOW)
    fill_fund(10_000, now=NOW)
    together(*[partial(compensate, a_wish(shop, person, 500, f"c{n}"), now=NOW) for n in range(4)])
    assert held(shop, "available", "recourse") == (0, -1_300)
    assert ledger.balance(GUARANTEE_FUND) == 8_700
    assert sum(Debt.objects.values_list("amount_minor", flat=True)) == 1_300
    assert broken() == []


def test_advances_at_once_for_several_shops_never_overdraw_the_fund():
    shops, person = [a_shop() for _ in range(8)], a_person()
    fill_fund(1_000, now=NOW)
    together(*[partial(compensate, a_wish(shop, person, 300, f"c{n}"), now=NOW) for n, shop in enumerate(shops)])
    assert ledger.balance(GUARANTEE_FUND) == 100
    assert Disbursement.objects.filter(state="waiting").count() == 5
    assert broken() == []


def test_charges_at_once_take_no_more_than_there_is():
    shop = a_shop()
    give(shop, "available", 100, now=NOW)
    asks = [
        partial(charge, shop, 30, to=INSURER_POOL, ref=f"p{n}", payers=(Payer.GOODS_MONEY,), now=NOW) for n in range(8)
    ]
    outcomes = together(*asks)
    assert sum(isinstance(outcome, NotCovered) for outcome in outcomes) == 5
    assert (held(shop, "available"), ledger.balance(INSURER_POOL)) == ((10,), 90)


def test_recovering_twice_at_once_takes_the_debt_once():
    shop = a_shop()
    fill_fund(10_000, now=NOW)
    compensate(a_wish(shop, a_person(), 500, "c"), now=NOW)
    give(shop, "available", 900, now=NOW)
    assert sorted(together(*[partial(recover, shop, now=NOW)] * 4)) == [0, 0, 0, 500]
    assert held(shop, "available", "recourse") == (400, 0)
    assert broken() == []


def test_release_and_refund_of_one_order_never_pass_each_other():
    shop = a_shop()
    orders = [a_received(shop, price_minor=10_000) for _ in range(6)]
    moment = max(due_at(order) for order in orders)
    refunds = [partial(refund, RefundOrder(order, 4_000, str(order)), now=moment) for order in orders]
    together(partial(release_due, now=moment), *refunds, partial(release_due, now=moment))
    assert all(refunded(order) == 4_000 for order in orders)
    assert broken() == []


def test_the_guarantee_and_another_hand_refunding_at_once_stay_within_what_was_paid():
    order = a_received(a_shop(), price_minor=10_000)
    wish = RefundRequest(order, 900, "")
    others = [partial(request_refund, replace(wish, ref=f"x{n}"), now=NOW) for n in range(10)]
    together(*others, *[partial(refund, RefundOrder(order, 900, f"r{n}"), now=NOW) for n in range(10)])
    assert refunded(order) == 9_900
    assert broken() == []
