"""The platform steps in by itself: over a claim of any state, and where nobody has claimed anything."""

import pytest
from tests.builders.claims import BROKEN, DAY, HOUR, Bought, bought, claim, received, settled, signed
from tests.builders.disputes import CALLED_AT, DEFECT, Disputed, a_piece, all_back, an_arbitrator
from tests.builders.money import broken, fill_fund, sick
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.support.work import work

from anxin.infra.tx import savepoint
from anxin.kernel.ids import new_id
from anxin.market.catalog.models import Sku
from anxin.market.guarantee.commands import arbitration, claim_answers, claim_escalation, claims, disputes, unshipped
from anxin.market.guarantee.commands.claim_escalation import NewCase
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.commands.optins import Switch, set_opt_in
from anxin.market.guarantee.domain.asking import Asking
from anxin.market.guarantee.domain.facts import ClaimType
from anxin.market.guarantee.errors.claims import BadPieces, BadWords, ClaimDenied, ClaimOpen
from anxin.market.guarantee.errors.promises import UnknownCertificate, UnknownLine
from anxin.market.guarantee.models import Claim, Dispute
from anxin.market.guarantee.queries.asking import answers_of_line
from anxin.market.guarantee.queries.disputes import Verdict, VerdictKind
from anxin.market.inventory.queries import on_hand
from anxin.market.orders import commands
from anxin.market.orders import queries as orders
from anxin.market.orders.commands import Packed, Shipment
from anxin.market.people.queries import acts_about

pytestmark = pytest.mark.django_db
LATER = CALLED_AT + HOUR


def opened(made, *, pieces: int = 1, unsent: bool = False, now=CALLED_AT, by=None) -> Disputed:
    """A case over a line that nobody has claimed anything about."""
    wanted = NewCase(made.line, pieces, "三起同类投诉", unsent=unsent)
    case = claim_escalation.open_case(wanted, actor_id=by or an_arbitrator(), now=now)
    return Disputed(case, Dispute.objects.get(id=case).claim_id, made)


def judged(case: Disputed, verdict: Verdict, *, now=LATER) -> Disputed:
    """The same, with the buyer heard and a verdict carried out."""
    judge = an_arbitrator()
    case.show(case.buyer, now=now)
    work(now + DAY)  # the merchant shows nothing in time
    arbitration.take(case.id, by=judge, now=now + DAY)
    arbitration.decide(case.id, verdict, by=judge, now=now + DAY)
    work(now + 3 * DAY)
    return case


def test_where_nobody_claimed_a_case_begins_with_a_claim_of_the_platform_and_asks_both_sides() -> None:
    made, judge = signed(quantity=3), an_arbitrator()
    case = opened(made, pieces=2, by=judge)
    row = claim(case.claim)
    assert (row.state, row.type, row.reason, row.promise, row.decision_id) == (
        "disputed",
        "refund_shipped",
        "platform_case",
        "",
        None,
    )
    assert (case.row.state, case.row.opened_by, sorted(case.row.wanted)) == (
        "evidence_wanted",
        "platform",
        ["buyer", "merchant"],
    )
    assert (case.row.asked_minor, case.row.paid_minor, case.row.refundable_minor) == (20_000, 20_000, 30_000)
    assert made.facts.open_claims == 1
    assert [(one.act, one.actor_id, one.detail) for one in acts_about(f"dispute:{case.id}")] == [
        ("disputes.open", judge, {"why": "三起同类投诉"})
    ]
    assert sick() == []


def test_its_verdict_is_carried_out_and_the_buyer_has_all_attempts_left() -> None:
    made = received()
    case = judged(opened(made), Verdict(VerdictKind.FULL_REFUND, "merchant_silent", 10_000))
    assert (case.row.state, claim(case.claim).state, made.facts.refunded_minor) == ("ended", "done", 10_000)
    other = received()
    done = judged(opened(other), Verdict(VerdictKind.NO_SUPPORT, "out_of_time"))
    assert (done.row.outcome, claim(done.claim).state, other.facts.open_claims) == ("merchant", "closed", 0)
    asked = other.ask(Wish(ClaimType.RETURN_REFUND, "no_longer_wanted"), now=LATER + 3 * DAY)
    assert claim(asked).attempt == 2  # the first attempt of an order line, with the platform's case before it
    assert sick() == []


def test_a_settled_order_and_one_that_never_shipped_may_be_looked_into_too() -> None:
    fill_fund(100_000, now=NOW)
    late = settled()
    case = judged(
        opened(late, now=NOW + 40 * DAY),
        Verdict(VerdictKind.FULL_REFUND, "merchant_silent", 10_000),
        now=NOW + 40 * DAY,
    )
    assert (claim(case.claim).refund_arrived, late.facts.refunded_minor) == (True, 10_000)
    waiting = bought()
    case = opened(waiting, now=NOW + HOUR)
    assert claim(case.claim).type == ClaimType.REFUND_UNSHIPPED
    judged(case, Verdict(VerdictKind.FULL_REFUND, "unshipped", 10_000), now=NOW + HOUR)
    assert (waiting.facts.state, waiting.facts.refunded_minor) == (orders.OrderState.CANCELLED, 10_000)
    assert sick() == []


def shipped_in_part() -> Bought:
    """Three pieces in one line, one of which is on its way."""
    made = bought(quantity=3)
    one = Shipment(made.order, "sf", "SF0000000000017", (Packed(made.line, 1),))
    commands.ship(one, shop_id=made.shop, now=NOW + HOUR)
    return made


def in_stock(made: Bought) -> int:
    return on_hand([made.sku])[made.sku]


def test_of_a_line_shipped_in_part_what_waits_is_refunded_and_the_rest_goes_to_its_end() -> None:
    made = shipped_in_part()
    before = in_stock(made)
    for pieces, unsent in ((2, False), (3, True)):
        with pytest.raises(BadPieces), savepoint():
            opened(made, pieces=pieces, unsent=unsent, now=NOW + HOUR)
    case = opened(made, pieces=2, unsent=True, now=NOW + HOUR)
    assert (claim(case.claim).type, case.row.refundable_minor) == (ClaimType.REFUND_UNSHIPPED, 20_000)
    judged(case, Verdict(VerdictKind.FULL_REFUND, "unshipped", 20_000), now=NOW + HOUR)
    line = made.facts.lines[0]
    assert (made.facts.state, line.unshipped, line.refunded_quantity) == (orders.OrderState.SHIPPED, 0, 2)
    assert (made.facts.receipt_due_at, in_stock(made)) == (NOW + HOUR + 10 * DAY, before + 2)
    work(NOW + 11 * DAY)
    assert (made.facts.state, made.facts.refunded_minor) == (orders.OrderState.COMPLETED, 20_000)
    assert sick() == []


def test_of_a_line_shipped_in_part_a_refund_of_what_left_lets_the_others_be_sent() -> None:
    made = shipped_in_part()
    before = in_stock(made)
    case = opened(made, now=NOW + HOUR)
    assert (claim(case.claim).type, case.row.refundable_minor) == (ClaimType.REFUND_SHIPPED, 10_000)
    judged(case, Verdict(VerdictKind.FULL_REFUND, "merchant_silent", 10_000), now=NOW + HOUR)
    line = made.facts.lines[0]
    assert (made.facts.state, line.unshipped, line.refunded_quantity, line.unsent_quantity) == (
        orders.OrderState.PARTLY_SHIPPED,
        2,
        1,
        0,
    )
    assert (in_stock(made), sick()) == (before, [])
    unshipped.close_unshipped(made.order, now=NOW + 5 * DAY)  # nobody ships the others: they are refunded too
    work(NOW + 7 * DAY)
    assert (made.facts.state, made.facts.refunded_minor, in_stock(made)) == (
        orders.OrderState.CANCELLED,
        30_000,
        before + 2,
    )
    assert sick() == []


def test_a_buyer_of_a_line_shipped_in_part_asks_about_what_left_or_about_what_did_not() -> None:
    made = shipped_in_part()
    for wish in (
        Wish(ClaimType.REFUND_SHIPPED, "not_received", 3),
        Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind", 3),
    ):
        with pytest.raises(ClaimDenied), savepoint():
            made.ask(wish, now=NOW + 2 * HOUR)
    asked = made.ask(Wish(ClaimType.REFUND_SHIPPED, "not_received", 1), now=NOW + 2 * HOUR)
    assert (claim(asked).terms["pieces_max"], claim(asked).terms["refund_max_minor"]) == (1, 10_000)


def test_what_was_not_sent_and_is_settled_in_full_is_not_sent_any_more() -> None:
    made = bought(quantity=2)
    before = in_stock(made)
    case = opened(made, now=NOW + HOUR)
    disputes.offer_settlement(case.id, VerdictKind.PARTIAL_REFUND, 10_000, side=case.merchant, now=NOW + 2 * HOUR)
    disputes.accept_offer(case.id, side=case.buyer, now=NOW + 2 * HOUR)
    work(NOW + 2 * HOUR)
    line = made.facts.lines[0]
    assert (line.unshipped, line.unsent_quantity, line.refunded_quantity, in_stock(made)) == (1, 1, 1, before + 1)
    assert sick() == []


def a_price_asked_back() -> tuple[Disputed, int]:
    """The price of three pieces, one of which was sent, into which the platform stepped in; and what is in stock."""
    shop, buyer = a_shop(), Buyer()
    set_opt_in(Switch(shop, "price_protection", is_on=True), by=buyer.id, now=NOW - HOUR)
    sku = a_sku(shop, price_minor=60_000)
    placed = buyer.order(sku, quantity=3)
    buyer.pay(placed)
    order = orders.order(placed.orders[0].id)
    made = Bought(shop, buyer, an_arbitrator(), sku, order.id, order.lines[0].id, NOW)
    commands.ship(Shipment(order.id, "sf", "SF0000000000017", (Packed(made.line, 1),)), shop_id=shop, now=NOW + HOUR)
    before = in_stock(made)
    Sku.objects.filter(pk=sku).update(price_minor=5_000)  # more than is given back without a look
    asked = made.ask(Wish(ClaimType.PRICE_PROTECTION, "price_dropped", 3), now=NOW + 2 * HOUR)
    assert (claim(asked).state, claim(asked).terms["waiting_pieces"]) == ("applied", 2)
    claim_escalation.seize(asked, reason="降价", actor_id=an_arbitrator(), now=NOW + 2 * HOUR)
    return Disputed(Dispute.objects.get(claim_id=asked).id, asked, made), before


def test_a_price_asked_back_that_ends_in_all_the_money_leaves_nothing_to_send() -> None:
    case, before = a_price_asked_back()
    made = case.made
    judged(case, Verdict(VerdictKind.FULL_REFUND, "merchant_silent", 180_000), now=NOW + 3 * HOUR)
    line = made.facts.lines[0]
    assert (line.refunded_quantity, line.unsent_quantity, line.unshipped) == (3, 2, 0)
    assert (made.facts.state, made.facts.refunded_minor) == (orders.OrderState.CANCELLED, 180_000)
    assert (in_stock(made), broken()) == (before + 2, [])


def test_a_price_asked_back_that_ends_in_a_return_leaves_nothing_to_send() -> None:
    case, before = a_price_asked_back()
    made = case.made
    judged(case, Verdict(VerdictKind.RETURN_REFUND, "merchant_silent", 180_000), now=NOW + 3 * HOUR)
    sent_at = NOW + 4 * DAY
    claims.send_back(case.claim, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=sent_at)
    with pytest.raises(BadPieces), savepoint():
        claim_answers.inspect(case.claim, 3, made.answer(), now=sent_at + HOUR)
    claim_answers.inspect(case.claim, 1, made.answer(), now=sent_at + HOUR)
    work(sent_at + DAY)
    line = made.facts.lines[0]
    assert (line.refunded_quantity, line.unsent_quantity, line.unshipped) == (3, 2, 0)
    assert (claim(case.claim).state, in_stock(made), broken()) == ("done", before + 3, [])


def test_a_large_sum_of_the_platforms_own_case_needs_two_people_too() -> None:
    judge, case = an_arbitrator(), opened(signed(price_minor=250_000))
    case.show(case.buyer)
    case.show(case.merchant)
    arbitration.take(case.id, by=judge, now=LATER)
    arbitration.decide(case.id, all_back(250_000), by=judge, now=LATER)
    assert case.row.state == "second_signature"


def test_a_line_with_a_claim_keeps_it_and_the_platform_steps_into_that_one() -> None:
    made = signed()
    asked = made.ask(BROKEN, now=CALLED_AT, show=DEFECT)
    with pytest.raises(ClaimOpen), savepoint():
        opened(made)
    dispute = claim_escalation.seize(asked, reason="抽查", actor_id=an_arbitrator(), now=LATER)
    assert Dispute.objects.get(id=dispute).claim_id == asked
    assert [one.act for one in acts_about(f"dispute:{dispute}")] == ["disputes.open"]
    assert Claim.objects.count() == 1


def test_both_sides_speak_in_it_and_may_settle_or_let_it_be() -> None:
    case = opened(signed())
    disputes.give_evidence(case.id, [a_piece()], side=case.buyer, now=LATER)
    disputes.offer_settlement(case.id, VerdictKind.PARTIAL_REFUND, 2_000, side=case.merchant, now=LATER)
    disputes.accept_offer(case.id, side=case.buyer, now=LATER)
    work(LATER)
    assert (case.row.outcome, case.made.facts.refunded_minor) == ("settled", 2_000)
    again = opened(signed())
    claims.withdraw(again.claim, person_id=again.made.buyer.id, now=LATER)
    work(LATER)
    assert (again.row.state, claim(again.claim).state) == ("cancelled", "closed")
    assert sick() == []


def test_what_cannot_be_looked_into_is_refused_and_leaves_nothing() -> None:
    made, judge = signed(), an_arbitrator()
    unpaid = Buyer()
    line = orders.order(unpaid.order(a_sku(a_shop())).orders[0].id).lines[0].id
    for case, error in (
        (NewCase(made.line, 1, "  "), BadWords),
        (NewCase(made.line, 2, "why"), BadPieces),
        (NewCase(new_id(), 1, "why"), UnknownLine),
        (NewCase(line, 1, "why"), UnknownCertificate),
    ):
        with pytest.raises(error), savepoint():
            claim_escalation.open_case(case, actor_id=judge, now=CALLED_AT)
    assert (Claim.objects.count(), Dispute.objects.count(), made.facts.open_claims) == (0, 0, 0)


def test_what_may_be_asked_says_that_a_case_is_open() -> None:
    made = signed()
    opened(made)
    answers = answers_of_line(made.line, now=LATER).answers
    assert not [one for one in answers if one.available and one.asking is Asking.BUYER]
    assert "claim_open" in {reason.code for one in answers for reason in one.reasons}
