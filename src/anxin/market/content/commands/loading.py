"""Many public videos and notes at once, with what people did with them: for the demo market and for benchmarks."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from anxin.infra.bulk import write_rows
from anxin.infra.media_engine import Prepared
from anxin.infra.outbox import publish_many
from anxin.infra.tallies import count_many
from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, unix_ms
from anxin.kernel.contacts import name_to_strangers
from anxin.kernel.ids import id_at, new_id
from anxin.market.catalog import queries as catalog
from anxin.market.content.commands.posts import Draft, anchor_rows, columns_of
from anxin.market.content.domain.media import MediaState
from anxin.market.content.domain.posts import PostKind, PostState
from anxin.market.content.domain.talk import CommentState, Count
from anxin.market.content.events import PostPublished
from anxin.market.content.models import Comment, Favourite, Like, Media, Post
from anxin.market.content.store import index_words
from anxin.market.creators import queries as creators
from anxin.market.people import queries as people

__all__ = ["LoadedComment", "LoadedPost", "LoadedVideo", "load_posts"]


@dataclass(frozen=True)
class LoadedVideo:
    """A video that was prepared and stored already: its key among the clips, its poster among the pictures."""

    file_name: str
    bytes_total: int
    key: str
    poster: str
    facts: Prepared


@dataclass(frozen=True)
class LoadedComment:
    """What somebody said, and what the creator answered, if anything."""

    person_id: UUID
    text: str
    at: datetime
    reply: str = ""


@dataclass(frozen=True)
class LoadedPost:
    """A public post; people who like and keep it are given with the moment at which they did."""

    id: UUID
    creator_id: UUID
    person_id: UUID
    draft: Draft
    published_at: datetime
    likes: tuple[tuple[UUID, datetime], ...] = ()
    favourites: tuple[tuple[UUID, datetime], ...] = ()
    comments: tuple[LoadedComment, ...] = ()
    video: LoadedVideo | None = None


@transactional
def load_posts(posts: Sequence[LoadedPost], *, now: Instant) -> int:
    """Write those of the posts that are not there yet, with a handful of statements; return how many.

    Their goods must be in the creators' showcases.
    """
    known = set(Post.objects.filter(pk__in=[one.id for one in posts]).values_list("pk", flat=True))
    fresh = [one for one in posts if one.id not in known]
    if not fresh:
        return 0
    speakers = creators.creators_by_id([one.creator_id for one in fresh])
    media = {one.id: _media(one, one.video) for one in fresh if one.video}
    rows = {one.id: _row(one, media.get(one.id), speakers[one.creator_id].shop_id) for one in fresh}
    write_rows(media.values())
    write_rows(rows.values())
    _anchor(fresh)
    _react(fresh)
    _index(fresh, rows, speakers)
    publish_many([(_published(one), rows[one.id].shop_id) for one in fresh], now=now)
    return len(fresh)


def _media(one: LoadedPost, video: LoadedVideo) -> Media:
    facts = video.facts
    return Media(
        creator_id=one.creator_id,
        person_id=one.person_id,
        state=MediaState.READY,
        file_name=video.file_name,
        bytes_total=video.bytes_total,
        bytes_received=video.bytes_total,
        progress_bps=10_000,
        key=video.key,
        poster=video.poster,
        duration_ms=facts.duration_ms,
        width=facts.width,
        height=facts.height,
        silent=facts.silent,
        renditions=[asdict(each) for each in facts.renditions],
        started_at=one.published_at,
        touched_at=one.published_at,
    )


def _row(one: LoadedPost, media: Media | None, shop_id: UUID | None) -> Post:
    draft = one.draft.stripped()
    columns = {**columns_of(draft), "media_id": media.pk if media else None}
    moments = dict.fromkeys(("created_at", "submitted_at", "published_at", "decided_at"), one.published_at)
    return Post(
        id=one.id,
        creator_id=one.creator_id,
        person_id=one.person_id,
        shop_id=shop_id,
        kind=draft.kind,
        state=PostState.PUBLIC,
        **moments,
        **columns,
    )


def _anchor(fresh: Sequence[LoadedPost]) -> None:
    links: dict[UUID, dict[UUID, UUID]] = {}
    for creator_id in {one.creator_id for one in fresh}:
        wanted = {anchor.product_id for one in fresh if one.creator_id == creator_id for anchor in one.draft.anchors}
        links[creator_id] = creators.links_of(creator_id, list(wanted))
    write_rows(row for one in fresh for row in anchor_rows(one.id, one.draft.anchors, links[one.creator_id]))


def _react(fresh: Sequence[LoadedPost]) -> None:
    names = people.names_of([said.person_id for one in fresh for said in one.comments])
    comments = [row for one in fresh for row in _comments(one, names)]
    write_rows(Like(post_id=one.id, person_id=who, at=at) for one in fresh for who, at in one.likes)
    write_rows(Favourite(post_id=one.id, person_id=who, at=at) for one in fresh for who, at in one.favourites)
    write_rows(comments)
    count_many(_counts(fresh, comments))


def _counts(fresh: Sequence[LoadedPost], comments: Sequence[Comment]) -> Iterable[tuple[UUID, str, int]]:
    for one in fresh:
        yield one.id, Count.LIKES, len(one.likes)
        yield one.id, Count.FAVOURITES, len(one.favourites)
    for row in comments:
        yield row.post_id, Count.COMMENTS, 1
        if row.thread_id:
            yield row.thread_id, Count.REPLIES, 1


def _comments(one: LoadedPost, names: dict[UUID, str]) -> Iterable[Comment]:
    speaker = creators.creators_by_id([one.creator_id])[one.creator_id]
    for said in one.comments:
        facts = {"post_id": one.id, "state": CommentState.SHOWN, "written_at": said.at}
        first = Comment(
            id=id_at(unix_ms(said.at)),
            person_id=said.person_id,
            author=name_to_strangers(names.get(said.person_id, "")),
            text=said.text,
            key=str(new_id()),
            **facts,
        )
        yield first
        if said.reply:
            yield Comment(
                thread_id=first.pk,
                reply_to_id=first.pk,
                person_id=one.person_id,
                author=speaker.name,
                text=said.reply,
                key=str(new_id()),
                **facts,
            )


def _index(fresh: Sequence[LoadedPost], rows: dict[UUID, Post], speakers: dict[UUID, creators.CreatorFacts]) -> None:
    cards = {card.id: card for card in catalog.cards([a.product_id for one in fresh for a in one.draft.anchors])}
    for one in fresh:
        goods = [cards[each.product_id] for each in one.draft.anchors if each.product_id in cards]
        index_words(rows[one.id], speakers[one.creator_id], goods)


def _published(one: LoadedPost) -> PostPublished:
    draft = columns_of(one.draft)
    return PostPublished(
        post_id=one.id,
        creator_id=one.creator_id,
        post_kind=PostKind(one.draft.kind).value,
        visibility=one.draft.visibility.value,
        topics=tuple(draft["topics"]),  # type: ignore[arg-type]
        product_ids=tuple(each.product_id for each in one.draft.anchors),
        published_at=one.published_at,
    )
