"""Laws of decisions: replayed from what is kept they are identical, and never more than was paid."""

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.builders.guarantee import ARTICLE, CURRENT, PLACED, a_certificate, a_line, flags_of, registry

from anxin.market.guarantee.domain import canonical
from anxin.market.guarantee.domain.asking import what_can_i_ask
from anxin.market.guarantee.domain.certificate import from_json, to_json, verifies
from anxin.market.guarantee.domain.deciding import Decision, Outcome, decide
from anxin.market.guarantee.domain.facts import ClaimFacts, ClaimType, Evidence, LineFacts, RiskFacts

CATEGORIES = (
    "womenswear-dress",
    "fresh-fruit",
    "fresh-seafood",
    "beauty-skincare",
    "digital-phone",
    "gifts-photo",
    "virtual-topup",
    "home-tableware",
)
CODES = tuple(one.code for one in registry().promises)
REASONS = tuple(
    {reason.code for one in registry().promises for version in one.versions for reason in version.reasons} | {"haunted"}
)
minutes = st.integers(0, 200 * 24 * 60).map(lambda number: PLACED + timedelta(minutes=number))
maybe = st.one_of


@st.composite
def lines(draw):
    quantity = draw(st.integers(1, 5))
    price = draw(st.integers(1, 2_000_000))
    refunded = draw(st.integers(0, quantity))
    shipped = draw(maybe(st.none(), minutes))
    signed = draw(maybe(st.none(), minutes)) if shipped else None
    return a_line(
        draw(st.sampled_from(CATEGORIES)),
        quantity=quantity,
        price_minor=price,
        amount_minor=price * quantity,
        freight_minor=draw(st.integers(0, 5_000)),
        order_state=draw(st.sampled_from(("paid", "shipped", "completed", "cancelled"))),
        shipped_at=shipped,
        tracking_uploaded=shipped is not None,
        shipped_pieces=quantity if shipped else 0,
        signed_at=signed,
        refunded_pieces=refunded,
        refunded_minor=draw(st.integers(0, price * quantity)),
        attempts=draw(st.integers(0, 6)),
        ship_by=draw(maybe(st.none(), minutes)),
        ripens_at=draw(maybe(st.none(), minutes)),
        insured=draw(st.booleans()),
        after_sale_days=draw(st.sampled_from((2, 7, 15, 60))),
    )


@st.composite
def wishes(draw):
    total = draw(maybe(st.none(), st.integers(1, 60)))
    return ClaimFacts(
        promise=draw(st.sampled_from(CODES)),
        claim_type=draw(st.sampled_from(ClaimType)),
        reason=draw(st.sampled_from(REASONS)),
        pieces=draw(st.integers(0, 6)),
        asked_minor=draw(maybe(st.none(), st.integers(-1, 3_000_000))),
        bad_pieces=draw(maybe(st.none(), st.integers(0, 60))),
        total_pieces=total,
        bad_ratio_bps=draw(maybe(st.none(), st.integers(0, 10_000))),
        remaining_bps=draw(maybe(st.none(), st.integers(0, 10_000))),
        minor_defect=draw(st.booleans()),
        intact=draw(st.sampled_from((None, True, False))),
        evidence=draw(st.frozensets(st.sampled_from(Evidence))),
        merchant_evidence=draw(st.frozensets(st.sampled_from(Evidence))),
        merchant_refused=draw(st.booleans()),
        lower_price_minor=draw(maybe(st.none(), st.integers(0, 2_000_000))),
        lower_price_at=draw(maybe(st.none(), minutes)),
        medical_minor=draw(st.integers(0, 100_000)),
        risk=RiskFacts(
            draw(st.integers(0, 20)), draw(st.integers(0, 10_000)), draw(st.booleans()), draw(st.booleans())
        ),
    )


def certificate_of(line, profile):
    return a_certificate(
        line.category,
        profile,
        flags=flags_of(line.category),
        shop_type="flagship",
        score=9_000,
        optins=frozenset({"freight_insurance", "price_protection"}),
    )


def through_json(kind, value):
    return canonical.from_plain(kind, json.loads(canonical.text_of(value)))


@given(lines(), wishes(), minutes, st.sampled_from((ARTICLE, CURRENT)))
def test_a_decision_replayed_from_its_stored_json_is_identical(line, wish, now, profile):
    certificate = certificate_of(line, profile)
    terms = {one.terms.hash: through_json(type(one.terms), one.terms) for one in certificate.entries if one.terms}
    kept = from_json(json.loads(canonical.text_of(to_json(certificate))), terms, certificate.hash)
    assert verifies(kept)
    assert kept == certificate
    decision = decide(certificate, line, wish, now=now)
    again = decide(kept, through_json(LineFacts, line), through_json(ClaimFacts, wish), now=now)
    assert again == decision == through_json(Decision, decision)
    assert canonical.fingerprint(again) == canonical.fingerprint(decision)


@given(lines(), wishes(), minutes, st.sampled_from((ARTICLE, CURRENT)))
def test_a_refund_is_never_more_than_the_line_still_holds(line, wish, now, profile):
    decision = decide(certificate_of(line, profile), line, wish, now=now)
    assert 0 <= decision.outbound_freight_minor <= decision.amount_minor <= line.open_minor
    assert decision.compensation_minor >= 0
    if decision.outcome is Outcome.DENY:
        assert (decision.amount_minor, decision.compensation_minor) == (0, 0)
        assert decision.reasons
    if wish.asked_minor is not None:
        assert decision.amount_minor <= max(0, wish.asked_minor)


@given(lines(), wishes(), minutes, st.sampled_from((ARTICLE, CURRENT)))
def test_what_is_answered_with_no_is_denied(line, wish, now, profile):
    certificate = certificate_of(line, profile)
    answers = {one.promise: one for one in what_can_i_ask(certificate, line, now=now)}
    assert set(answers) == {one.promise for one in certificate.entries}
    if not answers[wish.promise].available:
        assert decide(certificate, line, wish, now=now).outcome is Outcome.DENY
    for one in answers.values():
        assert one.reasons
        assert one.available or not one.claim_types
