"""Keeps the programs of one Anxin running on one machine, and stops them together."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType

from anxin.entry.errors import PreparationFailed
from anxin.entry.launcher import Launcher
from anxin.infra.postgres.processes import die_with_parent
from anxin.infra.postgres.server import EmbeddedPostgres

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
STOP_SECONDS_MAX = 15.0
HEAD_START_SECONDS_MAX = 10.0  # of the first program, so that the first page need not share its processors
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
STEADY_SECONDS = 30.0  # a program that ran so long is not in a crash loop


@dataclass(frozen=True)
class Program:
    """What to run: a name for the log and a command line."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Child:
    """One supervised program and its process group, started again when it ends, after growing pauses."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE_SECONDS
        self._start_at = 0.0

    def look(self) -> None:
        """Start the program if it should run and does not."""
        if self._process is not None and self._process.poll() is not None:
            self._mourn(self._process)
        if self._process is None and time.monotonic() >= self._start_at:
            self._start()

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the program, which stops its own children in order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for the program to end, at most `seconds`, then kill what is left of its group."""
        if self._process is None:
            return
        try:
            self._process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time", self.program.name)
        self._kill_group(self._process)

    def _start(self) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            self.program.command,
            env={**os.environ, **self.program.environment},
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the supervisor alone
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - we start children from one thread
        )

    def _mourn(self, process: subprocess.Popen[bytes]) -> None:
        self._kill_group(process)
        self._process = None
        if time.monotonic() - self._started > STEADY_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        log.warning("%s ended (%s); starting it again", self.program.name, _how(process.returncode))
        self._start_at = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)

    def _kill_group(self, process: subprocess.Popen[bytes]) -> None:
        """End the children of a program that could not end them itself: they would keep its port."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Supervisor:
    """Runs the database and the programs until SIGINT or SIGTERM, or until whoever launched us is gone."""

    def __init__(self, programs: Sequence[Program], postgres: EmbeddedPostgres | None) -> None:
        self._children = [Child(program) for program in programs]
        self._postgres = postgres
        self._stop = threading.Event()
        self._launcher = Launcher.of_this_process()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup: stay when the terminal goes
                signal.signal(number, self._asked_to_stop)

    @property
    def stopping(self) -> bool:
        """Whether we were asked to stop."""
        return self._stop.is_set()

    def run_first(self, program: Program) -> None:
        """Run `program` to its end before the others; raise PreparationFailed when it fails, end it when asked to stop."""
        process = subprocess.Popen(program.command, preexec_fn=die_with_parent(signal.SIGTERM))  # noqa: PLW1509
        while process.poll() is None:
            if self._stop.wait(LOOK_SECONDS) or self._launcher.is_gone():
                self._stop.set()
                process.terminate()
                process.wait()
        if process.returncode != 0 and not self.stopping:
            raise PreparationFailed

    def run(
        self,
        *,
        is_up: Callable[[], bool],
        announce: Callable[[], None],
        leave: Callable[[], None] = lambda: None,
        edition: Callable[[], str] = lambda: "",
    ) -> None:
        """Watch everything until asked to stop, then stop the programs. The first program starts first.

        Calls `announce` once `is_up` says yes, and `leave` before the programs are stopped. When `edition`, the name of
        what the programs read at their start, changes, they are started anew.
        """
        announced, running = False, edition()
        try:
            alone_until = time.monotonic() + HEAD_START_SECONDS_MAX
            while not self._stop.is_set() and not self._launcher.is_gone():
                waiting = not announced and time.monotonic() < alone_until
                self._look(self._children[:1] if waiting else self._children)
                if not announced and is_up():
                    announce()
                    announced = True
                if (wanted := edition()) != running:
                    log.warning("the programs are started again to go by set %s", wanted)
                    self._ask_to_stop()
                    running = wanted
                self._stop.wait(LOOK_SECONDS)
        finally:
            leave()
            self._stop_children()

    def _look(self, children: Sequence[Child]) -> None:
        if self._postgres is not None and not self._postgres.is_running():
            log.warning("postgres ended; starting it again")
            self._postgres.start()
        for child in children:
            child.look()

    def _ask_to_stop(self) -> None:
        for child in self._children:
            child.ask_to_stop()

    def _stop_children(self) -> None:
        self._ask_to_stop()
        until = time.monotonic() + STOP_SECONDS_MAX
        for child in self._children:
            child.wait(until - time.monotonic())

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit {code}"
