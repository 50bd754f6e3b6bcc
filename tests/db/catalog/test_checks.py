from datetime import timedelta

import pytest
from tests.builders.catalog import NOON, a_draft, a_product, a_shop, some_content
from tests.builders.people import a_person

from anxin.infra.doctor import Broken
from anxin.market.catalog import checks, queries
from anxin.market.catalog.commands.prices import NewPrice, change_prices
from anxin.market.catalog.commands.reviews import submit
from anxin.market.catalog.commands.saving import create_product, edit_product
from anxin.market.catalog.commands.states import delist, put_on_sale
from anxin.market.catalog.errors import ListingRestricted
from anxin.market.catalog.models import Product, Review, Sku
from anxin.market.catalog.queries import ProductState, ReviewState
from anxin.market.shops.models import Restriction

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return a_shop()


def test_a_market_in_use_is_sound(shop):
    person = a_person()
    product = a_product(shop)
    change_prices(
        shop, [NewPrice(queries.product_page(product, now=NOON).skus[0].id, 9_900)], by=person, now=NOON + timedelta(1)
    )
    later = NOON + timedelta(2)
    edit_product(shop, product, a_draft(content=some_content(title="新")), by=person, now=later)
    submit(shop, product, by=person, now=later)
    draft = create_product(shop, a_draft("b", skus=()), by=person, now=NOON)
    assert draft.is_new
    assert checks.shown_is_kept() == "1 products on sale"
    assert checks.prices_have_history() == "4 SKUs"
    assert checks.reviews_match_states() == "1 waiting reviews"


def test_content_changed_behind_the_commands_is_found(shop):
    product = a_product(shop)
    Product.objects.filter(pk=product).update(shown_version=7)
    with pytest.raises(Broken, match=str(product)):
        checks.shown_is_kept()


def test_a_price_changed_behind_the_commands_is_found(shop):
    a_product(shop)
    Sku.objects.update(price_minor=1)
    with pytest.raises(Broken, match="4 SKUs"):
        checks.prices_have_history()


def test_a_product_in_review_without_a_submission_is_found(shop):
    Product.objects.filter(pk=a_product(shop)).update(state=ProductState.IN_REVIEW)
    with pytest.raises(Broken):
        checks.reviews_match_states()


def test_delisting_withdraws_what_waits(shop):
    person, product = a_person(), a_product(shop)
    edit_product(shop, product, a_draft(content=some_content(title="新")), by=person, now=NOON)
    submit(shop, product, by=person, now=NOON)
    delist(shop, [product], by=person, now=NOON)
    assert Review.objects.get().state == ReviewState.WITHDRAWN
    assert checks.reviews_match_states() == "0 waiting reviews"


def test_a_shop_that_may_not_list_brings_nothing_before_buyers(shop):
    person = a_person()
    product = a_product(shop, on_sale=False)
    draft = create_product(shop, a_draft("b", skus=()), by=person, now=NOON)
    Restriction.objects.create(shop_id=shop, kind="listing", cause="deposit", since=NOON)
    with pytest.raises(ListingRestricted):
        put_on_sale(shop, [product], by=person, now=NOON)
    with pytest.raises(ListingRestricted):
        submit(shop, draft.product_id, by=person, now=NOON)
