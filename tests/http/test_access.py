"""Every page and every endpoint is tried without a login and as the wrong person."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from anxin.faces.access import operation_of
from anxin.faces.api.openapi import Endpoint, endpoints
from anxin.faces.api.urls import api
from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.people.policy import POLICIES, Audience
from anxin.market.people.queries import Role
from tests.builders.people import a_person, a_token, with_role
from tests.support.api import ApiClient
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db

ANY_ID = UUID(int=0x018F_0000_0000_7000_8000_0000_0000_0001)
SAMPLES = {"IntConverter": "7", "UUIDConverter": str(ANY_ID), "MonthConverter": "2026-03"}


def pages(patterns: list[URLPattern | URLResolver], at: str = "/") -> Iterator[tuple[str, str]]:
    """Yield (address with sample arguments, policy) of every page that names a policy."""
    for pattern in patterns:
        if not hasattr(pattern.pattern, "_route"):
            continue
        where = at + _filled(pattern)
        if isinstance(pattern, URLResolver):
            if pattern.app_name not in {"api", "admin"}:
                yield from pages(pattern.url_patterns, where)
        elif (policy := operation_of(pattern.callback)) is not None:
            yield where, policy


def _filled(pattern: URLPattern | URLResolver) -> str:
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        sample = SAMPLES.get(type(converter).__name__, public_id("shop", ANY_ID))
        kind = next(part for part in route.split("<") if part.split(">")[0].split(":")[-1] == name).split(">")[0]
        route = route.replace(f"<{kind}>", sample)
    return route


PAGES = sorted(set(pages(get_resolver().url_patterns)))
CLOSED = [page for page in PAGES if POLICIES[page[1]].audience is not Audience.ANYBODY]
OFFICES = [page for page in PAGES if POLICIES[page[1]].audience in {Audience.SHOP, Audience.PLATFORM}]
ENDPOINTS = [each for each in endpoints(api) if each.policy]
METHOD_NOT_ALLOWED = 405


def _name(case: tuple[str, str] | Endpoint) -> str:
    return f"{case.method} {case.path}" if isinstance(case, Endpoint) else case[0]


def _path(endpoint: Endpoint) -> str:
    """The endpoint's path below /api/v1 with identifiers that exist nowhere."""
    described = api.get_openapi_schema()["paths"]
    whole = next(path for path in described if path.endswith(endpoint.path))
    path = endpoint.path
    for parameter in described[whole][endpoint.method.lower()].get("parameters", []):
        if parameter["in"] == "path":
            examples = parameter["schema"].get("examples") or ["x"]
            path = path.replace("{" + parameter["name"] + "}", str(examples[0]))
    return path


@pytest.mark.parametrize("page", CLOSED, ids=_name)
def test_a_page_sends_a_stranger_to_the_login(page: tuple[str, str]) -> None:
    answers = [Client().get(page[0]), Client().post(page[0])]
    done = [answer for answer in answers if answer.status_code != METHOD_NOT_ALLOWED]
    assert done
    assert all(a.status_code == 302 and a["Location"].startswith("/account/login/") for a in done)


@pytest.mark.parametrize("page", OFFICES, ids=_name)
def test_studio_and_desk_are_not_there_for_a_buyer(page: tuple[str, str]) -> None:
    buyer = the_browser_of(a_person())
    statuses = {answer.status_code for answer in (buyer.get(page[0]), buyer.post(page[0]))}
    assert statuses - {METHOD_NOT_ALLOWED} == {404}


@pytest.mark.parametrize("page", [p for p in OFFICES if POLICIES[p[1]].audience is Audience.PLATFORM], ids=_name)
def test_the_desk_is_not_there_for_a_merchant(page: tuple[str, str]) -> None:
    merchant = the_browser_of(with_role(a_person(), Role.OWNER, new_id()))
    statuses = {answer.status_code for answer in (merchant.get(page[0]), merchant.post(page[0]))}
    assert statuses - {METHOD_NOT_ALLOWED} == {404}


def _closed(endpoint: Endpoint) -> bool:
    return POLICIES[str(endpoint.policy)].audience is not Audience.ANYBODY


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if _closed(e)], ids=_name)
def test_an_endpoint_asks_a_stranger_to_log_in(endpoint: Endpoint) -> None:
    answer = ApiClient().send(endpoint.method, _path(endpoint), body_for(endpoint), key="k")
    assert answer.status_code == 401, answer.content


OWN = {  # taking back what one did not do changes nothing
    "DELETE /cart/{sku}",
    "DELETE /comments/{comment}/like",
    "DELETE /creators/{creator}/follow",
}


@pytest.mark.parametrize(
    "endpoint", [e for e in ENDPOINTS if _closed(e) and "{" in e.path and _name(e) not in OWN], ids=_name
)
def test_an_endpoint_hides_what_belongs_to_others(endpoint: Endpoint) -> None:
    owner = with_role(a_person(), Role.OWNER, new_id())
    client = ApiClient(a_token(owner, now=now()))
    answer = client.send(endpoint.method, _path(endpoint), body_for(endpoint), key="k")
    assert answer.status_code in {404, 422}, answer.content


def body_for(endpoint: Endpoint) -> dict[str, str] | None:
    return {} if endpoint.method in {"POST", "PUT", "PATCH"} else None
