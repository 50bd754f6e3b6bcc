"""What is refused about shipping promises and automatic compensation."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class UnknownShipPromise(AnxinError):
    """This order was never paid, so nothing was promised about its shipping."""

    code = "guarantee.unknown_ship_promise"
    kind = Kind.NOT_FOUND


class AlreadyCompensated(AnxinError):
    """The buyer has been paid for this already."""

    code = "guarantee.already_compensated"
    kind = Kind.CONFLICT


class NotCompensable(AnxinError):
    """The rules under which this order was placed do not pay for this."""

    code = "guarantee.not_compensable"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BadShipTerm(AnxinError):
    """A shop promises to ship within 1 to {hours_max} hours."""

    hours_max: int
    code = "guarantee.bad_ship_term"
    kind = Kind.INVALID


class BadForceMajeure(AnxinError):
    """A time of force majeure needs a reason, a known region and an end after its beginning."""

    code = "guarantee.bad_force_majeure"
    kind = Kind.INVALID


class UnknownForceMajeure(AnxinError):
    """There is no such time of force majeure, or it has ended."""

    code = "guarantee.unknown_force_majeure"
    kind = Kind.NOT_FOUND


class CauseNeeded(AnxinError):
    """Say what was found; the shop will read it."""

    code = "guarantee.cause_needed"
    kind = Kind.INVALID
