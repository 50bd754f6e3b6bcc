"""What others say below a creator's own posts, as the creator reads and answers it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.content.domain.posts import PostState
from anxin.market.content.domain.talk import CommentState
from anxin.market.content.models import Comment
from anxin.market.content.queries.comments import CommentFacts, comments_by_id
from anxin.market.content.queries.posts import PostFacts, facts_by_id
from anxin.market.content.store import SQL
from anxin.market.creators.queries import CreatorFacts, voices_of

__all__ = ["OwnComment", "OwnComments", "PostState", "own_comments"]

COUNTED_MAX = 100
POSTS_MAX = 500
_LAST_ID = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class OwnComment:
    """A comment on a creator's post: what it answers, if anything, and what the creator answered."""

    facts: CommentFacts
    post: PostFacts
    answered: CommentFacts | None
    replies: tuple[CommentFacts, ...]

    @property
    def is_pinned(self) -> bool:
        """Whether it stands on top of its post."""
        return self.post.pinned_comment_id == self.facts.id


@dataclass(frozen=True)
class OwnComments:
    """A page of comments, and how many of those posts' comments wait for an answer, counted up to COUNTED_MAX."""

    page: Page[OwnComment]
    waiting: int


def own_comments(
    creator: CreatorFacts,
    *,
    post_id: UUID | None = None,
    unanswered: bool = False,
    cursor: str | None = None,
    limit: int | None = None,
) -> OwnComments:
    """Return what others said on a creator's newest public posts, the newest first; on one post, or unanswered, where asked."""
    size, voices = limited(limit), voices_of(creator)
    rows = SQL.rows(
        "own_comments",
        creator_id=creator.id,
        voices=list(voices),
        post_id=post_id,
        unanswered=unanswered,
        before=id_cursor(cursor) if cursor else _LAST_ID,
        rows=size + 1,
        posts=POSTS_MAX,
        counted=COUNTED_MAX,
    )
    page = page_of([row for row in rows if row["id"]], size, lambda row: str(row["id"]))
    return OwnComments(_told(page, voices), rows[0]["waiting"])


def _told(page: Page[Any], voices: Sequence[UUID]) -> Page[OwnComment]:
    listed = [row["id"] for row in page.items]
    posts = facts_by_id([row["post_id"] for row in page.items])
    own = _replies(listed, {*voices, *(each.person_id for each in posts.values())})
    said = comments_by_id(listed)
    begun = comments_by_id([each.reply_to_id for each in said.values() if each.reply_to_id])
    return page.map(
        lambda row: OwnComment(
            said[row["id"]],
            posts[row["post_id"]],
            begun.get(answered) if (answered := said[row["id"]].reply_to_id) else None,
            own[row["id"]],
        )
    )


def _replies(comment_ids: Sequence[UUID], voices: set[UUID]) -> dict[UUID, tuple[CommentFacts, ...]]:
    """Return by comment what the creator answered to it, the oldest first."""
    rows = Comment.objects.filter(reply_to_id__in=list(comment_ids), person_id__in=voices, state=CommentState.SHOWN)
    told = comments_by_id(list(rows.values_list("id", flat=True)))
    found: dict[UUID, tuple[CommentFacts, ...]] = defaultdict(tuple)
    for each in sorted(told.values(), key=lambda facts: facts.id):
        if each.reply_to_id:
            found[each.reply_to_id] = (*found[each.reply_to_id], each)
    return found
