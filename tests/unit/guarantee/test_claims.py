"""The machine of claims: every flow of DOMAIN 1.6, every clock of 1.7, and what may come late or twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.claim_turns import (
    ARRIVED,
    DAY,
    FRESH,
    GOODS,
    HOUR,
    NOON,
    SENT,
    after,
    claim,
    codes,
    money,
    news,
    terms,
)

from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.domain.claim_acts import (
    AcceptOffer,
    Act,
    AddEvidence,
    Agree,
    Apply,
    AskEvidence,
    Clock,
    Closing,
    Compensate,
    ConfirmReship,
    DeclineOffer,
    Deduct,
    Escalate,
    Expire,
    Extend,
    FollowReturn,
    ForceMajeure,
    FreeOrder,
    GivenBackSigned,
    HoldOrder,
    Inspect,
    Modify,
    MoneyArrived,
    MoneyFailed,
    News,
    OfferPartial,
    Party,
    Purse,
    Refund,
    Refusal,
    Refuse,
    Restock,
    ReturnSigned,
    SendGoods,
    SetClock,
    StopClock,
    Terms,
    Verdict,
    Withdraw,
    WriteOff,
)
from anxin.market.guarantee.domain.claims import ClaimState, ClaimType, Turn, act, draft, status_code
from anxin.market.guarantee.errors.claims import (
    AttemptsSpent,
    BadAmount,
    BadPieces,
    EvidenceAsksSpent,
    ExtendedAlready,
    OffersSpent,
    WrongRefusal,
)

# Flows (DOMAIN 1.6)


@pytest.mark.parametrize(
    ("kind", "steps", "expected"),
    [
        (ClaimType.REFUND_SHIPPED, (Agree(), ARRIVED), [6, 12, 12]),
        (ClaimType.REFUND_UNSHIPPED, (Agree(), ARRIVED), [6, 12, 12]),
        (ClaimType.PRICE_PROTECTION, (Agree(), ARRIVED), [6, 12, 12]),
        (ClaimType.RETURN_REFUND, (Agree(), SENT, Inspect(2), ARRIVED), [6, 7, 11, 12, 12]),
        (ClaimType.EXCHANGE, (Agree(), SENT, Inspect(2), GOODS, ConfirmReship()), [6, 7, 11, 11, 13, 14]),
        (ClaimType.REPAIR, (Agree(), SENT, Inspect(2), GOODS, ConfirmReship()), [6, 7, 11, 8, 13, 53]),
        (ClaimType.RESHIP, (Agree(), GOODS, ConfirmReship()), [6, 8, 13, 53]),
        (ClaimType.RETURN_REFUND, (Refuse(Refusal.NO_DEFECT), Escalate(), Verdict(None)), [6, 27, 27, 28]),
        (ClaimType.RETURN_REFUND, (Refuse(Refusal.NO_DEFECT), Modify(terms())), [6, 27, 6]),
        (ClaimType.RETURN_REFUND, (Refuse(Refusal.NO_DEFECT), Withdraw()), [6, 27, 28]),
        (ClaimType.RETURN_REFUND, (Agree(), SENT, Refuse(Refusal.USED), Escalate()), [6, 7, 11, 29, 29]),
        (ClaimType.RETURN_REFUND, (Agree(), SENT, Refuse(Refusal.USED), Withdraw()), [6, 7, 11, 29, 29]),
    ],
)
def test_claims_go_the_documented_ways(kind: ClaimType, steps: tuple[Act, ...], expected: list[int]) -> None:
    assert codes(terms(kind), *steps) == expected


def test_an_application_holds_the_order_and_gives_the_merchant_48_hours() -> None:
    turn = after()
    assert HoldOrder() in turn.effects
    assert SetClock(Clock.MERCHANT_ANSWER, NOON + 48 * HOUR) in turn.effects
    assert (turn.claim.owner, news(turn)) == (Party.MERCHANT, [News.OPENED])


def test_a_refund_before_shipping_puts_the_pieces_back_on_the_shelf() -> None:
    turn = after(Agree(), of=terms(ClaimType.REFUND_UNSHIPPED))
    assert money(turn) == [Deduct(20_000, 2), Refund(20_000)]
    assert Restock(2) in turn.effects


def test_a_return_is_paid_when_the_goods_were_looked_at() -> None:
    assert money(after(Agree(), SENT)) == []
    turn = after(Agree(), SENT, Inspect(2))
    assert money(turn) == [Deduct(20_000, 2), Refund(20_000)]
    assert Restock(2) in turn.effects


def test_an_inspection_tells_sound_pieces_from_spoiled_ones() -> None:
    turn = after(Agree(), SENT, Inspect(sound_pieces=1))
    assert [one for one in turn.effects if isinstance(one, Restock | WriteOff)] == [Restock(1), WriteOff(1)]


def test_what_is_repaired_never_enters_the_stock() -> None:
    repair = terms(ClaimType.REPAIR)
    inspected, sent = after(Agree(), SENT, Inspect(2), of=repair), after(Agree(), SENT, Inspect(2), GOODS, of=repair)
    assert not [one for one in inspected.effects if isinstance(one, Restock | WriteOff)]
    assert SendGoods(0, "sf", "SF2000000002") in sent.effects


def test_an_exchange_takes_other_pieces_from_the_stock() -> None:
    turn = after(Agree(), SENT, Inspect(2), GOODS, of=terms(ClaimType.EXCHANGE))
    assert SendGoods(2, "sf", "SF2000000002") in turn.effects
    assert money(turn) == []


def test_goods_sent_back_are_followed_and_told_of() -> None:
    turn = after(Agree(), SENT)
    assert FollowReturn("sf", "SF1000000001") in turn.effects
    assert news(turn) == [News.RETURNED]


def test_a_refund_without_return_needs_no_parcel() -> None:
    assert claim(Agree(), of=terms(return_needed=False)).state is ClaimState.REFUNDING


def test_the_money_ends_the_claim_and_frees_the_order() -> None:
    turn = after(Agree(), ARRIVED, of=terms(ClaimType.REFUND_SHIPPED))
    assert (turn.claim.state, turn.claim.owner, turn.claim.clock) == (ClaimState.DONE, None, None)
    assert FreeOrder() in turn.effects
    assert news(turn) == [News.DONE]


def test_refund_and_compensation_are_two_flows_and_both_must_arrive() -> None:
    fake = terms(ClaimType.REFUND_SHIPPED, compensation_minor=60_000)
    assert money(after(Agree(), of=fake)) == [Deduct(20_000, 2), Refund(20_000), Compensate(60_000)]
    assert claim(Agree(), ARRIVED, of=fake).state is ClaimState.REFUNDING
    assert claim(Agree(), ARRIVED, MoneyArrived(Purse.COMPENSATION), of=fake).state is ClaimState.DONE


def test_a_part_of_the_money_leaves_the_pieces_claimable() -> None:
    turn = after(Agree(), of=terms(ClaimType.REFUND_SHIPPED, refund_minor=5_000))
    assert money(turn) == [Deduct(5_000, 0), Refund(5_000)]


# What may be asked


@pytest.mark.parametrize("pieces", [0, -1, 4])
def test_pieces_lie_between_one_and_what_the_line_holds(pieces: int) -> None:
    with pytest.raises(BadPieces):
        after(of=terms(pieces=pieces))


@pytest.mark.parametrize("minor", [0, -1, 30_001])
def test_an_amount_is_something_and_never_more_than_the_line_holds(minor: int) -> None:
    with pytest.raises(BadAmount):
        after(of=terms(refund_minor=minor))


def test_the_sixth_attempt_is_refused() -> None:
    assert act(draft(terms()), Apply(terms(), attempt=5), now=NOON).claim.attempt == 5
    with pytest.raises(AttemptsSpent):
        act(draft(terms()), Apply(terms(), attempt=6), now=NOON)


def test_a_modification_is_another_attempt_with_its_own_time() -> None:
    refused = claim(Refuse(Refusal.NO_DEFECT))
    turn = act(refused, Modify(terms(ClaimType.EXCHANGE, pieces=1)), now=NOON + DAY)
    assert (turn.claim.attempt, turn.claim.remedy, turn.claim.terms.pieces) == (2, ClaimType.EXCHANGE, 1)
    assert turn.claim.due_at == NOON + DAY + 48 * HOUR
    assert StopClock(Clock.ESCALATION) in turn.effects


def test_modifications_run_out() -> None:
    last = replace(claim(Refuse(Refusal.NO_DEFECT)), attempt=5)
    with pytest.raises(AttemptsSpent):
        act(last, Modify(terms()), now=NOON)


# The merchant's answers


def test_a_refusal_gives_the_buyer_seven_days_to_ask_the_platform() -> None:
    turn = after(Refuse(Refusal.NO_DEFECT))
    assert (turn.claim.owner, turn.claim.due_at) == (Party.BUYER, NOON + 7 * DAY)
    assert news(turn) == [News.REFUSED]


def test_fresh_goods_have_24_hours_for_answer_and_escalation() -> None:
    fresh = terms(ClaimType.REFUND_SHIPPED, timers=FRESH)
    assert claim(of=fresh).due_at == NOON + 24 * HOUR
    assert claim(Refuse(Refusal.NO_DEFECT), of=fresh).due_at == NOON + 24 * HOUR


def test_what_was_agreed_cannot_be_refused_for_a_reason_known_before() -> None:
    with pytest.raises(WrongRefusal):
        after(Agree(), SENT, Refuse(Refusal.NO_DEFECT))
    with pytest.raises(WrongRefusal):
        after(Refuse(Refusal.NOT_INTACT))


def test_a_merchant_may_change_his_mind_after_a_refusal_and_during_a_dispute() -> None:
    assert claim(Refuse(Refusal.NO_DEFECT), Agree()).state is ClaimState.AWAITING_RETURN
    assert claim(Refuse(Refusal.NO_DEFECT), Escalate(), Agree()).state is ClaimState.AWAITING_RETURN
    returned = after(Agree(), SENT, Refuse(Refusal.USED), Agree())
    assert money(returned) == [Deduct(20_000, 2), Refund(20_000)]


def test_an_accepted_offer_is_paid_and_the_goods_are_kept() -> None:
    turn = after(OfferPartial(6_000), AcceptOffer(), of=terms(compensation_minor=500))
    assert money(turn) == [Deduct(6_000, 0), Refund(6_000)]
    assert turn.claim.remedy is ClaimType.REFUND_SHIPPED


def test_an_offer_stops_the_merchants_clock_and_a_declined_one_lets_it_run_on() -> None:
    offered = act(claim(), OfferPartial(6_000), now=NOON + 10 * HOUR)
    assert (offered.claim.owner, offered.claim.due_at) == (Party.BUYER, NOON + 34 * HOUR)
    assert StopClock(Clock.MERCHANT_ANSWER) in offered.effects
    declined = act(offered.claim, DeclineOffer(), now=NOON + 15 * HOUR)
    assert (declined.claim.owner, declined.claim.due_at) == (Party.MERCHANT, NOON + 53 * HOUR)


def test_an_offer_for_goods_that_came_back_takes_them() -> None:
    turn = after(Agree(), SENT, OfferPartial(15_000), AcceptOffer())
    assert money(turn) == [Deduct(15_000, 2), Refund(15_000)]


def test_offers_are_bounded_in_number_and_amount() -> None:
    rounds = (OfferPartial(6_000), DeclineOffer()) * 3
    with pytest.raises(OffersSpent):
        after(*rounds, OfferPartial(6_000))
    with pytest.raises(BadAmount):
        after(OfferPartial(30_001))


def test_a_question_for_evidence_stops_the_merchants_clock_until_it_is_answered() -> None:
    asked = act(claim(), AskEvidence(), now=NOON + 47 * HOUR)
    assert (asked.claim.owner, asked.claim.due_at) == (Party.BUYER, NOON + 71 * HOUR)
    answered = act(asked.claim, AddEvidence(), now=NOON + 70 * HOUR)
    assert (answered.claim.owner, answered.claim.due_at) == (Party.MERCHANT, NOON + 71 * HOUR)


def test_evidence_may_be_asked_for_twice_only() -> None:
    with pytest.raises(EvidenceAsksSpent):
        after(*(AskEvidence(), AddEvidence()) * 2, AskEvidence())


def test_more_evidence_may_be_shown_as_long_as_the_claim_is_open() -> None:
    assert claim(AddEvidence(Party.MERCHANT)) == claim()
    assert claim(AskEvidence(), AddEvidence(Party.MERCHANT)).state is ClaimState.EVIDENCE_NEEDED
    with pytest.raises(IllegalStep):
        after(Withdraw(), AddEvidence())


# Clocks (DOMAIN 1.7)

IN_TIME: list[tuple[Clock, tuple[Act, ...], Terms, timedelta, ClaimState]] = [
    (Clock.MERCHANT_ANSWER, (), terms(), 48 * HOUR, ClaimState.AWAITING_RETURN),
    (Clock.MERCHANT_ANSWER, (), terms(ClaimType.REFUND_SHIPPED), 48 * HOUR, ClaimState.REFUNDING),
    (Clock.MERCHANT_ANSWER, (), terms(ClaimType.REFUND_SHIPPED, timers=FRESH), 24 * HOUR, ClaimState.REFUNDING),
    (Clock.RETURN_TRACKING, (Agree(),), terms(), 7 * DAY, ClaimState.CLOSED),
    (Clock.INSPECTION, (Agree(), SENT), terms(), 10 * DAY, ClaimState.REFUNDING),
    (Clock.INSPECTION, (Agree(), SENT, ReturnSigned()), terms(), 48 * HOUR, ClaimState.REFUNDING),
    (Clock.INSPECTION, (Agree(), SENT), terms(ClaimType.EXCHANGE), 10 * DAY, ClaimState.AWAITING_RESHIP),
    (Clock.ESCALATION, (Refuse(Refusal.NO_DEFECT),), terms(), 7 * DAY, ClaimState.CLOSED),
    (Clock.ESCALATION, (Agree(), SENT, Refuse(Refusal.USED)), terms(), 7 * DAY, ClaimState.AWAITING_GIVE_BACK),
    (Clock.ESCALATION, (Refuse(Refusal.NO_DEFECT),), terms(timers=FRESH), 24 * HOUR, ClaimState.CLOSED),
    (Clock.EVIDENCE, (AskEvidence(),), terms(), 24 * HOUR, ClaimState.APPLIED),
    (Clock.EVIDENCE, (AskEvidence(),), terms(closes_without_evidence=True), 24 * HOUR, ClaimState.CLOSED),
    (Clock.OFFER, (OfferPartial(100),), terms(), 24 * HOUR, ClaimState.APPLIED),
    (Clock.OFFER, (Agree(), SENT, OfferPartial(100)), terms(), 24 * HOUR, ClaimState.RETURN_SENT),
    (Clock.RESHIP, (Agree(),), terms(ClaimType.RESHIP), 7 * DAY, ClaimState.REFUNDING),
    (Clock.RECEIPT, (Agree(), GOODS, GivenBackSigned()), terms(ClaimType.RESHIP), 10 * DAY, ClaimState.DONE),
    (Clock.RECEIPT, (Agree(), GOODS), terms(ClaimType.RESHIP), 10 * DAY, ClaimState.REFUNDING),  # 总则 13
    (Clock.EXECUTION, (Escalate(Party.PLATFORM), Verdict(ClaimType.RESHIP)), terms(), DAY, ClaimState.REFUNDING),
    (Clock.MONEY_RETRY, (Agree(),), terms(ClaimType.REFUND_SHIPPED), DAY, ClaimState.REFUNDING),
]


@pytest.mark.parametrize(("clock", "steps", "asked", "time", "state"), IN_TIME)
def test_a_clock_runs_out_to_the_second(
    clock: Clock, steps: tuple[Act, ...], asked: Terms, time: timedelta, state: ClaimState
) -> None:
    waiting = claim(*steps, of=asked)
    assert (waiting.clock, waiting.due_at) == (clock, NOON + time)
    early = act(waiting, Expire(clock), now=NOON + time - timedelta(seconds=1))
    assert early == Turn(waiting)
    assert act(waiting, Expire(clock), now=NOON + time).claim.state is state


@pytest.mark.parametrize(("clock", "steps", "asked", "time", "state"), IN_TIME)
def test_a_clock_told_twice_does_nothing_the_second_time(
    clock: Clock, steps: tuple[Act, ...], asked: Terms, time: timedelta, state: ClaimState
) -> None:
    once = act(claim(*steps, of=asked), Expire(clock), now=NOON + time).claim
    assert once.state is state
    assert act(once, Expire(clock), now=NOON + time) == Turn(once)


@pytest.mark.parametrize("clock", list(Clock))
def test_a_stopped_clock_does_nothing(clock: Clock) -> None:
    for end in (claim(Withdraw()), claim(Agree(), ARRIVED, of=terms(ClaimType.REFUND_SHIPPED))):
        assert act(end, Expire(clock), now=NOON + 99 * DAY) == Turn(end)


def test_silence_of_the_merchant_is_told_as_an_agreement() -> None:
    turn = act(claim(), Expire(Clock.MERCHANT_ANSWER), now=NOON + 2 * DAY)
    assert news(turn) == [News.AGREED]


def test_48_hours_run_from_the_signature_however_long_the_way_was() -> None:
    sent = claim(Agree(), SENT)
    signed = act(sent, ReturnSigned(), now=NOON + 9 * DAY).claim
    assert signed.due_at == NOON + 11 * DAY
    assert act(signed, ReturnSigned(), now=NOON + 10 * DAY) == Turn(signed)


def test_a_signature_while_an_offer_stands_counts_from_its_answer() -> None:
    signed = claim(Agree(), SENT, OfferPartial(100), ReturnSigned())
    assert act(signed, DeclineOffer(), now=NOON + DAY).claim.due_at == NOON + 3 * DAY


def test_the_buyer_may_put_off_sending_back_once() -> None:
    extended = claim(Agree(), Extend())
    assert extended.due_at == NOON + 10 * DAY
    with pytest.raises(ExtendedAlready):
        act(extended, Extend(), now=NOON)
    with pytest.raises(IllegalStep):
        after(Extend())


def test_a_clock_that_was_put_off_does_not_run_out_at_its_old_time() -> None:
    extended = claim(Agree(), Extend())
    assert act(extended, Expire(Clock.RETURN_TRACKING), now=NOON + 7 * DAY) == Turn(extended)


def test_a_storm_puts_off_the_clocks_of_both_sides_once() -> None:
    storm = ForceMajeure(NOON + 5 * DAY)
    struck = claim(storm)
    assert struck.due_at == NOON + 5 * DAY
    assert act(struck, storm, now=NOON + DAY) == Turn(struck)
    later = claim(Agree(), storm)
    assert later.due_at == NOON + 7 * DAY  # it had longer anyway
    paying = claim(Agree(), of=terms(ClaimType.REFUND_SHIPPED))
    assert act(paying, ForceMajeure(NOON + 30 * DAY), now=NOON) == Turn(paying)  # money does not wait for weather


def test_what_is_not_sent_again_in_time_is_paid_for() -> None:
    missing = claim(Agree(), of=terms(ClaimType.RESHIP, refund_minor=0))
    turn = act(missing, Expire(Clock.RESHIP), now=NOON + 7 * DAY)
    assert money(turn) == [Deduct(20_000, 2), Refund(20_000)]


def test_an_exchange_that_never_leaves_is_paid_for() -> None:
    waiting = claim(Agree(), SENT, Inspect(2), of=terms(ClaimType.EXCHANGE))
    turn = act(waiting, Expire(Clock.RESHIP), now=NOON + 7 * DAY)
    assert money(turn) == [Deduct(20_000, 2), Refund(20_000)]
    assert turn.claim.remedy is ClaimType.RETURN_REFUND


# Money


def test_a_failed_refund_is_asked_for_again_in_another_round() -> None:
    paying = claim(Agree(), of=terms(ClaimType.REFUND_SHIPPED))
    failed = act(paying, MoneyFailed(Purse.REFUND, 1), now=NOON)
    assert (money(failed), failed.claim.due_at) == ([], NOON + HOUR)
    again = act(failed.claim, Expire(Clock.MONEY_RETRY), now=NOON + HOUR)
    assert money(again) == [Refund(20_000, round=2)]


def test_a_failure_told_twice_begins_one_round() -> None:
    failed = claim(Agree(), MoneyFailed(Purse.REFUND, 1), of=terms(ClaimType.REFUND_SHIPPED))
    assert act(failed, MoneyFailed(Purse.REFUND, 1), now=NOON) == Turn(failed)


def test_money_that_was_not_heard_of_is_asked_for_again_in_the_same_round() -> None:
    paying = claim(Agree(), of=terms(ClaimType.REFUND_SHIPPED, compensation_minor=7))
    turn = act(paying, Expire(Clock.MONEY_RETRY), now=NOON + DAY)
    assert money(turn) == [Refund(20_000), Compensate(7)]
    one_arrived = act(paying, ARRIVED, now=NOON).claim
    assert money(act(one_arrived, Expire(Clock.MONEY_RETRY), now=NOON + DAY)) == [Compensate(7)]


def test_money_that_arrives_twice_or_fails_after_arriving_changes_nothing() -> None:
    fake = terms(ClaimType.REFUND_SHIPPED, compensation_minor=7)
    half = claim(Agree(), ARRIVED, of=fake)
    done = claim(Agree(), ARRIVED, MoneyArrived(Purse.COMPENSATION), of=fake)
    for paid in (half, done):
        assert act(paid, ARRIVED, now=NOON) == Turn(paid)
        assert act(paid, MoneyFailed(Purse.REFUND, 1), now=NOON) == Turn(paid)


# The platform


def test_the_platform_may_step_in_at_any_time_until_money_moves() -> None:
    for steps in ((), (AskEvidence(),), (Agree(),), (Agree(), SENT), (Refuse(Refusal.NO_DEFECT),)):
        turn = after(*steps, Escalate(Party.PLATFORM))
        assert (turn.claim.state, turn.claim.owner, turn.claim.clock) == (ClaimState.DISPUTED, Party.PLATFORM, None)
        assert news(turn) == [News.ESCALATED]
    with pytest.raises(IllegalStep):
        after(Agree(), Escalate(Party.PLATFORM), of=terms(ClaimType.REFUND_SHIPPED))


def test_a_buyer_asks_the_platform_after_a_refusal_only() -> None:
    with pytest.raises(IllegalStep):
        after(Escalate())
    assert claim(Agree(), GOODS, Escalate(), of=terms(ClaimType.RESHIP)).state is ClaimState.DISPUTED


DISPUTED = (Refuse(Refusal.NO_DEFECT), Escalate())
DISPUTED_RETURN = (Agree(), SENT, Refuse(Refusal.USED), Escalate())


def test_a_verdict_for_money_is_paid_at_once() -> None:
    turn = after(*DISPUTED, Verdict(ClaimType.REFUND_SHIPPED, 6_000, 1_000))
    assert money(turn) == [Deduct(6_000, 0), Refund(6_000), Compensate(1_000)]


def test_a_verdict_for_a_return_waits_for_the_goods_unless_they_are_back() -> None:
    ruling = Verdict(ClaimType.RETURN_REFUND, 20_000, return_needed=True)
    assert claim(*DISPUTED, ruling).state is ClaimState.AWAITING_RETURN
    assert money(after(*DISPUTED_RETURN, ruling)) == [Deduct(20_000, 2), Refund(20_000)]


def test_a_verdict_for_goods_has_a_day_and_pays_on_top_afterwards() -> None:
    ruling = Verdict(ClaimType.EXCHANGE, compensation_minor=900)
    waiting = claim(*DISPUTED, ruling)
    assert (waiting.clock, waiting.due_at) == (Clock.EXECUTION, NOON + DAY)
    missed = act(waiting, Expire(Clock.EXECUTION), now=NOON + DAY)
    assert money(missed) == [Deduct(20_000, 2), Refund(20_000), Compensate(900)]
    turn = after(*DISPUTED, ruling, GOODS, ConfirmReship())
    assert money(turn) == [Deduct(0, 0), Compensate(900)]
    done = act(turn.claim, MoneyArrived(Purse.COMPENSATION), now=NOON).claim
    assert status_code(done.state, done.remedy) == 14


def test_a_verdict_for_the_seller_closes_the_claim_and_sends_his_goods_home() -> None:
    turn = after(*DISPUTED_RETURN, Verdict(None))
    assert turn.claim.closing is Closing.NOT_SUPPORTED
    assert "goods_go_back" in [getattr(one, "kind", "") for one in turn.effects]


def test_a_verdict_stays_within_what_was_paid_and_within_a_dispute() -> None:
    with pytest.raises(BadAmount):
        after(*DISPUTED, Verdict(ClaimType.REFUND_SHIPPED, 30_001))
    with pytest.raises(IllegalStep):
        after(Verdict(ClaimType.REFUND_SHIPPED, 1))


# Leaving


def test_a_withdrawn_claim_frees_the_order() -> None:
    turn = after(Withdraw())
    assert (turn.claim.closing, news(turn)) == (Closing.WITHDRAWN, [News.CLOSED])
    assert FreeOrder() in turn.effects


@pytest.mark.parametrize("steps", [(Agree(), SENT), (Agree(), SENT, Inspect(2)), (Withdraw(),)])
def test_nobody_withdraws_while_goods_or_money_travel(steps: tuple[Act, ...]) -> None:
    with pytest.raises(IllegalStep):
        after(*steps, Withdraw())


def test_a_step_taken_twice_is_refused() -> None:
    with pytest.raises(IllegalStep):
        after(Agree(), Agree())
    with pytest.raises(IllegalStep):
        after(Agree(), SENT, SENT)
    with pytest.raises(IllegalStep):
        after(Agree(), SENT, Agree())
    with pytest.raises(IllegalStep):
        after(Agree(), SENT, Inspect(1), Inspect(1))
