"""What must hold of complaints at any moment."""

from anxin.infra.doctor import Broken, check
from anxin.market.service.store.reviews import SQL


@check("service.complaints_have_deadlines")
def complaints_have_deadlines() -> str:
    """Every open complaint has a date on which somebody is reminded of it."""
    found = SQL.one("complaints_without_deadline") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} open complaints without a deadline, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
