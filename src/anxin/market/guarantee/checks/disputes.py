"""What must always be true of disputes."""

from anxin.infra.doctor import Broken, check
from anxin.infra.sql import Statements

SQL = Statements(__name__, "../sql")


@check("guarantee.disputes_have_clocks")
def disputes_have_clocks() -> str:
    """Every open dispute has a deadline, or a claim that carries the verdict out."""
    return _none_wrong("disputes_without_clock", "disputes that nothing would move")


@check("guarantee.disputed_claims_are_judged")
def disputed_claims_are_judged() -> str:
    """Every claim that waits for the platform is before it exactly once."""
    return _none_wrong("disputes_off_claims", "disputed claims without one open dispute")


@check("guarantee.verdicts_are_paid")
def verdicts_are_paid() -> str:
    """What was decided and executed is what the buyer has."""
    return _none_wrong("disputes_without_money", "executed verdicts without their money")


def _none_wrong(statement: str, what: str) -> str:
    found = SQL.one(statement) or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} {what}, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
