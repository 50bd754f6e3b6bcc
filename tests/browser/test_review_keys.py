"""Content is reviewed by keys: through the queue, on and back, approve, to the reasons; and never while one writes."""

from playwright.sync_api import expect

from anxin.kernel.ids import public_id
from anxin.market.content.models import Post
from anxin.market.people.queries import Role
from tests.browser.conftest import OpenPage, Shoot
from tests.browser.test_fund import _fits
from tests.builders.content import a_submitted_post
from tests.builders.creators import a_creator
from tests.builders.people import PASSWORD, a_login
from tests.support.live import LiveMarket


def test_an_operator_decides_by_keys(open_page: OpenPage, live: LiveMarket, shoot: Shoot) -> None:
    with live.database():
        creator = a_creator()
        posts = [a_submitted_post(creator, title=f"按键{number}") for number in range(3)]
        operator = a_login(Role.REVIEWER)

    def state(number: int) -> str:
        with live.database():
            return Post.objects.get(pk=posts[number]).state

    def at(number: int) -> str:
        return f"{live.url}/desk/content/{public_id('nte', posts[number])}"

    page = open_page("/account/login/?next=/desk/content", size="desktop", language="en", forgives="422")
    page.fill("[name=login]", operator)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(f"{live.url}/desk/content")
    rows = page.locator("[data-key-row]")
    expect(page.locator(".key-legend")).to_be_visible()
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    page.goto(at(0))
    expect(page.locator(".key-legend")).to_be_visible()
    _fits(page)
    shoot(page, "keys")
    page.keyboard.press("j")
    page.wait_for_url(at(1))
    page.keyboard.press("k")
    page.wait_for_url(at(0))

    page.keyboard.press("r")
    expect(page.locator("[name=reasons]").first).to_be_focused()
    page.keyboard.press("a")  # a letter in a field does nothing
    page.locator("[name=note]").fill("")
    page.locator("[name=note]").press_sequentially("jak r")
    expect(page.locator("[name=note]")).to_have_value("jak r")
    assert page.url == at(0)
    assert state(0) == "in_review"
    page.locator("[name=reasons]").first.focus()
    page.keyboard.press("Enter")  # refused without a reason: nothing is decided, what was written stays
    expect(page.locator("main [role=alert], main .notice, main .alert").first).to_be_visible()
    expect(page.locator("[name=note]")).to_have_value("jak r")
    assert state(0) == "in_review"
    expect(page.locator(".key-legend")).to_be_visible()
    page.keyboard.press("r")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(at(1))
    assert state(0) == "rejected"
    page.keyboard.press("a")
    page.wait_for_url(at(2))
    assert state(1) == "public"
    page.keyboard.press("Control+a")  # the browser's own keys stay the browser's
    assert state(2) == "in_review"
