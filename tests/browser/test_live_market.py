"""The live product answers in a browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Shoot


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("address", ["/", "/mall"])
def test_first_pages_fit_the_screen_and_speak_the_language(
    open_page: OpenPage, shoot: Shoot, size: str, language: str, address: str
) -> None:
    page = open_page(address, size=size, language=language)
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^" + language[:2], re.IGNORECASE))
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    shoot(page, address.strip("/") or "feed")
