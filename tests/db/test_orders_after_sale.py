"""What an after-sale request does to its order: nothing is received, settled or shipped behind it, and sums stay right."""

from datetime import timedelta

import pytest
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.support.work import work as drain

from anxin.infra.doctor import examine
from anxin.market.orders import commands, queries
from anxin.market.orders.commands import Packed, RefundedLine, Shipment
from anxin.market.orders.errors import LineClaimed, RefundBeyondOrder, TooManyPieces, UnknownOrder
from anxin.market.orders.queries import OrderState
from anxin.market.settlement.models import Settlement

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


def lines(order):
    return queries.order(order).lines


def test_automatic_receipt_waits_for_an_open_claim_and_follows_its_end(shop, buyer):
    order = paid(buyer, a_sku(shop))
    commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    commands.hold_completion(order, lines(order)[0].id, now=NOW)
    drain(NOW + 12 * DAY)
    assert queries.order(order).state == OrderState.SHIPPED
    commands.free_completion(order, lines(order)[0].id, now=NOW + 12 * DAY)
    drain(NOW + 12 * DAY)
    assert queries.order(order).state == OrderState.COMPLETED


def test_receipt_by_time_keeps_its_date_when_a_claim_ends_before(shop, buyer):
    order = paid(buyer, a_sku(shop))
    commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    line = lines(order)[0].id
    commands.hold_completion(order, line, now=NOW)
    commands.free_completion(order, line, now=NOW + DAY)
    drain(NOW + 10 * DAY - timedelta(seconds=1))
    assert queries.order(order).state == OrderState.SHIPPED
    drain(NOW + 10 * DAY)
    assert queries.order(order).state == OrderState.COMPLETED


def test_settlement_waits_for_an_open_claim(shop, buyer):
    order = paid(buyer, a_sku(shop))
    commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    commands.confirm_receipt(order, person_id=buyer.id, now=NOW)
    drain(NOW)
    line, due_at = lines(order)[0].id, Settlement.objects.get().due_at
    commands.hold_completion(order, line, now=due_at - DAY)
    drain(due_at)
    assert (Settlement.objects.get().state, Settlement.objects.get().due_at) == ("waiting", due_at + DAY)
    commands.free_completion(order, line, now=due_at)
    drain(due_at + DAY)
    assert Settlement.objects.get().state == "released"


def test_nothing_ships_on_a_claimed_line_while_others_go_on(shop, buyer):
    order = paid(buyer, a_sku(shop), a_sku(shop))
    claimed, other = lines(order)
    commands.hold_completion(order, claimed.id, now=NOW)
    with pytest.raises(LineClaimed):
        commands.ship(Shipment(order, "sf", "SF1234567890123", (Packed(claimed.id, 1),)), shop_id=shop, now=NOW)
    commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    assert [line.shipped_quantity for line in lines(order)] == [0, 1]
    assert queries.order(order).state == OrderState.PARTLY_SHIPPED
    assert other.id


def test_the_last_piece_refunded_unshipped_cancels_the_order(shop, buyer):
    order = paid(buyer, a_sku(shop), a_sku(shop))
    for line in lines(order):
        assert queries.order(order).state == OrderState.PAID
        commands.note_refunded(RefundedLine(order, line.id, line.amount_minor, 1, unsent=1), now=NOW)
    found = queries.order(order)
    assert (found.state, found.closing, found.refunded_minor) == (OrderState.CANCELLED, "refunded", found.total_minor)


def test_pieces_refunded_before_shipping_are_not_shipped_and_the_rest_completes_the_order(shop, buyer):
    order = paid(buyer, a_sku(shop), quantity=3)
    line = lines(order)[0]
    commands.ship(Shipment(order, "sf", "SF1234567890123", (Packed(line.id, 2),)), shop_id=shop, now=NOW)
    commands.note_refunded(RefundedLine(order, line.id, line.price_minor, 1, unsent=1), now=NOW + DAY)
    found = queries.order(order)
    assert (found.state, found.shipped_at, found.receipt_due_at) == (OrderState.SHIPPED, NOW, NOW + 10 * DAY)
    assert found.lines[0].unshipped == 0
    drain(NOW + 10 * DAY)
    assert queries.order(order).state == OrderState.COMPLETED


def test_a_shipped_order_paid_back_to_the_last_fen_is_cancelled(shop, buyer):
    order = paid(buyer, a_sku(shop))
    commands.ship(a_parcel(order), shop_id=shop, now=NOW)
    line = lines(order)[0]
    commands.note_refunded(RefundedLine(order, line.id, line.amount_minor, 1), now=NOW)
    assert queries.order(order).state == OrderState.CANCELLED
    drain(NOW + 11 * DAY)
    assert queries.order(order).state == OrderState.CANCELLED


def test_no_more_is_refunded_than_money_and_pieces_are_there(shop, buyer):
    order = paid(buyer, a_sku(shop))
    line = lines(order)[0]
    with pytest.raises(RefundBeyondOrder):
        commands.note_refunded(RefundedLine(order, line.id, line.amount_minor + 1, 1), now=NOW)
    with pytest.raises(TooManyPieces):
        commands.note_refunded(RefundedLine(order, line.id, 1, 2), now=NOW)
    assert queries.order(order).refunded_minor == 0


def test_a_line_of_another_order_is_unknown(shop, buyer):
    order, other = paid(buyer, a_sku(shop)), paid(buyer, a_sku(shop))
    with pytest.raises(UnknownOrder):
        commands.hold_completion(order, lines(other)[0].id, now=NOW)


def test_the_doctor_compares_orders_with_their_lines(shop, buyer):
    order = paid(buyer, a_sku(shop), a_sku(shop))
    commands.hold_completion(order, lines(order)[0].id, now=NOW)
    commands.note_refunded(RefundedLine(order, lines(order)[1].id, 100, 0), now=NOW)
    assert [one for one in examine() if one.name == "orders.after_sale" and not one.ok] == []
