"""What verdicts do with goods, through commands, stock, parcels and money."""

from datetime import timedelta

import pytest
from tests.builders.claims import DAY, HOUR, claim, signed
from tests.builders.disputes import CALLED_AT, Disputed, an_arbitrator, decided
from tests.builders.money import fill_fund
from tests.support.work import work

from anxin.infra.doctor import examine
from anxin.infra.tx import savepoint
from anxin.market.guarantee.commands import (
    arbitration,
    claim_answers,
    claim_escalation,
    claim_platform,
    claims,
)
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.domain.claim_acts import Refusal
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.errors.disputes import VerdictRefused
from anxin.market.guarantee.models import Disbursement
from anxin.market.guarantee.models.claims import ClaimEntry
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind

pytestmark = pytest.mark.django_db
LATER = CALLED_AT + HOUR
SORRY = Verdict(VerdictKind.COMPENSATION, "poor_experience", 0, 3_000)
PART = Verdict(VerdictKind.PARTIAL_REFUND, "minor_defect", 3_000)


def sick() -> list[str]:
    return [f"{one.name}: {one.detail}" for one in examine() if not one.ok]


def at_the_shop(pieces: int = 1) -> Disputed:
    """The buyer sent goods back, the merchant says that they were used, and an arbitrator has heard both."""
    fill_fund(100_000, now=CALLED_AT)
    made = signed(quantity=pieces)
    asked = made.ask(Wish(ClaimType.RETURN_REFUND, "no_longer_wanted", pieces=pieces), now=CALLED_AT - HOUR)
    claim_answers.agree(asked, made.answer(), now=CALLED_AT - HOUR)
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=CALLED_AT)
    claim_answers.refuse(asked, Refusal.USED, made.answer(), now=CALLED_AT)
    case = Disputed(claim_escalation.escalate(asked, person_id=made.buyer.id, now=CALLED_AT), asked, made)
    case.show(case.buyer)
    return case


def carried_out(case: Disputed, verdict: Verdict) -> Disputed:
    judge = an_arbitrator()
    case.heard(judge)
    arbitration.decide(case.id, verdict, by=judge, now=LATER)
    work(LATER + DAY)
    return case


def paid_minor(case: Disputed) -> dict[str, int]:
    return dict(Disbursement.objects.filter(ref=claim(case.claim).money_ref).values_list("kind", "amount_minor"))


@pytest.mark.parametrize("verdict", [SORRY, PART])
def test_after_compensation_or_a_part_the_goods_are_given_back(verdict: Verdict) -> None:
    case = carried_out(at_the_shop(), verdict)
    assert (claim(case.claim).state, case.row.state) == ("awaiting_give_back", "executing")
    claim_answers.give_back(
        case.claim, carrier="sf", tracking_no="SF1234567890124", answer=case.made.answer(), now=LATER + 2 * DAY
    )
    parcel = claim(case.claim).reship_parcel_id
    claim_platform.note_given_back_signed(parcel, signed_at=LATER + 3 * DAY)
    assert sick() == []
    work(LATER + 6 * DAY)
    assert (claim(case.claim).state, case.row.state) == ("done", "ended")
    assert paid_minor(case) in ({"compensation": 3_000}, {"refund": 3_000})
    assert case.made.facts.lines[0].refunded_quantity == 0  # what is the buyer's may be asked about again
    assert sick() == []


@pytest.mark.parametrize(
    ("verdict", "paid"),
    [(SORRY, {"compensation": 3_000, "refund": 10_000}), (PART, {"refund": 3_000, "compensation": 7_000})],
)
def test_who_does_not_give_them_back_has_bought_them(verdict: Verdict, paid: dict[str, int]) -> None:
    case = carried_out(at_the_shop(), verdict)
    work(LATER + 9 * DAY)
    assert (claim(case.claim).state, case.row.state, paid_minor(case)) == ("done", "ended", paid)
    assert case.made.facts.lines[0].refunded_quantity == 1
    assert sick() == []


def test_a_sum_of_both_purses_or_after_a_part_was_accepted_would_leave_the_goods_to_nobody() -> None:
    judge, case = an_arbitrator(), at_the_shop()
    case.heard(judge)
    both = Verdict(VerdictKind.PARTIAL_REFUND, "minor_defect", 3_000, 500)
    with pytest.raises(VerdictRefused, match="goods_undecided"), savepoint():
        arbitration.decide(case.id, both, by=judge, now=LATER)
    fill_fund(1, now=CALLED_AT)
    made = signed(quantity=3)
    asked = made.ask(Wish(ClaimType.RETURN_REFUND, "no_longer_wanted", pieces=3), now=CALLED_AT - HOUR)
    claim_answers.agree(asked, made.answer(), now=CALLED_AT - HOUR)
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890125", person_id=made.buyer.id, now=CALLED_AT)
    claim_answers.inspect_part(asked, 2, 2, Refusal.USED, made.answer(), now=CALLED_AT)
    part = Disputed(claim_escalation.escalate(asked, person_id=made.buyer.id, now=CALLED_AT), asked, made)
    part.show(part.buyer)
    part.heard(judge)
    with pytest.raises(VerdictRefused, match="goods_undecided"), savepoint():
        arbitration.decide(part.id, PART, by=judge, now=LATER)
    whole = Verdict(VerdictKind.RETURN_REFUND, "visible_defect", 30_000)
    arbitration.decide(part.id, whole, by=judge, now=LATER)
    assert part.row.state == "decided"


def test_goods_lost_on_the_way_back_are_judged_anew_and_compensation_is_not_given_twice() -> None:
    case = carried_out(at_the_shop(), SORRY)
    claim_answers.give_back(
        case.claim, carrier="sf", tracking_no="SF1234567890124", answer=case.made.answer(), now=LATER + 2 * DAY
    )
    again = Disputed(
        claim_escalation.escalate(case.claim, person_id=case.made.buyer.id, now=LATER + 3 * DAY), case.claim, case.made
    )
    judge = an_arbitrator()
    again.show(again.buyer, now=LATER + 3 * DAY)
    again.heard(judge, now=LATER + 3 * DAY)
    with pytest.raises(VerdictRefused, match="compensated_before"), savepoint():
        arbitration.decide(again.id, SORRY, by=judge, now=LATER + 3 * DAY)
    full = Verdict(VerdictKind.RETURN_REFUND, "visible_defect", 10_000)
    arbitration.decide(again.id, full, by=judge, now=LATER + 3 * DAY)
    work(LATER + 5 * DAY)
    assert claim(case.claim).state == "awaiting_return"  # a verdict of return asks for the goods
    assert sick() == []


@pytest.mark.parametrize("comes", [True, False])
def test_a_verdict_of_reshipment_ends_with_the_goods_or_with_their_price(comes: bool) -> None:
    case = decided(Verdict(VerdictKind.RESHIP, "visible_defect"))
    work(LATER + DAY)
    sent_at = LATER + DAY + HOUR
    claim_answers.reship(
        case.claim, carrier="sf", tracking_no="SF1234567890124", answer=case.made.answer(), now=sent_at
    )
    parcel = claim(case.claim).reship_parcel_id
    if comes:
        claim_platform.note_given_back_signed(parcel, signed_at=sent_at + 2 * DAY)
    else:
        silence_the_carrier(parcel)
    work(sent_at + 10 * DAY - timedelta(seconds=1))
    assert claim(case.claim).state == "reshipped"
    work(sent_at + 10 * DAY)
    assert (claim(case.claim).state, case.row.state) == ("done", "ended")
    assert claim(case.claim).refund_minor == (0 if comes else 10_000)
    assert ClaimEntry.objects.filter(claim_id=case.claim, kind="reship_lost").exists() is not comes
    assert sick() == []


def silence_the_carrier(parcel_id) -> None:
    """Nobody tells anything of the parcel any more."""
    from anxin.infra.models import Deadline

    Deadline.objects.filter(subject=parcel_id).delete()


@pytest.mark.parametrize("kind", [VerdictKind.EXCHANGE, VerdictKind.REPAIR])
def test_a_verdict_of_exchange_or_repair_takes_the_goods_and_sends_others(kind: VerdictKind) -> None:
    case = decided(Verdict(kind, "visible_defect"))
    work(LATER + DAY)
    assert claim(case.claim).state == "awaiting_return"
    buyer, answer = case.made.buyer.id, case.made.answer()
    claims.send_back(case.claim, carrier="sf", tracking_no="SF1234567890123", person_id=buyer, now=LATER + 2 * DAY)
    claim_answers.inspect(case.claim, 1, answer, now=LATER + 3 * DAY)
    claim_answers.reship(case.claim, carrier="sf", tracking_no="SF1234567890124", answer=answer, now=LATER + 3 * DAY)
    claims.confirm_reship(case.claim, person_id=buyer, now=LATER + 5 * DAY)
    work(LATER + 5 * DAY)
    assert (claim(case.claim).state, case.row.state, case.made.facts.refunded_minor) == ("done", "ended", 0)
    assert sick() == []
