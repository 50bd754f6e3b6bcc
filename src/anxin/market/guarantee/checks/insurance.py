"""What must always be true of freight insurance: policies, premiums, payouts and the pool agree."""

from anxin.infra.doctor import Broken, check
from anxin.market.guarantee.store.insurance import PREMIUM_KINDS, SQL


@check("guarantee.policies_have_premiums")
def policies_have_premiums() -> str:
    """Every premium that counts as taken is in the pool once and in full, and the pool took no other."""
    return _none_wrong("premiums_off", "policies whose premium is not in the pool", kinds=list(PREMIUM_KINDS))


@check("guarantee.freight_has_money")
def freight_has_money() -> str:
    """Every freight that was granted has its transfer or its courier's journal of the same amount, and none is over."""
    return _none_wrong("freight_off", "claims for freight that do not match their money")


@check("guarantee.policies_are_watched")
def policies_are_watched() -> str:
    """Every policy that waits for the insurer, its premium or its end has a time at which somebody looks."""
    return _none_wrong("unwatched_policies", "policies that nobody looks at")


def _none_wrong(statement: str, what: str, **params: object) -> str:
    found = SQL.one(statement, **params) or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} {what}, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
