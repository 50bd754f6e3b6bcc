"""Paying, the provider's door, and a shop's money through the API."""

from dataclasses import replace
from datetime import timedelta

import pytest

from anxin.infra import clock
from anxin.kernel.ids import new_id, public_id
from anxin.market.orders import queries as orders
from anxin.market.payments.commands import start_payment
from anxin.market.payments.commands.sandbox import Choice, choose
from anxin.market.payments.models import Callback, Payment, SandboxNotice
from anxin.market.payments.sandbox.signing import shared_key, signed_headers
from anxin.market.people.queries import Role
from anxin.market.settlement.models import Payout
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.builders.payments import a_request, token_of
from tests.builders.people import a_person, a_token, with_role
from tests.builders.settlement import a_settled, an_account, due_at
from tests.support.api import ApiClient
from tests.support.work import work

pytestmark = pytest.mark.django_db
DOOR = "/callbacks/payments/sandbox"


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def merchant(shop) -> ApiClient:
    return ApiClient(a_token(with_role(a_person(), Role.OWNER, shop), now=clock.now()))


def a_checkout():
    """An unpaid checkout of somebody, placed now, and a program of theirs."""
    buyer = Buyer()
    placed = buyer.order(a_sku(a_shop()), now=clock.now())
    return placed, ApiClient(a_token(buyer.id, now=clock.now()))


def a_message() -> bytes:
    """A message of the provider that waits for delivery."""
    moment = clock.now()
    started = start_payment(replace(a_request(), expires_at=moment + timedelta(hours=1)), now=moment)
    choose(token_of(started), Choice.PAY, now=moment)
    return next(n for n in SandboxNotice.objects.values_list("body", flat=True) if "payment.captured" in n).encode()


def test_a_checkout_is_paid_from_a_program():
    placed, client = a_checkout()
    where = f"/checkouts/{public_id('chk', placed.id)}/payments"
    opened = client.send("POST", where, {"method": "wallet", "return_url": "/done"}).json()
    assert opened["state"] == "pending"
    assert client.send("POST", where, {}).json()["payment_id"] == opened["payment_id"]
    assert ApiClient()._client.post(opened["pay_url"], {"choice": "pay"})["Location"] == "/done"
    work(clock.now())
    assert client.send("GET", f"/payments/{opened['payment_id']}").json()["state"] == "captured"
    assert client.send("GET", f"/payments/{opened['payment_id']}/refunds").json() == []
    assert orders.order(placed.orders[0].id).state == "paid"
    assert client.send("POST", where, {}).json()["code"] == "orders.not_awaiting_payment"


def test_anothers_checkout_and_payment_are_not_found():
    placed, client = a_checkout()
    where = f"/checkouts/{public_id('chk', placed.id)}/payments"
    payment = client.send("POST", where, {}).json()["payment_id"]
    stranger = ApiClient(a_token(a_person(), now=clock.now()))
    assert stranger.send("POST", where, {}).status_code == 404
    assert stranger.send("GET", f"/payments/{payment}").status_code == 404
    assert stranger.send("GET", f"/payments/{payment}/refunds").status_code == 404


@pytest.mark.parametrize(
    "body", [{"method": "gold"}, {"return_url": "https://evil.example"}, {"return_url": "//x"}, {"x": 1}]
)
def test_a_wrong_wish_to_pay_is_refused(body):
    placed, client = a_checkout()
    assert client.send("POST", f"/checkouts/{public_id('chk', placed.id)}/payments", body).status_code == 422
    assert not Payment.objects.exists()


def test_the_door_takes_a_signed_message_without_a_login():
    body = a_message()
    headers = signed_headers(body, shared_key(), now=clock.now())
    answer = ApiClient().send("POST", DOOR, body.decode(), **headers)
    assert (answer.status_code, answer.json()) == (200, {"verdict": "applied"})
    again = ApiClient().send("POST", DOOR, body.decode(), **headers)
    assert again.json() == {"verdict": "duplicate"}


def test_the_door_refuses_what_is_forged_old_or_too_large():
    body = a_message()
    forged = ApiClient().send("POST", DOOR, body.decode(), **signed_headers(body, b"guess", now=clock.now()))
    assert (forged.status_code, forged.json()["code"]) == (401, "payments.forged_callback")
    old = signed_headers(body, shared_key(), now=clock.now() - timedelta(minutes=10))
    assert ApiClient().send("POST", DOOR, body.decode(), **old).json()["code"] == "payments.replayed_callback"
    assert ApiClient().send("POST", DOOR, "x" * 70_000).json()["code"] == "payments.unreadable_callback"
    assert not Callback.objects.exists()


def test_a_shops_money_is_read(shop, merchant):
    order = a_settled(shop)
    balance = merchant.send("GET", "/shop/balance").json()
    assert balance["available_minor"] == balance["payout_limit_minor"] > 0
    month = merchant.send("GET", "/shop/statements").json()["items"][0]
    assert month["lines"] == 1
    lines = merchant.send("GET", f"/shop/statements/{month['month'][:7]}/lines").json()["items"]
    assert [(line["order_id"], line["trade_type"]) for line in lines] == [(public_id("ord", order), 0)]
    assert lines[0]["net_minor"] == balance["available_minor"]
    assert due_at(order)


def test_a_payout_is_asked_for_once(shop, merchant):
    a_settled(shop)
    assert merchant.send("GET", "/shop/bank-account").json()["code"] == "settlement.no_bank_account"
    account = {"kind": "corporate", "bank": "ICBC", "holder": "青禾", "number": "622202020011223000"}
    assert merchant.send("PUT", "/shop/bank-account", account).json()["last_digits"] == "3000"
    made = [merchant.send("POST", "/shop/payouts", {"amount_minor": 5_000}, key="k1") for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert Payout.objects.count() == 1
    found = merchant.send("GET", f"/shop/payouts/{made[0].json()['payout_id']}").json()
    assert found["state"] == "requested"
    assert [item["payout_id"] for item in merchant.send("GET", "/shop/payouts").json()["items"]] == [found["payout_id"]]


def test_money_leaves_only_with_a_key_and_within_the_limit(shop, merchant):
    a_settled(shop)
    an_account(shop)
    assert merchant.send("POST", "/shop/payouts", {"amount_minor": 5_000}).status_code == 400
    answer = merchant.send("POST", "/shop/payouts", {"amount_minor": 10_000_000}, key="k1")
    assert (answer.status_code, answer.json()["code"]) == (409, "settlement.payout_too_large")
    assert not Payout.objects.exists()


@pytest.mark.parametrize(
    "path", ["/shop/statements?cursor=x", "/shop/payouts?cursor=x", "/shop/statements/2026-03/lines?cursor=x"]
)
def test_a_made_up_cursor_is_refused(merchant, path):
    assert merchant.send("GET", path).status_code in {400, 422}


def test_another_shops_payout_is_not_found(shop, merchant):
    other = a_shop()
    a_settled(other)
    an_account(other)
    theirs = ApiClient(a_token(with_role(a_person(), Role.OWNER, other), now=clock.now()))
    payout = theirs.send("POST", "/shop/payouts", {"amount_minor": 5_000}, key="k1").json()["payout_id"]
    assert merchant.send("GET", f"/shop/payouts/{payout}").status_code == 404
    assert merchant.send("GET", f"/shop/payouts/{public_id('pot', new_id())}").status_code == 404
