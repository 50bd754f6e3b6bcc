"""A real browser before the live product."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.support import chromium
from tests.support.live import LiveMarket

# Playwright's synchronous API keeps an event loop in this thread; Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
PATIENCE_MS = 40_000  # of a machine that others use too
ARGUMENTS = ["--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync"]

expect.set_options(timeout=PATIENCE_MS)

OpenPage = Callable[..., Page]
Shoot = Callable[..., Path]


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep all browser tests in one test process: one browser and one live market are enough."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def live(clones: Any, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveMarket]:
    """The live product on an empty market of its own."""
    market = LiveMarket(tmp_path_factory.mktemp("live"), clones.another("live"))
    with django_db_blocker.unblock():
        market.start()
        yield market
        market.stop()


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    path = chromium.find()
    assert path is not None, "no Chromium here: make test installs one"
    arguments = [*ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium_browser: Browser, live: LiveMarket, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open a browser of one's own on the live market: `open_page("/", size="phone", language="en")`.

    Each call is another person (own cookies). The test fails when a page logs an error or breaks its content policy; `forgives`
    is a pattern of the errors that it provokes itself.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage, forgives: str) -> None:
        if message.type == "error" and not (forgives and re.search(forgives, message.text)):
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def opened(
        path: str = "/", *, size: str = "phone", language: str = "zh-hans", forgives: str = "", **options: Any
    ) -> Page:
        live.forget_logins()
        width, height = SIZES[size]
        context = chromium_browser.new_context(
            viewport={"width": width, "height": height},
            locale={"zh-hans": "zh-CN", "en": "en-US"}[language],
            timezone_id="Asia/Shanghai",
            base_url=live.url,
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "django_language", "value": language, "url": live.url}])
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: hear(message, forgives))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield opened
    for number, page in enumerate(page for context in contexts for page in context.pages):
        _keep(page, f"{request.node.name}-end-{number}")
    for context in contexts:
        context.close()
    assert not complaints, f"{complaints}, and the market says: {live.says()}"


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Shoot:
    """Keep a screenshot under test-artifacts/: `shoot(page, "cart")`.

    Of the whole page; with `whole=False` of what is seen now, which leaves the scroll where it is.
    """
    shutil.rmtree(ARTIFACTS / _file_name(request.node.name), ignore_errors=True)

    def shot(page: Page, name: str, *, whole: bool = True) -> Path:
        return _keep(page, f"{request.node.name}/{name}", whole=whole)

    return shot


def _keep(page: Page, name: str, *, whole: bool = True) -> Path:
    path = ARTIFACTS / f"{_file_name(name)}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=whole)
    return path


def _file_name(name: str) -> str:
    return re.sub(r"[^\w/.-]+", "-", name)
