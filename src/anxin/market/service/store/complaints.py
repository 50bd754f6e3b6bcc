"""Rows of complaints ⇄ domain."""

from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.ids import new_id
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


def note(row: Complaint, verb: str, *, now: Instant, text: str = "") -> None:
    """Add a line to what happened to a complaint."""
    ComplaintStep.objects.create(id=new_id(), complaint_id=row.pk, verb=verb, text=text, at=now)
