"""Every command about disputes: killed once and repeated, run twice, the outside failing once after it.

The list is read from the code: a command without an entry fails the test.
"""

import pytest
from tests.builders.claims import DAY
from tests.builders.disputes import some_back
from tests.builders.scenes import (
    after,
    applied,
    as_buyer,
    decided,
    disputed_claim,
    heard,
    in_dispute,
    proposed,
    seize,
    to_be_signed,
)
from tests.support.commanded import Commands, commands_of, survives

from anxin.market.guarantee.commands import arbitration, dispute_opening, disputes
from anxin.market.guarantee.domain.claim_acts import Party
from anxin.market.guarantee.queries.disputes import VerdictKind

pytestmark = pytest.mark.django_db
COMMANDS: Commands = {
    "dispute_opening.open_for_claim": (
        lambda: after(applied(), seize),
        lambda s: dispute_opening.open_for_claim(disputed_claim(s), by=Party.PLATFORM, actor_id=None, now=s.now),
    ),
    "dispute_opening.note_claim_agreed": (in_dispute, lambda s: dispute_opening.note_claim_agreed(s.asked, now=s.now)),
    "dispute_opening.note_claim_ended": (
        in_dispute,
        lambda s: dispute_opening.note_claim_ended(s.asked, closed=False, now=s.now),
    ),
    "dispute_opening.ring": (in_dispute, lambda s: dispute_opening.ring(s.case.id, now=s.now + DAY)),
    "disputes.give_evidence": (
        in_dispute,
        lambda s: disputes.give_evidence(s.case.id, [s.piece], side=s.case.merchant, now=s.now),
    ),
    "disputes.offer_settlement": (
        in_dispute,
        lambda s: disputes.offer_settlement(
            s.case.id, VerdictKind.PARTIAL_REFUND, 2_000, side=s.case.merchant, now=s.now
        ),
    ),
    "disputes.accept_offer": (proposed, lambda s: disputes.accept_offer(s.case.id, side=s.case.buyer, now=s.now)),
    "disputes.decline_offer": (proposed, lambda s: disputes.decline_offer(s.case.id, side=s.case.buyer, now=s.now)),
    "disputes.stop_talking": (in_dispute, lambda s: disputes.stop_talking(s.case.id, side=s.case.buyer, now=s.now)),
    "disputes.accept_verdict": (decided, lambda s: disputes.accept_verdict(s.case.id, side=s.case.merchant, now=s.now)),
    "disputes.appeal": (
        decided,
        lambda s: disputes.appeal(s.case.id, "不同意", [s.piece], side=s.case.buyer, now=s.now),
    ),
    "disputes.cancel_dispute": (in_dispute, lambda s: disputes.cancel_dispute(s.case.id, **as_buyer(s))),
    "arbitration.take": (
        lambda: after(in_dispute(), lambda s: disputes.stop_talking(s.case.id, side=s.case.buyer, now=s.now)),
        lambda s: arbitration.take(s.case.id, by=s.first, now=s.now),
    ),
    "arbitration.hand_back": (heard, lambda s: arbitration.hand_back(s.case.id, by=s.first, now=s.now)),
    "arbitration.ask_evidence": (
        heard,
        lambda s: arbitration.ask_evidence(s.case.id, frozenset({Party.BUYER}), "?", by=s.first, now=s.now),
    ),
    "arbitration.decide": (heard, lambda s: arbitration.decide(s.case.id, some_back(), by=s.first, now=s.now)),
    "arbitration.sign": (to_be_signed, lambda s: arbitration.sign(s.case.id, by=s.other, now=s.now)),
    "arbitration.send_back": (
        to_be_signed,
        lambda s: arbitration.send_back(s.case.id, "理由不足", by=s.other, now=s.now),
    ),
    "arbitration.end_for_law": (heard, lambda s: arbitration.end_for_law(s.case.id, "已起诉", by=s.first, now=s.now)),
}


def test_every_command_has_an_entry() -> None:
    assert commands_of(dispute_opening, disputes, arbitration) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_killed_once_run_twice_and_the_outside_failing_once_it_ends_as_a_clean_run(name: str) -> None:
    survives(*COMMANDS[name])
