"""How conversations are said to people: bubbles, cards, notes, previews. Shared by storefront, studio and desk."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy, ngettext

from anxin.faces.language import reads_chinese
from anxin.infra.media import Size, picture_url
from anxin.infra.uploads import UPLOAD_BYTES_MAX, UploadTooLarge
from anxin.kernel.ids import new_id, parse_public_id, public_id
from anxin.kernel.letters import first_letter
from anxin.market.service.commands.conversations import NewMessage, kept_pictures
from anxin.market.service.queries.conversations import (
    PICTURES_MAX,
    ConversationFacts,
    MessageFacts,
    MessageKind,
    Note,
    Side,
)

PAUSE = timedelta(minutes=5)  # after which a line says what time it is
CONVERSATION, MESSAGE = "cnv", "msg"

NOTES = {
    Note.ORDER_PAID.value: gettext_lazy("The order is paid"),
    Note.ORDER_SHIPPED.value: gettext_lazy("A parcel is on its way"),
    Note.ORDER_RECEIVED.value: gettext_lazy("The buyer has the goods"),
    Note.ORDER_REFUNDED.value: gettext_lazy("Money went back to the buyer"),
    Note.CLAIM_OPENED.value: gettext_lazy("The buyer asked for after-sale service"),
    Note.CLAIM_AGREED.value: gettext_lazy("The after-sale request was agreed to"),
    Note.CLAIM_REFUSED.value: gettext_lazy("The shop refused the after-sale request; the buyer may ask the platform"),
}

KINDS = {
    MessageKind.PICTURES: gettext_lazy("[Picture]"),
    MessageKind.PRODUCT: gettext_lazy("[Product]"),
    MessageKind.ORDER: gettext_lazy("[Order]"),
}


@dataclass(frozen=True)
class Shown:
    """A picture of a message: where it is, and the room that it needs."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class CardView:
    """A product or an order in a message."""

    title: str
    picture: str
    amount_minor: int
    url: str
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A message as one side sees it. `seen`: the other side has read it. `pause_at`: the time, where time passed before it."""

    seq: int
    is_mine: bool
    is_note: bool
    text: str
    pictures: tuple[Shown, ...]
    card: CardView | None
    at: datetime
    pause_at: datetime | None
    seen: bool
    author: str
    order: str


@dataclass(frozen=True)
class Reader:
    """From which side a conversation is read, and the addresses that things have there."""

    side: Side
    other_read_seq: int
    product_url: Callable[[str], str]
    order_url: Callable[[str], str]
    picture_url: Callable[[UUID, int], str]
    authors: dict[UUID, str]


def lines(messages: Iterable[MessageFacts], reader: Reader, before: datetime | None = None) -> list[Line]:
    """Return messages as lines; `before` is when the one before them was sent."""
    shown = []
    for message in messages:
        pause = message.sent_at if before is None or message.sent_at - before >= PAUSE else None
        shown.append(_line(message, reader, pause))
        before = message.sent_at
    return shown


def preview(facts: ConversationFacts) -> str:
    """Return the last message in a few words."""
    last = facts.preview
    if last.kind is MessageKind.NOTE:
        return str(NOTES.get(last.text, ""))
    return " ".join(filter(None, (str(KINDS.get(last.kind, "")), last.text)))


def initial(name: str) -> str:
    """Return the letter that stands for somebody without a picture."""
    return first_letter(name).upper() or "·"


def message_of_form(request: HttpRequest) -> NewMessage:
    """Return what a chat form says; its pictures are cleaned and kept. Raises as `kept_pictures`, BadIdentifier."""
    told = request.POST
    files = request.FILES.getlist("pictures")
    return NewMessage(
        key=told.get("key", "") or str(new_id()),
        text=told.get("text", ""),
        pictures=kept_pictures(_bytes(files[: PICTURES_MAX + 1])) if files else (),
        product_id=parse_public_id("prd", told["product"]) if told.get("product") else None,
        order_id=parse_public_id("ord", told["order"]) if told.get("order") else None,
    )


def number_of(text: str | None) -> int:
    """Return the number that an address names, 0 for nonsense."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


def _bytes(files: Sequence[Any]) -> list[bytes]:
    if any((file.size or 0) > UPLOAD_BYTES_MAX for file in files):
        raise UploadTooLarge
    return [file.read() for file in files]


def _line(message: MessageFacts, reader: Reader, pause: datetime | None) -> Line:
    is_note = message.kind is MessageKind.NOTE
    return Line(
        seq=message.seq,
        is_mine=message.side is reader.side,
        is_note=is_note,
        text=_text(message),
        pictures=tuple(
            Shown(reader.picture_url(message.id, number), one.width, one.height)
            for number, one in enumerate(message.pictures)
        ),
        card=_card(message, reader),
        at=message.sent_at,
        pause_at=pause,
        seen=message.seq <= reader.other_read_seq,
        author=reader.authors.get(message.author_id, "") if message.author_id and message.side is Side.SHOP else "",
        order=reader.order_url(public_id("ord", message.order_id)) if is_note and message.order_id else "",
    )


def _text(message: MessageFacts) -> str:
    if message.kind is MessageKind.NOTE:
        return str(NOTES.get(message.facts.get("note", ""), ""))
    if message.side is Side.BUYER and message.kind is MessageKind.TEXT and not message.text:
        return gettext("(removed at the buyer's wish)")
    return message.text


def _card(message: MessageFacts, reader: Reader) -> CardView | None:
    facts = message.facts
    if message.kind not in {MessageKind.PRODUCT, MessageKind.ORDER} or not facts:
        return None
    title = facts["title"] if reads_chinese() else facts["title_en"] or facts["title"]
    picture = picture_url(facts["picture"], Size.THUMB)
    if message.kind is MessageKind.PRODUCT:
        url = reader.product_url(public_id("prd", UUID(facts["product_id"])))
        return CardView(title, picture, facts["price_minor"], url)
    pieces = facts["pieces"]
    note = ngettext("Order, %(pieces)s piece", "Order, %(pieces)s pieces", pieces) % {"pieces": pieces}
    return CardView(
        title, picture, facts["total_minor"], reader.order_url(public_id("ord", UUID(facts["order_id"]))), note
    )
