"""What a person does on any page of the market in a browser: logs in, comes back later, has a line that is slow."""

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, Route

from tests.builders.people import PASSWORD
from tests.support.live import SOON_SECONDS_MAX

PAUSE_MS = 200


def log_in(page: Page, login: str) -> None:
    """Fill the login page that is open and wait until the page behind it is there with its scripts."""
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button.btn-primary")
    page.wait_for_load_state()


def open_as(open_page: Callable[..., Page], login: str, path: str, *, size: str, language: str = "zh-hans") -> Page:
    """Open a page as somebody who logs in on the way to it."""
    page = open_page(f"/account/login/?next={path}", size=size, language=language)
    log_in(page, login)
    page.wait_for_url(f"**{path}")
    return page


def come_back_until(page: Page, address: str, found: Locator, count: int) -> None:
    """Open a page again and again until it shows so many of something that the market prepares by itself."""
    until = time.monotonic() + SOON_SECONDS_MAX
    page.goto(address)
    while found.count() != count:
        assert time.monotonic() < until, f"{address} shows {found.count()}, not {count}"
        page.wait_for_timeout(PAUSE_MS)
        page.goto(address)


class Held:
    """Requests to an address: none goes on until they are let go."""

    def __init__(self, page: Page, address: re.Pattern[str]) -> None:
        self._routes: list[Route] | None = []
        page.route(address, self._keep)

    def let_go(self) -> None:
        """Let what was held go on, and what comes after it."""
        routes, self._routes = self._routes or [], None
        for route in routes:
            route.continue_()

    def _keep(self, route: Route) -> None:
        if self._routes is None:
            route.continue_()
        else:
            self._routes.append(route)
