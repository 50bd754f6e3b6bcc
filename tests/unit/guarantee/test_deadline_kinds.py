"""A kind of deadline is told to one handler: two of them under one name would each wait for what the other hears."""

import pytest

from anxin.infra.deadlines import HANDLERS, on_due
from anxin.market.guarantee.commands import paying
from anxin.market.guarantee.domain.claim_acts import Clock
from anxin.market.guarantee.jobs import claims, money


@pytest.mark.parametrize("clock", list(Clock), ids=str)
def test_every_clock_of_a_claim_rings_the_claim(clock):
    assert HANDLERS[clock.value].__module__ == claims.__name__


def test_money_that_failed_is_tried_again_by_its_own_deadline():
    assert HANDLERS[paying.RETRY] is money.pay_again


def test_a_second_handler_of_a_kind_is_refused():
    with pytest.raises(ValueError, match=paying.RETRY):
        on_due(paying.RETRY)(print)
    assert HANDLERS[paying.RETRY] is money.pay_again
