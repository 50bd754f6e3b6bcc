"""What a buyer may choose from when he asks for after-sale service: what happened, which remedy, what it takes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands.claim_deciding import Wish, rank_of, wish_of
from anxin.market.guarantee.domain.asking import what_can_i_ask
from anxin.market.guarantee.domain.deciding import Decision, Outcome, decide
from anxin.market.guarantee.domain.facts import ClaimFacts, ClaimType, Evidence, FreightPayer
from anxin.market.guarantee.domain.promises import Asking
from anxin.market.guarantee.queries.asking import LineAnswers, answers_of_line
from anxin.market.orders.queries import orders_of_lines

__all__ = ["Option", "Remedy", "options_for", "options_of_line"]

_ALL = frozenset(Evidence)


@dataclass(frozen=True)
class Remedy:
    """One way to make it good, for the pieces in question. Amounts are minor units; `evidence` is what has to be shown."""

    type: ClaimType
    promise: str
    refund_minor: int
    compensation_minor: int
    freight_payer: FreightPayer
    return_needed: bool
    at_once: bool
    refusable: bool
    evidence: tuple[Evidence, ...]
    until: Instant | None
    answer_hours: int


@dataclass(frozen=True)
class Option:
    """Something that may have happened, and the remedies for it."""

    reason: str
    remedies: tuple[Remedy, ...]

    @property
    def until(self) -> Instant | None:
        """Until when it may be said at all; None where no date ends it."""
        moments = [one.until for one in self.remedies]
        return None if None in moments else max(moment for moment in moments if moment is not None)


def options_of_line(
    line_id: UUID, pieces: int, *, person_id: UUID, apart_from: UUID | None = None, now: Instant
) -> tuple[Option, ...]:
    """Return what may be said of a line now, with what each remedy would bring.

    `apart_from` is a claim that is being changed: it does not stand in its own way. Raises UnknownLine.
    """
    found = _without(answers_of_line(line_id, now=now), apart_from, now)
    order = orders_of_lines([line_id])[line_id]
    line = next(one for one in order.lines if one.id == line_id)
    remedies: dict[str, dict[ClaimType, Remedy]] = {}
    for reason, kind in _choices(found):
        wish = wish_of(Wish(kind, reason, pieces), line, person_id=person_id, shown=(), now=now)
        best = _best(found, wish, now)
        if best is not None:
            remedies.setdefault(reason, {})[kind] = best
    return tuple(Option(reason, tuple(by_kind.values())) for reason, by_kind in remedies.items())


def options_for(
    lines: Sequence[tuple[UUID, int]], *, person_id: UUID, apart_from: UUID | None = None, now: Instant
) -> tuple[Option, ...]:
    """Return what may be said of several (line, pieces) at once: what holds for all of them, amounts added up."""
    of_lines = [
        options_of_line(line_id, pieces, person_id=person_id, apart_from=apart_from, now=now)
        for line_id, pieces in lines
    ]
    if not of_lines:
        return ()
    return tuple(merged for option in of_lines[0] if (merged := _together(option, of_lines[1:])) is not None)


def _without(found: LineAnswers, claim_id: UUID | None, now: Instant) -> LineAnswers:
    if claim_id is None or found.line.open_claim_id != claim_id:
        return found
    line = replace(found.line, open_claim_id=None, attempts=max(0, found.line.attempts - 1))
    return replace(found, line=line, answers=what_can_i_ask(found.certificate, line, now=now))


def _choices(found: LineAnswers) -> Iterable[tuple[str, ClaimType]]:
    """Yield what may be said and asked for, each once, in the order of the certificate."""
    seen = set()
    for answer in found.answers:
        if not answer.available or answer.asking is not Asking.BUYER:
            continue
        for reason in answer.claim_reasons:
            for kind in answer.claim_types:
                if (reason.code, kind) not in seen:
                    seen.add((reason.code, kind))
                    yield reason.code, kind


def _best(found: LineAnswers, wish: ClaimFacts, now: Instant) -> Remedy | None:
    """Return what the promise that serves the buyer best would bring, with everything shown that it asks for."""
    tried = []
    for answer in found.answers:
        if answer.available and wish.claim_type in answer.claim_types:
            under = replace(wish, promise=answer.promise)
            full = decide(found.certificate, found.line, replace(under, evidence=_ALL), now=now)
            if full.outcome is not Outcome.DENY:
                tried.append((full, decide(found.certificate, found.line, under, now=now)))
    if not tried:
        return None
    full, bare = min(tried, key=lambda one: rank_of(one[0]))
    return _remedy(wish.claim_type, full, bare)


def _remedy(kind: ClaimType, full: Decision, bare: Decision) -> Remedy:
    return Remedy(
        type=kind,
        promise=full.promise,
        refund_minor=full.amount_minor,
        compensation_minor=full.compensation_minor,
        freight_payer=full.freight_payer,
        return_needed=full.return_needed,
        at_once=full.outcome is Outcome.GRANT,
        refusable=full.refusable,
        evidence=bare.evidence,
        until=full.until,
        answer_hours=full.timers.merchant_answer_hours,
    )


def _together(option: Option, others: Sequence[tuple[Option, ...]]) -> Option | None:
    remedies = list(option.remedies)
    for of_line in others:
        same = next((one for one in of_line if one.reason == option.reason), None)
        theirs = {one.type: one for one in same.remedies} if same else {}
        remedies = [_sum(one, theirs[one.type]) for one in remedies if one.type in theirs]
    return Option(option.reason, tuple(remedies)) if remedies else None


def _sum(one: Remedy, other: Remedy) -> Remedy:
    untils = [moment for moment in (one.until, other.until) if moment is not None]
    return replace(
        one,
        refund_minor=one.refund_minor + other.refund_minor,
        compensation_minor=one.compensation_minor + other.compensation_minor,
        at_once=one.at_once and other.at_once,
        refusable=one.refusable or other.refusable,
        evidence=tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        until=min(untils, default=None),
    )
