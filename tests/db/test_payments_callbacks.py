"""The provider's messages: forged, replayed, wrong, early, late, twice, reordered, lost."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.builders.payments import NOW, WINDOW, a_paid, a_request, token_of
from tests.support.work import work

from anxin.infra.models import OutboxEvent
from anxin.market.ledger import queries as ledger
from anxin.market.ledger.commands import ESCROW, GATEWAY_CLEARING
from anxin.market.payments import queries
from anxin.market.payments.commands import StartedPayment, close_at_gateway, receive_callback, start_payment
from anxin.market.payments.commands.sandbox import Choice, Fault, Operation, choose, tell
from anxin.market.payments.domain import Verdict
from anxin.market.payments.errors import ForgedCallback, GatewayUnavailable, ReplayedCallback, UnreadableCallback
from anxin.market.payments.models import Callback, Payment, Refund, SandboxNotice
from anxin.market.payments.sandbox.gateway import SandboxGateway
from anxin.market.payments.sandbox.signing import SIGNATURE, TIMESTAMP, shared_key, signed_headers

pytestmark = pytest.mark.django_db


def message(kind: str = "payment.captured") -> bytes:
    """Return the body of the sandbox's last message of a kind."""
    bodies = SandboxNotice.objects.order_by("-id").values_list("body", flat=True)
    return next(body for body in bodies if json.loads(body)["kind"] == kind).encode()


def deliver(body: bytes, now=NOW) -> Verdict:
    """Send a body through the door with a genuine signature."""
    return receive_callback(signed_headers(body, shared_key(), now=now), body, now=now)


def state_of(started) -> str:
    return queries.payment(started.payment_id).state


def published(kind: str) -> int:
    return OutboxEvent.objects.filter(kind=kind).count()


def test_a_paid_checkout_is_escrow_of_each_of_its_orders():
    request = a_request(10_000, 5_000)
    started = a_paid(request)
    work(NOW)
    assert state_of(started) == "captured"
    orders = [split[0] for split in request.splits]
    assert ledger.order_balances(ESCROW, orders) == dict(zip(orders, (10_000, 5_000), strict=True))
    assert ledger.balance(GATEWAY_CLEARING) == -15_000
    assert published("payments.captured") == 1


def test_a_forged_message_is_refused_and_leaves_no_trace():
    started = a_paid(a_request())
    body = message()
    headers = signed_headers(body, b"not the key", now=NOW)
    with pytest.raises(ForgedCallback):
        receive_callback(headers, body, now=NOW)
    assert state_of(started) == "pending"
    assert not Callback.objects.exists()


def test_a_changed_body_breaks_the_signature():
    a_paid(a_request())
    body = message()
    headers = signed_headers(body, shared_key(), now=NOW)
    with pytest.raises(ForgedCallback):
        receive_callback(headers, body.replace(b"15000", b"00001"), now=NOW)


def test_a_timestamp_cannot_be_renewed_without_the_key():
    a_paid(a_request())
    body = message()
    headers = signed_headers(body, shared_key(), now=NOW)
    headers[TIMESTAMP] = str(int(headers[TIMESTAMP]) + 3600)
    with pytest.raises(ForgedCallback):
        receive_callback(headers, body, now=NOW + timedelta(hours=1))


@pytest.mark.parametrize("headers", [{}, {SIGNATURE: "é"}, {TIMESTAMP: "x" * 1000, SIGNATURE: "0"}])
def test_headers_of_any_shape_are_forgeries(headers):
    with pytest.raises(ForgedCallback):
        receive_callback(headers, b"{}", now=NOW)


def test_a_recorded_message_played_again_later_is_refused():
    a_paid(a_request())
    body = message()
    headers = signed_headers(body, shared_key(), now=NOW)
    with pytest.raises(ReplayedCallback):
        receive_callback(headers, body, now=NOW + timedelta(minutes=6))


def test_a_recorded_message_played_again_at_once_changes_nothing():
    a_paid(a_request())
    body = message()
    headers = signed_headers(body, shared_key(), now=NOW)
    assert receive_callback(headers, body, now=NOW) is Verdict.APPLIED
    assert receive_callback(headers, body, now=NOW) is Verdict.DUPLICATE
    assert ledger.balance(GATEWAY_CLEARING) == -15_000
    assert published("payments.captured") == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event_id": 1', b"\xff", b'{"kind": "payment.captured"}'])
def test_a_signed_message_that_says_nothing_is_refused(body):
    with pytest.raises(UnreadableCallback):
        deliver(body)


@pytest.mark.parametrize(
    ("fault", "verdict"),
    [(Fault.WRONG_AMOUNT, Verdict.WRONG_AMOUNT), (Fault.WRONG_CURRENCY, Verdict.WRONG_CURRENCY)],
)
def test_a_message_about_other_money_is_kept_but_not_believed(fault, verdict):
    started = a_paid(a_request(), delivery=fault)
    assert deliver(message()) is verdict
    assert state_of(started) == "pending"
    assert Callback.objects.get(subject=started.payment_id).verdict == verdict
    assert bytes(Callback.objects.get(subject=started.payment_id).body) == message()
    assert ledger.balance(GATEWAY_CLEARING) == 0


def test_a_message_about_a_payment_that_is_not_ours_is_kept_but_changes_nothing():
    a_paid(a_request())
    said = json.loads(message())
    said |= {"merchant_ref": "018f0000-0000-7000-8000-000000000000", "event_id": "evt_x"}
    assert deliver(json.dumps(said).encode()) is Verdict.UNKNOWN_SUBJECT


def test_a_capture_that_arrives_before_the_answer_of_create_counts():
    request = a_request()
    tell(Operation.CREATE, Fault.TIMEOUT_AFTER, now=NOW)
    with pytest.raises(GatewayUnavailable):
        start_payment(request, now=NOW)
    payment = Payment.objects.get()
    assert payment.state == "created"
    charge = SandboxGateway().query(payment.pk, now=NOW)
    choose(token_of(StartedPayment(payment.pk, charge.pay_url)), Choice.PAY, now=NOW)
    work(NOW)
    assert queries.payment(payment.pk).state == "captured"


def test_asking_again_after_an_unknown_answer_opens_the_same_charge():
    request = a_request()
    tell(Operation.CREATE, Fault.TIMEOUT_AFTER, now=NOW)
    with pytest.raises(GatewayUnavailable):
        start_payment(request, now=NOW)
    first = start_payment(request, now=NOW)
    second = start_payment(request, now=NOW)
    assert first == second
    assert Payment.objects.count() == 1


def test_a_capture_after_cancellation_is_taken_into_the_books_and_announced():
    started = start_payment(a_request(), now=NOW)
    close_at_gateway(started.payment_id, now=NOW)
    assert state_of(started) == "closed"
    said = json.loads(message("payment.closed")) | {"kind": "payment.captured", "event_id": "evt_late"}
    assert deliver(json.dumps(said).encode()) is Verdict.APPLIED
    assert state_of(started) == "captured"
    assert published("payments.captured") == 1


def test_a_duplicated_message_counts_once():
    started = a_paid(a_request(), delivery=Fault.DUPLICATE)
    work(NOW)
    assert state_of(started) == "captured"
    assert SandboxNotice.objects.filter(delivered_at__isnull=False).count() == 3
    assert Callback.objects.filter(subject=started.payment_id).count() == 2
    assert ledger.balance(GATEWAY_CLEARING) == -15_000


def test_an_older_message_after_a_newer_one_is_stale():
    started = a_paid(a_request(), delivery=Fault.REORDER)
    work(NOW)
    assert state_of(started) == "captured"
    work(NOW + timedelta(minutes=1))
    late = Callback.objects.get(subject=started.payment_id, kind="payment.processing")
    assert late.verdict == Verdict.STALE
    assert state_of(started) == "captured"


def test_a_delayed_message_arrives():
    started = a_paid(a_request(), delivery=Fault.DELAY)
    assert SandboxNotice.objects.filter(delivered_at__isnull=True).exists()
    work(NOW)
    assert state_of(started) == "pending"
    deliver(message(), now=NOW + timedelta(seconds=30))
    assert state_of(started) == "captured"


def test_a_lost_message_is_found_by_asking():
    started = a_paid(a_request(), delivery=Fault.LOSE)
    work(NOW)
    assert state_of(started) == "pending"
    work(NOW + timedelta(minutes=2))
    assert state_of(started) == "captured"
    assert published("payments.captured") == 1


def test_a_silent_provider_is_asked_again():
    started = a_paid(a_request(), delivery=Fault.LOSE)
    tell(Operation.QUERY, Fault.TIMEOUT_BEFORE, now=NOW)
    work(NOW + timedelta(minutes=2))
    assert state_of(started) == "pending"
    work(NOW + timedelta(minutes=10))
    assert state_of(started) == "captured"


def test_a_refused_payment_leaves_the_checkout_payable():
    request = a_request()
    started = start_payment(request, now=NOW)
    choose(token_of(started), Choice.REFUSE, now=NOW)
    work(NOW)
    assert state_of(started) == "refused"
    again = a_paid(request)
    work(NOW)
    assert again.payment_id != started.payment_id
    assert state_of(again) == "captured"


def test_nobody_pays_in_time_so_the_payment_closes():
    started = start_payment(a_request(), now=NOW)
    work(NOW + WINDOW)
    assert state_of(started) == "closed"
    assert published("payments.closed") == 1


def test_a_bank_that_says_yes_after_the_window_is_captured_and_announced():
    started = start_payment(a_request(), now=NOW)
    choose(token_of(started), Choice.LATE, now=NOW)
    work(NOW + WINDOW)
    assert state_of(started) == "pending"
    work(NOW + WINDOW + timedelta(minutes=1))
    assert state_of(started) == "captured"
    assert published("payments.captured") == 1


def test_the_second_payment_of_a_checkout_goes_back_whole():
    request = a_request()
    other = a_request(checkout_id=request.checkout_id, method="card")
    other = replace(other, splits=request.splits)
    first, second = start_payment(request, now=NOW), start_payment(other, now=NOW)
    for started in (first, second):
        choose(token_of(started), Choice.PAY, now=NOW)
    work(NOW)
    assert [queries.payment(started.payment_id).is_surplus for started in (first, second)] == [False, True]
    assert published("payments.captured") == 1
    assert set(Refund.objects.values_list("payment_id", "state")) == {(second.payment_id, "succeeded")}
    assert ledger.balance(GATEWAY_CLEARING) == -15_000
    orders = [split[0] for split in request.splits]
    assert ledger.order_balances(ESCROW, orders) == dict(zip(orders, (10_000, 5_000), strict=True))
