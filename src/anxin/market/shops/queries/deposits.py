"""What a shop owes as deposit, what it paid, and where the money came from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from anxin.kernel.clock import Instant, shanghai_day
from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.ledger.commands import shop_account
from anxin.market.ledger.queries import StatementLine, account_statement, balances
from anxin.market.shops.commands.deposits import zero_deposit_use
from anxin.market.shops.domain.deposit import ZeroDepositUse, shortfall_minor
from anxin.market.shops.domain.rules import DepositRule, ZeroDepositRule, rulebook_at
from anxin.market.shops.domain.types import TopUpPurpose, TopUpSource, TopUpState
from anxin.market.shops.errors import UnknownShop, UnknownTopUp
from anxin.market.shops.models import Deposit, DepositTopUp

__all__ = ["TopUpPurpose", "TopUpSource", "TopUpState"]

HISTORY_DAYS = 400


@dataclass(frozen=True)
class DepositFacts:
    """The deposit of a shop as its page shows it."""

    due_minor: int
    paid_minor: int
    available_minor: int
    next_due_minor: int | None
    next_due_at: datetime | None
    short_since: datetime | None
    listing_stops_at: datetime | None
    experience_due_minor: int
    experience_paid_minor: int
    trade_stops_at: datetime | None
    zero_deposit: ZeroDepositUse | None
    rule: DepositRule
    zero_rule: ZeroDepositRule

    @property
    def short_minor(self) -> int:
        """How much is missing now."""
        return shortfall_minor(self.due_minor, self.paid_minor)

    @property
    def experience_short_minor(self) -> int:
        """How much of the experience deposit is missing."""
        return shortfall_minor(self.experience_due_minor, self.experience_paid_minor)

    @property
    def next_short_minor(self) -> int:
        """How much will be missing when what was announced becomes due."""
        return shortfall_minor(self.next_due_minor or 0, self.paid_minor)


@dataclass(frozen=True)
class TopUpFacts:
    """One payment into a deposit."""

    id: UUID
    shop_id: UUID
    shop_name: str
    source: TopUpSource
    purpose: TopUpPurpose
    state: TopUpState
    amount_minor: int
    transfer_code: str
    bank_reference: str
    asked_at: datetime
    settled_at: datetime | None


def deposit(shop_id: UUID, *, now: Instant) -> DepositFacts:
    """Return what a shop owes and has paid. Raises UnknownShop."""
    row = Deposit.objects.select_related("shop").filter(pk=shop_id).first()
    if row is None:
        raise UnknownShop
    purposes = ("deposit", "available", "experience_deposit")
    paid, available, experience = (shop_account(shop_id, purpose) for purpose in purposes)
    held = balances([paid, available, experience])
    book = rulebook_at(shanghai_day(now))
    grace = timedelta(hours=book.deposit.listing_grace_hours)
    return DepositFacts(
        due_minor=row.due_minor,
        paid_minor=held[paid],
        available_minor=held[available],
        next_due_minor=row.next_due_minor,
        next_due_at=row.next_due_at,
        short_since=row.short_since,
        listing_stops_at=row.short_since + grace if row.short_since else None,
        experience_due_minor=row.experience_due_minor,
        experience_paid_minor=held[experience],
        trade_stops_at=row.experience_short_since + grace if row.experience_short_since else None,
        zero_deposit=zero_deposit_use(shop_id) if row.shop.zero_deposit else None,
        rule=book.deposit,
        zero_rule=book.zero_deposit,
    )


def history(shop_id: UUID, *, now: Instant) -> tuple[StatementLine, ...]:
    """Return the postings of the deposit account, newest first, as the ledger has them."""
    since = now - timedelta(days=HISTORY_DAYS)
    until = now + timedelta(seconds=1)
    return account_statement(shop_account(shop_id, "deposit"), since, until).lines[::-1]


def top_ups_of(shop_id: UUID, *, cursor: str | None = None, limit: int | None = None) -> Page[TopUpFacts]:
    """Return a shop's payments into its deposit, newest first."""
    size = limited(limit)
    rows = DepositTopUp.objects.filter(shop_id=shop_id).select_related("shop").order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=id_cursor(cursor))
    return page_of([_top_up(row) for row in rows[: size + 1]], size, lambda facts: str(facts.id))


def top_up(shop_id: UUID, top_up_id: UUID) -> TopUpFacts:
    """Return one payment of a shop. Raises UnknownTopUp, for another shop's too."""
    row = DepositTopUp.objects.filter(pk=top_up_id, shop_id=shop_id).select_related("shop").first()
    if row is None:
        raise UnknownTopUp
    return _top_up(row)


def top_ups_awaited() -> tuple[TopUpFacts, ...]:
    """Return transfers that were announced and not yet seen at the bank, oldest first (at most 100)."""
    rows = DepositTopUp.objects.filter(state=TopUpState.AWAITING_TRANSFER.value).select_related("shop")
    return tuple(_top_up(row) for row in rows.order_by("id")[:100])


def _top_up(row: DepositTopUp) -> TopUpFacts:
    return TopUpFacts(
        id=row.pk,
        shop_id=row.shop_id,
        shop_name=row.shop.name,
        source=TopUpSource(row.source),
        purpose=TopUpPurpose(row.purpose),
        state=TopUpState(row.state),
        amount_minor=row.amount_minor,
        transfer_code=row.transfer_code,
        bank_reference=row.bank_reference,
        asked_at=row.asked_at,
        settled_at=row.settled_at,
    )
