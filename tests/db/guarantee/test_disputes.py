"""Disputes up to the verdict: opened, talked about, shown evidence in, settled, taken back; each step twice."""

import pytest
from django.db import DatabaseError
from tests.builders.claims import BROKEN, DAY, HOUR, claim, signed
from tests.builders.disputes import CALLED_AT, DEFECT, a_piece, an_arbitrator, disputed, sent_back_and_inspected, told
from tests.builders.money import sick
from tests.builders.people import a_person
from tests.support.work import work

from anxin.infra.tx import savepoint
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.commands import claim_answers, claim_escalation, claim_platform, claims, disputes
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.disputes import Piece, Side
from anxin.market.guarantee.domain.claim_acts import Purse, Refusal
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.errors.disputes import TooMuchEvidence, UnknownDispute, VerdictRefused
from anxin.market.guarantee.models import Dispute, DisputeEntry, DisputeEvidence
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.disputes import Party, VerdictKind

pytestmark = pytest.mark.django_db
LATER = CALLED_AT + HOUR


# Opening


def test_calling_the_platform_opens_a_dispute_with_what_was_shown_in_the_claim():
    case = disputed()
    assert (case.row.state, case.row.clock, case.row.due_at) == ("negotiation", "negotiation", CALLED_AT + DAY)
    assert (case.row.buyer_pieces, case.row.merchant_pieces) == (1, 0)
    assert [one.kind for one in queries.evidence(case.id, reader=Party.PLATFORM)] == ["photo"]
    assert claim(case.claim).state == "disputed"
    assert told("opened") == 1
    assert sick() == []


def test_opening_twice_is_opening_once():
    case = disputed()
    with pytest.raises(IllegalStep):
        claim_escalation.escalate(case.claim, person_id=case.made.buyer.id, now=LATER)
    assert Dispute.objects.count() == 1


def test_the_platform_steps_in_at_any_time_before_money_moves():
    made = signed()
    asked = made.ask(BROKEN, now=CALLED_AT - HOUR, show=DEFECT)
    opened = claim_escalation.seize(asked, reason="many complaints", actor_id=an_arbitrator(), now=CALLED_AT)
    row = Dispute.objects.get(id=opened)
    assert (row.state, row.opened_by, sorted(row.wanted)) == ("evidence_wanted", "platform", ["buyer", "merchant"])
    assert sick() == []


def test_another_person_or_shop_does_not_learn_of_a_dispute():
    case = disputed()
    for stranger in (Side(a_person()), Side(case.made.staff, case.made.buyer.id)):
        with pytest.raises(UnknownDispute):
            disputes.stop_talking(case.id, side=stranger, now=LATER)
    with pytest.raises(UnknownDispute):
        queries.dispute(case.id, shop_id=case.made.order)


# Evidence


def test_the_same_picture_handed_in_twice_counts_once():
    case, piece = disputed(), a_piece()
    assert disputes.give_evidence(case.id, [piece], side=case.buyer, now=LATER) == 1
    assert disputes.give_evidence(case.id, [piece], side=case.buyer, now=LATER) == 0
    assert case.row.buyer_pieces == 2


def test_too_much_evidence_is_refused_and_nothing_of_it_is_kept():
    case = disputed()
    many = [Piece("statement", f"reason {number}") for number in range(21)]
    with pytest.raises(TooMuchEvidence), savepoint():
        disputes.give_evidence(case.id, many, side=case.buyer, now=LATER)
    assert DisputeEvidence.objects.filter(dispute_id=case.id).count() == 1


def test_private_pictures_are_masked_for_the_other_side_only():
    case, paper = disputed(), a_piece("diagnosis", private=True)
    disputes.give_evidence(case.id, [paper], side=case.buyer, now=LATER)
    piece = queries.evidence(case.id, reader=Party.MERCHANT)[-1]
    assert (piece.masked, queries.evidence(case.id, reader=Party.BUYER)[-1].masked) == (True, False)
    shown = {party: queries.evidence_file(case.id, piece.id, reader=party).data for party in Party}
    assert shown[Party.BUYER] == shown[Party.PLATFORM]
    assert shown[Party.MERCHANT] != shown[Party.BUYER]


def test_contact_data_in_words_is_hidden_from_the_other_side():
    case = disputed()
    disputes.give_evidence(case.id, [Piece("chat", "call me 13800138000")], side=case.buyer, now=LATER)
    assert queries.evidence(case.id, reader=Party.MERCHANT)[-1].words == "call me 138●●●"
    assert queries.evidence(case.id, reader=Party.PLATFORM)[-1].words == "call me 13800138000"


def test_what_was_shown_cannot_be_changed():
    case = disputed()
    for change in (
        lambda: DisputeEvidence.objects.filter(dispute_id=case.id).update(words="another story"),
        lambda: DisputeEntry.objects.filter(dispute_id=case.id).delete(),
    ):
        with pytest.raises(DatabaseError, match=r"permission denied|append-only"), savepoint():
            change()


# Talks


def test_a_settlement_is_carried_out_at_once_and_paid():
    case = disputed()
    disputes.offer_settlement(case.id, VerdictKind.PARTIAL_REFUND, 6_000, side=case.merchant, now=LATER)
    disputes.accept_offer(case.id, side=case.buyer, now=LATER)
    assert case.row.state == "executing"
    work(LATER)
    assert (case.row.state, case.row.outcome) == ("ended", "settled")
    assert (claim(case.claim).refund_minor, claim(case.claim).state) == (6_000, "done")
    assert case.made.facts.refunded_minor == 6_000
    assert sick() == []


def test_an_offer_above_what_was_paid_is_refused():
    case = disputed()
    with pytest.raises(VerdictRefused):
        disputes.offer_settlement(case.id, VerdictKind.PARTIAL_REFUND, 10_001, side=case.merchant, now=LATER)


def test_a_merchant_who_agrees_to_the_claim_ends_the_dispute():
    case = disputed()
    claim_answers.agree(case.claim, case.made.answer(), now=LATER)
    work(LATER)
    assert (case.row.state, case.row.outcome) == ("executing", "settled")
    sent_back_and_inspected(case, LATER + HOUR)
    assert case.row.state == "ended"
    assert sick() == []


def test_goods_quarrelled_over_after_the_agreement_get_a_dispute_of_their_own():
    case = disputed()
    claim_answers.agree(case.claim, case.made.answer(), now=LATER)
    work(LATER)
    claims.send_back(
        case.claim, carrier="sf", tracking_no="SF1234567890123", person_id=case.made.buyer.id, now=LATER + HOUR
    )
    claim_answers.refuse(case.claim, Refusal.USED, case.made.answer(), now=LATER + 2 * HOUR)
    second = claim_escalation.escalate(case.claim, person_id=case.made.buyer.id, now=LATER + 3 * HOUR)
    work(LATER + 3 * HOUR)
    again = Dispute.objects.get(id=second)
    assert second != case.id
    assert (case.row.state, again.state, again.clock) == ("ended", "negotiation", "negotiation")
    assert sick() == []


def test_an_agreement_told_late_does_not_end_the_dispute_that_came_after_it():
    case = disputed()
    claim_answers.agree(case.claim, case.made.answer(), now=LATER)  # nobody is told yet
    claim_escalation.seize(case.claim, reason="巡查", actor_id=an_arbitrator(), now=LATER)
    work(LATER)
    assert (claim(case.claim).state, case.row.state) == ("disputed", "negotiation")
    assert sick() == []


def a_return_refused(**facts):
    made = signed(**facts)
    asked = made.ask(Wish(ClaimType.RETURN_REFUND, "no_longer_wanted", pieces=facts.get("quantity", 1)), now=LATER)
    claim_answers.agree(asked, made.answer(), now=LATER)
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=LATER)
    return made, asked


def test_an_end_told_late_does_not_cancel_the_dispute_that_came_after_it():
    made, asked = a_return_refused()
    claim_answers.refuse(asked, Refusal.USED, made.answer(), now=LATER)
    claims.withdraw(asked, person_id=made.buyer.id, now=LATER)  # its goods are to go back; nobody is told yet
    opened = claim_escalation.seize(asked, reason="巡查", actor_id=an_arbitrator(), now=LATER)
    work(LATER)
    assert (claim(asked).state, Dispute.objects.get(id=opened).state) == ("disputed", "evidence_wanted")
    assert sick() == []


def test_a_dispute_after_a_part_was_paid_is_about_the_rest():
    made, asked = a_return_refused(quantity=3)
    claim_answers.inspect_part(asked, 2, 2, Refusal.USED, made.answer(), now=LATER)
    claims.accept_offer(asked, person_id=made.buyer.id, now=LATER)
    work(LATER)
    opened = claim_escalation.seize(asked, reason="巡查", actor_id=an_arbitrator(), now=LATER)
    row = Dispute.objects.get(id=opened)
    assert (row.asked_minor, row.paid_minor, row.refundable_minor) == (10_000, 10_000, 10_000)


def test_a_dispute_that_goes_on_is_about_what_is_left_today():
    made, asked = a_return_refused(quantity=3)
    claim_answers.inspect_part(asked, 2, 2, Refusal.USED, made.answer(), now=LATER)
    opened = claim_escalation.escalate(asked, person_id=made.buyer.id, now=LATER)
    assert Dispute.objects.get(id=opened).refundable_minor == 30_000
    claims.withdraw(asked, person_id=made.buyer.id, now=LATER)  # the accepted part is paid
    claim_platform.note_money_arrived(claim(asked).money_ref, Purse.REFUND, now=LATER)  # before the dispute hears of it
    assert claim_escalation.seize(asked, reason="巡查", actor_id=an_arbitrator(), now=LATER) == opened
    row = Dispute.objects.get(id=opened)
    assert (row.state, row.asked_minor, row.refundable_minor) == ("negotiation", 10_000, 10_000)


def test_a_claim_that_is_withdrawn_cancels_its_dispute():
    case = disputed()
    claims.withdraw(case.claim, person_id=case.made.buyer.id, now=LATER)
    work(LATER)
    assert (case.row.state, case.row.outcome) == ("cancelled", "withdrawn")
    assert sick() == []


def test_taking_the_complaint_back_closes_the_claim_and_frees_the_order():
    case = disputed()
    disputes.cancel_dispute(case.id, person_id=case.made.buyer.id, now=LATER)
    work(LATER)
    assert (claim(case.claim).state, case.made.facts.open_claims) == ("closed", 0)
    with pytest.raises(IllegalStep):
        disputes.cancel_dispute(case.id, person_id=case.made.buyer.id, now=LATER)
    assert sick() == []
