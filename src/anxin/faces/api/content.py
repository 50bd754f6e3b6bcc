"""The feed, videos and notes, and what people do with them, for programs and for the pages' own scripts."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import actor_of_request, operation, person_of
from anxin.faces.api.content_answers import (
    CommentOut,
    FeedOut,
    PlaceQuery,
    PostOut,
    ShareOut,
    comment_out,
    contents,
    feed_out,
)
from anxin.faces.api.fields import (
    Body,
    CommentId,
    ContentRef,
    CreatorId,
    PageAnswer,
    PageQuery,
    ProductId,
    page_answer,
    reply,
)
from anxin.faces.teller import teller_of
from anxin.faces.telling import Place, tell_of_post
from anxin.infra.clock import now
from anxin.kernel.page import BadCursor, Page
from anxin.market.content.commands import comments, reactions
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.commands.reactions import ReportReason
from anxin.market.content.queries import comments as comment_queries
from anxin.market.content.queries import posts
from anxin.market.content.queries.comments import COMMENT_LENGTH_MAX, KEY_LENGTH_MAX, CommentFacts
from anxin.market.content.queries.kept import Said, kept_by, liked_by
from anxin.market.content.queries.posts import PostCard, PostKind, PostSort
from anxin.market.interest.commands import choose_posts
from anxin.market.interest.errors import NoActor
from anxin.market.interest.queries import Kind

router = Router()

FEED_MAX = 30


class FeedQuery(PageQuery):
    """How much is wanted. There is no cursor: the next request is the next page."""

    limit: int = Field(10, ge=1, le=FEED_MAX, description="Items an answer.")


class ContentQuery(PageQuery):
    """Which public posts are wanted; of the filters `q`, `creator`, `topic` and `product` the first that is given counts."""

    q: Annotated[str, Field(max_length=100)] = ""
    kind: PostKind | None = None
    sort: PostSort = Field(PostSort.MATCH, description="The order of what `q` finds.")
    creator: CreatorId | None = None
    topic: Annotated[str, Field(max_length=30)] = ""
    product: ProductId | None = None


class CommentsQuery(PageQuery):
    """Which threads are wanted, and in which order."""

    sort: comment_queries.Sort = comment_queries.Sort.NEWEST


class CommentIn(Body):
    """A comment, or with `reply_to` a reply. `key` is the sender's own: the same one is said once."""

    text: Annotated[str, Field(min_length=1, max_length=COMMENT_LENGTH_MAX)]
    key: Annotated[str, Field(min_length=1, max_length=KEY_LENGTH_MAX)]
    reply_to: CommentId | None = None


class ContentReportIn(Body):
    """Why it breaks the rules."""

    reason: Annotated[ReportReason, Field(strict=False)]
    note: Annotated[str, Field(max_length=300)] = ""


@router.get("/feed", response=FeedOut)
@operation("market.browse")
def read_feed(request: HttpRequest, wanted: Query[FeedQuery]) -> Any:
    """Get what to show next: told what was seen (`POST /events`), the next answer shows something else.

    A stranger is known by the `Anxin-Device` header; without it the answer has no `request`.
    """
    if wanted.cursor:
        raise BadCursor
    try:
        actor = teller_of(request).id
    except NoActor:
        actor = None
    person_id = actor_of_request(request).person_id
    return reply(feed_out(choose_posts(actor, limit=wanted.limit, now=now(), person_id=person_id)))


@router.get("/feed/following", response=PageAnswer[PostOut])
@operation("creators.follow")
def read_follows_feed(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List what the creators whom the caller follows have shown, the newest first."""
    return _page(request, posts.posts_followed(person_of(request), cursor=wanted.cursor, limit=wanted.limit))


@router.get("/content", response=PageAnswer[PostOut])
@operation("market.browse")
def list_content(request: HttpRequest, wanted: Query[ContentQuery]) -> Any:
    """List public videos and notes: found by words (best first unless asked otherwise), or the newest first."""
    person_id = actor_of_request(request).person_id
    place: Any = {"cursor": wanted.cursor, "limit": wanted.limit}
    if wanted.q:
        return _page(request, posts.search_posts(wanted.q, kind=wanted.kind, sort=wanted.sort, **place))
    if wanted.creator:
        return _page(request, posts.public_posts_of(wanted.creator, person_id=person_id, **place))
    if wanted.topic:
        return _page(request, posts.posts_with_topic(wanted.topic, person_id=person_id, **place))
    if wanted.product:
        return _page(request, posts.posts_with_product(wanted.product, person_id=person_id, **place))
    return _page(request, posts.newest_posts(wanted.kind, **place))


@router.get("/me/likes", response=PageAnswer[PostOut])
@operation("content.react")
def list_my_likes(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List what the caller likes and may see now, the last liked first."""
    return _page(request, _seen(liked_by(person_of(request), cursor=wanted.cursor, limit=wanted.limit)))


@router.get("/me/favourites", response=PageAnswer[PostOut])
@operation("content.react")
def list_my_favourites(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List what the caller keeps and may see now, the last kept first."""
    return _page(request, _seen(kept_by(person_of(request), cursor=wanted.cursor, limit=wanted.limit)))


@router.get("/content/{content}", response=PostOut)
@operation("market.browse")
def read_content(request: HttpRequest, content: ContentRef) -> Any:
    """Read a public video or note."""
    person_id = actor_of_request(request).person_id
    card = posts.card(content, person_id=person_id)
    return contents([card], posts.mine(person_id, [card]))[0]


@router.put("/content/{content}/like", response={204: None})
@operation("content.react")
def like_content(request: HttpRequest, content: ContentRef, place: Query[PlaceQuery]) -> Any:
    """Like a video or note; again changes nothing."""
    if reactions.like_post(content, person_id=person_of(request), now=now()):
        _tell(request, Kind.LIKE, content, place)
    return Status(204, None)


@router.delete("/content/{content}/like", response={204: None})
@operation("content.react")
def unlike_content(request: HttpRequest, content: ContentRef, place: Query[PlaceQuery]) -> Any:
    """Take a like back."""
    if reactions.unlike_post(content, person_id=person_of(request)):
        _tell(request, Kind.UNLIKE, content, place)
    return Status(204, None)


@router.put("/content/{content}/favourite", response={204: None})
@operation("content.react")
def keep_content(request: HttpRequest, content: ContentRef, place: Query[PlaceQuery]) -> Any:
    """Keep a video or note; again changes nothing."""
    if reactions.keep_post(content, person_id=person_of(request), now=now()):
        _tell(request, Kind.FAVOURITE, content, place)
    return Status(204, None)


@router.delete("/content/{content}/favourite", response={204: None})
@operation("content.react")
def let_content_go(request: HttpRequest, content: ContentRef) -> Any:
    """Keep it no longer."""
    reactions.let_post_go(content, person_id=person_of(request))
    return Status(204, None)


@router.post("/content/{content}/share", response=ShareOut)
@operation("content.react")
def share_content(request: HttpRequest, content: ContentRef, place: Query[PlaceQuery]) -> Any:
    """Get the caller's short link, the same one every time."""
    code = reactions.share_post(content, person_id=person_of(request), now=now())
    _tell(request, Kind.SHARE, content, place, key=code)
    return ShareOut(code=code, url=request.build_absolute_uri(reverse("share", args=[code])))


@router.put("/content/{content}/report", response={204: None})
@operation("content.react")
def report_content(request: HttpRequest, content: ContentRef, report: ContentReportIn) -> Any:
    """Say that it breaks the rules."""
    reactions.report(content, report.reason, report.note, person_id=person_of(request), now=now())
    return Status(204, None)


@router.get("/content/{content}/comments", response=PageAnswer[CommentOut])
@operation("market.browse")
def list_comments(request: HttpRequest, content: ContentRef, wanted: Query[CommentsQuery]) -> Any:
    """List the threads below it: the pinned one first, then the newest or the most liked."""
    person_id = actor_of_request(request).person_id
    page = comment_queries.comments_of(
        content, person_id=person_id, sort=wanted.sort, cursor=wanted.cursor, limit=wanted.limit
    )
    return _comments(page, person_id)


@router.post("/content/{content}/comments", response={201: CommentOut})
@operation("content.react")
def comment_on(request: HttpRequest, content: ContentRef, said: CommentIn, place: Query[PlaceQuery]) -> Any:
    """Comment on it."""
    person_id = person_of(request)
    wanted = NewComment(said.text, said.key, said.reply_to)
    written = comments.comment(content, wanted, person_id=person_id, now=now())
    _tell(request, Kind.COMMENT, content, place, key=str(written))
    return Status(201, comment_out(comment_queries.comment(written, person_id=person_id), frozenset()))


@router.get("/comments/{comment}/replies", response=PageAnswer[CommentOut])
@operation("market.browse")
def list_replies(request: HttpRequest, comment: CommentId, wanted: Query[PageQuery]) -> Any:
    """List the replies of a thread, the oldest first."""
    person_id = actor_of_request(request).person_id
    page = comment_queries.replies_to(comment, person_id=person_id, cursor=wanted.cursor, limit=wanted.limit)
    return _comments(page, person_id)


@router.delete("/comments/{comment}", response={204: None})
@operation("content.react")
def remove_comment(request: HttpRequest, comment: CommentId) -> Any:
    """Take one's own comment away."""
    comments.remove_comment(comment, person_id=person_of(request))
    return Status(204, None)


@router.put("/comments/{comment}/like", response={204: None})
@operation("content.react")
def like_comment(request: HttpRequest, comment: CommentId) -> Any:
    """Like a comment; again changes nothing."""
    reactions.like_comment(comment, person_id=person_of(request), now=now())
    return Status(204, None)


@router.delete("/comments/{comment}/like", response={204: None})
@operation("content.react")
def unlike_comment(request: HttpRequest, comment: CommentId) -> Any:
    """Take a like of a comment back."""
    reactions.unlike_comment(comment, person_id=person_of(request))
    return Status(204, None)


@router.put("/comments/{comment}/report", response={204: None})
@operation("content.react")
def report_comment(request: HttpRequest, comment: CommentId, report: ContentReportIn) -> Any:
    """Say that a comment breaks the rules."""
    person_id = person_of(request)
    on = comment_queries.comment(comment, person_id=person_id).post_id
    reactions.report(on, report.reason, report.note, comment_id=comment, person_id=person_id, now=now())
    return Status(204, None)


def _seen(page: Page[Said]) -> Page[PostCard]:
    return Page(tuple(each.card for each in page.items if each.card), page.next_cursor)


def _page(request: HttpRequest, page: Page[PostCard]) -> Any:
    mine = posts.mine(actor_of_request(request).person_id, page.items)
    return page_answer(Page(tuple(contents(page.items, mine)), page.next_cursor))


def _comments(page: Page[CommentFacts], person_id: UUID | None) -> Any:
    liked = comment_queries.liked_comments(person_id, [each.id for each in page.items])
    return page_answer(page.map(lambda facts: comment_out(facts, liked)))


def _tell(request: HttpRequest, kind: Kind, content: UUID, place: PlaceQuery, *, key: str = "") -> None:
    tell_of_post(request, kind, content, Place(place.request, place.slot), key=key)
