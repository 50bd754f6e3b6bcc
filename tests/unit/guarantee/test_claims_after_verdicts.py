"""Whose the goods are after a verdict (DOMAIN 1.8), and what becomes of goods that a verdict has sent."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.claim_turns import ARRIVED, DAY, GOODS, HOUR, NOON, SENT, after, claim, money, news, terms

from anxin.market.guarantee.domain.arbitration import VerdictKind
from anxin.market.guarantee.domain.claim_acts import (
    AcceptOffer,
    Act,
    Agree,
    Clock,
    Compensate,
    ConfirmReship,
    Deduct,
    Escalate,
    Expire,
    GiveBack,
    GivenBackSigned,
    Inspect,
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
from anxin.market.guarantee.domain.claims import Claim, ClaimState, ClaimType, Turn, act
from anxin.market.guarantee.domain.verdicts import Verdict as Decision
from anxin.market.guarantee.domain.verdicts import ruling_of
from anxin.market.guarantee.errors.claims import BadPieces

AT_THE_SHOP = (Agree(), SENT, Refuse(Refusal.USED), Escalate())
WAY_BACK = GiveBack("sf", "SF3000000003")
COMPENSATED = MoneyArrived(Purse.COMPENSATION)
SORRY = ruling_of(Decision(VerdictKind.COMPENSATION, "poor_experience", 0, 3_000), ClaimType.RETURN_REFUND)
PART = ruling_of(Decision(VerdictKind.PARTIAL_REFUND, "minor_defect", 6_000), ClaimType.RETURN_REFUND)


def late(one: Claim, clock: Clock) -> Claim:
    assert one.clock is clock
    assert one.due_at is not None
    return act(one, Expire(clock), now=one.due_at).claim


@pytest.mark.parametrize(
    ("verdict", "paid", "arrived"),
    [(SORRY, [Deduct(0, 0), Compensate(3_000)], COMPENSATED), (PART, [Deduct(6_000, 0), Refund(6_000)], ARRIVED)],
)
def test_goods_that_a_verdict_leaves_the_buyer_travel_back_once_its_money_is_there(
    verdict: Verdict, paid: list[object], arrived: Act
) -> None:
    ruled = after(*AT_THE_SHOP, verdict)
    assert (ruled.claim.state, money(ruled)) == (ClaimState.REFUNDING, paid)  # no piece is spent
    owing = act(ruled.claim, arrived, now=NOON)
    assert (owing.claim.state, owing.claim.clock, news(owing)) == (
        ClaimState.AWAITING_GIVE_BACK,
        Clock.GIVE_BACK,
        [News.GOODS_OWED],
    )
    back = act(act(owing.claim, WAY_BACK, now=NOON).claim, ConfirmReship(), now=NOON)
    assert (back.claim.state, back.claim.closing, money(back)) == (ClaimState.DONE, None, [])


def test_a_merchant_who_keeps_them_pays_what_they_cost_besides_what_was_decided() -> None:
    compensated = late(claim(*AT_THE_SHOP, SORRY, COMPENSATED), Clock.GIVE_BACK)
    assert (compensated.refund.minor, compensated.compensation.minor) == (20_000, 3_000)
    assert (compensated.refund.is_open, compensated.compensation.is_open) == (True, False)
    part = late(claim(*AT_THE_SHOP, PART, ARRIVED), Clock.GIVE_BACK)
    assert (part.refund.minor, part.compensation.minor, part.compensation.is_open) == (6_000, 14_000, True)
    for kept, arrived in ((compensated, ARRIVED), (part, COMPENSATED)):
        done = act(kept, arrived, now=NOON).claim
        assert (done.state, done.unaccepted_pieces) == (ClaimState.DONE, 0)


def test_goods_at_the_shop_are_its_own_after_a_refund_or_an_agreement_of_the_two() -> None:
    for kind, minor in ((VerdictKind.FULL_REFUND, 30_000), (VerdictKind.RETURN_REFUND, 20_000)):
        ruling = ruling_of(Decision(kind, "merchant_silent", minor), ClaimType.RETURN_REFUND)
        assert money(after(*AT_THE_SHOP, ruling))[0] == Deduct(minor, 2)
        assert claim(*AT_THE_SHOP, ruling, ARRIVED).state is ClaimState.DONE
    settled = ruling_of(Decision(VerdictKind.PARTIAL_REFUND, "settled", 6_000), ClaimType.RETURN_REFUND)
    assert money(after(*AT_THE_SHOP, settled)) == [Deduct(6_000, 2), Refund(6_000)]


def test_goods_that_never_left_the_buyer_stay_with_him() -> None:
    paid = after(Refuse(Refusal.NO_DEFECT), Escalate(), SORRY)
    assert act(paid.claim, COMPENSATED, now=NOON).claim.state is ClaimState.DONE


def test_a_second_verdict_after_the_goods_did_not_come_back_pays_nothing_twice() -> None:
    again = claim(*AT_THE_SHOP, SORRY, COMPENSATED, WAY_BACK, Escalate())
    assert again.state is ClaimState.DISPUTED
    paid = act(again, Verdict(ClaimType.REFUND_SHIPPED, 20_000), now=NOON)
    assert money(paid) == [Deduct(20_000, 2), Refund(20_000)]
    assert paid.claim.compensation == again.compensation
    assert act(again, Verdict(None), now=NOON).claim.state is ClaimState.DONE  # what was decided first was paid
    agreed = act(again, Agree(), now=NOON)
    assert money(agreed) == [Deduct(20_000, 2), Refund(20_000)]
    let_be = act(claim(*AT_THE_SHOP, SORRY, COMPENSATED, Escalate(Party.PLATFORM)), Withdraw(), now=NOON)
    assert (let_be.claim.state, let_be.claim.compensation.arrived) == (ClaimState.AWAITING_GIVE_BACK, True)


@pytest.mark.parametrize("kind", [VerdictKind.RESHIP, VerdictKind.EXCHANGE, VerdictKind.REPAIR])
def test_a_verdict_of_goods_sends_them_within_a_day_and_they_count_as_there_when_signed_for(kind: VerdictKind) -> None:
    ruling = ruling_of(Decision(kind, "visible_defect"), ClaimType.RETURN_REFUND)
    way = () if kind is VerdictKind.RESHIP else (SENT, Inspect(2))
    waiting = claim(Refuse(Refusal.NO_DEFECT), Escalate(), ruling, *way)
    assert (waiting.state, waiting.clock) == (
        ClaimState.AWAITING_RESHIP,
        Clock.EXECUTION if kind is VerdictKind.RESHIP else Clock.RESHIP,
    )
    sent = act(waiting, GOODS, now=NOON).claim
    assert (sent.state, sent.clock, sent.due_at) == (ClaimState.RESHIPPED, Clock.RECEIPT, NOON + 10 * DAY)
    signed = act(sent, GivenBackSigned(), now=NOON + 9 * DAY)
    assert (signed.claim.due_at, signed.claim.reship_signed) == (NOON + 11 * DAY, True)  # two days to look at them
    assert act(signed.claim, GivenBackSigned(), now=NOON + 10 * DAY).effects == ()
    assert late(signed.claim, Clock.RECEIPT).state is ClaimState.DONE
    early = act(sent, GivenBackSigned(), now=NOON + HOUR).claim
    assert early.due_at == NOON + 10 * DAY


def test_what_was_sent_instead_and_never_comes_is_paid_for_with_what_was_granted_on_top() -> None:
    ruling = replace(
        ruling_of(Decision(VerdictKind.RESHIP, "visible_defect"), ClaimType.RESHIP), compensation_minor=500
    )
    sent = claim(Escalate(Party.PLATFORM), ruling, GOODS, of=terms(ClaimType.RESHIP))
    assert sent.due_at is not None
    assert act(sent, Expire(Clock.RECEIPT), now=sent.due_at - timedelta(seconds=1)).effects == ()
    lost = act(sent, Expire(Clock.RECEIPT), now=sent.due_at)
    assert money(lost) == [Deduct(20_000, 2), Refund(20_000), Compensate(500)]
    assert act(sent, ConfirmReship(), now=NOON).claim.compensation.is_open  # who has it says so, and gets the rest


ALL_BACK = ruling_of(Decision(VerdictKind.FULL_REFUND, "merchant_silent", 20_000), ClaimType.PRICE_PROTECTION)
HALF_BACK = ruling_of(Decision(VerdictKind.PARTIAL_REFUND, "minor_defect", 6_000), ClaimType.PRICE_PROTECTION)


@pytest.mark.parametrize(
    ("waiting", "verdict", "spent"), [(2, ALL_BACK, 2), (1, ALL_BACK, 2), (0, ALL_BACK, 2), (2, HALF_BACK, 0)]
)
def test_what_waits_of_a_price_that_ends_in_all_the_money_is_not_sent_any_more(
    waiting: int, verdict: Verdict, spent: int
) -> None:
    asked = terms(ClaimType.PRICE_PROTECTION, waiting_pieces=waiting)
    ruled = after(Refuse(Refusal.NO_DEFECT), Escalate(), verdict, of=asked)
    assert money(ruled)[0] == Deduct(verdict.refund_minor, spent)
    unsent = min(waiting, spent)
    assert ruled.claim.unsent_of(spent) == unsent
    assert [one for one in ruled.effects if isinstance(one, Restock)] == ([Restock(unsent)] if unsent else [])


TO_COME_BACK = ruling_of(Decision(VerdictKind.RETURN_REFUND, "visible_defect", 30_000), ClaimType.PRICE_PROTECTION)
OF_THREE = terms(ClaimType.PRICE_PROTECTION, pieces=3, refund_minor=3_000, worth_minor=30_000, waiting_pieces=1)
SENT_BACK = (Refuse(Refusal.NO_DEFECT), Escalate(), TO_COME_BACK, SENT)


def goods(turn: Turn) -> list[object]:
    return [one for one in turn.effects if isinstance(one, Restock | WriteOff)]


def test_what_waits_of_a_price_that_ends_in_a_return_never_left_and_is_not_sent_any_more() -> None:
    paid = after(*SENT_BACK, Inspect(1), of=OF_THREE)
    assert money(paid)[0] == Deduct(30_000, 3)
    assert goods(paid) == [Restock(1), WriteOff(1), Restock(1)]
    assert paid.claim.unsent_of(3) == 1
    with pytest.raises(BadPieces):
        after(*SENT_BACK, Inspect(3), of=OF_THREE)


def test_of_a_return_that_is_accepted_in_part_what_waits_is_still_to_be_sent_until_all_of_it_is_paid() -> None:
    with pytest.raises(BadPieces):
        after(*SENT_BACK, InspectPart(2, 2, Refusal.USED), of=OF_THREE)
    part = after(*SENT_BACK, InspectPart(1, 1, Refusal.USED), AcceptOffer(), of=OF_THREE)
    assert (money(part)[0], part.claim.unsent_of(1)) == (Deduct(10_000, 1), 0)
    owing = act(part.claim, ARRIVED, now=NOON).claim
    assert owing.state is ClaimState.AWAITING_GIVE_BACK
    bought = act(owing, Agree(), now=NOON)
    assert (money(bought)[0], goods(bought)) == (Deduct(0, 2), [Restock(1)])
    assert bought.claim.unsent_of(2) == 1


@pytest.mark.parametrize(
    ("kind", "steps", "pieces"),
    [
        (VerdictKind.RESHIP, (GOODS,), 2),
        (VerdictKind.EXCHANGE, (SENT, Inspect(2), GOODS), 2),
        (VerdictKind.REPAIR, (SENT, Inspect(2), GOODS), 0),
    ],
)
def test_what_waits_of_a_price_that_ends_in_other_goods_is_sent_once_as_it_was_ordered(
    kind: VerdictKind, steps: tuple[Act, ...], pieces: int
) -> None:
    ruling = ruling_of(Decision(kind, "visible_defect"), ClaimType.PRICE_PROTECTION)
    sent = after(Refuse(Refusal.NO_DEFECT), Escalate(), ruling, *steps, of=OF_THREE)
    assert SendGoods(pieces, GOODS.carrier, GOODS.tracking_no) in sent.effects
    done = act(sent.claim, ConfirmReship(), now=NOON)
    assert (done.claim.state, money(done)) == (ClaimState.DONE, [])  # no piece of the line is spent: one still waits
