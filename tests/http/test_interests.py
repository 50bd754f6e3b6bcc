"""My interests on a page: seen, steered, switched off, forgotten; and what is not wanted said at a card."""

import re

import pytest
from django.test import Client

from anxin.kernel.ids import new_id, public_id
from anxin.market.content.commands.posts import Anchor
from anxin.market.interest import commands, queries
from anxin.market.interest.commands import Teller
from anxin.market.interest.queries import Item, ItemKind, Kind, Told
from anxin.market.people.models import Person
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import NOW, a_shop
from tests.builders.people import a_person
from tests.support.api import ApiClient, a_token
from tests.support.browsers import the_browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return a_public_post(
        a_creator(name="小鹿"),
        caption="去山里 #露营",
        caption_en="To the mountains",
        anchors=(Anchor(a_product(a_shop()), 0),),
    )


@pytest.fixture
def me(post):
    person = a_person()
    commands.tell([Told(new_id(), Kind.LIKE, Item(ItemKind.NOTE, post), NOW)], Teller(person, is_person=True), now=NOW)
    return person


@pytest.fixture
def person_of_two_languages():
    creator, person = a_creator(name="小林", handle="xiaolin"), a_person()
    posts = (
        a_public_post(creator, caption="去山里 #露营 #徒步", caption_en="To the mountains #camping #hiking"),
        a_public_post(creator, caption="说走就走", caption_en="Off we go #only_english"),
    )
    liked = [Told(new_id(), Kind.LIKE, Item(ItemKind.NOTE, each), NOW) for each in posts]
    commands.tell(liked, Teller(person, is_person=True), now=NOW)
    return person


def page(browser):
    return browser.get("/interests", headers={"Accept-Language": "zh-hans"}).content.decode()


def test_a_liked_note_shows_as_its_topic_and_the_category_of_its_goods(me):
    shown = re.findall(r'data-interest="([^"]+)"', page(the_browser_of(me)))
    assert "#露营" in shown
    assert len(shown) == 2


def test_an_interest_is_wanted_more_or_less_or_as_it_comes(me):
    browser = the_browser_of(me)
    for how, wanted in (("less", False), ("more", True), ("as_it_comes", None)):
        assert browser.post("/interests/wish", {"what": "#露营", "wanted": how}).status_code == 302
        assert {tag.category: tag.wanted for tag in queries.tags(me, now=NOW)}["#露营"] is wanted
    assert browser.post("/interests/wish", {"what": "#露营", "wanted": "most"}).status_code == 404


def test_a_topic_of_two_captions_is_one_interest_in_the_reader_s_language(person_of_two_languages):
    browser = the_browser_of(person_of_two_languages)
    english = browser.get("/interests", headers={"Accept-Language": "en"}).content.decode()
    for shown, mine, other in ((page(browser), "#露营", "#camping"), (english, "#camping", "#露营")):
        codes = re.findall(r'data-interest="([^"]+)"', shown)
        assert mine in codes
        assert other not in codes
        assert f'name="what" value="{other}"' in shown  # what is said is said of both
        assert "#only_english" in codes  # which no caption says in Chinese
    assert {"#露营", "#camping"} <= {tag.category for tag in queries.tags(person_of_two_languages, now=NOW)}


def test_a_program_is_told_a_topic_once_and_its_other_name(person_of_two_languages):
    program = ApiClient(a_token(Person.objects.get(pk=person_of_two_languages)))
    told = program.send("GET", "/me/interests").json()["interests"]
    also = {one["category"]: one["also"] for one in told}
    assert also == {"#露营": ["#camping"], "#徒步": ["#hiking"], "#only_english": []}


def test_what_is_said_of_a_topic_holds_in_both_languages(person_of_two_languages):
    me, browser = person_of_two_languages, the_browser_of(person_of_two_languages)

    def said(*, chinese):
        return {tag.category: tag.wanted for tag in queries.tags(me, now=NOW, chinese=chinese)}

    commands.wish(me, "#camping", more=False, is_person=True)  # as it was said before they were one
    assert said(chinese=True)["#露营"] is False
    assert said(chinese=False)["#camping"] is False
    both = {"what": ["#露营", "#camping"]}
    assert browser.post("/interests/wish", both | {"wanted": "as_it_comes"}).status_code == 302
    assert (said(chinese=True)["#露营"], said(chinese=False)["#camping"]) == (None, None)
    browser.post("/interests/wish", both | {"wanted": "less"})
    assert queries.history(me).fewer == {"#露营", "#camping"}
    assert browser.post("/interests/wish", {"what": ["#露营", ""], "wanted": "less"}).status_code == 404
    assert browser.post("/interests/wish", {"wanted": "less"}).status_code == 404


def test_the_switch_and_the_new_beginning(me):
    browser = the_browser_of(me)
    browser.post("/interests/switch", {})
    assert not queries.history(me).is_personal
    assert "推荐不再使用你的任何信息" in page(browser)
    browser.post("/interests/switch", {"personal": "on"})
    assert queries.history(me).is_personal
    browser.post("/interests/anew")
    assert queries.history(me).entries == ()


def test_a_stranger_steers_what_the_device_is_shown(post):
    browser = Client()
    assert browser.get("/interests").status_code == 200
    item = public_id("nte", post)
    assert browser.post("/feed/less", {"item": item, "what": "#露营"}).status_code == 302
    assert "#露营" in page(browser)
    assert item not in browser.get("/").content.decode()


@pytest.mark.parametrize("what", ["post", "creator", "category", "#露营"])
def test_what_is_not_wanted_is_gone_from_the_next_answer(me, post, what):
    browser, item = the_browser_of(me), public_id("nte", post)
    assert item in browser.get("/").content.decode()
    assert (
        browser.post("/feed/less", {"item": item, "what": what}, headers={"Accept": "text/html-part"}).status_code
        == 204
    )
    assert item not in browser.get("/").content.decode()
    assert browser.post("/feed/less", {"item": item, "what": "everything"}).status_code == 404


def test_devices_steer_through_the_api_too(post):
    stranger = ApiClient()
    device = {"anxin-device": stranger.send("POST", "/devices").json()["device"]}
    assert stranger.send("GET", "/me/interests").status_code == 401
    wanted = stranger.send("PUT", "/me/interests/topics/露营", {"wanted": False}, **device).json()
    assert wanted["interests"] == [{"category": "#露营", "strength_bps": 0, "wanted": False, "also": []}]
    assert stranger.send("GET", "/feed", **device).json()["items"] == []
    assert stranger.send("PATCH", "/me/interests", {"personal": False}, **device).json()["personal"] is False
