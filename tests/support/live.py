"""The live product for tests: real web, worker and push server processes on a database of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from anxin.infra import clock
from anxin.infra.config import config
from anxin.infra.database import django_database
from anxin.infra.worker import drain
from anxin.market.interest.brain.door import BY_ENGINE

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 60
LEARN_SECONDS_MAX = 240  # a machine that never compiled the engine takes its time
LOG_TAIL = 6000  # characters
EDGE = ("-m", "anxin.entry.edge")


class LiveMarket:
    """Web server, worker and push server over one database; `url` is where a browser goes."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        self.database_url = database_url
        self.port = _free_port()
        self.edge_port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start the processes and wait until pages are answered."""
        self.home.mkdir(parents=True, exist_ok=True)
        with override_settings(STATIC_ROOT=self.home / "static"):
            call_command("collectstatic", interactive=False, verbosity=0)
        self._start("web", "-m", "anxin.entry.web")
        self._start("worker", "-m", "anxin.entry.cli", "worker")
        self._start("edge", *EDGE)
        self.wait_until_it_answers()

    def start_learner(self) -> None:
        """Start the learner too, and wait until every web process has the feed's engine."""
        self._start("learner", "-m", "anxin.entry.cli", "learner")
        until = time.monotonic() + LEARN_SECONDS_MAX
        while (self.home / "live.log").read_text().count(BY_ENGINE) < config().web_processes:
            if time.monotonic() > until:
                raise RuntimeError(f"nothing was learned: {self.says()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop the processes."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            process.wait(START_SECONDS_MAX)

    def end(self, name: str) -> None:
        """Ask one process to end, and wait until it has ended what it was at."""
        self._processes[name].terminate()
        self._processes[name].wait(START_SECONDS_MAX)

    def kill_and_restart(self, name: str, *, is_dead: bool = False) -> None:
        """Kill `web`, `worker` or `edge` with its children, as a crash would, and start it again."""
        if not is_dead:
            self.kill(name)
        command = {"web": ("-m", "anxin.entry.web"), "worker": ("-m", "anxin.entry.cli", "worker"), "edge": EDGE}[name]
        self._start(name, *command)

    def kill(self, name: str) -> None:
        """Kill a process with its children, as a crash would."""
        os.killpg(self._processes[name].pid, signal.SIGKILL)
        self._processes[name].wait()

    def wait_until_it_answers(self) -> None:
        """Wait until the web server answers a request."""
        until = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < until:
            try:
                httpx.get(self.url, timeout=5)
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"no answer: {self.says()}")

    def says(self) -> str:
        """Return the last lines that the processes logged."""
        return (self.home / "live.log").read_text()[-LOG_TAIL:]

    @contextmanager
    def database(self) -> Iterator[None]:
        """Let this process's commands and queries work on the live database and its files."""
        from tests.support.memory import forget  # this file is read before Django is ready

        connection = connections["default"]
        before = dict(connection.settings_dict)
        connection.close()
        connection.settings_dict.update(django_database(self.database_url))
        forget()
        try:
            with override_settings(MEDIA_ROOT=self.home / "media"):
                yield
        finally:
            connection.close()
            connection.settings_dict.update(before)
            forget()

    def pass_time(self, span: timedelta) -> None:
        """Do all that becomes due within `span` from now, as the worker would do it then."""
        with self.database():
            from tests.support.work import until_done  # this file is read before Django is ready

            moment = clock.now() + span
            until_done(moment, lambda: drain(moment))

    def _start(self, name: str, *arguments: str) -> None:
        environment = {
            **os.environ,
            "ANXIN_HOME": str(self.home),
            "DATABASE_URL": self.database_url,
            "PORT": str(self.port),
            "ANXIN_EDGE_PORT": str(self.edge_port),
            "PYTHONPATH": str(ROOT / "src"),
            "ANXIN_LOG_LEVEL": "INFO",
        }
        with (self.home / "live.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
