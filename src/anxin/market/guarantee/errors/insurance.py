"""What is refused about freight insurance and couriers for returns."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class InsurerUnavailable(AnxinError):
    """The insurer does not answer; it is asked again later."""

    code = "guarantee.insurer_unavailable"
    kind = Kind.UNAVAILABLE


@dataclass(eq=False)
class InsurerRefused(AnxinError):
    """The insurer does not take this: {reason}"""

    reason: str
    code = "guarantee.insurer_refused"
    kind = Kind.CONFLICT


class UnknownPolicy(AnxinError):
    """There is no such insurance."""

    code = "guarantee.unknown_policy"
    kind = Kind.NOT_FOUND


class UnknownFreightClaim(AnxinError):
    """There is no such claim for freight."""

    code = "guarantee.unknown_freight_claim"
    kind = Kind.NOT_FOUND


class AppealOver(AnxinError):
    """Another tracking number can be handed in within 72 hours of the refusal, and not as often as you like."""

    code = "guarantee.freight_appeal_over"
    kind = Kind.CONFLICT


class NumberCounted(AnxinError):
    """This tracking number has been paid for already."""

    code = "guarantee.freight_number_counted"
    kind = Kind.CONFLICT


class NotAdmitted(AnxinError):
    """A shop can insure its orders while it is open, its deposit is paid and no more than its share of orders comes back."""

    code = "guarantee.insurance_not_admitted"
    kind = Kind.CONFLICT


class NoPickUp(AnxinError):
    """A courier can be booked once the return is agreed, within seven days, while nothing has been sent."""

    code = "guarantee.no_pickup"
    kind = Kind.CONFLICT


class PickUpBooked(AnxinError):
    """A courier is on his way already. Cancel that visit first."""

    code = "guarantee.pickup_booked"
    kind = Kind.CONFLICT


class UnknownReturnPickUp(AnxinError):
    """There is no such visit of a courier."""

    code = "guarantee.unknown_pickup"
    kind = Kind.NOT_FOUND


class NoReturnAddress(AnxinError):
    """The shop has not said where goods are sent back to."""

    code = "guarantee.no_return_address"
    kind = Kind.CONFLICT
