"""Who may see which post: the one rule for pages, programs and commands."""

from collections.abc import Iterable
from uuid import UUID

from anxin.market.content.domain.posts import PostState, Visibility, is_seen
from anxin.market.content.errors.posts import UnknownPost
from anxin.market.content.models import Post
from anxin.market.creators import queries as creators


def check_seen(post_id: UUID, person_id: UUID | None) -> UUID:
    """Return the creator of a public post that a person may see. Raises UnknownPost."""
    rows = Post.objects.filter(pk=post_id, state=PostState.PUBLIC)
    row = rows.only("creator_id", "visibility", "person_id", "shop_id").first()
    if row is None or not seen_of([row], person_id):
        raise UnknownPost
    return row.creator_id


def seen_of(rows: Iterable[Post], person_id: UUID | None) -> list[Post]:
    """Return those of public posts that a person (None: a guest) may see: whoever speaks for a shop sees all of its posts.

    At most two statements, none where everybody may see them all.
    """
    found = list(rows)
    closed = [row for row in found if row.visibility != Visibility.PUBLIC and person_id]
    makers = {row.creator_id for row in closed if row.visibility == Visibility.FOLLOWERS}
    followed = creators.followed(person_id, list(makers)) if person_id and makers else frozenset()
    shops = creators.shops_spoken_for(person_id) if person_id and any(row.shop_id for row in closed) else frozenset()
    return [
        row
        for row in found
        if is_seen(
            Visibility(row.visibility),
            is_speaker=row.person_id == person_id or row.shop_id in shops,
            is_follower=row.creator_id in followed,
        )
    ]
