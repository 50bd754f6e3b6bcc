"""What must always be true of content."""

from anxin.infra.doctor import Broken, check
from anxin.market.content.store import SQL


@check("content.counts")
def counts() -> str:
    """Counters of likes, favourites, shares, comments and replies are what the rows say."""
    return _none_wrong("wrong_counts", "counters that differ from what was said")


@check("content.waiting_has_deadlines")
def waiting_has_deadlines() -> str:
    """Every upload under way and every planned post has a date on which it is looked at."""
    return _none_wrong("stuck_media", "uploads or planned posts without a deadline")


def _none_wrong(statement: str, what: str) -> str:
    found = SQL.one(statement) or {}
    if found["wrong"]:
        raise Broken(f"{found['wrong']} {what}, such as {found['example']}")
    return f"{found['looked_at']:,} looked at"
