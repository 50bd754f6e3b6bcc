"""What an operator changes of the interest engine; each act is in the audit log with its reason."""

import json
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.interest import store
from anxin.market.interest.domain.weights import Weights
from anxin.market.interest.errors import RollbackWaits, SameFormula, UnknownFormula, UnknownVersion
from anxin.market.interest.models import Rollback, ValueFormula
from anxin.market.interest.queries import formulas
from anxin.market.interest.queries.versions import Soundness, model_versions
from anxin.market.people.commands.audit import record_act


@transactional
def roll_back(position: int, reason: str, *, by: UUID | None, now: Instant) -> None:
    """Ask the learner to take the rank model back to a version; what was learned since is not learned again.

    Raises UnknownVersion for one that is not there or not whole, RollbackWaits while another waits.
    """
    if position not in {one.position for one in model_versions() if one.soundness is Soundness.WHOLE}:
        raise UnknownVersion(position)
    made = Rollback.objects.bulk_create(
        [Rollback(position=position, reason=reason, asked_by=by, asked_at=now)], ignore_conflicts=True
    )
    waiting = Rollback.objects.filter(done_at=None).values_list("position", "asked_at").first()
    if not made or waiting != (position, now):
        raise RollbackWaits
    record_act("interest.rollback", f"model:{position}", {"reason": reason}, actor_id=by, now=now)


@transactional
def publish(wanted: Weights, reason: str, *, by: UUID | None, now: Instant) -> int:
    """Put a formula in force: the very next page of every server goes by it. Return its number.

    Raises MalformedFormula for weights that the engine refuses, SameFormula for those in force.
    """
    store.SQL.one("lock_formulas")
    if formulas.in_force().weights == wanted:
        raise SameFormula
    row = _begin("live", wanted, reason, by=by, now=now)
    record_act("interest.publish", f"formula:{row.number}", {"reason": reason, **row.body}, actor_id=by, now=now)
    return row.number


@transactional
def back_to(number: int, reason: str, *, by: UUID | None, now: Instant) -> int:
    """Put an earlier formula in force again, under a number of its own. Raises UnknownFormula, SameFormula."""
    earlier = formulas.formula(number)
    if earlier is None:
        raise UnknownFormula(number)
    return publish(earlier.weights, reason, by=by, now=now)


@transactional
def begin_shadow(wanted: Weights, reason: str, *, by: UUID | None, now: Instant) -> int:
    """Compare a formula with the one in force from now on, without showing it; one before it ends. Return its number."""
    store.SQL.one("lock_formulas")
    row = _begin("shadow", wanted, reason, by=by, now=now)
    record_act("interest.shadow", f"formula:{row.number}", {"reason": reason, **row.body}, actor_id=by, now=now)
    return row.number


@transactional
def end_shadow(*, by: UUID | None, now: Instant) -> None:
    """Compare no formula any more; again changes nothing."""
    store.SQL.one("lock_formulas")
    for row in ValueFormula.objects.filter(role="shadow", ended_at=None):
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        record_act("interest.shadow_ended", f"formula:{row.number}", {}, actor_id=by, now=now)


def _begin(role: str, wanted: Weights, reason: str, *, by: UUID | None, now: Instant) -> ValueFormula:
    from anxin.engine.value import formula_of

    formula_of(json.dumps(wanted.body("tried")))
    ValueFormula.objects.filter(role=role, ended_at=None).update(ended_at=now)
    row = ValueFormula.objects.create(role=role, body={}, reason=reason, made_by=by, made_at=now)
    row.body = wanted.body(f"quality-{row.number}")
    row.save(update_fields=["body"])
    return row
