"""What shops are known for moves their goods in the feed as far as the formula says, and nothing at zero."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.builders.people import a_person
from tests.builders.service import a_complaint, a_received_order
from tests.support.engine import a_learner, statements

from anxin.engine.rank.heads import HEARD_DAYS
from anxin.kernel.ids import new_id
from anxin.market.content.domain.posts import Anchor
from anxin.market.interest.brain import sellers, trying
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.brain.numbers import number_of_id
from anxin.market.interest.commands import tuning
from anxin.market.interest.domain.weights import Weights
from anxin.market.interest.feed import choose_posts
from anxin.market.orders.models import Order
from anxin.market.service.commands import complaints
from anxin.market.service.commands.complaints import Decision, Outcome

pytestmark = pytest.mark.django_db(transaction=True)

OLD = NOW + timedelta(days=HEARD_DAYS[-1] + 1)  # everything has been heard of what was ordered at NOW
MIDDLE = 5.5  # of twelve places: where notes stand that are worth the same, whatever their order
PAGES = 60  # so many that the mean place is known to a fraction of a place
NOTHING = Weights(0, 0, {"click": 0}, refund_counts=False, confidence_percent=50, prior_orders=1)


def sold(shop: UUID, orders: int, *, refunded: int = 0) -> None:
    """A shop sells something so often, and the first of it comes back."""
    sku, buyer = a_sku(shop), Buyer()
    for _ in range(orders):
        buyer.pay(buyer.order(sku))
    back = Order.objects.filter(shop_id=shop).order_by("id").values_list("id", flat=True)[:refunded]
    Order.objects.filter(id__in=list(back)).update(refunded_minor=F("total_minor"))


def counts(shop: UUID, *, now=OLD) -> tuple[float, float, float, float]:
    known = sellers.known(now)
    (row,) = known.rows_of(np.array([number_of_id(shop)]))
    return tuple(float(getattr(known, name)[row]) if row >= 0 else 0.0 for name in sellers.COUNTS)


@pytest.fixture
def shops(home: Path) -> dict[str, UUID]:
    """A shop whose goods stay, one whose goods come back, and a young one."""
    found = {name: a_shop() for name in ("good", "bad", "young")}
    sold(found["good"], 6)
    sold(found["bad"], 6, refunded=5)
    return found


@pytest.fixture
def posts(shops: dict[str, UUID]) -> dict[UUID, str]:
    """Four notes of two creators for goods of each shop, all alike and of the same age; whose goods are in them."""
    found = {}
    for name, shop in shops.items():
        creators = [a_creator(), a_creator()]
        for number in range(4):
            goods = (Anchor(a_product(shop)),)
            found[a_public_post(creators[number % 2], now=OLD, title="纯棉短袖", anchors=goods)] = name
    return found


@pytest.fixture
def learner(posts: dict[UUID, str]) -> Iterator[Learner]:
    with a_learner(now=OLD) as it:
        yield it


def worth(posts: dict[UUID, str]) -> dict[str, float]:
    """The mean value of the notes of each shop to a stranger, by the formula in force."""
    from anxin.engine.serving import Reader, recall, values_of

    engine = DOOR.look().with_formula(_body())
    second = int(OLD.timestamp())
    found = recall(engine.state, Reader(), engine.rules, now=second)
    (values,) = values_of(engine.state, [Reader()], [found], engine.rules, now=second)
    of_shop: dict[str, list[float]] = {}
    for row, value in zip(found.items.tolist(), values.tolist(), strict=True):
        of_shop.setdefault(posts[engine.id_of(row)], []).append(value)
    return {name: sum(some) / len(some) for name, some in of_shop.items()}


def _body() -> dict[str, object] | None:
    from anxin.market.interest.models import ValueFormula

    return ValueFormula.objects.filter(role="live", ended_at=None).values_list("body", flat=True).first()


def places(posts: dict[UUID, str], shop: str) -> float:
    """Where the notes of a shop stand in the mean, over pages of strangers."""
    found = []
    for _ in range(PAGES):
        chosen = choose_posts(new_id(), limit=12, now=OLD)
        found += [place for place, post in enumerate(chosen.posts) if posts[post] == shop]
    return sum(found) / len(found)


def test_a_shop_whose_goods_come_back_falls_in_the_feed_when_the_dial_is_up_and_stays_at_zero(posts, learner):
    tuning.publish(NOTHING, "无", by=None, now=NOW)
    flat = worth(posts)
    assert flat["bad"] == pytest.approx(flat["good"]) == pytest.approx(flat["young"])
    tuning.publish(replace(NOTHING, refund_counts=True), "退款", by=None, now=NOW)
    told = worth(posts)
    assert told["bad"] < 0.5 * told["young"]
    assert told["young"] < told["good"]
    assert places(posts, "bad") > MIDDLE + 2


def test_a_young_shop_gets_what_the_model_says_and_caution_is_for_it_alone(posts, learner):
    tuning.publish(replace(NOTHING, refund_counts=True, prior_orders=30), "退款", by=None, now=NOW)
    young = worth(posts)["young"]
    tuning.publish(replace(NOTHING, refund_counts=True, prior_orders=3), "少", by=None, now=NOW)
    assert worth(posts)["young"] == pytest.approx(young), "nothing of its own moves it"
    tuning.publish(
        replace(NOTHING, refund_counts=True, prior_orders=3, confidence_percent=95), "小心", by=None, now=NOW
    )
    assert worth(posts)["young"] < young


def test_what_a_shop_sold_counts_by_what_has_been_heard_of_it(shops):
    assert counts(shops["bad"]) == (6.0, 5.0, 0.0, 0.0)
    half = NOW + timedelta(days=HEARD_DAYS[4], minutes=1)
    assert counts(shops["bad"], now=half) == (3.0, 5.0, 0.0, 0.0)
    assert counts(shops["bad"], now=OLD + sellers.REMEMBERED)[0] == 0.0


def test_complaints_count_and_those_that_were_upheld_are_violations(home):
    shop, operator = a_shop(), a_person()
    kept, dismissed = (
        a_complaint(order.person_id, order_id=order.id) for order in (a_received_order(shop) for _ in "ab")
    )
    now = NOW + timedelta(days=3)
    complaints.decide(kept, Decision(Outcome.UPHELD, "属实"), by=operator, now=now)
    complaints.decide(dismissed, Decision(Outcome.DISMISSED, "不成立"), by=operator, now=now)
    assert counts(shop)[2:] == (2.0, 1.0)


def test_all_shops_are_read_in_two_statements_and_written_for_every_server(shops, learner):
    with CaptureQueriesContext(connection) as asked:
        known = sellers.known(OLD)
    assert len(statements(asked)) == 2
    for shelf in (DOOR.look().state.shelf, trying._shelf()):
        assert shelf.sellers.ids.tolist() == known.ids.tolist()
        assert shelf.sellers.refunds.sum() == 5
