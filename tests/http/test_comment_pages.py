"""Comments: their order, their parts, whom a reply answers, how long ago it was, and creators who close them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from anxin.faces.storefront import comments as pages
from anxin.infra.clock import now
from anxin.kernel.errors import AnxinError
from anxin.kernel.ids import new_id, public_id
from anxin.market.content.commands import comments, reactions
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.errors.talk import CommentsClosed
from anxin.market.content.models import Comment
from anxin.market.content.queries.comments import Sort, comments_of
from anxin.market.creators import queries as creators
from anxin.market.people.models import Person
from anxin.ui.templatetags import formats
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.people import a_person
from tests.support.api import ApiClient, a_token
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db

PART = {"accept": "text/html-part"}


@pytest.fixture
def creator():
    return a_creator(handle="xiaolu", name="小鹿")


@pytest.fixture
def note(creator):
    return a_public_post(creator)


def nte(post):
    return public_id("nte", post)


def say(post, text, reply_to=None, person=None):
    return comments.comment(post, NewComment(text, str(new_id()), reply_to), person_id=person or a_person(), now=now())


def liked(comment, times):
    for _ in range(times):
        reactions.like_comment(comment, person_id=a_person(), now=now())


def texts(html):
    return re.findall(r'comment-text">([^<]+)</p>', html)


def page(address, **headers):
    answer = Client().get(address, headers=headers or {"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def links(html, name):
    return [each.replace("&amp;", "&") for each in re.findall(rf'data-{name}="([^"]+)"', html)]


def test_the_most_liked_come_first_when_asked_and_go_on_behind_where_one_was(note, monkeypatch):
    monkeypatch.setattr(pages, "THREADS", 2)
    for text, likes in (("一", 1), ("三", 3), ("零", 0), ("二", 2)):
        liked(say(note, text), likes)
    address = reverse("post", args=[nte(note)])
    newest = page(address)
    assert texts(newest) == ["二", "零"]
    assert texts(page(links(newest, "earlier")[0], **PART)) == ["三", "一"]
    by_likes = page(links(newest, "anew")[1], **PART)
    assert texts(by_likes) == ["三", "二"]
    rest = page(links(by_likes, "earlier")[0], **PART)
    assert texts(rest) == ["一", "零"]
    assert not links(rest, "earlier")
    assert texts(page(f"{address}?sort=liked")) == ["三", "二"]  # without scripts


def test_a_pinned_comment_stays_on_top_in_either_order(note, creator):
    pinned = say(note, "置顶")
    liked(say(note, "热门"), 2)
    comments.pin_comment(pinned, creator_id=creator)
    for sort in Sort:
        assert [each.text for each in comments_of(note, person_id=None, sort=sort).items] == ["置顶", "热门"]


@pytest.mark.parametrize(
    "cursor", ["x", "1", "1_x", "_", "²_018f0000000070008000000000000001", "--1_018f0000000070008000000000000001"]
)
def test_a_cursor_that_is_not_ours_is_refused(note, cursor):
    with pytest.raises(AnxinError):
        comments_of(note, person_id=None, sort=Sort.LIKED, cursor=cursor)


def test_a_reply_to_a_reply_says_whom_it_answers(note):
    first = say(note, "开头")
    second = say(note, "回复楼主", first)
    third = say(note, "回复回复", second)
    shown = page(reverse("comment_replies", args=[public_id("cmt", first)]), **PART)
    name = Comment.objects.get(pk=second).author
    assert shown.count("comment-to") == 1
    assert name in re.search(r'comment-to">([^<]+)<', shown)[1]
    told = ApiClient().send("GET", f"/comments/{public_id('cmt', first)}/replies").json()["items"]
    assert [(each["id"], each["answered"]) for each in told] == [
        (public_id("cmt", second), ""),
        (public_id("cmt", third), name),
    ]
    comments.remove_comment(second, person_id=Comment.objects.get(pk=second).person_id)
    assert "comment-to" not in page(reverse("comment_replies", args=[public_id("cmt", first)]), **PART)


def test_whoever_reads_english_reads_the_english_name_of_the_creator_who_is_answered(note):
    speaker = creators.creator(a_creator(handle="deer", name="鹿", name_en="Deer")).person_id
    first = say(note, "开头")
    say(note, "不客气", say(note, "谢谢", first, person=speaker))
    shown = page(
        reverse("comment_replies", args=[public_id("cmt", first)]), accept="text/html-part", **{"accept-language": "en"}
    )
    assert re.search(r'comment-to">([^<]+)<', shown)[1] == "answers Deer"


def test_all_replies_of_a_thread_are_reached_with_and_without_scripts(note):
    first = say(note, "开头")
    for number in range(22):
        say(note, f"回复{number}", first)
    address = reverse("comment_replies", args=[public_id("cmt", first)])
    start = page(address)
    assert "<html" in start
    assert reverse("post", args=[nte(note)]) in start
    more = re.search(r'href="([^"]+)" data-replies', start)[1].replace("&amp;", "&")
    rest = page(more, **PART)
    assert "<html" not in rest
    assert texts(start) + texts(rest) == [f"回复{number}" for number in range(22)]


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (-5, "just now", "刚刚"),
        (59, "just now", "刚刚"),
        (60, "1 minute ago", "1 分钟前"),
        (200, "3 minutes ago", "3 分钟前"),
        (7_300, "2 hours ago", "2 小时前"),
        (6 * 86_400, "6 days ago", "6 天前"),
        (7 * 86_400, "23 Feb 2026", "2026-02-23"),
    ],
)
def test_how_long_ago_is_said_in_words_with_the_full_time_as_title(monkeypatch, seconds, english, chinese):
    moment = datetime(2026, 3, 2, 4, tzinfo=UTC)
    monkeypatch.setattr(formats, "now", lambda: moment)
    shown = Template("{% load formats %}{{ at|ago }}")
    for language, words in (("en", english), ("zh-hans", chinese)):
        with override(language):
            html = shown.render(Context({"at": moment - timedelta(seconds=seconds)}))
        assert f">{words}</time>" in html
        assert re.search(r'title="[^"]*2026[^"]*\d\d:\d\d"', html)


def test_a_creator_closes_the_comments_and_opens_them_again(note, creator):
    maker, me = creators.creator(creator).person_id, a_person()
    kept = say(note, "先说的")
    owner, browser = the_browser_of(maker), the_browser_of(me)
    switch = reverse("comments_switch", args=[nte(note)])
    assert browser.post(switch, {"close": "1"}).status_code == 404
    owner.post(switch, {"close": "1"})
    with pytest.raises(CommentsClosed):
        say(note, "晚了")
    shown = browser.get(reverse("post", args=[nte(note)]), headers={"accept-language": "en"}).content.decode()
    assert "The creator has closed the comments." in shown
    assert texts(shown) == ["先说的"]
    assert 'name="text"' not in shown
    browser.post(
        reverse("comment_new", args=[nte(note)]), {"text": "硬说", "key": "k", "reply_to": public_id("cmt", kept)}
    )
    assert Comment.objects.count() == 1
    owner.post(switch)
    assert say(note, "又可以说了")


def test_a_program_closes_the_comments_and_hears_that_they_are(note, creator):
    maker = ApiClient(a_token(Person.objects.get(pk=creators.creator(creator).person_id)))
    reader = ApiClient(a_token(Person.objects.get(pk=a_person())))
    address = f"/me/posts/{nte(note)}/comments"
    assert reader.send("PUT", address, {"open": False}).status_code == 404
    assert maker.send("PUT", address, {"open": False}).json()["comments_open"] is False
    assert reader.send("GET", f"/content/{nte(note)}").json()["comments_open"] is False
    refused = reader.send("POST", f"/content/{nte(note)}/comments", {"text": "好看", "key": "k"})
    assert (refused.status_code, refused.json()["code"]) == (409, "content.comments_closed")
    assert maker.send("PUT", address, {"open": True}).json()["comments_open"] is True


def test_only_mentions_of_creators_lead_to_their_pages(creator):
    post = a_public_post(creator, caption="和 @xiaolu 还有 @nobody-here 一起", caption_en="")
    shown = page(reverse("post", args=[nte(post)]))
    assert f'href="{reverse("creator", args=["xiaolu"])}">@xiaolu</a>' in shown
    assert "@nobody-here" in shown
    assert "/@nobody-here" not in shown


@pytest.mark.parametrize("headers", [PART, {}], ids=["script", "form"])
def test_what_was_refused_stands_in_its_field_once_more(note, headers):
    first, reader = say(note, "好看"), the_browser_of(a_person())
    new = reverse("comment_new", args=[nte(note)])
    for below in ({}, {"reply_to": public_id("cmt", first)}):
        for text, kept in (("长" * 301, "长" * 300), ("写好的话", "写好的话")):
            sent = {"text": text, "key": "" if text == kept else "k", **below}
            html = reader.post(new, sent, follow=True, headers=headers).content.decode()
            assert html.count(f' value="{kept}"') == 1
            assert ('<details class="comment-reply" open>' in html) is bool(below)
    assert Comment.objects.count() == 1
    again = reader.get(reverse("post", args=[nte(note)])).content.decode()
    assert "写好的话" not in again
