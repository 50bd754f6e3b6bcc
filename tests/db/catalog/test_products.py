from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from tests.builders.catalog import NOON, a_draft, a_product, a_shop, some_content, some_skus
from tests.builders.people import a_person

from anxin.infra.tx import savepoint
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.catalog import queries
from anxin.market.catalog.commands.categories import sync_categories
from anxin.market.catalog.commands.prices import NewPrice, change_prices
from anxin.market.catalog.commands.reviews import approve, refuse, submit, withdraw
from anxin.market.catalog.commands.saving import Save, create_product, edit_product, load_products
from anxin.market.catalog.commands.states import delist, put_on_sale, take_off
from anxin.market.catalog.errors import (
    BadAttributes,
    CategoryNotGranted,
    CompareAboveLowest,
    HandleTaken,
    NothingToReview,
    PictureMissing,
    PictureUnknown,
    ProductNotFound,
    ReasonsMissing,
    SkuCodeTaken,
    VersionNotFound,
)
from anxin.market.catalog.models import CategoryTerms, ProductVersion
from anxin.market.catalog.queries import Picture, ProductFilter, ProductState, RefusalReason, ReviewState

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=10)


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def person():
    return a_person()


def state_of(product_id):
    return queries.product_page(product_id, now=NOON).stored.state


def test_a_draft_is_submitted_approved_and_shown(shop, person):
    saved = create_product(shop, a_draft(), by=person, now=NOON)
    review = submit(shop, saved.product_id, by=person, now=NOON)
    assert state_of(saved.product_id) is ProductState.IN_REVIEW
    approve(review, by=person, now=NOON)
    page = queries.product_page(saved.product_id, now=NOON)
    assert page.is_shown
    assert page.shown_version == 1
    assert (page.price_min_minor, page.price_max_minor) == (19_900, 19_900)
    assert [change.verb for change in queries.changes(saved.product_id)][::-1] == ["save", "submit", "approve"]


def test_a_refused_draft_comes_back_with_reasons_and_may_be_submitted_again(shop, person):
    saved = create_product(shop, a_draft(), by=person, now=NOON)
    review = submit(shop, saved.product_id, by=person, now=NOON)
    refuse(review, [RefusalReason.BAD_PICTURES], "模糊", by=person, now=NOON)
    assert state_of(saved.product_id) is ProductState.DRAFT
    decision = queries.last_decision(saved.product_id)
    assert (decision.state, decision.reasons, decision.note) == (ReviewState.REFUSED, ("bad_pictures",), "模糊")
    submit(shop, saved.product_id, by=person, now=LATER)
    assert state_of(saved.product_id) is ProductState.IN_REVIEW


def test_a_refusal_needs_a_reason(shop, person):
    saved = create_product(shop, a_draft(), by=person, now=NOON)
    review = submit(shop, saved.product_id, by=person, now=NOON)
    with pytest.raises(ReasonsMissing):
        refuse(review, [], by=person, now=NOON)


def test_a_review_is_decided_once(shop, person):
    saved = create_product(shop, a_draft(), by=person, now=NOON)
    review = submit(shop, saved.product_id, by=person, now=NOON)
    approve(review, by=person, now=NOON)
    with pytest.raises(IllegalStep):
        refuse(review, [RefusalReason.OTHER], by=person, now=NOON)


def test_a_withdrawn_product_is_a_draft_again(shop, person):
    saved = create_product(shop, a_draft(), by=person, now=NOON)
    submit(shop, saved.product_id, by=person, now=NOON)
    withdraw(shop, saved.product_id, by=person, now=NOON)
    assert state_of(saved.product_id) is ProductState.DRAFT


def test_a_product_is_submitted_complete_or_not_at_all(shop, person):
    bare = create_product(shop, a_draft("bare", content=some_content(pictures=())), by=person, now=NOON)
    with pytest.raises(PictureMissing):
        submit(shop, bare.product_id, by=person, now=NOON)
    empty = create_product(shop, a_draft("empty", content=some_content(attributes={}), skus=()), by=person, now=NOON)
    with pytest.raises(BadAttributes):
        submit(shop, empty.product_id, by=person, now=NOON)


def test_a_shop_submits_only_in_categories_that_were_granted(person):
    shop = a_shop(categories=["food"])
    saved = create_product(shop, a_draft(), by=person, now=NOON)
    with pytest.raises(CategoryNotGranted):
        submit(shop, saved.product_id, by=person, now=NOON)


def test_a_changed_title_is_shown_only_after_its_review(shop, person):
    product = a_product(shop)
    edited = a_draft(content=some_content(title="丝绸连衣裙"), skus=some_skus(colours=("白", "红")))
    edit_product(shop, product, edited, by=person, now=LATER)
    page = queries.product_page(product, now=LATER)
    assert page.content.title == "亚麻连衣裙"
    assert {sku.draft.options[0] for sku in page.skus} == {"白", "蓝"}
    review = submit(shop, product, by=person, now=LATER)
    shown = queries.review_page(review, now=LATER)
    assert [pair.name for pair in shown.pairs if pair.differs] == ["title"]
    assert {sku.draft.options[0] for sku in shown.new_skus} == {"红"}
    assert {sku.draft.options[0] for sku in shown.leaving_skus} == {"蓝"}
    approve(review, by=person, now=LATER)
    page = queries.product_page(product, now=LATER)
    assert page.content.title == "丝绸连衣裙"
    assert {sku.draft.options[0] for sku in page.skus} == {"白", "红"}
    assert page.shown_version == 2


def test_without_a_change_there_is_nothing_to_review(shop, person):
    product = a_product(shop)
    with pytest.raises(NothingToReview):
        submit(shop, product, by=person, now=NOON)


def test_every_shown_version_is_kept_as_it_was(shop, person):
    product = a_product(shop)
    skus = queries.product_page(product, now=NOON).skus
    change_prices(shop, [NewPrice(skus[0].id, 18_000)], by=person, now=LATER)
    first, second = queries.snapshot(product, 1), queries.snapshot(product, 2)
    assert first.shown["title"] == "亚麻连衣裙"
    assert first.shown["skus"][0]["price_minor"] == 19_900
    assert second.shown["skus"][0]["price_minor"] == 18_000
    assert second.shown_from == LATER
    with pytest.raises(VersionNotFound):
        queries.snapshot(product, 3)


@pytest.mark.parametrize(
    "statement", ["update catalog_productversion set snapshot = '{}'", "delete from catalog_pricechange"]
)
def test_history_refuses_to_be_edited(shop, statement):
    a_product(shop)
    with pytest.raises(DatabaseError, match="append-only"), savepoint(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ProductVersion.objects.get().snapshot["title"] == "亚麻连衣裙"


def test_prices_keep_their_history_and_the_compare_rule_reads_it(shop, person):
    product = a_product(shop)
    sku = queries.product_page(product, now=NOON).skus[0].id
    change_prices(shop, [NewPrice(sku, 15_000, 19_900)], by=person, now=LATER)
    later = LATER + timedelta(days=2)
    with pytest.raises(CompareAboveLowest) as refused:
        change_prices(shop, [NewPrice(sku, 14_000, 20_000)], by=person, now=later)
    assert refused.value.lowest_minor == 15_000
    assert [point.price_minor for point in queries.prices([sku])] == [15_000, 19_900]


def test_an_edit_obeys_the_compare_rule_too(shop, person):
    product = a_product(shop)
    edited = a_draft(skus=some_skus(15_000, compare_price_minor=25_000))
    with pytest.raises(CompareAboveLowest):
        edit_product(shop, product, edited, by=person, now=LATER)


def test_prices_of_another_shop_cannot_be_changed(shop, person):
    sku = queries.product_page(a_product(shop), now=NOON).skus[0].id
    with pytest.raises(Exception, match="no such SKU"):
        change_prices(a_shop(), [NewPrice(sku, 1)], by=person, now=NOON)


def test_products_move_in_bulk_and_each_only_from_a_state_that_allows_it(shop, person):
    shown, hidden = a_product(shop), a_product(shop, a_draft("b", skus=()), on_sale=False)
    assert take_off(shop, [shown, hidden], by=person, now=NOON) == 1
    assert put_on_sale(shop, [shown, hidden], by=person, now=NOON) == 2
    assert delist(shop, [shown], by=person, now=NOON) == 1
    with pytest.raises(IllegalStep):
        put_on_sale(shop, [shown], by=person, now=NOON)
    with pytest.raises(ProductNotFound):
        take_off(a_shop(), [hidden], by=person, now=NOON)


def test_handles_and_codes_are_one_per_shop(shop, person):
    a_product(shop)
    with pytest.raises(HandleTaken):
        create_product(shop, a_draft(), by=person, now=NOON)
    with pytest.raises(SkuCodeTaken):
        create_product(shop, a_draft("other"), by=person, now=NOON)
    assert create_product(a_shop(), a_draft(), by=person, now=NOON).is_new


def test_only_pictures_that_were_stored_can_be_shown(shop, person):
    with pytest.raises(PictureUnknown):
        create_product(shop, a_draft(content=some_content(pictures=(Picture("a" * 40),))), by=person, now=NOON)


def test_scripts_in_descriptions_and_titles_do_not_survive(shop, person):
    dirty = some_content(title="裙\n\x07子", description_html='<p onclick="x()">好<script>alert(1)</script></p>')
    product = create_product(shop, a_draft(content=dirty), by=person, now=NOON).product_id
    content = queries.product_page(product, now=NOON).content
    assert (content.title, content.description_html) == ("裙 子", "<p>好</p>")


def test_a_batch_writes_the_good_products_and_names_the_bad_ones(shop):
    saves = [
        Save(a_draft("good"), on_sale=True),
        Save(a_draft("unknown", content=some_content(category="nowhere")), on_sale=True),
        Save(a_draft("good", skus=()), on_sale=True),
        Save(a_draft("clash", skus=some_skus()), on_sale=True),
    ]
    loaded = load_products(shop, saves, vouched=True, by=None, now=NOON)
    assert [saved.handle for saved in loaded.saved] == ["good"]
    assert {refused.handle: refused.error.code for refused in loaded.refused} == {
        "unknown": "catalog.category_unknown",
        "good": "catalog.handle_taken",
        "clash": "catalog.sku_code_taken",
    }


def test_loading_the_same_again_changes_nothing(shop):
    a_product(shop)
    again = load_products(shop, [Save(a_draft(), on_sale=True)], vouched=True, by=None, now=LATER)
    assert not again.saved[0].is_changed
    assert queries.product_page(again.saved[0].product_id, now=LATER).stored.version == 1


def test_a_batch_takes_the_same_number_of_statements_whatever_its_size(shop):
    def statements(prefix: str, size: int) -> int:
        saves = [
            Save(a_draft(f"{prefix}-{n}", skus=tuple(replace(sku, code="") for sku in some_skus())), on_sale=True)
            for n in range(size)
        ]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            load_products(shop, saves, vouched=True, by=None, now=NOON)
        return len(captured)

    a_product(shop, a_draft("warm"))  # reads the category tree
    assert statements("a", 2) == statements("b", 40) <= 14


def test_two_variants_swap_their_codes(shop, person):
    product = a_product(shop)
    skus = some_skus()
    swapped = (replace(skus[0], code=skus[1].code), replace(skus[1], code=skus[0].code), *skus[2:])
    edit_product(shop, product, a_draft(skus=swapped), by=person, now=NOON)
    page = queries.product_page(product, now=NOON)
    assert [sku.draft.code for sku in page.skus][:2] == [skus[1].code, skus[0].code]


def test_offers_of_many_skus_are_one_statement(shop):
    skus = [sku.id for sku in queries.product_page(a_product(shop), now=NOON).skus]
    queries.category_tree(now=NOON)
    with CaptureQueriesContext(connection) as captured:
        offers = queries.offers([*skus, new_id()], now=NOON)
    assert len(captured) == 1
    assert {offer.sku_id for offer in offers} == set(skus)
    assert all(offer.sellable and offer.category.terms.service_fee_bps == 500 for offer in offers)


def test_what_is_off_sale_or_unpriced_is_not_sellable(shop, person):
    product = a_product(shop, a_draft(skus=(*some_skus(colours=("白",)), *some_skus(0, colours=("赠",)))))
    page = queries.product_page(product, now=NOON)
    sellable = {offer.code: offer.sellable for offer in queries.offers([sku.id for sku in page.skus], now=NOON)}
    assert sellable == {"白-S": True, "白-M": True, "赠-S": False, "赠-M": False}
    assert page.price_min_minor == 19_900
    take_off(shop, [product], by=person, now=NOON)
    assert not any(offer.sellable for offer in queries.offers([sku.id for sku in page.skus], now=NOON))


def test_a_product_page_is_one_statement(shop):
    product = a_product(shop)
    queries.category_tree(now=NOON)
    with CaptureQueriesContext(connection) as captured:
        page = queries.product_page(product, now=NOON)
    assert len(captured) == 1
    assert [node.code for node in page.path] == ["womenswear", "womenswear-dress"]
    assert page.attributes[0].value == "亚麻"


def test_a_shops_products_come_in_pages_and_by_words(shop):
    for number in range(5):
        skus = some_skus(colours=(f"色{number}",))
        a_product(shop, a_draft(f"dress-{number}", skus=skus), now=NOON + timedelta(minutes=number))
    first = queries.products_of_shop(shop, now=NOON, limit=3)
    rest = queries.products_of_shop(shop, now=NOON, limit=3, cursor=first.next_cursor)
    assert [row.handle for row in (*first.items, *rest.items)] == [f"dress-{n}" for n in (4, 3, 2, 1, 0)]
    assert rest.next_cursor is None
    by_code = queries.products_of_shop(shop, ProductFilter(text="色3-s"), now=NOON)
    assert [row.handle for row in by_code.items] == ["dress-3"]
    by_state = queries.products_of_shop(shop, ProductFilter(state=ProductState.DRAFT), now=NOON)
    assert by_state.items == ()
    assert queries.products_of_shop(shop, ProductFilter(text="%"), now=NOON).items == ()
    assert queries.products_of_shop(shop, ProductFilter(category="menswear"), now=NOON).items == ()
    assert queries.product_counts(shop)[ProductState.ON_SALE] == 5


def test_syncing_the_categories_again_changes_nothing():
    before = list(CategoryTerms.objects.order_by("id").values())
    assert sync_categories() > 60
    assert list(CategoryTerms.objects.order_by("id").values()) == before


def test_new_terms_hold_from_their_moment_and_old_ones_stay():
    tree = queries.category_tree(now=NOON)
    dress = tree.node("womenswear-dress")
    terms = replace(dress.terms, effective_from=LATER, service_fee_bps=600)
    sync_categories((tree.node("womenswear"), replace(dress, terms=terms)))
    try:
        assert queries.category_tree(now=NOON).node(dress.code).terms.service_fee_bps == 500
        assert queries.category_tree(now=LATER).node(dress.code).terms.service_fee_bps == 600
        assert queries.category_tree(now=NOON).node("menswear").is_retired
    finally:
        sync_categories()
