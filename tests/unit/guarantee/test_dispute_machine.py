"""The life of a dispute: silence never stops it, one verdict, one appeal, one execution."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.book import arbitration_named
from anxin.market.guarantee.domain import dispute_acts as acts
from anxin.market.guarantee.domain.arbitration import VerdictKind
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute import (
    LIFE,
    OPEN,
    Dispute,
    DisputeState,
    Outcome,
    Turn,
    arbitration_code,
    whose_turn,
)
from anxin.market.guarantee.domain.dispute_acts import Clock, ExecuteVerdict, SetClock, StopClock
from anxin.market.guarantee.domain.disputes import act, open_dispute
from anxin.market.guarantee.domain.verdicts import CaseFacts, Verdict
from anxin.market.guarantee.errors.disputes import (
    AppealUsed,
    NewEvidenceNeeded,
    NoOffer,
    NotImpartial,
    NotTaken,
    NotYourTurn,
    TakenByAnother,
    TooMuchEvidence,
    VerdictRefused,
)

RULES = arbitration_named("current-2026")
K, S = VerdictKind, DisputeState
NOW = instant(2026, 3, 2, 8)
ANNA, BEN, CARA, DORA = (new_id() for _ in range(4))
PAID = 149_000
FACTS = CaseFacts(
    PAID, PAID, buyer_shows=frozenset({"photo", "report"}), merchant_shows=frozenset({"logistics", "report"})
)
ALL = Verdict(K.RETURN_REFUND, "visible_defect", PAID)
SOME = Verdict(K.PARTIAL_REFUND, "minor_defect", 40_000)
NOTHING = Verdict(K.NO_SUPPORT, "merchant_rebutted")


def opened(*, by: Party = Party.BUYER, fresh: bool = False) -> Dispute:
    case = Dispute(new_id(), new_id(), new_id(), new_id(), PAID, RULES.name, fresh, by, NOW)
    return open_dispute(case, RULES, now=NOW).dispute


def after(dispute: Dispute, *steps: acts.Act, now: object = NOW) -> Dispute:
    for step in steps:
        dispute = act(dispute, step, RULES, now=now).dispute  # type: ignore[arg-type]
    return dispute


def heard() -> Dispute:
    """A case in which both sides have shown something, and that Anna has taken."""
    shown = (acts.GiveEvidence(Party.BUYER, 1), acts.GiveEvidence(Party.MERCHANT, 1))
    return after(opened(), *shown, acts.StopTalking(Party.BUYER), acts.Take(ANNA))


def decided(verdict: Verdict = ALL) -> Dispute:
    return after(heard(), acts.Decide(ANNA, verdict, FACTS))


def execution(turn: Turn) -> list[ExecuteVerdict]:
    return [effect for effect in turn.effects if isinstance(effect, ExecuteVerdict)]


def clocks(effects: Iterable[acts.Effect]) -> list[Clock]:
    return [effect.clock for effect in effects if isinstance(effect, SetClock)]


def test_a_dispute_begins_with_talks_and_a_clock() -> None:
    case = opened()
    assert (case.state, case.clock) == (S.NEGOTIATION, Clock.NEGOTIATION)
    assert case.due_at == NOW + timedelta(hours=24)
    assert opened(fresh=True).due_at == NOW + timedelta(hours=4)
    assert whose_turn(case) == {Party.BUYER, Party.MERCHANT}
    assert arbitration_code(case) == 5


def test_the_platform_may_step_in_at_any_time_and_asks_both_sides_at_once() -> None:
    case = opened(by=Party.PLATFORM)
    assert case.state is S.EVIDENCE_WANTED
    assert case.wanted == {Party.BUYER, Party.MERCHANT}
    assert arbitration_code(case) == 4


def test_talks_that_end_ask_those_for_evidence_who_showed_none() -> None:
    case = after(opened(), acts.GiveEvidence(Party.BUYER, 1))
    late = after(case, acts.Expire(Clock.NEGOTIATION), now=NOW + timedelta(hours=24))
    assert late.state is S.EVIDENCE_WANTED
    assert late.wanted == {Party.MERCHANT}
    assert late.due_at == NOW + timedelta(hours=48)
    assert whose_turn(late) == {Party.MERCHANT}


def test_a_clock_that_rings_early_late_or_twice_changes_nothing() -> None:
    case = opened()
    early = act(case, acts.Expire(Clock.NEGOTIATION), RULES, now=NOW + timedelta(hours=24, seconds=-1))
    assert early == Turn(case)
    over = after(case, acts.Expire(Clock.NEGOTIATION), now=NOW + timedelta(hours=24))
    again = act(over, acts.Expire(Clock.NEGOTIATION), RULES, now=NOW + timedelta(hours=24))
    assert again == Turn(over)


def test_who_shows_nothing_in_time_is_judged_on_what_exists() -> None:
    case = after(opened(by=Party.PLATFORM), acts.GiveEvidence(Party.BUYER, 2))
    late = after(case, acts.Expire(Clock.EVIDENCE), now=NOW + timedelta(hours=24))
    assert (late.state, late.clock) == (S.DECIDING, Clock.DECIDING)


def test_the_last_side_heard_starts_the_platforms_clock() -> None:
    case = after(opened(by=Party.PLATFORM), acts.GiveEvidence(Party.BUYER, 2))
    turn = act(case, acts.GiveEvidence(Party.MERCHANT, 1), RULES, now=NOW)
    assert turn.dispute.state is S.DECIDING
    assert clocks(turn.effects) == [Clock.DECIDING]


def test_a_platform_that_is_late_loses_the_case_to_the_queue_and_the_clock_runs_again() -> None:
    case = heard()
    late = after(case, acts.Expire(Clock.DECIDING), now=NOW + timedelta(hours=48))
    assert (late.state, late.arbitrator, late.overdue) == (S.DECIDING, None, 1)
    assert late.due_at == NOW + timedelta(hours=96)


def test_a_case_belongs_to_the_arbitrator_who_took_it() -> None:
    case = heard()
    assert act(case, acts.Take(ANNA), RULES, now=NOW) == Turn(case)
    with pytest.raises(TakenByAnother):
        act(case, acts.Take(BEN), RULES, now=NOW)
    with pytest.raises(TakenByAnother):
        act(case, acts.Decide(BEN, ALL, FACTS), RULES, now=NOW)
    with pytest.raises(NotTaken):
        after(case, acts.HandBack(ANNA), acts.Decide(ANNA, ALL, FACTS))


def test_nobody_judges_the_own_purchase() -> None:
    case = after(heard(), acts.HandBack(ANNA))
    with pytest.raises(NotImpartial):
        act(case, acts.Take(case.buyer_id), RULES, now=NOW)


def test_a_verdict_beyond_the_rules_changes_nothing() -> None:
    case = heard()
    with pytest.raises(VerdictRefused):
        act(case, acts.Decide(ANNA, replace(SOME, refund_minor=44_701), FACTS), RULES, now=NOW)


def test_a_verdict_waits_for_appeal_or_compliance_before_it_is_forced() -> None:
    case = decided()
    assert (case.state, case.clock, case.due_at) == (S.DECIDED, Clock.EXECUTION, NOW + timedelta(hours=24))
    assert arbitration_code(case) == 2
    turn = act(case, acts.Expire(Clock.EXECUTION), RULES, now=NOW + timedelta(hours=24))
    assert turn.dispute.state is S.EXECUTING
    assert execution(turn) == [ExecuteVerdict(ALL, forced=True)]


def test_a_merchant_who_complies_is_not_forced() -> None:
    turn = act(decided(), acts.AcceptVerdict(Party.MERCHANT), RULES, now=NOW)
    assert execution(turn) == [ExecuteVerdict(ALL, forced=False)]


def test_a_partial_verdict_waits_for_the_buyer_too() -> None:
    case = after(decided(SOME), acts.AcceptVerdict(Party.MERCHANT))
    assert case.state is S.DECIDED
    assert execution(act(case, acts.AcceptVerdict(Party.BUYER), RULES, now=NOW)) == [ExecuteVerdict(SOME, forced=False)]


def test_accepting_twice_is_accepting_once() -> None:
    case = after(decided(SOME), acts.AcceptVerdict(Party.MERCHANT))
    assert act(case, acts.AcceptVerdict(Party.MERCHANT), RULES, now=NOW) == Turn(case)


def test_a_refused_buyer_may_accept_and_it_is_over() -> None:
    case = after(decided(NOTHING), acts.AcceptVerdict(Party.BUYER))
    assert (case.state, case.outcome) == (S.ENDED, Outcome.MERCHANT)


@pytest.mark.parametrize(
    ("verdict", "outcome"), [(ALL, Outcome.BUYER), (SOME, Outcome.PARTIAL), (NOTHING, Outcome.MERCHANT)]
)
def test_the_outcome_says_whose_side_was_taken(verdict: Verdict, outcome: Outcome) -> None:
    case = after(decided(verdict), acts.Expire(Clock.EXECUTION), now=NOW + timedelta(hours=24))
    assert case.outcome is outcome


def test_execution_ends_with_the_claim_and_only_once() -> None:
    case = after(decided(), acts.AcceptVerdict(Party.MERCHANT))
    done = after(case, acts.ClaimEnded())
    assert done.state is S.ENDED
    assert act(done, acts.ClaimEnded(), RULES, now=NOW) == Turn(done)


def test_a_large_sum_is_decided_by_two_different_people() -> None:
    facts = replace(FACTS, paid_minor=200_000, refundable_minor=200_000)
    proposed = after(heard(), acts.Decide(ANNA, replace(ALL, refund_minor=200_000), facts))
    assert (proposed.state, proposed.clock) == (S.SECOND_SIGNATURE, Clock.DECIDING)
    with pytest.raises(NotImpartial):
        act(proposed, acts.Sign(ANNA), RULES, now=NOW)
    signed = after(proposed, acts.Sign(BEN))
    assert (signed.state, signed.decided_by, signed.signed_by) == (S.DECIDED, ANNA, BEN)


def test_a_second_signature_that_is_refused_sends_the_case_back() -> None:
    facts = replace(FACTS, paid_minor=200_000, refundable_minor=200_000)
    proposed = after(heard(), acts.Decide(ANNA, replace(ALL, refund_minor=200_000), facts))
    back = after(proposed, acts.SendBack(BEN, "the photograph shows another product"))
    assert (back.state, back.verdict, back.arbitrator) == (S.DECIDING, None, ANNA)


def test_a_signature_that_does_not_come_is_asked_for_again() -> None:
    facts = replace(FACTS, paid_minor=200_000, refundable_minor=200_000)
    proposed = after(heard(), acts.Decide(ANNA, replace(ALL, refund_minor=200_000), facts))
    late = after(proposed, acts.Expire(Clock.DECIDING), now=NOW + timedelta(hours=48))
    assert (late.state, late.overdue, late.arbitrator) == (S.SECOND_SIGNATURE, 1, ANNA)


def test_an_appeal_needs_something_new() -> None:
    with pytest.raises(NewEvidenceNeeded):
        act(decided(), acts.Appeal(Party.MERCHANT, 0, "unfair"), RULES, now=NOW)


def test_an_appeal_stops_the_execution_and_is_judged_by_somebody_else() -> None:
    turn = act(decided(), acts.Appeal(Party.MERCHANT, 1, "the seal was unbroken"), RULES, now=NOW)
    case = turn.dispute
    assert (case.state, case.clock, case.arbitrator) == (S.APPEALED, Clock.DECIDING, None)
    assert execution(turn) == []
    with pytest.raises(NotImpartial):
        act(case, acts.Take(ANNA), RULES, now=NOW)
    final = after(case, acts.Take(BEN), acts.Decide(BEN, NOTHING, FACTS))
    assert (final.state, final.verdict, final.first_verdict) == (S.DECIDED, NOTHING, ALL)


def test_an_appeal_can_be_used_once_by_anybody() -> None:
    appealed = after(decided(), acts.Appeal(Party.MERCHANT, 1, "look again"), acts.Take(BEN))
    final = after(appealed, acts.Decide(BEN, ALL, FACTS))
    for party in (Party.BUYER, Party.MERCHANT):
        with pytest.raises(AppealUsed):
            act(final, acts.Appeal(party, 1, "and again"), RULES, now=NOW)
    assert after(final, acts.AcceptVerdict(Party.MERCHANT)).state is S.EXECUTING


def test_who_has_accepted_cannot_appeal_any_more() -> None:
    case = after(decided(SOME), acts.AcceptVerdict(Party.MERCHANT))
    with pytest.raises(NotYourTurn):
        act(case, acts.Appeal(Party.MERCHANT, 1, "no"), RULES, now=NOW)
    assert after(case, acts.Appeal(Party.BUYER, 1, "more")).state is S.APPEALED


def test_an_overturned_verdict_is_counted_an_upheld_one_is_not() -> None:
    appealed = after(decided(), acts.Appeal(Party.MERCHANT, 1, "look again"), acts.Take(BEN))
    end = NOW + timedelta(hours=24)
    upheld = after(after(appealed, acts.Decide(BEN, ALL, FACTS)), acts.Expire(Clock.EXECUTION), now=end)
    changed = after(after(appealed, acts.Decide(BEN, NOTHING, FACTS)), acts.Expire(Clock.EXECUTION), now=end)
    assert (upheld.overturned, changed.overturned) == (False, True)


def test_evidence_asked_for_in_an_appeal_leads_back_to_the_appeal() -> None:
    appealed = after(decided(), acts.Appeal(Party.MERCHANT, 1, "look again"), acts.Take(BEN))
    asked = after(appealed, acts.AskEvidence(BEN, frozenset({Party.BUYER}), "the label, please"))
    assert asked.state is S.EVIDENCE_WANTED
    assert after(asked, acts.GiveEvidence(Party.BUYER, 1)).state is S.APPEALED


def test_the_two_may_settle_until_it_is_decided() -> None:
    settlement = Verdict(K.PARTIAL_REFUND, "settled", 100_000)
    case = after(heard(), acts.Offer(Party.MERCHANT, settlement, FACTS))
    with pytest.raises(NoOffer):
        act(case, acts.AcceptOffer(Party.MERCHANT), RULES, now=NOW)
    turn = act(case, acts.AcceptOffer(Party.BUYER), RULES, now=NOW)
    assert (turn.dispute.state, turn.dispute.outcome) == (S.EXECUTING, Outcome.SETTLED)
    assert execution(turn) == [ExecuteVerdict(settlement, forced=False)]


def test_an_offer_turned_down_is_gone() -> None:
    settlement = Verdict(K.PARTIAL_REFUND, "settled", 100_000)
    case = after(opened(), acts.Offer(Party.MERCHANT, settlement, FACTS), acts.DeclineOffer(Party.BUYER))
    with pytest.raises(NoOffer):
        act(case, acts.AcceptOffer(Party.BUYER), RULES, now=NOW)


def test_a_merchant_who_agrees_to_the_claim_ends_the_judging() -> None:
    case = after(heard(), acts.ClaimAgreed())
    assert (case.state, case.outcome) == (S.EXECUTING, Outcome.SETTLED)
    assert after(case, acts.ClaimEnded()).state is S.ENDED


def test_a_claim_that_is_done_though_nobody_ruled_was_agreed_to() -> None:
    for case in (opened(), heard(), decided(SOME)):
        done = after(case, acts.ClaimEnded())
        assert (done.state, done.outcome, done.clock) == (S.ENDED, Outcome.SETTLED, None)
        assert after(done, acts.ClaimAgreed()) == done  # told late


def test_a_claim_taken_back_takes_its_dispute_along() -> None:
    case = after(heard(), acts.ClaimEnded(closed=True))
    assert (case.state, case.outcome) == (S.CANCELLED, Outcome.WITHDRAWN)
    assert arbitration_code(case) == 255


def test_a_court_ends_it_article_63() -> None:
    turn = act(decided(), acts.EndForLaw("case 2026-117"), RULES, now=NOW)
    assert (turn.dispute.state, turn.dispute.outcome) == (S.ENDED, Outcome.LITIGATION)
    assert execution(turn) == []
    assert StopClock() in turn.effects


def test_money_on_its_way_is_not_called_back_by_a_court() -> None:
    case = after(decided(), acts.AcceptVerdict(Party.MERCHANT))
    with pytest.raises(IllegalStep):
        act(case, acts.EndForLaw("too late"), RULES, now=NOW)


def test_evidence_has_a_limit_a_side() -> None:
    case = after(opened(), acts.GiveEvidence(Party.BUYER, 20))
    with pytest.raises(TooMuchEvidence):
        act(case, acts.GiveEvidence(Party.BUYER, 1), RULES, now=NOW)
    after(case, acts.GiveEvidence(Party.MERCHANT, 1))


def test_every_open_state_has_a_way_out_and_somebody_to_act() -> None:
    for state in OPEN:
        assert LIFE.verbs(state)
        assert whose_turn(replace(opened(), state=state, wanted=frozenset({Party.BUYER}), verdict=ALL))
    for state in (S.ENDED, S.CANCELLED):
        assert not whose_turn(replace(opened(), state=state))


def test_a_dispute_whose_sides_and_judges_stay_silent_still_ends_or_waits_on_a_clock() -> None:
    case, now = opened(), NOW
    for _ in range(6):
        assert case.clock is not None
        assert case.due_at is not None
        now = case.due_at
        case = after(case, acts.Expire(case.clock), now=now)
    assert (case.state, case.overdue) == (S.DECIDING, 4)


def test_a_verdict_on_its_way_ends_where_its_claim_is_disputed_anew():
    executing = after(decided(), acts.AcceptVerdict(Party.MERCHANT))
    assert executing.state is S.EXECUTING
    turn = act(executing, acts.ClaimDisputedAgain(), RULES, now=NOW)
    assert (turn.dispute.state, turn.dispute.ended_at, turn.dispute.outcome) == (S.ENDED, NOW, Outcome.BUYER)
    assert acts.Tell(acts.News.ENDED) in turn.effects
    assert acts.Tell(acts.News.EXECUTED) not in turn.effects


def test_only_what_is_being_carried_out_can_be_disputed_anew():
    with pytest.raises(IllegalStep):
        act(heard(), acts.ClaimDisputedAgain(), RULES, now=NOW)
