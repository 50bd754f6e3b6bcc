"""Evidence in a dispute: words, pictures and short videos, cleaned and kept by the store of claims.

Files are kept before the transaction (`keep_file`); a kept file whose row is never written is harmless.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.claim_evidence import Kept, keep_file
from anxin.market.guarantee.domain.arbitration import Arbitration
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.models.claims import ClaimEvidence
from anxin.market.guarantee.models.disputes import Dispute, DisputeEvidence
from anxin.market.guarantee.store.disputes import rules_of

__all__ = ["WORDS_MAX", "Kept", "Piece", "copy_from_claim", "file_pieces", "keep_file", "shown_in_claim"]

WORDS_MAX = 1000
PRIVATE_KINDS = frozenset({"diagnosis", "medical_bill", "photo_skin"})  # bodies and medical papers are always private


@dataclass(frozen=True)
class Piece:
    """Something to hand in: its kind in the rules, words or a kept file, and whether it is private."""

    kind: str
    words: str = ""
    file: Kept | None = None
    private: bool = False


def file_pieces(
    row: Dispute, pieces: list[Piece], *, party: Party, by: UUID, now: Instant, in_appeal: bool = False
) -> int:
    """Write pieces of evidence; the same picture or the same words from the same side count once. Return how many were new."""
    known = set(DisputeEvidence.objects.filter(dispute_id=row.id, party=party).values_list("sha256", flat=True))
    fresh = {_digest(piece): piece for piece in pieces if piece.file or piece.words.strip()}
    rows = [
        DisputeEvidence(
            id=new_id(),
            dispute_id=row.id,
            shop_id=row.shop_id,
            party=party,
            kind=rules_of(row).kind_of(piece.kind),
            words=piece.words.strip()[:WORDS_MAX],
            file=piece.file.file if piece.file else "",
            medium=piece.file.medium if piece.file else "",
            poster=piece.file.poster if piece.file else "",
            sha256=digest,
            private=piece.private or piece.kind in PRIVATE_KINDS,
            in_appeal=in_appeal,
            given_by_id=by,
            given_at=now,
        )
        for digest, piece in fresh.items()
        if digest not in known
    ]
    DisputeEvidence.objects.bulk_create(rows)
    return len(rows)


def shown_in_claim(claim_id: UUID, pieces_max: int) -> list[ClaimEvidence]:
    """Return what both sides showed before the platform was called, oldest first; as much of a side as it may show."""
    found = ClaimEvidence.objects.filter(claim_id=claim_id).order_by("id")
    return [row for party in (Party.BUYER, Party.MERCHANT) for row in found.filter(party=party)[:pieces_max]]


def copy_from_claim(row: Dispute, shown: list[ClaimEvidence], rules: Arbitration) -> None:
    """Put what was shown in the claim into the file of the dispute; the files themselves stay where they are."""
    DisputeEvidence.objects.bulk_create(
        DisputeEvidence(
            id=new_id(),
            dispute_id=row.id,
            shop_id=row.shop_id,
            party=one.party,
            kind=rules.kind_of("video" if one.medium == "video" else one.kind),
            file=one.file,
            medium=one.medium,
            poster=one.poster,
            sha256=one.sha256,
            private=one.kind in PRIVATE_KINDS,
            given_by_id=one.given_by_id,
            given_at=one.given_at,
        )
        for one in shown
    )


def _digest(piece: Piece) -> str:
    if piece.file:
        return piece.file.sha256
    return hashlib.sha256(piece.words.strip().encode()).hexdigest()
