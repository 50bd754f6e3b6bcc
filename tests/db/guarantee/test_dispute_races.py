"""Disputes over real connections: of two people at the same moment one wins, and a verdict is paid once."""

from functools import partial

import pytest
from tests.builders.claims import DAY, HOUR, claim
from tests.builders.disputes import CALLED_AT, NOTHING_BACK, Disputed, all_back, an_arbitrator, disputed, some_back
from tests.builders.money import sick
from tests.support.together import together
from tests.support.work import work

from anxin.kernel.errors import AnxinError
from anxin.market.guarantee.commands import arbitration, claim_answers, claim_escalation, dispute_opening, disputes
from anxin.market.guarantee.models import Disbursement, Dispute

pytestmark = pytest.mark.django_db(transaction=True)
LATER = CALLED_AT + HOUR


def refused(outcomes: list[object]) -> int:
    """How many of the calls were refused, each with a typed error."""
    failures = [one for one in outcomes if isinstance(one, BaseException)]
    assert all(isinstance(one, AnxinError) for one in failures), failures
    return len(failures)


def ready() -> Disputed:
    """A case in the queue that nobody has taken."""
    judge = an_arbitrator()
    case = disputed().heard(judge)
    arbitration.hand_back(case.id, by=judge, now=CALLED_AT)
    return case


def test_two_arbitrators_who_take_a_case_at_once_leave_it_with_one():
    case = ready()
    judges = [an_arbitrator() for _ in range(3)]
    outcomes = together(*(partial(arbitration.take, case.id, by=judge, now=LATER) for judge in judges))
    assert refused(outcomes) == 2
    assert case.row.arbitrator_id in judges
    assert sick() == []


def test_one_arbitrator_who_decides_twice_at_once_decides_once():
    judge = an_arbitrator()
    case = disputed().heard(judge)
    verdicts = (all_back(), some_back(), NOTHING_BACK)
    outcomes = together(*(partial(arbitration.decide, case.id, one, by=judge, now=LATER) for one in verdicts))
    assert refused(outcomes) == 2
    assert case.row.state == "decided"
    assert sick() == []


def test_a_clock_an_acceptance_and_an_appeal_at_once_pay_once_or_not_at_all():
    judge = an_arbitrator()
    case = disputed().heard(judge)
    arbitration.decide(case.id, some_back(), by=judge, now=LATER)
    ring = partial(dispute_opening.ring, case.id, now=LATER + DAY)
    accept = partial(disputes.accept_verdict, case.id, side=case.buyer, now=LATER + DAY)
    together(ring, ring, accept, ring)
    work(LATER + DAY)
    assert (case.row.state, claim(case.claim).state) == ("ended", "done")
    assert Disbursement.objects.filter(order_id=case.made.order).count() == 1
    assert sick() == []


def test_a_merchant_who_agrees_while_the_verdict_is_forced_ends_in_one_of_both():
    judge = an_arbitrator()
    case = disputed().heard(judge)
    arbitration.decide(case.id, NOTHING_BACK, by=judge, now=LATER)
    agree = partial(claim_answers.agree, case.claim, case.made.answer(), now=LATER + DAY)
    together(agree, partial(dispute_opening.ring, case.id, now=LATER + DAY))
    work(LATER + DAY)
    ends = {("closed", "merchant"): "ended", ("awaiting_return", "settled"): "executing"}
    assert ends.get((claim(case.claim).state, case.row.outcome)) == case.row.state
    assert sick() == []


def test_calling_and_stepping_in_at_once_open_one_dispute():
    first = disputed()
    Dispute.objects.get(id=first.id)
    call = partial(claim_escalation.escalate, first.claim, person_id=first.made.buyer.id, now=LATER)
    seize = partial(claim_escalation.seize, first.claim, reason="", actor_id=an_arbitrator(), now=LATER)
    assert refused(together(call, seize)) == 2
    assert Dispute.objects.filter(claim_id=first.claim).count() == 1
