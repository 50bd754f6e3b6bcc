"""The worker: delivers events, tells due deadlines, folds counters, runs background tasks; `drain` does it all at once."""

import logging
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

from django.db import OperationalError, connections
from procrastinate.contrib.django import app

from anxin.infra import clock, deadlines, outbox, tallies
from anxin.infra.jobs import QUICK, SLOW
from anxin.kernel.clock import Instant

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.1
BROKEN_SECONDS = 1.0
DRAIN_ROUNDS_MAX = 10_000


def step(now: Instant) -> int:
    """Deliver one batch of events, of deadlines and of counts; return how many rows were looked at."""
    return outbox.deliver_batch(now=now) + deadlines.sweep_batch(now=now) + tallies.fold_batch()


def drain(now: Instant) -> int:
    """Run events, deadlines and background tasks until none is left at `now`; return how many rows were handled.

    Raises RuntimeError when work keeps making work, which would be an endless loop in production too.
    """
    handled = 0
    for _ in range(DRAIN_ROUNDS_MAX):
        moved = step(now)
        handled += moved
        if moved == 0 and not _run_tasks():
            return handled
    raise RuntimeError("the worker does not come to rest")


def _run_tasks() -> bool:
    """Run the background tasks that wait; say whether there were any."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    if not ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=True).exists():
        return False
    with ThreadPoolExecutor(max_workers=1) as thread:  # the caller's thread may have an event loop of its own
        thread.submit(_run_waiting).result()
    return True


def _run_waiting() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as runner:  # type: ignore[attr-defined]
        runner.run_worker(
            wait=False,
            install_signal_handlers=False,
            listen_notify=False,
            task_middleware=[_leaving_no_connection],
        )


def _leaving_no_connection(call_next: Callable[[], Any], _context: object, _worker: object) -> Any:
    """Close the connection of the thread that ran a task: the pool of threads ends with `drain`."""
    try:
        return call_next()
    finally:
        connections.close_all()


class Worker:
    """The loop of one worker process: events and deadlines in this thread, each queue of background tasks in another."""

    def __init__(self) -> None:
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a lost database is waited for."""
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        for queue in (QUICK, SLOW):
            threading.Thread(target=self._run_tasks, args=(queue,), name=f"{queue} tasks", daemon=True).start()
        while not self._stop.is_set():
            try:
                idle = step(clock.now()) == 0
            except OperationalError:
                log.exception("the database is away; trying again")
                connections.close_all()
                self._stop.wait(BROKEN_SECONDS)
            else:
                if idle:
                    self._stop.wait(IDLE_SECONDS)

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _run_tasks(self, queue: str) -> None:
        while not self._stop.is_set():
            try:
                with app.replace_connector(app.connector.get_worker_connector()) as runner:  # type: ignore[attr-defined]
                    runner.run_worker(queues=[queue], install_signal_handlers=False)
            except Exception:
                log.exception("background tasks stopped; starting again")
                self._stop.wait(BROKEN_SECONDS)
