"""Looking at the server's processes from outside, by the folder that they work in."""

import ctypes
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.02

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn` that makes the kernel send signal `number` to the child when its parent ends, however it ends."""

    def ask() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number))

    return ask


def postmaster_of(data: Path) -> int | None:
    """Return the process id of the server that runs on `data`, or None.

    A pid file alone proves nothing: after a restart of the machine its number may be anybody's. A server works inside its
    data folder, so that is asked too.
    """
    try:
        first_line = (data / "postmaster.pid").read_text().splitlines()[0]
    except (FileNotFoundError, IndexError):
        return None
    pid = int(first_line)
    return pid if works_in(pid, data) else None


def processes_in(data: Path) -> Iterator[int]:
    """Yield the ids of all processes that work inside `data`: a server and its children."""
    for process in Path("/proc").glob("[0-9]*"):
        if works_in(int(process.name), data):
            yield int(process.name)


def works_in(pid: int, folder: Path) -> bool:
    """Say whether process `pid` lives and its working folder is `folder`."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False


def wait_until(reached: Callable[[], bool], seconds: float) -> bool:
    """Wait until `reached` answers yes, at most `seconds`; return its last answer."""
    until = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > until:
            return False
        time.sleep(POLL_SECONDS)
    return True
