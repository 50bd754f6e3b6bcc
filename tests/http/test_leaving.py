"""Leaving the market: the owner alone, by the shop's name, and not before the last buyer is served; in the API too."""

import pytest
from django.urls import reverse

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.guarantee.queries.leaving import leaving_of
from anxin.market.people.queries import Role
from anxin.market.shops.models import Shop
from anxin.market.shops.queries import ShopState
from tests.builders.claims import BROKEN, DAY, signed
from tests.builders.disputes import DEFECT
from tests.builders.money import owes_base
from tests.builders.orders import a_shop
from tests.builders.people import a_person, a_token, with_role
from tests.support.api import ApiClient
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


def test_the_page_says_what_stands_against_it_and_wants_the_shops_name() -> None:
    made = signed(at=now() - 3 * DAY)
    made.ask(BROKEN, now=now(), show=DEFECT)
    owes_base(made.shop, 50_000, 50_000, now=now())
    owner = the_browser_of(with_role(a_person(), Role.OWNER, made.shop))
    address = reverse("studio_leaving")
    page = owner.get(address)
    assert page.status_code == 200
    assert (page.context["standing"].open_claims, page.context["standing"].escrow_minor) == (1, 10_000)
    assert reverse("studio_leaving") in owner.get(reverse("studio_deposit")).content.decode()
    assert owner.post(address, {"name": "another"}).status_code == 422
    assert not leaving_of(made.shop).closed
    assert owner.post(address, {"name": Shop.objects.get(pk=made.shop).name}).status_code == 302
    assert leaving_of(made.shop).closed
    assert " disabled" in owner.get(address).content.decode()  # the buyer is to be served first
    assert leaving_of(made.shop).deposits_minor == 50_000


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SHOP_FINANCE])
def test_nobody_but_an_owner_closes_a_shop(role: Role) -> None:
    shop = a_shop()
    staff = the_browser_of(with_role(a_person(), role, shop))
    assert staff.post(reverse("studio_leaving"), {"name": Shop.objects.get(pk=shop).name}).status_code == 403
    assert Shop.objects.get(pk=shop).state != ShopState.CLOSED


def test_a_program_of_the_owner_leaves_once() -> None:
    shop = a_shop()
    owner = ApiClient(a_token(with_role(a_person(), Role.OWNER, shop), now=now()))
    told = owner.send("GET", "/shop/leaving").json()
    assert (told["closed"], told["escrow_minor"], told["open_claims"]) == (False, 0, 0)
    first, again = (owner.send("POST", "/shop/leaving", key="k") for _ in range(2))
    assert first.status_code == 200, first.content
    assert first.json() == again.json()
    assert owner.send("GET", "/shop/leaving").json()["closed"]
    stranger = ApiClient(a_token(a_person(), now=now()))
    assert stranger.send("POST", f"/shop/leaving?shop_id={public_id('shp', shop)}", key="x").status_code in {
        403,
        404,
        422,
    }
