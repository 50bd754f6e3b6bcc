"""Arbitrators' programs: who may read and judge, every step once, twice and by somebody else, and what is refused."""

from typing import Any
from uuid import UUID

import pytest

from anxin.infra import clock
from anxin.kernel.ids import public_id
from anxin.market.guarantee.commands import arbitration, disputes
from anxin.market.guarantee.models import Claim, Dispute
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import Party
from anxin.market.people.queries import Role
from anxin.market.service.commands.conversations import kept_pictures, say_to_shop
from tests.builders.claims import BROKEN, Bought, received
from tests.builders.conversations import a_message, an_answer
from tests.builders.disputes import ASKED_AT, CALLED_AT, DEFECT, Disputed, a_piece, all_back, an_arbitrator, disputed
from tests.builders.people import a_person, a_token, with_role
from tests.builders.shops import a_picture
from tests.support.api import ApiClient

pytestmark = pytest.mark.django_db

MINOR = {"kind": "partial_refund", "reason": "minor_defect", "refund_minor": 3_000}
STEPS = ("taking", "return", "question", "decision", "signature", "refusal", "litigation")
BODIES: dict[str, Any] = {"question": {"of": ["buyer"]}, "decision": MINOR, "refusal": {}, "litigation": {}}


def program(person: UUID, *scopes: str) -> ApiClient:
    return ApiClient(a_token(person, *scopes, now=clock.now()))


def at(case: Disputed, step: str = "") -> str:
    return f"/desk/disputes/{public_id('dsp', case.id)}{step and '/' + step}"


def do(api: ApiClient, case: Disputed, step: str, body: Any = None, key: str = "a") -> Any:
    return api.send("POST", at(case, step), BODIES.get(step) if body is None else body, key=f"{step}-{key}")


@pytest.fixture
def case() -> Disputed:
    return disputed()


@pytest.fixture
def judge() -> UUID:
    return an_arbitrator()


@pytest.fixture
def api(judge: UUID) -> ApiClient:
    return program(judge, "desk")


@pytest.fixture
def large(judge: UUID) -> Disputed:
    """A case whose verdict waits for a second signature."""
    case = disputed(price_minor=250_000).heard(judge)
    arbitration.decide(case.id, all_back(250_000), by=judge, now=CALLED_AT)
    return case


def test_a_program_lists_takes_and_decides(case, judge, api):
    case.heard(judge)
    arbitration.hand_back(case.id, by=judge, now=CALLED_AT)
    waiting = api.send("GET", "/desk/disputes?tab=waiting").json()["items"]
    assert [(one["id"], one["mine"], "take" in one["steps"]) for one in waiting] == [
        (public_id("dsp", case.id), False, True)
    ]
    taken = api.send("POST", at(case, "taking")).json()
    assert (taken["mine"], "decide" in taken["steps"]) == (True, True)
    cap = next(one for one in taken["reasons"] if one["code"] == "minor_defect")
    assert (cap["refund_max_minor"], cap["kinds"], cap["obstacles"]) == (3_000, ["partial_refund"], [])
    first = do(api, case, "decision")
    assert (first.status_code, first.json()["state"], first.json()["verdict"]["refund_minor"]) == (
        200,
        "decided",
        3_000,
    )
    assert do(api, case, "decision").json() == first.json()
    assert do(api, case, "decision", key="b").status_code == 409
    assert api.send("GET", "/desk/arbitrators").json()["arbitrators"][0]["person_id"] == public_id("per", judge)


def test_the_queue_comes_in_pages(judge, api):
    for _ in range(3):
        disputed()
    first = api.send("GET", "/desk/disputes?tab=parties&limit=2").json()
    rest = api.send("GET", f"/desk/disputes?tab=parties&limit=2&cursor={first['next_cursor']}").json()
    assert len({one["id"] for one in first["items"] + rest["items"]}) == 3
    assert rest["next_cursor"] is None
    for tab in ("waiting", "mine", "appeals", "signature", "ended"):
        assert api.send("GET", f"/desk/disputes?tab={tab}").json() == {"items": [], "next_cursor": None}
    for wrong in ("tab=gossip", "cursor=nonsense", "limit=0"):
        assert api.send("GET", f"/desk/disputes?{wrong}").status_code == 422


def test_a_case_is_read_unmasked_with_all_its_papers(case, api):
    disputes.give_evidence(case.id, [a_piece(private=True)], side=case.merchant, now=CALLED_AT)
    shown = queries.evidence(case.id, reader=Party.BUYER)[-1]
    assert shown.masked
    found = api.send("GET", at(case)).json()
    assert [one["masked"] for one in found["evidence"] if one["id"] == public_id("evd", shown.id)] == [False]
    assert found["certificate"]["line_id"] == found["line_id"] == found["line"]["id"]
    assert found["certificate"]["verified"]
    assert (found["page"]["price_minor"], len(found["page"]["sha256"])) == (10_000, 64)
    assert all(found[one] for one in ("timeline", "claim_timeline", "order_timeline"))
    assert (found["conversation"], found["precedents"]) == (None, [])
    picture = api.send("GET", at(case, f"evidence/{public_id('evd', shown.id)}"))
    whole = queries.evidence_file(case.id, shown.id, reader=Party.PLATFORM).data
    assert (picture["Content-Type"], picture.content == whole) == ("image/jpeg", True)
    other = disputed()
    assert api.send("GET", at(other, f"evidence/{public_id('evd', shown.id)}")).status_code == 404
    assert api.send("GET", at(other, f"messages/{public_id('msg', shown.id)}/0")).status_code == 404


@pytest.fixture
def talked(case) -> Disputed:
    """A case whose buyer showed the shop a picture and was answered."""
    shown = a_message("", pictures=kept_pictures([a_picture(640, 480)]))
    question = say_to_shop(case.made.shop, shown, person_id=case.made.buyer.id, now=CALLED_AT)
    an_answer(question, case.made.staff, "请稍等", now=CALLED_AT)
    return case


def test_a_case_holds_what_both_sides_said_and_its_pictures_are_read_one_by_one(talked, api):
    talk = api.send("GET", at(talked)).json()["conversation"]
    assert talk["is_whole"]
    assert [(one["side"], one["kind"], one["text"]) for one in talk["messages"]] == [
        ("buyer", "pictures", ""),
        ("shop", "text", "请稍等"),
    ]
    shown, answer = (one["id"] for one in talk["messages"])
    assert len(talk["messages"][0]["facts"]["pictures"]) == 1
    picture = api.send("GET", at(talked, f"messages/{shown}/0"))
    assert (picture.status_code, picture["Content-Type"], picture.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    for nothing in (f"messages/{shown}/1", f"messages/{shown}/100", f"messages/{answer}/0"):
        assert api.send("GET", at(talked, nothing)).status_code == 404
    assert api.send("GET", at(disputed(), f"messages/{shown}/0")).status_code == 404


def test_a_case_is_read_with_one_statement_a_module(talked, api, django_assert_num_queries):
    api.send("GET", at(talked))
    with django_assert_num_queries(6):  # the caller, the case, its papers, the order, the page that day, the talk
        assert api.send("GET", at(talked)).status_code == 200


def test_the_queue_is_read_with_two_statements_however_long_it_is(api, django_assert_num_queries):
    for _ in range(3):
        disputed()
    api.send("GET", "/desk/disputes?tab=parties")
    with django_assert_num_queries(2):  # the caller and the cases
        assert len(api.send("GET", "/desk/disputes?tab=parties").json()["items"]) == 3


@pytest.fixture
def made() -> Bought:
    return received(quantity=2)


def opening(made: Bought, **changes: Any) -> dict[str, Any]:
    return {"line": public_id("lin", made.line), "pieces": 2, "why": "三起同类投诉", **changes}


def test_a_case_is_opened_once_where_nobody_claimed(made, api):
    first = api.send("POST", "/desk/disputes", opening(made), key="a")
    opened = Dispute.objects.get()
    assert (first.status_code, first.json()["id"]) == (201, public_id("dsp", opened.id))
    assert (first.json()["opened_by"], sorted(first.json()["turn"])) == ("platform", ["buyer", "merchant"])
    assert Claim.objects.get(id=opened.claim_id).terms["pieces"] == 2
    assert api.send("POST", "/desk/disputes", opening(made), key="a").json() == first.json()
    assert api.send("POST", "/desk/disputes", opening(made), key="b").status_code == 409
    assert Dispute.objects.count() == 1


def test_where_a_claim_is_open_the_case_is_over_that_claim(made, api):
    asked = made.ask(BROKEN, now=ASKED_AT, show=DEFECT)
    assert api.send("POST", "/desk/disputes", opening(made), key="a").status_code == 201
    assert (Claim.objects.get().id, Dispute.objects.get().claim_id) == (asked, asked)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"pieces": 3}, 422, "guarantee.bad_pieces"),
        ({"pieces": 0}, 422, "request.invalid"),
        ({"why": "  "}, 422, "request.invalid"),
        ({"why": "x" * 501}, 422, "request.invalid"),
        ({"unsent": True}, 422, "guarantee.bad_pieces"),
        ({"line": "lin_7zzzzzzzzzzzzzzzzzzzzzzzzz"}, 404, "guarantee.unknown_line"),
    ],
)
def test_what_cannot_be_opened_is_refused_and_nothing_is_left(made, api, changes, status, code):
    refused = api.send("POST", "/desk/disputes", opening(made, **changes), key="a")
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not Claim.objects.exists()
    assert api.send("POST", "/desk/disputes", opening(made), key="a").status_code == 201


def test_only_an_arbitrator_with_the_scope_opens_a_case(made, judge):
    refused = {
        program(judge, "desk.disputes.read"): 403,
        program(judge, "disputes"): 403,
        program(with_role(a_person(), Role.INSPECTOR)): 403,
        program(made.buyer.id): 404,
        ApiClient(): 401,
    }
    for caller, status in refused.items():
        assert caller.send("POST", "/desk/disputes", opening(made), key="a").status_code == status
    assert not Claim.objects.exists()


def test_only_arbitrators_with_the_scope_judge_and_only_the_desk_reads(case, judge):
    unscoped = program(judge, "disputes")
    assert unscoped.send("GET", at(case)).json()["code"] == "people.scope_missing"
    inspector = program(with_role(a_person(), Role.INSPECTOR))
    buyer = program(case.made.buyer.id)
    assert (inspector.send("GET", at(case)).status_code, buyer.send("GET", at(case)).status_code) == (200, 404)
    assert ApiClient().send("GET", at(case)).status_code == 401
    reader = program(judge, "desk.disputes.read")
    assert reader.send("GET", at(case)).status_code == 200
    for step in STEPS:
        assert [do(one, case, step).status_code for one in (unscoped, reader, inspector, buyer)] == [403, 403, 403, 404]
    assert case.row.version == 0


def test_a_case_of_another_arbitrator_is_left_alone(case):
    case.heard(an_arbitrator())
    before, stranger = case.row.version, program(an_arbitrator())
    for step in ("taking", "return", "question", "decision"):
        assert (step, do(stranger, case, step).json()["code"]) == (step, "disputes.taken")
    assert case.row.version == before


def test_a_case_goes_back_or_asks_once(case, judge, api):
    case.heard(judge)
    asked = do(api, case, "question", {"of": ["buyer", "merchant"], "question": "发票?"})
    assert (asked.json()["state"], asked.json()["turn"]) == ("evidence_wanted", ["buyer", "merchant"])
    assert do(api, case, "question", {"of": ["buyer"]}, key="b").status_code == 409
    back = do(api, case, "return")
    assert (back.json()["arbitrator"], do(api, case, "return").json()) == (None, back.json())
    assert do(api, case, "return", key="b").json()["code"] == "disputes.not_taken"


def test_a_large_sum_is_signed_by_somebody_else(large, api):
    assert do(api, large, "signature").json()["code"] == "disputes.not_impartial"
    assert do(api, large, "refusal").json()["code"] == "disputes.not_impartial"
    assert large.row.state == "second_signature"
    second = program(an_arbitrator())
    assert [one["steps"] for one in second.send("GET", "/desk/disputes?tab=signature").json()["items"]] == [
        ["sign", "send_back", "end_for_law"]
    ]
    signed = do(second, large, "signature")
    assert (signed.json()["state"], do(second, large, "signature").json()) == ("decided", signed.json())
    assert do(second, large, "signature", key="b").status_code == 409


def test_a_verdict_is_sent_back_and_a_case_ends_for_law(large):
    second = program(an_arbitrator())
    assert do(second, large, "refusal", {"why": "证据不足"}).json()["state"] == "deciding"
    ended = do(second, large, "litigation", {"why": "法院已受理"})
    assert (ended.json()["state"], ended.json()["steps"]) == ("ended", [])
    assert do(second, large, "litigation", {"why": "法院"}).json()["code"] == "request.idempotency_key_reused"
    assert do(second, large, "litigation", key="b").status_code == 409


@pytest.mark.parametrize(
    ("verdict", "complaint"),
    [
        ({**MINOR, "refund_minor": 3_001}, "refund_too_high"),
        ({**MINOR, "refund_minor": 0}, "refund_missing"),
        ({**MINOR, "kind": "no_support", "refund_minor": 0}, "wrong_kind"),
        ({**MINOR, "reason": "gossip"}, "unknown_reason"),
        ({**MINOR, "reason": "settled"}, "unknown_reason"),
    ],
)
def test_a_verdict_against_the_rules_names_its_objections_and_changes_nothing(case, judge, api, verdict, complaint):
    case.heard(judge)
    before = case.row.version
    refused = do(api, case, "decision", verdict)
    assert (refused.status_code, refused.json()["code"]) == (422, "disputes.verdict_refused")
    assert complaint in refused.json()["facts"]["complaints"]
    assert (case.row.state, case.row.version) == ("deciding", before)
    assert do(api, case, "decision").status_code == 200


@pytest.mark.parametrize(
    ("step", "body", "field"),
    [
        ("decision", {**MINOR, "kind": "gossip"}, "body.kind"),
        ("decision", {**MINOR, "reason": "no reason"}, "body.reason"),
        ("decision", {**MINOR, "refund_minor": -1}, "body.refund_minor"),
        ("decision", {**MINOR, "compensation_minor": 1.5}, "body.compensation_minor"),
        ("decision", {**MINOR, "freight": "platform"}, "body.freight"),
        ("decision", {**MINOR, "note": "x" * 501}, "body.note"),
        ("decision", {**MINOR, "more": 1}, "body.more"),
        ("question", {"of": []}, "body.of"),
        ("question", {"of": ["platform"]}, "body.of.0"),
        ("refusal", {"why": "x" * 501}, "body.why"),
        ("litigation", {"why": 7}, "body.why"),
    ],
)
def test_a_bad_body_says_where(case, judge, api, step, body, field):
    case.heard(judge)
    before = case.row.version
    refused = do(api, case, step, body)
    assert (refused.status_code, [one["name"] for one in refused.json()["fields"]]) == (422, [field])
    assert case.row.version == before


def test_a_step_that_must_not_be_done_twice_needs_a_key(case, judge, api):
    case.heard(judge)
    answer = api.send("POST", at(case, "decision"), MINOR)
    assert answer.json()["code"] == "request.idempotency_key_missing"
