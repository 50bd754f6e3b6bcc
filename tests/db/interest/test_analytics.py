"""What came of posts: counted once, joined to the answer that showed them, and to the orders that name them."""

from datetime import timedelta

import pytest
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.support.work import work

from anxin.kernel.ids import new_id
from anxin.market.catalog.queries import offers
from anxin.market.content.commands.posts import Anchor, PostKind
from anxin.market.interest import commands
from anxin.market.interest.analytics import Figures, figures_of_posts, watch_curve
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.orders.commands import Origin

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SPAN = {"since": NOW - 2 * DAY, "until": NOW + DAY}


@pytest.fixture
def creator():
    return a_creator()


@pytest.fixture
def sku():
    return a_sku(a_shop())


@pytest.fixture
def product(sku):
    return offers([sku], now=NOW)[0].product_id


@pytest.fixture
def video(creator, product):
    return a_public_post(creator, PostKind.VIDEO, anchors=(Anchor(product, 500),))


def tell(*told, who=None):
    commands.tell(told, who or Teller(new_id(), is_person=True), now=NOW)


def on(kind, item_kind, item, **facts):
    return Told(new_id(), kind, Item(item_kind, item), NOW, **facts)


def figures(posts, creator, *products, **span):
    return figures_of_posts(posts, creator_id=creator, product_ids=products, **{**SPAN, **span})


def test_what_is_done_with_a_post_is_counted_by_post_and_day(creator, product, video):
    other = a_public_post(creator)
    for milliseconds, finished in ((1_000, False), (5_000, True)):
        tell(
            on(Kind.IMPRESSION, ItemKind.VIDEO, video),
            on(Kind.WATCH, ItemKind.VIDEO, video, value=milliseconds, finished=finished),
            on(Kind.LIKE, ItemKind.VIDEO, video),
        )
    tell(on(Kind.IMPRESSION, ItemKind.NOTE, other), on(Kind.COMMENT, ItemKind.NOTE, other))
    found = figures([video, other], creator, product)
    assert found.by_post[video] == Figures(impressions=2, plays=2, watched_ms=6_000, finished=1, likes=2)
    assert found.by_post[other] == Figures(impressions=1, comments=1)
    assert (found.total.impressions, found.total.finish_bps, found.total.mean_ms) == (3, 5_000, 3_000)
    assert [each.figures.impressions for each in found.days] == [0, 0, 3, 0][: len(found.days)]


def test_taps_and_follows_belong_to_the_post_at_whose_place_they_happened(creator, product, video):
    other = a_public_post(creator, PostKind.VIDEO, anchors=(Anchor(product, 0),))
    viewer = Teller(new_id(), is_person=True)
    shown = {Item(ItemKind.VIDEO, video): 0.5, Item(ItemKind.VIDEO, other): 0.5}
    request = commands.serve(viewer.id, shown, surface="feed", policy="test", now=NOW)
    tell(
        on(Kind.PRODUCT_CLICK, ItemKind.PRODUCT, product, request=request, slot=1),
        on(Kind.FOLLOW, ItemKind.CREATOR, creator, request=request, slot=0),
        on(Kind.PRODUCT_CLICK, ItemKind.PRODUCT, product),  # on its own page: no post led there
        who=viewer,
    )
    stranger = Teller(new_id(), is_person=True)
    tell(on(Kind.PRODUCT_CLICK, ItemKind.PRODUCT, product, request=request, slot=0), who=stranger)
    found = figures([video, other], creator, product)
    assert found.by_post[video] == Figures(follows=1)
    assert found.by_post[other] == Figures(product_clicks=1)


def test_what_was_paid_where_a_post_was_met_is_its_sale(creator, sku, product, video):
    buyer = Buyer()
    met = buyer.order(sku, origin=Origin(content=video, second=3, creator=creator))
    elsewhere = buyer.order(sku)
    for placed in (met, elsewhere):
        buyer.pay(placed)
    work(NOW)
    found = figures([video], creator, product, until=NOW + 2 * DAY)
    assert (found.total.orders, found.total.refunds) == (1, 0)
    assert found.total.paid_minor > 0
    assert figures([video], creator, product, until=NOW - DAY).total == Figures()


def test_the_curve_falls_second_by_second_and_the_finished_reach_the_end(video):
    tell(
        on(Kind.WATCH, ItemKind.VIDEO, video, value=0),
        on(Kind.WATCH, ItemKind.VIDEO, video, value=2_500),
        on(Kind.WATCH, ItemKind.VIDEO, video, value=4_000, finished=True),
        on(Kind.WATCH, ItemKind.VIDEO, video, value=900_000, loops=3),
        on(Kind.WATCH, ItemKind.VIDEO, video, value=5_300),
    )
    found = watch_curve(video, 5_300, **SPAN)
    assert found.at_ms == (0, 1_000, 2_000, 3_000, 4_000, 5_000, 5_300)
    assert found.reached == (5, 4, 4, 3, 3, 3, 3)
    assert watch_curve(new_id(), 5_000, **SPAN).reached == (0,) * 6
    assert watch_curve(video, 0, **SPAN).reached == (5,)


@pytest.mark.parametrize(
    ("duration_ms", "points", "second"), [(60_000, 61, 1_000), (60_001, 32, 2_000), (300_000, 61, 5_000)]
)
def test_a_long_video_has_sixty_steps_at_most(video, duration_ms, points, second):
    tell(on(Kind.WATCH, ItemKind.VIDEO, video, value=duration_ms - 1))
    found = watch_curve(video, duration_ms, **SPAN)
    assert (len(found.at_ms), found.at_ms[1], found.at_ms[-1]) == (points, second, duration_ms)
    assert found.reached == (1,) * (points - 1) + (0,)
