"""What must always be true of shipping promises and automatic compensations."""

from anxin.infra.doctor import Broken, check
from anxin.market.guarantee.store.compensation import SQL


@check("guarantee.promises_are_watched")
def promises_are_watched() -> str:
    """Every order that waits to be shipped has a time at which somebody looks."""
    return _none_wrong("unwatched_promises", "waiting orders that nobody looks at")


@check("guarantee.compensations_have_money")
def compensations_have_money() -> str:
    """Every automatic compensation has its own transfer of the same amount, and no such transfer is without one."""
    return _none_wrong("compensations_without_money", "compensations that do not match their transfer")


def _none_wrong(statement: str, what: str) -> str:
    found = SQL.one(statement) or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} {what}, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
