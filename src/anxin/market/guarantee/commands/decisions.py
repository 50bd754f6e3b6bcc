"""Decisions: made by the rules, kept with everything they were told."""

from dataclasses import dataclass, replace
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.certificates import issue_certificates
from anxin.market.guarantee.domain import canonical
from anxin.market.guarantee.domain.certificate import Certificate
from anxin.market.guarantee.domain.deciding import Decision, decide
from anxin.market.guarantee.domain.facts import ClaimFacts, LineFacts
from anxin.market.guarantee.errors.promises import UnknownCertificate, UnknownLine
from anxin.market.guarantee.models import Decision as DecisionRow
from anxin.market.guarantee.store.certificates import certificates_where
from anxin.market.guarantee.store.lines import facts_of
from anxin.market.orders.queries import OrderFacts, orders_of_lines

__all__ = ["Case", "RecordedDecision", "case_in", "case_of", "keep_decision", "record_decision"]


@dataclass(frozen=True)
class RecordedDecision:
    """A decision as it was kept, with the line as it stood."""

    id: UUID
    decision: Decision
    line: LineFacts


@dataclass(frozen=True)
class Case:
    """What every decision about a line looks at: the line as it stands, and what was promised for it."""

    line: LineFacts
    certificate: Certificate


def case_of(line_id: UUID, *, apart_from: UUID | None = None, now: Instant) -> Case:
    """Return the case of a line as it would stand without the claim `apart_from`. Raises UnknownLine, UnknownCertificate."""
    order = orders_of_lines([line_id]).get(line_id)
    if order is None:
        raise UnknownLine
    return case_in(order, line_id, apart_from=apart_from, now=now)


def case_in(order: OrderFacts, line_id: UUID, *, apart_from: UUID | None = None, now: Instant) -> Case:
    """Return the case of a line of an order that was read already; a claim that is decided anew stands not in its own way.

    Raises UnknownCertificate for a line that was never paid.
    """
    line = facts_of({line_id: order}, [line_id])[line_id]
    if apart_from is not None and line.open_claim_id == apart_from:
        line = replace(line, open_claim_id=None, attempts=max(0, line.attempts - 1))
    return Case(line, _certificate(line, now=now))


@transactional
def record_decision(line_id: UUID, wish: ClaimFacts, *, claim_id: UUID | None = None, now: Instant) -> RecordedDecision:
    """Decide a wish for a line by its certificate and keep the decision with its inputs.

    A claim that is decided anew (`claim_id`) neither stands in its own way nor counts as an attempt before itself.
    Raises UnknownLine, and UnknownCertificate for a line that was never paid.
    """
    return keep_decision(case_of(line_id, apart_from=claim_id, now=now), wish, claim_id=claim_id, now=now)


def keep_decision(case: Case, wish: ClaimFacts, *, claim_id: UUID | None, now: Instant) -> RecordedDecision:
    """Decide a wish about a case and keep the decision with its inputs; part of the caller's transaction."""
    decision = decide(case.certificate, case.line, wish, now=now)
    row = _row(case, wish, decision, now)
    row.claim_id = claim_id
    row.save(force_insert=True)
    return RecordedDecision(row.id, decision, case.line)


def _certificate(line: LineFacts, *, now: Instant) -> Certificate:
    """Return the line's certificate; one that its event did not bring yet is issued now."""
    found = certificates_where(line_id=line.line_id).get(line.line_id)
    if found is None:
        issue_certificates([line.order_id], now=now)
        found = certificates_where(line_id=line.line_id).get(line.line_id)
    if found is None:
        raise UnknownCertificate
    return found


def _row(case: Case, wish: ClaimFacts, decision: Decision, now: Instant) -> DecisionRow:
    line = case.line
    inputs = {"certificate": case.certificate.hash, "line": line, "claim": wish, "now": now}
    return DecisionRow(
        id=new_id(),
        shop_id=line.shop_id,
        order_id=line.order_id,
        line_id=line.line_id,
        promise=wish.promise,
        profile=case.certificate.profile,
        outcome=decision.outcome,
        amount_minor=decision.amount_minor,
        compensation_minor=decision.compensation_minor,
        inputs=canonical.to_plain(inputs),
        result=canonical.to_plain(decision),
        decided_at=now,
    )
