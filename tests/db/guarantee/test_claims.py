"""Claims through their commands: what people do, what money and time do, once and twice."""

from datetime import timedelta
from uuid import UUID

import pytest
from tests.builders.claims import (
    ALLERGY,
    BROKEN,
    DAY,
    HOUR,
    REGRET,
    SIGNED_AT,
    UNSENT,
    Bought,
    bought,
    claim,
    received,
    settled,
    shipped,
    signed,
)
from tests.builders.money import fill_fund, sick
from tests.builders.orders import NOW, Buyer
from tests.support.work import work

from anxin.infra.models import OutboxEvent
from anxin.kernel.states import IllegalStep
from anxin.market.guarantee.commands import claim_answers, claim_escalation, claim_platform, claims
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.commands.ship_terms import declare_force_majeure
from anxin.market.guarantee.domain.claim_acts import Clock, Purse, Refusal, Verdict
from anxin.market.guarantee.domain.facts import ClaimType, Evidence
from anxin.market.guarantee.errors.claims import ClaimDenied, NoReturnAddress, NotRefusable, UnknownClaim
from anxin.market.guarantee.errors.promises import UnknownLine
from anxin.market.guarantee.models import Claim, ClaimEntry, Disbursement, Dispute
from anxin.market.inventory.queries import availability
from anxin.market.ledger.commands import ESCROW
from anxin.market.ledger.queries import order_balances
from anxin.market.orders import commands as orders
from anxin.market.orders.errors import LineClaimed
from anxin.market.orders.queries import OrderState
from anxin.market.settlement.models import Settlement
from anxin.market.shops.models import Shop

pytestmark = pytest.mark.django_db
DEFECT = (Evidence.PHOTO_DEFECT,)
SKIN = (Evidence.PHOTO_SKIN, Evidence.PHOTO_PRODUCT, Evidence.PHOTO_REMAINING)
LATER = SIGNED_AT + DAY


def kinds(claim_id: UUID) -> list[str]:
    return list(ClaimEntry.objects.filter(claim_id=claim_id).order_by("id").values_list("kind", flat=True))


def told(kind: str) -> int:
    return OutboxEvent.objects.filter(kind=f"guarantee.claim_{kind}").count()


def test_an_instant_refund_cancels_the_order_and_the_money_is_back():
    made = bought(quantity=2, freight_minor=800)
    asked = made.ask(UNSENT_OF_TWO, now=NOW + HOUR)
    assert (claim(asked).state, claim(asked).automatic) == ("refunding", True)
    assert (made.facts.state, made.facts.closing) == (OrderState.CANCELLED, "refunded")
    work(NOW + HOUR)
    assert claim(asked).state == "done"
    assert order_balances(ESCROW, [made.order]) == {made.order: 0}
    assert availability([made.sku])[made.sku].free == 100
    assert kinds(asked) == ["applied", "agreed_by_rule", "refund_arrived", "done"]
    assert sick() == []


UNSENT_OF_TWO = Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind", pieces=2)


def test_a_return_with_full_refund_step_by_step():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    assert (claim(asked).owner, claim(asked).due_at) == ("merchant", LATER + 48 * HOUR)
    assert made.facts.open_claims == 1
    claim_answers.agree(asked, made.answer("请寄回"), now=LATER + timedelta(minutes=3))
    assert claim(asked).return_address["detail"] == "西溪路 1 号"
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=LATER + DAY)
    claim_platform.note_return_signed(claim(asked).return_parcel_id, signed_at=LATER + 2 * DAY)
    assert claim(asked).due_at == LATER + 4 * DAY
    claim_answers.inspect(asked, 1, made.answer(), now=LATER + 3 * DAY)
    assert availability([made.sku])[made.sku].free == 100
    work(LATER + 3 * DAY)
    assert (claim(asked).state, made.facts.refunded_minor, made.facts.open_claims) == ("done", 10_000, 0)
    assert [told(kind) for kind in ("opened", "agreed", "returned", "done")] == [1, 1, 1, 1]
    assert sick() == []


def test_silence_of_the_merchant_at_every_step_makes_the_buyer_whole():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    work(LATER + 2 * DAY)
    assert claim(asked).state == "awaiting_return"
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=LATER + 3 * DAY)
    work(LATER + 13 * DAY)
    assert (claim(asked).state, claim(asked).refund_arrived) == ("done", True)
    assert sick() == []


def test_goods_that_are_not_sent_back_close_the_claim_and_free_the_order():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    claim_answers.agree(asked, made.answer(), now=LATER)
    claims.extend(asked, person_id=made.buyer.id, now=LATER + DAY)
    work(LATER + 10 * DAY - timedelta(seconds=1))
    assert claim(asked).state == "awaiting_return"
    work(LATER + 10 * DAY)
    assert (claim(asked).state, claim(asked).closing) == ("closed", "not_sent_back")
    work(LATER + 10 * DAY)
    assert made.facts.state == OrderState.COMPLETED
    assert sick() == []


def test_a_refund_after_settlement_comes_from_the_merchant():
    made = settled()
    now = SIGNED_AT + 40 * DAY
    asked = made.ask(ALLERGY, now=now, show=SKIN)
    claim_answers.agree(asked, made.answer(), now=now)
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=now)
    claim_answers.inspect(asked, 0, made.answer(), now=now)
    work(now)
    assert claim(asked).state == "done"
    assert made.facts.refunded_minor == 10_000
    assert sick() == []


def test_what_was_not_promised_is_denied_with_the_rule():
    made = signed()
    with pytest.raises(ClaimDenied) as denied:
        made.ask(REGRET, now=SIGNED_AT + 30 * DAY)
    assert [code for code, _ in denied.value.reasons] == ["too_late"]
    with pytest.raises(ClaimDenied):
        made.ask(Wish(ClaimType.RETURN_REFUND, "weather"), now=LATER)


def test_what_is_paid_by_itself_cannot_be_asked_for_as_well():
    made = bought()
    wish = Wish(ClaimType.REFUND_UNSHIPPED, "late_shipping", promise="late_shipping")
    with pytest.raises(ClaimDenied) as denied:
        made.ask(wish, now=NOW + 3 * DAY)
    assert denied.value.reasons == (("by_itself", ""),)
    assert Claim.objects.count() == 0


def test_one_claim_of_a_line_is_open_at_a_time():
    made = signed()
    made.ask(BROKEN, now=LATER, show=DEFECT)
    with pytest.raises(ClaimDenied) as denied:
        made.ask(BROKEN, now=LATER, show=DEFECT)
    assert denied.value.reasons[0][0] == "claim_open"


def test_the_sixth_attempt_on_a_line_is_denied():
    made = signed()
    for _ in range(5):
        claims.withdraw(made.ask(BROKEN, now=LATER, show=DEFECT), person_id=made.buyer.id, now=LATER)
    with pytest.raises(ClaimDenied) as denied:
        made.ask(BROKEN, now=LATER, show=DEFECT)
    assert denied.value.reasons[0][0] == "attempts"


def test_a_refused_claim_may_be_modified_and_keeps_its_evidence():
    made = signed(quantity=2)
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer("看不出问题"), now=LATER)
    assert (claim(asked).state, claim(asked).owner, claim(asked).refusal) == ("refused", "buyer", "no_defect")
    claims.modify(
        asked, Wish(ClaimType.EXCHANGE, "quality", pieces=2), words="换两件", person_id=made.buyer.id, now=LATER + DAY
    )
    found = claim(asked)
    assert (found.state, found.type, found.attempt, found.terms["pieces"]) == ("applied", "exchange", 2, 2)
    assert found.refusal == ""


def test_an_exchange_sends_other_pieces_and_ends_with_their_arrival():
    made = signed(stock=10)
    asked = made.ask(Wish(ClaimType.EXCHANGE, "quality"), now=LATER, show=DEFECT)
    claim_answers.agree(asked, made.answer(), now=LATER)
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=LATER)
    claim_answers.inspect(asked, 0, made.answer("坏件报废"), now=LATER)
    claim_answers.reship(asked, carrier="sf", tracking_no="SF1234567890124", answer=made.answer(), now=LATER)
    assert availability([made.sku])[made.sku].free == 8
    claims.confirm_reship(asked, person_id=made.buyer.id, now=LATER + DAY)
    assert (claim(asked).state, made.facts.refunded_minor, made.facts.open_claims) == ("done", 0, 0)
    assert "written_off" in kinds(asked)
    assert sick() == []


def test_an_offer_is_taken_and_the_goods_are_kept():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    claim_answers.offer_partial(asked, 3_000, made.answer("补偿 30 元"), now=LATER)
    claims.accept_offer(asked, person_id=made.buyer.id, now=LATER)
    work(LATER)
    assert (claim(asked).state, made.facts.refunded_minor) == ("done", 3_000)
    assert made.facts.lines[0].refunded_quantity == 0
    assert sick() == []


def test_a_request_by_law_cannot_be_refused_until_the_goods_are_seen():
    made = signed()
    asked = made.ask(REGRET, now=LATER)
    with pytest.raises(NotRefusable):
        claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer(), now=LATER)
    claim_answers.agree(asked, made.answer(), now=LATER)
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=LATER)
    claim_answers.refuse(asked, Refusal.NOT_INTACT, made.answer(), now=LATER)
    assert claim(asked).state == "return_refused"


def returned(made: Bought, pieces: int = 1) -> UUID:
    asked = made.ask(Wish(ClaimType.RETURN_REFUND, "no_longer_wanted", pieces=pieces), now=LATER)
    claim_answers.agree(asked, made.answer(), now=LATER)
    claims.send_back(asked, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=LATER)
    return asked


def test_a_refused_return_travels_back_and_its_signature_ends_the_wait():
    made = signed()
    asked = returned(made)
    claim_answers.refuse(asked, Refusal.NOT_INTACT, made.answer(), now=LATER)
    work(LATER + 7 * DAY)
    assert (claim(asked).state, claim(asked).closing, claim(asked).owner) == (
        "awaiting_give_back",
        "not_escalated",
        "merchant",
    )
    assert made.facts.open_claims == 1
    assert sick() == []
    claim_answers.give_back(
        asked, carrier="sf", tracking_no="SF7777777777777", answer=made.answer(), now=LATER + 8 * DAY
    )
    parcel = claim(asked).reship_parcel_id
    claim_platform.note_given_back_signed(parcel, signed_at=LATER + 10 * DAY)
    claim_platform.note_given_back_signed(parcel, signed_at=LATER + 10 * DAY)
    work(LATER + 12 * DAY)
    assert (claim(asked).state, made.facts.open_claims, made.facts.refunded_minor) == ("closed", 0, 0)
    assert [told(kind) for kind in ("closed", "goods_owed", "goods_given_back")] == [1, 1, 1]
    assert availability([made.sku])[made.sku].free == 99
    assert sick() == []


def test_a_shop_that_keeps_a_refused_return_pays_for_it():
    made = signed()
    asked = returned(made)
    claim_answers.refuse(asked, Refusal.NOT_INTACT, made.answer(), now=LATER)
    claims.withdraw(asked, person_id=made.buyer.id, now=LATER)
    work(LATER + 7 * DAY)
    assert (claim(asked).state, made.facts.refunded_minor) == ("done", 10_000)
    assert sick() == []


def test_a_part_is_accepted_paid_and_restocked_and_the_rest_comes_back():
    made = signed(quantity=3)
    asked = returned(made, pieces=3)
    claim_answers.inspect_part(asked, 2, 1, Refusal.USED, made.answer("有一件用过"), now=LATER)
    assert availability([made.sku])[made.sku].free == 98
    claims.accept_offer(asked, person_id=made.buyer.id, now=LATER)
    work(LATER)
    assert (claim(asked).state, claim(asked).refund_minor) == ("awaiting_give_back", 20_000)
    assert made.facts.lines[0].refunded_quantity == 2
    assert sick() == []
    claim_answers.give_back(asked, carrier="sf", tracking_no="SF7777777777777", answer=made.answer(), now=LATER + DAY)
    claims.confirm_reship(asked, person_id=made.buyer.id, now=LATER + 2 * DAY)
    assert (claim(asked).state, made.facts.open_claims) == ("done", 0)
    assert sick() == []


def test_a_shop_without_return_address_cannot_agree_and_pays_without_return_when_it_is_silent():
    made = signed()
    Shop.objects.filter(id=made.shop).update(return_address={})
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    with pytest.raises(NoReturnAddress):
        claim_answers.agree(asked, made.answer(), now=LATER)
    work(LATER + 2 * DAY)
    assert claim(asked).state == "done"
    assert sick() == []


def test_several_claims_are_agreed_at_once_and_answered_ones_left_alone():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    assert claim_answers.agree_many([asked], made.answer(), now=LATER) == 1
    assert claim_answers.agree_many([asked], made.answer(), now=LATER) == 0
    with pytest.raises(UnknownClaim):
        claim_answers.agree_many([asked, made.line], made.answer(), now=LATER)


def test_parts_of_an_order_are_claimed_and_the_rest_ships():
    made = bought(quantity=3)
    asked = made.ask(UNSENT_OF_TWO, now=NOW)
    work(NOW)
    assert (claim(asked).state, made.facts.state, made.facts.lines[0].unshipped) == ("done", OrderState.PAID, 1)
    orders.ship(orders.Shipment(made.order, "sf", "SF1234567890123"), shop_id=made.shop, now=NOW)
    assert made.facts.state == OrderState.SHIPPED
    assert sick() == []


@pytest.mark.parametrize("step", ["withdraw", "extend", "confirm_reship", "accept_offer", "decline_offer"])
def test_a_stranger_finds_no_claim(step: str):
    asked = signed_claim()
    with pytest.raises(UnknownClaim):
        getattr(claims, step)(asked, person_id=Buyer().id, now=LATER)


def test_a_line_of_somebody_else_is_unknown():
    made = signed()
    with pytest.raises(UnknownLine):
        claims.apply(Application(made.line, BROKEN), person_id=Buyer().id, now=LATER)


def signed_claim() -> UUID:
    return signed().ask(BROKEN, now=LATER, show=DEFECT)


def test_a_step_taken_twice_is_refused_and_changes_nothing():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    claim_answers.agree(asked, made.answer(), now=LATER)
    before = claim(asked).version
    with pytest.raises(IllegalStep):
        claim_answers.agree(asked, made.answer(), now=LATER)
    assert claim(asked).version == before
    assert told("agreed") == 1


def test_clocks_money_and_carriers_may_speak_twice_or_late():
    made = bought()
    asked = made.ask(UNSENT, now=NOW)
    work(NOW)
    done = claim(asked)
    for clock in Clock:
        claim_platform.expire(asked, clock, now=NOW + 99 * DAY)
    claim_platform.note_money_arrived(done.money_ref, Purse.REFUND, now=NOW)
    claim_platform.note_money_failed(done.money_ref, Purse.REFUND, now=NOW)
    claim_platform.note_return_signed(made.line, signed_at=NOW)
    claim_platform.expire(made.line, Clock.RESHIP, now=NOW)
    assert claim(asked).version == done.version
    assert Disbursement.objects.filter(ref=done.money_ref).count() == 1
    assert sick() == []


def test_money_that_fails_keeps_the_claim_waiting_until_it_arrives():
    made = bought()
    asked = made.ask(UNSENT, now=NOW)
    claim_platform.note_money_failed(claim(asked).money_ref, Purse.REFUND, now=NOW)
    assert (claim(asked).state, claim(asked).refund_round) == ("refunding", 2)
    work(NOW + HOUR)
    assert claim(asked).state == "done"
    assert Disbursement.objects.filter(ref=claim(asked).money_ref).count() == 1
    assert sick() == []


def test_a_storm_where_the_merchant_is_puts_his_clock_off_until_it_ends():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    storm = {"since": LATER, "until": LATER + 9 * DAY, "declared_by": made.staff, "now": LATER}
    declare_force_majeure("330106", "台风", **storm)
    work(LATER + 8 * DAY)
    assert (claim(asked).state, claim(asked).due_at) == ("applied", LATER + 9 * DAY)
    assert kinds(asked).count("force_majeure") == 1
    work(LATER + 9 * DAY)
    assert claim(asked).state == "awaiting_return"
    assert sick() == []


def test_a_storm_elsewhere_puts_nothing_off():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    storm = {"since": LATER, "until": None, "declared_by": made.staff, "now": LATER}
    declare_force_majeure("6501", "暴雪", **storm)
    work(LATER + 2 * DAY)
    assert claim(asked).state == "awaiting_return"


def test_nothing_ships_while_an_unshipped_line_is_asked_back():
    made = bought()
    made.ask(Wish(ClaimType.REFUND_UNSHIPPED, "changed_mind", promise="before_signing"), now=NOW)
    with pytest.raises(LineClaimed):
        orders.ship(orders.Shipment(made.order, "sf", "SF1234567890123"), shop_id=made.shop, now=NOW)
    assert made.facts.lines[0].shipped_quantity == 0


def test_a_received_order_is_settled_only_when_its_claim_is_over():
    made = received()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer(), now=LATER + DAY)
    work(LATER + 8 * DAY - timedelta(seconds=1))
    assert Settlement.objects.get(order_id=made.order).state == "waiting"
    work(LATER + 8 * DAY)
    assert claim(asked).closing == "not_escalated"
    work(SIGNED_AT + 30 * DAY)
    assert Settlement.objects.get(order_id=made.order).state == "released"
    assert sick() == []


def test_an_unsigned_parcel_may_be_claimed_as_not_received():
    made = shipped()
    asked = made.ask(Wish(ClaimType.REFUND_SHIPPED, "not_received"), now=NOW + DAY)
    claim_answers.agree(asked, made.answer(), now=NOW + DAY)
    work(NOW + DAY)
    assert (claim(asked).state, made.facts.state) == ("done", OrderState.CANCELLED)
    assert sick() == []


def test_an_escalated_claim_has_a_dispute_whose_verdict_is_paid():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer(), now=LATER)
    fill_fund(now=NOW)
    dispute = claim_escalation.escalate(asked, words="明明坏了", person_id=made.buyer.id, now=LATER + HOUR)
    assert (claim(asked).state, claim(asked).owner) == ("disputed", "platform")
    assert Dispute.objects.get(id=dispute).asked_minor == 10_000
    assert sick() == []
    claim_platform.rule(asked, Verdict(ClaimType.REFUND_SHIPPED, 2_500, 1_000), now=LATER + DAY)
    work(LATER + DAY)
    assert (claim(asked).state, made.facts.refunded_minor, claim(asked).compensation_arrived) == ("done", 2_500, True)
    assert sick() == []


def test_the_merchant_may_still_agree_during_a_dispute_and_ends_it():
    made = signed()
    asked = made.ask(Wish(ClaimType.REFUND_SHIPPED, "quality"), now=LATER, show=DEFECT)
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer(), now=LATER)
    claim_escalation.escalate(asked, person_id=made.buyer.id, now=LATER)
    claim_answers.agree(asked, made.answer("算了，退"), now=LATER + HOUR)
    work(LATER + HOUR)
    assert claim(asked).state == "done"
    assert Dispute.objects.get(claim_id=asked).state in {"ended", "cancelled"}
    assert sick() == []


def test_a_buyer_who_withdraws_ends_the_dispute_too():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    claim_escalation.seize(asked, reason="抽查", actor_id=made.staff, now=LATER)
    claims.withdraw(asked, person_id=made.buyer.id, now=LATER)
    work(LATER)
    assert Dispute.objects.get(claim_id=asked).state == "cancelled"
    assert sick() == []
