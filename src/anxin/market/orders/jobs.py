"""What orders do when something happens elsewhere or a time has come."""

from collections import Counter
from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.catalog.commands.states import count_sales
from anxin.market.orders import queries, store
from anxin.market.orders.commands import pay, privacy, receive
from anxin.market.orders.events import OrderPaid
from anxin.market.payments.events import PaymentCaptured
from anxin.market.people.events import PersonErased
from anxin.market.shipping.events import ParcelPickedUp, ParcelSigned


@subscribe(PaymentCaptured)
def mark_paid(event: PaymentCaptured, *, now: Instant) -> None:
    """The buyer's money is in escrow: the orders are paid, or were closed before and the money goes back."""
    pay.mark_paid(event.checkout_id, paid_at=event.captured_at, now=now)


@subscribe(OrderPaid)
def count_sold(event: OrderPaid, *, now: Instant) -> None:  # noqa: ARG001
    """Paid pieces count as sold (销量) on the pages of their products."""
    pieces: Counter[UUID] = Counter()
    for line in queries.order(event.order_id).lines:
        pieces[line.product_id] += line.quantity
    count_sales(pieces)


@subscribe(ParcelPickedUp)
def note_pick_up(event: ParcelPickedUp, *, now: Instant) -> None:  # noqa: ARG001 - it happened when the carrier says
    """The carrier has a parcel."""
    receive.note_parcel(event.parcel_id, "picked_up", happened_at=event.picked_up_at)


@subscribe(ParcelSigned)
def note_signature(event: ParcelSigned, *, now: Instant) -> None:  # noqa: ARG001
    """A parcel was handed over."""
    receive.note_parcel(event.parcel_id, "signed", happened_at=event.signed_at)


@on_due(store.PAYMENT_WINDOW)
def expire(subject: UUID, _version: int, *, now: Instant) -> None:
    """The payment window of a checkout is over."""
    pay.expire_checkout(subject, now=now)


@on_due(store.RECEIPT)
def assume_receipt(subject: UUID, version: int, *, now: Instant) -> None:
    """The buyer has had the time to complain."""
    receive.assume_receipt(subject, version, now=now)


@subscribe(PersonErased)
def forget_person(event: PersonErased, *, now: Instant) -> None:
    """A person asked to be forgotten: orders stay, without name, phone and door number once everything is delivered."""
    privacy.anonymise_orders(event.person_id, now=now)
