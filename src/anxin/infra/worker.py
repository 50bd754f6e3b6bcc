"""The worker: delivers events, tells due deadlines, folds counters, runs background tasks; `drain` does it all at once."""

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType
from typing import Any

from asgiref.sync import sync_to_async
from django.db import OperationalError, connections
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from anxin.infra import clock, deadlines, outbox, tallies
from anxin.infra.jobs import QUICK, SLOW
from anxin.infra.tx import Busy
from anxin.kernel.clock import Instant

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.1
BROKEN_SECONDS = 1.0
SWEEP_REST = 2  # while more is due than one batch takes, the sweep rests so many times as long as the batch took
LOOK_SECONDS = 0.1
STOP_SECONDS_MAX = 10.0  # what tasks have left when the worker is asked to stop; the supervisor waits longer
STALLED_SECONDS = 30.0  # a worker that was silent so long is dead: others take over what it had begun
DRAIN_ROUNDS_MAX = 10_000
CONNECTIONS_MIN = 4  # of a queue, for its own bookkeeping


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


def commit_later() -> None:
    """Let this thread's commits reach the disk a moment later; nobody waits for a disk between an event and the next.

    What a crash takes back is told again, because the note that it was told goes with it. Who commits for somebody
    outside (web, tasks) waits for the disk as ever, and so for all that this thread committed before.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("set synchronous_commit to off")


def _run_tasks() -> bool:
    """Run the background tasks that wait; say whether there were any."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    if not ProcrastinateJob.objects.filter(status="todo", scheduled_at__isnull=True).exists():
        return False
    with ThreadPoolExecutor(max_workers=1) as thread:  # the caller's thread may have an event loop of its own
        thread.submit(asyncio.run, _run_waiting()).result()
    return True


async def _run_waiting() -> None:
    """Run what waits in one other thread, whose connection serves all of it; no connection is left behind."""
    loop, hand = asyncio.get_running_loop(), ThreadPoolExecutor(max_workers=1)
    loop.set_default_executor(hand)
    try:
        async with runner(connections_min=1).open_async() as ours:
            await ours.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)
    finally:
        await loop.run_in_executor(hand, connections.close_all)
        await sync_to_async(connections.close_all)()  # of the thread that enqueues what is due by the clock


def runner(*, connections_min: int = CONNECTIONS_MIN) -> App:
    """Return the app with connections of its own, for a thread that runs tasks.

    Everybody else's app is left as it is: what is enqueued in this process meanwhile, by a deadline or by a task, goes
    through Django's connection and so belongs to the transaction around it.
    """
    return app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=connections_min))


def leaving_no_connection(call_next: Callable[[], Any], _context: object, _worker: object) -> Any:
    """Close the connection of the thread that ran a task: the thread may end, and the database may have been away."""
    try:
        return call_next()
    finally:
        connections.close_all()


class Worker:
    """The loop of one worker process: events and deadlines in this thread, each queue of background tasks in another."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._stop = threading.Event()
        self._sweep_again_at = 0.0

    def run(self) -> None:
        """Work until SIGTERM or SIGINT; a lost database is waited for."""
        signal.signal(signal.SIGTERM, self._asked_to_stop)
        signal.signal(signal.SIGINT, self._asked_to_stop)
        queues = [
            threading.Thread(target=self.run_tasks, args=(queue,), name=f"{queue} tasks", daemon=True)
            for queue in (QUICK, SLOW)
        ]
        for thread in queues:
            thread.start()
        while not self._stop.is_set():
            try:
                self._work()
            except (OperationalError, Busy):
                log.exception("the database is away or busy; trying again")
                connections.close_all()
                self._stop.wait(BROKEN_SECONDS)
        for thread in queues:
            thread.join(STOP_SECONDS_MAX)

    def stop(self) -> None:
        """Ask the worker to end what it is at, and then itself."""
        self._stop.set()

    def _work(self) -> None:
        """Deliver and sweep until asked to stop. Raises OperationalError when the database goes away."""
        commit_later()
        while not self._stop.is_set():
            now = clock.now()
            moved = outbox.deliver_batch(now=now) + tallies.fold_batch() + self.sweep(now)
            if moved == 0:
                self._stop.wait(IDLE_SECONDS)

    def sweep(self, now: Instant) -> int:
        """Tell due deadlines; a heap of them gets a part of the time, so that neither events nor buyers wait for it."""
        began = self._seconds()
        if began < self._sweep_again_at:
            return 0
        told = deadlines.sweep_batch(now=now)
        if told >= deadlines.BATCH:
            ended = self._seconds()
            self._sweep_again_at = ended + (ended - began) * SWEEP_REST
        return told

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stop()

    def run_tasks(self, queue: str) -> None:
        """Run the tasks of one queue until asked to stop; what breaks is begun again."""
        while not self._stop.is_set():
            try:
                asyncio.run(self._run_queue(queue))
            except Exception:
                log.exception("background tasks stopped; starting again")
                self._stop.wait(BROKEN_SECONDS)

    async def _run_queue(self, queue: str) -> None:
        """Run the tasks of a queue; the thread that enqueues what is due by the clock begins and ends without a connection."""
        await sync_to_async(connections.close_all)()
        try:
            await self._work_queue(queue)
        finally:
            await sync_to_async(connections.close_all)()

    async def _work_queue(self, queue: str) -> None:
        async with runner().open_async() as ours:
            working = asyncio.ensure_future(
                ours.run_worker_async(
                    queues=[queue],
                    install_signal_handlers=False,
                    shutdown_graceful_timeout=STOP_SECONDS_MAX,
                    stalled_worker_timeout=STALLED_SECONDS,
                    task_middleware=[leaving_no_connection],
                )
            )
            saving = asyncio.ensure_future(_save_stalled(ours, queue))
            ended: set[asyncio.Future[None]] = set()
            while not (self._stop.is_set() or ended):
                ended, _ = await asyncio.wait(
                    {working, saving}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
            saving.cancel()
            working.cancel()  # it ends what it is at
            for outcome in await asyncio.gather(working, saving, return_exceptions=True):
                if isinstance(outcome, Exception):
                    raise outcome


async def _save_stalled(ours: App, queue: str) -> None:
    """Let tasks that a killed worker had begun wait again, for as long as this worker lives."""
    while True:
        for job in await ours.job_manager.get_stalled_jobs(queue=queue, seconds_since_heartbeat=STALLED_SECONDS):
            log.warning("the worker of %s died; it is tried again", job.task_name)
            await ours.job_manager.retry_job(job)
        await asyncio.sleep(STALLED_SECONDS)
