"""Search beside products: a little of everything first, posts by kind and order, creators to follow, topics, completions."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anxin.faces.storefront import search
from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.content.commands import reactions
from anxin.market.content.commands.posts import PostKind
from anxin.market.content.queries import feed
from anxin.market.creators.queries import followed, found_creators
from anxin.market.interest.queries import Kind, history
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import a_shop, a_sku
from tests.builders.people import a_person
from tests.support.api import ApiClient
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db

STATEMENTS_MAX = 8


@pytest.fixture
def creator():
    return a_creator(handle="outdoor-lin", name="露营小林", name_en="Camping Lin")


@pytest.fixture
def things(creator):
    """A note, a video and a tent about camping."""
    note = a_public_post(creator, title="露营清单", caption="#露营 #户外露营")
    video = a_public_post(creator, PostKind.VIDEO, title="露营一夜", caption="#露营")
    a_sku(a_shop(), title="露营帐篷")
    return note, video


def page(address, browser=None):
    answer = (browser or Client()).get(address, headers={"accept-language": "en"})
    assert answer.status_code == 200, address
    return answer.content.decode()


def found(html):
    return re.findall(r'<h3><a href="/v/((?:vid|nte)_\w+)"', html)


def ids(*posts):
    note, video = posts
    return {public_id("nte", note), public_id("vid", video)}


def test_a_plain_search_shows_a_little_of_everything_and_narrowing_is_about_products(things):
    mixed = page("/search?q=露营")
    assert set(found(mixed)) == ids(*things)
    assert 'href="/@outdoor-lin"' in mixed
    assert reverse("topic", args=["户外露营"]) in mixed
    assert mixed.count('class="goods-title"') == 1
    for address in ("/search?q=露营&tab=products", "/search?q=露营&sort=price"):
        products = page(address)
        assert products.count('class="goods-title"') == 1
        assert not found(products)


def test_posts_are_found_by_kind_and_in_three_orders(things, creator):
    note, video = (public_id(prefix, post) for prefix, post in zip(("nte", "vid"), things, strict=True))
    assert found(page("/search?q=露营&tab=posts&kind=video")) == [video]
    assert found(page("/search?q=露营&tab=posts&kind=note")) == [note]
    assert found(page("/search?tab=posts&kind=note")) == [note]
    reactions.like_post(things[0], person_id=a_person(), now=now())
    assert found(page("/search?q=露营&tab=posts&sort=liked")) == [note, video]
    assert found(page("/search?q=露营&tab=posts&sort=newest")) == [video, note]
    assert set(found(page("/search?q=露营&tab=posts&sort=nonsense&kind=nonsense"))) == {note, video}
    read = ApiClient().send("GET", "/content?q=露营&sort=liked").json()["items"]
    assert [each["id"] for each in read] == [note, video]


@pytest.mark.parametrize("sort", ["match", "newest", "liked"])
def test_found_posts_go_on_page_after_page_in_every_order(creator, monkeypatch, sort):
    monkeypatch.setattr(search, "POSTS", 2)
    made = [a_public_post(creator, title=f"露营 {number}") for number in range(5)]
    for number, post in enumerate(made):
        for _ in range(number % 3):
            reactions.like_post(post, person_id=a_person(), now=now())
    seen, address = [], f"/search?q=露营&tab=posts&sort={sort}"
    while address:
        html = page(address)
        seen += found(html)
        more = re.search(r'rel="next" href="(\?[^"]+)"', html)
        address = f"/search{more[1].replace('&amp;', '&')}" if more else ""
    assert sorted(seen) == sorted(public_id("nte", post) for post in made)


def test_creators_are_found_page_after_page_and_followed_from_there(creator, monkeypatch):
    monkeypatch.setattr(search, "PEOPLE", 2)
    others = [a_creator(handle=f"lin-{number}", name="露营小林") for number in range(2)]
    me = a_person()
    browser = the_browser_of(me)
    first = page("/search?q=露营小林&tab=people", browser)
    more = re.search(r'rel="next" href="(\?[^"]+)"', first)[1].replace("&amp;", "&")
    second = page(f"/search{more}", browser)
    handles = re.findall(r'action="/@([\w-]+)/follow"', first + second)
    assert sorted(handles) == ["lin-0", "lin-1", "outdoor-lin"]
    back = "/search?q=x&tab=people"
    answer = browser.post(reverse("creator_follow", args=["lin-0"]), {"next": back})
    assert answer["Location"] == back
    assert followed(me, others) == {others[0]}
    assert [entry.kind for entry in history(me).entries] == [Kind.FOLLOW]
    assert page("/search?q=露营小林&tab=people", browser).count('name="back"') == 1
    api = ApiClient().send("GET", "/creators?q=露营小林&limit=2").json()
    rest = ApiClient().send("GET", f"/creators?q=露营小林&limit=2&cursor={api['next_cursor']}").json()
    assert len(api["items"]) == 2
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert found_creators("!!").items == ()


def test_topics_are_found_wherever_the_words_stand_the_most_used_first(things):
    shown = page("/search?q=露营&tab=topics")
    assert re.findall(r'account-row" href="([^"]+)"', shown) == [
        reverse("topic", args=["露营"]),
        reverse("topic", args=["户外露营"]),
    ]
    assert "2 posts" in shown
    assert 'class="empty"' in page("/search?q=zzzz&tab=topics")


def test_completions_know_creators_and_topics(things):
    told = Client().get("/search/suggest?q=露营").json()["suggestions"]
    assert {"text": "@outdoor-lin 露营小林", "url": "/@outdoor-lin"} in [
        {**each, "text": each["text"].replace("Camping Lin", "露营小林")} for each in told if isinstance(each, dict)
    ]
    assert {"text": "#露营", "url": reverse("topic", args=["露营"])} in told
    assert Client().get("/search/suggest?q=%23露营").json()["suggestions"]
    assert Client().get("/search/suggest?q=").json()["suggestions"] == []


@pytest.mark.parametrize(
    "address",
    [
        "/search?q=露营",
        "/search?q=露营&tab=posts&sort=liked",
        "/search?q=露营&tab=people",
        "/search?q=露营&tab=topics",
        "/search/suggest?q=露营",
    ],
)
def test_a_search_costs_few_statements(creator, things, address):
    for number in range(9):
        a_public_post(creator, title=f"露营 {number}", caption="和 @outdoor-lin #露营")
    feed.forget()
    client = Client()
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    assert len(captured) <= STATEMENTS_MAX, [query["sql"][:90] for query in captured]


@pytest.mark.parametrize("cursor", ["x", "1_x", "-3_018f0000000070008000000000000001"])
@pytest.mark.parametrize("tab", ["people", "posts"])
def test_a_cursor_that_is_not_ours_is_refused(things, tab, cursor):
    assert Client().get(f"/search?q=露营&tab={tab}&cursor={cursor}").status_code == 422
