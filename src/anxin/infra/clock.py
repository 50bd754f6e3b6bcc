"""The one place that reads the wall clock. Commands and handlers are given `now` as an argument."""

from datetime import UTC, datetime

from anxin.kernel.clock import Instant


def now() -> Instant:
    """Return the present moment in UTC; for the edges only (views, worker loop, command line)."""
    return datetime.now(UTC)
