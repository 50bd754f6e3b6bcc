"""The feed by the engine in a browser: three likes change the next page, cards say why, and what is not wanted goes."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from anxin.infra.clock import now
from anxin.market.interest.queries import Kind, history
from anxin.market.people.queries import person, person_by_login
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.people import PASSWORD, a_person
from tests.support.feeding import swipe_until
from tests.support.live import LiveMarket
from tests.support.pages import Held, log_in

THEMES = ("露营", "烘焙", "书法")
MORE = re.compile("/feed/more")
READERS = 4  # on a single page what is tried may leave the theme a card short


@pytest.fixture(scope="module")
def notes(live: LiveMarket) -> Iterator[None]:
    """Forty-five notes of three themes and nine creators, and a learner that knows them."""
    with live.database():
        creators = [a_creator(name=f"达人{number}") for number in range(9)]
        for number in range(45):
            theme = THEMES[number % 3]
            a_public_post(
                creators[number // 3 % 9],
                now=now(),
                title=f"{theme}第{number}篇",
                caption=f"今天说说 #{theme}",
                caption_en="",
            )
    live.start_learner()
    yield
    live.end("learner")


@pytest.fixture
def login(live: LiveMarket, notes: None) -> str:
    """A person who can log in and has seen none of them."""
    return _login_of_somebody_new(live)


def _login_of_somebody_new(live: LiveMarket) -> str:
    with live.database():
        return str(person(a_person(password=PASSWORD)).email)


def _wait_for_likes(live: LiveMarket, login: str, likes: int) -> None:
    """Wait until the market was told of so many likes: they may come in several batches."""

    def told() -> int:
        return [entry.kind for entry in history(person_by_login(login).id).entries].count(Kind.LIKE)

    live.soon(lambda: told() >= likes, f"{likes} likes")


def _themes(page: Page) -> Counter[str]:
    titles = page.locator(".slide .slide-title").all_inner_texts()[:8]
    return Counter(title[:2] for title in titles)


def _like_three(page: Page, live: LiveMarket, login: str) -> tuple[str, int, int]:
    """Log in and like three of the theme that the page has least of; return it, and how much of it there was and is."""
    log_in(page, login)
    page.goto("/")
    before = _themes(page)
    theme = min(THEMES, key=lambda one: before[one])
    mine = page.locator(".slide", has=page.locator(".slide-title", has_text=theme))
    swipe_until(page, mine, 3)
    for number in range(3):
        mine.nth(number).locator("[data-act=like] button").evaluate("button => button.click()")
    _wait_for_likes(live, login, 3)
    page.goto("/")
    return theme, before[theme], _themes(page)[theme]


def test_three_likes_of_one_theme_change_the_next_page_and_it_says_why(
    open_page: OpenPage, live: LiveMarket, notes: None, shoot: Shoot
) -> None:
    wanted, found = 0, 0
    for _ in range(READERS):
        page = open_page("/account/login/?next=/feed")
        theme, before, after = _like_three(page, live, _login_of_somebody_new(live))
        wanted, found = wanted + max(4, before + 1), found + after
    assert found >= wanted
    expect(page.locator(".slide-why", has_text=re.compile(f"因为你喜欢过《{theme}")).first).to_be_attached()
    shoot(page, "01-after-three-likes")
    page.goto("/interests")
    expect(page.locator(f"[data-interest='#{theme}']")).to_be_visible()
    shoot(page, "02-interests")


def test_what_is_not_wanted_goes_at_once(open_page: OpenPage, notes: None, shoot: Shoot) -> None:
    page = open_page("/")
    ours = page.locator(".slide-title", has_text=re.compile("|".join(THEMES)))
    first = page.locator(".slide", has=ours).first  # other tests show things in this market too
    first.scroll_into_view_if_needed()
    gone, theme = first.get_attribute("data-id"), first.locator(".slide-title").inner_text()[:2]
    first.locator(".slide-more summary").click()
    shoot(page, "01-less-of-this")
    first.locator(f".slide-more button[value='#{theme}']").click()
    expect(page.locator("[data-note]")).to_be_visible()
    expect(page.locator(f".slide[data-id='{gone}']")).to_have_count(0)
    expect(page.locator(".slide .slide-title", has_text=theme)).to_have_count(0)
    assert page.locator(".slide").count() > 0
    page.goto("/interests")
    expect(page.locator(f"[data-interest='#{theme}']")).to_contain_text("想少看")


def test_what_was_to_come_stays_until_the_new_has_come(open_page: OpenPage, notes: None) -> None:
    page = open_page("/feed/all")
    held = Held(page, MORE)
    page.goto("/")
    slides = page.locator(".slide")
    before, gone = slides.count(), slides.first.get_attribute("data-id")
    slides.first.locator(".slide-more summary").click()
    with page.expect_request(MORE):
        slides.first.locator(".slide-more button").first.click()
    assert slides.count() == before > 1
    held.let_go()
    expect(page.locator(f".slide[data-id='{gone}']")).to_have_count(0)
    assert slides.count() > 1


def test_personal_recommendations_are_refused_and_interests_forgotten(
    open_page: OpenPage, live: LiveMarket, login: str, shoot: Shoot
) -> None:
    page = open_page("/account/login/?next=/feed")
    log_in(page, login)
    page.goto("/")
    page.locator(".slide [data-act=like] button").first.evaluate("button => button.click()")
    _wait_for_likes(live, login, 1)
    of_me = page.locator(".slide-why", has_text="因为你")
    page.goto("/")
    expect(of_me.first).to_be_attached()

    page.goto("/interests")
    expect(page.locator("[data-interest]").first).to_be_visible()
    page.get_by_role("button", name="关闭", exact=True).click()
    expect(page.get_by_role("button", name="开启", exact=True)).to_be_visible()
    shoot(page, "01-switched-off")
    page.goto("/")
    expect(page.locator(".slide").first).to_be_attached()
    expect(of_me).to_have_count(0)

    page.goto("/interests")
    page.get_by_role("button", name="开启", exact=True).click()
    page.goto("/")
    expect(of_me.first).to_be_attached()

    page.goto("/interests")
    page.get_by_role("button", name="清除我的兴趣").click()
    expect(page.locator("[data-interest]")).to_have_count(0)
    shoot(page, "02-forgotten")
    page.goto("/")
    expect(page.locator(".slide").first).to_be_attached()
    expect(of_me).to_have_count(0)
