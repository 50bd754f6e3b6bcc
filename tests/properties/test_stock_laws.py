"""Stock under random deliveries, holds, sales, releases and repeats is never oversold and always adds up."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.support.machines import run_in_rollback

from anxin.infra.tx import savepoint
from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.market.inventory import checks, commands, queries
from anxin.market.inventory.commands import Level, Reason, Wanted
from anxin.market.inventory.errors import BelowHeld, OutOfStock

NOW = instant(2026, 3, 1)


class StockMachine(RuleBasedStateMachine):
    """Three SKUs of one shop beside a model of plain integers."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = new_id()
        self.skus = [new_id() for _ in range(3)]
        self.on_hand = dict.fromkeys(self.skus, 5)
        self.sold = dict.fromkeys(self.skus, 0)
        self.held: dict[object, dict[object, int]] = {}
        commands.set_levels([Level(sku, self.shop, 5) for sku in self.skus], reason=Reason.RECEIVED, now=NOW)

    def held_of(self, sku: object) -> int:
        return sum(pieces.get(sku, 0) for pieces in self.held.values())

    @rule(numbers=st.lists(st.integers(0, 4), min_size=3, max_size=3))
    def hold(self, numbers: list[int]) -> None:
        wanted = {sku: number for sku, number in zip(self.skus, numbers, strict=True) if number}
        order = new_id()
        short = [sku for sku, number in wanted.items() if self.on_hand[sku] - self.held_of(sku) < number]
        items = [Wanted(order, sku, number) for sku, number in wanted.items()]
        if not wanted:
            return
        if short:
            with pytest.raises(OutOfStock) as refused, savepoint():
                commands.hold(items, now=NOW)
            assert set(refused.value.sku_ids) == set(short)
        else:
            commands.hold(items, now=NOW)
            self.held[order] = wanted

    @precondition(lambda self: self.held)
    @rule(data=st.data(), sell=st.booleans(), again=st.booleans())
    def end(self, data: st.DataObject, sell: bool, again: bool) -> None:
        order = data.draw(st.sampled_from(list(self.held)))
        for _ in range(1 + again):  # a second telling changes nothing
            if sell:
                commands.sell([order], now=NOW)
            else:
                commands.release([order])
        for sku, number in self.held.pop(order).items():
            if sell:
                self.on_hand[sku] -= number
                self.sold[sku] += number

    @rule(which=st.integers(0, 2), delta=st.integers(-4, 6).filter(bool))
    def adjust(self, which: int, delta: int) -> None:
        sku = self.skus[which]
        change = {"shop_id": self.shop, "reason": Reason.COUNTED, "now": NOW}
        if self.on_hand[sku] + delta < self.held_of(sku):
            with pytest.raises(BelowHeld), savepoint():
                commands.adjust(sku, delta, **change)
        else:
            commands.adjust(sku, delta, **change)
            self.on_hand[sku] += delta

    @invariant()
    def rows_are_the_model(self) -> None:
        for sku, level in queries.availability(self.skus).items():
            assert (level.on_hand, level.held, level.sold) == (self.on_hand[sku], self.held_of(sku), self.sold[sku])
            assert level.free >= 0

    def teardown(self) -> None:
        checks.held_is_sum_of_holds()


@pytest.mark.django_db
def test_stock_is_never_oversold():
    quick = settings(
        max_examples=25,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_in_rollback(StockMachine, quick)
