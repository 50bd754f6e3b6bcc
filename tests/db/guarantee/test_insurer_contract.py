"""One promise list for every insurer: what any adapter must do, run on each store of the sandbox."""

from datetime import timedelta

import pytest

from anxin.kernel.clock import instant
from anxin.kernel.ids import new_id
from anxin.market.guarantee.domain.insurance import Route
from anxin.market.guarantee.domain.insurance_rules import InsuranceProduct
from anxin.market.guarantee.errors.insurance import InsurerRefused, InsurerUnavailable
from anxin.market.guarantee.insurer import Application, Loss, Outcome
from anxin.market.guarantee.sandbox.insurer import (
    EVERYTHING,
    BookInDatabase,
    BookInMemory,
    InsurerFault,
    SandboxInsurer,
)

pytestmark = pytest.mark.django_db
NOW = instant(2026, 6, 1)


@pytest.fixture(params=[BookInMemory, BookInDatabase], ids=["memory", "database"])
def insurer(request):
    return SandboxInsurer(request.param())


def an_application(policy_id=None, cover_minor=2_400):
    return Application(policy_id or new_id(), InsuranceProduct.SMALL, 36, cover_minor, "110105", "310101")


def a_loss(policy_id, asked_minor=1_200, **changes):
    facts = {"claim_id": new_id(), "round": 0, "route": Route.SELF_SHIP, "tracking_no": "SF1234567890123", **changes}
    return Loss(policy_id=policy_id, asked_minor=asked_minor, **facts)


def insured(insurer, **changes):
    application = an_application(**changes)
    insurer.insure(application, now=NOW)
    return application.policy_id


def test_insuring_twice_is_one_policy(insurer):
    application = an_application()
    assert insurer.insure(application, now=NOW) == insurer.insure(application, now=NOW)


def test_a_loss_is_paid_up_to_the_cover(insurer):
    policy_id = insured(insurer, cover_minor=1_000)
    assert insurer.claim(a_loss(policy_id), now=NOW).paid_minor == 1_000


def test_reporting_twice_is_one_ruling(insurer):
    loss = a_loss(insured(insurer))
    first = insurer.claim(loss, now=NOW)
    assert first.outcome is Outcome.ACCEPTED
    assert insurer.claim(loss, now=NOW + timedelta(days=9)) == first


def test_an_appeal_is_a_question_of_its_own(insurer):
    policy_id = insured(insurer)
    claim_id = new_id()
    insurer.plan(policy_id, InsurerFault.REFUSE)
    refused = insurer.claim(a_loss(policy_id, claim_id=claim_id), now=NOW)
    assert refused.outcome is Outcome.REFUSED
    assert refused.reason
    insurer.plan(policy_id)
    assert insurer.claim(a_loss(policy_id, claim_id=claim_id), now=NOW) == refused
    assert insurer.claim(a_loss(policy_id, claim_id=claim_id, round=1), now=NOW).outcome is Outcome.ACCEPTED


def test_a_slow_ruling_is_pending_until_it_comes(insurer):
    loss = a_loss(insured(insurer))
    insurer.plan(loss.policy_id, InsurerFault.SLOW)
    assert insurer.claim(loss, now=NOW).outcome is Outcome.PENDING
    assert insurer.claim(loss, now=NOW + timedelta(hours=35)).outcome is Outcome.PENDING
    assert insurer.claim(loss, now=NOW + timedelta(hours=36)).outcome is Outcome.ACCEPTED


def test_a_risk_that_is_not_taken_says_why(insurer):
    application = an_application()
    insurer.plan(application.policy_id, InsurerFault.REFUSE)
    with pytest.raises(InsurerRefused) as refused:
        insurer.insure(application, now=NOW)
    assert refused.value.reason


@pytest.mark.parametrize("fault", [InsurerFault.OUTAGE, InsurerFault.LOST_ANSWER])
@pytest.mark.parametrize("call", ["insure", "cancel", "claim"])
def test_a_call_without_answer_may_be_repeated(insurer, call, fault):
    application = an_application()
    loss = a_loss(application.policy_id)
    calls = {
        "insure": lambda: insurer.insure(application, now=NOW),
        "cancel": lambda: insurer.cancel(application.policy_id, now=NOW),
        "claim": lambda: insurer.claim(loss, now=NOW),
    }
    insurer.plan(application.policy_id, fault)
    with pytest.raises(InsurerUnavailable):
        calls[call]()
    assert calls[call]() == calls[call]()


def test_an_insurer_that_is_down_answers_nobody_until_it_is_back(insurer):
    insurer.plan(EVERYTHING, InsurerFault.DOWN)
    for _ in range(2):
        with pytest.raises(InsurerUnavailable):
            insurer.insure(an_application(), now=NOW)
    insurer.plan(EVERYTHING)
    assert insurer.insure(an_application(), now=NOW)


def test_calling_off_a_policy_never_written_is_harmless(insurer):
    insurer.cancel(new_id(), now=NOW)
