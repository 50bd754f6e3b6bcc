"""The protection fund's pages: the public one, finance's desk, the merchant's debts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from anxin.infra import clock
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.money import Compensation, RefundOrder, compensate, refund
from anxin.market.guarantee.models.money import Disbursement, FundEntry
from anxin.market.ledger.commands import GUARANTEE_FUND
from anxin.market.ledger.queries import balance
from anxin.market.people.queries import Role
from anxin.market.shops.models import DepositTopUp
from tests.builders.money import empty, fill_fund, owes_base
from tests.builders.orders import a_shop
from tests.builders.people import a_person, with_role
from tests.builders.settlement import a_settled
from tests.support.browsers import the_browser_of
from tests.support.work import work

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def merchant(shop) -> Client:
    return the_browser_of(with_role(a_person(), Role.OWNER, shop))


@pytest.fixture
def finance() -> Client:
    return the_browser_of(with_role(a_person(), Role.FINANCE))


def an_advance(shop) -> None:
    """A refund of a poor shop that the fund advanced."""
    order, moment = a_settled(shop), clock.now()
    empty(shop, now=moment)
    owes_base(shop, 50_000, 1_000, now=moment)
    fill_fund(now=moment)
    refund(RefundOrder(order, 10_000, str(new_id()), "坏了"), now=moment)
    work(moment)


def test_anybody_sees_where_the_fund_comes_from_and_who_was_helped(shop):
    an_advance(shop)
    page = Client(headers=ENGLISH).get(reverse("fund"))
    assert page.status_code == 200
    found = page.context["fund"]
    assert (found.contributed_minor, found.helped) == (1_000_000, 1)
    assert found.balance_minor == found.contributed_minor - found.advanced_minor == balance(GUARANTEE_FUND)
    assert found.outstanding_minor == found.advanced_minor
    assert found.solvency_days == found.balance_minor * 30 // found.advanced_minor
    assert "Consumer protection fund" in page.content.decode()


def test_an_empty_fund_has_a_page_too():
    page = Client().get(reverse("fund"))
    assert (page.status_code, page.context["has_flows"], page.context["fund"].solvency_days) == (200, False, None)


def test_a_contribution_sent_twice_is_put_in_once(finance):
    sent = {"amount": "5000.00", "source": "bank", "note": "十月", "key": str(new_id())}
    for _ in range(2):
        assert finance.post(reverse("desk_fund"), sent).status_code == 302
    assert balance(GUARANTEE_FUND) == 500_000
    assert FundEntry.objects.get().note == "十月"


def test_service_fees_that_were_not_earned_cannot_be_put_in(finance):
    sent = {"amount": "1.00", "source": "service_fee", "note": "", "key": str(new_id())}
    assert finance.post(reverse("desk_fund"), sent).status_code == 422
    assert balance(GUARANTEE_FUND) == 0


def test_the_desk_shows_who_owes_and_what_is_stuck_and_tries_again(shop, finance):
    an_advance(shop)
    fill_fund_out = Compensation(new_id(), a_person(), shop, 10**9, "huge", "too much")
    compensate(fill_fund_out, now=clock.now())
    page = finance.get(reverse("desk_fund"))
    assert [one.shop_id for one, _ in page.context["debtors"]] == [shop]
    stuck = page.context["stuck"][0][0]
    assert stuck.amount_minor == 10**9
    fill_fund(10**9, now=clock.now())
    finance.post(reverse("desk_fund_try_again", args=[stuck.money_id]))
    assert Disbursement.objects.get(pk=stuck.money_id).state == "sent"


def test_only_finance_enters_the_fund_desk(shop, merchant):
    assert merchant.get(reverse("desk_fund")).status_code == 404
    reviewer = the_browser_of(with_role(a_person(), Role.REVIEWER))
    assert reviewer.get(reverse("desk_fund")).status_code == 403


def test_a_merchant_sees_the_debt_what_it_was_for_and_how_to_be_free_again(shop, merchant):
    an_advance(shop)
    page = merchant.get(reverse("studio_deposit"))
    owed = page.context["owed_minor"]
    assert owed > 0
    assert page.context["to_pay_minor"] == owed + 100_000
    form = page.context["form"]
    assert (form["purpose"].value(), form.initial["amount"]) == ("experience", owed + 100_000)
    assert "坏了" in page.content.decode()


def test_paying_names_what_it_is_for(shop, merchant):
    an_advance(shop)
    sent = {"amount": "100.00", "source": "bank_transfer", "purpose": "experience", "key": str(new_id())}
    assert merchant.post(reverse("studio_deposit"), sent).status_code == 302
    assert DepositTopUp.objects.get().purpose == "experience"


def test_programs_read_the_fund_and_a_shops_own_debts(shop):
    an_advance(shop)
    found = Client().get("/api/v1/guarantee/fund").json()
    assert found["outstanding_minor"] == found["advanced_minor"] > 0
    assert len(found["months"]) == 12


def test_what_was_spent_long_ago_does_not_shorten_the_fund(shop):
    an_advance(shop)
    FundEntry.objects.filter(kind="advance").update(at=clock.now() - timedelta(days=31))
    assert Client().get(reverse("fund")).context["fund"].solvency_days is None
