"""The feed in a browser: videos play one after the other, are liked and commented on, and a product is bought from one."""

import re
from uuid import UUID

import pytest
from playwright.sync_api import expect

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.content.commands.posts import Anchor, PostKind
from anxin.market.content.commands.processing import prepare_media
from anxin.market.content.queries.posts import counts_by_id
from anxin.market.interest.queries import history
from anxin.market.orders.models import Order
from anxin.market.people.commands import add_address
from anxin.market.people.queries import person
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.content import a_public_post, an_upload
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import a_shop
from tests.builders.people import PASSWORD, a_person, an_address
from tests.support.feeding import FilmEngine, come_to, see_it_play
from tests.support.live import LiveMarket
from tests.support.pages import log_in

COMMENT = "颜色好看，想要同款"


@pytest.fixture(scope="module")
def market(live: LiveMarket) -> tuple[list[UUID], UUID]:
    """Three videos and a note of two creators, and a person who can log in."""
    with live.database():
        product = a_product(a_shop(), title="法式碎花连衣裙")
        creators = [a_creator(name="小鹿", name_en="Deer"), a_creator(name="阿梅", name_en="Amei")]
        posts = []
        for number in range(3):
            creator = creators[number % 2]
            media = an_upload(creator, now=now())
            prepare_media(media, FilmEngine(), now)
            facts = {"media_id": media, "title": f"第 {number + 1} 种穿法", "anchors": (Anchor(product, 500),)}
            posts.append(a_public_post(creator, PostKind.VIDEO, now=now(), **facts))
        posts.append(a_public_post(creators[0], PostKind.NOTE, now=now(), title="一周穿搭"))
        buyer = a_person(password=PASSWORD)
        add_address(buyer, an_address(), now=now())
        return posts, buyer


def test_a_video_is_watched_liked_commented_on_and_bought_from(
    open_page: OpenPage, live: LiveMarket, market: tuple[list[UUID], UUID], shoot: Shoot
) -> None:
    posts, buyer = market
    with live.database():
        login = person(buyer).email
    page = open_page("/account/login/?next=/")
    log_in(page, login)
    first = come_to(page, "种穿法")
    see_it_play(first)
    shoot(page, "01-feed", whole=False)
    first.locator(".slide-stage").dblclick(position={"x": 120, "y": 300})
    expect(first.locator("[data-act=like] button")).to_have_attribute("aria-pressed", "true")
    first.locator("[data-act=comments]").click()
    comments = page.locator("#feed-comments")
    comments.locator("input[name=text]").fill(COMMENT)
    comments.locator("form.comment-form button").first.click()
    expect(comments.locator(".comment-text").first).to_have_text(COMMENT)
    shoot(page, "02-comments", whole=False)
    page.keyboard.press("Escape")
    expect(comments).to_be_hidden()
    page.keyboard.press("ArrowDown")
    expect(first.locator("xpath=following-sibling::*[1]")).to_be_in_viewport(ratio=0.9)
    page.keyboard.press("ArrowUp")
    expect(first).to_be_in_viewport(ratio=0.9)
    first.locator(".slide-goods").first.click()
    sheet = page.locator("#feed-product")
    expect(sheet.locator("button[data-adds]")).to_be_visible()
    shoot(page, "03-product", whole=False)
    sheet.locator("button[data-adds]").click()
    expect(page.locator("[data-note]")).to_be_visible()
    expect(page.locator(".tab-bar .bubble")).to_have_text("1")
    page.goto("/interests")  # what is left to tell is told
    done = {"like", "product_click", "watch"}
    live.soon(lambda: done <= {entry.kind.value for entry in history(buyer).entries}, "what was done to be told")
    with live.database():
        liked = next(post for post in posts if counts_by_id([post])[post].likes)
        told = {(entry.kind.value, entry.item.id) for entry in history(buyer).entries}
        assert ("like", liked) in told
        assert history(buyer).was_shown(liked)


def test_who_buys_from_a_video_never_leaves_it_but_to_pay(
    open_page: OpenPage, live: LiveMarket, market: tuple[list[UUID], UUID], shoot: Shoot
) -> None:
    with live.database():
        login = person(market[1]).email
        before = Order.objects.count()
    page = open_page("/account/login/?next=/")
    log_in(page, login)
    slide = come_to(page, "种穿法")
    number = slide.get_attribute("data-id") or ""
    met = (slide.locator(".slide-goods").first.get_attribute("href") or "").partition("from=")[2].split(".")
    slide.locator(".slide-goods").first.click()
    sheet = page.locator("#feed-product")
    sheet.locator("[data-buys]").click()
    pay = sheet.locator(".checkout-form aside button")
    expect(pay).to_be_enabled()
    expect(page).to_have_url(re.compile(rf"/\?at={number}$"))
    sheet.get_by_placeholder("给商家留言").fill("放门口")
    shoot(page, "01-checkout", whole=False)
    pay.dblclick()
    page.click("button[name=choice][value=pay]")
    paid = page.locator(".feed-paid .paid-note[data-done]")
    expect(paid).to_contain_text("已支付")  # the page asks until the provider has told
    shoot(page, "02-paid", whole=False)
    again = page.locator(".slide").first
    expect(again).to_have_attribute("data-id", number)
    see_it_play(again)
    with live.database():
        assert Order.objects.count() == before + 1
        placed = Order.objects.latest("placed_at")
        origin = placed.lines.get().frozen["origin"]
        kept = [
            public_id("req", UUID(origin["request"])),
            public_id("vid", UUID(origin["content"])),
            str(origin["second"]),
        ]
        assert [*kept, public_id("crt", UUID(origin["creator"]))] == met
        assert placed.note == "放门口"
    page.keyboard.press("ArrowDown")
    expect(paid).to_have_count(0)


def test_a_guest_who_likes_is_asked_to_log_in_and_comes_back_to_the_slide(
    open_page: OpenPage, live: LiveMarket, market: tuple[list[UUID], UUID], shoot: Shoot
) -> None:
    with live.database():
        login = person(market[1]).email
    page = open_page("/", size="desktop", language="en")
    slide = come_to(page, "种穿法")
    number = slide.get_attribute("data-id") or ""
    page.keyboard.press("l")
    asked = page.locator("#feed-login")
    expect(asked).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/\?at={number}$"))
    expect(asked.get_by_role("link", name="Log in")).to_be_focused()
    shoot(page, "01-asked", whole=False)
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    page.keyboard.press("ArrowDown")  # who says no goes on watching
    expect(slide).not_to_be_in_viewport(ratio=0.5)
    expect(page).not_to_have_url(re.compile(rf"/\?at={number}$"))  # it has arrived
    page.keyboard.press("ArrowUp")
    expect(slide).to_be_in_viewport(ratio=0.9)
    slide.locator("[data-act=favourite] button").click()
    asked.get_by_role("link", name="Log in").click()
    log_in(page, login)
    expect(page.locator(".slide").first).to_have_attribute("data-id", number)


def test_the_feed_looks_well_on_both_screens_in_both_languages(
    open_page: OpenPage, market: tuple[list[UUID], UUID], shoot: Shoot
) -> None:
    assert market
    for size in ("phone", "desktop"):
        for language in ("zh-hans", "en"):
            page = open_page("/", size=size, language=language)
            slide = come_to(page, "种穿法")
            see_it_play(slide)
            shoot(page, f"01-feed-{size}-{language}", whole=False)
            page.goto(slide.locator(".slide-title a").get_attribute("href") or "")
            shoot(page, f"02-post-{size}-{language}")
    reader = open_page("/", java_script_enabled=False)
    expect(reader.locator(".slide img").first).to_be_visible()
    expect(reader.locator(".mall-header")).to_be_visible()
    shoot(reader, "03-without-scripts")
