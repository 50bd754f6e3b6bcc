"""The consumer-protection fund for everybody's programs, and what a shop owes it for the shop's own."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from anxin.faces.access import operation
from anxin.faces.api.fields import Answer, OrderId, PageAnswer, PageQuery, page_answer
from anxin.infra.clock import now
from anxin.market.guarantee.queries import fund as queries
from anxin.market.guarantee.queries import money

router = Router()


class FundMonthOut(Answer):
    """One month of the fund, in minor units."""

    month: date
    contributed_minor: int
    advanced_minor: int
    recovered_minor: int


class FundOut(Answer):
    """The fund in numbers, in minor units."""

    balance_minor: int
    contributed_minor: int = Field(description="Put in by the platform.")
    from_fees_minor: int = Field(description="How much of that came from service fees earned.")
    advanced_minor: int = Field(description="Paid to buyers in advance.")
    recovered_minor: int = Field(description="Paid back by shops.")
    outstanding_minor: int = Field(description="Still owed by shops.")
    helped: int = Field(description="How many times a buyer was paid in advance.")
    solvency_days: int | None = Field(description="How long it lasts at the pace of the last 30 days; null: no end.")
    months: list[FundMonthOut]


class DebtOut(Answer):
    """What the shop owes the fund for one advance."""

    order_id: OrderId | None
    kind: str = Field(description="refund, compensation or charge.")
    reason: str
    amount_minor: int
    recovered_minor: int
    open_minor: int
    is_void: bool = Field(description="The advance came back: nothing is owed.")
    opened_at: datetime
    closed_at: datetime | None


@router.get("/guarantee/fund", response=FundOut, auth=None)
@operation("market.browse")
def read_fund(request: HttpRequest) -> Any:  # noqa: ARG001
    """Read the consumer-protection fund: what came in, whom it helped, what is owed, how long it lasts."""
    moment = now()
    found = queries.fund(now=moment)
    derived = {"outstanding_minor": found.outstanding_minor, "solvency_days": found.solvency_days}
    return {**vars(found), **derived, "months": queries.fund_months(now=moment)}


@router.get("/shop/debts", response=PageAnswer[DebtOut])
@operation("money.read")
def list_debts(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List what the fund advanced for the shop, newest first."""
    page = money.debts_of_shop(_shop(request), limit=wanted.limit, cursor=wanted.cursor)
    return page_answer(page.map(DebtOut.model_validate))


def _shop(request: HttpRequest) -> UUID:
    """The shop that the policy admitted the caller to."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id
