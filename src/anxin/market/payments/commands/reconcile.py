"""Comparing a day of our ledger with the provider's statement, both ways, and explaining what differs."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F

from anxin.infra.deadlines import schedule
from anxin.infra.rows import step_row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_midnight
from anxin.market.payments import gateways, store
from anxin.market.payments.commands.pay import POLL
from anxin.market.payments.domain import (
    DIFFERENCE,
    DifferenceKind,
    DifferenceState,
    Hint,
    Mismatch,
    Movement,
    PaymentState,
    Verdict,
    compare,
)
from anxin.market.payments.errors import DayNotOver, DifferenceNotFound, ExplanationMissing
from anxin.market.payments.gateway import PaymentGateway
from anxin.market.payments.models import Callback, Difference, Payment, Reconciliation

Side = dict[tuple[str, UUID], Movement]


def reconcile(day: date, *, now: Instant, gateway: PaymentGateway | None = None) -> UUID:
    """Download the provider's statement of a day of Asia/Shanghai and compare; return the reconciliation's id.

    Run again, it finds what is new and resolves what has gone away. Raises DayNotOver or GatewayUnavailable.
    """
    if now < shanghai_midnight(day + timedelta(days=1)):
        raise DayNotOver
    provider = gateway or gateways.provider()
    theirs = _by_subject(provider.statement(day, now=now))
    return _compare(provider.name, day, theirs, now=now)


@transactional
def explain_difference(difference_id: UUID, explanation: str, *, by: UUID, now: Instant) -> None:
    """Note why both sides differ. Raises DifferenceNotFound, ExplanationMissing, IllegalStep or LostRace."""
    text = explanation.strip()
    if not text:
        raise ExplanationMissing
    difference = Difference.objects.filter(pk=difference_id).first()
    if difference is None:
        raise DifferenceNotFound
    step_row(difference, DIFFERENCE, "explain", explanation=text[:500], explained_by=by, closed_at=now)


@transactional
def _compare(gateway: str, day: date, theirs: Side, *, now: Instant) -> UUID:
    ours = _our_side(gateway, day)
    run, _ = Reconciliation.objects.update_or_create(
        gateway=gateway,
        day=day,
        defaults={
            "ran_at": now,
            "ours_count": len(ours),
            "ours_minor": _net(ours),
            "theirs_count": len(theirs),
            "theirs_minor": _net(theirs),
        },
    )
    found = compare(ours, theirs)
    for mismatch in found:
        _note(run, mismatch, now=now)
    still = {mismatch.movement.subject for mismatch in found}
    gone = run.differences.exclude(subject__in=still).exclude(state=DifferenceState.RESOLVED)
    gone.update(state=DifferenceState.RESOLVED, version=F("version") + 1, closed_at=now)
    return run.pk


def _note(run: Reconciliation, mismatch: Mismatch, *, now: Instant) -> None:
    """Write a difference, open again if it had been resolved; ask the provider where a message of his seems lost."""
    hint = _hint(mismatch)
    if hint is Hint.NOT_CAPTURED:
        schedule(POLL, mismatch.movement.subject, now)
    facts = {
        "kind": mismatch.kind,
        "ours_minor": mismatch.ours_minor,
        "theirs_minor": mismatch.theirs_minor,
        "hint": hint,
    }
    difference, is_new = Difference.objects.get_or_create(
        reconciliation=run,
        movement=mismatch.movement.kind,
        subject=mismatch.movement.subject,
        defaults={**facts, "found_at": now},
    )
    if not is_new and difference.state == DifferenceState.RESOLVED:
        Difference.objects.filter(pk=difference.pk).update(
            **facts, state=DifferenceState.OPEN, version=F("version") + 1, closed_at=None
        )


def _hint(mismatch: Mismatch) -> Hint:
    subject = mismatch.movement.subject
    if mismatch.kind is DifferenceKind.MISSING_THERE:
        return Hint.NOT_LISTED
    refused = Callback.objects.filter(subject=subject, verdict__in=(Verdict.WRONG_AMOUNT, Verdict.WRONG_CURRENCY))
    if refused.exists():
        return Hint.REFUSED_MESSAGE
    if mismatch.kind is not DifferenceKind.MISSING_HERE:
        return Hint.DISAGREES
    waits = Payment.objects.filter(pk=subject).exclude(state=PaymentState.CAPTURED)
    return Hint.NOT_CAPTURED if waits.exists() else Hint.UNKNOWN


def _our_side(gateway: str, day: date) -> Side:
    period = {"start": shanghai_midnight(day), "until": shanghai_midnight(day + timedelta(days=1))}
    return _by_subject(Movement(**row) for row in store.SQL.rows("our_movements", gateway=gateway, **period))


def _by_subject(movements: Iterable[Movement]) -> Side:
    return {(movement.kind, movement.subject): movement for movement in movements}


def _net(side: Side) -> int:
    return sum(m.amount_minor if m.kind == "payment" else -m.amount_minor for m in side.values())
