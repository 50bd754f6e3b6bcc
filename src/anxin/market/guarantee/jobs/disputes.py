"""What disputes do when a time has come."""

from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import dispute_opening
from anxin.market.guarantee.store.disputes import DEADLINE


@on_due(DEADLINE)
def ring(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001 - the machine compares clock and moment
    """The time of whoever had to move is over."""
    dispute_opening.ring(subject, now=now)
