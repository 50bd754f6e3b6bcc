"""A product's way from the editor through the review to the shelf, in a browser."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from anxin.infra.clock import now
from anxin.market.catalog import queries
from anxin.market.catalog.queries import ProductState
from anxin.market.people.queries import Role
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.catalog import a_shop
from tests.builders.people import PASSWORD, a_person, with_role
from tests.builders.shops import a_picture
from tests.support.live import LiveMarket
from tests.support.pages import log_in

MERCHANT, REVIEWER = "editor-owner@example.org", "editor-reviewer@example.org"


@pytest.fixture
def shop(live: LiveMarket, django_db_blocker: Any) -> Any:
    """A shop with its owner, and a reviewer, on the live market."""
    with django_db_blocker.unblock(), live.database():
        shop = a_shop(now=now())
        with_role(a_person(email=MERCHANT, password=PASSWORD, now=now()), Role.OWNER, shop, now=now())
        with_role(a_person(email=REVIEWER, password=PASSWORD, now=now()), Role.REVIEWER, now=now())
    return shop


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_product_is_written_refused_corrected_and_approved(
    open_page: OpenPage, shoot: Shoot, shop: Any, live: LiveMarket, django_db_blocker: Any
) -> None:
    merchant = open_page("/studio/products/new", size="desktop")
    log_in(merchant, MERCHANT)
    merchant.get_by_role("link", name="连衣裙", exact=True).click()
    merchant.fill("[name=title]", "亚麻连衣裙")
    merchant.select_option("[name=attribute-material]", "linen")
    for name, value in {"name0": "颜色", "values0": "白、蓝", "name1": "尺码", "values1": "S,M"}.items():
        merchant.fill(f"[name={name}]", value)
    merchant.fill("[name=all_price]", "199")
    merchant.fill("[name=all_stock]", "8")
    merchant.set_input_files("[name=pictures]", {"name": "a.png", "mimeType": "image/png", "buffer": a_picture(90, 90)})
    merchant.get_by_role("button", name="生成规格组合").click()
    expect(merchant.locator("[name$='-price']")).to_have_count(4)
    expect(merchant.locator("img[src^='/media/pictures/']")).to_have_count(1)
    assert fits(merchant)
    shoot(merchant, "editor")
    merchant.get_by_role("button", name="保存并提交审核").click()
    expect(merchant.get_by_text("审核中").first).to_be_visible()

    reviewer = open_page("/desk/products/reviews", size="desktop")
    log_in(reviewer, REVIEWER)
    reviewer.get_by_role("link", name="亚麻连衣裙").click()
    shoot(reviewer, "review")
    reviewer.get_by_label("标题与商品不符").check()
    reviewer.get_by_role("button", name="驳回").click()

    merchant.reload()
    expect(merchant.get_by_text("标题与商品不符")).to_be_visible()
    merchant.fill("[name=title]", "收腰亚麻连衣裙")
    merchant.get_by_role("button", name="保存并提交审核").click()
    reviewer.goto("/desk/products/reviews")
    reviewer.get_by_role("link", name="收腰亚麻连衣裙").click()
    reviewer.get_by_role("button", name="通过").click()
    expect(reviewer).to_have_url(f"{live.url}/desk/products/reviews")

    merchant.goto("/studio/products")
    expect(merchant.get_by_role("row", name="收腰亚麻连衣裙").get_by_text("在售")).to_be_visible()
    assert fits(merchant)
    shoot(merchant, "list")
    with django_db_blocker.unblock(), live.database():
        row = queries.products_of_shop(shop, now=now()).items[0]
        assert (row.state, row.price_min_minor, len(row.sku_ids)) == (ProductState.ON_SALE, 19_900, 4)
