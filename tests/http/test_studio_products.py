"""The merchant's pages of products and the reviewer's desk, as a browser without scripts would use them."""

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from anxin.kernel.ids import public_id
from anxin.market.catalog import queries
from anxin.market.catalog.models import Product
from anxin.market.catalog.queries import ProductState
from anxin.market.inventory import commands as inventory
from anxin.market.inventory import queries as stock
from anxin.market.inventory.commands import Level, Reason
from anxin.market.people.models import Person
from anxin.market.people.queries import Role
from tests.builders.catalog import DRESS, NOON, a_draft, a_product, a_shop, some_content, some_skus
from tests.builders.people import a_person, with_role
from tests.builders.shops import a_picture

pytestmark = pytest.mark.django_db

BACKEND = "anxin.market.people.backend.PeopleBackend"


def browser_of(person_id) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(Person.objects.get(pk=person_id), backend=BACKEND)
    return client


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def merchant(shop) -> Client:
    return browser_of(with_role(a_person(), Role.OWNER, shop))


@pytest.fixture
def reviewer() -> Client:
    return browser_of(with_role(a_person(), Role.REVIEWER))


def address(name: str, product_id) -> str:
    return reverse(name, args=[public_id("prd", product_id)])


def fields_of(html: str) -> dict[str, Any]:
    """The fields of the editor as a browser would send them untouched."""
    form = html[html.index("enctype=") :]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="checkbox"' not in tag and 'type="file"' not in tag:
            sent.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]* selected', body)
        sent[name] = [chosen[1] if chosen else ""]
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        sent[name] = [unescape(body).strip()]
    return sent


def test_a_product_is_written_submitted_and_approved(shop, merchant, reviewer):
    new = reverse("studio_product_new") + f"?category={DRESS}"
    page = merchant.get(new)
    sent = fields_of(page.content.decode()) | {
        "title": "亚麻连衣裙",
        "attribute-material": "linen",
        "name0": "颜色",
        "values0": "白, 蓝",
        "name1": "尺码",
        "values1": "S、M",
        "all_price": "199",
        "all_stock": "7",
        "fill": "rows",
        "pictures": SimpleUploadedFile("a.png", a_picture(), "image/png"),
    }
    filled = merchant.post(new, sent)
    html = filled.content.decode()
    assert html.count('-option0"') == 4
    sent = fields_of(html) | {"submit": "yes"}
    assert sent["sku-3-price"] == ["199"]
    done = merchant.post(new, sent)
    assert done.status_code == 302, done.content.decode()
    product = Product.objects.get()
    assert product.state == ProductState.IN_REVIEW
    assert len(product.pictures) == 1
    skus = queries.product_page(product.pk, now=NOON).skus
    assert {sku.draft.options for sku in skus} == {("白", "S"), ("白", "M"), ("蓝", "S"), ("蓝", "M")}
    assert {level.on_hand for level in stock.availability([sku.id for sku in skus]).values()} == {7}

    queue = reviewer.get(reverse("desk_product_reviews")).content.decode()
    review = re.search(r"/desk/products/reviews/rev_\w+", queue)[0]
    assert "亚麻连衣裙" in reviewer.get(review).content.decode()
    assert reviewer.post(review, {"approve": "yes"}).status_code == 302
    assert queries.product_page(product.pk, now=NOON).is_shown


def test_saving_the_editor_untouched_changes_nothing(shop, merchant):
    product = a_product(shop)
    page = merchant.get(address("studio_product", product))
    done = merchant.post(address("studio_product", product), fields_of(page.content.decode()))
    assert done.status_code == 302, done.content.decode()
    stored = queries.product_page(product, now=NOON).stored
    assert (stored.version, stored.proposed) == (1, None)


def test_a_refusal_without_a_reason_is_sent_back_and_with_one_reaches_the_merchant(shop, merchant, reviewer):
    product = a_product(shop)
    sent = fields_of(merchant.get(address("studio_product", product)).content.decode())
    merchant.post(address("studio_product", product), sent | {"title": "全网最低价连衣裙", "submit": "yes"})
    review = re.search(
        r"/desk/products/reviews/rev_\w+", reviewer.get(reverse("desk_product_reviews")).content.decode()
    )[0]
    shown = reviewer.get(review).content.decode()
    assert "<del" in shown
    assert "<ins" in shown
    assert reviewer.post(review, {"refuse": "yes"}).status_code == 422
    assert reviewer.post(review, {"refuse": "yes", "reasons": ["false_claims"], "note": "改标题"}).status_code == 302
    page = merchant.get(address("studio_product", product)).content.decode()
    assert "改标题" in page
    assert queries.product_page(product, now=NOON).content.title == "亚麻连衣裙"


def test_pieces_sold_while_the_editor_was_open_do_not_come_back(shop, merchant):
    product = a_product(shop)
    sku = queries.product_page(product, now=NOON).skus[0].id
    inventory.set_levels([Level(sku, shop, 9)], reason=Reason.RECEIVED, now=NOON)
    sent = fields_of(merchant.get(address("studio_product", product)).content.decode())
    inventory.set_levels([Level(sku, shop, 6)], reason=Reason.DAMAGED, now=NOON)
    assert merchant.post(address("studio_product", product), sent | {"title": "新标题"}).status_code == 302
    assert stock.availability([sku])[sku].on_hand == 6
    assert (
        merchant.post(address("studio_product", product), sent | {"version": "2", "sku-0-stock": "8"}).status_code
        == 302
    )
    assert stock.availability([sku])[sku].on_hand == 8


def test_who_opened_the_editor_earlier_does_not_overwrite_a_later_edit(shop, merchant):
    product = a_product(shop)
    sent = fields_of(merchant.get(address("studio_product", product)).content.decode())
    merchant.post(address("studio_product", product), sent | {"title": "第一次"})
    late = merchant.post(address("studio_product", product), sent | {"title": "第二次"})
    assert late.status_code == 422
    assert queries.product_page(product, now=NOON).written.title == "第一次"


def test_what_cannot_be_saved_is_shown_with_what_was_typed(shop, merchant):
    product = a_product(shop)
    sent = fields_of(merchant.get(address("studio_product", product)).content.decode())
    refused = merchant.post(address("studio_product", product), sent | {"sku-0-price": "12.345", "title": "新标题"})
    assert refused.status_code == 422
    assert "12.345" in refused.content.decode()
    assert "新标题" in refused.content.decode()


def test_what_a_submission_lacks_is_said_at_its_field_and_a_draft_may_lack_it(shop, merchant):
    product = a_product(shop)
    sent = fields_of(merchant.get(address("studio_product", product)).content.decode())
    lacking = sent | {"attribute-material": "", "title": "新标题"}
    refused = merchant.post(address("studio_product", product), lacking | {"submit": "yes"})
    assert refused.status_code == 422
    assert refused.context["editor"].form.errors == {"attribute-material": ["请填写此项。"]}
    page = refused.content.decode()
    assert 'id="id_attribute-material-fault"' in page
    assert "新标题" in page
    assert queries.product_page(product, now=NOON).written.title == "亚麻连衣裙"
    assert merchant.post(address("studio_product", product), lacking).status_code == 302
    assert queries.product_page(product, now=NOON).written.title == "新标题"


def test_of_what_runs_out_only_products_on_sale_are_counted(shop, merchant):
    on_sale, draft = a_product(shop), a_product(shop, a_draft("draft", skus=some_skus(colours=("红",))), on_sale=False)
    for product, pieces in ((on_sale, 3), (draft, 0)):
        for sku in queries.product_of_shop(shop, product, now=NOON).written_skus:
            inventory.set_levels([Level(sku.id, shop, pieces)], reason=Reason.RECEIVED, now=NOON)
    enough = queries.product_page(on_sale, now=NOON).skus[0].id
    inventory.set_levels([Level(enough, shop, 900)], reason=Reason.RECEIVED, now=NOON)
    low = stock.low_stock(shop, limit=2)
    assert (low.number, [one.free for one in low.emptiest]) == (3, [3, 3])
    home = merchant.get(reverse("studio_home"))
    assert (home.context["low_count"], len(home.context["low"])) == (3, 3)
    merchant.post(address("studio_product_take_off", on_sale))
    assert stock.low_stock(shop) == stock.LowStock(0, ())


def test_a_file_that_is_no_picture_is_refused_by_name(shop, merchant):
    product = a_product(shop)
    sent = fields_of(merchant.get(address("studio_product", product)).content.decode())
    bad = SimpleUploadedFile("evil.png", b"<script>", "image/png")
    refused = merchant.post(address("studio_product", product), sent | {"pictures": bad})
    assert refused.status_code == 422
    assert "evil.png" in refused.content.decode()


def test_pictures_are_put_in_order_and_removed(shop, merchant):
    from tests.builders.catalog import a_stored_picture

    keys = [a_stored_picture(width) for width in (50, 60, 70)]
    pictures = tuple(queries.Picture(key) for key in keys)
    product = a_product(shop, a_draft(content=some_content(pictures=pictures)), on_sale=False)
    sent = fields_of(merchant.get(address("studio_product", product)).content.decode())
    sent |= {"picture-order": ["3", "2", "1"], "picture-remove": [keys[1]]}
    merchant.post(address("studio_product", product), sent)
    written = queries.product_page(product, now=NOON).written
    assert [picture.key for picture in written.pictures] == [keys[2], keys[0]]


def test_ticked_products_move_together(shop, merchant):
    ids = [a_product(shop, a_draft(handle, skus=())) for handle in ("a", "b")]
    ticked = {"product": [public_id("prd", product) for product in ids], "verb": "take_off"}
    assert merchant.post(reverse("studio_products_bulk"), ticked).status_code == 302
    assert {queries.product_page(product, now=NOON).stored.state for product in ids} == {ProductState.OFF_SALE}


def test_prices_and_stock_of_ticked_products_change_in_one_table(shop, merchant):
    product = a_product(shop)
    ticked = {"product": [public_id("prd", product)], "verb": "prices"}
    table = merchant.post(reverse("studio_products_bulk"), ticked).headers["Location"]
    sku = queries.product_page(product, now=NOON).skus[0].id
    assert str(sku) in merchant.get(table).content.decode()
    assert merchant.post(table, {f"price-{sku}": "88.80", f"stock-{sku}": "5"}).status_code == 302
    assert queries.product_page(product, now=NOON).skus[0].draft.price_minor == 8_880
    assert stock.availability([sku])[sku].on_hand == 5
    refused = merchant.post(table, {f"price-{sku}": "1", f"stock-{sku}": "-5"})
    assert refused.status_code == 422
    assert queries.product_page(product, now=NOON).skus[0].draft.price_minor == 8_880


@pytest.mark.parametrize("name", ["studio_product", "studio_product_history"])
def test_another_shops_product_does_not_exist(name, merchant):
    foreign = a_product(a_shop())
    assert merchant.get(address(name, foreign)).status_code == 404


def test_another_shops_product_cannot_be_moved(merchant):
    foreign = a_product(a_shop())
    merchant.post(address("studio_product_delist", foreign))
    assert queries.product_page(foreign, now=NOON).stored.state is ProductState.ON_SALE


def test_a_merchant_does_not_see_the_desk(merchant):
    assert merchant.get(reverse("desk_product_reviews")).status_code == 404


def test_scripts_in_a_title_are_shown_as_text(shop, merchant):
    product = a_product(shop, a_draft(content=some_content(title="<script>alert(1)</script>")))
    for page in (
        reverse("studio_products"),
        address("studio_product", product),
        address("studio_product_history", product),
    ):
        assert "<script>alert(1)" not in merchant.get(page).content.decode()


def test_products_are_found_by_code_and_state(shop, merchant):
    a_product(shop)
    listed = reverse("studio_products")
    assert "亚麻连衣裙" in merchant.get(listed, {"q": "白-S"}).content.decode()
    assert "亚麻连衣裙" not in merchant.get(listed, {"state": "draft"}).content.decode()
