"""Placing orders: all of it or nothing, priced and frozen at that moment, never oversold."""

import threading

import pytest
from django.db import connections
from tests.builders.orders import NOW, Buyer, a_shop, a_sku

from anxin.kernel.ids import new_id
from anxin.market.catalog.models import Product, Sku
from anxin.market.inventory.errors import OutOfStock
from anxin.market.inventory.queries import availability
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import NewCheckout, WantedLine
from anxin.market.orders.errors import AddressNeeded, AlreadyPlaced, BadLines, NotForSale, PriceChanged, UnknownOrder
from anxin.market.orders.models import Checkout, Order
from anxin.market.orders.queries import OrderState

pytestmark = pytest.mark.django_db


def test_a_checkout_over_two_shops_is_two_orders_with_their_own_freight():
    one, two = a_sku(a_shop(freight_minor=600)), a_sku(a_shop(), price_minor=1_000)
    placed = Buyer().order(one, two, quantity=2)
    assert [(o.goods_minor, o.freight_minor, o.total_minor) for o in placed.orders] == [
        (19_800, 600, 20_400),
        (2_000, 0, 2_000),
    ]
    assert placed.total_minor == 22_400
    assert (placed.pay_by - NOW).total_seconds() == 30 * 60


def test_placing_holds_stock():
    sku = a_sku(a_shop(), stock=3)
    Buyer().order(sku, quantity=2)
    level = availability([sku])[sku]
    assert (level.on_hand, level.held, level.free) == (3, 2, 1)


def test_a_later_change_of_the_product_leaves_the_order_line_alone():
    buyer, sku = Buyer(), a_sku(a_shop(), title="旧标题", price_minor=5_000)
    placed = buyer.order(sku)
    Product.objects.update(title="新标题")
    Sku.objects.update(price_minor=9_999)
    line = queries.order(placed.orders[0].id).lines[0]
    assert (line.frozen["title"], line.price_minor) == ("旧标题", 5_000)


def test_one_item_short_of_stock_leaves_nothing_behind():
    plenty, short = a_sku(a_shop()), a_sku(a_shop(), stock=1)
    with pytest.raises(OutOfStock) as refused:
        Buyer().order(plenty, short, quantity=2)
    assert refused.value.sku_ids == (short,)
    assert not Checkout.objects.exists()
    assert availability([plenty])[plenty].held == 0


def test_the_price_the_buyer_saw_must_still_be_the_price():
    buyer, sku = Buyer(), a_sku(a_shop(), price_minor=5_000)
    with pytest.raises(PriceChanged):
        commands.place_checkout(NewCheckout(buyer.id, (WantedLine(sku, 1, 4_900),), buyer.address_id), now=NOW)


def test_what_is_off_sale_or_unknown_cannot_be_ordered():
    buyer, sku = Buyer(), a_sku(a_shop())
    Product.objects.update(state="off_sale")
    with pytest.raises(NotForSale):
        buyer.order(sku)
    with pytest.raises(NotForSale):
        buyer.order(new_id())


def test_a_closed_shop_sells_nothing():
    with pytest.raises(NotForSale):
        Buyer().order(a_sku(a_shop(can_sell=False)))


@pytest.mark.parametrize("quantity", [0, -1, 10_000])
def test_impossible_quantities_are_refused(quantity):
    with pytest.raises(BadLines):
        Buyer().order(a_sku(a_shop()), quantity=quantity)


def test_a_sku_is_named_once_and_something_is_ordered():
    buyer, sku = Buyer(), a_sku(a_shop())
    for lines in ((), (WantedLine(sku, 1), WantedLine(sku, 1))):
        with pytest.raises(BadLines):
            commands.place_checkout(NewCheckout(buyer.id, lines, buyer.address_id), now=NOW)


def test_the_same_checkout_is_placed_once():
    buyer, sku = Buyer(), a_sku(a_shop(), stock=5)
    wish = NewCheckout(buyer.id, (WantedLine(sku, 1),), buyer.address_id)
    commands.place_checkout(wish, now=NOW)
    with pytest.raises(AlreadyPlaced):
        commands.place_checkout(wish, now=NOW)
    assert Checkout.objects.count() == 1
    assert availability([sku])[sku].held == 1


def test_goods_that_travel_need_an_address():
    buyer, sku = Buyer(), a_sku(a_shop())
    with pytest.raises(AddressNeeded):
        commands.place_checkout(NewCheckout(buyer.id, (WantedLine(sku, 1),)), now=NOW)


def test_nobody_sees_the_order_of_another():
    placed = Buyer().order(a_sku(a_shop()))
    with pytest.raises(UnknownOrder):
        queries.order(placed.orders[0].id, person_id=Buyer().id)
    with pytest.raises(UnknownOrder):
        queries.order(placed.orders[0].id, shop_id=a_shop())


@pytest.mark.parametrize("lines", [1, 3, 20])
def test_placement_takes_four_statements_whatever_the_number_of_lines(lines, django_assert_num_queries):
    shop, buyer = a_shop(), Buyer()
    skus = [a_sku(shop) for _ in range(lines)]
    buyer.order(*skus)  # the category tree is in memory from now on
    with django_assert_num_queries(4 + 2):  # a test adds the savepoint that stands for the transaction
        buyer.order(*skus)


@pytest.mark.django_db(transaction=True)
def test_five_hundred_buyers_of_one_piece_are_one_sale_and_clear_answers():
    sku, buyers = a_sku(a_shop(), stock=1), [Buyer() for _ in range(20)]
    outcomes: list[str] = []

    def buy(buyer: Buyer) -> None:
        for _ in range(25):
            try:
                buyer.order(sku)
                outcomes.append("sold")
            except OutOfStock:
                outcomes.append("refused")
        connections.close_all()

    _together([lambda buyer=buyer: buy(buyer) for buyer in buyers])
    assert (outcomes.count("sold"), outcomes.count("refused")) == (1, 499)
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_carts_in_opposite_order_neither_deadlock_nor_oversell():
    shop, buyers = a_shop(), [Buyer() for _ in range(20)]
    skus = [a_sku(shop, stock=150) for _ in range(3)]
    outcomes: list[str] = []

    def buy(buyer: Buyer, wanted: list) -> None:
        for _ in range(10):
            try:
                buyer.order(*wanted)
                outcomes.append("sold")
            except OutOfStock:
                outcomes.append("refused")
        connections.close_all()

    _together([lambda b=b, w=skus if n % 2 else skus[::-1]: buy(b, w) for n, b in enumerate(buyers)])
    assert (outcomes.count("sold"), outcomes.count("refused")) == (150, 50)
    assert all(level.free == 0 for level in availability(skus).values())
    assert Order.objects.filter(state=OrderState.AWAITING_PAYMENT).count() == 150


def _together(calls: list) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
