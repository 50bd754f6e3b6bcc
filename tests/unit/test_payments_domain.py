"""Pure decisions about payments."""

from dataclasses import replace
from uuid import UUID

import pytest
from tests.builders.payments import NOW, a_request

from anxin.kernel.ids import new_id
from anxin.market.payments.domain import (
    MAX_POLLS,
    PAYMENT,
    REFUND,
    DifferenceKind,
    Movement,
    Notice,
    NoticeKind,
    PaymentState,
    RefundState,
    Verdict,
    compare,
    judge,
    next_poll,
)

PAID = (10_000, "CNY")


def notice(kind: NoticeKind = NoticeKind.CAPTURED, amount_minor: int = 10_000, currency: str = "CNY") -> Notice:
    return Notice("evt", kind, new_id(), "ref", amount_minor, currency, NOW)


@pytest.mark.parametrize("state", [state for state in PaymentState if state is not PaymentState.CAPTURED])
def test_money_that_the_provider_holds_is_taken_into_the_books_whatever_we_thought(state):
    assert judge(PAYMENT, state, PAID, notice()) is Verdict.APPLIED


@pytest.mark.parametrize("kind", [NoticeKind.REFUSED, NoticeKind.CLOSED, NoticeKind.PROCESSING, NoticeKind.CAPTURED])
def test_nothing_takes_a_captured_payment_back(kind):
    assert judge(PAYMENT, PaymentState.CAPTURED, PAID, notice(kind)) is Verdict.STALE


@pytest.mark.parametrize("state", [RefundState.SUCCEEDED, RefundState.FAILED])
def test_a_finished_refund_stays_as_it_is(state):
    for kind in (NoticeKind.REFUND_SUCCEEDED, NoticeKind.REFUND_FAILED):
        assert judge(REFUND, state, PAID, notice(kind)) is Verdict.STALE


def test_other_money_is_not_believed():
    assert judge(PAYMENT, PaymentState.PENDING, PAID, notice(amount_minor=9_999)) is Verdict.WRONG_AMOUNT
    assert judge(PAYMENT, PaymentState.PENDING, PAID, notice(currency="USD")) is Verdict.WRONG_CURRENCY


def test_a_request_is_sound_when_its_parts_make_up_the_whole():
    request = a_request(100, 200)
    assert request.is_sound
    assert not replace(request, amount_minor=301).is_sound
    assert not replace(request, splits=(request.splits[0], request.splits[0]), amount_minor=200).is_sound
    assert not replace(request, splits=()).is_sound
    assert not a_request(0, 100).is_sound
    assert not a_request(-100, 200).is_sound


def test_asking_again_ends_so_that_people_can_look():
    assert next_poll(0, now=NOW) is not None
    assert next_poll(MAX_POLLS, now=NOW) is None


def side(*movements: Movement) -> dict[tuple[str, UUID], Movement]:
    return {(movement.kind, movement.subject): movement for movement in movements}


def test_both_sides_are_compared_both_ways():
    same, here, there, amount, currency = (Movement("payment", new_id(), 100, "CNY") for _ in range(5))
    ours = side(same, here, amount, currency)
    theirs = side(same, there, replace(amount, amount_minor=99), replace(currency, currency="USD"))
    found = {mismatch.movement.subject: mismatch.kind for mismatch in compare(ours, theirs)}
    assert found == {
        here.subject: DifferenceKind.MISSING_THERE,
        there.subject: DifferenceKind.MISSING_HERE,
        amount.subject: DifferenceKind.AMOUNT,
        currency.subject: DifferenceKind.CURRENCY,
    }


def test_a_payment_and_a_refund_of_the_same_id_are_two_movements():
    one = Movement("payment", new_id(), 100, "CNY")
    assert len(compare(side(one), side(replace(one, kind="refund")))) == 2
