"""Automatic compensation: due by itself, paid once whatever timers do, never for what is paused, closed or claimed."""

from datetime import timedelta

import pytest
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.people import a_person
from tests.support.work import work

from anxin.infra.deadlines import HANDLERS
from anxin.kernel.ids import new_id
from anxin.market.guarantee.checks.compensation import compensations_have_money, promises_are_watched
from anxin.market.guarantee.commands import compensation
from anxin.market.guarantee.commands.compensation import CompensationKind, compensate_found
from anxin.market.guarantee.commands.ship_terms import declare_force_majeure, end_force_majeure, set_ship_term
from anxin.market.guarantee.errors.compensation import (
    AlreadyCompensated,
    BadForceMajeure,
    BadShipTerm,
    CauseNeeded,
    UnknownForceMajeure,
    UnknownShipPromise,
)
from anxin.market.guarantee.models import Compensation, Disbursement, ShipPromise, ShopBar
from anxin.market.guarantee.queries import compensation as queries
from anxin.market.guarantee.queries.compensation import CompensationState, ShipPromiseState
from anxin.market.ledger.commands import BANK_PAYOUTS, JournalEntry, Leg, post, shop_account
from anxin.market.orders import commands as orders
from anxin.market.orders import queries as orders_queries
from anxin.market.orders.errors import NotForSale

pytestmark = pytest.mark.django_db
SOON = timedelta(seconds=2)


def hours(number):
    return NOW + timedelta(hours=number)


def a_paid(shop_id=None, *, price_minor=149_000, buyer=None):
    """A paid order; payment took the five seconds that the builder gives it."""
    buyer = buyer or Buyer()
    placed = buyer.order(a_sku(shop_id or a_shop(), price_minor=price_minor))
    buyer.pay(placed)
    return placed.orders[0].id


def give_money(shop_id, amount_minor=1_000_000):
    legs = (Leg(BANK_PAYOUTS, -amount_minor), Leg(shop_account(shop_id, "available"), amount_minor))
    post(JournalEntry("test.given", str(new_id()), legs), now=NOW)


def promise(order_id):
    return ShipPromise.objects.get(pk=order_id)


def shop_of(order_id):
    return promise(order_id).shop_id


def paid(order_id):
    rows = Compensation.objects.filter(order_id=order_id).order_by("id")
    return [(row.kind, row.stage, row.amount_minor) for row in rows]


def ship(order_id, *, at):
    orders.ship(a_parcel(order_id), shop_id=shop_of(order_id), now=at)
    work(at)


def test_a_paid_order_is_promised_to_ship_in_48_hours():
    order_id = a_paid()
    found = queries.ship_promises([order_id])[order_id]
    assert found.state is ShipPromiseState.WAITING
    assert found.promise_hours == 48
    assert found.ship_by == found.paid_at + timedelta(hours=48)


def test_the_shop_s_word_of_the_day_of_purchase_is_what_counts():
    shop_id = a_shop()
    set_ship_term(shop_id, 96, set_by=None, now=NOW - timedelta(hours=1))
    order_id = a_paid(shop_id)
    set_ship_term(shop_id, 24, set_by=None, now=NOW + SOON)
    assert promise(order_id).promise_hours == 96
    assert queries.ship_term(shop_id, now=hours(1)) == 24
    set_ship_term(shop_id, None, set_by=None, now=hours(1))
    assert queries.ship_term(shop_id, now=hours(1)) is None


@pytest.mark.parametrize("number", [0, -1, 1_081])
def test_a_shop_cannot_promise_nonsense(number):
    with pytest.raises(BadShipTerm):
        set_ship_term(a_shop(), number, set_by=None, now=NOW)


def test_late_shipping_is_compensated_once_without_anybody_asking():
    order_id = a_paid()
    give_money(shop_of(order_id))
    due = promise(order_id).ship_by
    work(due)
    assert paid(order_id) == []  # the promised moment itself is in time
    work(due + SOON)
    work(due + timedelta(days=3))
    assert paid(order_id) == [("late_shipping", 1, 1_490)]
    assert promise(order_id).state == ShipPromiseState.LATE
    assert Compensation.objects.get().state == CompensationState.PAID
    compensations_have_money()


def test_a_timer_that_fires_twice_pays_once():
    order_id = a_paid()
    due = promise(order_id).ship_by
    for _ in range(2):
        HANDLERS[compensation.LATE](order_id, 0, now=due + SOON)
    assert len(paid(order_id)) == 1
    assert Disbursement.objects.filter(ref__startswith="compensation:").count() == 1


def test_longer_promises_pay_in_two_stages():
    shop_id = a_shop()
    set_ship_term(shop_id, 72, set_by=None, now=NOW - timedelta(hours=1))
    order_id = a_paid(shop_id)
    due = promise(order_id).ship_by
    work(due + SOON)
    assert paid(order_id) == [("late_shipping", 1, 1_490)]
    work(due + timedelta(hours=48) + SOON)
    assert paid(order_id) == [("late_shipping", 1, 1_490), ("late_shipping", 2, 4_470)]
    work(due + timedelta(days=30))
    assert len(paid(order_id)) == 2


def test_what_was_shipped_in_time_is_not_late_even_if_the_news_comes_late():
    order_id = a_paid()
    due = promise(order_id).ship_by
    orders.ship(a_parcel(order_id), shop_id=shop_of(order_id), now=due)
    compensation.keep_promise(order_id, shipped_at=due, now=due + timedelta(hours=5))
    work(due + timedelta(hours=5))
    assert [row for row in paid(order_id) if row[0] == "late_shipping"] == []
    assert promise(order_id).state == ShipPromiseState.KEPT


def test_what_was_shipped_in_time_is_not_late_even_if_the_timer_comes_before_the_news():
    order_id = a_paid()
    due = promise(order_id).ship_by
    orders.ship(a_parcel(order_id), shop_id=shop_of(order_id), now=due)
    compensation.look_at_shipping(order_id, now=due + timedelta(hours=5))
    assert paid(order_id) == []


def test_what_was_shipped_late_is_compensated_even_if_no_timer_ran():
    order_id = a_paid()
    late = promise(order_id).ship_by + timedelta(hours=1)
    compensation.keep_promise(order_id, shipped_at=late, now=late)
    compensation.keep_promise(order_id, shipped_at=late, now=late)
    assert paid(order_id) == [("late_shipping", 1, 1_490)]
    assert promise(order_id).state == ShipPromiseState.SHIPPED_LATE


def test_time_does_not_count_while_a_region_cannot_be_reached():
    order_id = a_paid()  # to Beijing
    due = promise(order_id).ship_by
    desk = a_person()
    declare_force_majeure("11", "暴雪", since=hours(10), until=hours(34), declared_by=desk, now=hours(11))
    declare_force_majeure("31", "台风", since=hours(10), until=hours(300), declared_by=desk, now=hours(11))
    work(due + SOON)
    assert paid(order_id) == []
    assert queries.ship_promises([order_id])[order_id].ship_by == due + timedelta(hours=24)
    work(due + timedelta(hours=24) + SOON)
    assert len(paid(order_id)) == 1


def test_an_open_end_is_looked_at_every_day_until_it_has_one():
    order_id = a_paid()
    due = promise(order_id).ship_by
    desk = a_person()
    paused = declare_force_majeure("1101", "暴雪", since=hours(10), until=None, declared_by=desk, now=hours(11))
    work(due + SOON)
    assert queries.ship_promises([order_id])[order_id].ship_by is None
    end_force_majeure(paused, ended_by=desk, now=hours(60))
    with pytest.raises(UnknownForceMajeure):
        end_force_majeure(paused, ended_by=desk, now=hours(61))
    work(due + timedelta(hours=24) + timedelta(seconds=5))
    assert paid(order_id) == []  # 50 hours were lost
    work(due + timedelta(hours=50) + SOON)
    assert len(paid(order_id)) == 1


@pytest.mark.parametrize(
    ("region", "reason", "length"),
    [("9", "暴雪", 1), ("99", "暴雪", 1), ("11", " ", 1), ("11", "暴雪", 0), ("11 ", "暴雪", 1)],
)
def test_force_majeure_needs_a_place_a_reason_and_a_length(region, reason, length):
    until = NOW + timedelta(hours=length)
    with pytest.raises(BadForceMajeure):
        declare_force_majeure(region, reason, since=NOW, until=until, declared_by=a_person(), now=NOW)


def test_an_order_that_came_to_nothing_is_never_late():
    order_id = a_paid()
    compensation.close_promise(order_id, now=hours(1))
    compensation.close_promise(order_id, now=hours(2))
    work(hours(100))
    HANDLERS[compensation.LATE](order_id, 0, now=hours(100))
    assert paid(order_id) == []
    promises_are_watched()


def test_while_a_claim_stands_in_the_way_the_shop_is_given_the_time():
    order_id = a_paid()
    line_id = orders_queries.order(order_id).lines[0].id
    due = promise(order_id).ship_by
    orders.hold_completion(order_id, line_id, now=hours(40))
    work(due + SOON)
    assert paid(order_id) == []
    orders.free_completion(order_id, line_id, now=due + timedelta(hours=1))
    work(due + timedelta(hours=23))
    assert paid(order_id) == []
    work(due + timedelta(hours=24) + timedelta(seconds=10))
    assert len(paid(order_id)) == 1


def test_a_tracking_number_without_a_courier_is_compensated_in_two_stages():
    order_id = a_paid()
    shipped_at = hours(1)
    orders.ship(a_parcel(order_id), shop_id=shop_of(order_id), now=shipped_at)
    compensation.keep_promise(order_id, shipped_at=shipped_at, now=shipped_at)
    for _ in range(2):
        compensation.look_at_trace(order_id, now=shipped_at + timedelta(hours=24) + SOON)
    assert paid(order_id) == [("trace_overdue", 1, 1_490)]
    compensation.look_at_trace(order_id, now=shipped_at + timedelta(hours=72) + SOON)
    assert paid(order_id)[1:] == [("trace_overdue", 2, 5_000)]


def test_a_parcel_that_a_courier_has_is_not_overdue():
    order_id = a_paid()
    ship(order_id, at=hours(1))
    work(hours(3))  # the sandbox carrier collects
    work(hours(80))
    assert paid(order_id) == []


def test_what_a_person_finds_is_compensated_once_and_written_down():
    order_id = a_paid()
    desk = a_person()
    found = compensate_found(order_id, CompensationKind.FRAUD_SHIPMENT, "空包裹", found_by=desk, now=hours(1))
    assert Compensation.objects.get(pk=found).amount_minor == 44_700
    with pytest.raises(AlreadyCompensated):
        compensate_found(order_id, CompensationKind.FRAUD_SHIPMENT, "空包裹", found_by=desk, now=hours(2))
    compensate_found(order_id, CompensationKind.INVOICE_LATE, "未开票", found_by=desk, now=hours(2))
    assert paid(order_id) == [("fraud_shipment", 1, 44_700), ("invoice_late", 1, 19_370)]


def test_a_finding_needs_a_cause_and_a_paid_order():
    with pytest.raises(CauseNeeded):
        compensate_found(new_id(), CompensationKind.FRAUD_SHIPMENT, "  ", now=NOW)
    with pytest.raises(UnknownShipPromise):
        compensate_found(new_id(), CompensationKind.FRAUD_SHIPMENT, "空包裹", now=NOW)


def test_without_money_anywhere_the_compensation_waits_and_follows():
    order_id = a_paid()
    due = promise(order_id).ship_by
    work(due + SOON)
    assert Compensation.objects.get().state == CompensationState.PAYING
    give_money(shop_of(order_id))
    work(due + timedelta(days=2))
    assert Compensation.objects.get().state == CompensationState.PAID


def barred(shop_id):
    return ShopBar.objects.filter(shop_id=shop_id, lifted_at__isnull=True).exists()


def a_past(shop_id, *, total, late):
    """Promises of the last days, some of them broken."""
    person = a_person()
    rows = [
        ShipPromise(
            order_id=new_id(),
            shop_id=shop_id,
            person_id=person,
            state=ShipPromiseState.SHIPPED_LATE if number < late else ShipPromiseState.KEPT,
            paid_minor=100,
            promise_hours=48,
            source="category",
            rules="current-2026",
            paid_at=NOW - timedelta(days=5),
            ship_by=NOW - timedelta(days=3),
        )
        for number in range(total)
    ]
    ShipPromise.objects.bulk_create(rows)


def test_a_shop_that_is_late_too_often_takes_no_orders_for_seven_days():
    shop_id = a_shop()
    sku_id = a_sku(shop_id)
    a_past(shop_id, total=199, late=59)
    order_id = a_paid(shop_id)
    due = promise(order_id).ship_by
    work(due + SOON)  # the 200th order, the 60th late
    assert barred(shop_id)
    with pytest.raises(NotForSale):
        Buyer().order(sku_id, now=due + SOON)
    compensation.judge_shop(shop_id, now=due + SOON)
    assert ShopBar.objects.count() == 1
    work(due + timedelta(days=7) + timedelta(minutes=1))
    assert not barred(shop_id)
    Buyer().order(sku_id, now=due + timedelta(days=7) + timedelta(minutes=1))


@pytest.mark.parametrize(("total", "late"), [(199, 199), (200, 59)])
def test_a_small_shop_or_a_small_share_is_not_barred(total, late):
    shop_id = a_shop()
    a_past(shop_id, total=total, late=late)
    assert not compensation.judge_shop(shop_id, now=NOW)


def test_lists_show_each_side_its_own():
    order_id = a_paid()
    compensate_found(order_id, CompensationKind.FRAUD_SHIPMENT, "空包裹", now=hours(1))
    mine = Compensation.objects.get()
    assert [row.id for row in queries.compensations(person_id=mine.person_id).items] == [mine.pk]
    assert [row.id for row in queries.compensations(shop_id=mine.shop_id).items] == [mine.pk]
    assert queries.compensations(shop_id=a_shop()).items == ()
    totals = {one.kind: one.amount_minor for one in queries.totals_by_kind(NOW, hours(2))}
    assert totals[CompensationKind.FRAUD_SHIPMENT] == 44_700
    assert totals[CompensationKind.LATE_SHIPPING] == 0
