"""The creators' studio in a browser: a film is uploaded, prepared, reviewed and met in the feed; goods on its timeline; figures."""

import re
import struct
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import expect

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.content.commands.posts import Anchor, Draft, PostKind, edit_post
from anxin.market.content.commands.processing import prepare_media
from anxin.market.content.queries.posts import PostState, posts_of
from anxin.market.creators.commands import pick_products
from anxin.market.creators.queries import creator_of_person
from anxin.market.interest import commands as interest
from anxin.market.interest.commands import Teller
from anxin.market.interest.queries import Item, ItemKind, Kind, Told
from anxin.market.people.queries import Role, person
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.content import a_draft, a_public_post, an_upload
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import a_shop
from tests.builders.people import PASSWORD, a_person, with_role
from tests.support.feeding import FilmEngine, come_to
from tests.support.films import film
from tests.support.live import LiveMarket
from tests.support.pages import Held, log_in

PREPARED_MS = 180_000
PART_BYTES = 1024 * 1024
SECOND_PART = re.compile(f"offset={PART_BYTES}")
TITLE = "三分钟学会系围巾"


def _login_of(live: LiveMarket, person_id: UUID) -> str:
    with live.database():
        return person(person_id).email


def test_what_is_missing_is_marked_and_the_page_is_there(open_page: OpenPage, live: LiveMarket, shoot: Shoot) -> None:
    with live.database():
        me = a_person(password=PASSWORD)
        a_creator(person_id=me, name="小缺", handle="lacking")
    page = open_page("/account/login/?next=/studio/posts/new/note")
    log_in(page, _login_of(live, me))
    page.click("button[name=submit]")
    expect(page).to_have_url(re.compile(r"handing-in=1$"))
    pictures = page.locator("input[name=pictures]")
    expect(pictures).to_be_focused()
    expect(pictures).to_be_in_viewport()
    expect(page.locator("#pictures-fault")).to_be_visible()
    expect(page.locator("#id_caption-fault")).to_be_visible()
    shoot(page, "01-missing")


def test_a_film_goes_from_a_new_creator_over_the_desk_into_the_feed(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, tmp_path: Path
) -> None:
    with live.database():
        me, reviewer = a_person(password=PASSWORD), with_role(a_person(password=PASSWORD), Role.REVIEWER)
        a_product(a_shop(), title="羊毛围巾")
    page = open_page("/account/login/?next=/studio/posts")
    log_in(page, _login_of(live, me))
    shoot(page, "01-become")
    page.fill("input[name=name]", "围巾姐姐")
    page.fill("input[name=handle]", "scarf.sister")
    page.click("main form button.btn-primary")
    expect(page).to_have_url(re.compile("/studio/posts$"))
    shoot(page, "02-empty")
    page.goto("/studio/posts/new/video")
    clip = film(tmp_path / "scarf.mp4", seconds=4, size=(360, 640))
    page.set_input_files("#video", clip)
    expect(page.locator("[data-note]").first).to_have_text(re.compile("上传完成"), timeout=PREPARED_MS)
    page.fill("input[name=title]", TITLE)
    page.fill("textarea[name=caption]", "冬天就要系围巾 #围巾 @scarf")
    page.locator("textarea[name=caption]").press("End")
    page.locator("textarea[name=caption]").press_sequentially(".s")
    expect(page.locator(".caption-hints")).to_be_visible()
    shoot(page, "03-uploaded")
    page.locator(".caption-hints button").first.click()
    expect(page.locator("textarea[name=caption]")).to_have_value("冬天就要系围巾 #围巾 @scarf.sister ")
    page.click("button[name=submit]")
    expect(page).to_have_url(re.compile("/studio/posts$"))
    shoot(page, "04-handed-in")
    with live.database():
        creator = creator_of_person(me)
        assert creator is not None
    live.soon(lambda: posts_of(creator.id).items[0].state is PostState.IN_REVIEW, "the film to be prepared")
    with live.database():
        [post] = posts_of(creator.id).items
    desk = open_page(f"/account/login/?next=/desk/content/{public_id('vid', post.id)}", size="desktop")
    log_in(desk, _login_of(live, reviewer))
    desk.click("button[name=approve]")
    expect(desk.locator(".notice-success")).to_be_visible()
    come_to(open_page("/"), TITLE)
    page.goto("/studio/posts?state=public")
    expect(page.locator(".own-post", has_text=TITLE)).to_have_count(1)


def test_an_upload_that_stopped_goes_on_after_a_reload(open_page: OpenPage, live: LiveMarket, tmp_path: Path) -> None:
    with live.database():
        me = a_person(password=PASSWORD)
        a_creator(person_id=me)
    page = open_page("/account/login/?next=/studio/posts/new/video")
    log_in(page, _login_of(live, me))
    file = film(tmp_path / "long.mp4")
    rest = 3 * PART_BYTES - file.stat().st_size
    with file.open("ab") as end:  # a box that says nothing makes it three parts long
        end.write(struct.pack(">I4s", rest, b"free") + bytes(rest - 8))
    parts: list[str] = []
    page.on("request", lambda request: parts.append(request.url) if "/bytes?" in request.url else None)
    Held(page, SECOND_PART)  # it never arrives
    page.set_input_files("#video", file)
    expect(page.locator("[data-note]").first).to_have_text(re.compile("33%"))
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.unroute(SECOND_PART)
    parts.clear()
    expect(page.locator(".unused-uploads")).to_contain_text("33%")
    page.set_input_files("#video", file)
    expect(page.locator("[data-note]").first).to_have_text(re.compile("上传完成"), timeout=PREPARED_MS)
    assert [re.sub(r".*offset=", "", each) for each in parts] == ["1048576", "2097152"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_file_that_is_no_film_is_said_before_it_is_handed_in_and_another_one_is_prepared(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, tmp_path: Path, language: str
) -> None:
    with live.database():
        me = a_person(password=PASSWORD)
        a_creator(person_id=me)
    page = open_page("/account/login/?next=/studio/posts/new/video", language=language)
    log_in(page, _login_of(live, me))
    page.fill("input[name=title]", TITLE)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film at all" * 1000)
    page.set_input_files("#video", broken)
    fault = page.locator("ax-video-upload [data-fault]")
    expect(fault).to_contain_text({"zh-hans": "不是视频", "en": "not a video"}[language], timeout=PREPARED_MS)
    shoot(page, "no-film")
    expect(page.locator("input[type=hidden][name=upload]")).to_have_value("")
    page.set_input_files("#video", film(tmp_path / "whole.mp4", seconds=2, size=(180, 320)))
    prepared = {"zh-hans": "上传完成，视频已处理好", "en": "Uploaded and prepared"}[language]
    expect(page.locator("[data-note]").first).to_contain_text(prepared, timeout=PREPARED_MS)
    expect(fault).to_be_hidden()
    expect(page.locator("input[type=hidden][name=upload]")).to_have_value(re.compile("^med_"))
    expect(page.locator("input[name=title]")).to_have_value(TITLE)


@pytest.fixture(scope="module")
def studio(live: LiveMarket) -> tuple[UUID, UUID, UUID]:
    """A creator with a draft of a film and a public one that was watched: (person, draft, public)."""
    with live.database():
        me, shop = a_person(password=PASSWORD), a_shop()
        products = [a_product(shop, title=title) for title in ("小鹿碎花连衣裙", "羊毛围巾", "帆布托特包")]
        creator = a_creator(person_id=me, name="小鹿穿搭", name_en="Deer Outfits", handle="deer.studio")
        pick_products(creator, products, now=now())
        films = []
        for _ in range(2):
            media = an_upload(creator, now=now())
            prepare_media(media, FilmEngine(), now)
            films.append(media)
        draft = a_draft(creator, PostKind.VIDEO, now=now(), media_id=films[0], title="三种穿法")
        goods = (Anchor(products[0], 500, "同款"),)
        public = a_public_post(creator, PostKind.VIDEO, now=now(), media_id=films[1], title="一周通勤", anchors=goods)
        a_public_post(creator, PostKind.NOTE, now=now(), title="一周穿搭")
        for number in range(30):
            item, at = Item(ItemKind.VIDEO, public), now()
            told = [Told(new_id(), Kind.IMPRESSION, item, at - timedelta(hours=number))]
            told.append(Told(new_id(), Kind.WATCH, item, at, value=100 * number, finished=number > 25))
            interest.tell(told, Teller(new_id(), is_person=True), now=at)
        return me, draft, public


def test_goods_are_put_on_the_timeline_by_mouse_and_keys(
    open_page: OpenPage, live: LiveMarket, studio: tuple[UUID, UUID, UUID], shoot: Shoot
) -> None:
    me, draft, _public = studio
    page = open_page(f"/account/login/?next=/studio/posts/{public_id('vid', draft)}", size="desktop")
    log_in(page, _login_of(live, me))
    page.locator("[data-picker] summary").click()
    choice = page.locator(".goods-choice", has_text="小鹿碎花连衣裙")
    page.locator("input[name=goods]").fill("围巾")
    expect(choice).to_have_count(0)
    page.locator("input[name=goods]").fill("碎花")
    choice.locator("input").click()
    at = page.locator("input[name=anchor-at]").first
    expect(at).to_have_value("0.0")
    mark = page.get_by_role("slider").first
    mark.focus()
    for _ in range(4):
        mark.press("ArrowRight")
    mark.press("PageUp")
    expect(at).to_have_value("1.4")
    page.wait_for_function("document.querySelector('ax-anchors video').readyState > 0")  # it has its height
    page.locator("[data-track]").scroll_into_view_if_needed()
    track, box = page.locator("[data-track]").bounding_box(), mark.bounding_box()
    assert track
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(track["x"] + track["width"] / 2, box["y"], steps=5)
    page.mouse.up()
    half = float(page.locator("ax-anchors").get_attribute("data-duration") or 0) / 2_000
    assert abs(float(at.input_value()) - half) <= 0.2
    expect(page.locator("[data-preview]")).to_contain_text("小鹿碎花连衣裙")
    at.fill("0.8")
    page.locator("input[name=anchor-label]").first.fill("同款")
    shoot(page, "01-anchors")
    page.click("button[name=save]")
    expect(page.locator(".notice-success")).to_be_visible()
    with live.database():
        [kept] = next(each for each in posts_of_creator(me) if each.id == draft).anchors
        assert (kept.at_ms, kept.label) == (800, "同款")


def posts_of_creator(person_id: UUID) -> tuple:  # type: ignore[type-arg]
    """All posts of the creator that a person is."""
    creator = creator_of_person(person_id)
    assert creator is not None
    return posts_of(creator.id).items


def test_the_studio_looks_well_on_both_screens_in_both_languages(
    open_page: OpenPage, live: LiveMarket, studio: tuple[UUID, UUID, UUID], shoot: Shoot
) -> None:
    me, draft, public = studio
    login = _login_of(live, me)
    pages = {
        "posts": "/studio/posts",
        "video": "/studio/posts/new/video",
        "note": "/studio/posts/new/note",
        "draft": f"/studio/posts/{public_id('vid', draft)}",
        "public": f"/studio/posts/{public_id('vid', public)}",
        "showcase": "/studio/showcase",
        "figures": "/studio/figures",
        "post-figures": f"/studio/posts/{public_id('vid', public)}/figures",
        "creator": "/studio/creator",
    }
    for size, language, scheme in (("phone", "zh-hans", "light"), ("desktop", "en", "dark")):
        page = open_page("/account/login/", size=size, language=language, color_scheme=scheme)
        log_in(page, login)
        for name, address in pages.items():
            page.goto(address)
            if "figures" in name:
                expect(page.locator("ax-chart canvas, ax-chart svg").first).to_be_visible()
            width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert width <= 0, f"{name} is wider than the screen by {width}"
            shoot(page, f"{size}-{language}-{name}")
    page.goto(f"/studio/posts/{public_id('vid', public)}/figures")
    expect(page.locator(".tile").first).to_contain_text("30")


def test_a_draft_saves_itself_and_loses_nothing_where_somebody_else_changed_it(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot
) -> None:
    with live.database():
        me = a_person(password=PASSWORD)
        creator = a_creator(person_id=me)
    page = open_page("/account/login/?next=/studio/posts/new/note", forgives="409")
    page.clock.install()
    log_in(page, _login_of(live, me))
    said = page.locator("ax-autosave [data-said]")
    page.fill("input[name=title]", "第一稿")
    page.clock.run_for(21_000)
    expect(page).to_have_url(re.compile("/studio/posts/nte_"))
    expect(said).to_contain_text("保存")
    page.fill("input[name=title]", "第二稿")
    page.clock.run_for(21_000)
    expect(page.locator("input[name=version]")).to_have_value("1")
    with live.database():
        [post] = posts_of(creator).items
        assert post.title == "第二稿"
        edit_post(post.id, Draft(PostKind.NOTE, title="同事写的"), creator_id=creator, now=now())
    page.fill("input[name=title]", "第三稿")
    page.clock.run_for(21_000)
    expect(said).to_contain_text("已在别处被修改")
    shoot(page, "changed-elsewhere")
    page.click("button[name=save]")
    expect(page.locator("input[name=title]")).to_have_value("第三稿")
    page.click("button[name=save]")
    expect(page.locator(".notice-success")).to_be_visible()
    with live.database():
        assert [each.title for each in posts_of(creator).items] == ["第三稿"]
