"""Facts about complaints."""

from uuid import UUID

from anxin.infra.outbox import event
from anxin.kernel.clock import Instant


@event("service.complaint_filed", version=1)
class ComplaintFiled:
    """Somebody complained to the platform about a shop."""

    complaint_id: UUID
    shop_id: UUID
    person_id: UUID
    complaint_kind: str
    order_id: UUID | None
    review_id: UUID | None
    answer_by: Instant


@event("service.complaint_acknowledged", version=1)
class ComplaintAcknowledged:
    """The platform said that a complaint arrived; `automatic` where nobody did in time."""

    complaint_id: UUID
    shop_id: UUID
    person_id: UUID
    automatic: bool


@event("service.complaint_overdue", version=1)
class ComplaintOverdue:
    """The platform has not answered a complaint in time; said again every day until it has."""

    complaint_id: UUID
    shop_id: UUID
    answer_by: Instant


@event("service.complaint_decided", version=1)
class ComplaintDecided:
    """The platform answered a complaint."""

    complaint_id: UUID
    shop_id: UUID
    person_id: UUID
    complaint_kind: str
    outcome: str
    order_id: UUID | None
