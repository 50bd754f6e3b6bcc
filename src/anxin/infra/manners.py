"""How a process behaves towards those that answer people."""

import os
from contextlib import suppress


def give_way(niceness: int) -> None:
    """Let this process run when others do not, and never take a processor from one that has just been woken by a request."""
    os.nice(niceness)
    if hasattr(os, "SCHED_BATCH"):
        with suppress(PermissionError):  # some containers forbid it
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
