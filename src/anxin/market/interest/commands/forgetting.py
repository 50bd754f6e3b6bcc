"""Beginning anew and being erased: the name goes at once, what was done becomes nobody's in the background, a part at a time.

Killed anywhere, the next part goes on: what is nobody's already is not found again, and the row of `interest_forgetting` says
what is left. Until it is gone nothing reads what those actors did before (`sql/`: sender, reader, last_touch, …).
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from anxin.infra.jobs import defer_once
from anxin.infra.sql import document
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.interest import store
from anxin.market.interest.domain.events import OURS
from anxin.market.interest.domain.names import new_name
from anxin.market.interest.models import Actor, DeviceLink, Forgetting
from anxin.market.interest.tasks import forget_in_parts

__all__ = ["forget_all", "forget_interests", "forget_person", "forget_some"]

BATCH = 2_000  # events and as many answers: a moment's work, and nobody waits for its locks
SETTLED = timedelta(minutes=1)  # by then is committed what was served before, and found
NOTHING: dict[str, list[object]] = {
    name: [] for name in ("kinds", "item_kinds", "items", "ats", "amounts", "seen", "hidden", "fewer", "more")
}


@transactional
def forget_interests(actor: UUID, *, now: Instant) -> None:
    """Begin anew: the history, what was seen, the wishes and what was learned go; the switch stays as it is.

    What was learned stays under a name that nobody has any more, and what was done becomes nobody's. What was done since on a
    device of theirs without a login goes too: the next login would bring it back.
    """
    devices, fresh = _devices_of(actor), list[int]()
    for one, mine in (*((each, {"is_person": False}) for each in devices), (actor, {})):
        name = new_name()
        if Actor.objects.filter(actor=one, **mine).update(**NOTHING, name=name):
            fresh.append(name)
    _begin(actor, devices, fresh, now=now)


@transactional
def forget_person(person_id: UUID, *, now: Instant) -> None:
    """Forget who did it: the history goes, the events of the person and of their devices become nobody's."""
    devices = _devices_of(person_id)
    for device in devices:
        Actor.objects.filter(actor=device, is_person=False).delete()
    Actor.objects.filter(actor=person_id).delete()
    _begin(person_id, devices, (), now=now)
    DeviceLink.objects.filter(person_id=person_id).delete()


def forget_all(*, now: Instant) -> int:
    """Make nobody's whatever is to be, part after part, each a transaction of its own; return how many parts there were."""
    parts = 0
    while forget_some(now=now):
        parts += 1
    return parts


@transactional
def forget_some(batch: int = BATCH, *, now: Instant) -> bool:
    """Make the next part nobody's; False where nothing is left for now, or another worker is at it.

    The row of who began anew just now stays: what was being served meanwhile is not committed yet, and is looked for again.
    """
    waiting = Forgetting.objects.select_for_update(skip_locked=True).order_by("id")
    settled = waiting.filter(until__lte=now - SETTLED).first()
    if settled is None:
        return any(_move(row, batch) for row in waiting)
    if not _move(settled, batch):
        settled.delete()
    return True


def _move(row: Forgetting, batch: int) -> bool:
    """Make a part of what somebody did nobody's; say whether there was any."""
    moved = store.SQL.one(
        "forget_some",
        actors=row.actors,
        fresh=row.fresh,
        theirs=document(row.theirs),
        until=row.until,
        salt=str(row.salt),
        ours=[store.NUMBER[kind] for kind in OURS],
        batch=batch,
    )
    return bool(moved and moved["moved"])


def _begin(actor: UUID, devices: Sequence[UUID], fresh: Collection[int], *, now: Instant) -> None:
    """Have what was done made nobody's. Assumes the rows of the devices and the actor locked or gone."""
    Forgetting.objects.create(
        actors=[actor, *devices], fresh=list(fresh), theirs=_theirs(actor, [actor, *devices]), until=now
    )
    defer_once(forget_in_parts, "all")


def _theirs(actor: UUID, devices: Sequence[UUID]) -> list[dict[str, str | None]]:
    """Return when the devices were somebody else's: from one login until theirs."""
    found, before = list[dict[str, str | None]](), dict[UUID, Instant]()
    for link in DeviceLink.objects.filter(device__in=devices).order_by("device", "linked_at", "id"):
        since = before.get(link.device)
        if link.person_id != actor:
            found.append(
                {
                    "device": str(link.device),
                    "since": since.isoformat() if since else None,
                    "until": link.linked_at.isoformat(),
                }
            )
        before[link.device] = link.linked_at
    return found


def _devices_of(person_id: UUID) -> list[UUID]:
    links = DeviceLink.objects.filter(person_id=person_id).order_by("device")
    return list(links.values_list("device", flat=True))
