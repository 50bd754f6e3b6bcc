"""Levels follow what was settled: told day by day, decided once a month, explained to the creator."""

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.builders.creators import a_creator, a_product
from tests.builders.orders import NOW, Buyer, a_parcel, a_shop
from tests.builders.people import with_role
from tests.builders.settlement import due_at
from tests.support.work import work

from anxin.infra.models import OutboxEvent
from anxin.kernel.clock import shanghai_day
from anxin.kernel.ids import new_id
from anxin.market.catalog.models import Sku
from anxin.market.creators import queries as read
from anxin.market.creators.commands import close_creator_of_person, pick_products
from anxin.market.creators.commands.levels import Settled, review_levels, tell_settled
from anxin.market.creators.models import SettledMonth
from anxin.market.creators.queries.levels import level_standing, unreviewed_month
from anxin.market.orders import commands as orders
from anxin.market.orders.commands import NewCheckout, Origin, WantedLine
from anxin.market.orders.commands.loading import LoadedPlace, load_origins
from anxin.market.orders.models import Order, OrderLine
from anxin.market.people.queries import Role, acts_about
from anxin.market.settlement.commands import refund_settled
from anxin.market.settlement.commands.creators import reckon_creators

pytestmark = pytest.mark.django_db
MONTH = date(2026, 3, 1)
REVIEW = datetime(2026, 4, 7, 16, tzinfo=UTC)  # midnight of the eighth in Shanghai
OPENED = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture
def product():
    return a_product(a_shop())


@pytest.fixture
def creator(product):
    made = a_creator(now=OPENED)
    pick_products(made, [product], now=OPENED)
    return made


def told(creator, product, minor, month=MONTH, now=REVIEW):
    tell_settled(month, [Settled(creator, product, minor)], now=now)


def level(creator):
    return read.creator(creator).level


def test_a_month_decides_on_the_eighth_and_only_once(creator, product):
    told(creator, product, 35_000_000)
    assert review_levels(MONTH, now=REVIEW - timedelta(seconds=1)) == 0
    assert level(creator) == 0
    assert review_levels(MONTH, now=REVIEW) == 1
    assert level(creator) == 3
    told(creator, product, 1)
    assert review_levels(MONTH, now=REVIEW + timedelta(days=1)) == 0
    assert (level(creator), SettledMonth.objects.get().settled_minor) == (3, 35_000_000)
    act = acts_about(f"creator:{creator}")[0]
    assert act.detail == {"from": 0, "to": 3, "month": "2026-03", "settled_minor": 35_000_000}
    fact = OutboxEvent.objects.get(kind="creators.level_changed").payload
    assert (fact["level_before"], fact["level"]) == (0, 3)


def test_a_creator_who_closes_before_the_review_keeps_no_month_waiting(creator, product):
    told(creator, product, 35_000_000)
    told(other := a_creator(now=OPENED), product, 0)
    assert unreviewed_month(now=REVIEW) == MONTH
    close_creator_of_person(read.creator(creator).person_id, now=REVIEW)
    assert review_levels(MONTH, now=REVIEW) == 1
    assert SettledMonth.objects.get(creator_id=creator).level is None
    assert level(other) == 0
    assert unreviewed_month(now=REVIEW) is None


def test_a_weaker_month_brings_a_lower_level_and_one_without_sales_the_lowest(creator, product):
    told(creator, product, 35_000_000)
    review_levels(MONTH, now=REVIEW)
    april, later = date(2026, 4, 1), REVIEW + timedelta(days=30)
    told(creator, product, 2_000, april, later)
    review_levels(april, now=later)
    assert level(creator) == 1
    may = date(2026, 5, 1)
    tell_settled(may, [], now=later + timedelta(days=31))
    review_levels(may, now=later + timedelta(days=31))
    assert level(creator) == 0


def test_what_is_told_again_replaces_and_only_picked_goods_count(creator, product):
    foreign = a_product(a_shop())
    rows = [Settled(creator, product, 3_000), Settled(creator, foreign, 9_000_000)]
    for _ in range(2):
        tell_settled(MONTH, rows, now=REVIEW)
    assert SettledMonth.objects.get().settled_minor == 3_000


def test_a_creator_reads_what_is_missing_for_the_next_level(creator, product):
    at = datetime(2026, 3, 20, tzinfo=UTC)
    empty = level_standing(creator, now=at)
    assert (empty.settled_minor, empty.above.level, empty.missing_minor) == (0, 1, 1)
    told(creator, product, 1_200_000, now=at)
    found = level_standing(creator, now=at)
    assert (found.level.level, found.coming.level, found.above.level) == (0, 1, 2)
    assert (found.settled_minor, found.missing_minor, found.reviewed_on) == (1_200_000, 1_800_000, date(2026, 4, 8))
    review_levels(MONTH, now=REVIEW)
    past = level_standing(creator, now=REVIEW).past
    assert [(one.month, one.settled_minor, one.level) for one in past] == [(MONTH, 1_200_000, 1)]


def received(placed, buyer, shop):
    """Pay, ship and confirm; return the order and when it settles."""
    buyer.pay(placed, now=NOW)
    order = placed.orders[0].id
    orders.ship(a_parcel(order), shop_id=shop, now=NOW)
    orders.confirm_receipt(order, person_id=buyer.id, now=NOW)
    work(NOW)
    return order, due_at(order)


def test_orders_that_name_a_creator_are_counted_when_they_settle_and_refunds_when_they_happen():
    shop = a_shop()
    product, other = a_product(shop, price_minor=10_000), a_product(shop, price_minor=30_000)
    creator = a_creator(now=NOW)
    pick_products(creator, [product], now=NOW)
    skus = {each: Sku.objects.get(product_id=each).pk for each in (product, other)}
    buyer = Buyer()
    lines = (WantedLine(skus[product], 1, origin=Origin(creator=creator)), WantedLine(skus[other], 1))
    placed = orders.place_checkout(NewCheckout(buyer.id, lines, buyer.address_id), now=NOW)
    order, settled_at = received(placed, buyer, shop)
    total_minor = Order.objects.get().total_minor
    reckon_creators(now=settled_at - timedelta(hours=1))
    work(settled_at)
    reckon_creators(now=settled_at + timedelta(days=1))
    month = shanghai_day(settled_at).replace(day=1)
    assert SettledMonth.objects.get(creator_id=creator, month=month).settled_minor == 10_000
    refund_settled(order, 20_000, ref="r", reason="broken", now=settled_at + timedelta(days=2))
    reckon_creators(now=settled_at + timedelta(days=1, hours=1))  # told today already
    assert SettledMonth.objects.get(creator_id=creator, month=month).settled_minor == 10_000
    reckon_creators(now=settled_at + timedelta(days=2))
    assert (
        sum(SettledMonth.objects.filter(creator_id=creator).values_list("settled_minor", flat=True))
        == 10_000 - 200_000_000 // total_minor
    )


@pytest.mark.parametrize("who", ["a stranger", "the creator", "the shop's staff"])
def test_what_creators_and_their_own_people_buy_counts_for_nobody(who):
    shop = a_shop()
    product, buyer = a_product(shop, price_minor=10_000), Buyer()
    creator = a_creator(person_id=buyer.id, now=NOW) if who == "the creator" else a_creator(shop_id=shop, now=NOW)
    if who == "the shop's staff":
        with_role(buyer.id, Role.SERVICE_AGENT, shop)
    pick_products(creator, [product], now=NOW)
    line = WantedLine(Sku.objects.get(product_id=product).pk, 1, origin=Origin(creator=creator))
    placed = orders.place_checkout(NewCheckout(buyer.id, (line,), buyer.address_id), now=NOW)
    _, settled_at = received(placed, buyer, shop)
    work(settled_at)
    reckon_creators(now=settled_at + timedelta(days=1))
    counted = SettledMonth.objects.get(creator_id=creator, month=shanghai_day(settled_at).replace(day=1))
    assert counted.settled_minor == (10_000 if who == "a stranger" else 0)


def test_past_lines_name_the_last_place_that_showed_their_goods_before_they_were_bought(product, creator):
    buyer, day = Buyer(), timedelta(days=1)
    buyer.order(Sku.objects.get(product_id=product).pk, now=NOW)
    note, other = new_id(), a_creator(now=OPENED)
    load_origins(
        [
            LoadedPlace(product, Origin(creator=other), NOW - 60 * day, NOW + day),
            LoadedPlace(product, Origin(content=note, creator=creator), NOW - day, NOW + day),
            LoadedPlace(product, Origin(creator=other), NOW + day, NOW + 2 * day),
        ]
    )
    assert OrderLine.objects.get().frozen["origin"] == {"content": str(note), "creator": str(creator)}
    load_origins([LoadedPlace(product, Origin(creator=other), NOW - day, NOW + day)])
    assert OrderLine.objects.get().frozen["origin"]["creator"] == str(creator)
