"""What reviews refuse."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class UnknownReview(AnxinError):
    """There is no such review."""

    code = "service.unknown_review"
    kind = Kind.NOT_FOUND


class NothingToReview(AnxinError):
    """There is no such item among your orders."""

    code = "service.nothing_to_review"
    kind = Kind.NOT_FOUND


class NotReviewable(AnxinError):
    """An item can be reviewed after its receipt, for 180 days."""

    code = "service.not_reviewable"
    kind = Kind.CONFLICT


class AlreadyReviewed(AnxinError):
    """You have reviewed this item already."""

    code = "service.already_reviewed"
    kind = Kind.CONFLICT


class OwnShopReview(AnxinError):
    """Staff cannot review the goods of their own shop."""

    code = "service.own_shop_review"
    kind = Kind.FORBIDDEN


class ReviewEditOver(AnxinError):
    """A review can be changed for 24 hours."""

    code = "service.review_edit_over"
    kind = Kind.CONFLICT


class FollowUpOver(AnxinError):
    """More can be added to a review once, within 180 days."""

    code = "service.follow_up_over"
    kind = Kind.CONFLICT


class ReplyOver(AnxinError):
    """A reply can be changed for an hour."""

    code = "service.reply_over"
    kind = Kind.CONFLICT


class BadStars(AnxinError):
    """Stars are 1 to 5 for the product, the delivery and the service."""

    code = "service.bad_stars"
    kind = Kind.INVALID


@dataclass(eq=False)
class TextTooLong(AnxinError):
    """This text is longer than {length_max} characters."""

    length_max: int
    code = "service.text_too_long"
    kind = Kind.INVALID


class TextMissing(AnxinError):
    """Write something."""

    code = "service.text_missing"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooManyPictures(AnxinError):
    """Up to {count_max} pictures can be added."""

    count_max: int
    code = "service.too_many_pictures"
    kind = Kind.INVALID


class UnknownPicture(AnxinError):
    """One of the pictures was not uploaded."""

    code = "service.unknown_picture"
    kind = Kind.INVALID


class ReviewNotShown(AnxinError):
    """This review is hidden already."""

    code = "service.review_not_shown"
    kind = Kind.CONFLICT


class ReviewNotHidden(AnxinError):
    """This review is not hidden."""

    code = "service.review_not_hidden"
    kind = Kind.CONFLICT


class NoReportOpen(AnxinError):
    """No report of this review waits for a decision."""

    code = "service.no_report_open"
    kind = Kind.CONFLICT


class OwnVote(AnxinError):
    """One's own review cannot be voted for or reported."""

    code = "service.own_vote"
    kind = Kind.CONFLICT


class DeciderIsParty(AnxinError):
    """Nobody decides about what they wrote themselves."""

    code = "service.decider_is_party"
    kind = Kind.FORBIDDEN
