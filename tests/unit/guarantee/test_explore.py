"""The search of the guarantee: nothing wrong is found in the market's machines, and everything is in broken ones."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from anxin.kernel.states import StateTable
from anxin.market.guarantee import postings
from anxin.market.guarantee.book import arbitration_named
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain import claims, deciding, dispute_acts, disputes, paying
from anxin.market.guarantee.domain.claim_life import Claim, ClaimState, Turn
from anxin.market.guarantee.domain.facts import ClaimFacts
from anxin.market.guarantee.domain.paying import PayState
from anxin.market.guarantee.explore.cases import PAID_OUT, SETTLED, SIGNED
from anxin.market.guarantee.explore.hearing import HELD_MAX
from anxin.market.guarantee.explore.invariants import Proof
from anxin.market.guarantee.explore.model import GuaranteeModel, models
from anxin.market.guarantee.explore.rules import Rules
from anxin.market.guarantee.explore.search import Invariant, Violation, explore
from anxin.market.guarantee.explore.world import World
from anxin.market.guarantee.queries import exploring
from anxin.market.ledger.commands import ESCROW, Leg
from anxin.market.payments.queries import Verdict

# The search itself, on a model whose answer is known


class Counter:
    """Counts up by one or doubles, modulo 12."""

    def starts(self) -> Iterator[tuple[str, int]]:
        yield "one", 1

    def steps(self, state: int) -> Iterator[tuple[str, int]]:
        yield "add", (state + 1) % 12
        yield "double", state * 2 % 12


def is_not_six(state: int) -> bool:
    """Six is never reached."""
    return state != 6


def test_a_search_sees_every_state_once_and_says_when_there_are_no_more() -> None:
    found = explore(Counter(), [], 20)
    assert (found.states, found.transitions, found.frontier) == (12, 24, 0)
    assert found.depths == (1, 1, 2, 3, 4, 1)


def test_a_search_stops_at_its_depth_and_counts_what_it_left() -> None:
    found = explore(Counter(), [], 2)
    assert (found.depths, found.depth, found.frontier) == ((1, 1, 2), 2, 2)


def test_a_violation_comes_with_the_shortest_way_to_it() -> None:
    invariant = Invariant(is_not_six)
    assert explore(Counter(), [invariant], 20).violations == (
        Violation("is_not_six", ("one", "add", "add", "double"), 6),
    )
    assert invariant.sentence == "Six is never reached."


# The market's machines


def test_nothing_wrong_is_found_in_any_case_within_three_steps() -> None:
    explored = list(exploring.explore_cases(3))
    found = exploring.summary(explored, 3)
    assert found["violations"] == []
    assert found["states"] > 1_000
    assert {one.case for one in explored} == set(exploring.case_names())


def test_every_kind_of_claim_is_searched_under_both_rule_books() -> None:
    for kind in exploring.ClaimType:
        profiles = {name.rpartition(", ")[2] for name in exploring.case_names([kind])}
        assert profiles >= {"current-2026"}
        if kind is not exploring.ClaimType.PRICE_PROTECTION:  # there was none in 2021
            assert profiles == {"article-2021", "current-2026"}


def test_a_search_is_the_same_every_time() -> None:
    kinds = [exploring.ClaimType.EXCHANGE]
    first, second = (exploring.summary(exploring.explore_cases(3, kinds), 3) for _ in range(2))
    assert first == second


# Broken machines: each invariant sees what it is for

Act = Callable[..., Turn]
RETURN = "buyer asks: return_refund of 1, quality_return"
REFUND = "buyer asks: refund_shipped of 1, quality_return"
EXCHANGE = "buyer asks: exchange of 2, quality_return"
DECEIVED = "buyer asks: refund_shipped of 1, fraud"


def without(kind: type) -> Act:
    """A claim machine that forgets one kind of effect."""

    def forgetful(claim: Claim, step: acts.Act, *, now: Any) -> Turn:
        turn = claims.act(claim, step, now=now)
        return Turn(turn.claim, tuple(one for one in turn.effects if not isinstance(one, kind)))

    return forgetful


def instead(of: type, other: Callable[[Claim, Any], acts.Act]) -> Act:
    """A claim machine that mistakes one act for another."""

    def mistaken(claim: Claim, step: acts.Act, *, now: Any) -> Turn:
        return claims.act(claim, other(claim, step) if isinstance(step, of) else step, now=now)

    return mistaken


def generous(claim: Claim, step: acts.Act, *, now: Any) -> Turn:
    """It compensates twice as much as was granted."""
    turn = claims.act(claim, step, now=now)
    doubled = [replace(one, minor=2 * one.minor) if isinstance(one, acts.Compensate) else one for one in turn.effects]
    return Turn(turn.claim, tuple(doubled))


def patient(claim: Claim, step: acts.Act, *, now: Any) -> Turn:
    """It waits for the merchant for ever."""
    if isinstance(step, acts.Expire) and step.clock is claim.clock is acts.Clock.MERCHANT_ANSWER and claim.due_at:
        return Turn(claim, (acts.SetClock(step.clock, claim.due_at),) if now >= claim.due_at else ())
    return claims.act(claim, step, now=now)


def hasty(claim: Claim, step: acts.Act, *, now: Any) -> Turn:
    """Every timer is taken for the one that runs, whatever it was set for."""
    if isinstance(step, acts.Expire) and claim.clock is not None and claim.due_at is not None:
        return claims.act(claim, acts.Expire(claim.clock), now=claim.due_at)
    return claims.act(claim, step, now=now)


def stingy(claim: Claim, step: acts.Act, *, now: Any) -> Turn:
    """Where goods were not sent, what was granted on top of them is forgotten."""
    if isinstance(step, acts.Expire) and step.clock in (acts.Clock.RESHIP, acts.Clock.EXECUTION):
        claim = replace(claim, compensation=claims.Debt())
    return claims.act(claim, step, now=now)


def asking_nobody(dispute: Any, what: Any, rules: Any, *, now: Any) -> Any:
    """It wants evidence and does not say from whom."""
    asked = replace(what, parties=frozenset()) if isinstance(what, dispute_acts.AskEvidence) else what
    return disputes.act(dispute, asked, rules, now=now)


def losing_a_fen(*facts: Any, **more: Any) -> postings.Bill:
    found = postings.bill(*facts, **more)
    first, *others = found.legs
    return replace(found, legs=(replace(first, amount_minor=first.amount_minor + 1), *others))


def out_of_escrow(minor: int, *facts: Any, **more: Any) -> postings.Bill:
    """Long after escrow was released it pays once more."""
    return replace(postings.bill(minor, *facts, **more), legs=(Leg(ESCROW, -minor),))


def impatient_table() -> StateTable[PayState]:
    """Money that is on its way may be sent again."""
    return replace(paying.PAYING, steps={**paying.PAYING.steps, (PayState.SENT, "send"): PayState.SENT})


def merciless_book() -> Any:
    book = arbitration_named("current-2026")
    kept = {code: one for code, one in book.reasons.items() if code not in {"merchant_silent", "visible_defect"}}
    return replace(book, reasons=kept)


def keeping(claim: Claim, step: acts.Act, *, now: Any) -> Turn:
    """Goods that were not accepted are forgotten with the claim."""
    turn = claims.act(claim, step, now=now)
    if turn.claim.state is not ClaimState.AWAITING_GIVE_BACK:
        return turn
    forgotten = replace(turn.claim, state=ClaimState.CLOSED, clock=None, due_at=None)
    return Turn(forgotten, tuple(one for one in turn.effects if not isinstance(one, acts.SetClock)))


def credulous(certificate: Any, line: Any, facts: ClaimFacts, *, now: Any) -> deciding.Decision:
    """A refusal is never weighed against the burden of proof."""
    return deciding.decide(certificate, line, replace(facts, merchant_refused=False), now=now)


LATE = ", and the word of it is late"
SENT_BACK = ("buyer asks: return_refund of 2, no_reason_return", "merchant agrees", "buyer: sends back")
SEEDED: dict[str, tuple[Rules, str, tuple[str, ...], int]] = {
    "one_harm_is_refunded_once": (Rules(paying=impatient_table()), "refund only", (*SIGNED, REFUND), 4),
    "no_more_than_paid_and_stated": (Rules(act_claim=generous), "fraud", (*SIGNED, DECEIVED), 3),
    "refunds_are_taken_off_the_line": (Rules(act_claim=without(acts.Deduct)), "refund only", (*SIGNED, REFUND), 1),
    "claims_that_are_done_have_their_money": (
        Rules(act_claim=instead(acts.MoneyFailed, lambda _, step: acts.MoneyArrived(step.purse))),
        "refund only",
        (*SIGNED, REFUND),
        2,
    ),
    "whatever_is_open_has_an_owner": (
        Rules(act_dispute=asking_nobody),
        "refund only",
        (*SIGNED, REFUND, "platform steps in", "time: dispute evidence", "arbitrator takes the case"),
        1,
    ),
    "whatever_is_open_has_a_clock": (Rules(act_claim=without(acts.SetClock)), "return", (*SIGNED,), 1),
    "whatever_is_open_has_an_exit": (Rules(act_claim=patient), "return", (*SIGNED,), 1),
    "late_words_are_heard": (
        Rules(return_ended=lambda *_: None),
        "return",
        (*SIGNED, RETURN, "merchant agrees", f"buyer: sends back{LATE}", "merchant accepts the return"),
        1,
    ),
    "what_the_shop_holds_is_paid_or_given_back": (
        Rules(act_claim=keeping),
        "return",
        (*SIGNED, *SENT_BACK, "merchant refuses"),
        1,
    ),
    "who_bears_the_burden_shows_before_he_refuses": (
        Rules(decide=credulous),
        "burden of proof",
        (*SIGNED, "buyer asks: refund_shipped of 1, authenticity"),
        1,
    ),
    "journals_balance": (Rules(bill=losing_a_fen), "refund only", (*SETTLED, REFUND), 1),
    "every_coin_is_somewhere": (Rules(bill=out_of_escrow), "refund only", (*SETTLED, REFUND), 1),
    "silence_of_the_merchant_costs_the_buyer_nothing": (
        Rules(act_claim=stingy),
        "exchange",
        (
            *(*SIGNED, EXCHANGE, "platform steps in", "time: dispute evidence", "arbitrator takes the case"),
            "arbitrator decides exchange, visible_defect",
        ),
        2,
    ),
    "a_silent_merchant_cannot_win_a_dispute": (
        Rules(book=merciless_book()),
        "after the payout",
        (*PAID_OUT, RETURN),
        1,
    ),
    "late_and_repeated_timers_change_nothing": (Rules(act_claim=hasty), "return", (*SIGNED,), 1),
    "repeated_words_of_the_provider_change_nothing": (
        Rules(judge=lambda *_: Verdict.APPLIED),
        "refund only",
        (*SIGNED, REFUND, "merchant agrees"),
        1,
    ),
}


def a_model(case: str, walk: tuple[str, ...], rules: Rules) -> GuaranteeModel:
    found = next(one for one in models(rules=rules) if one.case.name == f"{case}, current-2026")
    return replace(found, walks=(walk,))


def test_a_broken_machine_is_seeded_for_every_invariant() -> None:
    assert set(SEEDED) == set(exploring.invariants())


@pytest.mark.parametrize("invariant", SEEDED)
def test_a_broken_machine_is_found_with_the_way_to_it(invariant: str) -> None:
    rules, case, walk, depth = SEEDED[invariant]
    assert _violations(invariant, a_model(case, walk, Rules()), depth) == []
    found = _violations(invariant, a_model(case, walk, rules), depth)
    assert found
    assert len(found[0].path) == 1 + depth
    assert not _holds(invariant, rules, found[0].state)


def test_asking_for_what_is_paid_by_itself_would_be_found_as_paid_twice() -> None:
    walk = ("buyer pays", "time: not shipped as promised", "platform fills the fund", "time: pay again (late 1)")
    asking = "buyer asks: refund_unshipped of 2, late_shipping"
    anything = a_model("before shipping", walk, Rules(may_be_asked=lambda *_: True))
    (found, *_) = _violations("no_more_than_paid_and_stated", anything, 1)
    assert found.path[1:] == (asking,)
    assert _violations("no_more_than_paid_and_stated", a_model("before shipping", walk, Rules()), 1) == []


def test_a_word_that_comes_late_would_end_the_dispute_that_came_after_it() -> None:
    walk = (*SIGNED, *SENT_BACK, "merchant refuses", f"buyer: withdraws{LATE}", "platform steps in")
    deaf_to_nothing = a_model("return", walk, Rules(dispute_hears=lambda _: True))
    (found, *_) = _violations("whatever_is_open_has_a_clock", deaf_to_nothing, 1)
    assert found.path[1:] == ("word reaches dispute of closed 1",)
    assert _violations("whatever_is_open_has_a_clock", a_model("return", walk, Rules()), 1) == []


def test_a_word_is_heard_once_and_only_so_many_are_late() -> None:
    walk = (*SIGNED, *SENT_BACK, "merchant refuses", f"buyer: withdraws{LATE}")
    model = a_model("return", walk, Rules())
    ((_, world),) = model.starts()
    assert [str(word) for word in world.words] == ["dispute of closed 1", "insurance of closed 1"]
    reached = {name: after.words for name, after in model.steps(world) if name.startswith("word reaches")}
    assert sorted(map(len, reached.values())) == [1, 1]
    assert all(len(after.words) <= HELD_MAX for _, after in model.steps(world))


def _violations(invariant: str, model: GuaranteeModel, depth: int) -> list[Violation[World]]:
    every = {one.name: one for one in Proof(model.rules).invariants()}
    return list(explore(model, [every[invariant]], depth).violations)


def _holds(invariant: str, rules: Rules, world: World) -> bool:
    return next(one for one in Proof(rules).invariants() if one.name == invariant).holds(world)
