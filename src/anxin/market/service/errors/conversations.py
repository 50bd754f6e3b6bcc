"""What a conversation refuses."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class UnknownConversation(AnxinError):
    """There is no such conversation."""

    code = "service.unknown_conversation"
    kind = Kind.NOT_FOUND


class UnknownQuickReply(AnxinError):
    """There is no such quick reply."""

    code = "service.unknown_quick_reply"
    kind = Kind.NOT_FOUND


class NothingSaid(AnxinError):
    """Write something or choose a picture."""

    code = "service.nothing_said"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooLong(AnxinError):
    """This text may have up to {letters_max} letters."""

    letters_max: int
    code = "service.message_too_long"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooManyPictures(AnxinError):
    """A message may have up to {pictures_max} pictures."""

    pictures_max: int
    code = "service.too_many_message_pictures"
    kind = Kind.INVALID


class CardOfAnother(AnxinError):
    """Only products of this shop, and orders between the two of you, can be shown here."""

    code = "service.card_of_another"
    kind = Kind.INVALID


class TooManyMessages(AnxinError):
    """That was a lot in a short time. Wait a minute, then go on."""

    code = "service.too_many_messages"
    kind = Kind.LIMITED


class TooManyConversations(AnxinError):
    """You began many conversations today. Go on with those, or come back tomorrow."""

    code = "service.too_many_conversations"
    kind = Kind.LIMITED


@dataclass(eq=False)
class TooManyQuickReplies(AnxinError):
    """A shop may keep up to {replies_max} quick replies."""

    replies_max: int
    code = "service.too_many_quick_replies"
    kind = Kind.CONFLICT


class QuickReplyNameTaken(AnxinError):
    """There is a quick reply with this title already."""

    code = "service.quick_reply_taken"
    kind = Kind.CONFLICT
