"""The interest console in a browser: shares as charts, weights published with a reason and taken back."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from anxin.infra import clock
from anxin.kernel.ids import id_at, new_id
from anxin.market.interest import store
from anxin.market.interest.domain.events import Item, ItemKind, Served
from anxin.market.interest.domain.notes import Note
from anxin.market.people.queries import Role
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.people import a_login
from tests.support.live import LiveMarket
from tests.support.pages import open_as

SOURCES = ("content", "content", "neighbours", "transitions", "popular", "tried", "fresh", "follows")


def traffic() -> None:
    """A day of answers, an eighth of them tried, a few by the fallback; and some new posts."""
    moment, creator = clock.now(), a_creator()
    posts = [a_public_post(creator, now=moment - timedelta(hours=3), title=f"新作{number}") for number in range(8)]
    for hour in range(24):
        for number in range(4):
            at = moment - timedelta(hours=hour, minutes=number)
            policy = "popular" if (hour + number) % 11 == 0 else "quality-1"
            items = tuple(Item(ItemKind.NOTE, post) for post in posts)
            one = Served(id_at(int(at.timestamp() * 1000)), new_id(), at, items, (0.9,) * 8)
            words = [Note("popular" if policy == "popular" else source).text() for source in SOURCES]
            store.keep_served(one, "feed", policy, words)


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_operator_reads_the_console_and_changes_what_counts(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, size: str, language: str
) -> None:
    with live.database():
        traffic()
        boss = a_login(Role.ADMINISTRATOR)
    page = open_as(open_page, boss, "/desk/interest", size=size, language=language)
    expect(page.locator("ax-chart canvas").first).to_be_visible()
    _fits(page)
    shoot(page, "overview")
    for name in ("calibration", "models", "why"):
        page.goto(f"{live.url}/desk/interest/{name}")
        expect(page.locator("h1")).to_be_visible()
        _fits(page)
        shoot(page, name)
    page.goto(f"{live.url}/desk/interest/value")
    page.fill("[name=like]", str(6 + len(language) + len(size)))
    page.fill("aside [name=reason]", "More weight on likes")
    page.click("[name=publish]")
    expect(page.locator(".pill-good")).to_have_count(1)
    _fits(page)
    shoot(page, "value")
    page.locator("[data-opens=formula-1]").click()
    page.fill("#back-1", "Back to the beginning")
    page.locator("dialog[open] .btn-primary").click()
    expect(page.locator("[name=like]")).to_have_value("5")


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
