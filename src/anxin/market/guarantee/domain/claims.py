"""The life of a claim (售后单): one pure function from a claim and an act to the claim after it and its effects.

    turn = act(claim, Agree(), now=now)

Nothing but the arguments is read and nothing is touched: commands carry the effects out, and the proof of the guarantee
runs this very function through every order of acts. Whose turn it is, and until when, is in the claim (`owner`, `clock`,
`due_at`). An act that the state does not allow raises IllegalStep; clocks, carriers and money may come late or twice
and then change nothing. States and flows are those of DOMAIN 1.6, clocks those of 1.7.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from anxin.kernel.clock import Instant
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.claim_acts import (
    Act,
    Clock,
    Closing,
    FollowReturn,
    HoldOrder,
    News,
    Note,
    Party,
    Restock,
    SendGoods,
    Tell,
    Terms,
    WriteOff,
)
from anxin.market.guarantee.domain.claim_life import LIFE, OWNERS, Claim, ClaimState, Debt, Turn, status_code
from anxin.market.guarantee.domain.claim_moves import (
    answer_by,
    check_amount,
    close,
    due_money,
    end,
    finish,
    go_on,
    grant,
    heading_for,
    money_by,
    move,
    only,
    owe_goods,
    paused,
    pay,
    pay_accepted,
    reset,
    wholly,
    with_debt,
    with_money_instead,
    worth_left,
)
from anxin.market.guarantee.domain.facts import CLAIM_TYPE_CODES, ClaimType
from anxin.market.guarantee.errors.claims import (
    AttemptsSpent,
    BadPieces,
    EvidenceAsksSpent,
    ExtendedAlready,
    NotRefusable,
    OffersSpent,
    WrongRefusal,
)

__all__ = [
    "CLAIM_TYPE_CODES",
    "LIFE",
    "OWNERS",
    "Claim",
    "ClaimState",
    "ClaimType",
    "Debt",
    "Turn",
    "act",
    "draft",
    "status_code",
]

OFFER_ANSWER = timedelta(hours=24)  # then an offer lapses and the merchant's clock runs on [CHOICE]
GIVEN_BACK_SIGNED = timedelta(hours=48)  # to look at what came back, as the merchant has (DOMAIN 1.7) [CHOICE]
RECEIPT_AFTER = timedelta(days=10)  # receipt of what was sent instead, as of an order (DOMAIN 1.7)
EXTENSION = timedelta(days=3)  # of the time to send back, once, as of an order's receipt [CHOICE]
RETRY_AFTER = timedelta(hours=1)
OFFERS_MAX = 3  # a merchant may not play for time
EVIDENCE_ASKS_MAX = 2


def draft(terms: Terms) -> Claim:
    """Return a claim that was not sent yet."""
    return Claim(terms, terms.type)


def act(claim: Claim, step: Act, *, now: Instant) -> Turn:
    """Return the claim after `step`, and its effects. Raises IllegalStep and the errors of `errors/claims.py`."""
    return _STEPS[type(step)](claim, step, now)


# The buyer asks, asks for something else, or lets it be


def _apply(claim: Claim, step: acts.Apply, now: Instant) -> Turn:
    asked = _asked(claim, step.terms, attempt=step.attempt)
    applied = move(asked, "apply", Clock.MERCHANT_ANSWER, answer_by(asked, now))
    return applied.then(HoldOrder(), Note("applied", step.terms.refund_minor), Tell(News.OPENED))


def _modify(claim: Claim, step: acts.Modify, now: Instant) -> Turn:
    LIFE.after(claim.state, "modify")
    asked = _asked(claim, step.terms, attempt=claim.attempt + 1)
    modified = move(asked, "modify", Clock.MERCHANT_ANSWER, answer_by(asked, now))
    return modified.then(Note("modified", step.terms.refund_minor))


def _withdraw(claim: Claim, _: acts.Withdraw, now: Instant) -> Turn:
    return close(claim, Closing.WITHDRAWN, now)


def _asked(claim: Claim, terms: Terms, *, attempt: int) -> Claim:
    """Return the claim with what is asked for now. Raises AttemptsSpent, BadPieces, BadAmount."""
    if attempt > terms.timers.attempts_max:
        raise AttemptsSpent(terms.timers.attempts_max)
    if not 1 <= terms.pieces <= terms.pieces_max:
        raise BadPieces(terms.pieces_max)
    asked = replace(claim, terms=terms, attempt=attempt, left=None, offer_minor=0)
    return heading_for(asked, terms.type, terms.refund_minor, terms.compensation_minor)


# The merchant answers


def _agree(claim: Claim, step: acts.Agree, now: Instant) -> Turn:
    if claim.goods_back and claim.state is ClaimState.RETURN_SENT:
        raise IllegalStep(LIFE.aggregate, "agree", claim.state)  # agreed long ago: now he looks at the goods
    if claim.state is ClaimState.AWAITING_GIVE_BACK or claim.refund.arrived or claim.compensation.arrived:
        return _keep_for_money(claim, now).then(Note("agreed"), Tell(News.AGREED))
    return grant(wholly(claim), now).then(Note("agreed_by_rule" if step.automatic else "agreed"), Tell(News.AGREED))


def _refuse(claim: Claim, step: acts.Refuse, now: Instant) -> Turn:
    LIFE.after(claim.state, "refuse")
    if step.reason not in (acts.AT_INSPECTION if claim.goods_back else acts.AT_REVIEW):
        raise WrongRefusal
    if not claim.terms.refusable and not claim.goods_back:
        raise NotRefusable
    until = now + timedelta(hours=claim.terms.timers.escalation_hours)
    return move(claim, "refuse", Clock.ESCALATION, until).then(Note("refused"), Tell(News.REFUSED))


def _ask_evidence(claim: Claim, _: acts.AskEvidence, now: Instant) -> Turn:
    LIFE.after(claim.state, "ask_evidence")
    if claim.evidence_asks >= EVIDENCE_ASKS_MAX:
        raise EvidenceAsksSpent(EVIDENCE_ASKS_MAX)
    asking = replace(paused(claim, now), evidence_asks=claim.evidence_asks + 1)
    until = now + timedelta(hours=claim.terms.timers.evidence_hours)
    return move(asking, "ask_evidence", Clock.EVIDENCE, until).then(Note("evidence_asked"))


def _add_evidence(claim: Claim, step: acts.AddEvidence, now: Instant) -> Turn:
    """More may be shown as long as the claim is open; what the merchant asked for gives the turn back to him."""
    only(claim, "add_evidence", *OWNERS)
    note = Note(f"evidence_of_{step.by}")
    if claim.state is ClaimState.EVIDENCE_NEEDED and step.by is Party.BUYER:
        return go_on(claim, now).then(note)
    return Turn(claim, (note,))


def _offer(claim: Claim, step: acts.OfferPartial, now: Instant) -> Turn:
    LIFE.after(claim.state, "offer")
    if claim.refund.arrived:  # a part was settled before; what is left has been decided
        raise IllegalStep(LIFE.aggregate, "offer", claim.state)
    check_amount(claim, step.refund_minor)
    if claim.offers >= OFFERS_MAX:
        raise OffersSpent(OFFERS_MAX)
    offering = replace(paused(claim, now), offer_minor=step.refund_minor, offers=claim.offers + 1)
    return move(offering, "offer", Clock.OFFER, now + OFFER_ANSWER).then(Note("offered", step.refund_minor))


def _accept_offer(claim: Claim, _: acts.AcceptOffer, now: Instant) -> Turn:
    """An accepted offer is the end of it: this much and nothing on top; goods that were not sent back are kept."""
    if claim.state is ClaimState.RETURN_REFUSED and claim.accepted_pieces:
        return pay_accepted(claim, now)
    only(claim, "accept_offer", ClaimState.OFFERED, ClaimState.RETURN_OFFERED)
    settled = with_money_instead(claim, claim.offer_minor)
    return pay(settled, now).then(Note("offer_accepted", claim.offer_minor), Tell(News.AGREED))


def _decline_offer(claim: Claim, _: acts.DeclineOffer, now: Instant) -> Turn:
    only(claim, "decline_offer", ClaimState.OFFERED, ClaimState.RETURN_OFFERED)
    return go_on(claim, now).then(Note("offer_declined"))


# Goods travel back, and others out


def _send_back(claim: Claim, step: acts.SendBack, now: Instant) -> Turn:
    until = now + timedelta(days=claim.terms.timers.inspection_days)
    sent = move(replace(claim, goods_back=True), "send_back", Clock.INSPECTION, until)
    return sent.then(FollowReturn(step.carrier, step.tracking_no), Note("sent_back"), Tell(News.RETURNED))


def _extend(claim: Claim, _: acts.Extend, __: Instant) -> Turn:
    only(claim, "extend", ClaimState.AWAITING_RETURN)
    if claim.extended or claim.due_at is None:
        raise ExtendedAlready
    return reset(replace(claim, extended=True), claim.due_at + EXTENSION).then(Note("extended"))


def _return_signed(claim: Claim, _: acts.ReturnSigned, now: Instant) -> Turn:
    """From here the merchant has 48 hours to look (DOMAIN 1.7), however long the way was."""
    if not claim.goods_back or claim.return_signed:
        return Turn(claim)
    signed = replace(claim, return_signed=True)
    time = timedelta(hours=claim.terms.timers.inspection_after_signed_hours)
    if claim.clock is Clock.INSPECTION:
        return reset(signed, now + time).then(Note("return_signed"))
    if claim.state is ClaimState.RETURN_OFFERED:
        signed = replace(signed, left=time)
    return Turn(signed, (Note("return_signed"),))


def _inspect(claim: Claim, step: acts.Inspect, now: Instant) -> Turn:
    only(claim, "inspect", ClaimState.RETURN_SENT)
    back = claim.returnable_pieces
    if not 0 <= step.sound_pieces <= back:
        raise BadPieces(back)
    goods = (Restock(step.sound_pieces), WriteOff(back - step.sound_pieces))
    kept = () if claim.remedy is ClaimType.REPAIR else tuple(one for one in goods if one.pieces)
    granted = grant(claim, now)
    return Turn(granted.claim, (*kept, *granted.effects, Note("inspected")))


def _inspect_part(claim: Claim, step: acts.InspectPart, now: Instant) -> Turn:
    """A refusal of the others: the buyer takes the part, or asks the platform; saying nothing takes it."""
    only(claim, "inspect_part", ClaimState.RETURN_SENT)
    if claim.remedy is not ClaimType.RETURN_REFUND or claim.compensation.minor or claim.refund.arrived:
        raise IllegalStep(LIFE.aggregate, "inspect_part", claim.state)  # goods or damages cannot be had by halves
    if not 1 <= step.accepted_pieces < claim.returnable_pieces or not 0 <= step.sound_pieces <= step.accepted_pieces:
        raise BadPieces(claim.returnable_pieces - 1)
    refused = _refuse(claim, acts.Refuse(step.reason), now)
    part_minor = claim.refund.minor * step.accepted_pieces // claim.terms.pieces
    check_amount(claim, part_minor)
    part = replace(refused.claim, accepted_pieces=step.accepted_pieces, offer_minor=part_minor)
    goods = (Restock(step.sound_pieces), WriteOff(step.accepted_pieces - step.sound_pieces))
    kept = tuple(one for one in goods if one.pieces)
    return Turn(part, (*kept, *refused.effects, Note("accepted_part", part_minor)))


def _give_back(claim: Claim, step: acts.GiveBack, now: Instant) -> Turn:
    """The goods are the buyer's and nobody returned them any more: should they not arrive, he may ask the platform."""
    given = replace(claim, goods_back=False, return_signed=False)
    sent = move(given, "give_back", Clock.RECEIPT, now + RECEIPT_AFTER)
    return sent.then(SendGoods(0, step.carrier, step.tracking_no), Note("given_back"), Tell(News.GIVEN_BACK))


def _given_back_signed(claim: Claim, _: acts.GivenBackSigned, now: Instant) -> Turn:
    if claim.state is ClaimState.RESHIPPED and not claim.reship_signed and claim.due_at is not None:
        signed = replace(claim, reship_signed=True)
        return reset(signed, max(claim.due_at, now + GIVEN_BACK_SIGNED)).then(Note("reship_signed"))
    if claim.state is not ClaimState.GIVEN_BACK or claim.due_at is None:
        return Turn(claim)
    sooner = min(claim.due_at, now + GIVEN_BACK_SIGNED)
    return reset(claim, sooner).then(Note("given_back_signed")) if sooner < claim.due_at else Turn(claim)


def _reship(claim: Claim, step: acts.Reship, now: Instant) -> Turn:
    pieces = 0 if claim.remedy is ClaimType.REPAIR else claim.returnable_pieces  # what waits is sent as ordered
    sent = move(replace(claim, reship_signed=False), "reship", Clock.RECEIPT, now + RECEIPT_AFTER)
    return sent.then(SendGoods(pieces, step.carrier, step.tracking_no), Note("reshipped"))


def _confirm_reship(claim: Claim, _: acts.ConfirmReship, now: Instant) -> Turn:
    if claim.state is ClaimState.GIVEN_BACK:
        return end(claim)
    only(claim, "confirm_reship", ClaimState.RESHIPPED)
    return pay(claim, now) if claim.compensation.is_open else finish(claim)


# The platform steps in, and storms do


def _escalate(claim: Claim, step: acts.Escalate, _: Instant) -> Turn:
    verb = "seize" if step.by is Party.PLATFORM else "escalate"
    return move(replace(claim, left=None, closing=None), verb).then(
        Note(f"escalated_by_{step.by}"), Tell(News.ESCALATED)
    )


def _verdict(claim: Claim, step: acts.Verdict, now: Instant) -> Turn:
    only(claim, "verdict", ClaimState.DISPUTED)
    if step.remedy is None:
        return close(claim, Closing.NOT_SUPPORTED, now)
    ruled = replace(wholly(claim), terms=replace(claim.terms, return_needed=step.return_needed))
    ruled = heading_for(ruled, step.remedy, step.refund_minor, step.compensation_minor)
    if step.goods_go_back and ruled.goods_back and ruled.accepted_pieces is None:
        ruled = replace(ruled, accepted_pieces=0)  # they travel back once the money is there
    return grant(ruled, now).then(Note("decided", step.refund_minor))


def _force_majeure(claim: Claim, step: acts.ForceMajeure, _: Instant) -> Turn:
    """No clock of a side runs out before the storm ends; told twice it is the same storm."""
    if claim.due_at is None or claim.due_at >= step.until or claim.owner is Party.PLATFORM:
        return Turn(claim)
    return reset(claim, step.until).then(Note("force_majeure"))


# Money arrives or fails


def _money_arrived(claim: Claim, step: acts.MoneyArrived, now: Instant) -> Turn:
    debt = claim.debt(step.purse)
    if claim.state is not ClaimState.REFUNDING or not debt.is_open:
        return Turn(claim)
    paid = with_debt(claim, step.purse, replace(debt, arrived=True))
    arrived = Note(f"{step.purse}_arrived", debt.minor)
    if paid.refund.is_open or paid.compensation.is_open:
        return Turn(paid, (arrived,))
    over = owe_goods(paid, now, verb="owe_rest") if paid.goods_back and paid.unaccepted_pieces else finish(paid)
    return Turn(over.claim, (arrived, *over.effects))


def _money_failed(claim: Claim, step: acts.MoneyFailed, now: Instant) -> Turn:
    debt = claim.debt(step.purse)
    if claim.state is not ClaimState.REFUNDING or not debt.is_open or debt.round != step.round:
        return Turn(claim)
    again = with_debt(claim, step.purse, replace(debt, round=debt.round + 1))
    return reset(again, now + RETRY_AFTER).then(Note(f"{step.purse}_failed", debt.minor))


# A clock runs out: silence never helps the silent one


def _expire(claim: Claim, step: acts.Expire, now: Instant) -> Turn:
    """A clock that was stopped, put off or heard before changes nothing."""
    if claim.clock is not step.clock or claim.due_at is None or now < claim.due_at:
        return Turn(claim)
    return _ON_EXPIRY[step.clock](claim, now)


def _answer_missed(claim: Claim, now: Instant) -> Turn:
    return _agree(claim, acts.Agree(automatic=True), now)


def _evidence_missed(claim: Claim, now: Instant) -> Turn:
    if claim.terms.closes_without_evidence:
        return close(claim, Closing.NO_EVIDENCE, now)
    return go_on(claim, now).then(Note("evidence_missed"))


def _offer_missed(claim: Claim, now: Instant) -> Turn:
    return go_on(claim, now).then(Note("offer_lapsed"))


def _return_missed(claim: Claim, now: Instant) -> Turn:
    return close(claim, Closing.NOT_SENT_BACK, now)


def _inspection_missed(claim: Claim, now: Instant) -> Turn:
    return grant(claim, now).then(Note("inspection_missed"))


def _reship_missed(claim: Claim, now: Instant) -> Turn:
    """What should have been sent is paid for instead; what was granted on top of it stays granted."""
    return _pay_instead(claim, "reship_missed", now)


def _pay_instead(claim: Claim, noted: str, now: Instant) -> Turn:
    worth_minor = worth_left(claim)
    paid = with_money_instead(claim, worth_minor)
    if not claim.compensation.arrived:
        paid = replace(paid, compensation=Debt(paid.compensation.minor + claim.compensation.minor))
    return pay(paid, now).then(Note(noted, worth_minor))


def _receipt_missed(claim: Claim, now: Instant) -> Turn:
    """What was sent instead and nobody signed for is the merchant's risk (总则 13), and paid for."""
    if claim.state is ClaimState.RESHIPPED and not claim.reship_signed:
        return _pay_instead(claim, "reship_lost", now)
    return _confirm_reship(claim, acts.ConfirmReship(), now)


def _give_back_missed(claim: Claim, now: Instant) -> Turn:
    return _keep_for_money(claim, now).then(Note("give_back_missed"))


def _keep_for_money(claim: Claim, now: Instant) -> Turn:
    """Who keeps what is the buyer's has bought it: all of it is refunded, or the rest paid on top after a part was."""
    return pay(with_money_instead(replace(wholly(claim), closing=None), worth_left(claim)), now)


def _escalation_missed(claim: Claim, now: Instant) -> Turn:
    return close(claim, Closing.NOT_ESCALATED, now)


def _money_missed(claim: Claim, now: Instant) -> Turn:
    """Nothing was heard of the money: ask for the same round again, which pays it at most once."""
    return reset(claim, money_by(claim, now)).then(*due_money(claim))


_ON_EXPIRY: Mapping[Clock, Callable[[Claim, Instant], Turn]] = {
    Clock.MERCHANT_ANSWER: _answer_missed,
    Clock.EVIDENCE: _evidence_missed,
    Clock.OFFER: _offer_missed,
    Clock.RETURN_TRACKING: _return_missed,
    Clock.INSPECTION: _inspection_missed,
    Clock.RESHIP: _reship_missed,
    Clock.EXECUTION: _reship_missed,
    Clock.GIVE_BACK: _give_back_missed,
    Clock.RECEIPT: _receipt_missed,
    Clock.ESCALATION: _escalation_missed,
    Clock.MONEY_RETRY: _money_missed,
}


_STEPS: Mapping[type[Any], Callable[[Claim, Any, Instant], Turn]] = {
    acts.Apply: _apply,
    acts.Modify: _modify,
    acts.Withdraw: _withdraw,
    acts.AcceptOffer: _accept_offer,
    acts.DeclineOffer: _decline_offer,
    acts.AddEvidence: _add_evidence,
    acts.SendBack: _send_back,
    acts.Extend: _extend,
    acts.ConfirmReship: _confirm_reship,
    acts.Escalate: _escalate,
    acts.Agree: _agree,
    acts.Refuse: _refuse,
    acts.OfferPartial: _offer,
    acts.AskEvidence: _ask_evidence,
    acts.Inspect: _inspect,
    acts.InspectPart: _inspect_part,
    acts.GiveBack: _give_back,
    acts.Reship: _reship,
    acts.Verdict: _verdict,
    acts.ForceMajeure: _force_majeure,
    acts.ReturnSigned: _return_signed,
    acts.GivenBackSigned: _given_back_signed,
    acts.MoneyArrived: _money_arrived,
    acts.MoneyFailed: _money_failed,
    acts.Expire: _expire,
}
