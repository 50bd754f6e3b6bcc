import pytest

from anxin.market.catalog.category_files import written_categories
from anxin.market.catalog.domain.attributes import check_attributes, shown_attributes
from anxin.market.catalog.domain.tree import Attribute, AttributeKind, CategoryTree, Choice, Flag
from anxin.market.catalog.errors import AttributeFaults, BadAttributes, CategoryNotALeaf

MATERIAL = Attribute(
    "material", "材质", "Material", AttributeKind.ENUM, required=True, choices=(Choice("linen", "亚麻", "Linen"),)
)
DAYS = Attribute("days", "保质期", "Shelf life", AttributeKind.NUMBER, unit="天", unit_en="days")
ORIGIN = Attribute("origin", "产地", "Origin", AttributeKind.TEXT)
SCHEMA = (MATERIAL, DAYS, ORIGIN)


def test_good_values_come_back_canonical_and_empty_ones_are_left_out():
    given = {"material": "linen", "days": "0180.50", "origin": "  "}
    assert check_attributes(SCHEMA, given) == {"material": "linen", "days": "180.5"}


def test_every_wrong_attribute_is_named_at_once():
    with pytest.raises(BadAttributes) as refused:
        check_attributes(SCHEMA, {"days": "-1", "origin": "x" * 121, "colour": "red"})
    found = {fault.attribute: fault.fault for fault in refused.value.faults}
    assert found == {
        "colour": AttributeFaults.UNKNOWN,
        "material": AttributeFaults.MISSING,
        "days": AttributeFaults.NOT_A_NUMBER,
        "origin": AttributeFaults.TOO_LONG,
    }


@pytest.mark.parametrize("number", ["1e99", "nan", "inf", "12x", "1,5"])
def test_what_only_looks_like_a_number_is_refused(number):
    with pytest.raises(BadAttributes):
        check_attributes((DAYS,), {"days": number})


def test_a_choice_that_the_category_does_not_know_is_refused():
    with pytest.raises(BadAttributes):
        check_attributes((MATERIAL,), {"material": "paper"})


def test_a_draft_may_lack_required_attributes():
    assert check_attributes(SCHEMA, {}, complete=False) == {}


def test_values_are_shown_in_both_languages_with_their_units():
    material, days = shown_attributes(SCHEMA, {"days": "180", "material": "linen"})
    assert (material.value, material.value_en) == ("亚麻", "Linen")
    assert (days.value, days.value_en) == ("180天", "180 days")


TREE = CategoryTree({node.code: node for node in written_categories()})


def test_the_files_hold_at_least_sixty_leaves_named_in_two_languages():
    leaves = [node for node in TREE.nodes.values() if node.is_leaf]
    assert len(leaves) >= 60
    assert all(node.name and node.name_en and len(node.code) <= 40 for node in TREE.nodes.values())
    assert {top.name for top in TREE.tops} >= {
        "女装",
        "男装",
        "美妆",
        "食品饮料",
        "生鲜",
        "母婴",
        "配饰",
        "家居",
        "数码",
    }


@pytest.mark.parametrize(
    ("category", "fee_bps", "settlement_days"),
    [("womenswear-dress", 500, 3), ("beauty-skincare", 400, 10), ("fresh-fruit", 200, 3), ("digital-phone", 200, 3)],
)
def test_fees_and_settlement_follow_the_field(category, fee_bps, settlement_days):
    terms = TREE.leaf(category).terms
    assert (terms.service_fee_bps, terms.settlement_days) == (fee_bps, settlement_days)


def test_flags_that_guarantees_ask_for_are_set():
    flagged = {flag: [node.code for node in TREE.leaves() if flag in node.terms.flags] for flag in Flag}
    assert "fresh-fruit" in flagged[Flag.FRESH]
    assert "beauty-makeup" in flagged[Flag.COSMETIC]
    assert "virtual-topup" in flagged[Flag.VIRTUAL]
    assert "home-tableware" in flagged[Flag.FRAGILE]
    assert "menswear-tailored" in flagged[Flag.CUSTOM]


def test_goods_cannot_lie_in_a_category_that_has_others_below():
    with pytest.raises(CategoryNotALeaf):
        TREE.leaf("womenswear")


def test_a_path_leads_from_the_first_level_to_the_leaf():
    assert [node.code for node in TREE.path("womenswear-dress")] == ["womenswear", "womenswear-dress"]
