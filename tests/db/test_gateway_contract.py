"""What every payment provider behind the port must do. The sandbox is one; a real adapter joins the list."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from tests.builders.payments import NOW, WINDOW

from anxin.kernel.ids import new_id
from anxin.market.payments.domain import NoticeKind, OrderPart
from anxin.market.payments.errors import ForgedCallback, GatewayRefused, ReplayedCallback
from anxin.market.payments.gateway import (
    ChargeOrder,
    ChargeState,
    OutcomeState,
    RefundOrder,
    ShareOrder,
    TransferOrder,
)
from anxin.market.payments.models import SandboxNotice
from anxin.market.payments.sandbox import books
from anxin.market.payments.sandbox.books import Choice
from anxin.market.payments.sandbox.gateway import SandboxGateway
from anxin.market.payments.sandbox.signing import shared_key, signed_headers

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)


class SandboxBench:
    """The sandbox, and a payer and a postman for it."""

    gateway = SandboxGateway()

    def pay(self, charge) -> None:
        """Pay as a person would."""
        books.choose(_token(charge), Choice.PAY, now=NOW)

    def last_message(self) -> tuple[dict[str, str], bytes]:
        """The last message as it would arrive."""
        body = next(
            body for body in SandboxNotice.objects.order_by("-id").values_list("body", flat=True) if "captured" in body
        ).encode()
        return signed_headers(body, shared_key(), now=NOW), body


def _token(charge):
    return UUID(charge.gateway_ref.removeprefix("sbc_"))


@pytest.fixture(params=[SandboxBench], ids=["sandbox"])
def bench(request):
    return request.param()


def an_order(**changes) -> ChargeOrder:
    parts = (OrderPart(new_id(), new_id(), 6_000), OrderPart(new_id(), new_id(), 4_000))
    given = {
        "payment_id": new_id(),
        "amount_minor": 10_000,
        "currency": "CNY",
        "parts": parts,
        "method": "wallet",
        "expires_at": NOW + WINDOW,
        "return_url": "/",
    }
    return ChargeOrder(**{**given, **changes})


def a_refund(order: ChargeOrder, amount_minor: int = 2_500) -> RefundOrder:
    return RefundOrder(new_id(), order.payment_id, order.parts[0].order_id, amount_minor, "CNY", "broken")


@pytest.fixture
def paid(bench):
    order = an_order()
    bench.pay(bench.gateway.create(order, now=NOW))
    return order


def test_creating_twice_with_one_key_is_one_charge(bench):
    order = an_order()
    first, second = bench.gateway.create(order, now=NOW), bench.gateway.create(order, now=NOW)
    assert first == second
    assert first.state is ChargeState.WAITING
    assert first.pay_url


def test_an_unknown_charge_is_none_and_not_an_error(bench):
    assert bench.gateway.query(new_id(), now=NOW) is None
    assert bench.gateway.close(new_id(), now=NOW) is None
    assert bench.gateway.query_refund(new_id(), now=NOW) is None
    assert bench.gateway.query_transfer(new_id(), now=NOW) is None


def test_a_paid_charge_says_when_and_how_much(bench, paid):
    charge = bench.gateway.query(paid.payment_id, now=NOW)
    assert (charge.state, charge.amount_minor, charge.currency, charge.paid_at) == (
        ChargeState.PAID,
        10_000,
        "CNY",
        NOW,
    )


def test_a_closed_charge_cannot_be_paid(bench):
    order = an_order()
    charge = bench.gateway.create(order, now=NOW)
    assert bench.gateway.close(order.payment_id, now=NOW).state is ChargeState.CLOSED
    bench.pay(charge)
    assert bench.gateway.query(order.payment_id, now=NOW).state is ChargeState.CLOSED


def test_closing_a_paid_charge_says_that_it_is_paid(bench, paid):
    assert bench.gateway.close(paid.payment_id, now=NOW).state is ChargeState.PAID


def test_refunding_twice_with_one_key_is_one_refund(bench, paid):
    order = a_refund(paid)
    first, second = bench.gateway.refund(order, now=NOW), bench.gateway.refund(order, now=NOW)
    assert first.gateway_ref == second.gateway_ref
    assert bench.gateway.query_refund(order.refund_id, now=NOW).state is OutcomeState.SUCCEEDED


def test_a_part_cannot_be_refunded_beyond_what_it_paid(bench, paid):
    bench.gateway.refund(a_refund(paid, 6_000), now=NOW)
    with pytest.raises(GatewayRefused):
        bench.gateway.refund(a_refund(paid, 1), now=NOW)


def test_an_unpaid_charge_cannot_be_refunded(bench):
    order = an_order()
    bench.gateway.create(order, now=NOW)
    with pytest.raises(GatewayRefused):
        bench.gateway.refund(a_refund(order), now=NOW)


def test_frozen_funds_are_shared_once_and_not_beyond_what_is_there(bench, paid):
    part = paid.parts[0]
    share = ShareOrder(new_id(), paid.payment_id, part.order_id, 300, 5_700)
    assert bench.gateway.share(share, now=NOW) is OutcomeState.SUCCEEDED
    assert bench.gateway.share(share, now=NOW) is OutcomeState.SUCCEEDED
    too_much = ShareOrder(new_id(), paid.payment_id, paid.parts[1].order_id, 1, 4_000)
    assert bench.gateway.share(too_much, now=NOW) is OutcomeState.FAILED


def a_transfer(amount_minor: int = 800) -> TransferOrder:
    return TransferOrder(new_id(), new_id(), amount_minor, "CNY", "late shipping")


def test_paying_a_person_twice_with_one_key_is_one_transfer(bench):
    order = a_transfer()
    first, second = bench.gateway.transfer(order, now=NOW), bench.gateway.transfer(order, now=NOW)
    assert first.gateway_ref == second.gateway_ref
    known = bench.gateway.query_transfer(order.transfer_id, now=NOW)
    assert (known.state, known.amount_minor, known.currency) == (OutcomeState.SUCCEEDED, 800, "CNY")


def test_the_statement_lists_transfers_of_the_day(bench):
    order = a_transfer()
    bench.gateway.transfer(order, now=NOW)
    rows = list(bench.gateway.statement(DAY, now=NOW + timedelta(days=1)))
    assert [(row.kind, row.subject, row.amount_minor) for row in rows] == [("transfer", order.transfer_id, 800)]


def test_a_message_says_what_happened_under_our_own_reference(bench, paid):
    headers, body = bench.last_message()
    notice = bench.gateway.verify(headers, body, now=NOW)
    assert (notice.kind, notice.subject, notice.amount_minor) == (NoticeKind.CAPTURED, paid.payment_id, 10_000)


def test_a_message_is_believed_only_whole_and_fresh(bench, paid):
    headers, body = bench.last_message()
    with pytest.raises(ForgedCallback):
        bench.gateway.verify(headers, body + b" ", now=NOW)
    with pytest.raises(ReplayedCallback):
        bench.gateway.verify(headers, body, now=NOW + timedelta(hours=1))


def test_the_statement_lists_payments_and_refunds_of_the_day(bench, paid):
    order = a_refund(paid)
    bench.gateway.refund(order, now=NOW)
    rows = list(bench.gateway.statement(DAY, now=NOW + timedelta(days=1)))
    assert {(row.kind, row.subject, row.amount_minor) for row in rows} == {
        ("payment", paid.payment_id, 10_000),
        ("refund", order.refund_id, 2_500),
    }
    assert list(bench.gateway.statement(DAY + timedelta(days=1), now=NOW + timedelta(days=2))) == []
