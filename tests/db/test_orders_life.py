"""The life of an order: paid, shipped, received, or given back; late, repeated and racing steps change nothing."""

from datetime import timedelta

import pytest
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.payments import token_of
from tests.support.work import work as drain

from anxin.kernel.states import IllegalStep
from anxin.market.catalog.queries import product_page
from anxin.market.inventory.queries import availability
from anxin.market.ledger.commands import ESCROW
from anxin.market.ledger.queries import order_balances
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import NewCheckout, Packed, Shipment, WantedLine, pay, privacy
from anxin.market.orders.errors import (
    AlreadyExtended,
    AlreadyPaid,
    EditWindowOver,
    TooManyPieces,
    UnknownOrder,
)
from anxin.market.orders.models import Order, TimelineEntry
from anxin.market.orders.queries import OrderState
from anxin.market.payments.commands import sandbox
from anxin.market.payments.commands.sandbox import Choice

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def buyer():
    return Buyer()


def paid(buyer, *skus, quantity=1):
    placed = buyer.order(*skus, quantity=quantity)
    buyer.pay(placed)
    return placed.orders[0].id


def state(order_id):
    return queries.order(order_id).state


def test_paid_pieces_count_as_sold_once(shop, buyer):
    sku = a_sku(shop, stock=5)
    order = paid(buyer, sku, quantity=2)
    drain(NOW + DAY)
    product = queries.order(order).lines[0].product_id
    assert product_page(product, now=NOW).sold_count == 2


def test_paying_moves_money_to_escrow_and_stock_to_sold(shop, buyer):
    sku = a_sku(shop, stock=5)
    order = paid(buyer, sku, quantity=2)
    assert state(order) == OrderState.PAID
    assert order_balances(ESCROW, [order]) == {order: 19_800}
    level = availability([sku])[sku]
    assert (level.on_hand, level.held, level.sold) == (3, 0, 2)


def test_being_told_of_the_payment_twice_changes_nothing(shop, buyer):
    placed = buyer.order(a_sku(shop))
    buyer.pay(placed)
    before = queries.order(placed.orders[0].id)
    pay.mark_paid(placed.id, paid_at=NOW, now=NOW + DAY)
    assert queries.order(placed.orders[0].id) == before


def test_an_unpaid_checkout_ends_after_half_an_hour_and_frees_its_stock(shop, buyer):
    sku = a_sku(shop, stock=1)
    placed = buyer.order(sku)
    drain(NOW + timedelta(minutes=29))
    assert state(placed.orders[0].id) == OrderState.AWAITING_PAYMENT
    drain(NOW + timedelta(minutes=30))
    found = queries.order(placed.orders[0].id)
    assert (found.state, found.closing) == (OrderState.CANCELLED, "expired")
    assert availability([sku])[sku].free == 1


def test_a_payment_that_comes_after_the_end_goes_straight_back(shop, buyer):
    placed = buyer.order(a_sku(shop))
    started = commands.pay_checkout(placed.id, person_id=buyer.id, method="wallet", return_url="/", now=NOW)
    pay.expire_checkout(placed.id, now=placed.pay_by)
    sandbox.choose(token_of(started), Choice.LATE, now=NOW)
    drain(NOW + DAY)
    order = placed.orders[0].id
    assert state(order) == OrderState.CANCELLED
    assert order_balances(ESCROW, [order]) == {order: 0}
    pay.mark_paid(placed.id, paid_at=NOW, now=NOW + DAY)  # told once more, nothing is returned or written again
    assert order_balances(ESCROW, [order]) == {order: 0}
    assert TimelineEntry.objects.filter(order_id=order, kind="late_payment_returned").count() == 1


def test_the_buyer_cancels_before_paying_but_not_after(shop, buyer):
    sku = a_sku(shop, stock=1)
    placed = buyer.order(sku)
    commands.cancel_checkout(placed.id, person_id=buyer.id, now=NOW)
    assert availability([sku])[sku].free == 1
    with pytest.raises(AlreadyPaid):
        commands.pay_checkout(placed.id, person_id=buyer.id, method="wallet", return_url="/", now=NOW)
    again = buyer.order(sku)
    buyer.pay(again)
    with pytest.raises(AlreadyPaid):
        commands.cancel_checkout(again.id, person_id=buyer.id, now=NOW)


def test_an_order_leaves_in_two_parcels(shop, buyer):
    order = paid(buyer, a_sku(shop), quantity=3)
    line = queries.order(order).lines[0].id
    first = Shipment(order, "sf", "SF1234567890123", (Packed(line, 1),))
    commands.ship(first, shop_id=shop, now=NOW)
    assert state(order) == OrderState.PARTLY_SHIPPED
    with pytest.raises(TooManyPieces):
        commands.ship(Shipment(order, "sf", "SF1234567890124", (Packed(line, 3),)), shop_id=shop, now=NOW)
    commands.ship(Shipment(order, "sf", "SF1234567890125"), shop_id=shop, now=NOW)
    found = queries.order(order)
    assert (found.state, found.lines[0].unshipped, len(found.parcels)) == (OrderState.SHIPPED, 0, 2)


def test_another_shop_cannot_ship_it(shop, buyer):
    order = paid(buyer, a_sku(shop))
    with pytest.raises(UnknownOrder):
        commands.ship(a_parcel(order), shop_id=a_shop(), now=NOW)


def test_what_was_not_paid_cannot_be_shipped(shop, buyer):
    order = buyer.order(a_sku(shop)).orders[0].id
    with pytest.raises(IllegalStep):
        commands.ship(a_parcel(order), shop_id=shop, now=NOW)


def test_a_tracking_number_can_be_corrected_for_an_hour(shop, buyer):
    order = paid(buyer, a_sku(shop))
    parcel = commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    change = {"carrier": "sf", "tracking_no": "SF9999999999999", "shop_id": shop}
    commands.change_tracking(parcel, **change, now=NOW + timedelta(minutes=60))
    assert queries.order(order).parcels[0].tracking_no == "SF9999999999999"
    with pytest.raises(EditWindowOver):
        commands.change_tracking(parcel, **change, now=NOW + timedelta(minutes=61))


def test_receipt_is_assumed_ten_days_after_shipping(shop, buyer):
    order = paid(buyer, a_sku(shop))
    commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    drain(NOW + 10 * DAY - timedelta(seconds=1))
    assert state(order) == OrderState.SHIPPED
    drain(NOW + 10 * DAY)
    assert state(order) == OrderState.COMPLETED


def test_receipt_can_be_put_off_once_by_three_days(shop, buyer):
    order = paid(buyer, a_sku(shop))
    commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    assert commands.extend_receipt(order, person_id=buyer.id, now=NOW) == NOW + 13 * DAY
    with pytest.raises(AlreadyExtended):
        commands.extend_receipt(order, person_id=buyer.id, now=NOW)
    drain(NOW + 12 * DAY)
    assert state(order) == OrderState.SHIPPED
    drain(NOW + 13 * DAY)
    assert state(order) == OrderState.COMPLETED


def test_a_signed_parcel_appears_in_the_timeline_once(shop, buyer):
    order = paid(buyer, a_sku(shop))
    commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    for day in range(1, 9):
        drain(NOW + day * DAY)
    assert TimelineEntry.objects.filter(order_id=order, kind="parcel_signed").count() == 1
    assert queries.order(order).parcels[0].signed_at is not None


def test_a_forgotten_person_leaves_no_note_on_an_order_that_did_not_travel(shop, buyer):
    wish = NewCheckout(buyer.id, (WantedLine(a_sku(shop), 1),), buyer.address_id, {shop: "ring 13800138000"})
    order = commands.place_checkout(wish, now=NOW).orders[0].id
    Order.objects.filter(id=order).update(address=None)
    drain(NOW + timedelta(hours=1))  # never paid
    assert privacy.anonymise_orders(buyer.id, now=NOW) == 1
    assert Order.objects.get(id=order).note == ""
    assert privacy.anonymise_orders(buyer.id, now=NOW) == 0
