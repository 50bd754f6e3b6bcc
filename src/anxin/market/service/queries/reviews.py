"""What may be read of reviews and ratings."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.orders.queries import OrderFacts
from anxin.market.people import queries as people
from anxin.market.service.domain import reviews as rules
from anxin.market.service.domain.reviews import (
    PICTURES_MAX,
    POOR_STARS_MAX,
    REPLY_LENGTH_MAX,
    STARS_OF,
    TEXT_LENGTH_MAX,
    Filter,
    HideReason,
    ReviewState,
)
from anxin.market.service.errors.reviews import UnknownReview
from anxin.market.service.models import HelpfulVote, Rating, Review, ReviewReport
from anxin.market.service.store.reviews import COLUMN_OF, SQL
from anxin.market.shops.queries.scores import display_tenths

__all__ = ["PICTURES_MAX", "REPLY_LENGTH_MAX", "TEXT_LENGTH_MAX", "Filter", "HideReason", "ReviewState"]


@dataclass(frozen=True)
class FollowUp:
    """What a buyer added later (追评)."""

    text: str
    pictures: tuple[str, ...]
    at: Instant
    days_after: int


@dataclass(frozen=True)
class Reply:
    """What the merchant answered."""

    text: str
    at: Instant


@dataclass(frozen=True)
class ReviewFacts:
    """A review; `author` is a masked name, None for an anonymous one. Of a hidden one strangers see only the reason."""

    id: UUID
    shop_id: UUID
    product_id: UUID
    sku_id: UUID
    order_id: UUID
    line_id: UUID
    person_id: UUID
    author: str | None
    title: str
    options: tuple[str, ...]
    stars_product: int
    stars_logistics: int
    stars_service: int
    text: str
    pictures: tuple[str, ...]
    anonymous: bool
    follow_up: FollowUp | None
    reply: Reply | None
    helpful_count: int
    state: ReviewState
    hidden_reason: HideReason | None
    hidden_note: str
    hidden_at: Instant | None
    reported_at: Instant | None
    written_at: Instant
    edited_at: Instant | None

    @property
    def is_hidden(self) -> bool:
        """Whether the public may not read it."""
        return self.state is ReviewState.HIDDEN

    @property
    def is_poor(self) -> bool:
        """Whether the buyer was not content with the goods."""
        return self.stars_product <= POOR_STARS_MAX


@dataclass(frozen=True)
class RatingFacts:
    """How many shown reviews gave how many stars; `stars` is by count of stars, five first."""

    stars: tuple[tuple[int, int], ...]
    with_pictures: int = 0
    followed_up: int = 0
    logistics_sum: int = 0
    service_sum: int = 0

    @property
    def total(self) -> int:
        """How many reviews there are."""
        return sum(count for _, count in self.stars)

    @property
    def mean_hundredths(self) -> int | None:
        """The mean of the product's stars times a hundred, None without reviews: 4.56 is 456."""
        return self._mean(sum(stars * count for stars, count in self.stars))

    @property
    def logistics_hundredths(self) -> int | None:
        """The mean of the delivery's stars times a hundred."""
        return self._mean(self.logistics_sum)

    @property
    def service_hundredths(self) -> int | None:
        """The mean of the service's stars times a hundred."""
        return self._mean(self.service_sum)

    @property
    def good_bps(self) -> int | None:
        """The part that gave four or five stars, in basis points (好评率)."""
        good = sum(count for stars, count in self.stars if stars > rules.FAIR_STARS)
        return (good * 10_000 + self.total // 2) // self.total if self.total else None

    def count_of(self, wanted: Filter) -> int:
        """Return how many reviews a filter leaves."""
        if wanted is Filter.PICTURES:
            return self.with_pictures
        if wanted is Filter.FOLLOW_UP:
            return self.followed_up
        return sum(count for stars, count in self.stars if stars in STARS_OF.get(wanted, (1, 2, 3, 4, 5)))

    def _mean(self, whole: int) -> int | None:
        return (whole * 100 + self.total // 2) // self.total if self.total else None


@dataclass(frozen=True)
class Excerpt:
    """A review as a product page shows it."""

    author: str | None
    stars_product: int
    text: str
    pictures: tuple[str, ...]
    options: tuple[str, ...]
    written_at: Instant


@dataclass(frozen=True)
class ProductVoice:
    """What a product page says: the rating of the product, its newest reviews, the shop's score in tenths of five."""

    rating: RatingFacts
    newest: tuple[Excerpt, ...]
    score_tenths: int | None


@dataclass(frozen=True)
class ReportFacts:
    """A report of a review that waits for a decision."""

    reason: HideReason
    note: str
    reporter: str
    reported_at: Instant


@dataclass(frozen=True)
class LineVoice:
    """What the buyer may do about one order line now."""

    line_id: UUID
    review: ReviewFacts | None
    may_write: bool
    may_edit: bool
    may_add: bool


def reviews_of_product(
    product_id: UUID,
    wanted: Filter = Filter.ALL,
    *,
    stars: int | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[ReviewFacts]:
    """Return a product's reviews, newest first; hidden ones keep their place in the unfiltered list, with the reason only."""
    rows = Review.objects.filter(product_id=product_id)
    if wanted is not Filter.ALL or stars is not None:
        rows = rows.filter(_narrowed(wanted), state=ReviewState.SHOWN)
    if stars is not None:
        rows = rows.filter(stars_product=stars)
    return _page(rows, cursor, limit, for_strangers=True)


def reviews_of_shop(
    shop_id: UUID, *, poor: bool = False, unanswered: bool = False, cursor: str | None = None, limit: int | None = None
) -> Page[ReviewFacts]:
    """Return a shop's reviews as its staff read them, newest first: all, the poor ones, those without a reply."""
    rows = Review.objects.filter(shop_id=shop_id)
    if poor:
        rows = rows.filter(stars_product__lte=POOR_STARS_MAX)
    if unanswered:
        rows = rows.filter(replied_at=None)
    return _page(rows, cursor, limit, for_strangers=False)


def reviews_of_person(person_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[ReviewFacts]:
    """Return what a person wrote, newest first."""
    return _page(Review.objects.filter(person_id=person_id), cursor, limit, for_strangers=False)


def said_of_reviews(person_id: UUID) -> dict[str, list[Any]]:
    """Return which reviews a person found helpful and which they reported, for the export of personal data."""
    votes = HelpfulVote.objects.filter(person_id=person_id).order_by("id")
    reports = ReviewReport.objects.filter(person_id=person_id).order_by("id")
    return {
        "helpful": list(votes.values("review_id", "voted_at")),
        "reported": list(reports.values("review_id", "reason", "note", "reported_at", "settled_at")),
    }


def moderation_queue(*, hidden: bool = False, cursor: str | None = None, limit: int | None = None) -> Page[ReviewFacts]:
    """Return reported reviews that wait for an operator, or those that are hidden, newest first."""
    rows = Review.objects.filter(state=ReviewState.HIDDEN) if hidden else Review.objects.exclude(reported_at=None)
    return _page(rows, cursor, limit, for_strangers=False)


def reports_waiting() -> int:
    """Return how many reviews wait for an operator."""
    return Review.objects.exclude(reported_at=None).count()


def reports_of(review_id: UUID, *, limit: int = 50) -> tuple[ReportFacts, ...]:
    """Return the open reports of a review, oldest first."""
    rows = list(ReviewReport.objects.filter(review_id=review_id, settled_at=None).order_by("reported_at")[:limit])
    names = people.names_of([row.person_id for row in rows])
    return tuple(
        ReportFacts(HideReason(row.reason), row.note, names.get(row.person_id, ""), row.reported_at) for row in rows
    )


def review(review_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> ReviewFacts:
    """Return one review whole, as its writer, its shop or an operator reads it. Raises UnknownReview for anybody else's."""
    rows = Review.objects.filter(pk=review_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    found = rows.first()
    if found is None:
        raise UnknownReview
    return _facts([found])[0]


def public_review(review_id: UUID) -> ReviewFacts:
    """Return one review as strangers read it. Raises UnknownReview."""
    return _for_strangers(review(review_id))


def voices_of_order(order: OrderFacts, *, now: Instant) -> dict[UUID, LineVoice]:
    """Return by line what the buyer of an order may say about it now."""
    found = {each.line_id: each for each in _facts(list(Review.objects.filter(order_id=order.id)[:200]))}
    open_now = rules.may_review(order.received_at, now)
    return {line.id: _voice(line.id, found.get(line.id), open_now=open_now, now=now) for line in order.lines}


def voice_of_product(product_id: UUID, shop_id: UUID, *, newest: int = 2) -> ProductVoice:
    """Return what a product page says of reviews and of the shop's score, read with one statement."""
    row = SQL.one("product_voice", product_id=product_id, shop_id=shop_id, newest=newest) or {}
    score = row["score_hundredths"]
    return ProductVoice(
        rating=_rating(row["rating"] or {}),
        newest=tuple(_excerpt(kept) for kept in row["newest"]),
        score_tenths=None if score is None else display_tenths(score),
    )


def rating_of(product_id: UUID) -> RatingFacts:
    """Return the rating of a product; zeros where nobody has reviewed it."""
    return ratings_of([product_id]).get(product_id, _rating({}))


def ratings_of(product_ids: Sequence[UUID]) -> dict[UUID, RatingFacts]:
    """Return the ratings of products in one statement; those without reviews are left out."""
    rows = Rating.objects.filter(product_id__in=list(product_ids))
    return {row.product_id: _rating({name: getattr(row, name) for name in COUNTS}) for row in rows}


def rating_of_shop(shop_id: UUID) -> RatingFacts:
    """Return the rating of all goods of a shop together."""
    sums = Rating.objects.filter(shop_id=shop_id).aggregate(**{name: Sum(name) for name in COUNTS})
    return _rating({name: int(value or 0) for name, value in sums.items()})


def low_waiting(shop_id: UUID) -> int:
    """Return how many poor reviews of a shop have no reply yet."""
    return Review.objects.filter(shop_id=shop_id, stars_product__lte=POOR_STARS_MAX, replied_at=None).count()


def unanswered(shop_id: UUID) -> int:
    """Return how many reviews of a shop have no reply yet."""
    return Review.objects.filter(shop_id=shop_id, replied_at=None).count()


def voted(person_id: UUID, review_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return those of the reviews that the person found helpful."""
    rows = HelpfulVote.objects.filter(person_id=person_id, review_id__in=list(review_ids))
    return frozenset(rows.values_list("review_id", flat=True))


COUNTS = (*COLUMN_OF.values(), "with_pictures", "followed_up", "logistics_sum", "service_sum")


def _narrowed(wanted: Filter) -> Q:
    if wanted is Filter.PICTURES:
        return ~Q(pictures=[]) | ~Q(follow_up_pictures=[])
    if wanted is Filter.FOLLOW_UP:
        return Q(followed_up_at__isnull=False)
    return Q(stars_product__in=STARS_OF[wanted]) if wanted in STARS_OF else Q()


def _page(rows: QuerySet[Review], cursor: str | None, limit: int | None, *, for_strangers: bool) -> Page[ReviewFacts]:
    size = limited(limit)
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    found = _facts(list(rows.order_by("-id")[: size + 1]))
    page = page_of(found, size, lambda facts: str(facts.id))
    return page.map(_for_strangers) if for_strangers else page


def _facts(found: Sequence[Review]) -> list[ReviewFacts]:
    return [_review(row) for row in found]


def _review(row: Review) -> ReviewFacts:
    plain = {column: getattr(row, column) for column in _PLAIN}
    return ReviewFacts(
        **plain,
        author=None if row.anonymous else row.author,
        options=tuple(row.options),
        pictures=tuple(row.pictures),
        follow_up=_follow_up(row),
        reply=Reply(row.reply, row.replied_at) if row.replied_at else None,
        state=ReviewState(row.state),
        hidden_reason=HideReason(row.hidden_reason) if row.hidden_reason else None,
    )


_MADE = {"author", "options", "pictures", "follow_up", "reply", "state", "hidden_reason"}
_PLAIN = tuple(name for name in ReviewFacts.__dataclass_fields__ if name not in _MADE)


def _excerpt(kept: dict[str, Any]) -> Excerpt:
    """Read an excerpt from JSON."""
    lists = {"pictures": tuple(kept["pictures"]), "options": tuple(kept["options"])}
    return Excerpt(**{**kept, **lists, "written_at": datetime.fromisoformat(kept["written_at"])})


def _follow_up(row: Review) -> FollowUp | None:
    if row.followed_up_at is None:
        return None
    days = (row.followed_up_at - row.written_at).days
    return FollowUp(row.follow_up, tuple(row.follow_up_pictures), row.followed_up_at, days)


def _for_strangers(facts: ReviewFacts) -> ReviewFacts:
    """Take away from a hidden review everything but the reason."""
    if not facts.is_hidden:
        return facts
    return replace(
        facts,
        author=None,
        text="",
        pictures=(),
        options=(),
        follow_up=None,
        reply=None,
        helpful_count=0,
        stars_product=0,
        stars_logistics=0,
        stars_service=0,
    )


def _voice(line_id: UUID, found: ReviewFacts | None, *, open_now: bool, now: Instant) -> LineVoice:
    if found is None:
        return LineVoice(line_id, None, may_write=open_now, may_edit=False, may_add=False)
    followed_up_at = found.follow_up.at if found.follow_up else None
    return LineVoice(
        line_id,
        found,
        may_write=False,
        may_edit=not found.is_hidden and rules.may_edit(found.written_at, now),
        may_add=not found.is_hidden and rules.may_follow_up(found.written_at, followed_up_at, now),
    )


def _rating(counts: dict[str, int]) -> RatingFacts:
    stars = tuple((count, counts.get(COLUMN_OF[count], 0)) for count in sorted(COLUMN_OF, reverse=True))
    rest = {name: counts.get(name, 0) for name in COUNTS if name not in COLUMN_OF.values()}
    return RatingFacts(stars, **rest)
