"""The sandbox's payment page and its faults, for people who try things out. Not there in production."""

from uuid import UUID

from anxin.infra.config import config
from anxin.kernel.clock import Instant
from anxin.market.payments.errors import NoSandboxHere
from anxin.market.payments.gateway import Charge
from anxin.market.payments.sandbox import books, faults
from anxin.market.payments.sandbox.books import Choice
from anxin.market.payments.sandbox.faults import Fault, Operation

__all__ = ["Choice", "Fault", "Operation", "choose", "tell"]

DELIVERIES = (Fault.DELAY, Fault.DUPLICATE, Fault.REORDER, Fault.LOSE)


def choose(token: UUID, choice: Choice, *, delivery: Fault | None = None, now: Instant) -> Charge:
    """Do what the payer chose; `delivery` is how the message about it shall travel. Raises PaymentNotFound."""
    _only_here()
    if delivery is not None:
        faults.tell(Operation.NOTICE, delivery, now=now)
    return books.choose(token, choice, now=now)


def tell(operation: Operation, fault: Fault, *, times: int = 1, now: Instant) -> None:
    """Have the sandbox misbehave on the next `times` calls of `operation`."""
    _only_here()
    faults.tell(operation, fault, times=times, now=now)


def _only_here() -> None:
    if not config().is_sandbox:
        raise NoSandboxHere
