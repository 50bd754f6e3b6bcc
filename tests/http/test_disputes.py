"""Disputes on pages and in the API: who sees them, what a form may say, and that a wrong decision says why."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from anxin.infra import clock
from anxin.kernel.ids import public_id
from anxin.market.guarantee.commands import arbitration
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import Party
from anxin.market.people.queries import Role
from tests.builders.claims import some_pixels
from tests.builders.disputes import CALLED_AT, Disputed, all_back, an_arbitrator, disputed, some_back
from tests.builders.people import a_person, a_token, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


def number(case: Disputed) -> str:
    return public_id("dsp", case.id)


@pytest.fixture
def case() -> Disputed:
    return disputed()


@pytest.fixture
def merchant(case: Disputed) -> Any:
    return the_browser_of(with_role(a_person(), Role.SERVICE_AGENT, case.made.shop))


def test_both_sides_and_the_desk_see_the_case_and_nobody_else_does(case, merchant):
    buyer = the_browser_of(case.made.buyer.id)
    judge = the_browser_of(an_arbitrator())
    assert buyer.get(reverse("dispute", args=[number(case)])).status_code == 200
    assert buyer.get(reverse("disputes")).status_code == 200
    assert merchant.get(reverse("studio_dispute", args=[number(case)])).status_code == 200
    assert merchant.get(reverse("studio_disputes")).status_code == 200
    assert judge.get(reverse("desk_dispute", args=[number(case)])).status_code == 200
    stranger = the_browser_of(a_person())
    assert stranger.get(reverse("dispute", args=[number(case)])).status_code == 404
    rival = the_browser_of(with_role(a_person(), Role.OWNER, disputed().made.shop))
    assert rival.get(reverse("studio_dispute", args=[number(case)])).status_code == 404
    assert stranger.get(reverse("desk_dispute", args=[number(case)])).status_code == 404


def test_an_inspector_reads_but_does_not_judge(case):
    inspector = the_browser_of(with_role(a_person(), Role.INSPECTOR))
    assert inspector.get(reverse("desk_dispute", args=[number(case)])).status_code == 200
    assert inspector.post(reverse("desk_dispute_step", args=[number(case), "taking"])).status_code == 403


def test_shop_finance_reads_but_does_not_answer(case):
    clerk = the_browser_of(with_role(a_person(), Role.SHOP_FINANCE, case.made.shop))
    assert clerk.get(reverse("studio_dispute", args=[number(case)])).status_code == 200
    assert clerk.post(reverse("studio_dispute_step", args=[number(case), "end-of-talks"])).status_code == 403


def test_pictures_that_are_handed_in_are_shown_masked_to_the_other_side(case, merchant):
    buyer = the_browser_of(case.made.buyer.id)
    files = [SimpleUploadedFile("a.png", some_pixels(), "image/png")]
    form = {"evidence-kind": "photo", "evidence-words": "见图", "evidence-pictures": files, "evidence-private": "on"}
    answer = buyer.post(reverse("dispute_step", args=[number(case), "evidence"]), form, follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["success"], [
        str(m) for m in answer.context["messages"]
    ]
    piece = queries.evidence(case.id, reader=Party.MERCHANT)[-1]
    assert (piece.words, piece.masked) == ("见图", True)
    mine = buyer.get(reverse("dispute_picture", args=[number(case), public_id("evd", piece.id)]))
    theirs = merchant.get(reverse("studio_dispute_picture", args=[number(case), public_id("evd", piece.id)]))
    assert (mine["Content-Type"], mine.content == theirs.content) == ("image/jpeg", False)
    stranger = the_browser_of(a_person())
    assert stranger.get(reverse("dispute_picture", args=[number(case), public_id("evd", piece.id)])).status_code == 404


@pytest.mark.parametrize(
    ("step", "form"),
    [
        ("evidence", {}),
        ("evidence", {"evidence-kind": "gossip", "evidence-words": "x"}),
        ("evidence", {"evidence-kind": "photo", "evidence-pictures": SimpleUploadedFile("x.png", b"no picture")}),
        ("offer", {"offer-kind": "partial_refund", "offer-refund": "a lot"}),
        ("offer", {"offer-kind": "partial_refund", "offer-refund": "100.01"}),
        ("appeal", {"appeal-why": "no", "appeal-kind": "photo"}),
        ("acceptance", {}),
        ("offer-acceptance", {}),
        ("nonsense", {}),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(case, step, form):
    buyer = the_browser_of(case.made.buyer.id)
    answer = buyer.post(reverse("dispute_step", args=[number(case), step]), form, follow=True)
    assert answer.status_code == 200
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert case.row.version == 0


def test_an_arbitrator_decides_on_the_page_and_a_decision_against_the_rules_says_why(case):
    judge = an_arbitrator()
    case.heard(judge)
    browser = the_browser_of(judge)
    page = browser.get(reverse("desk_dispute", args=[number(case)])).content.decode()
    assert "30.00" in page  # the cap of a minor defect, 30 % of ¥100
    address = reverse("desk_dispute_step", args=[number(case), "decision"])
    wrong = {"reason": "minor_defect", "kind": "partial_refund", "refund": "30.01", "freight": "merchant"}
    refused = browser.post(address, wrong)
    assert refused.status_code == 422
    assert case.row.state == "deciding"
    assert browser.post(address, {**wrong, "refund": "30.00"}).status_code == 302
    assert (case.row.state, case.row.verdict["refund_minor"]) == ("decided", 3_000)


def test_a_decision_that_waits_for_a_signature_is_not_told_to_the_sides():
    judge = an_arbitrator()
    case = disputed(price_minor=250_000).heard(judge)
    arbitration.decide(case.id, all_back(250_000), by=judge, now=CALLED_AT)
    buyer = the_browser_of(case.made.buyer.id)
    assert buyer.get(reverse("dispute", args=[number(case)])).context["dispute"].verdict is None
    desk = the_browser_of(an_arbitrator()).get(reverse("desk_dispute", args=[number(case)]))
    assert desk.context["dispute"].verdict is not None


def test_a_case_is_read_with_one_statement_a_module(case, django_assert_max_num_queries):
    desk = the_browser_of(an_arbitrator())
    desk.get(f"/desk/disputes/{number(case)}")
    with django_assert_max_num_queries(7):
        assert desk.get(f"/desk/disputes/{number(case)}").status_code == 200


def test_the_queue_and_the_numbers_open_for_arbitrators(case):
    browser = the_browser_of(an_arbitrator())
    for tab in ("waiting", "mine", "appeals", "signature", "parties", "ended", "nonsense"):
        assert browser.get(reverse("desk_disputes"), {"tab": tab}).status_code == 200
    assert browser.get(reverse("desk_arbitrators")).status_code == 200
    assert browser.get(reverse("desk_disputes"), {"cursor": "nonsense"}).status_code == 422


def test_how_the_platform_decides_is_public(client):
    assert client.get(reverse("arbitration")).status_code == 200
    assert client.get("/api/v1/arbitration").json()["cases"] == 0


def test_programs_of_both_sides_settle_a_dispute(client, case):
    agent = with_role(a_person(), Role.SERVICE_AGENT, case.made.shop)
    shop = {"HTTP_AUTHORIZATION": f"Bearer {a_token(agent, now=clock.now())}"}
    buyer = {"HTTP_AUTHORIZATION": f"Bearer {a_token(case.made.buyer.id, now=clock.now())}"}
    base = f"/api/v1/shop/disputes/{number(case)}"
    offered = client.post(
        f"{base}/offer", {"kind": "partial_refund", "refund_minor": 5_000}, "application/json", **shop
    )
    assert (offered.status_code, offered.json()["offer"]["refund_minor"]) == (200, 5_000)
    mine = f"/api/v1/disputes/{number(case)}"
    key = {"HTTP_IDEMPOTENCY_KEY": "once"}
    first = client.post(f"{mine}/offer/answer", {"accept": True}, "application/json", **buyer, **key)
    again = client.post(f"{mine}/offer/answer", {"accept": True}, "application/json", **buyer, **key)
    assert (first.status_code, first.json()["state"], again.json()) == (200, "executing", first.json())
    assert client.get("/api/v1/disputes", **buyer).json()["items"][0]["id"] == number(case)
    other = {"HTTP_AUTHORIZATION": f"Bearer {a_token(a_person(), now=clock.now())}"}
    assert client.get(mine, **other).status_code == 404


def test_programs_appeal_once_with_evidence(client, case):
    judge = an_arbitrator()
    case.heard(judge)
    arbitration.decide(case.id, some_back(), by=judge, now=CALLED_AT)
    buyer = {"HTTP_AUTHORIZATION": f"Bearer {a_token(case.made.buyer.id, now=clock.now())}"}
    mine = f"/api/v1/disputes/{number(case)}"
    assert client.post(f"{mine}/appeal", {"why": "no"}, "application/json", **buyer).status_code == 422
    appealed = client.post(f"{mine}/appeal", {"why": "no", "words": "it leaks"}, "application/json", **buyer)
    assert (appealed.status_code, appealed.json()["state"]) == (200, "appealed")
    again = client.post(f"{mine}/appeal", {"why": "no", "words": "it leaks more"}, "application/json", **buyer)
    assert again.status_code == 409
