"""Refunds: never more than was captured, never twice, never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.payments import NOW, a_captured, a_request, token_of
from tests.support.work import work

from anxin.infra.models import OutboxEvent
from anxin.kernel.ids import new_id
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import ESCROW, GATEWAY_CLEARING, REFUNDS_IN_FLIGHT, Leg, shop_account
from anxin.market.payments import queries
from anxin.market.payments.commands import RefundRequest, ShareRequest, request_refund, share_funds, start_payment
from anxin.market.payments.commands.sandbox import Choice, Fault, Operation, choose, tell
from anxin.market.payments.errors import NothingToRefund, RefundRefUsed, RefundTooLarge
from anxin.market.payments.models import PaymentSplit, Refund, SandboxPart, SandboxRefund, Share

pytestmark = pytest.mark.django_db


def the_split(order_id) -> PaymentSplit:
    return PaymentSplit.objects.get(order_id=order_id)


def test_a_partial_refund_goes_out_of_escrow_to_the_buyer():
    request, _ = a_captured(10_000)
    order = request.splits[0][0]
    refund = request_refund(RefundRequest(order, 3_000, "r1", "one was broken"), now=NOW)
    assert ledger.balance(REFUNDS_IN_FLIGHT) == 3_000
    assert ledger.order_balances(ESCROW, [order]) == {order: 7_000}
    work(NOW)
    assert Refund.objects.get(pk=refund).state == "succeeded"
    assert ledger.balance(REFUNDS_IN_FLIGHT) == 0
    assert ledger.balance(GATEWAY_CLEARING) == -7_000
    assert OutboxEvent.objects.get(kind="payments.refund_succeeded").payload["amount_minor"] == 3_000


def test_refunds_never_exceed_what_was_captured():
    request, _ = a_captured(10_000)
    order = request.splits[0][0]
    request_refund(RefundRequest(order, 6_000, "r1"), now=NOW)
    with pytest.raises(RefundTooLarge):
        request_refund(RefundRequest(order, 4_001, "r2"), now=NOW)
    assert the_split(order).refunded_minor == 6_000


@pytest.mark.parametrize("amount", [0, -1])
def test_a_refund_of_nothing_is_refused(amount):
    request, _ = a_captured(10_000)
    with pytest.raises(RefundTooLarge):
        request_refund(RefundRequest(request.splits[0][0], amount, "r1"), now=NOW)


def test_an_unpaid_order_has_nothing_to_refund():
    with pytest.raises(NothingToRefund):
        request_refund(RefundRequest(new_id(), 1, "r1"), now=NOW)


def test_the_same_reference_is_the_same_refund():
    request, _ = a_captured(10_000)
    wish = RefundRequest(request.splits[0][0], 10_000, "r1")
    assert request_refund(wish, now=NOW) == request_refund(wish, now=NOW)
    assert Refund.objects.count() == 1


def test_a_reference_cannot_be_used_for_another_amount():
    request, _ = a_captured(10_000)
    request_refund(RefundRequest(request.splits[0][0], 1_000, "r1"), now=NOW)
    with pytest.raises(RefundRefUsed):
        request_refund(RefundRequest(request.splits[0][0], 2_000, "r1"), now=NOW)


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_BEFORE, Fault.TIMEOUT_AFTER])
def test_an_unknown_outcome_is_asked_for_until_it_is_known_and_paid_once(fault):
    request, _ = a_captured(10_000)
    tell(Operation.REFUND, fault, now=NOW)
    tell(Operation.NOTICE, Fault.LOSE, now=NOW)
    refund = request_refund(RefundRequest(request.splits[0][0], 10_000, "r1"), now=NOW)
    work(NOW)
    assert Refund.objects.get(pk=refund).state == "requested"
    for minutes in (2, 10, 30, 70):
        work(NOW + timedelta(minutes=minutes))
    assert Refund.objects.get(pk=refund).state == "succeeded"
    assert SandboxRefund.objects.count() == 1
    assert ledger.balance(GATEWAY_CLEARING) == 0


@pytest.mark.parametrize("fault", [Fault.REFUSE, Fault.FAIL_LATER])
def test_a_failed_refund_puts_the_money_back_where_it_was(fault):
    request, _ = a_captured(10_000)
    order = request.splits[0][0]
    tell(Operation.REFUND, fault, now=NOW)
    refund = request_refund(RefundRequest(order, 4_000, "r1"), now=NOW)
    work(NOW)
    assert Refund.objects.get(pk=refund).state == "failed"
    assert the_split(order).refunded_minor == 0
    assert ledger.order_balances(ESCROW, [order]) == {order: 10_000}
    assert ledger.balance(REFUNDS_IN_FLIGHT) == 0
    assert OutboxEvent.objects.filter(kind="payments.refund_failed").count() == 1
    request_refund(RefundRequest(order, 10_000, "r2"), now=NOW)


def test_a_surplus_that_could_not_be_returned_is_returned_again():
    first = a_request(10_000)
    second = replace(a_request(10_000, checkout_id=first.checkout_id, method="card"), splits=first.splits)
    started = [start_payment(request, now=NOW) for request in (first, second)]
    tell(Operation.REFUND, Fault.FAIL_LATER, now=NOW)
    for one in started:
        choose(token_of(one), Choice.PAY, now=NOW)
    work(NOW)
    assert sorted(Refund.objects.values_list("state", flat=True)) == ["failed", "succeeded"]
    assert ledger.balance(GATEWAY_CLEARING) == -10_000


def test_a_refund_may_come_from_other_sources_than_escrow():
    request, _ = a_captured(10_000)
    order, shop, _ = request.splits[0]
    available = shop_account(shop, "available")
    legs = (Leg(available, -2_500, order), Leg(ESCROW, -500, order))
    request_refund(RefundRequest(order, 3_000, "r1", legs=legs), now=NOW)
    assert Refund.objects.get().escrow_minor == 500
    assert ledger.balance(available) == -2_500
    assert queries.money_of_orders([order])[order].escrow_refunded_minor == 500


def test_the_provider_splits_the_frozen_funds_once():
    request, _ = a_captured(10_000)
    order, shop, _ = request.splits[0]
    share = ShareRequest(order, shop, platform_minor=500, merchant_minor=9_500)
    tell(Operation.SHARE, Fault.TIMEOUT_AFTER, now=NOW)
    share_funds([share], now=NOW)
    share_funds([share], now=NOW)
    work(NOW)
    assert not Share.objects.get().is_done
    work(NOW + timedelta(minutes=2))
    assert Share.objects.get().is_done
    assert SandboxPart.objects.get(sub_ref=order).shared_minor == 500
    assert SandboxPart.objects.get(sub_ref=order).is_finished
