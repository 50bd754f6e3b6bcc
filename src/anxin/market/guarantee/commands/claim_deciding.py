"""From a buyer's wish to the terms of a claim: which promise stands behind it, and what the rules make of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.catalog import queries as catalog
from anxin.market.guarantee.commands.decisions import Case, keep_decision
from anxin.market.guarantee.domain.asking import may_be_asked
from anxin.market.guarantee.domain.claim_acts import Terms
from anxin.market.guarantee.domain.deciding import Decision, Outcome, decide, terms_of
from anxin.market.guarantee.domain.facts import ClaimFacts, ClaimType, Evidence, RiskFacts
from anxin.market.guarantee.errors.claims import ClaimDenied, EvidenceMissing
from anxin.market.guarantee.models.claims import Claim as ClaimRow
from anxin.market.orders.queries import LineFacts as OrderLine
from anxin.market.orders.queries import paid_orders_since

RISK_WINDOW = timedelta(days=30)
HABIT_WINDOW = timedelta(days=90)
HABIT_ORDERS_MIN = 5  # with fewer orders a rate says nothing


@dataclass(frozen=True)
class Wish:
    """What a buyer asks for pieces of a line, and why; without a `promise` the one that serves him best is taken.

    `asked_minor` None asks for all that the rules give. `bad_pieces` of `total_pieces`, or `bad_ratio_bps`, is the bad part
    of fresh goods; `remaining_bps` what is left of a product.
    """

    type: ClaimType
    reason: str
    pieces: int = 1
    promise: str = ""
    asked_minor: int | None = None
    bad_pieces: int | None = None
    total_pieces: int | None = None
    bad_ratio_bps: int | None = None
    remaining_bps: int | None = None
    medical_minor: int = 0


@dataclass(frozen=True)
class Decided:
    """A decision that was kept, and the terms that follow from it."""

    decision_id: UUID
    decision: Decision
    terms: Terms


def wish_of(wish: Wish, line: OrderLine, *, person_id: UUID, shown: Sequence[str], now: Instant) -> ClaimFacts:
    """Return what the rules are told: the wish, what was shown, today's price and the habits of both sides."""
    lower_minor = _price_now(line, now) if wish.type is ClaimType.PRICE_PROTECTION else None
    return ClaimFacts(
        promise=wish.promise,
        claim_type=wish.type,
        reason=wish.reason,
        pieces=wish.pieces,
        asked_minor=wish.asked_minor,
        bad_pieces=wish.bad_pieces,
        total_pieces=wish.total_pieces,
        bad_ratio_bps=wish.bad_ratio_bps,
        remaining_bps=wish.remaining_bps,
        medical_minor=wish.medical_minor,
        evidence=frozenset(map(Evidence, shown)),
        lower_price_minor=lower_minor,
        lower_price_at=now if lower_minor is not None else None,
        risk=risk_of(person_id, now=now),
    )


def choose_promise(wish: ClaimFacts, case: Case, *, now: Instant) -> ClaimFacts:
    """Return the wish under the promise that serves the buyer best, if he named none.

    What is granted at once comes before what cannot be refused, that before what is reviewed. Raises ClaimDenied where
    no promise knows the reason for this kind of claim, or the named one pays by itself.
    """
    line, certificate = case.line, case.certificate
    if not may_be_asked(certificate, wish.promise):
        raise ClaimDenied(wish.promise, (("by_itself", ""),))
    if wish.promise:
        return wish
    known = [
        entry.promise
        for entry in certificate.entries
        if entry.terms and wish.claim_type in entry.terms.claim_types and entry.terms.reason(wish.reason, line.category)
    ]
    if not known:
        raise ClaimDenied("", (("unknown_reason", ""),))
    tried = [(promise, decide(certificate, line, replace(wish, promise=promise), now=now)) for promise in known]
    best = min(tried, key=lambda one: rank_of(one[1]))
    return replace(wish, promise=best[0])


def decided(case: Case, wish: ClaimFacts, *, claim_id: UUID, now: Instant) -> Decided:
    """Decide a wish, keep the decision and return the terms of the claim. Raises ClaimDenied, EvidenceMissing."""
    kept = keep_decision(case, wish, claim_id=claim_id, now=now)
    decision = kept.decision
    if decision.outcome is Outcome.DENY:
        raise ClaimDenied(decision.promise, tuple((one.code, one.source) for one in decision.reasons))
    if decision.outcome is Outcome.NEED_EVIDENCE:
        raise EvidenceMissing(tuple(decision.evidence))
    return Decided(kept.id, decision, terms_of(wish, decision, case.line))


def risk_of(person_id: UUID, *, now: Instant) -> RiskFacts:
    """Return how a buyer has used refunds: at once within a month, and as a share of the orders of three months."""
    claims = ClaimRow.objects.filter(person_id=person_id)
    instant = claims.filter(type=ClaimType.REFUND_UNSHIPPED, automatic=True, applied_at__gt=now - RISK_WINDOW).count()
    bought = paid_orders_since(person_id, now - HABIT_WINDOW)
    if bought < HABIT_ORDERS_MIN:
        return RiskFacts(buyer_instant_refunds_30d=instant)
    given_back = claims.filter(refund_minor__gt=0, state="done", applied_at__gt=now - HABIT_WINDOW)
    refunded = given_back.values("order_id").distinct().count()
    return RiskFacts(buyer_instant_refunds_30d=instant, buyer_refund_rate_bps=min(10_000, refunded * 10_000 // bought))


def rank_of(decision: Decision) -> int:
    """Return how well a decision serves the buyer: smaller is better."""
    if decision.outcome is Outcome.REVIEW:
        return 2 if decision.refusable else 1
    return {Outcome.GRANT: 0, Outcome.NEED_EVIDENCE: 3}.get(decision.outcome, 4)


def _price_now(line: OrderLine, now: Instant) -> int | None:
    """Return what a piece costs today; None where it is not for sale any more."""
    offer = next(iter(catalog.offers([line.sku_id], now=now)), None)
    return offer.price_minor if offer is not None else None
