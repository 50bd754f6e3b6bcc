"""Pages that buyers find things on: what they show, that they work without scripts, and how many statements they cost."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.catalog.models import Sku
from anxin.market.inventory.commands import Level, set_levels
from anxin.market.inventory.domain import Reason
from anxin.market.shops.models import Shop
from tests.builders.catalog import a_draft, a_product, a_shop, some_content
from tests.builders.importing import an_import
from tests.support.api import ApiClient

pytestmark = pytest.mark.django_db

STATEMENTS_MAX = 8
HEADER = "Handle,Title,English Title (product.metafields.anxin.title_en),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Qty,Variant Price,Body (HTML)"
ROWS = (
    "boot,加厚滑雪靴,Warm ski boot,Alpina,Ski Boots,Size,40,AB-4001,3,899.00,<p>Waterproof membrane</p>",
    "boot,,,,,,41,AB-4101,0,899.00,",
    "glove,羊毛手套,Wool gloves,Nordwand,Gloves,,,NW-77,9,99.00,<p>Touchscreen</p>",
    "hat,羊毛帽子,Wool beanie,Nordwand,Beanies,,,NW-88,9,59.00,",
)


@pytest.fixture
def shop() -> UUID:
    """A shop with three kinds of winter things."""
    found = a_shop(name="雪山小铺", name_en="Snow Hut", slug="snow-hut")
    report, _ = an_import(found, "\n".join((HEADER, *ROWS)))
    assert report.products == 3
    return found


def titles(address: str, client: Client | None = None) -> list[str]:
    page = (client or Client()).get(address, headers={"accept-language": "en"})
    assert page.status_code == 200
    return re.findall(r'class="goods-title"><a [^>]*>([^<]+)<', page.content.decode())


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("滑雪靴", "Warm ski boot"),
        ("wool glove", "Wool gloves"),
        ("AB-4101", "Warm ski boot"),
        ("ab4101", "Warm ski boot"),
        ("nw-7", "Wool gloves"),
        ("membranes", "Warm ski boot"),
        ("nordwand beanie", "Wool beanie"),
        ("glvoes", "Wool gloves"),
        ("bea", "Wool beanie"),
        ("羊毛毛套", "Wool gloves"),
    ],
)
def test_things_are_found_by_either_language_sku_description_and_in_spite_of_a_typing_mistake(
    shop: UUID, words: str, first: str
) -> None:
    assert titles(f"/search?q={words}")[0] == first


def test_a_correction_is_said_and_nothing_found_is_said_too(shop: UUID) -> None:
    assert "gloves" in Client().get("/search?q=glvoes").content.decode()
    empty = Client().get("/search?q=zzzzqqqq", headers={"accept-language": "en"})
    assert "Nothing found" in empty.content.decode()
    assert "Perhaps one of these" not in Client().get("/search?q=glvoes").content.decode()
    assert "/categories" in empty.content.decode()


def test_a_list_is_narrowed_by_links_alone(shop: UUID) -> None:
    assert "brand=" not in Client().get("/search?q=羊毛").content.decode()  # all are of one brand: nothing to choose
    page = Client().get("/search").content.decode()
    brand = re.search(r'href="(\?[^"]*brand=Nordwand[^"]*)"', page)
    assert brand is not None
    assert set(titles("/search" + brand[1].replace("&amp;", "&"))) == {"Wool gloves", "Wool beanie"}
    band = re.search(r'href="(\?[^"]*from=50[^"]*)"', page)
    assert band is not None
    assert len(titles("/search" + band[1].replace("&amp;", "&"))) == 2
    assert titles("/search?q=羊毛&to=60") == ["Wool beanie"]
    assert titles("/search?f=o:Size%3D41") == ["Warm ski boot"]


def test_the_orders_by_price_agree_with_the_prices(shop: UUID) -> None:
    assert titles("/search?sort=price") == ["Wool beanie", "Wool gloves", "Warm ski boot"]
    assert titles("/search?sort=price_down") == ["Warm ski boot", "Wool gloves", "Wool beanie"]


def test_search_stays_inside_the_shop(shop: UUID) -> None:
    a_product(
        a_shop(slug="elsewhere"), a_draft("elsewhere", content=some_content(title="羊毛围巾", title_en="Wool scarf"))
    )
    assert titles("/shop/snow-hut?q=wool")
    assert "Wool scarf" not in titles("/shop/snow-hut?q=wool")
    assert "Wool scarf" in titles("/search?q=wool")


def test_a_category_shows_what_lies_below_it(shop: UUID) -> None:
    assert set(titles("/c/accessories")) == {"Wool gloves", "Wool beanie"}
    assert titles("/c/accessories-hat") == ["Wool beanie"]
    assert Client().get("/c/nowhere").status_code == 404


def test_suggestions_complete_brands_words_and_shops_and_lead_to_pages(shop: UUID) -> None:
    def suggested(words: str) -> list[object]:
        return Client().get(f"/search/suggest?q={words}", headers={"accept-language": "en"}).json()["suggestions"]

    assert "Nordwand" in suggested("nord")
    assert {"text": "Snow Hut", "url": "/shop/snow-hut"} in suggested("snow") or {
        "text": "雪山小铺",
        "url": "/shop/snow-hut",
    } in suggested("snow")
    assert any("/c/" in str(each) for each in suggested("glov"))
    assert suggested("") == []


def test_what_is_no_longer_sold_is_no_longer_found(shop: UUID) -> None:
    Shop.objects.filter(pk=shop).update(can_sell=False)
    assert titles("/search?q=wool") == []


def test_a_product_page_offers_variants_and_greys_out_what_is_gone(shop: UUID) -> None:
    page = Client().get(product_address("ski boot"), headers={"accept-language": "en"}).content.decode()
    assert "Waterproof membrane" in page
    assert re.search(r'<option value="sku_\w+"[^>]*disabled', page)
    assert 'action="/cart/add"' in page


def test_a_product_that_is_not_on_sale_has_no_page(shop: UUID) -> None:
    hidden = a_product(shop, a_draft("hidden"), on_sale=False)
    assert Client().get(f"/product/{public_id('prd', hidden)}").status_code == 404
    assert Client().get("/product/prd_nonsense").status_code == 404


@pytest.mark.parametrize(
    "address", ["/search", "/search?q=wool", "/c/accessories", "/shop/snow-hut", "/mall", "product"]
)
def test_what_is_sold_out_says_so_wherever_products_are_listed(shop: UUID, address: str) -> None:
    address = product_address("ski boot") if address == "product" else address
    client = Client(headers={"accept-language": "en"})
    assert "goods-sold-out" not in client.get(address).content.decode()
    gloves = Sku.objects.get(code="NW-77")
    set_levels([Level(gloves.pk, shop, 0)], reason=Reason.COUNTED, now=now())
    shown = re.findall(r'<article class="goods".*?</article>', client.get(address).content.decode(), re.DOTALL)
    gone = [card for card in shown if "goods-sold-out" in card]
    assert gone
    assert gone == [card for card in shown if "Wool gloves" in card]
    assert len(gone) < len(shown)  # of the boot one size is left, and that is enough


def test_a_program_is_told_what_is_sold_out(shop: UUID) -> None:
    def sold_out() -> dict[str, bool]:
        items = ApiClient().send("GET", f"/products?shop={public_id('shop', shop)}").json()["items"]
        return {item["title_en"]: item["sold_out"] for item in items}

    assert sold_out() == {"Warm ski boot": False, "Wool gloves": False, "Wool beanie": False}
    gloves = Sku.objects.get(code="NW-77")
    set_levels([Level(gloves.pk, shop, 0)], reason=Reason.COUNTED, now=now())
    assert sold_out() == {"Warm ski boot": False, "Wool gloves": True, "Wool beanie": False}


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>'])
def test_nothing_that_a_merchant_or_a_buyer_writes_runs(text: str) -> None:
    content = some_content(
        title=text, title_en=text, brand=text, description_html=text, option_names=(text[:60], "尺码")
    )
    product = a_product(a_shop(name=text[:60], intro=text), a_draft("evil", content=content))
    for address in (f"/product/{public_id('prd', product)}", "/search", f"/search?q={text}", f"/search?brand={text}"):
        page = Client().get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("address", ["/search?cursor=nonsense", "/search?sort=sales&cursor=%00", "/search?q=%00"])
def test_an_address_that_makes_no_sense_is_refused_politely(address: str) -> None:
    assert Client().get(address).status_code in (200, 422)


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=wool",
        "/search?q=wool&sort=price",
        "/search?q=glvoes",
        "/search",
        "/c/accessories",
        "/shop/snow-hut",
        "/mall",
        "product",
    ],
)
def test_a_page_costs_few_statements_however_much_it_shows(shop: UUID, address: str) -> None:
    for number in range(30):
        content = some_content(title=f"羊毛毯{number}", title_en=f"Wool blanket {number}", pictures=())
        a_product(shop, a_draft(f"blanket-{number}", content=content, skus=one_sku(number)))
    address = product_address("ski boot") if address == "product" else address
    client = Client()
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    assert len(captured) <= STATEMENTS_MAX, [query["sql"][:90] for query in captured]


def product_address(words: str) -> str:
    page = Client().get(f"/search?q={words}").content.decode()
    found = re.search(r'href="(/product/prd_[0-9a-z]+)"', page)
    assert found is not None
    return found[1]


def one_sku(number: int) -> tuple[object, ...]:
    from anxin.market.catalog.queries import SkuDraft

    return (SkuDraft(("白", "S"), 1_000 + number, code=f"W-{number}"),)
