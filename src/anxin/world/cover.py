"""What protects orders of the demo market by itself: insured ways back, promises of shipping, and what late ones were paid."""

from anxin.kernel.clock import Instant
from anxin.market.guarantee.commands import compensation, policies
from anxin.market.guarantee.commands.certificates import issue_missing
from anxin.market.guarantee.commands.optins import Switch, set_opt_in
from anxin.market.orders import queries as orders
from anxin.market.orders.queries import OrderFacts, ShopFilter
from anxin.world.folk import Shop, opened_at

INSURING, COVERED, PROTECTING, PER_TAB = 4, 3, 2, 3


def cover_orders(shops: list[Shop], *, now: Instant) -> None:
    """Give every paid order its certificate; let some shops insure, and cover their newest orders as if paid today's way.

    The insured orders of the first shop and of the last that insures belong to the stories.
    """
    for index, shop in enumerate(shops[:INSURING]):
        promises = ("freight_insurance", "price_protection") if index < PROTECTING else ("freight_insurance",)
        for promise in promises:
            set_opt_in(Switch(shop.id, promise, is_on=True), by=shop.owner_id, now=opened_at(index, now))
    for shop in shops[1:COVERED]:
        for tab in ("to_ship", "to_receive", "completed"):
            for order in orders.orders_of_shop(shop.id, ShopFilter(tab=tab), limit=PER_TAB).items:
                _cover(order, now=now)
    while issue_missing(now=now):
        pass


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
