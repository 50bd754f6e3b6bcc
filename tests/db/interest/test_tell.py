"""Events on the database: kept once, in the history before the answer, partitioned, forgotten, exported."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.builders.people import a_person
from tests.support.together import together
from tests.support.work import work

from anxin.kernel.ids import id_at, new_id
from anxin.market.catalog.queries import offers
from anxin.market.interest import commands, queries
from anxin.market.interest.commands import Receipt, Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told, Unheard
from anxin.market.interest.domain.history import ENTRIES_MAX
from anxin.market.interest.errors import NotAnInterest, TooManyEvents, TooManyWishes
from anxin.market.interest.models import Actor
from anxin.market.orders import queries as orders
from anxin.market.orders.commands import Origin

pytestmark = pytest.mark.django_db


def a_video() -> Item:
    return Item(ItemKind.VIDEO, new_id())


def told(kind: Kind = Kind.LIKE, item: Item | None = None, **facts: object) -> Told:
    """Something done just now."""
    return replace(Told(new_id(), kind, item or a_video(), NOW), **facts)


def a_product(shop: UUID, **facts: str) -> Item:
    """A product on sale in a shop."""
    return product_of(a_sku(shop, **facts))


def product_of(sku: UUID) -> Item:
    """What a SKU is a variant of."""
    return Item(ItemKind.PRODUCT, offers([sku], now=NOW)[0].product_id)


def somebody() -> Teller:
    return Teller(new_id(), is_person=False)


def rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def test_a_batch_is_kept_once_however_often_it_arrives():
    me, batch = somebody(), [told(), told(Kind.WATCH, value=3_000)]
    assert commands.tell(batch, me, now=NOW) == Receipt(new=2, known=0)
    later = NOW + timedelta(days=1)
    assert commands.tell(batch, me, now=later) == Receipt(new=0, known=2)
    assert len(queries.history(me.id).entries) == 2
    assert rows("select count(*) from interest_event where actor = %s", me.id) == [(2,)]


def test_the_history_knows_at_once_what_was_done_and_what_was_shown():
    me, video = somebody(), a_video()
    commands.tell([told(Kind.IMPRESSION, video), told(Kind.LIKE, video)], me, now=NOW)
    known = queries.history(me.id)
    assert [(one.kind, one.item) for one in known.entries] == [(Kind.LIKE, video)]
    assert known.was_shown(video.id)


def test_a_history_keeps_the_last_things_in_the_order_in_which_they_happened():
    me = somebody()
    moments = [NOW - timedelta(minutes=minute) for minute in range(60)]
    first = [told(Kind.SHARE, at=moment) for moment in moments]
    second = [told(Kind.COMMENT) for _ in range(60)]
    commands.tell(first, me, now=NOW)
    commands.tell(second, me, now=NOW + timedelta(minutes=2))
    entries = queries.history(me.id).entries
    assert len(entries) == ENTRIES_MAX
    assert [one.at for one in entries[:40]] == sorted(one.at for one in entries[:40])
    assert {one.kind for one in entries[40:]} == {Kind.COMMENT}


def test_what_was_served_gives_the_propensity_and_its_lie_is_kept_without_teaching():
    me, (one, two) = somebody(), (a_video(), a_video())
    request = commands.serve(me.id, {one: 0.5, two: 0.25}, surface="feed", policy="test", now=NOW)
    honest = told(Kind.IMPRESSION, two, request=request, slot=1)
    forged = told(Kind.IMPRESSION, two, request=request, slot=0)
    commands.tell([honest, forged], me, now=NOW)
    kept = dict(rows("select client_id, (propensity, doubt)::text from interest_event"))
    assert kept == {honest.id: '(0.25,"")', forged.id: "(,wrong_slot)"}


def test_a_request_of_somebody_else_teaches_nothing():
    me, video = somebody(), a_video()
    request = commands.serve(new_id(), {video: 1.0}, surface="feed", policy="test", now=NOW)
    commands.tell([told(Kind.IMPRESSION, video, request=request, slot=0)], me, now=NOW)
    assert rows("select doubt from interest_event") == [("foreign_request",)]
    assert queries.history(me.id).entries == ()


def test_a_flood_is_refused_and_the_next_minute_is_another():
    me = somebody()
    Actor.objects.create(actor=me.id, is_person=False, minute=NOW.replace(second=0, microsecond=0), minute_count=1_200)
    one = told()
    assert commands.tell([one], me, now=NOW).refused == ((one.id, Unheard.FLOOD),)
    assert commands.tell([one], me, now=NOW + timedelta(minutes=1)).new == 1


def test_too_large_a_batch_changes_nothing():
    me = somebody()
    with pytest.raises(TooManyEvents):
        commands.tell([told() for _ in range(101)], me, now=NOW)
    assert not Actor.objects.exists()


def test_a_merchant_s_own_goods_do_not_teach():
    shop = a_shop()
    product = a_product(shop)
    commands.tell([told(Kind.PRODUCT_CLICK, product)], Teller(new_id(), True, frozenset({shop})), now=NOW)
    assert rows("select doubt from interest_event") == [("own",)]


def test_what_somebody_made_does_not_teach_by_their_own_look():
    person, shop = a_person(), a_shop()
    of_person, of_shop = a_creator(person_id=person), a_creator(shop_id=shop)
    for creator, teller in (
        (of_person, Teller(person, True)),
        (of_shop, Teller(a_person(), True, frozenset({shop}))),
        (of_person, Teller(a_person(), True)),
    ):
        item = Item(ItemKind.NOTE, a_public_post(creator, now=NOW))
        commands.tell([told(Kind.IMPRESSION, item)], teller, now=NOW)
    assert rows("select doubt from interest_event order by id") == [("own",), ("own",), ("",)]


def test_what_comes_of_one_s_own_post_in_its_place_teaches_nothing_and_nor_does_following_oneself():
    person = a_person()
    me, mine = Teller(person, True), a_creator(person_id=person)
    post, other = (
        Item(ItemKind.NOTE, a_public_post(mine, now=NOW)),
        Item(ItemKind.NOTE, a_public_post(a_creator(), now=NOW)),
    )
    request = commands.serve(person, {post: 0.5, other: 0.5}, surface="feed", policy="test", now=NOW)
    product = a_product(a_shop())
    batch = [
        told(Kind.PRODUCT_CLICK, product, request=request, slot=0),
        told(Kind.CART, product, request=request, slot=0),
        told(Kind.FOLLOW, Item(ItemKind.CREATOR, mine)),
        told(Kind.PRODUCT_CLICK, product, request=request, slot=1),
        told(Kind.LIKE, post, request=request, slot=9),
    ]
    commands.tell(batch, me, now=NOW)
    found = dict(rows("select client_id, (doubt, propensity)::text from interest_event"))
    assert [found[one.id] for one in batch] == ["(own,)", "(own,)", "(own,)", '("",0.5)', "(own,)"]


def test_telling_takes_two_statements_and_one_each_for_posts_products_and_creators_of_shop_staff():
    shop = a_shop()
    creator = a_creator(shop_id=shop)
    batch = [told(Kind.LIKE, Item(ItemKind.NOTE, a_public_post(creator, now=NOW))) for _ in range(2)]
    batch += [told(Kind.PRODUCT_CLICK, a_product(shop)), told(Kind.FOLLOW, Item(ItemKind.CREATOR, creator))]
    staff = Teller(a_person(), True, frozenset({shop}))
    with CaptureQueriesContext(connection) as asked:
        commands.tell(batch, staff, now=NOW)
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 5


def test_telling_takes_two_statements_however_many_events():
    me, batch = somebody(), [told() for _ in range(100)]
    with CaptureQueriesContext(connection) as asked:
        commands.tell(batch, me, now=NOW)
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) == 2


def test_a_device_becomes_a_person_s_at_login_once():
    device, person = somebody(), a_person()
    liked = told()
    commands.tell([liked], device, now=NOW)
    commands.tell([told(Kind.SHARE)], Teller(person, True), now=NOW)
    for _ in range(2):
        commands.take_device_along(device.id, person, now=NOW)
    assert sorted(one.kind for one in queries.history(person).entries) == [Kind.LIKE, Kind.SHARE]
    assert queries.history(device.id).entries == ()
    assert queries.held_about(person)["devices"] == [str(device.id)]


def test_an_order_joins_the_answer_that_led_to_it_and_is_noted_once():
    buyer = Buyer()
    sku = a_sku(a_shop())
    product = product_of(sku)
    request = commands.serve(buyer.id, {product: 0.1}, surface="feed", policy="test", now=NOW - timedelta(hours=1))
    tap = told(Kind.PRODUCT_CLICK, product, request=request, slot=0, at=NOW - timedelta(minutes=30))
    commands.tell([tap], Teller(buyer.id, True), now=NOW - timedelta(minutes=30))
    placed = buyer.order(sku)
    buyer.pay(placed)
    work(NOW)
    wanted = "select kind, request, slot, amount from interest_event where item = %s and kind >= 12 order by kind"
    amount = orders.order(placed.orders[0].id).lines[0].amount_minor
    kinds = list(Kind)
    assert rows(wanted, product.id) == [
        (kinds.index(Kind.ORDER), request, 0, amount),
        (kinds.index(Kind.PAID), request, 0, amount),
    ]


def test_an_order_says_itself_where_it_was_met_if_that_was_served_to_its_buyer():
    buyer, sku = Buyer(), a_sku(a_shop())
    device = somebody()
    served = commands.serve(device.id, {a_video(): 1.0}, surface="feed", policy="test", now=NOW)
    commands.take_device_along(device.id, buyer.id, now=NOW)
    foreign = commands.serve(new_id(), {a_video(): 1.0}, surface="feed", policy="test", now=NOW)
    for request in (served, foreign):
        buyer.order(sku, origin=Origin(request=request, second=12))
    work(NOW)
    assert rows("select request from interest_event where item = %s order by id", product_of(sku).id) == [
        (served,),
        (None,),
    ]


def test_what_was_served_to_a_device_was_served_to_the_person_who_logged_in_on_it():
    device, person, video = somebody(), a_person(), a_video()
    request = commands.serve(device.id, {video: 0.5}, surface="feed", policy="test", now=NOW)
    commands.take_device_along(device.id, person, now=NOW)
    commands.tell([told(Kind.IMPRESSION, video, request=request, slot=0)], Teller(person, True), now=NOW)
    assert rows("select doubt from interest_event") == [("",)]


def test_switch_wishes_and_a_new_beginning():
    me = somebody()
    commands.tell([told(Kind.NOT_INTERESTED)], me, now=NOW)
    commands.personalise(me.id, wanted=False, is_person=False)
    commands.wish(me.id, "beauty-skincare", more=True, is_person=False)
    commands.wish(me.id, "books", more=False, is_person=False)
    commands.wish(me.id, "books", more=False, is_person=False)
    known = queries.history(me.id)
    assert (known.is_personal, known.more, known.fewer) == (False, {"beauty-skincare"}, {"books"})
    assert len(known.hidden) == 1
    commands.forget_interests(me.id, now=NOW)
    known = queries.history(me.id)
    assert (known.entries, known.hidden, known.more, known.is_personal) == ((), frozenset(), frozenset(), False)


def test_wishes_without_end_are_refused():
    me = somebody()
    Actor.objects.create(actor=me.id, is_person=False, more=[f"c{number}" for number in range(200)])
    with pytest.raises(TooManyWishes):
        commands.wish(me.id, "one-more", more=True, is_person=False)
    assert len(queries.history(me.id).more) == 200


@pytest.mark.parametrize("what", ["", "#", "#a/b", "Books", "a b", "\0", "#" + "长" * 80])
def test_what_is_no_interest_is_not_wished_for(what):
    me = somebody()
    with pytest.raises(NotAnInterest):
        commands.wish(me.id, what, more=True, is_person=False)
    assert queries.history(me.id).more == frozenset()


def test_tags_are_shares_of_categories():
    me, shop = somebody(), a_shop()
    cream = a_product(shop, category="beauty-skincare")
    commands.tell([told(Kind.LIKE, cream)], me, now=NOW)
    commands.wish(me.id, "books", more=False, is_person=False)
    assert [(tag.category, tag.strength_bps, tag.wanted) for tag in queries.tags(me.id, now=NOW)] == [
        ("beauty-skincare", 10_000, None),
        ("books", 0, False),
    ]


def test_a_forgotten_person_leaves_what_was_done_and_not_who():
    person, device = a_person(), somebody()
    commands.tell([told()], device, now=NOW)
    commands.take_device_along(device.id, person, now=NOW)
    commands.tell([told()], Teller(person, True), now=NOW)
    commands.forget_person(person, now=NOW)
    commands.forget_all(now=NOW + timedelta(hours=1))
    assert queries.history(person).entries == ()
    assert rows("select count(*) from interest_event where actor in (%s, %s)", person, device.id) == [(0,)]
    assert rows("select count(*), count(distinct actor) from interest_event") == [(2, 1)]


def test_events_cannot_be_changed():
    commands.tell([told()], somebody(), now=NOW)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update interest_event set amount = 7")


def test_a_day_gets_its_partition_and_what_came_before_it_moves_in():
    today = NOW.date()
    commands.tell([told()], somebody(), now=NOW)
    assert rows("select count(*) from interest_event_rest") == [(1,)]
    assert commands.make_days(today, today + timedelta(days=1)) == 2
    assert commands.make_days(today, today) == 0
    commands.tell([told()], somebody(), now=NOW)
    assert rows("select count(*) from interest_event_rest") == [(0,)]
    assert len(list(queries.events_of_day(today))) == 2


def test_old_days_are_dropped_and_ids_that_cannot_arrive_again_too():
    today = NOW.date()
    old = today - timedelta(days=500)
    commands.make_days(old, old)
    commands.tell([told()], somebody(), now=NOW)
    assert commands.forget_days(today - timedelta(days=400), today=today + timedelta(days=6)) == 2
    assert rows("select count(*) from interest_told") == [(0,)]
    assert rows("select to_regclass(%s)::text", f"interest_event_{old:%Y%m%d}") == [(None,)]


def test_foreign_ids_of_any_time_are_looked_for_without_harm():
    strange = [UUID(int=0), UUID(int=2**128 - 1), id_at(0)]
    batch = [told(Kind.IMPRESSION, request=one, slot=0) for one in strange]
    assert commands.tell(batch, somebody(), now=NOW).new == 3


@pytest.mark.django_db(transaction=True)
def test_one_batch_told_by_two_at_once_is_kept_once():
    me, batch = somebody(), [told() for _ in range(20)]
    receipts = together(
        lambda: commands.tell(batch, me, now=NOW), lambda: commands.tell(list(reversed(batch)), me, now=NOW)
    )
    assert sum(one.new for one in receipts) == 20
    assert len(queries.history(me.id).entries) == 20
