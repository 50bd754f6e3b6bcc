"""What may be said in a conversation (会话) between a buyer and a shop, and how texts are cleaned. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from anxin.market.service.errors.conversations import NothingSaid, TooLong, TooManyPictures

TEXT_LENGTH_MAX = 2000
PREVIEW_LENGTH = 80
PICTURES_MAX = 4  # a message
KEY_LENGTH_MAX = 64
QUICK_REPLIES_MAX = 50
QUICK_REPLY_TITLE_MAX = 30

RATE_WINDOW = timedelta(minutes=1)
RATE_MAX = 20  # messages of one side of a conversation within RATE_WINDOW
OPENING_WINDOW = timedelta(days=1)
OPENED_MAX = 50  # conversations that a person may begin within OPENING_WINDOW

_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")  # letters that make a line read backwards
_BLANK_LINES = re.compile(r"\n{3,}")


class Side(StrEnum):
    """Who speaks; the system only notes what happened."""

    BUYER = "buyer"
    SHOP = "shop"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """What a message is."""

    TEXT = "text"
    PICTURES = "pictures"
    PRODUCT = "product"  # a card; its facts are those of the moment
    ORDER = "order"
    NOTE = "note"  # a system line


class Note(StrEnum):
    """What a system line says; faces have the words."""

    ORDER_PAID = "order_paid"
    ORDER_SHIPPED = "order_shipped"
    ORDER_RECEIVED = "order_received"
    ORDER_REFUNDED = "order_refunded"
    CLAIM_OPENED = "claim_opened"
    CLAIM_AGREED = "claim_agreed"
    CLAIM_REFUSED = "claim_refused"


@dataclass(frozen=True)
class Picture:
    """A private picture: its name in the vault, and its size so that a page keeps room for it."""

    name: str
    width: int
    height: int


@dataclass(frozen=True)
class NewMessage:
    """What somebody wants to say: text, pictures with or without text, or one card. `key` makes saying it twice once."""

    key: str
    text: str = ""
    pictures: tuple[Picture, ...] = ()
    product_id: UUID | None = None
    order_id: UUID | None = None

    @property
    def kind(self) -> MessageKind:
        """What it is; a card comes before what was written with it."""
        if self.order_id is not None:
            return MessageKind.ORDER
        if self.product_id is not None:
            return MessageKind.PRODUCT
        return MessageKind.PICTURES if self.pictures else MessageKind.TEXT


@dataclass(frozen=True)
class Preview:
    """The last message of a conversation as lists show it."""

    side: Side
    kind: MessageKind
    text: str = field(default="")


def cleaned(text: str, limit: int = TEXT_LENGTH_MAX) -> str:
    """Return a text without control characters, direction overrides and walls of blank lines. Raises TooLong."""
    plain = _OVERRIDES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(letter for letter in plain if letter == "\n" or unicodedata.category(letter) != "Cc")
    short = _BLANK_LINES.sub("\n\n", kept).strip()
    if len(short) > limit:
        raise TooLong(limit)
    return short


def check_message(message: NewMessage) -> NewMessage:
    """Return the message with its text cleaned. Raises NothingSaid, TooLong, TooManyPictures."""
    text = cleaned(message.text)
    if len(message.pictures) > PICTURES_MAX:
        raise TooManyPictures(PICTURES_MAX)
    if message.kind is MessageKind.TEXT and not text:
        raise NothingSaid
    return NewMessage(message.key[:KEY_LENGTH_MAX], text, message.pictures, message.product_id, message.order_id)


def preview_of(text: str) -> str:
    """Return the beginning of a text on one line."""
    return " ".join(text.split())[:PREVIEW_LENGTH]
