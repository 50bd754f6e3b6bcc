"""Who may see which post: the one rule for pages, programs and commands."""

from collections.abc import Iterable
from uuid import UUID

from anxin.market.content.domain.posts import PostState, Visibility, is_seen
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.models import Post
from anxin.market.creators import queries as creators


def check_seen(post_id: UUID, person_id: UUID | None) -> UUID:
    """Return the creator of a public post that a person may see. Raises UnknownPost."""
    row = Post.objects.filter(pk=post_id, state=PostState.PUBLIC).only("creator_id", "visibility", "person_id").first()
    if row is None or not seen_of([row], person_id):
        raise UnknownPost
    return row.creator_id


def seen_of(rows: Iterable[Post], person_id: UUID | None) -> list[Post]:
    """Return those of public posts that a person (None: a guest) may see; at most one statement."""
    found = list(rows)
    closed = {row.creator_id for row in found if row.visibility == Visibility.FOLLOWERS}
    followed = creators.followed(person_id, list(closed)) if person_id and closed else frozenset()
    return [
        row
        for row in found
        if is_seen(
            Visibility(row.visibility),
            is_speaker=row.person_id == person_id,
            is_follower=row.creator_id in followed,
        )
    ]
