"""Rows and their locks. Lock order of this module: settlements by order id, then payouts; balances are the ledger's."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from anxin.infra.sql import Statements
from anxin.kernel.clock import Instant
from anxin.market.orders.queries import SettlementFacts
from anxin.market.settlement.domain import (
    LineTerms,
    OrderTerms,
    ReleaseState,
    bases,
)
from anxin.market.settlement.models import Settlement

SQL = Statements(__name__)


def insert_settlement(facts: SettlementFacts, *, received_at: Instant, due_at: Instant) -> Settlement | None:
    """Write the frozen terms of an order; None when they were written before."""
    whole = bases([line.amount_minor for line in facts.lines], facts.freight_minor)
    settlement, is_new = Settlement.objects.get_or_create(
        order_id=facts.order_id,
        defaults={
            "shop_id": facts.shop_id,
            "received_at": received_at,
            "due_at": due_at,
            "currency": facts.currency,
            "order_total_minor": facts.total_minor,
            "freight_minor": facts.freight_minor,
            "paid_minor": facts.total_minor,
            "lines": [[base, line.fee_rate_bps, 0] for base, line in zip(whole, facts.lines, strict=True)],
        },
    )
    return settlement if is_new else None


def terms_of(settlement: Settlement) -> OrderTerms:
    """Return the frozen terms of a settlement."""
    return OrderTerms(
        paid_minor=settlement.paid_minor,
        lines=tuple(LineTerms(*line) for line in settlement.lines),
        creator_fee_bps=settlement.creator_fee_bps,
        agency_share_bps=settlement.agency_share_bps,
    )


def lock_due(*, now: Instant, limit: int) -> list[Settlement]:
    """Lock settlements whose time has come; another process passes over them."""
    due = Settlement.objects.select_for_update(skip_locked=True).filter(state=ReleaseState.WAITING, due_at__lte=now)
    return list(due.order_by("due_at", "id")[:limit])


def lock_settlement(order_id: UUID) -> Settlement | None:
    """Lock and return the settlement of an order."""
    return Settlement.objects.select_for_update().filter(order_id=order_id).first()


def note_released(released: Sequence[tuple[Settlement, int]], *, now: Instant) -> None:
    """Write that settlements took these amounts out of escrow, with one statement."""
    if released:
        ids, amounts = [settlement.pk for settlement, _ in released], [amount for _, amount in released]
        SQL.run("note_released", ids=ids, amounts=amounts, now=now)


def void(settlements: Sequence[Settlement]) -> None:
    """Write that nothing was left to release."""
    ids = [settlement.pk for settlement in settlements]
    Settlement.objects.filter(pk__in=ids).update(state=ReleaseState.VOID, version=F("version") + 1)


def postpone(settlements: Sequence[Settlement], due_at: Instant) -> None:
    """Move the moment at which settlements are looked at again."""
    ids = [settlement.pk for settlement in settlements]
    Settlement.objects.filter(pk__in=ids).update(due_at=due_at, version=F("version") + 1)
