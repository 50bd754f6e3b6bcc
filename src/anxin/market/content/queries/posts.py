"""What may be read of videos and notes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Count as Counted
from django.db.models import Q, QuerySet

from anxin.infra.tallies import counts_of
from anxin.infra.words import asked
from anxin.kernel.clock import Instant
from anxin.kernel.page import BadCursor, Page, id_cursor, limited, page_of, ranked_cursor
from anxin.market.catalog import queries as catalog
from anxin.market.catalog.queries import Card
from anxin.market.content.domain.captions import Segment, SegmentKind, segments, topic_of
from anxin.market.content.domain.posts import (
    ANCHOR_LABEL_LENGTH_MAX,
    ANCHORS_MAX,
    CAPTION_LENGTH_MAX,
    LIFE,
    PICTURES_MAX,
    STANDING,
    TITLE_LENGTH_MAX,
    PostKind,
    PostState,
    RejectReason,
    Visibility,
)
from anxin.market.content.domain.talk import Count
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.models import Anchor, Favourite, Like, Post, Report
from anxin.market.content.queries.seeing import check_seen, seen_of
from anxin.market.content.queries.uploads import UploadFacts, upload_facts
from anxin.market.content.store import SQL
from anxin.market.creators import queries as creators
from anxin.market.creators.queries import CreatorFacts

__all__ = [
    "ANCHORS_MAX",
    "ANCHOR_LABEL_LENGTH_MAX",
    "CAPTION_LENGTH_MAX",
    "LIFE",
    "PICTURES_MAX",
    "TITLE_LENGTH_MAX",
    "PostKind",
    "PostState",
    "RejectReason",
    "Segment",
    "SegmentKind",
    "Visibility",
    "check_seen",
    "segments",
    "topic_of",
    "topics_like",
]

CANDIDATES = 1_000  # of the newest matches the best are shown
TOPICS_AMONG = 2_000  # of the newest public posts
_FIRST = (2**62, UUID(int=2**128 - 1))


class PostSort(StrEnum):
    """In which order found posts are read."""

    MATCH = "match"
    NEWEST = "newest"
    LIKED = "liked"


@dataclass(frozen=True)
class AnchorFacts:
    """A product in a post: the anchor's id, the showcase link that sells it, and the moment of the video."""

    id: UUID
    product_id: UUID
    link_id: UUID
    at_ms: int
    label: str


@dataclass(frozen=True)
class PostFacts:
    """A post as its creator and operators read it; `media` is set for videos that have a file."""

    id: UUID
    creator_id: UUID
    person_id: UUID
    shop_id: UUID | None
    kind: PostKind
    state: PostState
    visibility: Visibility
    title: str
    title_en: str
    caption: str
    caption_en: str
    topics: tuple[str, ...]
    mentions: tuple[UUID, ...]
    pictures: tuple[str, ...]
    cover_key: str
    media: UploadFacts | None
    anchors: tuple[AnchorFacts, ...]
    publish_at: Instant | None
    created_at: Instant
    submitted_at: Instant | None
    published_at: Instant | None
    reasons: tuple[str, ...]
    decision_note: str
    decided_at: Instant | None
    reported_at: Instant | None
    pinned_comment_id: UUID | None
    comments_open: bool
    version: int

    @property
    def cover(self) -> str:
        """The picture that stands for it (a key of `infra.media`), empty while there is none."""
        if self.kind is PostKind.NOTE:
            return self.pictures[0] if self.pictures else ""
        return self.cover_key or (self.media.poster if self.media else "")

    @property
    def verbs(self) -> tuple[str, ...]:
        """What is possible with it now."""
        return LIFE.verbs(self.state)

    @property
    def own_verbs(self) -> tuple[str, ...]:
        """What its creator may do with it now."""
        drafted = ("edit", "submit") if self.state is PostState.DRAFT else ()
        mended = ("edit",) if self.state is PostState.REJECTED else ()
        moved = ("reschedule",) if self.state is PostState.SCHEDULED else ()
        refilled = ("products",) if self.state in STANDING else ()
        left = (verb for verb in self.verbs if verb in ("withdraw", "remove"))
        return (*drafted, *mended, *moved, *refilled, *left)


@dataclass(frozen=True)
class Counts:
    """How often a post was liked, commented on, kept and shared."""

    likes: int = 0
    comments: int = 0
    favourites: int = 0
    shares: int = 0


@dataclass(frozen=True)
class PostCard:
    """A public post with what a feed, a list or its own page shows: creator, counts, and the goods that can be bought now."""

    post: PostFacts
    creator: CreatorFacts
    counts: Counts
    goods: tuple[tuple[AnchorFacts, Card], ...]


@dataclass(frozen=True)
class Mine:
    """What a person did with some posts and creators."""

    liked: frozenset[UUID] = frozenset()
    kept: frozenset[UUID] = frozenset()
    followed: frozenset[UUID] = frozenset()


@dataclass(frozen=True)
class ReportFacts:
    """A report that waits for a decision."""

    reason: str
    note: str
    person_id: UUID
    reported_at: Instant


def post(post_id: UUID, *, creator_id: UUID | None = None) -> PostFacts:
    """Return a post whatever its state, as its creator (named) or an operator reads it. Raises UnknownPost."""
    rows = _rows().filter(pk=post_id).exclude(state=PostState.REMOVED)
    found = (rows.filter(creator_id=creator_id) if creator_id else rows).first()
    if found is None:
        raise UnknownPost
    return _facts(found)


def kind_of(post_id: UUID) -> PostKind | None:
    """Return whether a post is a video or a note, whatever its state; None where there is none."""
    found = Post.objects.filter(pk=post_id).values_list("kind", flat=True).first()
    return PostKind(found) if found else None


def card(post_id: UUID, *, person_id: UUID | None) -> PostCard:
    """Return a public post that a person (None: a guest) may see. Raises UnknownPost."""
    found = cards([post_id], person_id=person_id)
    if not found:
        raise UnknownPost
    return found[0]


def cards(post_ids: Sequence[UUID], *, person_id: UUID | None) -> list[PostCard]:
    """Return those of the posts that a person may see now, in the order asked for: six statements however many."""
    rows = {row.pk: row for row in seen_of(_rows().filter(pk__in=list(post_ids), state=PostState.PUBLIC), person_id)}
    return _cards([rows[each] for each in post_ids if each in rows])


def facts_by_id(post_ids: Sequence[UUID]) -> dict[UUID, PostFacts]:
    """Return public posts by id, in two statements."""
    rows = _rows().filter(pk__in=list(post_ids), state=PostState.PUBLIC)
    return {row.pk: _facts(row) for row in rows}


def posts_of(
    creator_id: UUID, state: PostState | None = None, *, cursor: str | None = None, limit: int | None = None
) -> Page[PostFacts]:
    """Return a creator's own posts, the last begun first: all but the removed, or those in one state."""
    size = limited(limit)
    rows = _rows().filter(creator_id=creator_id).exclude(state=PostState.REMOVED).order_by("-id")
    if state is not None:
        rows = rows.filter(state=state)
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    return page_of([_facts(row) for row in rows[: size + 1]], size, lambda facts: str(facts.id))


def shown_posts(creator_id: UUID, limit: int) -> list[PostFacts]:
    """Return a creator's posts that are or once were public, the newest first."""
    rows = _rows().filter(creator_id=creator_id).exclude(published_at=None).exclude(state=PostState.REMOVED)
    return [_facts(row) for row in rows.order_by("-published_at", "-id")[:limit]]


def own_among(post_ids: Sequence[UUID], person_id: UUID, shop_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of the posts that a person made, for themselves or not, or that are of one of some shops."""
    own = Q(person_id=person_id) | Q(shop_id__in=list(shop_ids))
    return frozenset(Post.objects.filter(own, id__in=list(post_ids)).values_list("id", flat=True))


def decisions_unread(creator_id: UUID, limit: int = 20) -> list[PostFacts]:
    """Return posts about which something was decided that their creator has not seen yet, the last decided first."""
    rows = _rows().filter(creator_id=creator_id, decision_read=False).exclude(state=PostState.REMOVED)
    return [_facts(row) for row in rows.order_by("-decided_at", "-id")[:limit]]


def states_of(creator_id: UUID) -> dict[PostState, int]:
    """Return how many posts of a creator are in each state, the removed left out."""
    rows = Post.objects.filter(creator_id=creator_id).exclude(state=PostState.REMOVED)
    counted = dict(rows.values_list("state").annotate(number=Counted("id")))
    return {state: counted.get(state.value, 0) for state in PostState if state is not PostState.REMOVED}


def public_posts_of(
    creator_id: UUID, *, person_id: UUID | None, cursor: str | None = None, limit: int | None = None
) -> Page[PostCard]:
    """Return the posts of a creator that a person may see, the newest first."""
    return _newest(_rows().filter(creator_id=creator_id), person_id, cursor, limit)


def posts_with_topic(
    topic: str, *, person_id: UUID | None, cursor: str | None = None, limit: int | None = None
) -> Page[PostCard]:
    """Return public posts under a topic, the newest first."""
    return _newest(_rows().filter(topics__contains=[topic_of(topic)]), person_id, cursor, limit)


def posts_with_product(
    product_id: UUID, *, person_id: UUID | None, cursor: str | None = None, limit: int | None = None
) -> Page[PostCard]:
    """Return public posts in which a product is shown, the newest first."""
    shown = Anchor.objects.filter(product_id=product_id).values("post_id")
    return _newest(_rows().filter(pk__in=shown), person_id, cursor, limit)


def newest_posts(
    kind: PostKind | None = None, *, cursor: str | None = None, limit: int | None = None
) -> Page[PostCard]:
    """Return posts that everybody may see, the newest first; of one kind when asked."""
    rows = _rows().filter(visibility=Visibility.PUBLIC)
    return _newest(rows.filter(kind=kind) if kind else rows, None, cursor, limit)


def posts_followed(person_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[PostCard]:
    """Return posts of the creators whom a person follows, the newest first."""
    rows = _rows().filter(creator_id__in=creators.followed_ids(person_id))
    return _newest(rows.exclude(visibility=Visibility.PRIVATE), person_id, cursor, limit)


def search_posts(
    text: str,
    kind: PostKind | None = None,
    *,
    sort: PostSort = PostSort.MATCH,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[PostCard]:
    """Find public posts that have all the words of the text, Chinese or English, best first or as asked."""
    page = found_posts(text, kind, sort=sort, cursor=cursor, limit=limit)
    return Page(tuple(cards(page.items, person_id=None)), page.next_cursor)


def found_posts(
    text: str,
    kind: PostKind | None = None,
    *,
    sort: PostSort = PostSort.MATCH,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[UUID]:
    """Return the ids of what `search_posts` finds, in one statement."""
    size, wanted = limited(limit), asked(text)
    if wanted.is_empty:
        return Page(())
    score, last = ranked_cursor(cursor) if cursor else _FIRST
    found = SQL.rows(
        "post_search",
        literal=wanted.literal,
        english=wanted.english,
        kind=kind.value if kind else "",
        sort=sort.value,
        candidates=CANDIDATES,
        after_score=score,
        after_id=last,
        rows=size + 1,
    )
    page = page_of(found, size, lambda row: f"{row['score']}_{row['id']}")
    return page.map(lambda row: row["id"])


def topics_like(prefix: str, *, anywhere: bool = False, limit: int | None = None) -> list[tuple[str, int]]:
    """Return topics that begin so, with how many of the newest public posts use them; the most used first.

    `anywhere` adds those that have it further on.
    """
    wanted = topic_of(prefix)
    if not wanted and anywhere:
        return []
    rows = SQL.rows("topics_like", prefix=wanted, anywhere=anywhere, newest=TOPICS_AMONG, rows=limited(limit))
    return [(row["topic"], row["uses"]) for row in rows]


def mine(person_id: UUID | None, shown: Sequence[PostCard]) -> Mine:
    """Return what a person did with the posts shown; nothing for a guest. Three statements."""
    if person_id is None or not shown:
        return Mine()
    ids = [each.post.id for each in shown]
    facts = {"person_id": person_id, "post_id__in": ids}
    return Mine(
        liked=frozenset(Like.objects.filter(**facts).values_list("post_id", flat=True)),
        kept=frozenset(Favourite.objects.filter(**facts).values_list("post_id", flat=True)),
        followed=creators.followed(person_id, [each.creator.id for each in shown]),
    )


def review_queue(
    state: PostState = PostState.IN_REVIEW, *, cursor: str | None = None, limit: int | None = None
) -> Page[PostFacts]:
    """Return posts in one state for operators: those in review the longest waiting first, others the newest first."""
    size, waits = limited(limit), state is PostState.IN_REVIEW
    rows = _rows().filter(state=state).order_by("id" if waits else "-id")
    if cursor:
        rows = rows.filter(**{"id__gt" if waits else "id__lt": id_cursor(cursor)})
    return page_of([_facts(row) for row in rows[: size + 1]], size, lambda facts: str(facts.id))


def next_to_decide(decided: PostFacts, *, by: UUID, back: bool = False) -> PostFacts | None:
    """Return the post that an operator looks at after one that waited: the next in the queue, at its end the first.

    `back` goes the other way. One's own posts are passed over, as nobody decides about them; None where nothing waits any more.
    """
    return _beside(_rows().filter(state=PostState.IN_REVIEW), decided, by, newer=not back)


def next_reported(decided: PostFacts, *, by: UUID, back: bool = False) -> PostFacts | None:
    """Return the reported post that an operator looks at after another: the next older one, at the end the newest.

    `back` goes the other way.
    """
    return _beside(_rows().filter(state=PostState.PUBLIC).exclude(reported_at=None), decided, by, newer=back)


def _beside(rows: QuerySet[Post], decided: PostFacts, by: UUID, *, newer: bool) -> PostFacts | None:
    others = rows.exclude(person_id=by).exclude(pk=decided.id).order_by("id" if newer else "-id")
    found = others.filter(**{"id__gt" if newer else "id__lt": decided.id}).first() or others.first()
    return _facts(found) if found else None


def reported_posts(*, cursor: str | None = None, limit: int | None = None) -> Page[PostFacts]:
    """Return public posts that were reported, the newest first."""
    size = limited(limit)
    rows = _rows().filter(state=PostState.PUBLIC).exclude(reported_at=None).order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    return page_of([_facts(row) for row in rows[: size + 1]], size, lambda facts: str(facts.id))


def waiting_counts() -> tuple[int, int]:
    """Return how many posts wait for a review, and how many were reported."""
    waiting = Post.objects.filter(state=PostState.IN_REVIEW).count()
    return waiting, Post.objects.filter(state=PostState.PUBLIC).exclude(reported_at=None).count()


def reports_of(post_id: UUID, limit: int = 50) -> tuple[ReportFacts, ...]:
    """Return the open reports of a post itself, oldest first."""
    rows = Report.objects.filter(post_id=post_id, comment=None, settled_at=None).order_by("reported_at")[:limit]
    return tuple(ReportFacts(row.reason, row.note, row.person_id, row.reported_at) for row in rows)


def counts_by_id(post_ids: Sequence[UUID]) -> dict[UUID, Counts]:
    """Return the counters of posts, in one statement."""
    counted = counts_of(post_ids)
    kinds = (Count.LIKES, Count.COMMENTS, Count.FAVOURITES, Count.SHARES)
    return {
        each: Counts(**{kind.value: max(0, counted.get(each, {}).get(kind.value, 0)) for kind in kinds})
        for each in post_ids
    }


def _rows() -> QuerySet[Post]:
    return Post.objects.defer("words").select_related("media").prefetch_related("anchors")


def _newest(rows: QuerySet[Post], person_id: UUID | None, cursor: str | None, limit: int | None) -> Page[PostCard]:
    size = limited(limit)
    rows = rows.filter(state=PostState.PUBLIC).order_by("-published_at", "-id")
    if cursor:
        last = Post.objects.filter(pk=id_cursor(cursor)).values_list("published_at", flat=True).first()
        if last is None:
            raise BadCursor
        rows = rows.filter(published_at__lte=last).exclude(published_at=last, id__gte=id_cursor(cursor))
    page = page_of(list(rows[: size + 1]), size, lambda row: str(row.pk))
    return Page(tuple(_cards(seen_of(page.items, person_id))), page.next_cursor)


def _cards(rows: Sequence[Post]) -> list[PostCard]:
    facts = [_facts(row) for row in rows]
    speakers = creators.creators_by_id([each.creator_id for each in facts])
    counts = counts_by_id([each.id for each in facts])
    wanted = {anchor.product_id for each in facts for anchor in each.anchors}
    goods = {found.id: found for found in catalog.cards(list(wanted))} if wanted else {}
    return [
        PostCard(each, speakers[each.creator_id], counts[each.id], _goods(each, goods))
        for each in facts
        if each.creator_id in speakers
    ]


def _goods(facts: PostFacts, known: dict[UUID, Card]) -> tuple[tuple[AnchorFacts, Card], ...]:
    return tuple((anchor, known[anchor.product_id]) for anchor in facts.anchors if anchor.product_id in known)


def _facts(row: Post) -> PostFacts:
    anchors = sorted(row.anchors.all(), key=lambda anchor: anchor.place)
    plain = {name: getattr(row, name) for name in _PLAIN}
    return PostFacts(
        **plain,
        kind=PostKind(row.kind),
        state=PostState(row.state),
        visibility=Visibility(row.visibility),
        topics=tuple(row.topics),
        mentions=tuple(row.mentions),
        pictures=tuple(row.pictures),
        reasons=tuple(row.reasons),
        media=upload_facts(row.media) if row.media else None,
        anchors=tuple(AnchorFacts(each.pk, each.product_id, each.link_id, each.at_ms, each.label) for each in anchors),
    )


_MADE = {"kind", "state", "visibility", "topics", "mentions", "pictures", "reasons", "media", "anchors"}
_PLAIN = tuple(name for name in PostFacts.__dataclass_fields__ if name not in _MADE)
