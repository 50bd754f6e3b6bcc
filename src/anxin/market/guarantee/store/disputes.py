"""Rows of disputes ⇄ domain. Lock order: the claim first, then its dispute."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from anxin.infra.rows import change_row, read_row
from anxin.infra.tx import savepoint
from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee import book
from anxin.market.guarantee.domain.arbitration import Arbitration, VerdictKind
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute import LIFE, Dispute, DisputeState, Outcome
from anxin.market.guarantee.domain.dispute_acts import Clock, Note
from anxin.market.guarantee.domain.verdicts import CaseFacts, Verdict
from anxin.market.guarantee.errors.disputes import DisputeOpen, UnknownDispute
from anxin.market.guarantee.models.claims import Claim, ClaimEvidence
from anxin.market.guarantee.models.disputes import Dispute as DisputeRow
from anxin.market.guarantee.models.disputes import DisputeEntry, DisputeEvidence

DEADLINE = "guarantee.dispute"


def find(dispute_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> DisputeRow:
    """Return a dispute as its buyer or its shop may see it. Raises UnknownDispute for anybody else's."""
    rows = DisputeRow.objects.filter(id=dispute_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    found = rows.first()
    if found is None:
        raise UnknownDispute
    return found


def lock(dispute_id: UUID) -> DisputeRow:
    """Return a dispute, locked; its claim is locked already where the act reaches the claim. Raises UnknownDispute."""
    found = read_row(DisputeRow, lock=True, id=dispute_id)
    if found is None:
        raise UnknownDispute
    return found


def insert(case: Dispute, columns: Mapping[str, Any]) -> DisputeRow:
    """Write a new dispute. Raises DisputeOpen where the claim has an open one."""
    row = DisputeRow(id=case.id, **columns, **_columns(case))
    try:
        with savepoint():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise DisputeOpen from error
    return row


def note_amounts(row: DisputeRow, asked_minor: int, paid_minor: int, refundable_minor: int) -> None:
    """Write what a dispute is about now: a part may have been paid since it began."""
    row.asked_minor, row.paid_minor, row.refundable_minor = asked_minor, paid_minor, refundable_minor
    row.save(update_fields=["asked_minor", "paid_minor", "refundable_minor"])


def save(row: DisputeRow, case: Dispute, **more: Any) -> None:
    """Write a dispute back by compare-and-set. Raises LostRace."""
    change_row(row, LIFE.aggregate, {**_columns(case), **more})


def note(row: DisputeRow, entry: Note, *, actor_id: UUID | None, now: Instant) -> None:
    """Add an entry to the dispute's timeline."""
    DisputeEntry.objects.create(
        id=new_id(),
        dispute_id=row.id,
        shop_id=row.shop_id,
        kind=entry.kind,
        party=entry.party,
        facts=entry.facts,
        actor_id=actor_id,
        happened_at=now,
    )


def rules_of(row: DisputeRow) -> Arbitration:
    """Return the rules a dispute was opened under; it is judged by them to its end."""
    return book.arbitration_named(row.rules)


def facts_of(row: DisputeRow, filed: Mapping[Party, frozenset[str]] | None = None) -> CaseFacts:
    """Return what a verdict is checked against; `filed` is evidence that lies elsewhere (the claim's), by who gave it."""
    given = DisputeEvidence.objects.filter(dispute_id=row.id).values_list("party", "kind")
    claim = Claim.objects.values("goods_back", "accepted_pieces", "compensation_arrived").get(id=row.claim_id)
    shown = kinds_shown(rules_of(row), list(given), filed or {})
    return CaseFacts(
        paid_minor=row.paid_minor,
        refundable_minor=row.refundable_minor,
        shipped=row.shipped,
        fresh=row.fresh,
        buyer_shows=shown[Party.BUYER],
        merchant_shows=shown[Party.MERCHANT],
        goods_back=claim["goods_back"],
        part_accepted=claim["accepted_pieces"] is not None,
        compensated=claim["compensation_arrived"],
    )


def kinds_shown(
    rules: Arbitration, given: Iterable[tuple[str, str]], filed: Mapping[Party, frozenset[str]]
) -> dict[Party, frozenset[str]]:
    """Return the kinds that each side has shown: in the dispute as (party, kind), and what was `filed` elsewhere."""
    pairs = list(given)
    return {
        party: frozenset(kind for by, kind in pairs if by == party)
        | {rules.kind_of(kind) for kind in filed.get(party, ())}
        for party in (Party.BUYER, Party.MERCHANT)
    }


def claim_evidence(claim_id: UUID) -> Mapping[Party, frozenset[str]]:
    """Return the kinds of evidence that were shown in the claim itself, by who showed them."""
    return kinds_by_party(ClaimEvidence.objects.filter(claim_id=claim_id))


def kinds_by_party(rows: Iterable[ClaimEvidence]) -> Mapping[Party, frozenset[str]]:
    """Return the kinds of evidence of a claim by who showed them."""
    shown: dict[Party, set[str]] = {}
    for row in rows:
        shown.setdefault(Party(row.party), set()).add(row.kind)
    return {party: frozenset(kinds) for party, kinds in shown.items()}


def case_of(row: DisputeRow) -> Dispute:
    """Return the dispute that a row holds."""
    return Dispute(
        id=row.id,
        claim_id=row.claim_id,
        shop_id=row.shop_id,
        buyer_id=row.person_id,
        asked_minor=row.asked_minor,
        rules=row.rules,
        fresh=row.fresh,
        opened_by=Party(row.opened_by),
        opened_at=row.opened_at,
        state=DisputeState(row.state),
        clock=Clock(row.clock) if row.clock else None,
        due_at=row.due_at,
        arbitrator=row.arbitrator_id,
        overdue=row.overdue,
        wanted=frozenset(map(Party, row.wanted)),
        buyer_pieces=row.buyer_pieces,
        merchant_pieces=row.merchant_pieces,
        offered_by=Party(row.offered_by) if row.offered_by else None,
        offer=verdict_of(row.offer),
        verdict=verdict_of(row.verdict),
        decided_by=row.decided_by_id,
        signed_by=row.signed_by_id,
        decided_at=row.decided_at,
        accepted=frozenset(map(Party, row.accepted)),
        appealed_by=Party(row.appealed_by) if row.appealed_by else None,
        appealed_at=row.appealed_at,
        first_verdict=verdict_of(row.first_verdict),
        judges=frozenset(map(UUID, row.judges)),
        forced=row.forced,
        outcome=Outcome(row.outcome) if row.outcome else None,
        ended_at=row.ended_at,
    )


def verdict_of(kept: Mapping[str, Any] | None) -> Verdict | None:
    """Return a verdict that was kept as JSON."""
    if kept is None:
        return None
    return Verdict(**{**kept, "kind": VerdictKind(kept["kind"]), "freight": Party(kept["freight"])})


def _columns(case: Dispute) -> dict[str, Any]:
    """Return the columns that a step may change."""
    return {
        "state": case.state,
        "clock": case.clock or "",
        "due_at": case.due_at,
        "arbitrator_id": case.arbitrator,
        "overdue": case.overdue,
        "wanted": sorted(case.wanted),
        "buyer_pieces": case.buyer_pieces,
        "merchant_pieces": case.merchant_pieces,
        "offered_by": case.offered_by or "",
        "offer": asdict(case.offer) if case.offer else None,
        "verdict": asdict(case.verdict) if case.verdict else None,
        "verdict_kind": case.verdict.kind if case.verdict else "",
        "verdict_reason": case.verdict.reason if case.verdict else "",
        "decided_by_id": case.decided_by,
        "signed_by_id": case.signed_by,
        "decided_at": case.decided_at,
        "accepted": sorted(case.accepted),
        "appealed_by": case.appealed_by or "",
        "appealed_at": case.appealed_at,
        "first_verdict": asdict(case.first_verdict) if case.first_verdict else None,
        "overturned": case.overturned,
        "judges": sorted(map(str, case.judges)),
        "forced": case.forced,
        "outcome": case.outcome or "",
        "ended_at": case.ended_at,
    }
