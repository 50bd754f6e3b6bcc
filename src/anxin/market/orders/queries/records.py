"""What shops' orders came to, as far as it has been heard of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from anxin.kernel.clock import Instant
from anxin.market.orders.queries.orders import SQL


@dataclass(frozen=True)
class ShopRecord:
    """A shop's paid orders: tenths of what will be heard of them that have been heard, and how many got money back."""

    heard_tenths: int
    refunded: int


def records_of_shops(since: Instant, heard_days: Sequence[float], *, now: Instant) -> dict[UUID, ShopRecord]:
    """Return the records of all shops with orders paid since a moment, in one statement.

    `heard_days` are the ages by which a tenth, two tenths … of what will be heard of an order is heard.
    """
    ages = [timedelta(days=age).total_seconds() for age in heard_days]
    rows = SQL.rows("records_of_shops", since=since, now=now, heard_s=ages)
    return {row["shop_id"]: ShopRecord(row["heard_tenths"], row["refunded"]) for row in rows}
