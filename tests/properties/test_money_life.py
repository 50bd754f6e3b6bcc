"""Whatever people, the provider and the bank do, and in whatever order: no coin is made, lost or paid twice."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.builders.orders import a_shop
from tests.builders.payments import NOW, WINDOW, a_request, token_of
from tests.builders.settlement import an_account
from tests.support.machines import undoable
from tests.support.work import work

from anxin.infra.doctor import examine
from anxin.kernel.ids import new_id
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import ESCROW, GATEWAY_CLEARING
from anxin.market.ledger.models import Posting
from anxin.market.orders.queries import OrderState, SettlementFacts
from anxin.market.payments.commands import RefundRequest, request_refund, start_payment
from anxin.market.payments.commands.sandbox import Choice, Fault, Operation, choose, tell
from anxin.market.payments.errors import NothingToRefund, RefundTooLarge
from anxin.market.payments.models import PaymentSplit, SandboxCharge, SandboxRefund
from anxin.market.settlement import store
from anxin.market.settlement.commands import refund_settled, release_due, request_payout
from anxin.market.settlement.errors import PayoutTooLarge, PayoutTooSmall, RefundBeyondSettlement

pytestmark = pytest.mark.django_db
MONEY = ("ledger.zero", "ledger.cached", "payments.", "settlement.")
FAULTS = [
    (Operation.REFUND, Fault.TIMEOUT_AFTER),
    (Operation.REFUND, Fault.TIMEOUT_BEFORE),
    (Operation.REFUND, Fault.FAIL_LATER),
    (Operation.NOTICE, Fault.LOSE),
    (Operation.NOTICE, Fault.DUPLICATE),
    (Operation.NOTICE, Fault.REORDER),
    (Operation.NOTICE, Fault.WRONG_AMOUNT),
    (Operation.QUERY, Fault.TIMEOUT_BEFORE),
    (Operation.SHARE, Fault.TIMEOUT_AFTER),
]
REFUSALS = (NothingToRefund, RefundTooLarge, RefundBeyondSettlement, PayoutTooSmall, PayoutTooLarge)
amounts = st.integers(1, 50_000)


class MoneyLife(RuleBasedStateMachine):
    """Payments, refunds, settlements and payouts of one shop, with a provider that misbehaves."""

    orders: Bundle[UUID] = Bundle("orders")
    open_pages: Bundle[object] = Bundle("open_pages")

    def __init__(self) -> None:
        super().__init__()
        self.undo = undoable()
        self.undo.__enter__()
        self.now = NOW
        self.refs = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize()
    def open_a_shop(self) -> None:
        self.shop = a_shop()
        an_account(self.shop)

    @rule(target=open_pages, amount=amounts, method=st.sampled_from(["wallet", "card"]))
    def start(self, amount: int, method: str) -> object:
        request = replace(a_request(amount, method=method), expires_at=self.now + WINDOW)
        request = replace(request, splits=((request.splits[0][0], self.shop, amount),))
        return request, start_payment(request, now=self.now)

    @rule(target=orders, page=consumes(open_pages), choice=st.sampled_from([Choice.PAY, Choice.PAY, *Choice]))
    def choose_on_the_page(self, page: object, choice: Choice) -> UUID:
        request, started = page  # type: ignore[misc]
        choose(token_of(started), choice, now=self.now)
        work(self.now)
        return request.splits[0][0]

    @rule(target=orders, page=consumes(open_pages))
    def pay_twice(self, page: object) -> UUID:
        request, started = page  # type: ignore[misc]
        other = start_payment(replace(request, method="other", expires_at=self.now + WINDOW), now=self.now)
        for one in (started, other):
            choose(token_of(one), Choice.PAY, now=self.now)
        return request.splits[0][0]

    @rule(fault=st.sampled_from(FAULTS))
    def misbehave(self, fault: tuple[Operation, Fault]) -> None:
        tell(*fault, now=self.now)

    @rule(minutes=st.sampled_from([0, 1, 6, 31, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        work(self.now)

    @rule(order=orders, amount=st.one_of(st.integers(1, 99), amounts))
    def refund(self, order: UUID, amount: int) -> None:
        if self._is_settled(order):
            self._try(lambda: refund_settled(order, amount, ref=self._ref(), reason="", now=self.now))
        else:
            self._try(lambda: request_refund(RefundRequest(order, amount, self._ref()), now=self.now))

    @rule(order=orders, rate=st.integers(30, 1_000), at_once=st.booleans())
    def receive(self, order: UUID, rate: int, at_once: bool) -> None:
        split = PaymentSplit.objects.filter(order_id=order, captured_minor__gt=0, payment__is_surplus=False).first()
        if split is None:
            return
        facts = SettlementFacts(
            order_id=order,
            shop_id=self.shop,
            person_id=new_id(),
            state=OrderState.COMPLETED,
            goods_minor=split.captured_minor,
            freight_minor=0,
            total_minor=split.captured_minor,
            refunded_minor=0,
            currency="CNY",
            received_at=self.now,
            lines=(_Line(split.captured_minor, rate),),  # type: ignore[arg-type]
        )
        store.insert_settlement(facts, received_at=self.now, due_at=self.now)
        if at_once:
            release_due(now=self.now)

    @rule()
    def release(self) -> None:
        release_due(now=self.now)

    @rule(amount=amounts)
    def pay_out(self, amount: int) -> None:
        self._try(lambda: request_payout(self.shop, amount, key=self._ref(), by=new_id(), now=self.now))

    @invariant()
    def the_books_hold(self) -> None:
        assert [f"{one.name}: {one.detail}" for one in examine() if one.name.startswith(MONEY) and not one.ok] == []
        assert sum(Posting.objects.values_list("amount_minor", flat=True)) == 0

    @invariant()
    def nothing_is_paid_twice_by_the_provider(self) -> None:
        paid = sum(SandboxCharge.objects.filter(state="paid").values_list("amount_minor", flat=True))
        back = sum(SandboxRefund.objects.filter(state="succeeded").values_list("amount_minor", flat=True))
        assert 0 <= back <= paid
        assert -ledger.balance(GATEWAY_CLEARING) <= paid
        assert ledger.balance(ESCROW) >= 0

    def _is_settled(self, order: UUID) -> bool:
        with transaction.atomic():
            return (held := store.lock_settlement(order)) is not None and held.state == "released"

    def _ref(self) -> str:
        self.refs += 1
        return f"ref{self.refs}"

    def _try(self, command: object) -> None:
        """A refusal is an answer; it must have changed nothing, which the invariants see."""
        try:
            with transaction.atomic():
                command()  # type: ignore[operator]
        except REFUSALS:
            return


class _Line:
    """A frozen order line: its amount and fee rate."""

    def __init__(self, amount_minor: int, fee_rate_bps: int) -> None:
        self.amount_minor = amount_minor
        self.fee_rate_bps = fee_rate_bps


def test_no_order_of_events_makes_or_loses_a_coin():
    run_state_machine_as_test(
        MoneyLife,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
