"""The rule of compare prices (划线价): 明码标价和禁止价格欺诈规定, a compared price is a price really asked of late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from anxin.kernel.clock import Instant
from anxin.kernel.money import MAX_MINOR, format_money
from anxin.market.catalog.errors import BadPrice, CompareAboveLowest, CompareNotAbove

LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True)
class PastPrice:
    """A price in force from `changed_at` until the next one."""

    price_minor: int
    changed_at: Instant


@dataclass(frozen=True)
class Pricing:
    """The price that a SKU asks, and the higher one it is compared with."""

    price_minor: int
    compare_price_minor: int | None = None


def lowest_price(history: Iterable[PastPrice], *, now: Instant) -> int | None:
    """Return the lowest price in force in the 7 days before `now`, None where there was none."""
    since = now - LOOK_BACK
    inside, before = [], None
    for past in history:
        if past.changed_at >= since:
            inside.append(past.price_minor)
        elif before is None or past.changed_at > before.changed_at:
            before = past
    in_force = [*inside, before.price_minor] if before else inside
    return min(in_force, default=None)


def check_pricing(sku: str, pricing: Pricing) -> None:
    """Refuse amounts that cannot stand together. Raises BadPrice, CompareNotAbove."""
    compare = pricing.compare_price_minor
    for amount in (pricing.price_minor, compare or 0):
        if not 0 <= amount <= MAX_MINOR:
            raise BadPrice(amount)
    if compare is not None and compare <= pricing.price_minor:
        raise CompareNotAbove(sku)


def check_compare(
    sku: str, before: Pricing | None, after: Pricing, history: Iterable[PastPrice], *, now: Instant
) -> None:
    """Refuse a compare price above the lowest price of the last 7 days. Raises CompareAboveLowest and as check_pricing.

    A compare price that stays, or falls, was checked when it was set. A SKU without a price history may name its
    reference price once: nothing was asked before that it could misstate.
    """
    check_pricing(sku, after)
    asked = after.compare_price_minor
    stays = before is not None and before.compare_price_minor is not None and asked is not None
    if asked is None or (stays and before is not None and asked <= (before.compare_price_minor or 0)):
        return
    lowest = lowest_price(history, now=now)
    if lowest is not None and asked > lowest:
        raise CompareAboveLowest(sku, lowest, format_money(lowest))
