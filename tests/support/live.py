"""The live product for tests: real web, worker and push server processes on a database of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import override_settings

from anxin.infra import clock, vault
from anxin.infra.config import config
from anxin.infra.database import django_database
from anxin.infra.postgres.processes import wait_until
from anxin.infra.worker import drain
from anxin.market.interest.brain.door import BY_ENGINE
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 180
LEARN_SECONDS_MAX = 240  # a machine that never compiled the engine takes its time
SOON_SECONDS_MAX = 180  # for what processes do by themselves, on a machine that has much else to do
LOG_TAIL = 6000  # characters
EDGE = ("-m", "anxin.entry.edge")


class LiveMarket:
    """Web server, worker and push server over one database; `url` is where a browser goes."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        self.database_url = database_url
        self.port, self.edge_port = free_port(), free_port()
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
        self._wait_for(
            lambda: (self.home / "live.log").read_text().count(BY_ENGINE) >= config().web_processes,
            "the engine of every web process",
            LEARN_SECONDS_MAX,
        )

    def soon(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so in the live database: the market does it by itself, as fast as it can."""
        with self.database():
            self._wait_for(is_so, what, SOON_SECONDS_MAX)

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
        """Kill `web`, `worker` or `edge` with its children, as a crash would, start it again and wait until it answers."""
        if not is_dead:
            self.kill(name)
        command = {"web": ("-m", "anxin.entry.web"), "worker": ("-m", "anxin.entry.cli", "worker"), "edge": EDGE}[name]
        self._start(name, *command)
        self.wait_until_it_answers()

    def kill(self, name: str) -> None:
        """Kill a process with its children, as a crash would."""
        os.killpg(self._processes[name].pid, signal.SIGKILL)
        self._processes[name].wait()

    def wait_until_it_answers(self) -> None:
        """Wait until the web server and the push server answer requests."""
        for address in (self.url, f"http://127.0.0.1:{self.edge_port}/health"):
            self._wait_for(lambda address=address: _answers(address), f"an answer from {address}", START_SECONDS_MAX)

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

    @contextmanager
    def private_files(self) -> Iterator[None]:
        """Let private files that this process keeps lie where the market finds them."""
        told = replace(config(), home=str(self.home))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(vault, "config", lambda: told)
            yield

    def forget_logins(self) -> None:
        """Count logins anew: the people of all tests share one address, whose logins are limited."""
        with self.database():
            cache.clear()

    def pass_time(self, span: timedelta) -> None:
        """Do all that becomes due within `span` from now, as the worker would do it then."""
        with self.database():
            from tests.support.work import until_done  # this file is read before Django is ready

            moment = clock.now() + span
            until_done(moment, lambda: drain(moment))

    def _wait_for(self, is_so: Callable[[], bool], what: str, seconds_max: float) -> None:
        assert wait_until(is_so, seconds_max), f"waited in vain for {what}: {self.says()}"

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


def _answers(address: str) -> bool:
    try:
        httpx.get(address, timeout=5)
    except httpx.TransportError:
        return False
    return True
