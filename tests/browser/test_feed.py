"""The feed in a browser: videos play one after the other, are liked and commented on, and a product is bought from one."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from anxin.infra.clock import now
from anxin.infra.media_engine import Prepared
from anxin.market.content.commands.posts import Anchor, PostKind
from anxin.market.content.commands.processing import prepare_media
from anxin.market.content.queries.posts import counts_by_id
from anxin.market.interest.queries import history
from anxin.market.people.queries import person
from anxin.world.films import Film, Scene, shoot
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.content import a_public_post, an_upload
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import a_shop
from tests.builders.people import PASSWORD, a_person
from tests.builders.shops import a_picture
from tests.support.live import LiveMarket

COMMENT = "颜色好看，想要同款"


class FilmEngine:
    """Prepares a real short film, whatever was uploaded."""

    def prepare(self, source: Path, target: Path, on_progress: Callable[[int], None]) -> Prepared:
        """See `MediaEngine.prepare`."""
        on_progress(10_000)
        scene = Scene(a_picture(800, 800), f"Dress {source.name[:4]}", "¥129")
        return shoot(Film((scene, scene), "blush", len(source.name)), target)


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
        return posts, a_person(password=PASSWORD)


def _log_in(page: Page, login: str) -> None:
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_load_state()


def _come_to(page: Page, title: str) -> Locator:
    """Swipe to the first slide whose title holds `title`, and see it play; other tests show things in this market too."""
    slide = page.locator(".slide", has=page.locator(".slide-title", has_text=title)).first
    for _ in range(60):
        if slide.count():
            break
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(400)
    slide.scroll_into_view_if_needed()
    expect(slide).to_be_in_viewport(ratio=0.9)
    page.wait_for_function("slide => slide.querySelector('video')?.currentTime > 0.2", arg=slide.element_handle())
    return slide


def test_a_video_is_watched_liked_commented_on_and_bought_from(
    open_page: OpenPage, live: LiveMarket, market: tuple[list[UUID], UUID], shoot: Shoot
) -> None:
    posts, buyer = market
    with live.database():
        login = person(buyer).email
    page = open_page("/account/login/?next=/feed")
    _log_in(page, login)
    first = _come_to(page, "种穿法")
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
    first.locator(".slide-goods").first.click()
    sheet.locator("button[name=then]").click()
    expect(page).to_have_url(re.compile(r"/checkout\?.*from="))
    with live.database():
        liked = next(post for post in posts if counts_by_id([post])[post].likes)
        told = {(entry.kind.value, entry.item.id) for entry in history(buyer).entries}
        assert ("like", liked) in told
        assert any(kind == "product_click" for kind, _ in told)
        assert any(kind == "watch" for kind, _ in told)
        assert history(buyer).was_shown(liked)


def test_the_feed_looks_well_on_both_screens_in_both_languages(
    open_page: OpenPage, market: tuple[list[UUID], UUID], shoot: Shoot
) -> None:
    assert market
    for size in ("phone", "desktop"):
        for language in ("zh-hans", "en"):
            page = open_page("/", size=size, language=language)
            slide = _come_to(page, "种穿法")
            shoot(page, f"01-feed-{size}-{language}", whole=False)
            page.goto(slide.locator(".slide-title a").get_attribute("href") or "")
            shoot(page, f"02-post-{size}-{language}")
    reader = open_page("/", java_script_enabled=False)
    expect(reader.locator(".slide img").first).to_be_visible()
    expect(reader.locator(".mall-header")).to_be_visible()
    shoot(reader, "03-without-scripts")
