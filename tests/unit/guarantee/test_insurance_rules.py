"""Freight insurance: what it costs, who pays, what it pays out. Lines of DOMAIN are named where a number comes from."""

from datetime import date, timedelta

import pytest
from tests.support.rule_books import refused

from anxin.kernel.clock import instant
from anxin.market.guarantee.book import insurance_rules_at, insurance_rules_named
from anxin.market.guarantee.domain.distance import farthest_km, province_km, province_of, provinces
from anxin.market.guarantee.domain.insurance import (
    INSURANCE_CLAIM_CODES,
    POLICY_CODES,
    POLICY_LIFE,
    PREMIUM_CODES,
    BuyerHistory,
    ClaimChecks,
    InsuranceClaimState,
    Parcel,
    Policyholder,
    PolicyState,
    PremiumState,
    Refusal,
    Route,
    cap_minor,
    category_return_bps,
    chance_bps,
    covered_minor,
    deserves_gift,
    freight_minor,
    is_insurable,
    may_insure,
    payout_minor,
    policyholder,
    product_for,
    quote,
    refusal_of,
)
from anxin.market.guarantee.domain.insurance_rules import (
    InsuranceProduct,
    read_insurance_rules,
)

RULES = insurance_rules_at("current-2026", date(2026, 6, 1))
BEIJING, SHANGHAI, URUMQI = "110105", "310101", "650102"
SHIPPED = instant(2026, 3, 1, 4)
SMALL, UPGRADED, LARGE = InsuranceProduct


def a_parcel(weight_grams: int = 500, to: str = SHANGHAI, category: str = "womenswear-dress") -> Parcel:
    return Parcel(BEIJING, to, weight_grams, category)


def some_checks(**changes: object) -> ClaimChecks:
    facts = {"policy": PolicyState.ACTIVE, "shipped_at": SHIPPED, "applied_at": SHIPPED + timedelta(days=5), **changes}
    return ClaimChecks(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("offers", "package", "payer"),
    [  # DOMAIN 1.3 "Precedence": merchant/creator > platform single > buyer; with package merchant/creator > buyer > platform
        ({Policyholder.MERCHANT, Policyholder.PLATFORM, Policyholder.BUYER}, False, Policyholder.MERCHANT),
        ({Policyholder.CREATOR, Policyholder.PLATFORM, Policyholder.BUYER}, False, Policyholder.CREATOR),
        ({Policyholder.MERCHANT, Policyholder.CREATOR}, False, Policyholder.MERCHANT),
        ({Policyholder.PLATFORM, Policyholder.BUYER}, False, Policyholder.PLATFORM),
        ({Policyholder.PLATFORM, Policyholder.BUYER}, True, Policyholder.BUYER),
        ({Policyholder.MERCHANT, Policyholder.BUYER}, True, Policyholder.MERCHANT),
        ({Policyholder.BUYER}, False, Policyholder.BUYER),
        (set(), False, None),
    ],
)
def test_payers_go_before_each_other_as_the_rule_says(
    offers: set[Policyholder], package: bool, payer: Policyholder | None
) -> None:
    assert policyholder(offers, package=package) is payer


@pytest.mark.parametrize(
    ("product", "route", "to", "cap"),
    [  # DOMAIN 1.3 "Products and caps"
        (SMALL, Route.PICKUP, URUMQI, 2_400),
        (SMALL, Route.SELF_SHIP, URUMQI, 2_400),
        (UPGRADED, Route.SELF_SHIP, URUMQI, 5_000),
        (UPGRADED, Route.PICKUP, BEIJING, 5_000),  # 20 kg within the province cost 36.50: the cap is higher
        (UPGRADED, Route.PICKUP, URUMQI, 24_800),  # 20 kg across the country cost more than the cap
        (LARGE, Route.PICKUP, URUMQI, 100_000),
    ],
)
def test_each_product_has_its_cap(product: InsuranceProduct, route: Route, to: str, cap: int) -> None:
    assert cap_minor(product, route, a_parcel(to=to), RULES) == cap


@pytest.mark.parametrize(("grams", "product"), [(1, SMALL), (3_000, SMALL), (3_001, UPGRADED), (20_001, LARGE)])
def test_the_lightest_fitting_product_is_sold(grams: int, product: InsuranceProduct) -> None:
    assert product_for(grams, RULES) is product


def test_the_tariff_goes_by_distance_and_begun_kilograms() -> None:
    assert [freight_minor(a_parcel(grams, BEIJING), RULES) for grams in (1, 1_000, 1_001, 2_001)] == [
        800,
        800,
        950,
        1_100,
    ]
    assert freight_minor(a_parcel(1_000, URUMQI), RULES) == 2_000


def test_a_small_parcel_sent_by_the_buyer_is_paid_its_first_kilogram() -> None:
    assert payout_minor(SMALL, Route.SELF_SHIP, a_parcel(2_900), RULES) == 1_200
    assert payout_minor(SMALL, Route.PICKUP, a_parcel(2_900), RULES) == 2_200


def test_a_courier_s_freight_is_borne_up_to_the_cap_and_the_rest_is_excess() -> None:
    assert covered_minor(1_900, SMALL, a_parcel(), RULES) == 1_900
    assert covered_minor(3_100, SMALL, a_parcel(), RULES) == 2_400


@pytest.mark.parametrize(
    ("category", "buyer", "to", "premium"),
    [  # DOMAIN 1.3: clamp 0.20 to 5.00 yuan
        ("books-novel", BuyerHistory(), BEIJING, 20),  # 800 × 2 % × 1.1 = 17.6, at least 20
        ("womenswear-dress", BuyerHistory(), SHANGHAI, 462),
        ("womenswear-dress", BuyerHistory(), URUMQI, 500),  # 770 by the formula
        ("womenswear-dress", BuyerHistory(36, 0), SHANGHAI, 116),  # 48 orders of which 4.2 come back: 8.75 %
        ("food-tea", BuyerHistory(10, 10), SHANGHAI, 500),
    ],
)
def test_the_premium_follows_category_buyer_and_distance(
    category: str, buyer: BuyerHistory, to: str, premium: int
) -> None:
    assert quote(a_parcel(to=to, category=category), buyer, RULES).premium_minor == premium


def test_a_longer_name_of_a_category_wins_and_a_part_of_a_word_does_not() -> None:
    assert category_return_bps("shoes-bags-heels", RULES.premium) == 2_500
    assert category_return_bps("homeopathy", RULES.premium) == RULES.premium.category_return_bps_default


def test_more_returns_than_orders_are_no_more_than_certainty() -> None:
    assert chance_bps("books", BuyerHistory(5, 99), RULES.premium) == (200 * 12 + 5 * 10_000) // 17


def test_what_cannot_be_sent_back_is_not_insured() -> None:
    assert not is_insurable(Parcel(BEIJING, SHANGHAI, 500, "fresh-fruit", frozenset({"fresh", "fragile"})), RULES)
    assert is_insurable(Parcel(BEIJING, SHANGHAI, 500, "home-glass", frozenset({"fragile"})), RULES)


@pytest.mark.parametrize(
    ("buyer", "goods_minor", "given"),
    [
        (BuyerHistory(), 3_000, True),
        (BuyerHistory(), 2_999, False),
        (BuyerHistory(2, 0), 9_900, True),
        (BuyerHistory(2, 1), 9_900, False),
        (BuyerHistory(3, 0), 9_900, False),
    ],
)
def test_the_platform_gives_to_new_buyers_who_keep_what_they_buy(
    buyer: BuyerHistory, goods_minor: int, given: bool
) -> None:
    assert deserves_gift(buyer, goods_minor, RULES.gift) is given


def test_in_2021_the_platform_gave_nothing() -> None:
    assert not deserves_gift(BuyerHistory(), 9_900, insurance_rules_named("article-2021").gift)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [  # DOMAIN 1.3 "Limits" and "Policy states"; 1.1 row 4: applied ≤ 90 days after the ship click
        ({}, None),
        ({"applied_at": SHIPPED + timedelta(days=90)}, None),
        ({"applied_at": SHIPPED + timedelta(days=90, seconds=1)}, Refusal.TOO_LATE),
        ({"shipped_at": None}, Refusal.TOO_LATE),
        ({"claimed_before": True}, Refusal.ALREADY_CLAIMED),
        ({"policy": PolicyState.PAID}, Refusal.ALREADY_CLAIMED),
        ({"policy": PolicyState.PENDING}, None),  # the insurer's silence is not the buyer's loss
        ({"policy": PolicyState.CANCELLED}, Refusal.NOT_INSURED),
        ({"number_used": True}, Refusal.NUMBER_USED),
        ({"has_number": False}, Refusal.NO_NUMBER),
        ({"refused_parcel": True}, Refusal.REFUSED_PARCEL),
        ({"fraud": True}, Refusal.FRAUD),
        ({"consumer": False}, Refusal.NOT_A_CONSUMER),
    ],
)
def test_freight_is_refused_for_the_stated_reasons_only(changes: dict[str, object], reason: Refusal | None) -> None:
    assert refusal_of(some_checks(**changes), RULES) is reason


def test_a_policy_that_lapsed_pays_for_what_was_applied_in_time() -> None:
    in_time = some_checks(policy=PolicyState.LAPSED, applied_at=SHIPPED + timedelta(days=89))
    assert refusal_of(in_time, RULES) is None


def test_the_numbers_of_states_are_the_platform_s() -> None:
    assert [POLICY_CODES[state] for state in PolicyState] == [0, 1, 2, 3, 4, 5]  # DOMAIN 1.3
    assert PREMIUM_CODES[PremiumState.TO_DEDUCT] == 1
    assert PREMIUM_CODES[PremiumState.CLOSED] == 5
    assert INSURANCE_CLAIM_CODES[InsuranceClaimState.SUCCESS] == 2
    assert INSURANCE_CLAIM_CODES[InsuranceClaimState.FAILED] == 3


def test_a_policy_pays_once() -> None:
    assert PolicyState.PAID in POLICY_LIFE.ends()
    assert set(POLICY_LIFE.sources("pay")) == {PolicyState.ACTIVE, PolicyState.LAPSED}


@pytest.mark.parametrize(
    ("rate", "met"),
    [(8_000, True), (8_001, False)],  # DOMAIN 1.3 "Admission": ≤ 80 %
)
def test_a_shop_that_gets_too_much_back_is_not_admitted(rate: int, met: bool) -> None:
    assert may_insure(rate, shop_open=True, deposit_paid=True, rules=RULES)["return_rate"] is met


def test_distances_are_symmetric_whole_and_known_for_every_province() -> None:
    assert len(provinces()) == 34
    for here in provinces():
        assert province_km(here, here) == 0
        for there in provinces():
            assert province_km(here, there) == province_km(there, here) <= farthest_km()
    assert 1_060 <= province_km("11", "31") <= 1_075  # 1,068 km as the crow flies
    assert 2_400 <= province_km("11", "65") <= 2_420


def test_an_unknown_region_counts_as_far() -> None:
    assert province_km("", SHANGHAI) == farthest_km()
    assert province_of("9999") == ""


FILE = "rules/insurance-current-2026.toml"


@pytest.mark.parametrize(
    ("old", "new", "at", "why"),
    [
        ("[gift]", "[present]", "[present]", "unknown field “present”"),
        ("claim_days = 90", "claim_weeks = 13", "claim_weeks", "unknown field “claim_weeks”"),
        ("payout_hours = 72", "# none", "[limits]", "the field “payout_hours” is missing"),
        ("claim_days = 90", "claim_days = -1", "claim_days", "-1 is negative"),
        ("appeals_max = 3", "appeals_max = 3.5", "appeals_max", "a whole number is expected"),
        (
            "[[tariff]]\nfirst_minor",
            "[[tariff]]\nkm_max = 9999\nfirst_minor",
            "[[tariff]]",
            "the last one must be open",
        ),
        ("km_max = 600", "km_max = 1_300", "[[tariff]]", "bands must grow"),
        ("minor_min = 20", "minor_min = 900", "minor_min", "the wrong way round"),
        ("[products.large]", "[products.huge]", "[products.huge]", "“huge” is not one of small, upgraded, large"),
        ("effective_from = 2026-01-01", 'effective_from = "today"', "effective_from", "a day is expected"),
    ],
)
def test_a_wrong_book_is_refused_with_its_line_and_reason(old: str, new: str, at: str, why: str) -> None:
    line, reason = refused(read_insurance_rules, FILE, old, new)
    assert why in reason
    assert line.startswith(at)
