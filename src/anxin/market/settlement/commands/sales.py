"""Tell the shops module what each shop sold: deposits are reckoned from it, and entry without deposit is limited by it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from anxin.infra.tx import transactional
from anxin.kernel.clock import Instant, shanghai_day, shanghai_midnight
from anxin.kernel.page import MAX_LIMIT
from anxin.market.orders.queries import daily_sales
from anxin.market.shops.commands.deposits import SalesOfMonth, record_month_sales
from anxin.market.shops.queries import shops_page


@transactional
def tell_month_sales(*, now: Instant) -> None:
    """Note this month's paid orders of every shop so far, and on the first day of a month those of the month before."""
    for moment in sorted({shanghai_day(now - timedelta(days=1)).replace(day=1), shanghai_day(now).replace(day=1)}):
        start = shanghai_midnight(moment)
        end = min(now, shanghai_midnight((moment + timedelta(days=32)).replace(day=1)))
        if start < end:
            record_month_sales(start, [_sales(shop_id, start, end) for shop_id in _shops()], now=now)


def _sales(shop_id: UUID, start: Instant, end: Instant) -> SalesOfMonth:
    days = daily_sales(shop_id, start, end)
    return SalesOfMonth(shop_id, sum(day.orders for day in days), sum(day.paid_minor for day in days))


def _shops() -> Iterator[UUID]:
    cursor: str | None = None
    while True:
        page = shops_page(cursor=cursor, limit=MAX_LIMIT)
        yield from (shop.id for shop in page.items)
        cursor = page.next_cursor
        if cursor is None:
            return
