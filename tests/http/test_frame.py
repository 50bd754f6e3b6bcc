"""The frame of the API: logins, strict bodies, problems, keys, limits, one transaction."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anxin.faces.api import frame, idempotency
from anxin.faces.api.ratelimit import Limiter
from anxin.infra.clock import now
from anxin.infra.models import OutboxEvent
from tests.support.api import ApiClient, a_caller, a_token

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.http.small_api")]

NOTE = {"text": "茶", "amount_minor": 100}
ORDER = "ord_" + "0" * 26


@pytest.fixture
def caller() -> ApiClient:
    return ApiClient(a_token(a_caller()))


def assert_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    problem: dict[str, Any] = json.loads(response.content)
    assert (response.status_code, problem["status"], problem["code"]) == (status, status, code), problem
    assert response["Content-Type"] == "application/problem+json"
    assert problem["title"]
    assert problem["detail"]
    assert problem["type"] == f"/api/v1/docs#{code}"
    return problem


def test_an_open_operation_needs_no_token() -> None:
    response = ApiClient().send("GET", f"/notes/{ORDER}")
    assert response.json() == {"id": ORDER, "text": "读", "writes": 0}


def test_without_a_token_the_caller_is_told_to_log_in() -> None:
    response = ApiClient().send("GET", "/notes")
    assert_problem(response, 401, "people.login_required")
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_a_stranger_is_sent_away_before_the_body_is_looked_at() -> None:
    assert_problem(ApiClient().send("POST", "/notes", "{", key="k"), 401, "people.login_required")


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic bGluOmxpbg=="])
def test_a_wrong_token_is_refused_even_where_none_is_needed_for_reading(header: str) -> None:
    assert_problem(ApiClient().send("GET", "/notes", authorization=header), 401, "people.bad_token")


def test_an_expired_token_is_refused() -> None:
    assert_problem(ApiClient(a_token(a_caller(), days=-1)).send("GET", "/notes"), 401, "people.bad_token")


def test_a_token_reaches_no_further_than_its_scopes() -> None:
    narrow = ApiClient(a_token(a_caller(), "orders"))
    assert_problem(narrow.send("GET", "/notes"), 403, "people.scope_missing")
    assert_problem(narrow.send("POST", "/notes", NOTE, key="k"), 403, "people.scope_missing")


def test_a_session_needs_the_csrf_token_to_change_something(settings: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(a_caller(), backend=settings.AUTHENTICATION_BACKENDS[0])
    assert client.get("/api/v1/notes").status_code == 200
    body = {"data": json.dumps(NOTE), "content_type": "application/json"}
    assert_problem(client.patch(f"/api/v1/notes/{ORDER}", **body), 403, "request.csrf_missing")
    client.cookies["csrftoken"] = "x" * 32
    assert client.patch(f"/api/v1/notes/{ORDER}", **body, headers={"x-csrftoken": "x" * 32}).status_code == 200


@pytest.mark.parametrize("body", ["{", '{"text": NaN}', "[1", '{"text": "\\ud800"}', "\x00"])
def test_a_malformed_body_is_refused(caller: ApiClient, body: str) -> None:
    assert_problem(caller.send("POST", "/notes", body, key="k"), 400, "request.malformed_json")


def test_a_body_of_another_type_is_refused(caller: ApiClient) -> None:
    response = caller.send("POST", "/notes", "text=1", key="k", **{"content-type": "text/plain"})
    assert_problem(response, 415, "request.not_json")


@pytest.mark.parametrize(
    ("body", "name", "code"),
    [
        ({"text": "茶"}, "body.amount_minor", "missing"),
        ({**NOTE, "colour": "red"}, "body.colour", "extra_forbidden"),
        ({**NOTE, "amount_minor": "100"}, "body.amount_minor", "int_type"),
        ({**NOTE, "amount_minor": 1.0}, "body.amount_minor", "int_type"),
        ({**NOTE, "amount_minor": True}, "body.amount_minor", "int_type"),
        ({**NOTE, "amount_minor": -1}, "body.amount_minor", "greater_than_equal"),
        ({**NOTE, "text": "x" * 21}, "body.text", "string_too_long"),
        ({**NOTE, "tags": ["a", 1]}, "body.tags.1", "string_type"),
        ({**NOTE, "tags": ["a"] * 4}, "body.tags", "too_long"),
        ([], "body", "model_type"),
        (None, "body", "missing"),
    ],
)
def test_an_invalid_body_names_the_field_at_fault(caller: ApiClient, body: Any, name: str, code: str) -> None:
    problem = assert_problem(caller.send("POST", "/notes", body, key="k"), 422, "request.invalid")
    assert [(field["name"], field["code"]) for field in problem["fields"]] == [(name, code)]
    assert all(field["detail"] for field in problem["fields"])


def test_a_text_that_no_database_can_hold_is_refused(caller: ApiClient) -> None:
    assert_problem(caller.send("POST", "/notes", {**NOTE, "text": "a\x00"}, key="k"), 422, "request.value_out_of_range")
    assert_problem(caller.send("GET", "/notes?cursor=%00"), 422, "request.value_out_of_range")


def test_a_value_that_only_the_database_refuses_is_a_problem_too(caller: ApiClient) -> None:
    response = caller.send("POST", "/notes", {**NOTE, "text": "huge"}, key="k")
    assert_problem(response, 422, "request.value_out_of_range")


@pytest.mark.parametrize("query", ["limit=101", "limit=0", "limit=-1", "limit=ten", "cursor=%21"])
def test_a_page_that_cannot_be_is_refused(caller: ApiClient, query: str) -> None:
    assert_problem(caller.send("GET", f"/notes?{query}"), 422, "request.invalid")


@pytest.mark.parametrize("path", ["/nowhere", "/notes/17", "/notes/shp_" + "0" * 26, "/notes/ord_" + "8" * 26, "/"])
def test_an_unknown_address_is_a_problem(caller: ApiClient, path: str) -> None:
    assert_problem(caller.send("GET", path), 404, "request.unknown_address")


def test_a_wrong_method_says_which_are_possible(caller: ApiClient) -> None:
    response = caller.send("DELETE", "/notes")
    assert_problem(response, 405, "request.wrong_method")
    assert set(response["Allow"].split(", ")) == {"GET", "POST"}


def test_a_body_that_is_too_large_is_refused(caller: ApiClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert_problem(caller.send("POST", "/notes", {**NOTE, "text": "x" * 200}, key="k"), 413, "request.too_large")


def test_a_problem_speaks_the_language_of_the_caller(caller: ApiClient) -> None:
    english = caller.send("GET", "/notes?limit=0", **{"accept-language": "en"}).json()
    assert english["title"] == "Not valid"
    assert english["fields"][0] == {
        "name": "query.limit",
        "code": "greater_than_equal",
        "detail": "This must be at least 1.",
    }


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [("race", 409, "kernel.lost_race"), ("conflict", 503, "market.busy"), ("crash", 500, "server.failed")],
)
def test_a_refused_command_leaves_nothing_behind(caller: ApiClient, text: str, status: int, code: str) -> None:
    assert_problem(caller.send("POST", "/notes", {**NOTE, "text": text}, key="k"), status, code)
    assert not OutboxEvent.objects.filter(kind="small.noted").exists()


def test_who_loses_every_conflict_is_told_when_to_come_back(caller: ApiClient) -> None:
    assert caller.send("POST", "/notes", {**NOTE, "text": "conflict"}, key="k")["Retry-After"] == "1"
    assert caller.send("POST", "/notes", NOTE, key="k").status_code == 201


def test_the_same_key_and_body_get_the_same_answer_and_one_effect(caller: ApiClient) -> None:
    first, second = (caller.send("POST", "/notes", NOTE, key="k") for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert OutboxEvent.objects.filter(kind="small.noted").count() == 1


def test_the_same_key_with_another_body_is_refused(caller: ApiClient) -> None:
    caller.send("POST", "/notes", NOTE, key="k")
    response = caller.send("POST", "/notes", {**NOTE, "amount_minor": 101}, key="k")
    assert_problem(response, 422, "request.idempotency_key_reused")


def test_a_key_belongs_to_one_person() -> None:
    for email in ("a@example.org", "b@example.org"):
        response = ApiClient(a_token(a_caller(email))).send("POST", "/notes", NOTE, key="k")
        assert "Idempotency-Replayed" not in response
    assert OutboxEvent.objects.filter(kind="small.noted").count() == 2


def test_a_refused_request_may_be_repeated_with_its_key(caller: ApiClient) -> None:
    caller.send("POST", "/notes", {**NOTE, "text": "race"}, key="k")
    assert caller.send("POST", "/notes", NOTE, key="k").status_code == 201


@pytest.mark.parametrize("key", [None, "", "two words", "k" * 201, "钥"])
def test_a_missing_or_bad_key_is_refused(caller: ApiClient, key: str | None) -> None:
    assert_problem(caller.send("POST", "/notes", NOTE, key=key), 400, "request.idempotency_key_missing")


def test_a_request_with_a_key_costs_two_statements_besides_the_command(caller: ApiClient) -> None:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert caller.send("POST", "/notes", NOTE, key="k").status_code == 201
    statements = [query["sql"] for query in captured if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) == 3  # gate, the command's own, kept answer


def test_every_answer_says_what_is_left_of_the_allowance(caller: ApiClient) -> None:
    first, second = (caller.send("GET", "/notes") for _ in range(2))
    assert int(first["RateLimit-Remaining"]) - int(second["RateLimit-Remaining"]) == 1
    assert first["RateLimit-Limit"] == "1200"
    assert int(first["RateLimit-Reset"]) >= 0


def test_a_caller_who_asks_too_often_is_told_when_to_come_back(
    caller: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "LIMITER", Limiter(2))
    assert [caller.send("GET", "/notes").status_code for _ in range(2)] == [200, 200]
    response = caller.send("GET", "/notes")
    assert_problem(response, 429, "request.too_many")
    assert int(response["Retry-After"]) >= 1


def test_old_answers_are_forgotten(caller: ApiClient) -> None:
    caller.send("POST", "/notes", NOTE, key="k")
    assert idempotency.forget_old(now=now() + idempotency.KEPT / 2) == 0
    assert idempotency.forget_old(now=now() + idempotency.KEPT * 2) == 1
    assert "Idempotency-Replayed" not in caller.send("POST", "/notes", NOTE, key="k")


@pytest.mark.django_db(transaction=True)
def test_twenty_requests_with_one_key_at_once_have_one_effect() -> None:
    token = a_token(a_caller())

    def send(_turn: int) -> int:
        try:
            return int(ApiClient(token).send("POST", "/notes", NOTE, key="k").status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as crowd:
        statuses = list(crowd.map(send, range(20)))
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert OutboxEvent.objects.filter(kind="small.noted").count() == 1
