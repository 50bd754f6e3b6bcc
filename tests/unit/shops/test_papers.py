"""Which applications can be sent: tables over the seven shop types and every rule of DOMAIN 3.4."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.shops import TODAY, a_brand, a_citizen_number, a_document, papers_for

from anxin.market.shops.domain.papers import (
    Surroundings,
    document_from_json,
    document_to_json,
    faults,
    papers_needed,
)
from anxin.market.shops.domain.rules import rulebook_at
from anxin.market.shops.domain.types import EntityKind, PaperKind, ShopType

BOOK = rulebook_at(TODAY)
COMPANY = a_document().entity_name


ALONE = Surroundings()


def codes(document, papers=None, around=ALONE):
    shown = papers_for(document) if papers is None else papers
    return {reason.code for reason in faults(document, shown, around, BOOK, TODAY)}


@pytest.mark.parametrize("shop_type", list(ShopType))
def test_a_complete_application_of_every_type_has_no_fault(shop_type):
    assert codes(a_document(shop_type)) == set()


@pytest.mark.parametrize("shop_type", list(ShopType))
def test_each_needed_paper_is_missed_when_it_is_left_out(shop_type):
    document = a_document(shop_type)
    for kind in papers_needed(document, BOOK):
        rest = tuple(paper for paper in papers_for(document) if paper.kind is not kind)
        missing = [r for r in faults(document, rest, Surroundings(), BOOK, TODAY) if r.code == "paper_missing"]
        assert [reason.field for reason in missing] == [f"paper.{kind}"]


@pytest.mark.parametrize(("days_left", "ok"), [(15, False), (16, True), (0, False), (-1, False)])
def test_business_licence_must_be_valid_for_more_than_fifteen_days(days_left, ok):
    document = a_document()
    papers = tuple(
        replace(paper, expires_on=TODAY + timedelta(days=days_left))
        if paper.kind is PaperKind.BUSINESS_LICENCE
        else paper
        for paper in papers_for(document)
    )
    assert codes(document, papers) == (set() if ok else {"paper_expires"})


def test_a_licence_without_an_end_is_valid():
    document = a_document()
    assert codes(document, papers_for(document, None)) == set()


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2010, 6, 15), set()),
        (date(2010, 6, 16), {"too_young"}),
        (date(2030, 1, 1), {"person_number_wrong"}),
    ],
)
def test_a_person_must_be_sixteen(born, expected):
    document = a_document(ShopType.PERSONAL, person_number=a_citizen_number(born))
    assert codes(document) == expected


@pytest.mark.parametrize(
    ("kind", "shop_type", "most"),
    [
        (EntityKind.COMPANY, ShopType.ENTERPRISE, 5),
        (EntityKind.INDIVIDUAL_BUSINESS, ShopType.INDIVIDUAL_BUSINESS, 3),
        (EntityKind.PERSON, ShopType.PERSONAL, 1),
    ],
)
def test_an_entity_may_have_so_many_shops(kind, shop_type, most):
    document = a_document(shop_type)
    assert BOOK.shops_max[kind] == most
    assert codes(document, around=Surroundings(shops_of_entity=most - 1)) == set()
    assert codes(document, around=Surroundings(shops_of_entity=most)) == {"too_many_shops"}


@pytest.mark.parametrize(
    ("shop_type", "holders", "exclusive", "expected"),
    [
        (ShopType.OFFICIAL_FLAGSHIP, (), True, set()),
        (ShopType.OFFICIAL_FLAGSHIP, (COMPANY,), True, {"chain_too_long"}),
        (ShopType.FLAGSHIP, (COMPANY,), True, set()),
        (ShopType.FLAGSHIP, (COMPANY,), False, {"chain_not_exclusive"}),
        (ShopType.FLAGSHIP, ("总代理", COMPANY), True, {"chain_too_long"}),
        (ShopType.EXCLUSIVE, ("总代理", COMPANY), False, set()),
        (ShopType.EXCLUSIVE, ("总代理", "省代理", COMPANY), False, {"chain_too_long"}),
        (ShopType.MULTI_BRAND, ("总代理", "省代理", COMPANY), False, set()),
        (ShopType.MULTI_BRAND, ("总代理", "省代理", "市代理", COMPANY), False, {"chain_too_long"}),
    ],
)
def test_depth_of_the_authorisation_chain_by_type(shop_type, holders, exclusive, expected):
    owner = "品牌方" if holders else COMPANY
    document = a_document(shop_type, brand=a_brand(owner, *holders, exclusive=exclusive))
    assert codes(document) == expected


def test_a_chain_must_join_owner_and_applicant():
    brand = a_brand("品牌方", "总代理", COMPANY)
    torn = replace(brand, links=(brand.links[0], replace(brand.links[1], grantor="别人")))
    assert codes(a_document(ShopType.MULTI_BRAND, brand=torn)) == {"chain_broken"}
    elsewhere = a_brand("品牌方", "总代理")
    assert codes(a_document(ShopType.MULTI_BRAND, brand=elsewhere)) == {"chain_ends_elsewhere"}


def test_an_expired_link_breaks_the_chain():
    brand = a_brand("品牌方", COMPANY)
    ended = replace(brand, links=(replace(brand.links[0], expires_on=TODAY),))
    assert codes(a_document(ShopType.FLAGSHIP, brand=ended)) == {"authorisation_expired"}


@pytest.mark.parametrize(
    ("applied_on", "expected"),
    [
        (TODAY - timedelta(days=180), set()),
        (TODAY - timedelta(days=179), {"trademark_too_fresh"}),
        (None, {"trademark_too_fresh"}),
    ],
)
def test_a_pending_mark_must_have_waited_six_months(applied_on, expected):
    brand = a_brand(COMPANY, registered=False, applied_on=applied_on)
    assert codes(a_document(ShopType.OFFICIAL_FLAGSHIP, brand=brand)) == expected


@pytest.mark.parametrize(
    ("name", "shop_type", "expected"),
    [
        ("安心购优选", ShopType.ENTERPRISE, {"name_reserved"}),
        ("带货分研究所", ShopType.ENTERPRISE, {"name_reserved"}),
        ("信用分商店", ShopType.ENTERPRISE, {"name_reserved"}),
        ("青禾旗舰店", ShopType.ENTERPRISE, {"name_of_other_type"}),
        ("青禾旗舰店", ShopType.FLAGSHIP, set()),
        ("青禾官方旗舰店", ShopType.FLAGSHIP, {"name_of_other_type"}),
        ("青禾官方旗舰店", ShopType.OFFICIAL_FLAGSHIP, set()),
        ("青禾专卖店", ShopType.EXCLUSIVE, set()),
        ("青禾专营店", ShopType.EXCLUSIVE, {"name_of_other_type"}),
        ("青", ShopType.ENTERPRISE, {"name_length"}),
        ("青" * 31, ShopType.ENTERPRISE, {"name_length"}),
    ],
)
def test_names_of_shops(name, shop_type, expected):
    assert codes(a_document(shop_type, shop_name=name)) == expected


def test_a_taken_name_is_refused():
    assert codes(a_document(), around=Surroundings(name_taken=True)) == {"name_taken"}


def test_a_category_with_a_licence_asks_for_it_and_is_closed_to_persons():
    assert PaperKind.FOOD_LICENCE in papers_needed(a_document(categories=("food",)), BOOK)
    assert "category_needs_company" in codes(a_document(ShopType.PERSONAL, categories=("food",)))


def test_the_corporate_account_must_be_in_the_company_s_name():
    assert codes(a_document(account_name="别家公司")) == {"account_of_another"}


def test_all_faults_are_told_at_once():
    found = codes(a_document(entity_code="x", person_number="y", shop_name="安心购", contact_phone=""), ())
    assert {"credit_code_wrong", "person_number_wrong", "name_reserved", "missing", "paper_missing"} <= found


def test_without_a_type_only_the_type_is_asked_for():
    assert codes(a_document(shop_type=None), ()) == {"shop_type_missing"}


@pytest.mark.parametrize("shop_type", list(ShopType))
def test_a_document_survives_json(shop_type):
    document = a_document(shop_type)
    assert document_from_json(document_to_json(document)) == document


def test_an_empty_draft_survives_json():
    empty = document_from_json({})
    assert document_from_json(document_to_json(empty)) == empty
