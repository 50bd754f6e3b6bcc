"""The learner knows people by names: begin anew or be erased, and nothing that was learned or told leads to anybody."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from uuid import UUID

import numpy as np
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from tests.builders.orders import NOW, Buyer, a_shop, a_sku
from tests.builders.people import a_person
from tests.builders.tastes import product_of
from tests.support.engine import learn, some_notes
from tests.support.work import work

from anxin.engine.serving import FEATURES
from anxin.kernel.ids import new_id
from anxin.market.interest import commands, queries
from anxin.market.interest.brain import learner as learning
from anxin.market.interest.brain.door import DOOR
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.brain.numbers import number_of_id
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.feed import choose_posts
from anxin.market.interest.models import Together
from anxin.market.interest.store import KINDS, asks
from anxin.market.orders.commands import Origin

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def posts(home: Path) -> list[UUID]:
    return some_notes(12, creators=3)


def look(who: UUID, *, is_person: bool = True) -> None:
    """Be given a page twelve times, see all of it and like the first."""
    for _ in range(12):
        chosen = choose_posts(who, limit=6, now=NOW)
        seen = [
            Told(new_id(), Kind.IMPRESSION, Item(ItemKind.NOTE, post), NOW, chosen.request, slot)
            for slot, post in enumerate(chosen.posts)
        ]
        liked = replace(seen[0], id=new_id(), kind=Kind.LIKE)
        commands.tell([*seen, liked], Teller(who, is_person), now=NOW)


def forget(who: UUID, *, erased: bool = False, now=LATER) -> None:
    """Let somebody begin anew or be erased, and the worker do its part."""
    (commands.forget_person if erased else commands.forget_interests)(who, now=now)
    commands.forget_all(now=LATER + timedelta(hours=1))


def name_of(who: UUID) -> int | None:
    return queries.history(who).name


def rows(statement: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def weights_of(learner: Learner, name: int) -> np.ndarray:
    """Return what the rank model says of nothing but a person."""
    columns = {field: np.array([np.iinfo(np.int64).min]) for field in FEATURES.fields}
    return learner.model.predict(FEATURES.keys(columns | {"person": np.array([name])}))


def everything_written(home: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file())


def traces(who: UUID) -> list[bytes]:
    """Return how a number or an id of somebody would look in a file."""
    number = number_of_id(who)
    return [number.to_bytes(8, "little"), number.to_bytes(8, "big"), who.bytes, str(who).encode(), who.hex.encode()]


def replayed(learner: Learner) -> Learner:
    """Let another learner learn everything from the log."""
    learner._lock.close()
    learning._throw_away()
    other = Learner()
    learn(other, NOW)
    return other


@pytest.mark.parametrize("erased", [False, True])
def test_after_a_new_beginning_nothing_leads_to_what_was_learned(erased, posts, learner, home):
    me = a_person()
    look(me)
    learn(learner, NOW)
    learner.save(1)
    before = name_of(me)
    assert before in learner.learned.people
    assert not np.array_equal(weights_of(learner, before), weights_of(learner, 1))  # somebody is known
    forget(me, erased=erased)
    assert rows("select count(*) from interest_event where name = %s or actor = %s", before, me) == [(0,)]
    assert rows("select count(*) from interest_served where actor = %s", me) == [(0,)]
    after = name_of(me)
    assert after != before
    reader = DOOR.load_now().reader_of(asks(me, newest=1, now=LATER), now=LATER)
    assert reader.name == (np.iinfo(np.int64).min if erased else after)
    assert after not in learner.learned.people
    assert np.array_equal(weights_of(learner, after or 2), weights_of(learner, 1))  # a stranger
    written = everything_written(home)
    assert before.to_bytes(8, "little") in written  # it is there, and nobody's
    assert not any(trace in written for trace in traces(me))


@pytest.mark.parametrize("erased", [False, True])
def test_a_replay_learns_the_same_under_nobodys_name(erased, posts, learner, home):
    me = a_person()
    look(me)
    learn(learner, NOW)
    before, impressions = name_of(me), learner.model.facts().impressions
    believed = rows("select count(*) from interest_event where doubt = ''")
    forget(me, erased=erased)
    other = replayed(learner)
    nobodies = {name for (name,) in rows("select distinct name from interest_event")}
    assert set() < set(other.learned.people) <= nobodies
    assert not nobodies & {before, name_of(me)}
    assert other.model.facts().impressions == impressions > 0
    assert rows("select count(*) from interest_event where doubt = ''") == believed
    written = everything_written(home)
    assert before.to_bytes(8, "little") not in written
    assert not any(trace in written for trace in traces(me))
    other._lock.close()


def test_what_was_learned_of_a_device_becomes_the_persons(posts, learner):
    device, me = new_id(), a_person()
    look(device, is_person=False)
    learn(learner, NOW)
    name = name_of(device)
    commands.take_device_along(device, me, now=NOW)
    assert (name_of(me), name_of(device)) == (name, None)
    look(device, is_person=False)  # somebody else, before they log in
    assert name_of(device) not in {None, name}
    commands.take_device_along(device, me, now=NOW)
    assert name_of(me) == name
    forget(me)  # devices too: what was done on them led to the person
    assert rows("select count(*) from interest_event where name = %s or actor in (%s, %s)", name, device, me) == [(0,)]
    assert name_of(me) != name


def on_both(device: UUID, me: UUID, item: Item) -> None:
    """Something is done on a device, somebody logs in on it and out again, and it goes on."""
    commands.tell([Told(new_id(), Kind.LIKE, item, NOW)], Teller(device, False), now=NOW)
    commands.take_device_along(device, me, now=NOW)
    commands.tell([Told(new_id(), Kind.SHARE, item, LATER)], Teller(device, False), now=LATER)


@pytest.mark.parametrize("erased", [False, True])
def test_what_was_done_on_a_device_since_is_forgotten_too_and_no_login_brings_it_back(erased, posts):
    device, me = new_id(), a_person()
    on_both(device, me, Item(ItemKind.NOTE, posts[0]))
    commands.personalise(device, wanted=False, is_person=False)
    name = name_of(device)
    with CaptureQueriesContext(connection) as asked:
        forget(me, erased=erased)
    locked = [one["sql"] for one in asked if re.match(r'(UPDATE|DELETE FROM) "interest_actor"', one["sql"])]
    assert [str(device) in one or device.hex in one for one in locked] == [
        True,
        False,
    ]  # as a login does: the device first
    assert name_of(device) != name
    assert queries.history(device).is_personal is erased  # the switch stays while the device is known
    commands.take_device_along(device, me, now=LATER)
    assert queries.history(me).entries == ()
    assert name_of(me) != name
    assert rows("select count(*) from interest_event where actor in (%s, %s)", device, me) == [(0,)]


@pytest.mark.parametrize("erased", [False, True])
def test_what_led_to_somebody_elses_login_stays_theirs(erased, posts):
    device, me, other = new_id(), a_person(), a_person()
    on_both(device, me, Item(ItemKind.NOTE, posts[0]))
    page = commands.serve(device, {Item(ItemKind.NOTE, posts[1]): 1.0}, surface="feed", policy="test", now=LATER)
    commands.take_device_along(device, other, now=LATER)
    last = LATER + timedelta(minutes=1)
    commands.tell([Told(new_id(), Kind.CART, Item(ItemKind.NOTE, posts[0]), last)], Teller(device, False), now=last)
    forget(me, erased=erased, now=last)
    shared = KINDS.index(Kind.SHARE)
    assert rows("select kind from interest_event where actor = %s", device) == [(shared,)]
    assert rows("select id from interest_served where actor = %s", device) == [(page,)]
    assert [one.kind for one in queries.history(other).entries] == [Kind.SHARE]
    forget(other, erased=erased, now=last)
    assert rows("select count(*) from interest_event where actor = %s", device) == [(0,)]


def test_nothing_joins_what_was_done_in_one_answer_to_the_next_or_to_an_order(posts):
    buyer, sku = Buyer(), a_sku(a_shop())
    product, note = Item(ItemKind.PRODUCT, product_of(sku)), Item(ItemKind.NOTE, posts[0])
    pages = [commands.serve(buyer.id, {note: 1.0}, surface="feed", policy="test", now=NOW) for _ in range(2)]
    told = [Told(new_id(), Kind.IMPRESSION, note, NOW, page, 0) for page in pages]
    bare = [Told(new_id(), kind, product, NOW) for kind in (Kind.SHARE, Kind.FAVOURITE)]
    commands.tell([*told, *bare], Teller(buyer.id, True), now=NOW)
    met = buyer.order(sku, origin=Origin(request=pages[1]))
    buyer.pay(met)
    buyer.pay(buyer.order(sku))
    work(NOW)
    every = "select client_id from interest_event"
    known = {one for (one,) in rows(every)}
    believed = rows("select count(*) from interest_event where doubt = ''")
    forget(buyer.id)
    groups = rows("select array_agg(kind order by kind), count(distinct name) from interest_event group by actor")
    kinds = [
        [Kind.IMPRESSION],
        [Kind.IMPRESSION, Kind.ORDER, Kind.PAID],
        [Kind.FAVOURITE, Kind.SHARE],
        [Kind.ORDER],
        [Kind.PAID],
    ]
    assert sorted(groups) == sorted((sorted(map(KINDS.index, some)), 1) for some in kinds)
    whose = "select count(*) from interest_served join interest_event on request = interest_served.id where interest_event.actor <> interest_served.actor"
    assert rows(whose) == [(0,)]
    assert not known & {one for (one,) in rows(every)}
    assert rows("select count(*) from interest_event where doubt = ''") == believed
    again = commands.tell(told, Teller(buyer.id, True), now=LATER)
    assert (again.new, again.known) == (0, 2)


def test_a_buyer_who_begins_anew_is_still_one_buyer(posts):
    buyer, shop = Buyer(), a_shop()
    skus = [a_sku(shop, title=f"东西 {number}") for number in range(3)]
    for day in range(3):
        at = NOW + timedelta(days=day)
        for step, sku in enumerate(skus[: 2 + day // 2]):
            buyer.pay(buyer.order(sku, now=at + timedelta(minutes=step)), now=at + timedelta(minutes=step))
            work(at + timedelta(minutes=step))
        forget(buyer.id, now=at + timedelta(hours=1))
    counted = {(one.product, one.other): one.buyers for one in Together.objects.all()}
    things = [product_of(sku) for sku in skus]
    assert counted == {(one, other): 1 for one in things for other in things if one != other}


def test_what_is_told_beside_a_new_beginning_is_told_under_the_new_name(posts):
    me, item = a_person(), Item(ItemKind.NOTE, posts[0])
    commands.tell([Told(new_id(), Kind.SHARE, item, NOW)], Teller(me, True), now=NOW)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("begin")
        cursor.execute("update interest_actor set name = 7 where actor = %s", [me])  # as a new beginning does first

        def tell() -> None:
            commands.tell([Told(new_id(), Kind.LIKE, item, NOW)], Teller(me, True), now=NOW)
            connections.close_all()

        waiting = Thread(target=tell)
        waiting.start()
        holder = cursor.connection.info.backend_pid
        wait = "select count(*) from pg_stat_activity where %s = any(pg_blocking_pids(pid))"
        while rows(wait, holder) == [(0,)]:
            assert waiting.is_alive()
        cursor.execute("commit")
        waiting.join()
    other.close()
    assert rows("select name from interest_event where kind = 2") == [(7,)]
