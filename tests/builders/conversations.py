"""Conversations with honest defaults."""

from itertools import count
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.service.commands.conversations import NewMessage, say_to_buyer, say_to_shop
from anxin.market.service.models import Message

_numbers = count(1)


def a_message(text: str = "在吗？", *, key: str = "", **parts: object) -> NewMessage:
    """Something to say under a key of its own."""
    return NewMessage(key or f"key-{next(_numbers)}", text, **parts)  # type: ignore[arg-type]


def a_question(shop_id: UUID, person_id: UUID, text: str = "在吗？", *, now: Instant) -> Message:
    """What a buyer says to a shop."""
    return say_to_shop(shop_id, a_message(text), person_id=person_id, now=now)


def an_answer(question: Message, by: UUID, text: str = "在的，亲", *, now: Instant) -> Message:
    """What the shop says to the buyer of a question."""
    return say_to_buyer(question.conversation_id, a_message(text), shop_id=question.shop_id, by=by, now=now)
