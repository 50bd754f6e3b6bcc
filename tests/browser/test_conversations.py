"""A buyer and a shop talk: live with two browsers, without the push server, and without scripts."""

import re
from dataclasses import dataclass
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.people.queries import Role
from anxin.market.service.commands.quick_replies import add_quick_reply
from anxin.market.shops.models import Shop
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.builders.people import PASSWORD, a_person, with_role
from tests.builders.shops import a_picture
from tests.support.live import LiveMarket
from tests.support.pages import Held, log_in

TICKET = re.compile("/messages/ticket")
ALONE_MS = 120_000  # a page that cannot listen asks again, less and less often


@dataclass(frozen=True)
class Scene:
    """A shop that sells one thing, its owner, and a buyer who paid for one."""

    slug: str
    product: str
    order: str
    owner: str
    buyer: str


@pytest.fixture
def scene(live: LiveMarket) -> Scene:
    with live.database():
        return a_scene()


def a_scene() -> Scene:
    tail = new_id().hex[-8:]
    owner, buyer = f"owner-{tail}@example.org", f"buyer-{tail}@example.org"
    shop = a_shop(name=f"青禾女装{tail}", name_en=f"Qinghe {tail}")
    owner_id = with_role(a_person(email=owner, password=PASSWORD), Role.OWNER, shop)
    add_quick_reply(shop, "发货时间", "亲，下单后 48 小时内发货哦", by=owner_id, now=now())
    add_quick_reply(shop, "尺码", "亲，平时穿多大就拍多大", by=owner_id, now=now())
    sku = a_sku(shop, title="亚麻连衣裙 夏季新款", price_minor=19_900)
    person = Buyer(a_person(email=buyer, password=PASSWORD))
    placed = person.order(sku, now=now())
    person.pay(placed, now=now())
    return Scene(
        Shop.objects.get(pk=shop).slug,
        public_id("prd", product_of(sku)),
        public_id("ord", placed.orders[0].id),
        owner,
        buyer,
    )


def product_of(sku_id: UUID) -> UUID:
    from anxin.market.catalog.models import Sku

    return Sku.objects.get(pk=sku_id).product_id


def write(page: Page, text: str) -> None:
    page.fill(".talk-form textarea", text)
    page.press(".talk-form textarea", "Enter")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_two_browsers_talk_live(scene: Scene, open_page: OpenPage, shoot: Shoot, language: str) -> None:
    merchant = open_page("/studio/conversations", size="desktop", language=language)
    log_in(merchant, scene.owner)
    expect(merchant.locator(".talk-none")).to_be_visible()
    shoot(merchant, "0-nobody")
    buyer = open_page(f"/product/{scene.product}", language=language)
    shoot(buyer, "1-product")
    buyer.click(".product-actions .ask-link")
    log_in(buyer, scene.buyer)
    shoot(buyer, "2-offer")
    buyer.click(".talk-offer button")
    expect(buyer.locator(".say-mine .say-card")).to_be_visible()
    write(buyer, "这件连衣裙会缩水吗？\n我 165 cm <b>55 kg</b>")
    row = merchant.locator(".talk-row")
    expect(row.locator(".talk-waits")).to_be_visible()  # nobody reloaded the desk
    shoot(merchant, "3-waiting")
    row.click()
    merchant.wait_for_load_state()
    expect(merchant.locator(".say-theirs .say-text")).to_contain_text("<b>55 kg</b>")
    expect(buyer.locator(".say-mine[data-seen]")).to_have_count(2)
    merchant.click(".talk-quick .chip >> nth=0")
    merchant.press(".talk-form textarea", "Enter")
    expect(buyer.locator(".say-theirs .say-text")).to_have_count(1)
    write(merchant, "不会缩水，这款做过预缩水处理。")
    expect(buyer.locator(".say-theirs .say-text").last).to_contain_text("预缩水")
    buyer.set_input_files(".talk-form input[type=file]", _picture())
    expect(merchant.locator(".say-theirs .say-pictures img")).to_be_visible()
    expect(merchant.locator(".say-mine[data-seen]")).to_have_count(2)
    shoot(buyer, "4-buyer")
    shoot(merchant, "5-merchant")
    buyer.goto("/messages")
    write(merchant, "还有什么可以帮您？")
    expect(buyer.locator(".talk-row .bubble")).to_have_text("Unread: 1" if language == "en" else "未读： 1")
    shoot(buyer, "6-list")
    buyer.goto("/mall")
    expect(buyer.locator(".mall-header .bubble.on-icon")).to_be_visible()
    shoot(buyer, "7-home")
    merchant.goto("/studio/conversations/quick-replies")
    shoot(merchant, "8-quick-replies")
    small = open_page("/studio/conversations", language=language)
    log_in(small, scene.owner)
    small.click(".talk-row")
    shoot(small, "9-merchant-phone")
    buyer.set_viewport_size({"width": 1280, "height": 800})
    buyer.goto(f"/messages/with/{scene.slug}")
    shoot(buyer, "10-buyer-desktop")
    buyer.goto("/messages")
    shoot(buyer, "11-list-desktop")
    buyer.goto(f"/messages/with/{scene.slug}?order={scene.order}")
    buyer.click(".talk-offer button")
    expect(buyer.locator(".say-card-note")).to_be_visible()


def test_without_the_push_server_pages_still_work(scene: Scene, live: LiveMarket, chromium_browser: Browser) -> None:
    context = chromium_browser.new_context(base_url=live.url, locale="zh-CN")  # its console may complain
    try:
        live.kill("edge")
        page = context.new_page()
        page.goto(f"/messages/with/{scene.slug}")
        log_in(page, scene.buyer)
        write(page, "有人吗？")
        expect(page.locator(".say-mine .say-text")).to_have_text("有人吗？")
        answer(live, scene)
        expect(page.locator(".say-theirs .say-text")).to_have_text("在的", timeout=ALONE_MS)  # the page asks by itself
    finally:
        context.close()
        live.kill_and_restart("edge", is_dead=True)


def answer(live: LiveMarket, scene: Scene) -> None:
    """Let the shop say that somebody is there; of this no page is told."""
    from anxin.market.service.commands.conversations import say_to_buyer
    from anxin.market.service.models import Conversation
    from tests.builders.conversations import a_message

    with live.database():
        shop = Shop.objects.get(slug=scene.slug)
        talk = Conversation.objects.get(shop=shop)
        say_to_buyer(talk.pk, a_message("在的"), shop_id=shop.pk, by=talk.person_id, now=now())


def test_what_is_said_before_a_list_listens_is_seen_in_it(scene: Scene, live: LiveMarket, open_page: OpenPage) -> None:
    page = open_page(f"/messages/with/{scene.slug}")
    log_in(page, scene.buyer)
    write(page, "有人吗？")
    expect(page.locator(".say-mine .say-text")).to_have_text("有人吗？")
    held = Held(page, TICKET)
    with page.expect_request(TICKET):
        page.goto("/messages")
    answer(live, scene)
    held.let_go()
    expect(page.locator(".talk-row .bubble")).to_have_text("未读： 1")


def test_without_scripts_a_conversation_is_a_form(scene: Scene, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page(f"/messages/with/{scene.slug}?product={scene.product}", java_script_enabled=False)
    log_in(page, scene.buyer)
    page.click(".talk-offer button")
    page.fill(".talk-form textarea", "没有脚本")
    page.set_input_files(".talk-form input[type=file]", _picture())
    page.click(".talk-form .talk-send")
    expect(page.locator(".say-mine .say-text")).to_have_text("没有脚本")
    expect(page.locator(".say-mine .say-pictures img")).to_be_visible()
    shoot(page, "no-scripts")


def _picture() -> dict[str, object]:
    return {"name": "dress.png", "mimeType": "image/png", "buffer": a_picture(640, 420)}
