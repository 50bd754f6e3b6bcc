"""What a verdict may say: its kinds, its caps in the case at hand, the burden of proof and the second signature. Pure.

Every bound is DOMAIN 1.8 as written in `rules/arbitration-*.toml`; an Objection says which one a verdict breaks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from anxin.kernel.money import BPS
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.arbitration import Arbitration, Favours, Reason, VerdictKind, When
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.facts import ClaimType

GOODS_KINDS = (VerdictKind.RESHIP, VerdictKind.EXCHANGE, VerdictKind.REPAIR)
REFUND_KINDS = (VerdictKind.FULL_REFUND, VerdictKind.PARTIAL_REFUND, VerdictKind.RETURN_REFUND)
_GOODS = {
    VerdictKind.RESHIP: ClaimType.RESHIP,
    VerdictKind.EXCHANGE: ClaimType.EXCHANGE,
    VerdictKind.REPAIR: ClaimType.REPAIR,
}
SETTLED = "settled"  # between the two sides: what was returned stays returned, as with an offer that is taken
_KEEPS_GOODS = frozenset({VerdictKind.PARTIAL_REFUND, VerdictKind.COMPENSATION})  # the goods stay the buyer's
_GOODS_BACK = frozenset({VerdictKind.RETURN_REFUND, VerdictKind.EXCHANGE, VerdictKind.REPAIR})


@dataclass(frozen=True)
class Verdict:
    """What is decided: the remedy, its reason, and money in minor units. `freight` pays for sending goods back."""

    kind: VerdictKind
    reason: str
    refund_minor: int = 0
    compensation_minor: int = 0
    freight: Party = Party.MERCHANT
    note: str = ""

    @property
    def total_minor(self) -> int:
        """What the buyer gets in money."""
        return self.refund_minor + self.compensation_minor

    def same_as(self, other: "Verdict") -> bool:
        """Say whether the other verdict gives both sides the same, whatever its words."""
        mine = (self.kind, self.refund_minor, self.compensation_minor, self.freight)
        return mine == (other.kind, other.refund_minor, other.compensation_minor, other.freight)


@dataclass(frozen=True)
class CaseFacts:
    """What a verdict is checked against; amounts in minor units.

    `paid_minor` was paid for the goods in question, `refundable_minor` of it (freight included) has not gone back yet.
    `goods_back`: the shop has the goods, of which it accepted a part (`part_accepted`). `compensated`: by a verdict before.
    """

    paid_minor: int
    refundable_minor: int
    shipped: bool = True
    fresh: bool = False
    buyer_shows: frozenset[str] = frozenset()
    merchant_shows: frozenset[str] = frozenset()
    goods_back: bool = False
    part_accepted: bool = False
    compensated: bool = False

    def shows(self, party: Party) -> frozenset[str]:
        """Return the kinds of evidence one side has given."""
        return self.buyer_shows if party is Party.BUYER else self.merchant_shows


class Complaint(StrEnum):
    """Why a verdict cannot be given."""

    UNKNOWN_REASON = "unknown_reason"
    WRONG_KIND = "wrong_kind"  # the reason does not carry this kind of verdict
    NOT_THE_CASE = "not_the_case"  # shipped or fresh goods only, or the reverse
    BURDEN_NOT_MET = "burden_not_met"  # the side that must show something has not
    NOT_SILENT = "not_silent"  # the side said to have shown nothing has
    REFUND_MISSING = "refund_missing"
    REFUND_TOO_HIGH = "refund_too_high"
    REFUND_NOT_ALL = "refund_not_all"  # a full refund pays back everything
    NO_REFUND_HERE = "no_refund_here"
    COMPENSATION_MISSING = "compensation_missing"
    COMPENSATION_TOO_HIGH = "compensation_too_high"
    NEGATIVE = "negative"
    GOODS_UNDECIDED = "goods_undecided"  # the shop has the goods, and this would leave open whose they are
    COMPENSATED_BEFORE = "compensated_before"  # one claim pays once on top of a refund


@dataclass(frozen=True)
class Objection:
    """One bound that a verdict breaks; `limit_minor` is the amount it would have to keep to."""

    complaint: Complaint
    limit_minor: int | None = None


@dataclass(frozen=True)
class Bounds:
    """What one reason allows in the case at hand: for the form's live caps."""

    reason: Reason
    refund_max_minor: int
    compensation_max_minor: int
    obstacles: tuple[Complaint, ...] = ()


def check_verdict(
    verdict: Verdict, facts: CaseFacts, rules: Arbitration, *, between_parties: bool = False
) -> tuple[Objection, ...]:
    """Return what speaks against a verdict; nothing when it may be given.

    `between_parties` is a settlement: the two sides dispose of their own rights, so only money that exists binds them.
    """
    reason = rules.reasons.get(verdict.reason)
    if reason is None or (reason.favours is Favours.BOTH) != between_parties:
        return (Objection(Complaint.UNKNOWN_REASON),)
    return tuple(_objections(verdict, reason, facts, rules))


def bounds(facts: CaseFacts, rules: Arbitration) -> tuple[Bounds, ...]:
    """Return what every reason an arbitrator may use allows in this case, and what stands in its way."""
    return tuple(
        Bounds(
            reason, refund_max(reason, facts), compensation_max(reason, facts, rules), tuple(_obstacles(reason, facts))
        )
        for reason in rules.reasons.values()
        if reason.favours is not Favours.BOTH
    )


def refund_max(reason: Reason, facts: CaseFacts) -> int:
    """Return the most a partial refund for `reason` may be: its share of what was paid (rounded down), and what is left."""
    if not set(reason.kinds) & set(REFUND_KINDS):
        return 0
    if reason.refund_cap_bps == BPS:
        return facts.refundable_minor
    return min(facts.paid_minor * reason.refund_cap_bps // BPS, facts.refundable_minor)


def experience_max(facts: CaseFacts, rules: Arbitration) -> int:
    """Return the most that may be given for a poor experience (articles 66 and 67)."""
    return min(facts.paid_minor * rules.limits.experience_cap_bps // BPS, rules.limits.experience_cap_minor)


def compensation_max(reason: Reason, facts: CaseFacts, rules: Arbitration) -> int:
    """Return the most compensation for `reason`: damages by law where it carries them, else for the experience."""
    if reason.favours is Favours.MERCHANT:
        return 0
    damages = max(facts.paid_minor * reason.damages_bps // BPS, reason.damages_floor_minor)
    return max(damages, experience_max(facts, rules))


def needs_second_signature(verdict: Verdict, facts: CaseFacts, rules: Arbitration) -> bool:
    """Say whether a second arbitrator must sign: large sums, and compensation beyond that for a poor experience."""
    large = verdict.total_minor >= rules.limits.second_signature_minor
    return large or verdict.compensation_minor > experience_max(facts, rules)


def ruling_of(verdict: Verdict, claim_type: ClaimType) -> acts.Verdict:
    """Return what a verdict lets a claim of a type lead to."""
    return acts.Verdict(
        remedy=_remedy(verdict.kind, claim_type),
        refund_minor=verdict.refund_minor,
        compensation_minor=verdict.compensation_minor,
        return_needed=verdict.kind in _GOODS_BACK,
        goods_go_back=verdict.kind in _KEEPS_GOODS and verdict.reason != SETTLED,
    )


def _remedy(kind: VerdictKind, claim_type: ClaimType) -> ClaimType | None:
    """Return what the claim leads to; None supports the buyer in nothing."""
    if kind is VerdictKind.NO_SUPPORT:
        return None
    if kind is VerdictKind.RETURN_REFUND:
        return ClaimType.RETURN_REFUND
    if kind is VerdictKind.FULL_REFUND and claim_type is ClaimType.REFUND_UNSHIPPED:
        return ClaimType.REFUND_UNSHIPPED
    return _GOODS.get(kind, ClaimType.REFUND_SHIPPED)


def _objections(verdict: Verdict, reason: Reason, facts: CaseFacts, rules: Arbitration) -> Iterator[Objection]:
    if verdict.kind not in reason.kinds:
        yield Objection(Complaint.WRONG_KIND)
    if verdict.refund_minor < 0 or verdict.compensation_minor < 0:
        yield Objection(Complaint.NEGATIVE)
    yield from (Objection(complaint) for complaint in _obstacles(reason, facts))
    yield from _refund_objections(verdict, reason, facts)
    yield from _compensation_objections(verdict, reason, facts, rules)
    if verdict.kind in GOODS_KINDS and not facts.shipped:  # nothing left yet that could be sent again
        yield Objection(Complaint.NOT_THE_CASE)
    if reason.favours is not Favours.BOTH:
        yield from _goods_objections(verdict, facts)


def _goods_objections(verdict: Verdict, facts: CaseFacts) -> Iterator[Objection]:
    """A claim has one refund and one compensation, and goods that go back may have to be paid for by the other of them."""
    both = verdict.refund_minor > 0 and verdict.compensation_minor > 0
    if verdict.kind in _KEEPS_GOODS and facts.goods_back and (both or facts.part_accepted):
        yield Objection(Complaint.GOODS_UNDECIDED)
    if verdict.compensation_minor > 0 and facts.compensated:
        yield Objection(Complaint.COMPENSATED_BEFORE, 0)


def _obstacles(reason: Reason, facts: CaseFacts) -> Iterator[Complaint]:
    true = {When.SHIPPED: facts.shipped, When.UNSHIPPED: not facts.shipped, When.FRESH: facts.fresh}
    if not all(true[when] for when in reason.when):
        yield Complaint.NOT_THE_CASE
    bearer = Party.MERCHANT if reason.favours is Favours.MERCHANT else Party.BUYER
    if reason.shows and facts.shows(bearer).isdisjoint(reason.shows):
        yield Complaint.BURDEN_NOT_MET
    if reason.silent is not None and facts.shows(reason.silent) - {"statement"}:
        yield Complaint.NOT_SILENT


def _refund_objections(verdict: Verdict, reason: Reason, facts: CaseFacts) -> Iterator[Objection]:
    refund, left = verdict.refund_minor, facts.refundable_minor
    if verdict.kind not in REFUND_KINDS:
        if refund:
            yield Objection(Complaint.NO_REFUND_HERE, 0)
        return
    if refund <= 0:
        yield Objection(Complaint.REFUND_MISSING)
    if verdict.kind is VerdictKind.FULL_REFUND and 0 < refund < left:
        yield Objection(Complaint.REFUND_NOT_ALL, left)
    limit = refund_max(reason, facts) if verdict.kind is VerdictKind.PARTIAL_REFUND else left
    if refund > limit:
        yield Objection(Complaint.REFUND_TOO_HIGH, limit)


def _compensation_objections(
    verdict: Verdict, reason: Reason, facts: CaseFacts, rules: Arbitration
) -> Iterator[Objection]:
    if verdict.kind is VerdictKind.COMPENSATION and verdict.compensation_minor == 0:
        yield Objection(Complaint.COMPENSATION_MISSING)
    limit = compensation_max(reason, facts, rules)
    if verdict.compensation_minor > limit:
        yield Objection(Complaint.COMPENSATION_TOO_HIGH, limit)
