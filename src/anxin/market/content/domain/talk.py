"""What people do with posts: likes, comments, favourites, shares. Pure."""

from datetime import timedelta
from enum import StrEnum

COMMENT_LENGTH_MAX = 300
KEY_LENGTH_MAX = 64
MINUTE = timedelta(minutes=1)
LIKES_A_MINUTE_MAX = 120  # [CHOICE], as all of these
COMMENTS_A_MINUTE_MAX = 15
FAVOURITES_A_MINUTE_MAX = 60
SHARES_A_MINUTE_MAX = 30
REPORT_NOTE_LENGTH_MAX = 300
CODE_LENGTH = 10  # of a short link: 50 random bits


class CommentState(StrEnum):
    """Whether the public reads a comment."""

    SHOWN = "shown"
    HIDDEN = "hidden"  # by an operator or the post's creator
    REMOVED = "removed"  # by its writer


class ReportReason(StrEnum):
    """Why somebody says that a post or comment breaks the rules."""

    ILLEGAL = "illegal"
    FALSE_ADVERTISING = "false_advertising"
    VULGAR = "vulgar"
    INSULT = "insult"
    PRIVACY = "privacy"
    INFRINGEMENT = "infringement"
    SPAM = "spam"
    OTHER = "other"


class Count(StrEnum):
    """The counters of a post or comment, as kinds of `infra.tallies`."""

    LIKES = "likes"
    COMMENTS = "comments"  # of a post: those shown, replies among them
    REPLIES = "replies"  # of a comment
    FAVOURITES = "favourites"
    SHARES = "shares"
    OPENS = "opens"  # of short links
