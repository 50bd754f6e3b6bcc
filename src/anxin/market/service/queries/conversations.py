"""What may be known of conversations: lists for both sides, messages, what concerns an order, how fast a shop answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from anxin.infra import vault
from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.orders import queries as orders
from anxin.market.orders.errors import UnknownOrder
from anxin.market.people import queries as people
from anxin.market.service.domain.answering import Answering, Said, answering
from anxin.market.service.domain.conversations import (
    PICTURES_MAX,
    QUICK_REPLIES_MAX,
    QUICK_REPLY_TITLE_MAX,
    TEXT_LENGTH_MAX,
    MessageKind,
    Note,
    Picture,
    Preview,
    Side,
)
from anxin.market.service.errors.conversations import UnknownConversation, UnknownQuickReply
from anxin.market.service.models import Conversation, Message, QuickReply
from anxin.market.service.store.conversations import SQL
from anxin.market.shops import queries as shops
from anxin.market.shops.queries import ShopFacts

__all__ = [
    "PICTURES_MAX",
    "QUICK_REPLIES_MAX",
    "QUICK_REPLY_TITLE_MAX",
    "TEXT_LENGTH_MAX",
    "Answering",
    "MessageKind",
    "Note",
    "Picture",
    "Preview",
    "Side",
]

BATCH = 2_000


@dataclass(frozen=True)
class ConversationFacts:
    """A conversation as either side's list shows it; `waiting_since` is when the buyer began to wait for the shop."""

    id: UUID
    shop_id: UUID
    person_id: UUID
    person_name: str
    shop: ShopFacts
    last_seq: int
    last_at: Instant
    preview: Preview
    buyer_read_seq: int
    shop_read_seq: int
    buyer_unread: int
    shop_unread: int
    waiting_since: Instant | None


@dataclass(frozen=True)
class MessageFacts:
    """Something said; `facts` are those of its card or note, frozen when it was sent."""

    id: UUID
    seq: int
    side: Side
    author_id: UUID | None
    kind: MessageKind
    text: str
    facts: dict[str, Any]
    order_id: UUID | None
    sent_at: Instant

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The private pictures of the message."""
        return tuple(Picture(**picture) for picture in self.facts.get("pictures", ()))


@dataclass(frozen=True)
class Transcript:
    """What was said about one order: messages that name it, or name none and came after it was placed."""

    conversation_id: UUID
    shop_id: UUID
    person_id: UUID
    messages: tuple[MessageFacts, ...]
    is_whole: bool  # False when the oldest were left out


@dataclass(frozen=True)
class QuickReplyFacts:
    """A sentence that a shop's staff says often."""

    id: UUID
    title: str
    text: str
    changed_at: Instant


def conversation_with(shop_id: UUID, *, person_id: UUID) -> ConversationFacts | None:
    """Return the conversation of a buyer and a shop, None where nobody has spoken yet."""
    return next(iter(_facts(Conversation.objects.filter(shop_id=shop_id, person_id=person_id)[:1])), None)


def conversation(
    conversation_id: UUID, *, shop_id: UUID | None = None, person_id: UUID | None = None
) -> ConversationFacts:
    """Return a conversation as its shop or its buyer may see it. Raises UnknownConversation."""
    rows = Conversation.objects.filter(pk=conversation_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    found = _facts(rows[:1])
    if not found:
        raise UnknownConversation
    return found[0]


def conversations_of(
    person_id: UUID, *, cursor: str | None = None, limit: int | None = None
) -> Page[ConversationFacts]:
    """Return a buyer's conversations, the last spoken in first."""
    return _page(Conversation.objects.filter(person_id=person_id), cursor, limit)


def conversations_of_shop(
    shop_id: UUID, *, text: str = "", cursor: str | None = None, limit: int | None = None
) -> Page[ConversationFacts]:
    """Return a shop's conversations, the last spoken in first; `text` is in a buyer's name or in what was said last."""
    rows = Conversation.objects.filter(shop_id=shop_id)
    if text.strip():
        rows = rows.filter(Q(person__name__icontains=text.strip()) | Q(last_text__icontains=text.strip()))
    return _page(rows, cursor, limit)


def waiting_in_shop(shop_id: UUID, *, limit: int | None = None) -> tuple[ConversationFacts, ...]:
    """Return the conversations in which a buyer waits for the shop, who waits longest first."""
    rows = Conversation.objects.filter(shop_id=shop_id, waiting_since__isnull=False)
    return tuple(_facts(rows.order_by("waiting_since")[: limited(limit)]))


def count_waiting(shop_id: UUID) -> int:
    """Return in how many conversations a buyer waits for the shop."""
    return Conversation.objects.filter(shop_id=shop_id, waiting_since__isnull=False).count()


@dataclass(frozen=True)
class Unread:
    """How many messages of shops, and how many notices (100 at most), somebody has not read."""

    messages: int = 0
    notices: int = 0


def unread(person_id: UUID) -> Unread:
    """Return what somebody has not read, in one statement."""
    return Unread(**(SQL.one("unread", person_id=person_id) or {}))


def messages(
    conversation_id: UUID, *, before: int | None = None, after: int | None = None, limit: int | None = None
) -> tuple[MessageFacts, ...]:
    """Return messages in the order they were said: the last ones, those before or those after a number."""
    rows = Message.objects.filter(conversation_id=conversation_id)
    size = limited(limit)
    if after is not None:
        return tuple(_message(row) for row in rows.filter(seq__gt=after).order_by("seq")[:size])
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return tuple(_message(row) for row in reversed(rows.order_by("-seq")[:size]))


def conversation_of_order(order_id: UUID, *, limit: int = 500) -> Transcript | None:
    """Return what buyer and shop said about an order, for a dispute; None where they never spoke.

    It may be told to both of them and to an arbitrator; whoever asks has checked that.
    """
    try:
        order = orders.order(order_id)
    except UnknownOrder:
        return None
    return conversation_about(order, limit=limit)


def conversation_about(order: orders.OrderFacts, *, limit: int = 500) -> Transcript | None:
    """Return the same for an order that was read before, with one statement; None where nothing was said."""
    concerning = Q(order_id=order.id) | Q(order_id=None, sent_at__gte=order.placed_at)
    between = {"conversation__shop_id": order.shop_id, "conversation__person_id": order.person_id}
    found = list(Message.objects.filter(concerning, **between).order_by("-seq")[: limit + 1])
    if not found:
        return None
    kept = tuple(_message(message) for message in reversed(found[:limit]))
    return Transcript(found[0].conversation_id, order.shop_id, order.person_id, kept, len(found) <= limit)


def picture(conversation_id: UUID, message_id: UUID, number: int) -> bytes:
    """Return a private picture of a conversation that the reader may see, as JPEG. Raises NotInVault."""
    row = Message.objects.filter(pk=message_id, conversation_id=conversation_id).first()
    kept = _message(row).pictures if row else ()
    if not 0 <= number < len(kept):
        raise vault.NotInVault
    return vault.read(kept[number].name)


def quick_replies(shop_id: UUID) -> tuple[QuickReplyFacts, ...]:
    """Return a shop's quick replies by title (at most QUICK_REPLIES_MAX)."""
    rows = QuickReply.objects.filter(shop_id=shop_id).order_by("title")[:QUICK_REPLIES_MAX]
    return tuple(_quick_reply(row) for row in rows)


def quick_reply(shop_id: UUID, reply_id: UUID) -> QuickReplyFacts:
    """Return one quick reply of a shop. Raises UnknownQuickReply."""
    row = QuickReply.objects.filter(pk=reply_id, shop_id=shop_id).first()
    if row is None:
        raise UnknownQuickReply
    return _quick_reply(row)


def answering_of_shop(shop_id: UUID, *, since: Instant, until: Instant) -> Answering:
    """Return how fast a shop answered what was asked in [since, until) (DOMAIN 2.3)."""
    return sum(
        (answering(said, until=until) for said in _said(shop_id, since, until)),
        Answering(),
    )


def held_about(person_id: UUID) -> list[dict[str, Any]]:
    """Return everything that was said in a person's conversations, for the export."""
    rows = Message.objects.filter(conversation__person_id=person_id).order_by("conversation_id", "seq")
    return [
        {
            "shop_id": row.shop_id,
            "side": row.side,
            "kind": row.kind,
            "text": row.text,
            "sent_at": row.sent_at,
            "facts": row.facts,
        }
        for row in rows.iterator(BATCH)
    ]


def files_of(person_id: UUID) -> Iterator[tuple[str, str]]:
    """Yield (name in the archive, name in the vault) of every picture in a person's conversations, for the export."""
    rows = Message.objects.filter(conversation__person_id=person_id, facts__has_key="pictures")
    for row in rows.order_by("conversation_id", "seq").iterator(BATCH):
        for picture in row.facts["pictures"]:
            yield f"files/conversations/{picture['name']}.jpg", picture["name"]


def _said(shop_id: UUID, since: Instant, until: Instant) -> Iterator[list[Said]]:
    """Yield what people said in each conversation of a shop, read in batches."""
    rows = Message.objects.filter(shop_id=shop_id, sent_at__gte=since, sent_at__lt=until).exclude(side=Side.SYSTEM)
    spoken = rows.order_by("conversation_id", "seq").values_list("conversation_id", "side", "sent_at")
    for _, said in groupby(spoken.iterator(BATCH), key=lambda row: row[0]):
        yield [Said(side == Side.BUYER, at) for _, side, at in said]


def _page(rows: QuerySet[Conversation], cursor: str | None, limit: int | None) -> Page[ConversationFacts]:
    size = limited(limit)
    rows = rows.filter(last_id__isnull=False)
    if cursor:
        rows = rows.filter(last_id__lt=id_cursor(cursor))
    found = list(rows.order_by("-last_id")[: size + 1])
    last_ids = {row.pk: row.last_id for row in found}
    return page_of(_told(found), size, lambda facts: str(last_ids[facts.id]))


def _facts(rows: QuerySet[Conversation]) -> list[ConversationFacts]:
    return _told(list(rows))


def _told(rows: list[Conversation]) -> list[ConversationFacts]:
    names = people.names_of([row.person_id for row in rows]) if rows else {}
    known = shops.shops_by_id([row.shop_id for row in rows]) if rows else {}
    return [_one(row, names.get(row.person_id, ""), known[row.shop_id]) for row in rows]


def _one(row: Conversation, person_name: str, shop: ShopFacts) -> ConversationFacts:
    return ConversationFacts(
        id=row.pk,
        shop_id=row.shop_id,
        person_id=row.person_id,
        person_name=person_name,
        shop=shop,
        last_seq=row.last_seq,
        last_at=row.last_at,
        preview=Preview(Side(row.last_side), MessageKind(row.last_kind), row.last_text),
        buyer_read_seq=row.buyer_read_seq,
        shop_read_seq=row.shop_read_seq,
        buyer_unread=row.buyer_unread,
        shop_unread=row.shop_unread,
        waiting_since=row.waiting_since,
    )


def _message(row: Message) -> MessageFacts:
    return MessageFacts(
        id=row.pk,
        seq=row.seq,
        side=Side(row.side),
        author_id=row.author_id,
        kind=MessageKind(row.kind),
        text=row.text,
        facts=row.facts,
        order_id=row.order_id,
        sent_at=row.sent_at,
    )


def _quick_reply(row: QuickReply) -> QuickReplyFacts:
    return QuickReplyFacts(row.pk, row.title, row.text, row.changed_at)
