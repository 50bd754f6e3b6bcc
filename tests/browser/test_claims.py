"""After-sale in a real browser: the article's case, three taps, an instant refund, the merchant's desk."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from anxin.infra import clock
from anxin.infra.worker import drain
from anxin.kernel.ids import new_id, public_id
from anxin.market.guarantee.models import Claim
from anxin.market.people.queries import Role
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.claims import DAY, SIGNED_AFTER, Bought, bought, received, signed, some_pixels
from tests.builders.orders import Buyer
from tests.builders.people import PASSWORD, a_person, with_role
from tests.support.live import LiveMarket
from tests.support.pages import open_as

BOTH = pytest.mark.parametrize(("size", "language"), [("phone", "zh-hans"), ("desktop", "en")])


class Sides:
    """A buyer and a merchant of one order, each with a login."""

    def __init__(self, live: LiveMarket, make: Any, **facts: Any) -> None:
        self.buyer, self.staff = (f"{new_id().hex[-10:]}@example.org" for _ in range(2))
        live.end("worker")  # it would let the time for paying an order of last month run out
        try:
            with live.database():
                buyer = Buyer(a_person(email=self.buyer, password=PASSWORD))
                self.made: Bought = make(buyer=buyer, name=f"安心美妆{self.staff[:4]}店", **facts)
                with_role(a_person(email=self.staff, password=PASSWORD), Role.OWNER, self.made.shop)
                drain(clock.now())
        finally:
            live.kill_and_restart("worker", is_dead=True)

    @property
    def order(self) -> str:
        return public_id("ord", self.made.order)


def a_photo(name: str) -> Any:
    return {"name": f"{name}.png", "mimeType": "image/png", "buffer": some_pixels()}


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def say_yes(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())


@BOTH
def test_the_articles_case(open_page: OpenPage, live: LiveMarket, shoot: Shoot, size: str, language: str) -> None:
    """Cosmetics for ¥1,490, an allergy on day 29, agreed in minutes, sent back, all of it returned."""
    sides = Sides(live, received, price_minor=149_000, at=clock.now() - timedelta(days=29) - SIGNED_AFTER)
    buyer = open_as(open_page, sides.buyer, f"/orders/{sides.order}", size=size, language=language)
    say_yes(buyer)
    fits(buyer)
    shoot(buyer, "order")
    ask_for_an_allergy(buyer, shoot)
    number = buyer.url.rsplit("/", 1)[-1]
    shop = open_as(open_page, sides.staff, "/studio/claims", size="desktop", language=language)
    say_yes(shop)
    expect(shop.locator("tbody tr")).to_have_count(1)
    shoot(shop, "queue")
    answer(shop, number, "agreement", shoot)
    with live.database():
        claim = Claim.objects.get(line_id=sides.made.line)
        assert claim.answered_at - claim.applied_at < timedelta(minutes=3)
    send_back(buyer, shoot)
    shop.goto(f"/studio/claims/{number}")
    shop.fill("input[name=sound_pieces]", "0")
    answer(shop, number, "inspection", shoot)
    buyer.reload()
    shoot(buyer, "refunding")
    live.pass_time(timedelta(minutes=5))
    with live.database():
        claim = Claim.objects.get(line_id=sides.made.line)
        assert (claim.state, claim.refund_minor, claim.refund_arrived) == ("done", 149_000, True)
        assert sides.made.facts.refunded_minor == 149_000
    buyer.reload()
    fits(buyer)
    shoot(buyer, "done")


def ask_for_an_allergy(buyer: Page, shoot: Shoot) -> None:
    """Three taps: one piece of one line needs no first, so it is what happened, then evidence and remedy."""
    buyer.locator("a[href*='/claims/new']").first.click()
    expect(buyer.locator(".claim-step")).to_have_text("2 / 3")
    fits(buyer)
    shoot(buyer, "reason")
    buyer.locator("a.claim-choice[href*='reason=allergy']").click()
    for kind in ("photo_skin", "photo_product", "photo_remaining", "diagnosis"):
        buyer.set_input_files(f"input[name=file-{kind}]", a_photo(kind))
    buyer.fill("input[name=remaining_percent]", "60")
    buyer.fill("textarea[name=words]", "用到第 29 天脸上起红疹")
    fits(buyer)
    shoot(buyer, "remedy")
    buyer.locator(".action-bar button").click()
    buyer.wait_for_url("**/claims/clm_*")
    expect(buyer.locator(".claim-pieces img")).to_have_count(4)
    fits(buyer)
    shoot(buyer, "asked")


def answer(shop: Page, number: str, door: str, shoot: Shoot) -> None:
    """Give one of the merchant's answers."""
    if number not in shop.url:
        shop.goto(f"/studio/claims/{number}")
    shoot(shop, door)
    shop.locator(f"form[action$='{number}/{door}'] .form-actions .btn").click()
    expect(shop.locator(".claim-status h1")).to_be_visible()


def send_back(buyer: Page, shoot: Shoot) -> None:
    """Enter a tracking number."""
    buyer.reload()
    fits(buyer)
    shoot(buyer, "return")
    buyer.locator("#return details summary").click()
    buyer.select_option("#return select[name=carrier]", "sf")
    buyer.fill("#return input[name=tracking_no]", f"SF{new_id().int % 10**13:013d}")
    buyer.locator("#return details .btn-primary").click()
    expect(buyer.locator("#return")).to_have_count(0)


@BOTH
def test_a_claim_for_two_of_three_in_three_taps(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, size: str, language: str
) -> None:
    sides = Sides(live, signed, quantity=3, at=clock.now() - 3 * DAY)
    buyer = open_as(open_page, sides.buyer, f"/claims/new?order={sides.order}", size=size, language=language)
    expect(buyer.locator(".claim-step")).to_have_text("1 / 3")
    line = public_id("lin", sides.made.line)
    buyer.fill(f"input[name=pieces-{line}]", "2")
    fits(buyer)
    shoot(buyer, "lines")
    buyer.locator(".action-bar button").click()
    buyer.locator("a.claim-choice[href*='reason=quality']").click()
    buyer.locator("input[name=type][value=exchange]").check()
    buyer.set_input_files("input[name=file-photo_defect]", a_photo("fault"))
    buyer.locator(".action-bar button").click()
    buyer.wait_for_url("**/claims/clm_*")
    with live.database():
        claim = Claim.objects.get(line_id=sides.made.line)
        assert (claim.type, claim.terms["pieces"]) == ("exchange", 2)
    buyer.goto("/claims")
    fits(buyer)
    shoot(buyer, "list")


@BOTH
def test_an_instant_refund_takes_one_page(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, size: str, language: str
) -> None:
    sides = Sides(live, bought, at=clock.now() - DAY)
    buyer = open_as(open_page, sides.buyer, f"/orders/{sides.order}", size=size, language=language)
    buyer.locator("a[href*='/claims/new']").first.click()
    buyer.locator("a.claim-choice[href*='reason=changed_mind']").click()
    shoot(buyer, "remedy")
    buyer.locator(".action-bar button").click()
    buyer.wait_for_url("**/claims/clm_*")
    live.pass_time(timedelta(minutes=5))
    with live.database():
        assert Claim.objects.get(line_id=sides.made.line).state == "done"
    buyer.reload()
    fits(buyer)
    shoot(buyer, "done")


@BOTH
def test_the_merchants_desk_refuses_and_the_platform_is_called(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, size: str, language: str
) -> None:
    sides = Sides(live, signed, at=clock.now() - 3 * DAY)
    buyer = open_as(open_page, sides.buyer, f"/orders/{sides.order}", size=size, language=language)
    buyer.locator("a[href*='/claims/new']").first.click()
    buyer.locator("a.claim-choice[href*='reason=quality']").click()
    buyer.locator("input[name=type][value=refund_shipped]").check()
    buyer.set_input_files("input[name=file-photo_defect]", a_photo("fault"))
    buyer.locator(".action-bar button").click()
    buyer.wait_for_url("**/claims/clm_*")
    number = buyer.url.rsplit("/", 1)[-1]
    shop = open_as(open_page, sides.staff, "/studio/claims", size="desktop", language=language)
    shop.goto(f"/studio/claims/{number}")
    offer = shop.locator(f"section:has(form[action$='{number}/offer'])")
    offer.locator("summary").first.click()
    offer.locator("input[name=amount]").fill("20")
    offer.locator(".form-actions button").click()
    buyer.reload()
    expect(buyer.locator(".claim-offer")).to_be_visible()
    fits(buyer)
    shoot(buyer, "offer")
    buyer.locator(".claim-offer .btn-outline").click()
    shop.goto(f"/studio/claims/{number}")
    refusal = shop.locator(f"section:has(form[action$='{number}/refusal'])")
    refusal.locator("summary").first.click()
    refusal.locator("select[name=reason]").select_option("no_defect")
    refusal.locator("textarea[name=words]").fill("出厂检验合格，图片看不出瑕疵")
    refusal.locator("input[name=proofs]").set_input_files(a_photo("proof"))
    shoot(shop, "refusal")
    refusal.locator(".form-actions button").click()
    expect(shop.locator(".claim-status")).to_be_visible()
    buyer.reload()
    fits(buyer)
    shoot(buyer, "refused")
    buyer.fill("form[action$='/escalation'] textarea", "请平台看看")
    buyer.locator("form[action$='/escalation'] .btn-primary").click()
    buyer.wait_for_url("**/disputes/dsp_*")
    shop.goto("/studio")
    shoot(shop, "home")
