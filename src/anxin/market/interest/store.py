"""Rows of interests ⇄ domain. Lock order: ids of events in their order, a network, rows of devices, then one person's."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from anxin.infra.sql import Row, Statements, document
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.catalog.queries import Card
from anxin.market.interest.domain.events import (
    NETWORK_MAX,
    ONCE,
    Doubt,
    Item,
    ItemKind,
    Judged,
    Kind,
    Sender,
    Served,
    Told,
)
from anxin.market.interest.domain.history import ENTRIES_MAX, SEEN_MAX, Entry, History, seen_number
from anxin.market.interest.domain.names import new_name
from anxin.market.interest.models import Actor

SQL = Statements(__name__)
KINDS = tuple(Kind)
ITEM_KINDS = tuple(ItemKind)
NUMBER = {kind: number for number, kind in enumerate(KINDS)}
ITEM_NUMBER = {kind: number for number, kind in enumerate(ITEM_KINDS)}
DAY = timedelta(days=1)
EXPORT_PAGE = 20_000  # events that are held at once
FOLLOWS_MAX = 1_000  # creators that a feed asks about
SHOWN_ANSWERS = 20  # latest answers of the feed by which creators take turns [CHOICE]
SHOWN_FOR = timedelta(days=1)
SUPPORT = 3  # people who bought both before that is said of two products [CHOICE]
PAIRS_MAX = 40
TOGETHER_FOR = timedelta(days=180)  # between two purchases that have to do with each other [CHOICE]
TOGETHER_MAX = 50  # of the latest purchases of a person that a new one is paired with


def day_of(moment: Instant) -> date:
    """Return the day, of UTC, in whose partition a row of this moment lies."""
    return moment.astimezone(UTC).date()


def day_of_id(identity: UUID) -> date:
    """Return the day in which an id of ours was made; of a foreign id some day or other, in which it will not be found."""
    return datetime.fromtimestamp(min(identity.int >> 80, 4_102_444_800_000) / 1000, UTC).date()


def sender(actor: UUID, requests: Collection[UUID], *, now: Instant) -> tuple[Sender, dict[UUID, Served]]:
    """Return who tells, and what was served under the ids that they name."""
    days = sorted({day + step * DAY for day in map(day_of_id, requests) for step in (-1, 0, 1)})
    row = SQL.one("sender", actor=actor, requests=list(requests), days=days)
    if row is None:
        return Sender(actor), {}
    served = {one.id: one for one in map(_served, row["served"] or ())}
    pace = row["minute_count"] if row["minute"] == minute_of(now) else 0
    pairs = zip(row["kinds"] or (), row["items"] or (), strict=True)
    devices = frozenset(row["devices"] or ())
    done = _still_done((KINDS[kind], item) for kind, item in pairs)
    return Sender(actor, devices, pace, done=done), served


def record(
    who: UUID, kept: Sequence[Judged], *, is_person: bool, network: int | None = None, now: Instant
) -> frozenset[UUID]:
    """Write what is new of a batch, and the history of its sender; return the ids that were new.

    What the devices of a `network` teach is counted by the hour; beyond NETWORK_MAX it is in doubt.
    """
    rows = SQL.rows(
        "record",
        actor=who,
        called=new_name(),
        is_person=is_person,
        events=document([_event(one) for one in kept]),
        day=day_of(now),
        minute=minute_of(now),
        network=network,
        hour=now.replace(minute=0, second=0, microsecond=0),
        network_max=NETWORK_MAX,
        in_doubt=Doubt.NETWORK.value,
        now=now,
        entries_max=ENTRIES_MAX,
        seen_max=SEEN_MAX,
    )
    return frozenset(row["client_id"] for row in rows)


def keep_served(served: Served, surface: str, policy: str, sources: Sequence[str], ranked: bytes | None = None) -> None:
    """Write what was served, and what it was chosen from."""
    SQL.run(
        "served",
        day=day_of_id(served.id),
        id=served.id,
        actor=served.actor,
        now=served.at,
        surface=surface,
        policy=policy,
        item_kinds=[ITEM_NUMBER[item.kind] for item in served.items],
        items=[item.id for item in served.items],
        propensities=list(served.propensities),
        sources=list(sources),
        ranked=ranked,
    )


def last_touches(
    actors: Collection[UUID],
    wanted: Collection[tuple[UUID, UUID | None]],
    kinds: Sequence[Kind],
    *,
    since: Instant,
    until: Instant,
) -> list[Row]:
    """Return (item, named, request, slot) of the last time each was touched where it was served.

    `wanted` are items, each with the answer that is named for it: a touch in that one counts rather than a later one.
    """
    return SQL.rows(
        "last_touch",
        actors=list(actors),
        items=[item for item, _ in wanted],
        kinds=[NUMBER[kind] for kind in kinds],
        named=[answer for _, answer in wanted],
        since=since,
        until=until,
    )


def history(actor: UUID) -> History:
    """Return what is known of somebody; an empty history of one who did nothing yet."""
    row = Actor.objects.filter(actor=actor).values().first()
    return History(actor) if row is None else _history({**row})


@dataclass(frozen=True, slots=True)
class Newest:
    """One of the newest posts: the engine may not have heard of it yet."""

    id: UUID
    creator_id: UUID
    kind: str
    topics: tuple[str, ...]
    born_at: int


@dataclass(frozen=True)
class Asks:
    """Who asks for a feed: what is known of them, whom they follow, what is newest in the market, and what they were shown.

    `shown` are the posts of their latest answers within a day, the last of them first.
    """

    history: History
    follows: tuple[UUID, ...]
    newest: tuple[Newest, ...]
    formula: dict[str, Any] | None = None  # that values what is shown; None: the engine's own
    shown: tuple[UUID, ...] = ()


def asks(actor: UUID, *, newest: int, now: Instant) -> Asks:
    """Return who asks for a feed and what is newest, in one statement."""
    row = (
        SQL.one(
            "reader",
            actor=actor,
            now=now,
            newest=newest,
            follows_max=FOLLOWS_MAX,
            shown_since=now - SHOWN_FOR,
            shown_day=day_of(now - SHOWN_FOR),
            answers=SHOWN_ANSWERS,
        )
        or {}
    )
    known = _history(row) if row["actor"] else History(actor)
    posts = (
        Newest(UUID(one["id"]), UUID(one["creator_id"]), one["kind"], tuple(one["topics"]), one["born_at"])
        for one in row["newest"]
    )
    return Asks(known, tuple(row["follows"]), tuple(posts), row["formula"], tuple(row["shown"]))


@dataclass(frozen=True)
class AsksGoods:
    """Who asks for products, and what was bought with those that it is about: products with how many bought both."""

    history: History
    pairs: tuple[tuple[UUID, int], ...]
    formula: dict[str, Any] | None = None  # that values what is shown; None: the engine's own


@dataclass(frozen=True)
class ShownGoods:
    """Cards of products that can be bought now, and of those that a reason names."""

    cards: dict[UUID, Card] = field(default_factory=dict)
    named: dict[UUID, Card] = field(default_factory=dict)


def asks_goods(actor: UUID, about: Sequence[UUID]) -> AsksGoods:
    """Return who asks for products and what was bought with some, in one statement."""
    row = SQL.one("goods_asks", actor=actor, about=list(about), support=SUPPORT, pairs_max=PAIRS_MAX) or {}
    known = _history(row) if row["actor"] else History(actor)
    return AsksGoods(known, tuple((UUID(pair["other"]), pair["buyers"]) for pair in row["pairs"]), row["formula"])


def goods_shown(ids: Sequence[UUID], named: Sequence[UUID]) -> ShownGoods:
    """Return cards of those of the products that can be bought now, in one statement; of `named` ones also if sold out."""
    shown = ShownGoods()
    for row in SQL.rows("goods_shown", ids=list(ids), named=list(named)):
        is_named, is_left = row.pop("is_named"), row.pop("is_left")
        card = Card(**row)
        if is_named:
            shown.named[card.id] = card
        if is_left:
            shown.cards[card.id] = card
    return shown


def goods_popular(category: str, shop_id: UUID | None, without: Sequence[UUID], rows: int) -> list[Card]:
    """Return cards of what sells best and can be bought now."""
    found = SQL.rows("goods_popular", category=category, shop_id=shop_id, without=list(without), rows=rows)
    return [Card(**row) for row in found]


def count_together(person_id: UUID, items: Sequence[UUID], had: Collection[UUID], *, now: Instant) -> None:
    """Count one buyer more of each pair that a payment told of just now makes with what the person paid for before.

    Two products that the person `had` before this payment were counted then.
    """
    SQL.run(
        "together_count",
        actor=person_id,
        items=list(items),
        had=list(had),
        paid=NUMBER[Kind.PAID],
        product=ITEM_NUMBER[ItemKind.PRODUCT],
        since=day_of(now - TOGETHER_FOR),
        items_max=TOGETHER_MAX,
        now=now,
    )


def _history(row: Row) -> History:
    lists = zip(row["kinds"], row["item_kinds"], row["items"], row["ats"], row["amounts"], strict=True)
    return History(
        actor=row["actor"],
        entries=tuple(
            Entry(KINDS[kind], Item(ITEM_KINDS[item_kind], item), at, amount)
            for kind, item_kind, item, at, amount in lists
        ),
        seen=frozenset(row["seen"]),
        is_personal=row["is_personal"],
        hidden=frozenset(row["hidden"]),
        fewer=frozenset(row["fewer"]),
        more=frozenset(row["more"]),
        name=row["name"],
    )


def events_after(tx: int, event_id: UUID, since: date, batch: int) -> list[Row]:
    """Return the next events in the order in which they became known, with what was served where they happened."""
    return SQL.rows("events_after", tx=str(tx), id=event_id, day=since, batch=batch, before=finished_before())


def is_told_after(tx: int, event_id: UUID, since: date) -> bool:
    """Say whether anything was told after a place in the order, what cannot be read yet (`events_after`) among it."""
    return bool((SQL.one("told_after", tx=str(tx), id=event_id, day=since) or {})["is_told"])


def finished_before() -> str:
    """Return the number of the transaction before which all are finished that may have told events."""
    others = [row["tx"] for row in SQL.rows("running_elsewhere")]
    row = SQL.one("finished_before", others=others) or {}
    return str(row["tx"])


def minute_of(moment: Instant) -> Instant:
    """Return the minute that a moment belongs to."""
    return moment.replace(second=0, microsecond=0)


def events_of_day(day: date) -> Iterator[Row]:
    """Yield the events of a day in the order in which they were told, with kinds as words."""
    after = UUID(int=0)
    while page := SQL.rows("export_day", day=day, after=after, page=EXPORT_PAGE):
        for row in page:
            yield {**row, "kind": KINDS[row["kind"]].value, "item_kind": ITEM_KINDS[row["item_kind"]].value}
        after = page[-1]["id"]


def _still_done(pairs: Iterator[tuple[Kind, UUID]]) -> frozenset[tuple[Kind, UUID]]:
    done: set[tuple[Kind, UUID]] = set()
    for kind, item in pairs:
        if kind in ONCE:
            done.add((kind, item))
        elif kind in UNDOES:
            done.discard((UNDOES[kind], item))
    return frozenset(done)


UNDOES = {Kind.UNLIKE: Kind.LIKE, Kind.UNFOLLOW: Kind.FOLLOW}


def _served(facts: dict[str, Any]) -> Served:
    items = zip(facts["item_kinds"], facts["items"], strict=True)
    return Served(
        id=UUID(facts["id"]),
        actor=UUID(facts["actor"]),
        at=datetime.fromisoformat(facts["at"]),
        items=tuple(Item(ITEM_KINDS[kind], UUID(item)) for kind, item in items),
        propensities=tuple(facts["propensities"]),
    )


def _event(one: Judged) -> dict[str, Any]:
    told: Told = one.told
    is_shown = told.kind is Kind.IMPRESSION
    return {
        "id": new_id(),
        "client_id": told.id,
        "kind": NUMBER[told.kind],
        "item_kind": ITEM_NUMBER[told.item.kind],
        "item": told.item.id,
        "request": told.request,
        "slot": told.slot,
        "propensity": one.propensity,
        "amount": told.value,
        "finished": told.finished,
        "loops": told.loops,
        "doubt": one.doubt.value,
        "at": one.at,
        "remembered": not is_shown and one.doubt not in FORGED,
        "shown": seen_number(told.item.id) if is_shown else None,
        "hides": told.kind is Kind.NOT_INTERESTED,
    }


FORGED = frozenset({"foreign_request", "wrong_slot"})
