"""Claims of the pure machine after any steps: no database."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from anxin.kernel.clock import Instant, instant
from anxin.market.guarantee.domain.claim_acts import (
    Act,
    Apply,
    Compensate,
    Deduct,
    Effect,
    MoneyArrived,
    News,
    Purse,
    Refund,
    Reship,
    SendBack,
    Tell,
    Terms,
)
from anxin.market.guarantee.domain.claims import Claim, ClaimType, Turn, act, draft, status_code
from anxin.market.guarantee.domain.facts import Timers

NOON = instant(2026, 3, 2, 4)  # twelve o'clock in Shanghai
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SENT = SendBack("sf", "SF1000000001")
GOODS = Reship("sf", "SF2000000002")
ARRIVED = MoneyArrived(Purse.REFUND)
FRESH = Timers(merchant_answer_hours=24, escalation_hours=24)


def terms(kind: ClaimType = ClaimType.RETURN_REFUND, **changes: Any) -> Terms:
    """Two pieces of a line of three at ¥100 a piece; goods come back where the kind of claim has it so."""
    goods_back = kind in {ClaimType.RETURN_REFUND, ClaimType.EXCHANGE, ClaimType.REPAIR}
    plain = Terms(kind, 2, 3, 20_000, 30_000, 20_000, return_needed=goods_back)
    return replace(plain, **changes)


def after(*steps: Act, of: Terms | None = None, now: Instant = NOON) -> Turn:
    """Apply and take the steps, all at once; return the last turn."""
    asked = of or terms()
    turn = act(draft(asked), Apply(asked), now=now)
    for step in steps:
        turn = act(turn.claim, step, now=now)
    return turn


def claim(*steps: Act, of: Terms | None = None) -> Claim:
    """Return the claim after these steps."""
    return after(*steps, of=of).claim


def money(turn: Turn) -> list[Effect]:
    """Return the effects that move money or count it."""
    return [one for one in turn.effects if isinstance(one, Refund | Compensate | Deduct)]


def news(turn: Turn) -> list[News]:
    """Return what others are told."""
    return [one.news for one in turn.effects if isinstance(one, Tell)]


def codes(asked: Terms, *steps: Act) -> list[int]:
    """Return the platform's status codes along the way."""
    turn = act(draft(asked), Apply(asked), now=NOON)
    seen = [turn.claim]
    for step in steps:
        seen.append(act(seen[-1], step, now=NOON).claim)
    return [status_code(one.state, one.remedy, goods_back=one.goods_back) for one in seen]
