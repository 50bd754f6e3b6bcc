"""The learner knows people by names: begin anew or be erased, and nothing that was learned or told leads to anybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread
from uuid import UUID

import numpy as np
import pytest
from django.db import connection, connections
from tests.builders.content import a_public_post
from tests.builders.creators import a_creator
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.support.engine import a_home, learn

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
from anxin.market.interest.store import asks

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    with a_home(monkeypatch, tmp_path) as folder:
        yield folder


@pytest.fixture
def posts(home: Path) -> list[UUID]:
    creators = [a_creator() for _ in range(3)]
    return [
        a_public_post(creators[number % 3], now=NOW - timedelta(hours=number), title=f"第{number}篇")
        for number in range(12)
    ]


@pytest.fixture
def learner(posts: list[UUID]) -> Iterator[Learner]:
    it = Learner()
    learn(it, NOW)
    yield it
    it.close()


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
    (commands.forget_person if erased else commands.forget_interests)(me)
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
    (commands.forget_person if erased else commands.forget_interests)(me)
    other = replayed(learner)
    ((nobody,),) = rows("select distinct name from interest_event")
    assert set(other.learned.people) == {nobody}
    assert nobody not in {before, name_of(me)}
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
    commands.forget_interests(me)  # devices too: what was done on them led to the person
    assert rows("select count(*) from interest_event where name = %s or actor in (%s, %s)", name, device, me) == [(0,)]
    assert name_of(me) != name


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
