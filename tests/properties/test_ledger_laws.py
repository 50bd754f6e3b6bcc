"""A ledger under random postings, repeats and reversals always proves itself."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.support.machines import run_in_rollback

from anxin.infra.tx import savepoint
from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.market.ledger import commands, queries
from anxin.market.ledger.commands import ESCROW, GATEWAY_CLEARING, SERVICE_FEE, JournalEntry, Leg, shop_account
from anxin.market.ledger.errors import InsufficientBalance

NOW = instant(2026, 3, 1)
AMOUNTS = st.integers(1, 1_000_000)


class LedgerMachine(RuleBasedStateMachine):
    """Captures, releases, payouts, repeats and reversals; a model of plain integers beside the ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = shop_account(new_id(), "available")
        self.paying = shop_account(self.shop.owner_id, "paying_out")
        self.start = queries.balances([ESCROW, GATEWAY_CLEARING, SERVICE_FEE])
        self.model = dict.fromkeys((ESCROW, GATEWAY_CLEARING, SERVICE_FEE, self.shop, self.paying), 0)
        self.posted: list[JournalEntry] = []
        self.reversed: set[str] = set()

    def post(self, kind: str, *legs: Leg, may_overdraw: bool = False) -> None:
        entry = JournalEntry(kind, str(new_id()), legs, may_overdraw=may_overdraw)
        with savepoint():
            commands.post(entry, now=NOW)
        self.posted.append(entry)
        for leg in legs:
            self.model[leg.account] += leg.amount_minor

    @rule(amount=AMOUNTS)
    def capture(self, amount: int) -> None:
        self.post("capture", Leg(GATEWAY_CLEARING, -amount), Leg(ESCROW, amount))

    @rule(amount=st.integers(20, 1_000_000))
    def release(self, amount: int) -> None:
        fee = amount // 20
        self.post("release", Leg(ESCROW, -amount), Leg(self.shop, amount - fee), Leg(SERVICE_FEE, fee))

    @rule(amount=AMOUNTS)
    def pay_out(self, amount: int) -> None:
        legs = (Leg(self.shop, -amount), Leg(self.paying, amount))
        if amount <= self.model[self.shop]:
            self.post("payout", *legs)
        else:
            with pytest.raises(InsufficientBalance):
                self.post("payout", *legs)

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def post_again(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from(self.posted))
        assert commands.post(entry, now=NOW).new == 0

    @precondition(lambda self: len(self.posted) > len(self.reversed))
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        entry = data.draw(st.sampled_from([one for one in self.posted if one.ref not in self.reversed]))
        commands.reverse(entry.kind, entry.ref, new_ref=f"r-{entry.ref}", now=NOW)
        self.reversed.add(entry.ref)
        for leg in entry.legs:
            self.model[leg.account] -= leg.amount_minor

    @rule()
    def seal(self) -> None:
        commands.seal(now=NOW)

    @invariant()
    def balances_are_the_model(self) -> None:
        found = queries.balances(list(self.model))
        assert {account: minor - self.start.get(account, 0) for account, minor in found.items()} == self.model

    def teardown(self) -> None:
        assert [finding for finding in queries.verify() if finding.wrong] == []


@pytest.mark.django_db
def test_the_ledger_always_proves_itself():
    quick = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_in_rollback(LedgerMachine, quick)
