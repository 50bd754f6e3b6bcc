"""An insured return with a courier, as the buyer sees it; then what the shop and finance see of it."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from anxin.infra import clock
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id, public_id
from anxin.market.guarantee.commands import claim_answers
from anxin.market.guarantee.commands.claim_answers import Answer
from anxin.market.guarantee.commands.claims import Application, Wish, apply
from anxin.market.guarantee.commands.compensation import CompensationKind, compensate_found
from anxin.market.guarantee.commands.optins import Switch, set_opt_in
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.models import ReturnPickUp
from anxin.market.orders import commands as orders
from anxin.market.orders import queries as orders_queries
from anxin.market.orders.commands import receive
from anxin.market.people.queries import Role
from anxin.market.shipping.commands.pickups import poll_pickup
from anxin.market.shipping.models import PickUp, SandboxPickUp
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.money import give, owes_base
from tests.builders.orders import Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import PASSWORD, a_login, a_person
from tests.support.live import LiveMarket
from tests.support.pages import open_as
from tests.support.work import work

ADDRESS = {
    "name": "青禾退货部",
    "phone": "13900139000",
    "region": "310101",
    "text": "上海市黄浦区南京路 1 号",
    "detail": "南京路 1 号",
}
DAY = timedelta(days=1)


class Sold:
    """An order of today that the carrier says was signed for three days ago, insured by its shop, its return agreed."""

    def __init__(self, name: str, now: Instant) -> None:
        self.shop = a_shop(name=name, name_en=f"Shop {name[-8:]}", return_address=ADDRESS)
        owes_base(self.shop, 50_000, 50_000, now=now - 9 * DAY)
        give(self.shop, "available", 500_000, now=now - 9 * DAY)
        set_opt_in(Switch(self.shop, "freight_insurance", is_on=True), by=a_person(), now=now - 8 * DAY)
        self.email = f"{new_id().hex[-10:]}@example.org"
        self.buyer = Buyer(a_person(email=self.email, password=PASSWORD))
        placed = self.buyer.order(a_sku(self.shop, price_minor=19_900), now=now)
        self.buyer.pay(placed, now=now)
        self.order = placed.orders[0].id
        work(now)
        orders.ship(a_parcel(self.order), shop_id=self.shop, now=now)
        parcel = orders_queries.order(self.order).parcels[0].id
        receive.note_parcel(parcel, "signed", happened_at=now - 3 * DAY)
        work(now)
        line = orders_queries.order(self.order).lines[0].id
        wish = Wish(ClaimType.RETURN_REFUND, "no_longer_wanted")
        self.claim = apply(Application(line, wish, "不太合适"), person_id=self.buyer.id, now=now)
        claim_answers.agree(self.claim, Answer(self.shop, a_person(), "请寄回"), now=now)
        compensate_found(self.order, CompensationKind.INVOICE_LATE, "十天未开发票", found_by=a_person(), now=now)
        work(now)


def the_courier_came(claim: UUID, now: Instant) -> None:
    """Let the booked time have been an hour ago."""
    pickup = ReturnPickUp.objects.get(claim_id=claim, ended_at__isnull=True)
    work(now)
    past = {"starts_at": now - timedelta(hours=1), "ends_at": now}
    PickUp.objects.filter(pk=pickup.pk).update(**past)
    book = SandboxPickUp.objects.get(pk=pickup.pk)
    book.facts.update({name: moment.isoformat() for name, moment in past.items()})
    book.save()
    poll_pickup(pickup.pk, now=now)
    work(now)


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_insured_return_is_fetched_at_the_door_and_paid_by_the_insurance(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, size: str, language: str
) -> None:
    with live.database():
        sold = Sold(f"有险小铺{new_id().hex[-6:]}", clock.now())
        owner, finance = a_login(Role.OWNER, sold.shop), a_login(Role.FINANCE)
        arbitrator = a_login(Role.ARBITRATOR)
    address = f"/claims/{public_id('clm', sold.claim)}/pickup"
    page = open_as(open_page, sold.email, address, size=size, language=language)
    _fits(page)
    shoot(page, "1-times")
    page.locator(".slot-choice span").first.click()
    page.locator("form:has(.slot-choice) button.btn-primary").click()
    expect(page.locator("form[action$='/pickup/cancel']")).to_be_visible()
    shoot(page, "2-booked")
    with live.database():
        the_courier_came(sold.claim, clock.now())
    page.goto(address)
    expect(page.locator(".pill-good, .pill").first).to_be_visible()
    expect(page.locator("form[action$='/pickup/cancel']")).to_have_count(0)
    _fits(page)
    shoot(page, "3-collected")
    page.goto("/insurance")
    expect(page.locator(".insured").first).to_be_visible()
    expect(page.locator(".paid-list li").first).to_be_visible()
    _fits(page)
    shoot(page, "4-my-insurance")
    page.locator(".insured").first.click()
    expect(page.locator("dl.facts").first).to_be_visible()
    _fits(page)
    shoot(page, "5-policy")
    for email, path, name in (
        (owner, "/studio/insurance", "6-studio-insurance"),
        (owner, "/studio/compensations", "7-studio-compensations"),
        (finance, "/desk/insurance", "8-desk-pool"),
        (arbitrator, "/desk/compensations", "9-desk-compensations"),
    ):
        office = open_as(open_page, email, path, size=size, language=language)
        expect(office.locator("main table.grid-table:visible").first).to_be_visible()
        _fits(office)
        shoot(office, name)


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
