"""Talking: open, say, read. One function one transaction; hints go to open pages after the commit."""

import io
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from PIL import Image

from anxin.infra import vault
from anxin.infra.outbox import publish
from anxin.infra.push import push
from anxin.infra.tx import transactional
from anxin.infra.uploads import clean_picture
from anxin.kernel.clock import Instant
from anxin.kernel.ids import public_id
from anxin.kernel.live import topic
from anxin.market.catalog import queries as catalog
from anxin.market.orders import queries as orders
from anxin.market.orders.errors import UnknownOrder
from anxin.market.service.domain.conversations import (
    OPENED_MAX,
    OPENING_WINDOW,
    PICTURES_MAX,
    RATE_MAX,
    RATE_WINDOW,
    MessageKind,
    NewMessage,
    Note,
    Picture,
    Side,
    check_message,
)
from anxin.market.service.errors.conversations import (
    CardOfAnother,
    TooManyConversations,
    TooManyMessages,
    TooManyPictures,
    UnknownConversation,
)
from anxin.market.service.events.conversations import MessageSent
from anxin.market.service.models import Conversation, Message
from anxin.market.service.store import conversations as store
from anxin.market.service.store.conversations import Line
from anxin.market.shops import queries as shops

__all__ = [
    "NewMessage",
    "Note",
    "Picture",
    "Side",
    "buyer_topic",
    "kept_pictures",
    "note",
    "open_for_order",
    "read_by_buyer",
    "read_by_shop",
    "say_to_buyer",
    "say_to_shop",
    "shop_topic",
]

CONVERSATION_PREFIX = "cnv"


def buyer_topic(person_id: UUID) -> str:
    """Return the topic of all that a buyer's open pages are told."""
    return topic("person", person_id)


def shop_topic(shop_id: UUID) -> str:
    """Return the topic of all that the open pages of a shop's staff are told."""
    return topic("shop", shop_id)


def kept_pictures(files: Sequence[bytes]) -> tuple[Picture, ...]:
    """Clean uploaded pictures and keep them privately; call it before `say_…`, outside the transaction.

    Raises TooManyPictures, UploadTooLarge, UploadNotAPicture, PictureTooBig; nothing is kept then.
    """
    if len(files) > PICTURES_MAX:
        raise TooManyPictures(PICTURES_MAX)
    clean = [clean_picture(data) for data in files]
    return tuple(Picture(vault.keep(jpeg), *Image.open(io.BytesIO(jpeg)).size) for jpeg in clean)


@transactional
def say_to_shop(shop_id: UUID, message: NewMessage, *, person_id: UUID, now: Instant) -> Message:
    """Say something to a shop as its buyer; the first message opens the conversation.

    The same key again returns what was said then. Raises UnknownShop, NothingSaid, TooLong, TooManyPictures,
    CardOfAnother, TooManyMessages, TooManyConversations.
    """
    checked = check_message(message)
    shops.shop(shop_id)
    conversation, is_new = store.opened(person_id, shop_id, now=now)
    if is_new:
        _check_openings(person_id, now=now)
    return _say(conversation, checked, Side.BUYER, person_id, now=now)


@transactional
def say_to_buyer(conversation_id: UUID, message: NewMessage, *, shop_id: UUID, by: UUID, now: Instant) -> Message:
    """Say something to a buyer as a shop. Raises UnknownConversation, for another shop's too, and as `say_to_shop`."""
    checked = check_message(message)
    return _say(store.locked(pk=conversation_id, shop_id=shop_id), checked, Side.SHOP, by, now=now)


@transactional
def open_for_order(order_id: UUID, *, shop_id: UUID, now: Instant) -> UUID:
    """Return the conversation with the buyer of one of the shop's orders, so that the shop may speak first.

    Raises UnknownOrder, for another shop's order too.
    """
    order = orders.order(order_id, shop_id=shop_id)
    return store.opened(order.person_id, shop_id, now=now)[0].pk


@transactional
def note(order_id: UUID, what: Note, *, key: str, now: Instant) -> None:
    """Note in the conversation of an order's buyer and shop, if they have one, that something happened to it; once a key."""
    person_id, shop_id = orders.sides_of(order_id)
    try:
        conversation = store.locked(shop_id=shop_id, person_id=person_id)
    except UnknownConversation:
        return
    if store.said_before(conversation, Side.SYSTEM, key) is None:
        line = Line(Side.SYSTEM, MessageKind.NOTE, key, order_id=order_id, facts={"note": what.value})
        _hint(conversation, store.write(conversation, line, now=now).seq)


@transactional
def read_by_buyer(shop_id: UUID, upto_seq: int, *, person_id: UUID) -> None:
    """Mark what the shop said up to `upto_seq` as read. Raises UnknownConversation."""
    _read(store.locked(shop_id=shop_id, person_id=person_id), Side.BUYER, upto_seq)


@transactional
def read_by_shop(conversation_id: UUID, upto_seq: int, *, shop_id: UUID) -> None:
    """Mark what the buyer said up to `upto_seq` as read. Raises UnknownConversation."""
    _read(store.locked(pk=conversation_id, shop_id=shop_id), Side.SHOP, upto_seq)


def _say(conversation: Conversation, message: NewMessage, side: Side, author_id: UUID, *, now: Instant) -> Message:
    before = store.said_before(conversation, side, message.key)
    if before is not None:
        return before
    if store.said_since(conversation, side, now - RATE_WINDOW) >= RATE_MAX:
        raise TooManyMessages
    line = Line(
        side,
        message.kind,
        message.key,
        message.text,
        author_id,
        message.order_id,
        FACTS_OF[message.kind](conversation, message),
    )
    said = store.write(conversation, line, now=now)
    publish(_sent(conversation, said), now=now, shop_id=conversation.shop_id)
    _hint(conversation, said.seq)
    return said


def _sent(conversation: Conversation, said: Message) -> MessageSent:
    return MessageSent(
        message_id=said.pk,
        conversation_id=conversation.pk,
        shop_id=conversation.shop_id,
        person_id=conversation.person_id,
        order_id=said.order_id,
        side=said.side,
        kind=said.kind,
        sent_at=said.sent_at,
    )


def _read(conversation: Conversation, side: Side, upto_seq: int) -> None:
    read, unread = f"{side}_read_seq", f"{side}_unread"
    upto = min(upto_seq, conversation.last_seq)
    if upto <= getattr(conversation, read):
        return
    other = Side.SHOP if side is Side.BUYER else Side.BUYER
    left = Message.objects.filter(conversation=conversation, side=other, seq__gt=upto).count()
    Conversation.objects.filter(pk=conversation.pk).update(**{read: upto, unread: left})
    _hint(conversation, conversation.last_seq, kind="read")


def _hint(conversation: Conversation, seq: int, kind: str = "message") -> None:
    """Tell open pages of both sides which conversation moved, and nothing of what was said."""
    facts = {"kind": kind, "conversation": public_id(CONVERSATION_PREFIX, conversation.pk), "seq": seq}
    push(buyer_topic(conversation.person_id), **facts)
    push(shop_topic(conversation.shop_id), **facts)


def _check_openings(person_id: UUID, *, now: Instant) -> None:
    recent = Conversation.objects.filter(person_id=person_id, opened_at__gt=now - OPENING_WINDOW)
    if recent.count() > OPENED_MAX:
        raise TooManyConversations


def _no_facts(_conversation: Conversation, _message: NewMessage) -> dict[str, Any]:
    return {}


def _picture_facts(_conversation: Conversation, message: NewMessage) -> dict[str, Any]:
    return {"pictures": [{"name": p.name, "width": p.width, "height": p.height} for p in message.pictures]}


def _product_facts(conversation: Conversation, message: NewMessage) -> dict[str, Any]:
    """Return the product as it is offered at this moment: what was shown may matter later."""
    cards = catalog.cards([message.product_id] if message.product_id else [])
    if not cards or cards[0].shop_id != conversation.shop_id:
        raise CardOfAnother
    card = cards[0]
    return {
        "product_id": str(card.id),
        "title": card.title,
        "title_en": card.title_en,
        "picture": card.picture,
        "price_minor": card.price_min_minor,
    }


def _order_facts(conversation: Conversation, message: NewMessage) -> dict[str, Any]:
    try:
        order = orders.order(message.order_id, person_id=conversation.person_id, shop_id=conversation.shop_id)  # type: ignore[arg-type]
    except UnknownOrder as strange:
        raise CardOfAnother from strange
    first = order.lines[0].frozen
    return {
        "order_id": str(order.id),
        "title": first.get("title", ""),
        "title_en": first.get("title_en", ""),
        "picture": first.get("picture", ""),
        "pieces": sum(line.quantity for line in order.lines),
        "total_minor": order.total_minor,
        "state": order.state.value,
    }


FACTS_OF: dict[MessageKind, Callable[[Conversation, NewMessage], dict[str, Any]]] = {
    MessageKind.TEXT: _no_facts,
    MessageKind.PICTURES: _picture_facts,
    MessageKind.PRODUCT: _product_facts,
    MessageKind.ORDER: _order_facts,
}
