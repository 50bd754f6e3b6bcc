"""What a feed may choose from, what is known of it, and what it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.catalog.queries import Card
from anxin.market.content.domain.captions import topics_in
from anxin.market.content.domain.posts import PostKind, PostState, Visibility
from anxin.market.content.models import Post
from anxin.market.content.queries import posts
from anxin.market.content.queries.posts import Counts, Mine, PostCard, PostFacts
from anxin.market.content.store import SQL
from anxin.market.creators import queries as creators
from anxin.market.creators.queries import CreatorFacts

__all__ = [
    "Candidate",
    "Described",
    "PostKind",
    "Shown",
    "candidates",
    "captions_topics",
    "described",
    "newest_ids",
    "showing",
    "shown",
]

F = TypeVar("F", PostFacts, CreatorFacts)

KEPT_MAX = 20_000  # posts, and creators, that a process remembers
_COUNTED = tuple(field.name for field in fields(Counts))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A public post with the little that an order needs; `reactions` are those that the counters were told of so far."""

    id: UUID
    creator_id: UUID
    kind: PostKind
    published_at: Instant
    reactions: int
    topics: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a public post before anybody saw it."""

    id: UUID
    creator_id: UUID
    shop_id: UUID | None
    kind: PostKind
    published_at: Instant
    text: str
    topics: tuple[str, ...]
    product_ids: tuple[UUID, ...]
    reactions: int
    picture: str  # the key of what its card shows: first picture, cover or poster; empty without one


@dataclass(frozen=True)
class Shown:
    """Cards by post, and what the reader did with them."""

    cards: dict[UUID, PostCard]
    mine: Mine


def candidates(newest: int, *, with_categories: bool = False) -> list[Candidate]:
    """Return the newest posts that everybody may see, in one statement; the categories of their goods where asked."""
    return [
        Candidate(
            row["id"],
            row["creator_id"],
            PostKind(row["kind"]),
            row["published_at"],
            int(row["reactions"]),
            frozenset(row["topics"]),
            frozenset(row["categories"]),
        )
        for row in SQL.rows("feed_candidates", newest=newest, with_categories=with_categories)
    ]


def newest_ids(limit: int, *, until: Instant) -> list[UUID]:
    """Return the newest posts that everybody may see."""
    return [row["id"] for row in SQL.rows("feed_newest", newest=limit, until=until)]


def showing(product_id: UUID, limit: int) -> list[UUID]:
    """Return the newest posts that everybody may see and that show a product."""
    return [row["id"] for row in SQL.rows("feed_showing", product_id=product_id, rows=limit)]


def described(post_ids: Sequence[UUID]) -> list[Described]:
    """Return what is known of those of the posts that everybody may see, in one statement."""
    return [
        Described(
            **{
                **row,
                "kind": PostKind(row["kind"]),
                "topics": tuple(row["topics"]),
                "product_ids": tuple(row["product_ids"]),
            }
        )
        for row in SQL.rows("feed_described", ids=list(post_ids))
    ]


def captions_topics(post_ids: Sequence[UUID]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the topics of the Chinese and of the English caption of those of the posts that everybody may see."""
    rows = Post.objects.filter(pk__in=list(post_ids), state=PostState.PUBLIC, visibility=Visibility.PUBLIC)
    return [(topics_in(one), topics_in(other)) for one, other in rows.values_list("caption", "caption_en")]


def shown(post_ids: Sequence[UUID], *, person_id: UUID | None) -> Shown:
    """Return cards of those of the posts that everybody may see now, and what a person did with them.

    One statement, as of now, when this process has met the posts and creators in their present versions; else four more.
    """
    rows = {row["id"]: row for row in SQL.rows("feed_shown", ids=list(post_ids), person_id=person_id)}
    known = _posts({each: row["version"] for each, row in rows.items()})
    speakers = _creators({row["creator_id"]: row["creator_version"] for row in rows.values()})
    cards = {}
    for each in post_ids:
        row = rows.get(each)
        if row and each in known and row["creator_id"] in speakers:
            goods = {card.id: card for card in (Card(**{**one, "id": UUID(one["id"]), "shop_id": UUID(one["shop_id"])})
                                                for one in row["goods"] or ())}  # fmt: skip
            counted = {name: max(0, (row["counts"] or {}).get(name, 0)) for name in _COUNTED}
            anchors = tuple((one, goods[one.product_id]) for one in known[each].anchors if one.product_id in goods)
            cards[each] = PostCard(known[each], speakers[row["creator_id"]], Counts(**counted), anchors)
    done = {name: frozenset(each for each, row in rows.items() if row[name]) for name in ("is_liked", "is_kept")}
    followed = frozenset(row["creator_id"] for row in rows.values() if row["is_followed"])
    return Shown(cards, Mine(done["is_liked"], done["is_kept"], followed))


_KEPT_POSTS: dict[UUID, PostFacts] = {}
_KEPT_CREATORS: dict[UUID, CreatorFacts] = {}


def forget() -> None:
    """Forget the posts and creators that this process has met."""
    _KEPT_POSTS.clear()
    _KEPT_CREATORS.clear()


def _posts(versions: dict[UUID, int]) -> dict[UUID, PostFacts]:
    """Return posts in the versions that were read, from memory where this process has met them."""
    missing = [each for each, version in versions.items() if _version(_KEPT_POSTS.get(each)) != version]
    return _remembered(_KEPT_POSTS, versions, posts.facts_by_id(missing) if missing else {})


def _creators(versions: dict[UUID, int]) -> dict[UUID, CreatorFacts]:
    missing = [each for each, version in versions.items() if _version(_KEPT_CREATORS.get(each)) != version]
    return _remembered(_KEPT_CREATORS, versions, creators.creators_by_id(missing) if missing else {})


def _version(facts: PostFacts | CreatorFacts | None) -> int | None:
    return facts.version if facts is not None else None


def _remembered(kept: dict[UUID, F], wanted: Iterable[UUID], read: Mapping[UUID, F]) -> dict[UUID, F]:
    """Return what is kept and what was just read, and keep that too; another thread may clear what is kept meanwhile."""
    found = {each: facts for each in wanted if (facts := read.get(each) or kept.get(each)) is not None}
    if len(kept) > KEPT_MAX:
        kept.clear()
    kept.update(read)
    return found
