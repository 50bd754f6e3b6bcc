"""Background work that calls the outside world or takes long: procrastinate tasks, enqueued in the same transaction.

A task runs outside any transaction: it calls commands (each its own transaction) before and after the outside call.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.tasks import Task

from anxin.infra.tx import savepoint

ATTEMPTS = 8


QUICK, SLOW = "default", "slow"  # queues, each with a thread of its own: a video never keeps a refund waiting


def task(
    name: str, *, attempts: int = ATTEMPTS, queue: str = QUICK
) -> Callable[[Callable[..., Any]], Task[Any, Any, Any]]:
    """Declare a task; `its.defer(key=value)` enqueues it (JSON values) with the surrounding transaction.

    It is repeated with growing pauses when it fails, so it must be idempotent. What takes longer than seconds goes to
    the queue SLOW.
    """
    retry = RetryStrategy(max_attempts=attempts, exponential_wait=3)
    return app.task(name=name, retry=retry, pass_context=False, queue=queue)


def defer_once(wanted: Task[Any, Any, Any], key: str, **arguments: Any) -> None:
    """Enqueue a task unless one with the same key waits already."""
    with suppress(AlreadyEnqueued), savepoint():
        wanted.configure(queueing_lock=f"{wanted.name}:{key}").defer(**arguments)
