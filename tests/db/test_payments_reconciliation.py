"""Our ledger against the provider's statement, both ways."""

from datetime import date, timedelta

import pytest
from tests.builders.payments import NOW, a_captured, a_paid, a_request
from tests.support.work import work

from anxin.infra.doctor import examine
from anxin.kernel.ids import new_id
from anxin.kernel.states import IllegalStep
from anxin.market.payments import queries
from anxin.market.payments.commands import RefundRequest, explain_difference, reconcile, request_refund
from anxin.market.payments.commands.sandbox import Fault
from anxin.market.payments.errors import DayNotOver, DifferenceNotFound, ExplanationMissing
from anxin.market.payments.models import Difference, SandboxCharge, SandboxRefund

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 1)
MORNING = NOW + timedelta(days=1)


def run(now=MORNING):
    reconcile(DAY, now=now)
    return queries.differences(day=DAY).items


def test_a_day_with_payments_and_refunds_agrees():
    request, _ = a_captured(10_000)
    a_captured(7_000)
    request_refund(RefundRequest(request.splits[0][0], 2_500, "r1"), now=NOW)
    work(NOW)
    assert run() == ()
    day = queries.days_compared().items[0]
    assert (day.ours_count, day.theirs_count) == (3, 3)
    assert day.ours_minor == day.theirs_minor == 14_500


def test_a_day_belongs_to_shanghai():
    a_captured(10_000, now=NOW.replace(hour=15, minute=59))
    a_captured(7_000, now=NOW.replace(hour=16))
    reconcile(DAY, now=MORNING)
    assert queries.days_compared().items[0].ours_minor == 10_000


def test_a_day_that_is_not_over_cannot_be_compared():
    with pytest.raises(DayNotOver):
        reconcile(DAY, now=NOW)


def test_a_lost_message_shows_as_missing_here_is_asked_for_and_resolves_itself():
    started = a_paid(a_request(10_000), delivery=Fault.LOSE)
    found = run()
    assert [(one.kind, one.hint, one.ours_minor, one.theirs_minor) for one in found] == [
        ("missing_here", "not_captured", None, 10_000)
    ]
    work(MORNING)
    assert queries.payment(started.payment_id).state == "captured"
    assert [one.state for one in run(MORNING + timedelta(minutes=1))] == ["resolved"]


def test_a_message_with_a_wrong_amount_is_named_as_the_cause():
    a_paid(a_request(10_000), delivery=Fault.WRONG_AMOUNT)
    work(NOW)
    assert [one.hint for one in run()] == ["refused_message"]


def test_a_charge_that_is_none_of_ours_is_found():
    a_captured(10_000)
    SandboxCharge.objects.create(
        merchant_ref=new_id(),
        state="paid",
        amount_minor=500,
        currency="CNY",
        method="wallet",
        return_url="/",
        created_at=NOW,
        expires_at=NOW,
        paid_at=NOW,
    )
    assert [(one.kind, one.hint) for one in run()] == [("missing_here", "unknown")]


def test_money_that_the_provider_does_not_list_is_found():
    _, payment = a_captured(10_000)
    SandboxCharge.objects.filter(merchant_ref=payment).update(paid_at=None)
    assert [(one.kind, one.subject) for one in run()] == [("missing_there", payment)]


@pytest.mark.parametrize(("change", "kind"), [({"amount_minor": 9_999}, "amount"), ({"currency": "USD"}, "currency")])
def test_other_amounts_and_currencies_are_found(change, kind):
    a_captured(10_000)
    SandboxCharge.objects.update(**change)
    assert [one.kind for one in run()] == [kind]


def test_a_refund_that_the_provider_does_not_list_is_found():
    request, _ = a_captured(10_000)
    request_refund(RefundRequest(request.splits[0][0], 2_500, "r1"), now=NOW)
    work(NOW)
    SandboxRefund.objects.update(state="failed")
    assert [(one.kind, one.movement) for one in run()] == [("missing_there", "refund")]


def test_running_a_day_again_does_not_repeat_its_differences():
    _, payment = a_captured(10_000)
    SandboxCharge.objects.filter(merchant_ref=payment).update(paid_at=None)
    run()
    run(MORNING + timedelta(hours=1))
    assert Difference.objects.count() == 1


def test_a_difference_is_explained_once_by_somebody():
    _, payment = a_captured(10_000)
    SandboxCharge.objects.filter(merchant_ref=payment).update(paid_at=None)
    difference = run()[0].difference_id
    with pytest.raises(ExplanationMissing):
        explain_difference(difference, "  ", by=new_id(), now=MORNING)
    explain_difference(difference, "the provider lists it a day later", by=new_id(), now=MORNING)
    assert run(MORNING + timedelta(hours=1))[0].state == "explained"
    with pytest.raises(IllegalStep):
        explain_difference(difference, "again", by=new_id(), now=MORNING)
    with pytest.raises(DifferenceNotFound):
        explain_difference(new_id(), "what", by=new_id(), now=MORNING)


def test_a_difference_that_comes_back_is_open_again():
    _, payment = a_captured(10_000)
    charge = SandboxCharge.objects.filter(merchant_ref=payment)
    for paid_at, state in ((None, "open"), (NOW, "resolved"), (None, "open")):
        charge.update(paid_at=paid_at)
        assert [one.state for one in run()] == [state]


def test_the_doctor_is_content_with_payments_in_every_state():
    a_captured(10_000)
    a_paid(a_request(), delivery=Fault.LOSE)
    request, _ = a_captured(5_000)
    request_refund(RefundRequest(request.splits[0][0], 2_500, "r1"), now=NOW)
    assert [found.name for found in examine() if found.name.startswith("payments.") and not found.ok] == []
