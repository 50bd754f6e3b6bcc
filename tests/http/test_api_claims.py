"""After-sale through the API: both sides, each only what is theirs, every act once."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.guarantee.models import Claim
from anxin.market.people.queries import Role
from tests.builders.claims import DAY, Bought, bought, signed, some_pixels
from tests.builders.orders import Buyer
from tests.builders.people import a_token, with_role
from tests.support.api import ApiClient

pytestmark = pytest.mark.django_db


def client_of(person_id: UUID) -> ApiClient:
    return ApiClient(a_token(person_id, now=now()))


def staff_of(made: Bought) -> ApiClient:
    with_role(made.staff, Role.SERVICE_AGENT, made.shop)
    return client_of(made.staff)


def claim_body(made: Bought, **wish: Any) -> dict[str, Any]:
    asked = {"type": "refund_unshipped", "reason": "changed_mind", **wish}
    return {"claims": [{"line": public_id("lin", made.line), "wish": asked}]}


def a_file(client: ApiClient, kind: str, door: str = "/claims/evidence") -> str:
    """Send a picture; return its id."""
    picture = SimpleUploadedFile("a.png", some_pixels(), "image/png")
    sent: Client = client._client
    answer = sent.post(f"/api/v1{door}", {"kind": kind, "file": picture}, headers=client._headers)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def test_an_instant_refund_is_one_request_and_the_same_request_is_one_claim():
    made = bought(at=now() - DAY)
    buyer = client_of(made.buyer.id)
    first, second = (buyer.send("POST", "/claims", claim_body(made), key="k") for _ in range(2))
    assert first.status_code == 201, first.content
    assert first.json() == second.json()
    (told,) = first.json()
    assert (told["state"], told["status_code"], told["type_code"], told["automatic"]) == ("refunding", 12, 2, True)
    assert Claim.objects.count() == 1


def test_a_claim_from_evidence_to_inspection():
    made = signed(at=now() - 3 * DAY)
    buyer, staff = client_of(made.buyer.id), staff_of(made)
    body = claim_body(made, type="return_refund", reason="quality")
    refused = buyer.send("POST", "/claims", body, key="a")
    assert (refused.status_code, refused.json()["code"]) == (422, "guarantee.evidence_missing")
    assert refused.json()["facts"]["kinds"] == ["photo_defect"]
    body["claims"][0]["evidence"] = [a_file(buyer, "photo_defect")]
    (told,) = buyer.send("POST", "/claims", body, key="b").json()
    where = f"/claims/{told['id']}"
    queue = staff.send("GET", "/shop/claims").json()
    assert [one["id"] for one in queue["items"]] == [told["id"]]
    agreed = staff.send("POST", f"/shop{where}/agreement", {}, key="c").json()
    assert (agreed["state"], agreed["return_address"]["detail"]) == ("awaiting_return", "西溪路 1 号")
    sent = {"carrier": "sf", "tracking_no": "SF1234567890123"}
    assert buyer.send("POST", f"{where}/return", sent, key="d").json()["state"] == "return_sent"
    done = staff.send("POST", f"/shop{where}/inspection", {"sound_pieces": 1}, key="e").json()
    assert (done["state"], done["refund_minor"]) == ("refunding", 10_000)
    kinds = [entry["kind"] for entry in buyer.send("GET", f"{where}/timeline").json()]
    assert kinds == ["applied", "agreed", "sent_back", "inspected"]


def test_refusals_offers_and_the_platform():
    made = signed(at=now() - 3 * DAY)
    buyer, staff = client_of(made.buyer.id), staff_of(made)
    body = claim_body(made, type="refund_shipped", reason="quality")
    body["claims"][0]["evidence"] = [a_file(buyer, "photo_defect")]
    (told,) = buyer.send("POST", "/claims", body, key="1").json()
    where = f"/claims/{told['id']}"
    offered = staff.send("POST", f"/shop{where}/offer", {"refund_minor": 2_000, "words": "20 元"}, key="2").json()
    assert (offered["state"], offered["offer_minor"]) == ("offered", 2_000)
    assert buyer.send("POST", f"{where}/offer/refusal", key="3").json()["owner"] == "merchant"
    proof = a_file(staff, "photo_whole", "/shop/claims/evidence")
    refusal = {"reason": "no_defect", "words": "无瑕疵", "evidence": [proof]}
    refused = staff.send("POST", f"/shop{where}/refusal", refusal, key="4").json()
    assert (refused["state"], refused["refusal"]) == ("refused", "no_defect")
    assert [one["party"] for one in refused["evidence"]] == ["buyer", "merchant"]
    opened = buyer.send("POST", f"{where}/escalation", {"words": "请平台看"}, key="5")
    assert opened.status_code == 201
    assert opened.json()["dispute_id"].startswith("dsp_")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("GET", "/timeline", None),
        ("POST", "/withdrawal", {}),
        ("POST", "/return", {"carrier": "sf", "tracking_no": "SF1234567890123"}),
        ("POST", "/escalation", {}),
        ("PUT", "", {"wish": {"type": "refund_unshipped", "reason": "changed_mind"}}),
    ],
)
def test_a_claim_of_somebody_else_does_not_exist(method: str, path: str, body: Any):
    made = bought(at=now() - DAY)
    (told,) = client_of(made.buyer.id).send("POST", "/claims", claim_body(made), key="k").json()
    stranger = client_of(Buyer().id)
    assert stranger.send(method, f"/claims/{told['id']}{path}", body, key="x").status_code == 404


def test_another_shop_sees_nothing_and_answers_nothing():
    made, other = bought(at=now() - DAY), bought(at=now() - DAY)
    (told,) = client_of(made.buyer.id).send("POST", "/claims", claim_body(made), key="k").json()
    foreign = staff_of(other)
    assert foreign.send("GET", "/shop/claims?queue=with_platform").json()["items"] == []
    assert foreign.send("GET", f"/shop/claims/{told['id']}").status_code == 404
    assert foreign.send("POST", f"/shop/claims/{told['id']}/agreement", {}, key="x").status_code == 404
    many = foreign.send("POST", "/shop/claims/agreement", {"claims": [told["id"]]}, key="y")
    assert many.status_code == 404


@pytest.mark.parametrize(
    "wish",
    [
        {"type": "gift"},
        {"pieces": 0},
        {"pieces": 5},
        {"reason": "weather"},
        {"asked_minor": -1},
        {"bad_ratio_bps": 20_000},
        {"whatever": 1},
        {"promise": "no_such_promise"},
    ],
)
def test_a_wrong_wish_is_refused_and_changes_nothing(wish: dict[str, Any]):
    made = bought(at=now() - DAY)
    answer = client_of(made.buyer.id).send("POST", "/claims", claim_body(made, **wish), key="k")
    assert answer.status_code in {409, 422}, answer.content
    assert not Claim.objects.exists()
    assert made.facts.open_claims == 0


def test_a_line_of_somebody_else_is_not_found():
    made = bought(at=now() - DAY)
    assert client_of(Buyer().id).send("POST", "/claims", claim_body(made), key="k").status_code == 404


def test_what_is_no_picture_is_no_evidence():
    buyer = client_of(Buyer().id)
    text = SimpleUploadedFile("a.png", b"not a picture", "image/png")
    answer = buyer._client.post(
        "/api/v1/claims/evidence", {"kind": "photo_defect", "file": text}, headers=buyer._headers
    )
    assert answer.status_code == 422
    picture = SimpleUploadedFile("a.png", some_pixels(), "image/png")
    answer = buyer._client.post("/api/v1/claims/evidence", {"kind": "selfie", "file": picture}, headers=buyer._headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "guarantee.bad_evidence_kind")


def test_templates_are_kept_by_title():
    staff = staff_of(bought(at=now() - DAY))
    for words in ("请寄回", "请尽快寄回"):
        assert staff.send("PUT", "/shop/claims/templates", {"title": "寄回", "words": words}).status_code == 200
    (kept,) = staff.send("GET", "/shop/claims/templates").json()
    assert kept["words"] == "请尽快寄回"
    assert staff.send("DELETE", f"/shop/claims/templates/{kept['id']}").status_code == 204
    assert staff.send("GET", "/shop/claims/templates").json() == []
    assert staff.send("DELETE", f"/shop/claims/templates/{public_id('tpl', new_id())}").status_code == 404


def test_the_queue_is_sorted_by_what_runs_out_first_and_pages():
    first, *others = [bought(at=now() - DAY) for _ in range(3)]
    client = client_of(first.buyer.id)
    client.send("POST", "/claims", claim_body(first, promise="before_signing"), key="k")
    assert others
    page = staff_of(first).send("GET", "/shop/claims?limit=1").json()
    assert len(page["items"]) == 1
    assert page["next_cursor"] is None


def test_a_courier_for_a_return_is_offered_booked_seen_and_called_off():
    made = signed(at=now() - 3 * DAY)
    buyer, staff = client_of(made.buyer.id), staff_of(made)
    body = claim_body(made, type="return_refund", reason="no_longer_wanted")
    claim = buyer.send("POST", "/claims", body, key="a").json()[0]["id"]
    address = f"/claims/{claim}/pickup"
    assert buyer.send("GET", f"{address}/slots").status_code == 409
    assert staff.send("POST", f"/shop/claims/{claim}/agreement", {}, key="b").status_code == 200
    slots = buyer.send("GET", f"{address}/slots").json()
    assert slots
    assert buyer.send("GET", address).status_code == 404
    first, second = (buyer.send("POST", address, slots[0], key="c") for _ in range(2))
    assert first.status_code == 201, first.content
    assert first.json() == second.json()
    assert (first.json()["state"], first.json()["starts_at"]) == ("asked", slots[0]["starts_at"])
    assert buyer.send("POST", address, slots[-1], key="d").status_code == 409
    stranger = client_of(Buyer().id)
    assert stranger.send("GET", f"{address}/slots").status_code == 404
    assert stranger.send("POST", f"{address}/cancellation", key="e").status_code == 404
    assert buyer.send("POST", f"{address}/cancellation", key="f").json()["state"] == "cancelled"
    assert buyer.send("GET", address).json()["ended_at"]
