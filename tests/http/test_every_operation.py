"""What no operation of the API may do: take what is malformed, unknown or endless, or fail on it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest

from anxin.faces.api.fields import Answer, Body, PageQuery
from anxin.faces.api.openapi import Endpoint, endpoints
from anxin.faces.api.urls import api
from anxin.infra.clock import now
from anxin.kernel.ids import new_id
from anxin.kernel.page import MAX_LIMIT
from anxin.market.people.queries import Role
from tests.builders.people import a_person, a_token, with_role
from tests.support.api import ApiClient

pytestmark = pytest.mark.django_db

ENDPOINTS = list(endpoints(api))
DESCRIBED: dict[str, Any] = api.get_openapi_schema()

# Answers with a list that something else keeps short. This may only shrink.
LISTS_WITHOUT_PAGES = {
    "DELETE /cart/{sku}",  # a cart holds at most LINES_MAX
    "GET /cart",
    "PUT /cart/{sku}",
    "GET /applications",  # the newest 50 of one person
    "GET /carriers",  # those that we wrote down
    "GET /categories",  # a tree that we wrote
    "GET /regions",
    "GET /shop/freight-templates",
    "GET /suggestions",  # at most 10
    "GET /me/addresses",  # at most ADDRESSES_MAX
    "GET /me/tokens",  # at most TOKENS_MAX
    "GET /orders/{order}/timeline",  # the steps of one life
    "GET /claims/{claim}/timeline",
    "GET /claims/{claim}/pickup/slots",  # what the carrier offers in the days that are left
    "GET /shop/claims/{claim}/timeline",
    "GET /shop/claims/templates",  # at most TEMPLATES_MAX
    "POST /claims",  # at most 50 at once
    "GET /payments/{payment}/refunds",
    "GET /shop/products/{product}/changes",  # the newest 100
    "GET /shop/stock/{sku}/changes",
}


def described(endpoint: Endpoint) -> dict[str, Any]:
    whole: dict[str, Any] = DESCRIBED["paths"][f"/api/v1{endpoint.path}"][endpoint.method.lower()]
    return whole


def name_of(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.path}"


def path_of(endpoint: Endpoint) -> str:
    """The endpoint's path below /api/v1 with identifiers of the right form that exist nowhere."""
    path = endpoint.path
    for parameter in described(endpoint)["parameters"]:
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", str(parameter["schema"].get("examples", ["x"])[0]))
    return path


def json_body(endpoint: Endpoint) -> dict[str, Any] | None:
    content = described(endpoint).get("requestBody", {}).get("content", {})
    schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
    return schema


def query_names(endpoint: Endpoint) -> set[str]:
    return {parameter["name"] for parameter in described(endpoint)["parameters"] if parameter["in"] == "query"}


def objects(schema: dict[str, Any], seen: frozenset[str] = frozenset()) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (name, schema) of every object that a body is made of."""
    name = schema.get("$ref", "").rpartition("/")[2]
    if name in seen:
        return
    whole = DESCRIBED["components"]["schemas"][name] if name else schema
    if whole.get("type") == "object":
        yield name, whole
    inner = [*whole.get("properties", {}).values(), *whole.get("anyOf", ()), *filter(None, [whole.get("items")])]
    for part in inner:
        yield from objects(part, seen | ({name} if name else set()))


WITH_BODY = [endpoint for endpoint in ENDPOINTS if json_body(endpoint)]
LISTS = [endpoint for endpoint in ENDPOINTS if "limit" in query_names(endpoint)]


@pytest.fixture
def owner() -> ApiClient:
    """A program of a merchant who owns some shop."""
    return ApiClient(a_token(with_role(a_person(), Role.OWNER, UUID(int=new_id().int)), now=now()))


def test_every_operation_names_its_policy() -> None:
    assert [name_of(endpoint) for endpoint in ENDPOINTS if not endpoint.policy] == []


def test_no_two_bodies_or_answers_share_a_name() -> None:
    """The description knows them by name: the second would silently describe the first."""
    names = Counter(shape.__name__ for shape in shapes(Body, Answer, PageQuery))
    assert [name for name, uses in names.items() if uses > 1] == []


def shapes(*roots: type[Any]) -> Iterator[type[Any]]:
    for root in roots:
        for shape in root.__subclasses__():
            if shape.__module__.startswith("anxin.") and "[" not in shape.__name__:
                yield shape
            yield from shapes(shape)


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=name_of)
def test_malformed_json_is_refused(endpoint: Endpoint, owner: ApiClient) -> None:
    answer = owner.send(endpoint.method, path_of(endpoint), '{"half": ', key="k")
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed_json")


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=name_of)
def test_an_unknown_field_is_refused(endpoint: Endpoint, owner: ApiClient) -> None:
    answer = owner.send(endpoint.method, path_of(endpoint), {"no_such_field": 1}, key="k")
    assert answer.status_code == 422
    at_fault = {field["name"]: field["code"] for field in answer.json()["fields"]}
    assert at_fault["body.no_such_field"] == "extra_forbidden"


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=name_of)
def test_a_body_of_another_shape_is_refused(endpoint: Endpoint, owner: ApiClient) -> None:
    for body in ("[]", "7", '"text"', "null"):
        answer = owner.send(endpoint.method, path_of(endpoint), body, key="k")
        assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid"), body


@pytest.mark.parametrize("endpoint", WITH_BODY, ids=name_of)
def test_no_part_of_a_body_takes_unknown_fields_or_endless_texts_and_lists(endpoint: Endpoint) -> None:
    for name, schema in objects(json_body(endpoint) or {}):
        if isinstance(schema.get("additionalProperties"), dict):
            continue  # a map from names to values, not an object of ours
        assert schema.get("additionalProperties") is False, name
        for field, inner in schema["properties"].items():
            choices = inner.get("anyOf", [inner])
            assert all(is_bounded(choice) for choice in choices), f"{name}.{field} has no limit"


def is_bounded(schema: dict[str, Any]) -> bool:
    if schema.get("type") == "string":
        return not {"maxLength", "pattern", "format", "enum", "const"}.isdisjoint(schema)
    if schema.get("type") == "array":
        return "maxItems" in schema
    if schema.get("type") == "integer":
        return not {"maximum", "exclusiveMaximum", "enum"}.isdisjoint(schema)
    return True


@pytest.mark.parametrize("endpoint", LISTS, ids=name_of)
@pytest.mark.parametrize("limit", [MAX_LIMIT + 1, 10**9, 0, -1])
def test_a_page_has_a_largest_size(endpoint: Endpoint, limit: int, owner: ApiClient) -> None:
    answer = owner.send("GET", f"{path_of(endpoint)}?limit={limit}")
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


@pytest.mark.parametrize("endpoint", LISTS, ids=name_of)
@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "0", "eyJhIjoxfQ", "_" * 40])
def test_a_cursor_that_we_never_gave_is_refused(endpoint: Endpoint, cursor: str, owner: ApiClient) -> None:
    answer = owner.send("GET", f"{path_of(endpoint)}?cursor={cursor}")
    assert answer.status_code in {404, 422}, answer.content


def test_every_list_comes_in_pages() -> None:
    endless = {
        name_of(endpoint)
        for endpoint in ENDPOINTS
        for status, answer in described(endpoint)["responses"].items()
        if int(status) < 300 and is_list(answer) and "limit" not in query_names(endpoint)
    }
    assert sorted(endless - LISTS_WITHOUT_PAGES) == []
    assert sorted(LISTS_WITHOUT_PAGES - endless) == [], "this list may shrink now"


def is_list(answer: dict[str, Any]) -> bool:
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    whole = DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return whole.get("type") == "array" or "items" in whole.get("properties", {})
