"""The machine of claims: everything that its acts can reach has an owner, a clock and an end."""

from collections.abc import Callable
from functools import cache

import pytest
from tests.builders.claim_turns import ARRIVED, GOODS, NOON, SENT, after, claim, terms

from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.domain.claim_acts import (
    AcceptOffer,
    Act,
    AddEvidence,
    Agree,
    Apply,
    AskEvidence,
    ConfirmReship,
    DeclineOffer,
    Escalate,
    Expire,
    Extend,
    GiveBack,
    GivenBackSigned,
    Inspect,
    InspectPart,
    Modify,
    MoneyArrived,
    OfferPartial,
    Party,
    Purse,
    Refusal,
    Refuse,
    ReturnSigned,
    Verdict,
    Withdraw,
)
from anxin.market.guarantee.domain.claims import LIFE, Claim, ClaimState, ClaimType, act, draft
from anxin.market.guarantee.domain.facts import Timers
from anxin.market.guarantee.errors.claims import (
    AttemptsSpent,
    BadAmount,
    EvidenceAsksSpent,
    ExtendedAlready,
    NotRefusable,
    OffersSpent,
    WrongRefusal,
)

GIVE_BACK = GiveBack("sf", "SF3000000003")

# Everything that can be reached

EVERY_STEP: tuple[Callable[[Claim], Act], ...] = (
    lambda one: Modify(one.terms),
    lambda _: Withdraw(),
    lambda _: AcceptOffer(),
    lambda _: DeclineOffer(),
    lambda _: AddEvidence(),
    lambda _: SENT,
    lambda _: Extend(),
    lambda _: ConfirmReship(),
    lambda _: Escalate(),
    lambda _: Escalate(Party.PLATFORM),
    lambda _: Agree(),
    lambda _: Refuse(Refusal.NO_DEFECT),
    lambda _: Refuse(Refusal.USED),
    lambda _: OfferPartial(500),
    lambda _: AskEvidence(),
    lambda _: Inspect(1),
    lambda _: InspectPart(1, 1, Refusal.USED),
    lambda _: GIVE_BACK,
    lambda _: GivenBackSigned(),
    lambda _: GOODS,
    lambda _: Verdict(None),
    lambda _: Verdict(ClaimType.RETURN_REFUND, 500, 5, return_needed=True),
    lambda _: Verdict(ClaimType.EXCHANGE, compensation_minor=5),
    lambda _: ReturnSigned(),
    lambda _: ARRIVED,
    lambda _: MoneyArrived(Purse.COMPENSATION),
)


@cache
def reachable(kind: ClaimType) -> frozenset[Claim]:
    """Return every claim that people can make of one, at one moment."""
    on_top = (
        0 if kind is ClaimType.RETURN_REFUND else 5
    )  # a part of a return can only be accepted where nothing is on top
    asked = terms(kind, refund_minor=1_000, compensation_minor=on_top, timers=Timers(attempts_max=1))
    found = {act(draft(asked), Apply(asked), now=NOON).claim}
    fresh = set(found)
    while fresh:
        following = set()
        for one in fresh:
            for step in EVERY_STEP:
                try:
                    following.add(act(one, step(one), now=NOON).claim)
                except (
                    IllegalStep,
                    BadAmount,
                    AttemptsSpent,
                    OffersSpent,
                    EvidenceAsksSpent,
                    ExtendedAlready,
                    WrongRefusal,
                ):
                    continue
        fresh = following - found
        found |= fresh
    return frozenset(found)


@pytest.mark.parametrize("kind", list(ClaimType))
def test_every_open_claim_has_an_owner_and_a_clock_and_comes_to_an_end_by_silence(kind: ClaimType) -> None:
    for one in reachable(kind):
        assert one.is_open is (one.owner is not None)
        assert (one.clock is None) is (one.state in {ClaimState.DISPUTED, ClaimState.DONE, ClaimState.CLOSED})
        if one.clock is not None:
            assert _end_of_silence(one) in {ClaimState.DONE, ClaimState.CLOSED}


def _end_of_silence(one: Claim) -> ClaimState:
    """Return where a claim ends when nobody does anything but the bank."""
    for _ in range(10):
        if one.state is ClaimState.REFUNDING:
            one = act(one, ARRIVED, now=NOON).claim
            one = act(one, MoneyArrived(Purse.COMPENSATION), now=NOON).claim
        if one.clock is None or one.due_at is None:
            return one.state
        one = act(one, Expire(one.clock), now=one.due_at).claim
    return one.state


@pytest.mark.parametrize("kind", list(ClaimType))
def test_nothing_reachable_owes_more_than_was_paid(kind: ClaimType) -> None:
    assert all(0 <= one.refund.minor <= one.terms.refund_max_minor for one in reachable(kind))


def test_goods_are_never_with_the_merchant_when_it_is_over_unless_he_paid_for_them() -> None:
    for one in reachable(ClaimType.RETURN_REFUND):
        if one.state is ClaimState.CLOSED:
            assert not one.goods_back
        if one.state is ClaimState.DONE and one.goods_back and one.remedy is ClaimType.RETURN_REFUND:
            assert one.refund.arrived
            assert one.unaccepted_pieces == 0


def test_states_of_the_table_are_those_that_people_reach() -> None:
    seen = {one.state for kind in ClaimType for one in reachable(kind)}
    assert seen == set(ClaimState) - {ClaimState.DRAFT}
    assert set(LIFE.ends()) == {ClaimState.DONE, ClaimState.CLOSED}


def test_what_the_rules_grant_cannot_be_refused_before_the_goods_are_seen() -> None:
    lawful = terms(refusable=False)
    with pytest.raises(NotRefusable):
        after(Refuse(Refusal.NO_DEFECT), of=lawful)
    assert claim(Agree(), SENT, Refuse(Refusal.USED), of=lawful).state is ClaimState.RETURN_REFUSED
