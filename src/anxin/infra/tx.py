"""The transaction edge: one public command is one transaction, opened here and nowhere else."""

from collections.abc import Callable
from functools import wraps
from typing import ClassVar, ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected, SerializationFailure

from anxin.kernel.errors import AnxinError, Kind

P = ParamSpec("P")
R = TypeVar("R")

TRIES = 4  # a deadlock or serialization failure undoes everything, so the whole command may run again
_REPEATABLE = (DeadlockDetected, SerializationFailure)


class Busy(AnxinError):
    """Many people want the same thing at this moment. Nothing was changed; try again in a second."""

    code = "market.busy"
    kind = Kind.UNAVAILABLE
    retry_after_seconds: ClassVar[int] = 1


def transactional(command: Callable[P, R]) -> Callable[P, R]:
    """Run `command` in one transaction: all of it or nothing.

    A command called by another joins the outer transaction, and its failure dooms it: a caller that wants to go on
    after a failed command wraps it in `savepoint()`. The outermost is repeated when PostgreSQL chose it as the victim
    of a deadlock; a command therefore must not call the outside world. Raises Busy when it was the victim every time.
    """

    @wraps(command)
    def in_transaction(*args: P.args, **kwargs: P.kwargs) -> R:
        if _inside_another():
            with transaction.atomic(savepoint=False):
                return command(*args, **kwargs)
        victim: OperationalError | None = None
        for _ in range(TRIES):
            try:
                with transaction.atomic():
                    return command(*args, **kwargs)
            except OperationalError as error:
                if not isinstance(error.__cause__, _REPEATABLE):
                    raise
                victim = error
        raise Busy from victim

    return in_transaction


def _inside_another() -> bool:
    """Say whether a command's transaction is open; the one a test case wraps around itself does not count."""
    blocks = connection.atomic_blocks
    return bool(blocks) and not getattr(blocks[-1], "_from_testcase", False)


def after_commit(call: Callable[[], object]) -> None:
    """Run `call` once the surrounding transaction has committed (at once if there is none); a hint, never a promise."""
    transaction.on_commit(call)


class savepoint:  # noqa: N801 - reads as a statement: `with savepoint():`
    """Undo only what happens inside when it fails: used where one bad item of many must not spoil the rest."""

    def __init__(self) -> None:
        self._atomic = transaction.atomic()

    def __enter__(self) -> None:
        self._atomic.__enter__()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._atomic.__exit__(kind, error, trace)  # type: ignore[arg-type]
