"""A merchant's program writes products over the API."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.catalog import queries
from anxin.market.inventory import queries as stock
from anxin.market.people.queries import Role
from tests.builders.catalog import DRESS, NOON, a_product, a_shop, a_stored_picture
from tests.builders.people import a_person, a_token, with_role
from tests.builders.shops import a_picture

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


class Program:
    """A program with the token of one person."""

    def __init__(self, person_id) -> None:
        self.client = Client(headers={"authorization": f"Bearer {a_token(person_id, now=now())}"})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        data = json.dumps(body) if body is not None else ""
        return self.client.generic(method, ROOT + path, data, content_type="application/json")


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def program(shop) -> Program:
    return Program(with_role(a_person(), Role.OWNER, shop))


def a_body(**changes: Any) -> dict[str, Any]:
    return {
        "handle": "linen-dress",
        "category": DRESS,
        "title": "亚麻连衣裙",
        "attributes": {"material": "linen"},
        "option_names": ["尺码"],
        "pictures": [{"key": a_stored_picture()}],
        "skus": [{"options": ["S"], "price_minor": 19_900, "code": "D-S", "on_hand": 3}],
        **changes,
    }


def test_a_product_is_created_submitted_withdrawn_and_delisted(shop, program):
    made = program.call("POST", "/shop/products", a_body())
    assert made.status_code == 201, made.content
    product = made.json()
    assert (product["state"], product["version"], product["shown"]["title"]) == ("draft", 1, "亚麻连衣裙")
    sku = queries.product_page(queries.products_of_shop(shop, now=NOON).items[0].id, now=NOON).skus[0]
    assert product["skus"][0]["id"] == public_id("sku", sku.id)
    assert stock.availability([sku.id])[sku.id].on_hand == 3
    where = f"/shop/products/{product['id']}"
    assert program.call("PUT", f"{where}/submission").json()["in_review"]
    assert program.call("DELETE", f"{where}/submission").json()["state"] == "draft"
    assert program.call("GET", f"{where}/submission").json()["state"] == "withdrawn"
    assert program.call("DELETE", where).status_code == 204
    assert [change["verb"] for change in program.call("GET", f"{where}/changes").json()] == [
        "delist",
        "withdraw",
        "submit",
        "save",
    ]


def test_an_edit_of_an_older_version_is_a_conflict(shop, program):
    product = program.call("POST", "/shop/products", a_body()).json()
    where = f"/shop/products/{product['id']}"
    assert program.call("PUT", where, a_body(title="新", version=1)).json()["version"] == 2
    late = program.call("PUT", where, a_body(title="旧", version=1))
    assert (late.status_code, late.json()["code"]) == (409, "kernel.lost_race")


def test_a_shown_version_is_read_back(shop, program):
    product = a_product(shop)
    shown = program.call("GET", f"/shop/products/{public_id('prd', product)}/versions/1").json()
    assert shown["shown"]["title"] == "亚麻连衣裙"
    assert program.call("GET", f"/shop/products/{public_id('prd', product)}/versions/2").status_code == 404


def test_prices_change_together_or_not_at_all(shop, program):
    product = a_product(shop)
    skus = [sku.id for sku in queries.product_page(product, now=NOON).skus[:2]]
    prices = [{"sku": public_id("sku", sku), "price_minor": 15_000} for sku in skus]
    assert program.call("PUT", "/shop/prices", {"prices": prices}).status_code == 204
    prices[0]["price_minor"] = 14_000
    prices[1]["compare_price_minor"] = 14_999
    refused = program.call("PUT", "/shop/prices", {"prices": prices})
    assert (refused.status_code, refused.json()["code"]) == (422, "catalog.compare_not_above")
    assert {sku.draft.price_minor for sku in queries.product_page(product, now=NOON).skus[:2]} == {15_000}


def test_wrong_attributes_are_named(program):
    refused = program.call("POST", "/shop/products", a_body(attributes={"material": "paper"}))
    assert (refused.status_code, refused.json()["code"]) == (422, "catalog.bad_attributes")
    assert "材质" in refused.json()["detail"]


@pytest.mark.parametrize("changes", [{"unknown": 1}, {"skus": "none"}, {"title": ""}, {"skus": [{"price_minor": -1}]}])
def test_a_body_of_another_shape_is_refused(program, changes):
    assert program.call("POST", "/shop/products", a_body(**changes)).status_code == 422


def test_another_shops_product_is_not_there(program):
    foreign = public_id("prd", a_product(a_shop()))
    for method, path in (("GET", ""), ("DELETE", ""), ("PUT", "/sale"), ("DELETE", "/sale"), ("GET", "/versions/1")):
        assert program.call(method, f"/shop/products/{foreign}{path}").status_code == 404


def test_products_come_in_pages(shop, program):
    for handle in ("a", "b", "c"):
        program.call("POST", "/shop/products", a_body(handle=handle, skus=[]))
    first = program.call("GET", "/shop/products?limit=2").json()
    rest = program.call("GET", f"/shop/products?limit=2&cursor={first['next_cursor']}").json()
    assert [row["handle"] for row in (*first["items"], *rest["items"])] == ["c", "b", "a"]
    assert program.call("GET", "/shop/products?limit=1000").status_code == 422
    assert program.call("GET", "/shop/products?cursor=abc").status_code == 422


def test_a_picture_is_stored_once(program):
    picture = SimpleUploadedFile("a.png", a_picture(), "image/png")
    again = SimpleUploadedFile("b.png", a_picture(), "image/png")
    keys = [program.client.post(f"{ROOT}/shop/pictures", {"picture": one}).json()["key"] for one in (picture, again)]
    assert keys[0] == keys[1]
    bad = SimpleUploadedFile("a.png", b"GIF89a", "image/png")
    assert program.client.post(f"{ROOT}/shop/pictures", {"picture": bad}).status_code == 422


def test_everybody_reads_categories_with_their_attributes():
    tree = Client().get(f"{ROOT}/categories").json()
    assert sum(node["is_leaf"] for node in tree) >= 60
    terms = Client().get(f"{ROOT}/categories/{DRESS}").json()
    assert (terms["service_fee_bps"], terms["settlement_days"]) == (500, 3)
    assert terms["attributes"][0] | {"choices": []} == {
        "code": "material",
        "name": "材质",
        "name_en": "Material",
        "kind": "enum",
        "required": True,
        "unit": "",
        "unit_en": "",
        "choices": [],
    }
    assert Client().get(f"{ROOT}/categories/nowhere").status_code == 404
