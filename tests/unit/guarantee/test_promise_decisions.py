"""What claims come to (DOMAIN 1.1, 1.2, 1.4, 1.5, 1.7, 1.8, 1.10)."""

from datetime import timedelta

import pytest
from tests.builders.guarantee import (
    ARTICLE,
    CURRENT,
    PLACED,
    SIGNED,
    a_line,
    a_wish,
    answered,
    at,
    but,
    decided,
    registry,
    shown,
)

from anxin.market.guarantee.domain.arithmetic import clamped_share, late_compensation, part
from anxin.market.guarantee.domain.facts import ClaimType, Evidence, FreightPayer, Payer, RiskFacts

HOUR = timedelta(hours=1)
NOW = SIGNED + HOUR
E = Evidence


def codes(decision):
    return [one.code for one in decision.reasons]


# DOMAIN 1.4: bad ratio, of ¥100.00 paid
RATIOS = [(1, 3_000), (3_000, 3_000), (3_001, 5_000), (5_000, 5_000), (5_001, 10_000), (10_000, 10_000)]


@pytest.mark.parametrize("profile", [ARTICLE, CURRENT])
@pytest.mark.parametrize(("bad_bps", "refund_minor"), RATIOS)
def test_fresh_goods_by_bad_ratio(profile, bad_bps, refund_minor):
    line = a_line("fresh-fruit", signed_at=SIGNED, amount_minor=10_000, price_minor=10_000)
    decision = decided(a_wish("fresh", "rotten", bad_ratio_bps=bad_bps), line, now=NOW, profile=profile)
    assert (decision.outcome, decision.amount_minor, decision.return_needed) == ("review", refund_minor, False)


@pytest.mark.parametrize(
    ("paid", "total", "bad", "refund"),
    [
        (9_000, 30, 1, 300),
        (9_000, 30, 7, 2_100),
        (9_000, 30, 30, 9_000),
        (10_000, 3, 1, 3_333),
        (10_000, 3, 2, 6_666),
        (9_000, 30, 99, 9_000),
        (9_000, 30, 0, 0),
    ],
)
def test_countable_fresh_goods_by_the_piece(paid, total, bad, refund):
    """DOMAIN 1.4: paid ÷ total pieces × bad pieces."""
    line = a_line("fresh-eggs-dairy", signed_at=SIGNED, amount_minor=paid, price_minor=paid)
    wish = a_wish("fresh", "rotten", bad_pieces=bad, total_pieces=total)
    assert decided(wish, line, now=NOW).amount_minor == refund


@pytest.mark.parametrize("reason", ["origin_mismatch", "expired"])
def test_a_wrong_origin_or_date_is_paid_wholly(reason):
    """DOMAIN 1.4: >50 %, or origin/expiry mismatch: 100 %."""
    line = a_line("fresh-fruit", signed_at=SIGNED)
    assert decided(a_wish("fresh", reason, bad_ratio_bps=100), line, now=NOW).amount_minor == 20_000


# DOMAIN 1.5: paid → what is still missing when only the skin and the product were shown
TIERS = [
    (CURRENT, 9_999, ()),
    (CURRENT, 10_000, (E.PHOTO_REMAINING,)),
    (CURRENT, 49_999, (E.PHOTO_REMAINING,)),
    (CURRENT, 50_000, (E.PHOTO_REMAINING, E.DIAGNOSIS)),
    (CURRENT, 149_000, (E.PHOTO_REMAINING, E.DIAGNOSIS)),
    (ARTICLE, 9_999, ()),
    (ARTICLE, 50_000, ()),
    (ARTICLE, 149_000, ()),
]


@pytest.mark.parametrize(("profile", "paid", "missing"), TIERS)
def test_allergy_is_proved_by_what_was_paid(profile, paid, missing):
    line = a_line("beauty-skincare", signed_at=SIGNED, amount_minor=paid, price_minor=paid)
    wish = a_wish("allergy", evidence=shown(E.PHOTO_SKIN, E.PHOTO_PRODUCT))
    decision = decided(wish, line, now=NOW, profile=profile)
    assert decision.evidence == missing
    assert decision.outcome == ("need_evidence" if missing else "review")
    assert decision.amount_minor == paid


def test_the_articles_case_day_29_and_1490_yuan():
    """DOMAIN 1.1 worked example: photos, agreed, returned, ¥1,490 in full."""
    line = a_line("beauty-skincare", signed_at=SIGNED, amount_minor=149_000, price_minor=149_000)
    wish = a_wish("allergy", evidence=shown(E.PHOTO_SKIN, E.PHOTO_PRODUCT))
    day_29 = SIGNED + timedelta(days=29)
    by_2021, by_2026 = (decided(wish, line, now=day_29, profile=one) for one in (ARTICLE, CURRENT))
    assert (by_2021.outcome, by_2026.outcome) == ("review", "need_evidence")
    assert by_2021.amount_minor == 149_000
    assert by_2021.return_needed
    assert by_2021.freight_payer is FreightPayer.MERCHANT
    full = but(wish, evidence=shown(E.PHOTO_SKIN, E.PHOTO_PRODUCT, E.PHOTO_REMAINING, E.DIAGNOSIS))
    assert decided(full, line, now=day_29).outcome == "review"


@pytest.mark.parametrize(("remaining", "refusable"), [(8_000, False), (7_999, True), (10_000, False), (None, True)])
def test_with_four_fifths_left_a_full_refund_cannot_be_refused(remaining, refusable):
    """DOMAIN 1.5: ≥80 % left → full refund cannot be refused."""
    line = a_line("beauty-skincare", signed_at=SIGNED)
    assert decided(a_wish("allergy", remaining_bps=remaining), line, now=NOW).refusable is refusable


def test_medical_cost_is_reimbursed_on_itemised_proof_only():
    line = a_line("beauty-skincare", signed_at=SIGNED)
    wish = a_wish("allergy", medical_minor=32_000)
    assert decided(wish, line, now=NOW).compensation_minor == 32_000
    without = but(wish, evidence=wish.evidence - {E.MEDICAL_BILL})
    assert decided(without, line, now=NOW).compensation_minor == 0


# DOMAIN 1.1 row 3: caps (profile, placed, category, paid, outcome)
CAPS = [
    (ARTICLE, "2026-08-01", "womenswear-dress", 800_000, "grant"),
    (ARTICLE, "2026-08-01", "womenswear-dress", 800_001, "review"),
    (ARTICLE, "2026-08-01", "jewellery-gold", 5_000_000, "grant"),
    (ARTICLE, "2026-08-01", "jewellery-gold", 5_000_001, "review"),
    (CURRENT, "2026-06-30", "womenswear-dress", 800_000, "grant"),
    (CURRENT, "2026-07-01", "womenswear-dress", 500_000, "grant"),
    (CURRENT, "2026-07-01", "womenswear-dress", 500_001, "review"),
    (CURRENT, "2026-07-01", "digital-phone", 1_000_000, "grant"),
    (CURRENT, "2026-07-01", "jewellery-ring", 800_001, "review"),
    (CURRENT, "2026-07-01", "jewellery-gold", 5_000_000, "grant"),
]


@pytest.mark.parametrize(("profile", "placed", "category", "paid", "outcome"), CAPS)
def test_an_instant_refund_is_granted_up_to_its_cap(profile, placed, category, paid, outcome):
    moment = at(f"{placed} 12:00:00")
    line = a_line(category, placed_at=moment, amount_minor=paid, price_minor=paid)
    decision = decided(a_wish("instant_refund"), line, now=moment + HOUR, profile=profile)
    assert (decision.outcome, decision.amount_minor) == (outcome, paid)
    assert ("over_cap" in codes(decision)) is (outcome == "review")


@pytest.mark.parametrize(
    ("risk", "outcome"),
    [
        (RiskFacts(buyer_instant_refunds_30d=10), "grant"),
        (RiskFacts(buyer_instant_refunds_30d=11), "review"),
        (RiskFacts(buyer_refund_rate_bps=8_000), "grant"),
        (RiskFacts(buyer_refund_rate_bps=8_001), "review"),
        (RiskFacts(buyer_flagged=True), "review"),
        (RiskFacts(shop_flagged=True), "review"),
    ],
)
def test_the_risk_gate_lets_a_person_look(risk, outcome):
    """DOMAIN 1.1 row 3: the platform may withhold by buyer or merchant history."""
    assert decided(a_wish("instant_refund", risk=risk), a_line(), now=PLACED + HOUR).outcome == outcome


def test_an_instant_refund_gives_the_outbound_freight_back():
    decision = decided(a_wish("instant_refund"), a_line(freight_minor=1_000), now=PLACED + HOUR)
    assert (decision.amount_minor, decision.outbound_freight_minor) == (21_000, 1_000)
    assert not decision.return_needed
    assert decision.freight_payer is FreightPayer.NOBODY


def test_a_no_reason_return_leaves_the_outbound_freight():
    """DOMAIN 1.8 art. 42-46: no-reason, not 包邮: the buyer pays both ways."""
    decision = decided(a_wish("no_reason_return"), a_line(signed_at=SIGNED, freight_minor=1_000), now=NOW)
    assert (decision.outcome, decision.amount_minor, decision.outbound_freight_minor) == ("review", 20_000, 0)
    assert decision.freight_payer is FreightPayer.BUYER
    assert not decision.refusable


def test_what_is_not_intact_is_no_no_reason_return():
    """DOMAIN 1.2: intact (完好), 暂行办法 8-9."""
    decision = decided(a_wish("no_reason_return", intact=False), a_line(signed_at=SIGNED), now=NOW)
    assert (decision.outcome, codes(decision)) == ("deny", ["not_intact"])
    assert decision.reasons[0].source == "暂行办法 8-9"


@pytest.mark.parametrize(
    ("promise", "insured", "payer"),
    [
        ("no_reason_return", False, FreightPayer.BUYER),
        ("no_reason_return", True, FreightPayer.INSURER),
        ("quality_return", False, FreightPayer.MERCHANT),
        ("quality_return", True, FreightPayer.INSURER),
    ],
)
def test_freight_is_paid_by_insurance_first_then_by_fault(promise, insured, payer):
    line = a_line(signed_at=SIGNED, insured=insured)
    joined = {"optins": frozenset({"freight_insurance"})}
    assert decided(a_wish(promise), line, now=NOW, **joined).freight_payer is payer


def test_a_policy_without_the_promise_pays_nothing():
    line = a_line(signed_at=SIGNED, insured=True)
    assert decided(a_wish("no_reason_return"), line, now=NOW).freight_payer is FreightPayer.BUYER


@pytest.mark.parametrize(("paid", "refund"), [(10_000, 3_000), (9_999, 3_000), (1, 0), (2, 1)])
def test_a_minor_defect_is_worth_at_most_30_percent(paid, refund):
    """DOMAIN 1.8 art. 16."""
    line = a_line(signed_at=SIGNED, amount_minor=paid, price_minor=paid)
    wish = a_wish("quality_return", "quality", ClaimType.REFUND_SHIPPED, minor_defect=True)
    assert decided(wish, line, now=NOW).amount_minor == refund


# DOMAIN 1.1 row 1, 消保法 55: three times, at least ¥500
@pytest.mark.parametrize(("paid", "more"), [(10_000, 50_000), (16_666, 50_000), (16_667, 50_001), (149_000, 447_000)])
@pytest.mark.parametrize("promise", ["authenticity", "fraud"])
def test_a_counterfeit_costs_three_times_and_at_least_500(promise, paid, more):
    line = a_line(signed_at=SIGNED, amount_minor=paid, price_minor=paid)
    badge = {"shop_type": "flagship", "score": 9_000}
    decision = decided(a_wish(promise, "counterfeit"), line, now=NOW, **badge)
    assert (decision.amount_minor, decision.compensation_minor) == (paid, more)


def test_the_burden_of_proof_moves_from_merchant_to_buyer():
    """DOMAIN 1.1 row 1 and 1.8 art. 58-60."""
    line, badge = a_line(signed_at=SIGNED), {"shop_type": "flagship", "score": 9_000}
    wish = a_wish("authenticity", evidence=shown(E.PHOTO_PRODUCT))
    assert decided(but(wish, evidence=shown()), line, now=NOW, **badge).evidence == (E.PHOTO_PRODUCT,)
    assert decided(wish, line, now=NOW, **badge).outcome == "review"
    unproved = decided(but(wish, merchant_refused=True), line, now=NOW, **badge)
    assert (unproved.outcome, unproved.refusable) == ("grant", False)
    proved = decided(but(wish, merchant_evidence=shown(E.PURCHASE_INVOICE)), line, now=NOW, **badge)
    assert (proved.outcome, proved.evidence) == ("need_evidence", (E.TEST_REPORT,))
    both = but(wish, merchant_evidence=shown(E.TEST_REPORT), evidence=shown(E.PHOTO_PRODUCT, E.TEST_REPORT))
    assert decided(both, line, now=NOW, **badge).outcome == "review"
    assert codes(decided(both, line, now=NOW, **badge))[-1] == "proofs_disagree"


def test_breakage_is_the_merchants_to_disprove():
    """DOMAIN 1.1 row 8: unboxing photo; merchant must prove good delivery (总则 57)."""
    line = a_line("home-tableware", signed_at=SIGNED)
    wish = a_wish("damaged", evidence=shown())
    assert decided(wish, line, now=NOW).evidence == (E.PHOTO_UNBOXING,)
    wish = but(wish, evidence=shown(E.PHOTO_UNBOXING))
    assert decided(wish, line, now=NOW).outcome == "review"
    assert decided(but(wish, merchant_refused=True), line, now=NOW).outcome == "grant"
    assert "merchant_showed" in codes(decided(but(wish, merchant_evidence=shown(E.GOOD_DELIVERY)), line, now=NOW))


# DOMAIN 1.10: promise hours, hours late, paid, compensation
LATE = [
    (48, 1, 10_000, 200),
    (48, 1, 100_000, 1_000),
    (48, 1, 1_000_000, 5_000),
    (48, 100, 100_000, 1_000),
    (49, 1, 100_000, 1_000),
    (240, 48, 100_000, 1_000),
    (240, 49, 100_000, 4_000),
    (240, 49, 5_000, 500),
    (241, 1, 10_000, 300),
    (241, 49, 10_000, 800),
    (720, 49, 1_000_000, 10_000),
]


@pytest.mark.parametrize(("promise_hours", "late_hours", "paid", "owed"), LATE)
def test_late_shipping_pays_by_stages(promise_hours, late_hours, paid, owed):
    ship_by = PLACED + timedelta(minutes=5) + HOUR * promise_hours
    line = a_line(amount_minor=paid, price_minor=paid, ship_by=ship_by)
    decision = decided(a_wish("late_shipping"), line, now=ship_by + HOUR * late_hours)
    assert (decision.outcome, decision.compensation_minor, decision.amount_minor) == ("grant", owed, 0)
    assert Payer.ESCROW not in decision.payers


@pytest.mark.parametrize(("late", "outcome"), [(timedelta(0), "deny"), (timedelta(seconds=1), "grant")])
def test_shipping_on_the_last_moment_is_not_late(late, outcome):
    ship_by = PLACED + HOUR * 48
    line = a_line(ship_by=ship_by, shipped_at=ship_by + late)
    assert decided(a_wish("late_shipping"), line, now=ship_by + HOUR * 100).outcome == outcome


def test_price_protection_pays_the_difference_at_once():
    """DOMAIN 1.8 art. 50."""
    joined = {"optins": frozenset({"price_protection"})}
    line = a_line(quantity=3, amount_minor=60_000)
    wish = a_wish("price_protection", pieces=2, lower_price_minor=17_500, lower_price_at=PLACED + HOUR)
    decision = decided(wish, line, now=PLACED + HOUR * 2, **joined)
    assert (decision.outcome, decision.amount_minor, decision.return_needed) == ("grant", 5_000, False)
    for lower in (20_000, 20_001, None):
        assert codes(decided(but(wish, lower_price_minor=lower), line, now=PLACED + HOUR * 2, **joined)) == [
            "no_lower_price"
        ]
    early = but(wish, lower_price_at=PLACED - HOUR)
    assert codes(decided(early, line, now=PLACED + HOUR * 2, **joined)) == ["lower_price_outside"]
    assert decided(wish, line, now=PLACED + HOUR * 2, profile=ARTICLE, **joined).outcome == "deny"


def test_what_is_asked_is_paid_and_never_more_than_is_left():
    line = a_line(signed_at=SIGNED, freight_minor=1_000, refunded_minor=5_000)
    wish = a_wish("quality_return", "quality", ClaimType.REFUND_SHIPPED)
    assert decided(wish, line, now=NOW).amount_minor == 16_000
    assert decided(but(wish, asked_minor=1_234), line, now=NOW).amount_minor == 1_234
    too_much = decided(but(wish, asked_minor=99_999), line, now=NOW)
    assert (too_much.amount_minor, codes(too_much)) == (16_000, ["asked_too_much"])


@pytest.mark.parametrize("claim_type", [ClaimType.EXCHANGE, ClaimType.RESHIP, ClaimType.REPAIR])
def test_goods_instead_of_money(claim_type):
    decision = decided(a_wish("quality_return", "quality", claim_type), a_line(signed_at=SIGNED), now=NOW)
    assert (decision.outcome, decision.amount_minor) == ("review", 0)
    assert decision.return_needed is (claim_type is not ClaimType.RESHIP)


# DOMAIN 1.7: (promise, category, merchant's answer, escalation) in hours
TIMERS = [
    ("no_reason_return", "womenswear-dress", 48, 168),
    ("quality_return", "womenswear-dress", 48, 168),
    ("quality_return", "fresh-fruit", 24, 24),
    ("fresh", "fresh-fruit", 24, 24),
    ("damaged", "fresh-fruit", 24, 24),
    ("allergy", "beauty-skincare", 48, 168),
]


@pytest.mark.parametrize(("promise", "category", "answer", "escalation"), TIMERS)
def test_fresh_goods_are_answered_faster(promise, category, answer, escalation):
    wish = a_wish(promise, bad_ratio_bps=1_000)
    timers = decided(wish, a_line(category, signed_at=SIGNED), now=NOW).timers
    assert (timers.merchant_answer_hours, timers.escalation_hours) == (answer, escalation)
    assert (timers.return_tracking_days, timers.inspection_days, timers.inspection_after_signed_hours) == (7, 10, 48)
    assert (timers.evidence_hours, timers.execution_hours, timers.attempts_max) == (24, 24, 5)


def test_the_two_profiles_answer_differently_where_domain_says_so():
    """Fresh 24 h against a window for each defect; photographs against a diagnosis; price protection or none."""
    signed = SIGNED
    fruit, cream = (
        a_line("fresh-fruit", signed_at=signed),
        a_line("beauty-skincare", signed_at=signed, amount_minor=149_000),
    )
    later = signed + timedelta(hours=30)
    assert [answered("fresh", fruit, now=later, profile=one).available for one in (ARTICLE, CURRENT)] == [False, True]
    assert [len(answered("allergy", cream, now=later, profile=one).evidence) for one in (ARTICLE, CURRENT)] == [2, 4]
    assert [answered("damaged", cream, now=later, profile=one).available for one in (ARTICLE, CURRENT)] == [False, True]


@pytest.mark.parametrize(
    ("paid", "rate", "least", "most", "owed"),
    [
        (10_000, 100, 200, 5_000, 200),
        (20_000, 100, 200, 5_000, 200),
        (20_050, 100, 200, 5_000, 201),
        (500_000, 100, 200, 5_000, 5_000),
        (600_000, 3_000, 1_000, 50_000, 50_000),
        (1_000, 1_300, 0, 30_000, 130),
        (1_000, 1_000, 0, None, 100),
    ],
)
def test_a_share_is_clamped(paid, rate, least, most, owed):
    assert clamped_share(paid, rate, min_minor=least, max_minor=most) == owed


def test_pieces_taken_one_by_one_are_exactly_the_whole():
    for total, whole in ((10_000, 3), (1, 7), (99_999, 13)):
        assert sum(part(total, whole, done, 1) for done in range(whole)) == total


def test_no_stage_is_due_in_time():
    stages = registry().promise("late_shipping").versions[-1].remedy.stages
    assert late_compensation(stages, 100_000, promised_hours=48, late=timedelta(0)) == 0
