"""Promises on pages and in the API: seen before paying, confirmed at the checkout, asked on the order, proved by a hash."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from anxin.infra import clock
from anxin.kernel.ids import public_id
from anxin.market.guarantee.commands.decisions import record_decision
from anxin.market.guarantee.commands.optins import Declaration, declare_nature
from anxin.market.guarantee.domain.facts import ClaimFacts, ClaimType
from anxin.market.guarantee.queries.certificates import certificates_of_order
from anxin.market.guarantee.queries.promises import promise, word_of_shop
from anxin.market.orders import queries as orders
from anxin.market.people.models import Person
from anxin.market.people.queries import Role
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.builders.people import a_person, a_token, with_role
from tests.support.api import ApiClient

pytestmark = pytest.mark.django_db
SKIN = "beauty-skincare"


def browser(person_id, language="en"):
    client = Client()
    client.force_login(Person.objects.get(id=person_id))
    client.cookies["django_language"] = language
    return client


@pytest.fixture
def bought():
    """A paid order of a cream, now: (buyer, shop, order)."""
    shop, buyer, moment = a_shop(), Buyer(), clock.now()
    placed = buyer.order(a_sku(shop, category=SKIN), now=moment)
    buyer.pay(placed, now=moment)
    return buyer, shop, orders.order(placed.orders[0].id)


def product_of(order):
    return public_id("prd", order.lines[0].product_id)


def test_a_product_page_says_what_is_promised_in_both_languages(bought):
    _, _, order = bought
    guest = Client()
    guest.cookies["django_language"] = "en"
    page = guest.get(f"/product/{product_of(order)}").content.decode()
    assert "Seven-day no-reason return" in page
    assert f"/product/{product_of(order)}/promises" in page
    guest.cookies["django_language"] = "zh-hans"
    sheet = guest.get(f"/product/{product_of(order)}/promises").content.decode()
    assert "过敏包退" in sheet
    assert "消保法 25" in sheet
    assert "不适用于此类商品" in sheet  # and why not the rest


def test_anybody_with_the_hash_reads_the_certificate_and_nobody_learns_the_buyer(bought):
    buyer, _, order = bought
    certificate = certificates_of_order(order.id)[0]
    page = Client().get(f"/certificate/{certificate.hash}")
    text = page.content.decode()
    assert page.status_code == 200
    assert certificate.hash in text
    assert order.address["name"] not in text
    assert str(buyer.id) not in text
    found = Client().get("/certificate", {"hash": f" {certificate.hash.upper()} "})
    assert found["Location"] == f"/certificate/{certificate.hash}"
    assert Client().get(f"/certificate/{'0' * 64}").status_code == 404
    assert Client().get("/certificate", {"hash": "0" * 64}).status_code == 200
    answer = ApiClient("").send("GET", f"/certificates/{certificate.hash}").json()
    assert answer["verified"]
    assert {one["promise"] for one in answer["promises"] if one["given"]} >= {"allergy", "no_reason_return"}


def test_the_order_page_says_what_may_be_asked_and_why_not_the_rest(bought):
    buyer, _, order = bought
    page = browser(buyer.id).get(f"/orders/{public_id('ord', order.id)}").content.decode()
    assert "What may I ask?" in page
    assert "Instant refund" in page
    assert "From delivery on." in page
    assert certificates_of_order(order.id)[0].hash in page


def test_a_program_asks_the_same(bought):
    buyer, shop, order = bought
    number = public_id("ord", order.id)
    mine = ApiClient(a_token(buyer.id, now=clock.now()))
    answers = {
        one["promise"]: one for one in mine.send("GET", f"/orders/{number}/answers").json()["lines"][0]["answers"]
    }
    assert answers["instant_refund"]["available"]
    assert answers["allergy"]["reasons"][0]["code"] == "before_signed"
    assert answers["allergy"]["reasons"][0]["text"] == {"zh": "签收后可用。", "en": "From delivery on."}
    assert mine.send("GET", f"/orders/{number}/certificates").json()["certificates"][0]["verified"]
    stranger = ApiClient(a_token(a_person(), now=clock.now()))
    assert stranger.send("GET", f"/orders/{number}/answers").status_code == 404
    merchant = ApiClient(a_token(with_role(a_person(), Role.OWNER, shop), now=clock.now()))
    assert merchant.send("GET", f"/shop/orders/{number}/answers").json()["lines"][0]["answers"]


def test_a_box_at_the_checkout_is_unticked_and_a_tick_is_frozen():
    shop, buyer, moment = a_shop(), Buyer(), clock.now()
    sku = a_sku(shop, category=SKIN)
    product = orders.order(buyer.order(sku, now=moment).orders[0].id).lines[0].product_id
    declare_nature(Declaration(shop, product, "no_reason_return", "unsealed", is_on=True), by=buyer.id, now=moment)
    client, name = browser(buyer.id), public_id("sku", sku)
    page = client.get("/checkout", {"sku": name, "quantity": "1"}).content.decode()
    box = re.search(rf'<input type="checkbox"[^>]*name="confirm-{name}"[^>]*>', page)
    assert box
    assert "checked" not in box.group(0)
    form = {"sku": name, "quantity": "1"}
    for ticked, given in (({}, True), ({f"confirm-{name}": "unsealed"}, False)):
        answer = client.post("/checkout", {**form, **ticked, "checkout": public_id("chk", _fresh())})
        placed = orders.checkout(_of(answer["Location"]), person_id=buyer.id)
        order = placed.orders[0]
        assert order.lines[0].frozen.get("confirmations", []) == list(ticked.values())
        buyer.pay(_placed(placed), now=clock.now())
        assert certificates_of_order(order.id)[0].entry("no_reason_return").given is given


def _fresh():
    from anxin.kernel.ids import new_id

    return new_id()


def _of(address):
    from anxin.kernel.ids import parse_public_id

    return parse_public_id("chk", address.rpartition("/")[2])


def _placed(checkout):
    from anxin.market.orders.commands import PlacedCheckout

    return PlacedCheckout(checkout.id, (), checkout.total_minor, checkout.pay_by)


def test_a_merchant_switches_what_is_theirs_to_decide(bought):
    _, shop, order = bought
    owner = browser(with_role(a_person(), Role.OWNER, shop))
    assert owner.get("/studio/promises").status_code == 200
    assert owner.get("/studio/promises/asked").status_code == 200
    assert owner.get("/studio/promises/natures").status_code == 200
    assert owner.post("/studio/promises/instant_refund", {"on": "0"}).status_code == 302
    on = {one.version.promise: one.is_on for one in word_of_shop(shop, now=clock.now() + timedelta(seconds=1))}
    assert not on["instant_refund"]
    owner.post("/studio/promises/no_reason_return", {"on": "0"})
    on = {one.version.promise: one.is_on for one in word_of_shop(shop, now=clock.now() + timedelta(seconds=1))}
    assert on["no_reason_return"]
    told = {"product": product_of(order), "mark": "unsealed", "on": "1"}
    assert owner.post("/studio/promises/no_reason_return/nature", told).status_code == 302
    agent = browser(with_role(a_person(), Role.SERVICE_AGENT, shop))
    assert agent.post("/studio/promises/instant_refund", {"on": "1"}).status_code == 403


def test_an_operator_compares_versions_and_tries_one_on_thirty_days(bought):
    _, _, order = bought
    wish = ClaimFacts("instant_refund", ClaimType.REFUND_UNSHIPPED, "changed_mind", 1)
    record_decision(order.lines[0].id, wish, now=clock.now())
    desk = browser(with_role(a_person(), Role.ADMINISTRATOR))
    assert desk.get("/desk/promises").status_code == 200
    tried = promise("instant_refund").versions[0]
    page = desk.get("/desk/promises/instant_refund", {"try": tried.hash}).content.decode()
    assert "Had article-2021 v1 been in force" in page
    assert "Every decision would have come out the same." in page
    assert desk.get("/desk/promises/instant_refund", {"try": "x"}).status_code == 404
    assert desk.get("/desk/promises/free_lunch").status_code == 404
