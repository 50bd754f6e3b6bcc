"""What can be refused around payments."""

from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class PaymentNotFound(AnxinError):
    """There is no such payment."""

    payment_id: UUID | None = None
    code = "payments.not_found"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class UnsoundRequest(AnxinError):
    """The parts of this payment do not add up to its amount."""

    amount_minor: int
    code = "payments.unsound_request"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooLateToPay(AnxinError):
    """The time to pay has run out."""

    code = "payments.too_late"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class AlreadyPaid(AnxinError):
    """This has already been paid."""

    checkout_id: UUID
    code = "payments.already_paid"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class NothingToRefund(AnxinError):
    """Nothing was paid for this order, so nothing can be refunded."""

    order_id: UUID
    code = "payments.nothing_to_refund"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class RefundTooLarge(AnxinError):
    """A refund may not exceed what was paid and has not been refunded yet."""

    order_id: UUID
    amount_minor: int
    code = "payments.refund_too_large"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class RefundRefUsed(AnxinError):
    """The reference “{ref}” was used before for another refund."""

    ref: str
    code = "payments.refund_ref_used"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class TransferRefUsed(AnxinError):
    """The reference “{ref}” was used before for another transfer."""

    ref: str
    code = "payments.transfer_ref_used"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class GatewayUnavailable(AnxinError):
    """The payment provider does not answer. Nothing was charged; try again in a moment."""

    code = "payments.gateway_unavailable"
    kind = Kind.UNAVAILABLE


@dataclass(eq=False)
class GatewayRefused(AnxinError):
    """The payment provider refused: {reason}."""

    reason: str
    code = "payments.gateway_refused"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class ForgedCallback(AnxinError):
    """The signature of this message is not the provider's."""

    code = "payments.forged_callback"
    kind = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class ReplayedCallback(AnxinError):
    """The timestamp of this message is too old or too new."""

    code = "payments.replayed_callback"
    kind = Kind.UNAUTHENTICATED


@dataclass(eq=False)
class UnreadableCallback(AnxinError):
    """The message is signed, but its content cannot be read."""

    code = "payments.unreadable_callback"
    kind = Kind.INVALID


@dataclass(eq=False)
class NoSandboxHere(AnxinError):
    """The payment sandbox is switched off here."""

    code = "payments.no_sandbox"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class DifferenceNotFound(AnxinError):
    """There is no such difference."""

    code = "payments.difference_not_found"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class ExplanationMissing(AnxinError):
    """Say in a few words why both sides differ."""

    code = "payments.explanation_missing"
    kind = Kind.INVALID


@dataclass(eq=False)
class DayNotOver(AnxinError):
    """The provider closes its statement when the day is over."""

    code = "payments.day_not_over"
    kind = Kind.CONFLICT
