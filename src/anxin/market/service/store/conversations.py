"""Rows of conversations. Lock order: the conversation, then nothing: its messages are written under its lock."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from anxin.infra.rows import read_row
from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.service.domain.conversations import MessageKind, Side, preview_of
from anxin.market.service.errors.conversations import UnknownConversation
from anxin.market.service.models import Conversation, Message

SQL = Statements(__name__, "../sql")


@dataclass(frozen=True)
class Line:
    """A message to write."""

    side: Side
    kind: MessageKind
    key: str
    text: str = ""
    author_id: UUID | None = None
    order_id: UUID | None = None
    facts: dict[str, Any] | None = None


def locked(**wanted: UUID) -> Conversation:
    """Return one conversation with its row locked. Raises UnknownConversation."""
    found = read_row(Conversation, lock=True, **wanted)
    if found is None:
        raise UnknownConversation
    return found


def opened(person_id: UUID, shop_id: UUID, *, now: Instant) -> tuple[Conversation, bool]:
    """Return the conversation of a buyer and a shop with its row locked, and whether it is new."""
    _, is_new = Conversation.objects.get_or_create(
        shop_id=shop_id, person_id=person_id, defaults={"opened_at": now, "last_at": now}
    )
    return locked(shop_id=shop_id, person_id=person_id), is_new


def said_before(conversation: Conversation, side: Side, key: str) -> Message | None:
    """Return the message that was said under this key."""
    return Message.objects.filter(conversation=conversation, side=side, key=key).first()


def said_since(conversation: Conversation, side: Side, moment: datetime) -> int:
    """Return how many messages a side sent after `moment`."""
    recent = Message.objects.filter(conversation=conversation, side=side, sent_at__gt=moment)
    return recent.order_by().count()


def write(conversation: Conversation, line: Line, *, now: Instant) -> Message:
    """Write a message at the end of a locked conversation and move its counters along."""
    message = Message.objects.create(
        id=new_id(),
        conversation=conversation,
        shop_id=conversation.shop_id,
        seq=conversation.last_seq + 1,
        side=line.side,
        author_id=line.author_id,
        kind=line.kind,
        text=line.text,
        facts=line.facts or {},
        order_id=line.order_id,
        key=line.key,
        sent_at=now,
    )
    Conversation.objects.filter(pk=conversation.pk).update(
        last_seq=message.seq,
        last_id=message.pk,
        last_at=now,
        last_side=line.side,
        last_kind=line.kind,
        last_text=preview_of(line.text or (line.facts or {}).get("title", "") or (line.facts or {}).get("note", "")),
        **_counters(conversation, line.side, message.seq, now=now),
    )
    return message


def _counters(conversation: Conversation, side: Side, seq: int, *, now: Instant) -> dict[str, Any]:
    """Return what else changes: who speaks has read everything, the other has one more to read."""
    if side is Side.BUYER:
        return {
            "buyer_read_seq": seq,
            "buyer_unread": 0,
            "shop_unread": F("shop_unread") + 1,
            "waiting_since": conversation.waiting_since or now,
        }
    if side is Side.SHOP:
        return {
            "shop_read_seq": seq,
            "shop_unread": 0,
            "buyer_unread": F("buyer_unread") + 1,
            "waiting_since": None,
        }
    return {}
