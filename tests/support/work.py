"""Running the worker's tasks inside the test's own transaction, at the test's own time.

A live market has a worker of its own beside the test. What it holds at the moment is not seen by `step`, and what it
publishes is of its own time, later than the test's: "nothing to do" is not "done". These functions return once it is.
"""

import json
import threading
from collections.abc import Callable

from django.db import connection
from procrastinate.contrib.django import app

from anxin.infra import clock, worker
from anxin.infra.deadlines import HANDLERS
from anxin.infra.models import Deadline, OutboxEvent
from anxin.kernel.clock import Instant

ROUNDS_MAX = 2_000  # of waiting: 100 s, for what a killed worker had begun is taken over within a minute
PAUSE_SECONDS = 0.05  # only where another worker is busy


def work(now: Instant) -> None:
    """Deliver events, deadlines and background tasks until nothing is left to do at `now`."""
    until_done(now, lambda: worker.step(now) + _run_tasks())


def until_done(now: Instant, move: Callable[[], int]) -> None:
    """Repeat `move`, which returns how much it did, until neither it nor another worker has anything due at `now`."""
    for _ in range(ROUNDS_MAX):
        if move():
            continue
        if not _is_due(now):
            return
        threading.Event().wait(PAUSE_SECONDS)
    raise AssertionError(f"the work never ends: {_what_waits(now)}")


def _is_due(now: Instant) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select exists (select from procrastinate_jobs where status = 'doing'),"
            " exists (select from procrastinate_workers)"
        )
        is_doing, is_live = cursor.fetchone()
    if is_live:
        now = max(now, clock.now())
    return (
        is_doing
        or OutboxEvent.objects.filter(delivered_at=None, next_try_at__lte=now).exists()
        or Deadline.objects.filter(kind__in=HANDLERS, next_try_at__lte=now).exists()
    )


def _what_waits(now: Instant) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("select task_name, status, worker_id from procrastinate_jobs where status in ('todo', 'doing')")
        tasks = cursor.fetchall()
    return {
        "tasks": tasks,
        "events": list(
            OutboxEvent.objects.filter(delivered_at=None, next_try_at__lte=now).values_list("kind", "last_error")
        ),
        "deadlines": list(
            Deadline.objects.filter(kind__in=HANDLERS, next_try_at__lte=now).values_list("kind", flat=True)
        ),
    }


def _run_tasks() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select id, task_name, args from procrastinate_jobs where status = 'todo' order by id")
        waiting = cursor.fetchall()
        for identity, name, arguments in waiting:
            cursor.execute("delete from procrastinate_jobs where id = %s and status = 'todo'", [identity])
            if cursor.rowcount:  # else another worker was faster
                app.tasks[name].func(**json.loads(arguments))
    return len(waiting)
