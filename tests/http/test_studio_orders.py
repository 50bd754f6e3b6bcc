"""The merchant's order pages: what a form may say."""

import pytest
from django.urls import reverse

from anxin.infra import clock
from anxin.kernel.ids import public_id
from anxin.market.orders import queries
from anxin.market.orders.queries import OrderState
from anxin.market.people.queries import Role
from tests.builders.orders import Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person, with_role
from tests.http.test_access import the_browser_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("nonsense", ["9" * 5_000, "-1", "two", "²"])
def test_nonsense_for_a_number_of_pieces_names_none_so_the_rest_is_shipped(nonsense):
    shop = a_shop()
    buyer = Buyer()
    moment = clock.now()
    placed = buyer.order(a_sku(shop), now=moment)
    buyer.pay(placed, now=moment)
    order = queries.order(placed.orders[0].id)
    merchant = the_browser_of(with_role(a_person(), Role.OWNER, shop))
    parcel = a_parcel(order.id)
    told = {
        "carrier": parcel.carrier,
        "tracking_no": parcel.tracking_no,
        f"pieces-{public_id('lin', order.lines[0].id)}": nonsense,
    }
    answer = merchant.post(reverse("studio_order_ship", args=[public_id("ord", order.id)]), told)
    assert answer.status_code == 302
    assert queries.order(order.id).state == OrderState.SHIPPED
