"""What can be refused in shops."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind
from anxin.market.shops.domain.papers import Reason


class UnknownShop(AnxinError):
    """There is no such shop."""

    code = "shops.unknown_shop"
    kind = Kind.NOT_FOUND


class UnknownApplication(AnxinError):
    """There is no such application."""

    code = "shops.unknown_application"
    kind = Kind.NOT_FOUND


class UnknownPaper(AnxinError):
    """There is no such paper."""

    code = "shops.unknown_paper"
    kind = Kind.NOT_FOUND


class UnknownTemplate(AnxinError):
    """There is no such freight template."""

    code = "shops.unknown_freight_template"
    kind = Kind.NOT_FOUND


class UnknownTopUp(AnxinError):
    """There is no such deposit payment."""

    code = "shops.unknown_top_up"
    kind = Kind.NOT_FOUND


class UnknownInvitation(AnxinError):
    """This invitation is not valid (any more)."""

    code = "shops.unknown_invitation"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class ApplicationIncomplete(AnxinError):
    """The application cannot be sent yet: something is missing or wrong."""

    reasons: tuple[Reason, ...]
    code = "shops.application_incomplete"
    kind = Kind.INVALID


class NotEditable(AnxinError):
    """The application cannot be changed while it is being reviewed or after it was decided."""

    code = "shops.not_editable"
    kind = Kind.CONFLICT


class ReviewerIsApplicant(AnxinError):
    """Nobody decides their own application."""

    code = "shops.reviewer_is_applicant"
    kind = Kind.FORBIDDEN


class ReasonsMissing(AnxinError):
    """Say why, so that the applicant can act on it."""

    code = "shops.reasons_missing"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooManyApplications(AnxinError):
    """A person may have up to {count_max} applications under way."""

    count_max: int
    code = "shops.too_many_applications"
    kind = Kind.LIMITED


@dataclass(eq=False)
class TooManyPapers(AnxinError):
    """An application may hold up to {count_max} papers."""

    count_max: int
    code = "shops.too_many_papers"
    kind = Kind.LIMITED


@dataclass(eq=False)
class BadTemplate(AnxinError):
    """This freight template cannot be used."""

    faults: tuple[str, ...]
    code = "shops.bad_freight_template"
    kind = Kind.INVALID


class TemplateNameTaken(AnxinError):
    """Another freight template of this shop has this name."""

    code = "shops.freight_template_name_taken"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class TooManyTemplates(AnxinError):
    """A shop may have up to {count_max} freight templates."""

    count_max: int
    code = "shops.too_many_freight_templates"
    kind = Kind.LIMITED


class DefaultTemplateNeeded(AnxinError):
    """Choose another default before this freight template is deleted."""

    code = "shops.default_template_needed"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class TopUpOutOfRange(AnxinError):
    """A deposit payment is between ¥1.00 and ¥1,000,000.00."""

    amount_minor: int
    code = "shops.top_up_out_of_range"
    kind = Kind.INVALID


class ShopIsOpen(AnxinError):
    """Deposits go back when the shop has closed."""

    code = "shops.shop_is_open"
    kind = Kind.CONFLICT


class TransferAlreadyUsed(AnxinError):
    """This bank transfer was already credited to a deposit."""

    code = "shops.transfer_already_used"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class TooManyOpenTransfers(AnxinError):
    """A shop may wait for up to {count_max} bank transfers at a time."""

    count_max: int
    code = "shops.too_many_open_transfers"
    kind = Kind.LIMITED


@dataclass(eq=False)
class TooManyInvitations(AnxinError):
    """A shop may have up to {count_max} open invitations."""

    count_max: int
    code = "shops.too_many_invitations"
    kind = Kind.LIMITED


@dataclass(eq=False)
class BadProfile(AnxinError):
    """The shop's profile cannot be saved like this."""

    reasons: tuple[Reason, ...]
    code = "shops.bad_profile"
    kind = Kind.INVALID
