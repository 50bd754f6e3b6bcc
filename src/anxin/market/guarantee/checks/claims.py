"""What must always be true of claims: none is forgotten, none is without its money, orders know of them."""

from anxin.infra.doctor import Broken, check
from anxin.infra.sql import Statements

SQL = Statements("anxin.market.guarantee")


@check("guarantee.claims_have_clocks")
def claims_have_clocks() -> str:
    """Every open claim has somebody who must act and a moment at which silence answers for him."""
    return _none_wrong("claims_without_clock", "open claims that nothing will move")


@check("guarantee.claims_have_money")
def claims_have_money() -> str:
    """Every claim that was agreed to has exactly its money set in motion, and says arrived only when it did."""
    return _none_wrong("claims_without_money", "claims whose money is not what it should be")


@check("guarantee.claims_match_orders")
def claims_match_orders() -> str:
    """Order lines know of their open claim, and lost what their claims gave back."""
    return _none_wrong("claims_off_orders", "order lines that do not match their claims")


def _none_wrong(statement: str, what: str) -> str:
    found = SQL.one(statement) or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} {what}, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
