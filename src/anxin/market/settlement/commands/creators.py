"""Tell the creators module what was settled of goods to which creators led, and have it decide levels on the review day."""

from datetime import date

from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.market.creators.commands.levels import Settled, review_levels, tell_settled
from anxin.market.creators.queries.levels import review_of, unreviewed_month, was_told_since
from anxin.market.settlement.store import SQL


def reckon_creators(*, now: Instant) -> None:
    """Tell once a day what this month has brought so far; tell and review the month before until that is done."""
    today, before = shanghai_day(now), unreviewed_month(now=now)
    is_due = before is not None and review_of(before) <= today
    if was_told_since(shanghai_midnight(today)) and not is_due:
        return
    if before is not None:
        _tell(before, now=now)
        review_levels(before, now=now)
    _tell(today.replace(day=1), now=now)


def _tell(month: date, *, now: Instant) -> None:
    tell_settled(month, [Settled(**row) for row in SQL.rows("settled_by_creator", month=month)], now=now)
