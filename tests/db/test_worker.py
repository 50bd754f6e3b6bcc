"""The worker over real connections: no lock of one subject waits for another's, nothing is told twice, nothing is lost."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.builders.orders import NOW, a_shop
from tests.support.together import together

from anxin.infra import deadlines, outbox
from anxin.infra.deadlines import Due
from anxin.infra.jobs import QUICK, SLOW, task
from anxin.infra.models import Deadline, OutboxEvent
from anxin.infra.outbox import Subscription, publish
from anxin.infra.tx import transactional
from anxin.infra.worker import Worker, commit_later
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.shops.models import Shop

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "tests.worker"
SECOND = timedelta(seconds=1)
PATIENCE = 120.0


@outbox.event("tests.worker_heard", version=1)
class Heard:
    """Something for the subscribers of a test."""

    shop_id: UUID


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Nobody but these tests hears of these kinds."""
    yield
    deadlines.HANDLERS.pop(KIND, None)
    outbox.SUBSCRIPTIONS.pop(Heard.kind, None)
    for name in [name for name in app.tasks if name.startswith("tests.")]:
        app.tasks.pop(name)


def on_due(handler: Callable[..., None]) -> None:
    deadlines.HANDLERS[KIND] = handler


def on_event(*handlers: Callable[..., None]) -> None:
    outbox.SUBSCRIPTIONS[Heard.kind] = [Subscription(one.__name__, Heard, one) for one in handlers]


def lock(shop_id: UUID) -> None:
    Shop.objects.select_for_update().get(id=shop_id)


def test_two_workers_that_meet_the_same_subjects_in_opposite_order_do_not_wait_for_each_other():
    """A sweep used to hold the locks of all its deadlines, an event's worker those of all its events: a deadlock."""
    first, second = a_shop(), a_shop()
    deadlines.schedule_many([Due(KIND, first, NOW), Due(KIND, second, NOW + SECOND)])
    publish(Heard(second), now=NOW)
    publish(Heard(first), now=NOW + SECOND)
    meeting = Barrier(2, timeout=PATIENCE)
    told: list[UUID] = []

    def tell(shop_id: UUID, _version: int, *, now: Instant) -> None:
        lock(shop_id)
        meet(shop_id)

    def hear(event: Heard, *, now: Instant) -> None:
        lock(event.shop_id)
        meet(event.shop_id)

    def meet(shop_id: UUID) -> None:
        """Wait until the other worker holds its first subject; the second one is wanted after that."""
        if len(told) < 2:
            told.append(shop_id)
            meeting.wait()
        told.append(shop_id)

    on_due(tell)
    on_event(hear)
    later = NOW + 2 * SECOND
    outcomes = together(lambda: deadlines.sweep_batch(now=later), lambda: outbox.deliver_batch(now=later))
    assert outcomes == [2, 2]
    assert sorted(told) == sorted([first, second] * 3)  # with a repeated transaction there would be more
    assert (Deadline.objects.filter(kind=KIND).count(), OutboxEvent.objects.filter(delivered_at=None).count()) == (0, 0)


def test_a_deadline_that_its_handler_sets_anew_stays():
    shop = a_shop()
    deadlines.schedule(KIND, shop, NOW)

    def again(shop_id: UUID, _version: int, *, now: Instant) -> None:
        deadlines.schedule(KIND, shop_id, now + SECOND, version=7)

    on_due(again)
    assert deadlines.sweep_batch(now=NOW) == 1
    assert Deadline.objects.values_list("due_at", "expected_version").get(kind=KIND) == (NOW + SECOND, 7)


def test_a_handler_that_fails_leaves_nothing_behind_and_is_told_again():
    sick, well = a_shop(), a_shop()
    deadlines.schedule_many([Due(KIND, sick, NOW), Due(KIND, well, NOW)])

    def rename(shop_id: UUID, _version: int, *, now: Instant) -> None:
        Shop.objects.filter(id=shop_id).update(name="改名")
        if shop_id == sick:
            raise ValueError("not today")

    on_due(rename)
    assert deadlines.sweep_batch(now=NOW) == 2
    assert list(Shop.objects.filter(name="改名").values_list("id", flat=True)) == [well]
    waiting = Deadline.objects.get(kind=KIND)
    assert (waiting.subject, waiting.attempts, waiting.next_try_at > NOW) == (sick, 1, True)
    assert "not today" in waiting.last_error


def test_two_workers_share_what_is_due_and_tell_each_handler_once():
    subjects = [a_shop() for _ in range(12)]
    deadlines.schedule_many([Due(KIND, one, NOW) for one in subjects])
    told: list[UUID] = []

    def tell(shop_id: UUID, _version: int, *, now: Instant) -> None:
        told.append(shop_id)

    on_due(tell)
    outcomes: list[Any] = together(*[lambda: deadlines.sweep_batch(now=NOW)] * 3)
    assert sum(outcomes) == len(subjects)
    assert sorted(told) == sorted(subjects)


def test_a_subscriber_that_fails_is_told_again_alone_and_the_event_is_delivered_when_all_have_it():
    shop = a_shop()
    publish(Heard(shop), now=NOW)
    heard: list[str] = []
    failing = [True]

    def early(event: Heard, *, now: Instant) -> None:
        heard.append("early")
        if failing:
            failing.clear()
            raise ValueError("not yet")

    def late(event: Heard, *, now: Instant) -> None:
        heard.append("late")

    on_event(early, late)
    assert outbox.deliver_batch(now=NOW) == 1
    row = OutboxEvent.objects.get(kind=Heard.kind)
    assert (row.done, row.delivered_at, row.attempts) == (["late"], None, 1)
    assert outbox.deliver_batch(now=NOW) == 0
    again = NOW + 10 * SECOND
    assert outbox.deliver_batch(now=again) == 1
    row.refresh_from_db()
    assert (heard, row.delivered_at, row.last_error) == (["early", "late", "early"], again, "")


def test_an_event_is_not_delivered_while_another_worker_is_at_a_subscriber_that_may_fail():
    shop = a_shop()
    publish(Heard(shop), now=NOW)
    first_is_in, second_was_there = Barrier(2, timeout=PATIENCE), Barrier(2, timeout=PATIENCE)
    heard: list[str] = []

    def early(event: Heard, *, now: Instant) -> None:
        heard.append("early")
        if len(heard) == 1:
            first_is_in.wait()
            second_was_there.wait()
            raise ValueError("after the other worker has passed by")

    def late(event: Heard, *, now: Instant) -> None:
        heard.append("late")

    on_event(early, late)

    def pass_by() -> int:
        first_is_in.wait()
        moved = outbox.deliver_batch(now=NOW)
        second_was_there.wait()
        return moved

    assert together(lambda: outbox.deliver_batch(now=NOW), pass_by) == [1, 0]
    row = OutboxEvent.objects.get(kind=Heard.kind)
    assert (row.done, row.delivered_at) == (["late"], None)
    outbox.deliver_batch(now=NOW + 10 * SECOND)
    assert heard == ["early", "late", "early"]


def test_a_heap_of_deadlines_leaves_most_of_the_time_to_others():
    heap = 2 * deadlines.BATCH + 1
    deadlines.schedule_many([Due(KIND, new_id(), NOW) for _ in range(heap)])
    on_due(lambda *_, **__: None)
    moments = iter((0.0, 1.0, 2.9, 3.0, 3.5, 4.4, 4.5, 4.6))  # asked and, where it swept, done
    worker = Worker(lambda: next(moments))
    assert worker.sweep(NOW) == deadlines.BATCH  # took a second: rests two
    assert worker.sweep(NOW) == 0  # at 2.9
    assert worker.sweep(NOW) == deadlines.BATCH  # at 3.0, took half a second: rests one
    assert worker.sweep(NOW) == 0  # at 4.4
    assert worker.sweep(NOW) == 1  # less than a batch: no rest
    assert worker.sweep(NOW) == 0  # at 4.6 nothing is left
    assert Deadline.objects.filter(kind=KIND).count() == 0


def test_only_the_thread_that_tells_events_and_deadlines_commits_later():
    def setting() -> str:
        with connection.cursor() as cursor:
            cursor.execute("show synchronous_commit")
            return str(cursor.fetchone()[0])

    def of_the_worker() -> str:
        commit_later()
        return setting()

    before = setting()
    assert together(of_the_worker, setting) == ["off", before]
    assert setting() == before


def test_both_queues_are_worked_at_once_and_what_a_task_enqueues_goes_with_its_transaction():
    """One app whose connection was replaced served both threads: the later one found no connection for its worker."""
    meeting, worker = Barrier(2, timeout=PATIENCE), Worker()
    seen: list[str] = []

    @transactional
    def enqueue(*, fail: bool) -> None:
        nothing.defer()
        if fail:
            raise ValueError("all of it or nothing")

    def meet(queue: str) -> None:
        try:
            meeting.wait()
            with suppress(ValueError):
                enqueue(fail=queue == SLOW)
            seen.append(queue)
        finally:
            if len(seen) == 2 or meeting.broken:
                worker.stop()

    nothing = task("tests.nothing", queue="tests")(lambda: None)
    for queue in (QUICK, SLOW):
        task(f"tests.meet_{queue}", queue=queue, attempts=1)(partial(meet, queue)).defer()
    together(*[partial(worker.run_tasks, queue) for queue in (QUICK, SLOW)])
    assert sorted(seen) == sorted([QUICK, SLOW])
    ours = ProcrastinateJob.objects.filter(task_name__startswith="tests.", status="todo")  # others are due by the clock
    assert list(ours.values_list("task_name", flat=True)) == [nothing.name]


def test_a_task_that_a_killed_worker_had_begun_is_run_by_another_which_then_stops_when_asked(caplog):
    ran = Event()
    begun = task("tests.begun", queue=SLOW)(ran.set).configure(schedule_in={"days": 1}).defer()
    with connection.cursor() as cursor:  # as SIGKILL leaves it: begun by a worker that is no more
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL, scheduled_at = NULL WHERE id = %s",
            [begun],
        )
    worker = Worker()
    thread = Thread(target=worker.run_tasks, args=(SLOW,))
    thread.start()
    assert ran.wait(PATIENCE)
    worker.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
