"""Reviews (评价) of what was bought: who may write what until when. Pure.

The right to judge is the buyer's: no review is made for them, none is deleted, and only one that breaks the law is hidden,
with the reason shown in its place (电商法 39).
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from anxin.kernel.clock import Instant

REVIEW_WINDOW = timedelta(days=180)  # [CHOICE] after receipt
EDIT_WINDOW = timedelta(hours=24)  # [CHOICE] after writing
FOLLOW_UP_WINDOW = timedelta(days=180)  # 追评: once, after the first review
REPLY_EDIT_WINDOW = timedelta(hours=1)
STARS_MIN, STARS_MAX = 1, 5
POOR_STARS_MAX, FAIR_STARS = 2, 3
PICTURES_MAX = 9
TEXT_LENGTH_MAX = 1_000
REPLY_LENGTH_MAX = 500
NOTE_LENGTH_MAX = 500


class ReviewState(StrEnum):
    """Whether the public may read a review."""

    SHOWN = "shown"
    HIDDEN = "hidden"


class HideReason(StrEnum):
    """Why a review breaks the law; nothing else is a reason to hide one."""

    ILLEGAL = "illegal"  # 网络信息内容生态治理规定 6
    PRIVACY = "privacy"  # 民法典 1032, 个人信息保护法
    INSULT = "insult"  # 民法典 1024
    ADVERTISING = "advertising"  # 互联网广告管理办法 9: advertising in disguise
    FABRICATED = "fabricated"  # 反不正当竞争法 8: bought or invented


class Filter(StrEnum):
    """The tabs above a list of reviews."""

    ALL = "all"
    PICTURES = "pictures"
    FOLLOW_UP = "follow_up"
    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


STARS_OF: dict[Filter, tuple[int, ...]] = {Filter.GOOD: (4, 5), Filter.FAIR: (3,), Filter.POOR: (1, 2)}


@dataclass(frozen=True)
class Stars:
    """What a buyer thinks of the goods, their delivery and the shop's service, 1 to 5 each."""

    product: int
    logistics: int
    service: int

    @property
    def are_in_range(self) -> bool:
        """Whether each is one of 1 to 5."""
        return all(STARS_MIN <= count <= STARS_MAX for count in (self.product, self.logistics, self.service))


def may_review(received_at: Instant | None, now: Instant) -> bool:
    """Say whether a line may be reviewed: after receipt, within the window."""
    return received_at is not None and received_at <= now < received_at + REVIEW_WINDOW


def may_edit(written_at: Instant, now: Instant) -> bool:
    """Say whether a review may still be changed by its writer."""
    return now < written_at + EDIT_WINDOW


def may_follow_up(written_at: Instant, followed_up_at: Instant | None, now: Instant) -> bool:
    """Say whether more may be added to a review."""
    return followed_up_at is None and now < written_at + FOLLOW_UP_WINDOW


def may_edit_reply(replied_at: Instant, now: Instant) -> bool:
    """Say whether the merchant may still change the reply."""
    return now < replied_at + REPLY_EDIT_WINDOW
