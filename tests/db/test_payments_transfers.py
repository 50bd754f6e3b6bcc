"""Paying a person: set aside, asked of the provider, never twice, and back where it came from when it cannot be."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.builders.payments import NOW
from tests.support.work import work

from anxin.infra.doctor import examine
from anxin.infra.models import OutboxEvent
from anxin.kernel.ids import new_id
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import (
    BANK_PAYOUTS,
    COMPENSATION_IN_FLIGHT,
    JournalEntry,
    Leg,
    post,
    shop_account,
)
from anxin.market.ledger.errors import InsufficientBalance
from anxin.market.payments import queries
from anxin.market.payments.commands import TransferRequest, reconcile, request_transfer
from anxin.market.payments.commands.sandbox import Fault, Operation, tell
from anxin.market.payments.errors import TransferRefUsed, UnsoundRequest
from anxin.market.payments.models import Difference, Reconciliation, SandboxTransfer, Transfer

pytestmark = pytest.mark.django_db
SHOP = new_id()
AVAILABLE = shop_account(SHOP, "available")


@pytest.fixture(autouse=True)
def goods_money():
    legs = (Leg(BANK_PAYOUTS, -1_000), Leg(AVAILABLE, 1_000))
    post(JournalEntry("test.goods_money", str(new_id()), legs, shop_id=SHOP), now=NOW)


def a_wish(ref: str = "c1", amount_minor: int = 300) -> TransferRequest:
    legs = (Leg(AVAILABLE, -amount_minor),)
    return TransferRequest(new_id(), amount_minor, ref, legs, "shipped late", order_id=new_id(), shop_id=SHOP)


def broken() -> list[str]:
    money = ("ledger.", "payments.")
    return [f"{one.name}: {one.detail}" for one in examine() if one.name.startswith(money) and not one.ok]


def test_a_transfer_leaves_its_source_now_and_arrives_when_the_provider_says_so():
    transfer = request_transfer(a_wish(), now=NOW)
    assert (ledger.balance(AVAILABLE), ledger.balance(COMPENSATION_IN_FLIGHT)) == (700, 300)
    work(NOW)
    assert Transfer.objects.get(pk=transfer).state == "succeeded"
    assert ledger.balance(COMPENSATION_IN_FLIGHT) == 0
    assert OutboxEvent.objects.get(kind="payments.transfer_succeeded").payload["ref"] == "c1"
    assert broken() == []


def test_the_same_reference_is_the_same_transfer_and_another_amount_under_it_is_refused():
    wish = a_wish()
    assert request_transfer(wish, now=NOW) == request_transfer(wish, now=NOW)
    with pytest.raises(TransferRefUsed):
        request_transfer(replace(wish, amount_minor=1, legs=(Leg(AVAILABLE, -1),)), now=NOW)
    assert ledger.balance(AVAILABLE) == 700


@pytest.mark.parametrize("amount", [0, -5])
def test_a_transfer_of_nothing_is_refused(amount):
    with pytest.raises(UnsoundRequest):
        request_transfer(a_wish(amount_minor=amount), now=NOW)


def test_sources_that_do_not_add_up_are_refused():
    with pytest.raises(UnsoundRequest):
        request_transfer(replace(a_wish(), amount_minor=299), now=NOW)


def test_a_source_without_enough_refuses_the_transfer():
    with pytest.raises(InsufficientBalance):
        request_transfer(a_wish(amount_minor=1_001), now=NOW)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER])
def test_no_answer_of_the_provider_pays_once_all_the_same(fault):
    tell(Operation.TRANSFER, fault, now=NOW)
    tell(Operation.NOTICE, Fault.LOSE, now=NOW)
    request_transfer(a_wish(), now=NOW)
    for minutes in (0, 10, 30):
        work(NOW + timedelta(minutes=minutes))
    assert Transfer.objects.get().state == "succeeded"
    assert SandboxTransfer.objects.count() == 1
    assert broken() == []


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.FAIL_LATER])
def test_a_transfer_that_cannot_be_made_puts_the_money_back(fault):
    tell(Operation.TRANSFER, fault, now=NOW)
    request_transfer(a_wish(), now=NOW)
    work(NOW)
    assert Transfer.objects.get().state == "failed"
    assert (ledger.balance(AVAILABLE), ledger.balance(COMPENSATION_IN_FLIGHT)) == (1_000, 0)
    assert OutboxEvent.objects.get(kind="payments.transfer_failed").payload["reason"]
    assert broken() == []


def test_a_message_told_twice_pays_once():
    tell(Operation.NOTICE, Fault.DUPLICATE, now=NOW)
    request_transfer(a_wish(), now=NOW)
    work(NOW)
    assert ledger.balance(COMPENSATION_IN_FLIGHT) == 0
    assert OutboxEvent.objects.filter(kind="payments.transfer_succeeded").count() == 1


def test_transfers_are_part_of_the_daily_reconciliation():
    request_transfer(a_wish(), now=NOW)
    work(NOW)
    SandboxTransfer.objects.create(
        merchant_ref=new_id(), payee=new_id(), state="succeeded", amount_minor=5, currency="CNY", finished_at=NOW
    )
    reconcile(date(2026, 3, 1), now=NOW + timedelta(days=1))
    run = Reconciliation.objects.get()
    assert (run.ours_minor, run.theirs_minor) == (-300, -305)
    difference = Difference.objects.get()
    assert (difference.movement, difference.kind, difference.theirs_minor) == ("transfer", "missing_here", 5)


def test_a_person_sees_what_was_paid_to_them():
    wish = a_wish()
    request_transfer(wish, now=NOW)
    view = queries.transfers_of_person(wish.person_id)[0]
    assert (view.amount_minor, view.reason, view.state) == (300, "shipped late", "requested")
