"""How an act reaches a dispute and the world: the one place where a dispute's effects are carried out."""

from functools import singledispatch
from typing import Any
from uuid import UUID

from anxin.infra import deadlines
from anxin.infra.outbox import publish
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import dispute_claims
from anxin.market.guarantee.domain import dispute_acts as acts
from anxin.market.guarantee.domain.dispute import JUDGED, Dispute, Turn
from anxin.market.guarantee.domain.disputes import act
from anxin.market.guarantee.events.disputes import (
    DisputeAppealed,
    DisputeDecided,
    DisputeEnded,
    DisputeExecuted,
    DisputeOpened,
)
from anxin.market.guarantee.models.disputes import Dispute as DisputeRow
from anxin.market.guarantee.store import disputes as store


def carry_out(row: DisputeRow, what: acts.Act, *, actor_id: UUID | None, now: Instant, **columns: Any) -> Dispute:
    """Let an act happen to a locked dispute: write it and do what follows. One that changes nothing writes nothing.

    `columns` are columns of the row that change along with it. Raises what the machine raises, and LostRace.
    """
    before = store.case_of(row)
    turn = act(before, what, store.rules_of(row), now=now)
    if turn == Turn(before):
        return before
    if turn.dispute.state in JUDGED and before.state not in JUDGED:
        columns["considered_at"] = now
    store.save(row, turn.dispute, **columns)
    carry_on(row, turn, actor_id=actor_id, now=now)
    return turn.dispute


def carry_on(row: DisputeRow, turn: Turn, *, actor_id: UUID | None, now: Instant) -> None:
    """Do what follows from a turn that has been written."""
    for effect in turn.effects:
        _do(effect, row, actor_id, now)


@singledispatch
def _do(effect: Any, row: DisputeRow, actor_id: UUID | None, now: Instant) -> None:  # noqa: ARG001
    raise TypeError(f"nobody carries out {effect!r}")


@_do.register
def _set_clock(effect: acts.SetClock, row: DisputeRow, actor_id: UUID | None, now: Instant) -> None:  # noqa: ARG001
    deadlines.schedule(store.DEADLINE, row.id, effect.due_at, version=row.version)


@_do.register
def _stop_clock(effect: acts.StopClock, row: DisputeRow, actor_id: UUID | None, now: Instant) -> None:  # noqa: ARG001
    deadlines.cancel(store.DEADLINE, row.id)


@_do.register
def _execute(effect: acts.ExecuteVerdict, row: DisputeRow, actor_id: UUID | None, now: Instant) -> None:  # noqa: ARG001
    dispute_claims.rule(row, effect.verdict, now=now)


@_do.register
def _close_claim(effect: acts.CloseClaim, row: DisputeRow, actor_id: UUID | None, now: Instant) -> None:  # noqa: ARG001
    dispute_claims.close(row, now=now)


@_do.register
def _note(effect: acts.Note, row: DisputeRow, actor_id: UUID | None, now: Instant) -> None:
    store.note(row, effect, actor_id=actor_id, now=now)


@_do.register
def _tell(effect: acts.Tell, row: DisputeRow, actor_id: UUID | None, now: Instant) -> None:  # noqa: ARG001
    publish(_news(effect.news, row, now), shop_id=row.shop_id, now=now)


def _news(news: acts.News, row: DisputeRow, now: Instant) -> Any:
    subject = (row.id, row.claim_id, row.order_id, row.shop_id, row.person_id)
    verdict = row.verdict or {"kind": "", "reason": "", "refund_minor": 0, "compensation_minor": 0}
    money = (verdict["refund_minor"], verdict["compensation_minor"])
    match news:
        case acts.News.OPENED:
            return DisputeOpened(*subject, row.opened_by, row.opened_at)
        case acts.News.DECIDED:
            words = (verdict["kind"], verdict["reason"])
            return DisputeDecided(*subject, *words, *money, bool(row.appealed_by), now, row.due_at or now)
        case acts.News.APPEALED:
            return DisputeAppealed(*subject, row.appealed_by, now)
        case acts.News.EXECUTED:
            return DisputeExecuted(*subject, row.outcome, row.forced, row.overturned, *money, now)
        case acts.News.ENDED:
            return DisputeEnded(*subject, row.outcome, now)
