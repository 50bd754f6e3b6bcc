"""Disputes from the verdict on: taken, decided, signed, carried out, appealed against, ended; each clock, each failure."""

from datetime import timedelta

import pytest
from tests.builders.claims import DAY, HOUR, claim
from tests.builders.disputes import (
    CALLED_AT,
    NOTHING_BACK,
    Disputed,
    a_piece,
    all_back,
    an_arbitrator,
    decided,
    disputed,
    sent_back_and_inspected,
    some_back,
    told,
)
from tests.builders.money import fill_fund, sick
from tests.builders.people import with_role
from tests.support.work import work

from anxin.infra.tx import savepoint
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.commands import arbitration, claim_evidence, claim_platform, dispute_opening, disputes
from anxin.market.guarantee.commands.disputes import Piece
from anxin.market.guarantee.errors.disputes import (
    AppealUsed,
    NewEvidenceNeeded,
    NotImpartial,
    TakenByAnother,
    VerdictRefused,
)
from anxin.market.guarantee.models import Disbursement, DisputeEntry, DisputeEvidence
from anxin.market.guarantee.queries import arbitration as numbers
from anxin.market.guarantee.queries import disputes as queries
from anxin.market.guarantee.queries.case_papers import case_papers
from anxin.market.guarantee.queries.disputes import Party, Verdict, VerdictKind
from anxin.market.people.queries import Role, acts_about

pytestmark = pytest.mark.django_db
LATER = CALLED_AT + HOUR


def entries(case: Disputed) -> list[str]:
    return list(DisputeEntry.objects.filter(dispute_id=case.id).order_by("id").values_list("kind", flat=True))


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
