"""Reviews: written after receipt, never deleted, hidden only by an operator who says why."""

from datetime import timedelta

import pytest
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.builders.people import a_person, with_role
from tests.builders.service import LATER, a_received_order, a_review, stars
from tests.builders.shops import a_picture

from anxin.infra.doctor import CHECKS, Broken, examine
from anxin.infra.media import store_picture
from anxin.infra.models import OutboxEvent
from anxin.market.orders.queries import order as read_order
from anxin.market.people.commands import erase
from anxin.market.people.queries import Role, acts_about
from anxin.market.service.commands import moderation, reviews
from anxin.market.service.commands.moderation import Hiding
from anxin.market.service.commands.reviews import HideReason, NewReview, Words
from anxin.market.service.errors import reviews as errors
from anxin.market.service.models import Rating, Review
from anxin.market.service.queries import reviews as read
from anxin.market.service.queries.reviews import Filter

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def shop():
    return a_shop()


@pytest.fixture
def order(shop):
    return a_received_order(shop)


@pytest.fixture
def operator():
    return with_role(a_person(), Role.REVIEWER)


def rating(order):
    return read.rating_of(order.lines[0].product_id)


def shown(order, wanted=Filter.ALL, **more):
    return read.reviews_of_product(order.lines[0].product_id, wanted, **more).items


def healthy():
    return [name for name in ("service.ratings_count_reviews", "service.reviews_of_received_lines") if _broken(name)]


def _broken(name):
    try:
        CHECKS[name]()
    except Broken:
        return True
    return False


def test_a_review_is_read_on_the_product_and_counts_in_its_rating(order):
    a_review(order, product=4)
    assert [(each.stars_product, each.text) for each in shown(order)] == [(4, "料子很舒服，尺码也合适。")]
    assert (rating(order).total, rating(order).mean_hundredths, rating(order).good_bps) == (1, 400, 10_000)
    assert OutboxEvent.objects.get(kind="service.review_written").payload["stars_product"] == 4
    assert healthy() == []


def test_nothing_can_be_reviewed_before_its_receipt(shop):
    buyer = Buyer()
    placed = buyer.order(a_sku(shop))
    buyer.pay(placed)
    with pytest.raises(errors.NotReviewable):
        a_review(read_order(placed.orders[0].id))


def test_the_window_closes_180_days_after_receipt(order):
    with pytest.raises(errors.NotReviewable):
        a_review(order, now=LATER + 180 * DAY)
    a_review(order, now=LATER + 180 * DAY - timedelta(seconds=1))


def test_a_line_is_reviewed_once(order):
    a_review(order)
    with pytest.raises(errors.AlreadyReviewed):
        a_review(order, product=1)
    assert rating(order).total == 1


def test_nobody_reviews_what_another_bought(order):
    with pytest.raises(errors.NothingToReview):
        reviews.write_review(order.id, order.lines[0].id, NewReview(stars()), person_id=a_person(), now=LATER)


def test_staff_do_not_review_their_own_shop(shop):
    buyer = Buyer()
    with_role(buyer.id, Role.SERVICE_AGENT, shop)
    with pytest.raises(errors.OwnShopReview):
        a_review(a_received_order(shop, buyer=buyer))


@pytest.mark.parametrize("given", [(0, 5, 5), (5, 6, 5), (5, 5, -1)])
def test_stars_outside_one_to_five_are_refused(order, given):
    with pytest.raises(errors.BadStars):
        a_review(order, stars=stars(*given))
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (Words("长" * 1_001), errors.TextTooLong),
        (Words("", tuple(f"{number:040x}" for number in range(10))), errors.TooManyPictures),
        (Words("", ("f" * 40,)), errors.UnknownPicture),
    ],
)
def test_words_that_cannot_be_kept_are_refused(order, words, refusal):
    with pytest.raises(refusal):
        a_review(order, words=words)
    assert not Review.objects.exists()


def test_stars_alone_are_a_review(order):
    a_review(order, words=Words())
    assert shown(order)[0].text == ""


def test_an_edit_within_a_day_moves_the_rating(order):
    review = a_review(order, product=5)
    picture = store_picture(a_picture())
    edited = NewReview(stars(2, 3, 4), Words("洗了一次就缩水", (picture,)))
    reviews.edit_review(review, edited, person_id=order.person_id, now=LATER + DAY - timedelta(seconds=1))
    now_counted = rating(order)
    assert now_counted.stars == ((5, 0), (4, 0), (3, 0), (2, 1), (1, 0))
    assert (now_counted.with_pictures, now_counted.logistics_sum, now_counted.service_sum) == (1, 3, 4)
    with pytest.raises(errors.ReviewEditOver):
        reviews.edit_review(review, edited, person_id=order.person_id, now=LATER + DAY)
    assert healthy() == []


def test_more_is_added_once_within_180_days(order):
    review = a_review(order)
    with pytest.raises(errors.FollowUpOver):
        reviews.add_to_review(review, Words("晚了"), person_id=order.person_id, now=LATER + 180 * DAY)
    reviews.add_to_review(review, Words("三个月后依然很好"), person_id=order.person_id, now=LATER + 90 * DAY)
    with pytest.raises(errors.FollowUpOver):
        reviews.add_to_review(review, Words("再说一次"), person_id=order.person_id, now=LATER + 91 * DAY)
    found = shown(order, Filter.FOLLOW_UP)[0].follow_up
    assert (found.text, found.days_after) == ("三个月后依然很好", 90)
    assert rating(order).followed_up == 1


def test_a_merchant_replies_once_and_may_change_it_for_an_hour(order, shop):
    review, clerk = a_review(order), a_person()
    reviews.reply(review, "谢谢支持", shop_id=shop, by=clerk, now=LATER)
    reviews.reply(review, "谢谢您的支持", shop_id=shop, by=clerk, now=LATER + timedelta(minutes=59))
    with pytest.raises(errors.ReplyOver):
        reviews.reply(review, "改口", shop_id=shop, by=clerk, now=LATER + timedelta(hours=1))
    assert shown(order)[0].reply.text == "谢谢您的支持"
    assert OutboxEvent.objects.filter(kind="service.review_replied").count() == 1


def test_a_merchant_does_not_reply_for_another_shop(order):
    with pytest.raises(errors.UnknownReview):
        reviews.reply(a_review(order), "谢谢", shop_id=a_shop(), by=a_person(), now=LATER)


def test_a_vote_counts_once_and_can_be_taken_back(order):
    review, reader = a_review(order), a_person()
    for _ in range(2):
        reviews.vote_helpful(review, person_id=reader, now=LATER)
    assert shown(order)[0].helpful_count == 1
    assert read.voted(reader, [review]) == {review}
    for _ in range(2):
        reviews.take_vote_back(review, person_id=reader)
    assert shown(order)[0].helpful_count == 0
    assert healthy() == []


def test_nobody_votes_for_or_reports_themselves(order):
    review = a_review(order)
    with pytest.raises(errors.OwnVote):
        reviews.vote_helpful(review, person_id=order.person_id, now=LATER)
    with pytest.raises(errors.OwnVote):
        reviews.report_review(review, HideReason.INSULT, "", person_id=order.person_id, now=LATER)


def test_a_hidden_review_leaves_its_place_and_the_reason(order, operator):
    review = a_review(order, product=1, words=Words("店主电话 13800138000，打给他"))
    reviews.report_review(review, HideReason.PRIVACY, "有电话", person_id=a_person(), now=LATER)
    moderation.hide_review(review, Hiding(HideReason.PRIVACY, "公开了他人的电话号码"), by=operator, now=LATER)
    found = shown(order)[0]
    assert (found.is_hidden, found.text, found.hidden_reason) == (True, "", HideReason.PRIVACY)
    assert found.hidden_note == "公开了他人的电话号码"
    assert shown(order, Filter.POOR) == ()
    assert rating(order).total == 0
    assert read.reports_waiting() == 0
    assert [act.act for act in acts_about(f"review:{review}")] == ["service.hide_review"]
    assert healthy() == []


def test_a_restored_review_counts_again(order, operator):
    review = a_review(order, product=1)
    moderation.hide_review(review, Hiding(HideReason.INSULT, "辱骂"), by=operator, now=LATER)
    moderation.restore_review(review, "看错了", by=operator, now=LATER)
    assert shown(order, Filter.POOR)[0].text
    assert rating(order).total == 1
    with pytest.raises(errors.ReviewNotHidden):
        moderation.restore_review(review, "再来", by=operator, now=LATER)


def test_hiding_needs_words_and_happens_once(order, operator):
    review = a_review(order)
    with pytest.raises(errors.TextMissing):
        moderation.hide_review(review, Hiding(HideReason.INSULT, "  "), by=operator, now=LATER)
    moderation.hide_review(review, Hiding(HideReason.INSULT, "辱骂"), by=operator, now=LATER)
    with pytest.raises(errors.ReviewNotShown):
        moderation.hide_review(review, Hiding(HideReason.INSULT, "辱骂"), by=operator, now=LATER)
    assert rating(order).total == 0


def test_nobody_decides_about_their_own_review(order):
    with_role(order.person_id, Role.REVIEWER)
    with pytest.raises(errors.DeciderIsParty):
        moderation.hide_review(a_review(order), Hiding(HideReason.INSULT, "辱骂"), by=order.person_id, now=LATER)


def test_a_dismissed_report_leaves_the_review_and_is_not_reopened_by_the_same_person(order, operator):
    review, reporter = a_review(order, product=1), a_person()
    reviews.report_review(review, HideReason.FABRICATED, "假的", person_id=reporter, now=LATER)
    assert [each.note for each in read.reports_of(review)] == ["假的"]
    moderation.dismiss_reports(review, "订单真实", by=operator, now=LATER)
    reviews.report_review(review, HideReason.FABRICATED, "还是假的", person_id=reporter, now=LATER)
    assert read.reports_waiting() == 0
    assert shown(order)[0].text


def test_filters_leave_what_they_name(shop):
    sku = a_sku(shop)
    first, second, third = (a_received_order(shop, sku) for _ in range(3))
    a_review(first, product=5, words=Words("好", (store_picture(a_picture()),)))
    a_review(second, product=3)
    a_review(third, product=1)
    counts = {wanted: len(shown(first, wanted)) for wanted in Filter}
    assert counts == {"all": 3, "pictures": 1, "follow_up": 0, "good": 1, "fair": 1, "poor": 1}
    assert {wanted: rating(first).count_of(wanted) for wanted in Filter} == counts
    assert [each.stars_product for each in shown(first, stars=3)] == [3]


def test_a_list_comes_in_pages(shop):
    sku = a_sku(shop)
    orders = [a_received_order(shop, sku) for _ in range(3)]
    for number, order in enumerate(orders):
        a_review(order, words=Words(str(number)))
    product = orders[0].lines[0].product_id
    first = read.reviews_of_product(product, limit=2)
    rest = read.reviews_of_product(product, limit=2, cursor=first.next_cursor)
    assert [each.text for each in (*first.items, *rest.items)] == ["2", "1", "0"]
    assert rest.next_cursor is None


def test_a_name_is_masked_and_an_anonymous_review_has_none(shop):
    sku = a_sku(shop)
    named, unnamed = a_received_order(shop, sku), a_received_order(shop, sku)
    a_review(named)
    a_review(unnamed, anonymous=True)
    authors = [each.author for each in shown(named)]
    assert authors[0] is None
    assert authors[1].startswith("P***")


def test_an_erased_person_leaves_the_review_without_a_name(order):
    from tests.support.work import work

    words = Words("料子舒服，问我：13800138000", (store_picture(a_picture()),))
    review = a_review(order, words=words)
    reviews.add_to_review(
        review, Words("一周后仍好，mail li@example.org", words.pictures), person_id=order.person_id, now=LATER
    )
    erase(order.person_id, now=LATER)
    work(LATER + timedelta(minutes=1))
    kept = shown(order)[0]
    assert (kept.author, kept.stars_product) == (None, 5)
    assert (kept.text, kept.follow_up.text) == ("料子舒服，问我：138●●●", "一周后仍好，mail li@●●●")
    assert (kept.pictures, kept.follow_up.pictures) == ((), ())
    assert [result for result in examine() if not result.ok] == []
    assert reviews.anonymise_reviews(order.person_id) == 0


def test_what_a_buyer_may_do_about_a_line_follows_the_clock(order):
    line = order.lines[0].id
    assert read.voices_of_order(order, now=LATER)[line].may_write
    a_review(order)
    fresh = read.voices_of_order(order, now=LATER)[line]
    assert (fresh.may_write, fresh.may_edit, fresh.may_add) == (False, True, True)
    late = read.voices_of_order(order, now=LATER + 181 * DAY)[line]
    assert (late.may_edit, late.may_add) == (False, False)


def test_the_shop_sees_poor_reviews_without_a_reply(shop):
    sku = a_sku(shop)
    poor, good = a_received_order(shop, sku), a_received_order(shop, sku)
    review = a_review(poor, product=1)
    a_review(good)
    assert [each.id for each in read.reviews_of_shop(shop, poor=True, unanswered=True).items] == [review]
    assert (read.low_waiting(shop), read.unanswered(shop)) == (1, 2)
    assert read.rating_of_shop(shop).mean_hundredths == 300


def test_the_doctor_sees_a_rating_that_does_not_count_up(order):
    a_review(order)
    Rating.objects.update(five=7)
    assert healthy() == ["service.ratings_count_reviews"]
    assert NOW < LATER


def test_a_product_page_reads_all_of_it_with_one_statement(order, shop, django_assert_num_queries):
    a_review(order, product=4, anonymous=True)
    with django_assert_num_queries(1):
        voice = read.voice_of_product(order.lines[0].product_id, shop)
    assert (voice.rating.mean_hundredths, voice.score_tenths) == (400, None)
    assert [(each.author, each.stars_product, each.written_at) for each in voice.newest] == [(None, 4, LATER)]
