"""After-sale on pages, without a script: three taps, the list, one claim, the merchant's desk; never another's."""

import re
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from anxin.infra import clock
from anxin.kernel.ids import public_id
from anxin.market.guarantee.commands import claim_answers, claims
from anxin.market.guarantee.commands.claims import Wish
from anxin.market.guarantee.domain.facts import ClaimType, Evidence
from anxin.market.guarantee.models import Claim
from anxin.market.people.models import Person
from anxin.market.people.queries import Role
from tests.builders.claims import DAY, Bought, bought, signed, some_pixels
from tests.builders.orders import Buyer
from tests.builders.people import with_role

pytestmark = pytest.mark.django_db
QUALITY = Wish(ClaimType.RETURN_REFUND, "quality")


def browser(person_id, language="en"):
    client = Client()
    client.force_login(Person.objects.get(id=person_id))
    client.cookies["django_language"] = language
    return client


def staff(made: Bought) -> Client:
    with_role(made.staff, Role.SERVICE_AGENT, made.shop)
    return browser(made.staff)


def in_hand(**facts) -> Bought:
    return signed(at=clock.now() - 3 * DAY, **facts)


def asked(made: Bought, wish: Wish = QUALITY) -> str:
    """A claim with its picture; return its number."""
    return public_id("clm", made.ask(wish, now=clock.now(), show=(Evidence.PHOTO_DEFECT,)))


def a_file(name: str = "a.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, some_pixels(), "image/png")


def test_three_taps_lead_from_the_order_to_a_claim():
    made = in_hand(quantity=2)
    buyer, line = browser(made.buyer.id), public_id("lin", made.line)
    order = buyer.get(f"/orders/{public_id('ord', made.order)}").content.decode()
    assert f"/claims/new?order={public_id('ord', made.order)}" in order
    first = buyer.get("/claims/new", {"order": public_id("ord", made.order)}).content.decode()
    assert "Which goods?" in first
    second = buyer.get("/claims/new", {"line": line, f"pieces-{line}": "1"}).content.decode()
    assert "What happened?" in second
    third = next(url for url in re.findall(r'href="([^"]*reason=quality[^"]*)"', second)).replace("&amp;", "&")
    page = buyer.get(third).content.decode()
    assert "A picture of the fault" in page
    assert "¥100.00" in page
    sent = {"type": "return_refund", "words": "shampoo leaks", "file-photo_defect": a_file()}
    answer = buyer.post(third, sent)
    made_claim = Claim.objects.get()
    assert answer.headers["Location"] == f"/claims/{public_id('clm', made_claim.id)}"
    assert (made_claim.terms["pieces"], made_claim.words) == (1, "shampoo leaks")
    shown = buyer.get(answer.headers["Location"]).content.decode()
    assert "The shop answers" in shown
    assert "If the shop says nothing by then, it is agreed." in shown


def test_a_single_piece_of_a_single_line_skips_the_first_tap():
    made = bought(at=clock.now() - DAY)
    answer = browser(made.buyer.id).get("/claims/new", {"order": public_id("ord", made.order)})
    assert answer.status_code == 302
    assert "line=lin_" in answer.headers["Location"]


def test_missing_evidence_is_said_on_the_form_and_files_already_sent_are_kept():
    made = in_hand()
    line = public_id("lin", made.line)
    where = f"/claims/new?{urlencode({'line': line, f'pieces-{line}': 1, 'reason': 'quality'})}"
    buyer = browser(made.buyer.id)
    refused = buyer.post(where, {"type": "return_refund", "file-photo_whole": a_file()})
    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Please show: a picture of the fault" in page
    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept is not None
    sent = buyer.post(where, {"type": "return_refund", "kept": kept[1], "file-photo_defect": a_file()})
    assert sent.status_code == 302
    assert Claim.objects.get().evidence.count() == 2


def test_what_cannot_be_asked_is_said_and_not_sent():
    made = in_hand()
    line = public_id("lin", made.line)
    buyer = browser(made.buyer.id)
    for query in ({"reason": "weather"}, {"reason": "quality", "line": "nonsense"}):
        answer = buyer.get("/claims/new", {"line": line, f"pieces-{line}": "1", **query})
        assert answer.status_code in {200, 404}
    bad = f"/claims/new?{urlencode({'line': line, f'pieces-{line}': 1, 'reason': 'quality'})}"
    words = {"type": "refund_shipped", "amount": "a lot", "file-photo_defect": a_file()}
    assert buyer.post(bad, words).status_code == 422
    assert not Claim.objects.exists()


def test_the_buyers_list_counts_and_shows_whose_turn_it_is():
    made = in_hand()
    number = asked(made)
    claim_answers.agree(Claim.objects.get().id, made.answer(), now=clock.now())
    page = browser(made.buyer.id).get("/claims?tab=waiting").content.decode()
    assert number in page
    assert "Your turn" in page
    assert number not in browser(made.buyer.id).get("/claims?tab=done").content.decode()


def test_every_step_of_a_return_from_pages():
    made = in_hand()
    number = asked(made)
    shop, buyer = staff(made), browser(made.buyer.id)
    queue = shop.get("/studio/claims").content.decode()
    assert number in queue
    assert shop.post("/studio/claims/agreement", {"claim": [number], "words": "请寄回"}).status_code == 302
    page = buyer.get(f"/claims/{number}").content.decode()
    assert "西溪路 1 号" in page
    assert f"/claims/{number}/pickup" in page
    buyer.post(f"/claims/{number}/return", {"carrier": "sf", "tracking_no": "SF1234567890123"})
    assert "SF1234567890123" in shop.get(f"/studio/claims/{number}").content.decode()
    assert shop.post(f"/studio/claims/{number}/inspection", {"sound_pieces": "1"}).status_code == 302
    assert Claim.objects.get().state == "refunding"
    assert "The money is on its way" in buyer.get(f"/claims/{number}").content.decode()


def test_refuse_offer_ask_and_escalate_from_pages():
    made = in_hand()
    number = asked(made, Wish(ClaimType.REFUND_SHIPPED, "quality"))
    shop, buyer = staff(made), browser(made.buyer.id)
    shop.post(f"/studio/claims/{number}/question", {"kinds": ["photo_whole"], "words": "全貌"})
    assert "a picture of all of it" in buyer.get(f"/claims/{number}").content.decode()
    buyer.post(f"/claims/{number}/evidence", {"file-photo_whole": a_file()})
    shop.post(f"/studio/claims/{number}/offer", {"amount": "20", "words": ""})
    assert "¥20.00" in buyer.get(f"/claims/{number}").content.decode()
    buyer.post(f"/claims/{number}/offer/refusal")
    refusal = {"reason": "no_defect", "words": "没问题", "kind": "photo_whole", "proofs": a_file()}
    answered = shop.post(f"/studio/claims/{number}/refusal", refusal)
    assert answered.status_code == 302
    page = buyer.get(f"/claims/{number}").content.decode()
    assert "No fault can be seen" in page
    answer = buyer.post(f"/claims/{number}/escalation", {"words": "请看"})
    assert answer.headers["Location"].startswith("/disputes/dsp_")


def test_a_wrong_answer_is_said_on_the_same_page():
    made = in_hand()
    number = asked(made)
    shop = staff(made)
    assert shop.post(f"/studio/claims/{number}/offer", {"amount": "1000"}).status_code == 422
    assert shop.post(f"/studio/claims/{number}/refusal", {"reason": "used"}).status_code == 422
    assert shop.post(f"/studio/claims/{number}/inspection", {"sound_pieces": "1"}).status_code == 422
    assert Claim.objects.get().state == "applied"


def test_a_refused_request_is_changed_in_the_same_three_taps():
    made = in_hand()
    number = asked(made)
    claim_answers.refuse(Claim.objects.get().id, claim_answers.Refusal.NO_DEFECT, made.answer(), now=clock.now())
    buyer = browser(made.buyer.id)
    where = buyer.get(f"/claims/{number}/change").headers["Location"]
    page = buyer.get(where).content.decode()
    third = next(url for url in re.findall(r'href="([^"]*reason=quality[^"]*)"', page)).replace("&amp;", "&")
    assert buyer.post(third, {"type": "exchange"}).status_code == 302
    assert (Claim.objects.get().type, Claim.objects.get().attempt) == ("exchange", 2)


def test_evidence_is_seen_by_both_sides_and_by_nobody_else():
    made = in_hand()
    number = asked(made)
    piece = public_id("evd", Claim.objects.get().evidence.get().id)
    for reader, where in ((browser(made.buyer.id), "/claims"), (staff(made), "/studio/claims")):
        answer = reader.get(f"{where}/{number}/evidence/{piece}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/jpeg")
        assert "private" in answer.headers["Cache-Control"]
    stranger, other = browser(Buyer().id), staff(in_hand())
    assert stranger.get(f"/claims/{number}/evidence/{piece}").status_code == 404
    assert other.get(f"/studio/claims/{number}/evidence/{piece}").status_code == 404


@pytest.mark.parametrize("step", ["", "/change"])
def test_a_strangers_claim_is_not_found(step):
    number = asked(in_hand())
    assert browser(Buyer().id).get(f"/claims/{number}{step}").status_code == 404
    assert staff(in_hand()).get(f"/studio/claims/{number}").status_code == 404


def test_withdrawing_frees_the_order_and_a_late_step_says_why_not():
    made = in_hand()
    number = asked(made)
    buyer = browser(made.buyer.id)
    buyer.post(f"/claims/{number}/withdrawal")
    assert made.facts.open_claims == 0
    buyer.post(f"/claims/{number}/withdrawal")
    assert "not possible" in buyer.get(f"/claims/{number}").content.decode()


def test_words_kept_ready_are_offered_and_removed():
    made = in_hand()
    asked(made)
    shop = staff(made)
    shop.post("/studio/claims/templates", {"title": "寄回", "words": "请寄回原包装"})
    page = shop.get("/studio/claims").content.decode()
    assert "请寄回原包装" in page
    template = re.search(r"/studio/claims/templates/(tpl_\w+)/removal", page)
    assert template is not None
    shop.post(f"/studio/claims/templates/{template[1]}/removal")
    assert "请寄回原包装" not in shop.get("/studio/claims").content.decode()


def test_the_studio_warns_before_a_deadline():
    made = in_hand()
    asked(made)
    Claim.objects.update(due_at=clock.now() + DAY / 8)
    shop = staff(made)
    assert "runs out within six hours" in shop.get("/studio/claims").content.decode()
    assert "within six hours" in shop.get(reverse("studio_home")).content.decode()


def test_the_desk_is_narrowed_by_reason_order_and_product():
    made = in_hand()
    number = asked(made)
    shop, order = staff(made), public_id("ord", made.order)
    title = made.facts.lines[0].frozen["title"]
    for found in ({"reason": "quality"}, {"q": order}, {"q": number}, {"q": title[:4]}, {"queue": "all", "q": title}):
        assert f"/studio/claims/{number}" in shop.get("/studio/claims", found).content.decode(), found
    other = public_id("ord", in_hand().order)
    for missed in ({"reason": "allergy"}, {"q": other}, {"q": "没有的商品"}, {"type": "exchange"}):
        page = shop.get("/studio/claims", missed).content.decode()
        assert "Nothing matches" in page, missed
        assert number not in page
    assert f"queue=all&amp;q={order}" in shop.get("/studio/claims", {"q": order}).content.decode()


def test_the_desk_shows_evidence_and_leads_to_order_and_conversation():
    made = in_hand()
    number = asked(made)
    piece, shop = public_id("evd", Claim.objects.get().evidence.get().id), staff(made)
    assert f"{number}/evidence/{piece}" in shop.get("/studio/claims").content.decode()
    page = shop.get(f"/studio/claims/{number}").content.decode()
    assert f"/studio/orders/{public_id('ord', made.order)}/conversation" in page
    shown = {"words": "发货前的照片", "kind": "photo_whole", "proofs": a_file()}
    assert shop.post(f"/studio/claims/{number}/evidence", shown).status_code == 302
    assert Claim.objects.get().evidence.filter(party="merchant").count() == 1
    assert Claim.objects.get().state == "applied"


def test_a_claim_that_is_over_is_only_read():
    made = in_hand()
    number = asked(made)
    browser(made.buyer.id).post(f"/claims/{number}/withdrawal")
    shop = staff(made)
    assert f'{number}/evidence"' not in shop.get(f"/studio/claims/{number}").content.decode()
    assert number in shop.get("/studio/claims?queue=all").content.decode()


@pytest.mark.parametrize("page", ["/claims", "/claims/{number}", "/studio/claims", "/studio/claims/{number}"])
def test_pages_cost_few_statements(page, django_assert_max_num_queries):
    made = in_hand()
    number = asked(made)
    claims.add_evidence(Claim.objects.get().id, (), words="!", person_id=made.buyer.id, now=clock.now())
    reader = staff(made) if "studio" in page else browser(made.buyer.id)
    reader.get(page.format(number=number))
    shop_in_the_bar = 1 if "studio" in page else 0
    with django_assert_max_num_queries(8 + shop_in_the_bar):
        assert reader.get(page.format(number=number)).status_code == 200


def test_chinese_readers_read_chinese():
    made = in_hand()
    number = asked(made)
    page = browser(made.buyer.id, "zh-hans").get(f"/claims/{number}").content.decode()
    assert "待商家处理" in page
