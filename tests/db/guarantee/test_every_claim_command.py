"""Every command about claims: killed once and repeated, run twice, the outside failing once after it.

The list is read from the code: a command without an entry fails the test.
"""

import pytest
from tests.builders.claims import BROKEN, DAY, REGRET, claim
from tests.builders.disputes import an_arbitrator
from tests.builders.scenes import (
    MISSING,
    REGRET_OF_THREE,
    after,
    agree,
    applied,
    as_buyer,
    delivered,
    give_back,
    inspect_,
    let_be,
    offer,
    refunding,
    refuse,
    refuse_return,
    reship,
    seize,
    send_back,
    want_evidence,
)
from tests.support.commanded import Commands, commands_of, survives

from anxin.market.guarantee.commands import claim_answers, claim_escalation, claim_platform, claims
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.domain import claim_acts as acts
from anxin.market.guarantee.domain.claim_acts import Clock, Purse, Refusal
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.store import claims as store

pytestmark = pytest.mark.django_db
COMMANDS: Commands = {
    "claims.apply": (delivered, lambda s: claims.apply(Application(s.made.line, BROKEN, "", (s.file,)), **as_buyer(s))),
    "claims.apply_many": (
        delivered,
        lambda s: claims.apply_many([Application(s.made.line, BROKEN, "", (s.file,))], **as_buyer(s)),
    ),
    "claims.modify": (
        applied,
        lambda s: claims.modify(s.asked, Wish(ClaimType.REFUND_SHIPPED, "quality"), **as_buyer(s)),
    ),
    "claims.withdraw": (applied, lambda s: claims.withdraw(s.asked, **as_buyer(s))),
    "claims.accept_offer": (lambda: after(applied(), offer), lambda s: claims.accept_offer(s.asked, **as_buyer(s))),
    "claims.decline_offer": (lambda: after(applied(), offer), lambda s: claims.decline_offer(s.asked, **as_buyer(s))),
    "claims.add_evidence": (
        lambda: after(applied(), want_evidence),
        lambda s: claims.add_evidence(s.asked, [s.file], **as_buyer(s)),
    ),
    "claims.send_back": (lambda: after(applied(), agree), send_back),
    "claims.extend": (lambda: after(applied(), agree), lambda s: claims.extend(s.asked, **as_buyer(s))),
    "claims.confirm_reship": (
        lambda: after(applied(MISSING), agree, reship),
        lambda s: claims.confirm_reship(s.asked, **as_buyer(s)),
    ),
    "claim_answers.agree": (applied, agree),
    "claim_answers.agree_many": (applied, lambda s: claim_answers.agree_many([s.asked], s.made.answer(), now=s.now)),
    "claim_answers.agree_by_rule": (
        applied,
        lambda s: claim_answers.agree_by_rule(store.lock(s.asked), "silence", now=s.now),
    ),
    "claim_answers.refuse": (applied, refuse),
    "claim_answers.offer_partial": (applied, offer),
    "claim_answers.ask_evidence": (applied, want_evidence),
    "claim_answers.add_evidence": (
        applied,
        lambda s: claim_answers.add_evidence(s.asked, s.made.answer("请看"), now=s.now),
    ),
    "claim_answers.inspect": (lambda: after(applied(), agree, send_back), inspect_),
    "claim_answers.inspect_part": (
        lambda: after(applied(REGRET_OF_THREE), agree, send_back),
        lambda s: claim_answers.inspect_part(s.asked, 2, 1, Refusal.USED, s.made.answer(), now=s.now),
    ),
    "claim_answers.give_back": (lambda: after(applied(REGRET), agree, send_back, refuse_return), give_back),
    "claim_answers.reship": (lambda: after(applied(MISSING), agree), reship),
    "claim_escalation.escalate": (
        lambda: after(applied(), refuse),
        lambda s: claim_escalation.escalate(s.asked, **as_buyer(s)),
    ),
    "claim_escalation.seize": (applied, seize),
    "claim_escalation.open_case": (
        lambda: after(applied(), let_be),
        lambda s: claim_escalation.open_case(
            claim_escalation.NewCase(s.made.line, 1, "巡查"), actor_id=an_arbitrator(), now=s.now
        ),
    ),
    "claim_escalation.look_into": (
        applied,
        lambda s: claim_escalation.look_into(
            claim_escalation.NewCase(s.made.line, 1, "巡查"), actor_id=an_arbitrator(), now=s.now
        ),
    ),
    "claim_platform.expire": (
        applied,
        lambda s: claim_platform.expire(s.asked, Clock.MERCHANT_ANSWER, now=s.now + 2 * DAY),
    ),
    "claim_platform.rule": (
        lambda: after(applied(), seize),
        lambda s: claim_platform.rule(s.asked, acts.Verdict(ClaimType.REFUND_SHIPPED, 2_000, 500), now=s.now),
    ),
    "claim_platform.close": (lambda: after(applied(), seize), lambda s: claim_platform.close(s.asked, now=s.now)),
    "claim_platform.note_money_arrived": (
        lambda: after(refunding()),
        lambda s: claim_platform.note_money_arrived(s.ref, Purse.COMPENSATION, now=s.now),
    ),
    "claim_platform.note_money_failed": (
        refunding,
        lambda s: claim_platform.note_money_failed(s.ref, Purse.REFUND, now=s.now),
    ),
    "claim_platform.note_old_refund_failed": (
        refunding,
        lambda s: claim_platform.note_old_refund_failed("refund:nobody", now=s.now),
    ),
    "claim_platform.note_return_signed": (
        lambda: after(applied(), agree, send_back),
        lambda s: claim_platform.note_return_signed(claim(s.asked).return_parcel_id, signed_at=s.now),
    ),
}


def test_every_command_has_an_entry() -> None:
    assert commands_of(claims, claim_answers, claim_escalation, claim_platform) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_once_run_twice_and_the_outside_failing_once_it_ends_as_a_clean_run(name: str) -> None:
    survives(*COMMANDS[name])
