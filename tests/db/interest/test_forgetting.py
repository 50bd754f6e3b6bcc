"""What somebody did becomes nobody's in the background: at once nothing reads it, in parts, killed anywhere, all of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.db.interest.test_names import LATER, look, name_of, rows
from tests.support.work import work

from anxin.infra.doctor import Broken
from anxin.kernel.ids import new_id
from anxin.market.interest import checks, commands, queries, store
from anxin.market.interest.commands import Fact, Teller
from anxin.market.interest.domain.events import Item, ItemKind, Kind, Told
from anxin.market.interest.feed import choose_posts
from anxin.market.interest.models import Forgetting
from anxin.market.interest.queries import why

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
DONE = LATER + HOUR
WHOSE = "select count(*) from interest_event where actor = %s"
SERVED = "select count(*) from interest_served where actor = %s"


@pytest.fixture(params=["begins anew", "is erased"])
def forget(request: pytest.FixtureRequest) -> Callable[..., None]:
    return commands.forget_interests if request.param == "begins anew" else commands.forget_person


def test_the_request_touches_no_event_however_many_there_are(posts, forget):
    me = a_person()
    look(me)
    with CaptureQueriesContext(connection) as asked:
        forget(me, now=LATER)
    assert not [one["sql"] for one in asked if "interest_event" in one["sql"] or "interest_served" in one["sql"]]
    assert rows(WHOSE, me) == [(84,)]
    work(LATER)
    assert rows(WHOSE, me) == rows(SERVED, me) == [(0,)]
    assert not Forgetting.objects.exists()


def test_from_the_first_moment_nothing_reads_what_was_done_before(posts, forget):
    me, product = a_person(), Item(ItemKind.PRODUCT, new_id())
    page = commands.serve(me, {product: 1.0}, surface="feed", policy="test", now=NOW)
    tap = Told(new_id(), Kind.PRODUCT_CLICK, product, NOW, page, 0)
    commands.tell([tap], Teller(me, is_person=True), now=NOW)
    look(me)
    before = name_of(me)
    forget(me, now=LATER)
    assert Forgetting.objects.exists()
    known = store.asks(me, newest=1, now=LATER)
    assert (known.history.entries, known.history.seen, known.shown) == ((), frozenset(), ())
    assert known.history.name != before
    assert why.answers_to(me) == ()
    after = LATER + timedelta(minutes=1)
    late = Told(new_id(), Kind.SHARE, product, after, page, 0)  # told of an answer from before
    commands.tell([late], Teller(me, is_person=True), now=after)
    assert rows("select doubt from interest_event where kind = 8") == [("foreign_request",)]
    commands.note(me, [Fact("order:1", Kind.ORDER, product, 100, after)], now=after)
    assert rows("select request from interest_event where kind = 12") == [(None,)]  # of no tap from before
    assert rows("select count(*) from interest_event where name = %s and told_at > %s", before, LATER) == [(0,)]


def test_killed_between_parts_it_goes_on_and_each_answer_is_one_nobodys(posts, forget):
    me, device = a_person(), new_id()
    look(device, is_person=False)
    commands.take_device_along(device, me, now=NOW)
    look(me)
    believed = rows("select count(*) from interest_event where doubt = ''")
    forget(me, now=LATER)
    assert commands.forget_some(batch=5, now=DONE)  # and killed
    assert rows(WHOSE, me) + rows(WHOSE, device) != [(84,), (84,)]
    assert commands.forget_some(batch=50, now=DONE)
    after = LATER + timedelta(minutes=1)
    mine = Told(new_id(), Kind.SHARE, Item(ItemKind.NOTE, posts[0]), after)
    commands.tell([mine], Teller(me, is_person=True), now=after)
    assert commands.forget_all(now=DONE) > 1
    assert commands.forget_all(now=DONE) == 0
    assert rows(WHOSE, me) == [(1,)]  # what came after
    assert rows(WHOSE, device) == rows(SERVED, me) == rows(SERVED, device) == [(0,)]
    threads = "select count(distinct actor), count(distinct name) from interest_event where request is not null group by request"
    assert rows(threads) == [(1, 1)] * 24
    assert rows("select count(distinct actor) from interest_served") == [(24,)]
    foreign = "select count(*) from interest_served as served join interest_event as event on event.request = served.id where event.actor <> served.actor"
    assert rows(foreign) == [(0,)]
    assert rows("select count(*) from interest_event where doubt = '' and told_at <= %s", LATER) == believed


def test_what_one_did_twice_over_is_forgotten_by_both_beginnings(posts):
    me = a_person()
    look(me)
    commands.forget_interests(me, now=LATER)
    item, then = Item(ItemKind.NOTE, posts[0]), LATER + timedelta(minutes=1)
    commands.tell([Told(new_id(), Kind.SHARE, item, then)], Teller(me, is_person=True), now=then)
    commands.forget_interests(me, now=then + timedelta(minutes=1))
    last = then + timedelta(minutes=2)
    commands.tell([Told(new_id(), Kind.COMMENT, item, last)], Teller(me, is_person=True), now=last)
    commands.forget_all(now=DONE)
    assert rows("select kind from interest_event where actor = %s", me) == [(4,)]
    assert [one.kind for one in queries.history(me).entries] == [Kind.COMMENT]


def test_somebody_who_waits_for_a_day_is_seen_by_the_doctor(posts):
    assert checks.forgetting() == "0 people are being forgotten"
    Forgetting.objects.create(actors=[new_id()], fresh=[], theirs=[], until=NOW - timedelta(days=400))
    with pytest.raises(Broken, match="does the worker run"):
        checks.forgetting()


def test_pages_go_on_while_somebody_is_being_forgotten(posts, learner):
    me = a_person()
    look(me)
    commands.forget_interests(me, now=LATER)
    page = choose_posts(me, limit=6, now=LATER + HOUR)
    assert (page.policy, len(page.posts)) == ("quality-1", 6)
    told = [
        Told(new_id(), Kind.IMPRESSION, Item(ItemKind.NOTE, post), LATER + HOUR, page.request, slot)
        for slot, post in enumerate(page.posts)
    ]
    commands.tell(told, Teller(me, is_person=True), now=LATER + HOUR)
    commands.forget_all(now=DONE)
    assert rows("select count(*) from interest_event where actor = %s and doubt = ''", me) == [(6,)]
    assert [one.id for one in why.answers_to(me)] == [page.request]


def test_an_answer_that_was_being_served_as_somebody_left_is_found_once_it_is_committed(posts, forget):
    me, other = a_person(), a_person()
    look(me)
    forget(me, now=LATER)
    forget(other, now=LATER + timedelta(seconds=1))
    assert commands.forget_all(now=LATER) == 1
    assert Forgetting.objects.count() == 2  # nothing is left, and something may come
    commands.serve(me, {Item(ItemKind.NOTE, posts[0]): 1.0}, surface="feed", policy="test", now=LATER)
    commands.serve(other, {Item(ItemKind.NOTE, posts[0]): 1.0}, surface="feed", policy="test", now=LATER)
    assert commands.forget_all(now=LATER + timedelta(seconds=59)) == 2
    assert rows(SERVED, me) == rows(SERVED, other) == [(0,)]
    assert commands.forget_all(now=LATER + timedelta(seconds=60)) == 1
    assert [row.actors for row in Forgetting.objects.all()] == [[other]]


def test_the_log_leaves_the_house_without_those_who_wait_to_be_forgotten(posts, forget):
    me, other, device = a_person(), a_person(), new_id()
    look(device, is_person=False)
    commands.take_device_along(device, me, now=NOW)
    look(me)
    look(other)
    forget(me, now=LATER)
    actors = {row["actor"] for row in store.events_of_day(NOW.date())}
    assert actors == {other}
    commands.forget_all(now=DONE)
    assert len({row["actor"] for row in store.events_of_day(NOW.date())}) > 12
    assert not {me, device} & {row["actor"] for row in store.events_of_day(NOW.date())}
