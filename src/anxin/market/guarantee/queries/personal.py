"""What is kept about a buyer in claims, disputes, compensations and insurances, for the export of personal data."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.models import Compensation
from anxin.market.guarantee.models.claims import Claim, ClaimEvidence
from anxin.market.guarantee.models.disputes import Dispute, DisputeEvidence
from anxin.market.guarantee.models.insurance import FreightClaim, FreightPolicy, ReturnPickUp

CLAIM = (
    "id", "order_id", "line_id", "shop_id", "type", "reason", "words", "state", "refund_minor", "compensation_minor",
    "return_carrier", "return_tracking_no", "applied_at", "ended_at",
)  # fmt: skip
DISPUTE = (
    "id", "claim_id", "order_id", "state", "asked_minor", "paid_minor", "offer", "verdict", "appealed_by", "outcome",
    "opened_at", "ended_at",
)  # fmt: skip
COMPENSATION = ("id", "order_id", "kind", "stage", "amount_minor", "cause", "made_at", "arrived_at")
POLICY = (
    "id", "order_id", "state", "holder", "product", "premium_minor", "cover_minor", "from_region", "to_region", "weight_grams",
    "rules", "insurer", "insurer_ref", "refusal", "opened_at", "active_at", "ends_at", "ended_at",
)  # fmt: skip
FREIGHT = (
    "id", "policy_id", "claim_id", "state", "route", "carrier", "tracking_no", "asked_minor", "paid_minor", "refusal",
    "applied_at",
)  # fmt: skip
PICK_UP = (
    "id",
    "claim_id",
    "order_id",
    "asked_at",
    "ended_at",
    "collected",
    "insured_minor",
    "merchant_minor",
    "buyer_minor",
)


def held_about(person_id: UUID) -> dict[str, Any]:
    """Return a buyer's claims and disputes, with what both sides said, compensations and insurances of the way back.

    Files are told by their names in the archive.
    """
    return {
        "claims": [_claim(row) for row in Claim.objects.filter(person_id=person_id).order_by("id")],
        "disputes": [_dispute(row) for row in Dispute.objects.filter(person_id=person_id).order_by("id")],
        "compensations": _rows(Compensation, COMPENSATION, person_id),
        "freight_policies": _rows(FreightPolicy, POLICY, person_id),
        "freight_claims": _rows(FreightClaim, FREIGHT, person_id),
        "pick_ups": _rows(ReturnPickUp, PICK_UP, person_id),
    }


def files_of(person_id: UUID) -> Iterator[tuple[str, str]]:
    """Yield (name in the archive, name in the vault) of every picture and video that a buyer has shown."""
    of_claims = ClaimEvidence.objects.filter(claim__person_id=person_id, party=Party.BUYER, erased_at=None)
    for shown in of_claims.order_by("id"):
        yield _name("claims", shown.id, shown.medium), shown.file
    of_disputes = DisputeEvidence.objects.filter(dispute__person_id=person_id, party=Party.BUYER, erased_at=None)
    for piece in of_disputes.exclude(file="").order_by("id"):
        yield _name("disputes", piece.id, piece.medium), piece.file


def _rows(model: Any, columns: tuple[str, ...], person_id: UUID) -> list[dict[str, Any]]:
    return list(model.objects.filter(person_id=person_id).order_by("id").values(*columns))


def _claim(row: Claim) -> dict[str, Any]:
    entries = row.entries.order_by("happened_at", "id").values(
        "kind", "party", "minor", "words", "facts", "happened_at"
    )
    shown = row.evidence.filter(party=Party.BUYER).order_by("id")
    evidence = [
        {"kind": one.kind, "given_at": one.given_at, "file": _name("claims", one.id, one.medium)} for one in shown
    ]
    return {**{name: getattr(row, name) for name in CLAIM}, "entries": list(entries), "evidence": evidence}


def _dispute(row: Dispute) -> dict[str, Any]:
    entries = row.entries.order_by("happened_at", "id").values("kind", "party", "facts", "happened_at")
    shown = row.evidence.filter(party=Party.BUYER).order_by("id")
    evidence = [
        {
            "kind": one.kind,
            "words": one.words,
            "given_at": one.given_at,
            "file": _name("disputes", one.id, one.medium) if one.file else "",
        }
        for one in shown
    ]
    return {**{name: getattr(row, name) for name in DISPUTE}, "entries": list(entries), "evidence": evidence}


def _name(folder: str, piece: UUID, medium: str) -> str:
    return f"files/{folder}/{piece}.{'mp4' if medium == 'video' else 'jpg'}"
