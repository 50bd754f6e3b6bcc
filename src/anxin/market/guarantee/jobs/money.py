"""What the guarantee's money does when the provider has answered, a shop was settled, or a time has come."""

from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import paying, recourse
from anxin.market.guarantee.events.money import DebtChanged, ShopPaid
from anxin.market.guarantee.store.money import read_provider_ref
from anxin.market.payments.events import RefundFailed, RefundSucceeded, TransferFailed, TransferSucceeded
from anxin.market.settlement.events import OrderSettled
from anxin.market.shops.events import DepositPaid


@subscribe(RefundSucceeded)
def note_refunded(event: RefundSucceeded, *, now: Instant) -> None:
    """A refund of ours is with the buyer."""
    _note_arrived(event.ref, now=now)


@subscribe(TransferSucceeded)
def note_transferred(event: TransferSucceeded, *, now: Instant) -> None:
    """A compensation of ours is with the person."""
    _note_arrived(event.ref, now=now)


@subscribe(RefundFailed)
def note_refund_failed(event: RefundFailed, *, now: Instant) -> None:
    """A refund of ours could not be made."""
    _note_failed(event.ref, event.reason, now=now)


@subscribe(TransferFailed)
def note_transfer_failed(event: TransferFailed, *, now: Instant) -> None:
    """A compensation of ours could not be made."""
    _note_failed(event.ref, event.reason, now=now)


@on_due(paying.RETRY)
def pay_again(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001 - what moved on is left alone
    """Try once more what failed or what nobody could pay."""
    paying.try_again(subject, now=now)


@subscribe(OrderSettled)
def recover_from_settlement(event: OrderSettled, *, now: Instant) -> None:
    """Goods money came in: what the shop owes the fund comes first."""
    recourse.recover(event.shop_id, now=now)


@subscribe(DepositPaid)
def recover_from_payment(event: DepositPaid, *, now: Instant) -> None:
    """The shop paid something in: what it owes the fund comes first, and what it may do is looked at again."""
    recourse.recover(event.shop_id, now=now)
    recourse.review_shop(event.shop_id, now=now)


@subscribe(ShopPaid)
def watch_shop(event: ShopPaid, *, now: Instant) -> None:
    """A shop's deposit was used, or the fund advanced for it."""
    recourse.review_shop(event.shop_id, now=now)


@subscribe(DebtChanged)
def free_shop(event: DebtChanged, *, now: Instant) -> None:
    """A shop owes less."""
    recourse.review_shop(event.shop_id, now=now)


def _note_arrived(ref: str, *, now: Instant) -> None:
    ours = read_provider_ref(ref)
    if ours is not None:
        paying.note_arrived(*ours, now=now)


def _note_failed(ref: str, reason: str, *, now: Instant) -> None:
    ours = read_provider_ref(ref)
    if ours is not None:
        paying.note_failed(*ours, reason, now=now)
