"""What others say below a creator's own posts, as the creator reads and answers it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.content.domain.posts import PostState
from anxin.market.content.domain.talk import CommentState
from anxin.market.content.models import Comment
from anxin.market.content.queries.comments import CommentFacts, comments_by_id
from anxin.market.content.queries.posts import PostFacts, facts_by_id
from anxin.market.content.store import SQL
from anxin.market.creators.queries import CreatorFacts, voices_of

__all__ = ["OwnComment", "PostState", "own_comments", "unanswered_count"]

COUNTED_MAX = 100
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


def own_comments(
    creator: CreatorFacts,
    *,
    post_id: UUID | None = None,
    unanswered: bool = False,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[OwnComment]:
    """Return what others said on a creator's public posts, the newest first; on one post, or unanswered, where asked."""
    size, voices = limited(limit), voices_of(creator)
    found = _found(creator, voices, post_id, unanswered=unanswered, before=cursor, rows=size + 1)
    page = page_of(found, size, lambda row: str(row[0]))
    posts = facts_by_id([post for _comment, post in page.items])
    own = _replies([comment for comment, _post in page.items], {*voices, *(each.person_id for each in posts.values())})
    said = comments_by_id([comment for comment, _post in page.items])
    begun = comments_by_id([each.reply_to_id for each in said.values() if each.reply_to_id])
    return page.map(
        lambda row: OwnComment(
            said[row[0]],
            posts[row[1]],
            begun.get(answered) if (answered := said[row[0]].reply_to_id) else None,
            own[row[0]],
        )
    )


def unanswered_count(creator: CreatorFacts) -> int:
    """Return how many comments a creator left unanswered, counted up to COUNTED_MAX."""
    return len(_found(creator, voices_of(creator), None, unanswered=True, before=None, rows=COUNTED_MAX))


def _found(
    creator: CreatorFacts,
    voices: Sequence[UUID],
    post_id: UUID | None,
    *,
    unanswered: bool,
    before: str | None,
    rows: int,
) -> list[tuple[UUID, UUID]]:
    wanted = {
        "creator_id": creator.id,
        "voices": list(voices),
        "post_id": post_id,
        "unanswered": unanswered,
        "before": id_cursor(before) if before else _LAST_ID,
        "rows": rows,
    }
    return [(row["id"], row["post_id"]) for row in SQL.rows("own_comments", **wanted)]


def _replies(comment_ids: Sequence[UUID], voices: set[UUID]) -> dict[UUID, tuple[CommentFacts, ...]]:
    """Return by comment what the creator answered to it, the oldest first."""
    rows = Comment.objects.filter(reply_to_id__in=list(comment_ids), person_id__in=voices, state=CommentState.SHOWN)
    told = comments_by_id(list(rows.values_list("id", flat=True)))
    found: dict[UUID, tuple[CommentFacts, ...]] = defaultdict(tuple)
    for each in sorted(told.values(), key=lambda facts: facts.id):
        if each.reply_to_id:
            found[each.reply_to_id] = (*found[each.reply_to_id], each)
    return found
