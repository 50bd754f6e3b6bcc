"""The deposit's money and calendar."""

from datetime import date, timedelta

import pytest
from tests.builders.people import a_person, with_role
from tests.builders.shops import NOW, a_document, an_open_shop, another_document

from anxin.infra.worker import drain
from anxin.kernel.clock import instant, shanghai_midnight
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.ledger.commands import BANK_PAYOUTS, JournalEntry, Leg, post, shop_account
from anxin.market.ledger.errors import InsufficientBalance
from anxin.market.ledger.queries import balance, verify
from anxin.market.people.queries import Role
from anxin.market.shops import queries
from anxin.market.shops.commands import deposits
from anxin.market.shops.commands.deposits import SalesOfMonth, Transfer
from anxin.market.shops.errors import TooManyOpenTransfers, TopUpOutOfRange, TransferAlreadyUsed, UnknownTopUp
from anxin.market.shops.models import Deposit, DepositTopUp

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_id():
    return an_open_shop()


@pytest.fixture
def owner():
    return a_person()


def earn(shop_id, minor, ref="earned"):
    legs = (Leg(BANK_PAYOUTS, -minor), Leg(shop_account(shop_id, "available"), minor))
    post(JournalEntry("test.earn", f"{ref}-{shop_id}", legs, shop_id=shop_id), now=NOW)


def deposit_of(shop_id):
    return balance(shop_account(shop_id, "deposit"))


def limits(shop_id):
    found = queries.restrictions(shop_id, now=NOW)
    return found.withdrawal, found.listing, found.selling


def transferred(shop_id, minor, owner, reference="BANK-1"):
    top_up = deposits.ask_transfer(shop_id, minor, asked_by=owner, now=NOW)
    finance = with_role(a_person(), Role.FINANCE)
    deposits.confirm_transfer(Transfer(top_up, reference), confirmed_by=finance, now=NOW)
    return top_up


def test_a_deposit_paid_from_goods_money_lifts_the_restriction(shop_id, owner):
    earn(shop_id, 80_000)
    deposits.pay_from_available(shop_id, 50_000, asked_by=owner, now=NOW)
    assert deposit_of(shop_id) == 50_000
    assert balance(shop_account(shop_id, "available")) == 30_000
    assert limits(shop_id) == (False, False, False)
    assert not any(finding.wrong for finding in verify())


def test_goods_money_that_is_not_there_is_not_moved(shop_id, owner):
    earn(shop_id, 49_999)
    with pytest.raises(InsufficientBalance):
        deposits.pay_from_available(shop_id, 50_000, asked_by=owner, now=NOW)
    assert deposit_of(shop_id) == 0


def test_the_same_form_sent_twice_is_one_payment(shop_id, owner):
    earn(shop_id, 80_000)
    key = new_id()
    for _ in range(2):
        assert deposits.pay_from_available(shop_id, 30_000, asked_by=owner, key=key, now=NOW) == key
    other = new_id()
    for _ in range(2):
        assert deposits.ask_transfer(shop_id, 30_000, asked_by=owner, key=other, now=NOW) == other
    assert deposit_of(shop_id) == 30_000
    assert DepositTopUp.objects.filter(shop_id=shop_id).count() == 2


def test_an_announced_transfer_is_not_money_yet(shop_id, owner):
    deposits.ask_transfer(shop_id, 50_000, asked_by=owner, now=NOW)
    assert deposit_of(shop_id) == 0
    assert limits(shop_id) == (True, False, False)


def test_a_confirmed_transfer_is_credited_once(shop_id, owner):
    top_up = transferred(shop_id, 50_000, owner)
    deposits.confirm_transfer(Transfer(top_up, "BANK-1"), confirmed_by=owner, now=NOW)
    assert deposit_of(shop_id) == 50_000
    assert limits(shop_id) == (False, False, False)


def test_one_bank_reference_is_not_credited_twice(shop_id, owner):
    transferred(shop_id, 50_000, owner)
    second = deposits.ask_transfer(shop_id, 50_000, asked_by=owner, now=NOW)
    with pytest.raises(TransferAlreadyUsed):
        deposits.confirm_transfer(Transfer(second, "BANK-1"), confirmed_by=owner, now=NOW)
    assert deposit_of(shop_id) == 50_000


def test_a_cancelled_transfer_cannot_be_credited(shop_id, owner):
    top_up = deposits.ask_transfer(shop_id, 50_000, asked_by=owner, now=NOW)
    deposits.cancel_transfer(shop_id, top_up, now=NOW)
    with pytest.raises(IllegalStep):
        deposits.confirm_transfer(Transfer(top_up, "BANK-1"), confirmed_by=owner, now=NOW)
    assert deposit_of(shop_id) == 0


def test_another_shop_s_transfer_is_not_there(shop_id, owner):
    top_up = deposits.ask_transfer(shop_id, 50_000, asked_by=owner, now=NOW)
    other = an_open_shop(another_document())
    with pytest.raises(UnknownTopUp):
        deposits.cancel_transfer(other, top_up, now=NOW)


@pytest.mark.parametrize("minor", [0, -1, 99, 100_000_001])
def test_payments_have_bounds(shop_id, owner, minor):
    with pytest.raises(TopUpOutOfRange):
        deposits.ask_transfer(shop_id, minor, asked_by=owner, now=NOW)
    with pytest.raises(TopUpOutOfRange):
        deposits.pay_from_available(shop_id, minor, asked_by=owner, now=NOW)


def test_open_transfers_are_few(shop_id, owner):
    for _ in range(deposits.OPEN_TRANSFERS_MAX):
        deposits.ask_transfer(shop_id, 100, asked_by=owner, now=NOW)
    with pytest.raises(TooManyOpenTransfers):
        deposits.ask_transfer(shop_id, 100, asked_by=owner, now=NOW)


def test_after_forty_eight_hours_a_shortfall_stops_listing(shop_id):
    drain(NOW + timedelta(hours=47, minutes=59))
    assert limits(shop_id) == (True, False, False)
    drain(NOW + timedelta(hours=48))
    assert limits(shop_id) == (True, True, False)


def test_paying_after_the_stop_lifts_everything(shop_id, owner):
    drain(NOW + timedelta(hours=48))
    transferred(shop_id, 50_000, owner)
    assert limits(shop_id) == (False, False, False)


def test_paying_in_time_makes_the_timer_harmless(shop_id, owner):
    transferred(shop_id, 50_000, owner)
    deposits.restrict_listing(shop_id, now=NOW + timedelta(hours=49))
    drain(NOW + timedelta(hours=49))
    assert limits(shop_id) == (False, False, False)


def test_a_part_payment_is_not_enough(shop_id, owner):
    transferred(shop_id, 49_999, owner)
    assert limits(shop_id) == (True, False, False)


def test_last_month_s_sales_are_announced_on_the_first_and_due_on_the_eighth(shop_id, owner):
    transferred(shop_id, 50_000, owner)
    deposits.record_month_sales(NOW, [SalesOfMonth(shop_id, 90, 6_000_000)], now=NOW)
    drain(shanghai_midnight(date(2026, 7, 1)))
    row = Deposit.objects.get(pk=shop_id)
    assert (row.due_minor, row.next_due_minor, row.next_due_at) == (
        50_000,
        200_000,
        shanghai_midnight(date(2026, 7, 8)),
    )
    assert limits(shop_id) == (False, False, False)
    drain(shanghai_midnight(date(2026, 7, 8)))
    assert Deposit.objects.get(pk=shop_id).due_minor == 200_000
    assert limits(shop_id) == (True, False, False)
    drain(shanghai_midnight(date(2026, 7, 10)))
    assert limits(shop_id) == (True, True, False)


def test_on_the_eighth_goods_money_fills_the_gap_by_itself(shop_id, owner):
    transferred(shop_id, 50_000, owner)
    deposits.record_month_sales(NOW, [SalesOfMonth(shop_id, 90, 6_000_000)], now=NOW)
    earn(shop_id, 170_000)
    drain(shanghai_midnight(date(2026, 7, 1)))
    drain(shanghai_midnight(date(2026, 7, 8)))
    assert deposit_of(shop_id) == 200_000
    assert balance(shop_account(shop_id, "available")) == 20_000
    assert limits(shop_id) == (False, False, False)


def test_goods_money_that_does_not_suffice_is_taken_and_the_rest_stays_due(shop_id, owner):
    transferred(shop_id, 50_000, owner)
    deposits.record_month_sales(NOW, [SalesOfMonth(shop_id, 90, 6_000_000)], now=NOW)
    earn(shop_id, 40_000)
    drain(shanghai_midnight(date(2026, 7, 1)))
    drain(shanghai_midnight(date(2026, 7, 8)))
    assert deposit_of(shop_id) == 90_000
    assert limits(shop_id) == (True, False, False)


def test_the_calendar_goes_on_month_after_month(shop_id, owner):
    transferred(shop_id, 500_000, owner)
    deposits.record_month_sales(NOW, [SalesOfMonth(shop_id, 900, 60_000_000)], now=NOW)
    for day in (date(2026, 7, 1), date(2026, 7, 8)):
        drain(shanghai_midnight(day))
    assert Deposit.objects.get(pk=shop_id).due_minor == 500_000
    for day in (date(2026, 8, 1), date(2026, 8, 8)):
        drain(shanghai_midnight(day))
    assert Deposit.objects.get(pk=shop_id).due_minor == 50_000
    assert deposit_of(shop_id) == 500_000


def test_telling_the_sales_again_changes_nothing(shop_id):
    for _ in range(2):
        deposits.record_month_sales(NOW, [SalesOfMonth(shop_id, 90, 6_000_000)], now=NOW)
    use = deposits.zero_deposit_use(shop_id)
    assert (use.orders, use.gmv_minor) == (90, 6_000_000)


def test_entry_without_deposit_owes_nothing_and_is_limited():
    shop_id = an_open_shop(a_document(zero_deposit=True))
    found = queries.restrictions(shop_id, now=NOW)
    assert found.rows == ()
    assert (found.settlement_days_min, found.withdraw_share_bps) == (21, 5_000)
    deposits.record_month_sales(NOW, [SalesOfMonth(shop_id, 199, 999_999)], now=NOW)
    assert queries.terms([shop_id])[shop_id].selling
    deposits.record_month_sales(instant(2026, 7, 3), [SalesOfMonth(shop_id, 1, 0)], now=NOW)
    assert not queries.terms([shop_id])[shop_id].selling


def test_leaving_entry_without_deposit_asks_for_the_deposit_and_then_sells_again(owner):
    shop_id = an_open_shop(a_document(zero_deposit=True))
    deposits.record_month_sales(NOW, [SalesOfMonth(shop_id, 200, 900_000)], now=NOW)
    deposits.leave_zero_deposit(shop_id, now=NOW)
    assert limits(shop_id) == (True, False, True)
    transferred(shop_id, 50_000, owner)
    assert limits(shop_id) == (False, False, False)
    assert queries.restrictions(shop_id, now=NOW).withdraw_share_bps == 10_000


def test_history_names_source_and_state(shop_id, owner):
    transferred(shop_id, 50_000, owner)
    row = DepositTopUp.objects.get(shop_id=shop_id)
    assert (row.source, row.state, len(row.transfer_code)) == ("bank_transfer", "received", 8)
