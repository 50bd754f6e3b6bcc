"""Videos (短视频) and notes (图文): their life, who may see them, what they may hold. Pure."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.states import StateTable

TITLE_LENGTH_MAX = 60
CAPTION_LENGTH_MAX = 1_000
PICTURES_MIN, PICTURES_MAX = 1, 9
ANCHORS_MAX = 20
ANCHOR_LABEL_LENGTH_MAX = 20
ANCHOR_AT_MS_MAX = 301_000  # no video is longer (infra.transcoding)
TOPICS_MAX, MENTIONS_MAX = 10, 10
SCHEDULE_MIN, SCHEDULE_MAX = timedelta(minutes=5), timedelta(days=30)  # [CHOICE] ahead of now
OPEN_DRAFTS_MAX = 200
NOTE_LENGTH_MAX = 500


class PostKind(StrEnum):
    """What a post is made of."""

    VIDEO = "video"
    NOTE = "note"


class PostState(StrEnum):
    """Where a post stands."""

    DRAFT = "draft"
    PROCESSING = "processing"  # handed in, its video is still being prepared
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"  # approved, waits for its moment
    PUBLIC = "public"
    REJECTED = "rejected"
    HIDDEN = "hidden"  # taken from the public by an operator
    REMOVED = "removed"  # by its creator, for good


STANDING = (PostState.SCHEDULED, PostState.PUBLIC)  # passed its review, and is shown or will be


class Visibility(StrEnum):
    """Who may see a public post."""

    PUBLIC = "public"
    FOLLOWERS = "followers"
    PRIVATE = "private"


class RejectReason(StrEnum):
    """Why a post is not shown. The classes are those of the rulebook (DOMAIN 2.2)."""

    FALSE_ADVERTISING = "false_advertising"  # 虚假宣传
    BAD_MARKETING = "bad_marketing"  # 违规营销内容
    SOB_STORY = "sob_story"  # 卖惨带货
    OFF_PLATFORM = "off_platform"  # 引流站外
    FORBIDDEN_GOODS = "forbidden_goods"  # 禁售
    INFRINGEMENT = "infringement"  # 侵权
    MINORS = "minors"  # 侵害未成年人
    VULGAR = "vulgar"  # 色情低俗
    POOR_QUALITY = "poor_quality"  # blurred, black, unrelated to the goods
    MEDIA = "media"  # the file could not be prepared


_S = PostState
LIFE: StateTable[PostState] = StateTable(
    aggregate="post",
    initial=_S.DRAFT,
    steps={
        (_S.DRAFT, "process"): _S.PROCESSING,
        (_S.DRAFT, "submit"): _S.IN_REVIEW,
        (_S.DRAFT, "remove"): _S.REMOVED,
        (_S.PROCESSING, "submit"): _S.IN_REVIEW,
        (_S.PROCESSING, "reject"): _S.REJECTED,
        (_S.PROCESSING, "withdraw"): _S.DRAFT,
        (_S.PROCESSING, "remove"): _S.REMOVED,
        (_S.IN_REVIEW, "approve"): _S.PUBLIC,
        (_S.IN_REVIEW, "schedule"): _S.SCHEDULED,
        (_S.IN_REVIEW, "reject"): _S.REJECTED,
        (_S.IN_REVIEW, "withdraw"): _S.DRAFT,
        (_S.IN_REVIEW, "remove"): _S.REMOVED,
        (_S.SCHEDULED, "publish"): _S.PUBLIC,
        (_S.SCHEDULED, "withdraw"): _S.DRAFT,
        (_S.SCHEDULED, "hide"): _S.HIDDEN,
        (_S.SCHEDULED, "remove"): _S.REMOVED,
        (_S.REJECTED, "withdraw"): _S.DRAFT,
        (_S.REJECTED, "remove"): _S.REMOVED,
        (_S.PUBLIC, "withdraw"): _S.DRAFT,
        (_S.PUBLIC, "hide"): _S.HIDDEN,
        (_S.PUBLIC, "remove"): _S.REMOVED,
        (_S.HIDDEN, "restore"): _S.PUBLIC,
        (_S.HIDDEN, "remove"): _S.REMOVED,
    },
)


@dataclass(frozen=True)
class Anchor:
    """A product in a post (商品锚点): at `at_ms` of a video, 0 in a note; `label` is a few words instead of its title."""

    product_id: UUID
    at_ms: int = 0
    label: str = ""


def handing_in(*, waits_for_media: bool) -> str:
    """Return the verb by which a draft is handed in."""
    return "process" if waits_for_media else "submit"


def approving(publish_at: Instant | None, now: Instant) -> str:
    """Return the verb by which an operator lets a post pass: at once, or waiting for its moment."""
    return "schedule" if publish_at is not None and publish_at > now else "approve"


def may_schedule(publish_at: Instant, now: Instant) -> bool:
    """Say whether a moment is far enough ahead, and not too far."""
    return now + SCHEDULE_MIN <= publish_at <= now + SCHEDULE_MAX


def is_seen(visibility: Visibility, *, is_speaker: bool, is_follower: bool) -> bool:
    """Say whether somebody may see a public post of this visibility."""
    if visibility is Visibility.PUBLIC or is_speaker:
        return True
    return visibility is Visibility.FOLLOWERS and is_follower
