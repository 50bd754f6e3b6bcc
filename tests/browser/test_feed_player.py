"""The feed's player in a browser: what it counts, waits for and says when something fails; its line, speed and menu."""

import re
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from uuid import UUID

import pytest
from playwright.sync_api import expect

from anxin.infra.clock import now
from anxin.infra.media_engine import FfmpegEngine
from anxin.kernel.ids import public_id
from anxin.market.catalog.commands.states import put_on_sale, take_off
from anxin.market.catalog.models import Sku
from anxin.market.content.commands.posts import Anchor, PostKind
from anxin.market.content.commands.processing import prepare_media
from anxin.market.content.models import Report
from anxin.market.creators.commands import follow
from anxin.market.inventory.commands import Level, Reason, set_levels
from anxin.market.people.queries import person
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.content import a_public_post, an_upload
from tests.builders.creators import a_creator
from tests.builders.orders import a_shop, a_sku
from tests.builders.people import PASSWORD, a_person
from tests.support.feeding import FilmEngine, answers, come_to, leave, see_it_play, step_down
from tests.support.films import film
from tests.support.live import LiveMarket
from tests.support.pages import Held, log_in

CLIPS = re.compile(r"/clips/")
FAILED = r"Failed to load resource"
LOOKED_AT_MS = 2_000


@dataclass(frozen=True)
class Shown:
    """A creator with two videos (one of them in several sizes) and a note, and goods that one video shows."""

    creator: UUID
    video: str
    large: str
    note: str
    shop: UUID
    sku: UUID


@pytest.fixture(scope="module")
def shown(live: LiveMarket, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    with live.database():
        shop, creator = a_shop(), a_creator(name="阿宁", name_en="Ning")
        sku = a_sku(shop, title="真丝方巾")
        anchors = (Anchor(Sku.objects.get(pk=sku).product_id, 0),)
        media, large = an_upload(creator, now=now()), _large(creator, tmp_path_factory.mktemp("films"))
        prepare_media(media, FilmEngine(), now)
        video = a_public_post(creator, PostKind.VIDEO, now=now(), media_id=media, title="丝巾的系法", anchors=anchors)
        big = a_public_post(creator, PostKind.VIDEO, now=now(), media_id=large, title="海边的一天")
        note = a_public_post(creator, now=now(), title="一张图的笔记")
        return Shown(creator, public_id("vid", video), public_id("vid", big), public_id("nte", note), shop, sku)


def _large(creator: UUID, folder: Path) -> UUID:
    media = an_upload(creator, film(folder / "in.mp4", seconds=3, size=(540, 960)).read_bytes(), now=now())
    prepare_media(media, FfmpegEngine(), now)
    return media


def _reader(live: LiveMarket, creator: UUID | None = None) -> str:
    """A person who can log in and follows a creator."""
    with live.database():
        reader = a_person(password=PASSWORD)
        if creator:
            follow(creator, person_id=reader, now=now())
        return str(person(reader).email)


def test_time_counts_only_while_a_video_plays(open_page: OpenPage, shown: Shown) -> None:
    page = open_page("/feed/all")
    held = Held(page, CLIPS)
    page.goto(f"/?at={shown.video}")
    slide = page.locator(".slide").first
    expect(slide).to_have_attribute("data-waiting", "")
    page.wait_for_timeout(2_500)
    played_from = perf_counter()
    held.let_go()
    see_it_play(slide)
    expect(slide).not_to_have_attribute("data-waiting", "")
    watched = leave(page, slide)
    assert 150 <= watched["value"] <= (perf_counter() - played_from) * 1_000
    assert watched["finished"] is False


def test_the_only_picture_of_a_note_is_finished_once_it_was_looked_at(open_page: OpenPage, shown: Shown) -> None:
    page = open_page("/feed/all")
    looks = []
    for wait_ms in (300, 2_500):
        page.goto(f"/?at={shown.note}#here")
        expect(page).to_have_url(re.compile(rf"/\?at={shown.note}$"))  # written anew once it is looked at
        page.wait_for_timeout(wait_ms)
        looks.append(leave(page, page.locator(".slide").first))
    assert [one["finished"] for one in looks] == [one["value"] >= LOOKED_AT_MS for one in looks]
    assert looks[1]["finished"] is True


def test_a_video_that_fails_says_so_and_is_tried_again(open_page: OpenPage, shown: Shown, shoot: Shoot) -> None:
    page = open_page("/feed/all", forgives=FAILED)
    page.route(CLIPS, lambda route: route.abort())
    page.goto(f"/?at={shown.video}")
    slide = page.locator(".slide").first
    expect(slide.locator(".slide-failed")).to_contain_text("视频播放失败")
    shoot(page, "01-failed", whole=False)
    page.unroute(CLIPS)
    slide.locator("[data-act=again]").click()
    see_it_play(slide)
    expect(slide.locator(".slide-failed")).to_have_count(0)


def test_the_end_says_that_all_was_seen_and_leads_on(
    open_page: OpenPage, live: LiveMarket, shown: Shown, shoot: Shoot
) -> None:
    page = open_page("/account/login/?next=/feed/following")
    log_in(page, _reader(live, shown.creator))
    expect(page.locator(".slide")).to_have_count(3)
    end = page.locator(".slide-end")
    step_down(page, 2)
    page.keyboard.press("ArrowDown")
    expect(end).to_be_in_viewport(ratio=0.9)
    expect(end.get_by_role("heading", name="新内容都看完了")).to_be_visible()
    shoot(page, "01-the-end", whole=False)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".slide").last).to_be_in_viewport(ratio=0.9)
    page.keyboard.press("ArrowDown")
    end.get_by_role("link", name="从头再看").click()
    expect(page.locator(".slide").first).to_be_in_viewport(ratio=0.9)


def test_slides_that_do_not_come_are_asked_for_again(open_page: OpenPage, shown: Shown, shoot: Shoot) -> None:
    assert shown
    page = open_page("/feed/all", forgives=FAILED)
    page.route(re.compile("/feed/more"), lambda route: route.fulfill(status=503))
    page.goto("/")
    answered = answers(page)
    failed = page.locator(".slide-end[data-says=failed]")
    step_down(page, page.locator(".slide").count() - 1)
    expect(failed).to_be_attached()
    page.keyboard.press("ArrowDown")
    expect(failed).to_be_in_viewport(ratio=0.9)
    shoot(page, "01-nothing-came", whole=False)
    answered()
    page.unroute(re.compile("/feed/more"))
    failed.get_by_role("button").click()
    expect(failed).to_have_count(0)


def test_the_line_is_a_slider_and_the_speed_is_chosen(open_page: OpenPage, shown: Shown, shoot: Shoot) -> None:
    page = open_page(f"/?at={shown.video}")
    slide = page.locator(".slide").first
    see_it_play(slide)
    slide.locator(".slide-more summary").click()
    shoot(page, "01-menu", whole=False)
    slide.locator("[data-speed='2']").click()
    assert slide.locator("video").evaluate("video => video.playbackRate") == 2
    page.keyboard.press(" ")
    expect(slide).to_have_attribute("data-paused", "")
    line = slide.get_by_role("slider")
    box = line.bounding_box()
    assert box is not None
    assert box["height"] >= 16
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    shoot(page, "02-dragging", whole=False)
    page.mouse.up()
    part = "video => video.currentTime / video.duration"
    assert 0.45 <= slide.locator("video").evaluate(part) <= 0.55
    expect(line).to_have_attribute("aria-valuetext", re.compile(r"^0:0\d / 0:0\d$"))
    line.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(
        "video => video.currentTime / video.duration > 0.9", arg=slide.locator("video").element_handle()
    )


def test_a_small_screen_is_given_the_small_file_and_a_large_one_the_large(open_page: OpenPage, shown: Shown) -> None:
    for size, ending in (("phone", "/small.mp4"), ("desktop", ".mp4")):
        page = open_page(f"/?at={shown.large}", size=size)
        slide = page.locator(".slide").first
        see_it_play(slide)
        source = slide.locator("video").evaluate("video => video.src")
        assert source.endswith(ending)
        assert ("small" in source) is (size == "phone")
        assert slide.locator("video").evaluate("video => video.videoWidth") == (360 if size == "phone" else 540)


def test_a_browser_that_tells_nothing_of_its_line_is_given_the_playlist(open_page: OpenPage, shown: Shown) -> None:
    page = open_page("/feed/all", size="desktop")
    if not page.evaluate("document.createElement('video').canPlayType('application/vnd.apple.mpegurl')"):
        pytest.skip("this Chromium plays no playlists itself")
    page.add_init_script("Object.defineProperty(navigator, 'connection', {value: undefined})")
    with page.expect_request(re.compile(r"/index\.m3u8$")):
        page.goto(f"/?at={shown.large}")
    slide = page.locator(".slide").first
    see_it_play(slide)
    assert slide.locator("video").evaluate("video => video.src").endswith("/index.m3u8")


def test_a_cart_that_refuses_is_heard(open_page: OpenPage, live: LiveMarket, shown: Shown, shoot: Shoot) -> None:
    page = open_page(f"/?at={shown.video}", forgives=r"status of 409")
    slide = page.locator(".slide").first
    slide.locator(".slide-goods").click()
    sheet = page.locator("#feed-product")
    expect(sheet.locator("button[data-adds]")).to_be_visible()
    with live.database():
        goods, by = [Sku.objects.get(pk=shown.sku).product_id], a_person()
        take_off(shown.shop, goods, by=by, now=now())
    sheet.locator("button[data-adds]").click()
    expect(sheet.locator("[data-said]")).to_have_text("有商品已下架。")
    expect(page.locator("[data-note]")).to_be_hidden()
    expect(page.locator(".tab-bar .bubble")).to_have_count(0)
    shoot(page, "01-refused", whole=False)
    with live.database():
        put_on_sale(shown.shop, goods, by=by, now=now())
        set_levels([Level(shown.sku, shown.shop, 0)], reason=Reason.COUNTED, now=now())
    page.goto(f"/?at={shown.video}")
    expect(page.locator(".slide").first.locator(".slide-goods-gone")).to_have_text("已售罄")
    with live.database():
        set_levels([Level(shown.sku, shown.shop, 100)], reason=Reason.COUNTED, now=now())


def test_a_post_is_reported_from_its_menu(open_page: OpenPage, live: LiveMarket, shown: Shown, shoot: Shoot) -> None:
    page = open_page("/account/login/?next=/feed/following")
    log_in(page, _reader(live, shown.creator))
    slide = come_to(page, "丝巾的系法")
    slide.locator(".slide-more summary").click()
    slide.locator("[data-act=report]").click()
    sheet = page.locator("#feed-report")
    sheet.get_by_label("低俗内容").check()
    shoot(page, "01-report", whole=False)
    sheet.get_by_role("button", name="举报").click()
    expect(page.locator("[data-note]")).to_be_visible()
    with live.database():
        assert [one.reason for one in Report.objects.all()] == ["vulgar"]


def test_menu_and_end_look_well_on_both_screens_in_both_languages(
    open_page: OpenPage, shown: Shown, shoot: Shoot
) -> None:
    for size in ("phone", "desktop"):
        for language in ("zh-hans", "en"):
            page = open_page(f"/?at={shown.video}", size=size, language=language)
            slide = page.locator(".slide").first
            see_it_play(slide)
            slide.locator(".slide-more summary").click()
            shoot(page, f"01-menu-{size}-{language}", whole=False)
            page.keyboard.press("Escape")
            expect(slide.locator("details[open]")).to_have_count(0)
            slide.locator(".slide-goods").click()
            expect(page.locator("#feed-product button[data-adds]")).to_be_visible()
            shoot(page, f"02-sheet-{size}-{language}", whole=False)
