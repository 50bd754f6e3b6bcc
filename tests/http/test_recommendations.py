"""Shelves of recommended products on pages: what they carry, what they cost, and that nothing personal shows when it may not."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anxin.faces.teller import COOKIE, new_device, read_device
from anxin.kernel.ids import new_id, public_id
from anxin.market.catalog.models import Product
from anxin.market.shops.models import Shop
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.builders.tastes import looked_at, off_sale, paid_for, two_tastes
from tests.support.engine import a_home, learn

pytestmark = pytest.mark.django_db

STATEMENTS_MAX = 8


@pytest.fixture
def goods() -> tuple[list[UUID], list[UUID]]:
    return two_tastes()


def a_browser(device: str = "") -> Client:
    client = Client(headers={"accept-language": "en"})
    if device:
        client.cookies[COOKIE] = device
    return client


def part(client: Client, product: UUID) -> str:
    answer = client.get(f"/product/{public_id('prd', product)}/related", headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return answer.content.decode()


def statements(client: Client, address: str, **headers: str) -> list[str]:
    client.get(address, headers=headers)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address, headers=headers).status_code == 200
    return [one["sql"][:90] for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]


def test_a_product_page_asks_for_its_shelves_and_they_carry_their_answer(goods: tuple[list[UUID], list[UUID]]) -> None:
    tents, cakes = goods
    paid_for([tents[0], cakes[0]], buyers=3)
    client = a_browser(new_device())
    page = client.get(f"/product/{public_id('prd', tents[0])}").content.decode()
    assert f'hx-get="/product/{public_id("prd", tents[0])}/related"' in page
    shelves = part(client, tents[0])
    assert "3 people bought both" in shelves
    assert "Popular in this category" in shelves
    request = re.search(r'data-request="(req_[0-9a-z]+)"', shelves)
    assert request is not None
    assert f"?from={request[1]}..." in shelves
    assert len(set(re.findall(r'data-slot="(\d+)"', shelves))) == shelves.count("data-recommended")


def test_a_stranger_gets_shelves_without_an_answer_and_no_device(goods: tuple[list[UUID], list[UUID]]) -> None:
    client = a_browser()
    shelves = part(client, goods[0][0])
    assert "Popular in this category" in shelves
    assert "data-request" not in shelves
    assert COOKIE not in client.cookies


def test_where_nothing_speaks_for_anything_there_is_no_shelf() -> None:
    from tests.builders.orders import a_shop
    from tests.builders.tastes import CATEGORIES, a_product

    alone = a_product(a_shop(), "独一无二的帐篷", CATEGORIES[0])
    assert "<section" not in part(a_browser(), alone)


def test_without_scripts_the_shelves_are_a_page(goods: tuple[list[UUID], list[UUID]]) -> None:
    page = a_browser().get(f"/product/{public_id('prd', goods[0][0])}/related").content.decode()
    assert "<html" in page
    assert "You may also like" in page


def test_a_foreign_or_hidden_product_has_no_shelves(goods: tuple[list[UUID], list[UUID]]) -> None:
    off_sale(goods[0][0])
    for product in (public_id("prd", new_id()), public_id("prd", goods[0][0]), public_id("shop", new_id()), "prd_x"):
        assert a_browser().get(f"/product/{product}/related").status_code == 404


def test_videos_and_notes_that_show_a_product_stand_beside_it() -> None:
    from anxin.market.content.commands.posts import Anchor
    from tests.builders.creators import a_product
    from tests.builders.orders import a_shop

    product = a_product(a_shop(), title="法式碎花连衣裙")
    post = a_public_post(a_creator(), title="三种穿法", title_en="Three ways", anchors=(Anchor(product, 0),))
    other = a_public_post(a_creator(), title="别的", title_en="Something else")
    shelves = part(a_browser(), product)
    assert "Seen in" in shelves
    assert public_id("nte", post) in shelves
    assert public_id("nte", other) not in shelves


def test_the_shelves_of_a_product_cost_few_statements(goods: tuple[list[UUID], list[UUID]]) -> None:
    tents, cakes = goods
    paid_for([tents[0], cakes[0]], buyers=3)
    client = a_browser(new_device())
    address = f"/product/{public_id('prd', tents[0])}/related"
    found = statements(client, address, **{"hx-request": "true"})
    assert len(found) <= STATEMENTS_MAX, found


def test_what_goes_into_the_cart_is_known_with_the_place_it_was_met(goods: tuple[list[UUID], list[UUID]]) -> None:
    from anxin.infra.clock import now
    from anxin.market.catalog.models import Sku
    from anxin.market.interest import commands
    from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told

    tents, _ = goods
    device = new_device()
    client = a_browser(device)
    shelves = part(client, tents[0])
    card = re.search(r'data-recommended="(prd_\w+)" data-request="(req_\w+)" data-slot="2"', shelves)
    assert card is not None
    from anxin.kernel.ids import parse_public_id

    product, request = parse_public_id("prd", card[1]), parse_public_id("req", card[2])
    told = Told(new_id(), Kind.PRODUCT_CLICK, Item(ItemKind.PRODUCT, product), now(), request, 2)
    commands.tell([told], commands.Teller(read_device(device), is_person=False), now=now())
    sku = public_id("sku", Sku.objects.get(product_id=product).pk)
    client.post("/cart/add", {"sku": sku, "quantity": "3", "from": f"{card[2]}..."})
    with connection.cursor() as cursor:
        cursor.execute("select request, slot, amount, doubt from interest_event where kind = 10")
        assert cursor.fetchall() == [(request, 2, 3, "")]
    client.post("/cart/add", {"sku": sku, "quantity": "1", "from": f"{public_id('req', new_id())}..."})
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from interest_event where kind = 10 and request = %s", [request])
        assert cursor.fetchone() == (2,)  # a forged answer gives way to the one that was really tapped


HEADINGS = (
    "For you",
    "Popular in this shop",
    "For you in this shop",
    "Goes with what is in your cart",
    "Perhaps one of these",
)


def headings(client: Client, address: str) -> set[str]:
    page = client.get(address)
    assert page.status_code == 200
    return {one for one in HEADINGS if f"<h2>{one}</h2>" in page.content.decode()}


@pytest.fixture
def engine(
    goods: tuple[list[UUID], list[UUID]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[list[UUID], list[UUID]]]:
    """The market with an engine that was taken from its items."""
    from anxin.market.interest.brain import learner as brain

    with a_home(monkeypatch, tmp_path):
        monkeypatch.setattr(brain, "_cluster", lambda: "test")
        learner = brain.Learner()
        learn(learner, NOW)
        yield goods
        learner.close()


def a_fan(tents: list[UUID]) -> Client:
    device = new_device()
    looked_at(read_device(device), *tents[:3])
    return a_browser(device)


def test_each_page_has_its_shelf_for_whom_it_knows(engine: tuple[list[UUID], list[UUID]]) -> None:
    tents, _ = engine
    fan, shop = a_fan(tents), Shop.objects.get(pk=Product.objects.get(pk=tents[0]).shop_id)
    assert headings(fan, "/mall") == {"For you"}
    assert headings(fan, "/search") == {"For you"}
    assert headings(fan, "/search?q=zzzzqqqq") == {"Perhaps one of these"}
    assert headings(fan, f"/shop/{shop.slug}") == {"For you in this shop"}
    assert headings(fan, f"/shop/{shop.slug}?q=帐篷") == set()
    page = fan.get("/mall").content.decode()
    assert "Because you looked at" in page
    assert "data-request" in page


def test_strangers_and_refusers_see_nothing_personal(engine: tuple[list[UUID], list[UUID]]) -> None:
    from anxin.market.interest import commands

    tents, _ = engine
    device = new_device()
    looked_at(read_device(device), *tents[:3])
    commands.personalise(read_device(device), wanted=False, is_person=False)
    shop = Shop.objects.get(pk=Product.objects.get(pk=tents[0]).shop_id)
    for client in (a_browser(), a_browser(device)):
        assert headings(client, "/mall") == set()
        assert headings(client, "/search") == set()
        assert headings(client, "/search?q=zzzzqqqq") == {"Perhaps one of these"}
        assert headings(client, f"/shop/{shop.slug}") == {"Popular in this shop"}
        assert "Because you" not in client.get("/search?q=zzzzqqqq").content.decode()


def test_without_the_engine_pages_are_as_they_were(goods: tuple[list[UUID], list[UUID]]) -> None:
    fan = a_fan(goods[0])
    assert headings(fan, "/mall") == set()
    assert headings(fan, "/search") == set()
    assert order(fan, "/search?q=露营") == order(a_browser(), "/search?q=露营")


def order(client: Client, address: str) -> list[str]:
    return re.findall(r'goods-title"><a href="/product/(prd_\w+)', client.get(address).content.decode())


def test_a_search_suits_the_reader_and_loses_nothing(engine: tuple[list[UUID], list[UUID]]) -> None:
    fan, stranger = a_fan(engine[0]), a_browser()  # the tents are older than the cakes and come after them
    for address in (
        "/search?q=tee",
        "/search?q=tee&sort=price",
        "/search?q=tee&sort=newest",
        "/search?q=tee&sort=sales",
    ):
        mine, plain = order(fan, address), order(stranger, address)
        assert sorted(mine) == sorted(plain)
        assert len(plain) == 16
        assert (mine == plain) == ("sort" in address)


def test_a_cart_shows_what_goes_with_it(goods: tuple[list[UUID], list[UUID]]) -> None:
    from anxin.market.catalog.models import Sku

    tents, cakes = goods
    paid_for([tents[0], cakes[0]], buyers=3)
    paid_for([tents[0], tents[1]], buyers=3)
    client = a_browser()
    assert headings(client, "/cart") == set()
    for product in tents[:2]:
        client.post("/cart/add", {"sku": public_id("sku", Sku.objects.get(product_id=product).pk)})
    page = client.get("/cart").content.decode()
    assert "Goes with what is in your cart" in page
    assert page.count("3 people bought both") == 1


@pytest.mark.parametrize("address", ["/search?q=tent", "/search", "/search?q=zzzzqqqq", "shop"])
def test_a_page_for_somebody_known_costs_few_statements(engine: tuple[list[UUID], list[UUID]], address: str) -> None:
    tents, _ = engine
    shop = Shop.objects.get(pk=Product.objects.get(pk=tents[0]).shop_id)
    found = statements(a_fan(tents), f"/shop/{shop.slug}" if address == "shop" else address)
    assert len(found) <= STATEMENTS_MAX, found


def test_programs_get_the_same_shelves(engine: tuple[list[UUID], list[UUID]]) -> None:
    tents, cakes = engine
    paid_for([tents[0], cakes[0]], buyers=3)
    device = new_device()
    looked_at(read_device(device), *tents[:3])
    client = Client(headers={"anxin-device": device})
    beside = client.get(f"/api/v1/products/{public_id('prd', tents[0])}/related?limit=4").json()
    assert [one["why"]["buyers"] for one in beside["together"]] == [3]
    assert beside["together"][0]["id"] == public_id("prd", cakes[0])
    assert len(beside["similar"]) == 4
    assert sorted(one["slot"] for shelf in ("similar", "together") for one in beside[shelf]) == list(range(5))
    assert beside["policy"] == "quality-1"
    mine = client.get("/api/v1/recommendations").json()
    assert mine["personal"]
    assert any(one["why"]["because"] for one in mine["items"])
    assert {"text", "text_en"} <= set(mine["items"][0]["why"])
    stranger = Client().get("/api/v1/recommendations?surface=home").json()
    assert (stranger["request"], stranger["personal"], stranger["policy"]) == (None, False, "popular")
    assert stranger["items"]
    assert Client().get("/api/v1/recommendations?surface=cart").json()["items"] == []
    assert Client().get("/api/v1/recommendations?surface=else").status_code == 422
    assert Client().get(f"/api/v1/products/{public_id('prd', new_id())}/related").status_code == 404
