"""Products through the API, as a buyer's program finds them."""

from typing import Any

import pytest

from anxin.kernel.ids import new_id, public_id
from tests.builders.catalog import a_draft, a_product, a_shop, some_content, some_skus
from tests.support.api import ApiClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def dress() -> str:
    """A dress on sale, found by anybody."""
    return public_id("prd", a_product(a_shop(), a_draft(content=some_content(title="亚麻连衣裙", brand="Qinghe"))))


def found(query: str) -> Any:
    answer = ApiClient().send("GET", f"/products?{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_product_is_found_by_a_word_of_its_title(dress: str) -> None:
    assert [card["id"] for card in found("q=连衣裙")["items"]] == [dress]
    assert found("q=拖拉机")["items"] == []


def test_a_search_is_narrowed_by_brand_and_price(dress: str) -> None:
    assert [card["id"] for card in found("brand=Qinghe&price_to_minor=100000")["items"]] == [dress]
    assert found("brand=Other")["total"] == 0
    assert found("brand=Qinghe&price_from_minor=9900000")["total"] == 0


def test_pages_of_a_search_neither_repeat_nor_skip() -> None:
    shop = a_shop()
    skus = [some_skus(colours=(f"色{number}",)) for number in range(5)]
    products = {public_id("prd", a_product(shop, a_draft(f"dress-{at}", skus=skus[at]))) for at in range(5)}
    seen: list[str] = []
    cursor = ""
    while True:
        page = found(f"sort=newest&limit=2{cursor}")
        seen += [card["id"] for card in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(seen) == sorted(products)


def test_a_product_shows_variants_with_exact_prices_and_what_is_left(dress: str) -> None:
    shown = ApiClient().send("GET", f"/products/{dress}").json()
    assert shown["title"] == "亚麻连衣裙"
    assert {sku["price_minor"] for sku in shown["skus"]} == {19_900}
    assert all(sku["free"] == 0 for sku in shown["skus"])
    assert {len(sku["options"]) for sku in shown["skus"]} == {len(shown["option_names"])}


def test_a_product_that_is_not_on_sale_is_not_there() -> None:
    draft = a_product(a_shop(), on_sale=False)
    for product in (draft, new_id()):
        answer = ApiClient().send("GET", f"/products/{public_id('prd', product)}")
        assert (answer.status_code, answer.json()["code"]) == (404, "catalog.product_not_found")


def test_suggestions_complete_what_is_typed(dress: str) -> None:
    assert "Qinghe" in [each["text"] for each in ApiClient().send("GET", "/suggestions?q=qing").json()]
