"""The demo's orders: whatever the scale and the hour of the first start, there is one in every state."""

from datetime import timedelta

import pytest
from tests.builders.people import an_address

from anxin.kernel.clock import Instant, instant
from anxin.kernel.ids import new_id
from anxin.market.orders.domain.pricing import Good
from anxin.market.orders.queries import Goods, OrderState
from anxin.market.shops.queries import Terms
from anxin.world import trade
from anxin.world.folk import Buyer, Shop
from anxin.world.stage import LATE_SHOP
from anxin.world.tables import shop_lines

MIDNIGHT = instant(2026, 11, 24)
HOURS = tuple(MIDNIGHT + timedelta(hours=hour, minutes=7 * hour) for hour in range(0, 24, 3))


def some_goods(skus: int) -> Goods:
    """Return goods of one shop that travel free."""
    terms = Terms(new_id(), "shop", "店", "Shop", "open", True, False, {}, {}, None)
    goods = [
        Good(new_id(), new_id(), 1, terms.shop_id, 9_900, 500, 7, 100, None, False, True, {"title": "茶"})
        for _ in range(skus)
    ]
    return Goods({good.sku_id: good for good in goods}, {terms.shop_id: terms})


def dealt(now: Instant, checkouts: int, monkeypatch: pytest.MonkeyPatch) -> trade.Trade:
    """Return the orders of a demo market of this scale."""
    monkeypatch.setattr(trade, "CHECKOUTS", checkouts)
    return trade.deal(some_goods(12), [Buyer(new_id(), an_address())], now=now)


@pytest.mark.parametrize("checkouts", [trade.AWAITING, 200])
@pytest.mark.parametrize("now", HOURS, ids=lambda now: f"{now:%H:%M}")
def test_every_state_is_there_at_any_hour_and_scale(now, checkouts, monkeypatch):
    orders = [one for checkout in dealt(now, checkouts, monkeypatch).checkouts for one in checkout.orders]
    assert {one.state for one in orders} == set(OrderState)
    assert {one.closing for one in orders} >= {"refunded"}


def test_nothing_happens_after_the_first_start(monkeypatch):
    now = HOURS[1]
    for checkout in dealt(now, 200, monkeypatch).checkouts:
        for one in checkout.orders:
            moments = [checkout.placed_at, *(moment for _, moment, _ in one.happened)]
            assert moments == sorted(moments)
            assert moments[-1] <= now


def test_at_full_scale_one_shop_ships_too_much_too_late():
    """200 orders in a month of which 30 % are late are one too many (DOMAIN 1.10)."""
    late_line = next(one for one in shop_lines() if one.slug == LATE_SHOP)
    other_line = next(one for one in shop_lines() if one.slug not in {LATE_SHOP, *trade.TAKEN})
    goods, others = some_goods(12), some_goods(200)
    (shop_id,), (other_id,) = goods.terms, others.terms
    both = Goods({**goods.by_sku, **others.by_sku}, {**goods.terms, **others.terms})
    buyers = [Buyer(new_id(), an_address()) for _ in range(9)]
    shops = [Shop(shop_id, late_line, new_id()), Shop(other_id, other_line, new_id())]
    sold = trade.deal(both, buyers, shops, now=HOURS[2]).checkouts
    mine = [one for checkout in sold for one in checkout.orders if one.priced.shop_id == shop_id and one.paid_at]
    late = [one for one in mine if one.parcels and one.parcels[0].shipped_at > one.paid_at + timedelta(hours=48)]
    assert len(mine) >= 200
    assert len(late) * 10 >= len(mine) * 3


def test_an_order_shipped_in_part_has_pieces_left_to_ship(monkeypatch):
    for checkout in dealt(HOURS[0], 200, monkeypatch).checkouts:
        for one in checkout.orders:
            if one.state is OrderState.PARTLY_SHIPPED:
                sent = sum(sum(parcel.pieces.values()) for parcel in one.parcels)
                assert 0 < sent < sum(line.quantity for line in one.priced.lines)
