"""The caller's own data through the API."""

from typing import Any

import pytest

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.people import commands, queries
from anxin.market.people.queries import Role
from tests.builders.people import NOON, a_person, a_token, an_address, with_role
from tests.support.api import ApiClient

pytestmark = pytest.mark.django_db

SHENZHEN = {"name": "李雷", "phone": "138 0013 8000", "region": "440305", "detail": "科技园路 88 号"}


def test_the_caller_sees_who_they_are_and_changes_it() -> None:
    somebody = with_role(a_person(email="li@example.org"), Role.REVIEWER)
    client = ApiClient(a_token(somebody, now=now()))
    me = client.send("GET", "/me").json()
    assert (me["id"], me["email"]) == (public_id("per", somebody), "li@example.org")
    assert [role["role"] for role in me["roles"]] == ["reviewer"]
    assert client.send("PATCH", "/me", {"name": "李雷", "zone": "Asia/Urumqi"}).json()["name"] == "李雷"
    assert client.send("PATCH", "/me", {"locale": "en"}).json()["zone"] == "Asia/Urumqi"
    assert client.send("PATCH", "/me", {"zone": "Mars"}).status_code == 422
    assert client.send("PATCH", "/me", {"email": "x@example.org"}).status_code == 422


def test_addresses_are_kept_by_the_api() -> None:
    somebody = a_person()
    client = ApiClient(a_token(somebody, "account", now=now()))
    made = client.send("POST", "/me/addresses", SHENZHEN)
    assert made.status_code == 201
    address = made.json()
    assert (address["city"], address["phone"], address["is_default"]) == ("深圳市", "+8613800138000", True)
    where = f"/me/addresses/{address['id']}"
    assert client.send("PUT", where, {**SHENZHEN, "region": "650102"}).json()["is_remote"] is True
    assert [each["region"] for each in client.send("GET", "/me/addresses").json()["items"]] == ["650102"]
    assert client.send("DELETE", where).status_code == 204
    assert client.send("GET", where).status_code == 404


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"region": "999999"}, "people.unknown_region"),
        ({"phone": "12345"}, "people.bad_phone"),
        ({"detail": "    路    "}, "request.invalid"),
        ({"name": ""}, "request.invalid"),
        ({"person_id": "x"}, "request.invalid"),
    ],
)
def test_a_wrong_address_is_a_problem_with_a_code(change: dict[str, Any], code: str) -> None:
    somebody = a_person()
    answer = ApiClient(a_token(somebody, now=now())).send("POST", "/me/addresses", {**SHENZHEN, **change})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert queries.addresses_of(somebody) == ()


def test_anothers_address_and_token_are_not_found() -> None:
    somebody, other = a_person(), a_person()
    address = public_id("adr", commands.add_address(somebody, an_address(), now=NOON))
    a_token(somebody)
    token = public_id("tok", queries.tokens_of(somebody)[0].id)
    client = ApiClient(a_token(other, now=now()))
    assert client.send("GET", f"/me/addresses/{address}").status_code == 404
    assert client.send("PUT", f"/me/addresses/{address}", SHENZHEN).status_code == 404
    assert client.send("DELETE", f"/me/addresses/{address}").status_code == 404
    assert client.send("DELETE", f"/me/tokens/{token}").status_code == 404
    assert len(queries.addresses_of(somebody)) == len(queries.tokens_of(somebody)) == 1


def test_a_token_can_end_itself() -> None:
    somebody = a_person()
    client = ApiClient(a_token(somebody, now=now()))
    (token,) = client.send("GET", "/me/tokens").json()["items"]
    assert client.send("DELETE", f"/me/tokens/{token['id']}").status_code == 204
    assert client.send("GET", "/me").status_code == 401


def test_regions_are_listed_level_by_level_without_a_login() -> None:
    client = ApiClient()
    assert len(client.send("GET", "/regions").json()["items"]) == 34
    assert {"code": "440300", "name": "深圳市"} in client.send("GET", "/regions?parent=440000").json()["items"]
    assert {"code": "440305", "name": "南山区"} in client.send("GET", "/regions?parent=440300").json()["items"]
    assert client.send("GET", "/regions?parent=999999").json()["items"] == []
    assert client.send("GET", "/regions?parent=x").status_code == 422
