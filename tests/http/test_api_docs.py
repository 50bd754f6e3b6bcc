"""The API's two descriptions: complete for programs, readable and safe for people."""

import re
from typing import Any

import pytest
from django.test import Client

from anxin.faces.api.openapi import endpoints
from anxin.faces.api.urls import api as real_api
from anxin.kernel.errors import AnxinError
from tests.http import small_api

pytestmark = pytest.mark.urls("tests.http.small_api")


@pytest.fixture
def description(client: Client) -> Any:
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    return response.json()


def test_the_description_is_openapi_3_1_and_lists_every_operation(description: Any) -> None:
    assert description["openapi"] == "3.1.0"
    listed = {(method.upper(), path) for path, methods in description["paths"].items() for method in methods}
    assert listed == {(one.method, f"/api/v1{one.path}") for one in endpoints(small_api.api)}


def test_every_operation_tells_its_policy_its_login_and_its_problems(description: Any) -> None:
    for methods in description["paths"].values():
        for described in methods.values():
            assert described["x-policy"]
            assert {"400", "401", "404", "409", "422", "429"} <= described["responses"].keys()
    assert description["paths"]["/api/v1/notes/{note_id}"]["get"]["security"] == [{}]
    assert description["paths"]["/api/v1/notes"]["post"]["security"] == [{"token": []}, {"session": []}]


def test_an_operation_that_needs_a_key_says_so(description: Any) -> None:
    needed = [parameter["name"] for parameter in description["paths"]["/api/v1/notes"]["post"]["parameters"]]
    assert needed == ["Idempotency-Key"]
    changed = description["paths"]["/api/v1/notes/{note_id}"]["patch"]["parameters"]
    assert [parameter["name"] for parameter in changed] == ["note_id"]


def test_a_body_forbids_unknown_fields(description: Any) -> None:
    assert description["components"]["schemas"]["NoteIn"]["additionalProperties"] is False


@pytest.mark.parametrize(("language", "word"), [("en", "Rules of every request"), ("zh-CN", "每个请求的规则")])
def test_the_page_for_people_explains_operations_fields_and_codes(client: Client, language: str, word: str) -> None:
    page = client.get("/api/v1/docs", headers={"accept-language": language})
    text = page.content.decode()
    assert word in text
    assert "/api/v1/notes/{note_id}" in text
    assert "amount_minor" in text
    assert 'id="request.invalid"' in text
    assert f'id="{AnxinError.__subclasses__()[0].code}"' in text


@pytest.mark.urls("anxin.entry.urls")
def test_the_page_for_people_explains_every_operation_of_the_market(client: Client) -> None:
    text = client.get("/api/v1/docs").content.decode()
    assert [one.path for one in endpoints(real_api) if f">/api/v1{one.path}<" not in text] == []


def test_the_page_for_people_keeps_the_content_security_policy(client: Client) -> None:
    page = client.get("/api/v1/docs")
    assert "default-src 'self'" in page["Content-Security-Policy"]
    text = page.content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|<script>|https?://(?!www\.w3\.org)", text)
