"""The platform steps in on the page of an order: an arbitrator may, others of the desk see it only."""

from typing import Any

import pytest
from django.urls import reverse

from anxin.kernel.ids import public_id
from anxin.market.guarantee.models import Claim, Dispute
from anxin.market.orders import commands
from anxin.market.orders.commands import Packed, Shipment
from anxin.market.people.queries import Role
from tests.builders.claims import BROKEN, HOUR, Bought, bought, received
from tests.builders.disputes import ASKED_AT, DEFECT, an_arbitrator
from tests.builders.people import a_person, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Bought:
    return received(quantity=2)


def page(made: Bought) -> str:
    return reverse("desk_order", args=[public_id("ord", made.order)])


def opening(made: Bought, **changes: Any) -> dict[str, Any]:
    return {"line": public_id("lin", made.line), "pieces": 2, "why": "三起同类投诉", **changes}


def door(made: Bought) -> str:
    return reverse("desk_order_case", args=[public_id("ord", made.order)])


def test_an_arbitrator_opens_a_case_that_nobody_asked_for_and_is_taken_to_it(made: Bought) -> None:
    judge = the_browser_of(an_arbitrator())
    assert f'action="{door(made)}"' in judge.get(page(made)).content.decode()
    answer = judge.post(door(made), opening(made))
    case = Dispute.objects.get()
    assert answer["Location"] == reverse("desk_dispute", args=[public_id("dsp", case.id)])
    assert Claim.objects.get(id=case.claim_id).terms["pieces"] == 2
    shown = judge.get(page(made)).content.decode()
    assert answer["Location"] in shown
    assert "<form" not in shown.split('id="cases"')[1].split("</section>")[0]
    buyer = the_browser_of(made.buyer.id)
    seen = buyer.get(reverse("claim", args=[public_id("clm", case.claim_id)])).content.decode()
    assert "平台主动介入" in seen
    assert "三起同类投诉" in seen


def test_of_a_line_shipped_in_part_either_part_may_be_looked_into_and_asked_about() -> None:
    made = bought(quantity=3)
    one = Shipment(made.order, "sf", "SF0000000000017", (Packed(made.line, 1),))
    commands.ship(one, shop_id=made.shop, now=made.at + HOUR)
    asked = the_browser_of(made.buyer.id).get(reverse("claim_new"), {"line": public_id("lin", made.line)})
    assert [one.pieces_max for one in asked.context["lines"]] == [2]
    judge = the_browser_of(an_arbitrator())
    offered = judge.get(page(made))
    assert [(one.pieces_max, one.unsent) for one in offered.context["cases"]] == [(1, False), (2, True)]
    assert offered.content.decode().count(f'action="{door(made)}"') == 2
    judge.post(door(made), opening(made, pieces=2, unsent="1"))
    opened = Claim.objects.get()
    assert (opened.type, opened.terms["pieces"]) == ("refund_unshipped", 2)


def test_where_a_claim_is_open_the_platform_steps_into_it(made: Bought) -> None:
    asked = made.ask(BROKEN, now=ASKED_AT, show=DEFECT)
    assert the_browser_of(an_arbitrator()).post(door(made), opening(made, pieces=1)).status_code == 302
    assert (Claim.objects.get().id, Dispute.objects.get().claim_id) == (asked, asked)


@pytest.mark.parametrize(
    "changes", [{"why": ""}, {"pieces": 3}, {"pieces": "two"}, {"line": "lin_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"}]
)
def test_what_cannot_be_opened_is_said_on_the_order_and_nothing_is_left(made: Bought, changes: dict[str, Any]) -> None:
    answer = the_browser_of(an_arbitrator()).post(door(made), opening(made, **changes), follow=True)
    assert answer.redirect_chain == [(page(made), 302)]
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    assert not Claim.objects.exists()


def test_a_line_of_another_order_is_no_line_of_this_one(made: Bought) -> None:
    other = received()
    wrong = the_browser_of(an_arbitrator()).post(door(made), opening(other, pieces=1), follow=True)
    assert [message.level_tag for message in wrong.context["messages"]] == ["error"]
    assert not Claim.objects.exists()


def test_finance_sees_the_order_but_opens_nothing_and_a_stranger_sees_neither(made: Bought) -> None:
    clerk = the_browser_of(with_role(a_person(), Role.FINANCE))
    assert door(made) not in clerk.get(page(made)).content.decode()
    assert clerk.post(door(made), opening(made)).status_code == 403
    assert the_browser_of(a_person()).post(door(made), opening(made)).status_code == 404
    assert not Claim.objects.exists()
