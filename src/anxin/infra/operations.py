"""How the plumbing is doing: what waits, what failed and why, and how to have it tried again at once."""

from dataclasses import dataclass
from uuid import UUID

from procrastinate.contrib.django.models import ProcrastinateJob

from anxin.infra.jobs import SLOW
from anxin.infra.models import Deadline, OutboxEvent
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant

SHOWN = 50


@dataclass(frozen=True)
class Trouble:
    """Something that failed and will be tried again at `next_try_at`."""

    id: UUID
    kind: str
    subject: str
    attempts: int
    next_try_at: Instant
    error: str


@dataclass(frozen=True)
class KindCount:
    """How many deadlines of a kind wait, and when the next one is due."""

    kind: str
    waiting: int
    next_at: Instant


@dataclass(frozen=True)
class Plumbing:
    """Events, deadlines and background tasks in one look."""

    events_waiting: int
    deadlines_waiting: int
    deadlines_overdue: int
    tasks_waiting: int
    tasks_failed: int
    failing_events: tuple[Trouble, ...]
    failing_deadlines: tuple[Trouble, ...]
    kinds: tuple[KindCount, ...]

    @property
    def failing(self) -> int:
        """How many things want a look."""
        return len(self.failing_events) + len(self.failing_deadlines) + self.tasks_failed


def plumbing(*, now: Instant) -> Plumbing:
    """Return how events, deadlines and tasks are doing; at most SHOWN failures of each."""
    events = OutboxEvent.objects.filter(delivered_at=None)
    jobs = ProcrastinateJob.objects
    return Plumbing(
        events_waiting=events.count(),
        deadlines_waiting=Deadline.objects.count(),
        deadlines_overdue=Deadline.objects.filter(next_try_at__lt=now).count(),
        tasks_waiting=jobs.filter(status__in=["todo", "doing"]).count(),
        tasks_failed=jobs.filter(status="failed").count(),
        failing_events=tuple(
            Trouble(row.id, row.kind, str(row.shop_id or "–"), row.attempts, row.next_try_at, row.last_error)
            for row in events.exclude(last_error="").order_by("-attempts")[:SHOWN]
        ),
        failing_deadlines=tuple(
            Trouble(row.id, row.kind, str(row.subject), row.attempts, row.next_try_at, row.last_error)
            for row in Deadline.objects.exclude(last_error="").order_by("-attempts")[:SHOWN]
        ),
        kinds=_kinds(),
    )


def slow_tasks_waiting() -> int:
    """Return how many tasks of the queue for what takes long are not done yet."""
    return ProcrastinateJob.objects.filter(queue_name=SLOW, status__in=["todo", "doing"]).count()


@transactional
def try_again(identity: UUID, *, now: Instant) -> bool:
    """Have a failed event or deadline tried at once; say whether there was one."""
    event = OutboxEvent.objects.filter(id=identity, delivered_at=None).update(next_try_at=now)
    return bool(event or Deadline.objects.filter(id=identity).update(next_try_at=now))


def _kinds() -> tuple[KindCount, ...]:
    from django.db.models import Count, Min

    rows = Deadline.objects.values("kind").annotate(waiting=Count("id"), next_at=Min("next_try_at")).order_by("kind")
    return tuple(KindCount(**row) for row in rows)
