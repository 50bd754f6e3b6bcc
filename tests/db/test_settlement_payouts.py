"""Payouts: asked for once, never more than there is, and back when the bank cannot."""

from datetime import timedelta

import pytest
from tests.builders.orders import NOW, a_shop
from tests.builders.settlement import a_settled, an_account, due_at
from tests.support.work import work

from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import BANK_PAYOUTS, shop_account
from anxin.market.settlement import queries
from anxin.market.settlement.commands import AccountKind, request_payout, set_bank_account
from anxin.market.settlement.errors import (
    BadAccountNumber,
    HolderMissing,
    NoBankAccount,
    PayoutKeyUsed,
    PayoutNotFound,
    PayoutTooLarge,
    PayoutTooSmall,
    UnknownBank,
    WithdrawalsStopped,
)
from anxin.market.settlement.models import BankAccount, Payout, SandboxTransfer
from anxin.market.shops.models import Restriction

pytestmark = pytest.mark.django_db
LATER = instant(2026, 6, 1)
DAY = timedelta(days=1)


@pytest.fixture
def shop():
    """A shop with one settled order."""
    shop = a_shop()
    due_at(a_settled(shop))
    return shop


def balances(shop) -> tuple[int, int, int]:
    """Available, on its way, and paid by the bank."""
    keys = (shop_account(shop, "available"), shop_account(shop, "paying_out"), BANK_PAYOUTS)
    found = ledger.balances(keys)
    return tuple(found[key] for key in keys)


def ask(shop, amount=5_000, key="k1", now=LATER):
    return request_payout(shop, amount, key=key, by=new_id(), now=now)


def state(shop, payout) -> str:
    return queries.payout(shop, payout).state


def test_a_payout_leaves_the_balance_at_once_and_is_paid_soon(shop):
    an_account(shop)
    had = balances(shop)[0]
    payout = ask(shop)
    assert balances(shop) == (had - 5_000, 5_000, 0)
    work(LATER)
    assert state(shop, payout) == "submitted"
    work(LATER + timedelta(minutes=4))
    assert state(shop, payout) == "paid"
    assert balances(shop) == (had - 5_000, 0, 5_000)


def test_a_refused_payout_is_available_again(shop):
    an_account(shop, number="622202020011220000")
    had = balances(shop)[0]
    payout = ask(shop)
    work(LATER)
    assert state(shop, payout) == "failed"
    assert balances(shop) == (had, 0, 0)


def test_a_payout_that_comes_back_days_later_is_available_again(shop):
    an_account(shop, number="622202020011221111")
    had = balances(shop)[0]
    payout = ask(shop)
    for hours in (0, 1, 5, 30, 60, 90):
        work(LATER + timedelta(hours=hours))
    assert state(shop, payout) == "returned"
    assert balances(shop) == (had, 0, 0)


def test_a_silent_bank_is_asked_again_and_pays_once(shop):
    an_account(shop, number="622202020011222222")
    payout = ask(shop)
    work(LATER)
    assert state(shop, payout) == "requested"
    work(LATER + timedelta(minutes=5))
    assert state(shop, payout) == "paid"
    assert SandboxTransfer.objects.count() == 1


def test_the_same_key_is_the_same_payout(shop):
    an_account(shop)
    assert ask(shop) == ask(shop)
    assert Payout.objects.count() == 1
    with pytest.raises(PayoutKeyUsed):
        ask(shop, amount=4_000)


def test_no_more_than_the_balance_is_paid_out(shop):
    an_account(shop)
    had = balances(shop)[0]
    with pytest.raises(PayoutTooLarge):
        ask(shop, amount=had + 1)
    ask(shop, amount=had)
    with pytest.raises(PayoutTooLarge):
        ask(shop, amount=100, key="k2")
    assert balances(shop) == (0, had, 0)


def test_a_payout_needs_an_account_and_a_sensible_amount(shop):
    with pytest.raises(NoBankAccount):
        ask(shop)
    for amount in (99, 0, -5_000):
        with pytest.raises(PayoutTooSmall):
            ask(shop, amount=amount)


def test_a_deposit_shortfall_stops_payouts(shop):
    an_account(shop)
    Restriction.objects.create(shop_id=shop, kind="withdrawal", cause="deposit", since=NOW)
    with pytest.raises(WithdrawalsStopped):
        ask(shop)


def test_entry_without_deposit_draws_half_and_not_half_of_the_rest():
    shop = a_shop(zero_deposit=True)
    a_settled(shop)
    an_account(shop)
    limit = queries.payout_allowance(shop, now=LATER).limit_minor
    assert limit == balances(shop)[0] // 2
    ask(shop, amount=limit)
    with pytest.raises(PayoutTooLarge):
        ask(shop, amount=100, key="k2")


def test_the_account_number_is_not_kept_readable(shop):
    an_account(shop, number="6222 0202 0011 2233 44")
    kept = BankAccount.objects.get()
    assert "6222" not in kept.sealed_number
    assert kept.last_digits == "3344"


def test_another_account_takes_over_and_the_old_payout_keeps_its_own(shop):
    an_account(shop)
    payout = ask(shop)
    an_account(shop, number="622202020011229999")
    assert queries.bank_account(shop).last_digits == "9999"
    assert queries.payout(shop, payout).last_digits == "3000"


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"bank_code": "XXX"}, UnknownBank), ({"holder": "  "}, HolderMissing), ({"number": "123"}, BadAccountNumber)],
)
def test_a_wrong_account_is_refused_and_the_old_one_stays(shop, changes, error):
    an_account(shop)
    given = {
        "kind": AccountKind.CORPORATE,
        "bank_code": "ICBC",
        "branch": "",
        "holder": "青禾",
        "number": "622202020011",
    }
    with pytest.raises(error):
        set_bank_account(shop, **{**given, **changes}, now=NOW)
    assert queries.bank_account(shop).last_digits == "3000"


def test_another_shops_payout_is_not_there(shop):
    an_account(shop)
    with pytest.raises(PayoutNotFound):
        queries.payout(new_id(), ask(shop))
