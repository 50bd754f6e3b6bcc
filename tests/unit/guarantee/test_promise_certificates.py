"""Which promises a line gets, and why not the others (DOMAIN 1.1 eligibility, 1.2 exclusions)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.guarantee import ARTICLE, CURRENT, PLACED, a_certificate, at

from anxin.market.guarantee.domain.certificate import from_json, to_json, verifies

FLAGSHIP = {"shop_type": "flagship", "score": 9_000}

# (DOMAIN line, promise, profile, category, facts of the purchase, given, reason)
GIVEN = [
    ("1.2 no reason: clothing", "no_reason_return", CURRENT, "womenswear-dress", {}, True, "by_mandatory"),
    ("1.2 hard exclusion 1: made to order", "no_reason_return", CURRENT, "gifts-photo", {}, False, "excluded_custom"),
    ("1.2 hard exclusion 2: fresh", "no_reason_return", CURRENT, "fresh-fruit", {}, False, "excluded_fresh"),
    ("1.2 hard exclusion 3: digital", "no_reason_return", CURRENT, "virtual-software", {}, False, "excluded_digital"),
    ("1.2 hard exclusion 4: press", "no_reason_return", CURRENT, "books-magazine", {}, False, "excluded_press"),
    ("1.2 books are not press", "no_reason_return", CURRENT, "books-literature", {}, True, "by_mandatory"),
    ("1.2 the same exclusions in 2021", "no_reason_return", ARTICLE, "fresh-fruit", {}, False, "excluded_fresh"),
    (
        "1.2 a shop cannot opt out of the law",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        {"optouts": frozenset({"no_reason_return"})},
        True,
        "by_mandatory",
    ),
    (
        "1.2 conditional: declared and confirmed",
        "no_reason_return",
        CURRENT,
        "beauty-mask",
        {"marks": frozenset({"unsealed"}), "confirmations": frozenset({"unsealed"})},
        False,
        "confirmed",
    ),
    (
        "1.2 conditional: declared, not confirmed",
        "no_reason_return",
        CURRENT,
        "beauty-mask",
        {"marks": frozenset({"unsealed"})},
        True,
        "not_confirmed",
    ),
    (
        "1.2 conditional: confirmed, never declared",
        "no_reason_return",
        CURRENT,
        "beauty-mask",
        {"confirmations": frozenset({"unsealed"})},
        True,
        "by_mandatory",
    ),
    (
        "1.2 conditional: activation of electronics",
        "no_reason_return",
        CURRENT,
        "digital-phone",
        {"marks": frozenset({"activated"}), "confirmations": frozenset({"activated"})},
        False,
        "confirmed",
    ),
    (
        "1.2 conditional: clothing cannot be activated",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        {"marks": frozenset({"activated"}), "confirmations": frozenset({"activated"})},
        True,
        "by_mandatory",
    ),
    (
        "1.2 conditional: flawed goods of any kind",
        "no_reason_return",
        CURRENT,
        "womenswear-dress",
        {"marks": frozenset({"flawed"}), "confirmations": frozenset({"flawed"})},
        False,
        "confirmed",
    ),
    (
        "1.2 conditional: another mark was confirmed",
        "no_reason_return",
        CURRENT,
        "beauty-mask",
        {"marks": frozenset({"unsealed"}), "confirmations": frozenset({"flawed"})},
        True,
        "not_confirmed",
    ),
    ("1.1 row 1: badge of a flagship", "authenticity", CURRENT, "womenswear-dress", FLAGSHIP, True, "by_default"),
    (
        "1.1 row 1: exactly 80",
        "authenticity",
        CURRENT,
        "womenswear-dress",
        {**FLAGSHIP, "score": 8_000},
        True,
        "by_default",
    ),
    (
        "1.1 row 1: a hundredth below 80",
        "authenticity",
        CURRENT,
        "womenswear-dress",
        {**FLAGSHIP, "score": 7_999},
        False,
        "gate_score",
    ),
    (
        "1.1 row 1: no score yet counts as 70",
        "authenticity",
        CURRENT,
        "womenswear-dress",
        {**FLAGSHIP, "score": None},
        False,
        "gate_score",
    ),
    (
        "1.1 row 1: an ordinary shop",
        "authenticity",
        CURRENT,
        "womenswear-dress",
        {"score": 9_000},
        False,
        "gate_shop_type",
    ),
    (
        "1.1 row 1: a counterfeit record",
        "authenticity",
        CURRENT,
        "womenswear-dress",
        {**FLAGSHIP, "counterfeit_record": True},
        False,
        "gate_counterfeit",
    ),
    (
        "1.1 row 1: 2021 asks for no score",
        "authenticity",
        ARTICLE,
        "womenswear-dress",
        {**FLAGSHIP, "score": None},
        True,
        "by_default",
    ),
    ("1.2 消保法 55 for everybody", "fraud", CURRENT, "womenswear-dress", {}, True, "by_mandatory"),
    ("1.1 row 3: not virtual", "instant_refund", CURRENT, "virtual-topup", {}, False, "excluded_virtual"),
    ("1.1 row 3: not custom", "instant_refund", CURRENT, "gifts-photo", {}, False, "excluded_custom"),
    (
        "1.1 row 3: the merchant authorises",
        "instant_refund",
        CURRENT,
        "womenswear-dress",
        {"optouts": frozenset({"instant_refund"})},
        False,
        "switched_off",
    ),
    ("1.1 row 3: on unless switched off", "instant_refund", CURRENT, "womenswear-dress", {}, True, "by_default"),
    (
        "1.1 row 4: insurance is joined",
        "freight_insurance",
        CURRENT,
        "womenswear-dress",
        {"optins": frozenset({"freight_insurance"})},
        True,
        "by_opt_in",
    ),
    ("1.1 row 4: not joined", "freight_insurance", CURRENT, "womenswear-dress", {}, False, "not_joined"),
    (
        "1.3 admission: deposit paid",
        "freight_insurance",
        CURRENT,
        "womenswear-dress",
        {"optins": frozenset({"freight_insurance"}), "deposit_paid": False},
        False,
        "gate_deposit",
    ),
    (
        "1.3 admission: 2021 without",
        "freight_insurance",
        ARTICLE,
        "womenswear-dress",
        {"optins": frozenset({"freight_insurance"}), "deposit_paid": False},
        True,
        "by_opt_in",
    ),
    ("1.1 row 5: offered for what travels", "door_pickup", CURRENT, "womenswear-dress", {}, True, "by_default"),
    ("1.1 row 6: fresh categories", "fresh", CURRENT, "fresh-fruit", {}, True, "by_mandatory"),
    ("1.1 row 6: nothing else", "fresh", CURRENT, "food-snacks", {}, False, "not_covered"),
    ("1.1 row 7: cosmetics", "allergy", CURRENT, "beauty-skincare", {}, True, "by_mandatory"),
    ("1.1 row 7: not their tools", "allergy", CURRENT, "beauty-tools", {"flags": frozenset()}, False, "not_covered"),
    ("1.1 row 8: all physical goods", "damaged", CURRENT, "womenswear-dress", {}, True, "by_mandatory"),
    ("1.1 row 8: 2021 what is fragile", "damaged", ARTICLE, "womenswear-dress", {}, False, "not_covered"),
    ("1.1 row 8: not virtual", "damaged", CURRENT, "virtual-topup", {}, False, "excluded_virtual"),
    ("1.1 row 9: late shipping", "late_shipping", CURRENT, "womenswear-dress", {}, True, "by_mandatory"),
    (
        "1.8 art. 50: joined by the shop",
        "price_protection",
        CURRENT,
        "womenswear-dress",
        {"optins": frozenset({"price_protection"})},
        True,
        "by_opt_in",
    ),
    (
        "1.1: the article knows no price protection",
        "price_protection",
        ARTICLE,
        "womenswear-dress",
        {"optins": frozenset({"price_protection"})},
        False,
        "no_version",
    ),
    ("1.2 消保法 24 for fresh goods too", "quality_return", CURRENT, "fresh-fruit", {}, True, "by_mandatory"),
    (
        "1.8 art. 13: until signing the risk is the merchant's",
        "before_signing",
        CURRENT,
        "gifts-photo",
        {},
        True,
        "by_mandatory",
    ),
]


@pytest.mark.parametrize(
    ("line_of_domain", "promise", "profile", "category", "facts", "given", "reason"),
    GIVEN,
    ids=[row[0] for row in GIVEN],
)
def test_a_line_gets_what_it_is_promised_and_no_more(line_of_domain, promise, profile, category, facts, given, reason):
    entry = a_certificate(category, profile, **facts).entry(promise)
    assert entry.given is given
    assert reason in {one.code for one in entry.reasons}


def test_a_shop_below_70_gives_no_fresh_service_until_july_2026():
    """DOMAIN 1.4 admission: score at least 70 in the service layer; the dispute layer asks for none."""
    before = a_certificate("fresh-fruit", placed_at=at("2026-05-01 12:00:00"), score=6_999)
    assert [one.code for one in before.entry("fresh").reasons] == ["gate_score"]
    assert a_certificate("fresh-fruit", score=6_999).entry("fresh").given


def test_every_promise_is_spoken_of_and_has_a_source():
    certificate = a_certificate()
    assert len(certificate.entries) == 13
    assert [one.terms.slot for one in certificate.entries if one.terms][:9] == list(range(1, 10))
    assert all(reason.source for one in certificate.given for reason in one.reasons)


def test_a_certificate_says_what_its_hash_says():
    certificate = a_certificate()
    assert verifies(certificate)
    assert not verifies(replace(certificate, placed_at=PLACED + timedelta(seconds=1)))
    entries = tuple(replace(one, given=not one.given) for one in certificate.entries)
    assert not verifies(replace(certificate, entries=entries))
    assert not verifies(replace(certificate, entries=certificate.entries[1:]))


def test_a_certificate_is_read_back_from_what_is_kept():
    certificate = a_certificate("beauty-mask", marks=frozenset({"unsealed"}))
    terms = {one.terms.hash: one.terms for one in certificate.entries if one.terms}
    assert from_json(to_json(certificate), terms, certificate.hash) == certificate


def test_before_the_first_version_nothing_is_promised():
    certificate = a_certificate(placed_at=at("2025-12-31 23:59:59"))
    assert not certificate.given
    assert a_certificate(placed_at=at("2026-01-01 00:00:00")).given
