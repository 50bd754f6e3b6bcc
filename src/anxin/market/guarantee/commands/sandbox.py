"""The sandbox insurer's moods, for people who try things out. Not there in production."""

from collections.abc import Iterable
from uuid import UUID

from anxin.infra.config import config
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee import insurers
from anxin.market.guarantee.sandbox.insurer import InsurerFault
from anxin.market.payments.errors import NoSandboxHere

__all__ = ["InsurerFault", "tell_insurer"]


@transactional
def tell_insurer(policy_id: UUID, faults: Iterable[InsurerFault], *, now: Instant) -> None:  # noqa: ARG001
    """Have the sandbox insurer misbehave with a policy and with the losses under it. Raises NoSandboxHere."""
    if not config().is_sandbox:
        raise NoSandboxHere
    insurers.sandbox().plan(policy_id, *faults)
