"""The creators' comment desk: read, answer, pin, take off, report; and what was decided since one looked last."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.content.commands import comments, posts, reviews
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.commands.posts import Visibility
from anxin.market.content.commands.reviews import RejectReason, Verdict
from anxin.market.content.domain.talk import COMMENTS_A_MINUTE_MAX
from anxin.market.content.models import Comment, Post, Report
from anxin.market.people.queries import Role
from tests.builders.content import a_public_post, a_reviewer, a_submitted_post
from tests.builders.creators import a_creator
from tests.builders.orders import a_shop
from tests.builders.people import a_person, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db
PAGE = reverse("studio_comments")


@pytest.fixture
def person():
    return a_person()


@pytest.fixture
def me(person):
    return the_browser_of(person)


@pytest.fixture
def creator(person):
    return a_creator(person_id=person, name="小鹿")


@pytest.fixture
def post(creator):
    return a_public_post(creator, title="一周穿搭", now=now())


def said(post, text="尺码准吗"):
    return comments.comment(post, NewComment(text, str(new_id())), person_id=a_person(), now=now())


def place(name, comment):
    return reverse(name, args=[public_id("cmt", comment)])


def text(answer):
    return answer.content.decode()


def test_a_comment_is_answered_and_leaves_the_unanswered(me, creator, post):
    assert "notice-error" not in text(me.get(PAGE))
    one, two = said(post), said(post, "好看")
    unanswered = text(me.get(f"{PAGE}?show=unanswered"))
    assert "尺码准吗" in unanswered
    assert "一周穿搭" in unanswered
    sent = {"text": "准的，按平时的拍", "key": "k1"}
    answer = me.post(place("studio_comment_reply", one) + "?show=unanswered", sent)
    assert answer.headers["Location"] == f"{PAGE}?show=unanswered"
    me.post(place("studio_comment_reply", one), sent)
    reply = Comment.objects.get(reply_to_id=one)
    assert (reply.text, reply.author) == ("准的，按平时的拍", "小鹿")
    left = text(me.get(f"{PAGE}?show=unanswered"))
    assert "尺码准吗" not in left
    assert public_id("cmt", two) in left
    assert "准的，按平时的拍" in text(me.get(PAGE))


def test_only_one_post_is_listed_where_asked(me, creator, post):
    other = a_public_post(creator, title="围巾", now=now())
    said(post, "裙子好看")
    said(other, "围巾好看")
    shown = text(me.get(f"{PAGE}?post={public_id('nte', other)}"))
    assert "围巾好看" in shown
    assert "裙子好看" not in shown


def test_a_reply_that_is_refused_is_not_lost(me, person, creator, post):
    one = said(post)
    for number in range(COMMENTS_A_MINUTE_MAX):
        comments.comment(post, NewComment(f"第{number}", f"k{number}"), person_id=person, now=now())
    answer = me.post(place("studio_comment_reply", one), {"text": "我写了很久的回复", "key": "x"})
    assert answer.status_code == 422
    assert 'value="我写了很久的回复"' in text(answer)


def test_a_comment_is_pinned_and_taken_down_taken_off_and_reported(me, creator, post):
    one, two = said(post), said(post, "加微信领券")
    me.post(place("studio_comment_act", one), {"pin": "1"})
    assert Post.objects.get(pk=post).pinned_comment_id == one
    me.post(place("studio_comment_act", one), {"back": "1"})
    assert Post.objects.get(pk=post).pinned_comment_id is None
    me.post(place("studio_comment_report", two), {"reason": "spam"})
    assert Report.objects.get().reason == "spam"
    me.post(place("studio_comment_act", two), {"hide": "1"})
    assert Comment.objects.get(pk=two).state == "hidden"
    assert "加微信领券" not in text(me.get(PAGE))


def test_nobody_acts_on_the_posts_of_others(post):
    one, other = said(post), a_person()
    a_creator(person_id=other)
    stranger = the_browser_of(other)
    for name in ("studio_comment_reply", "studio_comment_act", "studio_comment_report"):
        assert stranger.post(place(name, one), {"text": "x", "key": "k", "hide": "1"}).status_code == 404
    assert stranger.get(f"{PAGE}?post={public_id('nte', post)}").status_code == 404
    assert Comment.objects.get().state == "shown"
    assert "尺码准吗" not in text(stranger.get(PAGE))


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.PRIVATE])
def test_every_manager_of_a_shop_acts_on_what_stands_below_its_closed_posts(visibility):
    shop = a_shop()
    creator = a_creator(shop_id=shop)
    post = a_public_post(creator, title="新品", now=now())
    one, two, three = said(post), said(post, "加微信领券"), said(post, "好看")
    posts.set_visibility(post, visibility, creator_id=creator, now=now())
    manager, agent = (the_browser_of(with_role(a_person(), role, shop)) for role in (Role.MANAGER, Role.SERVICE_AGENT))
    assert "尺码准吗" in text(manager.get(PAGE))
    assert agent.post(place("studio_comment_act", two), {"hide": "1"}).status_code == 404
    assert manager.post(place("studio_comment_reply", one), {"text": "准的", "key": "k"}).status_code == 302
    assert manager.post(place("studio_comment_act", two), {"hide": "1"}).status_code == 302
    manager.post(place("studio_comment_act", one), {"pin": "1"})
    manager.post(place("studio_comment_report", three), {"reason": "spam"})
    assert Comment.objects.get(reply_to_id=one).text == "准的"
    assert Comment.objects.get(pk=two).state == "hidden"
    assert Post.objects.get(pk=post).pinned_comment_id == one
    assert Report.objects.get().comment_id == three


def test_what_is_on_no_post_is_not_found(me, creator):
    assert me.post(place("studio_comment_act", new_id()), {"hide": "1"}).status_code == 404


def test_the_list_and_what_waits_are_read_in_one_statement(me, creator, post):
    said(post)
    with CaptureQueriesContext(connection) as seen:
        page = text(me.get(PAGE))
    assert "尺码准吗" in page
    assert sum("waiting.number" in query["sql"] for query in seen.captured_queries) == 1


def test_decisions_are_shown_until_they_were_seen(me, creator):
    seen, later = (a_submitted_post(creator, title=title, now=now()) for title in ("裙子", "帽子"))
    reviews.reject_post(seen, Verdict([RejectReason.VULGAR], "封面太露"), by=a_reviewer(), now=now())
    page = text(me.get(reverse("studio_posts")))
    assert "自上次查看以来的审核结果" in page
    assert "封面太露" in page
    reviews.approve_post(later, by=a_reviewer(), now=now())
    me.post(reverse("studio_decisions_read"), {"post": [public_id("nte", seen)]})
    assert list(Post.objects.filter(decision_read=False).values_list("id", flat=True)) == [later]
    me.post(reverse("studio_decisions_read"), {"post": [public_id("nte", later)]})
    assert "自上次查看以来的审核结果" not in text(me.get(reverse("studio_posts")))
