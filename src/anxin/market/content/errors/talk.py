"""What is refused around posts."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind
from anxin.market.content.domain import talk as rules


class UnknownComment(AnxinError):
    """There is no such comment."""

    code = "content.unknown_comment"
    kind = Kind.NOT_FOUND


class UnknownShare(AnxinError):
    """This short link leads nowhere."""

    code = "content.unknown_share"
    kind = Kind.NOT_FOUND


class CommentsClosed(AnxinError):
    """The creator has closed the comments of this post."""

    code = "content.comments_closed"
    kind = Kind.CONFLICT


class CommentEmpty(AnxinError):
    """Write something first."""

    code = "content.comment_empty"


@dataclass(eq=False)
class CommentTooLong(AnxinError):
    """A comment may have up to {letters_max} letters."""

    letters_max: int = rules.COMMENT_LENGTH_MAX
    code = "content.comment_too_long"


@dataclass(eq=False)
class TooFast(AnxinError):
    """That was a lot in one minute. Wait a little."""

    code = "content.too_fast"
    kind = Kind.LIMITED


@dataclass(eq=False)
class BadKey(AnxinError):
    """A key has 1 to {letters_max} letters."""

    letters_max: int = rules.KEY_LENGTH_MAX
    code = "content.bad_key"


class KeyReused(AnxinError):
    """This key was used for another comment."""

    code = "content.key_reused"
    kind = Kind.CONFLICT


class UnknownReason(AnxinError):
    """Choose what is wrong with it."""

    code = "content.unknown_reason"
