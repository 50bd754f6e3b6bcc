"""Shelves of recommended products on pages: what they carry, what they cost, and that nothing personal shows when it may not."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anxin.faces.teller import COOKIE, new_device, read_device
from anxin.kernel.ids import new_id, public_id
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.tastes import off_sale, paid_for, two_tastes

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
