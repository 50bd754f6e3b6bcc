"""Events and interests through the API: by a person, by a device, and by nobody."""

from datetime import timedelta
from typing import Any

import pytest

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.people.models import Person
from tests.support.api import ApiClient, a_caller, a_token

pytestmark = pytest.mark.django_db


def an_event(**facts: Any) -> dict[str, Any]:
    """A like of a video, a second ago."""
    moment = (now() - timedelta(seconds=1)).isoformat()
    return {"id": str(new_id()), "kind": "like", "item": public_id("vid", new_id()), "at": moment, **facts}


@pytest.fixture
def me() -> ApiClient:
    return ApiClient(a_token(a_caller()))


def test_a_batch_is_told_and_told_again(me):
    body = {"events": [an_event(), an_event(kind="order")]}
    first, again = me.send("POST", "/events", body), me.send("POST", "/events", body)
    refused = [{"id": body["events"][1]["id"], "reason": "not_yours"}]
    assert (first.status_code, first.json()) == (200, {"new": 1, "known": 0, "refused": refused})
    assert again.json() == {"new": 0, "known": 1, "refused": refused}


def test_a_stranger_gets_a_device_and_tells_as_it():
    nobody = ApiClient()
    assert nobody.send("POST", "/events", {"events": [an_event()]}).json()["code"] == "interest.no_actor"
    device = nobody.send("POST", "/devices").json()["device"]
    told = nobody.send("POST", "/events", {"events": [an_event()]}, **{"anxin-device": device})
    assert told.json()["new"] == 1


def test_a_device_id_that_was_made_up_is_refused():
    body = {"events": [an_event()]}
    answer = ApiClient().send("POST", "/events", body, **{"anxin-device": public_id("dev", new_id()) + ".forged"})
    assert (answer.status_code, answer.json()["code"]) == (401, "interest.bad_device")


@pytest.mark.parametrize(
    "facts",
    [
        {"item": "ord_01a21416b6ef7bbbe140de29e7"},
        {"item": 7},
        {"kind": "stare"},
        {"at": 1_700_000_000},
        {"slot": -1},
        {"value": 2**40},
        {"unknown": 1},
    ],
)
def test_a_batch_with_one_malformed_event_changes_nothing(me, facts):
    good = an_event()
    assert me.send("POST", "/events", {"events": [good, an_event(**facts)]}).status_code == 422
    assert me.send("POST", "/events", {"events": [good]}).json()["new"] == 1


def test_more_than_a_hundred_events_are_refused(me):
    assert me.send("POST", "/events", {"events": [an_event() for _ in range(101)]}).status_code == 422


def test_interests_are_seen_steered_and_forgotten(me):
    assert me.send("GET", "/me/interests").json() == {"personal": True, "interests": []}
    wanted = me.send("PUT", "/me/interests/beauty-skincare", {"wanted": True})
    assert wanted.json()["interests"] == [
        {"category": "beauty-skincare", "strength_bps": 0, "wanted": True, "also": []}
    ]
    assert me.send("PATCH", "/me/interests", {"personal": False}).json()["personal"] is False
    assert me.send("DELETE", "/me/interests").status_code == 204
    assert me.send("GET", "/me/interests").json() == {"personal": False, "interests": []}


def test_an_order_carries_where_it_was_met_from_the_cart_on():
    from anxin.market.orders import queries
    from anxin.market.orders.commands import CartOwner
    from tests.builders.orders import Buyer, a_shop, a_sku

    buyer, sku = Buyer(), a_sku(a_shop())
    api = ApiClient(a_token(Person.objects.get(pk=buyer.id)))
    origin = {"request": public_id("req", new_id()), "content": public_id("vid", new_id()), "second": 12}
    api.send("PUT", f"/cart/{public_id('sku', sku)}", {"quantity": 1, "origin": origin})
    (item,) = queries.cart(CartOwner(buyer.id), now=now()).items
    assert item.origin is not None
    assert item.origin.second == 12
    line = {"sku": public_id("sku", sku), "quantity": 1, "origin": origin}
    body = {"lines": [line], "address": public_id("adr", buyer.address_id)}
    placed = api.send("POST", "/checkouts", body, key="k1").json()
    order = api.send("GET", f"/orders/{placed['orders'][0]['id']}").json()
    assert order["lines"][0]["frozen"]["origin"] == item.origin.facts()
