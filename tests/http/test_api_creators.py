"""Creators through the API: their profile, uploads in parts, drafts from word to review, and the showcase."""

import hashlib
from datetime import timedelta

import pytest

from anxin.infra.clock import now
from anxin.infra.media import store_picture
from anxin.infra.media_engine import FfmpegEngine, SandboxEngine
from anxin.kernel.clock import shanghai_day
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.content.commands import reviews
from anxin.market.content.commands.posts import PostKind
from anxin.market.content.commands.processing import prepare_media
from anxin.market.content.commands.reviews import RejectReason, Verdict
from anxin.market.content.models import Post
from anxin.market.creators.commands import pick_products
from anxin.market.creators.commands.levels import Settled, tell_settled
from anxin.market.people.queries import Role
from tests.builders.content import a_draft, a_public_post, a_reviewer, an_upload
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import a_shop
from tests.builders.people import with_role
from tests.builders.shops import a_picture
from tests.support.api import ApiClient, a_caller, a_token
from tests.support.films import bytes_of, film, sound_only
from tests.support.work import work

pytestmark = pytest.mark.django_db
FILM = b"0123456789" * 10


@pytest.fixture
def person():
    return a_caller()


@pytest.fixture
def me(person):
    return ApiClient(a_token(person, "content"))


@pytest.fixture
def creator(person):
    return a_creator(person_id=person.pk, handle="xiaolu", name="小鹿")


@pytest.fixture
def stranger():
    other = a_caller("other@example.org")
    a_creator(person_id=other.pk)
    return ApiClient(a_token(other))


def crt(creator):
    return public_id("crt", creator)


def begin(client, creator, total=100):
    return client.send("POST", "/me/uploads", {"creator": crt(creator), "file_name": "a.mp4", "bytes_total": total})


def part(client, upload, offset, data, sha256=""):
    path = f"/me/uploads/{upload}/bytes?offset={offset}" + (f"&sha256={sha256}" if sha256 else "")
    return client.send("PUT", path, data.decode(), **{"content-type": "application/octet-stream"})


def code(answer):
    return answer.status_code, answer.json()["code"]


def note_in(**changes):
    made = {"kind": "note", "caption": "一周穿搭 #通勤穿搭", "pictures": [store_picture(a_picture())]}
    return {**made, **changes}


def test_a_person_and_a_shop_become_creators_and_change_what_they_say(me, person):
    made = me.send("POST", "/me/creators", {"handle": "@Xiaolu", "name": "小鹿", "bio": "每天一套"})
    assert (made.status_code, made.json()["handle"], made.json()["followers"]) == (201, "xiaolu", 0)
    shop = a_shop()
    wanted = {"handle": "qinghe", "name": "青禾", "shop": public_id("shop", shop)}
    assert code(me.send("POST", "/me/creators", wanted)) == (404, "creators.unknown_creator")
    with_role(person.pk, Role.MANAGER, shop)
    assert me.send("POST", "/me/creators", wanted).json()["shop_id"] == public_id("shop", shop)
    assert code(me.send("POST", "/me/creators", wanted)) == (409, "creators.already_creator")
    assert [each["handle"] for each in me.send("GET", "/me/creators").json()["items"]] == ["xiaolu", "qinghe"]
    changed = me.send("PUT", f"/me/creators/{made.json()['id']}", {"handle": "xiaolu", "name": "小鹿穿搭"}).json()
    assert (changed["name"], changed["bio"]) == ("小鹿穿搭", "")
    taken = {"handle": "qinghe", "name": "小鹿"}
    assert code(me.send("PUT", f"/me/creators/{made.json()['id']}", taken)) == (409, "creators.handle_taken")


def test_an_upload_goes_on_where_it_stopped(me, creator, person):
    begun = begin(me, creator)
    assert (begun.status_code, begun.json()["state"], begun.json()["bytes_received"]) == (201, "receiving", 0)
    upload = begun.json()["id"]
    digest = hashlib.sha256(FILM[:40]).hexdigest()
    assert part(me, upload, 0, FILM[:40], digest).json() == {"bytes_received": 40, "bytes_total": 100}
    assert part(me, upload, 0, FILM[:40]).json()["bytes_received"] == 40
    assert code(part(me, upload, 70, FILM[70:])) == (409, "content.chunk_out_of_order")
    assert code(part(me, upload, 40, FILM[40:], digest)) == (422, "content.chunk_damaged")
    assert code(part(me, upload, 0, b"x" * 40)) == (409, "content.chunk_differs")
    assert me.send("GET", f"/me/uploads/{upload}").json()["bytes_received"] == 40
    assert [each["id"] for each in me.send("GET", "/me/uploads").json()["items"]] == [upload]
    assert part(me, upload, 40, FILM[40:]).json()["bytes_received"] == 100
    assert me.send("GET", f"/me/uploads/{upload}").json()["state"] == "waiting"
    assert code(me.send("DELETE", f"/me/uploads/{upload}"))[0] == 409
    prepare_media(parse_public_id("med", upload), SandboxEngine(), now)
    read = me.send("GET", f"/me/uploads/{upload}").json()
    assert (read["state"], read["progress_bps"], read["refusal"]) == ("ready", 10_000, None)
    assert read["video"]["duration_ms"] == 5_000


@pytest.mark.parametrize(
    ("total", "refusal"), [(0, (422, "content.file_empty")), (500 * 1024 * 1024 + 1, (422, "content.file_too_large"))]
)
def test_a_file_of_no_size_or_too_large_is_refused_before_it_comes(me, creator, total, refusal):
    assert code(begin(me, creator, total)) == refusal


@pytest.mark.parametrize(
    ("made", "refusal"),
    [
        (lambda path: bytes_of(film(path), lambda data: data[: len(data) // 2]), "media.damaged"),
        (lambda path: film(path, seconds=0.4), "media.too_short"),
        (sound_only, "media.no_picture"),
        (lambda path: bytes_of(path, lambda _data: b"<html></html>" * 50), "media.not_a_video"),
    ],
)
def test_a_file_that_cannot_be_prepared_says_why(me, creator, made, refusal, tmp_path):
    path = tmp_path / "a.mp4"
    path.touch()
    upload = an_upload(creator, made(path).read_bytes(), now=now())
    prepare_media(upload, FfmpegEngine(), now)
    read = me.send("GET", f"/me/uploads/{public_id('med', upload)}", **{"accept-language": "en"}).json()
    assert (read["state"], read["refusal"]["code"]) == ("refused", refusal)
    assert read["refusal"]["detail"]
    draft = {"kind": "video", "caption": "看", "media": public_id("med", upload)}
    post = me.send("POST", f"/me/creators/{crt(creator)}/posts", draft).json()["id"]
    assert code(me.send("POST", f"/me/posts/{post}/submit")) == (409, "content.video_refused")


def test_a_silent_film_is_taken_and_marked(me, creator, tmp_path):
    upload = an_upload(creator, film(tmp_path / "a.mp4", sound=False).read_bytes(), now=now())
    prepare_media(upload, FfmpegEngine(), now)
    assert me.send("GET", f"/me/uploads/{public_id('med', upload)}").json()["video"]["silent"] is True


def test_what_belongs_to_others_is_not_there(me, stranger, creator):
    upload, post = begin(me, creator).json()["id"], public_id("nte", a_draft(creator))
    link = me.send("GET", f"/me/creators/{crt(creator)}/showcase")
    assert link.status_code == 200
    for answer in (
        begin(stranger, creator),
        stranger.send("GET", f"/me/uploads/{upload}"),
        part(stranger, upload, 0, FILM),
        stranger.send("DELETE", f"/me/uploads/{upload}"),
        stranger.send("PUT", f"/me/creators/{crt(creator)}", {"handle": "abc", "name": "x"}),
        stranger.send("GET", f"/me/creators/{crt(creator)}/posts"),
        stranger.send("POST", f"/me/creators/{crt(creator)}/posts", note_in()),
        stranger.send("GET", f"/me/creators/{crt(creator)}/showcase"),
        *(stranger.send("POST", f"/me/posts/{post}/{verb}") for verb in ("submit", "withdraw")),
        stranger.send("GET", f"/me/posts/{post}"),
        stranger.send("PUT", f"/me/posts/{post}", {"caption": "mine now"}),
        stranger.send("PUT", f"/me/posts/{post}/visibility", {"visibility": "private"}),
        stranger.send("DELETE", f"/me/posts/{post}"),
    ):
        assert answer.status_code == 404, answer.content
    foreign = {"kind": "video", "media": upload}
    own = stranger.send("GET", "/me/creators").json()["items"][0]["id"]
    assert code(stranger.send("POST", f"/me/creators/{own}/posts", foreign)) == (404, "content.unknown_upload")


def test_a_note_goes_from_draft_to_review_to_the_public_and_back(me, creator):
    product = a_product(a_shop())
    sold = {"product": public_id("prd", product), "label": "同款"}
    made = me.send("POST", f"/me/creators/{crt(creator)}/posts", note_in(products=[sold]))
    assert (made.status_code, made.json()["state"], made.json()["topics"]) == (201, "draft", ["通勤穿搭"])
    post = made.json()["id"]
    assert made.json()["products"][0]["label"] == "同款"
    edited = me.send("PUT", f"/me/posts/{post}", {**note_in(), "kind": "note"})
    assert code(edited) == (422, "request.invalid")  # what it is cannot be changed
    words = {name: value for name, value in note_in(title="一周", products=[]).items() if name != "kind"}
    assert me.send("PUT", f"/me/posts/{post}", words).json()["products"] == []
    assert me.send("POST", f"/me/posts/{post}/submit").json()["state"] == "in_review"
    assert code(me.send("PUT", f"/me/posts/{post}", words)) == (409, "content.not_editable")
    inside = parse_public_id("nte", post)
    reviews.reject_post(inside, Verdict([RejectReason.VULGAR], "封面"), by=a_reviewer(), now=now())
    told = me.send("GET", f"/me/posts/{post}", **{"accept-language": "en"}).json()
    assert (told["state"], told["reasons"], told["decision_note"]) == (
        "rejected",
        [{"code": "vulgar", "words": "Vulgar"}],
        "封面",
    )
    assert me.send("PUT", f"/me/posts/{post}", words).json()["state"] == "draft"
    me.send("POST", f"/me/posts/{post}/submit")
    reviews.approve_post(inside, by=a_reviewer(), now=now())
    assert ApiClient().send("GET", f"/content/{post}").status_code == 200
    hidden = me.send("PUT", f"/me/posts/{post}/visibility", {"visibility": "private"}).json()
    assert (hidden["state"], hidden["visibility"]) == ("public", "private")
    assert ApiClient().send("GET", f"/content/{post}").status_code == 404
    assert me.send("POST", f"/me/posts/{post}/withdraw").json()["state"] == "draft"
    assert me.send("DELETE", f"/me/posts/{post}").status_code == 204
    assert me.send("GET", f"/me/posts/{post}").status_code == 404


def test_a_video_is_handed_in_before_it_is_prepared(me, creator):
    upload = begin(me, creator).json()["id"]
    draft = {"kind": "video", "title": "通勤", "media": upload}
    post = me.send("POST", f"/me/creators/{crt(creator)}/posts", draft).json()["id"]
    assert post.startswith("vid_")
    assert code(me.send("POST", f"/me/posts/{post}/submit")) == (409, "content.video_not_whole")
    part(me, upload, 0, FILM)
    assert me.send("POST", f"/me/posts/{post}/submit").json()["state"] == "processing"
    prepare_media(parse_public_id("med", upload), SandboxEngine(), now)
    read = me.send("GET", f"/me/posts/{post}").json()
    assert (read["state"], read["upload"]["state"]) == ("in_review", "ready")
    assert read["cover_url"]


def test_a_planned_post_comes_out_by_its_deadline(me, creator):
    moment = now()
    planned = note_in(publish_at=(moment + timedelta(hours=2)).isoformat())
    post = me.send("POST", f"/me/creators/{crt(creator)}/posts", planned).json()["id"]
    me.send("POST", f"/me/posts/{post}/submit")
    reviews.approve_post(parse_public_id("nte", post), by=a_reviewer(), now=now())
    assert me.send("GET", f"/me/posts/{post}").json()["state"] == "scheduled"
    work(moment + timedelta(hours=1))
    assert me.send("GET", f"/me/posts/{post}").json()["state"] == "scheduled"
    work(moment + timedelta(hours=2, minutes=1))
    assert me.send("GET", f"/me/posts/{post}").json()["state"] == "public"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"caption": "长" * 1_001}, (422, "request.invalid")),
        ({"pictures": ["x"]}, (422, "request.invalid")),
        ({"pictures": ["a" * 40]}, (422, "content.picture_unknown")),
        ({"products": [{"product": "prd_x"}]}, (422, "request.invalid")),
        ({"visibility": "all"}, (422, "request.invalid")),
        ({"publish_at": "2020-01-01T00:00:00Z"}, (422, "content.schedule_wrong")),
        ({"publish_at": "tomorrow"}, (422, "request.invalid")),
        ({"caption": " ".join(f"#t{n}" for n in range(11))}, (422, "content.topics_too_many")),
    ],
)
def test_what_a_draft_may_not_say_is_refused(me, creator, change, refusal):
    assert code(me.send("POST", f"/me/creators/{crt(creator)}/posts", note_in(**change))) == refusal
    assert not Post.objects.exists()


def test_own_posts_are_listed_by_state_in_pages(me, creator):
    made = [public_id("nte", a_draft(creator, now=now())) for _ in range(3)]
    public = public_id("vid", a_public_post(creator, PostKind.VIDEO, now=now()))
    first = me.send("GET", f"/me/creators/{crt(creator)}/posts?limit=2").json()
    assert [each["id"] for each in first["items"]] == [public, made[2]]
    rest = me.send("GET", f"/me/creators/{crt(creator)}/posts?limit=2&cursor={first['next_cursor']}").json()
    assert [each["id"] for each in rest["items"]] == [made[1], made[0]]
    drafts = me.send("GET", f"/me/creators/{crt(creator)}/posts?state=draft").json()["items"]
    assert [each["verbs"] for each in drafts] == [["edit", "submit", "remove"]] * 3
    assert code(me.send("GET", f"/me/creators/{crt(creator)}/posts?state=lost")) == (422, "request.invalid")


def test_a_showcase_is_filled_searched_ordered_and_emptied(me, creator):
    shop = a_shop()
    products = [a_product(shop, title=title) for title in ("碎花连衣裙", "羊毛围巾", "帆布包")]
    picked = {"products": [public_id("prd", each) for each in products]}
    place = f"/me/creators/{crt(creator)}/showcase"
    shown = me.send("POST", place, picked).json()["items"]
    assert [each["title"] for each in shown] == ["碎花连衣裙", "羊毛围巾", "帆布包"]
    assert [each["title"] for each in me.send("GET", f"{place}?q=围巾").json()["items"]] == ["羊毛围巾"]
    links = [each["link_id"] for each in shown]
    assert me.send("PUT", f"{place}/order", {"links": [links[2], links[0]]}).status_code == 204
    assert [each["link_id"] for each in me.send("GET", place).json()["items"]] == [links[2], links[0], links[1]]
    assert me.send("DELETE", f"{place}/{links[0]}").status_code == 204
    assert code(me.send("DELETE", f"{place}/{links[0]}")) == (404, "creators.unknown_pick")
    assert code(me.send("PUT", f"{place}/order", {"links": [links[0]]})) == (404, "creators.unknown_pick")
    gone = {"products": [public_id("prd", creator)]}
    assert code(me.send("POST", place, gone)) == (409, "creators.not_on_sale")


def test_a_picture_is_stored_and_used(me, creator):
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.test import Client

    token = me._headers["authorization"]
    file = SimpleUploadedFile("a.jpg", a_picture(), "image/jpeg")
    stored = Client().post("/api/v1/me/pictures", {"picture": file}, headers={"authorization": token}).json()
    made = me.send("POST", f"/me/creators/{crt(creator)}/posts", note_in(pictures=[stored["key"]])).json()
    assert made["picture_urls"] == [stored["url"]]
    words = {"handle": "xiaolu", "name": "小鹿", "avatar": stored["key"]}
    assert me.send("PUT", f"/me/creators/{crt(creator)}", words).json()["avatar_url"]


def test_a_token_without_the_scope_creates_nothing(person, creator):
    poor = ApiClient(a_token(person, "orders"))
    assert poor.send("POST", f"/me/creators/{crt(creator)}/posts", note_in()).status_code == 403


def test_a_service_agent_does_not_speak_for_the_shop(person):
    shop = a_shop()
    creator = a_creator(shop_id=shop)
    with_role(person.pk, Role.SERVICE_AGENT, shop)
    agent = ApiClient(a_token(person))
    assert agent.send("GET", f"/me/creators/{crt(creator)}/posts").status_code == 404
    assert agent.send("GET", "/me/creators").json()["items"] == []


def test_a_planned_post_is_moved_and_a_public_one_gets_other_goods(me, creator):
    dress, scarf = (a_product(a_shop()) for _ in range(2))
    planned = a_draft(creator, now=now(), publish_at=now() + timedelta(days=1))
    number = public_id("nte", planned)
    me.send("POST", f"/me/posts/{number}/submit", {})
    reviews.approve_post(planned, by=a_reviewer(), now=now())
    at = (now() + timedelta(days=2)).replace(microsecond=0)
    moved = me.send("PUT", f"/me/posts/{number}/publish-at", {"publish_at": at.isoformat()})
    assert (moved.status_code, moved.json()["state"], "reschedule" in moved.json()["verbs"]) == (200, "scheduled", True)
    assert Post.objects.get().publish_at == at
    assert me.send("PUT", f"/me/posts/{number}/publish-at", {"publish_at": None}).json()["state"] == "public"
    again = me.send("PUT", f"/me/posts/{number}/publish-at", {"publish_at": None})
    assert (again.status_code, again.json()["code"]) == (409, "content.not_scheduled")
    pick_products(creator, [dress], now=now())
    wanted = {"products": [{"product": public_id("prd", dress)}]}
    changed = me.send("PUT", f"/me/posts/{number}/products", wanted).json()
    assert [each["product_id"] for each in changed["products"]] == [public_id("prd", dress)]
    foreign = me.send("PUT", f"/me/posts/{number}/products", {"products": [{"product": public_id("prd", scarf)}]})
    assert (foreign.status_code, foreign.json()["code"]) == (422, "content.not_in_showcase")


def test_a_draft_is_changed_only_in_the_version_that_was_read(me, creator):
    number = public_id("nte", a_draft(creator, now=now()))
    version = me.send("GET", f"/me/posts/{number}").json()["version"]
    assert me.send("PUT", f"/me/posts/{number}", {"caption": "一", "version": version}).status_code == 200
    late = me.send("PUT", f"/me/posts/{number}", {"caption": "二", "version": version})
    assert (late.status_code, late.json()["code"]) == (409, "content.draft_changed")


def test_a_creator_reads_their_level_and_what_is_missing(me, creator, person, stranger):
    product = a_product(a_shop())
    pick_products(creator, [product], now=now())
    month = shanghai_day(now()).replace(day=1)
    before = (month - timedelta(days=1)).replace(day=1)
    tell_settled(before, [Settled(creator, product, 5_000)], now=now())
    path = f"/me/creators/{crt(creator)}/level"
    fresh = me.send("GET", path).json()
    assert (fresh["level"], fresh["picks"], fresh["showcase_max"], fresh["settled_minor"]) == (0, 1, 200, 0)
    assert fresh["past"] == [{"month": str(before), "settled_minor": 5_000, "level": None}]
    tell_settled(month, [Settled(creator, product, 2_000_000)], now=now())
    told = me.send("GET", path).json()
    assert (told["settled_minor"], told["coming_level"], told["next_level"]) == (2_000_000, 1, 2)
    assert told["missing_minor"] == 1_000_000
    assert told["reviewed_on"][-2:] == "08"
    assert stranger.send("GET", path).status_code == 404
    assert ApiClient(a_token(person, "orders")).send("GET", path).status_code == 403


def test_a_draft_that_lacks_something_names_the_field(me):
    creator = me.send("POST", "/me/creators", {"handle": "lacking", "name": "小缺"}).json()["id"]
    address = f"/me/creators/{creator}/posts"
    for kind, lacks in (
        ("note", ("content.pictures_wrong", "pictures")),
        ("video", ("content.video_missing", "media")),
    ):
        post = me.send("POST", address, {"kind": kind, "caption": "还没写完"}).json()["id"]
        refused = me.send("POST", f"/me/posts/{post}/submit")
        assert refused.status_code == 422
        told = refused.json()
        assert [(each["code"], each["name"]) for each in told["fields"]] == [lacks]
        assert told["fields"][0]["detail"] == told["detail"]
