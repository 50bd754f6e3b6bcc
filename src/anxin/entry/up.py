"""`anxin up`: one machine, everything on it."""

import fcntl
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from rich.box import SIMPLE
from rich.table import Table

from anxin.entry.errors import AlreadyRunning, HomeNotWritable, PortTaken
from anxin.entry.output import console
from anxin.entry.session import running_database
from anxin.entry.state import is_prepared, read_state
from anxin.entry.static import is_collected
from anxin.entry.supervisor import Program, Supervisor
from anxin.infra.clock import now
from anxin.infra.config import Config, config
from anxin.infra.database import database_url
from anxin.infra.postgres.processes import wait_until
from anxin.market.guarantee.commands.promise_files import accept_files
from anxin.market.guarantee.queries.promise_files import edition
from anxin.world.accounts import DEMO_ACCOUNTS

LEAVING = " is stopping"
LEAVING_SECONDS_MAX = 60.0
EDGE_PORTS_TRIED = 20
ANXIN = (sys.executable, "-m", "anxin.entry.cli")
PROGRAMS = (
    Program("web", (sys.executable, "-m", "anxin.entry.web")),
    Program("worker", (*ANXIN, "worker")),
    Program("learner", (*ANXIN, "learner"), {"OPENBLAS_NUM_THREADS": "1"}),  # one processor is for those who ask
    Program("edge", (sys.executable, "-m", "anxin.entry.edge")),
)


def run(*, empty: bool) -> None:
    """Start everything, say where it is, and watch over it until asked to stop.

    Wrong files of promises and rules are refused before anything starts (NoRuleFolder, BadPromiseFile).
    """
    settings = config()
    with only_one(settings.home_path) as leave:
        check_port(settings.host, settings.port)
        accept_files(now=now())
        os.environ["ANXIN_EDGE_PORT"] = str(edge_port(settings))  # our programs agree on it
        with running_database() as postgres:
            supervisor = Supervisor(PROGRAMS, postgres)
            if not _is_prepared(settings):  # in a process of its own, whose memory is given back
                supervisor.run_first(Program("prepare", (*ANXIN, "prepare", *(["--empty"] if empty else []))))
            supervisor.run(
                is_up=lambda: answers(settings), announce=lambda: welcome(settings), leave=leave, edition=edition
            )


def prepare_early(*, empty: bool) -> None:
    """Do what `run` does at a first start before its programs, all but the static files, some of which are still made.

    Raises what `run` raises when it cannot start.
    """
    from anxin.entry.prepare import prepare_market
    from anxin.entry.session import market

    settings = config()
    with only_one(settings.home_path):
        check_port(settings.host, settings.port)
        accept_files(now=now())
        with market():
            prepare_market(empty=empty, early=True)


@contextmanager
def only_one(home: Path) -> Iterator[Callable[[], None]]:
    """Hold the data directory for this process; the kernel lets go when we end, however we end.

    Yields a function that tells those who come meanwhile that we are leaving, so that they wait instead of giving up.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "up.lock").open("a+")
    except OSError as refused:
        raise HomeNotWritable(home, refused.strerror or str(refused)) from refused

    def say(word: str) -> None:
        lock.truncate(0)
        lock.write(f"{os.getpid()}{word}")
        lock.flush()

    with lock:
        if not _take(lock) and not (LEAVING in _read(lock) and wait_until(lambda: _take(lock), LEAVING_SECONDS_MAX)):
            raise AlreadyRunning(home, _read(lock))
        say("")
        yield lambda: say(LEAVING)


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read().strip()


def check_port(host: str, port: int) -> None:
    """Raise PortTaken unless a server of ours could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as refused:
            raise PortTaken(host, str(port), refused.strerror or str(refused)) from refused


def edge_port(settings: Config) -> int:
    """Return the port of the push server: the one that was set, else the first free one after the web server's."""
    if settings.edge_port:
        return settings.edge_port_number
    first = settings.edge_port_number
    for port in range(first, first + EDGE_PORTS_TRIED):
        with suppress(PortTaken, OverflowError):
            check_port(settings.host, port)
            return port
    return first


def _is_prepared(settings: Config) -> bool:
    return is_prepared(database_url(settings)) and is_collected(settings.home_path)


def answers(settings: Config) -> bool:
    """Say whether the web server takes connections."""
    try:
        with socket.create_connection((settings.host, settings.port), timeout=1):
            return True
    except OSError:
        return False


def welcome(settings: Config) -> None:
    """Say where Anxin is and who may be tried out there."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    console.print(
        f"\n[bold]Anxin[/bold] is at [bold cyan]http://{host}:{settings.port}/[/bold cyan]   (Ctrl-C stops it)"
    )
    if read_state(database_url(settings)).get("market") == "demo":
        console.print(accounts_table())


def accounts_table() -> Table:
    """Return who may be tried out; on a narrow terminal roles break into lines, and what is copied is never cut."""
    table = Table(box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("Demo account")
    for title in ("Login", "Password", "Starts at"):
        table.add_column(title, no_wrap=True, overflow="ignore")
    for account in DEMO_ACCOUNTS:
        table.add_row(account.role, account.login, account.password, account.page)
    return table
