"""Orders through the API: placing them cheaply and once, and never another's."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.inventory.queries import availability
from anxin.market.orders.models import Order
from anxin.market.people.models import AccessToken
from anxin.market.people.queries import Role
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.builders.people import a_person, a_token, with_role
from tests.support.api import ApiClient

pytestmark = pytest.mark.django_db

STATEMENTS_MAX = 6


def sku_text(sku: Any) -> str:
    return public_id("sku", sku)


def an_ordering(buyer: Buyer, *skus: Any, quantity: int = 1) -> dict[str, Any]:
    lines = [{"sku": sku_text(sku), "quantity": quantity} for sku in skus]
    return {"lines": lines, "address": public_id("adr", buyer.address_id)}


@pytest.fixture
def buyer() -> Buyer:
    return Buyer()


@pytest.fixture
def client(buyer: Buyer) -> ApiClient:
    token = a_token(buyer.id, now=now())
    AccessToken.objects.update(last_used_at=now())  # its use is noted once an hour, not with every request
    return ApiClient(token)


@pytest.mark.parametrize("lines", [1, 3, 20])
@pytest.mark.parametrize("shops", [1, 2])
def test_a_placement_costs_six_statements_whatever_the_number_of_lines(
    lines: int, shops: int, buyer: Buyer, client: ApiClient
) -> None:
    houses = [a_shop() for _ in range(shops)]
    skus = [a_sku(houses[at % shops]) for at in range(max(lines, shops))]
    client.send("POST", "/checkouts", an_ordering(buyer, *skus), key="warm")
    with CaptureQueriesContext(connection) as captured:
        answer = client.send("POST", "/checkouts", an_ordering(buyer, *skus), key="k")
    assert answer.status_code == 201, answer.content
    statements = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= STATEMENTS_MAX, statements


def test_the_same_placement_again_gives_the_same_order_and_holds_stock_once(buyer: Buyer, client: ApiClient) -> None:
    sku = a_sku(a_shop(), stock=10)
    first, second = (
        client.send("POST", "/checkouts", an_ordering(buyer, sku, quantity=4), key="k").json() for _ in range(2)
    )
    assert first == second
    assert availability([sku])[sku].held == 4


def test_a_placement_beyond_the_stock_is_refused_and_changes_nothing(buyer: Buyer, client: ApiClient) -> None:
    scarce, plenty = (a_sku(a_shop(), stock=stock) for stock in (1, 10))
    answer = client.send("POST", "/checkouts", an_ordering(buyer, scarce, plenty, quantity=2), key="k")
    assert answer.status_code == 409, answer.content
    assert {level.held for level in availability([scarce, plenty]).values()} == {0}
    assert not Order.objects.exists()


def test_another_s_address_cannot_be_ordered_to(client: ApiClient) -> None:
    answer = client.send("POST", "/checkouts", an_ordering(Buyer(), a_sku(a_shop())), key="k")
    assert answer.status_code == 404, answer.content


SHOP_SIDE = [
    ("GET", "/shop/orders/{order}", None),
    ("POST", "/shop/orders/{order}/preparation", None),
    ("POST", "/shop/orders/{order}/parcels", {"carrier": "sf", "tracking_no": "SF1234567890123"}),
    ("GET", "/shop/stock/{sku}", None),
    ("PUT", "/shop/stock/{sku}", {"on_hand": 0}),
    ("GET", "/shop/stock/{sku}/changes", None),
]
BUYER_SIDE = [
    ("GET", "/orders/{order}", None),
    ("GET", "/orders/{order}/timeline", None),
    ("POST", "/orders/{order}/receipt", None),
    ("POST", "/orders/{order}/extension", None),
    ("GET", "/checkouts/{checkout}", None),
    ("POST", "/checkouts/{checkout}/cancellation", None),
    ("POST", "/checkouts/{checkout}/payments", {}),
]


def sold() -> dict[str, str]:
    """The identifiers of an order paid in some shop by some buyer."""
    buyer, sku = Buyer(), a_sku(a_shop())
    placed = buyer.order(sku)
    buyer.pay(placed)
    order = Order.objects.get(checkout_id=placed.id)
    return {
        "order": public_id("ord", order.pk),
        "checkout": public_id("chk", placed.id),
        "sku": sku_text(sku),
    }


@pytest.mark.parametrize(("method", "path", "body"), SHOP_SIDE)
def test_the_data_of_one_shop_are_not_there_for_another(method: str, path: str, body: Any) -> None:
    theirs, other_shop = sold(), a_shop()
    other = ApiClient(a_token(with_role(a_person(), Role.OWNER, other_shop), now=now()))
    answer = other.send(method, path.format(**theirs), body, key="k")
    assert answer.status_code == 404, answer.content


@pytest.mark.parametrize(("method", "path", "body"), SHOP_SIDE)
def test_naming_another_shop_does_not_open_it(method: str, path: str, body: Any) -> None:
    theirs = sold()
    owner = ApiClient(a_token(with_role(a_person(), Role.OWNER, a_shop()), now=now()))
    shop = public_id("shop", Order.objects.get().shop_id)
    answer = owner.send(method, f"{path.format(**theirs)}?shop_id={shop}", body, key="k")
    assert answer.status_code == 404, answer.content


@pytest.mark.parametrize(("method", "path", "body"), BUYER_SIDE)
def test_the_orders_of_one_buyer_are_not_there_for_another(method: str, path: str, body: Any) -> None:
    theirs = sold()
    stranger = ApiClient(a_token(a_person(), now=now()))
    answer = stranger.send(method, path.format(**theirs), body, key="k")
    assert answer.status_code == 404, answer.content


@pytest.mark.parametrize("role", [Role.SHOP_FINANCE])
def test_a_role_that_does_not_ship_is_told_so(role: Role) -> None:
    theirs = sold()
    cashier = with_role(a_person(), role, Order.objects.get().shop_id)
    answer = ApiClient(a_token(cashier, now=now())).send(
        "POST", SHOP_SIDE[2][1].format(**theirs), SHOP_SIDE[2][2], key=str(new_id())
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "people.role_missing")
