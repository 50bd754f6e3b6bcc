"""What must always be true of the ledger."""

from anxin.infra.doctor import Broken, check
from anxin.market.ledger import queries
from anxin.market.ledger.queries import Finding


@check("ledger.zero_sum")
def zero_sum() -> str:
    """Every journal sums to zero in each currency and has all its legs."""
    return _report(queries.zero_sums())


@check("ledger.cached_is_derived")
def cached_is_derived() -> str:
    """Every cached balance is the sum of its postings."""
    return _report(queries.caches())


@check("ledger.append_only")
def append_only() -> str:
    """The triggers that forbid changing the past are on."""
    return _report(queries.guards())


@check("ledger.hash_chain")
def hash_chain() -> str:
    """Nothing in a chained journal was changed."""
    return _report(queries.hash_chain())


def _report(finding: Finding) -> str:
    if finding.wrong:
        raise Broken("; ".join(finding.wrong))
    return f"{finding.looked_at:,} looked at"
