"""Shelves of products in a browser: one is opened from beside another, and the cart says which answer led there."""

import re

import pytest
from playwright.sync_api import expect

from anxin.kernel.ids import public_id
from anxin.market.interest.queries import history
from anxin.market.orders.models import CartLine
from anxin.market.people.queries import person
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.people import PASSWORD, a_person
from tests.builders.tastes import paid_for, two_tastes
from tests.support.live import LiveMarket
from tests.support.pages import log_in
from tests.support.served import served


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_product_from_a_shelf_goes_into_the_cart_with_the_answer_that_showed_it(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, size: str
) -> None:
    with live.database():
        tents, cakes = two_tastes()
        paid_for([tents[0], cakes[0]], buyers=3)
        buyer = a_person(password=PASSWORD)
        login = person(buyer).email
    product = f"/product/{public_id('prd', tents[0])}"
    page = open_page(f"/account/login/?next={product}", size=size, language="en")
    log_in(page, login)
    page.wait_for_url(f"**{product}")
    page.mouse.wheel(0, 4000)
    card = page.locator("[data-recommended]").first
    card.scroll_into_view_if_needed()
    expect(page.get_by_text("3 people bought both")).to_be_visible()
    shoot(page, f"01-shelves-{size}")
    card.locator("a").click()
    expect(page).to_have_url(re.compile(r"\?from=req_"))
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_load_state()
    page.goto(page.url.split("/product")[0] + "/cart")
    shoot(page, f"02-cart-{size}")
    with live.database():
        line = CartLine.objects.get(person_id=buyer)
        request = line.origin["request"]
        assert request in {str(one) for one, _ in served()}
    done = {"product_click", "cart"}
    live.soon(lambda: done <= {entry.kind.value for entry in history(buyer).entries}, "what was done to be told")
