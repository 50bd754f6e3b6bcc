"""Events: facts written with the change that made them true, then delivered at least once, in the worker.

A waiting row is found by its state and never by a cursor, so a transaction that commits late is not skipped. Each
subscriber runs in a transaction of its own and is noted in `done`; one that fails is tried again later, alone.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar, dataclass_transform, get_args, get_origin, get_type_hints
from uuid import UUID

from anxin.infra.sql import Row, Statements, document
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id

log = logging.getLogger(__name__)
SQL = Statements(__name__)

BATCH = 50
RETRY_SECONDS = (1, 5, 30, 120, 600, 3600)  # then hourly


class Event(Protocol):
    """A frozen dataclass made by `@event`."""

    kind: ClassVar[str]
    version: ClassVar[int]


E = TypeVar("E", bound=Any)
Handler = Callable[..., None]


@dataclass(frozen=True)
class Subscription:
    """One handler of one kind of event."""

    name: str
    event: type[Any]
    handler: Handler


READERS: dict[Any, Callable[[str], Any]] = {UUID: UUID, datetime: datetime.fromisoformat}  # what JSON has no word for

EVENTS: dict[str, type[Any]] = {}
SUBSCRIPTIONS: dict[str, list[Subscription]] = {}


@dataclass_transform(frozen_default=True)
def event(kind: str, *, version: int) -> Callable[[type[E]], type[E]]:
    """Declare a fact other modules may subscribe to: `kind` is `module.what_happened`."""

    def declare(cls: type[E]) -> type[E]:
        declared = dataclass(frozen=True)(cls)
        declared.kind = kind
        declared.version = version
        EVENTS[kind] = declared
        return declared

    return declare


def subscribe(event_type: type[E]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register `handler(event, *, now)`: idempotent, run in the worker, never calling the outside world."""

    def register(handler: Handler) -> Handler:
        name = f"{handler.__module__.removeprefix('anxin.market.')}.{handler.__name__}"
        SUBSCRIPTIONS.setdefault(event_type.kind, []).append(Subscription(name, event_type, handler))
        return handler

    return register


def publish(fact: Any, *, now: Instant, shop_id: UUID | None = None) -> None:
    """Write one event into the outbox of the current transaction."""
    publish_many([(fact, shop_id)], now=now)


def publish_many(facts: list[tuple[Any, UUID | None]], *, now: Instant) -> None:
    """Write (event, shop) pairs with one statement. Nothing is written for an empty list."""
    if facts:
        SQL.run("outbox_publish", now=now, events=outbox_rows(facts))


def outbox_rows(facts: list[tuple[Any, UUID | None]]) -> str:
    """Return (event, shop) pairs as the `events` of `outbox_publish`, for statements that write them along with other rows."""
    return document(
        [
            {"id": new_id(), "kind": fact.kind, "version": fact.version, "shop_id": shop_id, "payload": fact}
            for fact, shop_id in facts
        ]
    )


def decode(event_type: type[E], payload: dict[str, Any]) -> E:
    """Return the event from its JSON fields; fields it does not know are ignored, so old code reads newer rows."""
    declared: Any = event_type
    hints = _hints(declared)
    event: E = declared(**{name: _typed(hints[name], value) for name, value in payload.items() if name in hints})
    return event


def deliver_batch(*, now: Instant) -> int:
    """Deliver up to BATCH waiting events; return how many moved on (0 when nothing waits)."""
    waiting = [(row, _open(row)) for row in SQL.rows("outbox_waiting", now=now, batch=BATCH)]
    finished = [row["id"] for row, subscriptions in waiting if not subscriptions]
    if finished:
        SQL.run("outbox_delivered", ids=finished, now=now)
    return len(finished) + sum(_delivered(row, left, now=now) for row, left in waiting if left)


def _open(row: Row) -> list[Subscription]:
    return [one for one in SUBSCRIPTIONS.get(row["kind"], ()) if one.name not in row["done"]]


def _delivered(row: Row, left: list[Subscription], *, now: Instant) -> bool:
    """Tell the subscribers that do not have the event yet; return whether this worker told any or tried to."""
    told: list[bool] = []
    error = ""
    for subscription in left:
        is_last = subscription is left[-1] and all(told)  # with one skipped or failed it is not delivered yet
        try:
            told.append(_tell(row, subscription, is_last=is_last, now=now))
        except Exception as failure:  # one handler's failure must not hold back the others
            log.exception("event %s: %s failed", row["kind"], subscription.name)
            error = f"{subscription.name}: {failure!r}"[:2000]
            told.append(False)
    if error:
        SQL.run("outbox_postpone", id=row["id"], error=error, next_try_at=now + retry_after(row["attempts"]))
    return any(told) or bool(error)


@transactional
def _tell(row: Row, subscription: Subscription, *, is_last: bool, now: Instant) -> bool:
    """Note that a subscriber has an event and run it, both or neither; False when another worker is at it.

    One subscriber of one event is one transaction, as with deadlines: it locks what its own module locks, in its order.
    """
    if not SQL.run("outbox_take", id=row["id"], subscriber=subscription.name, is_last=is_last, now=now):
        return False
    subscription.handler(decode(subscription.event, row["payload"]), now=now)
    return True


def retry_after(attempts: int) -> timedelta:
    """Return how long to wait after the given number of failed attempts."""
    return timedelta(seconds=RETRY_SECONDS[min(attempts, len(RETRY_SECONDS) - 1)])


@cache
def _hints(event_type: type[Any]) -> dict[str, Any]:
    known = {f.name for f in fields(event_type)}
    return {name: hint for name, hint in get_type_hints(event_type).items() if name in known}


def _typed(hint: Any, value: Any) -> Any:
    """Read a JSON value back as `hint`: UUID, datetime, tuples and nested dataclasses; the rest as it is."""
    if value is None:
        return None
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        inner = arguments[0] if len(arguments) == 2 and arguments[1] is ... else None  # noqa: PLR2004
        return tuple(_typed(inner if inner is not None else arguments[index], item) for index, item in enumerate(value))
    if type(None) in arguments:
        return _typed(next(a for a in arguments if a is not type(None)), value)
    if hasattr(hint, "__dataclass_fields__"):
        return decode(hint, value)
    return READERS[hint](value) if hint in READERS else value
