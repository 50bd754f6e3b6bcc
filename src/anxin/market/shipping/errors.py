"""What can be refused in shipping."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


@dataclass(eq=False)
class UnknownCarrier(AnxinError):
    """“{carrier}” is not a carrier we work with."""

    carrier: str
    code = "shipping.unknown_carrier"
    kind = Kind.INVALID


@dataclass(eq=False)
class BadTrackingNumber(AnxinError):
    """“{number}” is not a tracking number of this carrier; one looks like {example}."""

    carrier: str
    number: str
    example: str
    code = "shipping.bad_tracking_number"
    kind = Kind.INVALID


@dataclass(eq=False)
class TrackingNumberUsed(AnxinError):
    """The tracking number {number} already belongs to another parcel."""

    number: str
    code = "shipping.tracking_number_used"
    kind = Kind.CONFLICT


class UnknownParcel(AnxinError):
    """There is no such parcel."""

    code = "shipping.unknown_parcel"
    kind = Kind.NOT_FOUND


class ForgedCallback(AnxinError):
    """The signature of this callback is not the carrier's."""

    code = "shipping.forged_callback"
    kind = Kind.UNAUTHENTICATED


class UnreadableCallback(AnxinError):
    """This callback is not in the form that was agreed with the carrier."""

    code = "shipping.unreadable_callback"
    kind = Kind.INVALID


class CarrierUnavailable(AnxinError):
    """The carrier does not answer; it is asked again later."""

    code = "shipping.carrier_unavailable"
    kind = Kind.UNAVAILABLE


@dataclass(eq=False)
class CarrierRefused(AnxinError):
    """The carrier does not take this parcel: {reason}"""

    reason: str
    code = "shipping.carrier_refused"
    kind = Kind.CONFLICT


class UnknownPickUp(AnxinError):
    """There is no such pick-up."""

    code = "shipping.unknown_pickup"
    kind = Kind.NOT_FOUND


class SlotGone(AnxinError):
    """A courier cannot come at this time any more. Choose another."""

    code = "shipping.slot_gone"
    kind = Kind.CONFLICT
