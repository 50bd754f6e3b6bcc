"""The studio's pages for creators, without scripts: profile, posts, editor, showcase, figures."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from anxin.infra import vault
from anxin.infra.clock import now
from anxin.kernel.ids import new_id, public_id
from anxin.market.content.commands import reviews
from anxin.market.content.commands.posts import Anchor, PostKind
from anxin.market.content.commands.reviews import RejectReason, Verdict
from anxin.market.content.models import Media, Post
from anxin.market.creators.commands import pick_products
from anxin.market.creators.models import Creator, Pick
from anxin.market.creators.queries import own_showcase
from anxin.market.interest import commands as interest
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.people.queries import Role
from tests.builders.content import a_draft, a_public_post, a_reviewer, a_submitted_post, an_upload, some_bytes
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import a_shop
from tests.builders.people import a_person, with_role
from tests.builders.shops import a_picture
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db
POSTS = reverse("studio_posts")


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


def picture(name="a.jpg"):
    return SimpleUploadedFile(name, a_picture(), "image/jpeg")


def text(answer):
    return answer.content.decode()


def words(**changes):
    return {"title": "一周", "caption": "穿搭 #通勤", "visibility": "public", "save": "1", **changes}


def test_the_studio_s_first_page_leads_whoever_has_no_shop_to_their_posts(me, creator):
    assert me.get(reverse("studio_home")).headers["Location"] == reverse("studio_posts")
    assert me.get(reverse("studio_posts")).status_code == 200
    owner = with_role(a_person(), Role.OWNER, a_shop())
    assert the_browser_of(owner).get(reverse("studio_home")).status_code == 200
    assert Client().get(reverse("studio_home")).status_code == 302


def test_somebody_who_is_no_creator_becomes_one(me, person):
    assert me.get(POSTS).headers["Location"] == reverse("studio_creator")
    sent = {"name": "小鹿", "handle": "Xiaolu", "bio": "每天一套", "avatar": picture()}
    assert me.post(reverse("studio_creator"), sent).headers["Location"] == POSTS
    made = Creator.objects.get(person_id=person)
    assert (made.handle, bool(made.avatar)) == ("xiaolu", True)
    assert "小鹿" in text(me.get(POSTS))
    me.post(reverse("studio_creator"), {"name": "小鹿穿搭", "handle": "xiaolu"})
    changed = Creator.objects.get(person_id=person)
    assert (changed.name, changed.avatar) == ("小鹿穿搭", made.avatar)


def test_a_taken_handle_is_said_at_its_field(me):
    a_creator(handle="taken")
    answer = me.post(reverse("studio_creator"), {"name": "小鹿", "handle": "taken"})
    assert answer.status_code == 422
    assert 'id="id_handle-fault"' in text(answer)


def test_what_is_no_picture_is_said_at_its_field_and_the_rest_stays(me, creator):
    sent = {"name": "小鹿", "handle": "xiaolu", "bio": "写了很久", "avatar": SimpleUploadedFile("a.png", b"hello")}
    answer = me.post(reverse("studio_creator"), sent, headers={"accept-language": "en"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert re.search(r'id="id_avatar-fault">.*?not a JPEG, PNG or WebP picture', page, flags=re.DOTALL)
    assert "写了很久" in page
    assert Creator.objects.get(pk=creator).bio != "写了很久"


def test_an_owner_works_as_the_shop_or_as_themselves(me, person, creator):
    shop = a_shop()
    with_role(person, Role.OWNER, shop)
    page = me.get(f"{reverse('studio_creator')}?new=1")
    assert page.status_code == 200
    made = me.post(f"{reverse('studio_creator')}?new=1", {"name": "青禾", "handle": "qinghe"})
    assert made.status_code == 302
    assert Creator.objects.get(shop_id=shop).name == "青禾"
    assert "@qinghe" in text(me.get(POSTS))
    me.post(reverse("studio_creator_switch"), {"creator": public_id("crt", creator)})
    assert "@xiaolu" in text(me.get(POSTS))
    stranger = me.post(reverse("studio_creator_switch"), {"creator": public_id("crt", a_creator())})
    assert stranger.status_code == 404


def test_what_is_missing_when_a_note_is_handed_in_is_said_at_its_fields(me, creator):
    made = me.post(
        reverse("studio_note_new"), {"visibility": "public", "submit": "1"}, headers={"accept-language": "en"}
    )
    post = Post.objects.get()
    assert post.state == "draft"
    assert made.headers["Location"] == f"{place('studio_post', post.pk)}?handing-in=1"
    shown = me.get(made.headers["Location"], headers={"accept-language": "en"}).content.decode()
    assert "Not handed in yet: see what is marked." in shown
    assert fault(shown, "pictures") == "A note has 1 to 9 pictures."
    assert fault(shown, "id_caption").startswith("Say something about it")
    for name in ("pictures", "caption"):
        field = re.search(rf'<(?:input|textarea)[^>]*name="{name}"[^>]*>', shown)[0]
        assert 'aria-invalid="true"' in field
        assert f"{'id_' if name == 'caption' else ''}{name}-fault" in re.search(r'aria-describedby="([^"]*)"', field)[1]
    sent = words(submit="1", pictures=[picture()])
    me.post(place("studio_post", post.pk), sent)
    post.refresh_from_db()
    assert post.state == "in_review"


def test_what_is_missing_when_a_video_is_handed_in_is_said_at_its_field(me, creator):
    me.post(reverse("studio_video_new"), words(submit="1"))
    post = Post.objects.get()
    page = me.get(f"{place('studio_post', post.pk, PostKind.VIDEO)}?handing-in=1", headers={"accept-language": "en"})
    assert fault(page.content.decode(), "video") == "A video needs an uploaded file."
    assert "id_caption-fault" not in page.content.decode()
    plain = me.get(place("studio_post", post.pk, PostKind.VIDEO)).content.decode()
    assert '-fault"' not in plain  # who only opens a draft is not told what it does not have yet


def test_a_picture_that_is_none_is_said_at_the_pictures(me, creator):
    sent = words(pictures=[SimpleUploadedFile("a.png", b"hello")])
    answer = me.post(reverse("studio_note_new"), sent, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert fault(answer.content.decode(), "pictures").startswith("a.png: ")


def fault(page, field):
    return re.search(rf'id="{field}-fault">.*?<span>(.*?)</span>', page, flags=re.DOTALL)[1]


def test_a_note_is_written_ordered_and_handed_in(me, creator):
    sent = words(pictures=[picture(), SimpleUploadedFile("b.jpg", a_picture(300, 200), "image/jpeg")])
    made = me.post(reverse("studio_note_new"), sent)
    post = Post.objects.get()
    assert made.headers["Location"] == place("studio_post", post.pk)
    first, second = post.pictures
    order = {"picture-key": [first, second], "picture-order": ["2", "1"], "picture-alt": ["", ""]}
    me.post(place("studio_post", post.pk), words(**order))
    post.refresh_from_db()
    assert post.pictures == [second, first]
    me.post(place("studio_post", post.pk), words(**order, **{"picture-remove": [first], "submit": "1"}))
    post.refresh_from_db()
    assert (post.state, post.pictures) == ("in_review", [second])
    page = text(me.get(place("studio_post", post.pk)))
    assert "<textarea" not in page
    me.post(place("studio_post_withdraw", post.pk))
    assert "<textarea" in text(me.get(place("studio_post", post.pk)))


def test_a_video_is_sent_by_a_plain_form(me, creator):
    file = SimpleUploadedFile("clip.mp4", some_bytes(5_000), "video/mp4")
    me.post(reverse("studio_video_new"), words(video=file))
    post = Post.objects.get()
    assert (post.media.state, post.media.bytes_received, post.media.file_name) == ("waiting", 5_000, "clip.mp4")
    shown = me.get(reverse("studio_upload", args=[public_id("med", post.media_id)])).json()
    assert (shown["total"], shown["finished"]) == (10_000, False)
    other = the_browser_of(a_person())
    assert other.get(reverse("studio_upload", args=[public_id("med", post.media_id)])).status_code == 404


def test_a_colleague_sees_how_far_an_upload_of_their_shop_is(person):
    shop = a_shop()
    creator = a_creator(shop_id=shop)
    upload = public_id("med", an_upload(creator, now=now()))
    seen = the_browser_of(with_role(person, Role.OWNER, shop)).get(reverse("studio_upload", args=[upload]))
    assert (seen.status_code, seen.json()["finished"]) == (200, False)


def test_a_file_stays_with_the_editor_when_its_draft_is_refused(me, person, creator):
    file = SimpleUploadedFile("clip.mp4", some_bytes(5_000), "video/mp4")
    refused = words(video=file, caption=" ".join(f"#t{number}" for number in range(11)))
    answer = me.post(reverse("studio_video_new"), refused)
    assert (answer.status_code, Post.objects.count()) == (422, 0)
    kept = Media.objects.get()
    assert (kept.state, len(vault.read(kept.source))) == ("waiting", 5_000)
    number = public_id("med", kept.pk)
    assert re.findall(r'name="upload" value="(\w*)"( checked)?', text(answer)) == [(number, ""), (number, " checked")]
    me.post(reverse("studio_video_new"), words(upload=number))
    assert Post.objects.get().media_id == kept.pk
    chosen = an_upload(creator, now=now())
    without = a_draft(creator, PostKind.VIDEO, media_id=None, now=now())
    again = me.post(place("studio_post", without, PostKind.VIDEO), words(upload=public_id("med", chosen), find="1"))
    assert f'value="{public_id("med", chosen)}" checked' in text(again)


def test_a_moment_that_no_video_has_is_refused(me, creator):
    post = a_draft(creator, PostKind.VIDEO, now=now())
    rows = {"anchor-product": [public_id("prd", a_product(a_shop()))], "anchor-label": [""]}
    for second, status in (("999999999", 422), ("301.001", 422), ("301", 302)):
        answer = me.post(place("studio_post", post, PostKind.VIDEO), words(**rows, **{"anchor-at": [second]}))
        assert answer.status_code == status
    assert Post.objects.get().anchors.get().at_ms == 301_000


def test_a_whole_upload_becomes_a_video_and_a_foreign_one_does_not(me, person, creator):
    upload = an_upload(creator, now=now())
    assert "clip.mp4" in text(me.get(reverse("studio_video_new")))
    me.post(reverse("studio_video_new"), words(upload=public_id("med", upload)))
    assert Post.objects.get().media_id == upload
    foreign = public_id("med", an_upload(a_creator(), now=now()))
    answer = me.post(reverse("studio_video_new"), words(upload=foreign))
    assert answer.status_code == 422
    assert Post.objects.count() == 1
    assert Media.objects.count() == 2


def test_goods_are_found_added_moved_and_removed_without_scripts(me, creator):
    shop = a_shop()
    dress, scarf = (a_product(shop, title=title) for title in ("碎花连衣裙", "羊毛围巾"))
    post = a_draft(creator, PostKind.VIDEO, now=now())
    page = place("studio_post", post, PostKind.VIDEO)
    found = text(me.post(page, words(find="1", goods="围巾")))
    assert public_id("prd", scarf) in found
    assert public_id("prd", dress) not in found
    me.post(page, words(**{"anchor-add": [public_id("prd", dress), public_id("prd", scarf)]}))
    rows = {
        "anchor-product": [public_id("prd", dress), public_id("prd", scarf)],
        "anchor-at": ["1.5", "3"],
        "anchor-label": ["同款", ""],
    }
    me.post(page, words(**rows))
    kept = Post.objects.get().anchors.order_by("place").values_list("product_id", "at_ms", "label")
    assert list(kept) == [(dress, 1_500, "同款"), (scarf, 3_000, "")]
    me.post(page, words(**rows, **{"anchor-remove": [public_id("prd", dress)]}))
    assert Post.objects.get().anchors.get().product_id == scarf
    assert Pick.objects.filter(creator_id=creator, removed_at=None).count() == 2


@pytest.mark.parametrize("second", ["-1", "x", "1e3", "", "٣"])
def test_a_second_that_is_no_number_is_the_beginning(me, creator, second):
    product = public_id("prd", a_product(a_shop()))
    post = a_draft(creator, PostKind.VIDEO, now=now())
    rows = {"anchor-product": [product], "anchor-at": [second], "anchor-label": [""]}
    assert me.post(place("studio_post", post, PostKind.VIDEO), words(**rows)).status_code == 302
    assert Post.objects.get().anchors.get().at_ms == 0


def test_a_moment_is_planned_in_the_readers_zone(me, creator):
    post = a_draft(creator, now=now())
    moment = (now() + timedelta(hours=3)).replace(second=0, microsecond=0)
    local = timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")
    kept = {"picture-key": Post.objects.get().pictures, "picture-order": ["1"], "picture-alt": [""]}
    me.post(place("studio_post", post), words(publish_at=local, **kept))
    assert Post.objects.get().publish_at == moment
    late = me.post(place("studio_post", post), words(publish_at="2020-01-01T08:00", **kept))
    assert late.status_code == 422
    assert 'id="id_publish_at-fault"' in text(late)


def test_the_list_says_where_posts_stand_and_why(me, creator):
    post = a_submitted_post(creator, title="裙子", now=now())
    reviews.reject_post(post, Verdict([RejectReason.VULGAR], "封面"), by=a_reviewer(), now=now())
    a_draft(creator, title="草稿一", now=now())
    page = text(me.get(POSTS))
    assert "封面" in page
    assert "草稿一" in page
    only = text(me.get(f"{POSTS}?state=rejected"))
    assert "裙子" in only
    assert "草稿一" not in only
    assert "封面" in text(me.get(place("studio_post", post)))


def test_what_is_public_is_hidden_and_removed(me, creator):
    post = a_public_post(creator, now=now())
    me.post(place("studio_post_visibility", post), {"visibility": "private"})
    assert Post.objects.get().visibility == "private"
    me.post(place("studio_post_remove", post))
    assert Post.objects.get().state == "removed"
    assert me.get(place("studio_post", post)).status_code == 404


def test_nobody_sees_or_steers_the_posts_of_others(creator):
    post = a_draft(creator, now=now())
    other = a_person()
    a_creator(person_id=other)
    stranger = the_browser_of(other)
    for name in ("studio_post", "studio_post_figures"):
        assert stranger.get(place(name, post)).status_code == 404
    for verb in ("submit", "withdraw", "remove", "visibility"):
        assert stranger.post(place(f"studio_post_{verb}", post)).status_code == 404
    assert stranger.post(place("studio_post", post), words()).status_code == 404
    assert Post.objects.get().state == "draft"


def test_a_showcase_is_filled_searched_moved_and_emptied(me, creator):
    shop = a_shop()
    titles = ("碎花连衣裙", "羊毛围巾", "帆布包")
    products = [a_product(shop, title=title) for title in titles]
    change = reverse("studio_showcase_change")
    assert "羊毛围巾" in text(me.get(f"{reverse('studio_showcase')}?find=围巾"))
    for product in reversed(products):
        me.post(change, {"add": public_id("prd", product)})

    def shown(query=""):
        page = text(me.get(f"{reverse('studio_showcase')}{query}"))
        return re.findall(r'name="remove" value="(lnk_\w+)"', page)

    links = shown()
    assert len(links) == 3
    me.post(change, {"down": links[0]})
    assert shown() == [links[1], links[0], links[2]]
    me.post(change, {"front": links[2]})
    assert shown() == [links[2], links[1], links[0]]
    me.post(change, {"up": links[1]})
    assert shown() == [links[1], links[2], links[0]]
    assert len(shown("?q=围巾")) == 1
    me.post(change, {"remove": links[0]})
    assert len(shown()) == 2
    answer = me.post(change, {"remove": links[0]}, follow=True)
    assert "notice-error" in text(answer)


def test_one_move_on_the_second_page_moves_one_product(me, creator):
    shop = a_shop()
    pick_products(creator, [a_product(shop) for _ in range(60)], now=now())
    change = reverse("studio_showcase_change")

    def order():
        rows = Pick.objects.filter(creator_id=creator, removed_at=None).order_by("place", "id")
        return [public_id("lnk", each) for each in rows.values_list("id", flat=True)]

    first = order()
    page = own_showcase(creator, limit=50)
    second_page = f"?cursor={page.next_cursor}"
    shown = text(me.get(f"{reverse('studio_showcase')}{second_page}"))
    assert re.findall(r'name="up" value="(lnk_\w+)"', shown) == first[50:]
    me.post(f"{change}{second_page}", {"up": first[55]})
    assert order() == [*first[:54], first[55], first[54], *first[56:]]
    me.post(f"{change}{second_page}", {"down": first[55]})
    assert order() == first
    me.post(f"{change}{second_page}", {"up": first[50]})
    assert order() == [*first[:49], first[50], first[49], *first[51:]]
    me.post(f"{change}{second_page}", {"down": first[50]})
    me.post(change, {"up": first[0]})
    me.post(change, {"down": first[59]})
    assert order() == first
    gone = me.post(f"{change}{second_page}", {"front": first[55]}).headers["Location"]
    assert gone == reverse("studio_showcase")
    assert order() == [first[55], *first[:55], *first[56:]]


def test_topics_and_creators_are_hinted_at(me, creator):
    a_public_post(creator, caption="#通勤穿搭 #通勤包", now=now())
    found = me.get(reverse("studio_hints"), {"q": "#通勤"}).json()["hints"]
    assert sorted(each[0] for each in found) == ["#通勤包", "#通勤穿搭"]
    assert me.get(reverse("studio_hints"), {"q": "@xiaolu"}).json()["hints"] == [["@xiaolu", "小鹿"]]
    assert me.get(reverse("studio_hints"), {"q": "#没有"}).json()["hints"] == []


def test_figures_are_empty_then_counted(me, creator):
    assert "<table" not in text(me.get(reverse("studio_figures")))
    post = a_public_post(creator, PostKind.VIDEO, now=now(), anchors=(Anchor(a_product(a_shop()), 500),), title="裙子")
    item = Item(ItemKind.VIDEO, post)
    told = [Told(new_id(), Kind.IMPRESSION, item, now()), Told(new_id(), Kind.WATCH, item, now(), value=2_600)]
    interest.tell(told, Teller(new_id(), is_person=True), now=now())
    page = text(me.get(reverse("studio_figures")))
    assert "裙子" in page
    one = text(me.get(place("studio_post_figures", post, PostKind.VIDEO)))
    assert "ax-chart" in one
    assert '"values": [100.0, 100.0, 100.0, 0.0, 0.0, 0.0]' in one.replace("&quot;", '"')
    for span in ("7", "90", "9999", "x"):
        assert me.get(reverse("studio_figures"), {"days": span}).status_code == 200
