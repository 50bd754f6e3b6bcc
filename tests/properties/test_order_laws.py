"""Orders driven at random by buyer, merchant, gateway, carrier and time keep every invariant of the market."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop, a_sku
from tests.builders.payments import token_of
from tests.support.machines import run_in_rollback
from tests.support.work import work

from anxin.infra.doctor import examine
from anxin.infra.tx import savepoint
from anxin.kernel.errors import AnxinError
from anxin.market.guarantee.commands.claim_answers import Answer, agree
from anxin.market.guarantee.commands.claims import Application, Wish, apply_many, withdraw
from anxin.market.guarantee.queries.claims import ClaimType, claims_of_order
from anxin.market.ledger.commands import ESCROW
from anxin.market.ledger.queries import order_balances
from anxin.market.orders import commands, queries
from anxin.market.orders.queries import OrderState
from anxin.market.payments.commands.sandbox import Choice, choose

ENDED = (OrderState.COMPLETED, OrderState.CANCELLED)


class OrderMachine(RuleBasedStateMachine):
    """Two shops, one buyer, a clock. Every step may be refused, none may break the books."""

    @initialize()
    def open_the_market(self) -> None:
        self.now = NOW
        self.shops = [a_shop(freight_minor=500), a_shop()]
        self.skus = [a_sku(shop, stock=6) for shop in self.shops]
        self.buyer = Buyer()
        self.checkouts: list = []
        self.started: dict = {}

    def attempt(self, act) -> None:
        """Let a step happen or be refused with a typed error; then the worker does what follows at this moment."""
        try:
            with savepoint():
                act()
        except AnxinError:
            pass
        work(self.now)

    def orders(self) -> list:
        return [order.id for checkout in self.checkouts for order in checkout.orders]

    @rule(both=st.booleans(), quantity=st.integers(1, 3))
    def place(self, both: bool, quantity: int) -> None:
        skus = self.skus if both else self.skus[:1]
        self.attempt(lambda: self.checkouts.append(self.buyer.order(*skus, quantity=quantity, now=self.now)))

    @precondition(lambda self: self.checkouts)
    @rule(data=st.data(), choice=st.sampled_from(Choice))
    def pay(self, data: st.DataObject, choice: Choice) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts))

        def act() -> None:
            how = {"person_id": self.buyer.id, "method": "wallet", "return_url": "/"}
            started = commands.pay_checkout(checkout.id, **how, now=self.now)
            choose(token_of(started), choice, now=self.now)

        self.attempt(act)

    @precondition(lambda self: self.checkouts)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        checkout = data.draw(st.sampled_from(self.checkouts))
        self.attempt(lambda: commands.cancel_checkout(checkout.id, person_id=self.buyer.id, now=self.now))

    @precondition(lambda self: self.checkouts)
    @rule(data=st.data(), step=st.sampled_from(["prepare", "ship", "receive", "extend", "ask", "withdraw", "agree"]))
    def step(self, data: st.DataObject, step: str) -> None:
        order = data.draw(st.sampled_from(self.orders()))
        shop = queries.order(order).shop_id
        buyer = self.buyer.id
        acts = {
            "prepare": lambda: commands.prepare(order, shop_id=shop, now=self.now),
            "ship": lambda: commands.ship(a_parcel(order), shop_id=shop, now=self.now),
            "receive": lambda: commands.confirm_receipt(order, person_id=buyer, now=self.now),
            "extend": lambda: commands.extend_receipt(order, person_id=buyer, now=self.now),
            "ask": lambda: apply_many(self.wishes(order), person_id=buyer, now=self.now),
            "withdraw": lambda: withdraw(self.claim(order), person_id=buyer, now=self.now),
            "agree": lambda: agree(self.claim(order), Answer(shop, buyer), now=self.now),
        }
        self.attempt(acts[step])

    def wishes(self, order: UUID) -> list[Application]:
        """Ask for what was not shipped of every line; the merchant has to answer."""
        return [
            Application(
                line.id, Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind", line.unshipped or 1, "before_signing")
            )
            for line in queries.order(order).lines
        ]

    def claim(self, order: UUID) -> UUID:
        """One of the order's claims, or a claim that does not exist."""
        return next((one.id for one in claims_of_order(queries.order(order))), order)

    @rule(span=st.sampled_from([timedelta(minutes=10), timedelta(minutes=31), timedelta(days=1), timedelta(days=8)]))
    def time_passes(self, span: timedelta) -> None:
        self.now += span
        work(self.now)

    def teardown(self) -> None:
        """Let everything come to its end, then look at every invariant of the market."""
        if not hasattr(self, "now"):
            return
        for _ in range(8):
            self.now += timedelta(days=7)
            work(self.now)
        assert [result for result in examine() if not result.ok] == []
        states = {order: queries.order(order).state for order in self.orders()}
        over = [order for order, state in states.items() if state in ENDED]
        assert set(order_balances(ESCROW, over).values()) <= {0}


@pytest.mark.django_db
def test_an_orders_life_keeps_the_books():
    quick = settings(
        max_examples=12,
        stateful_step_count=12,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_in_rollback(OrderMachine, quick)
