"""What content tells others."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("content.published", version=1)
class PostPublished:
    """A video or note can be seen from now on by those whom its visibility names."""

    post_id: UUID
    creator_id: UUID
    post_kind: str
    visibility: str
    topics: tuple[str, ...]
    product_ids: tuple[UUID, ...]
    published_at: Instant


@event("content.unpublished", version=1)
class PostUnpublished:
    """A video or note is not shown any more: taken back, hidden or removed."""

    post_id: UUID
    creator_id: UUID
    state: str


@event("content.visibility_changed", version=1)
class VisibilityChanged:
    """Others may see a public video or note than before."""

    post_id: UUID
    creator_id: UUID
    visibility: str


@event("content.rescheduled", version=1)
class PostRescheduled:
    """A planned video or note comes out at another moment."""

    post_id: UUID
    creator_id: UUID
    publish_at: Instant


@event("content.goods_changed", version=1)
class GoodsChanged:
    """Other products than before are in a video or note that passed its review."""

    post_id: UUID
    creator_id: UUID
    product_ids: tuple[UUID, ...]


@event("content.rejected", version=1)
class PostRejected:
    """A reviewer, or the preparation of its file, refused a post."""

    post_id: UUID
    creator_id: UUID
    reasons: tuple[str, ...]


@event("content.comment_written", version=1)
class CommentWritten:
    """Somebody commented on a post."""

    comment_id: UUID
    post_id: UUID
    creator_id: UUID
    person_id: UUID


@event("content.reported", version=1)
class Reported:
    """Somebody says that a post or a comment breaks the rules."""

    post_id: UUID
    comment_id: UUID | None
    reason: str
