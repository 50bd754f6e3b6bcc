"""The checkout page: what is sent twice is ordered once."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.orders import commands
from anxin.market.orders.models import Checkout
from anxin.market.people.models import Person
from anxin.market.people.queries import PLATFORM_ID, Role
from tests.builders.orders import Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import PASSWORD, a_person, with_role
from tests.support.browsers import the_browser_of
from tests.support.work import work

pytestmark = pytest.mark.django_db


def test_a_checkout_page_sent_twice_orders_once():
    buyer, sku = Buyer(), public_id("sku", a_sku(a_shop()))
    client = Client()
    client.force_login(Person.objects.get(id=buyer.id))
    page = client.get("/checkout", {"sku": sku, "quantity": "1"}).content.decode()
    found = re.search(r'name="checkout" value="(chk_[0-9a-z]+)"', page)
    assert found
    form = {"sku": sku, "quantity": "1", "checkout": found.group(1)}
    first, second = client.post("/checkout", form), client.post("/checkout", form)
    assert first["Location"] == second["Location"] == f"/pay/{found.group(1)}"
    assert Checkout.objects.count() == 1


@pytest.mark.parametrize("choice", ["pay", "refuse"])
def test_whatever_one_does_at_the_provider_one_comes_back_to_the_payment(choice):
    buyer = Buyer()
    placed = buyer.order(a_sku(a_shop()), now=now())
    client = the_browser_of(buyer.id)
    checkout = public_id("chk", placed.id)
    provider = client.post(f"/pay/{checkout}/go")["Location"]
    back = client.post(provider, {"choice": choice})["Location"]
    assert back.endswith(f"/pay/{checkout}")
    assert client.get(back).status_code == 200


def test_both_sides_follow_a_parcel_by_its_carriers_name_and_may_play_the_carrier_in_the_sandbox():
    shop, buyer = a_shop(), Buyer()
    placed = buyer.order(a_sku(shop), now=now())
    buyer.pay(placed, now=now())
    order_id = placed.orders[0].id
    commands.ship(a_parcel(order_id), shop_id=shop, now=now())
    work(now())
    number = public_id("ord", order_id)
    for person, name in ((buyer.id, "order"), (with_role(a_person(), Role.OWNER, shop), "studio_order")):
        page = (
            the_browser_of(person).get(reverse(name, args=[number]), headers={"accept-language": "zh"}).content.decode()
        )
        assert "顺丰" in page
        assert "/sandbox/parcels/par_" in page


@pytest.mark.parametrize(("role", "home"), [(None, "/"), (Role.OWNER, "/studio/"), (Role.ARBITRATOR, "/desk/")])
def test_one_begins_where_one_works(role, home):
    person = a_person(email="works@example.com", password=PASSWORD)
    if role:
        with_role(person, role, a_shop() if role is Role.OWNER else PLATFORM_ID)
    sent = Client().post(reverse("account_login"), {"login": "works@example.com", "password": PASSWORD})
    assert sent.get("Location") == home


def test_the_overview_shows_the_balance_only_to_those_who_may_see_money():
    shop = a_shop()
    owner, agent = (the_browser_of(with_role(a_person(), role, shop)) for role in (Role.OWNER, Role.SERVICE_AGENT))
    overview, money = reverse("studio_home"), reverse("studio_money")
    assert f'href="{money}"' in owner.get(overview).content.decode()
    assert f'href="{money}"' not in agent.get(overview).content.decode()
    assert agent.get(money).status_code == 403
