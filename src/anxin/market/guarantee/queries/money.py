"""The money that promises moved: what was asked, who paid, where it stands, and what shops owe for it."""

from dataclasses import dataclass
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.kernel.page import MAX_LIMIT, Page, id_cursor, limited, page_of
from anxin.market.guarantee.domain.facts import Payer
from anxin.market.guarantee.domain.paying import PAYING, MoneyKind, PayState
from anxin.market.guarantee.models.money import Debt, Disbursement
from anxin.market.guarantee.store.money import in_order
from anxin.market.ledger.commands import shop_account
from anxin.market.ledger.queries import balance

__all__ = ["PAYING", "MoneyKind", "PayState"]

_STUCK = (PayState.WAITING, PayState.FAILED, PayState.ABANDONED)
_MOVED = (PayState.SENT, PayState.ARRIVED)


@dataclass(frozen=True)
class MoneyFacts:
    """A refund, compensation or charge; `parts` say who paid, and are empty while nobody has."""

    money_id: UUID
    kind: MoneyKind
    ref: str
    order_id: UUID | None
    shop_id: UUID
    amount_minor: int
    reason: str
    state: PayState
    failure: str
    asked_at: Instant
    ended_at: Instant | None
    parts: tuple[tuple[Payer, int], ...]


@dataclass(frozen=True)
class DebtFacts:
    """What a shop owes the fund for one advance."""

    debt_id: UUID
    order_id: UUID | None
    kind: MoneyKind
    reason: str
    amount_minor: int
    recovered_minor: int
    is_void: bool
    opened_at: Instant
    closed_at: Instant | None

    @property
    def open_minor(self) -> int:
        """What is still owed."""
        return 0 if self.is_void else self.amount_minor - self.recovered_minor


def money_of_order(order_id: UUID) -> tuple[MoneyFacts, ...]:
    """Return what promises moved for an order, oldest first."""
    rows = Disbursement.objects.filter(order_id=order_id).prefetch_related("parts").order_by("id")
    return tuple(_money(row) for row in rows[:MAX_LIMIT])


def money_of_ref(kind: MoneyKind, ref: str) -> MoneyFacts | None:
    """Return what was asked for under a caller's reference."""
    row = Disbursement.objects.filter(kind=kind, ref=ref).prefetch_related("parts").first()
    return _money(row) if row else None


def stuck_money(*, limit: int | None = None) -> tuple[MoneyFacts, ...]:
    """Return what waits for somebody who has it, failed, or was given up; oldest first."""
    rows = Disbursement.objects.filter(state__in=_STUCK).prefetch_related("parts").order_by("id")
    return tuple(_money(row) for row in rows[: limited(limit)])


def owed_minor(shop_id: UUID) -> int:
    """Return what a shop owes the fund now, as the ledger says."""
    return max(0, -balance(shop_account(shop_id, "recourse")))


def debts_of_shop(shop_id: UUID, *, limit: int | None = None, cursor: str | None = None) -> Page[DebtFacts]:
    """Return a shop's debts, newest first."""
    size = limited(limit)
    rows = Debt.objects.filter(shop_id=shop_id).select_related("disbursement").order_by("-id")
    if cursor:
        rows = rows.filter(pk__lt=id_cursor(cursor))
    return page_of([_debt(row) for row in rows[: size + 1]], size, lambda debt: str(debt.debt_id))


def _money(row: Disbursement) -> MoneyFacts:
    state = PayState(row.state)
    given = [part for part in row.parts.all() if part.attempt == row.attempts] if state in _MOVED else []
    return MoneyFacts(
        row.pk,
        MoneyKind(row.kind),
        row.ref,
        row.order_id,
        row.shop_id,
        row.amount_minor,
        row.reason,
        state,
        row.failure,
        row.asked_at,
        row.ended_at,
        in_order(row, given),
    )


def _debt(row: Debt) -> DebtFacts:
    paid = row.disbursement
    return DebtFacts(
        row.pk,
        row.order_id,
        MoneyKind(paid.kind),
        paid.reason,
        row.amount_minor,
        row.recovered_minor,
        row.is_void,
        row.opened_at,
        row.closed_at,
    )
