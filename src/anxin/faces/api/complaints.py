"""Complaints to the platform, and the shop's experience score, for programs."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import (
    Answer,
    Body,
    ComplaintId,
    OrderId,
    PageAnswer,
    PageQuery,
    ReviewId,
    ShopId,
    page_answer,
)
from anxin.infra.clock import now
from anxin.kernel.clock import shanghai_day
from anxin.market.service.commands import complaints as commands
from anxin.market.service.commands.complaints import ComplaintKind, NewComplaint, Subject
from anxin.market.service.queries import complaints as queries
from anxin.market.service.queries.complaints import ANSWER_LENGTH_MAX, TEXT_LENGTH_MAX, TEXT_LENGTH_MIN
from anxin.market.service.queries.scores import explanation_of
from anxin.market.shops.queries.scores import score_history

router = Router()
HISTORY_DAYS = 90


class ComplaintIn(Body):
    """A complaint about an own order, a review or a shop: name one of them."""

    kind: Annotated[ComplaintKind, Field(strict=False)]
    text: Annotated[str, Field(min_length=TEXT_LENGTH_MIN, max_length=TEXT_LENGTH_MAX)]
    order: OrderId | None = None
    review: ReviewId | None = None
    shop: ShopId | None = None


class ShopSideIn(Body):
    """What the shop says to a complaint."""

    text: Annotated[str, Field(min_length=1, max_length=ANSWER_LENGTH_MAX)]


class ShopComplaintsQuery(PageQuery):
    """Which complaints are wanted."""

    to_answer: bool = False


class ComplaintOut(Answer):
    """A complaint with its clocks; `complainant` is a masked name."""

    id: ComplaintId
    complainant: str
    shop_id: ShopId
    order_id: OrderId | None
    review_id: ReviewId | None
    kind: str
    text: str
    pictures: int
    state: str
    filed_at: datetime
    acknowledge_by: datetime
    merchant_by: datetime
    answer_by: datetime
    acknowledged_at: datetime | None
    merchant_answer: str
    merchant_answered_at: datetime | None
    outcome: str | None
    answer: str
    closed_at: datetime | None


class ScoreDayOut(Answer):
    """A shop's score of one day, in hundredths of a point; dimensions too."""

    day: date
    stage: str
    score_hundredths: int
    product_hundredths: int | None
    logistics_hundredths: int | None
    service_hundredths: int | None


class ScoreOut(Answer):
    """The newest score with its explanation; `score` is null for a shop that gets none yet."""

    day: date
    reckoned_at: datetime
    window_days: int
    display: str | None = Field(description="What buyers see, of 5.0.")
    score: dict[str, Any] | None
    improvements: list[dict[str, Any]] = Field(description="What would raise it, the cheapest first.")
    gates: list[dict[str, Any]]
    history: list[ScoreDayOut] = Field(description="The last 90 days, oldest first.")


@router.get("/complaints", response=PageAnswer[ComplaintOut])
@operation("complaints.file")
def list_complaints(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the caller's complaints, newest first."""
    page = queries.complaints_of(person_of(request), cursor=wanted.cursor, limit=wanted.limit)
    return page_answer(page.map(ComplaintOut.model_validate))


@router.post("/complaints", response={201: ComplaintOut})
@operation("complaints.file")
def file_complaint(request: HttpRequest, complaint: ComplaintIn) -> Any:
    """File a complaint; the platform answers within five working days."""
    subject = Subject(complaint.shop, complaint.order, complaint.review)
    filed = NewComplaint(subject, complaint.kind, complaint.text)
    made = commands.file_complaint(filed, person_id=person_of(request), now=now())
    return Status(201, _mine(request, made))


@router.get("/complaints/{complaint}", response=ComplaintOut)
@operation("complaints.file")
def read_complaint(request: HttpRequest, complaint: ComplaintId) -> Any:
    """Read one of the caller's complaints."""
    return _mine(request, complaint)


@router.post("/complaints/{complaint}/withdrawal", response=ComplaintOut)
@operation("complaints.file")
def withdraw_complaint(request: HttpRequest, complaint: ComplaintId) -> Any:
    """Take a complaint back."""
    commands.withdraw(complaint, person_id=person_of(request), now=now())
    return _mine(request, complaint)


@router.get("/shop/complaints", response=PageAnswer[ComplaintOut])
@operation("complaints.answer")
def list_shop_complaints(request: HttpRequest, wanted: Query[ShopComplaintsQuery]) -> Any:
    """List the complaints about the shop, newest first."""
    page = queries.complaints_of_shop(
        _shop(request), to_answer=wanted.to_answer, cursor=wanted.cursor, limit=wanted.limit
    )
    return page_answer(page.map(ComplaintOut.model_validate))


@router.put("/shop/complaints/{complaint}/answer", response=ComplaintOut)
@operation("complaints.answer")
def answer_complaint(request: HttpRequest, complaint: ComplaintId, side: ShopSideIn) -> Any:
    """Say the shop's side of a complaint, once."""
    commands.answer_as_merchant(complaint, side.text, shop_id=_shop(request), now=now())
    return ComplaintOut.model_validate(queries.complaint(complaint, shop_id=_shop(request)))


@router.get("/shop/score", response=ScoreOut | None)
@operation("score.read")
def read_score(request: HttpRequest) -> Any:
    """Read the shop's experience score, where it comes from and what would raise it; null before the first night."""
    found = explanation_of(_shop(request))
    if found is None:
        return None
    return {
        "day": found.day,
        "reckoned_at": found.reckoned_at,
        "window_days": found.window_days,
        "display": found.kept.display if found.kept else None,
        "score": asdict(found.score) if found.score else None,
        "improvements": [asdict(step) for step in found.improvements],
        "gates": [asdict(gate) for gate in found.gates],
        "history": score_history(_shop(request), until=shanghai_day(now()), days=HISTORY_DAYS),
    }


def _shop(request: HttpRequest) -> UUID:
    return request.shop_id  # type: ignore[attr-defined,no-any-return]  # set by the door


def _mine(request: HttpRequest, complaint: UUID) -> ComplaintOut:
    return ComplaintOut.model_validate(queries.complaint(complaint, person_id=person_of(request)))
