"""Lists of one's own: favourites, likes, follows, what was watched; gone things are said to be, and can be taken off."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from anxin.faces.storefront import kept
from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.content.commands import posts, reactions
from anxin.market.content.commands.posts import PostKind, Visibility
from anxin.market.content.models import Favourite
from anxin.market.creators import commands as creators
from anxin.market.creators.queries import followed
from anxin.market.interest import commands as interest
from anxin.market.interest import queries
from anxin.market.interest.commands import Teller
from anxin.market.interest.queries import Item, ItemKind, Kind, Told
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.people import a_person
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db

LISTS = ("me_kept", "me_liked", "me_following", "me_watched")
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def me():
    return a_person()


@pytest.fixture
def creator():
    return a_creator(handle="xiaolu", name="小鹿", name_en="Deer")


def nte(post):
    return public_id("nte", post)


def shown(browser, address, **headers):
    answer = browser.get(address if address.startswith("/") else reverse(address), headers=headers or ENGLISH)
    assert answer.status_code == 200
    return answer.content.decode()


def watch(person, *posts_seen, ms=9_000, at=None):
    moment = at or now()
    told = [
        Told(new_id(), Kind.WATCH, Item(ItemKind.NOTE, one), moment + timedelta(milliseconds=step), value=ms)
        for step, one in enumerate(posts_seen)
    ]
    interest.tell(told, Teller(person, is_person=True), now=now() + timedelta(seconds=1))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_so_and_leads_on(me, name, language):
    page = shown(the_browser_of(me), name, **{"accept-language": language})
    assert 'class="empty"' in page
    assert f'class="btn btn-primary mt-2" href="{reverse("feed")}"' in page


@pytest.mark.parametrize(("name", "act"), [("me_kept", reactions.keep_post), ("me_liked", reactions.like_post)])
def test_what_one_said_is_listed_with_what_is_gone_which_can_be_taken_off(me, creator, name, act):
    there, gone, hidden = (a_public_post(creator, title=title) for title in ("还在", "已删", "藏起"))
    for post in (there, gone, hidden):
        act(post, person_id=me, now=now())
    posts.remove_post(gone, creator_id=creator, now=now())
    posts.set_visibility(hidden, Visibility.PRIVATE, creator_id=creator, now=now())
    browser = the_browser_of(me)
    page = shown(browser, name)
    assert "还在" in page
    assert page.count("This note is no longer shown") == 2
    assert "已删" not in page
    assert "藏起" not in page
    off = re.findall(r'<form method="post" action="(/v/[^"]+)"', page)
    assert len(off) == 3
    for address in off:
        answer = browser.post(address, {"back": "1", "next": reverse(name)})
        assert (answer.status_code, answer["Location"]) == (302, reverse(name))
    assert 'class="empty"' in shown(browser, name)


def test_lists_go_on_page_after_page(me, creator, monkeypatch):
    monkeypatch.setattr(kept, "SIZE", 2)
    made = [a_public_post(creator, title=f"第{number}篇") for number in range(3)]
    for post in made:
        reactions.keep_post(post, person_id=me, now=now())
    watch(me, *made)
    browser = the_browser_of(me)
    for name in ("me_kept", "me_watched"):
        first = shown(browser, name)
        following = re.search(r'rel="next" href="(\?[^"]+)"', first)[1].replace("&amp;", "&")
        second = shown(browser, reverse(name) + following)
        assert [f"第{number}篇" in first for number in range(3)] == [False, True, True]
        assert [f"第{number}篇" in second for number in range(3)] == [True, False, False]


def test_whom_one_follows_is_listed_and_let_go(me, creator):
    creators.follow(creator, person_id=me, now=now())
    browser = the_browser_of(me)
    page = shown(browser, "me_following")
    assert "Deer" in page
    assert "1 follower" in page
    browser.post(reverse("creator_follow", args=["xiaolu"]), {"back": "1", "next": reverse("me_following")})
    assert not followed(me, [creator])
    assert 'class="empty"' in shown(browser, "me_following")


def test_what_was_watched_is_listed_once_the_last_first_and_glances_are_not(me, creator):
    first, second, glanced = (a_public_post(creator, title=title) for title in ("先看的", "后看的", "瞥见的"))
    moment = now() - timedelta(minutes=9)
    watch(me, first, second, first, at=moment)
    watch(me, second, at=moment + timedelta(minutes=1))
    watch(me, glanced, ms=500)
    page = shown(the_browser_of(me), "me_watched")
    assert page.index("后看的") < page.index("先看的")
    assert page.count('class="post-tile"') == 2
    assert "瞥见的" not in page


def test_goods_that_were_looked_at_neither_shorten_a_page_of_what_was_watched_nor_count(me, creator, monkeypatch):
    monkeypatch.setattr(kept, "SIZE", 2)
    made = [a_public_post(creator, title=f"第{number}篇") for number in range(2)]
    watch(me, *made, at=now() - timedelta(minutes=9))
    looked = Told(new_id(), Kind.WATCH, Item(ItemKind.PRODUCT, new_id()), now(), value=9_000)
    interest.tell([looked], Teller(me, is_person=True), now=now() + timedelta(seconds=1))
    assert any(entry.item.kind is ItemKind.PRODUCT for entry in queries.history(me).entries)
    page = shown(the_browser_of(me), "me_watched")
    assert page.count('class="post-tile"') == 2
    assert 'rel="next"' not in page
    assert kept.counts_of(me).watched == 2


def test_one_thing_watched_is_forgotten_and_then_all_and_nothing_else(me, creator):
    one, other = a_public_post(creator, title="甲"), a_public_post(creator, title="乙")
    watch(me, one, other)
    like = Told(new_id(), Kind.LIKE, Item(ItemKind.NOTE, one), now())
    interest.tell([like], Teller(me, is_person=True), now=now() + timedelta(seconds=2))
    browser = the_browser_of(me)
    browser.post(reverse("me_watched_forget"), {"item": nte(one)})
    assert [(entry.kind, entry.item.id) for entry in queries.history(me).entries] == [
        (Kind.WATCH, other),
        (Kind.LIKE, one),
    ]
    browser.post(reverse("me_watched_forget"))
    assert [entry.kind for entry in queries.history(me).entries] == [Kind.LIKE]
    assert 'class="empty"' in shown(browser, "me_watched")
    assert browser.post(reverse("me_watched_forget"), {"item": "nte_x"}).status_code == 404


def test_without_personal_recommendations_the_lists_stay(me, creator):
    post = a_public_post(creator, PostKind.NOTE, title="留着的")
    reactions.keep_post(post, person_id=me, now=now())
    watch(me, post)
    interest.personalise(me, wanted=False, is_person=True)
    browser = the_browser_of(me)
    assert "留着的" in shown(browser, "me_kept")
    assert "留着的" in shown(browser, "me_watched")


def test_the_account_counts_each_list_and_leads_there(me, creator):
    post = a_public_post(creator)
    reactions.keep_post(post, person_id=me, now=now())
    creators.follow(creator, person_id=me, now=now())
    watch(me, post)
    page = shown(the_browser_of(me), "account")
    found = dict(re.findall(r'account-tile" href="(/me/\w+)">.*?<b>(\d+)</b>', page))
    assert found == {reverse(name): count for name, count in zip(LISTS, "1011", strict=True)}


@pytest.mark.parametrize("name", LISTS)
def test_lists_are_one_s_own(name):
    answer = Client().get(reverse(name))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("account_login"))


def test_a_form_leads_back_to_pages_of_ours_only(me, creator):
    post = a_public_post(creator)
    browser = the_browser_of(me)
    answer = browser.post(reverse("post_keep", args=[nte(post)]), {"next": "https://evil.example/"})
    assert answer["Location"] == reverse("post", args=[nte(post)])
    assert Favourite.objects.count() == 1
