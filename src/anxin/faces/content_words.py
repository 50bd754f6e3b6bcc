"""What pages call states, kinds, reasons and audiences of videos, notes and comments."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from anxin.market.content.errors.talk import UnknownReason
from anxin.market.content.queries.comments import ReportReason
from anxin.market.content.queries.posts import PostKind, PostState, RejectReason, Visibility

Word = str | Promise

KINDS: dict[PostKind, Word] = {PostKind.VIDEO: _("Video"), PostKind.NOTE: pgettext_lazy("post", "Note")}

STATES: dict[PostState, tuple[Word, str]] = {
    PostState.DRAFT: (_("Draft"), "info"),
    PostState.PROCESSING: (_("Video is being prepared"), "wait"),
    PostState.IN_REVIEW: (_("In review"), "wait"),
    PostState.SCHEDULED: (_("Planned"), "info"),
    PostState.PUBLIC: (_("Public"), "good"),
    PostState.REJECTED: (_("Rejected"), "bad"),
    PostState.HIDDEN: (_("Hidden by the platform"), "bad"),
}

VISIBILITIES: dict[Visibility, Word] = {
    Visibility.PUBLIC: _("Everybody"),
    Visibility.FOLLOWERS: _("Followers only"),
    Visibility.PRIVATE: _("Only me"),
}

REJECT_REASONS: dict[RejectReason, Word] = {
    RejectReason.FALSE_ADVERTISING: _("False advertising"),
    RejectReason.BAD_MARKETING: _("Unlawful marketing"),
    RejectReason.SOB_STORY: _("Selling with a sob story"),
    RejectReason.OFF_PLATFORM: _("Leads buyers off the platform"),
    RejectReason.FORBIDDEN_GOODS: _("Goods that may not be sold"),
    RejectReason.INFRINGEMENT: _("Uses what belongs to others"),
    RejectReason.MINORS: _("Harms minors"),
    RejectReason.VULGAR: _("Vulgar"),
    RejectReason.POOR_QUALITY: _("Blurred, or unrelated to the goods"),
    RejectReason.MEDIA: _("The file could not be prepared"),
}

REPORT_REASONS: dict[ReportReason, Word] = {
    ReportReason.ILLEGAL: _("Against the law"),
    ReportReason.FALSE_ADVERTISING: _("False advertising"),
    ReportReason.VULGAR: _("Vulgar"),
    ReportReason.INSULT: _("Insults somebody"),
    ReportReason.PRIVACY: _("Shows private matters"),
    ReportReason.INFRINGEMENT: _("Uses what belongs to others"),
    ReportReason.SPAM: _("Spam"),
    ReportReason.OTHER: _("Another reason"),
}


def report_choices() -> list[tuple[str, Word]]:
    """Return the reasons of a report with their words."""
    return [(reason.value, words) for reason, words in REPORT_REASONS.items()]


def report_reason(given: str) -> ReportReason:
    """Return the reason that a form names. Raises UnknownReason."""
    if given not in list(ReportReason):
        raise UnknownReason
    return ReportReason(given)


def reject_words(reason: str) -> Word:
    """Return the words for a reason that a post is not shown."""
    return REJECT_REASONS.get(RejectReason(reason), reason) if reason in list(RejectReason) else reason
