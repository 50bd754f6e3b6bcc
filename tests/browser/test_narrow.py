"""No page of the guarantee or of service is wider than a phone, and none of its tables has to be moved sideways there."""

import pytest
from playwright.sync_api import Page

from anxin.infra import clock
from anxin.kernel.ids import public_id
from anxin.market.guarantee.models import Dispute
from anxin.market.guarantee.queries.certificates import certificate_of_line
from anxin.market.people.queries import Role
from anxin.market.shops.queries import shop
from tests.browser.conftest import OpenPage
from tests.browser.test_disputes import a_case
from tests.builders.money import owes_base
from tests.builders.people import PASSWORD, a_person, with_role
from tests.support.live import LiveMarket

STUDIO = (
    *("claims?queue=all", "claims", "disputes", "disputes?tab=closed", "conversations", "conversations/quick-replies"),
    *("reviews", "score", "complaints", "compensations", "insurance", "deposit"),
    *("promises", "promises/asked", "promises/natures"),
)
DESK = (
    *("promises", "promises/no_reason_return", "promises/instant_refund", "fund", "insurance"),
    *("compensations", "complaints", "reviews", "deposits"),
)
WIDER = """() => [
  ...(document.scrollingElement.scrollWidth > innerWidth ? ["the page"] : []),
  ...[...document.querySelectorAll(".stacks")].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText),
]"""


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_nothing_of_the_guarantee_has_to_be_moved_sideways_on_a_phone(
    open_page: OpenPage, live: LiveMarket, language: str
) -> None:
    with live.database(), live.private_files():
        case = a_case()
        row = Dispute.objects.get(id=case.dispute)
        owes_base(row.shop_id, 50_000, 50_000, now=clock.now())
        admin = f"admin-{row.id.hex[-8:]}@example.org"
        with_role(a_person(email=admin, password=PASSWORD), Role.ADMINISTRATOR)
        claim, line, order = (public_id(kind, one) for kind, one in _parts(row))
        promised, slug = certificate_of_line(row.line_id).hash, shop(row.shop_id).slug
    buyers = (
        *("/claims", f"/claims/{claim}", f"/claims/new?order={order}", f"/claims/new?line={line}"),
        *("/disputes", f"/disputes/{case.number}", "/arbitration", "/guarantee/fund", "/insurance", "/complaints"),
        *("/certificate", f"/certificate/{promised}", "/messages", f"/messages/with/{slug}", f"/orders/{order}"),
    )
    studio = (*(f"/studio/{one}" for one in STUDIO), f"/studio/claims/{claim}", f"/studio/disputes/{case.number}")
    judges = ("/desk/disputes?tab=parties", f"/desk/disputes/{case.number}", "/desk/disputes/arbitrators")
    wider = {
        path: found
        for login, paths in (
            *((case.buyer, buyers), (case.merchant, studio)),
            *((case.judges[0], judges), (admin, tuple(f"/desk/{one}" for one in DESK))),
        )
        for path, found in _wider(open_page, login, paths, language=language).items()
        if found
    }
    assert wider == {}


def _parts(row: Dispute) -> tuple[tuple[str, object], ...]:
    return ("clm", row.claim_id), ("lin", row.line_id), ("ord", row.order_id)


def _wider(open_page: OpenPage, login: str, paths: tuple[str, ...], *, language: str) -> dict[str, list[str]]:
    """Return what is too wide, by page."""
    page = open_page("/account/login/", size="phone", language=language)
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main button.btn-primary")
    return {path: _of(page, path) for path in paths}


def _of(page: Page, path: str) -> list[str]:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, path
    return list(page.evaluate(WIDER))
