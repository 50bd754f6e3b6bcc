"""What a claim is proved by: evidence that is missing, asked for or somebody else's, and who has the burden of it."""

import re

import pytest
from tests.builders.claims import ALLERGY, BROKEN, DAY, HOUR, SIGNED_AT, a_picture, claim, signed
from tests.builders.orders import NOW, Buyer
from tests.support.work import work

from anxin.market.guarantee.commands import claim_answers, claim_evidence, claims
from anxin.market.guarantee.commands.claims import Application, Wish
from anxin.market.guarantee.domain.claim_acts import Party, Refusal
from anxin.market.guarantee.domain.facts import ClaimType, Evidence
from anxin.market.guarantee.errors.claims import EvidenceMissing, UnknownEvidence
from anxin.market.guarantee.models import Claim, ClaimEntry, ClaimEvidence

pytestmark = pytest.mark.django_db
DEFECT = (Evidence.PHOTO_DEFECT,)
LATER = SIGNED_AT + DAY


def test_missing_evidence_is_named_and_nothing_is_changed():
    made = signed()
    with pytest.raises(EvidenceMissing) as missing:
        made.ask(ALLERGY, now=LATER, show=(Evidence.PHOTO_SKIN, Evidence.PHOTO_PRODUCT))
    assert missing.value.kinds == ("photo_remaining",)
    assert not Claim.objects.exists()
    assert made.facts.open_claims == 0


def test_evidence_that_was_asked_for_gives_the_turn_back():
    made = signed()
    asked = made.ask(BROKEN, now=LATER, show=DEFECT)
    claim_answers.ask_evidence(asked, (Evidence.PHOTO_WHOLE,), made.answer("请拍全貌"), now=LATER + HOUR)
    assert (claim(asked).owner, claim(asked).asked_evidence) == ("buyer", ["photo_whole"])
    more = a_picture(Evidence.PHOTO_WHOLE, made.buyer.id)
    claims.add_evidence(asked, (more,), person_id=made.buyer.id, now=LATER + 2 * HOUR)
    assert (claim(asked).owner, claim(asked).due_at) == ("merchant", LATER + 49 * HOUR)
    assert ClaimEvidence.objects.filter(claim_id=asked).count() == 2


def test_a_refusal_without_the_paper_that_the_promise_asks_for_is_an_agreement():
    made = signed()
    asked = made.ask(Wish(ClaimType.REFUND_SHIPPED, "broken"), now=SIGNED_AT + HOUR, show=(Evidence.PHOTO_UNBOXING,))
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer("没坏"), now=SIGNED_AT + 2 * HOUR)
    assert claim(asked).state == "refunding"
    assert ClaimEntry.objects.filter(claim_id=asked, kind="agreed_by_rule").exists()


def test_a_refusal_with_the_paper_stands():
    made = signed()
    asked = made.ask(Wish(ClaimType.REFUND_SHIPPED, "broken"), now=SIGNED_AT + HOUR, show=(Evidence.PHOTO_UNBOXING,))
    paper = a_picture(Evidence.GOOD_DELIVERY, made.staff, party=Party.MERCHANT)
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer("", (paper,)), now=SIGNED_AT + 2 * HOUR)
    assert claim(asked).state == "refused"


def test_the_burden_of_a_test_report_moves_to_the_buyer_once_the_merchant_has_shown_his():
    made = signed(shop_type="flagship", score_hundredths=9_000)
    wish = Wish(ClaimType.RETURN_REFUND, "counterfeit", promise="authenticity")
    asked = made.ask(wish, now=LATER, show=(Evidence.PHOTO_PRODUCT,))
    paper = a_picture(Evidence.AUTHORISATION, made.staff, party=Party.MERCHANT)
    claim_answers.refuse(asked, Refusal.NO_DEFECT, made.answer("", (paper,)), now=LATER)
    assert (claim(asked).state, claim(asked).asked_evidence) == ("evidence_needed", ["test_report"])


def test_files_of_somebody_else_are_unknown():
    made = signed()
    foreign = a_picture(Evidence.PHOTO_DEFECT, Buyer().id)
    with pytest.raises(UnknownEvidence):
        claims.apply(Application(made.line, BROKEN, evidence=(foreign,)), person_id=made.buyer.id, now=LATER)


def test_a_file_nobody_handed_in_is_forgotten_after_a_day():
    me = Buyer().id
    kept = a_picture(Evidence.PHOTO_DEFECT, me, now=NOW)
    work(NOW + DAY)
    assert not ClaimEvidence.objects.filter(id=kept).exists()
    with pytest.raises(UnknownEvidence):
        claim_evidence.waiting([kept], by=me)


def test_evidence_keeps_the_digest_of_what_was_sent_and_nothing_of_its_metadata():
    asked = signed().ask(BROKEN, now=LATER, show=DEFECT)
    shown = ClaimEvidence.objects.get(claim_id=asked)
    assert re.fullmatch("[0-9a-f]{64}", shown.sha256)
    assert shown.medium == "picture"
