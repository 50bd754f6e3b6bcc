"""Refunds, compensations and charges of the guarantee: who pays, who owes, and that no coin is lost when it fails."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders.money import broken, empty, fill_fund, give, held, owes_base
from tests.builders.orders import NOW, a_shop
from tests.builders.people import a_person
from tests.builders.settlement import a_received, a_settled, an_account, due_at
from tests.support.work import work

from anxin.infra.models import OutboxEvent
from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.leaving import leave_market
from anxin.market.guarantee.commands.money import Compensation, Payer, RefundOrder, charge, compensate, refund
from anxin.market.guarantee.commands.recourse import recover
from anxin.market.guarantee.errors.money import AmountNotPositive, MoneyRefUsed, NotCovered
from anxin.market.guarantee.models.money import Debt, Disbursement, FundEntry, Recovery
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import COMPENSATION_IN_FLIGHT, ESCROW, GUARANTEE_FUND, INSURER_POOL, SERVICE_FEE
from anxin.market.payments.commands.sandbox import Fault, Operation, tell
from anxin.market.payments.errors import NothingToRefund, RefundTooLarge
from anxin.market.payments.queries import money_of_orders
from anxin.market.settlement import queries as settlement
from anxin.market.settlement.commands import request_payout
from anxin.market.settlement.errors import RefundBeyondSettlement, WithdrawalsStopped
from anxin.market.shops.commands.closing import return_deposits
from anxin.market.shops.commands.deposits import Transfer, ask_transfer, confirm_transfer
from anxin.market.shops.errors import ShopIsOpen
from anxin.market.shops.queries import restrictions
from anxin.market.shops.queries.deposits import TopUpPurpose

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=60)
PAID = 10_000


@pytest.fixture
def shop() -> UUID:
    return a_shop()


def state(money_id: UUID) -> str:
    return Disbursement.objects.get(pk=money_id).state


def fund() -> int:
    return ledger.balance(GUARANTEE_FUND)


def a_compensation(shop: UUID, amount_minor: int = 500, ref: str = "c1", **facts) -> Compensation:
    return Compensation(new_id(), a_person(), shop, amount_minor, ref, "shipped late", **facts)


def a_poor_settled(shop: UUID) -> tuple[UUID, int]:
    """A settled order of a shop that was paid out since; and the merchant's part of a whole refund."""
    order = a_settled(shop, price_minor=PAID)
    part = held(shop, "available")[0]
    empty(shop, now=LATER)
    return order, part


def test_before_settlement_a_refund_comes_out_of_escrow_whatever_the_merchant_has(shop):
    order = a_received(shop, price_minor=PAID)
    moved = refund(RefundOrder(order, 4_000, "r1"), now=NOW)
    assert moved.parts == ((Payer.ESCROW, 4_000),)
    assert ledger.order_balances(ESCROW, [order]) == {order: 6_000}
    work(NOW)
    assert state(moved.money_id) == "arrived"
    arrived = OutboxEvent.objects.get(kind="guarantee.money_arrived").payload
    assert (arrived["ref"], arrived["amount_minor"]) == ("r1", 4_000)
    assert broken() == []


def test_after_settlement_the_merchant_and_the_platform_give_their_parts_back(shop):
    order = a_settled(shop, price_minor=PAID)
    part = held(shop, "available")[0]
    moved = refund(RefundOrder(order, PAID, "r1"), now=LATER)
    assert moved.parts == ((Payer.GOODS_MONEY, part), (Payer.PLATFORM, PAID - part))
    work(LATER)
    assert held(shop, "available", "recourse") == (0, 0)
    line = settlement.lines_of_order(order)[-1]
    assert (line.trade_type, line.net_minor, line.service_fee_minor) == (1, -part, part - PAID)
    assert broken() == []


def test_goods_money_that_a_rule_holds_back_pays_after_what_may_be_withdrawn(shop):
    order, part = a_poor_settled(shop)
    give(shop, "available", 100, now=LATER)
    give(shop, "frozen", 50_000, now=LATER)
    refund(RefundOrder(order, PAID, "r1"), now=LATER)
    assert held(shop, "available", "frozen") == (0, 50_000 - part + 100)
    assert broken() == []


def test_the_experience_deposit_pays_before_the_fund_advances(shop):
    order, part = a_poor_settled(shop)
    fill_fund(now=LATER)
    give(shop, "experience_deposit", 1_000, now=LATER)
    moved = refund(RefundOrder(order, PAID, "r1"), now=LATER)
    assert dict(moved.parts)[Payer.EXPERIENCE_DEPOSIT] == 1_000
    assert dict(moved.parts)[Payer.FUND] == part - 1_000
    assert held(shop, "experience_deposit", "recourse") == (0, 1_000 - part)
    assert fund() == 1_000_000 - part + 1_000
    line = settlement.lines_of_order(order)[-1]
    assert line.net_minor == -part  # the merchant bears all of it, a part as a debt
    work(LATER)
    assert broken() == []


def test_a_debt_stops_payouts_and_is_recovered_from_the_next_settlement_before_anything_else(shop):
    order, part = a_poor_settled(shop)
    fill_fund(now=LATER)
    refund(RefundOrder(order, PAID, "r1"), now=LATER)
    work(LATER)
    assert "recourse" in {row.cause for row in restrictions(shop, now=LATER).rows}
    give(shop, "available", 200, now=LATER)
    with pytest.raises(WithdrawalsStopped):
        _ask_payout(shop)
    second = a_received(shop, price_minor=PAID, now=LATER)
    work(due_at(second))
    assert held(shop, "recourse", "available") == (0, 200)
    assert fund() == 1_000_000
    assert Debt.objects.get().closed_at is not None
    assert sum(Recovery.objects.values_list("amount_minor", flat=True)) == part
    assert "recourse" not in {row.cause for row in restrictions(shop, now=LATER).rows}
    assert broken() == []


def _ask_payout(shop: UUID) -> None:
    an_account(shop)
    request_payout(shop, 100, key="k", by=new_id(), now=LATER)


def test_refunding_in_steps_is_refunding_at_once_to_the_fen(shop):
    order, part = a_poor_settled(shop)
    fill_fund(now=LATER)
    fees = ledger.balance(SERVICE_FEE)
    for index, amount in enumerate((1, 3_333, 3_333, 3_332, 1)):
        refund(RefundOrder(order, amount, f"r{index}"), now=LATER)
        work(LATER)
    assert held(shop, "available", "recourse") == (0, -part)
    assert ledger.balance(SERVICE_FEE) == fees - (PAID - part)
    assert sum(line.net_minor for line in settlement.lines_of_order(order)) == 0
    assert broken() == []


def test_refunds_never_exceed_what_was_paid(shop):
    settled = a_settled(shop)
    waiting = a_received(shop)
    with pytest.raises(RefundTooLarge):
        refund(RefundOrder(waiting, 10_001, "r1"), now=NOW)
    with pytest.raises(RefundBeyondSettlement):
        refund(RefundOrder(settled, 10_001, "r2"), now=LATER)
    with pytest.raises(NothingToRefund):
        refund(RefundOrder(new_id(), 1, "r3"), now=NOW)
    assert not Disbursement.objects.exists()


def test_the_same_reference_pays_once_and_another_amount_under_it_is_refused(shop):
    order = a_received(shop)
    first = refund(RefundOrder(order, 400, "r1"), now=NOW)
    assert refund(RefundOrder(order, 400, "r1"), now=NOW) == first
    with pytest.raises(MoneyRefUsed):
        refund(RefundOrder(order, 401, "r1"), now=NOW)
    assert money_of_orders([order])[order].refunded_minor == 400


@pytest.mark.parametrize("amount", [0, -1])
def test_nothing_cannot_be_paid(shop, amount):
    with pytest.raises(AmountNotPositive):
        refund(RefundOrder(a_received(shop), amount, "r1"), now=NOW)
    with pytest.raises(AmountNotPositive):
        compensate(a_compensation(shop, amount), now=NOW)


def test_money_that_nobody_has_waits_and_follows_when_the_fund_is_filled(shop):
    order, part = a_poor_settled(shop)
    moved = refund(RefundOrder(order, PAID, "r1"), now=LATER)
    assert moved.parts == ()
    assert (state(moved.money_id), money_of_orders([order])[order].refunded_minor) == ("waiting", 0)
    fill_fund(part - 1, now=LATER)
    work(LATER + timedelta(hours=1))
    assert (state(moved.money_id), fund()) == ("waiting", part - 1)
    fill_fund(1, now=LATER)
    work(LATER + timedelta(hours=2))
    assert (state(moved.money_id), fund()) == ("arrived", 0)
    assert broken() == []


def test_a_timeout_after_success_pays_once(shop):
    order, part = a_poor_settled(shop)
    fill_fund(now=LATER)
    tell(Operation.REFUND, Fault.TIMEOUT_AFTER, now=NOW)
    moved = refund(RefundOrder(order, PAID, "r1"), now=LATER)
    for minutes in (0, 2, 10, 30):
        work(LATER + timedelta(minutes=minutes))
    assert state(moved.money_id) == "arrived"
    assert fund() == 1_000_000 - part
    assert broken() == []


def test_a_failure_after_an_advance_puts_everything_back_and_is_tried_again(shop):
    order, part = a_poor_settled(shop)
    fill_fund(now=LATER)
    give(shop, "experience_deposit", 1_000, now=LATER)
    tell(Operation.REFUND, Fault.FAIL_LATER, now=NOW)
    moved = refund(RefundOrder(order, PAID, "r1"), now=LATER)
    work(LATER)
    assert state(moved.money_id) == "failed"
    assert (held(shop, "experience_deposit", "recourse"), fund()) == ((1_000, 0), 1_000_000)
    assert Debt.objects.get().is_void
    assert OutboxEvent.objects.get(kind="guarantee.money_failed").payload["will_retry"] is True
    assert broken() == []
    work(LATER + timedelta(minutes=5))
    assert state(moved.money_id) == "arrived"
    assert (held(shop, "experience_deposit", "recourse"), fund()) == ((0, 1_000 - part), 1_000_000 - part + 1_000)
    assert Debt.objects.filter(is_void=False).count() == 1
    assert broken() == []


def test_what_a_shop_paid_for_an_advance_that_then_failed_is_its_own_again(shop):
    order, part = a_poor_settled(shop)
    fill_fund(now=LATER)
    tell(Operation.REFUND, Fault.TIMEOUT_BEFORE, now=NOW)
    refund(RefundOrder(order, PAID, "r1"), now=LATER)
    work(LATER)
    give(shop, "available", part, now=LATER)
    assert recover(shop, now=LATER) == part
    assert held(shop, "available", "recourse") == (0, 0)
    tell(Operation.REFUND, Fault.REFUSE, now=NOW)
    work(LATER + timedelta(minutes=1))
    assert held(shop, "available", "recourse") == (part, 0)
    assert fund() == 1_000_000
    kinds = list(FundEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["contribution", "advance", "recovered", "returned", "repaid"]
    assert broken() == []


def test_a_refund_the_provider_never_makes_is_left_to_people_after_some_attempts(shop):
    order = a_received(shop)
    tell(Operation.REFUND, Fault.REFUSE, times=40, now=NOW)
    moved = refund(RefundOrder(order, 400, "r1"), now=NOW)
    for hours in range(40):
        work(NOW + timedelta(hours=hours))
    assert state(moved.money_id) == "abandoned"
    told = [event.payload["will_retry"] for event in OutboxEvent.objects.filter(kind="guarantee.money_failed")]
    assert told.count(False) == 1
    assert money_of_orders([order])[order].refunded_minor == 0
    assert broken() == []


def test_a_compensation_is_new_money_transferred_to_the_person(shop):
    give(shop, "available", 800, now=NOW)
    wish = a_compensation(shop)
    moved = compensate(wish, now=NOW)
    assert compensate(wish, now=NOW) == moved
    assert (held(shop, "available"), ledger.balance(COMPENSATION_IN_FLIGHT)) == ((300,), 500)
    work(NOW)
    assert (state(moved.money_id), ledger.balance(COMPENSATION_IN_FLIGHT)) == ("arrived", 0)
    assert OutboxEvent.objects.get(kind="guarantee.money_arrived").payload["kind_of_money"] == "compensation"
    assert broken() == []


def test_a_compensation_the_fund_advances_is_owed_and_a_failed_transfer_owes_nothing(shop):
    fill_fund(now=NOW)
    tell(Operation.TRANSFER, Fault.REFUSE, now=NOW)
    moved = compensate(a_compensation(shop), now=NOW)
    assert held(shop, "recourse") == (-500,)
    work(NOW)
    assert (state(moved.money_id), held(shop, "recourse"), fund()) == ("failed", (0,), 1_000_000)
    assert broken() == []
    work(NOW + timedelta(minutes=5))
    assert (state(moved.money_id), held(shop, "recourse"), fund()) == ("arrived", (-500,), 999_500)
    assert broken() == []


def test_the_insurer_pays_with_all_it_owns_and_nobody_owes_it(shop):
    moved = compensate(a_compensation(shop, payers=(Payer.INSURER,)), now=NOW)
    assert moved.parts == ((Payer.INSURER, 500),)
    assert ledger.balance(INSURER_POOL) == -500
    work(NOW)
    assert not Debt.objects.exists()
    assert broken() == []


def test_a_charge_moves_a_shops_money_at_once_and_once(shop):
    give(shop, "available", 100, now=NOW)
    payers = (Payer.GOODS_MONEY,)
    moved = charge(shop, 60, to=SERVICE_FEE, ref="fine", payers=payers, now=NOW)
    assert charge(shop, 60, to=SERVICE_FEE, ref="fine", payers=payers, now=NOW) == moved
    assert (held(shop, "available"), ledger.balance(SERVICE_FEE)) == ((40,), 60)
    with pytest.raises(NotCovered):
        charge(shop, 60, to=SERVICE_FEE, ref="another", payers=payers, now=NOW)
    assert held(shop, "available") == (40,)
    assert broken() == []


def test_advances_beyond_what_the_base_deposit_secures_demand_an_experience_deposit_of_twice_the_base(shop):
    order, _part = a_poor_settled(shop)
    fill_fund(now=LATER)
    owes_base(shop, 50_000, 5_000, now=LATER)
    refund(RefundOrder(order, PAID, "r1"), now=LATER)
    work(LATER)
    assert OutboxEvent.objects.get(kind="shops.experience_demanded").payload["due_minor"] == 100_000
    kinds = {(row.kind.value, row.cause) for row in restrictions(shop, now=LATER).rows}
    assert ("withdrawal", "experience_deposit") in kinds
    assert restrictions(shop, now=LATER).selling is False
    work(LATER + timedelta(hours=48))
    assert restrictions(shop, now=LATER).selling
    assert restrictions(shop, now=LATER).listing


def test_small_advances_demand_nothing(shop):
    order, _part = a_poor_settled(shop)
    fill_fund(now=LATER)
    owes_base(shop, 50_000, 50_000, now=LATER)
    refund(RefundOrder(order, PAID, "r1"), now=LATER)
    work(LATER)
    assert not OutboxEvent.objects.filter(kind="shops.experience_demanded").exists()


def test_paying_the_experience_deposit_pays_the_debt_first_and_frees_the_shop(shop):
    order, part = a_poor_settled(shop)
    fill_fund(now=LATER)
    owes_base(shop, 500, 0, now=LATER)
    refund(RefundOrder(order, PAID, "r1"), now=LATER)
    work(LATER)
    work(LATER + timedelta(hours=48))
    assert restrictions(shop, now=LATER).selling
    purpose = TopUpPurpose.EXPERIENCE
    top_up = ask_transfer(shop, part + 1_000, asked_by=a_person(), purpose=purpose, now=LATER)
    confirm_transfer(Transfer(top_up, "BANK-1"), confirmed_by=None, now=LATER)
    work(LATER + timedelta(hours=49))
    assert held(shop, "experience_deposit", "recourse", "deposit") == (1_000, 0, 0)
    assert fund() == 1_000_000
    assert not restrictions(shop, now=LATER).selling
    assert broken() == []


def test_a_shop_that_leaves_pays_its_debt_from_the_base_deposit_and_gets_the_rest_back(shop):
    order, part = a_poor_settled(shop)
    fill_fund(now=LATER)
    owes_base(shop, 50_000, 50_000, now=LATER)
    refund(RefundOrder(order, PAID, "r1"), now=LATER)
    work(LATER)
    bill = leave_market(shop, by=None, now=LATER)
    assert (bill.recovered_minor, bill.owed_minor, bill.returned_minor) == (part, 0, 50_000 - part)
    assert held(shop, "deposit", "available", "recourse") == (0, 50_000 - part, 0)
    assert fund() == 1_000_000
    again = leave_market(shop, by=None, now=LATER)
    assert (again.recovered_minor, again.returned_minor) == (0, 0)
    limits = restrictions(shop, now=LATER)
    assert (limits.selling, limits.withdrawal) == (True, False)
    work(LATER)
    assert broken() == []


def test_deposits_of_a_leaving_shop_wait_for_its_orders_and_its_debts(shop):
    fill_fund(now=NOW)
    a_received(shop)
    owes_base(shop, 50_000, 300, now=NOW)
    compensate(a_compensation(shop), now=NOW)
    bill = leave_market(shop, by=None, now=NOW)
    assert (bill.recovered_minor, bill.owed_minor, bill.returned_minor) == (300, 200, 0)
    assert bill.escrow_minor > 0
    with pytest.raises(ShopIsOpen):
        return_deposits(a_shop(), now=NOW)
