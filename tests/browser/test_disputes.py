"""A dispute from the merchant's refusal to the executed verdict, with an appeal, as all four people see it."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Page, expect

from anxin.infra import clock
from anxin.infra.doctor import examine
from anxin.kernel.ids import new_id, public_id
from anxin.market.guarantee.commands import claim_answers, claim_escalation
from anxin.market.guarantee.domain.claim_acts import Refusal
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.guarantee.models import Dispute
from anxin.market.orders import commands as orders
from anxin.market.orders import queries as orders_queries
from anxin.market.orders.commands import receive
from anxin.market.people.queries import Role
from tests.browser.conftest import OpenPage, Shoot
from tests.builders.claims import BROKEN, RETURN_ADDRESS, Bought, some_pixels
from tests.builders.orders import Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import PASSWORD, a_login, a_person
from tests.support.live import LiveMarket
from tests.support.pages import open_as
from tests.support.work import work

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Case:
    """A dispute of today and the logins of everybody in it."""

    dispute: UUID
    buyer: str
    merchant: str
    judges: tuple[str, str]

    @property
    def number(self) -> str:
        """The dispute's outside id."""
        return public_id("dsp", self.dispute)


def a_case() -> Case:
    """An order of today that was signed for yesterday; the merchant refused a return, the buyer called the platform."""
    now = clock.now()
    shop = a_shop(name=f"松间器物{new_id().hex[-6:]}", name_en="Pine House", return_address=RETURN_ADDRESS)
    email = f"{new_id().hex[-10:]}@example.org"
    buyer = Buyer(a_person(email=email, password=PASSWORD))
    sku = a_sku(shop, price_minor=39_900, category="beauty-skincare", title="松烟香薰机")
    placed = buyer.order(sku, now=now)
    buyer.pay(placed, now=now)
    order = placed.orders[0].id
    orders.ship(a_parcel(order), shop_id=shop, now=now)
    receive.note_parcel(orders_queries.order(order).parcels[0].id, "signed", happened_at=now - DAY)
    work(now)
    made = Bought(shop, buyer, a_person(), sku, order, orders_queries.order(order).lines[0].id, now)
    asked = made.ask(BROKEN, now=now, show=(Evidence.PHOTO_DEFECT,), words="外壳有一道裂缝")
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer("发货前检查过，没有裂缝"), now=now)
    dispute = claim_escalation.escalate(asked, person_id=buyer.id, now=now)
    return Case(dispute, email, a_login(Role.OWNER, shop), (a_login(Role.ARBITRATOR), a_login(Role.ARBITRATOR)))


def test_a_dispute_from_refusal_to_executed_verdict_with_an_appeal(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, tmp_path: Path
) -> None:
    with live.database(), live.private_files():
        case = a_case()
    buyer = open_as(open_page, case.buyer, f"/disputes/{case.number}", size="phone")
    expect(buyer.get_by_role("heading", name="双方协商期")).to_be_visible()
    _show(buyer, "照片", "裂缝特写", tmp_path, private=True)
    shoot(buyer, "01-buyer-room")
    merchant = open_as(open_page, case.merchant, f"/studio/disputes/{case.number}", size="desktop")
    expect(merchant.get_by_text("已打码")).to_be_visible()
    _show(merchant, "物流凭证", "签收照片显示包装完好", tmp_path)
    merchant.get_by_role("button", name="协商不成，请平台裁决").click()
    expect(merchant.get_by_role("heading", name="平台裁决中")).to_be_visible()
    shoot(merchant, "02-studio-room")
    _decide(open_page, case.judges[0], case, "minor_defect", "partial_refund", "119.70", shoot, "03-first")
    buyer.reload()
    expect(buyer.get_by_text("¥119.70").first).to_be_visible()
    shoot(buyer, "04-buyer-decided")
    buyer.get_by_text("提交新证据申诉").click()
    buyer.fill("[name=appeal-why]", "裂缝漏电，不能使用")
    buyer.fill("[name=appeal-words]", "检测机构说明：外壳开裂，存在漏电风险")
    buyer.select_option("[name=appeal-kind]", "report")
    buyer.set_input_files("[name=appeal-pictures]", _a_picture(tmp_path))
    buyer.get_by_role("button", name="申诉", exact=True).click()
    expect(buyer.get_by_role("heading", name="已申诉，重新审理中")).to_be_visible()
    _decide(open_page, case.judges[1], case, "not_worth_returning", "full_refund", "399.00", shoot, "05-appeal")
    live.pass_time(DAY + timedelta(hours=1))
    buyer.reload()
    expect(buyer.get_by_role("heading", name="已结案")).to_be_visible()
    shoot(buyer, "06-buyer-ended")
    with live.database():
        row = Dispute.objects.get(id=case.dispute)
        assert (row.outcome, row.forced, row.overturned) == ("buyer", True, True)
        assert orders_queries.order(row.order_id).refunded_minor == 39_900
        assert [one for one in examine() if not one.ok] == []


def test_pages_of_disputes_read_well_in_both_languages_and_sizes(
    open_page: OpenPage, live: LiveMarket, shoot: Shoot, tmp_path: Path
) -> None:
    with live.database(), live.private_files():
        case = a_case()
    for language in ("zh-hans", "en"):
        for size in ("phone", "desktop"):
            shot = f"{language}-{size}"
            buyer = open_as(open_page, case.buyer, "/disputes", size=size, language=language)
            _look(buyer, shoot, f"list-{shot}")
            buyer.goto(f"/disputes/{case.number}")
            _look(buyer, shoot, f"room-{shot}")
            buyer.goto("/arbitration")
            _look(buyer, shoot, f"public-{shot}")
            studio = open_as(open_page, case.merchant, "/studio/disputes", size=size, language=language)
            _look(studio, shoot, f"studio-list-{shot}")
            studio.goto(f"/studio/disputes/{case.number}")
            _look(studio, shoot, f"studio-{shot}")
            desk = open_as(open_page, case.judges[0], "/desk/disputes?tab=parties", size=size, language=language)
            _look(desk, shoot, f"queue-{shot}")
            desk.goto(f"/desk/disputes/{case.number}")
            _look(desk, shoot, f"case-{shot}")
            desk.goto("/desk/disputes/arbitrators")
            _look(desk, shoot, f"numbers-{shot}")


def _decide(
    open_page: OpenPage, login: str, case: Case, reason: str, kind: str, refund: str, shoot: Shoot, name: str
) -> None:
    desk = open_as(open_page, login, "/desk/disputes", size="desktop")
    shoot(desk, f"{name}-queue")
    desk.goto(f"/desk/disputes/{case.number}")
    desk.get_by_role("button", name="受理").click()
    desk.select_option("select[name=reason]", reason)
    desk.select_option("select[name=kind]", kind)
    expect(desk.locator("[data-caps]")).to_contain_text(f"¥{refund}")
    desk.fill("input[name=refund]", refund)
    shoot(desk, f"{name}-case")
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.locator("#decision button.btn-primary").click()
    _confirm(desk)
    expect(desk.get_by_role("heading", name="平台已裁决")).to_be_visible()
    desk.context.close()


def _confirm(page: Page) -> None:
    """Say yes where the page asks first."""
    dialog = page.locator("dialog[open] .btn-primary, dialog[open] button[value=yes]")
    if dialog.count():
        dialog.first.click()


def _show(page: Page, kind: str, words: str, folder: Path, *, private: bool = False) -> None:
    form = page.locator("form:has([name=evidence-kind])")
    if not form.is_visible():
        page.locator("details:has([name=evidence-kind]) > summary").click()
    form.locator("[name=evidence-kind]").select_option(label=kind)
    form.locator("[name=evidence-words]").fill(words)
    form.locator("[name=evidence-pictures]").set_input_files(_a_picture(folder))
    if private:
        form.locator("[name=evidence-private]").check()
    form.get_by_role("button", name="提交").click()
    expect(page.get_by_text(words).first).to_be_visible()


def _a_picture(folder: Path) -> Path:
    path = folder / f"{new_id()}.png"
    path.write_bytes(some_pixels())
    return path


def _look(page: Page, shoot: Shoot, name: str) -> None:
    shoot(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], name
