"""What disputes refuse."""

from dataclasses import dataclass

from anxin.kernel.errors import AnxinError, Kind


class UnknownDispute(AnxinError):
    """There is no such dispute."""

    code = "disputes.unknown"
    kind = Kind.NOT_FOUND


class DisputeOpen(AnxinError):
    """The platform is already looking into this."""

    code = "disputes.already_open"
    kind = Kind.CONFLICT


@dataclass(eq=False)
class BadArbitrationRules(AnxinError):
    """The rules in {file} cannot be used: line {line}, {where}: {why}."""

    file: str
    line: int
    where: str
    why: str
    code = "disputes.bad_rules"
    kind = Kind.INVALID


@dataclass(eq=False)
class VerdictRefused(AnxinError):
    """This verdict goes against the rules: {objections}."""

    objections: str
    complaints: tuple[str, ...]  # the same, one by one
    code = "disputes.verdict_refused"
    kind = Kind.INVALID


class NotYourTurn(AnxinError):
    """This is not yours to do in this dispute."""

    code = "disputes.not_your_turn"
    kind = Kind.CONFLICT


class TakenByAnother(AnxinError):
    """Another arbitrator has taken this case."""

    code = "disputes.taken"
    kind = Kind.CONFLICT


class NotTaken(AnxinError):
    """Take the case before you decide it."""

    code = "disputes.not_taken"
    kind = Kind.CONFLICT


class NotImpartial(AnxinError):
    """Somebody else has to judge this: you have decided it before, or are a party to it."""

    code = "disputes.not_impartial"
    kind = Kind.CONFLICT


class AppealUsed(AnxinError):
    """A verdict can be appealed against once only; this one is final."""

    code = "disputes.appeal_used"
    kind = Kind.CONFLICT


class NewEvidenceNeeded(AnxinError):
    """An appeal needs new evidence."""

    code = "disputes.new_evidence_needed"
    kind = Kind.INVALID


@dataclass(eq=False)
class TooMuchEvidence(AnxinError):
    """Each side may hand in up to {pieces_max} pieces of evidence."""

    pieces_max: int
    code = "disputes.too_much_evidence"
    kind = Kind.CONFLICT


class NoOffer(AnxinError):
    """There is no offer of the other side to answer."""

    code = "disputes.no_offer"
    kind = Kind.CONFLICT


class EvidenceMissing(AnxinError):
    """Show something: words or pictures, and say what it is."""

    code = "disputes.evidence_missing"
    kind = Kind.INVALID


class OfferUnclear(AnxinError):
    """Say how it shall end, and the amount where there is one."""

    code = "disputes.offer_unclear"
    kind = Kind.INVALID
