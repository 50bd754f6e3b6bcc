"""Claims over real connections: of two people at the same moment one wins, and nothing is paid twice."""

from functools import partial

import pytest
from tests.builders.claims import BROKEN, DAY, SIGNED_AT, UNSENT, bought, claim, signed
from tests.builders.money import sick
from tests.builders.orders import NOW, a_parcel
from tests.support.together import together

from anxin.kernel.errors import AnxinError
from anxin.market.guarantee.commands import claim_answers, claim_platform, claims
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.domain.claim_acts import Clock, Purse
from anxin.market.guarantee.domain.facts import ClaimType, Evidence
from anxin.market.guarantee.models import Claim, Disbursement
from anxin.market.orders import commands as orders

pytestmark = pytest.mark.django_db(transaction=True)
LATER = SIGNED_AT + DAY
DEFECT = (Evidence.PHOTO_DEFECT,)


def refused(outcomes: list[object]) -> int:
    """How many of the calls were refused, each with a typed error."""
    failures = [one for one in outcomes if isinstance(one, BaseException)]
    assert all(isinstance(one, AnxinError) for one in failures), failures
    return len(failures)


def test_two_requests_for_a_line_at_once_leave_one_claim():
    made = bought()
    ask = partial(claims.apply, Application(made.line, UNSENT), person_id=made.buyer.id, now=NOW)
    assert refused(together(ask, ask, ask)) == 2
    assert Claim.objects.count() == 1
    assert Disbursement.objects.count() == 1
    assert sick() == []


def test_a_merchant_who_ships_and_a_buyer_who_asks_back_do_not_both_win():
    made = bought()
    wish = Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind")
    ask = partial(claims.apply, Application(made.line, wish), person_id=made.buyer.id, now=NOW)
    ship = partial(orders.ship, a_parcel(made.order), shop_id=made.shop, now=NOW)
    assert refused(together(ask, ship)) == 1
    line = made.facts.lines[0]
    assert line.shipped_quantity + line.unsent_quantity == 1
    assert sick() == []


def test_agreeing_and_withdrawing_at_once_end_in_one_of_both():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    agree = partial(claim_answers.agree, asked, made.answer(), now=LATER)
    clock = partial(claim_platform.expire, asked, Clock.MERCHANT_ANSWER, now=LATER + 2 * DAY)
    withdraw = partial(claims.withdraw, asked, person_id=made.buyer.id, now=LATER)
    together(agree, withdraw, clock)
    assert claim(asked).state in {"awaiting_return", "closed"}
    assert sick() == []


def test_the_same_money_told_twice_at_once_counts_once():
    made = bought()
    asked = made.ask(UNSENT, now=NOW)
    tell = partial(claim_platform.note_money_arrived, claim(asked).money_ref, Purse.REFUND, now=NOW)
    assert refused(together(tell, tell, tell)) == 0
    assert claim(asked).state == "done"
    assert made.facts.open_claims == 0
