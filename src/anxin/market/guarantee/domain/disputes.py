"""The life of a dispute (平台介入) as a pure machine: `act(dispute, act, rules, now) -> Turn(dispute, effects)`.

At most one clock runs at a time and each state that waits for somebody has one, so silence never stops a case:
negotiation → evidence → deciding (→ second signature) → decided → executing → ended, with one appeal out of `decided`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import singledispatch
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.domain import dispute_acts as acts
from anxin.market.guarantee.domain.arbitration import Arbitration, VerdictKind
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute import (
    JUDGED,
    LIFE,
    OPEN,
    SIDES,
    TALKING,
    Dispute,
    DisputeState,
    Outcome,
    Turn,
    gives_all,
    loser,
    outcome_of,
)
from anxin.market.guarantee.domain.dispute_acts import Clock, Effect, News, Note
from anxin.market.guarantee.domain.verdicts import CaseFacts, Verdict, check_verdict, needs_second_signature
from anxin.market.guarantee.errors import disputes as errors

S = DisputeState


@dataclass(frozen=True)
class _Scene:
    """The circumstances of one act."""

    rules: Arbitration
    now: Instant


def open_dispute(dispute: Dispute, rules: Arbitration, *, now: Instant) -> Turn:
    """Begin a dispute: the two sides may still settle it; one that the platform opens asks for evidence at once."""
    scene = _Scene(rules, now)
    opened = (Note("opened", dispute.opened_by), acts.Tell(News.OPENED))
    if dispute.opened_by is Party.PLATFORM:
        turn = _want_evidence(dispute, SIDES, scene)
    else:
        hours = rules.clocks.fresh_negotiation_hours if dispute.fresh else rules.clocks.negotiation_hours
        turn = _wait(dispute, Clock.NEGOTIATION, hours, scene)
    return Turn(turn.dispute, (*opened, *turn.effects))


def act(dispute: Dispute, what: acts.Act, rules: Arbitration, *, now: Instant) -> Turn:
    """Let somebody or a clock act. Raises IllegalStep and the errors of disputes; the same act of a clock twice does nothing."""
    return _act(what, dispute, _Scene(rules, now))


@singledispatch
def _act(what: Any, dispute: Dispute, scene: _Scene) -> Turn:  # noqa: ARG001
    raise TypeError(f"a dispute knows no {what!r}")


# Talking


@_act.register
def _offer(what: acts.Offer, dispute: Dispute, scene: _Scene) -> Turn:
    _must_be(dispute, TALKING, "offer")
    _check(what.settlement, what.facts, scene, between_parties=True)
    offered = replace(dispute, offered_by=what.party, offer=what.settlement)
    return Turn(offered, (Note("offered", what.party, _words(what.settlement)),))


@_act.register
def _accept_offer(what: acts.AcceptOffer, dispute: Dispute, scene: _Scene) -> Turn:
    offer = _open_offer(dispute, what.party)
    following = LIFE.after(dispute.state, "settle")
    settled = replace(
        dispute, state=following, verdict=offer, accepted=SIDES, decided_at=scene.now, outcome=Outcome.SETTLED
    )
    turn = _execute(settled, forced=False, now=scene.now)
    return Turn(turn.dispute, (Note("settled", what.party, _words(offer)), *turn.effects))


@_act.register
def _decline_offer(what: acts.DeclineOffer, dispute: Dispute, scene: _Scene) -> Turn:  # noqa: ARG001
    _open_offer(dispute, what.party)
    return Turn(replace(dispute, offered_by=None, offer=None), (Note("declined", what.party),))


@_act.register
def _stop_talking(what: acts.StopTalking, dispute: Dispute, scene: _Scene) -> Turn:
    _must_be(dispute, (S.NEGOTIATION,), "stop_talking")
    return _noted(Note("talks_ended", what.party), _after_talks(dispute, scene))


# Evidence


@_act.register
def _give_evidence(what: acts.GiveEvidence, dispute: Dispute, scene: _Scene) -> Turn:
    _must_be(dispute, TALKING, "give_evidence")
    given = _with_pieces(dispute, what.party, what.pieces, scene)
    note = Note("evidence_given", what.party, {"pieces": what.pieces})
    if dispute.state is not S.EVIDENCE_WANTED:
        return Turn(given, (note,))
    still = given.wanted - {what.party}
    given = replace(given, wanted=still)
    return Turn(given, (note,)) if still else _noted(note, _consider(given, scene))


@_act.register
def _ask_evidence(what: acts.AskEvidence, dispute: Dispute, scene: _Scene) -> Turn:
    _must_judge(dispute, what.arbitrator)
    asked = Note("evidence_wanted", Party.PLATFORM, {"of": sorted(what.parties), "question": what.question})
    return _noted(asked, _want_evidence(dispute, what.parties & SIDES, scene))


# Judging


@_act.register
def _take(what: acts.Take, dispute: Dispute, scene: _Scene) -> Turn:  # noqa: ARG001
    _must_be(dispute, (*JUDGED, S.EVIDENCE_WANTED), "take")
    if dispute.arbitrator == what.arbitrator:
        return Turn(dispute)
    if dispute.arbitrator is not None:
        raise errors.TakenByAnother
    if what.arbitrator in dispute.judges or what.arbitrator == dispute.buyer_id:
        raise errors.NotImpartial
    return Turn(replace(dispute, arbitrator=what.arbitrator), (Note("taken", Party.PLATFORM),))


@_act.register
def _hand_back(what: acts.HandBack, dispute: Dispute, scene: _Scene) -> Turn:  # noqa: ARG001
    _must_be(dispute, (*JUDGED, S.EVIDENCE_WANTED), "hand_back")
    _must_have_taken(dispute, what.arbitrator)
    return Turn(replace(dispute, arbitrator=None), (Note("handed_back", Party.PLATFORM),))


@_act.register
def _decide(what: acts.Decide, dispute: Dispute, scene: _Scene) -> Turn:
    _must_judge(dispute, what.arbitrator)
    _check(what.verdict, what.facts, scene)
    proposed = replace(dispute, verdict=what.verdict, decided_by=what.arbitrator, signed_by=None)
    if not needs_second_signature(what.verdict, what.facts, scene.rules):
        return _pronounce(proposed, scene)
    waiting = replace(proposed, state=LIFE.after(dispute.state, "propose"))
    proposal = Note("proposed", Party.PLATFORM)  # not what it says: it is not decided yet
    return _noted(proposal, _wait(waiting, Clock.DECIDING, _deciding_hours(dispute, scene), scene))


@_act.register
def _sign(what: acts.Sign, dispute: Dispute, scene: _Scene) -> Turn:
    _must_be(dispute, (S.SECOND_SIGNATURE,), "sign")
    _must_be_second(dispute, what.arbitrator)
    return _pronounce(replace(dispute, signed_by=what.arbitrator), scene)


@_act.register
def _send_back(what: acts.SendBack, dispute: Dispute, scene: _Scene) -> Turn:
    _must_be(dispute, (S.SECOND_SIGNATURE,), "send_back")
    _must_be_second(dispute, what.arbitrator)
    undone = replace(dispute, verdict=dispute.first_verdict, decided_by=None)
    return _noted(Note("sent_back", Party.PLATFORM), _consider(undone, scene))


def _pronounce(dispute: Dispute, scene: _Scene) -> Turn:
    decided = replace(
        dispute,
        state=LIFE.after(dispute.state, "decide"),
        decided_at=scene.now,
        accepted=frozenset(),
        offered_by=None,
        offer=None,
        overdue=0,
        judges=dispute.judges | {judge for judge in (dispute.decided_by, dispute.signed_by) if judge},
    )
    turn = _wait(decided, Clock.EXECUTION, scene.rules.clocks.execution_hours, scene)
    return Turn(
        turn.dispute,
        (Note("decided", Party.PLATFORM, _words(_verdict_of(decided))), *turn.effects, acts.Tell(News.DECIDED)),
    )


# After the verdict


@_act.register
def _accept_verdict(what: acts.AcceptVerdict, dispute: Dispute, scene: _Scene) -> Turn:
    _must_be(dispute, (S.DECIDED,), "accept_verdict")
    if what.party in dispute.accepted:
        return Turn(dispute)
    accepted = replace(dispute, accepted=dispute.accepted | {what.party})
    note = Note("accepted", what.party)
    if not _nobody_can_lose(accepted):
        return Turn(accepted, (note,))
    return _noted(note, _begin_execution(accepted, forced=False, now=scene.now))


@_act.register
def _appeal(what: acts.Appeal, dispute: Dispute, scene: _Scene) -> Turn:
    _must_be(dispute, (S.DECIDED,), "appeal")
    if dispute.final:
        raise errors.AppealUsed
    if what.party in dispute.accepted:
        raise errors.NotYourTurn
    if what.pieces < 1:
        raise errors.NewEvidenceNeeded
    appealed = replace(
        _with_pieces(dispute, what.party, what.pieces, scene),
        state=LIFE.after(dispute.state, "appeal"),
        appealed_by=what.party,
        appealed_at=scene.now,
        first_verdict=dispute.verdict,
        arbitrator=None,
        accepted=frozenset(),
    )
    turn = _wait(appealed, Clock.DECIDING, _deciding_hours(dispute, scene), scene)
    return Turn(
        turn.dispute, (Note("appealed", what.party, {"why": what.why}), *turn.effects, acts.Tell(News.APPEALED))
    )


@_act.register
def _claim_agreed(what: acts.ClaimAgreed, dispute: Dispute, scene: _Scene) -> Turn:  # noqa: ARG001
    """The merchant gave in by himself; after a verdict was executed this is the execution and changes nothing."""
    if dispute.state not in OPEN or dispute.state is S.EXECUTING:
        return Turn(dispute)
    settled = _still(replace(dispute, state=LIFE.after(dispute.state, "settle"), outcome=Outcome.SETTLED, verdict=None))
    return Turn(settled, (acts.StopClock(), Note("agreed", Party.MERCHANT)))


@_act.register
def _claim_ended(what: acts.ClaimEnded, dispute: Dispute, scene: _Scene) -> Turn:
    """What was decided has happened; told twice it changes nothing. A claim taken back takes its dispute along.

    One that is done though nobody ruled was agreed to, and the word of that comes later or never.
    """
    if dispute.state is S.EXECUTING:
        return _end(dispute, (), now=scene.now)
    if dispute.state not in OPEN:
        return Turn(dispute)
    if not what.closed:
        agreed = _claim_agreed(acts.ClaimAgreed(), dispute, scene)
        return _end(agreed.dispute, agreed.effects, now=scene.now)
    return _stop(dispute, "cancel", Outcome.WITHDRAWN, (Note("cancelled", Party.BUYER),), scene)


@_act.register
def _claim_disputed_again(what: acts.ClaimDisputedAgain, dispute: Dispute, scene: _Scene) -> Turn:  # noqa: ARG001
    """The way of the verdict or agreement ends where the new dispute begins; both are not judged at once."""
    _must_be(dispute, (S.EXECUTING,), "finish")
    ended = replace(dispute, state=LIFE.after(dispute.state, "finish"), ended_at=scene.now)
    return Turn(ended, (Note("disputed_again", Party.PLATFORM), acts.Tell(News.ENDED)))


def _begin_execution(dispute: Dispute, *, forced: bool, now: Instant) -> Turn:
    verdict = _verdict_of(dispute)
    stepped = replace(dispute, state=LIFE.after(dispute.state, "execute"), outcome=outcome_of(verdict))
    return _execute(stepped, forced=forced, now=now)


def _execute(dispute: Dispute, *, forced: bool, now: Instant) -> Turn:
    """Let the claim go its way; where the buyer is not supported that is over at once."""
    verdict = _verdict_of(dispute)
    executing = _still(replace(dispute, forced=forced))
    effects = (
        acts.StopClock(),
        Note("executing", Party.PLATFORM, {"forced": forced}),
        acts.ExecuteVerdict(verdict, forced),
    )
    if verdict.kind is VerdictKind.NO_SUPPORT:
        return _end(executing, effects, now=now)
    return Turn(executing, effects)


def _verdict_of(dispute: Dispute) -> Verdict:
    if dispute.verdict is None:
        raise errors.NotYourTurn
    return dispute.verdict


def _still(dispute: Dispute) -> Dispute:
    """Nobody has to move, nothing is on offer."""
    return replace(dispute, clock=None, due_at=None, offer=None, offered_by=None, wanted=frozenset())


def _end(dispute: Dispute, effects: tuple[Effect, ...], *, now: Instant) -> Turn:
    ended = replace(dispute, state=LIFE.after(dispute.state, "finish"), ended_at=now)
    return Turn(ended, (*effects, Note("executed", Party.PLATFORM), acts.Tell(News.EXECUTED)))


# Other ends


@_act.register
def _cancel(what: acts.Cancel, dispute: Dispute, scene: _Scene) -> Turn:  # noqa: ARG001
    effects = (Note("cancelled", Party.BUYER), acts.CloseClaim(Outcome.WITHDRAWN))
    return _stop(dispute, "cancel", Outcome.WITHDRAWN, effects, scene)


@_act.register
def _end_for_law(what: acts.EndForLaw, dispute: Dispute, scene: _Scene) -> Turn:
    effects = (Note("litigation", Party.PLATFORM, {"why": what.why}), acts.CloseClaim(Outcome.LITIGATION))
    return _stop(dispute, "end", Outcome.LITIGATION, effects, scene)


def _stop(dispute: Dispute, verb: str, outcome: Outcome, effects: tuple[Effect, ...], scene: _Scene) -> Turn:
    following = LIFE.after(dispute.state, verb)
    stopped = _still(replace(dispute, state=following, outcome=outcome, ended_at=scene.now))
    return Turn(stopped, (acts.StopClock(), *effects, acts.Tell(News.ENDED)))


# Clocks


@_act.register
def _expire(what: acts.Expire, dispute: Dispute, scene: _Scene) -> Turn:
    """A clock that was stopped, set anew or already heard changes nothing."""
    if dispute.clock is not what.clock or dispute.due_at is None or scene.now < dispute.due_at:
        return Turn(dispute)
    return _ON_EXPIRY[what.clock](dispute, scene)


def _after_talks(dispute: Dispute, scene: _Scene) -> Turn:
    """Ask those for evidence who have shown nothing; with both sides heard an arbitrator may begin."""
    missing = frozenset(party for party in SIDES if not dispute.pieces(party))
    return _want_evidence(dispute, missing, scene) if missing else _consider(dispute, scene)


def _talks_over(dispute: Dispute, scene: _Scene) -> Turn:
    return _noted(Note("talks_over", Party.PLATFORM), _after_talks(dispute, scene))


def _evidence_over(dispute: Dispute, scene: _Scene) -> Turn:
    """Who shows nothing in time is judged on what there is (DOMAIN 1.7)."""
    note = Note("evidence_over", Party.PLATFORM, {"missing": sorted(dispute.wanted)})
    return _noted(note, _consider(replace(dispute, wanted=frozenset()), scene))


def _platform_late(dispute: Dispute, scene: _Scene) -> Turn:
    """The platform's own time is over: the case goes back to the queue, counted as overdue, and the clock runs again."""
    arbitrator = dispute.arbitrator if dispute.state is S.SECOND_SIGNATURE else None
    late = replace(dispute, overdue=dispute.overdue + 1, arbitrator=arbitrator)
    return _noted(Note("overdue", Party.PLATFORM), _wait(late, Clock.DECIDING, _deciding_hours(dispute, scene), scene))


def _force(dispute: Dispute, scene: _Scene) -> Turn:
    return _begin_execution(dispute, forced=True, now=scene.now)


_ON_EXPIRY: dict[Clock, Callable[[Dispute, _Scene], Turn]] = {
    Clock.NEGOTIATION: _talks_over,
    Clock.EVIDENCE: _evidence_over,
    Clock.DECIDING: _platform_late,
    Clock.EXECUTION: _force,
}


def _want_evidence(dispute: Dispute, parties: frozenset[Party], scene: _Scene) -> Turn:
    wanted = replace(dispute, state=LIFE.after(dispute.state, "want_evidence"), wanted=parties)
    return _wait(wanted, Clock.EVIDENCE, scene.rules.clocks.evidence_hours, scene)


def _consider(dispute: Dispute, scene: _Scene) -> Turn:
    verb = "consider_appeal" if dispute.final else "consider"
    considered = replace(dispute, state=LIFE.after(dispute.state, verb), wanted=frozenset())
    return _wait(considered, Clock.DECIDING, _deciding_hours(dispute, scene), scene)


def _wait(dispute: Dispute, clock: Clock, hours: int, scene: _Scene) -> Turn:
    due_at = scene.now + timedelta(hours=hours)
    return Turn(replace(dispute, clock=clock, due_at=due_at), (acts.SetClock(clock, due_at),))


def _deciding_hours(dispute: Dispute, scene: _Scene) -> int:
    clocks = scene.rules.clocks
    return clocks.fresh_deciding_hours if dispute.fresh else clocks.deciding_hours


# Judgements


def _nobody_can_lose(dispute: Dispute) -> bool:
    """Say whether execution need not wait: the losing side complies and the other has nothing left to appeal for."""
    if loser(dispute) not in dispute.accepted:
        return False
    winner = (SIDES - {loser(dispute)}) & dispute.accepted
    nothing_more = loser(dispute) is Party.BUYER or gives_all(dispute)
    return dispute.final or nothing_more or bool(winner)


def _check(verdict: Verdict, facts: CaseFacts, scene: _Scene, *, between_parties: bool = False) -> None:
    objections = check_verdict(verdict, facts, scene.rules, between_parties=between_parties)
    if objections:
        codes = tuple(objection.complaint.value for objection in objections)
        raise errors.VerdictRefused(", ".join(codes), codes)


def _open_offer(dispute: Dispute, party: Party) -> Verdict:
    _must_be(dispute, TALKING, "answer_offer")
    if dispute.offer is None or dispute.offered_by in (None, party):
        raise errors.NoOffer
    return dispute.offer


def _must_be(dispute: Dispute, states: tuple[DisputeState, ...], verb: str) -> None:
    if dispute.state not in states:
        raise IllegalStep("dispute", verb, dispute.state)


def _must_judge(dispute: Dispute, arbitrator: UUID) -> None:
    _must_be(dispute, JUDGED, "judge")
    _must_have_taken(dispute, arbitrator)


def _must_have_taken(dispute: Dispute, arbitrator: UUID) -> None:
    if dispute.arbitrator is None:
        raise errors.NotTaken
    if dispute.arbitrator != arbitrator:
        raise errors.TakenByAnother


def _must_be_second(dispute: Dispute, arbitrator: UUID) -> None:
    if arbitrator in {dispute.decided_by, dispute.buyer_id, *dispute.judges}:
        raise errors.NotImpartial


def _with_pieces(dispute: Dispute, party: Party, pieces: int, scene: _Scene) -> Dispute:
    total = dispute.pieces(party) + pieces
    if total > scene.rules.limits.pieces_max:
        raise errors.TooMuchEvidence(scene.rules.limits.pieces_max)
    return replace(dispute, **{f"{party}_pieces": total})  # type: ignore[arg-type]


def _noted(note: Note, turn: Turn) -> Turn:
    return Turn(turn.dispute, (note, *turn.effects))


def _words(verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": verdict.kind,
        "reason": verdict.reason,
        "refund_minor": verdict.refund_minor,
        "compensation_minor": verdict.compensation_minor,
    }
