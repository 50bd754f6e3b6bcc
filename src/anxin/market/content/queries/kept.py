"""What people keep and like, with what is gone among it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, limited, page_of, row_cursor
from anxin.market.content.domain.posts import PostKind
from anxin.market.content.models import Favourite, Like
from anxin.market.content.queries.posts import PostCard, cards


@dataclass(frozen=True)
class Said:
    """A post that a person kept or liked, and when; `card` is None of one that is gone, or hidden from them now."""

    post_id: UUID
    kind: PostKind
    at: Instant
    card: PostCard | None


def kept_by(person_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[Said]:
    """Return what a person keeps, the last kept first."""
    return _said(Favourite, person_id, cursor, limit)


def liked_by(person_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[Said]:
    """Return what a person likes, the last liked first."""
    return _said(Like, person_id, cursor, limit)


def counts_kept(person_id: UUID) -> tuple[int, int]:
    """Return how many posts a person keeps and how many they like, those that are gone among them."""
    return Favourite.objects.filter(person_id=person_id).count(), Like.objects.filter(person_id=person_id).count()


def _said(model: Any, person_id: UUID, cursor: str | None, limit: int | None) -> Page[Said]:
    size = limited(limit)
    rows = model.objects.filter(person_id=person_id).order_by("-id").select_related("post")
    rows = rows.only("post_id", "at", "post__kind")
    if cursor:
        rows = rows.filter(pk__lt=row_cursor(cursor))
    page = page_of(list(rows[: size + 1]), size, lambda row: str(row.pk))
    known = {card.post.id: card for card in cards([row.post_id for row in page.items], person_id=person_id)}
    return page.map(lambda row: Said(row.post_id, PostKind(row.post.kind), row.at, known.get(row.post_id)))
