"""What changes interests: events are told, answers are served, people say what they want and what not."""

import re
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid5

from anxin.infra.sql import Row
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.catalog.queries import cards
from anxin.market.content.queries.posts import own_among
from anxin.market.creators.queries import creators_by_id
from anxin.market.interest import store
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.commands.forgetting import forget_all, forget_interests, forget_person, forget_some
from anxin.market.interest.domain.events import (
    BATCH_MAX,
    LATE_MAX,
    Doubt,
    Item,
    ItemKind,
    Judged,
    Kind,
    Served,
    Told,
    Unheard,
    judge,
)
from anxin.market.interest.domain.history import ENTRIES_MAX, SEEN_MAX
from anxin.market.interest.errors import NotAnInterest, TooManyEvents, TooManyWishes
from anxin.market.interest.feed import Chosen, Why, choose_posts
from anxin.market.interest.goods import Goods, Place, Reason, Recommended, recommend, rerank
from anxin.market.interest.models import Actor, DeviceLink, Network
from anxin.market.orders.queries import bought_between

__all__ = [
    "Chosen",
    "Goods",
    "Place",
    "Reason",
    "Recommended",
    "Why",
    "choose_posts",
    "forget_all",
    "forget_interests",
    "forget_person",
    "forget_some",
    "recommend",
    "rerank",
]

WISHES_MAX = 200
WISHED = re.compile(r"[a-z0-9][a-z0-9-]{0,79}|#\w{1,79}")  # codes of categories and ids, or a topic
LOOK_EVERY_SECONDS = 2.0  # until there is an engine; a server begins with pages, not with numbers
TOUCH_COUNTS_FOR = timedelta(days=7)  # an order is thought to come of what was tapped within a week before it
AMOUNT_MAX = 2**31 - 1  # of the column
TOUCHES = (Kind.PRODUCT_CLICK, Kind.CART)
OUR_EVENTS = UUID("0193f3c0-6f2a-7c1e-8a52-4f6b1f0e9d11")  # the namespace in which our own events get their ids


@dataclass(frozen=True)
class Teller:
    """Who tells events: a person with the shops they work for, or a device, by its network where one is known."""

    id: UUID
    is_person: bool
    shops: frozenset[UUID] = frozenset()
    network: int | None = None


@dataclass(frozen=True)
class Receipt:
    """What became of a batch: how many events were new, how many were known already, which were refused and why."""

    new: int
    known: int
    refused: tuple[tuple[UUID, Unheard], ...] = ()


@dataclass(frozen=True)
class Fact:
    """Something that the market itself knows happened: `key` makes it one event however often it is told."""

    key: str
    kind: Kind
    item: Item
    amount_minor: int  # pieces where it went into a cart
    at: Instant
    request: UUID | None = None  # the answer that led there, where the order says so
    content: UUID | None = None  # the video or note in it
    ordered_at: Instant | None = None  # when what it is about was ordered: what led there came before


@transactional
def tell(batch: Sequence[Told], teller: Teller, *, sent_at: Instant | None = None, now: Instant) -> Receipt:
    """Keep the events of a batch and write the teller's history, before it is answered; the next feed knows of them.

    `sent_at` is the device's clock. What is refused is named and loses nothing else. Raises TooManyEvents.
    """
    if len(batch) > BATCH_MAX:
        raise TooManyEvents(BATCH_MAX)
    requests = {told.request for told in batch if told.request is not None}
    sender, served = store.sender(teller.id, requests, now=now)
    sender = replace(sender, own=_own(_named(batch, served), teller), needs_answer=not teller.is_person)
    verdict = judge(batch, sender, served, sent_at=sent_at, now=now)
    new = frozenset[UUID]()
    if verdict.kept:
        network = None if teller.is_person else teller.network
        new = store.record(teller.id, verdict.kept, is_person=teller.is_person, network=network, now=now)
    return Receipt(len(new), len(verdict.kept) - len(new), verdict.refused)


@transactional
def note(actor: UUID, facts: Sequence[Fact], *, is_person: bool = True, now: Instant) -> int:
    """Keep what the market knows somebody did, joined to the answer that led there; return how many were new.

    What is paid for is counted beside what the same person paid for before, once: after a new beginning it is not told
    from a first purchase by what was done, so the orders say what the person had bought.
    """
    if not facts:
        return 0
    named = {fact.request for fact in facts if fact.request is not None}
    sender, served = store.sender(actor, named, now=now)
    answers = {one.id: one for one in served.values() if sender.was_served(one)}
    ordered = [fact.ordered_at or fact.at for fact in facts]
    led_by = [(fact.item.id, fact.request if fact.request in answers else None) for fact in facts]
    touches = store.last_touches(
        (actor, *sender.devices),
        set(led_by),
        TOUCHES,
        since=min(ordered) - TOUCH_COUNTS_FOR,
        until=max(ordered),
    )
    led = {(row["item"], row["named"]): row for row in touches}
    kept = [
        _own_event(fact, led.get(by), answers.get(by[1]) if by[1] else None)
        for fact, by in zip(facts, led_by, strict=True)
    ]
    new = store.record(actor, kept, is_person=is_person, now=now)
    if paid := [one.told for one in kept if one.told.kind is Kind.PAID and one.told.id in new]:
        first = min(told.at for told in paid)
        had = bought_between(actor, first - store.TOGETHER_FOR, first)
        store.count_together(actor, sorted({told.item.id for told in paid}), had, now=now)
    return len(new)


@transactional
def serve(actor: UUID, items: Mapping[Item, float], *, surface: str, policy: str, now: Instant) -> UUID:
    """Write down what is being served, each item with its chance to stand where it stands; return the answer's id."""
    served = Served(new_id(), actor, now, tuple(items), tuple(items.values()))
    store.keep_served(served, surface, policy, sources=())
    return served.id


@transactional
def take_device_along(device: UUID, person_id: UUID, *, now: Instant) -> None:
    """At a login: what the device did becomes the person's. Again, or for a device that did nothing, changes nothing."""
    DeviceLink.objects.bulk_create(
        [DeviceLink(device=device, person_id=person_id, linked_at=now)], ignore_conflicts=True
    )
    store.SQL.run("merge_device", device=device, person=person_id, entries_max=ENTRIES_MAX, seen_max=SEEN_MAX)


@transactional
def personalise(actor: UUID, *, wanted: bool, is_person: bool) -> None:
    """Switch personal recommendations on or off (个性化推荐, 个保法 24); off keeps what is known and does not use it."""
    blank = {"is_person": is_person, "is_personal": wanted}
    Actor.objects.update_or_create(actor=actor, defaults={"is_personal": wanted}, create_defaults=blank)


@transactional
def wish(actor: UUID, *what: str, more: bool | None, is_person: bool) -> None:
    """Want more (True), less (False) or as it comes (None) of categories, topics (`#…`), creators or shops (ids).

    Raises NotAnInterest, TooManyWishes.
    """
    if not all(map(WISHED.fullmatch, what)):
        raise NotAnInterest
    row, _ = Actor.objects.select_for_update().get_or_create(actor=actor, defaults={"is_person": is_person})
    row.more = [one for one in row.more if one not in what] + (list(what) if more is True else [])
    row.fewer = [one for one in row.fewer if one not in what] + (list(what) if more is False else [])
    if max(len(row.more), len(row.fewer)) > WISHES_MAX:
        raise TooManyWishes(WISHES_MAX)
    row.save(update_fields=["more", "fewer"])


@transactional
def make_days(first: date, last: date) -> int:
    """Make the partitions of the days from `first` to `last`; return how many were new."""
    return sum(row["made"] for row in store.SQL.rows("make_days", first=first, last=last))


@transactional
def forget_days(before: date, *, today: date) -> int:
    """Drop what is older than `before`, and the ids that cannot arrive again; return how many partitions went.

    Of networks nothing is kept from one day to the next.
    """
    Network.objects.filter(hour__lt=datetime.combine(today, datetime.min.time(), UTC)).delete()
    row = store.SQL.one("forget_days", before=before, ids_before=today - LATE_MAX - timedelta(days=2))
    return int(row["gone"]) if row else 0


def _named(batch: Sequence[Told], served: Mapping[UUID, Served]) -> frozenset[Item]:
    """Return what a batch is about, and what stood in the places that it names."""
    named = {told.item for told in batch}
    for told in batch:
        answer = served.get(told.request) if told.request is not None else None
        if answer is not None and told.slot is not None:
            named.update(answer.items[max(told.slot, 0) : max(told.slot, -1) + 1])
    return frozenset(named)


def _own(named: Collection[Item], teller: Teller) -> frozenset[UUID]:
    """Return what of it is the teller's own: they and their shops, what those made, and what the shops sell."""
    if not teller.is_person:
        return frozenset()
    ids = {kind: sorted(one.id for one in named if one.kind is kind) for kind in ItemKind}
    shown, products = [*ids[ItemKind.VIDEO], *ids[ItemKind.NOTE]], ids[ItemKind.PRODUCT] if teller.shops else []
    creators = creators_by_id(ids[ItemKind.CREATOR]).values() if ids[ItemKind.CREATOR] else ()
    return (
        teller.shops
        | {one.id for one in creators if one.person_id == teller.id or one.shop_id in teller.shops}
        | (own_among(shown, teller.id, teller.shops) if shown else frozenset())
        | {one.id for one in (cards(products) if products else ()) if one.shop_id in teller.shops}
    )


def _own_event(fact: Fact, touch: Row | None, answer: Served | None) -> Judged:
    """Return a fact as an event, joined to the answer that its order names, else to the last touch."""
    told = Told(uuid5(OUR_EVENTS, fact.key), fact.kind, fact.item, fact.at, value=min(fact.amount_minor, AMOUNT_MAX))
    if touch is not None:
        told = replace(told, request=touch["request"], slot=touch["slot"])
    if answer is not None and answer.id != told.request:
        places = [slot for slot, one in enumerate(answer.items) if one.id in {fact.content, fact.item.id}]
        told = replace(told, request=answer.id, slot=places[0] if places else None)
    return Judged(told, fact.at, None, Doubt.NONE)


def learn_until_stopped() -> None:
    """Be the learner of this market until asked to stop. Raises AlreadyLearning."""
    from anxin.market.interest.brain.learner import Learner
    from anxin.market.interest.brain.warming import warm

    warm()
    Learner().run()


def load_engine() -> None:
    """Load the feed's engine in another thread once there is one, a moment after the first pages, which are by popularity."""
    DOOR.stay_shut(LOOK_EVERY_SECONDS)
    threading.Thread(target=_look_until_it_is_there, name="look for the engine", daemon=True).start()


def _look_until_it_is_there() -> None:
    while DOOR.look() is None:
        time.sleep(LOOK_EVERY_SECONDS)
