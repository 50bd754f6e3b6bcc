"""What conversations do when something happens elsewhere: they note it, once."""

from uuid import UUID

from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.guarantee.events.claims import ClaimAgreed, ClaimOpened, ClaimRefused
from anxin.market.orders.events import OrderPaid, OrderReceived, OrderRefunded, OrderShipped
from anxin.market.people.events import PersonErased
from anxin.market.service.commands import conversations
from anxin.market.service.commands.conversation_privacy import forget_buyer
from anxin.market.service.domain.conversations import Note


@subscribe(OrderPaid)
def note_paid(event: OrderPaid, *, now: Instant) -> None:
    """The shop and the buyer, if they talk, see that an order was paid."""
    _note(event.order_id, Note.ORDER_PAID, event.order_id, now=now)


@subscribe(OrderShipped)
def note_shipped(event: OrderShipped, *, now: Instant) -> None:
    """They see that a parcel left."""
    _note(event.order_id, Note.ORDER_SHIPPED, event.parcel_id, now=now)


@subscribe(OrderReceived)
def note_received(event: OrderReceived, *, now: Instant) -> None:
    """They see that the goods were received."""
    _note(event.order_id, Note.ORDER_RECEIVED, event.order_id, now=now)


@subscribe(OrderRefunded)
def note_refunded(event: OrderRefunded, *, now: Instant) -> None:
    """They see that money went back."""
    _note(event.order_id, Note.ORDER_REFUNDED, f"{event.order_id}:{event.refunded_at.timestamp():.0f}", now=now)


@subscribe(ClaimOpened)
def note_claim(event: ClaimOpened, *, now: Instant) -> None:
    """They see that after-sale service was asked for."""
    _note(event.order_id, Note.CLAIM_OPENED, event.claim_id, now=now)


@subscribe(ClaimAgreed)
def note_agreement(event: ClaimAgreed, *, now: Instant) -> None:
    """They see that it was agreed to."""
    _note(event.order_id, Note.CLAIM_AGREED, event.claim_id, now=now)


@subscribe(ClaimRefused)
def note_refusal(event: ClaimRefused, *, now: Instant) -> None:
    """They see that it was refused."""
    _note(event.order_id, Note.CLAIM_REFUSED, f"{event.claim_id}:{int(event.at_inspection)}", now=now)


@subscribe(PersonErased)
def forget(event: PersonErased, *, now: Instant) -> None:  # noqa: ARG001
    """A person asked to be forgotten: their words and pictures go, that they spoke stays."""
    forget_buyer(event.person_id)


def _note(order_id: UUID, what: Note, subject: object, *, now: Instant) -> None:
    conversations.note(order_id, what, key=f"{what}:{subject}"[:64], now=now)
