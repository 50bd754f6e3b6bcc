"""What claims refuse."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class UnknownClaim(AnxinError):
    """There is no such after-sale request."""

    code = "guarantee.unknown_claim"
    kind = Kind.NOT_FOUND


class ClaimOpen(AnxinError):
    """There is an after-sale request for this item already; go on with that one."""

    code = "guarantee.claim_open"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class AttemptsSpent(AnxinError):
    """This item has been claimed {attempts_max} times; it cannot be claimed again."""

    attempts_max: int
    code = "guarantee.attempts_spent"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BadPieces(AnxinError):
    """Choose between 1 and {pieces_max} pieces."""

    pieces_max: int
    code = "guarantee.bad_pieces"
    kind = Kind.INVALID


@dataclass(eq=False)
class BadAmount(AnxinError):
    """The amount must lie above nothing and not above what was paid for it ({max_minor} fen)."""

    max_minor: int
    code = "guarantee.bad_amount"
    kind = Kind.INVALID


@dataclass(eq=False)
class OffersSpent(AnxinError):
    """Only {offers_max} offers may be made for one request. Agree or refuse."""

    offers_max: int
    code = "guarantee.offers_spent"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class EvidenceAsksSpent(AnxinError):
    """Evidence may be asked for only {asks_max} times. Agree or refuse."""

    asks_max: int
    code = "guarantee.evidence_asks_spent"
    kind = Kind.CONFLICT


class ExtendedAlready(AnxinError):
    """The time for sending the goods back can be extended only once."""

    code = "guarantee.extended_already"
    kind = Kind.CONFLICT


class WrongRefusal(AnxinError):
    """This reason cannot be given here: what was agreed cannot be refused for a reason known before."""

    code = "guarantee.wrong_refusal"
    kind = Kind.INVALID


class NotRefusable(AnxinError):
    """The rules do not let this request be refused. Agree, or look at the goods when they are back."""

    code = "guarantee.not_refusable"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class ClaimDenied(AnxinError):
    """This cannot be asked for this item now."""

    promise: str
    reasons: tuple[tuple[str, str], ...]  # (code, source of the rule)
    code = "guarantee.claim_denied"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class EvidenceMissing(AnxinError):
    """Something has to be shown first: {kinds}."""

    kinds: tuple[str, ...]
    code = "guarantee.evidence_missing"
    kind = Kind.INVALID


class UnknownEvidence(AnxinError):
    """There is no such evidence."""

    code = "guarantee.unknown_evidence"
    kind = Kind.NOT_FOUND


@dataclass(eq=False)
class TooMuchEvidence(AnxinError):
    """A request takes up to {pictures_max} pictures, or one short video, from each side."""

    pictures_max: int
    code = "guarantee.too_much_evidence"
    kind = Kind.CONFLICT


class NoReturnAddress(AnxinError):
    """State a return address first: the buyer has to know where to send the goods."""

    code = "guarantee.claim_no_return_address"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class TooManyTemplates(AnxinError):
    """A shop keeps up to {templates_max} reply templates."""

    templates_max: int
    code = "guarantee.too_many_templates"
    kind = Kind.CONFLICT


class UnknownTemplate(AnxinError):
    """There is no such reply template."""

    code = "guarantee.unknown_template"
    kind = Kind.NOT_FOUND


class BadWords(AnxinError):
    """Write a short text, up to 500 characters."""

    code = "guarantee.bad_words"
    kind = Kind.INVALID


@dataclass(eq=False)
class BadEvidenceKind(AnxinError):
    """“{kind_of_evidence}” is not a kind of evidence."""

    kind_of_evidence: str
    code = "guarantee.bad_evidence_kind"
    kind = Kind.INVALID


@dataclass(eq=False)
class StillOpen(AnxinError):
    """{claims} after-sale requests and {disputes} disputes of yours are open. Let them end or take them back, then erase."""

    claims: int
    disputes: int
    code = "guarantee.still_open"
    kind = Kind.CONFLICT
