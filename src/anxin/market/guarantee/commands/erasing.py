"""What remains of claims and disputes when a buyer asks to be forgotten.

Amounts, reasons, decisions, what kinds of proof were shown and what the other side and the platform said stay: law and
bookkeeping need them. The buyer's own words, pictures and videos go.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from anxin.infra import vault
from anxin.infra.tx import after_commit, transactional
from anxin.kernel.clock import Instant
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.domain.dispute import OPEN as DISPUTE_OPEN
from anxin.market.guarantee.errors.claims import StillOpen
from anxin.market.guarantee.models.claims import OPEN, Claim, ClaimEntry, ClaimEvidence
from anxin.market.guarantee.models.disputes import Dispute, DisputeEntry, DisputeEvidence

__all__ = ["check_nothing_open", "forget_buyer"]

OWN_WORDS = ("note", "why")  # keys of a dispute's entries under which a side writes freely


def check_nothing_open(person_id: UUID) -> None:
    """Raise StillOpen while a claim or a dispute of a person is open: forgetting would harm it."""
    claims = Claim.objects.filter(person_id=person_id, state__in=OPEN).count()
    disputes = Dispute.objects.filter(person_id=person_id, state__in=list(DISPUTE_OPEN)).count()
    if claims or disputes:
        raise StillOpen(claims, disputes)


@transactional
def forget_buyer(person_id: UUID, *, now: Instant) -> None:
    """Blank a buyer's words and remove their files in all that has ended; doing it again changes nothing."""
    ended = Claim.objects.select_for_update().filter(person_id=person_id).exclude(state__in=OPEN).order_by("id")
    claim_ids = [row.id for row in ended]
    Claim.objects.filter(id__in=claim_ids).exclude(words="").update(words="")
    said = ClaimEntry.objects.filter(claim_id__in=claim_ids, party=Party.BUYER)
    said.exclude(words="").update(words="")
    disputes = list(
        Dispute.objects.select_for_update()
        .filter(claim_id__in=claim_ids)
        .exclude(state__in=list(DISPUTE_OPEN))
        .order_by("id")
    )
    for row in disputes:
        _forget_dispute(row, now)
    shown = ClaimEvidence.objects.filter(claim_id__in=claim_ids, party=Party.BUYER, erased_at=None)
    _forget_files(shown.values_list("file", "poster"))
    shown.update(file="", poster="", erased_at=now)
    unused = ClaimEvidence.objects.filter(claim=None, given_by_id=person_id)
    _forget_files(unused.values_list("file", "poster"))
    unused.delete()


def _forget_dispute(row: Dispute, now: Instant) -> None:
    changed = {name: _without_note(getattr(row, name)) for name in ("offer", "verdict", "first_verdict")}
    Dispute.objects.filter(id=row.id).update(**changed)
    own = Q(party=Party.BUYER) | Q(kind="settled") | Q(kind="decided", facts__reason="settled")
    for entry in DisputeEntry.objects.filter(own, dispute_id=row.id):
        kept = {name: fact for name, fact in entry.facts.items() if name not in OWN_WORDS}
        if kept != entry.facts:
            DisputeEntry.objects.filter(id=entry.id).update(facts=kept)
    shown = DisputeEvidence.objects.filter(dispute_id=row.id, party=Party.BUYER, erased_at=None)
    _forget_files(shown.values_list("file", "poster"))
    shown.update(words="", file="", poster="", erased_at=now)


def _without_note(verdict: dict[str, object] | None) -> dict[str, object] | None:
    """Return what the two sides agreed without its words; what the platform decided keeps its reasons."""
    return {**verdict, "note": ""} if verdict and verdict["reason"] == "settled" else verdict


def _forget_files(pairs: Iterable[tuple[str, str]]) -> None:
    for pair in pairs:
        for name in filter(None, pair):
            after_commit(lambda name=name: vault.forget(name))  # type: ignore[misc]
