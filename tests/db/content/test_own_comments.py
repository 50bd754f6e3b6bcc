"""What a creator reads of the comments on their posts: the newest first, answered or not."""

from uuid import UUID

import pytest
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW, a_shop
from tests.builders.people import a_person, with_role

from anxin.kernel.ids import new_id
from anxin.market.content.commands import comments, posts
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.models import Post
from anxin.market.content.queries import own_comments as read
from anxin.market.creators import queries as creators
from anxin.market.people.queries import Role

pytestmark = pytest.mark.django_db


def said(post, text, *, person=None, reply_to=None):
    wanted = NewComment(text, str(new_id()), reply_to)
    return comments.comment(post, wanted, person_id=person or a_person(), now=NOW)


def texts(creator, **wanted):
    return [each.facts.text for each in read.own_comments(creators.creator(creator), **wanted).page.items]


@pytest.fixture
def person():
    return a_person()


@pytest.fixture
def creator(person):
    return a_creator(person_id=person)


def test_comments_of_others_on_all_posts_are_read_newest_first_page_by_page(creator, person):
    first, second, foreign = a_public_post(creator), a_public_post(creator), a_public_post(a_creator())
    one, _two = said(first, "一"), said(second, "二")
    said(foreign, "别处")
    said(first, "谢谢", person=person, reply_to=one)
    said(first, "三", reply_to=one)
    assert texts(creator) == ["三", "二", "一"]
    assert texts(creator, post_id=second) == ["二"]
    page = read.own_comments(creators.creator(creator), limit=2).page
    assert [each.facts.text for each in page.items] == ["三", "二"]
    assert texts(creator, limit=2, cursor=page.next_cursor) == ["一"]


def test_what_the_creator_answered_is_no_longer_unanswered_and_stands_with_it(creator, person):
    post = a_public_post(creator)
    one, two = said(post, "尺码准吗"), said(post, "好看")
    said(post, "我也想知道", reply_to=one)
    said(post, "准的", person=person, reply_to=one)
    assert texts(creator, unanswered=True) == ["我也想知道", "好看"]
    assert read.own_comments(creators.creator(creator)).waiting == 2
    assert read.own_comments(creators.creator(creator), cursor=str(UUID(int=0))).waiting == 2
    page = {each.facts.id: each for each in read.own_comments(creators.creator(creator)).page.items}
    assert [each.text for each in page[one].replies] == ["准的"]
    assert page[two].replies == ()
    third = next(each for each in page.values() if each.facts.text == "我也想知道")
    assert third.answered.text == "尺码准吗"
    comments.remove_comment(page[one].replies[0].id, person_id=person)
    assert texts(creator, unanswered=True) == ["我也想知道", "好看", "尺码准吗"]


def test_what_is_taken_off_or_no_longer_public_is_not_listed(creator):
    post, gone = a_public_post(creator), a_public_post(creator)
    said(gone, "下架的")
    pinned, hidden = said(post, "置顶"), said(post, "广告")
    comments.hide_comment(hidden, creator_id=creator)
    comments.pin_comment(pinned, creator_id=creator)
    posts.withdraw_post(gone, creator_id=creator, now=NOW)
    page = read.own_comments(creators.creator(creator)).page
    assert [(each.facts.text, each.is_pinned) for each in page.items] == [("置顶", True)]


def test_a_managers_reply_answers_for_their_shop():
    shop = a_shop()
    creator = a_creator(shop_id=shop)
    post = a_public_post(creator)
    one = said(post, "有货吗")
    said(post, "有的", person=with_role(a_person(), Role.SERVICE_AGENT, shop), reply_to=one)
    assert "有货吗" in texts(creator, unanswered=True)
    said(post, "有", person=with_role(a_person(), Role.MANAGER, shop), reply_to=one)
    assert texts(creator, unanswered=True) == ["有的"]


def test_the_newest_posts_are_looked_at_and_an_older_one_where_it_is_asked_for(creator, person):
    old = a_public_post(creator)
    said(old, "很久以前")
    facts = {"creator_id": creator, "person_id": person, "kind": "note", "state": "public"}
    Post.objects.bulk_create(Post(**facts, created_at=NOW, published_at=NOW) for _ in range(read.POSTS_MAX - 1))
    assert texts(creator) == ["很久以前"]
    said(a_public_post(creator), "刚才")
    assert texts(creator) == ["刚才"]
    assert read.own_comments(creators.creator(creator)).waiting == 1
    assert texts(creator, post_id=old) == ["很久以前"]
