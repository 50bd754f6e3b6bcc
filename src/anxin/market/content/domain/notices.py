"""What people are told of: what others said to them, and what was decided about what they made. Pure."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice says."""

    COMMENT = "comment"  # somebody commented on one's post
    REPLY = "reply"  # somebody answered one's comment
    MENTION = "mention"  # a post names one as a creator
    PUBLISHED = "published"
    REJECTED = "rejected"
    HIDDEN = "hidden"  # an operator took it from the public
