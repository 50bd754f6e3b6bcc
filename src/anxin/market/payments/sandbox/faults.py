"""What the sandbox can be told to do wrong, and the queue of such instructions."""

from enum import StrEnum

from django.db.models import F

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.payments.sandbox.models import SandboxInstruction


class Operation(StrEnum):
    """Where a fault can strike."""

    CREATE = "create"
    QUERY = "query"
    CLOSE = "close"
    REFUND = "refund"
    SHARE = "share"
    TRANSFER = "transfer"
    NOTICE = "notice"


class Fault(StrEnum):
    """How a real provider has been seen to misbehave."""

    REFUSE = "refuse"
    TIMEOUT_BEFORE = "timeout_before"  # no answer, and nothing happened
    TIMEOUT_AFTER = "timeout_after"  # no answer, but it did happen
    FAIL_LATER = "fail_later"  # accepted, then failed
    LOSE = "lose"
    DELAY = "delay"
    DUPLICATE = "duplicate"
    REORDER = "reorder"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"


_TIMEOUTS = frozenset({Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER})
PLAYABLE = {
    Operation.CREATE: _TIMEOUTS | {Fault.REFUSE},
    Operation.QUERY: frozenset({Fault.TIMEOUT_BEFORE}),
    Operation.CLOSE: _TIMEOUTS,
    Operation.REFUND: _TIMEOUTS | {Fault.REFUSE, Fault.FAIL_LATER},
    Operation.SHARE: _TIMEOUTS,
    Operation.TRANSFER: _TIMEOUTS | {Fault.REFUSE, Fault.FAIL_LATER},
    Operation.NOTICE: frozenset(
        {Fault.LOSE, Fault.DELAY, Fault.DUPLICATE, Fault.REORDER, Fault.WRONG_AMOUNT, Fault.WRONG_CURRENCY}
    ),
}


@transactional
def tell(operation: Operation, fault: Fault, *, times: int = 1, now: Instant) -> None:
    """Play `fault` on the next `times` calls of `operation`. Raises ValueError for a fault that cannot strike there."""
    if fault not in PLAYABLE[operation]:
        raise ValueError(f"{fault} cannot strike {operation}")
    SandboxInstruction.objects.create(operation=operation, fault=fault, remaining=times, created_at=now)


@transactional
def next_fault(operation: Operation) -> Fault | None:
    """Take the oldest instruction for `operation`, once; None means: behave."""
    waiting = SandboxInstruction.objects.filter(operation=operation, remaining__gt=0)
    told = waiting.order_by("created_at", "id").select_for_update(skip_locked=True).first()
    if told is None:
        return None
    SandboxInstruction.objects.filter(pk=told.pk).update(remaining=F("remaining") - 1)
    return Fault(told.fault)
