"""The feed, videos and notes, comments, creators and short links on pages, without scripts."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.catalog.models import Sku
from anxin.market.content.commands import comments
from anxin.market.content.commands.comments import NewComment
from anxin.market.content.commands.posts import Anchor, PostKind, Visibility
from anxin.market.content.models import Comment, Favourite, Like, Post, Report, Share
from anxin.market.creators import queries as creators
from anxin.market.creators.queries import followed
from anxin.market.interest.queries import figures_of_posts
from anxin.market.inventory.commands import Level, Reason, set_levels
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import a_shop
from tests.builders.people import a_person
from tests.support.browsers import the_browser_of
from tests.support.served import served

pytestmark = pytest.mark.django_db


@pytest.fixture
def creator():
    return a_creator(handle="xiaolu", name="小鹿", name_en="Deer")


@pytest.fixture
def product():
    return a_product(a_shop())


@pytest.fixture
def video(creator, product):
    caption = "三种穿法 #通勤 @xiaolu"
    return a_public_post(creator, PostKind.VIDEO, caption=caption, title="连衣裙", anchors=(Anchor(product, 2_000),))


@pytest.fixture
def me():
    return a_person()


def vid(post, prefix="vid"):
    return public_id(prefix, post)


def page(address, client=None):
    answer = (client or Client()).get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_the_feed_is_a_list_of_links_without_scripts_and_its_answer_is_written_down(video, creator):
    note = a_public_post(creator, title="一周穿搭")
    browser = Client()
    shown = page("/", browser)
    assert reverse("post", args=[vid(video)]) in shown
    assert reverse("post", args=[vid(note, "nte")]) in shown
    [(request, items)] = served()
    assert set(items) == {video, note}
    assert f'data-request="{public_id("req", request)}"' in shown
    assert "device" in browser.cookies


def test_what_is_bought_from_a_post_s_own_page_carries_where_it_was_met(video, product, creator):
    browser = Client()
    shown = page(reverse("post", args=[vid(video)]), browser)
    [(request, items)] = served()
    assert list(items) == [video]
    assert f'data-request="{public_id("req", request)}"' in shown
    met = f"{public_id('req', request)}.{vid(video)}.2.{public_id('crt', creator)}"
    assert f'?from={met}" data-product="{public_id("prd", product)}"' in shown
    told = {"id": str(new_id()), "kind": "product_click", "item": public_id("prd", product), "at": now().isoformat()}
    answer = browser.post(
        "/api/v1/events",
        {"events": [{**told, "request": public_id("req", request), "slot": 0}]},
        content_type="application/json",
    )
    assert (answer.status_code, answer.json()["new"]) == (200, 1)
    day = now() - timedelta(days=1), now() + timedelta(days=1)
    found = figures_of_posts([video], creator_id=creator, product_ids=[product], since=day[0], until=day[1])
    assert found.total.product_clicks == 1


def test_what_is_bought_from_a_slide_carries_where_it_was_met(video, product, creator):
    shown = page("/")
    request = re.search(r'data-request="(req_\w+)"', shown)[1]
    met = f"{request}.{vid(video)}.2.{public_id('crt', creator)}"
    assert f"/product/{public_id('prd', product)}?from={met}" in shown
    sheet = page(f"/product/{public_id('prd', product)}/sheet?from={met}")
    assert f'name="from" value="{met}"' in sheet
    assert 'name="sku"' in sheet


def test_what_was_seen_is_not_shown_first_again(creator):
    posts = [a_public_post(each) for each in (creator, a_creator(), a_creator())]
    browser = Client()
    first = re.findall(r'data-id="(nte_\w+)" data-kind', page("/", browser))
    told = {"id": str(new_id()), "kind": "impression", "item": first[0], "at": now().isoformat()}
    body = {"events": [told]}
    assert browser.post("/api/v1/events", body, content_type="application/json").json()["new"] == 1
    again = re.findall(r'data-id="(nte_\w+)" data-kind', page("/feed/more", browser))
    assert len(first) == len(again) == len(posts)
    assert again[-1] == first[0]


def test_a_post_is_shown_with_its_words_linked(video):
    shown = page(reverse("post", args=[vid(video)]))
    assert f'href="{reverse("topic", args=["通勤"])}"' in shown
    assert f'href="{reverse("creator", args=["xiaolu"])}"' in shown
    assert reverse("clip", args=[Post.objects.get(pk=video).media.key]) in shown
    assert vid(video) in page(reverse("topic", args=["通勤"]))


@pytest.mark.parametrize("number", ["vid_01a21416b6ef7bbbe140de29e7", "vid_x", "prd_x", "x"])
def test_a_post_that_is_not_there_is_not_found(number):
    assert Client().get(reverse("post", args=[number])).status_code == 404


def test_only_followers_see_what_is_for_followers(creator, me):
    post = vid(a_public_post(creator, visibility=Visibility.FOLLOWERS), "nte")
    browser = the_browser_of(me)
    assert browser.get(reverse("post", args=[post])).status_code == 404
    browser.post(reverse("creator_follow", args=["xiaolu"]))
    assert browser.get(reverse("post", args=[post])).status_code == 200
    assert post in page("/feed/following", browser)
    assert post not in page("/", browser)


@pytest.mark.parametrize(("name", "rows"), [("post_like", Like), ("post_keep", Favourite)])
def test_a_form_says_it_and_takes_it_back(video, me, name, rows):
    browser = the_browser_of(me)
    for _ in range(2):
        assert browser.post(reverse(name, args=[vid(video)])).status_code == 302
    assert rows.objects.count() == 1
    browser.post(reverse(name, args=[vid(video)]), {"back": "1"})
    assert not rows.objects.exists()


def test_a_creator_is_followed_and_has_a_showcase_with_a_search(creator, video, product, me):
    browser = the_browser_of(me)
    browser.post(reverse("creator_follow", args=["xiaolu"]))
    assert followed(me, [creator])
    assert vid(video) in page("/@xiaolu", browser)
    goods = page("/@xiaolu?tab=showcase", browser)
    assert f"/product/{public_id('prd', product)}?from=...{public_id('crt', creator)}" in goods
    assert public_id("prd", product) not in page("/@xiaolu?tab=showcase&q=nothing-like-it", browser)
    browser.post(reverse("creator_follow", args=["xiaolu"]), {"back": "1"})
    assert not followed(me, [creator])


def test_a_short_link_leads_to_the_post_and_is_one_a_person(video, me):
    browser = the_browser_of(me)
    for _ in range(2):
        browser.post(reverse("post_share", args=[vid(video)]))
    code = Share.objects.get().code
    answer = Client().get(f"/s/{code}")
    assert (answer.status_code, answer["Location"]) == (302, f"/v/{vid(video)}")
    assert Client().get("/s/nosuchcode").status_code == 404


def test_people_comment_reply_like_remove_and_report(video, me):
    browser, other = the_browser_of(me), the_browser_of(a_person())
    say = reverse("comment_new", args=[vid(video)])
    for _ in range(2):  # sent twice: said once
        browser.post(say, {"text": "好看", "key": "k1"})
    first = Comment.objects.get()
    number = public_id("cmt", first.pk)
    other.post(say, {"text": "同感", "key": "k2", "reply_to": number})
    other.post(reverse("comment_like", args=[number]))
    other.post(reverse("comment_report", args=[number]), {"reason": "because"})
    assert not Report.objects.exists()
    other.post(reverse("comment_report", args=[number]), {"reason": "spam"})
    shown = page(reverse("post", args=[vid(video)]), browser)
    assert "好看" in shown
    assert "同感" in shown
    assert Report.objects.get().comment_id == first.pk
    assert "同感" in page(reverse("comment_replies", args=[number]))
    assert other.post(reverse("comment_remove", args=[number])).status_code == 302
    assert Comment.objects.get(pk=first.pk).state == "shown"  # it is not theirs
    browser.post(reverse("comment_remove", args=[number]))
    assert "好看" not in page(reverse("post", args=[vid(video)]), browser)


def test_a_script_gets_the_comments_as_they_are_now(video, me):
    say, accept = reverse("comment_new", args=[vid(video)]), "text/html-part"
    answer = the_browser_of(me).post(say, {"text": "好看", "key": "k1"}, headers={"accept": accept})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "好看" in answer.content.decode()


def test_only_the_creator_pins_and_takes_off(video, creator, me):
    said = comments.comment(video, NewComment("好看", "k"), person_id=me, now=now())
    pin = reverse("comment_pin", args=[public_id("cmt", said)])
    assert the_browser_of(me).post(pin).status_code == 404
    owner = the_browser_of(creators.creator(creator).person_id)
    owner.post(pin)
    assert Post.objects.get(pk=video).pinned_comment_id == said
    owner.post(pin, {"hide": "1"})
    assert Comment.objects.get(pk=said).state == "hidden"


def test_a_report_needs_a_reason(video, me):
    browser = the_browser_of(me)
    browser.post(reverse("post_report", args=[vid(video)]), {"reason": "because"})
    assert not Report.objects.exists()
    browser.post(reverse("post_report", args=[vid(video)]), {"reason": "vulgar"})
    assert Report.objects.get().reason == "vulgar"


def test_search_finds_posts_and_people_in_tabs_of_their_own(video, creator):
    assert vid(video) in page("/search?q=连衣裙&tab=posts")
    assert "@xiaolu" in page("/search?q=小鹿&tab=people")
    assert vid(video) not in page("/search?q=连衣裙&tab=products")
    assert vid(video) in page("/search?tab=posts")


def test_all_posts_are_listed_in_pages(creator):
    for _ in range(3):
        a_public_post(creator)
    assert page("/feed/all").count('class="post-tile"') == 3


def test_sold_out_goods_say_so_on_a_post_s_page_and_in_a_showcase(creator, product, video):
    places = (reverse("post", args=[vid(video)]), "/@xiaolu?tab=showcase", "/@xiaolu?tab=showcase&q=cotton")
    for place in places:
        shown = page(place)
        assert public_id("prd", product) in shown
        assert "已售罄" not in shown
    sku = Sku.objects.get(product_id=product)
    set_levels([Level(sku.pk, sku.shop_id, 0)], reason=Reason.COUNTED, now=now())
    for place in places:
        assert "已售罄" in page(place)
