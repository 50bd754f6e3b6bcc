"""What claims do when money, parcels, disputes or time have news."""

from collections.abc import Callable
from uuid import UUID

from anxin.infra.deadlines import on_due
from anxin.infra.outbox import subscribe
from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import claim_effects, claim_evidence, claim_platform, dispute_opening
from anxin.market.guarantee.domain.claim_acts import Clock, Purse
from anxin.market.guarantee.events.claims import ClaimAgreed, ClaimClosed, ClaimDone
from anxin.market.guarantee.events.money import MoneyArrived, MoneyFailed
from anxin.market.payments.events import RefundFailed, RefundSucceeded
from anxin.market.shipping.events import ParcelSigned

PURSES = {purse.value: purse for purse in Purse}


@subscribe(MoneyArrived)
def note_money_arrived(event: MoneyArrived, *, now: Instant) -> None:
    """A refund or compensation is with the buyer."""
    if event.kind_of_money in PURSES:
        claim_platform.note_money_arrived(event.ref, PURSES[event.kind_of_money], now=now)


@subscribe(MoneyFailed)
def note_money_failed(event: MoneyFailed, *, now: Instant) -> None:
    """A refund or compensation could not be paid now."""
    if event.kind_of_money in PURSES:
        claim_platform.note_money_failed(event.ref, PURSES[event.kind_of_money], now=now)


@subscribe(RefundSucceeded)
def note_old_refund(event: RefundSucceeded, *, now: Instant) -> None:
    """A refund that was on its way before the guarantee existed is with the buyer."""
    if event.ref.startswith(claim_effects.BEFORE_CLAIMS):
        claim_platform.note_money_arrived(event.ref, Purse.REFUND, now=now)


@subscribe(RefundFailed)
def note_old_failure(event: RefundFailed, *, now: Instant) -> None:
    """A refund from before the guarantee existed could not be made."""
    if event.ref.startswith(claim_effects.BEFORE_CLAIMS):
        claim_platform.note_old_refund_failed(event.ref, now=now)


@subscribe(ParcelSigned)
def note_signature(event: ParcelSigned, *, now: Instant) -> None:  # noqa: ARG001 - it happened when the carrier says
    """A parcel was handed over: perhaps a return, or one that goes back to the buyer."""
    claim_platform.note_return_signed(event.parcel_id, signed_at=event.signed_at)
    claim_platform.note_given_back_signed(event.parcel_id, signed_at=event.signed_at)


@subscribe(ClaimAgreed)
def tell_dispute_of_agreement(event: ClaimAgreed, *, now: Instant) -> None:
    """The sides agreed: a dispute over the claim has nothing left to decide."""
    dispute_opening.note_claim_agreed(event.claim_id, now=now)


@subscribe(ClaimDone)
def tell_dispute_of_end(event: ClaimDone, *, now: Instant) -> None:
    """The buyer has what was agreed or decided."""
    dispute_opening.note_claim_ended(event.claim_id, closed=False, now=now)


@subscribe(ClaimClosed)
def tell_dispute_of_closing(event: ClaimClosed, *, now: Instant) -> None:
    """The claim came to nothing."""
    dispute_opening.note_claim_ended(event.claim_id, closed=True, now=now)


def _ringing(clock: Clock) -> Callable[..., None]:
    def ring(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001 - the machine compares clock and moment
        claim_platform.expire(subject, clock, now=now)

    ring.__doc__ = f"The time of {clock.value} is over."
    return ring


for _clock in Clock:
    on_due(_clock.value)(_ringing(_clock))


@on_due(claim_evidence.UNUSED)
def forget_evidence(subject: UUID, version: int, *, now: Instant) -> None:  # noqa: ARG001
    """A file that was kept for a claim was never handed in."""
    claim_evidence.forget_unused(subject)
