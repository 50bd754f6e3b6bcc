"""A shop's money, for merchants' programs: balance, statements, payouts."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import Field

from anxin.faces.access import operation, person_of
from anxin.faces.api.fields import (
    AmountMinor,
    Answer,
    BankAccountId,
    Body,
    OrderId,
    PageAnswer,
    PageQuery,
    PayoutId,
    page_answer,
    reply,
)
from anxin.faces.api.idempotency import idempotent
from anxin.faces.status import ValueOutOfRange
from anxin.infra.clock import now
from anxin.market.guarantee.queries.money import owed_minor
from anxin.market.settlement import commands, queries
from anxin.market.settlement.commands import AccountKind
from anxin.market.settlement.errors import NoBankAccount
from anxin.market.settlement.queries import AMOUNT_COLUMNS, LineView

router = Router()

Month = Annotated[str, Path(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="A month such as 2026-03.")]


class BalanceOut(Answer):
    """Where the shop's money is."""

    escrow_minor: int = Field(description="Held for orders that are not settled.")
    available_minor: int = Field(description="Can be paid out; below zero after refunds that came late.")
    frozen_minor: int
    paying_out_minor: int
    deposit_minor: int
    payout_limit_minor: int = Field(description="How much may be paid out now.")
    owed_minor: int = Field(description="Owed to the protection fund; more than nothing stops payouts.")


class StatementOut(Answer):
    """One month: the sums of its lines."""

    month: date
    lines: int
    paid_minor: int
    pre_refund_minor: int
    refund_after_minor: int
    service_fee_minor: int
    commission_minor: int
    net_minor: int


class StatementLineOut(Answer):
    """One line: `trade_type` 0 settled, 1 refund after settlement, 2 deposit refund, 3 correction."""

    order_id: OrderId
    trade_type: int
    happened_at: datetime
    currency: str
    order_total_minor: int
    freight_minor: int
    shop_coupon_minor: int
    pre_refund_minor: int
    platform_subsidy_minor: int
    author_subsidy_minor: int
    payment_subsidy_minor: int
    paid_minor: int
    service_fee_minor: int
    commission_minor: int
    leader_fee_minor: int
    channel_minor: int
    net_minor: int


class PayoutOut(Answer):
    """A payout: requested, submitted, paid, failed or returned."""

    payout_id: PayoutId
    amount_minor: int
    currency: str
    state: str
    reason: str
    bank: str
    last_digits: str
    requested_at: datetime
    paid_at: datetime | None
    ended_at: datetime | None


class PayoutIn(Body):
    """How much to pay out."""

    amount_minor: AmountMinor


class AccountOut(Answer):
    """Where payouts go; the number is never shown whole."""

    account_id: BankAccountId
    kind: str
    bank: str
    branch: str
    holder: str
    last_digits: str


class AccountIn(Body):
    """An account for payouts."""

    kind: Annotated[str, Field(pattern="^(corporate|personal)$")]
    bank: Annotated[str, Field(pattern="^[A-Z]{2,10}$")]
    branch: Annotated[str, Field(max_length=80)] = ""
    holder: Annotated[str, Field(min_length=1, max_length=80)]
    number: Annotated[str, Field(min_length=9, max_length=40)]


@router.get("/shop/balance", response=BalanceOut)
@operation("money.read")
def read_balance(request: HttpRequest) -> Any:
    """Read where the shop's money is."""
    shop_id = _shop(request)
    money, allowance = queries.money_of_shop(shop_id), queries.payout_allowance(shop_id, now=now())
    return {**vars(money), "payout_limit_minor": allowance.limit_minor, "owed_minor": owed_minor(shop_id)}


@router.get("/shop/statements", response=PageAnswer[StatementOut])
@operation("money.read")
def list_statements(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the shop's months, newest first."""
    before = _date(wanted.cursor) if wanted.cursor else None
    page = queries.statements(_shop(request), limit=wanted.limit, before=before)
    return page_answer(page.map(StatementOut.model_validate))


@router.get("/shop/statements/{month}/lines", response=PageAnswer[StatementLineOut])
@operation("money.read")
def list_lines(request: HttpRequest, month: Month, wanted: Query[PageQuery]) -> Any:
    """List the lines of a month, oldest first."""
    first = date.fromisoformat(f"{month}-01")
    cursor = _uuid(wanted.cursor) if wanted.cursor else None
    page = queries.statement_lines(_shop(request), first, limit=wanted.limit, cursor=cursor)
    return page_answer(page.map(_line))


@router.get("/shop/payouts", response=PageAnswer[PayoutOut])
@operation("money.read")
def list_payouts(request: HttpRequest, wanted: Query[PageQuery]) -> Any:
    """List the shop's payouts, newest first."""
    cursor = _uuid(wanted.cursor) if wanted.cursor else None
    page = queries.payouts(_shop(request), limit=wanted.limit, cursor=cursor)
    return page_answer(page.map(PayoutOut.model_validate))


@router.post("/shop/payouts", response={201: PayoutOut})
@operation("money.withdraw")
@idempotent
def request_payout(request: HttpRequest, wanted: PayoutIn) -> HttpResponse:
    """Pay out to the shop's bank account."""
    shop_id, key = _shop(request), request.headers["Idempotency-Key"]
    payout_id = commands.request_payout(shop_id, wanted.amount_minor, key=key, by=person_of(request), now=now())
    return reply(PayoutOut.model_validate(queries.payout(shop_id, payout_id)), status=201)


@router.get("/shop/payouts/{payout}", response=PayoutOut)
@operation("money.read")
def read_payout(request: HttpRequest, payout: PayoutId) -> Any:
    """Read one of the shop's payouts."""
    return queries.payout(_shop(request), payout)


@router.get("/shop/bank-account", response=AccountOut)
@operation("money.read")
def read_bank_account(request: HttpRequest) -> Any:
    """Read where the shop's payouts go."""
    found = queries.bank_account(_shop(request))
    if found is None:
        raise NoBankAccount
    return found


@router.put("/shop/bank-account", response=AccountOut)
@operation("money.withdraw")
def put_bank_account(request: HttpRequest, wanted: AccountIn) -> Any:
    """Have payouts go to another account; those on their way keep the old one."""
    shop_id = _shop(request)
    commands.set_bank_account(
        shop_id,
        kind=AccountKind(wanted.kind),
        bank_code=wanted.bank,
        branch=wanted.branch,
        holder=wanted.holder,
        number=wanted.number,
        now=now(),
    )
    return queries.bank_account(shop_id)


def _line(line: LineView) -> StatementLineOut:
    amounts = dict(zip(AMOUNT_COLUMNS, line.amounts, strict=True))
    return StatementLineOut(
        order_id=line.order_id,
        trade_type=line.trade_type.value,
        happened_at=line.happened_at,
        currency=line.currency,
        **amounts,
    )


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueOutOfRange from error


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise ValueOutOfRange from error


def _shop(request: HttpRequest) -> UUID:
    """The shop that the policy admitted the caller to."""
    shop_id: UUID = request.shop_id  # type: ignore[attr-defined]
    return shop_id
