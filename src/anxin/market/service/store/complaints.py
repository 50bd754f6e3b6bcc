"""Rows of complaints ⇄ domain."""

from typing import Any
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
from anxin.kernel.states import LostRace
from anxin.market.service.domain.complaints import LIFE, ComplaintState
from anxin.market.service.errors.complaints import UnknownComplaint
from anxin.market.service.models import Complaint, ComplaintStep

ACKNOWLEDGE = "service.complaint_acknowledge"
MERCHANT = "service.complaint_merchant"
ANSWER = "service.complaint_answer"


def found_complaint(complaint_id: UUID, *, person_id: UUID | None = None, shop_id: UUID | None = None) -> Complaint:
    """Return a complaint as its writer, its shop or an operator may see it. Raises UnknownComplaint."""
    rows = Complaint.objects.filter(pk=complaint_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    found = rows.first()
    if found is None:
        raise UnknownComplaint
    return found


def step(row: Complaint, verb: str, **changes: Any) -> None:
    """Take one step of a complaint's life by compare-and-set on (id, state, version). Raises IllegalStep, LostRace."""
    following = LIFE.after(ComplaintState(row.state), verb)
    swap(row, {**changes, "state": following})


def swap(row: Complaint, changes: dict[str, Any]) -> None:
    """Change columns if state and version are still those that were read. Raises LostRace."""
    written = {**changes, "version": row.version + 1}
    if not Complaint.objects.filter(pk=row.pk, state=row.state, version=row.version).update(**written):
        raise LostRace(LIFE.aggregate)
    for name, value in written.items():
        setattr(row, name, value)


def note(row: Complaint, verb: str, *, now: Instant, text: str = "") -> None:
    """Add a line to what happened to a complaint."""
    ComplaintStep.objects.create(id=new_id(), complaint_id=row.pk, verb=verb, text=text, at=now)
