"""What an operator changes of the interest engine; each act is in the audit log with its reason."""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.interest.errors import RollbackWaits, UnknownVersion
from anxin.market.interest.models import Rollback
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
