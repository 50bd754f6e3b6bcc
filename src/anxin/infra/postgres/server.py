"""The embedded PostgreSQL: the programs of a wheel, one private server for each data directory."""

import errno
import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from anxin.infra.postgres.account import server_account
from anxin.infra.postgres.binaries import server_program
from anxin.infra.postgres.cluster import ADMINISTRATOR, OWN_FOLDER, check_folder, make_cluster
from anxin.infra.postgres.errors import DiskFull, ServerDidNotStart
from anxin.infra.postgres.processes import (
    POLL_SECONDS,
    die_with_parent,
    postmaster_of,
    processes_in,
    wait_until,
)
from anxin.infra.postgres.scram import scram_verifier
from anxin.infra.postgres.sockets import make_socket_folder, socket_folder
from anxin.infra.secrets import keep_secret, secret

ROLE = "anxin"
DATABASE = "anxin"
READY_SECONDS_MAX = 600  # recovery after a crash replays at most max_wal_size
STOP_SECONDS_MAX = 60
LOG_BYTES_MAX = 20 << 20

SETTINGS = {
    "listen_addresses": "",  # no TCP at all
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "jit": "off",  # every statement of ours is short
    "random_page_cost": "1.1",  # disks have no arms any more
    "timezone": "UTC",
    "log_timezone": "UTC",
    "cluster_name": "anxin",
}
# For tests: losing the data with the machine is no harm, waiting for the disk is.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def embedded_url(home: Path, database: str = DATABASE) -> str:
    """Return the address of `database` on the embedded server of `home`, for the application's role."""
    return _url(home, ROLE, "database-password", database)


class EmbeddedPostgres:
    """The server of the data directory `home`.

    Any number of processes may call `start` on the same home: the first starts the server, the others use it, and the last
    to call `stop` (or to die) lets it go. With `tied`, the server shuts down when the process that started it ends.
    """

    def __init__(self, home: Path, *, durable: bool = True, tied: bool = True) -> None:
        self._home = home
        self._folder = home / "postgres"
        self.data = self._folder / "data"
        self.log = home / "logs" / "postgres.log"
        self._settings = SETTINGS if durable else SETTINGS | FORGETFUL
        self._tied = tied
        self._process: subprocess.Popen[bytes] | None = None
        self._use: IO[str] | None = None
        self._log_from = 0

    def start(self) -> str:
        """Have the server running and ready; return the address of the application's database."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            check_folder(self.data)
            self._come_up()
            self._take_use()
            url = embedded_url(self._home)
            keep_secret(self._home, "database.url", url)
        return url

    def stop(self) -> None:
        """Let go of the server; the last user's call ends it, after running transactions were rolled back."""
        with self._alone():
            if self._use is None or not self._is_last_user():
                return
            self._use.close()
            self._use = None
            self._shut_down()

    def is_running(self) -> bool:
        """Say whether a server process for this home lives (it may still be recovering)."""
        if self._process is not None:
            self._process.poll()  # a dead child stays visible until it is asked for
        return postmaster_of(self.data) is not None

    @property
    def pid(self) -> int | None:
        """The server's process id, or None when it does not run."""
        return postmaster_of(self.data)

    def administrator_url(self, database: str = "postgres") -> str:
        """Return the address for the superuser: for making roles and for `anxin restore`, not for the application."""
        return _url(self._home, ADMINISTRATOR, "database-administrator-password", database)

    def _come_up(self) -> None:
        if self.is_running():
            with suppress(ServerDidNotStart):  # it was just dying
                self._wait_until_ready()
                return
        self._launch()
        self._wait_until_ready()

    def _launch(self) -> None:
        account = server_account(self.data)
        password = secret(self._home, "database-administrator-password")
        make_cluster(self.data, account, password)
        self._forget_dead_server()
        sockets = make_socket_folder(self._home, account)
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        spawn: dict[str, Any] = account.spawn_arguments()
        if self._tied:
            spawn["preexec_fn"] = die_with_parent(signal.SIGINT)
        with self._open_log() as log:
            self._process = subprocess.Popen(  # noqa: S603
                [str(server_program("postgres")), "-D", OWN_FOLDER, f"--unix_socket_directories={sockets}", *options],
                cwd=self.data,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the supervisor, which then stops us in order
                **spawn,
            )

    def _forget_dead_server(self) -> None:
        """Wait for the children of a killed server to end, then drop its pid file, whose number may be anybody's by now."""
        wait_until(lambda: not any(processes_in(self.data)), STOP_SECONDS_MAX)
        self._reap()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _wait_until_ready(self) -> None:
        """Wait until the server takes statements: connections are refused before recovery has ended."""
        until = time.monotonic() + READY_SECONDS_MAX
        while True:
            try:
                with psycopg.connect(self.administrator_url(), connect_timeout=5, autocommit=True) as connection:
                    self._ensure_database(connection)
                return
            except psycopg.OperationalError as refused:
                if not self._still_starting() or time.monotonic() > until:
                    raise self._failure(str(refused)) from refused
            time.sleep(POLL_SECONDS)

    def _still_starting(self) -> bool:
        if self._process is not None and self._process.poll() is None:
            return True
        return postmaster_of(self.data) is not None

    def _ensure_database(self, connection: psycopg.Connection[Any]) -> None:
        """Make the application's role, which is no superuser, and its database."""
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            verifier = sql.Literal(scram_verifier(secret(self._home, "database-password")))
            make_role = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}")
            connection.execute(make_role.format(sql.Identifier(ROLE), verifier))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            make_database = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(make_database.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))

    def _failure(self, refusal: str) -> Exception:
        """Turn the end of the log into an error that names the cause."""
        lines = self._said_since_launch()
        if any(os.strerror(errno.ENOSPC) in line for line in [*lines, refusal]):
            return DiskFull(self._home, 0, 64)
        serious = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return ServerDidNotStart(self.log, (serious or lines or [refusal])[-1])

    def _said_since_launch(self) -> list[str]:
        if not self.log.exists():
            return []
        with self.log.open(errors="replace") as log:
            log.seek(min(self._log_from, self.log.stat().st_size))
            return log.read().splitlines()

    def _shut_down(self) -> None:
        pid = postmaster_of(self.data)
        if pid is None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT):  # fast, then immediate; both keep what was committed
            os.kill(pid, number)
            if wait_until(lambda: not self.is_running() and not any(processes_in(self.data)), STOP_SECONDS_MAX):
                self._reap()
                return

    def _reap(self) -> None:
        """Take note of our ended child, which the kernel keeps until then."""
        if self._process is not None:
            self._process.wait()
            self._process = None

    def _open_log(self) -> IO[bytes]:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES_MAX:
            self.log.replace(self.log.with_suffix(".log.1"))
        log = self.log.open("ab")
        self._log_from = log.tell()
        return log

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other processes from starting or stopping this home's server meanwhile."""
        with (self._folder / "start.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _take_use(self) -> None:
        if self._use is None:
            self._use = (self._folder / "use.lock").open("w")
            fcntl.flock(self._use, fcntl.LOCK_SH)

    def _is_last_user(self) -> bool:
        """Say whether nobody else holds the lock of use; our share of it is given up either way."""
        assert self._use is not None  # noqa: S101
        try:
            fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._use.close()
            self._use = None
            return False
        return True


def _url(home: Path, role: str, password_name: str, database: str) -> str:
    password = quote(secret(home, password_name), safe="")
    return f"postgresql://{role}:{password}@/{database}?host={quote(str(socket_folder(home)), safe='')}"
