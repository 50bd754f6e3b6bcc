"""Conversations between buyers and shops, for programs of both: what was said, saying something, how fast a shop answers."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import (
    Answer,
    Body,
    ConversationId,
    MessageId,
    OrderId,
    PageAnswer,
    PageQuery,
    ProductId,
    ShopId,
    page_answer,
)
from anxin.faces.api.idempotency import idempotent, key_of
from anxin.faces.live import TICKET_LIFE, ticket_url
from anxin.infra.clock import now
from anxin.kernel.page import Page
from anxin.market.service.commands import conversations as commands
from anxin.market.service.queries import conversations as queries
from anxin.market.service.queries.conversations import TEXT_LENGTH_MAX, ConversationFacts

router = Router()
SEQ_MAX = 2_000_000_000


class MessageIn(Body):
    """What is to be said: a text, a product or an order, or a card with a text."""

    text: str = Field("", max_length=TEXT_LENGTH_MAX)
    product: ProductId | None = None
    order: OrderId | None = None


class ReadIn(Body):
    """Up to which message everything was read."""

    upto: int = Field(ge=0, le=SEQ_MAX)


class MessageOut(Answer):
    """Something said; `facts` are those of its card or system line, as they were then. Pictures are read apart."""

    id: MessageId
    seq: int
    side: str = Field(description="buyer, shop or system")
    kind: str = Field(description="text, pictures, product, order or note")
    text: str
    facts: dict[str, Any]
    order_id: OrderId | None
    sent_at: datetime


class ConversationOut(Answer):
    """A conversation with what is unread on either side; `waiting_since` is when the buyer began to wait for the shop."""

    id: ConversationId
    shop_id: ShopId
    person_name: str
    last_seq: int
    last_at: datetime
    buyer_read_seq: int
    shop_read_seq: int
    buyer_unread: int
    shop_unread: int
    waiting_since: datetime | None


class AnsweringOut(Answer):
    """How fast a shop answered in the last thirty days, 8:00 to 23:00 in Shanghai; null where nobody asked."""

    turns: int
    unanswered: int
    sessions: int
    mean_seconds: int | None
    first_response_seconds: int | None
    three_minute_bps: int | None


class ListeningOut(Answer):
    """Where to listen for hints (Server-Sent Events), and until when this address opens."""

    url: str
    expires_at: datetime


class MessagesQuery(PageQuery):
    """Which part of a conversation is wanted, the newest first."""

    cursor: Annotated[str | None, Field(max_length=10, pattern=r"^[0-9]+$", description="`next_cursor`.")] = None


@router.get("/conversations", response=PageAnswer[ConversationOut])
@operation("conversations.use")
def list_conversations(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List one's own conversations with shops, the last spoken in first."""
    return _conversations(queries.conversations_of(person_of(request), cursor=wanted.cursor, limit=wanted.limit))


@router.get("/conversations/{conversation}/messages", response=PageAnswer[MessageOut])
@operation("conversations.use")
def list_messages(request: HttpRequest, conversation: ConversationId, wanted: Query[MessagesQuery]) -> Any:
    """List what was said in a conversation of one's own, the newest first."""
    return _messages(queries.conversation(conversation, person_id=person_of(request)), wanted)


@router.post("/shops/{shop}/messages", response={201: MessageOut})
@operation("conversations.use")
@idempotent
def say_to_shop(request: HttpRequest, shop: ShopId, message: MessageIn) -> Any:
    """Say something to a shop; the first message opens the conversation."""
    said = commands.say_to_shop(shop, _new(request, message), person_id=person_of(request), now=now())
    return Status(201, MessageOut.model_validate(said))


@router.put("/conversations/{conversation}/read", response={204: None})
@operation("conversations.use")
def mark_read(request: HttpRequest, conversation: ConversationId, read: ReadIn) -> Any:
    """Mark what the shop said as read."""
    found = queries.conversation(conversation, person_id=person_of(request))
    commands.read_by_buyer(found.shop_id, read.upto, person_id=person_of(request))
    return Status(204, None)


@router.get("/conversations/listening", response=ListeningOut)
@operation("conversations.use")
def listen(request: HttpRequest) -> Any:
    """Get an address at which to hear that something in one's own conversations changed."""
    person_id = person_of(request)
    return _listening(request, person_id, commands.buyer_topic(person_id))


@router.get("/shop/conversations", response=PageAnswer[ConversationOut])
@operation("conversations.read")
def list_shop_conversations(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the shop's conversations with buyers, the last spoken in first."""
    return _conversations(queries.conversations_of_shop(_shop(request), cursor=wanted.cursor, limit=wanted.limit))


@router.get("/shop/conversations/{conversation}/messages", response=PageAnswer[MessageOut])
@operation("conversations.read")
def list_shop_messages(request: HttpRequest, conversation: ConversationId, wanted: Query[MessagesQuery]) -> Any:
    """List what was said in a conversation of the shop, the newest first."""
    return _messages(queries.conversation(conversation, shop_id=_shop(request)), wanted)


@router.post("/shop/conversations/{conversation}/messages", response={201: MessageOut})
@operation("conversations.answer")
@idempotent
def say_to_buyer(request: HttpRequest, conversation: ConversationId, message: MessageIn) -> Any:
    """Say something to a buyer."""
    new = _new(request, message)
    said = commands.say_to_buyer(conversation, new, shop_id=_shop(request), by=person_of(request), now=now())
    return Status(201, MessageOut.model_validate(said))


@router.put("/shop/conversations/{conversation}/read", response={204: None})
@operation("conversations.answer")
def mark_shop_read(request: HttpRequest, conversation: ConversationId, read: ReadIn) -> Any:
    """Mark what the buyer said as read."""
    commands.read_by_shop(conversation, read.upto, shop_id=_shop(request))
    return Status(204, None)


@router.get("/shop/answering", response=AnsweringOut)
@operation("conversations.read")
def read_answering(request: HttpRequest) -> Any:
    """Read how fast the shop answered in the last thirty days."""
    moment = now()
    found = queries.answering_of_shop(_shop(request), since=moment - timedelta(days=30), until=moment)
    return AnsweringOut.model_validate(found)


@router.get("/shop/conversations/listening", response=ListeningOut)
@operation("conversations.read")
def listen_for_shop(request: HttpRequest) -> Any:
    """Get an address at which to hear that something in the shop's conversations changed."""
    return _listening(request, person_of(request), commands.shop_topic(_shop(request)))


def _conversations(page: Page[ConversationFacts]) -> dict[str, Any]:
    return page_answer(page.map(ConversationOut.model_validate))


def _messages(conversation: ConversationFacts, wanted: MessagesQuery) -> dict[str, Any]:
    before = int(wanted.cursor) if wanted.cursor else None
    found = queries.messages(conversation.id, before=before, limit=wanted.limit)
    earlier = str(found[0].seq) if found and found[0].seq > 1 else None  # numbers run without a gap
    return page_answer(Page(tuple(MessageOut.model_validate(one) for one in reversed(found)), earlier))


def _new(request: HttpRequest, message: MessageIn) -> commands.NewMessage:
    key = sha256(key_of(request).text.encode()).hexdigest()  # a repeated request is one message
    return commands.NewMessage(key, message.text, product_id=message.product, order_id=message.order)


def _listening(request: HttpRequest, person_id: UUID, topic: str) -> ListeningOut:
    return ListeningOut(url=ticket_url(request, person_id, [topic]), expires_at=now() + TICKET_LIFE)


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door
