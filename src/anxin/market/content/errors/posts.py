"""What posts refuse."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind
from anxin.market.content.domain import posts as rules


class UnknownPost(AnxinError):
    """There is no such video or note."""

    code = "content.unknown_post"
    kind = Kind.NOT_FOUND


class VideoMissing(AnxinError):
    """A video needs an uploaded file."""

    code = "content.video_missing"
    at_field = "media"


class VideoNotWhole(AnxinError):
    """The upload of this video is not finished."""

    code = "content.video_not_whole"
    at_field = "media"
    kind = Kind.CONFLICT


class VideoRefused(AnxinError):
    """This file could not be prepared. Upload another."""

    code = "content.video_refused"
    at_field = "media"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class PicturesWrong(AnxinError):
    """A note has {pictures_min} to {pictures_max} pictures."""

    pictures_min: int = rules.PICTURES_MIN
    pictures_max: int = rules.PICTURES_MAX
    code = "content.pictures_wrong"
    at_field = "pictures"


class PictureUnknown(AnxinError):
    """Upload every picture before you use it."""

    code = "content.picture_unknown"
    at_field = "pictures"


@dataclass(eq=False)
class PostTextTooLong(AnxinError):
    """This text may have up to {letters_max} letters."""

    letters_max: int
    code = "content.text_too_long"


class CaptionMissing(AnxinError):
    """Say something about it: a caption is needed before a post can be handed in."""

    code = "content.caption_missing"
    at_field = "caption"


@dataclass(eq=False)
class TopicsTooMany(AnxinError):
    """A caption has up to {topics_max} topics and as many mentions."""

    topics_max: int = rules.TOPICS_MAX
    code = "content.topics_too_many"
    at_field = "caption"


@dataclass(eq=False)
class AnchorsTooMany(AnxinError):
    """A post shows up to {anchors_max} products, each once."""

    anchors_max: int = rules.ANCHORS_MAX
    code = "content.anchors_too_many"
    at_field = "products"


class AnchorBeyondEnd(AnxinError):
    """A product's moment lies within the video."""

    code = "content.anchor_beyond_end"
    at_field = "products"


class ScheduleWrong(AnxinError):
    """A post can be planned from five minutes to thirty days ahead."""

    code = "content.schedule_wrong"
    at_field = "publish_at"


class NotEditable(AnxinError):
    """Take this post back before you change it."""

    code = "content.not_editable"
    kind = Kind.CONFLICT


class DraftChanged(AnxinError):
    """This draft was changed elsewhere meanwhile. Nothing of yours was saved, and nothing of it is lost."""

    code = "content.draft_changed"
    kind = Kind.CONFLICT


class NotScheduled(AnxinError):
    """This post is not planned any more."""

    code = "content.not_scheduled"
    kind = Kind.CONFLICT


class NotStanding(AnxinError):
    """Products are changed like this where a post is public or planned. Take any other back and edit it."""

    code = "content.not_standing"
    kind = Kind.CONFLICT


class NotInShowcase(AnxinError):
    """A product that joins a public post is one of your showcase. Put it there first."""

    code = "content.not_in_showcase"
    at_field = "products"


class LabelUnreviewed(AnxinError):
    """An operator reads new labels. Leave the label empty, or take the post back to change it."""

    code = "content.label_unreviewed"
    at_field = "products"


@dataclass(eq=False)
class DraftsTooMany(AnxinError):
    """There may be up to {drafts_max} drafts. Remove some."""

    drafts_max: int = rules.OPEN_DRAFTS_MAX
    code = "content.drafts_too_many"
    kind = Kind.CONFLICT


class ReasonMissing(AnxinError):
    """Choose at least one reason."""

    code = "content.reason_missing"


class ReviewerIsParty(AnxinError):
    """Nobody decides about their own post."""

    code = "content.reviewer_is_party"
    kind = Kind.FORBIDDEN
