"""What may be known of interests."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.catalog.queries import cards
from anxin.market.content.queries import feed
from anxin.market.content.queries.posts import topic_of
from anxin.market.interest import store
from anxin.market.interest.analytics import DayFigures, Figures, PostFigures, WatchCurve, figures_of_posts, watch_curve
from anxin.market.interest.domain.events import BATCH_MAX, WATCH_MS_MAX, Item, ItemKind, Kind, Told, Unheard
from anxin.market.interest.domain.history import History
from anxin.market.interest.domain.topics import said_once, twins
from anxin.market.interest.models import DeviceLink

if TYPE_CHECKING:
    from anxin.market.interest.exporting import Exported

__all__ = [
    "BATCH_MAX",
    "WATCH_MS_MAX",
    "DayFigures",
    "Figures",
    "History",
    "Item",
    "ItemKind",
    "Kind",
    "PostFigures",
    "Tag",
    "Told",
    "Unheard",
    "WatchCurve",
    "events_of_day",
    "export_day",
    "figures_of_posts",
    "held_about",
    "history",
    "tags",
    "topic_wish",
    "watch_curve",
]

TAGS_MAX = 30


@dataclass(frozen=True)
class Tag:
    """An interest in a category, or in a topic (`#…`): `strength_bps` is its share of all, `wanted` what the person said.

    `also` are topics that mean the same in the other language: what is said of one is to be said of them too.
    """

    category: str
    strength_bps: int
    wanted: bool | None
    also: tuple[str, ...] = ()


def history(actor: UUID) -> History:
    """Return what is known of a person or device, as of the last event told."""
    return store.history(actor)


def tags(actor: UUID, *, now: Instant, chinese: bool | None = None) -> tuple[Tag, ...]:
    """Return the interests that the history shows and those that the person named, the strongest first.

    A video or note speaks for its topics and for the categories of its goods. For a reader of one language, `chinese` or
    not, a topic that posts name in two is one; for None each name is a tag.
    """
    known = store.history(actor)
    posts = [entry.item.id for entry in known.entries if entry.item.kind in {ItemKind.VIDEO, ItemKind.NOTE}]
    described = {one.id: one for one in feed.described(sorted(set(posts)))}
    products = {entry.item.id for entry in known.entries if entry.item.kind is ItemKind.PRODUCT}
    products |= {each for one in described.values() for each in one.product_ids[:1]}
    category = {card.id: card.category for card in cards(sorted(products))}
    names = {} if chinese is None else _names(sorted(described), chinese=chinese)
    strength: dict[str, float] = {}
    for item, weight in known.weights(now=now).items():
        post = described.get(item)
        about = dict.fromkeys(names.get(f"#{topic}", f"#{topic}") for topic in post.topics) if post else {}
        for code in filter(None, [*about, category.get(post.product_ids[0] if post and post.product_ids else item)]):
            strength[code] = strength.get(code, 0.0) + weight
    liked = {code: weight for code, weight in strength.items() if weight > 0}
    total = sum(liked.values()) or 1.0
    said = said_once(dict.fromkeys(known.more, True) | dict.fromkeys(known.fewer, False), names)
    codes = sorted({*liked, *said}, key=lambda code: (-liked.get(code, 0.0), code))[:TAGS_MAX]
    also = {name: (other,) for other, name in names.items()}
    return tuple(
        Tag(code, round(liked.get(code, 0.0) * 10_000 / total), said.get(code), also.get(code, ())) for code in codes
    )


def _names(post_ids: Sequence[UUID], *, chinese: bool) -> dict[str, str]:
    """Return the reader's name of each topic (`#…`) that these posts name in the other language too."""
    found = twins(feed.captions_topics(post_ids))
    pairs = found.items() if chinese else ((one, other) for other, one in found.items())
    return {f"#{other}": f"#{name}" for other, name in pairs}


def topic_wish(topic: str) -> str:
    """Return a topic as wishes name it. Raises as `topic_of` does for what is no topic."""
    return f"#{topic_of(topic)}"


def events_of_day(day: date) -> Iterator[dict[str, Any]]:
    """Yield the events of a day of UTC in the order in which they were told: what a refit reads."""
    return store.events_of_day(day)


def export_day(day: date, folder: Path) -> "Exported":
    """Write the events of a day of UTC to a Parquet file in a folder, 20,000 held at once; see `exporting.py`."""
    from anxin.market.interest.exporting import export_day as write  # loads Arrow, which no page needs

    return write(day, folder)


def held_about(person_id: UUID) -> dict[str, Any]:
    """Return all that is kept about a person's interests, for the export of personal data."""
    known = store.history(person_id)
    return {
        "personal_recommendations": known.is_personal,
        "learned_as": known.name,
        "history": [
            {"what": one.kind, "kind": one.item.kind, "item": str(one.item.id), "at": one.at, "value": one.value}
            for one in known.entries
        ],
        "not_interested": sorted(map(str, known.hidden)),
        "less_of": sorted(known.fewer),
        "more_of": sorted(known.more),
        "devices": [
            str(one) for one in DeviceLink.objects.filter(person_id=person_id).values_list("device", flat=True)
        ],
    }
