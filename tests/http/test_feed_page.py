"""The feed's page: the cart answers a script, a purchase leads back to the slide, menus and sold-out goods."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.catalog.commands.states import take_off
from anxin.market.catalog.models import Sku
from anxin.market.content.commands.posts import Anchor, PostKind
from anxin.market.creators.commands import follow
from anxin.market.interest.queries import history
from anxin.market.inventory.commands import Level, Reason, set_levels
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.builders.people import a_person
from tests.support.browsers import the_browser_of
from tests.support.work import work

pytestmark = pytest.mark.django_db
PART = {"accept": "text/html-part"}


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def sku(shop):
    return a_sku(shop)


@pytest.fixture
def creator():
    return a_creator(name="小鹿")


@pytest.fixture
def post(creator, sku):
    anchors = (Anchor(Sku.objects.get(pk=sku).product_id, 0),)
    return a_public_post(creator, PostKind.VIDEO, title="连衣裙", anchors=anchors)


def slides(page):
    return re.findall(r'<article class="slide" data-id="([^"]+)"', page)


def test_the_cart_tells_a_script_how_many_things_it_holds(shop, sku):
    browser = Client()
    for number, each in enumerate((sku, a_sku(shop)), 1):
        answer = browser.post("/cart/add", {"sku": public_id("sku", each)}, headers=PART)
        assert (answer.status_code, answer.headers["Cart-Count"]) == (204, str(number))
    assert "notice" not in browser.get("/").content.decode()  # it was said at once, not on the next page


def test_the_cart_tells_a_script_why_it_refuses(shop, sku):
    take_off(shop, [Sku.objects.get(pk=sku).product_id], by=a_person(), now=now())
    browser = Client()
    answer = browser.post("/cart/add", {"sku": public_id("sku", sku)}, headers=PART | {"accept-language": "zh-hans"})
    assert answer.status_code == 409
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.content.decode() == "有商品已下架。"
    assert browser.post("/cart/add", {"sku": "sku_1"}, headers=PART).status_code == 404
    assert browser.post("/cart/add", {"sku": public_id("sku", sku)}).status_code == 302


def test_who_buys_from_a_slide_comes_back_to_it(sku):
    buyer = Buyer()
    browser, back = the_browser_of(buyer.id), "/?at=vid_1"
    where = browser.post("/cart/add", {"sku": public_id("sku", sku), "then": "buy", "next": back})["Location"]
    page = browser.get(where).content.decode()
    assert page.count(back) >= 2  # a link, and what the form carries on
    checkout = re.search(r'name="checkout" value="(chk_[0-9a-z]+)"', page)[1]
    form = {"sku": public_id("sku", sku), "quantity": "1", "checkout": checkout, "back": back}
    pay = browser.post("/checkout", form)["Location"]
    assert browser.post("/checkout", form)["Location"] == pay  # sent twice
    action = re.search(r'action="(/pay/[^"]+/go[^"]*)"', browser.get(pay).content.decode())[1]
    provider = browser.post(action)["Location"]
    paid = browser.post(provider, {"choice": "pay"})["Location"]
    asks = {"HX-Request": "true"}
    assert "HX-Refresh" not in browser.get(paid, headers=asks).headers
    work(now() + timedelta(seconds=5))
    assert browser.get(paid, headers=asks).headers["HX-Refresh"] == "true"
    assert f'class="btn btn-primary" href="{back}"' in browser.get(paid).content.decode()


def test_a_cancelled_purchase_leads_back_too(sku):
    buyer = Buyer()
    placed = buyer.order(sku, now=now())
    cancel = f"/pay/{public_id('chk', placed.id)}/cancel"
    answer = the_browser_of(buyer.id).post(f"{cancel}?back=/%3Fat%3Dvid_1")
    assert answer["Location"] == "/?at=vid_1"


@pytest.mark.parametrize(
    "evil", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example", "feed"]
)
def test_the_way_back_never_leads_to_another_site(sku, evil):
    buyer = Buyer()
    browser, number = the_browser_of(buyer.id), public_id("sku", sku)
    where = browser.post("/cart/add", {"sku": number, "then": "buy", "next": evil})["Location"]
    assert "back=" not in where
    page = browser.get("/checkout", {"sku": number, "back": evil}).content.decode()
    assert f'value="{evil}"' not in page
    assert f'href="{evil}"' not in page
    placed = browser.post("/checkout", {"sku": number, "quantity": "1", "back": evil})["Location"]
    assert "back=" not in placed
    assert f'href="{evil}"' not in browser.get(placed, {"back": evil}).content.decode()


def test_the_feed_begins_with_the_slide_that_one_comes_back_to(creator, post):
    others = [a_public_post(creator) for _ in range(3)]
    me = a_person()
    follow(creator, person_id=me, now=now())
    browser, number = the_browser_of(me), public_id("nte", others[0])
    for path in ("/", "/feed/following"):
        found = slides(browser.get(path, {"at": number}).content.decode())
        assert found[0] == number
        assert found.count(number) == 1
        assert len(found) == 4
        for gone in ("vid_1", "nonsense", public_id("vid", others[0]) + "0"):
            assert len(slides(browser.get(path, {"at": gone}).content.decode())) == 4


def test_every_slide_has_its_menu_and_less_of_a_category_is_obeyed(creator, post):
    me = a_person()
    follow(creator, person_id=me, now=now())
    browser, number = the_browser_of(me), public_id("vid", post)
    page = browser.get("/feed/following").content.decode()
    for act in ('data-act="report"', 'data-act="copy"', 'value="category"', 'value="creator"'):
        assert act in page
    assert browser.post("/feed/less", {"item": number, "what": "category"}, headers=PART).status_code == 204
    assert len(history(me).fewer) == 1
    assert number not in browser.get("/").content.decode()


def test_goods_that_are_sold_out_say_so(shop, sku, post):
    assert "slide-goods-gone" not in Client().get("/").content.decode()
    set_levels([Level(sku, shop, 0)], reason=Reason.COUNTED, now=now())
    assert "slide-goods-gone" in Client().get("/").content.decode()
