"""What must always be true of orders."""

from anxin.infra.doctor import Broken, check
from anxin.infra.sql import Statements

SQL = Statements("anxin.market.orders.store")


@check("orders.unpaid_have_deadlines")
def unpaid_have_deadlines() -> str:
    """Every checkout that waits for payment has a date on which it ends."""
    return _none_wrong("unpaid_without_deadline", "checkouts without a payment deadline")


@check("orders.shipped_have_deadlines")
def shipped_have_deadlines() -> str:
    """Every shipped order has a date on which receipt is assumed."""
    return _none_wrong("shipped_without_deadline", "shipped orders without a receipt deadline")


@check("orders.stock_is_held")
def stock_is_held() -> str:
    """Unpaid orders hold exactly what they ordered; closed ones hold nothing."""
    return _none_wrong("wrong_holds", "order lines whose stock is not held as it should be")


@check("orders.totals")
def totals() -> str:
    """Lines sum to the goods of their order, orders to their checkout, parcels to what was shipped."""
    return _none_wrong("wrong_totals", "orders whose parts do not sum up")


@check("orders.after_sale")
def after_sale() -> str:
    """Orders count as many open claims, and as much refunded, as their lines do."""
    return _none_wrong("wrong_refunds", "orders whose claims or refunds differ from those of their lines")


@check("orders.forgotten_when_over")
def forgotten_when_over() -> str:
    """An order of an erased person names them only until nothing is to reach them any more."""
    return _none_wrong("named_after_all", "orders that still name a person who was to be forgotten")


def _none_wrong(statement: str, what: str) -> str:
    found = SQL.one(statement) or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} {what}, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
