"""What several steps of a claim have in common: pay, close, owe goods, move on. Pure; the steps are in `claims.py`."""

from dataclasses import replace
from datetime import timedelta

from anxin.kernel.clock import Instant
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.domain.claim_acts import (
    Clock,
    Closing,
    Compensate,
    Deduct,
    Effect,
    FreeOrder,
    News,
    Note,
    Purse,
    Refund,
    Restock,
    SetClock,
    StopClock,
    Tell,
)
from anxin.market.guarantee.domain.claim_life import LIFE, Claim, ClaimState, Debt, Turn
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.errors.claims import BadAmount

RESHIP_WITHIN = timedelta(days=7)  # then what should have been sent is paid for instead [CHOICE]
GIVE_BACK_WITHIN = timedelta(days=7)  # then what the merchant keeps is paid for [CHOICE, as of RESHIP_WITHIN]

SENDS_GOODS = frozenset({ClaimType.EXCHANGE, ClaimType.RESHIP, ClaimType.REPAIR})


def grant(claim: Claim, now: Instant) -> Turn:
    """Go on towards the remedy: goods back first where they are needed, then other goods or money."""
    timers = claim.terms.timers
    if claim.terms.return_needed and not claim.goods_back:
        return move(claim, "await_return", Clock.RETURN_TRACKING, now + timedelta(days=timers.return_tracking_days))
    if claim.remedy not in SENDS_GOODS:
        return pay(claim, now)
    if claim.state is ClaimState.DISPUTED:  # what was decided has to be done within a day (DOMAIN 1.7)
        return move(claim, "await_reship", Clock.EXECUTION, now + timedelta(hours=timers.execution_hours))
    return move(claim, "await_reship", Clock.RESHIP, now + RESHIP_WITHIN)


def pay(claim: Claim, now: Instant) -> Turn:
    """Have the money sent; the line loses amount and pieces at this moment, once."""
    paying = move(claim, "pay", Clock.MONEY_RETRY, money_by(claim, now))
    if claim.refund.arrived:  # the accepted part was deducted then; pieces that the merchant still has are his now
        spent = claim.unaccepted_pieces if claim.goods_back else 0
        kept = replace(paying.claim, accepted_pieces=claim.terms.pieces)
        return _sent(_deducted(Turn(kept, paying.effects), 0, spent))
    return _sent(_deducted(paying, claim.refund.minor, pieces_spent(claim)))


def _deducted(paying: Turn, minor: int, spent: int) -> Turn:
    """Take money and pieces off the line; what of them was never sent can be sold again."""
    unsent = paying.claim.unsent_of(spent)
    return paying.then(Deduct(minor, spent), *((Restock(unsent),) if unsent else ()))


def _sent(paying: Turn) -> Turn:
    """Send the money; what cost nothing (a gift) has none to wait for."""
    money = due_money(paying.claim)
    if money:
        return paying.then(*money)
    finished = finish(paying.claim)
    return Turn(finished.claim, (*paying.effects, *finished.effects))


def due_money(claim: Claim) -> tuple[Effect, ...]:
    """Return the payments that are still to be made, in their rounds."""
    refund, compensation = claim.refund, claim.compensation
    back = (Refund(refund.minor, refund.round),) if refund.is_open else ()
    on_top = (Compensate(compensation.minor, compensation.round),) if compensation.is_open else ()
    return (*back, *on_top)


def pieces_spent(claim: Claim) -> int:
    """Pieces that were returned, never sent or paid back in full can neither be claimed nor shipped again."""
    if claim.remedy in SENDS_GOODS:
        return 0
    if claim.goods_back and claim.accepted_pieces is not None:
        return claim.accepted_pieces
    if claim.goods_back or claim.remedy is ClaimType.REFUND_UNSHIPPED:
        return claim.terms.pieces
    paid_in_full = claim.remedy is ClaimType.REFUND_SHIPPED and claim.refund.minor >= claim.terms.worth_minor
    return claim.terms.pieces if paid_in_full else 0


def heading_for(claim: Claim, remedy: ClaimType, refund_minor: int, compensation_minor: int) -> Claim:
    """Set what the claim leads to. Goods that are sent take the place of a refund. Raises BadAmount."""
    if remedy in SENDS_GOODS:
        refund = claim.refund if claim.refund.arrived else Debt()
        return replace(claim, remedy=remedy, refund=refund, compensation=on_top(claim, compensation_minor))
    check_amount(claim, refund_minor, compensation_minor)
    if claim.refund.arrived:  # for the part that was accepted; a refund is one journal, so the rest is paid on top
        return replace(claim, remedy=remedy, compensation=Debt(refund_minor + compensation_minor))
    return replace(claim, remedy=remedy, refund=Debt(refund_minor), compensation=on_top(claim, compensation_minor))


def on_top(claim: Claim, minor: int) -> Debt:
    """Return what is owed on top of a refund; what a verdict granted before and is there stays there, once a claim."""
    return claim.compensation if claim.compensation.arrived else Debt(minor)


def worth_left(claim: Claim) -> int:
    """Return what the pieces are worth that were not paid yet."""
    return not_paid(claim, min(claim.terms.worth_minor, claim.terms.refund_max_minor))


def not_paid(claim: Claim, minor: int) -> int:
    """Return what is left of an amount once the part that was accepted has been refunded."""
    return max(0, minor - (claim.refund.minor if claim.refund.arrived else 0))


def with_money_instead(claim: Claim, minor: int) -> Claim:
    """Return the claim heading for this much money and nothing else; after a part was refunded it is paid on top."""
    if claim.refund.arrived:
        return replace(claim, compensation=Debt(minor))
    remedy = ClaimType.RETURN_REFUND if claim.goods_back else ClaimType.REFUND_SHIPPED
    return replace(claim, remedy=remedy, refund=Debt(minor), compensation=on_top(claim, 0))


def wholly(claim: Claim) -> Claim:
    """Forget that a part was accepted, unless it was paid: now all of it is."""
    return claim if claim.refund.arrived else replace(claim, accepted_pieces=None, offer_minor=0)


def pay_accepted(claim: Claim, now: Instant) -> Turn:
    """Pay for the pieces that were accepted; the others go back once the money is there."""
    settled = replace(claim, refund=Debt(claim.offer_minor))
    return pay(settled, now).then(Note("part_taken", claim.offer_minor), Tell(News.AGREED))


def owe_goods(claim: Claim, now: Instant, *, verb: str = "owe_goods") -> Turn:
    """The merchant holds what is the buyer's and has to send it."""
    owing = move(replace(claim, left=None), verb, Clock.GIVE_BACK, now + GIVE_BACK_WITHIN)
    return owing.then(Note("goods_go_back"), Tell(News.GOODS_OWED))


def end(claim: Claim) -> Turn:
    """End where nothing is owed any more: done where money was paid, closed where it came to nothing."""
    if claim.refund.arrived or claim.compensation.arrived:
        return finish(claim)
    closing = claim.closing or Closing.NOT_SUPPORTED
    closed = move(replace(claim, closing=closing, left=None), "close")
    return closed.then(FreeOrder(), Note("given_back_received"))


def finish(claim: Claim) -> Turn:
    """End it: the buyer has what was agreed."""
    return move(claim, "finish").then(FreeOrder(), Note("done"), Tell(News.DONE))


def close(claim: Claim, closing: Closing, now: Instant) -> Turn:
    """Let it come to nothing more than what the merchant accepted; goods that he holds go back first.

    Raises IllegalStep while money or goods are on their way.
    """
    LIFE.after(claim.state, "close")
    if claim.goods_back and claim.accepted_pieces and not claim.refund.arrived:
        return pay_accepted(claim, now)
    if claim.refund.arrived or claim.compensation.arrived:
        given_up = replace(claim, compensation=on_top(claim, 0))  # what was granted on top came to nothing
        return owe_goods(given_up, now).then(Tell(News.AGREED)) if claim.goods_back else finish(given_up)
    given_up = replace(claim, closing=closing, left=None)
    noted = (Note(f"closed_{closing}"), Tell(News.CLOSED))
    if claim.goods_back:
        owing = owe_goods(given_up, now)
        return Turn(owing.claim, (*noted, *owing.effects))
    return move(given_up, "close").then(FreeOrder(), *noted)


def move(claim: Claim, verb: str, clock: Clock | None = None, due_at: Instant | None = None) -> Turn:
    """Take one step of LIFE: the old clock stops, the next one starts."""
    moved = replace(claim, state=LIFE.after(claim.state, verb), clock=clock, due_at=due_at)
    stop = (StopClock(claim.clock),) if claim.clock and claim.clock is not clock else ()
    start = (SetClock(clock, due_at),) if clock and due_at else ()
    return Turn(moved, (*stop, *start))


def reset(claim: Claim, due_at: Instant) -> Turn:
    """Let the clock that runs run until another moment."""
    if claim.clock is None:
        return Turn(claim)
    return Turn(replace(claim, due_at=due_at), (SetClock(claim.clock, due_at),))


def paused(claim: Claim, now: Instant) -> Claim:
    """Keep what is left of the merchant's time while the buyer is asked something."""
    return replace(claim, left=max(timedelta(), claim.due_at - now) if claim.due_at else None)


def go_on(claim: Claim, now: Instant) -> Turn:
    """The merchant's clock runs on with what was left of it."""
    clock = Clock.INSPECTION if claim.goods_back else Clock.MERCHANT_ANSWER
    return move(replace(claim, left=None, offer_minor=0), "go_on", clock, now + (claim.left or timedelta()))


def answer_by(claim: Claim, now: Instant) -> Instant:
    """Return when the merchant has to have answered."""
    return now + timedelta(hours=claim.terms.timers.merchant_answer_hours)


def money_by(claim: Claim, now: Instant) -> Instant:
    """Return when the money is asked after again."""
    return now + timedelta(hours=claim.terms.timers.execution_hours)


def with_debt(claim: Claim, purse: Purse, debt: Debt) -> Claim:
    """Return the claim with another debt in one purse."""
    return replace(claim, refund=debt) if purse is Purse.REFUND else replace(claim, compensation=debt)


def only(claim: Claim, verb: str, *states: ClaimState) -> None:
    """Let an act happen in these states only. Raises IllegalStep."""
    if claim.state not in states:
        raise IllegalStep(LIFE.aggregate, verb, claim.state)


def check_amount(claim: Claim, refund_minor: int, compensation_minor: int = 0) -> None:
    """Never more than the line still holds, and never nothing."""
    max_minor = not_paid(claim, claim.terms.refund_max_minor)
    within = 0 <= refund_minor <= max_minor and compensation_minor >= 0
    if not within or refund_minor + compensation_minor == 0:
        raise BadAmount(max_minor)
