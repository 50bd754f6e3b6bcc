"""What remains of conversations when a person asks to be forgotten."""

from uuid import UUID

from anxin.infra import vault
from anxin.infra.tx import after_commit, transactional
from anxin.market.service.domain.conversations import Side
from anxin.market.service.models import Conversation, Message

__all__ = ["forget_buyer"]


@transactional
def forget_buyer(person_id: UUID) -> int:
    """Remove a buyer's own words and pictures; return how many messages changed. When they spoke, and the shop's words, stay."""
    changed = 0
    conversations = Conversation.objects.filter(person_id=person_id).select_for_update(of=("self",)).order_by("pk")
    for conversation in conversations:
        said = Message.objects.filter(conversation=conversation, side=Side.BUYER)
        for message in said.exclude(text="", facts={}):
            for picture in message.facts.get("pictures", ()):
                after_commit(lambda name=picture["name"]: vault.forget(name))  # type: ignore[misc]
            changed += Message.objects.filter(pk=message.pk).update(text="", facts={})
        if conversation.last_side == Side.BUYER:
            Conversation.objects.filter(pk=conversation.pk).update(last_text="")
    return changed
