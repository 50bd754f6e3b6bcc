"""Whatever shops have, whatever the provider does, in whatever order: buyers are paid once, and every coin has its payer."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from tests.builders.money import broken, fill_fund, give, held
from tests.builders.orders import NOW, a_shop
from tests.builders.people import a_person
from tests.builders.settlement import a_received, due_at
from tests.support.machines import undoable
from tests.support.work import work

from anxin.kernel.ids import new_id
from anxin.market.guarantee.commands.money import Compensation, Payer, RefundOrder, compensate, refund
from anxin.market.guarantee.commands.recourse import recover
from anxin.market.guarantee.models.money import Disbursement
from anxin.market.ledger.commands import GUARANTEE_FUND
from anxin.market.ledger.models import Posting
from anxin.market.ledger.queries import balance
from anxin.market.payments.commands.sandbox import Fault, Operation, tell
from anxin.market.payments.errors import RefundTooLarge
from anxin.market.payments.models import PaymentSplit, SandboxInstruction, SandboxRefund, SandboxTransfer
from anxin.market.settlement.errors import RefundBeyondSettlement
from anxin.market.shops.queries import restrictions

pytestmark = pytest.mark.django_db
PAID = 10_000
FAULTS = [
    (Operation.REFUND, Fault.TIMEOUT_AFTER),
    (Operation.REFUND, Fault.TIMEOUT_BEFORE),
    (Operation.REFUND, Fault.FAIL_LATER),
    (Operation.REFUND, Fault.REFUSE),
    (Operation.TRANSFER, Fault.TIMEOUT_AFTER),
    (Operation.TRANSFER, Fault.FAIL_LATER),
    (Operation.NOTICE, Fault.LOSE),
    (Operation.NOTICE, Fault.DUPLICATE),
]
amounts = st.integers(1, 6_000)


class GuaranteeMoney(RuleBasedStateMachine):
    """One shop whose money comes and goes, a fund that is sometimes empty, a provider that misbehaves."""

    orders: Bundle[UUID] = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self.undo = undoable()
        self.undo.__enter__()
        self.now = NOW
        self.refs = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    @initialize(target=orders)
    def open_a_shop(self) -> UUID:
        self.shop, self.person = a_shop(), a_person()
        return a_received(self.shop, price_minor=PAID, now=self.now)

    @rule(target=orders)
    def sell(self) -> object:
        if restrictions(self.shop, now=self.now).selling:
            return multiple()
        SandboxInstruction.objects.all().delete()  # paying is not what misbehaves here
        return a_received(self.shop, price_minor=PAID, now=self.now)

    @rule(order=orders)
    def settle(self, order: UUID) -> None:
        self.now = max(self.now, due_at(order))
        work(self.now)

    @rule(amount=amounts)
    def fill(self, amount: int) -> None:
        fill_fund(amount, now=self.now)

    @rule(purpose=st.sampled_from(["available", "frozen", "experience_deposit"]), amount=amounts)
    def come_into_money(self, purpose: str, amount: int) -> None:
        give(self.shop, purpose, amount, now=self.now)

    @rule()
    def spend_all(self) -> None:
        (has,) = held(self.shop, "available")
        if has > 0:
            give(self.shop, "available", -has, now=self.now)

    @rule(fault=st.sampled_from(FAULTS))
    def misbehave(self, fault: tuple[Operation, Fault]) -> None:
        tell(*fault, now=self.now)

    @rule(order=orders, amount=amounts)
    def refund_some(self, order: UUID, amount: int) -> None:
        wish = RefundOrder(order, amount, self._ref())
        try:
            with transaction.atomic():
                moved = refund(wish, now=self.now)
        except (RefundTooLarge, RefundBeyondSettlement):
            return
        assert refund(wish, now=self.now) == moved
        assert sum(minor for _, minor in moved.parts) in (0, amount)

    @rule(amount=amounts, insured=st.booleans())
    def compensate_somebody(self, amount: int, insured: bool) -> None:
        payers = (Payer.INSURER,) if insured else (Payer.GOODS_MONEY, Payer.EXPERIENCE_DEPOSIT, Payer.FUND)
        wish = Compensation(new_id(), self.person, self.shop, amount, self._ref(), payers=payers)
        assert compensate(wish, now=self.now) == compensate(wish, now=self.now)

    @rule()
    def collect(self) -> None:
        recover(self.shop, now=self.now)

    @rule(minutes=st.sampled_from([0, 1, 6, 31, 120, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        work(self.now)

    @invariant()
    def the_books_hold(self) -> None:
        assert broken() == []
        assert sum(Posting.objects.values_list("amount_minor", flat=True)) == 0

    @invariant()
    def nobody_gives_what_it_has_not(self) -> None:
        assert min(held(self.shop, "available", "frozen", "experience_deposit")) >= 0
        assert held(self.shop, "recourse")[0] <= self._late_pairs()
        assert balance(GUARANTEE_FUND) >= 0

    @invariant()
    def buyers_get_what_was_promised_once(self) -> None:
        arrived = Disbursement.objects.filter(state="arrived")
        said = sum(arrived.values_list("amount_minor", flat=True))
        refunds = sum(SandboxRefund.objects.filter(state="succeeded").values_list("amount_minor", flat=True))
        transfers = sum(SandboxTransfer.objects.filter(state="succeeded").values_list("amount_minor", flat=True))
        promised = sum(Disbursement.objects.values_list("amount_minor", flat=True))
        assert said <= refunds + transfers <= promised
        for split in PaymentSplit.objects.all():
            assert split.refunded_minor <= split.captured_minor

    def _late_pairs(self) -> int:
        """A pair that a failure undid after the shop had paid it is put right by the next event; until then it stands above."""
        return 10**9 if Disbursement.objects.filter(state="sent").exists() else 0

    def _ref(self) -> str:
        self.refs += 1
        return f"ref{self.refs}"


def test_no_order_of_events_leaves_a_buyer_or_a_coin_behind():
    run_state_machine_as_test(
        GuaranteeMoney,
        settings=settings(
            max_examples=10,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a step costs too much to shrink by hundreds
            suppress_health_check=list(HealthCheck),
        ),
    )
