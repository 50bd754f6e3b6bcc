"""Tables of conversations: one a buyer and shop, its messages, and the shop's quick replies."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anxin.kernel.ids import new_id
from anxin.market.service.domain.conversations import (
    PREVIEW_LENGTH,
    QUICK_REPLY_TITLE_MAX,
    TEXT_LENGTH_MAX,
    MessageKind,
    Side,
)


class Conversation(models.Model):
    """All that one buyer and one shop say to each other, with what lists and bubbles show of it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    opened_at = models.DateTimeField()
    last_seq = models.IntegerField(default=0)
    last_id = models.UUIDField(null=True)  # of the last message: grows with time, so lists are ordered by it
    last_at = models.DateTimeField()
    last_side = models.CharField(max_length=6, default=Side.SYSTEM)
    last_kind = models.CharField(max_length=10, default=MessageKind.NOTE)
    last_text = models.CharField(max_length=PREVIEW_LENGTH, default="", blank=True)
    buyer_read_seq = models.IntegerField(default=0)
    shop_read_seq = models.IntegerField(default=0)
    buyer_unread = models.IntegerField(default=0)
    shop_unread = models.IntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)  # the buyer's first message that the shop has not answered

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "person"], name="service_one_conversation"),
            models.CheckConstraint(
                condition=Q(buyer_unread__gte=0, shop_unread__gte=0, last_seq__gte=0),
                name="service_unread_not_negative",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-last_id"], name="service_talks_of_person"),
            models.Index(fields=["shop", "-last_id"], name="service_talks_of_shop"),
            models.Index(
                fields=["shop", "waiting_since"], condition=Q(waiting_since__isnull=False), name="service_talks_waiting"
            ),
        ]


class Message(models.Model):
    """Something said. `facts` are those of a card, the pictures' names, or of a system line."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages", db_index=False)
    shop_id = models.UUIDField()
    seq = models.IntegerField()
    side = models.CharField(max_length=6)
    author_id = models.UUIDField(null=True)  # who typed it
    kind = models.CharField(max_length=10)
    text = models.CharField(max_length=TEXT_LENGTH_MAX, default="", blank=True)
    facts = models.JSONField(default=dict)
    order_id = models.UUIDField(null=True)
    key = models.CharField(max_length=64)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="service_message_seq"),
            models.UniqueConstraint(fields=["conversation", "side", "key"], name="service_message_once"),
            models.CheckConstraint(condition=Q(side__in=list(Side)), name="service_message_side"),
            models.CheckConstraint(condition=Q(kind__in=list(MessageKind)), name="service_message_kind"),
        ]
        indexes = [
            models.Index(fields=["order_id"], condition=Q(order_id__isnull=False), name="service_message_order"),
            models.Index(fields=["shop_id", "sent_at"], name="service_message_of_shop"),
        ]


class QuickReply(models.Model):
    """A sentence that a shop's staff says often (快捷短语)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shop = models.ForeignKey("shops.Shop", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=QUICK_REPLY_TITLE_MAX)
    text = models.CharField(max_length=TEXT_LENGTH_MAX)
    changed_at = models.DateTimeField()
    changed_by = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "title"], name="service_quick_reply_title")]
