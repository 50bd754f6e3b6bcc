"""What may be read of comments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from anxin.infra.tallies import counts_of
from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, id_cursor, limited, page_of, ranked_cursor
from anxin.market.content.domain.talk import COMMENT_LENGTH_MAX, KEY_LENGTH_MAX, CommentState, Count, ReportReason
from anxin.market.content.models import Comment, CommentLike, Post, Report
from anxin.market.content.queries.seeing import check_seen
from anxin.market.content.store import SQL
from anxin.market.creators import queries as creators
from anxin.market.creators.queries import CreatorFacts

__all__ = ["COMMENT_LENGTH_MAX", "KEY_LENGTH_MAX", "CommentState", "ReportReason", "Sort"]

CANDIDATES = 2_000  # of the newest threads the most liked are shown first
_FIRST = (2**62, UUID(int=2**128 - 1))


class Sort(StrEnum):
    """In which order the threads below a post are read."""

    NEWEST = "newest"
    LIKED = "liked"


@dataclass(frozen=True)
class Answered:
    """Whom a reply answers where that is not whoever began the thread: the name as shown, and the creator they are."""

    author: str
    creator: CreatorFacts | None


@dataclass(frozen=True)
class CommentFacts:
    """A comment. Of one that was hidden or removed strangers see neither text nor author, only that there was one."""

    id: UUID
    post_id: UUID
    thread_id: UUID | None
    reply_to_id: UUID | None
    person_id: UUID
    author: str
    creator: CreatorFacts | None  # where the writer is a creator
    is_of_creator: bool  # written by whoever made the post
    text: str
    state: CommentState
    likes: int
    replies: int
    is_pinned: bool
    written_at: Instant
    answered: Answered | None = None

    @property
    def is_shown(self) -> bool:
        """Whether its text is read."""
        return self.state is CommentState.SHOWN


def comments_of(
    post_id: UUID,
    *,
    person_id: UUID | None,
    sort: Sort = Sort.NEWEST,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[CommentFacts]:
    """Return the threads below a post, the pinned one first, then the newest or the most liked. Raises UnknownPost."""
    check_seen(post_id, person_id)
    size = limited(limit)
    pinned = Post.objects.filter(pk=post_id).values_list("pinned_comment_id", flat=True).first()
    if sort is Sort.LIKED:
        page = _most_liked(post_id, pinned, cursor, size)
    else:
        rows = Comment.objects.filter(post_id=post_id, thread_id=None).order_by("-id")
        rows = rows.exclude(pk=pinned) if pinned else rows
        rows = rows.filter(id__lt=id_cursor(cursor)) if cursor else rows
        page = page_of(_told(list(rows[: size + 1]), pinned), size, lambda facts: str(facts.id))
    kept = tuple(each for each in page.items if each.is_shown or each.replies)
    first = () if cursor or pinned is None else tuple(_told(list(Comment.objects.filter(pk=pinned)), pinned))
    return Page((*first, *kept), page.next_cursor)


def replies_to(
    thread_id: UUID, *, person_id: UUID | None, cursor: str | None = None, limit: int | None = None
) -> Page[CommentFacts]:
    """Return the replies in a thread that are shown, the oldest first. Raises UnknownPost."""
    begun = Comment.objects.filter(pk=thread_id).values_list("post_id", flat=True).first()
    check_seen(begun or thread_id, person_id)
    size = limited(limit)
    rows = Comment.objects.filter(thread_id=thread_id, state=CommentState.SHOWN).order_by("id")
    rows = rows.filter(id__gt=id_cursor(cursor)) if cursor else rows
    return page_of(_told(list(rows[: size + 1]), None), size, lambda facts: str(facts.id))


def first_replies(threads: Sequence[CommentFacts], each: int = 2) -> dict[UUID, tuple[CommentFacts, ...]]:
    """Return by thread its first replies, in as many statements as a page of comments takes."""
    wanted = [thread.id for thread in threads if thread.replies]
    rows: QuerySet[Comment] = Comment.objects.none()
    parts = [
        Comment.objects.filter(thread_id=thread, state=CommentState.SHOWN).order_by("id")[:each] for thread in wanted
    ]
    if parts:
        rows = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    found: dict[UUID, tuple[CommentFacts, ...]] = {}
    for facts in sorted(_told(list(rows), None), key=lambda told: told.id):
        if facts.thread_id:
            found[facts.thread_id] = (*found.get(facts.thread_id, ()), facts)
    return found


def comment(comment_id: UUID, *, person_id: UUID | None) -> CommentFacts:
    """Return one comment on a post that a person may see. Raises UnknownPost."""
    row = Comment.objects.filter(pk=comment_id).first()
    check_seen(row.post_id if row else comment_id, person_id)
    return _told([row] if row else [], None)[0]


def comments_by_id(comment_ids: Sequence[UUID]) -> dict[UUID, CommentFacts]:
    """Return comments by id, whoever may see them; none of them is said to be pinned. Four statements."""
    return {facts.id: facts for facts in _told(list(Comment.objects.filter(pk__in=list(comment_ids))), None)}


def liked_comments(person_id: UUID | None, comment_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of the comments that a person likes."""
    if person_id is None:
        return frozenset()
    rows = CommentLike.objects.filter(person_id=person_id, comment_id__in=list(comment_ids))
    return frozenset(rows.values_list("comment_id", flat=True))


def reported_comments(*, cursor: str | None = None, limit: int | None = None) -> Page[CommentFacts]:
    """Return comments that were reported and wait for an operator, the newest first."""
    size = limited(limit)
    rows = Comment.objects.filter(state=CommentState.SHOWN).exclude(reported_at=None).order_by("-id")
    rows = rows.filter(id__lt=id_cursor(cursor)) if cursor else rows
    return page_of(_told(list(rows[: size + 1]), None), size, lambda facts: str(facts.id))


def reasons_of(comment_ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return by comment why it was reported."""
    found: dict[UUID, tuple[str, ...]] = {}
    rows = Report.objects.filter(comment_id__in=list(comment_ids), settled_at=None).order_by("reported_at")
    for comment_id, reason in rows.values_list("comment_id", "reason"):
        if comment_id:
            found[comment_id] = (*found.get(comment_id, ()), reason)
    return found


def _most_liked(post_id: UUID, pinned: UUID | None, cursor: str | None, size: int) -> Page[CommentFacts]:
    likes, last = ranked_cursor(cursor) if cursor else _FIRST
    found = SQL.rows(
        "comments_liked",
        post_id=post_id,
        pinned=pinned,
        candidates=CANDIDATES,
        after_likes=likes,
        after_id=last,
        rows=size + 1,
    )
    page = page_of(found, size, lambda row: f"{row['likes']}_{row['id']}")
    rows = Comment.objects.in_bulk([row["id"] for row in page.items])
    return Page(tuple(_told([rows[row["id"]] for row in page.items], pinned)), page.next_cursor)


def _told(rows: Sequence[Comment], pinned: UUID | None) -> list[CommentFacts]:
    if not rows:
        return []
    counted = counts_of([row.pk for row in rows])
    answered = _answered(rows)
    speakers = creators.creators_of_persons([row.person_id for row in (*rows, *answered.values())])
    makers = dict(Post.objects.filter(pk__in={row.post_id for row in rows}).values_list("pk", "person_id"))
    told = []
    for row in rows:
        facts = _facts(row, counted.get(row.pk, {}), speakers, makers[row.post_id], pinned)
        whom = answered.get(row.reply_to_id) if row.reply_to_id else None
        if whom is not None and facts.is_shown:
            facts = replace(facts, answered=Answered(whom.author, speakers.get(whom.person_id)))
        told.append(facts)
    return told


def _answered(rows: Sequence[Comment]) -> dict[UUID, Comment]:
    """Return the replies that some comments answer; no statement where each answers whoever began its thread."""
    ids = {row.reply_to_id for row in rows if row.reply_to_id and row.reply_to_id != row.thread_id}
    if not ids:
        return {}
    found = Comment.objects.filter(pk__in=ids, state=CommentState.SHOWN).only("author", "person_id")
    return {row.pk: row for row in found}


def _facts(
    row: Comment, counts: Mapping[str, int], speakers: dict[UUID, CreatorFacts], maker: UUID, pinned: UUID | None
) -> CommentFacts:
    shown = row.state == CommentState.SHOWN
    return CommentFacts(
        id=row.pk,
        post_id=row.post_id,
        thread_id=row.thread_id,
        reply_to_id=row.reply_to_id,
        person_id=row.person_id,
        author=row.author if shown else "",
        creator=speakers.get(row.person_id) if shown else None,
        is_of_creator=shown and row.person_id == maker,
        text=row.text if shown else "",
        state=CommentState(row.state),
        likes=max(0, counts.get(Count.LIKES.value, 0)),
        replies=max(0, counts.get(Count.REPLIES.value, 0)),
        is_pinned=row.pk == pinned,
        written_at=row.written_at,
    )
