"""The merchant's after-sale desk in a browser: the queue, one request from the answer to the refund, and without scripts."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.guarantee.commands import claims as buyers
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.orders import commands as orders
from anxin.market.orders.commands import receive
from anxin.market.people.queries import Role
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.claims import BROKEN, Bought, bought
from tests.builders.orders import a_parcel
from tests.builders.people import PASSWORD, a_person, with_role
from tests.support.live import LiveMarket
from tests.support.pages import log_in


@dataclass(frozen=True)
class Scene:
    """A shop with requests to answer, and the one that the story follows."""

    made: Bought
    agent: str
    claim: str


@pytest.fixture
def scene(live: LiveMarket) -> Scene:
    with live.database(), live.private_files():
        agent = f"agent-{new_id().hex[-8:]}@example.org"
        made = bought(
            at=now(), price_minor=19_900, quantity=2
        )  # not of days ago: the live worker would close it unpaid
        orders.ship(a_parcel(made.order), shop_id=made.shop, now=now())
        receive.note_parcel(made.facts.parcels[0].id, "signed", happened_at=now())
        with_role(a_person(email=agent, password=PASSWORD), Role.SERVICE_AGENT, made.shop)
        words = "左边袖口有一道裂缝，穿一次就发现了。"
        claim = made.ask(BROKEN, now=now(), show=(Evidence.PHOTO_DEFECT, Evidence.PHOTO_WHOLE), words=words)
        return Scene(made, agent, public_id("clm", claim))


@pytest.mark.parametrize(("language", "size"), [("zh-hans", "desktop"), ("en", "phone")])
def test_a_merchant_agrees_and_the_desk_says_what_comes_next(
    scene: Scene, open_page: OpenPage, shoot: Shoot, language: str, size: str
) -> None:
    page = open_page("/studio/", language=language, size=size)
    log_in(page, scene.agent)
    expect(page.locator(".tile-row")).to_be_visible()
    shoot(page, "0-home")
    page.goto("/studio/claims")
    expect(page.locator(".grid-table tbody tr")).to_have_count(1)
    shoot(page, "1-queue")
    page.click(f"a[href$='{scene.claim}']")
    expect(page.locator(".claim-words")).to_contain_text("袖口")
    shoot(page, "2-claim")
    expect(page.locator(".claim-pieces img")).to_have_count(2)
    page.click("form[action$='agreement'] button.btn-primary")
    expect(page.locator(".notice-success")).to_be_visible()
    expect(page.locator("form[action$='agreement']")).to_have_count(0)
    shoot(page, "3-agreed")
    page.goto(f"/studio/orders/{public_id('ord', scene.made.order)}")
    shoot(page, "4-order")
    page.goto("/studio/claims?queue=to_inspect")
    shoot(page, "5-empty")


def test_without_scripts_a_return_is_looked_at_and_paid_back(
    scene: Scene, live: LiveMarket, open_page: OpenPage, shoot: Shoot
) -> None:
    page = open_page(f"/studio/claims/{scene.claim}", size="desktop", java_script_enabled=False)
    log_in(page, scene.agent)
    page.click("form[action$='agreement'] button.btn-primary")
    with live.database():
        from anxin.market.guarantee.models.claims import Claim

        row = Claim.objects.get(order_id=scene.made.order)
        buyers.send_back(row.id, carrier="sf", tracking_no="SF1234567890123", person_id=scene.made.buyer.id, now=now())
    page.goto("/studio/claims?queue=to_inspect")
    expect(page.locator(".grid-table tbody tr")).to_have_count(1)
    page.click(f"a[href$='{scene.claim}']")
    shoot(page, "1-to-inspect")
    page.fill("[name=sound_pieces]", "0")
    page.click("form[action$='inspection'] button.btn-primary")
    expect(page.locator(".notice-success")).to_be_visible()
    shoot(page, "2-accepted")


def test_many_requests_are_agreed_to_at_once(scene: Scene, live: LiveMarket, open_page: OpenPage, shoot: Shoot) -> None:
    page = open_page("/studio/claims", size="desktop")
    log_in(page, scene.agent)
    page.check("[data-ticks=claim]")
    expect(page.locator("[name=claim]:checked")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())  # the desk asks first
    page.click(".bulk-bar button")
    expect(page.locator(".grid-table tbody tr")).to_have_count(0)
    expect(page.locator(".tabs-row a[href*=with_buyer] .count")).to_have_text("1")
    shoot(page, "agreed")
