from dataclasses import replace
from uuid import UUID

import pytest

from anxin.kernel.states import IllegalStep, LostRace
from anxin.market.catalog.domain.content import Content, Picture, ProductDraft, SkuDraft, check_draft, content_to_json
from anxin.market.catalog.domain.life import PRODUCT_LIFE, ProductState, SkuState
from anxin.market.catalog.domain.saving import Save, StoredProduct, StoredSku, plan, proposed_content, retiring
from anxin.market.catalog.errors import BadOptions, PictureUnknown, SkuCodeTaken, TooMany, WaitsForReview

CONTENT = Content("womenswear-dress", "连衣裙", option_names=("尺码",), pictures=(Picture("a" * 40),))
SMALL, MEDIUM, LARGE = (SkuDraft((size,), 9_900, code=f"D-{size}") for size in "SML")
DRAFT = ProductDraft("dress", CONTENT, (SMALL, MEDIUM))


def stored(state: ProductState = ProductState.ON_SALE, **changes) -> StoredProduct:
    skus = tuple(StoredSku(UUID(int=n), SkuState.ACTIVE, sku, n) for n, sku in enumerate(DRAFT.skus))
    return StoredProduct(UUID(int=9), "dress", state, 4, CONTENT, skus, **changes)


def renamed(**changes) -> Save:
    return Save(replace(DRAFT, content=replace(CONTENT, title="新连衣裙"), **changes))


def test_writing_the_same_again_changes_nothing():
    again = plan(Save(DRAFT), stored(), vouched=False)
    assert not again.is_changed
    assert again.version == 4


def test_a_new_title_of_a_shown_product_waits_as_a_proposal():
    planned = plan(renamed(), stored(), vouched=False)
    assert planned.content == CONTENT
    assert proposed_content(planned.proposed).title == "新连衣裙"
    assert planned.version == 5


def test_a_new_price_of_a_shown_product_holds_at_once():
    cheaper = replace(DRAFT, skus=(replace(SMALL, price_minor=8_800), MEDIUM))
    planned = plan(Save(cheaper), stored(), vouched=False)
    assert planned.proposed is None
    assert [sku.is_repriced for sku in planned.skus] == [True, False]


def test_a_new_variant_of_a_shown_product_waits_and_the_one_it_replaces_stays():
    planned = plan(Save(replace(DRAFT, skus=(SMALL, LARGE))), stored(), vouched=False)
    assert [sku.state for sku in planned.skus] == [SkuState.ACTIVE, SkuState.PROPOSED]
    assert planned.retired == ()
    assert retiring(planned.proposed) == (UUID(int=1),)


def test_a_variant_that_is_only_taken_away_goes_at_once():
    planned = plan(Save(replace(DRAFT, skus=(SMALL,))), stored(), vouched=False)
    assert planned.retired == (UUID(int=1),)
    assert planned.proposed is None


def test_a_draft_is_changed_in_place():
    planned = plan(renamed(), stored(ProductState.DRAFT), vouched=False)
    assert planned.content.title == "新连衣裙"
    assert planned.proposed is None


def test_what_is_vouched_for_is_shown_at_once():
    planned = plan(replace(renamed(), on_sale=False), stored(), vouched=True)
    assert planned.content.title == "新连衣裙"
    assert planned.state is ProductState.OFF_SALE


def test_going_back_to_what_is_shown_drops_the_proposal():
    proposal = {"content": content_to_json(replace(CONTENT, title="新连衣裙")), "retire": []}
    planned = plan(Save(DRAFT), stored(proposed=proposal), vouched=False)
    assert planned.proposed is None
    assert planned.is_changed


def test_nothing_that_a_reviewer_reads_changes_under_review():
    with pytest.raises(WaitsForReview):
        plan(renamed(), stored(ProductState.IN_REVIEW, waiting=True), vouched=False)


def test_a_price_may_change_under_review():
    cheaper = replace(DRAFT, skus=(replace(SMALL, price_minor=8_800), MEDIUM))
    assert plan(Save(cheaper), stored(ProductState.IN_REVIEW, waiting=True), vouched=False).is_changed


def test_an_edit_of_an_older_version_loses():
    with pytest.raises(LostRace):
        plan(replace(renamed(), version=3), stored(), vouched=False)


def test_a_delisted_product_stays_as_it_was():
    with pytest.raises(IllegalStep):
        plan(renamed(), stored(ProductState.DELISTED), vouched=True)


def test_a_variant_is_recognised_by_its_code_when_its_option_is_renamed():
    skus = (replace(SMALL, options=("小",)), MEDIUM)
    planned = plan(Save(replace(DRAFT, skus=skus)), stored(ProductState.DRAFT), vouched=False)
    assert [sku.id for sku in planned.skus] == [UUID(int=0), UUID(int=1)]


def test_two_variants_may_swap_their_codes():
    skus = (replace(SMALL, code="D-M"), replace(MEDIUM, code="D-S"))
    planned = plan(Save(replace(DRAFT, skus=skus)), stored(), vouched=False)
    assert [sku.id for sku in planned.skus] == [UUID(int=0), UUID(int=1)]
    assert planned.proposed is None


@pytest.mark.parametrize(
    ("skus", "error"),
    [
        ((SMALL, SMALL), BadOptions),
        ((replace(SMALL, options=()),), BadOptions),
        ((SMALL, replace(MEDIUM, code="D-S")), SkuCodeTaken),
        ((replace(SMALL, picture="b" * 40),), PictureUnknown),
        (tuple(SkuDraft((str(n),), 1) for n in range(301)), TooMany),
    ],
)
def test_variants_that_cannot_stand_together_are_refused(skus, error):
    with pytest.raises(error):
        check_draft(replace(DRAFT, skus=skus))


def test_a_delisted_product_is_the_only_end():
    assert PRODUCT_LIFE.ends() == (ProductState.DELISTED,)
    assert PRODUCT_LIFE.sources("delist") == (ProductState.DRAFT, ProductState.ON_SALE, ProductState.OFF_SALE)
