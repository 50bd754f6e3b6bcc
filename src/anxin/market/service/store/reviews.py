"""Rows of reviews. Lock order: the review, then the rating of its product."""

from uuid import UUID

from anxin.infra.sql import Statements
from anxin.market.service.domain.reviews import ReviewState
from anxin.market.service.errors.reviews import UnknownReview
from anxin.market.service.models import Review

SQL = Statements(__name__, "../sql")
COLUMN_OF = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}


def locked_review(
    review_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None, shown: bool = False
) -> Review:
    """Return a review with its row locked, as its writer or the shop may touch it. Raises UnknownReview."""
    rows = Review.objects.select_for_update().filter(pk=review_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    if shown:
        rows = rows.filter(state=ReviewState.SHOWN)
    found = rows.first()
    if found is None:
        raise UnknownReview
    return found


def weight(review: Review) -> dict[str, int]:
    """Return what a review counts for in the rating of its product; a hidden one counts for nothing."""
    counted = dict.fromkeys((*COLUMN_OF.values(), "with_pictures", "followed_up", "logistics_sum", "service_sum"), 0)
    if review.state == ReviewState.SHOWN:
        counted[COLUMN_OF[review.stars_product]] = 1
        counted["with_pictures"] = int(bool(review.pictures or review.follow_up_pictures))
        counted["followed_up"] = int(review.followed_up_at is not None)
        counted["logistics_sum"] = review.stars_logistics
        counted["service_sum"] = review.stars_service
    return counted


def recount(review: Review, before: dict[str, int]) -> None:
    """Add to the rating what a review counts for more or less than before, by increments that survive any company."""
    after = weight(review)
    difference = {name: after[name] - before[name] for name in after}
    if any(difference.values()):
        key = {"product_id": review.product_id, "shop_id": review.shop_id}
        SQL.run("rating_open", **key)
        SQL.run("rating_add", product_id=review.product_id, **difference)
