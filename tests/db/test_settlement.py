"""From receipt to the merchant's balance, the statement, and back again."""

from datetime import timedelta

import pytest
from tests.builders.orders import NOW, a_shop
from tests.builders.settlement import a_received, a_settled, due_at
from tests.support.work import work

from anxin.infra.doctor import examine
from anxin.infra.models import OutboxEvent
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import ESCROW, REFUNDS_IN_FLIGHT, SERVICE_FEE, shop_account
from anxin.market.ledger.models import Journal
from anxin.market.payments.commands import RefundRequest, request_refund
from anxin.market.payments.commands.sandbox import Fault, Operation, tell
from anxin.market.payments.models import SandboxPart
from anxin.market.payments.queries import money_of_orders
from anxin.market.settlement import queries
from anxin.market.settlement.commands import refund_settled, release_due, schedule_release
from anxin.market.settlement.domain import statement_month
from anxin.market.settlement.errors import NotSettled, RefundBeyondSettlement
from anxin.market.settlement.models import Line, Settlement

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def shop():
    return a_shop()


def fee_of(order_id, refunded_minor=0) -> int:
    base, rate, _ = Settlement.objects.get(order_id=order_id).lines[0]
    kept = base - refunded_minor
    return (kept * rate + 5_000) // 10_000


def available(shop_id) -> int:
    return ledger.balance(shop_account(shop_id, "available"))


def healthy() -> list[str]:
    """Names of the doctor's money checks that do not hold."""
    return [
        found.name for found in examine() if not found.ok and found.name.split(".")[0] in {"payments", "settlement"}
    ]


def test_nothing_is_released_before_its_time(shop):
    order = a_received(shop)
    work(due_at(order) - timedelta(seconds=1))
    assert ledger.order_balances(ESCROW, [order]) == {order: 10_000}
    assert available(shop) == 0


def test_escrow_becomes_the_merchants_part_and_the_fee(shop):
    order = a_settled(shop)
    fee = fee_of(order)
    assert ledger.order_balances(ESCROW, [order]) == {order: 0}
    assert available(shop) == 10_000 - fee
    assert ledger.balance(SERVICE_FEE) == fee
    line = queries.lines_of_order(order)[0]
    assert (line.paid_minor, line.service_fee_minor, line.net_minor) == (10_000, fee, 10_000 - fee)
    assert OutboxEvent.objects.get(kind="settlement.order_settled").payload["net_minor"] == 10_000 - fee
    assert SandboxPart.objects.get(sub_ref=order).is_finished
    assert healthy() == []


def test_hearing_of_a_receipt_twice_schedules_once(shop):
    order = a_received(shop)
    before = due_at(order)
    schedule_release(order, now=NOW + DAY)
    assert due_at(order) == before
    assert Settlement.objects.count() == 1


def test_a_second_release_finds_nothing_to_do(shop):
    order = a_settled(shop)
    assert release_due(now=due_at(order) + DAY) == 0
    assert Journal.objects.filter(kind="settlement.released").count() == 1
    assert Line.objects.count() == 1


def test_many_orders_are_released_with_the_same_statements(shop, django_assert_max_num_queries):
    first_due = due_at(a_received(shop))
    with django_assert_max_num_queries(13) as few:
        release_due(now=first_due)
    last_due = max(due_at(a_received(shop)) for _ in range(4))
    with django_assert_max_num_queries(len(few)):
        assert release_due(now=last_due) == 4
    assert Settlement.objects.filter(state="released").count() == 5


def test_a_refund_before_settlement_lowers_the_fee_in_proportion(shop):
    order = a_received(shop)
    request_refund(RefundRequest(order, 4_000, "r1"), now=NOW)
    work(NOW)
    work(due_at(order))
    fee = fee_of(order, 4_000)
    assert available(shop) == 6_000 - fee
    assert queries.lines_of_order(order)[0].pre_refund_minor == 4_000
    assert healthy() == []


def test_an_open_refund_keeps_the_order_waiting_another_day(shop):
    order = a_received(shop)
    due = due_at(order)
    tell(Operation.REFUND, Fault.TIMEOUT_BEFORE, times=40, now=NOW)
    request_refund(RefundRequest(order, 4_000, "r1"), now=due - timedelta(minutes=1))
    work(due)
    assert available(shop) == 0
    assert due_at(order) == due + DAY


def test_a_fully_refunded_order_is_closed_without_a_line(shop):
    order = a_received(shop)
    request_refund(RefundRequest(order, 10_000, "r1"), now=NOW)
    work(NOW)
    work(due_at(order))
    assert Settlement.objects.get().state == "void"
    assert not Line.objects.exists()
    assert healthy() == []


def test_refund_after_settlement_is_a_negative_line_in_the_month_it_happens(shop):
    order = a_settled(shop)
    later = due_at(order) + 40 * DAY
    before = available(shop)
    refund_settled(order, 3_000, ref="late", reason="broke after a month", now=later)
    work(later)
    back = fee_of(order) - fee_of(order, 3_000)
    assert available(shop) == before - (3_000 - back)
    month = statement_month(later)
    assert month != statement_month(due_at(order))
    line = queries.statement_lines(shop, month).items[0]
    assert (line.trade_type.value, line.paid_minor, line.service_fee_minor) == (1, -3_000, -back)
    assert line.net_minor == -(3_000 - back)
    assert queries.statement(shop, month).net_minor == line.net_minor
    assert money_of_orders([order])[order].escrow_refunded_minor == 0
    assert healthy() == []


def test_refunding_a_settled_order_whole_gives_everything_back(shop):
    order = a_settled(shop)
    for index, amount in enumerate((3_333, 3_333, 3_334)):
        refund_settled(order, amount, ref=f"r{index}", reason="", now=due_at(order))
    work(due_at(order))
    assert available(shop) == 0
    assert ledger.balance(SERVICE_FEE) == 0
    assert healthy() == []


def test_the_same_reference_refunds_a_settled_order_once(shop):
    order = a_settled(shop)
    first = refund_settled(order, 3_000, ref="late", reason="", now=due_at(order))
    assert refund_settled(order, 3_000, ref="late", reason="", now=due_at(order)) == first
    assert Line.objects.filter(trade_type=1).count() == 1


def test_a_settled_order_cannot_be_refunded_beyond_what_was_paid(shop):
    order = a_settled(shop)
    refund_settled(order, 9_000, ref="r1", reason="", now=due_at(order))
    with pytest.raises(RefundBeyondSettlement):
        refund_settled(order, 1_001, ref="r2", reason="", now=due_at(order))


def test_an_order_in_escrow_is_not_refunded_from_the_merchants_balance(shop):
    with pytest.raises(NotSettled):
        refund_settled(a_received(shop), 1_000, ref="r1", reason="", now=NOW)


def test_a_refund_that_the_provider_cannot_make_takes_its_line_back(shop):
    order = a_settled(shop)
    before = available(shop)
    tell(Operation.REFUND, Fault.FAIL_LATER, now=NOW)
    refund_settled(order, 3_000, ref="late", reason="", now=due_at(order))
    work(due_at(order))
    assert available(shop) == before
    assert ledger.balance(REFUNDS_IN_FLIGHT) == 0
    assert sum(Line.objects.exclude(trade_type=0).values_list("net_minor", flat=True)) == 0
    assert healthy() == []


def test_entry_without_deposit_settles_after_21_days():
    shop = a_shop(zero_deposit=True)
    order = a_received(shop)
    assert due_at(order) - NOW == 21 * DAY


def test_the_balance_of_a_shop_says_where_its_money_is(shop):
    a_settled(shop)
    a_received(shop, price_minor=7_000)
    money = queries.money_of_shop(shop)
    assert money.escrow_minor == 7_000
    assert money.available_minor == available(shop)
    assert money.paying_out_minor == money.frozen_minor == money.deposit_minor == 0


@pytest.mark.parametrize(
    ("table", "change", "name"),
    [
        ("payments_paymentsplit", "refunded_minor = 1", "payments.refunded_is_sum"),
        ("payments_payment", "amount_minor = amount_minor + 1", "payments.captures_are_journals"),
        ("settlement_settlement", "escrow_minor = escrow_minor + 1", "settlement.escrow_per_order"),
        ("settlement_line", "paid_minor = paid_minor + 1, net_minor = net_minor + 1", "settlement.lines_are_journals"),
    ],
)
def test_the_doctor_sees_a_changed_amount(shop, table, change, name):
    from django.db import connection

    a_settled(shop)
    assert healthy() == []
    with connection.cursor() as cursor:
        cursor.execute(f"update {table} set {change}")  # noqa: S608 - both come from this file
    assert name in healthy()
