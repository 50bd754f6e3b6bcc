"""Reviews, complaints and scores on pages and in the API: for whom they are there, and what they answer."""

from datetime import timedelta

import pytest
from django.urls import reverse

from anxin.infra.clock import now
from anxin.infra.media import store_picture
from anxin.kernel.clock import shanghai_day
from anxin.kernel.ids import public_id
from anxin.market.people.queries import Role
from anxin.market.service.commands.scores import reckon_shops
from anxin.market.service.models import Review
from anxin.market.service.queries import complaints, reviews
from tests.builders.orders import a_shop
from tests.builders.people import a_person, a_token, with_role
from tests.builders.service import a_complaint, a_received_order, a_review
from tests.builders.shops import a_picture
from tests.support.api import ApiClient
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def order(shop):
    return a_received_order(shop, received_at=now() - timedelta(hours=1))


@pytest.fixture
def owner(shop):
    return with_role(a_person(), Role.OWNER, shop)


def form_of(order):
    line = order.lines[0]
    return reverse("review_write", args=[public_id("ord", order.id), public_id("lin", line.id)])


def an_api(person):
    return ApiClient(a_token(person, now=now()))


def test_a_review_is_written_by_a_plain_form_without_scripts(order):
    buyer = the_browser_of(order.person_id)
    page = buyer.get(form_of(order)).content.decode()
    assert page.count('type="radio"') == 15
    sent = buyer.post(form_of(order), {"product": "4", "logistics": "5", "service": "5", "text": "不错"})
    assert sent.status_code == 302
    assert Review.objects.get().stars_product == 4


def test_a_form_without_stars_comes_back_with_what_is_missing(order):
    answer = the_browser_of(order.person_id).post(form_of(order), {"text": "不错"})
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_what_is_no_picture_is_refused_at_its_field(order):
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = SimpleUploadedFile("x.jpg", b"not a picture", "image/jpeg")
    stars = {"product": "4", "logistics": "5", "service": "5"}
    answer = the_browser_of(order.person_id).post(form_of(order), {**stars, "pictures": [files]})
    assert answer.status_code == 422
    assert not Review.objects.exists()


def test_pictures_are_cleaned_and_several_at_once(order):
    from django.core.files.uploadedfile import SimpleUploadedFile

    files = [SimpleUploadedFile(f"{side}.png", a_picture(side, 40), "image/png") for side in (60, 70)]
    stars = {"product": "4", "logistics": "5", "service": "5"}
    the_browser_of(order.person_id).post(form_of(order), {**stars, "pictures": files})
    assert len(Review.objects.get().pictures) == 2


def test_anothers_order_line_is_not_there(order):
    assert the_browser_of(a_person()).get(form_of(order)).status_code == 404


def test_a_shop_does_not_see_or_answer_what_another_was_told(order, shop):
    review, complaint = a_review(order, now=now()), a_complaint(a_person(), shop_id=shop, now=now())
    stranger = the_browser_of(with_role(a_person(), Role.OWNER, a_shop()))
    number, heard = public_id("rvw", review), public_id("cpl", complaint)
    assert stranger.post(reverse("studio_review_reply", args=[number]), {"text": "x"}).status_code == 404
    assert stranger.get(reverse("studio_complaint", args=[heard])).status_code == 404
    assert the_browser_of(a_person()).get(reverse("complaint", args=[heard])).status_code == 404


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        (Role.SHOP_FINANCE, "studio_reviews", 403), (Role.SHOP_FINANCE, "studio_complaints", 403),
        (Role.SHOP_FINANCE, "studio_score", 200), (Role.SERVICE_AGENT, "studio_reviews", 200),
    ],
)  # fmt: skip
def test_a_role_opens_what_it_is_for(role, page, status, shop):
    assert the_browser_of(with_role(a_person(), role, shop)).get(reverse(page)).status_code == status


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        (Role.FINANCE, "desk_reviews", 403), (Role.FINANCE, "desk_complaints", 403),
        (Role.REVIEWER, "desk_reviews", 200), (Role.ARBITRATOR, "desk_complaints", 200),
    ],
)  # fmt: skip
def test_a_role_of_the_desk_opens_what_it_is_for(role, page, status):
    assert the_browser_of(with_role(a_person(), role)).get(reverse(page)).status_code == status


def test_a_picture_of_a_complaint_is_for_both_sides_and_the_platform_only(shop, owner):
    from anxin.infra import vault

    buyer = a_person()
    complaint = a_complaint(buyer, shop_id=shop, pictures=(vault.keep(a_picture()),), now=now())
    number = public_id("cpl", complaint)

    def status(person, page):
        return the_browser_of(person).get(reverse(page, args=[number, 0])).status_code

    assert status(buyer, "complaint_picture") == 200
    assert status(owner, "studio_complaint_picture") == 200
    assert status(with_role(a_person(), Role.ARBITRATOR), "desk_complaint_picture") == 200
    assert status(a_person(), "complaint_picture") == 404
    assert status(with_role(a_person(), Role.OWNER, a_shop()), "studio_complaint_picture") == 404


def test_a_hidden_reviews_words_are_nowhere_on_the_page(order):
    from anxin.market.service.commands.moderation import HideReason, Hiding, hide_review

    review = a_review(order, now=now())
    hide_review(review, Hiding(HideReason.PRIVACY, "公开电话"), by=a_person(), now=now())
    product = public_id("prd", order.lines[0].product_id)
    page = the_browser_of(a_person()).get(reverse("reviews", args=[product])).content.decode()
    assert "公开电话" in page
    assert "料子很舒服" not in page


def test_the_api_writes_reads_and_answers_a_review(order, owner):
    buyer, merchant = an_api(order.person_id), an_api(owner)
    line, product = public_id("lin", order.lines[0].id), public_id("prd", order.lines[0].product_id)
    body = {"product": 5, "logistics": 4, "service": 5, "text": "好", "pictures": [store_picture(a_picture())]}
    made = buyer.send("POST", f"/orders/{public_id('ord', order.id)}/lines/{line}/review", body)
    assert made.status_code == 201, made.content
    again = buyer.send("POST", f"/orders/{public_id('ord', order.id)}/lines/{line}/review", body)
    assert (again.status_code, again.json()["code"]) == (409, "service.already_reviewed")
    number = made.json()["id"]
    assert merchant.send("PUT", f"/shop/reviews/{number}/reply", {"text": "谢谢"}).json()["reply"]["text"] == "谢谢"
    shown = ApiClient().send("GET", f"/products/{product}/reviews?show=pictures").json()["items"]
    assert [(each["stars_product"], each["reply"]["text"], len(each["pictures"])) for each in shown] == [(5, "谢谢", 1)]
    assert ApiClient().send("GET", f"/products/{product}/rating").json()["mean_hundredths"] == 500
    assert an_api(a_person()).send("PUT", f"/reviews/{number}/vote").status_code == 204
    assert reviews.public_review(Review.objects.get().id).helpful_count == 1


def test_the_api_files_answers_and_withdraws_a_complaint(order, owner):
    buyer, merchant = an_api(order.person_id), an_api(owner)
    body = {"kind": "not_shipping", "text": "十天了还没有发货，客服不理。", "order": public_id("ord", order.id)}
    made = buyer.send("POST", "/complaints", body)
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert number.startswith("cpl_")
    answered = merchant.send("PUT", f"/shop/complaints/{number}/answer", {"text": "今天发出"})
    assert answered.json()["merchant_answer"] == "今天发出"
    assert merchant.send("GET", "/shop/complaints?to_answer=true").json()["items"] == []
    assert buyer.send("POST", f"/complaints/{number}/withdrawal").json()["state"] == "withdrawn"
    assert complaints.complaints_of(order.person_id).items[0].is_open is False


def test_the_api_explains_the_score(shop, owner):
    merchant = an_api(owner)
    assert merchant.send("GET", "/shop/score").json() is None
    reckon_shops([shop], shanghai_day(now()), now=now())
    found = merchant.send("GET", "/shop/score").json()
    assert (found["score"]["stage"], found["score"]["total"], found["display"]) == ("growth", 7_000, "4.3")
    assert len(found["history"]) == 1


def test_lists_of_reviews_cost_the_same_statements_however_long(order, shop, owner):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    product = public_id("prd", order.lines[0].product_id)
    browser = the_browser_of(a_person())
    counts = []
    for _ in range(2):
        a_review(a_received_order(shop, order.lines[0].sku_id, received_at=now() - timedelta(hours=1)), now=now())
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(reverse("reviews", args=[product])).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8
