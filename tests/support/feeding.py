"""A reader of the feed in a browser: logs in, comes to a slide, hears what the page tells the market."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Request, expect

from anxin.infra.media_engine import Prepared
from anxin.world.films import Film, Scene, shoot
from tests.builders.people import PASSWORD
from tests.builders.shops import a_picture


class FilmEngine:
    """Prepares a real short film, whatever was uploaded."""

    def prepare(self, source: Path, target: Path, on_progress: Callable[[int], None]) -> Prepared:
        """See `MediaEngine.prepare`."""
        on_progress(10_000)
        scene = Scene(a_picture(800, 800), f"Dress {source.name[:4]}", "¥129")
        return shoot(Film((scene, scene), "blush", len(source.name)), target)


def log_in(page: Page, login: str) -> None:
    """Fill the login page that is open."""
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_load_state()


def come_to(page: Page, title: str) -> Locator:
    """Swipe to the first slide whose title holds `title`; other tests show things in this market too."""
    slide = page.locator(".slide", has=page.locator(".slide-title", has_text=title)).first
    for _ in range(60):
        if slide.count():
            break
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(400)
    slide.scroll_into_view_if_needed()
    expect(slide).to_be_in_viewport(ratio=0.9)
    return slide


def step_down(page: Page, steps: int) -> None:
    """Go on from the first slide by the keyboard, waiting for each to come."""
    for number in range(steps):
        page.keyboard.press("ArrowDown")
        expect(page.locator(".slide").nth(number + 1)).to_be_in_viewport(ratio=0.9)


def see_it_play(slide: Locator) -> None:
    """Wait until the video of a slide plays."""
    slide.page.wait_for_function("slide => slide.querySelector('video')?.currentTime > 0.2", arg=slide.element_handle())


def hear(page: Page) -> list[dict[str, Any]]:
    """Return a list that grows by the events that the page tells from now on."""
    told: list[dict[str, Any]] = []

    def on_request(request: Request) -> None:
        if request.url.endswith("/api/v1/events") and request.post_data:
            told.extend(json.loads(request.post_data)["events"])

    page.on("request", on_request)
    return told


def leave(page: Page, told: list[dict[str, Any]], slide: Locator) -> dict[str, Any]:
    """Leave the feed; return what was told of the time for which a slide was watched."""
    item = slide.get_attribute("data-id")
    with page.expect_request(lambda request: request.url.endswith("/api/v1/events")):
        page.keyboard.press("ArrowDown")
    page.goto("/interests")
    return next(one for one in told if one["kind"] == "watch" and one["item"] == item)
