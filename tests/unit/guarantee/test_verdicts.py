"""What a verdict may say (DOMAIN 1.8), amount by amount."""

from dataclasses import replace

import pytest

from anxin.market.guarantee.book import arbitration_named
from anxin.market.guarantee.domain.arbitration import VerdictKind
from anxin.market.guarantee.domain.verdicts import (
    CaseFacts,
    Complaint,
    Verdict,
    bounds,
    check_verdict,
    needs_second_signature,
)

RULES = arbitration_named("current-2026")
K = VerdictKind
PAID = 149_000  # the article's case: ¥1,490.00
CASE = CaseFacts(
    paid_minor=PAID, refundable_minor=PAID, buyer_shows=frozenset({"photo"}), merchant_shows=frozenset({"logistics"})
)
SILENT = replace(CASE, buyer_shows=frozenset(), merchant_shows=frozenset())


def complaints(verdict: Verdict, facts: CaseFacts = CASE, **how: bool) -> list[Complaint]:
    return [objection.complaint for objection in check_verdict(verdict, facts, RULES, **how)]


CASES = [
    # article 16: a minor defect gives at most 30 % of what was paid
    (Verdict(K.PARTIAL_REFUND, "minor_defect", 44_700), CASE, []),
    (Verdict(K.PARTIAL_REFUND, "minor_defect", 44_701), CASE, [Complaint.REFUND_TOO_HIGH]),
    (Verdict(K.PARTIAL_REFUND, "minor_defect", 29), replace(CASE, paid_minor=99), []),  # 29.7 is rounded down
    (Verdict(K.PARTIAL_REFUND, "minor_defect", 30), replace(CASE, paid_minor=99), [Complaint.REFUND_TOO_HIGH]),
    (Verdict(K.PARTIAL_REFUND, "minor_defect", 0), CASE, [Complaint.REFUND_MISSING]),
    (Verdict(K.RETURN_REFUND, "minor_defect", PAID), CASE, [Complaint.WRONG_KIND]),
    # articles 58 to 60: the side that must show something has to
    (Verdict(K.RETURN_REFUND, "visible_defect", PAID), CASE, []),
    (Verdict(K.RETURN_REFUND, "visible_defect", PAID), SILENT, [Complaint.BURDEN_NOT_MET]),
    (Verdict(K.PARTIAL_REFUND, "visible_defect", 74_500), CASE, []),
    (Verdict(K.PARTIAL_REFUND, "visible_defect", 74_501), CASE, [Complaint.REFUND_TOO_HIGH]),
    (Verdict(K.RETURN_REFUND, "hidden_defect", PAID), CASE, [Complaint.BURDEN_NOT_MET]),  # a photograph shows nothing
    (Verdict(K.RETURN_REFUND, "hidden_defect", PAID), replace(CASE, buyer_shows=frozenset({"report"})), []),
    (Verdict(K.NO_SUPPORT, "buyer_silent"), SILENT, []),
    (Verdict(K.NO_SUPPORT, "buyer_silent"), CASE, [Complaint.NOT_SILENT]),
    (Verdict(K.NO_SUPPORT, "merchant_rebutted"), CASE, []),
    (Verdict(K.NO_SUPPORT, "merchant_rebutted"), SILENT, [Complaint.BURDEN_NOT_MET]),
    # article 18: no proof from the merchant, refund; words alone are no proof
    (Verdict(K.FULL_REFUND, "merchant_silent", PAID), SILENT, []),
    (Verdict(K.FULL_REFUND, "merchant_silent", PAID), replace(SILENT, merchant_shows=frozenset({"statement"})), []),
    (Verdict(K.FULL_REFUND, "merchant_silent", PAID), CASE, [Complaint.NOT_SILENT]),
    # article 17: refund without return
    (Verdict(K.FULL_REFUND, "not_worth_returning", PAID), CASE, []),
    (Verdict(K.FULL_REFUND, "not_worth_returning", PAID - 1), CASE, [Complaint.REFUND_NOT_ALL]),
    (Verdict(K.FULL_REFUND, "not_worth_returning", PAID + 1), CASE, [Complaint.REFUND_TOO_HIGH]),
    # what never left is sent as it was ordered, not a second time
    (Verdict(K.RESHIP, "visible_defect"), CASE, []),
    (Verdict(K.RESHIP, "visible_defect"), replace(CASE, shipped=False), [Complaint.NOT_THE_CASE]),
    (Verdict(K.RESHIP, "merchant_silent"), replace(SILENT, shipped=False), [Complaint.NOT_THE_CASE]),
    # articles 21 and 22: before shipping, on the way
    (Verdict(K.FULL_REFUND, "unshipped", PAID), CASE, [Complaint.NOT_THE_CASE]),
    (Verdict(K.FULL_REFUND, "unshipped", PAID), replace(CASE, shipped=False), []),
    (Verdict(K.FULL_REFUND, "intercepted", PAID), CASE, []),
    (Verdict(K.FULL_REFUND, "intercepted", PAID), replace(CASE, shipped=False), [Complaint.NOT_THE_CASE]),
    # article 13: risk before signing
    (Verdict(K.RESHIP, "not_delivered"), CASE, []),
    (Verdict(K.RESHIP, "not_delivered", 1), CASE, [Complaint.NO_REFUND_HERE]),
    # DOMAIN 1.4: fresh goods by the share that is bad
    (Verdict(K.PARTIAL_REFUND, "fresh_low", 44_700), replace(CASE, fresh=True), []),
    (Verdict(K.PARTIAL_REFUND, "fresh_low", 44_701), replace(CASE, fresh=True), [Complaint.REFUND_TOO_HIGH]),
    (Verdict(K.PARTIAL_REFUND, "fresh_middle", 74_500), replace(CASE, fresh=True), []),
    (Verdict(K.FULL_REFUND, "fresh_high", PAID), replace(CASE, fresh=True), []),
    (Verdict(K.FULL_REFUND, "fresh_high", PAID), CASE, [Complaint.NOT_THE_CASE]),
    # articles 66 and 67: at most 30 % and ¥200
    (Verdict(K.COMPENSATION, "poor_experience", 0, 20_000), CASE, []),
    (Verdict(K.COMPENSATION, "poor_experience", 0, 20_001), CASE, [Complaint.COMPENSATION_TOO_HIGH]),
    (
        Verdict(K.COMPENSATION, "poor_experience", 0, 3_001),
        replace(CASE, paid_minor=10_000),
        [Complaint.COMPENSATION_TOO_HIGH],
    ),
    (Verdict(K.COMPENSATION, "poor_experience", 0, 3_000), replace(CASE, paid_minor=10_000), []),
    (Verdict(K.COMPENSATION, "poor_experience"), CASE, [Complaint.COMPENSATION_MISSING]),
    (Verdict(K.RETURN_REFUND, "visible_defect", PAID, 20_000), CASE, []),  # a separate flow beside the refund
    (Verdict(K.NO_SUPPORT, "merchant_rebutted", 0, 1), CASE, [Complaint.COMPENSATION_TOO_HIGH]),
    # 消保法 55: three times the price, ¥500 at least
    (Verdict(K.FULL_REFUND, "counterfeit", PAID, 3 * PAID), replace(CASE, buyer_shows=frozenset({"report"})), []),
    (
        Verdict(K.FULL_REFUND, "counterfeit", PAID, 3 * PAID + 1),
        replace(CASE, buyer_shows=frozenset({"report"})),
        [Complaint.COMPENSATION_TOO_HIGH],
    ),
    (
        Verdict(K.FULL_REFUND, "counterfeit", 100, 50_000),
        CaseFacts(paid_minor=100, refundable_minor=100, buyer_shows=frozenset({"report"})),
        [],
    ),
    # what was given back before cannot be given back again
    (Verdict(K.FULL_REFUND, "not_worth_returning", 9_000), replace(CASE, refundable_minor=9_000), []),
    (
        Verdict(K.RETURN_REFUND, "visible_defect", 9_001),
        replace(CASE, refundable_minor=9_000),
        [Complaint.REFUND_TOO_HIGH],
    ),
    # wrong words
    (Verdict(K.FULL_REFUND, "because", PAID), CASE, [Complaint.UNKNOWN_REASON]),
    (Verdict(K.FULL_REFUND, "settled", PAID), CASE, [Complaint.UNKNOWN_REASON]),  # only the two sides can settle
    (Verdict(K.NO_SUPPORT, "merchant_rebutted", -1), CASE, [Complaint.NEGATIVE, Complaint.NO_REFUND_HERE]),
]


@pytest.mark.parametrize(("verdict", "facts", "expected"), CASES)
def test_a_verdict_keeps_to_the_rules(verdict: Verdict, facts: CaseFacts, expected: list[Complaint]) -> None:
    assert complaints(verdict, facts) == expected


def test_the_two_sides_may_settle_for_more_than_an_arbitrator_could_give() -> None:
    settlement = Verdict(K.PARTIAL_REFUND, "settled", 100_000)
    assert complaints(settlement, SILENT, between_parties=True) == []
    assert complaints(replace(settlement, refund_minor=PAID + 1), between_parties=True) == [Complaint.REFUND_TOO_HIGH]
    assert complaints(replace(settlement, reason="minor_defect"), between_parties=True) == [Complaint.UNKNOWN_REASON]
    never_left = replace(CASE, shipped=False)
    assert complaints(Verdict(K.EXCHANGE, "settled"), never_left, between_parties=True) == [Complaint.NOT_THE_CASE]


def test_bounds_name_the_most_of_every_reason_and_what_is_in_its_way() -> None:
    by_code = {found.reason.code: found for found in bounds(SILENT, RULES)}
    assert by_code["minor_defect"].refund_max_minor == 44_700
    assert by_code["minor_defect"].obstacles == (Complaint.BURDEN_NOT_MET,)
    assert by_code["poor_experience"].compensation_max_minor == 20_000
    assert by_code["counterfeit"].compensation_max_minor == 3 * PAID
    assert by_code["buyer_silent"].obstacles == ()
    assert "settled" not in by_code


def test_what_the_bounds_allow_passes_the_check() -> None:
    facts = CaseFacts(
        paid_minor=PAID,
        refundable_minor=PAID,
        fresh=True,
        buyer_shows=frozenset(RULES.evidence),
        merchant_shows=frozenset(RULES.evidence),
    )
    for found in bounds(facts, RULES):
        if found.obstacles or K.PARTIAL_REFUND not in found.reason.kinds:
            continue
        assert complaints(Verdict(K.PARTIAL_REFUND, found.reason.code, found.refund_max_minor), facts) == []


@pytest.mark.parametrize(
    ("verdict", "needed"),
    [
        (Verdict(K.FULL_REFUND, "merchant_silent", 199_999), False),
        (Verdict(K.FULL_REFUND, "merchant_silent", 200_000), True),
        (Verdict(K.FULL_REFUND, "merchant_silent", 190_000, 10_000), True),
        (Verdict(K.COMPENSATION, "poor_experience", 0, 20_000), False),
        (Verdict(K.COMPENSATION, "counterfeit", 0, 50_000), True),  # damages by law are never one person's decision
    ],
)
def test_large_sums_need_a_second_signature(verdict: Verdict, needed: bool) -> None:
    facts = CaseFacts(paid_minor=200_000, refundable_minor=200_000)
    assert needs_second_signature(verdict, facts, RULES) is needed
