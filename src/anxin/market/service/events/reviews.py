"""Facts about reviews."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("service.review_written", version=1)
class ReviewWritten:
    """A buyer reviewed something they received."""

    review_id: UUID
    shop_id: UUID
    product_id: UUID
    order_id: UUID
    person_id: UUID
    stars_product: int
    stars_logistics: int
    stars_service: int
    written_at: Instant


@event("service.review_followed_up", version=1)
class ReviewFollowedUp:
    """A buyer added to a review (追评)."""

    review_id: UUID
    shop_id: UUID
    product_id: UUID


@event("service.review_replied", version=1)
class ReviewReplied:
    """The merchant answered a review."""

    review_id: UUID
    shop_id: UUID
    person_id: UUID


@event("service.review_reported", version=1)
class ReviewReported:
    """Somebody says that a review breaks the law."""

    review_id: UUID
    shop_id: UUID
    reason: str


@event("service.review_hidden", version=1)
class ReviewHidden:
    """An operator hid a review that breaks the law."""

    review_id: UUID
    shop_id: UUID
    product_id: UUID
    person_id: UUID
    reason: str


@event("service.review_restored", version=1)
class ReviewRestored:
    """An operator showed a hidden review again."""

    review_id: UUID
    shop_id: UUID
    product_id: UUID
    person_id: UUID
