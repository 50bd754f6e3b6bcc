"""Notices: who is told what, once however often an event arrives, what is alike together, and read once looked at."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anxin.faces.storefront import notices as pages
from anxin.infra.clock import now
from anxin.infra.tallies import fold_batch
from anxin.kernel.ids import new_id, public_id
from anxin.market.content.commands import comments, notices, posts, reactions, reviews
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.commands.posts import Visibility
from anxin.market.content.commands.reviews import Verdict
from anxin.market.content.domain.notices import NoticeKind
from anxin.market.content.models import Notice
from anxin.market.content.queries.notices import new_likes, notices_of
from anxin.market.content.queries.posts import RejectReason
from anxin.market.creators import queries as creators
from anxin.market.people.commands import erase
from anxin.market.service.queries.conversations import unread
from tests.builders.content import a_public_post, a_reviewer, a_submitted_post
from tests.builders.creators import a_creator
from tests.builders.people import a_person
from tests.support.browsers import the_browser_of
from tests.support.work import work

told_migration = import_module("anxin.market.content.migrations.0008_told")
pytestmark = pytest.mark.django_db

ENGLISH = {"accept-language": "en"}


@pytest.fixture
def creator():
    return a_creator(handle="xiaolu", name="小鹿")


@pytest.fixture
def maker(creator):
    return creators.creator(creator).person_id


@pytest.fixture
def note(creator, maker):
    post = a_public_post(creator, title="露营清单", title_en="Camping list")
    work(now())
    notices.read_notices(maker, {}, now=now())
    return post


def say(post, text="好看", reply_to=None, person=None):
    written = comments.comment(
        post, NewComment(text, str(new_id()), reply_to), person_id=person or a_person(), now=now()
    )
    work(now())
    return written


def told(person):
    return [(each.kind, each.text) for each in notices_of(person).items if each.is_unread]


def shown(person, address=None):
    answer = the_browser_of(person).get(address or reverse("me_notices"), headers=ENGLISH)
    assert answer.status_code == 200
    return answer.content.decode()


def test_whoever_made_it_hears_of_comments_and_whoever_is_answered_of_answers(note, maker):
    reader, other = a_person(), a_person()
    first = say(note, "好看", person=reader)
    say(note, "同感", first, person=other)
    say(note, "谢谢", first, person=maker)
    assert told(maker) == [(NoticeKind.COMMENT, "同感")]  # two comments in a row are one notice, the last is quoted
    assert told(reader) == [(NoticeKind.REPLY, "谢谢"), (NoticeKind.REPLY, "同感")]
    assert told(other) == []


def test_an_event_that_arrives_again_tells_nothing_new(note, maker):
    written = say(note)
    notices.tell_of_comment(written, now=now())
    notices.tell_of_publication(note, now=now())
    assert Notice.objects.filter(person_id=maker, kind=NoticeKind.COMMENT).count() == 1
    assert Notice.objects.filter(person_id=maker, kind=NoticeKind.PUBLISHED).count() == 1


def test_whom_a_post_mentions_hears_of_it_if_they_may_see_it(creator, maker):
    friend = creators.creator(a_creator(handle="friend")).person_id
    for visibility in (Visibility.PUBLIC, Visibility.FOLLOWERS):
        a_public_post(creator, caption="和 @friend 还有 @xiaolu 一起", visibility=visibility)
        work(now())
    assert [kind for kind, _ in told(friend)] == [NoticeKind.MENTION]
    assert [kind for kind, _ in told(maker)] == [NoticeKind.PUBLISHED] * 2


def test_whoever_made_it_hears_that_it_is_public_or_refused_each_time(creator, maker):
    post = a_submitted_post(creator)
    for _ in range(2):
        reviews.reject_post(post, Verdict((RejectReason.VULGAR,)), by=a_reviewer(), now=now())
        work(now())
        posts.withdraw_post(post, creator_id=creator, now=now())
        posts.submit_post(post, creator_id=creator, now=now())
    reviews.approve_post(post, by=a_reviewer(), now=now())
    work(now())
    assert [kind for kind, _ in told(maker)] == [NoticeKind.PUBLISHED, NoticeKind.REJECTED, NoticeKind.REJECTED]


def test_whoever_made_it_hears_each_time_an_operator_hides_it_and_not_when_they_take_it_back(creator, maker, note):
    verdict, by = Verdict((RejectReason.VULGAR,)), a_reviewer()
    for _ in range(2):
        reviews.hide_post(note, verdict, by=by, now=now())
        work(now())
        notices.tell_of_hiding(note, now=now())  # the event arrives again
        reviews.restore_post(note, by=by, now=now())
        work(now())
    assert [kind for kind, _ in told(maker)] == [NoticeKind.HIDDEN] * 2
    posts.remove_post(note, creator_id=creator, now=now())
    work(now())
    assert [kind for kind, _ in told(maker)] == [NoticeKind.HIDDEN] * 2
    chinese = the_browser_of(maker).get(reverse("me_notices"), headers={"accept-language": "zh-hans"}).content.decode()
    assert chinese.count("《露营清单》已被平台下架") == 2
    page = shown(maker)
    assert page.count("“Camping list” was taken from the public") == 2
    assert f'href="{reverse("studio_post", args=[public_id("nte", note)])}"' in page


def test_likes_from_before_there_were_notices_are_no_news(creator, note, maker):
    told_of = a_public_post(creator, title="说过的")
    for post in (note, note, told_of):
        reactions.like_post(post, person_id=a_person(), now=now())
    fold_batch()
    for post in (note, told_of):
        reactions.like_post(post, person_id=a_person(), now=now())
    notices.read_notices(maker, {told_of: 1}, now=now())
    with connection.cursor() as cursor:
        cursor.execute(told_migration.SEED)
    assert [(each.post.id, each.likes, each.fresh) for each in new_likes(maker)] == [(told_of, 2, 1)]
    reactions.like_post(note, person_id=a_person(), now=now())
    assert {each.post.id: each.fresh for each in new_likes(maker)} == {told_of: 1, note: 1}


def test_the_page_groups_what_is_alike_and_looking_at_it_reads_it(note, maker):
    for number in range(3):
        say(note, f"第{number}条")
    assert unread(maker).notices == 3
    browser = the_browser_of(maker)
    home = browser.get(reverse("account"), headers=ENGLISH).content.decode()
    assert re.search(r"Unread: </span>3</span>", home)
    page = shown(maker)
    assert page.count("is-unread") == 1
    assert "and 2 other people commented on “Camping list”" in page
    assert "第2条" in page
    assert f'href="{reverse("post", args=[public_id("nte", note)])}#comments"' in page
    assert unread(maker).notices == 0
    assert "is-unread" not in shown(maker)


def test_likes_are_counted_since_one_last_looked(note, maker):
    for _ in range(3):
        reactions.like_post(note, person_id=a_person(), now=now())
    assert [(each.likes, each.fresh) for each in new_likes(maker)] == [(3, 3)]
    assert "3 more likes of “Camping list”" in shown(maker)
    assert "more like" not in shown(maker)
    reactions.like_post(note, person_id=a_person(), now=now())
    assert "1 more like of “Camping list”" in shown(maker)
    assert new_likes(a_person()) == ()


def test_a_comment_that_is_gone_is_not_quoted_and_an_erased_person_not_named(note, maker):
    first, second = a_person(), a_person()
    gone, stays = say(note, "删掉的", person=first), say(note, "留下的", person=second)
    comments.remove_comment(gone, person_id=first)
    assert told(maker) == [(NoticeKind.COMMENT, "留下的")]
    answered = say(note, "回一句", stays, person=maker)
    assert answered
    assert told(second) == [(NoticeKind.REPLY, "回一句")]
    erase(second, now=now())
    work(now())
    assert "Somebody commented on" in shown(maker)
    assert not Notice.objects.filter(person_id=second).exists()


def test_looking_also_reads_what_nothing_is_said_of_any_more(note, maker):
    reader = a_person()
    comments.remove_comment(say(note, "删掉的", person=reader), person_id=reader)
    assert unread(maker).notices == 1
    assert "删掉的" not in shown(maker)
    assert unread(maker).notices == 0


def test_a_page_of_which_nothing_is_said_leads_on_to_the_next(note, maker, monkeypatch):
    monkeypatch.setattr(pages, "SIZE", 1)
    reader = a_person()
    comments.remove_comment(say(note, "删掉的", person=reader), person_id=reader)
    first = shown(maker)
    following = re.search(r'rel="next" href="(\?[^"]+)"', first)[1].replace("&amp;", "&")
    assert "is public now" in shown(maker, reverse("me_notices") + following)


@pytest.mark.parametrize("visibility", [Visibility.FOLLOWERS, Visibility.PRIVATE])
def test_of_a_post_that_one_may_see_no_longer_nothing_is_said(creator, note, maker, visibility):
    friend = creators.creator(a_creator(handle="friend")).person_id
    named = a_public_post(creator, title="约伴", caption="和 @friend 一起")
    work(now())
    first = say(named, "好看", person=friend)
    say(named, "谢谢", first, person=maker)
    assert [kind for kind, _ in told(friend)] == [NoticeKind.REPLY, NoticeKind.MENTION]
    posts.set_visibility(named, visibility, creator_id=creator, now=now())
    assert told(friend) == []
    assert "约伴" not in shown(friend)
    assert [kind for kind, _ in told(maker)] == [NoticeKind.COMMENT, NoticeKind.PUBLISHED]
    posts.remove_post(named, creator_id=creator, now=now())
    assert [kind for kind, _ in told(maker)] == [NoticeKind.PUBLISHED]


def test_notices_of_many_closed_posts_take_as_many_statements_as_of_one(creator, maker):
    taken = []
    for _ in range(2):
        post = a_public_post(creator, visibility=Visibility.FOLLOWERS)
        facts = {"person_id": maker, "kind": NoticeKind.MENTION, "post_id": post, "at": now()}
        Notice.objects.create(key=f"mention:{post}", **facts)
        with CaptureQueriesContext(connection) as captured:
            assert NoticeKind.MENTION in [kind for kind, _ in told(maker)]
        taken.append(len(captured))
    assert taken[0] == taken[1]


def test_a_hundred_unread_notices_are_counted_and_no_more(note, maker):
    facts = {"person_id": maker, "kind": NoticeKind.COMMENT, "post_id": note, "at": now()}
    Notice.objects.bulk_create(Notice(key=f"comment:{number}", **facts) for number in range(101))
    assert unread(maker).notices == 100


def test_what_arrives_while_one_reads_stays_unread(note, maker):
    say(note)
    notices.read_notices(maker, {}, now=now() - timedelta(minutes=1))
    assert unread(maker).notices == 1


def test_notices_are_one_s_own_and_come_in_pages(note, maker):
    assert Client().get(reverse("me_notices")).status_code == 302
    assert 'class="empty"' in shown(a_person())
    for number in range(3):
        say(note, f"{number}")
        a_public_post(creators.creator_of_person(maker).id)
        work(now())
    first = notices_of(maker, limit=2)
    rest = notices_of(maker, limit=20, cursor=first.next_cursor)
    assert len(first.items) == 2
    assert len(rest.items) == 5
    assert the_browser_of(maker).get(reverse("me_notices") + "?cursor=x").status_code == 422
