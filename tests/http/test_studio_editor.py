"""The editor saves itself, notices that somebody else saved, lets a cover be chosen, and shows a post as others will see it."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from anxin.faces.studio.posts import standing
from anxin.infra.clock import now
from anxin.kernel.ids import public_id
from anxin.market.content.commands import reviews
from anxin.market.content.commands.posts import Anchor, PostKind
from anxin.market.content.models import Media, Post
from anxin.market.content.queries import posts as read
from anxin.market.creators.commands import pick_products
from tests.builders.content import a_draft, a_public_post, a_reviewer, a_submitted_post
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import a_shop
from tests.builders.people import a_person
from tests.builders.shops import a_picture
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db
NEW = reverse("studio_note_new")


@pytest.fixture
def person():
    return a_person()


@pytest.fixture
def me(person):
    return the_browser_of(person)


@pytest.fixture
def creator(person):
    return a_creator(person_id=person, handle="xiaolu", name="小鹿")


def place(name, post, kind=PostKind.NOTE):
    return reverse(name, args=[public_id("nte" if kind is PostKind.NOTE else "vid", post)])


def text(answer):
    return answer.content.decode()


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def words(**changes):
    return {"caption": "穿搭", "visibility": "public", **changes}


def saved(me, address, **changes):
    return me.post(address, words(autosave="1", **changes))


def test_a_new_post_saves_itself_once_however_often_it_is_sent(me, creator):
    mark = hidden(text(me.get(NEW)), "new")
    first = saved(me, NEW, new=mark, title="一").json()
    post = Post.objects.get()
    assert (first["url"], first["version"]) == (place("studio_post", post.pk), post.version)
    saved(me, NEW, new=mark, title="一二")  # as when the answer got lost
    assert [each.title for each in Post.objects.all()] == ["一二"]
    again = saved(me, first["url"], title="一二三", version=str(Post.objects.get().version))
    assert again.status_code == 200
    assert Post.objects.get().title == "一二三"


@pytest.mark.parametrize("mark", ["", "x", "IjAxIg:1:2"])
def test_an_id_that_the_page_did_not_give_begins_an_ordinary_draft(me, creator, mark):
    assert saved(me, NEW, new=mark).status_code == 200
    assert Post.objects.count() == 1


def test_a_page_of_somebody_else_does_not_lead_to_their_draft(me, creator):
    mark = hidden(text(me.get(NEW)), "new")
    saved(me, NEW, new=mark, title="我的")
    other = a_person()
    a_creator(person_id=other)
    answer = saved(the_browser_of(other), NEW, new=mark, title="别人")
    assert (answer.status_code, answer.json()["conflict"]) == (409, True)
    assert [each.title for each in Post.objects.all()] == ["我的"]


def test_what_changed_elsewhere_is_said_and_both_texts_are_kept(me, creator):
    post = a_draft(creator, now=now())
    page, version = place("studio_post", post), str(Post.objects.get().version)
    pictures = {"picture-key": Post.objects.get().pictures, "picture-order": ["1"], "picture-alt": [""]}
    saved(me, page, title="手机上写的", version=version, **pictures)
    late = saved(me, page, title="电脑上写的", version=version, **pictures)
    assert (late.status_code, late.json()["conflict"], late.json()["url"]) == (409, True, page)
    by_hand = me.post(page, words(save="1", title="电脑上写的", version=version, **pictures))
    assert by_hand.status_code == 409
    assert Post.objects.get().title == "手机上写的"
    shown = text(by_hand)
    assert 'value="电脑上写的"' in shown
    over = me.post(page, words(save="1", title="电脑上写的", version=hidden(shown, "version"), **pictures))
    assert over.status_code == 302
    assert Post.objects.get().title == "电脑上写的"


def test_what_cannot_be_saved_says_why_and_what_was_handed_in_is_left_alone(me, creator):
    post = a_draft(creator, now=now())
    long = saved(me, place("studio_post", post), caption=" ".join(f"#t{number}" for number in range(11)))
    assert (long.status_code, long.json()["conflict"], bool(long.json()["words"])) == (422, False, True)
    waiting = a_submitted_post(creator, title="已提交", now=now())
    answer = saved(me, place("studio_post", waiting), title="改")
    assert (answer.status_code, answer.json()["conflict"]) == (409, True)
    assert Post.objects.get(pk=waiting).title == "已提交"


def test_a_cover_is_chosen_among_frames_or_is_a_picture_of_ones_own(me, creator):
    post = a_draft(creator, PostKind.VIDEO, now=now())
    page, media = place("studio_post", post, PostKind.VIDEO), Media.objects.get()
    shown = text(me.get(page))
    assert re.findall(r'name="cover" value="(\w*)"( checked)?', shown) == [
        ("", " checked"),
        *((each, "") for each in media.covers if each != media.poster),
    ]
    me.post(page, words(save="1", cover=media.covers[2]))
    assert Post.objects.get().cover_key == media.covers[2]
    file = SimpleUploadedFile("cover.jpg", a_picture(400, 500), "image/jpeg")
    me.post(page, words(save="1", cover=media.covers[2], **{"cover-file": file}))
    own = Post.objects.get().cover_key
    assert own not in media.covers
    assert f'name="cover" value="{own}" checked' in text(me.get(page))
    broken = SimpleUploadedFile("cover.jpg", b"no picture", "image/jpeg")
    answer = me.post(page, words(save="1", cover=own, **{"cover-file": broken}))
    assert answer.status_code == 422
    assert f'name="cover" value="{own}" checked' in text(answer)


def test_who_is_mentioned_is_asked_once_for_both_captions(creator):
    post = read.post(a_draft(creator, now=now(), caption="和 @xiaolu 一起", caption_en="with @xiaolu"))
    with CaptureQueriesContext(connection) as seen:
        captions = standing(post)["captions"]
    assert len(captions) == 2
    assert sum("creators_creator" in each["sql"] for each in seen.captured_queries) == 1


def test_a_post_is_looked_at_as_others_will_see_it(me, creator):
    product = a_product(a_shop(), title="碎花连衣裙")
    post = a_draft(creator, PostKind.VIDEO, now=now(), anchors=(Anchor(product, 1_500),))
    page = place("studio_post", post, PostKind.VIDEO)
    caption = "看 #通勤 和 @xiaolu 还有 @nobody1"
    rows = {"anchor-product": [public_id("prd", product)], "anchor-at": ["1.5"], "anchor-label": [""]}
    answer = me.post(page, words(preview="1", caption=caption, **rows))
    assert answer.headers["Location"] == place("studio_post_preview", post, PostKind.VIDEO)
    shown = text(me.get(answer.headers["Location"]))
    assert f'href="{reverse("topic", args=["通勤"])}"' in shown
    assert 'href="/@xiaolu"' in shown
    assert "碎花连衣裙" in shown
    assert 'name="anchor-at" value="1.5"' in shown
    assert "没有人叫 @nobody1" in shown
    assert read.post(post).state == "draft"
    assert the_browser_of(a_person()).get(answer.headers["Location"]).status_code == 404


def test_a_planned_post_is_moved_and_published_at_once(me, creator):
    post = a_submitted_post(creator, now=now(), publish_at=now() + timedelta(days=2))
    reviews.approve_post(post, by=a_reviewer(), now=now())
    assert 'name="publish_at"' in text(me.get(place("studio_post", post)))
    moment = (now() + timedelta(days=3)).replace(second=0, microsecond=0)
    typed = timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")
    me.post(place("studio_post_reschedule", post), {"publish_at": typed})
    assert Post.objects.get().publish_at == moment
    for nonsense in ("", "x", "2026-13-45T00:00"):
        answer = me.post(place("studio_post_reschedule", post), {"publish_at": nonsense}, follow=True)
        assert "notice-error" in text(answer)
    me.post(place("studio_post_reschedule", post), {"at_once": "1"})
    assert Post.objects.get().state == "public"


def test_the_goods_of_a_public_post_are_changed_among_those_of_the_showcase(me, creator):
    shop = a_shop()
    dress, scarf, foreign = (a_product(shop, title=title) for title in ("碎花连衣裙", "羊毛围巾", "草帽"))
    pick_products(creator, [dress, scarf], now=now())
    post = a_public_post(creator, PostKind.VIDEO, now=now(), anchors=(Anchor(dress, 1_000, "同款"),))
    page = place("studio_post_products", post, PostKind.VIDEO)
    shown = text(me.get(page))
    assert public_id("prd", scarf) in shown
    assert public_id("prd", foreign) not in shown
    rows = {"anchor-product": [public_id("prd", dress)], "anchor-at": ["2.5"], "anchor-label": ["同款"]}
    me.post(page, {**rows, "anchor-add": [public_id("prd", scarf)]})
    kept = Post.objects.get().anchors.order_by("place").values_list("product_id", "at_ms", "label")
    assert list(kept) == [(scarf, 0, ""), (dress, 2_500, "同款")]
    refused = me.post(page, {**rows, "anchor-add": [public_id("prd", foreign)]})
    assert refused.status_code == 422
    assert Post.objects.get().anchors.count() == 2
    assert the_browser_of(a_person()).get(page).status_code == 404
