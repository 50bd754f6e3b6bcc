"""The decision about a claim: a pure function of the certificate, the line, the wish and the moment.

A decision is kept with its inputs and can be replayed to the same result.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain import asking
from anxin.market.guarantee.domain.arithmetic import ARITHMETICS, Sum, lateness
from anxin.market.guarantee.domain.certificate import Certificate, Entry, Reason
from anxin.market.guarantee.domain.claim_acts import Terms
from anxin.market.guarantee.domain.clock import span
from anxin.market.guarantee.domain.facts import (
    DEFAULT_TIMERS,
    ClaimFacts,
    ClaimType,
    Evidence,
    FreightPayer,
    LineFacts,
    Payer,
    RiskFacts,
    Timers,
)
from anxin.market.guarantee.domain.promises import Asking, Granting, Version

TRAVELS_BACK = frozenset({ClaimType.RETURN_REFUND, ClaimType.EXCHANGE, ClaimType.REPAIR})
GOODS_INSTEAD = frozenset(
    {ClaimType.EXCHANGE, ClaimType.RESHIP, ClaimType.REPAIR}
)  # no money, the goods are made right
FREIGHT_INSURANCE = "freight_insurance"
FRESH = "fresh"


class Outcome(StrEnum):
    """What follows from the rules alone."""

    GRANT = "grant"  # at once, nobody is asked
    REVIEW = "review"  # the merchant answers first; silence agrees
    NEED_EVIDENCE = "need_evidence"  # `evidence` is missing
    DENY = "deny"  # nothing of this kind was promised, or its time is over


@dataclass(frozen=True, slots=True)
class Decision:
    """What a claim is worth and how it goes on. Not `refusable`: the merchant may answer, but not say no.

    `amount_minor` is the whole refund (never more than the line still holds), of which `outbound_freight_minor` is the
    way there; `compensation_minor` is paid apart from it. `payers` in the order in which they are asked.
    """

    outcome: Outcome
    promise: str
    version: int
    amount_minor: int = 0
    outbound_freight_minor: int = 0
    compensation_minor: int = 0
    freight_payer: FreightPayer = FreightPayer.NOBODY
    return_needed: bool = False
    refusable: bool = True
    payers: tuple[Payer, ...] = ()
    reasons: tuple[Reason, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # still missing
    timers: Timers = DEFAULT_TIMERS
    until: Instant | None = None  # when the promise could last be asked for


def decide(certificate: Certificate, line: LineFacts, claim: ClaimFacts, *, now: Instant) -> Decision:
    """Decide a claim by what was promised. Pure: the same arguments give the same decision for ever."""
    entry = certificate.entry(claim.promise)
    if entry is None:
        return Decision(Outcome.DENY, claim.promise, 0, reasons=(Reason("not_promised"),))
    version = entry.terms
    if version is None or not entry.given:
        return Decision(Outcome.DENY, claim.promise, entry.version, reasons=entry.reasons)
    against = _against(version, line, claim, now)
    if against is not None:
        until = asking.span_of(version, version.reason(claim.reason, line.category), line).until
        return Decision(Outcome.DENY, claim.promise, version.version, reasons=(against,), until=until)
    return _worth(certificate, entry, version, line, claim, now)


def terms_of(wish: ClaimFacts, decision: Decision, line: LineFacts) -> Terms:
    """Return the terms on which a claim lives that follows from a decision about a line as it stands."""
    waiting = line.pieces_for(ClaimType.REFUND_UNSHIPPED) if wish.claim_type is ClaimType.PRICE_PROTECTION else 0
    return Terms(
        type=wish.claim_type,
        pieces=wish.pieces,
        pieces_max=line.pieces_for(wish.claim_type),
        waiting_pieces=min(wish.pieces, waiting),
        refund_minor=decision.amount_minor,
        refund_max_minor=max(decision.amount_minor, line.minor_for(wish.claim_type)),
        worth_minor=line.price_minor * wish.pieces,
        compensation_minor=decision.compensation_minor,
        return_needed=decision.return_needed,
        refusable=decision.refusable,
        closes_without_evidence=FRESH in line.flags,
        timers=decision.timers,
    )


def kind_of_case(line: LineFacts, *, unsent: bool = False) -> ClaimType:
    """Return what the platform's own claim is about: what left, or what did not where nothing else is there or asked for."""
    shipped = line.pieces_for(ClaimType.REFUND_SHIPPED) and not unsent
    return ClaimType.REFUND_SHIPPED if shipped else ClaimType.REFUND_UNSHIPPED


def terms_of_case(line: LineFacts, pieces: int, *, unsent: bool = False) -> Terms:
    """Return the terms of a claim that the platform opens by itself: all that the pieces cost, and no rule has decided."""
    kind = kind_of_case(line, unsent=unsent)
    worth_minor = line.price_minor * pieces
    refund_minor = min(worth_minor, line.open_minor)
    return Terms(
        type=kind,
        pieces=pieces,
        pieces_max=line.pieces_for(kind),
        refund_minor=refund_minor,
        refund_max_minor=max(refund_minor, line.minor_for(kind)),
        worth_minor=worth_minor,
        closes_without_evidence=FRESH in line.flags,
    )


def _against(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Reason | None:
    """Return the first thing that rules the claim out, from the general to the particular."""
    return (
        asking.obstacle(version, line)
        or _wrong_wish(version, line, claim)
        or _out_of_time(version, line, claim, now)
        or _no_ground(version, line, claim, now)
    )


def _wrong_wish(version: Version, line: LineFacts, claim: ClaimFacts) -> Reason | None:
    if version.asking is Asking.WITH_RETURN:
        return Reason("with_return", version.source)
    if version.claim_types and claim.claim_type not in version.claim_types:
        return Reason("wrong_type", version.source)
    if version.reason(claim.reason, line.category) is None:
        return Reason("unknown_reason", version.source)
    return (asking.misplaced(claim.claim_type, line) if version.claim_types else None) or _wrong_pieces(
        version, line, claim
    )


def _wrong_pieces(version: Version, line: LineFacts, claim: ClaimFacts) -> Reason | None:
    most = line.pieces_for(claim.claim_type) if version.claim_types else line.open_pieces
    if not 1 <= claim.pieces <= most:
        return Reason("pieces", facts=(("most", str(most)),))
    return Reason("nothing_asked") if claim.asked_minor is not None and claim.asked_minor <= 0 else None


def _out_of_time(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Reason | None:
    laid = asking.span_of(version, version.reason(claim.reason, line.category), line)
    return asking.out_of_time(version, laid, now=now)


def _no_ground(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Reason | None:
    arithmetic = version.remedy.arithmetic
    if version.remedy.intact and claim.intact is False:
        return Reason("not_intact", version.remedy.intact)
    if arithmetic == "late_stages" and lateness(line, now=now) is None:
        return Reason("not_late", version.source)
    if arithmetic == "price_difference":
        return _no_lower_price(version, line, claim)
    return None


def _no_lower_price(version: Version, line: LineFacts, claim: ClaimFacts) -> Reason | None:
    if claim.lower_price_minor is None or claim.lower_price_minor >= line.price_minor:
        return Reason("no_lower_price", version.source)
    laid = span(version.window, line)
    seen = claim.lower_price_at
    outside = seen is not None and (laid.is_early(seen) or laid.is_over(seen))
    return Reason("lower_price_outside", version.source) if outside else None


def _worth(
    certificate: Certificate, entry: Entry, version: Version, line: LineFacts, claim: ClaimFacts, now: Instant
) -> Decision:
    owed = ARITHMETICS[version.remedy.arithmetic](version, line, claim, now)
    goods, outbound, said = _bounded(owed, line, claim)
    decision = Decision(
        outcome=Outcome.REVIEW,
        promise=version.promise,
        version=version.version,
        amount_minor=goods + outbound,
        outbound_freight_minor=outbound,
        compensation_minor=owed.compensation_minor,
        freight_payer=_freight(certificate, version, line, claim, now),
        return_needed=claim.claim_type in TRAVELS_BACK,
        payers=version.payers,
        reasons=(*owed.reasons, *said, *(one for one in entry.reasons if one.code == "not_confirmed")),
        timers=version.timers_for(line.flags),
        until=asking.span_of(version, version.reason(claim.reason, line.category), line).until,
    )
    return _weighed(decision, version, line, claim)


def _bounded(owed: Sum, line: LineFacts, claim: ClaimFacts) -> tuple[int, int, tuple[Reason, ...]]:
    """Return (goods, outbound freight) of the refund: what was asked, within what it is worth and what is left."""
    if claim.claim_type in GOODS_INSTEAD:
        return 0, 0, ()
    worth = owed.goods_minor + owed.outbound_minor
    limit = min(worth, line.open_minor)
    total = limit if claim.asked_minor is None else min(claim.asked_minor, limit)
    said = (Reason("asked_too_much"),) if claim.asked_minor is not None and claim.asked_minor > limit else ()
    goods = min(owed.goods_minor, total)
    return goods, total - goods, said


def _freight(
    certificate: Certificate, version: Version, line: LineFacts, claim: ClaimFacts, now: Instant
) -> FreightPayer:
    """Return who pays the way back: an active policy first, else whoever the promise names (DOMAIN 1.8 art. 42-46)."""
    if claim.claim_type not in TRAVELS_BACK:
        return FreightPayer.NOBODY
    insured = certificate.entry(FREIGHT_INSURANCE)
    if line.insured and insured is not None and insured.given and insured.terms is not None:
        laid = span(insured.terms.window, line)
        if not laid.is_early(now) and not laid.is_over(now):
            return FreightPayer.INSURER
    return version.freight


def _weighed(decision: Decision, version: Version, line: LineFacts, claim: ClaimFacts) -> Decision:
    """Return the decision with its outcome: missing proof first, then the merchant's duty, then how it is granted."""
    missing = tuple(one for one in version.evidence_for(line.amount_minor) if one not in claim.evidence)
    if missing:
        return replace(decision, outcome=Outcome.NEED_EVIDENCE, evidence=missing)
    if version.merchant_duty:
        return _burden(decision, version, claim)
    if version.granting is Granting.UNREFUSABLE or _cannot_be_refused(version, claim):
        return replace(decision, refusable=False)
    if version.granting is Granting.AT_ONCE:
        doubt = _doubt(decision, version, line, claim.risk)
        if doubt is None:
            return replace(decision, outcome=Outcome.GRANT, refusable=False)
        return replace(decision, reasons=(*decision.reasons, doubt))
    return decision


def _burden(decision: Decision, version: Version, claim: ClaimFacts) -> Decision:
    """The merchant shows one of the papers or pays; then the buyer's report is asked for (DOMAIN 1.1, 1.8 art. 58-60)."""
    shown = not claim.merchant_evidence.isdisjoint(version.merchant_duty)
    if not shown:
        if claim.merchant_refused:
            return _also(replace(decision, outcome=Outcome.GRANT, refusable=False), "no_proof", version)
        return decision
    wanted = version.rebuttal
    if wanted is not None and wanted not in claim.evidence:
        rebutted = replace(decision, outcome=Outcome.NEED_EVIDENCE, evidence=(wanted,))
        return _also(rebutted, "merchant_showed", version)
    return _also(decision, "proofs_disagree" if wanted is not None else "merchant_showed", version)


def burden_moved(decision: Decision) -> Outcome | None:
    """Say what a refusal is by the burden of proof: an agreement, a question to the buyer; None where it stays a refusal."""
    moved = {reason.code for reason in decision.reasons} & {"no_proof", "merchant_showed"}
    return decision.outcome if moved and decision.outcome is not Outcome.REVIEW else None


def _cannot_be_refused(version: Version, claim: ClaimFacts) -> bool:
    least = version.remedy.remaining_full_bps
    return least is not None and claim.remaining_bps is not None and claim.remaining_bps >= least


def _doubt(decision: Decision, version: Version, line: LineFacts, risk: RiskFacts) -> Reason | None:
    """Return why a person should look before money moves, or None."""
    cap = _cap(version, line.category)
    if cap is not None and decision.amount_minor > cap:
        return Reason("over_cap", version.source, (("cap_minor", str(cap)),))
    gate = version.risk
    if risk.buyer_flagged or risk.shop_flagged:
        return Reason("risk", version.source)
    if gate is not None and (
        risk.buyer_instant_refunds_30d > gate.buyer_instant_refunds_30d_max
        or risk.buyer_refund_rate_bps > gate.buyer_refund_rate_bps_max
    ):
        return Reason("risk", version.source)
    return None


def _cap(version: Version, category: str) -> int | None:
    caps = version.remedy.category_caps_minor
    return caps.get(category, caps.get(category.partition("-")[0], version.remedy.cap_minor))


def _also(decision: Decision, code: str, version: Version) -> Decision:
    return replace(decision, reasons=(*decision.reasons, Reason(code, version.source)))
