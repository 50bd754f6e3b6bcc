"""One sale from a stranger's first page to the merchant's bank: a buyer, two shops, one checkout, real processes."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from playwright.sync_api import Page, expect

from anxin.infra.clock import now
from anxin.infra.doctor import examine
from anxin.market.catalog.commands.saving import Save, load_products
from anxin.market.catalog.queries import Content, ProductDraft, SkuDraft
from anxin.market.inventory.commands import Level, Reason, set_levels
from anxin.market.people.queries import Role
from anxin.market.settlement.commands import AccountKind, set_bank_account
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.orders import a_shop
from tests.builders.people import PASSWORD, a_person, with_role
from tests.support.live import LiveMarket
from tests.support.pages import come_back_until, log_in

PHONE = "13912345678"


@dataclass(frozen=True)
class Merchant:
    """A shop with one product, its owner and a bank account."""

    shop_id: UUID
    login: str
    title: str


def a_merchant(name: str, title: str, *, freight_minor: int = 0) -> Merchant:
    from anxin.market.catalog.commands.categories import sync_categories
    from anxin.market.catalog.models import Category

    sync_categories()
    shop = a_shop(name=name, freight_minor=freight_minor)
    login = f"owner-{shop.hex[-8:]}@example.org"
    owner = with_role(a_person(email=login, password=PASSWORD), Role.OWNER, shop)
    leaf = Category.objects.filter(is_leaf=True, code="gifts-handmade").get().code
    draft = ProductDraft(f"p-{shop.hex[-8:]}", Content(category=leaf, title=title), (SkuDraft((), 12_800),))
    loaded = load_products(shop, [Save(draft, on_sale=True)], vouched=True, by=owner, now=now())
    set_levels([Level(loaded.saved[0].sku_ids[0], shop, 20)], reason=Reason.RECEIVED, now=now())
    set_bank_account(
        shop,
        kind=AccountKind.CORPORATE,
        bank_code="ICBC",
        branch="",
        holder="测试公司",
        number="6222020200112230",
        now=now(),
    )
    return Merchant(shop, login, title)


def test_from_a_strangers_first_page_to_the_merchants_bank(open_page: OpenPage, live: LiveMarket, shoot: Shoot) -> None:
    with live.database():
        one, two = a_merchant("竹影手作", "竹编茶席收纳篮"), a_merchant("云上陶", "手捏陶土花器", freight_minor=600)
    buyer = open_page("/account/signup")
    _sign_up(buyer, open_page, shoot)
    for merchant in (one, two):
        _find_and_put_into_cart(buyer, merchant, shoot)
    _order_and_pay(buyer, shoot)
    for merchant in (one, two):
        _ship(open_page("/studio/orders?tab=to_ship", size="desktop"), merchant, shoot)
    live.pass_time(timedelta(hours=20))  # the carrier fetches the parcels: later, the shops would owe for it
    live.pass_time(timedelta(days=4))  # and moves them
    live.pass_time(timedelta(days=5))
    _confirm_one(buyer, shoot)
    live.pass_time(timedelta(days=11))  # the other receipt is assumed
    live.pass_time(timedelta(days=45))  # settlement days of both
    for merchant in (one, two):
        _look_at_the_money(open_page("/studio/money", size="desktop"), merchant, shoot)
    with live.database():
        broken = [result for result in examine() if not result.ok]
    assert broken == []


def _sign_up(page: Page, open_page: OpenPage, shoot: Shoot) -> None:
    page.fill("input[name=login]", PHONE)
    page.fill("input[name=password1]", "a long and quiet password")
    shoot(page, "01-sign-up")
    page.click("main button.btn-primary")
    inbox = open_page("/sandbox/inbox", size="desktop")
    message = inbox.locator("article", has_text=PHONE).first.inner_text()
    code = re.search(r"\b\d{6}\b", message)
    assert code, message
    page.fill("input[name=code]", code[0])
    page.click("main button.btn-primary")
    page.goto("/account/addresses/new")
    page.fill("input[name=name]", "韩梅梅")
    page.fill("input[name=phone]", PHONE)
    for level, code_text in (("province", "110000"), ("city", "110100"), ("district", "110105")):
        page.wait_for_selector(f"select[name={level}] option[value='{code_text}']", state="attached")
        page.select_option(f"select[name={level}]", code_text)
    page.fill("[name=detail]", "建国路 88 号 5 单元 602")
    page.click("main button.btn-primary")
    expect(page.locator("main")).to_contain_text("韩梅梅")
    shoot(page, "02-address")


def _find_and_put_into_cart(page: Page, merchant: Merchant, shoot: Shoot) -> None:
    page.goto("/mall")
    page.fill("header input[type=search], header input[name=q]", merchant.title[:4])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    card = page.locator("main a", has_text=merchant.title).first
    expect(card).to_be_visible()
    shoot(page, f"03-search-{merchant.title}")
    card.click()
    expect(page.locator("h1")).to_contain_text(merchant.title)
    shoot(page, f"04-product-{merchant.title}")
    page.locator("form[action='/cart/add'] button:not([name=then])[data-needs-sku]").click()
    page.wait_for_load_state()


def _order_and_pay(page: Page, shoot: Shoot) -> None:
    page.goto("/cart")
    shoot(page, "05-cart")
    page.click("button[name=checkout]")
    expect(page.locator("main")).to_contain_text("¥6.00")
    shoot(page, "06-checkout")
    page.click("main form button.btn-primary")
    expect(page.locator("main")).to_contain_text("262")
    shoot(page, "07-pay")
    page.click("form[action$='/go'] button")
    shoot(page, "08-sandbox")
    page.click("button[name=choice][value=pay]")
    come_back_until(page, "/orders?tab=to_ship", page.locator("main .line-row"), 2)
    shoot(page, "09-orders")


def _ship(page: Page, merchant: Merchant, shoot: Shoot) -> None:
    log_in(page, merchant.login)
    page.goto("/studio/orders?tab=to_ship")
    shoot(page, f"10-to-ship-{merchant.title}")
    page.locator("table a.btn-primary").first.click()
    page.select_option("select[name=carrier]", "sf")
    page.fill("form[action$='/ship'] input[name=tracking_no]", f"SF{merchant.shop_id.int % 10**13:013d}")
    page.click("form[action$='/ship'] button.btn-primary")
    expect(page.locator("main")).to_contain_text("SF")
    shoot(page, f"11-shipped-{merchant.title}")


def _confirm_one(page: Page, shoot: Shoot) -> None:
    page.goto("/orders?tab=to_receive")
    page.on("dialog", lambda dialog: dialog.accept())
    shoot(page, "12-to-receive")
    page.locator("form[action$='/receipt'] button").first.click()
    confirm = page.locator("dialog[open] button.btn-primary, dialog[open] button[value=yes]")
    if confirm.count():
        confirm.first.click()
    expect(page.locator(".timeline").last).to_be_visible()
    shoot(page, "13-received")


def _look_at_the_money(page: Page, merchant: Merchant, shoot: Shoot) -> None:
    log_in(page, merchant.login)
    page.goto("/studio/money")
    expect(page.locator("main")).to_contain_text("¥12")
    shoot(page, f"14-money-{merchant.title}")
    page.fill("form[action$='/payouts'] input[name^=amount]", "100")
    page.click("form[action$='/payouts'] button.btn-primary")
    page.goto("/studio/money")
    expect(page.locator("main table")).to_contain_text("¥100.00")
    shoot(page, f"15-payout-{merchant.title}")
    page.goto("/studio/statements")
    shoot(page, f"16-statement-{merchant.title}")
