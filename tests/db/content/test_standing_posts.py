"""A post that passed its review: it comes out at another moment and shows other goods without losing its place."""

from datetime import timedelta

import pytest
from tests.builders.content import a_draft, a_public_post, a_reviewer, a_submitted_post
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import NOW, a_shop
from tests.builders.people import a_person
from tests.support.work import work

from anxin.infra.models import OutboxEvent
from anxin.market.content.commands import posts, reviews, standing
from anxin.market.content.commands.posts import Anchor, PostKind, Visibility
from anxin.market.content.errors import posts as errors
from anxin.market.content.queries import posts as read
from anxin.market.content.queries.posts import PostState
from anxin.market.creators import queries as creators
from anxin.market.creators.commands import pick_products, unpick_product
from anxin.market.people.queries import acts_about

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def person():
    return a_person()


@pytest.fixture
def creator(person):
    return a_creator(person_id=person)


@pytest.fixture
def planned(creator):
    post = a_submitted_post(creator, publish_at=NOW + DAY)
    reviews.approve_post(post, by=a_reviewer(), now=NOW)
    return post


@pytest.fixture
def shown(creator):
    shop = a_shop()
    dress, scarf, hat = (a_product(shop, title=title) for title in ("碎花连衣裙", "羊毛围巾", "草帽"))
    pick_products(creator, [scarf], now=NOW)
    post = a_public_post(creator, PostKind.VIDEO, anchors=(Anchor(dress, 1_000, "同款"),))
    return post, dress, scarf, hat


def acts(post):
    return [each.act for each in acts_about(f"post:{post}")]


def events(kind):
    return [each.payload for each in OutboxEvent.objects.filter(kind=kind)]


def test_a_planned_post_comes_out_at_its_new_moment_and_not_at_the_old_one(creator, person, planned):
    standing.reschedule_post(planned, NOW + 3 * DAY, creator_id=creator, by=person, now=NOW)
    work(NOW + 2 * DAY)
    assert read.post(planned).state is PostState.SCHEDULED
    work(NOW + 3 * DAY)
    assert read.card(planned, person_id=None).post.published_at == NOW + 3 * DAY
    assert len(events("content.rescheduled")) == 1
    assert "content.reschedule" in acts(planned)


def test_a_planned_post_may_come_out_earlier_or_at_once(creator, person, planned):
    standing.reschedule_post(planned, NOW + timedelta(hours=1), creator_id=creator, by=person, now=NOW)
    standing.reschedule_post(planned, None, creator_id=creator, by=person, now=NOW + timedelta(minutes=5))
    assert read.card(planned, person_id=None).post.published_at == NOW + timedelta(minutes=5)
    work(NOW + 2 * DAY)
    assert len(events("content.published")) == 1


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(days=31), -DAY])
def test_a_moment_too_near_or_too_far_is_refused(creator, person, planned, ahead):
    with pytest.raises(errors.ScheduleWrong):
        standing.reschedule_post(planned, NOW + ahead, creator_id=creator, by=person, now=NOW)
    assert read.post(planned).publish_at == NOW + DAY


def test_only_what_is_planned_is_rescheduled_and_only_by_its_creator(creator, person, planned):
    with pytest.raises(errors.UnknownPost):
        standing.reschedule_post(planned, None, creator_id=a_creator(), by=person, now=NOW)
    for post in (a_draft(creator), a_submitted_post(creator), a_public_post(creator)):
        with pytest.raises(errors.NotScheduled):
            standing.reschedule_post(post, NOW + DAY, creator_id=creator, by=person, now=NOW)


def test_a_planned_post_whose_readers_were_changed_still_comes_out(creator, planned):
    posts.set_visibility(planned, Visibility.FOLLOWERS, creator_id=creator, now=NOW)
    work(NOW + DAY)
    assert read.post(planned).state is PostState.PUBLIC


def test_other_goods_of_the_showcase_join_a_public_post_and_it_keeps_its_place(creator, person, shown):
    post, dress, scarf, _hat = shown
    before = read.post(post)
    wanted = [Anchor(dress, 2_000, "同款"), Anchor(scarf, 500)]
    standing.change_anchors(post, wanted, creator_id=creator, by=person, now=NOW + DAY)
    found = read.card(post, person_id=None)
    assert [(each.product_id, each.at_ms, each.label) for each, _card in found.goods] == [
        (scarf, 500, ""),
        (dress, 2_000, "同款"),
    ]
    assert found.goods[0][0].link_id == creators.links_of(creator, [scarf])[scarf]
    assert (found.post.published_at, found.post.state) == (before.published_at, PostState.PUBLIC)
    assert found.post.version > before.version
    assert [each.post.id for each in read.search_posts("羊毛围巾").items] == [post]
    assert events("content.goods_changed")[0]["product_ids"] == [str(scarf), str(dress)]
    standing.change_anchors(post, wanted, creator_id=creator, by=person, now=NOW + DAY)
    assert (len(events("content.goods_changed")), acts(post).count("content.change_goods")) == (1, 1)


def test_what_left_the_showcase_may_stay_in_the_post_and_anything_else_may_not_join(creator, person, shown):
    post, dress, _scarf, hat = shown
    unpick_product(creator, creators.links_of(creator, [dress])[dress], now=NOW)
    standing.change_anchors(post, [Anchor(dress, 3_000)], creator_id=creator, by=person, now=NOW)
    with pytest.raises(errors.NotInShowcase):
        standing.change_anchors(post, [Anchor(hat)], creator_id=creator, by=person, now=NOW)
    assert [each.product_id for each in read.post(post).anchors] == [dress]


@pytest.mark.parametrize(
    ("second", "label", "refused"),
    [(5_001, "", errors.AnchorBeyondEnd), (0, "加我微信", errors.LabelUnreviewed), (-1, "", errors.AnchorBeyondEnd)],
)
def test_moments_beyond_the_video_and_words_that_nobody_reviewed_are_refused(
    creator, person, shown, second, label, refused
):
    post, dress, *_others = shown
    with pytest.raises(refused):
        standing.change_anchors(post, [Anchor(dress, second, label)], creator_id=creator, by=person, now=NOW)


def test_goods_of_drafts_and_of_what_waits_are_changed_otherwise(creator, person):
    for post in (a_draft(creator), a_submitted_post(creator)):
        with pytest.raises(errors.NotStanding):
            standing.change_anchors(post, [], creator_id=creator, by=person, now=NOW)
