"""What came of a creator's posts through the API: what the studio's page counts, for whose they are."""

from datetime import timedelta

import pytest

from anxin.infra.clock import now
from anxin.kernel.clock import shanghai_day
from anxin.kernel.ids import new_id, public_id
from anxin.market.catalog.queries import offers
from anxin.market.content.commands.posts import Anchor, PostKind
from anxin.market.interest import commands as interest
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.orders.commands import Origin
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import Buyer, a_shop, a_sku
from tests.support.api import ApiClient, a_caller, a_token

pytestmark = pytest.mark.django_db
NOTHING = {"plays": 0, "finished": 0, "watched_ms": 0, "likes": 0, "comments": 0, "favourites": 0, "shares": 0}


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
def sku():
    return a_sku(a_shop())


@pytest.fixture
def video(creator, sku):
    anchor = Anchor(offers([sku], now=now())[0].product_id, 500)
    return a_public_post(creator, PostKind.VIDEO, anchors=(anchor,), now=now(), title="裙子")


def path_of(video):
    return f"/me/posts/{public_id('vid', video)}/figures"


def of_creator(creator):
    return f"/me/creators/{public_id('crt', creator)}/figures"


def met_and_bought(creator, sku, video):
    """Two see it, one taps what is in it and buys it, all at one moment, which is returned."""
    at = now()
    product = Item(ItemKind.PRODUCT, offers([sku], now=now())[0].product_id)
    for watched, taps in ((1_500, False), (4_900, True)):
        who, moment = Teller(new_id(), is_person=False), at - timedelta(seconds=30)
        item = Item(ItemKind.VIDEO, video)
        request = interest.serve(who.id, {item: 1.0}, surface="feed", policy="test", now=moment)
        told = [
            Told(new_id(), Kind.IMPRESSION, item, at, request, 0),
            Told(new_id(), Kind.WATCH, item, at, request, 0, value=watched, finished=taps),
        ]
        if taps:
            told.append(Told(new_id(), Kind.PRODUCT_CLICK, product, at, request, 0))
        interest.tell(told, who, now=at)
    buyer = Buyer()
    placed = buyer.order(sku, origin=Origin(content=video, second=0, creator=creator), now=at)
    buyer.pay(placed, now=at)
    return at


def test_figures_are_told_together_by_day_and_by_post(me, creator, sku, video):
    other = a_public_post(creator, now=now(), title="围巾")
    at = met_and_bought(creator, sku, video)
    told = me.send("GET", f"{of_creator(creator)}?days=7").json()
    total = told["total"]
    assert {name: total[name] for name in ("impressions", "plays", "finished", "watched_ms", "product_clicks")} == {
        "impressions": 2, "plays": 2, "finished": 1, "watched_ms": 6_400, "product_clicks": 1,
    }  # fmt: skip
    assert (total["orders"], total["refunds"], total["refunded_minor"]) == (1, 0, 0)
    assert total["paid_minor"] > 0
    by_day = {each["day"]: each["impressions"] for each in told["days"]}
    assert by_day == {
        day: 2 * (day == str(shanghai_day(at))) for day in by_day
    }  # by day: a new one may begin meanwhile
    assert (len(by_day), sum(by_day.values())) == (7, 2)
    assert [(each["id"], each["impressions"]) for each in told["posts"]] == [
        (public_id("vid", video), 2),
        (public_id("nte", other), 0),
    ]
    only = me.send("GET", f"{of_creator(creator)}?posts=1").json()
    assert (len(only["posts"]), len(only["days"])) == (1, 28)


def test_a_video_is_told_second_by_second_and_a_note_has_no_curve(me, creator, sku, video):
    met_and_bought(creator, sku, video)
    told = me.send("GET", path_of(video)).json()
    assert (told["post"]["title"], told["post"]["orders"]) == ("裙子", 1)
    assert [(one["at_ms"], one["plays"]) for one in told["watch_curve"]] == [
        (0, 2), (1_000, 2), (2_000, 1), (3_000, 1), (4_000, 1), (5_000, 1),
    ]  # fmt: skip
    note = a_public_post(creator, now=now())
    empty = me.send("GET", f"/me/posts/{public_id('nte', note)}/figures").json()
    assert empty["watch_curve"] == []
    assert NOTHING.items() <= empty["post"].items()


def test_figures_of_others_are_not_there(creator, video):
    other = a_caller("other@example.org")
    a_creator(person_id=other.pk)
    stranger = ApiClient(a_token(other, "content"))
    for path in (path_of(video), of_creator(creator)):
        assert stranger.send("GET", path).status_code == 404
    assert ApiClient().send("GET", path_of(video)).status_code == 401


def test_a_token_of_another_scope_is_refused(person, creator, video):
    shopper = ApiClient(a_token(person, "orders"))
    for path in (path_of(video), of_creator(creator)):
        assert shopper.send("GET", path).status_code == 403


@pytest.mark.parametrize("query", ["days=0", "days=91", "days=x", "posts=0", "posts=101"])
def test_days_and_posts_have_limits(me, creator, query):
    assert me.send("GET", f"{of_creator(creator)}?{query}").status_code == 422
