"""What rules a claim out: the state of the line, the pieces asked for, what was not promised (DOMAIN 1.1, 1.7)."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders.guarantee import PLACED, SIGNED, a_line, a_wish, but, decided

from anxin.market.guarantee.domain.canonical import from_plain, to_plain
from anxin.market.guarantee.domain.deciding import terms_of, terms_of_case
from anxin.market.guarantee.domain.facts import ClaimType, LineFacts

HOUR = timedelta(hours=1)
NOW = SIGNED + HOUR


def codes(decision):
    return [one.code for one in decision.reasons]


# What rules a claim out: (facts of the line, facts of the wish, reason)
REFUSED = [
    ({"paid_at": None, "order_state": "awaiting_payment"}, {}, "not_paid"),
    ({"order_state": "cancelled"}, {}, "cancelled"),
    ({"refunded_minor": 20_000}, {}, "nothing_left"),
    ({"refunded_pieces": 1}, {}, "nothing_left"),
    ({"open_claim_id": UUID(int=9)}, {}, "claim_open"),
    ({"attempts": 5}, {}, "attempts"),
    ({}, {"claim_type": ClaimType.PRICE_PROTECTION}, "wrong_type"),
    ({}, {"reason": "haunted"}, "unknown_reason"),
    ({}, {"pieces": 0}, "pieces"),
    ({}, {"pieces": 2}, "pieces"),
    ({}, {"asked_minor": 0}, "nothing_asked"),
    ({}, {"asked_minor": -1}, "nothing_asked"),
]


@pytest.mark.parametrize(("line_facts", "wish_facts", "reason"), REFUSED)
def test_what_cannot_be_asked_is_denied_with_its_reason(line_facts, wish_facts, reason):
    line = a_line(**{"signed_at": SIGNED, **line_facts})
    decision = decided(but(a_wish("quality_return"), **wish_facts), line, now=NOW)
    assert (decision.outcome, codes(decision), decision.amount_minor) == ("deny", [reason], 0)


def test_four_attempts_still_leave_one():
    """DOMAIN 1.7: attempts per line ≤ 5."""
    line = a_line(signed_at=SIGNED, attempts=4)
    assert decided(a_wish("quality_return"), line, now=NOW).outcome == "review"


@pytest.mark.parametrize(
    ("claim_type", "line", "reason"),
    [
        (ClaimType.REFUND_SHIPPED, a_line(), "not_shipped"),
        (ClaimType.REFUND_UNSHIPPED, a_line(shipped_at=PLACED + HOUR), "shipped_already"),
        (ClaimType.RESHIP, a_line(), "not_shipped"),
    ],
)
def test_a_remedy_fits_where_the_goods_are(claim_type, line, reason):
    assert codes(decided(a_wish("before_signing", "", claim_type), line, now=PLACED + HOUR * 2)) == [reason]


def test_the_unshipped_rest_of_a_line_can_be_refunded_before_shipping():
    line = a_line(
        quantity=3, amount_minor=60_000, shipped_at=PLACED + HOUR, shipped_pieces=1, order_state="partly_shipped"
    )
    wish = a_wish("before_signing", "", ClaimType.REFUND_UNSHIPPED, pieces=2)
    assert decided(wish, line, now=PLACED + HOUR * 2).amount_minor == 40_000
    assert codes(decided(but(wish, pieces=3), line, now=PLACED + HOUR * 2)) == ["pieces"]


@pytest.mark.parametrize(
    ("claim_type", "refunded", "unsent", "most", "minor"),
    [
        (ClaimType.REFUND_SHIPPED, 0, 0, 1, 21_000),
        (ClaimType.RESHIP, 0, 0, 1, 21_000),
        (ClaimType.REFUND_UNSHIPPED, 0, 0, 2, 41_000),
        (ClaimType.PRICE_PROTECTION, 0, 0, 3, 61_000),
        (ClaimType.REFUND_SHIPPED, 1, 1, 1, 21_000),
        (ClaimType.REFUND_UNSHIPPED, 1, 1, 1, 21_000),
        (ClaimType.REFUND_SHIPPED, 1, 0, 0, 1_000),
        (ClaimType.REFUND_UNSHIPPED, 1, 0, 2, 41_000),
        (ClaimType.REFUND_SHIPPED, 2, 2, 1, 21_000),
    ],
)
def test_of_a_line_shipped_in_part_a_claim_is_about_what_left_or_about_what_did_not(
    claim_type, refunded, unsent, most, minor
):
    """Three pieces at ¥200.00 with ¥10.00 of freight, one of them sent: what the others cost stays with them."""
    line = a_line(
        quantity=3,
        amount_minor=60_000,
        freight_minor=1_000,
        shipped_at=PLACED + HOUR,
        shipped_pieces=1,
        order_state="partly_shipped",
        refunded_pieces=refunded,
        refunded_minor=refunded * 20_000,
        unsent_pieces=unsent,
    )
    assert (line.pieces_for(claim_type), line.minor_for(claim_type)) == (most, minor)
    if claim_type is ClaimType.PRICE_PROTECTION:
        return
    wish = a_wish("before_signing", "", claim_type, pieces=most + 1)
    assert codes(decided(wish, line, now=PLACED + HOUR * 2)) == ["pieces"]
    if most:
        assert decided(but(wish, pieces=most), line, now=PLACED + HOUR * 2).outcome != "deny"


@pytest.mark.parametrize(
    ("shipped", "refunded", "unsent_wanted", "kind", "most"),
    [
        (0, 0, False, ClaimType.REFUND_UNSHIPPED, 3),
        (1, 0, False, ClaimType.REFUND_SHIPPED, 1),
        (1, 0, True, ClaimType.REFUND_UNSHIPPED, 2),
        (1, 1, False, ClaimType.REFUND_UNSHIPPED, 2),
        (3, 0, False, ClaimType.REFUND_SHIPPED, 3),
        (3, 1, False, ClaimType.REFUND_SHIPPED, 2),
    ],
)
def test_the_platforms_own_case_is_about_what_is_there(shipped, refunded, unsent_wanted, kind, most):
    line = but(
        a_line(quantity=3, amount_minor=60_000),
        shipped_pieces=shipped,
        tracking_uploaded=shipped > 0,
        refunded_pieces=refunded,
        refunded_minor=refunded * 20_000,
    )
    terms = terms_of_case(line, most, unsent=unsent_wanted)
    assert (terms.type, terms.pieces_max, terms.refund_minor) == (kind, most, most * 20_000)
    assert terms.refund_max_minor == terms.refund_minor  # a full refund leaves the other pieces their money


def test_what_was_not_promised_is_denied_with_the_certificates_reason():
    line = a_line("fresh-fruit", signed_at=SIGNED)
    assert codes(decided(a_wish("no_reason_return"), line, now=NOW)) == ["excluded_fresh"]
    assert codes(decided(but(a_wish("fresh"), promise="free_lunch"), line, now=NOW)) == ["not_promised"]


def test_insurance_is_asked_for_by_nobody():
    joined = {"optins": frozenset({"freight_insurance"})}
    line = a_line(signed_at=SIGNED)
    wish = but(a_wish("quality_return"), promise="freight_insurance")
    assert codes(decided(wish, line, now=NOW, **joined)) == ["with_return"]


def test_a_decision_kept_before_parts_were_claimed_apart_comes_out_as_it_did():
    """Its facts do not say that they are apart: then all pieces of a line shipped in part were asked for at once."""
    line = a_line(quantity=3, amount_minor=60_000, shipped_at=PLACED + HOUR, shipped_pieces=1, parts_apart=False)
    wish = a_wish("before_signing", "", ClaimType.REFUND_SHIPPED, pieces=3)
    kept = {name: value for name, value in to_plain(line).items() if name != "parts_apart"}
    assert from_plain(LineFacts, kept) == line
    assert decided(wish, line, now=PLACED + HOUR * 2).amount_minor == 60_000
    assert codes(decided(wish, but(line, parts_apart=True), now=PLACED + HOUR * 2)) == ["pieces"]
    unsent = but(wish, claim_type=ClaimType.REFUND_UNSHIPPED)
    assert codes(decided(unsent, line, now=PLACED + HOUR * 2)) == ["pieces"]


def test_a_price_is_asked_back_for_what_left_and_what_waits():
    joined = {"optins": frozenset({"price_protection"})}
    line = a_line(quantity=3, amount_minor=60_000, shipped_at=PLACED + HOUR, shipped_pieces=1)
    wish = a_wish("price_protection", pieces=3, lower_price_minor=17_500, lower_price_at=PLACED + HOUR)
    terms = terms_of(wish, decided(wish, line, now=PLACED + HOUR * 2, **joined), line)
    assert (terms.pieces, terms.waiting_pieces) == (3, 2)
    assert terms_of(but(wish, pieces=1), decided(wish, line, now=PLACED + HOUR * 2, **joined), line).waiting_pieces == 1
