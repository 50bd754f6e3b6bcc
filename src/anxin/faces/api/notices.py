"""Notices for programs: what others said to the caller and what became of what they made. To list them reads none of them."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.content_answers import content_id
from anxin.faces.api.fields import Answer, Body, CommentId, ContentRef, Moment, PageQuery
from anxin.infra.clock import now
from anxin.market.content.commands.notices import read_notices
from anxin.market.content.queries import notices as queries
from anxin.market.content.queries.notices import (
    LIKED_POSTS_MAX,
    NewLikes,
    NoticeFacts,
    NoticeKind,
    PostState,
    TitleFacts,
)
from anxin.market.content.queries.posts import PostKind

router = Router()


class NamedPostOut(Answer):
    """What a notice says of a post."""

    id: str
    kind: PostKind
    state: PostState
    title: str
    title_en: str


class NoticeOut(Answer):
    """One notice, or several alike and in a row: `authors` are who did it, the last first; `text` is the last comment."""

    kind: NoticeKind
    post: NamedPostOut
    authors: list[str]
    comment: CommentId | None
    text: str
    at: datetime
    is_unread: bool


class NewLikesOut(Answer):
    """How many like a post of the caller's, and how many of them the caller was not told of."""

    post: NamedPostOut
    likes: int
    fresh: int


class NoticesOut(Answer):
    """Notices, the last first. `until` and `likes` are what `POST /me/notices/read` takes once they were shown."""

    items: list[NoticeOut]
    next_cursor: str | None = Field(None, description="Give it as `cursor` for the next page; null at the end.")
    likes: list[NewLikesOut] = Field(
        description="With the first page: posts with likes that the caller was not told of."
    )
    until: datetime


class LikesReadIn(Body):
    """How many likes of a post were shown."""

    post: ContentRef
    likes: Annotated[int, Field(ge=0, le=1_000_000_000)]


class NoticesReadIn(Body):
    """Which notices were shown: those until a moment; and the likes."""

    until: Moment
    likes: Annotated[list[LikesReadIn], Field(max_length=LIKED_POSTS_MAX)] = []


@router.get("/me/notices", response=NoticesOut)
@operation("account.read")
def list_notices(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List what the caller is told; a page may be shorter than asked for, as what is alike stands together."""
    me, moment = person_of(request), now()
    page = queries.notices_of(me, cursor=wanted.cursor, limit=wanted.limit)
    likes = () if wanted.cursor else queries.new_likes(me)
    return NoticesOut(
        items=[_notice(each) for each in page.items],
        next_cursor=page.next_cursor,
        likes=[_likes(each) for each in likes],
        until=moment,
    )


@router.post("/me/notices/read", response={204: None})
@operation("account.manage")
def note_read(request: HttpRequest, shown: NoticesReadIn) -> Any:
    """Note that notices were read; what came later stays unread. Again changes nothing."""
    me, moment = person_of(request), now()
    asked = {each.post: each.likes for each in shown.likes}
    likes = (
        (each.post.id, min(each.likes, asked.get(each.post.id, 0)), each.likes - each.fresh)
        for each in queries.new_likes(me)
    )
    told = {post: shown_now for post, shown_now, told_before in likes if shown_now > told_before}
    read_notices(me, told, now=min(shown.until, moment))
    return Status(204, None)


def _notice(facts: NoticeFacts) -> NoticeOut:
    return NoticeOut(
        kind=facts.kind,
        post=_post(facts.post),
        authors=[each for each in facts.authors if each],
        comment=facts.comment_id,
        text=facts.text,
        at=facts.at,
        is_unread=facts.is_unread,
    )


def _likes(found: NewLikes) -> NewLikesOut:
    return NewLikesOut(post=_post(found.post), likes=found.likes, fresh=found.fresh)


def _post(post: TitleFacts) -> NamedPostOut:
    return NamedPostOut(
        id=content_id(post.kind, post.id), kind=post.kind, state=post.state, title=post.title, title_en=post.title_en
    )
