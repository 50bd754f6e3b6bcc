"""The checkout in the feed's half sheet, in a browser: step by step, back again, and what is said when it refuses."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.catalog.commands.prices import NewPrice, change_prices
from anxin.market.catalog.models import Sku
from anxin.market.content.commands.posts import Anchor
from anxin.market.inventory.commands import Level, Reason, set_levels
from anxin.market.orders.models import Order
from anxin.market.people.commands import add_address
from anxin.market.people.queries import addresses_of, person
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import a_shop, a_sku
from tests.builders.people import PASSWORD, a_person, an_address
from tests.support.live import LiveMarket
from tests.support.pages import log_in

REFUSED = r"status of (401|409|422)"


@dataclass(frozen=True)
class Shown:
    """A note that shows one SKU, and its shop."""

    note: str
    sku: UUID
    shop: UUID


@pytest.fixture(scope="module")
def shown(live: LiveMarket) -> Shown:
    """A note with a product of which a few pieces are left."""
    with live.database():
        shop = a_shop()
        sku = a_sku(shop, title="羊毛围巾", stock=3)
        anchors = (Anchor(Sku.objects.get(pk=sku).product_id, 0),)
        post = a_public_post(a_creator(name="暖暖"), now=now(), title="围巾的系法", anchors=anchors)
        return Shown(public_id("nte", post), sku, shop)


@pytest.fixture
def buyer(live: LiveMarket) -> UUID:
    """A person who can log in, with one address."""
    with live.database():
        someone = a_person(password=PASSWORD)
        add_address(someone, an_address(), now=now())
        return someone


def open_sheet(page: Page, shown: Shown) -> Locator:
    page.goto(f"/?at={shown.note}")
    page.locator(".slide").first.locator(".slide-goods").click()
    sheet = page.locator("#feed-product")
    expect(sheet.locator("[data-buys]")).to_be_visible()
    return sheet


def at_the_checkout(open_page: OpenPage, login: str, shown: Shown) -> tuple[Page, Locator]:
    """Log in, open the goods of the note in the sheet and go on to the checkout step; what is refused is no failure."""
    page = open_page("/account/login/?next=/", forgives=REFUSED)
    log_in(page, login)
    sheet = open_sheet(page, shown)
    sheet.locator("[data-buys]").click()
    return page, sheet


def email_of(live: LiveMarket, someone: UUID) -> str:
    with live.database():
        return person(someone).email


def test_a_stranger_logs_in_and_is_back_in_the_step_with_what_was_chosen(
    open_page: OpenPage, live: LiveMarket, shown: Shown, buyer: UUID, shoot: Shoot
) -> None:
    login = email_of(live, buyer)
    page = open_page("/", forgives=REFUSED)
    sheet = open_sheet(page, shown)
    sheet.locator("ax-stepper button[data-by='1']").click()
    sheet.locator("[data-buys]").click()
    page.wait_for_url("**/account/login/**")
    log_in(page, login)
    expect(sheet.locator(".checkout-form .line-sum")).to_contain_text("×2")
    expect(page).to_have_url(re.compile(rf"/\?at={shown.note}$"))
    expect(sheet.get_by_role("heading", name="确认订单")).to_be_visible()
    shoot(page, "01-back-in-the-sheet", whole=False)
    sheet.get_by_placeholder("给商家留言").fill("请轻放")
    page.context.clear_cookies(name="sessionid")
    sheet.locator(".checkout-form aside button").click()  # logged out meanwhile: nothing is ordered, nothing is lost
    page.wait_for_url("**/account/login/**")
    log_in(page, login)
    expect(sheet.get_by_placeholder("给商家留言")).to_have_value("请轻放")
    with live.database():
        assert not Order.objects.filter(person_id=buyer).exists()


def test_escape_the_arrow_and_the_back_button_take_off_one_step_each(
    open_page: OpenPage, live: LiveMarket, shown: Shown, buyer: UUID, shoot: Shoot
) -> None:
    page = open_page("/account/login/?next=/", size="desktop", language="en")
    log_in(page, email_of(live, buyer))
    sheet = open_sheet(page, shown)
    title = sheet.get_by_role("heading", level=2).first
    depth = page.evaluate("history.length")
    sheet.locator("[data-buys]").click()
    expect(title).to_have_text("Checkout")
    sheet.get_by_placeholder("A note to the shop").fill("Ring twice")
    sheet.get_by_role("link", name="New address").click()
    expect(title).to_have_text("New address")
    expect(sheet.locator(".sheet-step:focus")).to_have_count(1)
    shoot(page, "01-address", whole=False)
    page.keyboard.press("Escape")
    expect(title).to_have_text("Checkout")
    expect(sheet.get_by_role("link", name="New address")).to_be_focused()
    sheet.get_by_role("link", name="New address").click()
    expect(title).to_have_text("New address")
    sheet.get_by_role("button", name="Back").click()
    expect(title).to_have_text("Checkout")
    expect(sheet.get_by_placeholder("A note to the shop")).to_have_value("Ring twice")
    page.go_back()
    expect(title).to_have_text("Product")
    expect(sheet.locator("[data-buys]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(page.locator(".slide-goods").first).to_be_focused()
    page.wait_for_function("(history.state?.sheet ?? 0) === 0")
    assert page.evaluate("history.length") <= depth + 2
    open_sheet(page, shown)
    page.go_back()
    expect(sheet).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/\?at="))


def test_a_new_address_is_written_in_the_sheet_and_delivered_to(
    open_page: OpenPage, live: LiveMarket, shown: Shown, buyer: UUID, shoot: Shoot
) -> None:
    page, sheet = at_the_checkout(open_page, email_of(live, buyer), shown)
    sheet.get_by_placeholder("给商家留言").fill("放门口")
    sheet.get_by_role("link", name="新增地址").click()
    sheet.locator("input[name=name]").fill("韩梅梅")
    sheet.locator("input[name=phone]").fill("12")
    for select, value in (("province", "310000"), ("city", "310100"), ("district", "310101")):
        sheet.locator(f"select[name={select}] option[value='{value}']").wait_for(state="attached")
        sheet.locator(f"select[name={select}]").select_option(value)
    sheet.locator("textarea[name=detail]").fill("南京东路 1 号")
    sheet.get_by_role("button", name="保存").click()
    expect(sheet.locator("input[name=phone][aria-invalid=true]")).to_be_focused()
    shoot(page, "01-wrong-number", whole=False)
    sheet.locator("input[name=phone]").fill("13900139000")
    sheet.get_by_role("button", name="保存").click()
    expect(sheet.locator(".checkout-form")).to_contain_text("韩梅梅")
    expect(sheet.get_by_placeholder("给商家留言")).to_have_value("放门口")
    shoot(page, "02-delivered-there", whole=False)
    sheet.locator("summary").click()
    sheet.locator("a[data-turns]").first.click()
    expect(sheet.locator(".checkout-form b").first).to_have_text("李雷")
    expect(sheet.get_by_placeholder("给商家留言")).to_have_value("放门口")
    with live.database():
        assert len(addresses_of(buyer)) == 2


def test_what_is_refused_is_said_in_the_step_and_going_back_unpaid_is_one_order(
    open_page: OpenPage, live: LiveMarket, shown: Shown, buyer: UUID, shoot: Shoot
) -> None:
    page, sheet = at_the_checkout(open_page, email_of(live, buyer), shown)
    pay = sheet.locator(".checkout-form aside button")
    expect(pay).to_be_enabled()
    with live.database():
        change_prices(shown.shop, [NewPrice(shown.sku, 12_300)], by=a_person(), now=now())
    pay.click()
    expect(sheet.get_by_role("alert").first).to_be_focused()
    expect(pay).to_have_text("确认支付 ¥123.00")
    shoot(page, "01-dearer", whole=False)
    with live.database():
        set_levels([Level(shown.sku, shown.shop, 0)], reason=Reason.COUNTED, now=now())
    pay.click()
    expect(sheet.locator(".checkout-form aside")).to_contain_text("已售罄")
    expect(pay).to_be_disabled()
    shoot(page, "02-sold-out", whole=False)
    with live.database():
        set_levels([Level(shown.sku, shown.shop, 3)], reason=Reason.COUNTED, now=now())
    page.keyboard.press("Escape")
    sheet.locator("[data-buys]").click()
    expect(pay).to_be_enabled()
    pay.click()
    page.wait_for_url("**/sandbox/pay/**")
    page.go_back()
    note = page.locator(".feed-paid .paid-note")
    expect(note).to_contain_text("尚未收到付款")
    shoot(page, "03-unpaid", whole=False)
    note.get_by_role("button", name="立即支付").click()
    page.click("button[name=choice][value=pay]")
    expect(page.locator(".paid-note[data-done]")).to_contain_text("已支付")
    with live.database():
        assert Order.objects.filter(person_id=buyer).count() == 1
