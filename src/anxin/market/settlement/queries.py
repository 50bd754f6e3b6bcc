"""What is known of a shop's money: balances, statements, payouts, and why a payout is limited."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Sum

from anxin.kernel.clock import Instant
from anxin.kernel.page import MAX_LIMIT, Page, limited, page_of
from anxin.market.ledger.commands import shop_account
from anxin.market.ledger.queries import balances
from anxin.market.payments.queries import held_for_shop
from anxin.market.settlement.domain import (
    BANKS,
    PAYOUT,
    RELEASE,
    LineTerms,
    OrderTerms,
    PayoutState,
    ReleaseState,
    Ruling,
    TradeType,
    payout_limit,
    rule,
    split,
)
from anxin.market.settlement.errors import PayoutNotFound
from anxin.market.settlement.models import BankAccount, Line, Payout, Settlement
from anxin.market.settlement.postings import (
    others_give_back,
    payout_failed,
    payout_paid,
    payout_requested,
    released,
)
from anxin.market.settlement.store import SQL
from anxin.market.shops.queries import restrictions

__all__ = [
    "BANKS",
    "PAYOUT",
    "RELEASE",
    "LineTerms",
    "OrderTerms",
    "PayoutState",
    "ReleaseState",
    "Ruling",
    "TradeType",
    "others_give_back",
    "payout_failed",
    "payout_limit",
    "payout_paid",
    "payout_requested",
    "released",
    "rule",
    "split",
]

AMOUNT_COLUMNS = (
    "order_total_minor",
    "freight_minor",
    "shop_coupon_minor",
    "pre_refund_minor",
    "platform_subsidy_minor",
    "author_subsidy_minor",
    "payment_subsidy_minor",
    "paid_minor",
    "service_fee_minor",
    "commission_minor",
    "leader_fee_minor",
    "channel_minor",
    "net_minor",
)
EXPORT_BATCH = 2_000
_WHOLE_BPS = 10_000


@dataclass(frozen=True)
class ShopMoney:
    """Where a shop's money is, in minor units."""

    escrow_minor: int
    available_minor: int
    frozen_minor: int
    paying_out_minor: int
    deposit_minor: int


@dataclass(frozen=True)
class Allowance:
    """How much may be paid out now, and why it is not all."""

    available_minor: int
    limit_minor: int
    is_stopped: bool
    share_bps: int

    @property
    def is_shared(self) -> bool:
        """Whether only a part may ever be drawn (entry without deposit)."""
        return self.share_bps < _WHOLE_BPS


@dataclass(frozen=True)
class StatementView:
    """One month of a shop: the sums of its lines."""

    month: date
    lines: int
    paid_minor: int
    pre_refund_minor: int
    refund_after_minor: int
    service_fee_minor: int
    commission_minor: int
    net_minor: int


@dataclass(frozen=True)
class LineView:
    """One line of a statement; `amounts` in the order of AMOUNT_COLUMNS."""

    line_id: UUID
    order_id: UUID
    trade_type: TradeType
    happened_at: Instant
    currency: str
    amounts: tuple[int, ...]

    def amount(self, column: str) -> int:
        """Return the amount of a column in minor units."""
        return self.amounts[AMOUNT_COLUMNS.index(column)]

    @property
    def paid_minor(self) -> int:
        """What the buyer paid; negative for a refund."""
        return self.amount("paid_minor")

    @property
    def pre_refund_minor(self) -> int:
        """What was refunded before the settlement."""
        return self.amount("pre_refund_minor")

    @property
    def service_fee_minor(self) -> int:
        """The platform's technical service fee."""
        return self.amount("service_fee_minor")

    @property
    def commission_minor(self) -> int:
        """The creator's commission, whole."""
        return self.amount("commission_minor")

    @property
    def net_minor(self) -> int:
        """What the merchant got, or gave back."""
        return self.amount("net_minor")


@dataclass(frozen=True)
class PayoutView:
    """A payout and where it went."""

    payout_id: UUID
    shop_id: UUID
    amount_minor: int
    currency: str
    state: str
    reason: str
    bank: str
    last_digits: str
    requested_at: Instant
    paid_at: Instant | None
    ended_at: Instant | None


@dataclass(frozen=True)
class AccountView:
    """A shop's bank account, its number masked."""

    account_id: UUID
    kind: str
    bank: str
    branch: str
    holder: str
    last_digits: str


@dataclass(frozen=True)
class WaitingView:
    """An order whose escrow is not released yet."""

    order_id: UUID
    shop_id: UUID
    state: str
    received_at: Instant
    due_at: Instant
    released_at: Instant | None
    paid_minor: int
    escrow_minor: int


@dataclass(frozen=True)
class DayNet:
    """What was settled on one day."""

    day: date
    net_minor: int


def money_of_shop(shop_id: UUID) -> ShopMoney:
    """Return where a shop's money is: held for its orders, and in its own accounts."""
    accounts = [shop_account(shop_id, purpose) for purpose in ("available", "frozen", "paying_out", "deposit")]
    found = balances(accounts)
    released = Settlement.objects.filter(shop_id=shop_id).aggregate(minor=Sum("escrow_minor"))["minor"] or 0
    return ShopMoney(held_for_shop(shop_id) - released, *(found[account] for account in accounts))


def payout_allowance(shop_id: UUID, *, now: Instant) -> Allowance:
    """Return how much a shop may have paid out now.

    A deposit shortfall and a debt to the fund stop it, entry without deposit halves it.
    """
    limits = restrictions(shop_id, now=now)
    available, recourse = shop_account(shop_id, "available"), shop_account(shop_id, "recourse")
    held = balances([available, recourse])
    available_minor = max(0, held[available])
    drawn = Payout.objects.filter(
        shop_id=shop_id, state__in=(PayoutState.REQUESTED, PayoutState.SUBMITTED, PayoutState.PAID)
    )
    drawn_minor = drawn.aggregate(minor=Sum("amount_minor"))["minor"] or 0
    limit_minor = payout_limit(available_minor, drawn_minor, limits.withdraw_share_bps)
    stopped = limits.withdrawal or held[recourse] < 0
    return Allowance(available_minor, 0 if stopped else limit_minor, stopped, limits.withdraw_share_bps)


def statements(shop_id: UUID, *, limit: int | None = None, before: date | None = None) -> Page[StatementView]:
    """Return a shop's monthly statements, newest first."""
    size = limited(limit)
    rows = SQL.rows("statements", shop_id=shop_id, before=before, limit=size + 1)
    return page_of([StatementView(**row) for row in rows], size, lambda statement: statement.month.isoformat())


def statement(shop_id: UUID, month: date) -> StatementView:
    """Return one month of a shop; all zero when nothing happened in it."""
    row = SQL.one("statement_of_month", shop_id=shop_id, month=month)
    return StatementView(**row) if row else StatementView(month, 0, 0, 0, 0, 0, 0, 0)


def statement_lines(
    shop_id: UUID, month: date, *, limit: int | None = None, cursor: UUID | None = None
) -> Page[LineView]:
    """Return the lines of a statement, oldest first."""
    size = limited(limit)
    rows = Line.objects.filter(shop_id=shop_id, month=month).order_by("id")
    if cursor is not None:
        rows = rows.filter(pk__gt=cursor)
    found = [_line(row) for row in rows[: size + 1]]
    return page_of(found, size, lambda line: str(line.line_id))


def every_line(shop_id: UUID, month: date) -> Iterator[LineView]:
    """Yield all lines of a statement, oldest first, without holding them in memory."""
    rows = Line.objects.filter(shop_id=shop_id, month=month).order_by("id")
    return (_line(row) for row in rows.iterator(chunk_size=EXPORT_BATCH))


def lines_of_order(order_id: UUID) -> tuple[LineView, ...]:
    """Return an order's statement lines, oldest first."""
    return tuple(_line(row) for row in Line.objects.filter(order_id=order_id).order_by("id")[:MAX_LIMIT])


def settlement_of_order(order_id: UUID) -> WaitingView | None:
    """Return when an order's escrow is or was due."""
    row = Settlement.objects.filter(order_id=order_id).first()
    return _waiting(row) if row else None


def waiting(shop_id: UUID, *, limit: int | None = None) -> Page[WaitingView]:
    """Return a shop's orders that wait for their release, the next first."""
    size = limited(limit)
    rows = Settlement.objects.filter(shop_id=shop_id, state="waiting").order_by("due_at", "id")
    return page_of([_waiting(row) for row in rows[: size + 1]], size, lambda row: str(row.order_id))


def payouts(shop_id: UUID, *, limit: int | None = None, cursor: UUID | None = None) -> Page[PayoutView]:
    """Return a shop's payouts, newest first."""
    size = limited(limit)
    rows = Payout.objects.filter(shop_id=shop_id).select_related("account").order_by("-id")
    if cursor is not None:
        rows = rows.filter(pk__lt=cursor)
    return page_of([_payout(row) for row in rows[: size + 1]], size, lambda payout: str(payout.payout_id))


def payout(shop_id: UUID, payout_id: UUID) -> PayoutView:
    """Return one payout of a shop. Raises PayoutNotFound, for another shop's too."""
    row = Payout.objects.filter(pk=payout_id, shop_id=shop_id).select_related("account").first()
    if row is None:
        raise PayoutNotFound
    return _payout(row)


def bank_account(shop_id: UUID) -> AccountView | None:
    """Return the account that a shop's payouts go to."""
    row = BankAccount.objects.filter(shop_id=shop_id, replaced_at__isnull=True).first()
    if row is None:
        return None
    return AccountView(row.pk, row.kind, row.bank, row.branch, row.holder, row.last_digits)


def daily_net(shop_id: UUID, start: Instant, end: Instant) -> list[DayNet]:
    """Return what was settled on each day of Asia/Shanghai in [start, end), days without any included."""
    return [DayNet(**row) for row in SQL.rows("daily_net", shop_id=shop_id, start=start, end=end)]


def _line(row: Line) -> LineView:
    amounts = tuple(getattr(row, column) for column in AMOUNT_COLUMNS)
    return LineView(row.pk, row.order_id, TradeType(row.trade_type), row.happened_at, row.currency, amounts)


def _waiting(row: Settlement) -> WaitingView:
    return WaitingView(
        row.order_id,
        row.shop_id,
        row.state,
        row.received_at,
        row.due_at,
        row.released_at,
        row.paid_minor,
        row.escrow_minor,
    )


def _payout(row: Payout) -> PayoutView:
    return PayoutView(
        row.pk,
        row.shop_id,
        row.amount_minor,
        row.currency,
        row.state,
        row.reason,
        row.account.bank,
        row.account.last_digits,
        row.requested_at,
        row.paid_at,
        row.ended_at,
    )
