"""What a person is told, what is alike and in a row together."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, limited, page_of, row_cursor
from anxin.market.content.domain.notices import NoticeKind
from anxin.market.content.domain.posts import PostKind, PostState
from anxin.market.content.domain.talk import CommentState
from anxin.market.content.models import Comment, LikesSeen, Notice, Post
from anxin.market.content.queries.posts import counts_by_id
from anxin.market.content.queries.seeing import seen_of
from anxin.market.creators import queries as creators

__all__ = [
    "LIKED_POSTS_MAX",
    "NewLikes",
    "NoticeFacts",
    "NoticeKind",
    "PostState",
    "TitleFacts",
    "new_likes",
    "notices_of",
]

LIKED_POSTS_MAX = 50  # of the newest are looked at for likes
DECIDED = frozenset(
    {NoticeKind.PUBLISHED, NoticeKind.REJECTED, NoticeKind.HIDDEN}
)  # tells its maker what became of a post


@dataclass(frozen=True)
class TitleFacts:
    """What a notice says of a post."""

    id: UUID
    kind: PostKind
    state: PostState
    title: str
    title_en: str


@dataclass(frozen=True)
class NoticeFacts:
    """One notice, or several alike: who did it (the last first, each once), the last comment, and whether any is unread."""

    kind: NoticeKind
    post: TitleFacts
    authors: tuple[str, ...]
    comment_id: UUID | None
    text: str
    at: Instant
    is_unread: bool


@dataclass(frozen=True)
class NewLikes:
    """A post with how many likes it has, and how many its creator was not told of."""

    post: TitleFacts
    likes: int
    fresh: int


def notices_of(person_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[NoticeFacts]:
    """Return a person's notices, the last first; of comments that are gone and posts that they may not see nothing is said."""
    size = limited(limit)
    rows = Notice.objects.filter(person_id=person_id).order_by("-id")
    if cursor:
        rows = rows.filter(pk__lt=row_cursor(cursor))
    page = page_of(list(rows[: size + 1]), size, lambda row: str(row.pk))
    return Page(tuple(_grouped(page.items, person_id)), page.next_cursor)


def new_likes(person_id: UUID) -> tuple[NewLikes, ...]:
    """Return which of a creator's newest public posts have more likes than they were told of: four statements."""
    speaker = creators.creator_of_person(person_id)
    if speaker is None:
        return ()
    rows = Post.objects.filter(creator_id=speaker.id, state=PostState.PUBLIC).only(*_TITLE)
    shown = {row.pk: row for row in rows.order_by("-published_at", "-id")[:LIKED_POSTS_MAX]}
    told = dict(LikesSeen.objects.filter(pk__in=list(shown)).values_list("post_id", "likes"))
    counts = counts_by_id(list(shown)) if shown else {}
    found = (
        NewLikes(_title(row), counts[each].likes, counts[each].likes - told.get(each, 0)) for each, row in shown.items()
    )
    return tuple(one for one in found if one.fresh > 0)


_TITLE = ("kind", "state", "title", "title_en")
_SEEN_BY = ("visibility", "person_id", "creator_id", "shop_id")


def _title(row: Post) -> TitleFacts:
    return TitleFacts(row.pk, PostKind(row.kind), PostState(row.state), row.title, row.title_en)


def _grouped(rows: Iterable[Notice], person_id: UUID) -> Iterable[NoticeFacts]:
    listed = list(rows)
    posts = Post.objects.only(*_TITLE, *_SEEN_BY).in_bulk({row.post_id for row in listed})
    public = [post for post in posts.values() if post.state == PostState.PUBLIC]
    seen = {post.pk for post in seen_of(public, person_id)}
    said = Comment.objects.filter(state=CommentState.SHOWN).in_bulk(
        {row.comment_id for row in listed if row.comment_id}
    )
    told = (
        row
        for row in listed
        if row.kind in DECIDED or (row.post_id in seen and (row.comment_id is None or row.comment_id in said))
    )
    for (kind, post_id, _alone), some in groupby(told, key=_alike):
        alike = list(some)
        last = alike[0]
        yield NoticeFacts(
            kind=NoticeKind(kind),
            post=_title(posts[post_id]),
            authors=tuple(dict.fromkeys(row.author for row in alike if row.actor_id)),
            comment_id=last.comment_id,
            text=said[last.comment_id].text if last.comment_id else "",
            at=last.at,
            is_unread=any(row.read_at is None for row in alike),
        )


def _alike(row: Notice) -> tuple[str, UUID, int | None]:
    return (row.kind, row.post_id, None if row.kind == NoticeKind.COMMENT else row.pk)
