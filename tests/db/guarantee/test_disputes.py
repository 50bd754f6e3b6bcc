"""Disputes through their commands: from the call to the executed verdict, each step twice, each clock, each failure."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError
from tests.builders.claims import BROKEN, DAY, HOUR, claim, signed
from tests.builders.disputes import (
    CALLED_AT,
    DEFECT,
    NOTHING_BACK,
    Disputed,
    a_piece,
    all_back,
    an_arbitrator,
    disputed,
    some_back,
)
from tests.builders.money import fill_fund
from tests.builders.people import a_person, with_role
from tests.support.work import work

from anxin.infra.doctor import examine
from anxin.infra.models import OutboxEvent
from anxin.infra.tx import savepoint
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.commands import (
    arbitration,
    claim_answers,
    claim_escalation,
    claim_evidence,
    claim_platform,
    claims,
    dispute_opening,
    disputes,
)
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.disputes import Piece, Side
from anxin.market.guarantee.domain.claim_acts import Purse, Refusal
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.errors.disputes import (
    AppealUsed,
    NewEvidenceNeeded,
    NotImpartial,
    TakenByAnother,
    TooMuchEvidence,
    UnknownDispute,
    VerdictRefused,
)
from anxin.market.guarantee.models import Disbursement, Dispute, DisputeEntry, DisputeEvidence
from anxin.market.guarantee.queries import arbitration as numbers
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.case_papers import case_papers
from anxin.market.guarantee.queries.disputes import Party, Verdict, VerdictKind
from anxin.market.people.queries import Role, acts_about

pytestmark = pytest.mark.django_db
LATER = CALLED_AT + HOUR


def sick() -> list[str]:
    return [f"{one.name}: {one.detail}" for one in examine() if not one.ok]


def told(kind: str) -> int:
    return OutboxEvent.objects.filter(kind=f"guarantee.dispute_{kind}").count()


def entries(case: Disputed) -> list[str]:
    return list(DisputeEntry.objects.filter(dispute_id=case.id).order_by("id").values_list("kind", flat=True))


def decided(verdict: Verdict, *, by: UUID | None = None, price_minor: int = 10_000) -> Disputed:
    judge = by or an_arbitrator()
    case = disputed(price_minor=price_minor).heard(judge)
    arbitration.decide(case.id, verdict, by=judge, now=LATER)
    return case


def sent_back_and_inspected(case: Disputed, now) -> None:
    claims.send_back(case.claim, carrier="sf", tracking_no="SF1234567890123", person_id=case.made.buyer.id, now=now)
    claim_answers.inspect(case.claim, 1, case.made.answer(), now=now)
    work(now)


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


# Judging


def test_a_return_and_refund_from_refusal_to_money_with_everything_on_record():
    judge = an_arbitrator()
    case = decided(all_back(), by=judge)
    assert (case.row.state, case.row.due_at) == ("decided", LATER + DAY)
    work(LATER + DAY - timedelta(seconds=1))
    assert case.row.state == "decided"
    work(LATER + DAY)
    assert (case.row.state, case.row.forced, claim(case.claim).state) == ("executing", True, "awaiting_return")
    sent_back_and_inspected(case, LATER + 2 * DAY)
    assert (case.row.state, case.row.outcome) == ("ended", "buyer")
    assert case.made.facts.refunded_minor == 10_000
    assert [told(kind) for kind in ("opened", "decided", "executed")] == [1, 1, 1]
    assert entries(case) == [
        "opened",
        "evidence_given",
        "talks_ended",
        "taken",
        "decided",
        "executing",
        "executed",
    ]
    assert [one.act for one in acts_about(f"dispute:{case.id}")] == ["disputes.decide", "disputes.take"]
    assert sick() == []


def test_a_merchant_who_complies_executes_at_once():
    case = decided(all_back())
    disputes.accept_verdict(case.id, side=case.merchant, now=LATER)
    assert (case.row.state, case.row.forced) == ("executing", False)
    assert sick() == []


def test_a_partial_refund_is_forced_out_of_the_merchant_and_paid_once():
    case = decided(some_back())
    for _ in range(2):
        work(LATER + DAY)
        dispute_opening.ring(case.id, now=LATER + DAY)
    assert (case.row.state, case.row.outcome, case.row.forced) == ("ended", "partial", True)
    assert case.made.facts.refunded_minor == 3_000
    assert Disbursement.objects.filter(order_id=case.made.order).count() == 1
    assert sick() == []


def test_compensation_is_a_flow_of_its_own():
    fill_fund(100_000, now=CALLED_AT)
    case = decided(Verdict(VerdictKind.COMPENSATION, "poor_experience", 0, 3_000))
    work(LATER + DAY)
    assert (case.row.state, claim(case.claim).compensation_arrived) == ("ended", True)
    assert case.made.facts.refunded_minor == 0
    assert sick() == []


def test_compensation_beyond_the_cap_is_refused_and_nothing_is_decided():
    judge = an_arbitrator()
    case = disputed().heard(judge)
    with pytest.raises(VerdictRefused), savepoint():
        arbitration.decide(case.id, Verdict(VerdictKind.COMPENSATION, "poor_experience", 0, 3_001), by=judge, now=LATER)
    assert (case.row.state, case.row.verdict) == ("deciding", None)


def test_a_buyer_who_is_not_supported_gets_nothing_and_the_order_goes_on():
    case = decided(NOTHING_BACK)
    work(LATER + DAY)
    assert (case.row.state, case.row.outcome, claim(case.claim).closing) == ("ended", "merchant", "not_supported")
    assert case.made.facts.open_claims == 0
    assert sick() == []


def test_goods_that_are_not_sent_after_a_verdict_are_paid_for():
    case = decided(Verdict(VerdictKind.RESHIP, "visible_defect"))
    work(LATER + DAY)
    assert claim(case.claim).state == "awaiting_reship"
    work(LATER + 3 * DAY)
    assert (case.row.state, claim(case.claim).refund_arrived) == ("ended", True)
    assert sick() == []


def test_deciding_twice_is_refused():
    judge = an_arbitrator()
    case = decided(all_back(), by=judge)
    with pytest.raises(IllegalStep):
        arbitration.decide(case.id, some_back(), by=judge, now=LATER)
    assert case.row.verdict_kind == "return_refund"


def test_taking_twice_is_taking_once_and_another_is_refused():
    judge, other = an_arbitrator(), an_arbitrator()
    case = disputed().heard(judge)
    arbitration.take(case.id, by=judge, now=LATER)
    assert len(acts_about(f"dispute:{case.id}")) == 1
    with pytest.raises(TakenByAnother):
        arbitration.take(case.id, by=other, now=LATER)
    arbitration.hand_back(case.id, by=judge, now=LATER)
    arbitration.take(case.id, by=other, now=LATER)


def test_nobody_judges_the_own_shop_or_purchase():
    case = disputed()
    disputes.give_evidence(case.id, [a_piece()], side=case.merchant, now=LATER)
    disputes.stop_talking(case.id, side=case.buyer, now=LATER)
    clerk = with_role(an_arbitrator(), Role.SERVICE_AGENT, case.made.shop)
    for partial in (clerk, with_role(case.made.buyer.id, Role.ARBITRATOR)):
        with pytest.raises(NotImpartial):
            arbitration.take(case.id, by=partial, now=LATER)


def test_a_large_sum_needs_two_people():
    judge, second = an_arbitrator(), an_arbitrator()
    case = decided(all_back(250_000), by=judge, price_minor=250_000)
    assert (case.row.state, told("decided")) == ("second_signature", 0)
    with pytest.raises(NotImpartial):
        arbitration.sign(case.id, by=judge, now=LATER)
    assert [one.id for one in queries.queue("signature", arbitrator=second).items] == [case.id]
    assert queries.queue("signature", arbitrator=judge).items == ()
    arbitration.sign(case.id, by=second, now=LATER)
    assert (case.row.state, told("decided")) == ("decided", 1)
    with pytest.raises(IllegalStep):
        arbitration.sign(case.id, by=second, now=LATER)
    assert sick() == []


def test_a_signature_that_is_refused_lets_the_arbitrator_decide_again():
    judge, second = an_arbitrator(), an_arbitrator()
    case = decided(all_back(250_000), by=judge, price_minor=250_000)
    arbitration.send_back(case.id, "another product in the picture", by=second, now=LATER)
    arbitration.decide(case.id, some_back(50_000), by=judge, now=LATER)
    assert case.row.state == "decided"


def test_an_arbitrator_who_is_too_slow_loses_the_case_to_the_queue():
    judge = an_arbitrator()
    case = disputed().heard(judge)
    work(CALLED_AT + 2 * DAY)
    assert (case.row.state, case.row.arbitrator_id, case.row.overdue) == ("deciding", None, 1)
    assert sick() == []


def test_evidence_that_was_asked_for_and_does_not_come_does_not_stop_the_case():
    judge = an_arbitrator()
    case = disputed().heard(judge)
    arbitration.ask_evidence(case.id, frozenset({Party.MERCHANT}), "the invoice", by=judge, now=LATER)
    assert (case.row.state, case.row.wanted) == ("evidence_wanted", ["merchant"])
    work(LATER + DAY)
    assert (case.row.state, case.row.arbitrator_id) == ("deciding", judge)


# Appeals


def test_an_appeal_with_new_evidence_stops_the_execution_and_another_decides():
    judge, other = an_arbitrator(), an_arbitrator()
    case = decided(all_back(), by=judge)
    disputes.appeal(case.id, "it was delivered whole", [a_piece("video")], side=case.merchant, now=LATER)
    work(LATER + DAY)
    assert (case.row.state, claim(case.claim).state) == ("appealed", "disputed")
    with pytest.raises(NotImpartial):
        arbitration.take(case.id, by=judge, now=LATER)
    arbitration.take(case.id, by=other, now=LATER + DAY)
    arbitration.decide(case.id, NOTHING_BACK, by=other, now=LATER + DAY)
    with pytest.raises(AppealUsed):
        disputes.appeal(case.id, "no!", [a_piece()], side=case.buyer, now=LATER + DAY)
    work(LATER + 2 * DAY)
    assert (case.row.state, case.row.outcome, case.row.overturned) == ("ended", "merchant", True)
    rows = {row.person_id: row for row in numbers.arbitrators(now=LATER + 3 * DAY)}
    assert (rows[judge].decided, rows[judge].overturned, rows[judge].for_buyer) == (1, 1, 1)
    assert other not in rows
    assert sick() == []


def test_an_appeal_with_what_is_known_already_is_none():
    case = decided(all_back())
    known = DisputeEvidence.objects.filter(dispute_id=case.id, party="merchant").get()
    again = Piece("logistics", file=claim_evidence.Kept("picture", known.file, known.sha256))
    with pytest.raises(NewEvidenceNeeded), savepoint():
        disputes.appeal(case.id, "look again", [again], side=case.merchant, now=LATER)
    assert case.row.state == "decided"


# Ends


def test_a_court_ends_the_dispute_and_the_claim():
    judge = an_arbitrator()
    case = decided(all_back(), by=judge)
    arbitration.end_for_law(case.id, "(2026) 京 117", by=judge, now=LATER)
    work(LATER + 2 * DAY)
    assert (case.row.state, case.row.outcome, claim(case.claim).state) == ("ended", "litigation", "closed")
    assert case.made.facts.refunded_minor == 0
    assert sick() == []


def test_silence_of_everybody_never_leaves_a_case_without_a_clock():
    case = disputed()
    for day in range(1, 9):
        work(CALLED_AT + day * DAY)
        assert sick() == []
    assert (case.row.state, case.row.overdue >= 2) == ("deciding", True)


# What can be read


def test_precedents_are_of_the_same_wish_and_the_public_numbers_add_up():
    first = decided(some_back())
    work(LATER + DAY)
    assert first.row.state == "ended"
    second = disputed(now=LATER + 2 * DAY)
    assert [one.id for one in case_papers(queries.dispute(second.id)).precedents] == [first.id]
    shown = numbers.statistics(now=LATER + 3 * DAY)
    assert (shown.cases, shown.partial, shown.open_now, shown.refund_minor) == (1, 1, 1, 3_000)
    assert shown.median_hours == 25
    assert sum(week.partial for week in shown.weeks) == 1
    assert [one.reason for one in shown.reasons] == ["minor_defect"]


def test_the_queue_shows_the_oldest_deadline_first_page_by_page():
    judge = an_arbitrator()
    cases = [disputed(now=CALLED_AT + hours * HOUR).heard(judge, now=CALLED_AT + hours * HOUR) for hours in (0, 1)]
    for case in cases:
        arbitration.hand_back(case.id, by=judge, now=CALLED_AT + 2 * HOUR)
    first = queries.queue("waiting", arbitrator=judge, limit=1)
    rest = queries.queue("waiting", arbitrator=judge, limit=1, cursor=first.next_cursor)
    assert [first.items[0].id, rest.items[0].id] == [case.id for case in cases]
    assert rest.next_cursor is None


def test_a_claims_clock_does_not_run_while_the_platform_looks_at_it():
    case = disputed()
    claim_platform.expire(case.claim, claim_platform.Clock.ESCALATION, now=CALLED_AT + 30 * DAY)
    assert claim(case.claim).state == "disputed"
