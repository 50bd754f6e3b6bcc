"""The checkout as a step of the feed's half sheet: the page's own form, asked for by a script, and what is said when it refuses."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.catalog.commands.prices import NewPrice, change_prices
from anxin.market.catalog.commands.states import take_off
from anxin.market.catalog.models import Sku
from anxin.market.guarantee.commands.optins import Declaration, declare_nature
from anxin.market.inventory.commands import Level, Reason, set_levels
from anxin.market.orders.models import Checkout, Order, OrderLine
from anxin.market.people.commands import add_address, remove_address
from anxin.market.people.queries import addresses_of
from anxin.market.shops.domain.freight import Tariff, Template, Unit, template_to_json
from anxin.market.shops.models import FreightTemplate
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.builders.people import a_person, an_address
from tests.support.browsers import the_browser_of
from tests.support.work import work

pytestmark = pytest.mark.django_db
PART = {"accept": "text/html-part", "accept-language": "zh-hans"}
BACK = "/?at=vid_1"
SHOWN_MAX, ORDERED_MAX = 6, 9  # statements: session, person, address book, goods, stock and promises; to the held stock
PAYING_MAX = 26  # and with the payment opened, the sandbox provider's own among them


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def sku(shop):
    return a_sku(shop, category="beauty-skincare", stock=5)


@pytest.fixture
def buyer():
    return Buyer()


@pytest.fixture
def browser(buyer):
    return the_browser_of(buyer.id)


def form_of(browser, sku, **more):
    """What the step would send for a SKU: the hidden fields as they were shown."""
    answer = browser.get(
        "/checkout", {"sku": public_id("sku", sku), "quantity": "1", "back": BACK, **more}, headers=PART
    )
    assert answer.status_code == 200
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode()))


def send(browser, form):
    return browser.post("/checkout", form, headers=PART)


def test_a_script_gets_the_form_alone_and_a_page_the_same_form(browser, sku):
    where = {"sku": public_id("sku", sku), "quantity": "2"}
    part = browser.get("/checkout", where, headers=PART)
    page = browser.get("/checkout", where, headers={"accept-language": "zh-hans"})
    assert part.content.decode().lstrip().startswith('<form method="post"')
    assert "<html" in page.content.decode()
    assert "Accept" in part.headers["Vary"]
    names = re.compile(r'name="([^"]+)"')
    assert set(names.findall(part.content.decode())) <= set(names.findall(page.content.decode()))
    assert "确认支付 ¥198.00" in part.content.decode()
    assert "提交订单" in page.content.decode()


def test_who_is_not_logged_in_is_told_so_instead_of_shown_the_login(sku):
    for answer in (Client().get("/checkout", headers=PART), Client().post("/checkout", {}, headers=PART)):
        assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/plain; charset=utf-8")
    assert Client().get("/checkout").status_code == 302


@pytest.mark.parametrize("stock", [5, 1])
def test_a_double_tap_places_one_order_and_leads_to_its_payment_even_if_it_took_the_last_piece(
    browser, shop, sku, stock
):
    set_levels([Level(sku, shop, stock)], reason=Reason.COUNTED, now=now())
    form = form_of(browser, sku)
    first, second = send(browser, form), send(browser, form)
    assert [first.status_code, second.status_code] == [204, 204]
    assert "/sandbox/pay/" in first.headers["Leads-To"]
    assert "/sandbox/pay/" in second.headers["Leads-To"]
    assert Checkout.objects.count() == Order.objects.count() == 1


def test_the_form_of_another_buyer_leads_nobody_to_a_payment(browser, sku):
    form = form_of(browser, sku)
    send(browser, form)
    stranger = Buyer()
    theirs = {**form_of(the_browser_of(stranger.id), sku), "checkout": form["checkout"]}
    answer = send(the_browser_of(stranger.id), theirs)
    assert answer.status_code == 409
    assert "Leads-To" not in answer.headers
    assert Checkout.objects.count() == 1


def test_from_the_provider_one_comes_back_to_the_slide_which_says_what_became_of_it(browser, sku):
    form = form_of(browser, sku)
    provider = send(browser, form).headers["Leads-To"]
    slide = browser.post(provider, {"choice": "close"})["Location"]
    assert slide.endswith(f"/?at=vid_1&paid={form['checkout']}")
    note = f"/pay/{form['checkout']}/note"
    assert f'hx-get="{note}?back=%2F%3Fat%3Dvid_1"' in browser.get(slide).content.decode()
    waiting = browser.get(note, {"back": BACK}, headers=PART)
    assert "尚未收到付款" in waiting.content.decode()
    work(now() + timedelta(seconds=5))
    assert browser.get(note, {"back": BACK, "again": "1"}).status_code == 204
    again = browser.post(f"/pay/{form['checkout']}/go", {"back": BACK, "straight": "1"})["Location"]
    assert browser.post(again, {"choice": "pay"})["Location"] == slide
    work(now() + timedelta(seconds=9))
    paid = browser.get(note, {"back": BACK, "again": "1"}, headers=PART).content.decode()
    assert "已支付 ¥99.00" in paid
    assert "data-done" in paid
    assert "hx-get" not in paid


def test_a_note_about_the_payment_of_another_is_not_given(browser, sku):
    form = form_of(browser, sku)
    send(browser, form)
    stranger = the_browser_of(a_person())
    assert stranger.get(f"/pay/{form['checkout']}/note", headers=PART).status_code == 404
    for odd in ("x", "../../evil", "chk_1"):
        assert browser.get("/", {"paid": odd}).status_code == 200


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_provider_never_leads_to_another_site(browser, sku, evil):
    form = {**form_of(browser, sku), "back": evil}
    back = browser.post(send(browser, form).headers["Leads-To"], {"choice": "pay"})["Location"]
    assert back.endswith(f"/pay/{form['checkout']}")


def test_what_is_bought_in_the_sheet_carries_where_it_was_met(browser, sku):
    request, creator = new_id(), new_id()
    video = new_id()
    met = f"{public_id('req', request)}.{public_id('vid', video)}.12.{public_id('crt', creator)}"
    send(browser, form_of(browser, sku, **{"from": met}))
    origin = OrderLine.objects.get().frozen["origin"]
    assert origin == {"request": str(request), "content": str(video), "second": 12, "creator": str(creator)}


def sold_out(shop, sku, buyer):
    set_levels([Level(sku, shop, 0)], reason=Reason.COUNTED, now=now())


def taken_off(shop, sku, buyer):
    take_off(shop, [Sku.objects.get(pk=sku).product_id], by=a_person(), now=now())


def dearer(shop, sku, buyer):
    change_prices(shop, [NewPrice(sku, 12_300)], by=a_person(), now=now())


def not_delivered(shop, sku, buyer):
    rules = template_to_json(Template(Unit.FLAT, Tariff(), excluded_prefixes=("11",)))
    FreightTemplate.objects.filter(shop_id=shop).update(rules=rules)


def no_address(shop, sku, buyer):
    remove_address(buyer.id, buyer.address_id, now=now())


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (sold_out, "已售罄"),
        (taken_off, "已下架"),
        (dearer, "有商品价格已变动"),
        (not_delivered, "不支持配送"),
    ],
)
def test_what_is_refused_is_said_in_the_step_and_nothing_is_lost(browser, shop, sku, buyer, happens, words):
    product = Sku.objects.get(pk=sku).product_id
    declare_nature(Declaration(shop, product, "no_reason_return", "unsealed", is_on=True), by=buyer.id, now=now())
    form = form_of(browser, sku)
    note, tick = f"note-{public_id('shop', shop)}", f"confirm-{public_id('sku', sku)}"
    happens(shop, sku, buyer)
    answer = send(browser, {**form, note: "放门口", tick: "unsealed"})
    text = answer.content.decode()
    assert answer.status_code in (409, 422)
    assert text.lstrip().startswith('<form method="post"')
    assert words in re.search(r'<div class="notice[^>]*role="(?:alert|status)">.*?</div></div>', text, re.DOTALL)[0]
    assert f'name="checkout" value="{form["checkout"]}"' in text
    assert not Checkout.objects.exists()
    assert 'value="放门口"' in text
    assert re.search(rf'name="{tick}" value="unsealed" checked', text)


def test_a_changed_price_is_shown_and_the_same_step_orders_at_it(browser, shop, sku, buyer):
    form = form_of(browser, sku)
    dearer(shop, sku, buyer)
    refused = send(browser, form)
    assert refused.status_code == 409
    seen = f"seen-{public_id('sku', sku)}"
    assert f'name="{seen}" value="12300"' in refused.content.decode()
    assert send(browser, {**form, seen: "12300"}).status_code == 204
    assert Checkout.objects.get().total_minor == 12_300


def test_without_an_address_one_is_asked_for_and_written_in_the_sheet(browser, shop, sku, buyer):
    no_address(shop, sku, buyer)
    where = {"sku": public_id("sku", sku), "quantity": "1", "back": BACK}
    shown = browser.get("/checkout", where, headers=PART).content.decode()
    assert "disabled" in shown
    new = re.search(r'href="(/account/addresses/new\?next=[^"]+)"', shown)[1].replace("&amp;", "&")
    empty = browser.get(new, headers=PART).content.decode()
    assert "<html" not in empty
    assert 'name="detail"' in empty
    wrong = browser.post(new, {"name": "李雷"}, headers=PART)
    assert wrong.status_code == 422
    assert 'value="李雷"' in wrong.content.decode()
    facts = an_address()
    written = {"name": facts.name, "phone": facts.phone, "detail": facts.detail}
    region = {"province": facts.region[:2] + "0000", "city": facts.region[:4] + "00", "district": facts.region}
    saved = browser.post(new, {**written, **region}, headers=PART)
    assert saved.status_code == 204
    chosen = public_id("adr", addresses_of(buyer.id)[0].id)
    back = saved.headers["Leads-To"]
    assert back.startswith("/checkout?sku=")
    assert back.endswith(f"&address={chosen}")
    assert f'name="address" value="{chosen}"' in browser.get(back, headers=PART).content.decode()
    assert "toasts" not in browser.get(back).content.decode()  # it was seen at once, no message waits for a page


def test_a_new_address_that_is_no_default_is_what_the_checkout_then_delivers_to(browser, sku, buyer):
    other = an_address(name="韩梅梅")
    written = {"name": other.name, "phone": other.phone, "detail": other.detail, "district": other.region}
    region = {"province": other.region[:2] + "0000", "city": other.region[:4] + "00"}
    where = f"/checkout?sku={public_id('sku', sku)}"
    back = browser.post("/account/addresses/new", {**written, **region}, QUERY_STRING=f"next={where}")["Location"]
    assert "韩梅梅" in re.search(r"<b>([^<]+)</b>", browser.get(back).content.decode())[1]
    assert addresses_of(buyer.id)[0].id == buyer.address_id


def test_another_address_is_chosen_with_everything_else_as_it_was(browser, sku, buyer):
    other = public_id("adr", add_address(buyer.id, an_address(name="韩梅梅"), now=now()))
    shown = browser.get(
        "/checkout", {"sku": public_id("sku", sku), "quantity": "3", "back": BACK, "from": "..5."}, headers=PART
    )
    link = re.search(rf'<a class="chip" href="([^"]+address={other})" data-turns', shown.content.decode())[1]
    turned = browser.get(link.replace("&amp;", "&"), headers=PART).content.decode()
    for kept in (f'name="address" value="{other}"', 'name="quantity" value="3"', f'name="back" value="{BACK}"'):
        assert kept in turned
    assert 'name="from" value="..5."' in turned
    gone = browser.get("/checkout", {"sku": public_id("sku", sku), "address": public_id("adr", new_id())}, headers=PART)
    assert gone.status_code == 404
    assert gone.headers["Content-Type"].startswith("text/plain")


def test_what_is_promised_is_a_step_of_the_sheet_too(browser, sku):
    address = f"/product/{public_id('prd', Sku.objects.get(pk=sku).product_id)}/promises"
    assert "<html" not in browser.get(address, headers=PART).content.decode()
    assert "<html" in browser.get(address).content.decode()


def test_the_step_and_its_order_cost_few_statements(browser, sku):
    form_of(browser, sku)
    with CaptureQueriesContext(connection) as shown:
        form = form_of(browser, sku)
    with CaptureQueriesContext(connection) as placed:
        assert send(browser, form).status_code == 204
    ours = [each["sql"] for each in placed if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    ordered = next(number for number, sql in enumerate(ours, 1) if "Keep pieces for orders" in sql)
    assert len(shown) <= SHOWN_MAX, [each["sql"][:90] for each in shown]
    assert ordered <= ORDERED_MAX, [sql[:90] for sql in ours]
    assert len(ours) <= PAYING_MAX, [sql[:90] for sql in ours]
