"""What complaints refuse."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class UnknownComplaint(AnxinError):
    """There is no such complaint."""

    code = "service.unknown_complaint"
    kind = Kind.NOT_FOUND


class NothingToComplainAbout(AnxinError):
    """There is no such shop, order or review that you could complain about."""

    code = "service.nothing_to_complain_about"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class ComplaintTextShort(AnxinError):
    """Say in at least {length_min} characters what happened."""

    length_min: int
    code = "service.complaint_text_short"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooManyComplaints(AnxinError):
    """Up to {count_max} of your complaints can be open at a time."""

    count_max: int
    code = "service.too_many_complaints"
    kind = Kind.LIMITED


class ComplaintOpen(AnxinError):
    """You have an open complaint of this kind about this already."""

    code = "service.complaint_open"
    kind = Kind.CONFLICT


class MerchantAnswered(AnxinError):
    """The shop has answered this complaint already."""

    code = "service.merchant_answered"
    kind = Kind.CONFLICT
