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
from anxin.market.guarantee.store.lines import line_facts

__all__ = ["RecordedDecision", "record_decision"]


@dataclass(frozen=True)
class RecordedDecision:
    """A decision as it was kept, with the line as it stood."""

    id: UUID
    decision: Decision
    line: LineFacts


@transactional
def record_decision(line_id: UUID, wish: ClaimFacts, *, claim_id: UUID | None = None, now: Instant) -> RecordedDecision:
    """Decide a wish for a line by its certificate and keep the decision with its inputs.

    A claim that is decided anew (`claim_id`) neither stands in its own way nor counts as an attempt before itself.
    Raises UnknownLine, and UnknownCertificate for a line that was never paid.
    """
    line = line_facts([line_id]).get(line_id)
    if line is None:
        raise UnknownLine
    if claim_id is not None and line.open_claim_id == claim_id:
        line = replace(line, open_claim_id=None, attempts=max(0, line.attempts - 1))
    certificate = _certificate(line, now=now)
    decision = decide(certificate, line, wish, now=now)
    row = _row(certificate, line, wish, decision, now)
    row.claim_id = claim_id
    row.save(force_insert=True)
    return RecordedDecision(row.id, decision, line)


def _certificate(line: LineFacts, *, now: Instant) -> Certificate:
    """Return the line's certificate; one that its event did not bring yet is issued now."""
    found = certificates_where(line_id=line.line_id).get(line.line_id)
    if found is None:
        issue_certificates([line.order_id], now=now)
        found = certificates_where(line_id=line.line_id).get(line.line_id)
    if found is None:
        raise UnknownCertificate
    return found


def _row(certificate: Certificate, line: LineFacts, wish: ClaimFacts, decision: Decision, now: Instant) -> DecisionRow:
    inputs = {"certificate": certificate.hash, "line": line, "claim": wish, "now": now}
    return DecisionRow(
        id=new_id(),
        shop_id=line.shop_id,
        order_id=line.order_id,
        line_id=line.line_id,
        promise=wish.promise,
        profile=certificate.profile,
        outcome=decision.outcome,
        amount_minor=decision.amount_minor,
        compensation_minor=decision.compensation_minor,
        inputs=canonical.to_plain(inputs),
        result=canonical.to_plain(decision),
        decided_at=now,
    )
