"""Which insurer this installation uses: the one place that knows."""

from uuid import UUID

from anxin.infra.config import config
from anxin.kernel.clock import Instant
from anxin.market.guarantee.errors.insurance import InsurerRefused, InsurerUnavailable
from anxin.market.guarantee.insurer import Application, Insurer, Loss, Ruling
from anxin.market.guarantee.sandbox.insurer import BookInDatabase, SandboxInsurer


class NoInsurer:
    """No insurer is connected: nothing new is insured, and of what was insured before nothing is heard."""

    name = "none"
    is_sandbox = False

    def insure(self, application: Application, *, now: Instant) -> str:  # noqa: ARG002
        """Insure nothing."""
        raise InsurerRefused("no insurer is connected")

    def cancel(self, policy_id: UUID, *, now: Instant) -> None:
        """Have insured nothing."""

    def claim(self, loss: Loss, *, now: Instant) -> Ruling:  # noqa: ARG002
        """Say nothing."""
        raise InsurerUnavailable


def sandbox() -> SandboxInsurer:
    """Return the sandbox insurer of this installation."""
    return SandboxInsurer(BookInDatabase())


def insurer() -> Insurer:
    """Return the insurer in use."""
    return sandbox() if config().is_sandbox else NoInsurer()
