"""The API's page for people in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage, Shoot


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_api_page_fits_the_screen_and_leads_to_an_operation(
    open_page: OpenPage, shoot: Shoot, size: str, language: str
) -> None:
    page = open_page("/api/v1/docs", size=size, language=language)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.get_by_role("navigation").get_by_role("link", name="Orders", exact=True).click()
    placing = page.locator("#orders_place_checkout")
    placing.locator("summary").click()
    expect(placing.get_by_text("lines[].quantity")).to_be_visible()
    shoot(page, "api-docs")
