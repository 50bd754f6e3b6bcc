"""The protection fund as people see it: in public, at finance's desk, in the studio of a shop that owes it."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from anxin.infra import clock
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.fund import Contribution, FundSource, contribute
from anxin.market.guarantee.commands.money import Compensation, compensate
from anxin.market.people.queries import Role
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.money import give, owes_base
from tests.builders.orders import a_shop
from tests.builders.people import a_login, a_person
from tests.support.live import LiveMarket
from tests.support.pages import open_as
from tests.support.work import work


def a_poor_shop(name: str) -> UUID:
    """A shop that has not enough for its buyers, so that the fund pays three of them."""
    shop, moment = a_shop(name=name, name_en=name), clock.now()
    owes_base(shop, 50_000, 10_000, now=moment)
    contribute(Contribution(5_000_000, FundSource.BANK, str(new_id()), "首次注资"), by=None, now=moment)
    give(shop, "available", 2_000, now=moment)
    for reason, amount_minor in (("发货超时", 1_200), ("假一赔三", 49_900), ("破损", 6_800)):
        wish = Compensation(new_id(), a_person(now=moment), shop, amount_minor, str(new_id()), reason)
        compensate(wish, now=moment)
    return shop


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_fund_reads_well_for_buyers_finance_and_a_merchant_who_owes(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, size: str, language: str
) -> None:
    with live.database():
        shop = a_poor_shop(f"无钱小铺{size}{language}")
        finance = a_login(Role.FINANCE)
        owner = a_login(Role.OWNER, shop)
        work(clock.now())
    page = open_page("/guarantee/fund", size=size, language=language)
    expect(page.locator(".fund-helped li").first).to_be_visible()
    expect(page.locator("ax-chart canvas, ax-chart svg").first).to_be_visible()
    _fits(page)
    shoot(page, "public")
    desk = open_as(open_page, finance, "/desk/fund", size=size, language=language)
    expect(desk.locator("main table").first).to_be_visible()
    _fits(desk)
    shoot(desk, "desk")
    studio = open_as(open_page, owner, "/studio/deposit", size=size, language=language)
    expect(studio.locator("#experience")).to_be_visible()
    _fits(studio)
    shoot(studio, "studio")


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
