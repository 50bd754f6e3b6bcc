"""The sentences that a shop's staff says often."""

from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.market.service.domain.conversations import QUICK_REPLIES_MAX, QUICK_REPLY_TITLE_MAX, cleaned, preview_of
from anxin.market.service.errors.conversations import (
    NothingSaid,
    QuickReplyNameTaken,
    TooManyQuickReplies,
    UnknownQuickReply,
)
from anxin.market.service.models import QuickReply

__all__ = ["add_quick_reply", "change_quick_reply", "remove_quick_reply"]


@transactional
def add_quick_reply(shop_id: UUID, title: str, text: str, *, by: UUID, now: Instant) -> UUID:
    """Keep a sentence; a title left out is its beginning.

    Raises NothingSaid, TooLong, TooManyQuickReplies, QuickReplyNameTaken.
    """
    name, words = _checked(title, text)
    if QuickReply.objects.filter(shop_id=shop_id).count() >= QUICK_REPLIES_MAX:
        raise TooManyQuickReplies(QUICK_REPLIES_MAX)
    _check_free(shop_id, name)
    return QuickReply.objects.create(shop_id=shop_id, title=name, text=words, changed_at=now, changed_by=by).pk


@transactional
def change_quick_reply(shop_id: UUID, reply_id: UUID, title: str, text: str, *, by: UUID, now: Instant) -> None:
    """Change a sentence. Raises UnknownQuickReply, NothingSaid, TooLong, QuickReplyNameTaken."""
    name, words = _checked(title, text)
    _check_free(shop_id, name, reply_id)
    mine = QuickReply.objects.filter(pk=reply_id, shop_id=shop_id)
    if not mine.update(title=name, text=words, changed_at=now, changed_by=by):
        raise UnknownQuickReply


@transactional
def remove_quick_reply(shop_id: UUID, reply_id: UUID) -> None:
    """Keep a sentence no longer; one that is gone already is fine."""
    QuickReply.objects.filter(pk=reply_id, shop_id=shop_id).delete()


def _checked(title: str, text: str) -> tuple[str, str]:
    words = cleaned(text)
    if not words:
        raise NothingSaid
    return cleaned(title, QUICK_REPLY_TITLE_MAX) or preview_of(words)[:QUICK_REPLY_TITLE_MAX], words


def _check_free(shop_id: UUID, title: str, reply_id: UUID | None = None) -> None:
    holder = QuickReply.objects.filter(shop_id=shop_id, title=title).first()
    if holder is not None and holder.pk != reply_id:
        raise QuickReplyNameTaken
