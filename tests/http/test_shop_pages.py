"""Opening a shop and running it, as a browser would."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from anxin.infra import clock
from anxin.kernel.ids import new_id, public_id
from anxin.market.people.queries import OrgKind, Role, actor_of
from anxin.market.shipping import queries as shipping
from anxin.market.shops import queries as shops
from anxin.market.shops.models import Application, Deposit, DepositTopUp, Paper
from tests.builders.people import CHAOYANG, a_person, with_role
from tests.builders.shipping import a_parcel
from tests.builders.shops import (
    a_citizen_number,
    a_credit_code,
    a_picture,
    a_submission,
    an_open_shop,
    another_document,
)
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db
COMPANY = "上海青禾服饰有限公司"
ENTITY = {
    "entity_name": COMPANY,
    "entity_code": a_credit_code(),
    "person_name": "林青",
    "person_number": a_citizen_number(),
    "account_name": COMPANY,
    "account_number": "6222020200112230000",
    "bank_name": "中国工商银行上海分行",
}
SHOP = {
    "shop_name": "青禾女装",
    "shop_name_en": "Qinghe",
    "categories": ["womenswear"],
    "contact_phone": "13800138000",
}


@pytest.fixture
def applicant():
    return a_person()


@pytest.fixture
def browser(applicant) -> Client:
    return the_browser_of(applicant)


@pytest.fixture
def owner():
    return a_person()


@pytest.fixture
def shop_id(owner):
    return an_open_shop(owner_id=owner, now=clock.now())


@pytest.fixture
def studio(owner, shop_id) -> Client:
    return the_browser_of(owner)


@pytest.fixture
def desk() -> Client:
    return the_browser_of(with_role(a_person(), Role.REVIEWER))


def a_file(data: bytes | None = None, name: str = "licence.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, a_picture() if data is None else data, "image/png")


def begun(browser: Client) -> str:
    """Begin an application; return the address of its first step."""
    return browser.post(reverse("studio_join_start"))["Location"]


def fill(browser: Client, address: str, fields: dict) -> str:
    """Fill one step and return the address of the next."""
    version = Application.objects.latest("id").version
    answer = browser.post(address, {**fields, "version": version})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def written(browser: Client) -> str:
    """Write a whole application but for its papers; return the address of the papers."""
    step = fill(browser, begun(browser), {"shop_type": "enterprise"})
    step = fill(browser, step, ENTITY)
    return fill(browser, step, SHOP)


class TestOnboarding:
    def test_a_shop_is_opened_from_the_first_page_to_the_studio(self, applicant, browser, desk):
        papers = written(browser)
        for kind in ("business_licence", "legal_person_id", "corporate_account"):
            answer = browser.post(papers, {"kind": kind, "file": a_file(), "expires_on": "2040-01-01"})
            assert answer["Location"] == papers
        send = papers.replace("/papers", "/send")
        assert "disabled" not in browser.get(send).content.decode()
        status = fill(browser, send, {})
        assert "No longer complete" not in browser.get(status).content.decode()
        review = reverse("desk_shop_review", args=[status.rpartition("/")[2]])
        assert COMPANY in desk.get(review).content.decode()
        decided = desk.post(review, {"approve": "yes", "version": Application.objects.get().version})
        assert decided["Location"] == reverse("desk_shop_reviews")
        shop = shops.shop(Application.objects.get().shop_id)
        assert shop.name == "青禾女装"
        assert Role.OWNER in actor_of(applicant).roles_in(OrgKind.SHOP, shop.id)
        assert browser.get(reverse("studio_shop")).status_code == 200

    def test_only_branded_types_are_asked_for_a_brand(self, browser):
        step = fill(browser, begun(browser), {"shop_type": "flagship"})
        step = fill(browser, step, ENTITY)
        step = fill(browser, step, {**SHOP, "shop_name": "青禾旗舰店"})
        assert step.endswith("/brand")
        chain = {"name": "青禾", "mark_number": "4455667", "registered": "yes", "owner": "品牌方"}
        fill(browser, step, {**chain, "grantee_1": COMPANY, "exclusive_1": "on", "expires_1": "2040-01-01"})
        brand = Application.objects.get().document["brand"]
        assert [(link["grantor"], link["grantee"], link["exclusive"]) for link in brand["links"]] == [
            ("品牌方", COMPANY, True)
        ]

    def test_what_is_missing_leads_to_its_step(self, browser):
        papers = written(browser)
        send = papers.replace("/papers", "/send")
        page = browser.get(send).content.decode()
        assert papers in page
        answer = browser.post(send, {"version": Application.objects.get().version})
        assert answer.status_code == 422
        assert Application.objects.get().state == "draft"

    def test_a_half_written_step_is_kept(self, browser):
        step = fill(browser, begun(browser), {"shop_type": "enterprise"})
        fill(browser, step, {"entity_name": COMPANY})
        assert COMPANY in browser.get(step).content.decode()

    def test_two_windows_do_not_overwrite_each_other(self, browser):
        step = fill(browser, begun(browser), {"shop_type": "enterprise"})
        old = Application.objects.get().version
        fill(browser, step, {"entity_name": COMPANY})
        assert browser.post(step, {"entity_name": "别的公司", "version": old})["Location"] == step
        assert Application.objects.get().document["entity_name"] == COMPANY

    @pytest.mark.parametrize(
        "data", [b"hello", b"%PDF-1.7 broken", b"<svg/>", b"\xff\xd8" + b"0" * (10 * 1024 * 1024 + 1)], ids=len
    )
    def test_a_file_that_is_no_paper_is_refused_at_its_field(self, browser, data):
        papers = written(browser)
        answer = browser.post(papers, {"kind": "business_licence", "file": a_file(data)})
        assert answer.status_code == 422
        assert "id_file-fault" in answer.content.decode()
        assert not Paper.objects.exists()

    def test_text_of_an_applicant_is_never_markup(self, browser):
        step = fill(browser, begun(browser), {"shop_type": "enterprise"})
        fill(browser, step, {**ENTITY, "entity_name": "<script>alert(1)</script>"})
        send = step.replace("/entity", "/send")
        assert "<script>alert" not in browser.get(send).content.decode()


class TestOthers:
    def test_another_person_does_not_see_an_application_or_its_papers(self, applicant):
        application_id = a_submission(applicant, now=clock.now())
        paper = Paper.objects.filter(application_id=application_id).first()
        stranger = the_browser_of(a_person())
        name = public_id("app", application_id)
        addresses = [
            reverse("studio_join_application", args=[name]),
            reverse("studio_join_send", args=[name]),
            reverse("studio_join_paper", args=[name, public_id("qua", paper.pk), 1]),
            reverse("desk_shop_paper", args=[name, public_id("qua", paper.pk), 1]),
        ]
        assert [stranger.get(address).status_code for address in addresses] == [404] * 4

    def test_applicant_and_reviewer_see_the_pages_of_a_paper_uncached(self, applicant, desk):
        application_id = a_submission(applicant, now=clock.now())
        paper = Paper.objects.filter(application_id=application_id).first()
        arguments = [public_id("app", application_id), public_id("qua", paper.pk), 1]
        for browser, page in ((the_browser_of(applicant), "studio_join_paper"), (desk, "desk_shop_paper")):
            answer = browser.get(reverse(page, args=arguments))
            assert answer["Content-Type"] == "image/jpeg"
            assert answer["Cache-Control"] == "private, no-store"
            assert answer.content.startswith(b"\xff\xd8")

    def test_one_shop_s_things_are_not_there_for_another(self, studio):
        other = an_open_shop(another_document(), now=clock.now())
        template = public_id("frt", shops.freight_templates(other)[0].id)
        paper = public_id("qua", Paper.objects.filter(shop_id=other).first().pk)
        assert studio.get(reverse("studio_freight_template", args=[template])).status_code == 404
        assert studio.post(reverse("studio_freight_delete", args=[template]))["Location"] == reverse("studio_freight")
        assert studio.get(reverse("studio_paper", args=[paper, 1])).status_code == 404
        assert len(shops.freight_templates(other)) == 1


class TestReview:
    def test_a_second_submission_is_shown_beside_the_first(self, applicant, browser, desk):
        application_id = a_submission(applicant, now=clock.now())
        review = reverse("desk_shop_review", args=[public_id("app", application_id)])
        version = Application.objects.get().version
        desk.post(review, {"ask_more": "yes", "version": version, "reasons": ["papers_unreadable"], "note": "请重拍"})
        status = reverse("studio_join_application", args=[public_id("app", application_id)])
        assert "请重拍" in browser.get(status).content.decode()
        fill(browser, status + "/shop", {**SHOP, "shop_name": "青禾自在女装"})
        fill(browser, status + "/send", {})
        page = desk.get(review).content.decode()
        assert re.search(r"<del[^>]*>青禾女装</del>", page)
        assert re.search(r"<ins[^>]*>青禾自在女装</ins>", page)

    def test_a_refusal_without_a_reason_is_not_taken(self, applicant, desk):
        application_id = a_submission(applicant, now=clock.now())
        review = reverse("desk_shop_review", args=[public_id("app", application_id)])
        answer = desk.post(review, {"refuse": "yes", "version": Application.objects.get().version})
        assert answer.status_code == 422
        assert Application.objects.get().state == "submitted"

    def test_the_queue_names_who_waits(self, applicant, desk):
        a_submission(applicant, now=clock.now())
        assert "青禾女装" in desk.get(reverse("desk_shop_reviews")).content.decode()


class TestFreight:
    FORM = {
        "name": "按件计费",
        "unit": "piece",
        "first_step": "1",
        "first_minor": "8",
        "next_step": "1",
        "next_minor": "2.5",
        "free_over_minor": "99",
        "remote_minor": "15",
        "remote": ["65", "54"],
        "excluded": ["71", "81", "82"],
        "version": "0",
        "areas": "2",
    }

    def test_a_template_with_an_area_is_written_without_scripts(self, studio, shop_id):
        area = {"area0-provinces": ["31", "32"], "area0-first_step": "1", "area0-first_minor": "5"}
        area |= {"area0-next_step": "1", "area0-next_minor": "1", "area0-free_over_minor": ""}
        assert studio.post(reverse("studio_freight_new"), {**self.FORM, **area}).status_code == 302
        written = next(one for one in shops.freight_templates(shop_id) if one.name == "按件计费").template
        assert (written.base.first_minor, written.base.next_minor, written.base.free_over_minor) == (800, 250, 9_900)
        assert written.areas[0].prefixes == ("31", "32")
        assert written.areas[0].tariff.free_over_minor is None
        assert written.remote_prefixes == ("65", "54")

    def test_a_template_is_changed_and_keeps_its_areas(self, studio, shop_id):
        self.test_a_template_with_an_area_is_written_without_scripts(studio, shop_id)
        known = next(one for one in shops.freight_templates(shop_id) if one.name == "按件计费")
        address = reverse("studio_freight_template", args=[public_id("frt", known.id)])
        page = studio.get(address).content.decode()
        assert re.search(r'name="area0-provinces" value="31"[^>]*checked', page)
        changed = {**self.FORM, "version": known.version, "areas": "0", "first_minor": "9"}
        assert studio.post(address, changed).status_code == 302
        assert shops.freight_template(shop_id, known.id).template.areas == ()

    def test_more_areas_are_asked_for_without_saving(self, studio, shop_id):
        answer = studio.post(reverse("studio_freight_new"), {**self.FORM, "more": "1"})
        assert answer.status_code == 200
        assert "area2-first_step" in answer.content.decode()
        assert len(shops.freight_templates(shop_id)) == 1

    @pytest.mark.parametrize("field", [{"first_minor": "-1"}, {"first_step": "0"}, {"next_minor": "1e9"}, {"name": ""}])
    def test_what_cannot_be_used_is_said_and_not_saved(self, studio, shop_id, field):
        answer = studio.post(reverse("studio_freight_new"), {**self.FORM, **field})
        assert answer.status_code == 422
        assert len(shops.freight_templates(shop_id)) == 1


class TestDeposit:
    def test_a_transfer_is_announced_and_credited_by_finance(self, studio, shop_id):
        key = str(new_id())
        for _ in range(2):
            paid = studio.post(reverse("studio_deposit"), {"amount": "500", "source": "bank_transfer", "key": key})
            assert paid.status_code == 302
        top_up = DepositTopUp.objects.get()
        assert top_up.transfer_code in studio.get(reverse("studio_deposit")).content.decode()
        finance = the_browser_of(with_role(a_person(), Role.FINANCE))
        assert top_up.transfer_code in finance.get(reverse("desk_deposits")).content.decode()
        confirm = reverse("desk_deposit_confirm", args=[public_id("dep", top_up.pk)])
        finance.post(confirm, {"bank_reference": "ICBC-20260615-1"})
        assert not shops.restrictions(shop_id, now=clock.now()).withdrawal
        assert "¥500.00" in studio.get(reverse("studio_deposit")).content.decode()

    def test_a_balance_that_does_not_suffice_is_said_at_the_amount(self, studio):
        form = {"amount": "500", "source": "available", "key": str(new_id())}
        answer = studio.post(reverse("studio_deposit"), form)
        assert answer.status_code == 422
        assert "id_amount-fault" in answer.content.decode()

    def test_a_reviewer_is_no_finance(self, desk):
        assert desk.get(reverse("desk_deposits")).status_code == 403

    def test_what_was_announced_is_shown(self, studio, shop_id):
        due_at = clock.now() + timedelta(days=3)
        Deposit.objects.filter(pk=shop_id).update(next_due_minor=200_000, next_due_at=due_at)
        assert "¥2,000.00" in studio.get(reverse("studio_deposit")).content.decode()


class TestSettings:
    def test_the_profile_is_changed_and_a_reserved_word_refused(self, studio, shop_id):
        form = {"name": "青禾女装", "intro": "自然的衣裳", "version": shops.shop(shop_id).version}
        assert studio.post(reverse("studio_shop"), form).status_code == 302
        assert shops.shop(shop_id).intro == "自然的衣裳"
        refused = studio.post(reverse("studio_shop"), {**form, "name": "安心购女装", "version": "2"})
        assert refused.status_code == 422
        assert "id_name-fault" in refused.content.decode()

    def test_a_logo_is_shown(self, studio, shop_id):
        studio.post(reverse("studio_shop_picture"), {"slot": "logo", "picture": a_file()})
        assert shops.shop(shop_id).logo

    def test_a_logo_that_is_no_picture_is_refused(self, studio, shop_id):
        answer = studio.post(reverse("studio_shop_picture"), {"slot": "logo", "picture": a_file(b"hello")})
        assert answer.status_code == 422
        assert not shops.shop(shop_id).logo

    def test_a_return_address_is_set(self, studio, shop_id):
        form = {"name": "仓库", "phone": "13800138000", "province": "110000", "city": "110100", "district": CHAOYANG}
        form |= {"detail": "建国路 88 号", "version": str(shops.shop(shop_id).version)}
        assert studio.post(reverse("studio_return_address"), form).status_code == 302
        assert shops.shop(shop_id).return_address["region"] == CHAOYANG

    def test_an_invitation_is_made_opened_and_accepted(self, studio, shop_id):
        page = studio.post(reverse("studio_staff"), {"role": "service_agent", "note": "小王"}).content.decode()
        link = re.search(r"http://testserver(/studio/invitations/[\w-]+)", page)[1]
        joining = a_person()
        browser = the_browser_of(joining)
        assert "青禾女装" in browser.get(link).content.decode()
        assert browser.post(link)["Location"] == "/studio/"
        assert actor_of(joining).roles_in(OrgKind.SHOP, shop_id) == {Role.SERVICE_AGENT}
        assert browser.get(link).status_code == 404
        assert browser.get(reverse("studio_staff")).status_code == 403

    def test_the_only_owner_cannot_be_removed(self, studio, owner):
        studio.post(reverse("studio_staff_remove", args=[public_id("per", owner), "owner"]))
        assert studio.get(reverse("studio_staff")).status_code == 200


def test_the_carrier_s_hand_moves_a_parcel(shop_id):
    parcel = a_parcel(shop_id, now=clock.now())
    address = reverse("sandbox_parcel", args=[public_id("par", parcel.parcel_id)])
    browser = Client(headers={"accept-language": "en"})
    assert "No real parcel moves" in browser.get(address).content.decode()
    for _ in range(5):
        assert browser.post(address, {"move": "yes"}).status_code == 302
    assert shipping.parcel(parcel.parcel_id).state == "signed"
    assert "Move it one step" not in browser.get(address).content.decode()
