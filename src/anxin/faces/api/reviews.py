"""Reviews and ratings, for buyers' and merchants' programs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.catalog_answers import PictureOut
from anxin.faces.api.fields import (
    Answer,
    Body,
    LineId,
    OrderId,
    PageAnswer,
    PageQuery,
    ProductId,
    ReviewId,
    ShopId,
    page_answer,
)
from anxin.infra.clock import now
from anxin.infra.media import Size, picture_url, store_picture
from anxin.market.service.commands import reviews as commands
from anxin.market.service.commands.reviews import HideReason, NewReview, Stars, Words
from anxin.market.service.queries import reviews as queries
from anxin.market.service.queries.reviews import (
    PICTURES_MAX,
    REPLY_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    Filter,
    RatingFacts,
    ReviewFacts,
)

router = Router()

StarCount = Annotated[int, Field(ge=1, le=5)]
ReviewText = Annotated[str, Field(max_length=TEXT_LENGTH_MAX)]
ReviewPictures = Annotated[
    list[Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]], Field(max_length=PICTURES_MAX, description="Keys.")
]


class ReviewIn(Body):
    """A review: stars for the goods, the delivery and the service; words and pictures where there are any."""

    product: StarCount
    logistics: StarCount
    service: StarCount
    text: ReviewText = ""
    pictures: ReviewPictures = []
    anonymous: bool = False


class ReviewFollowUpIn(Body):
    """What is added later, once."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_LENGTH_MAX)]
    pictures: ReviewPictures = []


class ReviewReplyIn(Body):
    """The merchant's answer."""

    text: Annotated[str, Field(min_length=1, max_length=REPLY_LENGTH_MAX)]


class ReviewReportIn(Body):
    """Why a review breaks the law."""

    reason: Annotated[HideReason, Field(strict=False)]
    note: Annotated[str, Field(max_length=500)] = ""


class ProductReviewsQuery(PageQuery):
    """Which reviews are wanted."""

    show: Filter = Filter.ALL
    stars: StarCount | None = None


class ShopReviewsQuery(PageQuery):
    """Which of the shop's reviews are wanted."""

    poor: bool = False
    unanswered: bool = False


class FollowUpOut(Answer):
    """What a buyer added later."""

    text: str
    pictures: list[str]
    at: datetime
    days_after: int


class ReplyOut(Answer):
    """What the merchant answered."""

    text: str
    at: datetime


class BuyerReviewOut(Answer):
    """A review; of a hidden one only the reason is told. `author` is null for an anonymous one; pictures are addresses."""

    id: ReviewId
    shop_id: ShopId
    product_id: ProductId
    author: str | None
    options: list[str]
    stars_product: int
    stars_logistics: int
    stars_service: int
    text: str
    pictures: list[str]
    follow_up: FollowUpOut | None
    reply: ReplyOut | None
    helpful_count: int
    state: str
    hidden_reason: str | None
    hidden_note: str
    written_at: datetime
    edited_at: datetime | None


class RatingOut(Answer):
    """A rating; `stars` counts five first, means are hundredths of a star and null without reviews."""

    total: int
    stars: list[Annotated[list[int], Field(min_length=2, max_length=2)]]  # stars, how many
    mean_hundredths: int | None
    logistics_hundredths: int | None
    service_hundredths: int | None
    good_bps: int | None
    with_pictures: int
    followed_up: int


@router.get("/products/{product}/reviews", response=PageAnswer[BuyerReviewOut])
@operation("market.browse")
def list_product_reviews(request: HttpRequest, product: ProductId, wanted: Query[ProductReviewsQuery]) -> Any:  # noqa: ARG001
    """List what buyers say of a product, newest first."""
    page = queries.reviews_of_product(
        product, wanted.show, stars=wanted.stars, cursor=wanted.cursor, limit=wanted.limit
    )
    return page_answer(page.map(_out))


@router.get("/products/{product}/rating", response=RatingOut)
@operation("market.browse")
def read_rating(request: HttpRequest, product: ProductId) -> Any:  # noqa: ARG001
    """Read the rating of a product."""
    return _rating(queries.rating_of(product))


@router.post("/reviews/pictures", response={201: PictureOut})
@operation("reviews.write")
def upload_review_picture(request: HttpRequest, picture: File[UploadedFile]) -> Any:  # noqa: ARG001
    """Store a JPEG, PNG or WebP picture for a review; nothing but its pixels is kept."""
    key = store_picture(picture.read())
    return Status(201, {"key": key, "url": picture_url(key), "thumbnail_url": picture_url(key, Size.THUMB)})


@router.get("/me/reviews", response=PageAnswer[BuyerReviewOut])
@operation("reviews.write")
def list_my_reviews(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List what the caller wrote, newest first."""
    page = queries.reviews_of_person(person_of(request), cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(_out))


@router.post("/orders/{order}/lines/{line}/review", response={201: BuyerReviewOut})
@operation("reviews.write")
def write_review(request: HttpRequest, order: OrderId, line: LineId, review: ReviewIn) -> Any:
    """Review a received order line, once."""
    written = commands.write_review(order, line, _review(review), person_id=person_of(request), now=now())
    return Status(201, _mine(request, written))


@router.put("/reviews/{review}", response=BuyerReviewOut)
@operation("reviews.write")
def edit_review(request: HttpRequest, review: ReviewId, written: ReviewIn) -> Any:
    """Change one's review within 24 hours."""
    commands.edit_review(review, _review(written), person_id=person_of(request), now=now())
    return _mine(request, review)


@router.post("/reviews/{review}/follow-up", response=BuyerReviewOut)
@operation("reviews.write")
def follow_up(request: HttpRequest, review: ReviewId, more: ReviewFollowUpIn) -> Any:
    """Add to one's review, once within 180 days."""
    words = Words(more.text, tuple(more.pictures))
    commands.add_to_review(review, words, person_id=person_of(request), now=now())
    return _mine(request, review)


@router.put("/reviews/{review}/vote", response={204: None})
@operation("reviews.write")
def vote(request: HttpRequest, review: ReviewId) -> Any:
    """Say that a review helped; saying it again changes nothing."""
    commands.vote_helpful(review, person_id=person_of(request), now=now())
    return Status(204, None)


@router.delete("/reviews/{review}/vote", response={204: None})
@operation("reviews.write")
def take_vote_back(request: HttpRequest, review: ReviewId) -> Any:
    """Take one's vote back."""
    commands.take_vote_back(review, person_id=person_of(request))
    return Status(204, None)


@router.put("/reviews/{review}/report", response={204: None})
@operation("reviews.write")
def report_review(request: HttpRequest, review: ReviewId, report: ReviewReportIn) -> Any:
    """Ask the operators to look at a review that breaks the law."""
    commands.report_review(review, report.reason, report.note, person_id=person_of(request), now=now())
    return Status(204, None)


@router.get("/shop/reviews", response=PageAnswer[BuyerReviewOut])
@operation("reviews.reply")
def list_shop_reviews(request: HttpRequest, wanted: Query[ShopReviewsQuery]) -> Any:
    """List the reviews of the shop's goods, newest first."""
    facts = {"poor": wanted.poor, "unanswered": wanted.unanswered}
    page = queries.reviews_of_shop(_shop(request), **facts, cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(_out))


@router.put("/shop/reviews/{review}/reply", response=BuyerReviewOut)
@operation("reviews.reply")
def reply(request: HttpRequest, review: ReviewId, answer: ReviewReplyIn) -> Any:
    """Answer a review once, or change the answer within the hour."""
    commands.reply(review, answer.text, shop_id=_shop(request), by=person_of(request), now=now())
    return _out(queries.review(review, shop_id=_shop(request)))


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


def _review(written: ReviewIn) -> NewReview:
    stars = Stars(written.product, written.logistics, written.service)
    return NewReview(stars, Words(written.text, tuple(written.pictures)), anonymous=written.anonymous)


def _mine(request: HttpRequest, review: UUID) -> BuyerReviewOut:
    return _out(queries.review(review, person_id=person_of(request)))


def _out(found: ReviewFacts) -> BuyerReviewOut:
    more = found.follow_up
    plain = {name: getattr(found, name) for name in BuyerReviewOut.model_fields}
    return BuyerReviewOut.model_validate(
        {
            **plain,
            "options": list(found.options),
            "pictures": [picture_url(key) for key in found.pictures],
            "follow_up": more
            and FollowUpOut(
                text=more.text,
                pictures=[picture_url(key) for key in more.pictures],
                at=more.at,
                days_after=more.days_after,
            ),
        }
    )


def _rating(found: RatingFacts) -> RatingOut:
    return RatingOut.model_validate({name: getattr(found, name) for name in RatingOut.model_fields})
