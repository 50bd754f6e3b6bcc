"""What a claim is worth: one function a way of reckoning, named by the promise files. Pure; integers only.

Shares of pieces are cut from the running total (`floor(paid × (done + n) / all) − floor(paid × done / all)`), so that
however a line is taken apart, the parts are exactly the whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from anxin.kernel.clock import Instant
from anxin.kernel.money import BPS, share
from anxin.market.guarantee.domain.certificate import Reason
from anxin.market.guarantee.domain.facts import ClaimFacts, Evidence, LineFacts
from anxin.market.guarantee.domain.promises import RatioTier, Stage, Version

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sum:
    """What is owed: `goods_minor` and `outbound_minor` are the refund, `compensation_minor` comes on top."""

    goods_minor: int = 0
    outbound_minor: int = 0
    compensation_minor: int = 0
    reasons: tuple[Reason, ...] = ()


def part(total_minor: int, whole: int, done: int, pieces: int) -> int:
    """Return what `pieces` of `whole` are worth when `done` of them were taken before."""
    return total_minor * (done + pieces) // whole - total_minor * done // whole


def goods_value(line: LineFacts, pieces: int) -> int:
    """Return what was paid for some of the line's pieces that were not refunded yet."""
    return part(line.amount_minor, line.quantity, line.refunded_pieces, pieces)


def outbound_value(line: LineFacts, pieces: int) -> int:
    """Return these pieces' part of the freight of the way there."""
    return part(line.freight_minor, line.quantity, line.refunded_pieces, pieces)


def clamped_share(paid_minor: int, rate_bps: int, *, min_minor: int, max_minor: int | None) -> int:
    """Return a rate of what was paid, not below `min_minor` and not above `max_minor`."""
    least = max(min_minor, share(paid_minor, rate_bps))
    return least if max_minor is None else min(max_minor, least)


def tier_bps(tiers: tuple[RatioTier, ...], bad_bps: int) -> int:
    """Return the refund rate of the first tier that a bad part fits; what exceeds all of them is refunded wholly."""
    for tier in tiers:
        if bad_bps <= tier.bad_max_bps:
            return tier.refund_bps
    return BPS


def stages_for(stages: tuple[Stage, ...], promised_hours: int) -> tuple[Stage, ...]:
    """Return the stages for goods promised within so many hours: those of the narrowest class that holds them."""
    limits = [one.promise_hours_max for one in stages if one.promise_hours_max is not None]
    fitting = [limit for limit in limits if promised_hours <= limit]
    wanted = min(fitting) if fitting else None
    return tuple(one for one in stages if one.promise_hours_max == wanted)


def late_compensation(stages: tuple[Stage, ...], paid_minor: int, *, promised_hours: int, late: timedelta) -> int:
    """Return what lateness of this length has come to: each stage that was reached is paid (DOMAIN 1.10)."""
    reached = [one for one in stages_for(stages, promised_hours) if late > HOUR * one.after_hours]
    return sum(
        clamped_share(paid_minor, one.rate_bps, min_minor=one.min_minor, max_minor=one.max_minor) for one in reached
    )


def paid(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Sum:  # noqa: ARG001
    """The pieces at what was paid for them; at most the rule's part of it for a minor defect; medical cost on proof."""
    remedy = version.remedy
    goods = share(goods_value(line, claim.pieces), remedy.refund_bps)
    outbound = outbound_value(line, claim.pieces) if remedy.outbound_freight else 0
    owed = Sum(goods, outbound)
    if claim.minor_defect and remedy.minor_defect_max_bps is not None:
        limit = share(goods, remedy.minor_defect_max_bps)
        owed = Sum(limit, 0, 0, (_said("minor_defect", version, percent=remedy.minor_defect_max_bps // 100),))
    if remedy.medical and claim.medical_minor and Evidence.MEDICAL_BILL in claim.evidence:
        owed = replace(owed, compensation_minor=claim.medical_minor, reasons=(*owed.reasons, _said("medical", version)))
    return owed


def bad_part(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Sum:  # noqa: ARG001
    """Fresh goods by what is bad of them: counted pieces exactly, a bad ratio by tiers, some reasons wholly (DOMAIN 1.4)."""
    value = goods_value(line, claim.pieces)
    reason = version.reason(claim.reason, line.category)
    if reason is not None and reason.refund_bps is not None:
        return Sum(share(value, reason.refund_bps), 0, 0, (_said("whole_by_reason", version),))
    if claim.bad_pieces is not None and claim.total_pieces:
        bad = min(claim.bad_pieces, claim.total_pieces)
        said = _said("countable", version, bad=bad, total=claim.total_pieces)
        return Sum(value * bad // claim.total_pieces, 0, 0, (said,))
    ratio = BPS if claim.bad_ratio_bps is None else claim.bad_ratio_bps
    rate = tier_bps(version.remedy.ratio_tiers, ratio)
    return Sum(share(value, rate), 0, 0, (_said("bad_ratio", version, bad=ratio // 100, refund=rate // 100),))


def times_price(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Sum:
    """All that was paid, and N times the price on top with a least amount (消保法 55: three times, at least ¥500)."""
    remedy, owed = version.remedy, paid(version, line, claim, now)
    more = max(goods_value(line, claim.pieces) * remedy.compensation_times, remedy.compensation_min_minor)
    if remedy.compensation_max_minor is not None:
        more = min(more, remedy.compensation_max_minor)
    return replace(owed, compensation_minor=more, reasons=(_said("times", version, times=remedy.compensation_times),))


def price_difference(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Sum:  # noqa: ARG001
    """What the pieces cost less now than when they were bought (DOMAIN 1.8 art. 50)."""
    fallen = line.price_minor - (line.price_minor if claim.lower_price_minor is None else claim.lower_price_minor)
    return Sum(max(0, fallen) * claim.pieces)


def late_stages(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Sum:  # noqa: ARG001
    """A compensation for goods that were not shipped in the promised time; nothing of the price comes back."""
    late = lateness(line, now=now)
    if late is None or line.ship_by is None:
        return Sum()
    hours = promised_hours(line)
    return Sum(0, 0, late_compensation(version.remedy.stages, line.amount_minor, promised_hours=hours, late=late))


def nothing(version: Version, line: LineFacts, claim: ClaimFacts, now: Instant) -> Sum:  # noqa: ARG001
    """No sum of its own: the promise changes who pays for freight or who carries goods."""
    return Sum()


def lateness(line: LineFacts, *, now: Instant) -> timedelta | None:
    """Return by how much shipping is, or was, late; None where it is not."""
    if line.ship_by is None:
        return None
    late = (line.shipped_at or now) - line.ship_by
    return late if late > timedelta() else None


def promised_hours(line: LineFacts) -> int:
    """Return within how many hours of payment shipping was promised, rounded up."""
    if line.ship_by is None:
        return 0
    return -(-(line.ship_by - (line.paid_at or line.placed_at)) // HOUR)


Reckoning = Callable[[Version, LineFacts, ClaimFacts, Instant], Sum]

ARITHMETICS: Mapping[str, Reckoning] = {
    one.__name__: one for one in (paid, bad_part, times_price, price_difference, late_stages, nothing)
}


def _said(code: str, version: Version, **facts: int) -> Reason:
    return Reason(code, version.source, tuple((name, str(value)) for name, value in facts.items()))
