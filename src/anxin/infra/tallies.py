"""Counters that survive load: a step is a row of its own, folded into the counter in batches by the worker.

Ten thousand likes a second of one video append ten thousand rows and lock none; a reader sums the counter and the few rows
that are not folded yet, in one statement, so a count is never late.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from anxin.infra.sql import Statements, document
from anxin.infra.tx import transactional

SQL = Statements(__name__)
BATCH = 5_000


def count(subject: UUID, kind: str, step: int = 1) -> None:
    """Add `step` to the counter `kind` of `subject`, in the current transaction."""
    count_many([(subject, kind, step)])


def count_many(changes: Iterable[tuple[UUID, str, int]]) -> None:
    """Add to many counters with one statement."""
    rows = [{"subject": subject, "kind": kind, "step": step} for subject, kind, step in changes if step]
    if rows:
        SQL.run("tally_add", changes=document(rows))


def counts_of(subjects: Iterable[UUID]) -> dict[UUID, Mapping[str, int]]:
    """Return the counters of subjects by kind, as of now, in one statement; one that never moved is left out."""
    found: dict[UUID, dict[str, int]] = {}
    for row in SQL.rows("tally_read", subjects=list(subjects)):
        found.setdefault(row["subject"], {})[row["kind"]] = row["count"]
    return dict(found)


@transactional
def fold_batch() -> int:
    """Fold up to BATCH steps into their counters; return how many (0 when there is nothing to fold)."""
    row = SQL.one("tally_fold", batch=BATCH) or {}
    return int(row["steps"])
