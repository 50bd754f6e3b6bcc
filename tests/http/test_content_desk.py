"""Operators decide about videos, notes and comments on pages."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.content.commands import comments, reactions
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.commands.posts import PostKind
from anxin.market.content.models import Comment, Post
from anxin.market.people.queries import Role
from tests.builders.content import a_public_post, a_submitted_post
from tests.builders.creators import a_creator
from tests.builders.people import a_person, with_role
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return the_browser_of(with_role(a_person(), Role.REVIEWER))


def review(post, kind=PostKind.NOTE):
    return reverse("desk_content_review", args=[public_id("nte" if kind is PostKind.NOTE else "vid", post)])


def state(post):
    return Post.objects.get(pk=post).state


@pytest.mark.parametrize("kind", list(PostKind))
def test_a_post_is_looked_at_and_approved(desk, kind):
    post = a_submitted_post(a_creator(), kind, title="一周穿搭")
    assert "一周穿搭" in desk.get(reverse("desk_content")).content.decode()
    page = desk.get(review(post, kind)).content.decode()
    assert ("<video" in page) is (kind is PostKind.VIDEO)
    assert desk.post(review(post, kind), {"approve": "1"}).status_code == 302
    assert state(post) == "public"


def test_who_is_mentioned_is_asked_once_for_both_captions(desk):
    a_creator(handle="xiaolu")
    post = a_submitted_post(a_creator(), caption="和 @xiaolu 一起", caption_en="with @xiaolu")
    with CaptureQueriesContext(connection) as seen:
        page = desk.get(review(post)).content.decode()
    assert page.count('href="/@xiaolu"') == 2
    assert sum("creators_creator" in each["sql"] for each in seen.captured_queries) == 2  # and whose post it is


def test_a_refusal_needs_reasons_which_the_post_keeps(desk):
    post = a_submitted_post(a_creator())
    assert desk.post(review(post), {"reject": "1"}).status_code == 422
    assert state(post) == "in_review"
    desk.post(review(post), {"reject": "1", "reasons": ["vulgar"], "note": "封面低俗"})
    assert (state(post), Post.objects.get(pk=post).decision_note) == ("rejected", "封面低俗")
    assert "封面低俗" in desk.get(review(post)).content.decode()


def test_a_reported_post_is_hidden_and_shown_again_or_left(desk):
    post = a_public_post(a_creator())
    reactions.report(post, reactions.ReportReason.VULGAR, "看图二", person_id=a_person(), now=now())
    assert public_id("nte", post) in desk.get(reverse("desk_content") + "?show=reported").content.decode()
    assert "看图二" in desk.get(review(post)).content.decode()
    desk.post(review(post), {"hide": "1", "reasons": ["vulgar"]})
    assert state(post) == "hidden"
    assert public_id("nte", post) in desk.get(reverse("desk_content") + "?show=hidden").content.decode()
    desk.post(review(post), {"restore": "1"})
    assert state(post) == "public"


def test_after_a_decision_the_next_post_is_shown_and_at_the_end_the_queue(desk):
    first, second, third = (a_submitted_post(a_creator(), title=title) for title in ("一", "二", "三"))
    assert review(third) in desk.get(review(second)).content.decode()
    assert desk.post(review(second), {"approve": "1"}).headers["Location"] == review(third)
    assert desk.post(review(third), {"reject": "1", "reasons": ["vulgar"]}).headers["Location"] == review(first)
    assert desk.post(review(first), {"approve": "1"}).headers["Location"] == reverse("desk_content")
    assert "已全部审完" in desk.get(reverse("desk_content")).content.decode()


def test_the_post_before_is_reached_from_each_and_from_the_first_the_last(desk):
    first, second, third = (a_submitted_post(a_creator(), title=title) for title in ("一", "二", "三"))
    for post, before in ((third, second), (second, first), (first, third)):
        page = desk.get(review(post)).content.decode()
        assert f'data-key="k" href="{review(before)}"' in page
    reported = [a_public_post(a_creator()) for _ in range(3)]
    for post in reported:
        reactions.report(post, reactions.ReportReason.SPAM, person_id=a_person(), now=now())
    page = desk.get(review(reported[1])).content.decode()
    assert f'data-key="j" href="{review(reported[0])}"' in page
    assert f'data-key="k" href="{review(reported[2])}"' in page


def test_who_comes_second_is_told_that_it_was_decided_meanwhile(desk):
    post = a_submitted_post(a_creator())
    assert desk.post(review(post), {"approve": "1"}).status_code == 302
    other = the_browser_of(with_role(a_person(), Role.REVIEWER))
    late = other.post(review(post), {"reject": "1", "reasons": ["vulgar"]}, headers={"accept-language": "en"})
    assert late.status_code == 422
    assert "Somebody decided about it meanwhile" in late.content.decode()
    assert state(post) == "public"


def test_what_is_sent_from_the_reasons_never_approves(desk):
    post = a_submitted_post(a_creator())
    forms = re.findall(r"<form.*?</form>", desk.get(review(post)).content.decode(), flags=re.DOTALL)
    approving = [each for each in forms if 'name="approve"' in each]
    refusing = [each for each in forms if 'name="reject"' in each]
    assert len(approving) == len(refusing) == 1
    assert 'name="reasons"' in refusing[0]
    assert 'name="approve"' not in refusing[0]


def test_a_reviewer_is_not_led_to_their_own_post():
    operator = with_role(a_person(), Role.REVIEWER)
    other, own = a_submitted_post(a_creator()), a_submitted_post(a_creator(person_id=operator))
    answer = the_browser_of(operator).post(review(other), {"approve": "1"})
    assert answer.headers["Location"] == reverse("desk_content")
    assert state(own) == "in_review"


def test_the_next_reported_post_follows_a_reported_one(desk):
    posts = [a_public_post(a_creator()) for _ in range(2)]
    for post in posts:
        reactions.report(post, reactions.ReportReason.SPAM, person_id=a_person(), now=now())
    assert desk.post(review(posts[1]), {"keep": "1"}).headers["Location"] == review(posts[0])
    last = desk.post(review(posts[0]), {"hide": "1", "reasons": ["vulgar"]})
    assert last.headers["Location"] == f"{reverse('desk_content')}?show=reported"


@pytest.mark.parametrize(("button", "left"), [("hide", "hidden"), ("keep", "shown")])
def test_a_reported_comment_is_decided(desk, button, left):
    post, me = a_public_post(a_creator()), a_person()
    said = comments.comment(post, NewComment("加微信领券", "k"), person_id=me, now=now())
    reactions.report(post, reactions.ReportReason.SPAM, comment_id=said, person_id=a_person(), now=now())
    listed = desk.get(reverse("desk_content") + "?show=comments")
    assert "加微信领券" in listed.content.decode()
    desk.post(reverse("desk_comment", args=[public_id("cmt", said)]), {button: "1"})
    assert Comment.objects.get(pk=said).state == left
    assert "加微信领券" not in desk.get(reverse("desk_content") + "?show=comments").content.decode()
