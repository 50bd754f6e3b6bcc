"""Money under concurrency, over real connections: nobody gets it twice, nobody loses it."""

from dataclasses import replace
from functools import partial

import pytest
from tests.builders.orders import a_shop
from tests.builders.payments import NOW, a_captured, a_paid, a_request, token_of
from tests.builders.settlement import a_received, a_settled, an_account, due_at
from tests.support.together import together

from anxin.infra.doctor import examine
from anxin.infra.models import OutboxEvent
from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import ESCROW, GATEWAY_CLEARING, shop_account
from anxin.market.ledger.models import Journal
from anxin.market.payments.commands import RefundRequest, receive_callback, request_refund, start_payment
from anxin.market.payments.commands.sandbox import Choice, choose
from anxin.market.payments.domain import Verdict
from anxin.market.payments.errors import RefundTooLarge
from anxin.market.payments.models import Payment, PaymentSplit, Refund, SandboxNotice
from anxin.market.payments.sandbox.signing import shared_key, signed_headers
from anxin.market.settlement.commands import release_due, request_payout
from anxin.market.settlement.errors import PayoutTooLarge
from anxin.market.settlement.models import Line, Payout, Settlement

pytestmark = pytest.mark.django_db(transaction=True)


def knock(body: str) -> Verdict:
    """Send a genuine message through the door."""
    raw = body.encode()
    return receive_callback(signed_headers(raw, shared_key(), now=NOW), raw, now=NOW)


def captures() -> list[str]:
    """The messages that say money was captured, in the order they were written."""
    bodies = SandboxNotice.objects.order_by("id").values_list("body", flat=True)
    return [body for body in bodies if '"payment.captured"' in body]


def broken() -> list[str]:
    """What the doctor says is wrong with money."""
    money = ("ledger.", "payments.", "settlement.")
    return [f"{found.name}: {found.detail}" for found in examine() if found.name.startswith(money) and not found.ok]


def test_twenty_concurrent_refunds_never_exceed_what_was_captured():
    request, _ = a_captured(10_000)
    order = request.splits[0][0]
    asks = [partial(request_refund, RefundRequest(order, 900, f"r{n}"), now=NOW) for n in range(20)]
    outcomes = together(*asks)
    assert sum(isinstance(outcome, RefundTooLarge) for outcome in outcomes) == 9
    assert Refund.objects.count() == 11
    assert PaymentSplit.objects.get(order_id=order).refunded_minor == 9_900
    assert ledger.order_balances(ESCROW, [order]) == {order: 100}
    assert broken() == []


def test_twenty_concurrent_requests_under_one_reference_are_one_refund():
    request, _ = a_captured(10_000)
    order = request.splits[0][0]
    outcomes = together(*[partial(request_refund, RefundRequest(order, 300, "same"), now=NOW)] * 20)
    assert len(set(outcomes)) == 1
    assert PaymentSplit.objects.get(order_id=order).refunded_minor == 300
    assert broken() == []


def test_the_same_message_twice_at_once_counts_once():
    a_paid(a_request())
    outcomes = together(*[partial(knock, captures()[0])] * 6)
    assert sorted(outcomes) == [Verdict.APPLIED] + [Verdict.DUPLICATE] * 5
    assert Journal.objects.filter(kind="payment.captured").count() == 1
    assert OutboxEvent.objects.filter(kind="payments.captured").count() == 1
    assert ledger.balance(GATEWAY_CLEARING) == -15_000


def test_two_payments_of_a_checkout_captured_at_once_leave_one_and_return_the_other():
    first = a_request()
    second = replace(a_request(checkout_id=first.checkout_id, method="card"), splits=first.splits)
    a_paid_both(first, second)
    assert together(*[partial(knock, body) for body in captures()]) == [Verdict.APPLIED] * 2
    assert sorted(Payment.objects.values_list("is_surplus", flat=True)) == [False, True]
    assert OutboxEvent.objects.filter(kind="payments.captured").count() == 1
    assert Refund.objects.filter(payment__is_surplus=True).count() == 2
    assert broken() == []


def a_paid_both(first, second) -> None:
    for started in [start_payment(request, now=NOW) for request in (first, second)]:
        choose(token_of(started), Choice.PAY, now=NOW)


def test_opening_one_payment_many_times_at_once_is_one_payment():
    request = a_request()
    outcomes = together(*[partial(start_payment, request, now=NOW)] * 8)
    assert len(set(outcomes)) == 1
    assert Payment.objects.count() == 1


def test_two_workers_release_each_order_once():
    shop = a_shop()
    last_due = max(due_at(a_received(shop)) for _ in range(6))
    outcomes = together(*[partial(release_due, now=last_due, limit=4)] * 4)
    assert sum(outcomes) <= 6
    release_due(now=last_due)
    assert Settlement.objects.filter(state="released").count() == 6
    assert Line.objects.count() == Journal.objects.filter(kind="settlement.released").count() == 6
    assert broken() == []


def test_concurrent_payouts_never_exceed_the_balance():
    shop = a_shop()
    a_settled(shop)
    an_account(shop)
    had = ledger.balance(shop_account(shop, "available"))
    later = instant(2026, 6, 1)
    asks = [partial(request_payout, shop, 2_000, key=f"k{n}", by=new_id(), now=later) for n in range(8)]
    outcomes = together(*asks)
    paid = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    assert len(paid) == had // 2_000
    assert all(isinstance(outcome, PayoutTooLarge) for outcome in outcomes if isinstance(outcome, Exception))
    assert ledger.balance(shop_account(shop, "available")) == had - 2_000 * len(paid)
    assert Payout.objects.count() == len(paid)
