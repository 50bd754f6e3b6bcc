"""Everything the guarantee knows of a case, for its arbitrator: one statement."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, QuerySet, Value, When

from anxin.infra.together import read_together
from anxin.kernel.clock import Instant
from anxin.market.guarantee.book import arbitration_named
from anxin.market.guarantee.domain.arbitration import VerdictKind
from anxin.market.guarantee.domain.certificate import Certificate
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute import DisputeState, Outcome
from anxin.market.guarantee.domain.verdicts import Bounds, CaseFacts, bounds
from anxin.market.guarantee.errors.disputes import UnknownDispute
from anxin.market.guarantee.models import Certificate as CertificateRow
from anxin.market.guarantee.models.claims import ClaimEntry, ClaimEvidence
from anxin.market.guarantee.models.disputes import Dispute, DisputeEntry, DisputeEvidence
from anxin.market.guarantee.queries import claims, disputes
from anxin.market.guarantee.queries.disputes import ENTRIES_MAX, EVIDENCE_MAX, DisputeFacts, EntryFacts, EvidenceFacts
from anxin.market.guarantee.store import disputes as store
from anxin.market.guarantee.store.certificates import read_certificates

PRECEDENTS = 5


@dataclass(frozen=True)
class Precedent:
    """How a case like this was decided: no names, the refund as basis points of what was paid."""

    id: UUID
    category: str
    claim_reason: str
    kind: VerdictKind
    reason: str
    refund_bps: int
    compensation_minor: int
    outcome: Outcome
    overturned: bool
    ended_at: Instant


@dataclass(frozen=True)
class CasePapers:
    """What was shown and what happened, in the dispute and in its claim; what was promised; how the like was decided.

    `facts` is what a verdict is checked against, `bounds` what every reason allows: the live caps of the verdict form.
    """

    evidence: tuple[EvidenceFacts, ...]
    entries: tuple[EntryFacts, ...]
    claim_entries: tuple[claims.EntryFacts, ...]
    certificate: Certificate | None
    precedents: tuple[Precedent, ...]
    facts: CaseFacts
    bounds: tuple[Bounds, ...]


def case_papers(case: DisputeFacts) -> CasePapers:
    """Return the papers of a case as the platform may see them."""
    claim_id = case.case.claim_id
    found = read_together(
        evidence=DisputeEvidence.objects.filter(dispute_id=case.id).order_by("id")[:EVIDENCE_MAX],
        entries=DisputeEntry.objects.filter(dispute_id=case.id).order_by("id")[:ENTRIES_MAX],
        claim_evidence=ClaimEvidence.objects.filter(claim_id=claim_id),
        claim_entries=ClaimEntry.objects.filter(claim_id=claim_id).order_by("happened_at", "id")[:ENTRIES_MAX],
        certificates=CertificateRow.objects.filter(line_id=case.line_id),
        precedents=_like(case),
    )
    evidence = tuple(disputes.evidence_facts(row, Party.PLATFORM) for row in found["evidence"])
    facts = _case_facts(case, evidence, store.kinds_by_party(found["claim_evidence"]))
    return CasePapers(
        evidence=evidence,
        entries=tuple(map(disputes.entry_facts, found["entries"])),
        claim_entries=tuple(map(claims.entry_facts, found["claim_entries"])),
        certificate=read_certificates(found["certificates"]).get(case.line_id),
        precedents=tuple(map(_precedent, found["precedents"])),
        facts=facts,
        bounds=bounds(facts, arbitration_named(case.case.rules)),
    )


def _case_facts(
    case: DisputeFacts, given: tuple[EvidenceFacts, ...], in_claim: Mapping[Party, frozenset[str]]
) -> CaseFacts:
    rules = arbitration_named(case.case.rules)
    shown = store.kinds_shown(rules, [(one.party.value, one.kind) for one in given], in_claim)
    return CaseFacts(
        paid_minor=case.paid_minor,
        refundable_minor=case.refundable_minor,
        shipped=case.shipped,
        fresh=case.fresh,
        buyer_shows=shown[Party.BUYER],
        merchant_shows=shown[Party.MERCHANT],
    )


def _like(case: DisputeFacts) -> QuerySet[Dispute]:
    """Return verdicts on the same wish, the same category first, then the newest."""
    decided = Dispute.objects.filter(
        state=DisputeState.ENDED, outcome__in=[Outcome.BUYER, Outcome.PARTIAL, Outcome.MERCHANT]
    ).exclude(id=case.id)
    same = decided.filter(claim_reason=case.claim_reason, claim_type=case.claim_type)
    nearest = Case(When(category=case.category, then=Value(0)), default=Value(1))
    return same.order_by(nearest, "-ended_at")[:PRECEDENTS]


def _precedent(row: Dispute) -> Precedent:
    verdict = store.verdict_of(row.verdict)
    if verdict is None:
        raise UnknownDispute
    return Precedent(
        id=row.id,
        category=row.category,
        claim_reason=row.claim_reason,
        kind=verdict.kind,
        reason=verdict.reason,
        refund_bps=verdict.refund_minor * 10_000 // row.paid_minor if row.paid_minor else 0,
        compensation_minor=verdict.compensation_minor,
        outcome=Outcome(row.outcome),
        overturned=row.overturned,
        ended_at=row.ended_at or row.opened_at,
    )
