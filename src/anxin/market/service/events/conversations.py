"""Facts about conversations."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("service.message_sent", version=1)
class MessageSent:
    """A buyer or a shop said something; `side` is buyer or shop, `kind` text, pictures, product or order."""

    message_id: UUID
    conversation_id: UUID
    shop_id: UUID
    person_id: UUID
    order_id: UUID | None
    side: str
    kind: str
    sent_at: Instant
