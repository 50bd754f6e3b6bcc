"""What is done by forms and by programs reaches the history, the feed and the figures; once, with the place it was done in."""

import re
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.people import a_person
from tests.support.api import ApiClient, a_caller, a_token
from tests.support.engine import a_home, learn

from anxin.infra.clock import now
from anxin.kernel.ids import parse_public_id, public_id
from anxin.market.creators import queries as creators
from anxin.market.interest import queries
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.queries import Item, ItemKind, Kind
from anxin.market.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)

THEMES = {"露营": "camping", "烘焙": "baking", "书法": "calligraphy", "陶艺": "pottery"}
READERS = 6  # on a single page what is tried may fall on the theme
AJAX = {"accept": "text/html-part"}


@pytest.fixture
def creator() -> UUID:
    return a_creator(handle="xiaolu")


@pytest.fixture
def note(creator: UUID) -> UUID:
    return a_public_post(creator)


def browser_of(person: UUID) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=person))
    return client


def nte(post: UUID) -> str:
    return public_id("nte", post)


def shown(browser: Client, post: UUID) -> str:
    return browser.get(reverse("post", args=[nte(post)])).content.decode()


def form_of(html: str, name: str, *args: str) -> str:
    """The address that a form of a page is sent to."""
    return re.search(rf'action="({re.escape(reverse(name, args=args))}[^"]*)"', html)[1].replace("&amp;", "&")


def told(person: UUID) -> list[tuple[str, UUID, UUID | None, int | None, str]]:
    """What a person's events say: kind, item, answer, place, doubt."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select kind, item, request, slot, doubt from interest_event where actor = %s order by id", [person]
        )
        return [(list(Kind)[row[0]].value, *row[1:]) for row in cursor.fetchall()]


def did(person: UUID) -> list[tuple[Kind, Item]]:
    return [(one.kind, one.item) for one in queries.history(person).entries]


def figures(post: UUID, creator: UUID) -> queries.Figures:
    since, until = now() - timedelta(days=1), now() + timedelta(days=1)
    return queries.figures_of_posts([post], creator_id=creator, product_ids=[], since=since, until=until).total


def test_likes_on_the_pages_of_posts_change_the_next_feed(monkeypatch, tmp_path: Path):
    def themes(browser: Client) -> list[str]:
        numbers = re.findall(r'data-id="(nte_\w+)"', browser.get("/").content.decode())
        return [market[parse_public_id("nte", number)] for number in numbers]

    with a_home(monkeypatch, tmp_path):
        makers = [a_creator() for _ in range(12)]
        market: dict[UUID, str] = {}
        for number in range(48):
            theme = list(THEMES)[number % 4]
            words = {"title": f"{theme}第{number}篇", "caption": f"今天说说 #{theme}"}
            words |= {"title_en": f"{THEMES[theme]} part {number}", "caption_en": f"About #{THEMES[theme]}"}
            post = a_public_post(makers[number // 4 % 12], now=now() - timedelta(hours=number), **words)
            market[post] = theme
        with closing(Learner()) as learner:
            learn(learner, now())
            liked, rose = [post for post, theme in market.items() if theme == "书法"][-3:], 0
            for _ in range(READERS):
                me = a_person()
                browser = browser_of(me)
                before = themes(browser)
                for post in liked:
                    browser.post(form_of(shown(browser, post), "post_like", nte(post)))
                rose += themes(browser).count("书法") - before.count("书法")
                assert did(me) == [(Kind.LIKE, Item(ItemKind.NOTE, post)) for post in liked]
    assert rose >= READERS


def test_every_act_on_a_post_s_page_is_told_once_with_its_answer_and_counts(creator, note):
    me = a_person()
    browser = browser_of(me)
    page = shown(browser, note)
    answer = parse_public_id("req", re.search(r'data-request="(req_\w+)"', page)[1])
    for name in ("post_like", "post_keep", "post_share"):
        for _ in range(2):
            browser.post(form_of(page, name, nte(note)))
    for _ in range(2):
        browser.post(form_of(page, "comment_new", nte(note)), {"text": "好看", "key": "k"})
        browser.post(form_of(page, "creator_follow", "xiaolu"))
    place = (answer, 0, "")
    assert sorted(told(me)) == sorted(
        [
            ("like", note, *place),
            ("favourite", note, *place),
            ("share", note, *place),
            ("comment", note, *place),
            ("follow", creator, *place),
        ]
    )
    found = figures(note, creator)
    assert (found.likes, found.favourites, found.shares, found.comments) == (1, 1, 1, 1)
    browser.post(form_of(page, "post_like", nte(note)), {"back": "1"})
    browser.post(form_of(page, "creator_follow", "xiaolu"), {"back": "1"})
    assert [row[0] for row in told(me)[-2:]] == ["unlike", "unfollow"]


def test_comments_in_the_feed_s_sheet_carry_the_slide_they_belong_to(note):
    me = a_person()
    browser = browser_of(me)
    slide = re.search(r'data-comments="([^"]+)"', browser.get("/").content.decode())[1].replace("&amp;", "&")
    sheet = browser.get(slide).content.decode()
    again = browser.post(form_of(sheet, "comment_new", nte(note)), {"text": "好看", "key": "k"}, headers=AJAX)
    browser.post(form_of(again.content.decode(), "comment_new", nte(note)), {"text": "真好", "key": "k2"}, headers=AJAX)
    assert [(row[0], row[3], row[4]) for row in told(me)] == [("comment", 0, "")] * 2


@pytest.mark.parametrize("query", ["?request=nobody&slot=0", "?request=req_x", "?slot=7", "?request=&slot=many"])
def test_a_place_that_is_not_well_formed_is_none_and_the_like_is_told(note, query):
    me = a_person()
    browser_of(me).post(reverse("post_like", args=[nte(note)]) + query)
    assert told(me) == [("like", note, None, None, "")]


def test_an_answer_given_to_somebody_else_teaches_nothing(note):
    me, page = a_person(), shown(Client(), note)
    browser_of(me).post(form_of(page, "creator_follow", "xiaolu"))
    assert [(row[0], row[4]) for row in told(me)] == [("follow", "foreign_request")]


def test_one_s_own_post_teaches_nothing(creator, note):
    maker = creators.creator(creator).person_id
    browser = browser_of(maker)
    page = shown(browser, note)
    browser.post(form_of(page, "post_like", nte(note)))
    browser.post(form_of(page, "comment_new", nte(note)), {"text": "谢谢", "key": "k"})
    assert [(row[0], row[4]) for row in told(maker)] == [("like", "own"), ("comment", "own")]
    assert figures(note, creator).likes == 0


def test_what_a_program_does_is_told_with_the_place_it_names(creator, note):
    caller = a_caller()
    person = caller.id
    me = ApiClient(a_token(caller))
    served = me.send("GET", "/feed?limit=5").json()
    query = f"?request={served['request']}&slot={served['items'][0]['slot']}"
    content = f"/content/{nte(note)}"
    for _ in range(2):
        assert me.send("PUT", f"{content}/like{query}").status_code == 204
        assert me.send("POST", f"{content}/share{query}").status_code == 200
    assert me.send("PUT", f"{content}/favourite").status_code == 204
    assert me.send("PUT", f"/creators/{public_id('crt', creator)}/follow{query}").status_code == 204
    assert me.send("POST", f"{content}/comments{query}", {"text": "好看", "key": "k"}).status_code == 201
    answer = parse_public_id("req", served["request"])
    assert sorted(row[0] for row in told(person)) == ["comment", "favourite", "follow", "like", "share"]
    assert {row[2:] for row in told(person) if row[0] != "favourite"} == {(answer, 0, "")}
    assert me.send("DELETE", f"{content}/like{query}").status_code == 204
    assert me.send("DELETE", f"{content}/like{query}").status_code == 204
    assert [row[0] for row in told(person)].count("unlike") == 1
    assert me.send("PUT", f"{content}/like?slot=7000").status_code == 422


def test_a_session_less_stranger_tells_nothing(note) -> None:
    assert Client().post(reverse("post_like", args=[nte(note)])).status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from interest_event")
        assert cursor.fetchone() == (0,)
