"""Notices through the API: what the page says, read only when a program says so, and no further than it showed."""

from datetime import timedelta

import pytest

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.content.commands import comments, notices, reactions
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.queries.notices import new_likes
from anxin.market.service.queries.conversations import unread
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.people import a_person
from tests.support.api import ApiClient, a_caller, a_token
from tests.support.work import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return a_caller()


@pytest.fixture
def me(person):
    return ApiClient(a_token(person, "account"))


@pytest.fixture
def note(person):
    post = a_public_post(a_creator(person_id=person.pk), title="露营清单", title_en="Camping list")
    work(now())
    notices.read_notices(person.pk, {}, now=now())
    return post


def say(post, text):
    said = comments.comment(post, NewComment(text, str(new_id())), person_id=a_person(), now=now())
    work(now())
    return said


def like(post):
    reactions.like_post(post, person_id=a_person(), now=now())


def seen(me, query=""):
    answer = me.send("GET", f"/me/notices{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def read(me, **body):
    return me.send("POST", "/me/notices/read", body)


def test_notices_are_listed_with_what_they_are_about_and_listing_reads_none(me, person, note):
    say(note, "好看")
    last = say(note, "同感")
    like(note)
    for _ in range(2):
        told = seen(me)
        post = {"id": public_id("nte", note), "kind": "note", "state": "public"}
        post |= {"title": "露营清单", "title_en": "Camping list"}
        first, published = told["items"]
        assert (first["kind"], first["is_unread"], first["text"]) == ("comment", True, "同感")
        assert (first["comment"], first["post"], len(first["authors"])) == (public_id("cmt", last), post, 2)
        assert (published["kind"], published["is_unread"], published["comment"]) == ("published", False, None)
        assert told["likes"] == [{"post": post, "likes": 1, "fresh": 1}]
    assert unread(person.pk).notices == 2


def test_what_was_shown_is_read_and_what_came_meanwhile_is_not(me, person, note):
    say(note, "好看")
    like(note)
    told = seen(me)
    like(note)
    say(note, "后来的")
    likes = [{"post": one["post"]["id"], "likes": one["likes"]} for one in told["likes"]]
    for _ in range(2):
        assert read(me, until=told["until"], likes=likes).status_code == 204
        assert [(each.likes, each.fresh) for each in new_likes(person.pk)] == [(2, 1)]
        assert unread(person.pk).notices == 1
    rest = seen(me)
    assert read(me, until=rest["until"]).status_code == 204
    assert unread(person.pk).notices == 0
    assert [each.fresh for each in new_likes(person.pk)] == [1]  # of likes nothing was said


def test_no_more_is_read_than_there_is(me, person, note):
    like(note)
    other = a_public_post(a_creator())
    like(other)
    ahead = (now() + timedelta(days=1)).isoformat()
    likes = [{"post": public_id("nte", each), "likes": 1_000} for each in (note, other)]
    assert read(me, until=ahead, likes=likes).status_code == 204
    assert new_likes(person.pk) == ()
    like(note)
    assert [(each.likes, each.fresh) for each in new_likes(person.pk)] == [(2, 1)]
    say(note, "后来的")
    assert unread(person.pk).notices == 1


def test_notices_come_in_pages_and_likes_with_the_first(me, note):
    like(note)
    say(note, "好看")
    first = seen(me, "?limit=1")
    assert [each["kind"] for each in first["items"]] == ["comment"]
    second = seen(me, f"?limit=1&cursor={first['next_cursor']}")
    assert [each["kind"] for each in second["items"]] == ["published"]
    assert (second["next_cursor"], second["likes"], len(first["likes"])) == (None, [], 1)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"until": "gestern"},
        {"until": 5},
        {"until": "2026-01-01T00:00:00"},
        {"until": "2026-01-01T00:00:00Z", "likes": [{"post": "nte_x", "likes": 1}]},
        {"until": "2026-01-01T00:00:00Z", "likes": "all"},
        {"until": "2026-01-01T00:00:00Z", "more": 1},
    ],
)
def test_what_cannot_be_understood_reads_nothing(me, person, note, body):
    say(note, "好看")
    answer = me.send("POST", "/me/notices/read", body)
    assert answer.status_code == 422
    assert answer.json()["fields"]
    assert unread(person.pk).notices == 1


def test_notices_are_one_s_own(person, note):
    say(note, "好看")
    stranger = ApiClient(a_token(a_caller("other@example.org"), "account"))
    assert seen(stranger)["items"] == []
    assert ApiClient().send("GET", "/me/notices").status_code == 401
    shopper = ApiClient(a_token(person, "orders"))
    assert shopper.send("GET", "/me/notices").status_code == 403
    assert read(shopper, until=now().isoformat()).status_code == 403
    assert unread(person.pk).notices == 1
