"""The checkout page: what is sent twice is ordered once."""

import re

import pytest
from django.test import Client

from anxin.kernel.ids import public_id
from anxin.market.orders.models import Checkout
from anxin.market.people.models import Person
from tests.builders.orders import Buyer, a_shop, a_sku

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
