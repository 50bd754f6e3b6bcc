"""What must always be true of people."""

from anxin.infra.doctor import Broken, check
from anxin.infra.sql import Statements
from anxin.market.people import queries

SQL = Statements(__name__)


@check("people.audit_chain_is_whole")
def audit_chain_is_whole() -> str:
    """Every act in the audit log follows from the one before it: none was changed, removed or slipped in."""
    broken = queries.broken_acts()
    if broken:
        raise Broken(f"the chain is broken at line {broken[0]}")
    page = queries.acts(limit=1)
    return f"{page.items[0].seq if page.items else 0:,} acts"


@check("people.erased_are_forgotten")
def erased_are_forgotten() -> str:
    """An erased account has no login, address, token or role left."""
    found = SQL.one("erased_left_over") or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} erased accounts still hold something, such as {found['example']}")
    return f"{found['erased']:,} erased accounts"
