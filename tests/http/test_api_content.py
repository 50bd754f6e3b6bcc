"""The feed, videos and notes, comments, follows and shares through the API."""

import pytest

from anxin.kernel.ids import public_id
from anxin.market.content.commands.posts import Anchor, PostKind
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import a_shop
from tests.support.api import ApiClient, a_caller, a_token
from tests.support.served import served

pytestmark = pytest.mark.django_db


@pytest.fixture
def me() -> ApiClient:
    return ApiClient(a_token(a_caller()))


@pytest.fixture
def creator():
    return a_creator(handle="xiaolu", name="小鹿")


@pytest.fixture
def video(creator):
    return a_public_post(creator, PostKind.VIDEO, title="连衣裙", anchors=(Anchor(a_product(a_shop()), 1_500),))


def place(post, prefix="vid"):
    return f"/content/{public_id(prefix, post)}"


def test_the_feed_names_its_answer_for_those_who_are_known(me, video):
    told = me.send("GET", "/feed?limit=5").json()
    assert told["request"] == public_id("req", served()[0][0])
    item = told["items"][0]
    assert (item["id"], item["kind"], item["creator"]["handle"]) == (public_id("vid", video), "video", "xiaolu")
    assert item["video"]["duration_ms"] == 5_000
    assert item["products"][0]["at_ms"] == 1_500
    assert item["products"][0]["price_minor"] > 0
    stranger = ApiClient()
    assert stranger.send("GET", "/feed").json()["request"] is None
    device = stranger.send("POST", "/devices").json()["device"]
    assert stranger.send("GET", "/feed", **{"anxin-device": device}).json()["request"]


def test_what_one_does_is_said_once_and_taken_back(me, video):
    for act in ("like", "favourite"):
        for _ in range(2):
            assert me.send("PUT", f"{place(video)}/{act}").status_code == 204
    read = me.send("GET", place(video)).json()
    assert (read["likes"], read["favourites"], read["is_liked"], read["is_kept"]) == (1, 1, True, True)
    assert [item["id"] for item in me.send("GET", "/me/likes").json()["items"]] == [read["id"]]
    assert [item["id"] for item in me.send("GET", "/me/favourites").json()["items"]] == [read["id"]]
    for act in ("like", "favourite"):
        assert me.send("DELETE", f"{place(video)}/{act}").status_code == 204
    assert me.send("GET", place(video)).json()["likes"] == 0


def test_comments_are_threads_that_are_liked_and_removed(me, video):
    first = me.send("POST", f"{place(video)}/comments", {"text": "好看", "key": "k1"}).json()
    assert me.send("POST", f"{place(video)}/comments", {"text": "好看", "key": "k1"}).json()["id"] == first["id"]
    answered = {"text": "谢谢", "key": "k2", "reply_to": first["id"]}
    reply = me.send("POST", f"{place(video)}/comments", answered).json()
    assert reply["thread"] == first["id"]
    assert me.send("PUT", f"/comments/{first['id']}/like").status_code == 204
    listed = me.send("GET", f"{place(video)}/comments").json()["items"]
    assert [(each["id"], each["likes"], each["replies"], each["is_liked"]) for each in listed] == [
        (first["id"], 1, 1, True)
    ]
    assert [each["id"] for each in me.send("GET", f"/comments/{first['id']}/replies").json()["items"]] == [reply["id"]]
    assert (
        ApiClient(a_token(a_caller("other@example.org"))).send("DELETE", f"/comments/{first['id']}").status_code == 404
    )
    assert me.send("DELETE", f"/comments/{first['id']}").status_code == 204
    gone = me.send("GET", f"{place(video)}/comments").json()["items"][0]
    assert (gone["is_shown"], gone["text"], gone["author"]) == (False, "", "")


def test_creators_are_found_followed_and_their_follows_make_a_feed(me, video, creator):
    found = me.send("GET", "/creators?q=小鹿").json()["items"]
    assert [each["id"] for each in found] == [public_id("crt", creator)]
    address = f"/creators/{public_id('crt', creator)}"
    assert me.send("PUT", f"{address}/follow").status_code == 204
    read = me.send("GET", address).json()
    assert (read["followers"], read["is_followed"]) == (1, True)
    assert [each["id"] for each in me.send("GET", "/me/follows").json()["items"]] == [read["id"]]
    assert [each["id"] for each in me.send("GET", "/feed/following").json()["items"]] == [public_id("vid", video)]
    assert len(me.send("GET", f"{address}/showcase").json()["items"]) == 1
    assert me.send("DELETE", f"{address}/follow").status_code == 204
    assert me.send("GET", "/feed/following").json()["items"] == []


def test_content_is_found_by_words_kind_creator_and_topic(me, video, creator):
    note = a_public_post(creator, caption="今天喝茶 #下午茶")
    wanted = {
        "q=连衣裙": [video],
        "kind=note": [note],
        "topic=下午茶": [note],
        f"creator={public_id('crt', creator)}": [note, video],
    }
    for query, expected in wanted.items():
        got = [each["id"] for each in me.send("GET", f"/content?{query}").json()["items"]]
        assert got == [public_id("vid" if one == video else "nte", one) for one in expected], query


def test_a_share_has_one_address_a_person(me, video):
    first, again = (me.send("POST", f"{place(video)}/share").json() for _ in range(2))
    assert first == again
    assert first["url"].endswith(f"/s/{first['code']}")


def test_reports_need_a_reason_that_is_known(me, video):
    assert me.send("PUT", f"{place(video)}/report", {"reason": "because"}).status_code == 422
    assert me.send("PUT", f"{place(video)}/report", {"reason": "vulgar", "note": "x"}).status_code == 204


def test_the_feed_says_by_which_policy_and_why(me, video):
    told = me.send("GET", "/feed").json()
    item = told["items"][0]
    assert told["policy"] == "popular"  # nothing was learned in this market
    assert item["slot"] == 0
    assert item["why"] == {"source": "popular", "text": "正在热门", "text_en": "Popular now", "because": None}
