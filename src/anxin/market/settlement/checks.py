"""What must always be true of settlements, statements and payouts."""

from anxin.infra.doctor import Broken, check
from anxin.market.settlement.models import Line, Payout, Settlement
from anxin.market.settlement.store import SQL


@check("settlement.escrow_per_order")
def escrow_per_order() -> str:
    """Every order's escrow is what was captured, less refunds and release."""
    _none("escrow_off")
    return f"{Settlement.objects.count():,} settlements"


@check("settlement.closed_orders_hold_nothing")
def closed_orders_hold_nothing() -> str:
    """A settled or void order has no escrow left."""
    _none("closed_with_escrow")
    return f"{Settlement.objects.exclude(state='waiting').count():,} closed"


@check("settlement.lines_are_journals")
def lines_are_journals() -> str:
    """Every statement line has its journal of the same amount, and every release its line."""
    _none("lines_without_journal")
    return f"{Line.objects.count():,} lines"


@check("settlement.payouts_are_journals")
def payouts_are_journals() -> str:
    """Every payout's journals say what its state says."""
    _none("payouts_without_journal")
    return f"{Payout.objects.count():,} payouts"


def _none(statement: str) -> None:
    wrong = SQL.rows(statement)
    if wrong:
        raise Broken("; ".join(" ".join(f"{name} {value}" for name, value in row.items()) for row in wrong))
