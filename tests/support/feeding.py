"""A reader of the feed in a browser: comes to a slide, goes on, leaves, and what the page tells the market of it."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Request, Response, expect

from anxin.infra.media_engine import Prepared
from anxin.world.films import Film, Scene, shoot
from tests.builders.shops import a_picture

STEP_MS = 400
STEPS_SECONDS_MAX = 120
ASKS = re.compile(r"/feed/more|/api/v1/events$")


class FilmEngine:
    """Prepares a real short film, whatever was uploaded."""

    def prepare(self, source: Path, target: Path, on_progress: Callable[[int], None]) -> Prepared:
        """See `MediaEngine.prepare`."""
        on_progress(10_000)
        scene = Scene(a_picture(800, 800), f"Dress {source.name[:4]}", "¥129")
        return shoot(Film((scene, scene), "blush", len(source.name)), target)


def come_to(page: Page, title: str) -> Locator:
    """Swipe to the first slide whose title holds `title`; other tests show things in this market too."""
    slide = page.locator(".slide", has=page.locator(".slide-title", has_text=title)).first
    swipe_until(page, slide, 1)
    slide.scroll_into_view_if_needed()
    expect(slide).to_be_in_viewport(ratio=0.9)
    return slide


def swipe_until(page: Page, wanted: Locator, count: int) -> None:
    """Swipe on until so many of the slides that are wanted have come; one at a time, more are asked for on the way."""
    until = time.monotonic() + STEPS_SECONDS_MAX
    while wanted.count() < count:
        assert time.monotonic() < until, f"{wanted.count()} of {count} came"
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(STEP_MS)


def step_down(page: Page, steps: int) -> None:
    """Go on from the first slide by the keyboard, arriving at each."""
    slides = page.locator(".slide")
    _arrive(page, slides.first)
    for number in range(1, steps + 1):
        page.keyboard.press("ArrowDown")
        expect(slides.nth(number)).to_be_in_viewport(ratio=0.9)
        _arrive(page, slides.nth(number))


def _arrive(page: Page, slide: Locator) -> None:
    """Wait until the page knows that a slide is looked at: then its address names it."""
    expect(page).to_have_url(re.compile(rf"\?at={slide.get_attribute('data-id')}$"))


def see_it_play(slide: Locator) -> None:
    """Wait until the video of a slide plays."""
    slide.page.wait_for_function("slide => slide.querySelector('video')?.currentTime > 0.2", arg=slide.element_handle())


def answers(page: Page) -> Callable[[], None]:
    """Return what waits until the page has its answer to everything that it tells and asks the feed from now on."""
    asked: set[Request] = set()

    def begin(request: Request) -> None:
        if ASKS.search(request.url):
            asked.add(request)

    def answer(response: Response) -> None:
        asked.discard(response.request)

    def fail(request: Request) -> None:
        asked.discard(request)

    page.on("request", begin)
    page.on("response", answer)
    page.on("requestfailed", fail)

    def wait() -> None:
        until = time.monotonic() + STEPS_SECONDS_MAX
        while asked:
            assert time.monotonic() < until, [one.url for one in asked]
            page.wait_for_timeout(STEP_MS)

    return wait


def leave(page: Page, slide: Locator) -> dict[str, Any]:
    """Go on to the next slide; return what is told of the time for which this one was watched."""
    item = slide.get_attribute("data-id")

    def of_it(request: Request) -> list[dict[str, Any]]:
        told = request.post_data_json["events"] if request.url.endswith("/api/v1/events") else []
        return [one for one in told if one["kind"] == "watch" and one["item"] == item]

    with page.expect_request(lambda request: bool(of_it(request))) as asked:
        page.keyboard.press("ArrowDown")
    return of_it(asked.value)[0]
