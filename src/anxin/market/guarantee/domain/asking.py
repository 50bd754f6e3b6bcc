"""What may I ask now, until when, and why not the rest? Pure."""

from dataclasses import dataclass

from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain.certificate import Certificate, Entry, Reason
from anxin.market.guarantee.domain.clock import Span, span
from anxin.market.guarantee.domain.facts import ClaimType, Evidence, FreightPayer, LineFacts
from anxin.market.guarantee.domain.promises import Asking, End, Granting, Reasoned, Version, belongs

NOT_PAID = frozenset({"awaiting_payment"})
CANCELLED = frozenset({"cancelled"})
BEFORE_SHIPPING = frozenset({ClaimType.REFUND_UNSHIPPED})
IN_HAND = frozenset({ClaimType.RETURN_REFUND, ClaimType.EXCHANGE, ClaimType.REPAIR})  # what the buyer must have got


@dataclass(frozen=True, slots=True)
class ReasonAnswer:
    """One reason that may be given for a claim, and until when."""

    code: str
    until: Instant | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether one promise may be asked for at a moment.

    `until` None with `available` means that no date ends it; `since` is when its window opened or will open (None where
    an event has yet to happen). `reasons` say why not, or what to know, each with the source of its rule.
    """

    promise: str
    version: int
    available: bool
    since: Instant | None
    until: Instant | None
    reasons: tuple[Reason, ...]
    claim_types: tuple[ClaimType, ...] = ()
    claim_reasons: tuple[ReasonAnswer, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    freight: FreightPayer = FreightPayer.NOBODY
    asking: Asking = Asking.BUYER
    granting: Granting = Granting.REVIEW
    source: str = ""


def what_can_i_ask(certificate: Certificate, line: LineFacts, *, now: Instant) -> tuple[Answer, ...]:
    """Return one answer for every promise of the certificate, in its order."""
    return tuple(_answer(entry, line, now=now) for entry in certificate.entries)


def obstacle(version: Version, line: LineFacts) -> Reason | None:
    """Return what stands against calling on a promise wherever the goods are; None where nothing does."""
    if line.order_state in NOT_PAID or line.paid_at is None:
        return Reason("not_paid")
    if line.order_state in CANCELLED:
        return Reason("cancelled")
    return _spent(version, line) if version.asking is Asking.BUYER else None


def may_be_asked(certificate: Certificate, promise: str) -> bool:
    """Say whether people call upon a promise; what pays by itself would else be paid a second time."""
    entry = certificate.entry(promise)
    return entry is None or entry.terms is None or entry.terms.asking is not Asking.BY_ITSELF


def _spent(version: Version, line: LineFacts) -> Reason | None:
    """Return why no claim may be opened on the line any more, or not now (DOMAIN 1.7: five attempts)."""
    if line.open_minor == 0 or line.open_pieces == 0:
        return Reason("nothing_left")
    if line.open_claim_id is not None:
        return Reason("claim_open")
    most = version.timers.attempts_max
    return Reason("attempts", "DOMAIN 1.7", (("most", str(most)),)) if line.attempts >= most else None


def out_of_time(version: Version, laid: Span, *, now: Instant) -> Reason | None:
    """Return why a window is not open at this moment, or None where it is."""
    if laid.ended:
        code = "shipped_already" if version.window.end is End.SHIPPED else "signed_already"
        return Reason(code, version.source)
    if laid.since is None:
        return Reason(f"before_{version.window.start.value}", version.source)
    if laid.is_early(now):
        return Reason("too_early", version.source)
    return Reason("too_late", version.source) if laid.is_over(now) else None


def reasons_open(version: Version, line: LineFacts, *, now: Instant) -> tuple[ReasonAnswer, ...]:
    """Return the reasons that may be given now for this category, with their own ends."""
    seen: dict[str, ReasonAnswer] = {}
    for one in version.reasons:
        if one.code in seen or (one.categories and not belongs(line.category, one.categories)):
            continue
        seen[one.code] = ReasonAnswer(one.code, span_of(version, one, line).until)
    return tuple(
        answer for answer in seen.values() if not _over(version, version.reason(answer.code, line.category), line, now)
    )


def span_of(version: Version, reason: Reasoned | None, line: LineFacts) -> Span:
    """Return the window of a reason where it has one, else the promise's."""
    return span(reason.window if reason is not None and reason.window is not None else version.window, line)


def types_open(version: Version, line: LineFacts) -> tuple[ClaimType, ...]:
    """Return the kinds of claim that fit where the goods are."""
    return tuple(one for one in version.claim_types if misplaced(one, line) is None)


def misplaced(wanted: ClaimType, line: LineFacts) -> Reason | None:
    """Return why a kind of claim does not fit where the goods are, or None where it does."""
    if wanted in BEFORE_SHIPPING:
        return Reason("shipped_already") if line.is_shipped and line.unshipped_pieces <= 0 else None
    if wanted is ClaimType.PRICE_PROTECTION:
        return None
    if not line.is_shipped and line.signing_at is None:
        return Reason("not_shipped")
    return Reason("not_signed") if wanted in IN_HAND and line.signing_at is None else None


def _over(version: Version, reason: Reasoned | None, line: LineFacts, now: Instant) -> bool:
    return span_of(version, reason, line).is_over(now)


def _answer(entry: Entry, line: LineFacts, *, now: Instant) -> Answer:
    version = entry.terms
    if version is None or not entry.given:
        source = version.source if version else ""
        return Answer(entry.promise, entry.version, False, None, None, entry.reasons, source=source)
    laid = widest(version, line)
    against = obstacle(version, line) or out_of_time(version, laid, now=now)
    types = types_open(version, line)
    if against is None and version.claim_types and not types:
        against = misplaced(version.claim_types[0], line)
    return Answer(
        promise=entry.promise,
        version=version.version,
        available=against is None,
        since=laid.since,
        until=laid.until,
        reasons=(against,) if against else entry.reasons,
        claim_types=types if against is None else (),
        claim_reasons=reasons_open(version, line, now=now) if against is None else (),
        evidence=version.evidence_for(line.amount_minor),
        freight=version.freight,
        asking=version.asking,
        granting=version.granting,
        source=version.source,
    )


def widest(version: Version, line: LineFacts) -> Span:
    """Return the promise's window, or the longest of its reasons' windows where those have their own."""
    spans = [span_of(version, one, line) for one in version.reasons if one.window is not None and _fits(one, line)]
    ends = [one.until for one in spans if one.until is not None]
    own = span(version.window, line)
    if not ends or own.until is None:
        return own
    return Span(own.since, max(own.until, *ends), own.ended)


def _fits(reason: Reasoned, line: LineFacts) -> bool:
    return not reason.categories or belongs(line.category, reason.categories)
