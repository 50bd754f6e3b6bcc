"""The pages of money: the sandbox's payment page, the merchant's balance and statements, finance's desk."""

import csv
import re
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse

from anxin.faces.spreadsheet import harmless, yuan
from anxin.infra import clock
from anxin.kernel.ids import new_id, public_id
from anxin.market.ledger.commands import shop_account
from anxin.market.ledger.queries import balance
from anxin.market.payments import queries as payments
from anxin.market.payments.commands import reconcile, start_payment
from anxin.market.payments.models import SandboxCharge
from anxin.market.people.queries import Role
from anxin.market.settlement import queries
from anxin.market.settlement.commands import refund_settled
from anxin.market.settlement.domain import statement_month
from anxin.market.settlement.models import Payout
from tests.builders.orders import a_shop
from tests.builders.payments import NOW, a_captured, a_request
from tests.builders.people import a_person, with_role
from tests.builders.settlement import a_settled, an_account, due_at
from tests.support.browsers import the_browser_of
from tests.support.work import work

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def merchant(shop) -> Client:
    return the_browser_of(with_role(a_person(), Role.OWNER, shop))


@pytest.fixture
def finance() -> Client:
    return the_browser_of(with_role(a_person(), Role.FINANCE))


def started(return_url: str = "/orders"):
    """A payment that waits for its payer now."""
    moment = clock.now()
    request = replace(a_request(12_345), expires_at=moment + HOUR, return_url=return_url)
    return start_payment(request, now=moment)


class TestSandboxPage:
    def test_it_says_loudly_that_it_is_a_sandbox_and_what_it_asks(self):
        page = Client(headers={"accept-language": "en"}).get(started().pay_url).content.decode()
        assert "SANDBOX" in page
        assert "No real money moves here" in page
        assert "¥123.45" in page

    def test_paying_leads_back_to_the_shop_and_the_message_follows(self):
        payment = started()
        answer = Client().post(payment.pay_url, {"choice": "pay"})
        assert (answer.status_code, answer["Location"]) == (302, "/orders")
        work(clock.now())
        assert payments.payment(payment.payment_id).state == "captured"

    def test_a_lost_message_can_be_asked_for_on_the_page(self):
        payment = started()
        Client().post(payment.pay_url, {"choice": "pay", "delivery": "lose"})
        work(clock.now())
        assert payments.payment(payment.payment_id).state == "pending"
        assert SandboxCharge.objects.get().state == "paid"

    def test_a_paid_charge_offers_no_second_payment(self):
        payment = started()
        for _ in range(2):
            Client().post(payment.pay_url, {"choice": "pay"})
        page = Client().get(payment.pay_url).content.decode()
        assert 'value="pay"' not in page

    @pytest.mark.parametrize("sent", [{}, {"choice": "steal"}, {"choice": "pay", "delivery": "timeout_after"}])
    def test_an_unknown_choice_changes_nothing(self, sent):
        payment = started()
        assert Client().post(payment.pay_url, sent).status_code == 422
        assert SandboxCharge.objects.get().state == "waiting"

    def test_an_unknown_token_is_not_found(self):
        assert Client().get(reverse("sandbox_pay", args=[new_id()])).status_code == 404

    @pytest.mark.parametrize("url", ["https://evil.example", "//evil.example", "javascript:alert(1)"])
    def test_it_never_leads_to_another_site(self, url):
        answer = Client().post(started(url).pay_url, {"choice": "close"})
        assert answer["Location"] == "/"


class TestStudio:
    def test_the_balance_shows_where_the_money_is(self, shop, merchant):
        a_settled(shop)
        page = merchant.get(reverse("studio_money"))
        assert page.context["money"].available_minor == balance(shop_account(shop, "available")) > 0

    def test_a_payout_sent_twice_is_one_payout(self, shop, merchant):
        a_settled(shop)
        an_account(shop)
        page = merchant.get(reverse("studio_money")).content.decode()
        key = re.search(r'name="key" value="([^"]+)"', page)[1]
        for _ in range(2):
            assert merchant.post(reverse("studio_pay_out"), {"amount": "50.00", "key": key}).status_code == 302
        assert [payout.amount_minor for payout in Payout.objects.all()] == [5_000]

    @pytest.mark.parametrize("amount", ["", "x", "-5", "1e3", "10.001", "999999", "0.5"])
    def test_a_wrong_amount_is_refused_with_words(self, shop, merchant, amount):
        a_settled(shop)
        an_account(shop)
        answer = merchant.post(reverse("studio_pay_out"), {"amount": amount, "key": str(new_id())})
        assert answer.status_code == 422
        assert answer.context["form"].errors["amount"]
        assert not Payout.objects.exists()

    def test_an_account_is_checked_and_then_shown_masked(self, merchant):
        given = {"kind": "personal", "bank": "CMB", "branch": "", "holder": "林青", "number": "4111 1111 1111 1112"}
        assert merchant.post(reverse("studio_bank_account"), given).status_code == 422
        given["number"] = "4111 1111 1111 1111"
        assert merchant.post(reverse("studio_bank_account"), given).status_code == 302
        page = merchant.get(reverse("studio_bank_account")).content.decode()
        assert "···· 1111" in page
        assert "41111111" not in page.replace(" ", "")

    def test_a_statement_and_its_download_have_every_line(self, shop, merchant):
        order = a_settled(shop)
        later = due_at(order)
        refund_settled(order, 2_500, ref="late", reason="", now=later)
        month = statement_month(later)
        assert merchant.get(reverse("studio_statements")).context["page"].items[0].lines == 2
        assert merchant.get(reverse("studio_statement", args=[month])).context["sums"].lines == 2
        answer = merchant.get(reverse("studio_statement_csv", args=[month]))
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        head, *rows = csv.reader(StringIO(text))
        assert len(head) == 3 + len(queries.AMOUNT_COLUMNS)
        assert [row[1] for row in rows] == [public_id("ord", order)] * 2
        nets = [line.net_minor for line in queries.lines_of_order(order)]
        assert [row[-1] for row in rows] == [yuan(net) for net in nets]
        assert rows[1][-1].startswith("-")

    def test_another_shops_month_is_empty(self, shop):
        month = statement_month(due_at(a_settled(shop)))
        stranger = the_browser_of(with_role(a_person(), Role.OWNER, a_shop()))
        assert stranger.get(reverse("studio_statement", args=[month])).context["sums"].lines == 0

    def test_a_service_agent_may_not_pay_out(self, shop):
        agent = the_browser_of(with_role(a_person(), Role.SERVICE_AGENT, shop))
        assert agent.post(reverse("studio_pay_out"), {"amount": "1", "key": str(new_id())}).status_code == 403


class TestDesk:
    def test_an_orders_money_story_ends_at_zero_in_escrow(self, shop, finance):
        order = a_settled(shop)
        page = finance.get(reverse("desk_ledger_order", args=[public_id("ord", order)]))
        story = page.context["story"]
        assert [step.kind for step in story.steps] == ["payment.captured", "settlement.released"]
        remains = dict(zip(story.columns, story.remains, strict=True))
        assert remains[("platform", "escrow")] == 0
        assert remains[("shop", "available")] + remains[("platform", "service_fee")] == 10_000

    def test_a_settled_order_is_refunded_once_and_not_beyond_what_it_paid(self, shop, finance):
        order = a_settled(shop)
        where = reverse("desk_ledger_refund", args=[public_id("ord", order)])
        sent = {"amount": "25.00", "reason": "破损", "key": str(new_id())}
        for _ in range(2):
            finance.post(where, sent)
        assert [line.paid_minor for line in queries.lines_of_order(order)] == [10_000, -2_500]
        answer = finance.post(where, {**sent, "amount": "75.01", "key": str(new_id())}, follow=True)
        assert [message.level_tag for message in answer.context["messages"]][-1] == "error"
        assert len(queries.lines_of_order(order)) == 2

    def test_the_ledger_can_be_searched_and_opened_to_its_legs(self, shop, finance):
        order = a_settled(shop)
        found = finance.get(reverse("desk_ledger"), {"q": str(order)}).context["journals"].items
        assert [journal.kind for journal in found] == ["settlement.released"]
        assert finance.get(reverse("desk_ledger_journal", args=[found[0].journal_id])).status_code == 200
        answer = finance.get(reverse("desk_ledger"), {"q": public_id("ord", order)})
        assert answer["Location"] == reverse("desk_ledger_order", args=[public_id("ord", order)])
        mine = finance.get(reverse("desk_ledger"), {"q": public_id("shop", shop)}).context["accounts"]
        assert {account.key.owner_id for account, _ in mine} == {shop}
        assert finance.get(reverse("desk_ledger_account", args=[mine[0][0].account_id])).status_code == 200

    def test_the_proof_shows_what_was_looked_at(self, shop, finance):
        a_settled(shop)
        findings = finance.post(reverse("desk_ledger_proof")).context["findings"]
        assert [finding.name for _, finding in findings if finding.wrong] == []
        assert findings[0][1].looked_at >= 2

    def test_a_day_is_compared_and_a_difference_explained(self, finance):
        _, payment = a_captured(10_000)
        SandboxCharge.objects.filter(merchant_ref=payment).update(paid_at=None)
        finance.post(reverse("desk_reconciliation_run"), {"day": "2026-03-01"})
        page = finance.get(reverse("desk_reconciliation"))
        [(difference, _, hint)] = page.context["differences"]
        assert hint
        finance.post(reverse("desk_difference", args=[difference.difference_id]), {"explanation": "次日入账"})
        assert finance.get(reverse("desk_reconciliation"), {"state": "explained"}).context["differences"]

    @pytest.mark.parametrize("day", ["", "yesterday", "2999-01-01"])
    def test_a_wrong_day_is_refused_with_words(self, finance, day):
        answer = finance.post(reverse("desk_reconciliation_run"), {"day": day}, follow=True)
        assert [str(message) for message in answer.context["messages"]]

    def test_texts_of_an_explanation_are_shown_and_not_run(self, finance):
        _, payment = a_captured(10_000)
        SandboxCharge.objects.filter(merchant_ref=payment).update(paid_at=None)
        reconcile(date(2026, 3, 1), now=NOW + timedelta(days=1))
        difference = payments.differences().items[0].difference_id
        finance.post(reverse("desk_difference", args=[difference]), {"explanation": "<script>alert(1)</script>"})
        page = finance.get(reverse("desk_reconciliation"), {"state": "explained"}).content.decode()
        assert "<script>alert(1)" not in page


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1", "\r=1"])
def test_no_text_of_a_download_is_run_by_a_spreadsheet(text):
    assert harmless(text) == "'" + text


def test_amounts_of_a_download_can_be_added_up():
    assert [yuan(minor) for minor in (0, 5, -5, 149_000, -149_001)] == ["0.00", "0.05", "-0.05", "1490.00", "-1490.01"]
