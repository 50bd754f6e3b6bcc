"""What must always be true of stock."""

from anxin.infra.doctor import Broken, check
from anxin.infra.sql import Statements

SQL = Statements(__name__)


@check("inventory.held_is_sum_of_holds")
def held_is_sum_of_holds() -> str:
    """What a stock row says is held is what orders hold, and nobody holds more than there is."""
    found = SQL.one("held_sums") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} stock rows disagree with their holds, such as {found['example']}")
    return f"{found['rows']:,} stock rows"
