"""The merchant's after-sale desk: bad input is said and changes nothing, and nobody else's shop is touched."""

import re
from collections import Counter

import pytest
from django.urls import reverse

from anxin.infra import clock
from anxin.kernel.ids import public_id
from anxin.market.guarantee.commands import claims as buyers
from anxin.market.guarantee.domain.claim_life import ClaimState
from anxin.market.guarantee.domain.facts import Evidence
from anxin.market.guarantee.models import Claim
from anxin.market.guarantee.models.claims import ClaimEvidence
from anxin.market.people.queries import Role
from tests.builders.claims import BROKEN, DAY, Bought, bought, signed
from tests.builders.orders import a_shop
from tests.builders.people import a_person, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db
PAGES = (
    "studio_claim_agree",
    "studio_claim_refuse",
    "studio_claim_offer",
    "studio_claim_ask",
    "studio_claim_evidence",
    "studio_claim_inspect",
    "studio_claim_reship",
)


def in_hand() -> Bought:
    return signed(at=clock.now() - 3 * DAY)


def an_agent_of(made: Bought):
    return the_browser_of(with_role(made.staff, Role.SERVICE_AGENT, made.shop))


def asked(made: Bought) -> Claim:
    """A claim over faulty goods, with its picture."""
    return Claim.objects.get(id=made.ask(BROKEN, now=clock.now(), show=(Evidence.PHOTO_DEFECT,)))


def number(claim: Claim) -> str:
    return public_id("clm", claim.id)


@pytest.mark.parametrize("page", PAGES)
def test_the_staff_of_another_shop_finds_no_claim_and_changes_none(page):
    claim = asked(in_hand())
    stranger = the_browser_of(with_role(a_person(), Role.OWNER, a_shop()))
    told = {"reason": "no_defect", "amount": "1", "kinds": ["photo_whole"], "sound_pieces": "1", "words": "x"}
    assert stranger.post(reverse(page, args=[number(claim)]), told).status_code == 404
    assert stranger.get(reverse("studio_claim", args=[number(claim)])).status_code == 404
    shown = public_id("evd", ClaimEvidence.objects.get(claim=claim).id)
    assert stranger.get(reverse("studio_claim_file", args=[number(claim), shown])).status_code == 404
    after = Claim.objects.get(id=claim.id)
    assert (after.state, after.version) == (claim.state, claim.version)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("studio_claim_refuse", {"reason": "because"}),
        ("studio_claim_refuse", {"reason": "used", "words": "known only at the inspection"}),
        ("studio_claim_refuse", {"reason": "no_defect", "words": "x" * 501}),
        ("studio_claim_offer", {"amount": ""}),
        ("studio_claim_offer", {"amount": "0"}),
        ("studio_claim_offer", {"amount": "-1"}),
        ("studio_claim_offer", {"amount": "999999"}),
        ("studio_claim_ask", {}),
        ("studio_claim_ask", {"kinds": ["your_passport"]}),
        ("studio_claim_inspect", {"sound_pieces": "1"}),
        ("studio_claim_reship", {"carrier": "pigeon", "tracking_no": "1"}),
    ],
)
def test_a_wrong_answer_is_said_and_changes_nothing(page, told):
    made = in_hand()
    claim = asked(made)
    answer = an_agent_of(made).post(reverse(page, args=[number(claim)]), told)
    assert answer.status_code == 422
    assert re.search(r'class="(fault|notice notice-error)"', answer.content.decode())
    after = Claim.objects.get(id=claim.id)
    assert (after.state, after.version) == (claim.state, claim.version)


def test_more_sound_pieces_than_came_back_are_said_and_change_nothing():
    made = in_hand()
    claim, agent = asked(made), an_agent_of(made)
    agent.post(reverse("studio_claim_agree", args=[number(claim)]), {"words": ""})
    buyers.send_back(claim.id, carrier="sf", tracking_no="SF1234567890123", person_id=made.buyer.id, now=clock.now())
    inspect = reverse("studio_claim_inspect", args=[number(claim)])
    assert agent.post(inspect, {"sound_pieces": "2"}).status_code == 422
    assert Claim.objects.get(id=claim.id).state == ClaimState.RETURN_SENT
    assert agent.post(inspect, {"sound_pieces": "1"}).status_code == 302
    assert Claim.objects.get(id=claim.id).sound_pieces == 1


def test_bulk_agreement_takes_the_ticked_ones_of_ones_own_shop():
    made, elsewhere = in_hand(), in_hand()
    mine, theirs = asked(made), asked(elsewhere)
    agent = an_agent_of(made)
    agent.post(reverse("studio_claims_agree"), {"claim": [number(mine), number(theirs)], "words": "好的"})
    assert Claim.objects.get(id=theirs.id).state == ClaimState.APPLIED
    agent.post(reverse("studio_claims_agree"), {"claim": [number(mine)]})
    assert Claim.objects.get(id=mine.id).state == ClaimState.AWAITING_RETURN


def test_bulk_agreement_with_nothing_or_nonsense_ticked_says_so_and_agrees_to_nothing():
    made = in_hand()
    claim, agent = asked(made), an_agent_of(made)
    for ticked in ([], ["clm_nonsense"]):
        answer = agent.post(reverse("studio_claims_agree"), {"claim": ticked}, follow=True)
        assert "notice-error" in answer.content.decode()
    assert Claim.objects.get(id=claim.id).state == ClaimState.APPLIED


def test_a_shop_without_return_address_is_told_so_when_it_agrees():
    made = signed(at=clock.now() - 3 * DAY, return_address={})
    claim = asked(made)
    answer = an_agent_of(made).post(reverse("studio_claim_agree", args=[number(claim)]), {"words": ""})
    assert answer.status_code == 422
    assert Claim.objects.get(id=claim.id).state == ClaimState.APPLIED


def test_every_field_of_the_page_has_an_id_of_its_own():
    made = in_hand()
    page = an_agent_of(made).get(reverse("studio_claim", args=[number(asked(made))])).content.decode()
    ids = Counter(re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page))
    assert ids
    assert [each for each, times in ids.items() if times > 1] == []


def test_whoever_only_sees_the_money_does_not_answer():
    made = bought()
    claim = public_id("clm", made.line)
    finance = the_browser_of(with_role(a_person(), Role.SHOP_FINANCE, made.shop))
    assert finance.get(reverse("studio_claims")).status_code == 403
    assert finance.post(reverse("studio_claim_agree", args=[claim])).status_code == 403
