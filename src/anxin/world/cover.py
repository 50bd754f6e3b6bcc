"""What protects orders of the demo market by itself: insured ways back, promises of shipping, and what late ones were paid."""

from datetime import timedelta

from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import compensation, policies
from anxin.market.guarantee.commands.certificates import issue_missing
from anxin.market.guarantee.commands.compensation import CompensationKind
from anxin.market.guarantee.commands.optins import Switch, set_opt_in
from anxin.market.orders import queries as orders
from anxin.market.orders.queries import OrderFacts, ShopFilter
from anxin.world.folk import Shop

INSURING, PER_TAB = 4, 3
BEFORE_TRADE = timedelta(days=75)


def cover_orders(shops: list[Shop], *, now: Instant) -> None:
    """Give every paid order its certificate; let some shops insure, and cover their newest orders as if paid today's way."""
    for shop in shops[:INSURING]:
        switch = Switch(shop.id, "freight_insurance", is_on=True)
        set_opt_in(switch, by=shop.owner_id, now=now - BEFORE_TRADE)
        for tab in ("to_ship", "to_receive", "completed"):
            for order in orders.orders_of_shop(shop.id, ShopFilter(tab=tab), limit=PER_TAB).items:
                _cover(order, now=now)
    while issue_missing(now=now):
        pass
    _find_something(shops[0], now=now)


def _cover(order: OrderFacts, *, now: Instant) -> None:
    """Promise its shipping, insure its way back, and take what followed from that until now."""
    compensation.promise_shipping(order.id, now=now)
    policy_id = policies.open_policy(order.id, now=order.paid_at or now)
    if policy_id is not None:
        policies.insure(policy_id, now=now)
    if order.shipped_at is None:
        compensation.look_at_shipping(order.id, now=now)
    elif policy_id is not None:
        policies.ship_policy(order.id, shipped_at=order.shipped_at, now=now)
        policies.take_premium(policy_id, now=now)


def _find_something(shop: Shop, *, now: Instant) -> None:
    """One buyer never got the invoice that was asked for."""
    completed = orders.orders_of_shop(shop.id, ShopFilter(tab="completed"), limit=1).items
    for order in completed:
        cause = "买家申请的发票超过 10 天未开具"
        compensation.compensate_found(order.id, CompensationKind.INVOICE_LATE, cause, now=now)
