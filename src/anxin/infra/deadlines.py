"""Promises with a date. A row waits until it is due, then the handler of its kind is told once; late or twice is a no-op.

The handler gets the version its subject had when the deadline was set and compares it itself (compare-and-set), so a
timer for a subject that moved on changes nothing.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from anxin.infra.outbox import retry_after
from anxin.infra.sql import Row, Statements, document
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id

log = logging.getLogger(__name__)
SQL = Statements(__name__)

BATCH = 200
Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}


@dataclass(frozen=True)
class Due:
    """A deadline to set: handler kind, subject id, moment, and the subject's version at this time."""

    kind: str
    subject: UUID
    due_at: Instant
    version: int = 0


def on_due(kind: str) -> Callable[[Handler], Handler]:
    """Register `handler(subject, version, *, now)` for deadlines of `kind`. Raises ValueError for a kind that has one."""

    def register(handler: Handler) -> Handler:
        known = HANDLERS.setdefault(kind, handler)
        if known is not handler:
            raise ValueError(f"{kind} is told to {known.__module__} already")
        return handler

    return register


def schedule(kind: str, subject: UUID, due_at: Instant, *, version: int = 0) -> None:
    """Set or move the deadline of `kind` for `subject`."""
    schedule_many([Due(kind, subject, due_at, version)])


def schedule_many(deadlines: list[Due]) -> None:
    """Set or move many deadlines with one statement."""
    if deadlines:
        SQL.run("deadline_schedule", deadlines=deadline_rows(deadlines))


def deadline_rows(deadlines: list[Due]) -> str:
    """Return deadlines as the `deadlines` of `deadline_schedule`, for statements that write them along with other rows."""
    return document(
        [
            {
                "id": new_id(),
                "kind": due.kind,
                "subject": due.subject,
                "due_at": due.due_at,
                "expected_version": due.version,
            }
            for due in deadlines
        ]
    )


def cancel(kind: str, subject: UUID) -> None:
    """Forget the deadline of `kind` for `subject`, if there is one."""
    cancel_many(kind, [subject])


def cancel_many(kind: str, subjects: list[UUID]) -> None:
    """Forget the deadlines of `kind` for many subjects with one statement."""
    if subjects:
        SQL.run("deadline_cancel", kind=kind, subjects=subjects)


def sweep_batch(*, now: Instant) -> int:
    """Tell the handlers of up to BATCH due deadlines; return how many were told (0 when nothing is due)."""
    due = SQL.rows("deadline_due", now=now, batch=BATCH, kinds=list(HANDLERS))
    return sum(_told(row, now=now) for row in due)


def _told(row: Row, *, now: Instant) -> bool:
    """Tell one handler, later again if it fails; return whether this worker did it."""
    try:
        return _tell(row, now=now)
    except Exception as failure:  # one bad subject must not stop the sweep
        log.exception("deadline %s of %s failed", row["kind"], row["subject"])
        postponed = {"error": repr(failure)[:2000], "next_try_at": now + retry_after(row["attempts"])}
        SQL.run("deadline_postpone", id=row["id"], **postponed)
        return True


@transactional
def _tell(row: Row, *, now: Instant) -> bool:
    """Take a deadline out and tell its handler, both or neither; False when another worker has it or it was moved.

    One deadline is one transaction: locks of several subjects at once would be taken in the order of their moments, which
    nobody else keeps to. The row is gone before the handler runs, so that it may set its own deadline anew.
    """
    taken = SQL.one("deadline_take", id=row["id"], next_try_at=row["next_try_at"])
    if taken is None:
        return False
    HANDLERS[row["kind"]](row["subject"], taken["expected_version"], now=now)
    return True
