"""The guarantee's money for the platform's finance: the fund's entries, who owes it, what is stuck, transfers awaited."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from anxin.faces.access import operation
from anxin.faces.api.fields import Answer, OrderId, PageAnswer, PageQuery, ShopId, page_answer
from anxin.faces.api.shops import DepositPaymentOut
from anxin.kernel.page import MAX_LIMIT
from anxin.market.guarantee.queries import fund as queries
from anxin.market.guarantee.queries import money
from anxin.market.shops.queries import deposits

router = Router()


class FundEntryOut(Answer):
    """One movement of the fund; `source` is where a contribution comes from."""

    kind: str
    source: str
    amount_minor: int
    shop_id: ShopId | None
    order_id: OrderId | None
    note: str
    at: datetime


class DebtorOut(Answer):
    """A shop that owes the fund: how much, for how many advances, since when."""

    shop_id: ShopId
    owed_minor: int
    debts: int
    since: datetime


class RecoveryOut(Answer):
    """Money that a shop paid back, and out of what."""

    shop_id: ShopId
    source: str
    amount_minor: int
    at: datetime


class StuckMoneyOut(Answer):
    """A refund, compensation or charge that waits for somebody who has the money, failed, or was given up."""

    kind: str
    order_id: OrderId | None
    shop_id: ShopId
    amount_minor: int
    reason: str
    state: str
    failure: str
    asked_at: datetime


class FundDebtsOut(Answer):
    """Who owes the fund, the largest debt first; what was paid back, newest first; what is stuck, oldest first.

    At most 100 of each.
    """

    debtors: list[DebtorOut]
    recoveries: list[RecoveryOut]
    stuck: list[StuckMoneyOut]


class AwaitedTransferOut(DepositPaymentOut):
    """A bank transfer into a deposit that was announced and not yet seen at the bank."""

    shop_id: ShopId
    shop_name: str


class AwaitedTransfersOut(Answer):
    """The transfers that are waited for, oldest first, 100 at most."""

    transfers: list[AwaitedTransferOut]


@router.get("/desk/fund/entries", response=PageAnswer[FundEntryOut])
@operation("desk.fund")
def list_fund_entries(request: HttpRequest, wanted: Query[PageQuery]) -> Any:  # noqa: ARG001
    """List the movements of the protection fund, newest first."""
    page = queries.entries(limit=wanted.limit, cursor=wanted.cursor)
    return page_answer(page.map(FundEntryOut.model_validate))


@router.get("/desk/fund/debts", response=FundDebtsOut)
@operation("desk.fund")
def read_fund_debts(request: HttpRequest) -> Any:  # noqa: ARG001
    """Read which shops owe the protection fund, what they paid back, and which money is stuck."""
    return {
        "debtors": queries.debtors(limit=MAX_LIMIT),
        "recoveries": queries.recoveries(limit=MAX_LIMIT),
        "stuck": money.stuck_money(limit=MAX_LIMIT),
    }


@router.get("/desk/deposits/transfers", response=AwaitedTransfersOut)
@operation("desk.deposits")
def read_awaited_transfers(request: HttpRequest) -> Any:  # noqa: ARG001
    """Read which bank transfers into deposits are waited for."""
    return {"transfers": deposits.top_ups_awaited()}
