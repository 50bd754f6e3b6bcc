"""Returns that the merchant does not accept, wholly or in part: the goods are the buyer's and come back, or are paid for."""

from datetime import timedelta

import pytest
from tests.builders.claim_turns import ARRIVED, DAY, HOUR, NOON, SENT, after, claim, money, news, terms

from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.domain.claim_acts import (
    AcceptOffer,
    Agree,
    Clock,
    Closing,
    Compensate,
    ConfirmReship,
    Deduct,
    Escalate,
    Expire,
    GiveBack,
    GivenBackSigned,
    InspectPart,
    MoneyArrived,
    News,
    Party,
    Purse,
    Refund,
    Refusal,
    Refuse,
    Restock,
    SendGoods,
    Verdict,
    Withdraw,
    WriteOff,
)
from anxin.market.guarantee.domain.claims import Claim, ClaimState, ClaimType, act, status_code
from anxin.market.guarantee.errors.claims import BadPieces, WrongRefusal

WAY_BACK = GiveBack("sf", "SF3000000003")
REFUSED = (Agree(), SENT, Refuse(Refusal.USED))
PART = InspectPart(1, 0, Refusal.NOT_INTACT)  # of two pieces


def silent(one: Claim) -> Claim:
    """Let the clock that runs run out."""
    assert one.clock is not None
    assert one.due_at is not None
    return act(one, Expire(one.clock), now=one.due_at).claim


def test_a_refused_return_goes_back_to_the_buyer_with_a_clock_for_the_merchant() -> None:
    turn = after(*REFUSED, Withdraw())
    one = turn.claim
    assert (one.state, one.owner, one.clock) == (ClaimState.AWAITING_GIVE_BACK, Party.MERCHANT, Clock.GIVE_BACK)
    assert one.due_at == NOON + 7 * DAY
    assert (one.closing, news(turn)) == (Closing.WITHDRAWN, [News.CLOSED, News.GOODS_OWED])
    assert status_code(one.state, one.remedy) == 29


def test_what_was_given_back_closes_the_claim_when_the_buyer_has_it() -> None:
    sent = after(*REFUSED, Withdraw(), WAY_BACK)
    assert (sent.claim.state, sent.claim.owner, sent.claim.due_at) == (
        ClaimState.GIVEN_BACK,
        Party.BUYER,
        NOON + 10 * DAY,
    )
    assert SendGoods(0, "sf", "SF3000000003") in sent.effects  # followed, and nothing is taken from stock
    closed = act(sent.claim, ConfirmReship(), now=NOON)
    assert (closed.claim.state, closed.claim.closing) == (ClaimState.CLOSED, Closing.WITHDRAWN)
    assert money(closed) == []
    assert silent(sent.claim).state is ClaimState.CLOSED


def test_money_on_its_way_cannot_be_let_be() -> None:
    kept = claim(Agree(), SENT, PART, AcceptOffer(), ARRIVED, WAY_BACK, Escalate(), Agree())
    assert (kept.state, kept.compensation.is_open) == (ClaimState.REFUNDING, True)
    with pytest.raises(IllegalStep):
        act(kept, Withdraw(), now=NOON)


def test_who_lets_be_what_is_disputed_after_a_part_was_paid_has_the_goods_and_the_dispute_is_told() -> None:
    turn = after(Agree(), SENT, PART, AcceptOffer(), ARRIVED, Escalate(Party.PLATFORM), Withdraw())
    assert (turn.claim.state, turn.claim.clock) == (ClaimState.AWAITING_GIVE_BACK, Clock.GIVE_BACK)
    assert News.AGREED in news(turn)


def test_signed_by_the_buyer_the_claim_waits_two_days_more_and_once() -> None:
    sent = claim(*REFUSED, Withdraw(), WAY_BACK)
    signed = act(sent, GivenBackSigned(), now=NOON + DAY).claim
    assert signed.due_at == NOON + DAY + 48 * HOUR
    assert act(signed, GivenBackSigned(), now=NOON + 2 * DAY).claim == signed
    late = act(sent, GivenBackSigned(), now=NOON + 9 * DAY)
    assert (late.claim, late.effects) == (sent, ())


def test_a_merchant_who_keeps_what_he_refused_pays_for_it() -> None:
    owing = claim(*REFUSED, Withdraw())
    kept = act(owing, Expire(Clock.GIVE_BACK), now=NOON + 7 * DAY)
    assert kept.claim.state is ClaimState.REFUNDING
    assert money(kept) == [Deduct(20_000, 2), Refund(20_000)]
    assert act(owing, Expire(Clock.GIVE_BACK), now=NOON + 7 * DAY - timedelta(seconds=1)).effects == ()


def test_he_may_keep_it_and_pay_at_once() -> None:
    agreed = after(*REFUSED, Withdraw(), Agree())
    assert money(agreed) == [Deduct(20_000, 2), Refund(20_000)]
    assert agreed.claim.closing is None


def test_goods_that_do_not_arrive_can_be_disputed() -> None:
    disputed = claim(*REFUSED, Withdraw(), WAY_BACK, Escalate())
    assert (disputed.state, disputed.closing) == (ClaimState.DISPUTED, None)
    paid = act(disputed, Verdict(ClaimType.REFUND_SHIPPED, 20_000), now=NOON)
    assert money(paid) == [Deduct(20_000, 2), Refund(20_000)]
    assert act(disputed, Verdict(None), now=NOON).claim.state is ClaimState.CLOSED


def test_a_part_can_be_accepted_and_is_paid_while_the_rest_comes_back() -> None:
    looked = after(Agree(), SENT, InspectPart(1, 1, Refusal.NOT_INTACT))
    assert (looked.claim.state, looked.claim.offer_minor, looked.claim.unaccepted_pieces) == (
        ClaimState.RETURN_REFUSED,
        10_000,
        1,
    )
    assert Restock(1) in looked.effects
    taken = act(looked.claim, AcceptOffer(), now=NOON)
    assert money(taken) == [Deduct(10_000, 1), Refund(10_000)]
    owing = act(taken.claim, ARRIVED, now=NOON)
    assert (owing.claim.state, news(owing)) == (ClaimState.AWAITING_GIVE_BACK, [News.GOODS_OWED])
    back = act(act(owing.claim, WAY_BACK, now=NOON).claim, ConfirmReship(), now=NOON)
    assert (back.claim.state, back.claim.closing, money(back)) == (ClaimState.DONE, None, [])


def test_accepted_pieces_that_cannot_be_sold_are_written_off() -> None:
    assert WriteOff(1) in after(Agree(), SENT, PART).effects


@pytest.mark.parametrize("step", [Withdraw(), Expire(Clock.ESCALATION)])
def test_letting_it_be_takes_the_part(step: Withdraw | Expire) -> None:
    looked = claim(Agree(), SENT, PART)
    assert looked.due_at is not None
    assert money(act(looked, step, now=looked.due_at)) == [Deduct(10_000, 1), Refund(10_000)]


def test_a_verdict_for_the_merchant_leaves_the_part_and_one_for_the_buyer_gives_all() -> None:
    disputed = claim(Agree(), SENT, PART, Escalate())
    assert money(act(disputed, Verdict(None), now=NOON)) == [Deduct(10_000, 1), Refund(10_000)]
    everything = act(disputed, Verdict(ClaimType.RETURN_REFUND, 20_000, return_needed=True), now=NOON)
    assert money(everything) == [Deduct(20_000, 2), Refund(20_000)]


def test_a_rest_that_is_not_sent_back_is_paid_on_top_once() -> None:
    owing = claim(Agree(), SENT, PART, AcceptOffer(), ARRIVED)
    kept = act(owing, Expire(Clock.GIVE_BACK), now=NOON + 7 * DAY)
    assert money(kept) == [Deduct(0, 1), Compensate(10_000)]
    assert act(kept.claim, ARRIVED, now=NOON).claim == kept.claim  # the refund was told before
    over = act(kept.claim, MoneyArrived(Purse.COMPENSATION), now=NOON).claim
    assert (over.state, over.refund.minor + over.compensation.minor) == (ClaimState.DONE, 20_000)


def test_a_verdict_after_the_part_was_paid_comes_on_top_of_it() -> None:
    lost = claim(Agree(), SENT, PART, AcceptOffer(), ARRIVED, WAY_BACK, Escalate())
    paid = act(lost, Verdict(ClaimType.REFUND_SHIPPED, 10_000), now=NOON)
    assert money(paid) == [Deduct(0, 0), Compensate(10_000)]
    assert act(lost, Verdict(None), now=NOON).claim.state is ClaimState.DONE


@pytest.mark.parametrize(
    "wrong", [InspectPart(2, 1, Refusal.USED), InspectPart(0, 0, Refusal.USED), InspectPart(1, 2, Refusal.USED)]
)
def test_a_part_is_less_than_the_whole_and_more_than_nothing(wrong: InspectPart) -> None:
    with pytest.raises(BadPieces):
        after(Agree(), SENT, wrong)


def test_a_part_is_refused_for_what_is_seen_at_the_inspection_and_only_of_plain_returns() -> None:
    with pytest.raises(WrongRefusal):
        after(Agree(), SENT, InspectPart(1, 1, Refusal.OUT_OF_WINDOW))
    with pytest.raises(IllegalStep):
        after(Agree(), SENT, PART, of=terms(ClaimType.EXCHANGE))
    with pytest.raises(IllegalStep):
        after(Agree(), SENT, PART, of=terms(compensation_minor=60_000))


def test_goods_that_cost_nothing_have_no_money_to_wait_for() -> None:
    free = terms(refund_minor=1, refund_max_minor=0, worth_minor=0)
    owing = act(claim(*REFUSED, of=terms()), Withdraw(), now=NOON).claim
    of_nothing = Claim(free, owing.remedy, owing.state, clock=owing.clock, due_at=owing.due_at, goods_back=True)
    assert silent(of_nothing).state is ClaimState.DONE
