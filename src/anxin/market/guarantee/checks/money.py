"""What must always be true of the guarantee's money."""

from anxin.infra.doctor import Broken, check
from anxin.market.guarantee.models.money import Debt, Disbursement, FundEntry
from anxin.market.guarantee.store.money import SQL


@check("guarantee.money_has_its_flow")
def money_has_its_flow() -> str:
    """Every refund, compensation and charge has its money moving with the same amount, and no such money lacks its reason."""
    _none("money_without_flow")
    return f"{Disbursement.objects.count():,} disbursements"


@check("guarantee.parts_are_the_whole")
def parts_are_the_whole() -> str:
    """What the payers of a disbursement gave is its amount."""
    _none("parts_off")
    return f"{Disbursement.objects.count():,} disbursements"


@check("guarantee.fund_is_its_entries")
def fund_is_its_entries() -> str:
    """The fund's balance is the sum of its entries."""
    _none("fund_off")
    return f"{FundEntry.objects.count():,} entries"


@check("guarantee.debts_are_pairs")
def debts_are_pairs() -> str:
    """What shops owe the fund is the sum of their open debts, and each debt stands on both sides."""
    _none("recourse_off")
    return f"{Debt.objects.count():,} debts"


@check("guarantee.refunded_orders_hold_nothing")
def refunded_orders_hold_nothing() -> str:
    """An order that gave everything back has no escrow left."""
    _none("refunded_with_escrow")
    return "no order"


def _none(statement: str) -> None:
    wrong = SQL.rows(statement)
    if wrong:
        raise Broken("; ".join(" ".join(f"{name} {value}" for name, value in row.items()) for row in wrong))
