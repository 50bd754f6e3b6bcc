"""Devices cost nothing: a flood of fresh ones moves nothing, whatever it tells and whatever it was served."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest
from django.db import connection
from tests.builders.orders import NOW
from tests.builders.people import a_person
from tests.support.engine import learn

from anxin.kernel.ids import new_id
from anxin.market.interest import commands, queries
from anxin.market.interest.brain.learner import Learner
from anxin.market.interest.commands import Teller
from anxin.market.interest.domain.events import NETWORK_MAX, Item, ItemKind, Kind, Told
from anxin.market.interest.feed import choose_posts
from anxin.market.interest.models import Network

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
BOTS, OTHERS = 7, 8  # networks


def doubts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("select doubt, count(*) from interest_event group by doubt")
        return dict(cursor.fetchall())


def moved(it: Learner) -> tuple[int, int, float]:
    """What all people together did with posts, as links, popularity and the rank model know it."""
    learn(it, NOW)
    shares = it.learned.popular.shares(None)
    return int(it.learned.live.total.sum()), it.model.facts().impressions, float(np.asarray(shares).sum())


def like(me: UUID, *, network: int | None = None, now=NOW, is_person: bool = False) -> None:
    """Be served a page, look at all of it and like the first."""
    chosen = choose_posts(me, limit=6, now=now)
    told = [
        Told(new_id(), kind, Item(ItemKind.NOTE, post), now, chosen.request, slot)
        for slot, post in enumerate(chosen.posts)
        for kind in ((Kind.IMPRESSION, Kind.LIKE) if slot == 0 else (Kind.IMPRESSION,))
    ]
    commands.tell(told, Teller(me, is_person=is_person, network=network), now=now)


def test_a_flood_of_fresh_devices_that_were_served_nothing_moves_nothing(learner):
    before = moved(learner)
    post = Item(ItemKind.NOTE, next(iter(learner.items.rows)))
    answer = choose_posts(new_id(), limit=6, now=NOW)
    for number in range(150):
        me = Teller(new_id(), is_person=False)
        bare = [Told(new_id(), kind, post, NOW) for kind in (Kind.WATCH, Kind.LIKE, Kind.SHARE, Kind.CART)]
        anothers = Told(new_id(), Kind.LIKE, post, NOW, answer.request, 0)
        commands.tell([*bare, anothers], me, now=NOW)
        if number == 0:
            assert Kind.LIKE in {one.kind for one in queries.history(me.id).entries}  # its own pages know
    assert moved(learner) == before == (0, 0, 0.0)
    assert doubts() == {"unasked": 600, "foreign_request": 150}


def test_an_answer_without_a_place_is_no_leave_to_tell_of_anything(learner):
    me, post = new_id(), Item(ItemKind.NOTE, next(iter(learner.items.rows)))
    chosen = choose_posts(me, limit=6, now=NOW)
    commands.tell([Told(new_id(), Kind.SHARE, post, NOW, chosen.request)], Teller(me, is_person=False), now=NOW)
    assert doubts() == {"unasked": 1}


def test_a_person_is_believed_without_an_answer_and_a_device_with_one(learner):
    post = Item(ItemKind.NOTE, next(iter(learner.items.rows)))
    commands.tell([Told(new_id(), Kind.LIKE, post, NOW)], Teller(a_person(), is_person=True), now=NOW)
    like(new_id(), network=OTHERS)
    assert moved(learner)[:2] == (2, 6)


def fill(network: int) -> None:
    """Let devices of a network teach as much as one network may in an hour."""
    for _ in range(NETWORK_MAX // 100):
        me = new_id()
        chosen = choose_posts(me, limit=6, now=NOW)
        seen = [
            Told(new_id(), Kind.IMPRESSION, Item(ItemKind.NOTE, chosen.posts[at % 6]), NOW, chosen.request, at % 6)
            for at in range(100)
        ]
        commands.tell(seen, Teller(me, is_person=False, network=network), now=NOW)


def test_devices_of_one_network_teach_so_much_an_hour_and_no_more(learner):
    fill(BOTS)
    assert doubts() == {"": NETWORK_MAX}
    before = moved(learner)
    for _ in range(30):
        like(new_id(), network=BOTS)
    assert moved(learner) == before
    assert doubts() == {"": NETWORK_MAX, "network": 210}
    like(new_id(), network=OTHERS)
    like(new_id())
    like(a_person(), network=BOTS, is_person=True)
    like(new_id(), network=BOTS, now=NOW + HOUR)
    after = moved(learner)
    assert after[0] == before[0] + 4
    assert after[1] == before[1] + 24


def test_of_networks_nothing_is_kept_from_one_day_to_the_next(learner):
    like(new_id(), network=BOTS, now=NOW - timedelta(days=1))
    like(new_id(), network=OTHERS)
    commands.forget_days(NOW.date() - timedelta(days=400), today=NOW.date())
    assert list(Network.objects.values_list("network", "believed")) == [(OTHERS, 7)]
