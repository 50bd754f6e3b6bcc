"""What an operator sees of the interest engine: who fills the feed, what is tried, how new items fare, what was learned."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.errors import AnxinError
from anxin.market.interest import store
from anxin.market.interest.brain.door import is_written
from anxin.market.interest.domain import notes
from anxin.market.interest.domain.events import Kind
from anxin.market.interest.errors import EngineUnreadable

ANSWERS_MAX = 50_000  # newest answers that shares are counted from
NEW_FOR = timedelta(days=7)  # so long an item is counted among the new ones
NEW_MAX = 500
FIRST_IMPRESSIONS = 100
WAITING_MAX = 10_000
MINUTES = 60
OVERLAP = timedelta(days=2)
EXPLORING_BPS = 1_000  # the metered budget, as `brain.reading.EXPLORING`; a test holds them together


@dataclass(frozen=True)
class Moment:
    """One hour or day of answers: places by policy, and how many of all tried something new."""

    at: datetime
    places: int
    tried: int
    by_policy: dict[str, int]


@dataclass(frozen=True)
class Shares:
    """Places that were filled in a time, by source and by policy."""

    places: int
    answers: int
    by_source: tuple[tuple[str, int], ...]
    by_policy: tuple[tuple[str, int], ...]
    over_time: tuple[Moment, ...]
    is_sample: bool

    @property
    def fallback_bps(self) -> int:
        """The share of places that the engine did not fill."""
        return _bps(dict(self.by_policy).get(notes.POPULAR, 0), self.places)

    @property
    def explored_bps(self) -> int:
        """The share of the engine's places that tried something new."""
        own = self.places - dict(self.by_policy).get(notes.POPULAR, 0)
        return _bps(dict(self.by_source).get(notes.TRIED, 0), own)


@dataclass(frozen=True)
class NewItem:
    """A new video or note: `reached_s` is how long its first hundred impressions took, None if it has fewer."""

    id: UUID
    kind: str
    published_at: Instant
    impressions: int
    reached_s: int | None


@dataclass(frozen=True)
class Newcomers:
    """The new items of some days."""

    items: tuple[NewItem, ...]
    days: int = NEW_FOR.days

    @property
    def reached(self) -> tuple[int, ...]:
        """How long it took those that got there, shortest first."""
        return tuple(sorted(one.reached_s for one in self.items if one.reached_s is not None))

    @property
    def median_s(self) -> int | None:
        """The median time of those that got there."""
        return self.reached[len(self.reached) // 2] if self.reached else None

    def spread(self, edges: tuple[int, ...]) -> tuple[int, ...]:
        """Count those that got there within each time, those that took longer, and last those that did not yet."""
        found = [sum(low <= one < high for one in self.reached) for low, high in zip((0, *edges), edges, strict=False)]
        late = sum(one >= edges[-1] for one in self.reached)
        return (*found, late, len(self.items) - len(self.reached))


@dataclass(frozen=True)
class Minute:
    """Events that were told in a minute; those that teach nothing were in doubt."""

    at: datetime
    told: int
    taught: int


@dataclass(frozen=True)
class LearnerState:
    """How far the learner is. `problem` says why its files cannot be used; then the rest is unknown."""

    version: int = 0
    impressions: int = 0
    published_at: Instant | None = None
    saved_at: Instant | None = None
    waiting: int = 0  # counted up to WAITING_MAX
    waiting_s: int = 0
    problem: AnxinError | None = None

    @property
    def more_wait(self) -> bool:
        """Whether even more events wait than were counted."""
        return self.waiting >= WAITING_MAX

    @property
    def is_empty(self) -> bool:
        """Whether nothing was learned here yet."""
        return self.published_at is None and self.problem is None


def shares(since: Instant, *, by_hour: bool) -> Shares:
    """Return who filled the feed since a moment, of the newest ANSWERS_MAX answers: one statement."""
    rows = store.SQL.rows(
        "served_shares",
        day=store.day_of(since),
        first=first_id(since),
        step="hour" if by_hour else "day",
        most=ANSWERS_MAX,
    )
    sources, policies = Counter[str](), Counter[str]()
    moments: dict[datetime, Counter[str]] = {}
    tried = Counter[datetime]()
    for row in rows:
        sources[row["source"]] += row["places"]
        policies[row["policy"]] += row["places"]
        moments.setdefault(row["bucket"], Counter())[row["policy"]] += row["places"]
        tried[row["bucket"]] += row["places"] if row["source"] == notes.TRIED else 0
    answers = sum(row["answers"] for row in rows)
    over_time = tuple(
        Moment(at, sum(by_policy.values()), tried[at], dict(by_policy)) for at, by_policy in moments.items()
    )
    return Shares(
        sum(sources.values()),
        answers,
        tuple(sources.most_common()),
        tuple(policies.most_common()),
        over_time,
        answers >= ANSWERS_MAX,
    )


def newcomers(*, now: Instant) -> Newcomers:
    """Return the newest items with their impressions: one statement."""
    since = now - NEW_FOR
    rows = store.SQL.rows(
        "new_items",
        since=since,
        now=now,
        day=store.day_of(since),
        wanted=FIRST_IMPRESSIONS,
        impression=store.NUMBER[Kind.IMPRESSION],
        most=NEW_MAX,
    )
    return Newcomers(tuple(NewItem(**row) for row in rows))


def minutes(*, now: Instant) -> tuple[Minute, ...]:
    """Return the events of each of the last sixty minutes: one statement."""
    first = store.minute_of(now) - timedelta(minutes=MINUTES - 1)
    rows = store.SQL.rows("events_a_minute", day=store.day_of(first), first=first_id(first), since=first)
    told = {row["minute"]: row for row in rows}
    every = [first + timedelta(minutes=step) for step in range(MINUTES)]
    return tuple(Minute(at, told[at]["told"], told[at]["taught"]) if at in told else Minute(at, 0, 0) for at in every)


def _written_at(path: Path) -> float | None:
    """Return when a file was written, None where the learner took it away meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def learner_state(*, now: Instant) -> LearnerState:
    """Return how far the learner is: one statement and the list of its files."""
    if not is_written():
        return LearnerState()
    from anxin.market.interest.brain import files  # numbers are imported once there is something to read

    try:
        told = files.manifest()
    except EngineUnreadable as failure:
        return LearnerState(problem=failure)
    saved = max(filter(None, map(_written_at, files.folder().glob("learned-*.bin"))), default=None)
    tx, event, day = told.cursor.split(":")
    row = store.SQL.one(
        "events_waiting", tx=tx, id=UUID(event), day=date.fromisoformat(day) - OVERLAP, most=WAITING_MAX
    ) or {"waiting": 0, "oldest": None}
    return LearnerState(
        version=told.version,
        impressions=told.learned,
        published_at=datetime.fromtimestamp(told.at, tz=now.tzinfo),
        saved_at=datetime.fromtimestamp(saved, tz=now.tzinfo) if saved else None,
        waiting=row["waiting"],
        waiting_s=max(int(now.timestamp()) - row["oldest"], 0) if row["oldest"] else 0,
    )


def first_id(moment: Instant) -> UUID:
    """Return the least id that can have been made at a moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def _bps(part: int, whole: int) -> int:
    return round(part * 10_000 / whole) if whole else 0
