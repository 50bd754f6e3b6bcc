"""Noticing that the script which ran `make up` was killed, although nobody could pass its signal on to us.

A shell that dies of SIGTERM leaves `make` and us behind: a server that nobody knows of, on a data directory that the next
start wants. A shell that merely came to its end (`make up &` in a finished script, a closed session under nohup) is no
reason to stop. The two differ in the leader of the process group, which outlives only a killed part of it.
"""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

INIT = 1


@dataclass(frozen=True)
class Process:
    """A process that cannot be mistaken for a later one with the same number."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """Return the living process `pid`."""
        facts = _facts(pid)
        return cls(pid, facts[19]) if facts and facts[0] != "Z" else None

    def lives(self) -> bool:
        """Say whether it is still there."""
        return Process.of(self.pid) == self


@dataclass(frozen=True)
class Launcher:
    """Who started us, through `make`, and the leader of the group that it belongs to."""

    starters: tuple[Process, ...]
    leader: Process | None

    @classmethod
    def of_this_process(cls) -> "Launcher":
        """Find who launched this process; nobody in particular when it was not `make` or nohup was asked for."""
        if "MAKELEVEL" not in os.environ or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
            return cls((), None)
        starters, pid = [], os.getppid()
        leader = Process.of(os.getpgrp())
        while pid > INIT and (process := Process.of(pid)) and process != leader and os.getpgid(pid) == os.getpgrp():
            starters.append(process)
            pid = int(_facts(pid)[1])
        return cls(tuple(starters), leader)

    def is_gone(self) -> bool:
        """Say whether a process between the group's leader and us ended while the leader lives on."""
        if self.leader is None or all(starter.lives() for starter in self.starters):
            return False
        return self.leader.lives()


def _facts(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on (proc(5), field 3)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
