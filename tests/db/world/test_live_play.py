"""The simulated market's people on a real market: they come, buy, send back, complain, and every invariant holds afterwards."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.db.models import Sum
from tests.builders.claims import RETURN_ADDRESS
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.builders.people import a_person, with_role
from tests.support.engine import a_home

from anxin.infra.config import config
from anxin.infra.doctor import examine
from anxin.infra.worker import drain
from anxin.market.catalog.queries import offers
from anxin.market.content.commands.posts import Anchor
from anxin.market.guarantee.models.claims import Claim
from anxin.market.interest.queries import Kind, events_of_day
from anxin.market.orders.commands import Origin
from anxin.market.orders.models import Order
from anxin.market.payments.errors import NoSandboxHere
from anxin.market.people.queries import Role
from anxin.market.service.models import Complaint
from anxin.world.live.errands import Bought, Errand, Fate
from anxin.world.live.play import play
from anxin.world.live.stage import NothingToPlay, Stage, assemble, truth_about
from anxin.world.market.marginals import built_in
from anxin.world.market.terms import Rates, Terms

pytestmark = pytest.mark.django_db(transaction=True)
DAY = timedelta(days=1)


@pytest.fixture
def stage() -> Stage:
    """Twelve notes of three shops, and five buyers."""
    for number in range(3):
        shop, creator = a_shop(return_address=RETURN_ADDRESS), a_creator()
        with_role(a_person(), Role.OWNER, shop)
        for price in (2_000, 5_000, 9_000, 30_000):
            product = offers([a_sku(shop, price_minor=price + number)], now=NOW)[0].product_id
            a_public_post(creator, title=f"第 {price} 篇", anchors=(Anchor(product, 0),))
    for _ in range(5):
        Buyer()
    return assemble(5, 100, now=NOW)


def test_in_production_nobody_plays_with_real_people(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anxin.world.live.stage.config", lambda: replace(config(), mode="production"))
    with pytest.raises(NoSandboxHere):
        assemble(10, 10, now=NOW)


def test_a_market_without_goods_in_posts_is_refused() -> None:
    with pytest.raises(NothingToPlay):
        assemble(10, 10, now=NOW)


def test_the_truth_is_about_what_is_there(stage: Stage) -> None:
    so = truth_about(stage, 2, Terms(), built_in(), 3)
    assert so.listing.price_minor[: len(stage.things)].tolist() == [thing.price_minor for thing in stage.things]
    shops = so.listing.shop[: len(stage.things)]
    assert len(set(shops.tolist())) == 3
    for shop in range(3):
        assert len(set(so.hidden.dishonest[: len(shops)][shops == shop].tolist())) == 1, "a shop has one character"
    assert np.isfinite(so.hidden.dearness).all()


@pytest.mark.parametrize(("refund_day", "complaint_day"), [(3, 2), (2, 3)])
def test_an_order_lives_through_all_that_is_to_come_of_it(stage: Stage, refund_day: int, complaint_day: int) -> None:
    thing, visitor, books = stage.things[0], stage.visitors[0], Bought()
    errand = Errand(visitor, thing, Origin(), stage.staff[thing.shop])
    fate = Fate(refund_at=NOW + refund_day * DAY, complaint_at=NOW + complaint_day * DAY)
    moments = list(errand.run(fate, books, now=NOW))
    drain(moments[-1] + DAY)
    assert moments == sorted(set(moments)), "one step after the other"
    assert (books.orders, books.gmv_minor, books.refunds, books.complaints) == (1, thing.price_minor, 1, 1)
    assert Order.objects.get().refunded_minor == books.refunded_minor == thing.price_minor
    assert Claim.objects.get().state == "done"
    assert Complaint.objects.count() == 1
    assert [result for result in examine() if not result.ok] == []


def test_people_come_and_what_they_do_is_kept(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """They buy more, and regret more of it sooner, than people do: so that few of them are enough."""
    terms = Terms(
        rates=Rates(click=0.2, cart=0.3, order=0.2, refund=0.9, complaint=0.5),
        daily_income_minor=(200_000.0, 0.1),
        refund_days=(0.1, 1.0, 0.1),
        complaint_days=(0.1, 1.0, 0.1),
    )
    hours, now = [], NOW + 5 * DAY
    truth = truth_about(stage, 4, terms, built_in(), 1)
    with a_home(monkeypatch, tmp_path):
        found = play(stage, truth, lambda: hours.append(1), now=now)
    assert len(hours) == found["hours"] == 96
    assert found["requests"] == sum(found["policies"].values()) > 30
    assert found["learned_here"]
    assert set(found["policies"]) != {"popular"}, "the engine served"
    told = [event for day in range(6) for event in events_of_day((NOW + day * DAY).date())]
    assert sum(event["kind"] == Kind.IMPRESSION for event in told) > found["requests"]
    sums = Order.objects.aggregate(paid=Sum("total_minor"), back=Sum("refunded_minor"))
    assert Order.objects.count() == found["orders"] > 0
    assert Claim.objects.exists()
    assert Complaint.objects.count() == found["complaints"]
    assert found["gmv"] == sums["paid"]
    assert found["quality_gmv"] == sums["paid"] - sums["back"] - terms.complaint_minor * found["complaints"]
    assert not Order.objects.filter(paid_at__gt=now).exists()
    assert found["doctor"] == {}
