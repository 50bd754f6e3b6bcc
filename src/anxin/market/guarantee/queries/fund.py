"""The consumer-protection fund, for everybody to see: where its money comes from, who was helped, how long it lasts."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.page import Page, id_cursor, limited, page_of
from anxin.market.guarantee.domain.paying import FundEntryKind, FundSource, solvency_days
from anxin.market.guarantee.models.money import Debt, FundEntry, Recovery
from anxin.market.guarantee.store.money import SQL

__all__ = ["FundEntryKind", "FundSource"]

RECENT_DAYS = 30
MONTHS = 12


@dataclass(frozen=True)
class FundFacts:
    """The fund in numbers, minor units. `solvency_days` is None while nothing is spent: then it lasts for ever."""

    balance_minor: int
    contributed_minor: int
    from_fees_minor: int
    advanced_minor: int
    recovered_minor: int
    spent_lately_minor: int
    helped: int

    @property
    def outstanding_minor(self) -> int:
        """What merchants owe it."""
        return self.advanced_minor - self.recovered_minor

    @property
    def solvency_days(self) -> int | None:
        """How many days it lasts at the pace of the last thirty."""
        return solvency_days(self.balance_minor, self.spent_lately_minor, RECENT_DAYS)


@dataclass(frozen=True)
class FundMonth:
    """One month of the fund."""

    month: date
    contributed_minor: int
    advanced_minor: int
    recovered_minor: int


@dataclass(frozen=True)
class Help:
    """One buyer who was paid in advance; nobody is named."""

    kind: str
    amount_minor: int
    recovered_minor: int
    at: Instant


@dataclass(frozen=True)
class EntryFacts:
    """One movement of the fund."""

    entry_id: UUID
    kind: FundEntryKind
    source: str
    amount_minor: int
    shop_id: UUID | None
    order_id: UUID | None
    note: str
    at: Instant


@dataclass(frozen=True)
class Debtor:
    """A shop that owes the fund."""

    shop_id: UUID
    owed_minor: int
    debts: int
    since: Instant


@dataclass(frozen=True)
class RecoveryFacts:
    """Money that a shop paid back."""

    recovery_id: UUID
    shop_id: UUID
    source: str
    amount_minor: int
    at: Instant


def fund(*, now: Instant) -> FundFacts:
    """Return the fund in numbers."""
    row = SQL.rows("fund_totals", since=now - timedelta(days=RECENT_DAYS), until=now)[0]
    return FundFacts(**row)


def fund_months(*, now: Instant, months: int = MONTHS) -> tuple[FundMonth, ...]:
    """Return the last months, oldest first, months without any movement included."""
    return tuple(FundMonth(**row) for row in SQL.rows("fund_months", until=now, months=months))


def recent_help(*, limit: int | None = None) -> tuple[Help, ...]:
    """Return the buyers that were paid in advance, newest first, without saying who."""
    rows = Debt.objects.filter(is_void=False).select_related("disbursement").order_by("-id")[: limited(limit)]
    return tuple(Help(row.disbursement.kind, row.amount_minor, row.recovered_minor, row.opened_at) for row in rows)


def entries(*, limit: int | None = None, cursor: str | None = None) -> Page[EntryFacts]:
    """Return the fund's movements, newest first."""
    size = limited(limit)
    rows = FundEntry.objects.order_by("-id")
    if cursor:
        rows = rows.filter(pk__lt=id_cursor(cursor))
    return page_of([_entry(row) for row in rows[: size + 1]], size, lambda entry: str(entry.entry_id))


def debtors(*, limit: int | None = None) -> tuple[Debtor, ...]:
    """Return the shops that owe the fund, the largest debt first."""
    return tuple(Debtor(**row) for row in SQL.rows("debts_by_shop", limit=limited(limit)))


def recoveries(shop_id: UUID | None = None, *, limit: int | None = None) -> tuple[RecoveryFacts, ...]:
    """Return what was paid back, by one shop or by all, newest first."""
    rows = Recovery.objects.order_by("-id")
    if shop_id is not None:
        rows = rows.filter(shop_id=shop_id)
    return tuple(
        RecoveryFacts(row.pk, row.shop_id, row.source, row.amount_minor, row.recovered_at)
        for row in rows[: limited(limit)]
    )


def _entry(row: FundEntry) -> EntryFacts:
    kind = FundEntryKind(row.kind)
    return EntryFacts(row.pk, kind, row.source, row.amount_minor, row.shop_id, row.order_id, row.note, row.at)
