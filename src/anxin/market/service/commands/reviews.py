"""Buyers review what they received, merchants answer, operators hide what breaks the law and say why."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from anxin.infra.media import has_picture
from anxin.infra.outbox import publish
from anxin.infra.tx import savepoint, transactional
from anxin.kernel.clock import Instant
from anxin.kernel.contacts import mask_contacts, name_to_strangers
from anxin.kernel.ids import new_id
from anxin.market.orders import queries as orders
from anxin.market.orders.errors import UnknownOrder
from anxin.market.orders.queries import LineFacts, OrderFacts
from anxin.market.people import queries as people
from anxin.market.people.queries import OrgKind
from anxin.market.service.domain import reviews as rules
from anxin.market.service.domain.reviews import HideReason, ReviewState, Stars
from anxin.market.service.errors import reviews as errors
from anxin.market.service.events import reviews as events
from anxin.market.service.models import Review, ReviewReport
from anxin.market.service.store import reviews as rows

__all__ = [
    "HideReason",
    "NewReview",
    "Stars",
    "Words",
    "add_to_review",
    "anonymise_reviews",
    "edit_review",
    "reply",
    "report_review",
    "take_vote_back",
    "vote_helpful",
    "write_review",
]


@dataclass(frozen=True)
class Words:
    """A text and pictures (keys of `infra.media`) that go with it."""

    text: str = ""
    pictures: tuple[str, ...] = ()

    def stripped(self) -> "Words":
        """Return it without space around the text and without repeated pictures."""
        return replace(self, text=self.text.strip(), pictures=tuple(dict.fromkeys(self.pictures)))


@dataclass(frozen=True)
class NewReview:
    """What a buyer says of one order line; a text is not needed, stars are."""

    stars: Stars
    words: Words = Words()
    anonymous: bool = False


@transactional
def write_review(order_id: UUID, line_id: UUID, review: NewReview, *, person_id: UUID, now: Instant) -> UUID:
    """Publish a buyer's review of one received order line, once; return its id.

    Raises NothingToReview, NotReviewable, AlreadyReviewed, OwnShopReview, BadStars and what is wrong with the words.
    """
    order, line = _bought(order_id, line_id, person_id)
    words = _checked(review.words)
    if not review.stars.are_in_range:
        raise errors.BadStars
    if not rules.may_review(order.received_at, now):
        raise errors.NotReviewable
    _check_stranger(order.shop_id, person_id)
    row = Review(
        id=new_id(),
        shop_id=order.shop_id,
        person_id=person_id,
        order_id=order.id,
        line_id=line.id,
        product_id=line.product_id,
        sku_id=line.sku_id,
        title=line.frozen.get("title", "")[:255],
        options=[str(value)[:120] for value in line.frozen.get("options", {}).values()],
        author=name_to_strangers(people.names_of([person_id]).get(person_id, "")),
        **_columns(review, words),
        written_at=now,
    )
    _insert(row)
    rows.recount(row, before=_nothing(row))
    publish(_written(row), shop_id=row.shop_id, now=now)
    return row.id


@transactional
def edit_review(review_id: UUID, review: NewReview, *, person_id: UUID, now: Instant) -> None:
    """Let the writer change a review within 24 hours. Raises UnknownReview, ReviewEditOver, BadStars …"""
    row = rows.locked_review(review_id, person_id=person_id, shown=True)
    if not rules.may_edit(row.written_at, now):
        raise errors.ReviewEditOver
    if not review.stars.are_in_range:
        raise errors.BadStars
    _change(row, **_columns(review, _checked(review.words)), edited_at=now)


@transactional
def add_to_review(review_id: UUID, words: Words, *, person_id: UUID, now: Instant) -> None:
    """Add a follow-up (追评) to a review, once and within 180 days. Raises UnknownReview, FollowUpOver, TextMissing …"""
    row = rows.locked_review(review_id, person_id=person_id, shown=True)
    checked = _checked(words)
    if not checked.text:
        raise errors.TextMissing
    if not rules.may_follow_up(row.written_at, row.followed_up_at, now):
        raise errors.FollowUpOver
    _change(row, follow_up=checked.text, follow_up_pictures=list(checked.pictures), followed_up_at=now)
    publish(events.ReviewFollowedUp(row.id, row.shop_id, row.product_id), shop_id=row.shop_id, now=now)


@transactional
def reply(review_id: UUID, text: str, *, shop_id: UUID, by: UUID, now: Instant) -> None:
    """Publish the merchant's answer to a review, or change it within the hour. Raises UnknownReview, ReplyOver, TextMissing."""
    row = rows.locked_review(review_id, shop_id=shop_id)
    written = text.strip()
    if not written:
        raise errors.TextMissing
    if len(written) > rules.REPLY_LENGTH_MAX:
        raise errors.TextTooLong(rules.REPLY_LENGTH_MAX)
    first = row.replied_at is None
    if row.replied_at is not None and not rules.may_edit_reply(row.replied_at, now):
        raise errors.ReplyOver
    _change(row, reply=written, replied_at=now if first else row.replied_at, replied_by=by)
    if first:
        publish(events.ReviewReplied(row.id, row.shop_id, row.person_id), shop_id=row.shop_id, now=now)


@transactional
def vote_helpful(review_id: UUID, *, person_id: UUID, now: Instant) -> None:
    """Say that a review helped; saying it again changes nothing. Raises UnknownReview, OwnVote."""
    _check_not_own(review_id, person_id)
    rows.SQL.run("vote_cast", id=new_id(), review_id=review_id, person_id=person_id, now=now)


@transactional
def take_vote_back(review_id: UUID, *, person_id: UUID) -> None:
    """Take one's vote back; without one nothing changes. Raises UnknownReview."""
    _check_not_own(review_id, person_id)
    rows.SQL.run("vote_take_back", review_id=review_id, person_id=person_id)


@transactional
def report_review(review_id: UUID, reason: HideReason, note: str, *, person_id: UUID, now: Instant) -> None:
    """Ask the operators to look at a review; a second report by the same person replaces the first, not a settled one."""
    if len(note.strip()) > rules.NOTE_LENGTH_MAX:
        raise errors.TextTooLong(rules.NOTE_LENGTH_MAX)
    row = rows.locked_review(review_id, shown=True)
    if row.person_id == person_id:
        raise errors.OwnVote
    facts = {"reason": reason.value, "note": note.strip(), "reported_at": now}
    known = ReviewReport.objects.filter(review_id=row.id, person_id=person_id).first()
    if known is not None and known.settled_at is not None:
        return
    ReviewReport.objects.update_or_create(
        review_id=row.id, person_id=person_id, defaults=facts, create_defaults={"id": new_id(), **facts}
    )
    if row.reported_at is None:
        _change(row, reported_at=now)
        publish(events.ReviewReported(row.id, row.shop_id, reason.value), shop_id=row.shop_id, now=now)


@transactional
def anonymise_reviews(person_id: UUID) -> int:
    """Leave a person's reviews to nobody; return how many changed. Doing it again changes nothing.

    Stars and words stay, for evaluations may not be removed (电商法 39), but name, contact data and pictures go: a picture
    cannot be made nobody's (个保法 4, 47). Notes to their reports go too.
    """
    ReviewReport.objects.filter(person_id=person_id).exclude(note="").update(note="")
    named = Review.objects.select_for_update().filter(person_id=person_id).exclude(author="").order_by("pk")
    for row in named:
        words = {"text": mask_contacts(row.text), "follow_up": mask_contacts(row.follow_up)}
        _change(row, author="", anonymous=True, pictures=[], follow_up_pictures=[], **words)
    return len(named)


def _bought(order_id: UUID, line_id: UUID, person_id: UUID) -> tuple[OrderFacts, LineFacts]:
    try:
        order = orders.order(order_id, person_id=person_id)
    except UnknownOrder as unknown:
        raise errors.NothingToReview from unknown
    line = next((line for line in order.lines if line.id == line_id), None)
    if line is None:
        raise errors.NothingToReview
    return order, line


def _check_stranger(shop_id: UUID, person_id: UUID) -> None:
    held = people.roles_of(person_id)
    if any(role.org_kind is OrgKind.SHOP and role.org_id == shop_id for role in held):
        raise errors.OwnShopReview


def _checked(words: Words) -> Words:
    """Return the words cleaned. Raises TextTooLong, TooManyPictures, UnknownPicture."""
    clean = words.stripped()
    if len(clean.text) > rules.TEXT_LENGTH_MAX:
        raise errors.TextTooLong(rules.TEXT_LENGTH_MAX)
    if len(clean.pictures) > rules.PICTURES_MAX:
        raise errors.TooManyPictures(rules.PICTURES_MAX)
    if not all(has_picture(key) for key in clean.pictures):
        raise errors.UnknownPicture
    return clean


def _columns(review: NewReview, words: Words) -> dict[str, Any]:
    return {
        "stars_product": review.stars.product,
        "stars_logistics": review.stars.logistics,
        "stars_service": review.stars.service,
        "text": words.text,
        "pictures": list(words.pictures),
        "anonymous": review.anonymous,
    }


def _insert(row: Review) -> None:
    try:
        with savepoint():
            row.save(force_insert=True)
    except IntegrityError as taken:
        raise errors.AlreadyReviewed from taken


def _nothing(row: Review) -> dict[str, int]:
    return dict.fromkeys(rows.weight(row), 0)


def _change(row: Review, **changes: Any) -> None:
    """Write columns of a locked review and let the rating follow."""
    before = rows.weight(row)
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])
    rows.recount(row, before)


def _written(row: Review) -> events.ReviewWritten:
    return events.ReviewWritten(
        review_id=row.id,
        shop_id=row.shop_id,
        product_id=row.product_id,
        order_id=row.order_id,
        person_id=row.person_id,
        stars_product=row.stars_product,
        stars_logistics=row.stars_logistics,
        stars_service=row.stars_service,
        written_at=row.written_at,
    )


def _check_not_own(review_id: UUID, person_id: UUID) -> None:
    row = Review.objects.filter(pk=review_id, state=ReviewState.SHOWN).only("person_id").first()
    if row is None:
        raise errors.UnknownReview
    if row.person_id == person_id:
        raise errors.OwnVote
